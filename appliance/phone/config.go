package phone

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"frontdesk.internal/appliance/egress"
	"frontdesk.internal/appliance/record"
)

// Config is one extension at one PBX.
type Config struct {
	// The account; UDP by default. While the first registrar is not there the next is used. A bare name is looked up as RFC 3263 says, by
	// SRV records and addresses. Without a registrar the phone does not register, and calls come unasked (trunk).
	record.Extension
	Password string

	Listen string // SIP address to bind, "0.0.0.0:5060" by default
	// RootCAs are believed when a PBX shows its certificate over TLS; nil = those of the system.
	RootCAs     *x509.CertPool
	Certificate *tls.Certificate // shown to a PBX that asks for one over TLS; nil = none
	// Proxy is where everything is sent instead of to the registrar, written like it (RFC 3261 section 8.1.2); empty = none.
	Proxy     string
	Expires   time.Duration // registration time asked for, 5 min by default
	KeepAlive time.Duration // between the OPTIONS that ask whether the PBX is still there, at least 1 s; 0 = it is not asked

	MediaIP        string   // address written into the session description; by default the one that faces the PBX
	RTPMin, RTPMax int      // UDP ports for audio, inclusive; both 0 = any free port
	Codecs         []string // that are taken, the preferred one first: G722, PCMU, PCMA, which are all by default
	SRTP           SRTP     // whether audio is encrypted; SRTPPreferred by default
	PCMRate        int      // sample rate toward ear and mouth, 8000 or 16000 (default)

	// Share is a phone of the same box whose audio ports and places for calls this one uses, too: MaxCalls is for both. nil: it has its own.
	Share *Phone

	MaxCalls   int           // record.DefaultCalls by default; further calls are refused
	BusyStatus int           // 486 (default) or 503
	RetryAfter time.Duration // sent with 503

	// new requests a second that one address may send, 50 by default, twice as many at once; all together may send four times that
	SourceRate   int
	AcceptFrom   []netip.Prefix // further sources of calls beside the registrar's addresses
	AcceptAnyone bool           // take messages from any address; for tests and closed networks
	// believe P-Asserted-Identity and Remote-Party-ID from the registrar's addresses; only when the PBX sets them itself
	TrustAsserted bool

	// OnText is given each text that comes from the PBX to our extension, and says whether it was kept; nil: texts are not taken.
	OnText func(ctx context.Context, t Text) error
	// Subscribers is how many telephones may be told of the mailbox's state (RFC 3842); 0 = none.
	Subscribers int

	UserAgent string // "Frontdesk" by default
	OnStatus  func(Status)
	Logger    *slog.Logger

	// Gate is the way out; nil = one that lets out what a telephone needs and tells nobody.
	Gate *egress.Gate
	// ListenPacket binds the UDP socket for SIP; a socket of the gate by default. Tests put a network in memory here.
	ListenPacket func(network, address string) (net.PacketConn, error)
	// Resolve looks the registrar's host name up; the system's resolver by default.
	Resolve func(ctx context.Context, host string) ([]netip.Addr, error)
	// LookupSRV finds the service records of a domain; the system's resolver by default, unless Resolve is set.
	LookupSRV func(ctx context.Context, service, proto, name string) ([]*net.SRV, error)
}

// Codecs are the names of all codecs that a call can use, the best one first.
func Codecs() []string { return []string{"G722", "PCMU", "PCMA"} }

