package web

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"sync/atomic"
)

// limitListener bounds the connections at once, in all and from one address or IPv6 network. When there are too many, the oldest goes on which
// nobody is signed in, of the address that has the most: a guest who opens many and says nothing keeps nobody out, and takes no place from who
// is signed in.
type limitListener struct {
	net.Listener
	all, each int

	mu   sync.Mutex
	open []*limitedConn // the oldest first
	by   map[netip.Prefix]int
}

func newLimitListener(l net.Listener, all, each int) *limitListener {
	return &limitListener{Listener: l, all: all, each: each, by: make(map[netip.Prefix]int)}
}

// Accept returns the next connection within the limits.
func (l *limitListener) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		k := &limitedConn{Conn: c, from: networkOf(addrOf(c.RemoteAddr())), in: l}
		out, ok := l.enter(k)
		if out != nil {
			_ = out.Conn.Close() // its place is taken already
		}
		if ok {
			return k, nil
		}
		_ = c.Close() // nothing was said on it
	}
}

// enter gives c a place, for which another connection may have to go.
func (l *limitListener) enter(c *limitedConn) (out *limitedConn, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.by[c.from] >= l.each:
		out = l.guest(func(o *limitedConn) bool { return o.from == c.from })
	case len(l.open) >= l.all:
		most := 0
		for _, o := range l.open {
			if !o.member.Load() {
				most = max(most, l.by[o.from])
			}
		}
		out = l.guest(func(o *limitedConn) bool { return l.by[o.from] == most })
	default:
		l.open = append(l.open, c)
		l.by[c.from]++
		return nil, true
	}
	if out == nil {
		return nil, false // all of them are signed in
	}
	l.drop(out)
	l.open = append(l.open, c)
	l.by[c.from]++
	return out, true
}

// guest is the oldest connection on which nobody is signed in and of which is holds.
func (l *limitListener) guest(is func(*limitedConn) bool) *limitedConn {
	for _, o := range l.open {
		if !o.member.Load() && is(o) {
			return o
		}
	}
	return nil
}

func (l *limitListener) leave(c *limitedConn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.drop(c)
}

func (l *limitListener) drop(c *limitedConn) {
	for i, o := range l.open {
		if o != c {
			continue
		}
		l.open = append(l.open[:i], l.open[i+1:]...)
		if l.by[c.from]--; l.by[c.from] <= 0 {
			delete(l.by, c.from)
		}
		return
	}
}

// limitedConn gives its place back when it is closed.
type limitedConn struct {
	net.Conn
	from   netip.Prefix
	in     *limitListener
	member atomic.Bool // somebody is signed in on it
}

// Close closes the connection; the place is given back once.
func (c *limitedConn) Close() error {
	defer c.in.leave(c)
	return c.Conn.Close()
}

// connKey finds the connection of a request.
type connKey struct{}

// withConn lets requests find their connection.
func withConn(ctx context.Context, c net.Conn) context.Context {
	if t, ok := c.(interface{ NetConn() net.Conn }); ok { // TLS
		c = t.NetConn()
	}
	return context.WithValue(ctx, connKey{}, c)
}

// keepPlace notes that somebody is signed in on the connection of a request, so that it keeps its place.
func keepPlace(r *http.Request) {
	if c, ok := r.Context().Value(connKey{}).(*limitedConn); ok {
		c.member.Store(true)
	}
}

// networkOf is what connections are counted by: an IPv4 address, or an IPv6 network, of which one host has all addresses.
func networkOf(a netip.Addr) netip.Prefix {
	bits := 32
	if a.Is6() {
		bits = 64
	}
	p, _ := a.Prefix(bits) // the zero Prefix for no address
	return p
}

// addrOf returns the IP address in a; the zero Addr when there is none.
func addrOf(a net.Addr) netip.Addr {
	t, ok := a.(*net.TCPAddr)
	if !ok {
		return netip.Addr{}
	}
	return t.AddrPort().Addr().Unmap().WithZone("")
}
