package egress

import (
	"context"
	"errors"
	"net/netip"
	"testing"
)

func TestInHouse(t *testing.T) {
	near := []netip.Prefix{
		netip.MustParsePrefix("203.0.113.0/24"), netip.MustParsePrefix("2001:db8:1::/64"), netip.MustParsePrefix("0.0.0.0/0"),
	}
	for text, want := range map[string]bool{
		"10.1.2.3": true, "192.168.0.9": true, "172.16.0.1": true, "127.0.0.1": true, "::1": true, "fe80::1%eth0": true, "fd00::7": true,
		"::ffff:10.0.0.1": true, "203.0.113.9": true, "2001:db8:1::7": true,
		"203.0.114.9": false, "2001:db8:2::7": false, "8.8.8.8": false, "::ffff:8.8.8.8": false, "172.32.0.1": false,
	} {
		if got := inHouse(netip.MustParseAddr(text), near); got != want {
			t.Errorf("inHouse(%s) = %v", text, got)
		}
	}
}

func TestDialHouse(t *testing.T) {
	g := New(nil, Engines)
	_, err := g.DialHouse(context.Background(), Engines, "203.0.113.1:80", true)
	if !errors.Is(err, ErrOutside) {
		t.Errorf("DialHouse() = %v", err)
	}
	if counted := g.Take(); len(counted) != 1 || counted[0].Refused != 1 || counted[0].Connections != 0 {
		t.Errorf("the ledger says %+v", counted)
	}
}
