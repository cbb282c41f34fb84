package notify_test

import (
	"net/http"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"frontdesk.internal/appliance/contacts"
	"frontdesk.internal/appliance/egress"
	"frontdesk.internal/appliance/egress/dav/davtest"
	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/privacy"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/store"
)

// viaBook is the column of an address book that is read, and written into.
const viaBook record.Via = "address book"

// crammed is a store with the only address book of an office, on a disk that may be full.
type crammed struct {
	*store.Store
	full bool
}

func (s *crammed) KeepCards(directory string, cards []record.AddressCard, gone []string) ([]record.PhoneNumber, error) {
	if s.full {
		return nil, syscall.ENOSPC
	}
	return s.Store.KeepCards(directory, cards, gone)
}

// readOne has a book read under a condition, into which one caller is to be written, and returns what becomes of both.
func readOne(t *testing.T, c condition) string {
	t.Helper()
	s := &davtest.Server{Book: true, Tokens: true, Before: func(w http.ResponseWriter, _ *http.Request) bool {
		switch c {
		case refused:
			w.WriteHeader(http.StatusMethodNotAllowed)
			return true
		case garbage:
			_, _ = w.Write([]byte("hello?"))
			return true
		}
		return false
	}}
	s.Start(t)
	s.Add("1.vcf", "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ada\r\nTEL:+12175550123\r\nEND:VCARD\r\n")
	out := counterpart{to: record.Recipient{Server: s.URL, CA: s.CA}, secret: "hunter2"}
	if c != garbage {
		out = spoil(t, c, out, func(a string) string { return "https://" + a + davtest.Path })
	}
	records, err := store.Open(filepath.Join(t.TempDir(), "frontdesk.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = records.Close() })
	k := &crammed{Store: records, full: c == diskFull}
	d, err := k.SetDirectory(record.Directory{
		Name: "Book", Kind: record.DirectoryBook, On: true, URL: out.to.Server, CA: out.to.CA, User: "fd", WriteBack: true,
	}, out.secret)
	if err != nil {
		t.Fatal(err)
	}
	named := func(call string, n record.PhoneNumber, name record.Personal) string {
		x, err := k.BeginCall(record.Call{ID: call, From: n})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := k.ChangeCaller(x.CallerID, func(c *record.Caller) error {
			c.Learn(record.Field{Kind: record.FieldName, Value: name})
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		return x.CallerID
	}
	bob := named("a", "+12175550199", "Bob")
	gate := egress.New(nil)
	o := contacts.Options{Records: k, Gate: gate, Business: func() *knowledge.Business { return nil }}
	if c == slow {
		o.Patience = 200 * time.Millisecond
	}
	x := contacts.New(o)
	x.Refresh(t.Context())
	if c == erased {
		officer := privacy.New(privacy.Options{Records: records, Dir: t.TempDir()})
		if _, err := officer.Erase(t.Context(), bob, "asked", "owner"); err != nil {
			t.Fatal(err)
		}
		x = contacts.New(o)
		x.Refresh(t.Context())
	}
	counted := gate.Take()
	if len(counted) == 0 || counted[0].Purpose != string(egress.Contacts) {
		t.Errorf("the ledger says %+v", counted)
	}
	st, _ := x.State(d.ID)
	switch names := s.Names(); {
	case c == works && st.Problem == "" && st.Book.Cards == 1 && len(names) == 2:
		return "known, and written"
	case c == erased && st.Problem == "" && len(names) == 1:
		return "taken out again"
	case len(names) != 1 || st.Book.Cards != 0:
		t.Errorf("%+v, %v", st, names)
	}
	return "known as before: " + st.Problem
}
