package web

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"frontdesk.internal/appliance/statefile"
)

// The files hold a certificate and its key together, so that a pair is replaced as one.
const (
	caFile   = "ca.pem"
	leafFile = "server.pem"
)

const (
	leafLife   = 397 * 24 * time.Hour // browsers refuse more than 398 days
	leafRenew  = 30 * 24 * time.Hour  // renewed when less is left
	skew       = time.Hour            // for clocks of others that are slow
	maxLeafIPs = 16
)

// earliest is before the first release. A board without a clock battery starts in 1970 and makes its authority before the
// time comes from the network: counted from then it would end years too soon.
func earliest() time.Time { return time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC) }

// certificates are the authority of this box and the server certificate below it.
type certificates struct {
	dir   string
	names names
	now   func() time.Time
	log   *slog.Logger
	ca    *tls.Certificate

	mu     sync.Mutex
	leaf   *tls.Certificate
	failed bool // the last renewal failed, and the log says so
}

// openCertificates loads what is in dir and makes what is missing, damaged or over.
func openCertificates(dir string, n names, now func() time.Time, log *slog.Logger) (*certificates, error) {
	if err := statefile.MkdirAll(dir); err != nil {
		return nil, fmt.Errorf("make folder for certificates: %w", err)
	}
	if err := os.Chmod(dir, 0o700); err != nil {
		return nil, fmt.Errorf("protect folder for certificates: %w", err)
	}
	c := &certificates{dir: dir, names: n, now: now, log: log}
	if err := c.openAuthority(); err != nil {
		return nil, err
	}
	if _, _, left := c.wanted(n.ips); len(left) > 0 {
		log.Warn("the page's certificate authority was made for other names; without "+caFile+
			" a new one is made at the next start, which devices then have to trust",
			"left_out", left)
	}
	leaf, err := c.load(leafFile)
	switch {
	case err == nil && c.fits(leaf):
		c.leaf = leaf
		return c, nil
	case err == nil:
		log.Info("the page's certificate is renewed: it ends soon, or the names of this box changed")
	case errors.Is(err, errDamaged):
		log.Warn("the page's certificate is damaged and is made again", "err", err)
	case !errors.Is(err, fs.ErrNotExist):
		return nil, err
	}
	if err := c.renew(n.ips); err != nil {
		return nil, err
	}
	return c, nil
}

