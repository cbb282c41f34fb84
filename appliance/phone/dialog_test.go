package phone_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"frontdesk.internal/appliance/phone"
	"frontdesk.internal/appliance/record"
	"github.com/emiago/sipgo/sip"
)

// RFC 3261 section 8.2: what is wrong with an INVITE decides how it is refused.
func TestInviteRefusals(t *testing.T) {
	tests := map[string]struct {
		text   string
		want   string
		header string // that the response must have
	}{
		"hops used up":      {invite("Max-Forwards: 70", "Max-Forwards: 0"), "483 INVITE", ""},
		"unknown extension": {invite("Max-Forwards: 70", "Max-Forwards: 70\nRequire: 100rel, timer"), "420 INVITE", "Unsupported: 100rel"},
		"session too short": {
			invite("Max-Forwards: 70", "Max-Forwards: 70\nSupported: timer\nSession-Expires: 60"), "422 INVITE", "Min-SE: 90",
		},
		"tel URI":    {invite("INVITE sip:100@127.0.0.1:5060", "INVITE tel:+4930123456"), "416 INVITE", ""},
		"no contact": {invite("Contact: <sip:pbx@127.0.0.1:5070>\n", ""), "400 INVITE", ""},
		"body of another type": {
			invite("Content-Type: application/sdp", "Content-Type: multipart/mixed;boundary=x"), "415 INVITE", "Accept: application/sdp",
		},
		"packed body": {
			invite("Content-Type: application/sdp", "Content-Type: application/sdp\nContent-Encoding: gzip"), "415 INVITE",
			"Accept: application/sdp",
		},
		"no usable codec":     {invite("RTP/AVP 0 8 101", "RTP/AVP 18 3"), "488 INVITE", ""},
		"only SRTP":           {invite("RTP/AVP 0 8 101", "RTP/SAVP 0 8 101"), "488 INVITE", ""},
		"body is nonsense":    {invite(offerText, "m=audio nothing\n"), "488 INVITE", ""},
		"IPv6 media":          {invite("c=IN IP4 127.0.0.1", "c=IN IP6 ::1"), "488 INVITE", ""},
		"unknown version":     {invite("SIP/2.0\nVia", "SIP/3.0\nVia"), "505 INVITE", ""},
		"unknown dialog":      {invite("To: <sip:100@127.0.0.1>", "To: <sip:100@127.0.0.1>;tag=nothing"), "481 INVITE", ""},
		"unknown method":      {invite("INVITE", "FLY"), "405 FLY", "Allow"},
		"known, not allowed":  {invite("INVITE", "SUBSCRIBE"), "405 SUBSCRIBE", "Allow: INVITE, ACK, CANCEL, BYE, UPDATE, OPTIONS, NOTIFY, INFO"},
		"BYE out of the blue": {invite("INVITE", "BYE"), "481 BYE", ""},
		"CANCEL of nothing":   {invite("INVITE sip", "CANCEL sip", "10 INVITE", "10 CANCEL"), "481 CANCEL", ""},
		"options":             {invite("INVITE", "OPTIONS"), "200 OPTIONS", "Allow: INVITE, ACK, CANCEL, BYE, UPDATE, OPTIONS, NOTIFY, INFO"},
		"CSeq of another":     {invite("10 INVITE", "10 OPTIONS"), "400 OPTIONS", ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t, nil)
				defer b.finish()
				b.send(tt.text)
				res := b.expect(tt.want)
				if tt.header != "" && !strings.Contains(res.String(), tt.header) {
					t.Errorf("no %q in\n%s", tt.header, res)
				}
				if tag, _ := res.To().Params.Get("tag"); tag == "" {
					t.Error("no To tag")
				}
				if n := len(b.calls); n != 0 {
					t.Errorf("%d calls reached the handler", n)
				}
			})
		})
	}
}

// A refused INVITE is refused until the ACK comes: timer G doubles to 4 s, H ends it at 32 s.
func TestRefusalIsRepeatedUntilAck(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, nil)
		defer b.finish()
		b.send(invite("RTP/AVP 0 8 101", "RTP/AVP 18"))
		b.expect("488 INVITE")
		for _, wait := range []time.Duration{500, 1000, 2000, 4000, 4000} {
			time.Sleep(wait * time.Millisecond)
			b.expect("488 INVITE")
		}
		res := invite("INVITE sip", "ACK sip", "10 INVITE", "10 ACK")
		b.send(res)
		time.Sleep(time.Minute)
		b.expectNothing()
	})
}

