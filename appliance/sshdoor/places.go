package sshdoor

import (
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/gliderlabs/ssh"
	gossh "golang.org/x/crypto/ssh"
)

// serverConfig offers what is sound today, without SHA-1: neither for the exchange of keys, nor for what comes after it, nor for signatures.
func serverConfig() *gossh.ServerConfig {
	sound := gossh.SupportedAlgorithms()
	c := &gossh.ServerConfig{MaxAuthTries: maxTries, PublicKeyAuthAlgorithms: withoutSHA1(sound.PublicKeyAuths)}
	c.KeyExchanges, c.Ciphers, c.MACs = withoutSHA1(sound.KeyExchanges), sound.Ciphers, withoutSHA1(sound.MACs)
	return c
}

// withoutSHA1 leaves out what is named after SHA-1, and what uses it without saying so.
func withoutSHA1(names []string) []string {
	return slices.DeleteFunc(names, func(n string) bool {
		return strings.Contains(n, "sha1") || strings.HasPrefix(n, "ssh-rsa") || strings.HasPrefix(n, "ssh-dss")
	})
}

// places are the connections at once. When there are too many, the oldest goes on which nobody is signed in, of the network that has the most:
// who opens many and says nothing keeps nobody out.
type places struct {
	most int

	mu   sync.Mutex
	open []*counted // the oldest first
}

// counted is a connection that has a place.
type counted struct {
	net.Conn
	in     *places
	from   netip.Prefix
	member bool // somebody is signed in
}

// Close implements net.Conn. The place is free before the other end sees that it was closed.
func (c *counted) Close() error {
	c.in.leave(c)
	return c.Conn.Close()
}

// enter gives c a place, for which another connection may have to go.
func (p *places) enter(c *counted) (out *counted, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.open) >= p.most {
		if out = p.guestLocked(); out == nil {
			return nil, false // all of them are signed in
		}
		p.open = slices.DeleteFunc(p.open, func(o *counted) bool { return o == out })
	}
	p.open = append(p.open, c)
	return out, true
}

func (p *places) guestLocked() (out *counted) {
	by := map[netip.Prefix]int{}
	for _, o := range p.open {
		by[o.from]++
	}
	for _, o := range p.open {
		if !o.member && (out == nil || by[o.from] > by[out.from]) {
			out = o
		}
	}
	return out
}

func (p *places) leave(c *counted) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.open = slices.DeleteFunc(p.open, func(o *counted) bool { return o == c })
}

func (p *places) keep(c *counted) {
	p.mu.Lock()
	defer p.mu.Unlock()
	c.member = true
}

// connected gives a connection a place, or returns nil when there is none. It is closed if nobody signs in.
func (s *Server) connected(ctx ssh.Context, c net.Conn) net.Conn {
	k := &counted{Conn: c, in: &s.places, from: network(c.RemoteAddr())}
	out, ok := s.places.enter(k)
	if out != nil {
		_ = out.Conn.Close() // nobody was let in on it
	}
	if out != nil || !ok {
		if unsaid, ok := s.warned.now(time.Now()); ok {
			s.log.Warn("ssh: too many connections", "from", c.RemoteAddr().String(), "not_said_before", unsaid)
		}
	}
	if !ok {
		return nil
	}
	ctx.SetValue(keyPlace, k)
	ctx.SetValue(keySigned, time.AfterFunc(s.o.Limits.SignIn, func() { _ = k.Close() })) // nobody is told: nobody was let in
	return k
}

// network is what connections are counted by: an IPv4 address, or an IPv6 network, of which one host has all addresses.
func network(a net.Addr) netip.Prefix {
	from, err := netip.ParseAddrPort(a.String())
	if err != nil {
		return netip.Prefix{}
	}
	addr, bits := from.Addr().Unmap().WithZone(""), 32
	if addr.Is6() {
		bits = 64
	}
	p, _ := addr.Prefix(bits) // the bits fit
	return p
}

// Of what strangers can cause, so much is said within a while; the rest is counted.
const (
	warnEvery = time.Minute
	warnMost  = 5
)

// sometimes bounds how often something is said.
type sometimes struct {
	mu     sync.Mutex
	since  time.Time
	said   int
	unsaid int
}

// now reports whether it may be said now, and how much was not said before.
func (s *sometimes) now(t time.Time) (unsaid int, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t.Sub(s.since) >= warnEvery {
		s.since, s.said, unsaid, s.unsaid = t, 0, s.unsaid, 0
	}
	if s.said++; s.said > warnMost {
		s.unsaid++
		return 0, false
	}
	return unsaid, true
}
