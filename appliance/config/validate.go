package config

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"frontdesk.internal/appliance/record"
)

// maxCalls bounds the calls at once; far above what one box can talk with.
const maxCalls = 200

// noHosts is said of a proxy that cannot be one.
const noHosts = "%q is not host or host:port, or several of them with commas between"

// goodOutside is what may be dialled before a number outside.
var goodOutside = regexp.MustCompile(`^[0-9*#+]{0,8}$`)

// goodExtension is an extension that something is sent to.
var goodExtension = regexp.MustCompile(`^[A-Za-z0-9+*_.-]{1,64}$`)

// validate returns all problems of the values.
func (c *Config) validate() []Problem {
	var ps []Problem
	check := func(ok bool, key, format string, args ...any) {
		if !ok {
			ps = append(ps, Problem{Key: key, Text: fmt.Sprintf(format, args...)})
		}
	}
	oneOf := func(v, key string, choices ...string) {
		check(slices.Contains(choices, v), key, "%q is not possible: use %s", v, strings.Join(choices, " or "))
	}
	check(filepath.IsAbs(c.Storage.Dir), "storage.dir", "%q is not an absolute path", c.Storage.Dir)
	check(c.Storage.KeyFile == "" || filepath.IsAbs(c.Storage.KeyFile), "storage.key_file", "%q is not an absolute path", c.Storage.KeyFile)
	oneOf(c.Storage.Lock, "storage.lock", "", "file", "credential", "passphrase")
	s := c.SIP
	check(listen(s.Listen), "sip.listen", "%q is not host:port", s.Listen)
	c.validatePorts(firstPort(), check)
	check(s.TLSCA == "" || filepath.IsAbs(s.TLSCA), "sip.tls_ca", "%q is not an absolute path", s.TLSCA)
	oneOf(s.SRTP, "sip.srtp", "off", "preferred", "required")
	oneOf(s.CallerID, "sip.caller_id", "from", "asserted")
	// Without both there is no account here: somebody enters it by page, console or command.
	check(s.Registrar != "" || s.User == "", "sip.registrar", "missing: write the address of your PBX, such as \"192.0.2.10\"")
	account(s.Extension, "sip.", check)
	check(s.Proxy == "" || record.GoodHosts(s.Proxy), "sip.proxy", noHosts, s.Proxy)
	check((s.TLSCert == "") == (s.TLSKey == ""), "sip.tls_certificate", "name both, tls_certificate and tls_key, or none")
	check(s.TLSCert == "" || filepath.IsAbs(s.TLSCert) && filepath.IsAbs(s.TLSKey), "sip.tls_certificate",
		"tls_certificate and tls_key must be absolute paths")
	check(goodOutside.MatchString(s.Outside), "sip.outside", "%q cannot be dialled; write digits, or +", s.Outside)
	check(s.TextTo == "" || goodExtension.MatchString(s.TextTo), "sip.text_to", "%q is no extension; write its digits or letters", s.TextTo)
	alive := time.Duration(s.KeepAlive)
	check(alive == 0 || alive >= 5*time.Second && alive <= time.Hour, "sip.keep_alive", "%v is neither 0s nor between 5s and 1h", alive)
	check(s.Busy == 486 || s.Busy == 503, "sip.busy", "%d is not possible: use 486 or 503", s.Busy)
	later := time.Duration(s.RetryAfter)
	check(later >= 0 && later <= time.Hour, "sip.retry_after", "%v is not between 0s and 1h", later)
	check(s.Password == "" || s.PasswordFile == "", "sip.password_file", "there is a password as well: use one of the two")
	check(time.Duration(s.Expires) >= 30*time.Second && time.Duration(s.Expires) <= 24*time.Hour, "sip.expires",
		"%v is not between 30s and 24h", time.Duration(s.Expires))
	if s.MediaIP != "" {
		_, err := netip.ParseAddr(s.MediaIP)
		check(err == nil, "sip.media_ip", "%q is not an IP address", s.MediaIP)
	}
	check(len(s.Codecs) > 0, "sip.codecs", "none: name at least one of \"G722\", \"PCMU\", \"PCMA\"")
	for i, name := range s.Codecs {
		check(slices.Contains([]string{"G722", "PCMU", "PCMA"}, name), "sip.codecs", "there is no codec %q: use \"G722\", \"PCMU\", \"PCMA\"",
			name)
		check(!slices.Contains(s.Codecs[:i], name), "sip.codecs", "%q is there twice", name)
	}
	calls := max(s.MaxCalls, record.DefaultCalls) // 0 is measured, and begins with those
	ports := s.MaxCalls > maxCalls || s.RTPMin == 0 && s.RTPMax == 0 ||
		s.RTPMin >= 1024 && s.RTPMax <= 65535 && s.RTPMax-s.RTPMin+1 >= 2*calls
	check(ports, "sip.rtp_max", "%d to %d: two ports for each of %d calls are needed, between 1024 and 65535", s.RTPMin, s.RTPMax, calls)
	oneOf(s.Allow, "sip.allow", "registrar", "any")
	check(s.MaxCalls >= 0 && s.MaxCalls <= maxCalls, "sip.max_calls", "%d is not between 0 and %d", s.MaxCalls, maxCalls)
	check(len(c.Lines) <= maxLines, "lines", "%d are too many: %d at the most", len(c.Lines), maxLines)
	for i, l := range c.Lines {
		c.validateLine(i, l, check)
	}
	check(c.Engines.Threads >= 0 && c.Engines.Threads <= 256, "engines.threads", "%d is not between 0 and 256", c.Engines.Threads)
	check(c.Models.Dir == "" || filepath.IsAbs(c.Models.Dir), "models.dir", "%q is not an absolute path", c.Models.Dir)
	check(c.Console.SSH == "" || listen(c.Console.SSH), "console.ssh", "%q is not host:port, such as \"0.0.0.0:2222\"", c.Console.SSH)
	check(c.Web.Listen == "" || listen(c.Web.Listen), "web.listen", "%q is not host:port", c.Web.Listen)
	check((c.Web.Certificate == "") == (c.Web.Key == ""), "web.certificate", "name both, certificate and key, or none")
	check(c.Web.Certificate == "" || filepath.IsAbs(c.Web.Certificate), "web.certificate", "%q is not an absolute path", c.Web.Certificate)
	check(c.Web.Key == "" || filepath.IsAbs(c.Web.Key), "web.key", "%q is not an absolute path", c.Web.Key)
	check(c.Metrics.Listen == "" || listen(c.Metrics.Listen), "metrics.listen", "%q is not host:port", c.Metrics.Listen)
	check(c.Metrics.Traces == "" || collector(c.Metrics.Traces), "metrics.traces",
		"%q is no address of a collector, such as \"http://collector.lan:4318\"; outside of the office's own network it must be https",
		c.Metrics.Traces)
	check(c.Call.MaxMinutes >= 1 && c.Call.MaxMinutes <= 240, "call.max_minutes", "%d is not between 1 and 240", c.Call.MaxMinutes)
	check(c.Call.Drain >= 0 && time.Duration(c.Call.Drain) <= 150*time.Second, "call.drain",
		"%v is not between 0s and 150s, which the service manager allows", time.Duration(c.Call.Drain))
	check(c.Backup.Dir == "" || filepath.IsAbs(c.Backup.Dir), "backup.dir", "%q is not an absolute path", c.Backup.Dir)
	check(time.Duration(c.Backup.Every) >= time.Hour && time.Duration(c.Backup.Every) <= 31*24*time.Hour, "backup.every",
		"%v is not between 1h and 744h", time.Duration(c.Backup.Every))
	check(c.Backup.Keep >= 1 && c.Backup.Keep <= 1000, "backup.keep", "%d is not between 1 and 1000", c.Backup.Keep)
	for _, n := range c.Egress.Networks {
		p, err := netip.ParsePrefix(n)
		check(err == nil && p.Bits() > 0, "egress.networks", "%q is not a network, such as \"10.20.0.0/16\"", n)
	}
	oneOf(c.Log.Level, "log.level", "debug", "info", "warn", "error")
	oneOf(c.Log.Format, "log.format", "text", "json")
	return ps
}

