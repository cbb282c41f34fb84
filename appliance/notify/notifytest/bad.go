package notifytest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"sync"
	"testing"
	"time"
)

// Listen listens on this machine until the test is over.
func Listen(t testing.TB) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() }) // some tests close it themselves
	return l
}

// Serve answers every connection by fn, and closes it, until l is closed; what is open then is closed, too.
func Serve(t testing.TB, l net.Listener, fn func(c net.Conn)) {
	t.Helper()
	var mu sync.Mutex
	open := map[net.Conn]bool{}
	over := false
	t.Cleanup(func() {
		mu.Lock()
		defer mu.Unlock()
		over = true
		for c := range open {
			_ = c.Close() // nobody waits for it
		}
	})
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		mu.Lock()
		open[c] = true
		if over {
			_ = c.Close()
		}
		mu.Unlock()
		go func() {
			fn(c)
			_ = c.Close()
			mu.Lock()
			delete(open, c)
			mu.Unlock()
		}()
	}
}

// Gone is an address where nobody listens.
func Gone(t testing.TB) string {
	t.Helper()
	l := Listen(t)
	_ = l.Close() // that is the point
	return l.Addr().String()
}

// Hangs is the address of a server that takes connections, and says nothing.
func Hangs(t testing.TB) string {
	t.Helper()
	l := Listen(t)
	go Serve(t, l, func(c net.Conn) { _, _ = io.Copy(io.Discard, c) })
	return l.Addr().String()
}

// Garbage is the address of a server that says what no protocol has.
func Garbage(t testing.TB) string {
	t.Helper()
	l := Listen(t)
	go Serve(t, l, func(c net.Conn) {
		_, _ = c.Write([]byte("\x00\x01\x02 hello?\r\n\r\n"))
		buf := make([]byte, 4096)
		_, _ = c.Read(buf)
		_, _ = c.Write([]byte("hello?\r\n"))
	})
	return l.Addr().String()
}

// Certificate makes a certificate for this machine that vouches for itself; ca is it as PEM.
func Certificate(t testing.TB) (server *tls.Config, ca string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	x := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "stand-in"}, NotBefore: time.Now().Add(-24 * time.Hour),
		NotAfter: time.Now().Add(365 * 24 * time.Hour), IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, DNSNames: []string{"localhost"},
	}
	der, err := x509.CreateCertificate(rand.Reader, x, x, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}, MinVersion: tls.VersionTLS12},
		string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
}