// RFC 3261 section 13.3.1.4: the 2xx is sent again after 0.5 s, doubling to 4 s; after 32 s the dialog is torn down.
func TestNoAck(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, nil)
		defer b.finish()
		b.send(invite())
		in := b.next()
		answers := make(chan error, 1)
		go func() {
			_, _, err := in.call.Answer(context.Background())
			answers <- err
		}()
		b.expect("200 INVITE")
		start := time.Now()
		var at []time.Duration
		var last string
		for time.Since(start) < 33*time.Second && last != "BYE" {
			time.Sleep(100 * time.Millisecond)
			for _, m := range b.got() {
				last = nameOf(m)
				at = append(at, time.Since(start))
				if last == "BYE" {
					b.send(answerTo(m, 200, ""))
				}
			}
		}
		want := []time.Duration{500, 1500, 3500, 7500, 11500, 15500, 19500, 23500, 27500, 31500, 32000}
		if len(at) != len(want) {
			t.Fatalf("sent at %v, want %v ms", at, want)
		}
		for i := range want {
			if at[i] != want[i]*time.Millisecond {
				t.Errorf("send %d at %v, want %v ms", i, at[i], want[i])
			}
		}
		if last != "BYE" {
			t.Error("no BYE")
		}
		if err := <-answers; !errors.Is(err, phone.ErrNoACK) {
			t.Errorf("answer = %v, want ErrNoACK", err)
		}
		if got := context.Cause(in.ctx); !errors.Is(got, phone.ErrNoACK) {
			t.Errorf("cause = %v, want ErrNoACK", got)
		}
	})
}

func TestRetransmittedInviteGetsTheSameAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, nil)
		defer b.finish()
		b.send(invite())
		in := b.next()
		first := b.expect("180 INVITE")
		b.send(invite())
		if again := b.expect("180 INVITE"); again.String() != first.String() {
			t.Errorf("other answer to a retransmission:\n%s\n%s", first, again)
		}
		go func() { _, _, _ = in.call.Answer(context.Background()) }()
		ok := b.expect("200 INVITE")
		b.send(invite())
		if again := b.expect("200 INVITE"); again.String() != ok.String() {
			t.Error("other 200 to a retransmission")
		}
		b.send(inDialog("ACK", 10, "ack", ok, ""))
		b.send(invite())
		b.expectNothing()
		if len(b.calls) != 0 {
			t.Error("a retransmission made a call")
		}
		b.send(invite("z9hG4bK-invite", "z9hG4bK-otherway"))
		b.expect("482 INVITE")
	})
}

