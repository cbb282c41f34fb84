package phone

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
	transportUDP = "udp"
	transportTCP = "tcp"
	transportTLS = "tls"
)

// maxDatagram is the largest UDP payload; sip.ParseMaxMessageLength has the same value.
const maxDatagram = 65535

// wire carries SIP messages over one kind of transport.
type wire interface {
	// serve reads until the wire is closed and hands each message up in the order of arrival.
	serve(up func(msg sip.Message, src netip.AddrPort)) error
	// send writes one message. It does not block for longer than a write deadline.
	send(data []byte, to netip.AddrPort) error
	local() netip.AddrPort
	proto() string // as in Via: "UDP", "TCP", "TLS"
	reliable() bool
	close() error
}

// counters are what a wire refused; they are shown in [Status].
type counters struct {
	strangers atomic.Uint64 // from an address that is not let in
	malformed atomic.Uint64 // not SIP
	overload  atomic.Uint64 // dropped because a table or a queue was full
	limited   atomic.Uint64 // dropped because too many came at once
	texts     atomic.Uint64 // refused because one sender, or all, sent too many
	scanners  atomic.Uint64 // dropped because strangers ask for what is not here
}

// gate says whether datagrams and connections from an address are looked at.
type gate func(netip.Addr) bool

var (
	_ wire = (*udpWire)(nil)
	_ wire = (*tcpWire)(nil)
)

// udpWire is SIP over one UDP socket: requests and responses of both directions use it, as NAT and PBXs expect.
type udpWire struct {
	conn   net.PacketConn
	addr   netip.AddrPort
	self   netip.AddrPort // where we reach ourselves; nobody else can send from there
	parser *sip.Parser
	let    gate
	count  *counters
	log    *slog.Logger

	unreadable func(data []byte, src netip.AddrPort) // is given what cannot be read; nil = nobody
}

func newUDPWire(conn net.PacketConn, let gate, count *counters, log *slog.Logger) (*udpWire, error) {
	addr, err := addrPort(conn.LocalAddr())
	if err != nil {
		return nil, fmt.Errorf("read local address: %w", err)
	}
	mark(conn, markCS3)
	return &udpWire{conn: conn, addr: addr, self: selfAddr(addr), parser: sip.NewParser(), let: let, count: count, log: log}, nil
}

func (w *udpWire) local() netip.AddrPort { return w.addr }
func (w *udpWire) proto() string         { return "UDP" }
func (w *udpWire) reliable() bool        { return false }
func (w *udpWire) close() error          { return w.conn.Close() }

func (w *udpWire) send(data []byte, to netip.AddrPort) error {
	if !to.IsValid() {
		return errors.New("send sip message: no destination")
	}
	if _, err := w.conn.WriteTo(data, net.UDPAddrFromAddrPort(to)); err != nil {
		return fmt.Errorf("send sip message: %w", err)
	}
	return nil
}

func (w *udpWire) serve(up func(sip.Message, netip.AddrPort)) error {
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
		src, err := addrPort(from)
		if err != nil || src != w.self && !w.let(src.Addr()) {
			w.count.strangers.Add(1)
			continue
		}
		data := buf[:n]
		if keepAlive(data) {
			continue
		}
		msg, err := parse(w.parser, data)
		if err != nil {
			w.count.malformed.Add(1)
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

func addrPort(a net.Addr) (netip.AddrPort, error) {
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
