package transaction

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"frontdesk.internal/appliance/egress"
	"github.com/emiago/sipgo/sip"
)

const (
	tcpDialTimeout  = 5 * time.Second
	tcpWriteTimeout = 5 * time.Second
	tcpConnections  = 64 // connections that are held at once

	tcpPing = 25 * time.Second // between the pings on a connection that we dialled; RFC 5626 section 4.4.1 wants at most 120 s
	tcpPong = 10 * time.Second // until the answer, from who has answered before (RFC 5626 section 4.4.1)
)

// TCP is SIP over TCP (RFC 3261 section 18): it dials the PBX when there is no connection, keeps it, and takes
// connections of the PBX on the listening socket. Each connection has a reading goroutine.
//
// What was dialled is kept alive with CRLF pings (RFC 5626 section 3.5.1). When such a connection breaks, lost is told: over it the PBX
// would have sent calls.
//
// Over TLS the PBX sends its requests on the connection that we have dialled (RFC 5923 and RFC 5626 practice): this box has no
// certificate that a PBX would know. What is dialled from elsewhere is refused.
type TCP struct {
	TLS      *tls.Config                 // nil: plain TCP. ServerName is filled in with peer
	Peer     func(netip.AddrPort) string // host name of the PBX there, for TLS
	out      *egress.Gate
	listener net.Listener
	addr     netip.AddrPort
	parser   *sip.Parser
	let      func(netip.Addr) bool
	count    *Counters
	log      *slog.Logger
	Lost     func()       // a connection that we dialled to the PBX has broken
	pings    atomic.Int32 // connections to ourselves that are dialled and not accepted yet

	mu     sync.Mutex
	up     func(sip.Message, netip.AddrPort)
	conns  map[netip.AddrPort]*tcpConn
	closed bool
	wg     sync.WaitGroup
}

type tcpConn struct {
	net.Conn
	mu     sync.Mutex // one message at a time
	ours   bool       // dialled by us, and not to ourselves
	pongs  atomic.Int64
	closed chan struct{}
}

// write sends one message.
func (c *tcpConn) write(data []byte) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	_ = c.SetWriteDeadline(time.Now().Add(tcpWriteTimeout))
	if _, err := c.Write(data); err != nil {
		_ = c.Close() // the reader takes it out of the table; the next send dials anew
		return fmt.Errorf("send sip message: %w", err)
	}
	return nil
}

// keepAlive pings until the connection is closed. Who has answered one ping answers all of them, or is gone.
func (c *tcpConn) keepAlive() {
	timer := time.NewTimer(tcpPing)
	defer timer.Stop()
	for {
		select {
		case <-timer.C:
		case <-c.closed:
			return
		}
		before := c.pongs.Load()
		if c.write([]byte("\r\n\r\n")) != nil {
			return
		}
		timer.Reset(tcpPong)
		select {
		case <-timer.C:
		case <-c.closed:
			return
		}
		if before > 0 && c.pongs.Load() == before {
			_ = c.Close()
			return
		}
		timer.Reset(tcpPing - tcpPong)
	}
}

// NewTCP listens at address and lets connections of those in whom let knows.
func NewTCP(out *egress.Gate, address string, let func(netip.Addr) bool, count *Counters, log *slog.Logger) (*TCP, error) {
	l, err := out.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("open tcp socket: %w", err)
	}
	addr, err := AddrPort(l.Addr())
	if err != nil {
		_ = l.Close()
		return nil, fmt.Errorf("read local address: %w", err)
	}
	return &TCP{
		out: out, listener: l, addr: addr, parser: sip.NewParser(), let: let, count: count, log: log, Lost: func() {},
		conns: map[netip.AddrPort]*tcpConn{},
	}, nil
}

// Local implements Wire.
func (w *TCP) Local() netip.AddrPort { return w.addr }

// Reliable implements Wire.
func (w *TCP) Reliable() bool { return true }

// Proto implements Wire.
func (w *TCP) Proto() string {
	if w.TLS != nil {
		return "TLS"
	}
	return "TCP"
}

// Close implements Wire.
func (w *TCP) Close() error {
	w.mu.Lock()
	w.closed = true
	for _, c := range w.conns {
		_ = c.Close()
	}
	w.mu.Unlock()
	err := w.listener.Close()
	w.wg.Wait()
	return err
}

// setUp says who takes the messages. Only the first word counts, Serve's or that of whoever dials before it: connections
// read w.up without the lock, so it must not be written again once there is one.
func (w *TCP) setUp(up func(sip.Message, netip.AddrPort)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.up == nil {
		w.up = up
	}
}

// Serve implements Wire.
func (w *TCP) Serve(up func(sip.Message, netip.AddrPort)) error {
	w.setUp(up)
	for {
		conn, err := w.listener.Accept()
		if errors.Is(err, net.ErrClosed) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("accept sip connection: %w", err)
		}
		src, err := AddrPort(conn.RemoteAddr())
		if err != nil || !w.ours(src) && !w.mayCome(src.Addr()) {
			w.count.Strangers.Add(1)
			_ = conn.Close()
			continue
		}
		if _, err := w.adopt(conn, src, false); err != nil {
			w.count.Overload.Add(1)
		}
	}
}

