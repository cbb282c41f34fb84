package store

import (
	"bytes"
	"slices"

	"frontdesk.internal/appliance/record"
)

// SaveRequest keeps a request, sealed with the key of whom it is about, and returns it with its ID. [ErrNotFound]: there is no such caller.
func (s *Store) SaveRequest(r record.Request) (record.Request, error) {
	if r.ID == "" {
		r.ID = s.ids.next(s.now())
	}
	err := s.update("keep request", func(t *txn) error {
		told := t.has(bRequests, []byte(r.ID))
		if err := keepOf(t, bRequests, r.ID, r.Caller, r); err != nil || told || r.State != record.RequestOpen {
			return err
		}
		return t.occur(record.Occasion{Kind: record.OccasionRequest, At: r.At, Ref: r.ID, Call: r.Call}, r.Caller)
	})
	s.changed(err, Change{Caller: r.Caller})
	return r, err
}

// keepOf keeps a value of a caller.
func keepOf[T any](t *txn, bucket []byte, id, caller string, v T) error {
	if !t.has(bCallers, []byte(caller)) {
		return ErrNotFound
	}
	if err := t.own(caller, bucket, []byte(id)); err != nil {
		return err
	}
	return put(t, bucket, []byte(id), caller, v)
}

// Request returns one request; [ErrNotFound] when there is none, or whom it was about is erased.
func (s *Store) Request(id string) (r record.Request, err error) {
	err = s.view("read request", func(t *txn) error {
		r, err = get[record.Request](t, bRequests, []byte(id))
		r.Caller = t.ownerOf(bRequests, []byte(id)) // it may have gone to another card
		return err
	})
	return r, err
}

// Requests returns all requests, the oldest first.
func (s *Store) Requests() (rs []record.Request, err error) {
	err = s.view("list requests", func(t *txn) error {
		return each(t, bRequests, func(k []byte, r record.Request) error {
			r.Caller = t.ownerOf(bRequests, k)
			rs = append(rs, r)
			return nil
		})
	})
	return rs, err
}

// AddConsent keeps an entry of the consent ledger and returns it with its ID.
func (s *Store) AddConsent(c record.Consent) (record.Consent, error) {
	if c.ID == "" {
		c.ID = s.ids.next(s.now())
	}
	err := s.update("keep consent", func(t *txn) error { return keepOf(t, bConsents, c.ID, c.Caller, c) })
	return c, err
}

// Consents returns a caller's entries of the consent ledger, the oldest first.
func (s *Store) Consents(caller string) (cs []record.Consent, err error) {
	err = s.view("read consents", func(t *txn) error {
		for _, p := range t.belongings(caller) {
			if p.bucket != string(bConsents) {
				continue
			}
			c, err := get[record.Consent](t, bConsents, []byte(p.key))
			if err != nil {
				return err
			}
			c.Caller = caller
			cs = append(cs, c)
		}
		return nil
	})
	slices.SortStableFunc(cs, func(a, b record.Consent) int { return a.At.Compare(b.At) })
	return cs, err
}

// Consent returns the newest entry of a kind; ok is false when nothing was ever said.
func (s *Store) Consent(caller string, kind record.ConsentKind) (c record.Consent, ok bool, err error) {
	cs, err := s.Consents(caller)
	for _, c := range slices.Backward(cs) {
		if c.Kind == kind {
			return c, true, err
		}
	}
	return record.Consent{}, false, err
}

// UseNotice returns the version of a notice with this text: the newest one of its kind when it says that, else a new one.
func (s *Store) UseNotice(n record.Notice) (record.Notice, error) {
	last, err := s.lastNotice(n.Kind)
	if err == nil && last.Text == n.Text {
		return last, nil
	}
	err = s.update("keep notice", func(t *txn) error {
		all, err := t.notices(n.Kind)
		if err != nil {
			return err
		}
		n.Version = len(all) + 1
		if n.At.IsZero() {
			n.At = s.now()
		}
		return put(t, bNotices, join([]byte(n.Kind), versionKey(n.Version)), house, n)
	})
	return n, err
}

func (s *Store) lastNotice(kind record.NoticeKind) (record.Notice, error) {
	ns, err := s.Notices(kind)
	if err != nil || len(ns) == 0 {
		return record.Notice{}, ErrNotFound
	}
	return ns[len(ns)-1], nil
}

// Notices returns all versions of a notice, the oldest first.
func (s *Store) Notices(kind record.NoticeKind) (ns []record.Notice, err error) {
	err = s.view("read notices", func(t *txn) error { ns, err = t.notices(kind); return err })
	return ns, err
}

func (t *txn) notices(kind record.NoticeKind) (ns []record.Notice, err error) {
	prefix := join([]byte(kind), nil)
	c := t.cursor(bNotices)
	for k, v := c.Seek(prefix); bytes.HasPrefix(k, prefix); k, v = c.Next() {
		n, err := decode[record.Notice](t.keys, bNotices, k, v)
		if err != nil {
			return nil, err
		}
		ns = append(ns, n)
	}
	return ns, nil
}
