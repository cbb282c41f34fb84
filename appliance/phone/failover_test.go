package phone_test

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"frontdesk.internal/appliance/phone"
	"frontdesk.internal/appliance/record"
	"github.com/emiago/sipgo/sip"
)

// office is a place of the PBX that answers by itself while it is up.
type office struct {
	t    *testing.T
	conn *memConn

	mu   sync.Mutex
	up   bool
	deaf string // method that it drops
	seen []string
	last *sip.Request
}

func newOffice(t *testing.T, n *memNet, address string, up bool) *office {
	t.Helper()
	conn, err := n.listen("udp", address)
	if err != nil {
		t.Fatal(err)
	}
	o := &office{t: t, conn: conn.(*memConn), up: up}
	go o.serve()
	return o
}

func (o *office) serve() {
	for {
		select {
		case d := <-o.conn.in:
			o.take(d)
		case <-o.conn.closed:
			return
		}
	}
}

func (o *office) take(d datagram) {
	msg, err := sip.ParseMessage(d.data)
	req, ok := msg.(*sip.Request)
	if err != nil || !ok {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.up || string(req.Method) == o.deaf {
		return
	}
	name := string(req.Method)
	answer := answerTo(req, 200, "")
	if agent := req.GetHeader("User-Agent"); agent != nil && agent.Value() == "refused" {
		answer = answerTo(req, 404, "")
	} else if req.Method == sip.REGISTER {
		seconds := 100
		if h := req.GetHeader("Expires"); h != nil && h.Value() == "0" {
			name, seconds = "REGISTER 0", 0
		}
		answer = granted(req, seconds)
	}
	o.seen, o.last = append(o.seen, name), req
	_, _ = o.conn.WriteTo(wireText(answer), d.from)
}

func (o *office) set(up bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.up = up
}

// since returns what has come since it was asked last.
func (o *office) since() string {
	synctest.Wait()
	o.mu.Lock()
	defer o.mu.Unlock()
	s := strings.Join(o.seen, ", ")
	o.seen = nil
	return s
}

const (
	firstOffice  = "127.0.0.1:5071"
	secondOffice = "127.0.0.1:5072"
)

func (b *bench) wantState(state phone.State, registrar string) {
	b.t.Helper()
	synctest.Wait()
	if s := b.phone.Status(); s.State != state || s.Registrar != registrar {
		b.t.Fatalf("state %s at %q, want %s at %q", s.State, s.Registrar, state, registrar)
	}
}

func failingOver(t *testing.T, firstUp bool, change func(*phone.Config)) (b *bench, first, second *office) {
	t.Helper()
	b = newBench(t, func(c *phone.Config) {
		c.AcceptAnyone, c.Expires = false, 100*time.Second
		if change != nil {
			change(c)
		}
	})
	first, second = newOffice(t, b.net, firstOffice, firstUp), newOffice(t, b.net, secondOffice, true)
	t.Cleanup(func() { _, _ = first.conn.Close(), second.conn.Close() })
	if err := b.phone.SetAccount(phone.Account{
		Extension: record.Extension{Registrar: firstOffice + ", " + secondOffice, User: "100", Domain: "office"}, Password: "x",
	}); err != nil {
		t.Fatal(err)
	}
	return b, first, second
}

func TestFailoverAndBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, first, second := failingOver(t, false, nil)
		defer func() { b.finish(); _, _ = first.conn.Close(), second.conn.Close() }()
		time.Sleep(11 * time.Second) // one REGISTER has no answer; the next place is tried at once
		b.wantState(phone.StateRegistered, secondOffice)
		if got := second.since(); got != "REGISTER" {
			t.Errorf("the second place got %q", got)
		}
		time.Sleep(5 * time.Minute)
		b.wantState(phone.StateRegistered, secondOffice)
		second.since()
		first.set(true)
		time.Sleep(9 * time.Minute) // the first place is asked after 1, 2, 4, 8 minutes
		b.wantState(phone.StateRegistered, firstOffice)
		if got := first.since(); !strings.HasPrefix(got, "OPTIONS, REGISTER") {
			t.Errorf("the first place got %q", got)
		}
		if got := second.since(); !strings.HasSuffix(got, "REGISTER 0") {
			t.Errorf("the second place got %q; it must be told that nobody is there any more", got)
		}
	})
}

