package phone_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"frontdesk.internal/appliance/phone"
	"github.com/emiago/sipgo/sip"
)

// inbox keeps texts.
type inbox struct {
	mu    sync.Mutex
	texts []phone.Text
	fail  error
}

func (i *inbox) keep(_ context.Context, t phone.Text) error {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.fail == nil {
		i.texts = append(i.texts, t)
	}
	return i.fail
}

func textFrom(n int, from, kind, body string) string {
	return fmt.Sprintf(`MESSAGE sip:100@127.0.0.1:5060 SIP/2.0
Via: SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bK-t%[1]d
Max-Forwards: 70
From: %[2]s;tag=t%[1]d
To: <sip:100@127.0.0.1>
Call-ID: text-%[1]d
CSeq: 1 MESSAGE
Content-Type: %[3]s

%[4]s`, n, from, kind, body)
}

func TestTextIn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in := &inbox{}
		b := newBench(t, func(c *phone.Config) { c.OnText = in.keep })
		defer b.finish()
		anna := `"Anna Müller" <sip:+12175550142@127.0.0.1>`
		for i, tt := range []struct {
			text string
			want string
		}{
			{textFrom(1, anna, "text/plain;charset=UTF-8", "Ruf mich an: 3 Uhr\n"), "200 MESSAGE"},
			{textFrom(2, anna, "text/plain", "two\x07\x1b[2J lines\nhere"), "200 MESSAGE"},
			{textFrom(3, anna, "text/html", "<b>x</b>"), "415 MESSAGE"},
			{textFrom(4, anna, "text/plain;charset=utf-16", "x"), "415 MESSAGE"},
			{textFrom(5, anna, "text/plain", strings.Repeat("x", 5000)), "413 MESSAGE"},
			{strings.Replace(textFrom(6, anna, "text/plain", "x"), "sip:100@127.0.0.1:5060", "sip:999@127.0.0.1:5060", 1), "404 MESSAGE"},
			{textFrom(7, "<sip:anonymous@anonymous.invalid>", "text/plain", "who knows"), "200 MESSAGE"},
			{textFrom(8, anna, "text/plain", ""), "200 MESSAGE"},
			{strings.Replace(textFrom(9, anna, "text/plain", "x"), "Max-Forwards: 70", "Max-Forwards: 70\nRequire: fancy", 1), "420 MESSAGE"},
		} {
			b.send(tt.text)
			b.expect(tt.want)
			if i == 0 { // lost on its way back, and sent again: kept once
				b.send(tt.text)
				b.expect(tt.want)
			}
		}
		in.mu.Lock()
		got := in.texts
		in.fail = errors.New("the disk is full")
		in.mu.Unlock()
		if len(got) != 3 || got[0].From != "+12175550142" || got[0].Name != "Anna Müller" || got[0].Body != "Ruf mich an: 3 Uhr" ||
			got[1].Body != "two[2J lines\nhere" || got[2].From != "" || got[2].Body != "who knows" {
			t.Errorf("kept %+v", got)
		}
		b.send(textFrom(20, anna, "text/plain", "x"))
		if res := b.expect("503 MESSAGE").(*sip.Response); res.GetHeader("Retry-After") == nil {
			t.Errorf("no time to try again:\n%s", res)
		}
		b.send(invite("INVITE", "OPTIONS"))
		if res := b.expect("200 OPTIONS").(*sip.Response); !strings.Contains(res.GetHeader("Allow").Value(), "MESSAGE") {
			t.Errorf("texts are not allowed:\n%s", res)
		}
	})
}

// A stranger's text is dropped without a word (Asterisk CVE-2025-47779), also when strangers may call.
func TestTextOfAStranger(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in := &inbox{}
		b := newBench(t, func(c *phone.Config) { c.OnText, c.Registrar, c.Subscribers = in.keep, "192.0.2.1", 4 })
		defer b.finish()
		b.send(textFrom(1, "<sip:boss@127.0.0.1>", "text/plain", "transfer the money"))
		b.send(subscribe(1, 3600, ""))
		b.expectNothing()
		if len(in.texts) > 0 {
			t.Errorf("kept %+v", in.texts)
		}
	})
}

func subscribe(seq, expires int, toTag string) string {
	if toTag != "" {
		toTag = ";tag=" + toTag
	}
	return fmt.Sprintf(`SUBSCRIBE sip:100@127.0.0.1:5060 SIP/2.0
Via: SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bK-s%[1]d-%[2]d
Max-Forwards: 70
From: <sip:210@127.0.0.1>;tag=phone
To: <sip:100@127.0.0.1>%[3]s
Call-ID: mailbox
CSeq: %[1]d SUBSCRIBE
Contact: <sip:210@127.0.0.1:5070>
Event: message-summary
Expires: %[2]d

`, seq, expires, toTag)
}

// both returns the answer and the request that have come together.
func (b *bench) both(answer, request string) (sip.Message, *sip.Request) {
	b.t.Helper()
	var res sip.Message
	var req *sip.Request
	for _, m := range b.got() {
		switch nameOf(m) {
		case answer:
			res = m
		case request:
			req, _ = m.(*sip.Request)
		default:
			b.t.Errorf("unexpected %s", nameOf(m))
		}
	}
	if res == nil || req == nil {
		b.t.Fatalf("want %s and %s", answer, request)
	}
	return res, req
}

