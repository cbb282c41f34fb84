// Package dtls agrees on the keys of one call's SRTP in the media path itself (DTLS-SRTP, RFC 5763 and RFC 5764), for telephone systems
// that offer it. Who is at the other end is known by the fingerprint of its certificate, which the session description carries: as
// trustworthy as the signalling is, but, unlike SDES, of no use to who only reads it.
//
// A [Conn] stands before a UDP socket. It sorts what comes (RFC 7983): packets of DTLS go to the handshake, which is pion/dtls's, those of
// SRTP are decrypted once there are keys, everything else is dropped. Nothing is ever sent in the clear. RTP and RTCP, on two sockets, are
// two handshakes (RFC 5764 section 3): rtcp-mux is not offered and not taken.
//
// Goroutines: one for the handshake and those of pion/dtls; all end with [Conn.Close].
package dtls

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"errors"
	"fmt"
	"math/big"
	"net"
	"net/netip"
	"strings"
	"sync"
	"time"

	"github.com/pion/dtls/v3"
	"github.com/pion/transport/v5/packetio"

	"frontdesk.internal/audio/srtp"
)

var (
	// ErrFingerprint says that the certificate at the other end is not the one that the session description names.
	ErrFingerprint = errors.New("dtls: the certificate is not the one of the session description")
	// ErrHandshake says that no keys came about.
	ErrHandshake = errors.New("dtls: no keys could be agreed on")
)

// handshakeTime bounds a handshake: a caller hears nothing meanwhile.
const handshakeTime = 10 * time.Second

// queued bounds the packets of DTLS that wait to be read, in octets.
const queued = 64 << 10

// Fingerprint is the hash of a certificate (RFC 8122 section 5).
type Fingerprint struct {
	Hash  string // "sha-256", "sha-384", "sha-512"
	Value []byte
}

// ParseFingerprint reads "sha-256 4A:AD:B9:…". ok is false when it is not one, or of a hash that is not to be trusted any more.
func ParseFingerprint(s string) (f Fingerprint, ok bool) {
	name, value, ok := strings.Cut(strings.TrimSpace(s), " ")
	f.Hash = strings.ToLower(name)
	if !ok || len(value) > 3*sha512.Size {
		return Fingerprint{}, false
	}
	var err error
	f.Value, err = hex.DecodeString(strings.ReplaceAll(strings.TrimSpace(value), ":", ""))
	if err != nil || len(f.Value) == 0 || len(f.Value) != len(hashed(f.Hash, nil)) {
		return Fingerprint{}, false
	}
	return f, true
}

// String writes it as a session description has it.
func (f Fingerprint) String() string {
	var b strings.Builder
	b.WriteString(f.Hash)
	for i, v := range f.Value {
		b.WriteByte(" :"[min(i, 1)])
		fmt.Fprintf(&b, "%02X", v)
	}
	return b.String()
}

// Equal tells whether both are the same.
func (f Fingerprint) Equal(o Fingerprint) bool {
	return f.Hash == o.Hash && bytes.Equal(f.Value, o.Value)
}

// hashed is a certificate's hash; nil for a hash that is not known.
func hashed(name string, cert []byte) []byte {
	switch name {
	case "sha-256":
		h := sha256.Sum256(cert)
		return h[:]
	case "sha-384":
		h := sha512.Sum384(cert)
		return h[:]
	case "sha-512":
		h := sha512.Sum512(cert)
		return h[:]
	}
	return nil
}

// Identity is a certificate of ours, which nobody vouches for and which says nothing.
type Identity struct {
	cert        tls.Certificate
	fingerprint Fingerprint
}

// NewIdentity makes one.
func NewIdentity() (*Identity, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make key: %w", err)
	}
	serial, err := rand.Int(rand.Reader, big.NewInt(1<<62))
	if err != nil {
		return nil, fmt.Errorf("make certificate: %w", err)
	}
	now := time.Now()
	form := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: "call"}, NotBefore: now.Add(-24 * time.Hour), NotAfter: now.AddDate(1, 0, 0),
	}
	der, err := x509.CreateCertificate(rand.Reader, form, form, &key.PublicKey, key)
	if err != nil {
		return nil, fmt.Errorf("make certificate: %w", err)
	}
	return &Identity{
		cert:        tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key},
		fingerprint: Fingerprint{"sha-256", hashed("sha-256", der)},
	}, nil
}

// Fingerprint is what our description says of the certificate.
func (i *Identity) Fingerprint() Fingerprint { return i.fingerprint }

// Config says with whom keys are agreed on.
type Config struct {
	Identity *Identity
	Remote   netip.AddrPort // where DTLS is sent
	Peer     Fingerprint    // of the other side's certificate
	Active   bool           // we begin (setup:active); else the other side does
}