// mayCome tells whether a connection from a is taken. Over TLS only this machine itself may, for its self-test.
func (w *TCP) mayCome(a netip.Addr) bool {
	return w.let(a) && (w.TLS == nil || a == SelfAddr(w.addr).Addr())
}

// ours reports whether a connection from src is the one that send has just dialled to ourselves.
func (w *TCP) ours(src netip.AddrPort) bool {
	if src.Addr() != SelfAddr(w.addr).Addr() || w.pings.Load() <= 0 {
		return false
	}
	w.pings.Add(-1)
	return true
}

// Send writes on the connection to the address, and dials when there is none.
func (w *TCP) Send(data []byte, to netip.AddrPort) error {
	c, err := w.connect(to)
	if err != nil {
		return err
	}
	return c.write(data)
}

// connect returns the connection to the address, and dials when there is none.
func (w *TCP) connect(to netip.AddrPort) (*tcpConn, error) {
	w.mu.Lock()
	c := w.conns[to]
	closed := w.closed
	w.mu.Unlock()
	if closed {
		return nil, ErrClosed
	}
	if c != nil {
		return c, nil
	}
	ping := to == SelfAddr(w.addr)
	if ping {
		w.pings.Add(1)
	}
	conn, err := w.dial(to, ping)
	if err != nil {
		if ping {
			w.pings.Add(-1)
		}
		return nil, fmt.Errorf("connect to the PBX: %w", err)
	}
	return w.adopt(conn, to, !ping)
}

// from returns our end of a connection to the PBX: over TLS that is where the PBX finds us.
func (w *TCP) from(to netip.AddrPort) (netip.AddrPort, error) {
	c, err := w.connect(to)
	if err != nil {
		return netip.AddrPort{}, err
	}
	return AddrPort(c.LocalAddr())
}

// dial connects to the PBX, or for a ping to ourselves, which needs no secrecy. A certificate that is not trusted is a
// *tls.CertificateVerificationError.
func (w *TCP) dial(to netip.AddrPort, ping bool) (net.Conn, error) {
	ctx, stop := context.WithTimeout(context.Background(), tcpDialTimeout)
	defer stop()
	if w.TLS == nil || ping {
		return w.out.Dial(ctx, egress.Telephone, to, nil)
	}
	c := w.TLS.Clone()
	c.ServerName = w.Peer(to)
	return w.out.Dial(ctx, egress.Telephone, to, c)
}

func (w *TCP) adopt(conn net.Conn, remote netip.AddrPort, ours bool) (*tcpConn, error) {
	c := &tcpConn{Conn: conn, ours: ours, closed: make(chan struct{})}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed || w.up == nil || len(w.conns) >= tcpConnections {
		_ = conn.Close()
		return nil, errors.New("keep sip connection: too many, or closing")
	}
	w.conns[remote] = c
	w.wg.Add(1)
	go w.read(c, remote)
	if ours {
		w.wg.Go(c.keepAlive)
	}
	return c, nil
}

func (w *TCP) read(c *tcpConn, remote netip.AddrPort) {
	defer w.wg.Done()
	defer func() {
		_ = c.Close()
		close(c.closed)
		w.mu.Lock()
		if w.conns[remote] == c {
			delete(w.conns, remote)
		}
		closed := w.closed
		w.mu.Unlock()
		if c.ours && !closed {
			w.Lost()
		}
	}()
	stream := w.parser.NewSIPStream()
	defer stream.Close()
	buf := make([]byte, 16<<10)
	for {
		n, err := c.Read(buf)
		if err != nil {
			return
		}
		switch string(buf[:n]) { // RFC 5626 section 3.5.1
		case "\r\n\r\n":
			_ = c.write([]byte("\r\n"))
			continue
		case "\r\n":
			c.pongs.Add(1)
			continue
		}
		if err := w.feed(stream, buf[:n], remote); err != nil {
			w.count.Malformed.Add(1)
			w.log.Debug("closed a sip connection with a malformed message", "err", err)
			return
		}
	}
}

// feed hands up what is complete.
func (w *TCP) feed(stream *sip.ParserStream, data []byte, remote netip.AddrPort) error {
	if _, err := stream.Write(data); err != nil {
		return fmt.Errorf("buffer sip stream: %w", err)
	}
	for stream.Buffer().Len() > 0 {
		msg, err := next(stream)
		if errors.Is(err, io.ErrUnexpectedEOF) {
			return nil
		}
		if err != nil {
			return err
		}
		w.up(msg, remote)
	}
	return nil
}

// next parses one message. Like [parse] it survives whatever the parser does.
func next(stream *sip.ParserStream) (msg sip.Message, err error) {
	defer func() {
		if r := recover(); r != nil {
			msg, err = nil, fmt.Errorf("parse sip stream: %v", r)
		}
	}()
	msg, _, err = stream.ParseNext()
	if err != nil {
		return nil, fmt.Errorf("parse sip stream: %w", err)
	}
	if err := headersClean([]byte(msg.String())); err != nil {
		return nil, err
	}
	return msg, nil
}
