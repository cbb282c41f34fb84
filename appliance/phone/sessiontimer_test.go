package phone_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"frontdesk.internal/appliance/phone"
	"github.com/emiago/sipgo/sip"
)

// upWith brings a call up whose INVITE has extra headers.
func (b *bench) upWith(extra string) (*inCall, sip.Message) {
	b.t.Helper()
	b.send(invite("Max-Forwards: 70", "Max-Forwards: 70\n"+extra))
	in := b.next()
	answers := make(chan error, 1)
	go func() {
		_, _, err := in.call.Answer(context.Background())
		answers <- err
	}()
	ok := b.expect("200 INVITE")
	b.send(inDialog("ACK", 10, "ack", ok, ""))
	if err := <-answers; err != nil {
		b.t.Fatal(err)
	}
	b.expectNothing()
	return in, ok
}

func wantHeader(t *testing.T, m sip.Message, name, want string) {
	t.Helper()
	got := ""
	if hs := m.GetHeaders(name); len(hs) > 0 {
		got = hs[0].Value()
	}
	if got != want {
		t.Errorf("%s: %q, want %q", name, got, want)
	}
}

// RFC 4028 section 9: who refreshes is decided by what the other side asks for and can.
func TestSessionTimerIsAgreedOn(t *testing.T) {
	tests := map[string]struct{ extra, expires, require string }{
		"none asked for": {"Supported: timer", "", ""},
		"theirs":         {"Supported: replaces, timer\nSession-Expires: 1800", "1800;refresher=uac", "timer"},
		"theirs, named":  {"k: timer\nx: 600;refresher=uac", "600;refresher=uac", "timer"},
		"ours": {
			"Supported: timer\nSession-Expires: 1800;refresher=uas\nAllow: INVITE, ACK, BYE, UPDATE", "1800;refresher=uas", "timer",
		},
		"ours, without UPDATE": {
			"Supported: timer\nSession-Expires: 1800;refresher=uas\nAllow: INVITE, ACK, BYE", "1800;refresher=uas", "timer",
		},
		"a proxy wants one":         {"Session-Expires: 1800\nAllow: INVITE, ACK, BYE, UPDATE", "1800;refresher=uas", ""},
		"a proxy wants a short one": {"Session-Expires: 30\nAllow: INVITE, ACK, BYE, UPDATE", "90;refresher=uas", ""},
		"nonsense":                  {"Supported: timer\nSession-Expires: soon", "", ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t, nil)
				defer b.finish()
				_, ok := b.upWith(tt.extra)
				wantHeader(t, ok, "Session-Expires", tt.expires)
				wantHeader(t, ok, "Require", tt.require)
				wantHeader(t, ok, "Supported", "timer")
			})
		})
	}
}

// Nobody refreshes: the session is over 32 s before the interval is, or a third of it (section 10).
func TestASessionThatNobodyRefreshesEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, nil)
		defer b.finish()
		in, ok := b.upWith("Supported: timer\nSession-Expires: 90")
		time.Sleep(50 * time.Second)
		b.send(inDialog("UPDATE", 11, "u1", ok, "Supported: timer\nSession-Expires: 90;refresher=uac\n"))
		wantHeader(t, b.expect("200 UPDATE"), "Session-Expires", "90;refresher=uac")
		time.Sleep(59 * time.Second)
		b.expectNothing()
		time.Sleep(1100 * time.Millisecond)
		bye := b.expect("BYE")
		b.send(answerTo(bye, 200, ""))
		<-in.ctx.Done()
		if got := context.Cause(in.ctx); !errors.Is(got, phone.ErrSessionExpired) {
			t.Errorf("ended by %v", got)
		}
	})
}

// We refresh at half of the interval, as long as it is answered.
func TestWeRefreshTheSession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, nil)
		defer b.finish()
		in, _ := b.upWith("Supported: timer\nSession-Expires: 200;refresher=uas\nAllow: INVITE, ACK, BYE, UPDATE")
		time.Sleep(100*time.Second + 100*time.Millisecond)
		update := b.expect("UPDATE")
		wantHeader(t, update, "Session-Expires", "200;refresher=uac")
		b.send(answerTo(update, 422, "Min-SE: 300\n"))
		update = b.expect("UPDATE")
		wantHeader(t, update, "Session-Expires", "300;refresher=uac")
		b.send(answerTo(update, 200, "Session-Expires: 300;refresher=uac\n"))
		time.Sleep(149 * time.Second)
		b.expectNothing()
		time.Sleep(1100 * time.Millisecond)
		update = b.expect("UPDATE")
		b.send(answerTo(update, 481, ""))
		b.send(answerTo(b.expect("BYE"), 200, ""))
		<-in.ctx.Done()
		if got := context.Cause(in.ctx); !errors.Is(got, phone.ErrSessionExpired) {
			t.Errorf("ended by %v", got)
		}
	})
}