// Conn is a socket whose packets are encrypted with keys that are agreed on over it. One goroutine may read and one may write.
type Conn struct {
	srtp.PacketConn
	cfg    Config
	in     *packetio.Buffer // packets of DTLS, for the handshake
	cancel context.CancelFunc
	over   chan struct{} // the handshake's goroutine has ended

	mu      sync.Mutex
	session *srtp.Session
	sealed  *srtp.Conn
	dtls    *dtls.Conn
	err     error
}

// New puts a Conn before a socket and begins the handshake. It goes on while [Conn.ReadFromUDPAddrPort] is called, which is what
// reads the socket.
func New(c srtp.PacketConn, cfg Config) *Conn {
	ctx, cancel := context.WithTimeout(context.Background(), handshakeTime)
	d := &Conn{PacketConn: c, cfg: cfg, in: packetio.NewBuffer(), cancel: cancel, over: make(chan struct{})}
	d.in.SetLimitSize(queued)
	go func() {
		defer close(d.over)
		if err := d.handshake(ctx); err != nil {
			d.mu.Lock()
			d.err = errors.Join(ErrHandshake, err)
			d.mu.Unlock()
			_ = c.SetReadDeadline(time.Unix(1, 0)) // who reads learns of it now
		}
	}()
	return d
}

// handshake agrees on the keys.
func (d *Conn) handshake(ctx context.Context) error {
	wrong := false
	cfg := &dtls.Config{ //nolint:staticcheck // the options that take its place are not settled yet
		Certificates: []tls.Certificate{d.cfg.Identity.cert}, ClientAuth: dtls.RequireAnyClientCert,
		InsecureSkipVerify: true, // nobody vouches for the certificate: the fingerprint says whose it is
		VerifyPeerCertificate: func(raw [][]byte, _ [][]*x509.Certificate) error {
			if len(raw) == 0 || !bytes.Equal(hashed(d.cfg.Peer.Hash, raw[0]), d.cfg.Peer.Value) {
				wrong = true
				return ErrFingerprint
			}
			return nil
		},
		SRTPProtectionProfiles: []dtls.SRTPProtectionProfile{
			dtls.SRTP_AEAD_AES_256_GCM, dtls.SRTP_AEAD_AES_128_GCM, dtls.SRTP_AES128_CM_HMAC_SHA1_80, dtls.SRTP_AES128_CM_HMAC_SHA1_32,
		},
		ExtendedMasterSecret: dtls.RequestExtendedMasterSecret, FlightInterval: 300 * time.Millisecond, MTU: 1200,
	}
	remote := net.UDPAddrFromAddrPort(d.cfg.Remote)
	begin := dtls.Server //nolint:staticcheck // see above
	if d.cfg.Active {
		begin = dtls.Client //nolint:staticcheck // see above
	}
	conn, err := begin(&pipe{d}, remote, cfg)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	d.mu.Lock()
	d.dtls = conn
	d.mu.Unlock()
	if err := conn.HandshakeContext(ctx); err != nil {
		if wrong {
			err = errors.Join(ErrFingerprint, err)
		}
		_ = conn.Close() // of what did not come about
		return fmt.Errorf("handshake: %w", err)
	}
	send, receive, err := d.keys(conn)
	if err != nil {
		return err
	}
	s, err := srtp.New(send, receive)
	if err != nil {
		return err
	}
	d.mu.Lock()
	d.session, d.sealed = s, s.Wrap(d.PacketConn)
	d.mu.Unlock()
	return nil
}

// suiteOf is our name for what the handshake has chosen.
func suiteOf(p dtls.SRTPProtectionProfile) (s srtp.Suite, key, salt int) {
	switch p {
	case dtls.SRTP_AEAD_AES_256_GCM:
		return srtp.GCM256, 32, 12
	case dtls.SRTP_AEAD_AES_128_GCM:
		return srtp.GCM128, 16, 12
	case dtls.SRTP_AES128_CM_HMAC_SHA1_80:
		return srtp.CM80, 16, 14
	case dtls.SRTP_AES128_CM_HMAC_SHA1_32:
		return srtp.CM32, 16, 14
	}
	return "", 0, 0
}