func TestFailoverRests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, first, second := failingOver(t, false, nil)
		defer func() { b.finish(); _, _ = first.conn.Close(), second.conn.Close() }()
		second.set(false)
		time.Sleep(22 * time.Second)
		if s := b.phone.Status(); s.Failure != phone.FailUnreachable || s.Attempts != 1 {
			t.Errorf("after one round: %+v", s)
		}
		first.set(true)
		time.Sleep(11 * time.Second)
		b.wantState(phone.StateRegistered, firstOffice)
	})
}

// What the PBX refuses here it would refuse everywhere: the second place is not asked.
func TestNoFailoverForARefusal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, first, second := failingOver(t, true, func(c *phone.Config) { c.UserAgent = "refused" })
		defer func() { b.finish(); _, _ = first.conn.Close(), second.conn.Close() }()
		synctest.Wait()
		if s := b.phone.Status(); s.Failure != phone.FailNoExtension {
			t.Errorf("failure %q", s.Failure)
		}
		if got := second.since(); got != "" {
			t.Errorf("the second place got %q", got)
		}
	})
}

func TestKeepAlive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, first, second := failingOver(t, true, func(c *phone.Config) { c.KeepAlive, c.Expires = 30*time.Second, time.Hour })
		defer func() { b.finish(); _, _ = first.conn.Close(), second.conn.Close() }()
		time.Sleep(45 * time.Second) // the office grants 100 s: refreshed after 50 s at the earliest
		b.wantState(phone.StateRegistered, firstOffice)
		if got := first.since(); got != "REGISTER, OPTIONS" {
			t.Errorf("the PBX got %q", got)
		}
		first.set(false)
		time.Sleep(45 * time.Second) // 30 s to the next question, 5 s for its answer, 10 s for the REGISTER
		b.wantState(phone.StateRegistered, secondOffice)
	})
}

// A PBX that drops OPTIONS is asked by one registration whether it is dead, and not again; one that is dead before it ever answered is
// found out by it.
func TestKeepAliveUnanswered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, first, second := failingOver(t, true, func(c *phone.Config) { c.KeepAlive = 5 * time.Second })
		defer func() { b.finish(); _, _ = first.conn.Close(), second.conn.Close() }()
		first.mu.Lock()
		first.deaf = "OPTIONS"
		first.mu.Unlock()
		time.Sleep(45 * time.Second)
		b.wantState(phone.StateRegistered, firstOffice)
		if got := first.since(); got != "REGISTER, REGISTER" {
			t.Errorf("the PBX got %q, want two REGISTERs", got)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		b, first, second := failingOver(t, true, func(c *phone.Config) { c.KeepAlive, c.Expires = 30*time.Second, time.Hour })
		defer func() { b.finish(); _, _ = first.conn.Close(), second.conn.Close() }()
		first.set(false)
		time.Sleep(46 * time.Second)
		b.wantState(phone.StateRegistered, secondOffice)
	})
}

func TestProxy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, first, second := failingOver(t, true, func(c *phone.Config) { c.Proxy = secondOffice })
		defer func() { b.finish(); _, _ = first.conn.Close(), second.conn.Close() }()
		b.wantState(phone.StateRegistered, secondOffice)
		if got := first.since(); got != "" {
			t.Errorf("the registrar got %q, all of which belonged to the proxy", got)
		}
		second.mu.Lock()
		defer second.mu.Unlock()
		if got := second.last.Recipient.String(); got != "sip:office" {
			t.Errorf("request URI = %s", got)
		}
		if got := second.last.GetHeader("Route").Value(); got != "<sip:"+secondOffice+";lr>" {
			t.Errorf("Route = %s", got)
		}
	})
}

