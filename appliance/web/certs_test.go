package web_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/web"
)

const day = 24 * time.Hour

// leafOf connects and returns the certificate that was shown, after verifying it.
func (s *site) leafOf(t *testing.T, name string) *x509.Certificate {
	t.Helper()
	c, err := tls.Dial("tcp", strings.TrimPrefix(s.url, "https://"), &tls.Config{RootCAs: s.pool, Time: s.clock.Now, ServerName: name})
	if err != nil {
		t.Fatalf("connect as %s: %v", name, err)
	}
	defer c.Close()
	return c.ConnectionState().PeerCertificates[0]
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func authority(t *testing.T, dir string) *x509.Certificate {
	t.Helper()
	block, _ := pem.Decode(read(t, filepath.Join(dir, "ca.pem")))
	if block == nil {
		t.Fatal("no certificate in ca.pem")
	}
	c, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// listen opens and closes a server: what is left are the files.
func listen(t *testing.T, o web.Options) error {
	t.Helper()
	if o.Listen == "" {
		o.Listen = "127.0.0.1:0"
	}
	if o.Hostname == "" {
		o.Hostname = "box-4f21"
	}
	o.Service = says(well())
	s, err := web.Listen(o)
	if err == nil {
		err = s.Close()
	}
	return err
}

func TestCertificates(t *testing.T) {
	dir := t.TempDir() + "/tls"
	s := open(t, says(well()), func(o *web.Options) { o.Dir = dir })
	for _, name := range []string{"localhost", "127.0.0.1", "::1", "box-4f21.lan", "box-4f21", "box-4f21.local"} {
		leaf := s.leafOf(t, name)
		if got := leaf.NotAfter.Sub(leaf.NotBefore); got > 397*day || got < 300*day {
			t.Errorf("the certificate lasts %v", got)
		}
	}
	ca := authority(t, dir)
	if !ca.IsCA || !ca.MaxPathLenZero || !ca.PermittedDNSDomainsCritical || ca.NotAfter.Year() != 2036 {
		t.Errorf("authority: CA %v, no authorities below %v, constraints critical %v, until %v", ca.IsCA, ca.MaxPathLenZero,
			ca.PermittedDNSDomainsCritical, ca.NotAfter)
	}
	if slices.ContainsFunc(ca.PermittedDNSDomains, func(d string) bool { return d == "" || d == "com" }) || len(ca.PermittedDNSDomains) == 0 {
		t.Errorf("the authority may vouch for %q", ca.PermittedDNSDomains)
	}
	for path, want := range map[string]os.FileMode{dir: 0o700, dir + "/ca.pem": 0o600, dir + "/server.pem": 0o600} {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode().Perm(); got != want {
			t.Errorf("mode of %s = %v, want %v", path, got, want)
		}
	}
	if left, _ := filepath.Glob(dir + "/.new-*"); len(left) > 0 {
		t.Errorf("left behind: %q", left)
	}
}

func TestOldTLSIsRefused(t *testing.T) {
	s := open(t, says(well()))
	_, err := tls.Dial("tcp", strings.TrimPrefix(s.url, "https://"),
		&tls.Config{RootCAs: s.pool, Time: s.clock.Now, MaxVersion: tls.VersionTLS11, MinVersion: tls.VersionTLS10})
	if err == nil {
		t.Error("TLS 1.1 was spoken")
	}
}

func TestRenewalWhileRunning(t *testing.T) {
	dir := t.TempDir()
	s := open(t, says(well()), func(o *web.Options) { o.Dir = dir })
	first := s.leafOf(t, "localhost")
	s.clock.Move(360 * day)
	if again := s.leafOf(t, "localhost"); !again.Equal(first) {
		t.Error("renewed too soon")
	}
	s.clock.Move(10 * day)
	next := s.leafOf(t, "localhost") // verified with the same authority, at that time
	if next.Equal(first) || next.NotAfter.Before(s.clock.Now().Add(390*day)) {
		t.Errorf("370 days later the certificate lasts until %v", next.NotAfter)
	}
	if again := s.leafOf(t, "localhost"); !again.Equal(next) {
		t.Error("renewed twice")
	}
	kept, err := tls.X509KeyPair(read(t, dir+"/server.pem"), read(t, dir+"/server.pem"))
	if err != nil || !kept.Leaf.Equal(next) {
		t.Errorf("what is kept is not what is shown: %v", err)
	}
	s.clock.Move(-365 * day) // the clock was fast, or is slow now
	if back := s.leafOf(t, "localhost"); back.NotBefore.After(s.clock.Now()) {
		t.Errorf("a certificate that is valid from %v is shown at %v", back.NotBefore, s.clock.Now())
	}
}

// TestEndOfAuthority runs to the very end of the authority's life: the last leaf does not outlive it, and the page goes on.
func TestEndOfAuthority(t *testing.T) {
	dir := t.TempDir()
	var log lines
	s := open(t, says(well()), func(o *web.Options) { o.Dir, o.Logger = dir, log.logger(0) })
	ca := authority(t, dir)
	s.clock.Move(ca.NotAfter.Sub(s.clock.Now()) - 10*day)
	last := s.leafOf(t, "localhost")
	if !last.NotAfter.Equal(ca.NotAfter) {
		t.Errorf("the last certificate ends at %v, its authority at %v", last.NotAfter, ca.NotAfter)
	}
	if again := s.leafOf(t, "localhost"); !again.Equal(last) {
		t.Error("near the end each connection gets a new certificate")
	}
	s.clock.Move(20 * day)
	for range 2 {
		if _, err := tls.Dial("tcp", strings.TrimPrefix(s.url, "https://"), &tls.Config{RootCAs: s.pool, Time: s.clock.Now}); err == nil {
			t.Error("a certificate that has ended was trusted")
		}
	}
	if n := strings.Count(log.String(), "former certificate"); n != 1 {
		t.Errorf("the log says %d times that renewal failed, want once", n)
	}
	if err := listen(t, web.Options{Dir: dir, Now: s.clock.Now}); err != nil {
		t.Fatal(err)
	}
	if now := authority(t, dir); now.Equal(ca) || now.NotAfter.Before(s.clock.Now().Add(3600*day)) {
		t.Errorf("after its end the authority lasts until %v", now.NotAfter)
	}
	if len(read(t, dir+"/ca.pem.old")) == 0 {
		t.Error("the former authority was not kept")
	}
}

func TestRestartKeepsCertificates(t *testing.T) {
	dir := t.TempDir()
	c := newClock()
	if err := listen(t, web.Options{Dir: dir, Now: c.Now}); err != nil {
		t.Fatal(err)
	}
	ca, leaf := string(read(t, dir+"/ca.pem")), string(read(t, dir+"/server.pem"))
	for _, o := range []struct {
		name     string
		options  web.Options
		newLeaf  bool
		newNames []string
	}{
		{"the same", web.Options{}, false, nil},
		{"another address", web.Options{Listen: "127.0.0.2:0"}, true, []string{"127.0.0.2"}},
		{"another name", web.Options{Hostname: "front.internal"}, true, []string{"front.internal"}},
		{"a name that the authority was not made for", web.Options{Hostname: "front.example"}, true, []string{"localhost", "front.local"}},
	} {
		t.Run(o.name, func(t *testing.T) {
			var log lines
			o.options.Dir, o.options.Now, o.options.Logger = dir, c.Now, log.logger(0)
			if err := listen(t, o.options); err != nil {
				t.Fatal(err)
			}
			if string(read(t, dir+"/ca.pem")) != ca {
				t.Fatal("the authority was replaced")
			}
			b := read(t, dir+"/server.pem")
			if got := string(b) != leaf; got != o.newLeaf {
				t.Errorf("new certificate = %v, want %v", got, o.newLeaf)
			}
			pair, err := tls.X509KeyPair(b, b)
			if err != nil {
				t.Fatal(err)
			}
			for _, n := range o.newNames {
				if err := pair.Leaf.VerifyHostname(n); err != nil {
					t.Error(err)
				}
			}
			if bad := pair.Leaf.VerifyHostname("front.example") == nil; bad {
				t.Error("the certificate has a name that its authority must not give")
			}
			if got, want := strings.Contains(log.String(), "front.example front]"), o.options.Hostname == "front.example"; got != want {
				t.Errorf("log = %s", log.String())
			}
		})
	}
}

func TestDamagedFiles(t *testing.T) {
	for name, damage := range map[string]func(b []byte) []byte{
		"empty":    func([]byte) []byte { return nil },
		"half":     func(b []byte) []byte { return b[:len(b)/2] },
		"no key":   func(b []byte) []byte { return b[:strings.Index(string(b), "-----BEGIN PRIVATE")] },
		"nonsense": func([]byte) []byte { return []byte("nonsense") },
	} {
		for _, file := range []string{"ca.pem", "server.pem"} {
			t.Run(name+" "+file, func(t *testing.T) {
				dir, c := t.TempDir(), newClock()
				if err := listen(t, web.Options{Dir: dir, Now: c.Now}); err != nil {
					t.Fatal(err)
				}
				ca, path := authority(t, dir), filepath.Join(dir, file)
				broken := damage(read(t, path))
				if err := os.WriteFile(path, broken, 0o600); err != nil {
					t.Fatal(err)
				}
				var log lines
				s := open(t, says(well()), func(o *web.Options) { o.Dir, o.Logger, o.Hostname = dir, log.logger(0), "box-4f21" })
				s.leafOf(t, "localhost")
				if got := log.String(); !strings.Contains(got, "level=WARN") || !strings.Contains(got, "damaged") || strings.Contains(got, "PRIVATE") {
					t.Errorf("log = %s", got)
				}
				if same := authority(t, dir).Equal(ca); same != (file == "server.pem") {
					t.Errorf("authority the same = %v", same)
				}
				if file == "ca.pem" && string(read(t, dir+"/ca.pem.damaged")) != string(broken) {
					t.Error("what was damaged was not kept")
				}
			})
		}
	}
}

// TestLeafIsNoAuthority puts a server certificate where the authority belongs.
func TestLeafIsNoAuthority(t *testing.T) {
	dir, c := t.TempDir(), newClock()
	if err := listen(t, web.Options{Dir: dir, Now: c.Now}); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(dir+"/ca.pem", read(t, dir+"/server.pem"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := listen(t, web.Options{Dir: dir, Now: c.Now}); err != nil {
		t.Fatal(err)
	}
	if !authority(t, dir).IsCA {
		t.Error("a server certificate is taken as the authority")
	}
}

func TestUnreachableAuthorityIsAnError(t *testing.T) {
	dir, c := t.TempDir(), newClock()
	if err := os.Mkdir(dir+"/ca.pem", 0o700); err != nil {
		t.Fatal(err)
	}
	if err := listen(t, web.Options{Dir: dir, Now: c.Now}); err == nil || !strings.Contains(err.Error(), "ca.pem") {
		t.Errorf("Listen = %v, want an error about ca.pem", err)
	}
	if err := listen(t, web.Options{Dir: dir + "/ca.pem/\x00", Now: c.Now}); err == nil {
		t.Error("a folder that cannot be made is no error")
	}
}

func TestWideModesAreNarrowed(t *testing.T) {
	dir, c := t.TempDir(), newClock()
	if err := listen(t, web.Options{Dir: dir, Now: c.Now}); err != nil {
		t.Fatal(err)
	}
	key := read(t, dir+"/ca.pem")
	for path, mode := range map[string]os.FileMode{dir: 0o755, dir + "/ca.pem": 0o644} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
	}
	if err := listen(t, web.Options{Dir: dir, Now: c.Now}); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]os.FileMode{dir: 0o700, dir + "/ca.pem": 0o600} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
			t.Errorf("mode of %s = %v, %v, want %v", path, info.Mode(), err, want)
		}
	}
	if string(read(t, dir+"/ca.pem")) != string(key) {
		t.Error("the authority was replaced")
	}
}

