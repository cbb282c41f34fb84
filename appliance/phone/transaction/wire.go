package transaction

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"sync/atomic"

	"github.com/emiago/sipgo/sip"
)

// The transports of an account.
const (
	TransportUDP = "udp"
	TransportTCP = "tcp"
	TransportTLS = "tls"
)

// maxDatagram is the largest UDP payload; sip.ParseMaxMessageLength has the same value.
const maxDatagram = 65535

// Wire carries SIP messages over one kind of transport.
type Wire interface {
	// serve reads until the wire is closed and hands each message up in the order of arrival.
	Serve(up func(msg sip.Message, src netip.AddrPort)) error
	// send writes one message. It does not block for longer than a write deadline.
	Send(data []byte, to netip.AddrPort) error
	Local() netip.AddrPort
	Proto() string // as in Via: "UDP", "TCP", "TLS"
	Reliable() bool
	Close() error
}

// Counters are what a wire refused; they are shown by the phone.
type Counters struct {
	Strangers atomic.Uint64 // from an address that is not let in
	Malformed atomic.Uint64 // not SIP
	Forged    atomic.Uint64 // calls from the PBX's address that do not know what it was told
	Overload  atomic.Uint64 // dropped because a table or a queue was full
	Limited   atomic.Uint64 // dropped because too many came at once
	Texts     atomic.Uint64 // refused because one sender, or all, sent too many
	Scanners  atomic.Uint64 // dropped because strangers ask for what is not here
}

var (
	_ Wire = (*UDP)(nil)
	_ Wire = (*TCP)(nil)
)

// UDP is SIP over one UDP socket: requests and responses of both directions use it, as NAT and PBXs expect.
type UDP struct {
	conn   net.PacketConn
	addr   netip.AddrPort
	self   netip.AddrPort // where we reach ourselves; nobody else can send from there
	parser *sip.Parser
	let    func(netip.Addr) bool
	count  *Counters
	log    *slog.Logger

	unreadable func(data []byte, src netip.AddrPort) // is given what cannot be read; nil = nobody
}

// NewUDP carries messages over conn, of those whom let knows.
func NewUDP(conn net.PacketConn, let func(netip.Addr) bool, count *Counters, log *slog.Logger) (*UDP, error) {
	addr, err := AddrPort(conn.LocalAddr())
	if err != nil {
		return nil, fmt.Errorf("read local address: %w", err)
	}
	Mark(conn, MarkCS3)
	return &UDP{conn: conn, addr: addr, self: SelfAddr(addr), parser: sip.NewParser(), let: let, count: count, log: log}, nil
}

// Local implements Wire.
func (w *UDP) Local() netip.AddrPort { return w.addr }

// Proto implements Wire.
func (w *UDP) Proto() string { return "UDP" }

// Reliable implements Wire.
func (w *UDP) Reliable() bool { return false }

// Close implements Wire.
func (w *UDP) Close() error { return w.conn.Close() }

// Send implements Wire.
func (w *UDP) Send(data []byte, to netip.AddrPort) error {
	if !to.IsValid() {
		return errors.New("send sip message: no destination")
	}
	if _, err := w.conn.WriteTo(data, net.UDPAddrFromAddrPort(to)); err != nil {
		return fmt.Errorf("send sip message: %w", err)
	}
	return nil
}

// Serve implements Wire.
func (w *UDP) Serve(up func(sip.Message, netip.AddrPort)) error {
	buf := make([]byte, maxDatagram)
	failures := 0
	for {
		n, from, err := w.conn.ReadFrom(buf)
		if errors.Is(err, net.ErrClosed) {
			return nil
		}
		if err != nil {
			// ICMP errors of earlier sends surface here; only a socket that does nothing but fail is given up.
			if failures++; failures > 100 {
				return fmt.Errorf("read sip socket: %w", err)
			}
			continue
		}
		failures = 0
		src, err := AddrPort(from)
		if err != nil || src != w.self && !w.let(src.Addr()) {
			w.count.Strangers.Add(1)
			continue
		}
		data := buf[:n]
		if keepAlive(data) {
			continue
		}
		msg, err := parse(w.parser, data)
		if err != nil {
			w.count.Malformed.Add(1)
			w.log.Debug("dropped a malformed sip message", "bytes", n)
			if w.unreadable != nil {
				w.unreadable(data, src)
			}
			continue
		}
		up(msg, src)
	}
}

// parse guards the parser, which works on bytes of strangers: whatever it does, the process goes on.
func parse(p *sip.Parser, data []byte) (msg sip.Message, err error) {
	defer func() {
		if r := recover(); r != nil {
			msg, err = nil, fmt.Errorf("parse sip message: %v", r)
		}
	}()
	if err := headersClean(data); err != nil {
		return nil, err
	}
	return p.ParseSIP(data)
}

// headersClean refuses line ends that only half of the world takes for line ends: a value with a bare LF would be echoed
// into our responses and read as another header by the next hop.
func headersClean(data []byte) error {
	for i, c := range data {
		switch {
		case c == 0 && (i == 0 || data[i-1] != '\\'): // within a quoted string it may be escaped (RFC 3261 section 25.1)
			return errors.New("check sip message: NUL in the headers")
		case c == '\n' && (i == 0 || data[i-1] != '\r'):
			return errors.New("check sip message: bare LF in the headers")
		case c == '\n' && i >= 3 && data[i-2] == '\n':
			return nil // end of the headers
		}
	}
	return nil
}

// keepAlive recognises CRLF pings (RFC 5626 section 3.5.1) and NUL datagrams.
func keepAlive(data []byte) bool {
	if len(data) > 8 {
		return false
	}
	for _, c := range data {
		if c != '\r' && c != '\n' && c != 0 {
			return false
		}
	}
	return true
}

// AddrPort returns the address of a socket, IPv4 as such and without a zone.
func AddrPort(a net.Addr) (netip.AddrPort, error) {
	var ap netip.AddrPort
	switch a := a.(type) {
	case *net.UDPAddr:
		ap = a.AddrPort()
	case *net.TCPAddr:
		ap = a.AddrPort()
	default:
		var err error
		if ap, err = netip.ParseAddrPort(a.String()); err != nil {
			return netip.AddrPort{}, fmt.Errorf("parse address: %w", err)
		}
	}
	return netip.AddrPortFrom(ap.Addr().Unmap().WithZone(""), ap.Port()), nil
}

// SelfAddr is where a socket bound to local reaches itself.
func SelfAddr(local netip.AddrPort) netip.AddrPort {
	a := local.Addr()
	switch {
	case !a.IsUnspecified():
		return local
	case a.Is4():
		a = netip.AddrFrom4([4]byte{127, 0, 0, 1})
	default:
		a = netip.IPv6Loopback()
	}
	return netip.AddrPortFrom(a, local.Port())
}