// collector reports whether text is the address of a collector of traces: one in the network of the office may go without encryption.
func collector(text string) bool {
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return false
	}
	return u.Scheme == "https" || u.Scheme == "http" && record.InHouse(u.Hostname())
}

// firstPort is the first port that a program without privileges may listen on, as Linux has it; an administrator can move it.
func firstPort() int {
	b, err := os.ReadFile("/proc/sys/net/ipv4/ip_unprivileged_port_start")
	if err != nil {
		return defaultFirstPort
	}
	n, err := strconv.Atoi(strings.TrimSpace(string(b)))
	if err != nil {
		return defaultFirstPort
	}
	return n
}

const defaultFirstPort = 1024

// validatePorts reports ports that the service may not have: it has no privileges, and finds that out only when it starts.
func (c *Config) validatePorts(first int, check func(ok bool, key, format string, args ...any)) {
	for _, l := range [][2]string{
		{"sip.listen", c.SIP.Listen}, {"web.listen", c.Web.Listen}, {"console.ssh", c.Console.SSH}, {"metrics.listen", c.Metrics.Listen},
	} {
		_, text, err := net.SplitHostPort(l[1])
		if err != nil {
			continue
		}
		port, err := strconv.Atoi(text)
		if err != nil || port == 0 || port >= first {
			continue
		}
		whose, other := fmt.Sprintf("ports below %d are for the system, and the service has no privileges", first), port+aboveSystem
		if port == sshPort {
			whose, other = "port 22 is that of the machine's own SSH server", sshPort*101
		}
		check(false, l[0], "%q: %s; choose another, such as %d", l[1], whose, other)
	}
}

