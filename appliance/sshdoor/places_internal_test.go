package sshdoor

import (
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"
)

func from(p *places, addr string) *counted {
	return &counted{in: p, from: network(net.TCPAddrFromAddrPort(netip.MustParseAddrPort(addr)))}
}

// Silent connections give way, of who has the most first; who is signed in stays.
func TestSilentConnectionsGiveWay(t *testing.T) {
	p := &places{most: 4}
	technician := from(p, "192.0.2.1:1")
	p.enter(technician)
	p.keep(technician)
	one := from(p, "192.0.2.2:1")
	p.enter(one)
	a, b := from(p, "[2001:db8::1]:1"), from(p, "[2001:db8::2]:1")
	p.enter(a)
	p.enter(b)
	if out, ok := p.enter(from(p, "192.0.2.3:1")); !ok || out != a {
		t.Errorf("%v, %v; want the oldest of the network with two", out, ok)
	}
	for range 100 {
		out, ok := p.enter(from(p, "192.0.2.66:1"))
		if !ok || out == technician {
			t.Fatalf("%v, %v", out, ok)
		}
	}
	for _, o := range p.open {
		p.keep(o)
	}
	if out, ok := p.enter(from(p, "192.0.2.4:1")); ok || out != nil {
		t.Error("somebody who is signed in was shown out")
	}
	p.leave(technician)
	p.leave(technician)
	if out, ok := p.enter(from(p, "192.0.2.4:1")); !ok || out != nil || len(p.open) != 4 {
		t.Errorf("%v, %v, %d", out, ok, len(p.open))
	}
}

func TestNothingOfYesterday(t *testing.T) {
	c := serverConfig()
	for _, list := range [][]string{c.KeyExchanges, c.Ciphers, c.MACs, c.PublicKeyAuthAlgorithms} {
		if len(list) == 0 {
			t.Fatal("nothing is offered")
		}
		for _, name := range list {
			for _, bad := range []string{"sha1", "md5", "cbc", "arcfour", "3des", "ssh-dss", "ssh-rsa"} {
				if strings.Contains(name, bad) {
					t.Errorf("%s is offered", name)
				}
			}
		}
	}
}

func TestWarningsAreNotWithoutEnd(t *testing.T) {
	var s sometimes
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	said := 0
	for range 1000 {
		if _, ok := s.now(now); ok {
			said++
		}
	}
	if said != warnMost {
		t.Errorf("said %d times", said)
	}
	if unsaid, ok := s.now(now.Add(warnEvery)); !ok || unsaid != 1000-warnMost {
		t.Errorf("later: %d, %v", unsaid, ok)
	}
}