func TestWithinDialog(t *testing.T) {
	const second = "Content-Type: application/sdp\n\n" + offerText
	hold := strings.Replace(second, "a=fmtp", "a=sendonly\na=fmtp", 1)
	t.Run("keys by INFO", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			b := newBench(t, nil)
			defer b.finish()
			_, ok := b.up()
			b.send(inDialog("INFO", 60, "a", ok, "Content-Type: application/dtmf-relay\n\nSignal=5\nDuration=100\n"))
			b.expect("200 INFO")
			b.send(inDialog("INFO", 61, "b", ok, "Content-Type: application/dtmf\n\n#"))
			b.expect("200 INFO")
			b.send(inDialog("INFO", 62, "c", ok, "Content-Type: application/media_control+xml\n\n<x/>"))
			b.expect("415 INFO")
			b.send(inDialog("BYE", 63, "d", ok, ""))
			b.expect("200 BYE")
		})
	})
	t.Run("order of CSeq", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			b := newBench(t, nil)
			defer b.finish()
			_, ok := b.up()
			b.send(inDialog("INFO", 60, "a", ok, ""))
			b.expect("200 INFO")
			b.send(inDialog("BYE", 55, "b", ok, ""))
			b.expect("500 BYE")
			b.send(inDialog("BYE", 61, "c", ok, ""))
			b.expect("200 BYE")
			b.send(inDialog("BYE", 62, "d", ok, ""))
			b.expect("481 BYE")
		})
	})
	t.Run("hold, refresh, resume", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			b := newBench(t, nil)
			defer b.finish()
			_, ok := b.up()
			reinvite := func(seq int, body, want, version string) {
				t.Helper()
				b.send(inDialog("INVITE", seq, fmt.Sprint("re", seq), ok, body))
				res := b.expect("200 INVITE").(*sip.Response)
				if got := string(res.Body()); !strings.Contains(got, want) || !strings.Contains(got, " "+version+" IN IP4") {
					t.Errorf("answer lacks %q or version %s:\n%s", want, version, got)
				}
				b.send(inDialog("ACK", seq, fmt.Sprint("ack", seq), ok, ""))
			}
			reinvite(11, hold, "a=recvonly", "2")
			reinvite(12, hold, "a=recvonly", "2") // a refresh changes nothing
			reinvite(13, strings.Replace(second, "c=IN IP4 127.0.0.1", "c=IN IP4 0.0.0.0", 1), "a=recvonly", "2")
			reinvite(14, second, "a=sendrecv", "3")
			reinvite(15, "", "m=audio", "3") // the offer is ours, and unchanged
			b.send(inDialog("INVITE", 16, "bad", ok, strings.Replace(second, "RTP/AVP 0 8 101", "RTP/AVP 18", 1)))
			b.expect("488 INVITE")
			b.send(inDialog("ACK", 16, "bad", ok, ""))
			b.send(inDialog("BYE", 17, "bye", ok, ""))
			b.expect("200 BYE")
		})
	})
	t.Run("re-INVITE before the ACK", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			b := newBench(t, nil)
			defer b.finish()
			_, ok := b.up()
			b.send(inDialog("INVITE", 11, "one", ok, hold))
			b.expect("200 INVITE")
			b.send(inDialog("INVITE", 12, "two", ok, second))
			b.expect("491 INVITE")
			b.send(inDialog("ACK", 12, "two", ok, ""))
			b.send(inDialog("ACK", 11, "ack11", ok, ""))
			b.send(inDialog("INVITE", 13, "three", ok, second))
			b.expect("200 INVITE")
			b.send(inDialog("ACK", 13, "ack13", ok, ""))
		})
	})
	t.Run("wrong tags", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			b := newBench(t, nil)
			defer b.finish()
			in, ok := b.up()
			b.send(strings.Replace(inDialog("BYE", 11, "a", ok, ""), "tag=caller", "tag=somebody", 1))
			b.expect("481 BYE")
			if in.ctx.Err() != nil {
				t.Error("a BYE of somebody else ended the call")
			}
		})
	})
	t.Run("notify without a transfer", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			b := newBench(t, nil)
			defer b.finish()
			_, ok := b.up()
			b.send(inDialog("NOTIFY", 11, "a", ok, "Event: refer\nSubscription-State: active\n"))
			b.expect("481 NOTIFY")
			b.send(inDialog("NOTIFY", 12, "b", ok, "Event: presence\n"))
			b.expect("489 NOTIFY")
		})
	})
}

// BYE and ACK may overtake each other; the caller has hung up in either case.
func TestByeOvertakesAck(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, nil)
		defer b.finish()
		b.send(invite())
		in := b.next()
		answers := make(chan error, 1)
		go func() {
			_, _, err := in.call.Answer(context.Background())
			answers <- err
		}()
		ok := b.expect("200 INVITE")
		b.send(inDialog("BYE", 11, "bye", ok, ""))
		b.expect("200 BYE")
		b.send(inDialog("ACK", 10, "ack", ok, ""))
		if err := <-answers; !errors.Is(err, phone.ErrHangup) {
			t.Errorf("answer = %v, want ErrHangup", err)
		}
		time.Sleep(time.Minute)
		b.expectNothing()
	})
}

// RFC 3261 section 15.1.2: a BYE in the early dialog ends it, and the INVITE gets 487.
func TestByeInEarlyDialog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, nil)
		defer b.finish()
		b.send(invite())
		in := b.next()
		ringing := b.expect("180 INVITE")
		b.send(inDialog("BYE", 11, "bye", ringing, ""))
		var names []string
		for _, m := range b.got() {
			names = append(names, nameOf(m))
		}
		if got := strings.Join(names, ","); got != "200 BYE,487 INVITE" {
			t.Errorf("got %s", got)
		}
		if got := context.Cause(in.ctx); !errors.Is(got, phone.ErrCancelled) {
			t.Errorf("cause = %v", got)
		}
		b.send(invite("INVITE sip", "ACK sip", "10 INVITE", "10 ACK"))
	})
}

// A hang-up before the ACK waits for it: RFC 3261 section 15.
func TestHangupWaitsForAck(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, nil)
		defer b.finish()
		b.send(invite())
		in := b.next()
		go func() { _, _, _ = in.call.Answer(context.Background()) }()
		ok := b.expect("200 INVITE")
		close(in.release)
		b.expectNothing()
		b.send(inDialog("ACK", 10, "ack", ok, ""))
		b.send(answerTo(b.expect("BYE"), 200, ""))
	})
}