func TestServiceRecords(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asked := make(chan string, 16)
		hosts := map[string]string{"a.office.example": "127.0.0.9", "b.office.example": "127.0.0.1"}
		b, first, second := failingOver(t, true, func(c *phone.Config) {
			c.Resolve = func(_ context.Context, host string) ([]netip.Addr, error) {
				if a, ok := hosts[host]; ok {
					return []netip.Addr{netip.MustParseAddr(a)}, nil
				}
				return nil, fmt.Errorf("no such host %q", host)
			}
			c.LookupSRV = func(_ context.Context, service, proto, name string) ([]*net.SRV, error) {
				asked <- "_" + service + "._" + proto + "." + name
				return []*net.SRV{
					{Target: "a.office.example.", Port: 5071}, {Target: "gone.office.example.", Port: 5071}, {Target: "b.office.example.", Port: 5072},
				}, nil
			}
		})
		defer func() { b.finish(); _, _ = first.conn.Close(), second.conn.Close() }()
		e := record.Extension{Registrar: "office.example", User: "100"}
		if err := b.phone.SetAccount(phone.Account{Extension: e, Password: "x"}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(11 * time.Second)
		b.wantState(phone.StateRegistered, secondOffice)
		if got := <-asked; got != "_sip._udp.office.example" {
			t.Errorf("asked for %s", got)
		}
	})
}

func TestTooManyRequests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, func(c *phone.Config) { c.SourceRate = 5 })
		defer b.finish()
		for i := range 40 {
			b.send(fmt.Sprintf("OPTIONS sip:100@%s SIP/2.0\nVia: SIP/2.0/UDP %s;branch=z9hG4bK-flood%d\nFrom: <sip:a@b>;tag=1\nTo: "+
				"<sip:100@%s>\nCall-ID: flood%d\nCSeq: 1 OPTIONS\n",
				phoneAddr, pbxAddr, i, phoneAddr, i))
		}
		if n := len(b.got()); n != 10 {
			t.Errorf("%d of 40 requests at once were answered, want 10", n)
		}
		if s := b.phone.Status(); s.Limited != 30 {
			t.Errorf("%d counted as too many, want 30", s.Limited)
		}
	})
}

func TestScannersGetNoAnswer(t *testing.T) {
	const stranger = "127.0.0.7:5060"
	ask := func(method, user string) string {
		return fmt.Sprintf("%s sip:%s@%s SIP/2.0\nVia: SIP/2.0/UDP %s;branch=z9hG4bK-%s%s\nFrom: <sip:a@b>;tag=1\nTo: "+
			"<sip:%s@%s>\nCall-ID: %s%s\nCSeq: 1 %s\nContact: <sip:a@%s>\n",
			method, user, phoneAddr, stranger, method, user, user, phoneAddr, method, user, method, stranger)
	}
	tests := map[string]struct {
		text     string
		answered bool
	}{
		"another user":   {ask("OPTIONS", "1001"), false},
		"call to nobody": {ask("INVITE", "00441234567890"), false},
		"registration":   {ask("REGISTER", "100"), false},
		"unknown method": {ask("PROBE", "100"), false},
		"our user":       {ask("OPTIONS", "100"), true},
		"the box":        {strings.ReplaceAll(ask("OPTIONS", ""), "sip:@", "sip:"), true},
		"a call for us":  {ask("INVITE", "100"), true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := registering(t, func(c *phone.Config) { c.AcceptAnyone = true })
				defer b.finish()
				conn, err := b.net.listen("udp", stranger)
				if err != nil {
					t.Fatal(err)
				}
				if _, err := conn.WriteTo(wireText(tt.text), net.UDPAddrFromAddrPort(netip.MustParseAddrPort(phoneAddr))); err != nil {
					t.Fatal(err)
				}
				synctest.Wait()
				answers, counted := len(conn.(*memConn).in), b.phone.Status().Scanners
				if tt.answered != (answers > 0) || tt.answered != (counted == 0) {
					t.Errorf("%d answers, counted %d", answers, counted)
				}
			})
		})
	}
}
