// Package egress is the only way out: no other package of the appliance opens a connection or a socket that can send, or looks a name up (a
// test of the tree holds that). Everything is denied but what the owner has switched on, and everything that goes out is counted by
// purpose, by address and by day.
//
// There are the telephone system, to which calls go anyway, the name server of the office, when the telephone system is set by a name, one
// destination for each way by which the office is told of messages, off until the owner has named a recipient there, and one for the
// office's calendars, one for its systems that know callers, one for its computers that help the box to hear and to choose, and one for a
// collector of traces, off until one is named. Weights are fetched by commands of the setup, which are no part of the running appliance.
//
// A [Gate] is safe for concurrent use and starts no goroutine; counting takes two atomic additions a packet.
package egress

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"frontdesk.internal/appliance/record"
)

// Purpose names a destination.
type Purpose string

// The closed list of purposes.
const (
	Telephone Purpose = "telephone" // signalling and sound of calls, to the telephone system and whom it names
	Names     Purpose = "names"     // the addresses of the telephone system, and of the servers of all other purposes

	// Ways by which the office is told of messages, named as in record.Via.
	Email   Purpose = "email"
	Webhook Purpose = "webhook"
	Ntfy    Purpose = "ntfy"
	Gotify  Purpose = "gotify"
	MQTT    Purpose = "mqtt"
	Matrix  Purpose = "matrix"
	Syslog  Purpose = "syslog"

	Calendar Purpose = "calendar" // the servers of the office's calendars
	Contacts Purpose = "contacts" // the office's systems that know callers
	Engines  Purpose = "engines"  // computers of the office's own network that hear and choose for the box
	Traces   Purpose = "traces"   // the collector of how long the steps of calls take
)

// ErrDenied says that a destination is not switched on.
var ErrDenied = errors.New("not let out: this destination is not switched on")

// ErrOutside says that an address is not one of the office's own network.
var ErrOutside = errors.New("not let out: the address is none of the office's own network")

// destinations are all there are.
func destinations() []record.Destination {
	list := []record.Destination{
		{
			Name: string(Telephone), For: "calls: the telephone system of the office, and the telephones that it names",
			Carries: "signalling (SIP) and the sound of calls (RTP)",
		},
		{
			Name: string(Names), For: "finding the telephone system, and the servers that the owner has named, by their names",
			Carries: "the names of the telephone system and of these servers",
		},
	}
	for _, way := range []struct {
		p    Purpose
		what string
	}{
		{Email, "e-mail, by the mail server"}, {Webhook, "a webhook, to the program"}, {Ntfy, "ntfy, by the server"},
		{Gotify, "Gotify, by the server"}, {MQTT, "MQTT, by the broker"}, {Matrix, "Matrix, by the server"},
		{Syslog, "syslog, by the collector"},
	} {
		list = append(list, record.Destination{
			Name: string(way.p), For: "telling the office of messages by " + way.what + " that the owner has named for a recipient",
			Carries: "that there is something, and a link to it; names, numbers and words of callers where the owner wants them",
		})
	}
	return append(list, record.Destination{
		Name: string(Calendar), For: "appointments: the servers of the calendars that the owner has named",
		Carries: "which days are looked at; the service, the time, the caller's name and number of an appointment that a caller has confirmed",
	}, record.Destination{
		Name: string(Contacts), For: "knowing callers: the address books and systems of the office that the owner has named",
		Carries: "the number that calls; callers who are to stand in an address book, where the owner wants that",
	}, record.Destination{
		Name: string(Engines), For: "understanding callers: the computers of the office's own network that the owner has named",
		Carries: "the sound of what callers say, or their words; no name or number but one that a caller has spoken",
	}, record.Destination{
		Name: string(Traces), For: "monitoring: the collector that the settings name",
		Carries: "when calls began and ended, how, and how long each step took; no number, no name, no word",
	})
}

// Gate is the way out.
type Gate struct {
	now func() time.Time

	mu     sync.Mutex
	on     map[Purpose]bool
	counts map[key]*count
}

type key struct {
	day     string
	purpose Purpose
	address string
}