func TestCancelRaces(t *testing.T) {
	cancel := invite("INVITE sip", "CANCEL sip", "10 INVITE", "10 CANCEL")
	t.Run("while ringing", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			b := newBench(t, nil)
			defer b.finish()
			b.send(invite())
			b.next()
			ringing := b.expect("180 INVITE")
			b.send(cancel)
			var names []string
			for _, m := range b.got() {
				names = append(names, nameOf(m))
				if got, want := m.To().Params.GetOr("tag", ""), ringing.To().Params.GetOr("tag", "x"); got != want {
					t.Errorf("%s has tag %q, want that of the 180", nameOf(m), got)
				}
			}
			if got := strings.Join(names, ","); got != "200 CANCEL,487 INVITE" {
				t.Errorf("got %s", got)
			}
			b.send(cancel)
			b.expect("200 CANCEL") // a retransmission
			b.send(invite("INVITE sip", "ACK sip", "10 INVITE", "10 ACK"))
			time.Sleep(time.Minute)
			b.expectNothing()
		})
	})
	t.Run("after the answer", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			b := newBench(t, nil)
			defer b.finish()
			in, _ := b.up()
			b.send(cancel)
			b.expect("200 CANCEL")
			if in.ctx.Err() != nil {
				t.Error("a late CANCEL ended the call")
			}
		})
	})
}

// RFC 3261 section 12.2.1.1: routes, loose and strict, and the target refresh of a re-INVITE.
func TestRouteSet(t *testing.T) {
	tests := map[string]struct {
		routes string
		uri    string
		want   []string
	}{
		"none": {"", "sip:pbx@127.0.0.1:5070", nil},
		"loose": {
			"Record-Route: <sip:127.0.0.1:5070;lr>, <sip:10.0.0.9;lr>\n", "sip:pbx@127.0.0.1:5070",
			[]string{"<sip:127.0.0.1:5070;lr>", "<sip:10.0.0.9;lr>"},
		},
		"strict": {
			"Record-Route: <sip:127.0.0.1:5070>\nRecord-Route: <sip:10.0.0.9;lr>\n", "sip:127.0.0.1:5070",
			[]string{"<sip:10.0.0.9;lr>", "<sip:pbx@127.0.0.1:5070>"},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t, nil)
				defer b.finish()
				b.send(invite("Call-ID", tt.routes+"Call-ID"))
				in := b.next()
				go func() { _, _, _ = in.call.Answer(context.Background()) }()
				ok := b.expect("200 INVITE")
				if got := len(ok.GetHeaders("Record-Route")); got != len(tt.want) {
					t.Errorf("200 has %d Record-Route", got)
				}
				b.send(inDialog("ACK", 10, "ack", ok, ""))
				close(in.release)
				bye := b.expect("BYE").(*sip.Request)
				if got := bye.Recipient.String(); got != tt.uri {
					t.Errorf("request URI = %s, want %s", got, tt.uri)
				}
				var got []string
				for _, h := range bye.GetHeaders("Route") {
					got = append(got, h.Value())
				}
				if strings.Join(got, " ") != strings.Join(tt.want, " ") {
					t.Errorf("routes = %v, want %v", got, tt.want)
				}
				b.send(answerTo(bye, 200, ""))
			})
		})
	}
}

// A BYE that is challenged is sent again with credentials.
func TestByeChallenged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, nil)
		defer b.finish()
		in, _ := b.up()
		done := make(chan error, 1)
		go func() { done <- in.call.Hangup(context.Background()) }()
		bye := b.expect("BYE")
		b.send(answerTo(bye, 407, "Proxy-Authenticate: Digest realm=\"r\", nonce=\"n\", qop=\"auth\"\n"))
		again := b.expect("BYE")
		if again.CSeq().SeqNo != bye.CSeq().SeqNo+1 || len(again.GetHeaders("Proxy-Authorization")) != 1 {
			t.Errorf("second BYE:\n%s", again)
		}
		b.send(answerTo(again, 200, ""))
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

func TestStrangersAreNotAnswered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, func(c *phone.Config) { c.AcceptAnyone = false })
		defer b.finish()
		b.send(invite())
		b.expectNothing()
		if got := b.phone.Status().Strangers; got != 1 {
			t.Errorf("strangers = %d, want 1", got)
		}
	})
}

