package store

import (
	"bytes"
	"encoding/binary"
	"errors"
	"time"

	"frontdesk.internal/appliance/knowledge"
)

// Edition is one published state of the profile. Editions are never changed; the one with the highest version is spoken from.
type Edition struct {
	Version  int                `json:"version"` // from 1
	At       time.Time          `json:"at,omitzero"`
	Note     string             `json:"note,omitempty"` // the owner's own words about the change
	Of       int                `json:"of,omitempty"`   // the older version that was gone back to; 0 = none
	Asked    bool               `json:"asked"`          // somebody wanted it published; older programs published samples by themselves
	Business knowledge.Business `json:"business"`
}

// Draft is the one working copy of the profile.
type Draft struct {
	Revision int                `json:"revision"`          // counts every change, also across publishing; 0 = there was none yet
	Base     int                `json:"base"`              // the version that it began from
	Clean    bool               `json:"clean"`             // says the same as the base; Business is empty then
	Changed  map[string]int     `json:"changed,omitempty"` // section → the revision that changed it last
	At       time.Time          `json:"at,omitzero"`       // of the last change
	Business knowledge.Business `json:"business"`
}

// keyDraft is the key of the one draft.
var keyDraft = []byte("profile")

func versionKey(version int) []byte { return binary.BigEndian.AppendUint64(nil, uint64(version)) }

// PublishProfile makes b the profile that is spoken from and returns its version, from 1.
func (s *Store) PublishProfile(b knowledge.Business) (int, error) {
	return s.PublishEdition(Edition{Business: b}, nil)
}

// PublishEdition makes e the profile that is spoken from and returns its version; e.Version and a missing time are filled in.
// With draft, that is what the draft is from the same moment on; its base is set to the new version.
func (s *Store) PublishEdition(e Edition, draft *Draft) (int, error) {
	err := s.update("publish profile", func(t *txn) error {
		next, err := t.next(bProfiles)
		if err != nil {
			return err
		}
		e.Version, e.Asked = int(next), true
		if e.At.IsZero() {
			e.At = s.now()
		}
		if err := put(t, bProfiles, versionKey(e.Version), house, e); err != nil || draft == nil {
			return err
		}
		d := *draft
		d.Base = e.Version
		return put(t, bDrafts, keyDraft, house, d)
	})
	if err == nil {
		err = s.settleNumbers() // the business may be in another country now
	}
	return e.Version, err
}

// WithdrawUnasked removes the one edition that there is, if nobody has asked for it, and says whether it did. A draft that began
// from it stays, with nothing published below it.
func (s *Store) WithdrawUnasked() (took bool, err error) {
	err = s.update("withdraw profile", func(t *txn) error {
		c := t.cursor(bProfiles)
		first, v := c.First()
		if last, _ := c.Last(); first == nil || !bytes.Equal(first, last) {
			return nil
		}
		e, err := decode[Edition](t.keys, bProfiles, first, v)
		if err != nil || e.Asked {
			return err
		}
		d, err := get[Draft](t, bDrafts, keyDraft)
		switch {
		case err == nil && d.Clean:
			err = t.del(bDrafts, keyDraft)
		case err == nil:
			d.Base = 0
			err = put(t, bDrafts, keyDraft, house, d)
		case errors.Is(err, ErrNotFound):
			err = nil
		}
		took = err == nil
		return errors.Join(err, t.del(bProfiles, bytes.Clone(first)))
	})
	return took, err
}

// Profile returns the published profile and its version; ErrNotFound when none was published.
func (s *Store) Profile() (b knowledge.Business, version int, err error) {
	err = s.view("read profile", func(t *txn) error {
		k, v := t.cursor(bProfiles).Last()
		if k == nil {
			return ErrNotFound
		}
		e, err := decode[Edition](t.keys, bProfiles, k, v)
		b, version = e.Business, e.Version
		return err
	})
	return b, version, err
}

// Edition returns one published state of the profile.
func (s *Store) Edition(version int) (e Edition, err error) {
	err = s.view("read profile", func(t *txn) error { e, err = get[Edition](t, bProfiles, versionKey(version)); return err })
	return e, err
}

// Editions returns up to limit published states of the profile, newest first; 0 = 1000. With before, only those of lower
// versions.
func (s *Store) Editions(before, limit int) (es []Edition, err error) {
	if limit == 0 {
		limit = maxList
	}
	err = s.view("list profiles", func(t *txn) error {
		c := t.cursor(bProfiles)
		k, v := c.Last()
		if before > 0 {
			if k, _ = c.Seek(versionKey(before)); k != nil {
				k, v = c.Prev()
			} else {
				k, v = c.Last()
			}
		}
		for ; k != nil && len(es) < limit; k, v = c.Prev() {
			e, err := decode[Edition](t.keys, bProfiles, k, v)
			if err != nil {
				return err
			}
			es = append(es, e)
		}
		return nil
	})
	return es, err
}

// Draft returns the working copy of the profile; ErrNotFound when there never was one.
func (s *Store) Draft() (d Draft, err error) {
	err = s.view("read draft", func(t *txn) error { d, err = get[Draft](t, bDrafts, keyDraft); return err })
	return d, err
}

// SaveDraft keeps the working copy of the profile.
func (s *Store) SaveDraft(d Draft) error {
	return s.update("keep draft", func(t *txn) error { return put(t, bDrafts, keyDraft, house, d) })
}
