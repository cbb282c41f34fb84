package access_test

import (
	"errors"
	"net/netip"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/access"
)

func TestTickets(t *testing.T) {
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	g := access.New(access.Options{Now: func() time.Time { return now }})
	from := netip.MustParseAddr("192.0.2.7")
	wrong := func(what, password string) {
		t.Helper()
		if err := g.UseTicket(password, from); !errors.Is(err, access.ErrTicket) {
			t.Errorf("%s: %v", what, err)
		}
	}
	wrong("none was made", "")
	old, _ := g.NewTicket()
	password, until := g.NewTicket()
	if len(password) != 14 || !until.Equal(now.Add(access.TicketLife)) {
		t.Errorf("%q until %v", password, until)
	}
	wrong("a former one", old)
	wrong("a wrong one", password[:13])
	if err := g.UseTicket(strings.ToLower(strings.ReplaceAll(password, "-", " ")), from); err != nil {
		t.Errorf("as people type it: %v", err)
	}
	wrong("used before", password)
	password, until = g.NewTicket()
	now = until.Add(time.Second)
	wrong("too old", password)
}

func TestTicketsAreThrottled(t *testing.T) {
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	g := access.New(access.Options{Now: func() time.Time { return now }})
	password, _ := g.NewTicket()
	from, other := netip.MustParseAddr("192.0.2.7"), netip.MustParseAddr("192.0.2.8")
	var wait *access.WaitError
	for range 8 {
		if err := g.UseTicket("ABCD-EFGH-JKMN", from); errors.As(err, &wait) {
			break
		}
	}
	if wait == nil {
		t.Fatal("guessing never had to wait")
	}
	if err := g.UseTicket(password, from); !errors.As(err, &wait) {
		t.Errorf("the right one while it has to wait: %v", err)
	}
	now = now.Add(time.Minute)
	if err := g.UseTicket(password, other); err != nil {
		t.Errorf("from elsewhere, after a minute: %v", err)
	}
}
