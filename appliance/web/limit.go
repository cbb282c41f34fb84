package web

import (
	"context"
	"net"
	"net/http"
	"net/netip"

	"frontdesk.internal/appliance/places"
)

// limitListener bounds the connections at once.
type limitListener struct {
	net.Listener
	places *places.Places
}

// Accept returns the next connection that gets a place.
func (l limitListener) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if k, _ := l.places.Enter(c); k != nil {
			return k, nil
		}
		_ = c.Close() // nothing was said on it
	}
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
	if c, ok := r.Context().Value(connKey{}).(*places.Conn); ok {
		c.Keep()
	}
}

// addrOf returns the IP address in a; the zero Addr when there is none.
func addrOf(a net.Addr) netip.Addr {
	t, ok := a.(*net.TCPAddr)
	if !ok {
		return netip.Addr{}
	}
	return t.AddrPort().Addr().Unmap().WithZone("")
}