// A telephone is told of the mailbox at once, at each change, after a refresh and at the end.
func TestMailbox(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, func(c *phone.Config) { c.Subscribers = 2 })
		told := func(req *sip.Request, state, count string) {
			t.Helper()
			if !strings.HasPrefix(req.GetHeader("Subscription-State").Value(), state) ||
				!strings.Contains(string(req.Body()), "Voice-Message: "+count) ||
				req.Recipient.User != "210" || req.GetHeader("Event").Value() != "message-summary" {
				t.Errorf("want %s, %s:\n%s", state, count, req)
			}
			b.send(answerTo(req, 200, ""))
		}
		b.phone.ShowWaiting(2)
		b.send(subscribe(1, 600, ""))
		res, note := b.both("200 SUBSCRIBE", "NOTIFY")
		tag, _ := res.To().Params.Get("tag")
		if res.(*sip.Response).GetHeader("Expires").Value() != "600" || res.(*sip.Response).GetHeader("Contact") == nil {
			t.Errorf("\n%s", res)
		}
		told(note, "active;expires=600", "2/0")
		b.phone.ShowWaiting(3)
		told(b.expect("NOTIFY").(*sip.Request), "active", "3/0")
		b.phone.ShowWaiting(3) // no change
		b.expectNothing()
		time.Sleep(5 * time.Minute)
		b.send(subscribe(2, 900, tag))
		_, note = b.both("200 SUBSCRIBE", "NOTIFY")
		told(note, "active;expires=900", "3/0")
		b.send(subscribe(1, 901, tag))
		b.expect("500 SUBSCRIBE") // an old number
		b.send(subscribe(3, 900, "other"))
		b.expect("481 SUBSCRIBE")
		time.Sleep(15 * time.Minute)
		told(b.expect("NOTIFY").(*sip.Request), "terminated;reason=timeout", "3/0")
		b.send(subscribe(4, 900, tag))
		b.expect("481 SUBSCRIBE")

		more := func(n int, edit ...string) string {
			edit = append(edit, "Call-ID: mailbox", fmt.Sprint("Call-ID: mailbox", n))
			return strings.NewReplacer(edit...).Replace(subscribe(10+n, 3600, ""))
		}
		for n := range 2 {
			b.send(more(n))
			_, note := b.both("200 SUBSCRIBE", "NOTIFY")
			told(note, "active", "3/0")
		}
		for n, x := range []struct{ text, want string }{
			{more(3), "503 SUBSCRIBE"}, // there are two of two
			{more(4, "Event: message-summary", "Event: presence"), "489 SUBSCRIBE"},
			{more(5, "Expires: 3600", "Expires: 5"), "423 SUBSCRIBE"},
			{more(6, "Expires: 3600", "Expires: soon"), "400 SUBSCRIBE"},
			{more(7, "Contact: <sip:210@127.0.0.1:5070>\n", ""), "400 SUBSCRIBE"},
		} {
			b.send(x.text)
			if res := b.expect(x.want); res == nil {
				t.Error(n)
			}
		}
		b.phone.ShowWaiting(0)
		for _, m := range b.got() { // one takes it no more, and is forgotten
			status := 200
			if string(*m.CallID()) == "mailbox1" {
				status = 481
			}
			b.send(answerTo(m, status, ""))
		}
		b.phone.ShowWaiting(1)
		told(b.expect("NOTIFY").(*sip.Request), "active", "1/0")
		b.stop()
		told(b.expect("NOTIFY").(*sip.Request), "terminated", "1/0")
		b.finish()
	})
}

// FuzzTextIn: whatever is sent as a text, what is kept of it can be shown.
func FuzzTextIn(f *testing.F) {
	f.Add("text/plain", "hello")
	f.Add("text/plain; charset=\"utf-8\"", "\xff\x00\x1b]0;x\x07")
	f.Fuzz(func(t *testing.T, kind, body string) {
		if strings.ContainsAny(kind, "\r\n\x00") || len(body) > 6000 {
			t.Skip("another message")
		}
		synctest.Test(t, func(t *testing.T) {
			in := &inbox{}
			b := newBench(t, func(c *phone.Config) { c.OnText = in.keep })
			text := strings.Replace(textFrom(1, "<sip:1@127.0.0.1>", kind, ""), "CSeq", fmt.Sprintf("Content-Length: %d\nCSeq", len(body)), 1)
			_, _ = b.conn.WriteTo(append(wireText(text), body...), net.UDPAddrFromAddrPort(netip.MustParseAddrPort(phoneAddr)))
			synctest.Wait()
			drain(b.conn)
			for _, x := range in.texts {
				if strings.ContainsFunc(string(x.Body), func(r rune) bool { return r < ' ' && r != '\n' && r != '\t' || r == 0x7f }) {
					t.Errorf("kept %q", x.Body)
				}
			}
			b.finish()
		})
	})
}
