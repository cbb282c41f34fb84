package service

import (
	"cmp"
	"context"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/store"
)

// ListNoContact lists those who do not want to be called or written to unasked, by their names.
var ListNoContact = define(Op[None, []record.Caller]{
	Name: "list-no-contact", Role: Staff, Audit: Reads("list who is not to be contacted"),
	Run: get((*Service).listNoContact),
})

func (s *Service) listNoContact(ctx context.Context) ([]record.Caller, error) {
	s.noContact.listing.Lock()
	defer s.noContact.listing.Unlock()
	ids, known := s.noContact.toRead()
	var err error
	if !known {
		if ids, err = s.o.Records.CallerIDs(); err != nil {
			return nil, err
		}
	}
	list := []record.Caller{}
	for _, id := range ids {
		c, err := s.o.Records.Caller(id)
		switch {
		case ctx.Err() != nil:
			err = context.Cause(ctx)
		case errors.Is(err, store.ErrNotFound): // erased in between
			err = nil
		case err == nil && c.Has(record.TagNoContact):
			list = append(list, c)
		}
		if err != nil {
			s.noContact.forget()
			return nil, err
		}
	}
	s.noContact.keep(list)
	slices.SortFunc(list, func(a, b record.Caller) int {
		return cmp.Or(strings.Compare(string(a.Name), string(b.Name)), strings.Compare(string(a.Number), string(b.Number)))
	})
	return list, nil
}

// noContacts remembers whose cards have that tag, so that not every card is read each time. It does so while somebody tells it whose
// cards change.
type noContacts struct {
	listing sync.Mutex // one list at a time

	mu      sync.Mutex
	told    bool
	ids     []string        // who had it; nil: nobody has looked yet
	changed map[string]bool // whose cards were written since
}

// toRead are the callers whose cards have to be read; unknown are they when all have to.
func (n *noContacts) toRead() (ids []string, known bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	ids, known = n.ids, n.told && n.ids != nil
	for id := range n.changed {
		if !slices.Contains(n.ids, id) {
			ids = append(ids, id)
		}
	}
	n.changed = nil
	return ids, known
}

func (n *noContacts) keep(list []record.Caller) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.ids = make([]string, len(list))
	for i, c := range list {
		n.ids[i] = c.ID
	}
}

func (n *noContacts) forget() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.ids, n.changed = nil, nil
}

// tell begins or ends the telling.
func (n *noContacts) tell(told bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.told, n.ids, n.changed = told, nil, nil
}

// change notes that a card was written.
func (n *noContacts) change(id string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.changed = noted(n.changed, id)
}

// ExportNoContact gives out that list as a table (CSV), with one line for each number and address.
var ExportNoContact = define(Stream[None]{
	Name: "export-no-contact", Role: Owner, Audit: Changes("export who is not to be contacted"),
	Run: get((*Service).exportNoContact),
})

func (s *Service) exportNoContact(ctx context.Context) (Content, error) {
	list, err := s.listNoContact(ctx)
	return noContact(list), err
}

// noContact is the table of who is not to be contacted.
type noContact []record.Caller

// Type implements Content.
func (noContact) Type() string { return "text/csv; charset=utf-8" }

// Close implements Content.
func (noContact) Close() error { return nil }

// WriteTo implements Content.
func (l noContact) WriteTo(w io.Writer) (int64, error) {
	t := csv.NewWriter(w)
	err := t.Write([]string{"name", "kind", "value", "since"})
	for _, c := range l {
		since := ""
		for _, m := range c.Marks {
			if m.Tag == record.TagNoContact && !m.At.IsZero() {
				since = m.At.Format(time.DateOnly)
			}
		}
		for _, k := range []record.FieldKind{record.FieldNumber, record.FieldEmail, record.FieldAddress} {
			for _, v := range c.Values(k) {
				err = errors.Join(err, t.Write([]string{harmless(c.Name), string(k), harmless(v), since}))
			}
		}
	}
	t.Flush()
	return 0, errors.Join(err, t.Error())
}
