package web

import (
	"net"
	"net/netip"
	"testing"
)

// nobody is a connection that says nothing.
type nobody struct {
	net.Conn
	closed bool
}

func (n *nobody) Close() error { n.closed = true; return nil }

func guestOf(l *limitListener, from string) *limitedConn {
	return &limitedConn{Conn: &nobody{}, from: networkOf(netip.MustParseAddr(from)), in: l}
}

// Who opens many connections and says nothing keeps nobody out.
func TestIdleConnectionsGoFirst(t *testing.T) {
	l := newLimitListener(nil, 8, 4)
	enter := func(from string) (c, out *limitedConn, ok bool) {
		c = guestOf(l, from)
		out, ok = l.enter(c)
		return c, out, ok
	}
	owner, _, _ := enter("192.0.2.1")
	owner.member.Store(true)
	first, _, _ := enter("192.0.2.66")
	for range 3 {
		enter("192.0.2.66")
	}
	if _, out, ok := enter("192.0.2.66"); !ok || out != first {
		t.Errorf("the fifth of one address: %v, %v; want its oldest to go", out, ok)
	}
	for _, from := range []string{"192.0.2.67", "192.0.2.68", "192.0.2.69"} {
		if _, out, ok := enter(from); !ok || out != nil {
			t.Fatalf("%s: %v, %v", from, out, ok)
		}
	}
	// All places are taken: who has the most gives one.
	staff, out, ok := enter("192.0.2.2")
	if !ok || out == nil || out.from != networkOf(netip.MustParseAddr("192.0.2.66")) {
		t.Errorf("somebody new: %v, %v", out, ok)
	}
	staff.member.Store(true)
	for range 1000 {
		if _, out, _ := enter("192.0.2.66"); out == owner || out == staff {
			t.Fatal("who is signed in loses the place")
		}
	}
	if len(l.open) != 8 {
		t.Errorf("%d connections", len(l.open))
	}
	for _, c := range l.open {
		c.member.Store(true)
	}
	if _, out, ok := enter("192.0.2.3"); ok || out != nil {
		t.Error("a place of somebody who is signed in was given away")
	}
	_ = owner.Close() // says nothing
	_ = owner.Close() // the place is given back once
	if _, out, ok := enter("192.0.2.3"); !ok || out != nil || len(l.open) != 8 {
		t.Errorf("after one has left: %v, %v, %d", out, ok, len(l.open))
	}
}

// An IPv6 host has as many addresses as it likes: its network counts.
func TestConnectionsByNetwork(t *testing.T) {
	l := newLimitListener(nil, 100, 2)
	for i, from := range []string{"2001:db8::1", "2001:db8::2", "2001:db8::3", "2001:db8::4"} {
		if out, ok := l.enter(guestOf(l, from)); !ok || (out != nil) != (i >= 2) {
			t.Errorf("%s: %v, %v", from, out, ok)
		}
	}
	if out, ok := l.enter(guestOf(l, "2001:db8:0:1::1")); !ok || out != nil {
		t.Errorf("another network: %v, %v", out, ok)
	}
	if len(l.open) != 3 {
		t.Errorf("%d connections", len(l.open))
	}
}