// withDefaults returns cfg with every empty field filled, or all that is wrong with it.
func (c Config) withDefaults() (Config, error) {
	if c.Listen == "" {
		c.Listen = "0.0.0.0:5060"
	}
	if c.Expires == 0 {
		c.Expires = 5 * time.Minute
	}
	if len(c.Codecs) == 0 {
		c.Codecs = Codecs()
	}
	if c.SRTP == "" {
		c.SRTP = SRTPPreferred
	}
	if c.PCMRate == 0 {
		c.PCMRate = 16000
	}
	if c.MaxCalls == 0 {
		c.MaxCalls = record.DefaultCalls
	}
	if c.BusyStatus == 0 {
		c.BusyStatus = 486
	}
	if c.UserAgent == "" {
		c.UserAgent = "Frontdesk"
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Gate == nil {
		c.Gate = egress.New(nil, egress.Telephone, egress.Names)
	}
	if c.ListenPacket == nil {
		c.ListenPacket = func(network, address string) (net.PacketConn, error) {
			return c.Gate.ListenPacket(egress.Telephone, network, address)
		}
	}
	if c.SourceRate == 0 {
		c.SourceRate = 50
	}
	if c.Resolve == nil {
		c.Resolve = c.Gate.Lookup
		if c.LookupSRV == nil {
			c.LookupSRV = c.Gate.LookupSRV
		}
	}
	acct, err := c.account().withDefaults()
	c.Extension = acct.Extension
	return c, c.validate(err)
}

// validate joins what is wrong with c to what is wrong with its account.
func (c Config) validate(account error) error {
	errs := []error{account}
	check := func(ok bool, format string, args ...any) {
		if !ok {
			errs = append(errs, fmt.Errorf(format, args...))
		}
	}
	_, _, err := net.SplitHostPort(c.Listen)
	check(err == nil, "listen address %q: write it as host:port", c.Listen)
	check(c.Expires >= 10*time.Second && c.Expires <= 24*time.Hour, "expires %v: use 10s to 24h", c.Expires)
	check(c.KeepAlive == 0 || c.KeepAlive >= time.Second, "keep alive %v: use 1s or more, or 0 for none", c.KeepAlive)
	check(c.SourceRate > 0, "source rate %d: use 1 or more", c.SourceRate)
	check(c.Proxy == "" || record.GoodHosts(c.Proxy), "proxy %q: write it as host or host:port", c.Proxy)
	for i, name := range c.Codecs {
		check(slices.Contains(Codecs(), name) && !slices.Contains(c.Codecs[:i], name), "codec %q: name each of %s at most once", name,
			strings.Join(Codecs(), ", "))
	}
	check(c.SRTP == SRTPOff || c.SRTP == SRTPPreferred || c.SRTP == SRTPRequired, "srtp %q: use off, preferred or required", string(c.SRTP))
	check(c.PCMRate == 8000 || c.PCMRate == 16000, "pcm rate %d: use 8000 or 16000", c.PCMRate)
	check(c.MaxCalls > 0, "max calls %d: use 1 or more", c.MaxCalls)
	check(c.BusyStatus == 486 || c.BusyStatus == 503, "busy status %d: use 486 or 503", c.BusyStatus)
	check(c.RTPMin == 0 && c.RTPMax == 0 || c.RTPMin >= 1024 && c.RTPMax <= 65535 && c.RTPMax-c.RTPMin+1 >= 2*c.MaxCalls,
		"rtp ports %d-%d: two ports for each of %d calls are needed, between 1024 and 65535", c.RTPMin, c.RTPMax, c.MaxCalls)
	if c.MediaIP != "" {
		_, err := netip.ParseAddr(c.MediaIP)
		check(err == nil, "media ip %q: write an IP address", c.MediaIP)
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("configure phone: %w", err)
	}
	return nil
}

// The ports of a registrar that names none (RFC 3261 section 19.1.2).
const (
	defaultPort    = 5060
	defaultTLSPort = 5061
)

// splitHost separates "host[:port]"; the port is 5060 by default.
func splitHost(s string) (string, uint16) {
	if addr, err := netip.ParseAddr(strings.Trim(s, "[]")); err == nil {
		return addr.String(), defaultPort
	}
	host, portText, err := net.SplitHostPort(s)
	if err != nil {
		return s, defaultPort
	}
	port, err := strconv.ParseUint(portText, 10, 16)
	if err != nil || port == 0 {
		return host, defaultPort
	}
	return host, uint16(port)
}