// TestClockWithoutBattery starts in 1970: what is made then is good when the time has come.
func TestClockWithoutBattery(t *testing.T) {
	dir := t.TempDir()
	c := &clock{now: time.Unix(60, 0)}
	s, err := web.Listen(web.Options{Listen: "127.0.0.1:0", Dir: dir, Service: says(well()), Hostname: "box", Now: c.Now})
	if err != nil {
		t.Fatal(err)
	}
	running(t, s.Run)
	ca := authority(t, dir)
	v := visit(t, s.Addr().String(), newClock()) // the guest's clock is right
	first := v.leafOf(t, "localhost")
	if again := v.leafOf(t, "localhost"); !again.Equal(first) {
		t.Error("each connection gets a new certificate")
	}
	c.Move(noon.Sub(c.Now()))
	v.leafOf(t, "localhost")
	if !authority(t, dir).Equal(ca) || ca.NotAfter.Year() < 2035 {
		t.Errorf("the authority that was made in 1970 lasts until %v", ca.NotAfter)
	}
}

// TestOwnAddresses listens on all addresses: a connection to one of them gets a certificate for it.
func TestOwnAddresses(t *testing.T) {
	addrs, err := net.InterfaceAddrs()
	if err != nil {
		t.Fatal(err)
	}
	var own netip.Addr
	for _, a := range addrs {
		if p, err := netip.ParsePrefix(a.String()); err == nil && p.Addr().Is4() && p.Addr().IsPrivate() {
			own = p.Addr()
		}
	}
	if !own.IsValid() {
		t.Skip("this machine has no private address")
	}
	s := open(t, says(well()), func(o *web.Options) { o.Listen = "0.0.0.0:0" })
	_, port, err := net.SplitHostPort(strings.TrimPrefix(s.url, "https://"))
	if err != nil {
		t.Fatal(err)
	}
	s.url = "https://" + net.JoinHostPort(own.String(), port)
	if r, _ := s.ask(t, "GET", "/"); r.StatusCode != 200 {
		t.Errorf("answer = %s", r.Status)
	}
	if r, _ := s.ask(t, "GET", "/", func(r *http.Request) { r.Host = "192.0.2.77" }); r.StatusCode != 421 {
		t.Errorf("answer to the address of another = %s", r.Status)
	}
}

