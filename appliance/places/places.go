// Package places bounds the connections that a door has at once.
//
// When there are too many, the oldest goes on which nobody is signed in, of the network that has the most: who opens many and says
// nothing keeps nobody out, and takes no place from who is signed in. A network is an IPv4 address, or the /64 of an IPv6 one, of
// which one host has all addresses.
//
// The package does no I/O but to close connections, and starts no goroutines. Who signs in, and when a guest has been silent for
// too long, is the door's business.
package places

import (
	"net"
	"net/netip"
	"slices"
	"sync"
)

// Places are those of one door. Make them with New; safe for concurrent use.
type Places struct {
	all, each int

	mu   sync.Mutex
	open []*Conn // the oldest first
	by   map[netip.Prefix]int
}

// New returns all places, of which each network may have each at once; 0 = all of them.
func New(all, each int) *Places {
	if each == 0 {
		each = all
	}
	return &Places{all: all, each: each, by: map[netip.Prefix]int{}}
}

// Conn is a connection that has a place until it is closed.
type Conn struct {
	net.Conn
	in     *Places
	from   netip.Prefix
	member bool // somebody is signed in; under in.mu
}

// Enter gives c a place; for it, another connection may be closed, and gave says so. It returns nil, and leaves c alone, when
// everybody who has a place that c could have is signed in.
func (p *Places) Enter(c net.Conn) (k *Conn, gave bool) {
	k = &Conn{Conn: c, in: p, from: network(c.RemoteAddr())}
	out, ok := p.enter(k)
	if out != nil {
		_ = out.Conn.Close() // nobody was let in on it
	}
	if !ok {
		return nil, false
	}
	return k, out != nil
}

func (p *Places) enter(c *Conn) (out *Conn, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	own := p.by[c.from] >= p.each
	if own || len(p.open) >= p.all {
		for _, o := range p.open {
			if !o.member && (!own || o.from == c.from) && (out == nil || p.by[o.from] > p.by[out.from]) {
				out = o
			}
		}
		if out == nil {
			return nil, false
		}
		p.leave(out)
	}
	p.open = append(p.open, c)
	p.by[c.from]++
	return out, true
}

// leave frees the place of c; nothing where it has none any more. The caller holds the lock.
func (p *Places) leave(c *Conn) {
	i := slices.Index(p.open, c)
	if i < 0 {
		return
	}
	p.open = slices.Delete(p.open, i, i+1)
	if p.by[c.from]--; p.by[c.from] == 0 {
		delete(p.by, c.from)
	}
}

// Keep notes that somebody is signed in: the connection gives its place to nobody.
func (c *Conn) Keep() {
	c.in.mu.Lock()
	defer c.in.mu.Unlock()
	c.member = true
}

// Close closes the connection. Its place is free before the other end sees that.
func (c *Conn) Close() error {
	c.in.mu.Lock()
	c.in.leave(c)
	c.in.mu.Unlock()
	return c.Conn.Close()
}

// network is what connections are counted by; the zero Prefix for what has no IP address.
func network(a net.Addr) netip.Prefix {
	t, ok := a.(*net.TCPAddr)
	if !ok {
		return netip.Prefix{}
	}
	addr, bits := t.AddrPort().Addr().Unmap().WithZone(""), 32
	if addr.Is6() {
		bits = 64
	}
	p, _ := addr.Prefix(bits) // the bits fit
	return p
}
