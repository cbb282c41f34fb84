package places_test

import (
	"net"
	"net/netip"
	"testing"

	"frontdesk.internal/appliance/places"
)

// silent is a connection that says nothing.
type silent struct {
	net.Conn
	from   string
	closed bool
}

func (s *silent) RemoteAddr() net.Addr {
	return net.TCPAddrFromAddrPort(netip.AddrPortFrom(netip.MustParseAddr(s.from), 5))
}

func (s *silent) Close() error { s.closed = true; return nil }

// door is what enters one by one.
type door struct {
	*places.Places
	t *testing.T
}

// enter has a connection from there enter, and wants it to get a place for which another one goes, or not.
func (d door) enter(from string, gave bool) (*silent, *places.Conn) {
	d.t.Helper()
	s := &silent{from: from}
	k, got := d.Enter(s)
	if k == nil || got != gave || s.closed {
		d.t.Fatalf("%s: place %v, another went %v, want %v", from, k != nil, got, gave)
	}
	return s, k
}

// refused has a connection from there enter for which there must be no place.
func (d door) refused(from string) {
	d.t.Helper()
	s := &silent{from: from}
	if k, gave := d.Enter(s); k != nil || gave || s.closed {
		d.t.Errorf("%s: got a place, or was closed", from)
	}
}

// TestGuestsGoFirst: who opens many connections and says nothing keeps nobody out.
func TestGuestsGoFirst(t *testing.T) {
	d := door{places.New(8, 4), t}
	owner, kept := d.enter("192.0.2.1", false)
	kept.Keep()
	first, _ := d.enter("192.0.2.66", false)
	second, _ := d.enter("192.0.2.66", false)
	d.enter("192.0.2.66", false)
	d.enter("192.0.2.66", false)
	if d.enter("192.0.2.66", true); !first.closed || second.closed {
		t.Error("the fifth of one address did not take the place of its oldest")
	}
	others := []*silent{}
	for _, from := range []string{"192.0.2.67", "192.0.2.68", "192.0.2.69"} {
		s, _ := d.enter(from, false)
		others = append(others, s)
	}
	staff, member := d.enter("192.0.2.2", true) // all places are taken: who has the most gives one
	if member.Keep(); !second.closed {
		t.Error("the oldest of who has the most has its place still")
	}
	for range 1000 {
		d.enter("192.0.2.66", true)
	}
	for _, s := range append(others, owner, staff) {
		if s.closed {
			t.Errorf("%s has lost the place to who had more", s.from)
		}
	}
}

// TestMembersStay: when everybody is signed in, there is no place, until somebody leaves.
func TestMembersStay(t *testing.T) {
	d := door{places.New(2, 0), t}
	_, one := d.enter("192.0.2.1", false)
	_, two := d.enter("192.0.2.1", false)
	one.Keep()
	two.Keep()
	d.refused("192.0.2.3")
	d.refused("192.0.2.1")
	for range 2 { // a place is given back once
		if err := one.Close(); err != nil {
			t.Fatal(err)
		}
	}
	_, guest := d.enter("192.0.2.3", false)
	guest.Keep()
	d.refused("192.0.2.4")
}

// TestNetworks: an IPv6 host has as many addresses as it likes, so its network counts.
func TestNetworks(t *testing.T) {
	d := door{places.New(100, 2), t}
	for i, from := range []string{"2001:db8::1", "2001:db8::2", "2001:db8::3", "2001:db8::4"} {
		d.enter(from, i >= 2)
	}
	d.enter("2001:db8:0:1::1", false)
	d.enter("192.0.2.1", false)
	d.enter("::ffff:192.0.2.1", false) // the same one
	d.enter("192.0.2.1", true)
}
