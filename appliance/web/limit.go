package web

import (
	"net"
	"net/netip"
	"sync"
)

// limitListener closes connections beyond a number at once, in all and from one address, so that one guest who opens many
// and says nothing does not keep the owner out.
type limitListener struct {
	net.Listener
	all, each int

	mu   sync.Mutex
	open int
	by   map[netip.Addr]int
}

func newLimitListener(l net.Listener, all, each int) *limitListener {
	return &limitListener{Listener: l, all: all, each: each, by: make(map[netip.Addr]int)}
}

// Accept returns the next connection within the limits.
func (l *limitListener) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		from := addrOf(c.RemoteAddr())
		if l.enter(from) {
			return &limitedConn{Conn: c, leave: sync.OnceFunc(func() { l.leave(from) })}, nil
		}
		_ = c.Close() // nothing was said on it
	}
}

func (l *limitListener) enter(from netip.Addr) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.open >= l.all || l.by[from] >= l.each {
		return false
	}
	l.open++
	l.by[from]++
	return true
}

func (l *limitListener) leave(from netip.Addr) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.open--
	if l.by[from]--; l.by[from] <= 0 {
		delete(l.by, from)
	}
}

// limitedConn gives its place back when it is closed.
type limitedConn struct {
	net.Conn
	leave func()
}

// Close closes the connection; the place is given back once.
func (c *limitedConn) Close() error {
	defer c.leave()
	return c.Conn.Close()
}

// addrOf returns the IP address in a; the zero Addr when there is none.
func addrOf(a net.Addr) netip.Addr {
	t, ok := a.(*net.TCPAddr)
	if !ok {
		return netip.Addr{}
	}
	return t.AddrPort().Addr().Unmap().WithZone("")
}