// TestOwnCertificate serves a certificate that the office brought, loads it anew when it changes, and goes on with it when the new
// one is damaged.
func TestOwnCertificate(t *testing.T) {
	dir := t.TempDir()
	cert, key := filepath.Join(dir, "page.pem"), filepath.Join(dir, "page.key")
	write := func(serial int64, at time.Time) {
		t.Helper()
		k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		tmpl := &x509.Certificate{
			SerialNumber: big.NewInt(serial), DNSNames: []string{"desk.office.example"}, NotBefore: noon.Add(-time.Hour),
			NotAfter: noon.AddDate(0, 0, 90),
		}
		der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, k.Public(), k)
		if err != nil {
			t.Fatal(err)
		}
		secret, err := x509.MarshalPKCS8PrivateKey(k)
		if err != nil {
			t.Fatal(err)
		}
		for path, b := range map[string]*pem.Block{key: {Type: "PRIVATE KEY", Bytes: secret}, cert: {Type: "CERTIFICATE", Bytes: der}} {
			if err := os.WriteFile(path, pem.EncodeToMemory(b), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.Chtimes(path, at, at); err != nil {
				t.Fatal(err)
			}
		}
	}
	write(1, noon)
	s := open(t, says(well()), func(o *web.Options) { o.Certificate, o.Key = cert, key })
	serial := func() int64 {
		t.Helper()
		conn, err := tls.Dial("tcp", strings.TrimPrefix(s.url, "https://"), &tls.Config{InsecureSkipVerify: true})
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		return conn.ConnectionState().PeerCertificates[0].SerialNumber.Int64()
	}
	if got := serial(); got != 1 {
		t.Fatalf("serial %d, want the office's own", got)
	}
	first := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, DisableKeepAlives: true}}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+"/healthz", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	r.Host = "desk.office.example"
	a, err := first.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	a.Body.Close()
	if a.StatusCode != http.StatusOK {
		t.Errorf("by the name of the certificate: %s", a.Status)
	}
	write(2, noon.Add(time.Second))
	s.clock.Move(2 * time.Minute)
	if got := serial(); got != 2 {
		t.Errorf("serial %d after the file changed", got)
	}
	if err := os.WriteFile(cert, []byte("damaged"), 0o600); err != nil {
		t.Fatal(err)
	}
	s.clock.Move(2 * time.Minute)
	if got := serial(); got != 2 {
		t.Errorf("serial %d after the file was damaged", got)
	}
	bad, err := web.Listen(web.Options{
		Listen: "127.0.0.1:0", Dir: t.TempDir(), Service: says(well()), Now: s.clock.Now, Certificate: cert, Key: key,
	})
	if err != nil {
		t.Fatal(err)
	}
	if bad.Problem() == nil {
		t.Error("a damaged certificate is no problem at the start")
	}
	if err := bad.Close(); err != nil {
		t.Error(err)
	}
}