// openAuthority loads the authority. One that cannot be read as such is put aside and made again, because a page with a
// warning is better than none; one that cannot be reached at all (rights, disk) is an error.
func (c *certificates) openAuthority() error {
	ca, err := c.load(caFile)
	if err == nil && !ca.Leaf.IsCA {
		err = fmt.Errorf("%w: it is not an authority", errDamaged)
	}
	aside := ""
	switch {
	case err == nil && c.now().Before(ca.Leaf.NotAfter):
		if later(c.now(), earliest()).Before(ca.Leaf.NotBefore) {
			c.log.Warn("the page's certificate authority is not valid yet: is the clock right?", "from", ca.Leaf.NotBefore)
		}
		c.ca = ca
		return nil
	case err == nil:
		aside = caFile + ".old"
		c.log.Warn("the page's certificate authority has ended and a new one is made; devices have to be told to trust it", "kept", aside)
	case errors.Is(err, errDamaged):
		aside = caFile + ".damaged"
		c.log.Warn("the page's certificate authority is damaged and a new one is made; devices have to be told to trust it", "kept", aside, "err",
			err)
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	if aside != "" {
		if err := os.Rename(filepath.Join(c.dir, caFile), filepath.Join(c.dir, aside)); err != nil {
			return fmt.Errorf("put former certificate authority aside: %w", err)
		}
	}
	if c.ca, err = c.makeAuthority(); err != nil {
		return fmt.Errorf("make certificate authority: %w", err)
	}
	c.log.Info("made a certificate authority for the page; browsers trust the page once they know /ca.crt",
		"until", c.ca.Leaf.NotAfter, "sha256", fingerprint(c.ca.Leaf))
	return nil
}

// privateNetworks are what the authority may vouch for beside this box: whoever steals its key cannot pose as a site of the Internet.
func privateNetworks() []netip.Prefix {
	var out []netip.Prefix
	for _, s := range []string{
		"127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "::1/128", "fc00::/7", "fe80::/10",
	} {
		out = append(out, netip.MustParsePrefix(s))
	}
	return out
}

func (c *certificates) makeAuthority() (*tls.Certificate, error) {
	base := later(c.now(), earliest())
	id := make([]byte, 3)
	if _, err := rand.Read(id); err != nil {
		return nil, err
	}
	t := &x509.Certificate{
		// Two boxes of one name, or a new authority of the same box, are told apart by what follows it.
		Subject: pkix.Name{
			Organization: []string{"Frontdesk"}, CommonName: fmt.Sprintf("Frontdesk %s %s", c.label(), hex.EncodeToString(id)),
		},
		NotBefore:             base.Add(-24 * time.Hour),
		NotAfter:              base.AddDate(10, 0, 0),
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		IsCA:                  true,
		BasicConstraintsValid: true,
		MaxPathLenZero:        true,

		PermittedDNSDomainsCritical: true,
		PermittedDNSDomains:         append([]string{"local", "home.arpa", "internal"}, c.names.hosts...),
	}
	nets := privateNetworks()
	for _, ip := range c.names.ips {
		if !slices.ContainsFunc(nets, func(p netip.Prefix) bool { return p.Contains(ip) }) {
			nets = append(nets, netip.PrefixFrom(ip, ip.BitLen()))
		}
	}
	for _, p := range nets {
		t.PermittedIPRanges = append(t.PermittedIPRanges, &net.IPNet{IP: p.Addr().AsSlice(), Mask: net.CIDRMask(p.Bits(), p.Addr().BitLen())})
	}
	return c.make(caFile, t, nil)
}

// label is the box's name, or the word for a box without one.
func (c *certificates) label() string {
	if len(c.names.hosts) > 1 {
		return c.names.hosts[1]
	}
	return "box"
}

// permits reports whether the authority may vouch for all of host, or ip.
func permits(ca *x509.Certificate, host string, ip netip.Addr) bool {
	if host != "" {
		return slices.ContainsFunc(ca.PermittedDNSDomains, func(d string) bool { return host == d || strings.HasSuffix(host, "."+d) })
	}
	return slices.ContainsFunc(ca.PermittedIPRanges, func(n *net.IPNet) bool { return n.Contains(ip.AsSlice()) })
}

// wanted returns the names and the addresses that the leaf is to have, as far as the authority may give them.
func (c *certificates) wanted(ips []netip.Addr) (hosts []string, addrs []netip.Addr, left []string) {
	for _, h := range c.names.hosts {
		if permits(c.ca.Leaf, h, netip.Addr{}) {
			hosts = append(hosts, h)
		} else {
			left = append(left, h)
		}
	}
	for _, ip := range ips {
		if permits(c.ca.Leaf, "", ip) {
			addrs = append(addrs, ip)
		} else {
			left = append(left, ip.String())
		}
	}
	return hosts, addrs, left
}

// fits reports whether leaf is of our authority, lasts, and has every name that it can have.
func (c *certificates) fits(leaf *tls.Certificate) bool {
	if leaf.Leaf.CheckSignatureFrom(c.ca.Leaf) != nil || c.isDue(leaf.Leaf) {
		return false
	}
	hosts, ips, _ := c.wanted(c.names.ips)
	have := ipsOf(leaf.Leaf)
	return !slices.ContainsFunc(hosts, func(h string) bool { return !slices.Contains(leaf.Leaf.DNSNames, h) }) &&
		!slices.ContainsFunc(ips, func(ip netip.Addr) bool { return !slices.Contains(have, ip) })
}

// isDue reports whether it is time to renew: the leaf ends soon (at the end of the authority's life nothing longer can be
// had), or was made while the clock was fast.
func (c *certificates) isDue(leaf *x509.Certificate) bool {
	now := later(c.now(), earliest())
	return now.Add(leafRenew).After(leaf.NotAfter) && leaf.NotAfter.Before(c.ca.Leaf.NotAfter) ||
		now.After(leaf.NotAfter) || now.Before(leaf.NotBefore)
}

// renew makes a new leaf for our names and ips. The caller holds mu, or is alone.
func (c *certificates) renew(ips []netip.Addr) error {
	base := later(c.now(), earliest())
	if !base.Before(c.ca.Leaf.NotAfter) {
		return errors.New("renew the page's certificate: the certificate authority has ended; restart to have a new one made")
	}
	hosts, addrs, _ := c.wanted(ips)
	start := base.Add(-skew)
	t := &x509.Certificate{
		Subject:   pkix.Name{Organization: []string{"Frontdesk"}, CommonName: c.label()},
		NotBefore: start, NotAfter: start.Add(leafLife),
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, BasicConstraintsValid: true,
		DNSNames: hosts,
	}
	if t.NotAfter.After(c.ca.Leaf.NotAfter) {
		t.NotAfter = c.ca.Leaf.NotAfter
	}
	for _, ip := range addrs {
		t.IPAddresses = append(t.IPAddresses, ip.AsSlice())
	}
	leaf, err := c.make(leafFile, t, c.ca)
	if leaf == nil {
		return fmt.Errorf("make the page's certificate: %w", err)
	}
	c.leaf = leaf
	if err != nil { // it serves as well from memory, until the next start
		c.log.Warn("the page's certificate was renewed but not kept", "err", err)
		return nil
	}
	c.log.Info("made a certificate for the page", "until", leaf.Leaf.NotAfter, "names", hosts)
	return nil
}

// forHello returns the certificate for a connection, renewed when it is time, or when the connection came to an address of
// this box that the certificate does not have yet (a new lease, a second network).
func (c *certificates) forHello(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	var local netip.Addr
	if hello.Conn != nil {
		local = addrOf(hello.Conn.LocalAddr())
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	ips := ipsOf(c.leaf.Leaf)
	isNew := local.IsValid() && len(ips) < maxLeafIPs && permits(c.ca.Leaf, "", local) && !slices.Contains(ips, local) && !local.IsLoopback()
	if isNew {
		ips = append(ips, local)
	}
	if !isNew && !c.isDue(c.leaf.Leaf) {
		return c.leaf, nil
	}
	if err := c.renew(ips); err != nil {
		if !c.failed { // once, not for every connection
			c.log.Error("the page goes on with its former certificate", "err", err)
		}
		c.failed = true
		return c.leaf, nil
	}
	c.failed = false
	return c.leaf, nil
}

// make creates a key and a certificate after t, signed by ca (nil = by itself), and writes both to file. When only the
// writing failed the certificate is returned with the error.
func (c *certificates) make(file string, t *x509.Certificate, ca *tls.Certificate) (*tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	parent, signer := t, crypto.PrivateKey(key)
	if ca != nil {
		parent, signer = ca.Leaf, ca.PrivateKey
	}
	der, err := x509.CreateCertificate(rand.Reader, t, parent, key.Public(), signer) // draws a serial number by itself
	if err != nil {
		return nil, err
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	b.Write(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	b.Write(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret}))
	pair, err := tls.X509KeyPair(b.Bytes(), b.Bytes())
	if err != nil {
		return nil, err
	}
	return &pair, statefile.Write(filepath.Join(c.dir, file), b.Bytes())
}

// errDamaged says that a file is there and can be read, but does not hold what it should.
var errDamaged = errors.New("damaged")

// load reads a certificate with its key.
func (c *certificates) load(file string) (*tls.Certificate, error) {
	path := filepath.Join(c.dir, file)
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read certificate: %w", err)
	}
	pair, err := tls.X509KeyPair(b, b)
	if err != nil {
		return nil, fmt.Errorf("read certificate %s: %w: %w", path, errDamaged, err)
	}
	if info, err := os.Stat(path); err == nil && info.Mode().Perm()&0o077 != 0 {
		c.log.Warn("a key could be read by others; its mode is set right", "file", path)
		if err := os.Chmod(path, 0o600); err != nil {
			return nil, fmt.Errorf("protect key: %w", err)
		}
	}
	return &pair, nil
}

// authority returns the authority's certificate as PEM, without its key.
func (c *certificates) authority() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.ca.Leaf.Raw})
}

func ipsOf(c *x509.Certificate) []netip.Addr {
	var out []netip.Addr
	for _, b := range c.IPAddresses {
		if ip, ok := netip.AddrFromSlice(b); ok {
			out = append(out, ip.Unmap())
		}
	}
	return out
}

func fingerprint(c *x509.Certificate) string {
	sum := sha256.Sum256(c.Raw)
	return hex.EncodeToString(sum[:])
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
