package syslog_test

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/egress"
	"frontdesk.internal/appliance/notify"
	"frontdesk.internal/appliance/notify/notifytest"
	"frontdesk.internal/appliance/notify/syslog"
	"frontdesk.internal/appliance/record"
)

var at = time.Date(2026, 3, 2, 9, 30, 0, 0, time.UTC)

func letter() notify.Letter {
	return notify.Letter{Key: "k1", Items: []notify.Item{
		{Kind: record.OccasionCall, At: at, Call: "c1", Detail: &notify.Detail{
			Started: at.Add(-time.Minute), Answered: at.Add(-50 * time.Second), Ended: at, Seconds: 50, From: "…42", Result: "success",
			Reason: "caller \"hung\" up\n<1>x", Messages: 1,
		}},
		{Kind: record.OccasionHealth, At: at, Text: "The disk is full: 3 % are left."},
	}}
}

// wants are the two messages as they come (RFC 5424 section 6).
var wants = []string{
	`<134>1 2026-03-02T09:30:00.000Z box frontdesk - call - id=k1-0 call=c1 started=2026-03-02T09:29:00Z answered=2026-03-02T09:29:10Z ` +
		`ended=2026-03-02T09:30:00Z seconds=50 from="\u202642" result=success reason="caller \"hung\" up\n<1>x" messages=1`,
	`<132>1 2026-03-02T09:30:00.000Z box frontdesk - health - id=k1-1 text="The disk is full: 3 % are left."`,
}

func send(t *testing.T, server, ca string) ([]record.Egress, error) {
	t.Helper()
	g := egress.New(nil, egress.Syslog)
	s := syslog.Sender{Gate: g, Host: "box"}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	err := s.Send(ctx, notify.Target{Recipient: record.Recipient{Server: server, CA: ca}}, letter())
	return g.Take(), err
}

// framed are messages with their length before them (RFC 6587 section 3.4.1).
func framed() string {
	var b strings.Builder
	for _, w := range wants {
		b.WriteString(strings.Join([]string{strconv.Itoa(len(w)), w}, " "))
	}
	return b.String()
}

func TestStreams(t *testing.T) {
	cert, ca := notifytest.Certificate(t)
	for _, way := range []string{"tcp", "tls"} {
		t.Run(way, func(t *testing.T) {
			l := notifytest.Listen(t)
			got := make(chan string, 1)
			go notifytest.Serve(t, l, func(c net.Conn) {
				if way == "tls" {
					c = tls.Server(c, &tls.Config{Certificates: cert.Certificates, MinVersion: tls.VersionTLS12})
				}
				b, err := io.ReadAll(c)
				if err != nil {
					t.Error(err)
				}
				got <- string(b)
			})
			counted, err := send(t, way+"://"+l.Addr().String(), ca)
			if err != nil {
				t.Fatal(err)
			}
			if x := <-got; x != framed() {
				t.Errorf("%s\nwant\n%s", x, framed())
			}
			if len(counted) != 1 || counted[0].Purpose != string(egress.Syslog) || counted[0].Sent == 0 {
				t.Errorf("the ledger says %+v", counted)
			}
		})
	}
}

func TestPackets(t *testing.T) {
	c, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	if counted, err := send(t, "udp://"+c.LocalAddr().String(), ""); err != nil || len(counted) != 1 || counted[0].Sent == 0 {
		t.Fatalf("%v, %+v", err, counted)
	}
	b := make([]byte, 2000)
	for _, want := range wants {
		n, _, err := c.ReadFrom(b)
		if err != nil || string(b[:n]) != want {
			t.Errorf("%s, %v\nwant\n%s", b[:n], err, want)
		}
	}
}

// A collector that says nothing has it; one that is not there is tried again, and an address that is none is a setting to be changed.
func TestCollectors(t *testing.T) {
	l, over := notifytest.Listen(t), make(chan struct{})
	t.Cleanup(func() { close(over) })
	go notifytest.Serve(t, l, func(c net.Conn) { _, _ = io.Copy(io.Discard, c); <-over })
	if _, err := send(t, "tcp://"+l.Addr().String(), ""); err != nil {
		t.Errorf("it waits for more: %v", err)
	}
	var fault *notify.Error
	if _, err := send(t, "tcp://"+notifytest.Gone(t), ""); !errors.As(err, &fault) || fault.Fault != notify.FaultGone {
		t.Errorf("gone: %v", err)
	}
	for _, bad := range []string{"", "log.lan", "http://log.lan", "tls://", "tls://a@log.lan", "tls://log.lan/x", "udp://log.lan?x"} {
		if _, err := send(t, bad, ""); !errors.As(err, &fault) || fault.Fault != notify.FaultSetting {
			t.Errorf("%q: %v", bad, err)
		}
	}
	for server, want := range map[string]string{
		"tls://log.lan": "log.lan:6514", "tcp://[::1]": "[::1]:601", "udp://log.lan:1514": "log.lan:1514",
	} {
		if u, err := syslog.Address(server); err != nil || u.Host != want {
			t.Errorf("%s: %v, %v", server, u, err)
		}
	}
}

// Whatever an item says, it is one line of printable ASCII, and its head has the form of RFC 5424.
func FuzzLine(f *testing.F) {
	f.Add("x y", "a\nb", "…")
	f.Add("\x00\xff", `"\`, "<1>1 - - -")
	head := regexp.MustCompile(`^<\d{1,3}>1 \S+ \S+ \S+ \S+ \S+ - id=`)
	c, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = c.Close() })
	s := syslog.Sender{Gate: egress.New(nil, egress.Syslog), Host: "the box"}
	to := notify.Target{Recipient: record.Recipient{Server: "udp://" + c.LocalAddr().String()}}
	f.Fuzz(func(t *testing.T, key, text, reason string) {
		if len(key)+len(text)+len(reason) > 4000 {
			t.Skip()
		}
		l := notify.Letter{Key: key, Items: []notify.Item{{Kind: record.OccasionKind(reason), Text: text}}}
		if reason != "" {
			l.Items[0].Detail = &notify.Detail{From: text, Reason: reason}
		}
		if err := s.Send(t.Context(), to, l); err != nil {
			t.Fatal(err)
		}
		b := make([]byte, 1<<16)
		n, _, err := c.ReadFrom(b)
		if err != nil || !head.Match(b[:n]) || strings.ContainsFunc(string(b[:n]), func(r rune) bool { return r < ' ' || r > '~' }) {
			t.Fatalf("%q, %v", b[:n], err)
		}
	})
}