// count is what went to one address on one day.
type count struct {
	connections, sent, received, refused atomic.Uint64
	first, last                          atomic.Int64 // Unix nanoseconds
}

// New returns a gate that lets out what is on.
func New(now func() time.Time, on ...Purpose) *Gate {
	if now == nil {
		now = time.Now
	}
	g := &Gate{on: map[Purpose]bool{}, now: now, counts: map[key]*count{}}
	for _, p := range on {
		g.on[p] = true
	}
	return g
}

// Allow switches a destination on.
func (g *Gate) Allow(p Purpose) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.on[p] = true
}

// Deny switches a destination off. Connections that are up stay.
func (g *Gate) Deny(p Purpose) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.on, p)
}

func (g *Gate) allows(p Purpose) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.on[p]
}

// Destinations tells where the box may speak to.
func (g *Gate) Destinations() []record.Destination {
	list, names := destinations(), g.allows(Names)
	for i := range list {
		list[i].On = g.allows(Purpose(list[i].Name))
		names = names || list[i].On && list[i].Name != string(Telephone) // a way may look names up for itself
	}
	for i := range list {
		if list[i].Name == string(Names) {
			list[i].On = names
		}
	}
	return list
}

// at returns the count of an address for today.
func (g *Gate) at(p Purpose, address string) *count {
	now := g.now()
	k := key{now.Format(time.DateOnly), p, address}
	g.mu.Lock()
	defer g.mu.Unlock()
	c := g.counts[k]
	if c == nil {
		c = &count{}
		c.first.Store(now.UnixNano())
		g.counts[k] = c
	}
	c.last.Store(now.UnixNano())
	return c
}

// let counts an attempt, and refuses it when the destination is off.
func (g *Gate) let(p Purpose, address string) (*count, error) {
	c := g.at(p, address)
	if !g.allows(p) {
		c.refused.Add(1)
		return nil, fmt.Errorf("%s to %s: %w", p, address, ErrDenied)
	}
	return c, nil
}

// sending counts n bytes before they leave: whoever has them at the other end finds them counted.
func (c *count) sending(n int) { c.sent.Add(uint64(n)) }

// kept takes back what of n bytes did not leave.
func (c *count) kept(n, sent int) { c.sent.Add(-uint64(n - max(0, sent))) }

// Take returns what was counted since it was last called, and begins anew.
func (g *Gate) Take() []record.Egress {
	g.mu.Lock()
	counts := g.counts
	g.counts = map[key]*count{}
	g.mu.Unlock()
	list := make([]record.Egress, 0, len(counts))
	for k, c := range counts {
		list = append(list, record.Egress{
			Day: k.day, Purpose: string(k.purpose), Address: k.address, Connections: c.connections.Load(), Sent: c.sent.Load(),
			Received: c.received.Load(), Refused: c.refused.Load(), First: time.Unix(0, c.first.Load()).UTC(),
			Last: time.Unix(0, c.last.Load()).UTC(),
		})
	}
	slices.SortFunc(list, func(a, b record.Egress) int {
		return strings.Compare(a.Day+"\x00"+a.Purpose+"\x00"+a.Address, b.Day+"\x00"+b.Purpose+"\x00"+b.Address)
	})
	return list
}

// Listen opens a listener. What comes in is not counted: nothing is sent but answers.
func (g *Gate) Listen(network, address string) (net.Listener, error) {
	return net.Listen(network, address)
}

// ListenPacket opens a socket that sends and receives for a purpose.
func (g *Gate) ListenPacket(p Purpose, network, address string) (net.PacketConn, error) {
	if !g.allows(p) {
		_, err := g.let(p, address)
		return nil, err
	}
	c, err := net.ListenPacket(network, address)
	if err != nil {
		return nil, err
	}
	u, ok := c.(*net.UDPConn)
	if !ok {
		return nil, errors.Join(fmt.Errorf("%s is no network of packets", network), c.Close())
	}
	return &UDPConn{UDPConn: u, gate: g, purpose: p}, nil
}

