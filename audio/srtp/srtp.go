// Package srtp encrypts and authenticates the RTP and RTCP of one call (RFC 3711; AES-GCM by RFC 7714), with keys that came by the
// session description (SDES, RFC 4568).
//
// A [Session] holds the keys of a call; [Session.Wrap] puts it before a socket, so that who reads it sees only packets that the owner
// of the key has sent, each once, and who writes to it sends nothing in the clear. The cryptography is pion/srtp's. It starts no
// goroutine, opens no socket and allocates nothing for a packet that is in order.
package srtp

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	pion "github.com/pion/srtp/v3"
)

// window is how many packets back a late one is still taken, once (RFC 3711 section 3.3.2 wants 64 at least): 5 s of 20 ms packets.
const window = 256

// overhead is room for what is added to a packet: a GCM tag of 16 octets, the index of SRTCP, a master key identifier.
const overhead = 16 + 4 + maxMKI

// maxPacket is the largest packet that is read or written, in octets.
const maxPacket = 1500

// ErrNoKey says that one direction's key is missing.
var ErrNoKey = errors.New("srtp: a key for each direction is needed")

// Session is the keys of one call and what they have seen. Its methods are safe for concurrent use.
type Session struct {
	rejected atomic.Uint64

	inMu  sync.Mutex
	in    *pion.Context
	inKey Key
	rtpIn rtp.Header
	rtcIn rtcp.Header

	outMu  sync.Mutex
	out    *pion.Context
	outKey Key
	rtpOut rtp.Header
	rtcOut rtcp.Header
}

// New returns a session that encrypts with send, our key, and decrypts with receive, the other side's.
func New(send, receive Key) (*Session, error) {
	s := &Session{}
	if err := s.Update(send, receive); err != nil {
		return nil, err
	}
	return s, nil
}

// Update changes the keys after another exchange of descriptions. A key that stays the same goes on where it was: beginning anew
// with it would send the same key stream twice (RFC 3711 section 9.1).
func (s *Session) Update(send, receive Key) error {
	if !send.Valid() || !receive.Valid() {
		return ErrNoKey
	}
	s.inMu.Lock()
	defer s.inMu.Unlock()
	s.outMu.Lock()
	defer s.outMu.Unlock()
	in, out := s.in, s.out
	var err error
	if !receive.Equal(s.inKey) {
		if in, err = context(receive); err != nil {
			return err
		}
	}
	if !send.Equal(s.outKey) {
		if out, err = context(send); err != nil {
			return err
		}
	}
	s.in, s.inKey, s.out, s.outKey = in, receive, out, send
	return nil
}

func context(k Key) (*pion.Context, error) {
	p, n, _, _ := k.suite.profile()
	opts := []pion.ContextOption{pion.SRTPReplayProtection(window), pion.SRTCPReplayProtection(window)}
	if mki := k.secret.mki; len(mki) > 0 {
		opts = append(opts, pion.MasterKeyIndicator(mki))
	}
	c, err := pion.CreateContext(k.secret.master[:n], k.secret.master[n:], p, opts...)
	if err != nil {
		return nil, fmt.Errorf("srtp: %s: %w", k.suite, err)
	}
	return c, nil
}

// Suite names what is sent with.
func (s *Session) Suite() Suite {
	s.outMu.Lock()
	defer s.outMu.Unlock()
	return s.outKey.suite
}

// Rejected counts packets that were forged, broken, repeated or not encrypted.
func (s *Session) Rejected() uint64 { return s.rejected.Load() }

// control tells RTCP from RTP by its second octet (RFC 5761 section 4).
func control(b []byte) bool { return len(b) >= 2 && b[1] >= 192 && b[1] <= 223 }

// Open authenticates and decrypts the packet b into dst, which has room for it, and returns the packet's length.
func (s *Session) Open(dst, b []byte) (int, bool) {
	// Shorter than a header and a tag is nothing; the version is checked before a key is touched.
	if len(b) < 12 || b[0]>>6 != 2 || len(b) > len(dst) {
		s.rejected.Add(1)
		return 0, false
	}
	s.inMu.Lock()
	defer s.inMu.Unlock()
	var plain []byte
	var err error
	if control(b) {
		plain, err = s.in.DecryptRTCP(dst, b, &s.rtcIn)
	} else {
		s.rtpIn = rtp.Header{Extensions: s.rtpIn.Extensions[:0], CSRC: s.rtpIn.CSRC[:0]}
		plain, err = s.in.DecryptRTP(dst, b, &s.rtpIn)
	}
	if err != nil {
		s.rejected.Add(1)
		return 0, false
	}
	return copy(dst, plain), true // the same memory as a rule, then nothing is moved
}

// Seal encrypts the packet b into dst, which has room for b and 28 octets more, and returns the length.
func (s *Session) Seal(dst, b []byte) (int, error) {
	if len(b)+overhead > len(dst) {
		return 0, fmt.Errorf("srtp: packet of %d octets is too long", len(b))
	}
	s.outMu.Lock()
	defer s.outMu.Unlock()
	var sealed []byte
	var err error
	if control(b) {
		sealed, err = s.out.EncryptRTCP(dst, b, &s.rtcOut)
	} else {
		s.rtpOut = rtp.Header{Extensions: s.rtpOut.Extensions[:0], CSRC: s.rtpOut.CSRC[:0]}
		sealed, err = s.out.EncryptRTP(dst, b, &s.rtpOut)
	}
	if err != nil {
		return 0, fmt.Errorf("srtp: encrypt: %w", err)
	}
	return copy(dst, sealed), nil
}

// PacketConn is the part of *net.UDPConn that a call needs.
type PacketConn interface {
	ReadFromUDPAddrPort(b []byte) (int, netip.AddrPort, error)
	WriteToUDPAddrPort(b []byte, addr netip.AddrPort) (int, error)
	SetReadDeadline(t time.Time) error
	LocalAddr() net.Addr
	Close() error
}

// Conn is a socket behind a session. One goroutine may read and one may write.
type Conn struct {
	PacketConn
	session *Session
	in      [maxPacket + overhead]byte
	out     [maxPacket + overhead]byte
}

// Wrap puts the session before a socket. Several sockets, RTP's and RTCP's, share one session.
func (s *Session) Wrap(c PacketConn) *Conn { return &Conn{PacketConn: c, session: s} }

// ReadFromUDPAddrPort returns the next packet that is authentic, decrypted. All others are counted and dropped.
func (c *Conn) ReadFromUDPAddrPort(b []byte) (int, netip.AddrPort, error) {
	for {
		n, src, err := c.PacketConn.ReadFromUDPAddrPort(c.in[:])
		if err != nil {
			return 0, src, err //nolint:wrapcheck // it stands in the socket's place: the reader tells its errors apart
		}
		if n > len(b) { // what is decrypted is shorter, but needs its room while it is
			c.session.rejected.Add(1)
			continue
		}
		if n, ok := c.session.Open(b, c.in[:n]); ok {
			return n, src, nil
		}
	}
}

// WriteToUDPAddrPort encrypts b and sends it.
func (c *Conn) WriteToUDPAddrPort(b []byte, addr netip.AddrPort) (int, error) {
	n, err := c.session.Seal(c.out[:], b)
	if err != nil {
		return 0, err
	}
	if _, err := c.PacketConn.WriteToUDPAddrPort(c.out[:n], addr); err != nil {
		return 0, err //nolint:wrapcheck // as for reading
	}
	return len(b), nil
}
