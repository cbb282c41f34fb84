package phone_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"frontdesk.internal/appliance/phone"
	"github.com/emiago/sipgo/sip"
)

const dialogInfo = `<?xml version="1.0"?>
<dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" version="%d" state="full" entity="sip:210@office">
<dialog id="210"><state>%s</state></dialog>
</dialog-info>
`

// notify tells of the state of 210 within the subscription that sub made.
func notify(sub *sip.Request, seq int, state, subscription string) string {
	return fmt.Sprintf(`NOTIFY %s SIP/2.0
Via: SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bK-n%d;rport
Max-Forwards: 70
From: <sip:210@127.0.0.1>;tag=watched
To: <sip:100@127.0.0.1>;tag=%s
Call-ID: %s
CSeq: %d NOTIFY
Event: dialog
Subscription-State: %s
Content-Type: application/dialog-info+xml

`, sub.Contact().Address.String(), seq, sub.From().Params[0].V, sub.CallID().Value(), seq, subscription) + fmt.Sprintf(dialogInfo, seq, state)
}

// await waits for a request that comes at a moment of the phone's choice, within two seconds.
func (b *bench) await(method string) *sip.Request {
	b.t.Helper()
	for range 200 {
		for _, m := range b.got() {
			if nameOf(m) == method {
				return m.(*sip.Request)
			}
		}
		time.Sleep(10 * time.Millisecond)
	}
	b.t.Fatalf("no %s", method)
	return nil
}

func (b *bench) wantPresence(want phone.Presence) {
	b.t.Helper()
	synctest.Wait()
	if got := b.phone.Presence("210"); got != want {
		b.t.Errorf("presence %d, want %d", got, want)
	}
}

// The PBX is asked who is in a call, with a password, for as long as the phone is registered.
func TestWatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := registeredBench(t, "")
		b.phone.Watch([]string{"210", "210", "no@extension"})
		first := b.await("SUBSCRIBE")
		if first.Recipient.User != "210" || first.GetHeader("Event").Value() != "dialog" {
			t.Errorf("asked:\n%s", first)
		}
		b.send(tagged(first, 401, "x", `WWW-Authenticate: Digest realm="pbx", nonce="n", qop="auth"`+"\n"))
		sub := b.expect("SUBSCRIBE").(*sip.Request)
		if sub.GetHeader("Authorization") == nil {
			t.Error("no password")
		}
		b.wantPresence(phone.PresenceUnknown)
		b.send(notify(sub, 7, "terminated", "active;expires=600")) // it may be quicker than the answer
		b.expect("200 NOTIFY")
		b.send(tagged(sub, 200, "watched", "Expires: 600\nContact: <sip:210@127.0.0.1:5070>\n"))
		b.wantPresence(phone.PresenceFree)
		b.send(notify(sub, 8, "early", "active"))
		b.expect("200 NOTIFY")
		b.wantPresence(phone.PresenceBusy)
		b.send(notify(sub, 8, "terminated", "active")) // an old one once more, by another way
		b.expect("200 NOTIFY")
		b.send(notify(sub, 6, "terminated", "active"))
		b.expect("500 NOTIFY")
		b.wantPresence(phone.PresenceBusy)
		time.Sleep(300 * time.Second)
		again := b.expect("SUBSCRIBE").(*sip.Request)
		if again.CSeq().SeqNo != sub.CSeq().SeqNo+1 || again.To().Params[0].V != "watched" {
			t.Errorf("not refreshed but:\n%s", again)
		}
		b.send(answerTo(again, 200, "Expires: 600\n"))
		b.wantPresence(phone.PresenceBusy)
		b.send(notify(sub, 9, "terminated", "terminated;reason=noresource;retry-after=60"))
		b.expect("200 NOTIFY")
		b.wantPresence(phone.PresenceUnknown)
		time.Sleep(59 * time.Second)
		b.expectNothing()
		time.Sleep(time.Second)
		b.send(tagged(b.await("SUBSCRIBE"), 404, "x", "")) // the PBX knows of no such telephone
		time.Sleep(30 * time.Minute)
		for _, m := range b.got() {
			if nameOf(m) != "REGISTER" {
				t.Errorf("after a refusal %s", nameOf(m))
			}
			b.send(granted(m.(*sip.Request), 3600))
		}
		b.finishRegistered()
	})
}

// Nobody is watched any more: the PBX is told.
func TestWatchNoMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := registeredBench(t, "")
		b.phone.Watch([]string{"210"})
		b.send(tagged(b.await("SUBSCRIBE"), 200, "watched", "Expires: 600\nContact: <sip:210@127.0.0.1:5070>\n"))
		b.phone.Watch(nil)
		last := b.expect("SUBSCRIBE").(*sip.Request)
		if last.GetHeader("Expires").Value() != "0" {
			t.Errorf("not taken off:\n%s", last)
		}
		b.send(answerTo(last, 200, "Expires: 0\n"))
		time.Sleep(10 * time.Second)
		b.expectNothing()
		b.finishRegistered()
	})
}