// keys takes both directions' keys out of the handshake: client key, server key, client salt, server salt (RFC 5764 section 4.2).
func (d *Conn) keys(conn *dtls.Conn) (send, receive srtp.Key, err error) {
	profile, _ := conn.SelectedSRTPProtectionProfile()
	suite, key, salt := suiteOf(profile)
	if suite == "" {
		return send, receive, errors.New("the other side knows no cipher for the sound that we do")
	}
	state, ok := conn.ConnectionState()
	if !ok {
		return send, receive, errors.New("the handshake left no keys")
	}
	b, err := state.ExportKeyingMaterial("EXTRACTOR-dtls_srtp", nil, 2*(key+salt))
	if err != nil {
		return send, receive, fmt.Errorf("take the keys: %w", err)
	}
	client, err := srtp.MakeKey(suite, append(bytes.Clone(b[:key]), b[2*key:2*key+salt]...))
	if err != nil {
		return send, receive, err
	}
	server, err := srtp.MakeKey(suite, append(bytes.Clone(b[key:2*key]), b[2*key+salt:]...))
	if err != nil {
		return send, receive, err
	}
	clear(b)
	if d.cfg.Active {
		return client, server, nil
	}
	return server, client, nil
}

// now returns the keys, or why there will be none; both are nil while the handshake goes on.
func (d *Conn) now() (*srtp.Session, *srtp.Conn, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.session, d.sealed, d.err
}

// Suite is what the sound is encrypted with, "" while it is not settled.
func (d *Conn) Suite() srtp.Suite {
	s, _, _ := d.now()
	if s == nil {
		return ""
	}
	return s.Suite()
}

// maxPacket is the largest packet that is read, in octets.
const maxPacket = 2048

// ReadFromUDPAddrPort returns the next packet of RTP or RTCP that is authentic, decrypted. The error is [ErrHandshake] when there
// are no keys.
func (d *Conn) ReadFromUDPAddrPort(b []byte) (int, netip.AddrPort, error) {
	var packet [maxPacket]byte
	for {
		n, src, err := d.PacketConn.ReadFromUDPAddrPort(packet[:])
		session, _, failed := d.now()
		if failed != nil {
			return 0, src, failed
		}
		if err != nil {
			return 0, src, err //nolint:wrapcheck // it stands in the socket's place: the reader tells its errors apart
		}
		if n == 0 {
			continue
		}
		switch first := packet[0]; {
		case first >= 20 && first <= 63: // RFC 7983 section 7
			_, _ = d.in.Write(packet[:n], nil) // full: the other side sends it again
		case first >= 128 && first <= 191 && session != nil && n <= len(b):
			if n, ok := session.Open(b, packet[:n]); ok {
				return n, src, nil
			}
		}
	}
}

// WriteToUDPAddrPort encrypts b and sends it; without keys it is dropped.
func (d *Conn) WriteToUDPAddrPort(b []byte, addr netip.AddrPort) (int, error) {
	_, sealed, _ := d.now()
	if sealed == nil {
		return len(b), nil
	}
	return sealed.WriteToUDPAddrPort(b, addr)
}

// Close ends the handshake or the association and closes the socket.
func (d *Conn) Close() error {
	d.cancel()
	d.mu.Lock()
	conn := d.dtls
	d.mu.Unlock()
	if conn != nil {
		_ = conn.Close() // it tells the other side, who knows by the BYE
	}
	_ = d.in.Close() // never fails
	<-d.over
	return d.PacketConn.Close()
}

// pipe is the socket as the handshake sees it.
type pipe struct{ d *Conn }

var _ net.PacketConn = (*pipe)(nil)

// ReadFrom implements net.PacketConn.
func (p *pipe) ReadFrom(b []byte) (int, net.Addr, error) {
	n, _, err := p.d.in.Read(b, nil)
	return n, net.UDPAddrFromAddrPort(p.d.cfg.Remote), err //nolint:wrapcheck // pion's own, on its way back to it
}

// WriteTo implements net.PacketConn.
func (p *pipe) WriteTo(b []byte, _ net.Addr) (int, error) {
	return p.d.PacketConn.WriteToUDPAddrPort(b, p.d.cfg.Remote) //nolint:wrapcheck // as for reading
}

// Close implements net.PacketConn.
func (p *pipe) Close() error { return p.d.in.Close() } //nolint:wrapcheck // never fails

// LocalAddr implements net.PacketConn.
func (p *pipe) LocalAddr() net.Addr { return p.d.PacketConn.LocalAddr() }

// SetDeadline implements net.PacketConn.
func (p *pipe) SetDeadline(t time.Time) error { return p.SetReadDeadline(t) }

// SetReadDeadline implements net.PacketConn.
func (p *pipe) SetReadDeadline(t time.Time) error { return p.d.in.SetReadDeadline(t) } //nolint:wrapcheck // as for reading

// SetWriteDeadline implements net.PacketConn. Writing to a UDP socket does not wait.
func (p *pipe) SetWriteDeadline(time.Time) error { return nil }
