package notify_test

import (
	"context"
	"net/http"
	"syscall"
	"testing"
	"time"

	"frontdesk.internal/appliance/contacts"
	"frontdesk.internal/appliance/contacts/contactstest"
	"frontdesk.internal/appliance/egress"
	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/store"
)

// viaLookup is the column of a system that is asked who calls.
const viaLookup record.Via = "look-up"

// card is the only card of an office with the only system that is asked.
type card struct {
	contacts.Books // of which there are none

	only   record.Directory
	secret string
	fails  error // of keeping
	said   record.Known
}

func (c *card) Directories() ([]record.Directory, error) { return []record.Directory{c.only}, nil }

func (c *card) Directory(string) (record.Directory, string, error) { return c.only, c.secret, nil }

func (c *card) Follow(_, _ string, k record.Known) error {
	if c.fails == nil {
		c.said = k
	}
	return c.fails
}

// lookUpOne has somebody call under a condition, and returns what the call knows of it.
func lookUpOne(t *testing.T, c condition) string {
	t.Helper()
	crm := &contactstest.CRM{Before: func(w http.ResponseWriter, _ *http.Request) bool {
		switch c {
		case refused:
			w.WriteHeader(http.StatusMethodNotAllowed)
			return true
		case garbage:
			if conn, _, err := w.(http.Hijacker).Hijack(); err == nil {
				_, _ = conn.Write([]byte("\x00\x01 hello?\r\n\r\n"))
				_ = conn.Close()
			}
			return true
		}
		return false
	}}
	crm.Start(t)
	crm.Set("+12175550123", map[string]any{"name": "Ada"})
	out := counterpart{to: record.Recipient{Server: crm.URL, CA: crm.CA}, secret: "k3y"}
	if c != garbage {
		out = spoil(t, c, out, func(a string) string { return "https://" + a + "/{number}" })
	}
	k := &card{secret: out.secret, only: record.Directory{
		ID: "d", On: true, Kind: record.DirectoryLookup, URL: out.to.Server, CA: out.to.CA, Header: "X-API-Key", NameField: "customer.name",
	}}
	switch c {
	case diskFull:
		k.fails = syscall.ENOSPC
	case erased:
		k.fails = store.ErrNotFound
	}
	gate := egress.New(nil)
	waited := make(chan time.Time)
	if c == slow { // the call has waited long enough
		close(waited)
	}
	x := contacts.New(contacts.Options{
		Records: k, Gate: gate, Business: func() *knowledge.Business { return nil },
		After: func(time.Duration) <-chan time.Time { return waited },
	})
	x.Refresh(t.Context())
	x.Look(t.Context(), "caller", "+12175550123")
	if c == slow {
		if st, _ := x.State("d"); st.Asked != 0 {
			t.Errorf("it was waited for: %+v", st)
		}
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	_ = x.Run(ended) // waits for who asks
	st, _ := x.State("d")
	counted := gate.Take()
	if len(counted) == 0 || counted[0].Purpose != string(egress.Contacts) {
		t.Errorf("the ledger says %+v", counted)
	}
	known := len(k.said.Fields) == 1 && k.said.Fields[0].Value == "Ada"
	switch {
	case c == works && known:
		return "greeted by name"
	case known:
		t.Errorf("it is known all the same")
	case c == diskFull && st.Problem == "":
		return "answered without it"
	case c == erased && st.Problem == "":
		return "nothing of it is kept"
	}
	return "answered with what was known before: " + st.Problem
}
