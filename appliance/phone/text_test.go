package phone_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"frontdesk.internal/appliance/phone"
	"frontdesk.internal/appliance/record"
	"github.com/emiago/sipgo/sip"
)

func TestSendText(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := registeredBench(t, "")
		for _, tt := range []struct {
			text   string
			want   string
			status int
		}{
			{"Anna Müller, urgent", "Anna Müller, urgent", 202},
			{strings.Repeat("ü", 600), strings.Repeat("ü", 450), 200},
			{"x", "x", 405},
		} {
			sent := make(chan error, 1)
			go func() { sent <- b.phone.SendText(t.Context(), "210", record.Personal(tt.text)) }()
			first := b.expect("MESSAGE").(*sip.Request)
			if first.Recipient.String() != "sip:210@127.0.0.1" {
				t.Errorf("sent to %s", first.Recipient.String())
			}
			b.send(tagged(first, 401, "x", `WWW-Authenticate: Digest realm="pbx", nonce="n", qop="auth"`+"\n"))
			req := b.expect("MESSAGE").(*sip.Request)
			if string(req.Body()) != tt.want || !utf8.Valid(req.Body()) {
				t.Errorf("%d octets of text, want %d", len(req.Body()), len(tt.want))
			}
			b.send(tagged(req, tt.status, "x", ""))
			err := <-sent
			var refused *phone.RefusedError
			switch {
			case tt.status < 300 && err != nil, tt.status >= 300 && (!errors.As(err, &refused) || refused.Status != tt.status):
				t.Errorf("answered by %d: %v", tt.status, err)
			}
		}
		b.finishRegistered()
	})
}

// A wrong password is not tried again and again.
func TestSendTextWrongPassword(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := registeredBench(t, "")
		sent := make(chan error, 1)
		go func() { sent <- b.phone.SendText(context.Background(), "210", "x") }()
		for range 2 {
			b.send(tagged(b.expect("MESSAGE"), 401, "x", `WWW-Authenticate: Digest realm="pbx", nonce="n", qop="auth"`+"\n"))
		}
		wantStatus(t, <-sent, 401)
		b.expectNothing()
		b.finishRegistered()
	})
}

// The PBX is told how many messages wait: each change once, and anew where the phone has newly registered.
func TestShowWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := registeredBench(t, "")
		lamp := func(want string) {
			t.Helper()
			req := b.expect("NOTIFY").(*sip.Request)
			if req.Recipient.User != "100" || req.GetHeader("Event").Value() != "message-summary" || !strings.Contains(string(req.Body()), want) {
				t.Errorf("want %s:\n%s", want, req)
			}
			b.send(tagged(req, 200, "x", ""))
		}
		b.expectNothing()
		b.phone.ShowWaiting(2)
		lamp("Messages-Waiting: yes\r\nMessage-Account: sip:100@127.0.0.1\r\nVoice-Message: 2/0\r\n")
		b.phone.ShowWaiting(2)
		b.expectNothing()
		b.phone.ShowWaiting(0)
		lamp("Messages-Waiting: no")
		b.phone.ShowWaiting(1)
		if n := nameOf(b.expect("NOTIFY")); n != "NOTIFY" { // nobody answers
			t.Error(n)
		}
		time.Sleep(32 * time.Second)
		b.got()
		time.Sleep(time.Minute)
		lamp("Voice-Message: 1/0")
		b.finishRegistered()
	})
}