// ListenUDP opens a UDP socket that sends and receives for a purpose.
func (g *Gate) ListenUDP(p Purpose, address netip.AddrPort) (*UDPConn, error) {
	if !g.allows(p) {
		_, err := g.let(p, address.String())
		return nil, err
	}
	c, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(address))
	if err != nil {
		return nil, err
	}
	return &UDPConn{UDPConn: c, gate: g, purpose: p}, nil
}

// UDPConn is a UDP socket that counts.
type UDPConn struct {
	*net.UDPConn
	gate    *Gate
	purpose Purpose
	to      atomic.Pointer[route] // whom was sent to last
	from    atomic.Pointer[route] // whom was heard from last
}

// route is an address with its count; the day is that of the count.
type route struct {
	addr  netip.Addr
	until int64 // Unix seconds of the next midnight
	count *count
}

// routed returns the count of an address, from the last time when it is the same.
func (c *UDPConn) routed(last *atomic.Pointer[route], addr netip.Addr) *count {
	now := c.gate.now()
	if r := last.Load(); r != nil && r.addr == addr && now.Unix() < r.until {
		return r.count
	}
	k := c.gate.at(c.purpose, addr.Unmap().WithZone("").String())
	// The counts are taken and begun anew now and then: what is cached must not outlive that for long.
	last.Store(&route{addr: addr, until: min(now.Unix()+5, nextDay(now)), count: k})
	return k
}

func nextDay(t time.Time) int64 {
	return time.Date(t.Year(), t.Month(), t.Day()+1, 0, 0, 0, 0, t.Location()).Unix()
}

// WriteToUDPAddrPort sends and counts.
func (c *UDPConn) WriteToUDPAddrPort(b []byte, addr netip.AddrPort) (int, error) {
	k := c.routed(&c.to, addr.Addr())
	k.sending(len(b))
	n, err := c.UDPConn.WriteToUDPAddrPort(b, addr)
	k.kept(len(b), n)
	return n, err
}

// WriteTo implements net.PacketConn.
func (c *UDPConn) WriteTo(b []byte, addr net.Addr) (int, error) {
	u, ok := addr.(*net.UDPAddr)
	if !ok {
		return c.UDPConn.WriteTo(b, addr)
	}
	return c.WriteToUDPAddrPort(b, u.AddrPort())
}

// ReadFromUDPAddrPort receives and counts.
func (c *UDPConn) ReadFromUDPAddrPort(b []byte) (int, netip.AddrPort, error) {
	n, addr, err := c.UDPConn.ReadFromUDPAddrPort(b)
	if err == nil {
		c.routed(&c.from, addr.Addr()).received.Add(uint64(max(0, n)))
	}
	return n, addr, err
}

// ReadFrom implements net.PacketConn.
func (c *UDPConn) ReadFrom(b []byte) (int, net.Addr, error) {
	n, addr, err := c.UDPConn.ReadFrom(b)
	if u, ok := addr.(*net.UDPAddr); ok && err == nil {
		c.routed(&c.from, u.AddrPort().Addr()).received.Add(uint64(max(0, n)))
	}
	return n, addr, err
}

// Dial connects for a purpose; with a config by TLS.
func (g *Gate) Dial(ctx context.Context, p Purpose, to netip.AddrPort, c *tls.Config) (net.Conn, error) {
	k, err := g.let(p, to.Addr().Unmap().WithZone("").String())
	if err != nil {
		return nil, err
	}
	k.connections.Add(1)
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", to.String())
	if err != nil {
		return nil, err
	}
	counted := &tcpConn{Conn: conn, gate: g, purpose: p, address: to.Addr().Unmap().WithZone("").String()}
	if c == nil {
		return counted, nil
	}
	return Secure(ctx, counted, c)
}

// Secure makes TLS of a connection. When that fails the connection is closed.
func Secure(ctx context.Context, conn net.Conn, c *tls.Config) (net.Conn, error) {
	secure := tls.Client(conn, c)
	if err := secure.HandshakeContext(ctx); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return secure, nil
}

// DialName connects for a purpose to host:port. A name is looked up for the same purpose, and each of its addresses is tried in turn.
func (g *Gate) DialName(ctx context.Context, p Purpose, address string) (net.Conn, error) {
	return g.dialName(ctx, p, address, func(netip.Addr) bool { return true })
}

