// Package syslog sends what happens to a collector of the office's, above all a record of each call: by syslog (RFC 5424) over TLS
// (RFC 5425), TCP (RFC 6587 section 3.4.1) or UDP (RFC 5426).
//
// A message is one line of ASCII, key=value with what has blanks in quotation marks, and with the letter's key as id: syslog has no answer,
// so that one may come twice. Over TLS and TCP it counts as sent when the collector has closed the connection in order, or has said nothing
// for a while after all of it was written; over UDP when it was written. The package starts no goroutine; a [Sender] is safe for concurrent
// use.
package syslog

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"frontdesk.internal/appliance/egress"
	"frontdesk.internal/appliance/notify"
	"frontdesk.internal/appliance/record"
)

// Sender sends.
type Sender struct {
	Gate *egress.Gate
	Host string // the box, as collectors know it; "" = not told
}

var _ notify.Sender = (*Sender)(nil)

// quietFor is how long a collector that has all of it is given to end the connection, or to say that it does not take it.
const quietFor = 2 * time.Second

// Send implements notify.Sender.
func (s *Sender) Send(ctx context.Context, to notify.Target, l notify.Letter) error {
	u, err := Address(to.Server)
	if err != nil {
		return &notify.Error{Fault: notify.FaultSetting, Err: err}
	}
	var lines []string
	for n, item := range l.Items {
		lines = append(lines, s.line(l, n, item))
	}
	if u.Scheme == "udp" {
		return s.packets(ctx, u, lines)
	}
	return s.stream(ctx, u, to.Recipient, lines)
}

// Address reads the address of a collector, such as tls://log.lan:6514; what names no port has that of its way.
func Address(server string) (*url.URL, error) {
	u, err := url.Parse(server)
	if err != nil || u.Hostname() == "" || u.User != nil || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" {
		return nil, errors.New("no address of a collector")
	}
	port := map[string]string{"tls": "6514", "tcp": "601", "udp": "514"}[u.Scheme]
	if port == "" {
		return nil, errors.New("no way to a collector")
	}
	u.Host = net.JoinHostPort(u.Hostname(), cmp.Or(u.Port(), port))
	return u, nil
}

// Facility and severities (RFC 5424 section 6.2.1).
const (
	local0  = 16
	warning = 4
	notice  = 5
	info    = 6
)

func severity(k record.OccasionKind) int {
	switch k {
	case record.OccasionHealth:
		return warning
	case record.OccasionUrgent, record.OccasionRequest:
		return notice
	case record.OccasionMessage, record.OccasionMissed, record.OccasionQuestion, record.OccasionUpdate, record.OccasionCall,
		record.OccasionTest:
	}
	return info
}

// line is an item as a message (RFC 5424 section 6). There is no structured data: its names would have to be registered.
func (s *Sender) line(l notify.Letter, n int, i notify.Item) string {
	key := l.Key
	if len(l.Items) > 1 {
		key += "-" + strconv.Itoa(n)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "<%d>1 %s %s frontdesk - %s - id=%s", local0*8+severity(i.Kind), i.At.UTC().Format("2006-01-02T15:04:05.000Z"),
		cmp.Or(printable(s.Host), "-"), cmp.Or(printable(string(i.Kind)), "-"), value(key))
	add := func(name, v string) {
		if v != "" {
			b.WriteString(" " + name + "=" + value(v))
		}
	}
	add("call", i.Call)
	if d := i.Detail; d != nil {
		add("started", moment(d.Started))
		add("answered", moment(d.Answered))
		add("ended", moment(d.Ended))
		add("seconds", strconv.Itoa(d.Seconds))
		add("from", d.From)
		add("diverted_from", d.Diverted)
		add("extension", d.Extension)
		add("result", string(d.Result))
		add("reason", d.Reason)
		add("messages", strconv.Itoa(d.Messages))
		return b.String()
	}
	add("text", i.Line())
	return b.String()
}

func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// value is a text as it stands behind a name.
func value(s string) string {
	if s != "" && printable(s) == s && !strings.ContainsAny(s, `"\=`) {
		return s
	}
	return strconv.QuoteToASCII(s)
}

// printable is what of a text may stand in the head of a message.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r <= ' ' || r > '~' {
			return -1
		}
		return r
	}, s)
}

// stream writes messages with their length before them, one after the other, and waits until the collector has them.
func (s *Sender) stream(ctx context.Context, u *url.URL, to record.Recipient, lines []string) error {
	trust, err := notify.Trust(to, u.Hostname())
	if err != nil {
		return err
	}
	conn, err := s.Gate.DialName(ctx, egress.Syslog, u.Host)
	if err == nil && u.Scheme == "tls" {
		conn, err = egress.Secure(ctx, conn, trust)
	}
	if err != nil {
		return notify.Explain(err)
	}
	defer func() { _ = conn.Close() }() // the collector has it, or the error is told already
	defer context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })()
	for _, line := range lines {
		if _, err := fmt.Fprintf(conn, "%d %s", len(line), line); err != nil {
			return explain(ctx, err)
		}
	}
	if half, ok := conn.(interface{ CloseWrite() error }); ok {
		if err := half.CloseWrite(); err != nil {
			return explain(ctx, err)
		}
	}
	if err := conn.SetReadDeadline(time.Now().Add(quietFor)); err != nil {
		return explain(ctx, err)
	}
	_, err = io.Copy(io.Discard, io.LimitReader(conn, 4096))
	if errors.Is(err, os.ErrDeadlineExceeded) && ctx.Err() == nil {
		return nil // some collectors wait for more
	}
	return explain(ctx, err)
}

// packets sends each message by itself.
func (s *Sender) packets(ctx context.Context, u *url.URL, lines []string) error {
	port, err := strconv.ParseUint(u.Port(), 10, 16)
	if err != nil {
		return &notify.Error{Fault: notify.FaultSetting, Err: err}
	}
	addr, err := netip.ParseAddr(u.Hostname())
	if err != nil {
		found, err := s.Gate.Addresses(ctx, egress.Syslog, u.Hostname())
		if err != nil {
			return notify.Explain(err)
		}
		if len(found) == 0 {
			return &notify.Error{Fault: notify.FaultName}
		}
		addr = found[0]
	}
	local := netip.IPv4Unspecified()
	if addr.Is6() {
		local = netip.IPv6Unspecified()
	}
	conn, err := s.Gate.ListenUDP(egress.Syslog, netip.AddrPortFrom(local, 0))
	if err != nil {
		return notify.Explain(err)
	}
	defer func() { _ = conn.Close() }() // nothing is heard from it
	for _, line := range lines {
		if _, err := conn.WriteToUDPAddrPort([]byte(line), netip.AddrPortFrom(addr, uint16(port))); err != nil {
			return notify.Explain(err)
		}
	}
	return nil
}

// explain finds the fault.
func explain(ctx context.Context, err error) error {
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return &notify.Error{Fault: notify.FaultSlow, Err: err}
	}
	return notify.Explain(err)
}