const (
	sshPort     = 22
	aboveSystem = 8000 // what is proposed for a port of the system's lies so far above it: 8443 for 443
)

// maxLines bounds the further extensions; each has sockets and a registration of its own.
const maxLines = 16

// validateLine reports the problems of a further extension.
func (c *Config) validateLine(i int, l Line, check func(ok bool, key, format string, args ...any)) {
	at := func(key string) string { return fmt.Sprintf("lines[%d].%s", i, key) }
	s := l.Over(c.SIP)
	check(listen(s.Listen), at("listen"), "%q is not host:port", s.Listen)
	check(s.Registrar != "", at("registrar"), "missing: write the address of your PBX, such as \"192.0.2.10\"")
	account(s.Extension, at(""), check)
	check(s.Proxy == "" || record.GoodHosts(s.Proxy), at("proxy"), noHosts, s.Proxy)
	check(s.User != "" || s.Registrar != "", at("user"), "%s", record.NoExtension)
	check(l.Password == "" || l.PasswordFile == "", at("password_file"), "there is a password as well: use one of the two")
	same := func(o SIP) bool { return o.User == s.User && o.Registrar == s.Registrar }
	check(!same(c.SIP), at("user"), "%q is there already, in [sip]", s.User)
	for _, o := range c.Lines[:i] {
		check(!same(o.Over(c.SIP)), at("user"), "%q is there twice", s.User)
	}
}

// account reports the problems of an extension whose keys are below table.
func account(e record.Extension, table string, check func(ok bool, key, format string, args ...any)) {
	for _, f := range e.Faults() {
		text := f.Text
		if f.Value != "" {
			text = strconv.Quote(f.Value) + ": " + text
		}
		check(false, table+f.Field, "%s", text)
	}
}

// listen tells whether s is host:port, the host possibly empty.
func listen(s string) bool {
	h, p, err := net.SplitHostPort(s)
	if err != nil || strings.ContainsAny(h, " /@") {
		return false
	}
	n, err := strconv.ParseUint(p, 10, 16)
	return err == nil && n <= 65535
}