// dialName is DialName for the addresses that may be spoken with.
func (g *Gate) dialName(ctx context.Context, p Purpose, address string, may func(netip.Addr) bool) (net.Conn, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("connect to %q: %w", address, err)
	}
	number, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return nil, fmt.Errorf("connect to %q: %w", address, err)
	}
	addrs := []netip.Addr{}
	if ip, err := netip.ParseAddr(host); err == nil {
		addrs = append(addrs, ip)
	} else {
		if addrs, err = g.Addresses(ctx, p, host); err != nil {
			return nil, err
		}
	}
	var errs []error
	for _, a := range addrs {
		if !may(a) {
			g.at(p, a.Unmap().WithZone("").String()).refused.Add(1)
			errs = append(errs, ErrOutside)
			continue
		}
		conn, err := g.Dial(ctx, p, netip.AddrPortFrom(a, uint16(number)), nil)
		if err == nil {
			return conn, nil
		}
		errs = append(errs, err)
	}
	return nil, errors.Join(errs...)
}

// tcpConn is a connection that counts.
type tcpConn struct {
	net.Conn
	gate    *Gate
	purpose Purpose
	address string
}

// Read implements net.Conn.
func (c *tcpConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if n > 0 {
		c.gate.at(c.purpose, c.address).received.Add(uint64(n))
	}
	return n, err
}

// CloseWrite ends what is sent; what comes is still read.
func (c *tcpConn) CloseWrite() error {
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return nil
}

// Write implements net.Conn.
func (c *tcpConn) Write(b []byte) (int, error) {
	k := c.gate.at(c.purpose, c.address)
	k.sending(len(b))
	n, err := c.Conn.Write(b)
	k.kept(len(b), n)
	return n, err
}

// LookupSRV asks for the servers of a name.
func (g *Gate) LookupSRV(ctx context.Context, service, proto, name string) ([]*net.SRV, error) {
	k, err := g.let(Names, name)
	if err != nil {
		return nil, err
	}
	k.connections.Add(1)
	_, records, err := net.DefaultResolver.LookupSRV(ctx, service, proto, name)
	if err != nil {
		return nil, fmt.Errorf("look up the servers of %q: %w", name, err)
	}
	return records, nil
}

// Lookup asks for the addresses of a name.
func (g *Gate) Lookup(ctx context.Context, host string) ([]netip.Addr, error) {
	k, err := g.let(Names, host)
	if err != nil {
		return nil, err
	}
	return g.lookup(ctx, k, host)
}

// Addresses asks for the addresses of a name for a purpose that is on.
func (g *Gate) Addresses(ctx context.Context, p Purpose, host string) ([]netip.Addr, error) {
	if _, err := g.let(p, host); err != nil {
		return nil, err
	}
	return g.lookup(ctx, g.at(Names, host), host)
}

// lookup asks for the addresses of a name, and counts that.
func (g *Gate) lookup(ctx context.Context, k *count, host string) ([]netip.Addr, error) {
	k.connections.Add(1)
	found, err := net.DefaultResolver.LookupNetIP(ctx, "ip", host)
	if err != nil {
		return nil, fmt.Errorf("look up %q: %w", host, err)
	}
	out := make([]netip.Addr, 0, len(found))
	for _, a := range found {
		out = append(out, a.Unmap())
	}
	return out, nil
}

// Facing returns our address toward a remote one. It asks the routing table; nothing is sent.
func (g *Gate) Facing(remote netip.AddrPort) (netip.Addr, error) {
	conn, err := net.Dial("udp", remote.String()) //nolint:noctx // sends nothing and does not block
	if err != nil {
		return netip.Addr{}, fmt.Errorf("find the way to %s: %w", remote, err)
	}
	defer func() { _ = conn.Close() }()
	u, ok := conn.LocalAddr().(*net.UDPAddr)
	if !ok {
		return netip.Addr{}, fmt.Errorf("find the way to %s: no address", remote)
	}
	return u.AddrPort().Addr().Unmap(), nil
}
