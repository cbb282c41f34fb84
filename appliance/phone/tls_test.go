package phone_test

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/netip"
	"net/textproto"
	"strings"
	"sync"
	"testing"
	"time"

	"frontdesk.internal/appliance/phone"
	"frontdesk.internal/appliance/record"
)

// tlsPBX is a registrar over TLS that accepts everybody, and asks each connection once whether it is there.
type tlsPBX struct {
	listener net.Listener
	roots    *x509.CertPool
	answered chan string // status lines of the answers to its OPTIONS
	contacts chan string // Contact lines of the requests, and from where each came: "<sip:…> 127.0.0.1:1234"
	drop     chan struct{}
	wg       sync.WaitGroup
}

// newTLSPBX listens with a certificate for name.
func newTLSPBX(t *testing.T, name string) *tlsPBX {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	cert := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "practice"}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(time.Hour), DNSNames: []string{name}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, cert, cert, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	if cert, err = x509.ParseCertificate(der); err != nil {
		t.Fatal(err)
	}
	p := &tlsPBX{roots: x509.NewCertPool(), answered: make(chan string, 16), contacts: make(chan string, 64), drop: make(chan struct{}, 1)}
	p.roots.AddCert(cert)
	if p.listener, err = tls.Listen("tcp", "127.0.0.1:0",
		&tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}); err != nil {
		t.Fatal(err)
	}
	p.wg.Go(func() {
		for {
			c, err := p.listener.Accept()
			if err != nil {
				return
			}
			p.wg.Go(func() { p.serve(c) })
		}
	})
	t.Cleanup(func() {
		_ = p.listener.Close()
		p.wg.Wait()
	})
	return p
}

func (p *tlsPBX) serve(c net.Conn) {
	defer func() { _ = c.Close() }()
	over := make(chan struct{})
	defer close(over)
	go func() {
		select {
		case <-p.drop:
			_ = c.Close()
		case <-over:
		}
	}()
	r := textproto.NewReader(bufio.NewReader(c))
	asked := false
	for {
		first, err := r.ReadLine()
		if err != nil {
			return
		}
		h, err := r.ReadMIMEHeader()
		if err != nil && !errors.Is(err, io.EOF) {
			return
		}
		if strings.HasPrefix(first, "SIP/2.0 ") {
			p.answered <- first
			continue
		}
		select {
		case p.contacts <- h.Get("Contact") + " " + c.RemoteAddr().String():
		default:
		}
		fmt.Fprintf(c, "SIP/2.0 200 OK\r\nVia: %s\r\nFrom: %s\r\nTo: %s;tag=pbx\r\nCall-ID: %s\r\nCSeq: %s\r\nContact: %s\r\nExpires: "+
			"60\r\nContent-Length: 0\r\n\r\n",
			h.Get("Via"), h.Get("From"), h.Get("To"), h.Get("Call-ID"), h.Get("CSeq"), h.Get("Contact"))
		if !asked {
			asked = true
			fmt.Fprintf(c, "OPTIONS sip:100@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/TLS 127.0.0.1:5061;branch=z9hG4bK-1;rport\r\nMax-Forwards: "+
				"70\r\nFrom: <sip:pbx@127.0.0.1>;tag=1\r\nTo: <sip:100@127.0.0.1>\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n")
		}
	}
}

func (p *tlsPBX) config(t *testing.T, roots *x509.CertPool) phone.Config {
	t.Helper()
	_, port, err := net.SplitHostPort(p.listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return phone.Config{
		Listen: "127.0.0.1:0", Extension: record.Extension{Registrar: "pbx.example:" + port, Transport: "tls", User: "100"},
		Password: "secret", RootCAs: roots,
		Expires: time.Minute,
		Resolve: func(context.Context, string) ([]netip.Addr, error) {
			return []netip.Addr{netip.MustParseAddr("127.0.0.1")}, nil
		},
		Logger: testLogger(t),
	}
}

// The PBX's certificate is looked at: who signed it, and for which name.
func TestTLSTrust(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		host  string
		known bool
		want  phone.Failure
	}{
		"trusted":          {"pbx.example", true, phone.FailNone},
		"unknown signer":   {"pbx.example", false, phone.FailCertificate},
		"for another name": {"other.example", true, phone.FailCertificate},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newTLSPBX(t, tt.host)
			roots := x509.NewCertPool()
			if tt.known {
				roots = p.roots
			}
			got, err := phone.Try(t.Context(), p.config(t, roots))
			if err != nil {
				t.Fatal(err)
			}
			if got.Failure != tt.want {
				t.Errorf("%+v, want %q", got, tt.want)
			}
		})
	}
}

// Over TLS the PBX's requests come on the connection that we have dialled, and the phone still answers itself.
func TestTLSRegistration(t *testing.T) {
	t.Parallel()
	p := newTLSPBX(t, "pbx.example")
	ph, err := phone.New(p.config(t, p.roots), phone.HandlerFunc(func(_ context.Context, c *phone.Call) { _ = c.Reject(480) }))
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	over := make(chan error, 1)
	go func() { over <- ph.Run(ctx) }()
	defer func() {
		stop()
		if err := <-over; err != nil {
			t.Error(err)
		}
	}()
	select {
	case line := <-p.answered:
		if line != "SIP/2.0 200 OK" {
			t.Errorf("the PBX was told %q", line)
		}
	case <-time.After(patience):
		t.Fatalf("the PBX's question was not answered: %+v", ph.Status())
	}
	if err := ph.Ping(t.Context()); err != nil {
		t.Error(err)
	}
	// The contact is our end of the connection, the only place where the PBX reaches us; a new one comes with the next connection.
	for range 2 {
		select {
		case text := <-p.contacts:
			contact, from, _ := strings.Cut(text, " ")
			if !strings.Contains(contact, "@"+from+";transport=tls>") {
				t.Errorf("the contact %s came from %s", contact, from)
			}
		case <-time.After(patience):
			t.Fatalf("no registration: %+v", ph.Status())
		}
		p.drop <- struct{}{}
	}
	if _, err := tls.Dial("tcp", ph.Addr().String(), &tls.Config{InsecureSkipVerify: true}); err == nil {
		t.Error("somebody could connect over TLS")
	}
}
