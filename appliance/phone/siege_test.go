package phone_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"frontdesk.internal/appliance/phone"
)

// Calls that are answered and never acknowledged make nobody busy: the next one takes the place of the one that has waited longest.
func TestUnacknowledgedCallsMakeNobodyBusy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, func(c *phone.Config) { c.MaxCalls = 2 })
		defer b.finish()
		call := func(n int) *inCall {
			b.send(invite("branch=z9hG4bK-invite", fmt.Sprint("branch=z9hG4bK-invite", n), "tag=caller", fmt.Sprint("tag=caller", n), "call-1",
				fmt.Sprint("call-", n)))
			in := b.next()
			go func() { _, _, _ = in.call.Answer(context.Background()) }() // ends with the call
			synctest.Wait()
			return in
		}
		first, second := call(1), call(2)
		// Both are fresh: their ACKs may be under way, and the office is busy.
		b.got()
		b.send(invite("branch=z9hG4bK-invite", "branch=z9hG4bK-early", "tag=caller", "tag=early", "call-1", "call-early"))
		b.expect("486 INVITE")
		b.send(`ACK sip:100@127.0.0.1:5060 SIP/2.0
Via: SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bK-early;rport
From: "Anna" <sip:01725550144@127.0.0.1>;tag=early
To: <sip:100@127.0.0.1>
Call-ID: call-early
CSeq: 10 ACK

`)
		time.Sleep(2 * time.Second)
		b.got() // our 200s, again
		third := call(3)
		b.got()
		if got := b.phone.Status().Calls; got > 3 { // the one that gave its place waits for the answer to its BYE
			t.Errorf("%d calls", got)
		}
		time.Sleep(time.Minute)
		b.got()
		for i, in := range []*inCall{first, second, third} {
			select {
			case <-in.ctx.Done():
			default:
				t.Errorf("call %d goes on without an ACK", i+1)
			}
		}
		if got := b.phone.Status().Calls; got != 0 {
			t.Errorf("%d calls are left", got)
		}
		b.up() // the places were given back
	})
}

// A stop waits for calls that talk, not for those that nobody has acknowledged.
func TestAStopDoesNotWaitForAnACK(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, nil)
		defer b.finish()
		b.send(invite())
		in := b.next()
		go func() { _, _, _ = in.call.Answer(context.Background()) }() // ends with the call
		time.Sleep(2 * time.Second)
		b.got() // our 200, more than once
		b.phone.Refuse()
		synctest.Wait()
		select {
		case <-in.ctx.Done():
		default:
			t.Error("the call goes on")
		}
		time.Sleep(time.Minute)
		b.got()
	})
}

// A flood of texts is cut off: of one sender, and of many. Later there is room again.
func TestAFloodOfTexts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in := &inbox{}
		b := newBench(t, func(c *phone.Config) { c.OnText = in.keep })
		defer b.finish()
		n := 0
		send := func(times int, from func(i int) string) (kept int) {
			before := len(in.texts)
			for i := range times {
				n++
				b.send(textFrom(n, from(i), "text/plain", "buy"))
				b.got()
				time.Sleep(200 * time.Millisecond) // slower than what is dropped for its rate
			}
			return len(in.texts) - before
		}
		if got := send(60, func(int) string { return "<sip:+12175550142@127.0.0.1>" }); got < 5 || got > 25 {
			t.Errorf("of one sender %d are kept", got)
		}
		if got := send(1, func(int) string { return "<sip:+12175550143@127.0.0.1>" }); got != 1 {
			t.Error("somebody else's is not kept")
		}
		if got := send(600, func(i int) string { return fmt.Sprintf("<sip:+1312555%04d@127.0.0.1>", i) }); got > 110 {
			t.Errorf("of many senders %d are kept", got)
		}
		if b.phone.Status().Texts == 0 {
			t.Error("nobody counts what was refused")
		}
		time.Sleep(2 * time.Hour)
		if got := send(5, func(int) string { return "<sip:+12175550142@127.0.0.1>" }); got != 5 {
			t.Errorf("two hours later %d of five are kept", got)
		}
	})
}

// Who floods with the PBX's address on its datagrams uses up what is looked at from there, and not what the PBX alone can send: its calls
// name the Contact that it was told.
func TestAFloodInThePBXsNameKeepsNoCallAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := registering(t, func(c *phone.Config) { c.SourceRate = 5 })
		defer b.finish()
		req := b.register()
		b.send(granted(req, 100))
		for i := range 100 {
			b.send(invite("INVITE sip", "OPTIONS sip", "10 INVITE", "10 OPTIONS", "branch=z9hG4bK-invite", fmt.Sprint("branch=z9hG4bK-", i),
				"call-1", fmt.Sprint("flood-", i)))
		}
		if got := b.phone.Status().Limited; got == 0 {
			t.Fatal("this is no flood")
		}
		b.got()
		b.send(invite("INVITE sip:100@", "INVITE sip:"+userOf(contactOf(req))+"@"))
		if got := b.got(); len(got) == 0 || nameOf(got[0]) != "100 INVITE" {
			t.Errorf("the PBX's call gets %v", got)
		}
		b.next()
		// What the PBX sends has a bound, too.
		before := b.phone.Status().Limited
		for i := range 100 {
			b.send(invite("INVITE sip:100@", "OPTIONS sip:"+userOf(contactOf(req))+"@", "10 INVITE", "10 OPTIONS", "branch=z9hG4bK-invite",
				fmt.Sprint("branch=z9hG4bK-own", i), "call-1", fmt.Sprint("own-", i)))
		}
		if got := b.phone.Status().Limited - before; got == 0 || got == 100 {
			t.Errorf("of 100 at once that name the Contact %d are too many", got)
		}
	})
}

// A text in the PBX's name that does not name the Contact is not the PBX's: it is not kept, and uses up nobody's hour.
func TestTextsInThePBXsName(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in := &inbox{}
		b := registering(t, func(c *phone.Config) { c.OnText = in.keep })
		defer b.finish()
		req := b.register()
		b.send(granted(req, 100))
		const anna = "<sip:+12175550142@127.0.0.1>"
		b.send(textFrom(1, anna, "text/plain", "forged"))
		b.expect("404 MESSAGE")
		b.send(strings.Replace(textFrom(2, anna, "text/plain", "true"), "sip:100@", "sip:"+userOf(contactOf(req))+"@", 1))
		b.expect("200 MESSAGE")
		if len(in.texts) != 1 || in.texts[0].Body != "true" || b.phone.Status().Forged != 1 {
			t.Errorf("kept %d texts, %d are counted as forged", len(in.texts), b.phone.Status().Forged)
		}
	})
}