// The other side may take the refreshing over, or let the timer go.
func TestTheRefresherChanges(t *testing.T) {
	for name, tt := range map[string]struct {
		answer string
		ends   bool
	}{"they take it over": {"Session-Expires: 200;refresher=uas\n", true}, "no timer any more": {"", false}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t, nil)
				defer b.finish()
				in, _ := b.upWith("Supported: timer\nSession-Expires: 200;refresher=uas\nAllow: UPDATE")
				time.Sleep(100*time.Second + 100*time.Millisecond)
				b.send(answerTo(b.expect("UPDATE"), 200, tt.answer))
				time.Sleep(168*time.Second + 100*time.Millisecond)
				if tt.ends {
					b.send(answerTo(b.expect("BYE"), 200, ""))
				} else {
					b.expectNothing()
				}
				if got := in.ctx.Err() != nil; got != tt.ends {
					t.Errorf("ended: %v", got)
				}
			})
		})
	}
}

// RFC 3311: UPDATE changes the session like a re-INVITE, but not while another offer is open.
func TestUpdate(t *testing.T) {
	const second = "Content-Type: application/sdp\n\n" + offerText
	hold := strings.Replace(second, "a=fmtp", "a=sendonly\na=fmtp", 1)
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, nil)
		defer b.finish()
		_, ok := b.up()
		b.send(inDialog("UPDATE", 11, "one", ok, hold))
		if res := b.expect("200 UPDATE").(*sip.Response); !strings.Contains(string(res.Body()), "a=recvonly") {
			t.Errorf("hold: %s", res)
		}
		b.send(inDialog("UPDATE", 12, "two", ok, ""))
		if res := b.expect("200 UPDATE").(*sip.Response); len(res.Body()) != 0 {
			t.Errorf("a refresh has a body: %s", res)
		}
		b.send(inDialog("UPDATE", 13, "three", ok, strings.Replace(second, "RTP/AVP 0 8 101", "RTP/AVP 18", 1)))
		b.expect("488 UPDATE")
		b.send(inDialog("UPDATE", 14, "four", ok, "Supported: timer\nSession-Expires: 20\n"))
		wantHeader(t, b.expect("422 UPDATE"), "Min-SE", "90")
		b.send(inDialog("INVITE", 15, "five", ok, second))
		b.expect("200 INVITE")
		b.send(inDialog("UPDATE", 16, "six", ok, hold))
		b.expect("491 UPDATE")
		b.send(inDialog("ACK", 15, "ack15", ok, ""))
		b.send(inDialog("BYE", 17, "bye", ok, ""))
		b.expect("200 BYE")
	})
}

// Who knows no UPDATE is sent an INVITE with the session as it is; when two cross, ours is sent again a little later (RFC 3261 section 14).
func TestWeRefreshByInvite(t *testing.T) {
	const second = "Content-Type: application/sdp\n\n" + offerText
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, nil)
		defer b.finish()
		soon := func(limit time.Duration) *sip.Request {
			t.Helper()
			for end := time.Now().Add(limit); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
				for _, m := range b.got() {
					return m.(*sip.Request)
				}
			}
			t.Fatal("nothing was sent")
			return nil
		}
		_, ok := b.upWith("Supported: timer\nSession-Expires: 200;refresher=uas\nAllow: INVITE, ACK, BYE")
		time.Sleep(100*time.Second + 100*time.Millisecond)
		again := b.expect("INVITE").(*sip.Request)
		wantHeader(t, again, "Session-Expires", "200;refresher=uac")
		if body := string(again.Body()); !strings.Contains(body, "m=audio ") || !strings.Contains(body, " 0 101\r\n") {
			t.Errorf("the session is offered as %s", body)
		}
		b.send(answerTo(again, 100, ""))
		b.send(inDialog("INVITE", 11, "theirs", ok, second))
		b.expect("491 INVITE")
		b.send(inDialog("ACK", 11, "theirs", ok, ""))
		b.send(answerTo(again, 491, ""))
		ack := b.expect("ACK")
		if got, want := ack.(*sip.Request).Via().Value(), again.Via().Value(); got != want {
			t.Errorf("the ACK of a refusal goes by %s, not %s", got, want)
		}
		again = soon(2200 * time.Millisecond)
		b.send(answerTo(again, 200, "Contact: <sip:other@127.0.0.1:5070>\nSession-Expires: 200;refresher=uac\n"+second))
		if ack := b.expect("ACK").(*sip.Request); ack.Recipient.User != "other" || ack.CSeq().SeqNo != again.CSeq().SeqNo {
			t.Errorf("the ACK is %s", ack)
		}
		b.send(answerTo(again, 200, "Contact: <sip:other@127.0.0.1:5070>\nSession-Expires: 200;refresher=uac\n"+second))
		b.expect("ACK")
		again = soon(101 * time.Second)
		b.send(inDialog("BYE", 12, "bye", ok, "")) // while ours is under way
		b.expect("200 BYE")
		b.send(answerTo(again, 487, ""))
	})
}