func TestCallerIdentity(t *testing.T) {
	const from = `"Anna" <sip:01725550144@127.0.0.1>`
	tests := []struct {
		name, from, more string
		trust            bool
		number, display  string
	}{
		{"plain", `<sip:+4930123456@pbx>`, "", false, "+4930123456", ""},
		{"escaped plus", `<sip:%2B4930123456@pbx;user=phone>`, "", false, "+4930123456", ""},
		{"separators", `<sip:030-123.45(6)@pbx>`, "", false, "03012345" + "6", ""},
		{"tel", `<tel:+49-30-123456;phone-context=x>`, "", false, "+4930123456", ""},
		{"UTF-8", `"Jürgen Müller" <sip:12@pbx>`, "", false, "12", "Jürgen Müller"},
		{"quoted pair", `"Bob \"x\" O" <sip:12@pbx>`, "", false, "12", `Bob "x" O`},
		{"unquoted", `Anna Berger <sip:12@pbx>`, "", false, "12", "Anna Berger"},
		{"name only", `<sip:maria@pbx>`, "", false, "", "maria"},
		{"anonymous", `"Anonymous" <sip:anonymous@anonymous.invalid>`, "", false, "", ""},
		{"privacy", `"Anna" <sip:0172@pbx>`, "Privacy: id\n", false, "", ""},
		{"asserted, not trusted", `<sip:12@pbx>`, "P-Asserted-Identity: \"Boss\" <sip:99@pbx>\n", false, "12", ""},
		{"asserted, trusted", `<sip:12@pbx>`, "P-Asserted-Identity: \"Boss\" <sip:99@pbx>\n", true, "99", "Boss"},
		{"asserted, trusted, private", `<sip:12@pbx>`, "P-Asserted-Identity: <sip:99@pbx>\nPrivacy: id\n", true, "", ""},
		{
			"asserted, two addresses", `<sip:12@pbx>`, "P-Asserted-Identity: \"Boss, the\" <sip:boss@pbx>, <tel:+12175550142>\n", true,
			"+12175550142", "Boss, the",
		},
		{"asserted over a withheld From", `"Anonymous" <sip:anonymous@anonymous.invalid>`, "P-Asserted-Identity: <sip:99@pbx>\n", true, "99", ""},
		{"remote party", `<sip:12@pbx>`, "Remote-Party-ID: \"Anna\" <sip:77@pbx>;party=calling;privacy=off;screen=yes\n", true, "77", "Anna"},
		{"remote party, not trusted", `<sip:12@pbx>`, "Remote-Party-ID: <sip:77@pbx>\n", false, "12", ""},
		{"remote party, private", `<sip:12@pbx>`, "Remote-Party-ID: \"Anna\" <sip:77@pbx>;privacy=full\n", true, "", ""},
		{"remote party who is called", `<sip:12@pbx>`, "Remote-Party-ID: <sip:77@pbx>;party=called\n", true, "12", ""},
		{"asserted, not an address", `<sip:12@pbx>`, "P-Asserted-Identity: \"unfinished <sip:99@pbx\n", true, "12", ""},
		{"control characters", "\"A\x01\x7fB\" <sip:12@pbx>", "", false, "12", "AB"},
		{"name is the number", `"12" <sip:12@pbx>`, "", false, "12", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t, func(c *phone.Config) { c.TrustAsserted = tt.trust })
				defer b.finish()
				b.send(invite(from, tt.from, "Call-ID", tt.more+"Call-ID"))
				in := b.next()
				if got := string(in.call.From()); got != tt.number {
					t.Errorf("number = %q, want %q", got, tt.number)
				}
				if got := string(in.call.DisplayName()); got != tt.display {
					t.Errorf("name = %q, want %q", got, tt.display)
				}
			})
		})
	}
}

func TestHandlerPanicEndsOnlyItsCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		mem := newMemNet()
		conn, _ := mem.listen("udp", pbxAddr)
		p, err := phone.New(phone.Config{
			Listen: phoneAddr, Extension: record.Extension{User: "100"}, AcceptAnyone: true, ListenPacket: mem.listen,
		}, phone.HandlerFunc(func(context.Context, *phone.Call) { panic("fault") }))
		if err != nil {
			t.Fatal(err)
		}
		b := &bench{t: t, conn: conn.(*memConn), phone: p, ended: make(chan error, 1)}
		ctx, stop := context.WithCancel(context.Background())
		b.stop = stop
		go func() { b.ended <- p.Run(ctx) }()
		synctest.Wait()
		defer b.finish()
		b.send(invite())
		b.expect("500 INVITE")
		b.send(invite("INVITE sip", "ACK sip", "10 INVITE", "10 ACK"))
		b.send(invite("INVITE", "OPTIONS"))
		b.expect("200 OPTIONS")
	})
}
