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
	"github.com/emiago/sipgo/sip"
)

// registeredBench is a phone that is registered at the raw peer. extra are headers of the answer to its REGISTER.
func registeredBench(t *testing.T, extra string) *bench {
	t.Helper()
	b := newBench(t, func(c *phone.Config) { c.Registrar, c.Expires = pbxAddr, time.Hour })
	b.send(granted(b.expect("REGISTER").(*sip.Request), 3600) + extra)
	return b
}

// finishRegistered is finish for a phone that takes its registration off.
func (b *bench) finishRegistered() {
	b.t.Helper()
	b.stop()
	for range 40 {
		for _, m := range b.got() {
			if req, ok := m.(*sip.Request); ok && req.Method != sip.ACK {
				b.send(answerTo(req, 200, ""))
			}
		}
		select {
		case err := <-b.ended:
			if err != nil {
				b.t.Errorf("run: %v", err)
			}
			synctest.Wait()
			return
		default:
			time.Sleep(time.Second)
		}
	}
	b.t.Fatal("the phone does not end")
}

type placed struct {
	out *phone.Outgoing
	err error
}

// dial begins a call to 210.
func (b *bench) dial(ctx context.Context, o phone.DialOptions) <-chan placed {
	o.Extension = "210"
	got := make(chan placed, 1)
	go func() {
		out, err := b.phone.Dial(ctx, o)
		got <- placed{out, err}
	}()
	synctest.Wait()
	return got
}

// result is what has become of a call that was dialled.
func result(t *testing.T, c <-chan placed) placed {
	t.Helper()
	synctest.Wait()
	select {
	case d := <-c:
		return d
	default:
		t.Fatal("the call is neither answered nor given up")
		return placed{}
	}
}

const answerText = "Contact: <sip:maria@127.0.0.1:5070>\nContent-Type: application/sdp\n\n" + offerText

// tagged is answerTo with a tag of the other side.
func tagged(req sip.Message, status int, tag, extra string) string {
	return strings.Replace(answerTo(req, status, extra), "\nCall-ID:", ";tag="+tag+"\nCall-ID:", 1)
}

func wantStatus(t *testing.T, err error, status int) {
	t.Helper()
	var refused *phone.RefusedError
	if !errors.As(err, &refused) || refused.Status != status {
		t.Errorf("error %v, want a refusal with %d", err, status)
	}
}

func TestDial(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := registeredBench(t, "")
		rang := 0
		call := b.dial(t.Context(), phone.DialOptions{Name: "Anna \"<sip:x>\r\n Müller", Ringing: func() { rang++ }})
		first := b.expect("INVITE").(*sip.Request)
		if uri := first.Recipient.String(); uri != "sip:210@127.0.0.1" {
			t.Errorf("called %q", uri)
		}
		if name := first.From().DisplayName; name != "Anna sip:x Müller" {
			t.Errorf("shows %q", name)
		}
		b.send(tagged(first, 407, "a", "Proxy-Authenticate: "+`Digest realm="pbx", nonce="n1", algorithm=SHA-256, qop="auth"`+"\n"))
		var again *sip.Request
		for _, m := range b.got() {
			switch req := m.(*sip.Request); req.Method {
			case sip.ACK:
				if req.Via().String() != first.Via().String() || req.To().Params[0].V != "a" {
					t.Errorf("the refusal was acknowledged wrongly:\n%s", req)
				}
			case sip.INVITE:
				again = req
			}
		}
		if again == nil || again.GetHeader("Proxy-Authorization") == nil || again.CSeq().SeqNo != first.CSeq().SeqNo+1 {
			t.Fatalf("no INVITE with the password:\n%v", again)
		}
		b.send(tagged(again, 180, "b", ""))
		b.send(tagged(again, 180, "b", ""))
		ok := tagged(again, 200, "b", "Record-Route: <sip:127.0.0.1:5070;lr;n=1>\nRecord-Route: <sip:127.0.0.1:5070;lr;n=2>\n"+answerText)
		b.send(ok)
		d := result(t, call)
		if d.err != nil || d.out.Line() == nil {
			t.Fatalf("dial: %v", d.err)
		}
		if rang != 1 {
			t.Errorf("it rang %d times", rang)
		}
		ack := b.expect("ACK").(*sip.Request)
		if ack.Recipient.User != "maria" || ack.CSeq().SeqNo != again.CSeq().SeqNo || ack.GetHeader("Proxy-Authorization") == nil ||
			len(ack.GetHeaders("Route")) != 2 {
			t.Errorf("ACK:\n%s", ack)
		}
		if got := ack.GetHeaders("Route")[0].Value(); !strings.Contains(got, "n=2") {
			t.Errorf("the first route is %s, want the one nearest to us", got)
		}
		b.send(ok) // the ACK was lost
		if got := b.expect("ACK").String(); got != ack.String() {
			t.Errorf("the ACK of the repetition differs:\n%s", got)
		}
		b.send(tagged(again, 200, "other", answerText)) // another fork has answered too
		names := map[string]string{}
		for _, m := range b.got() {
			req := m.(*sip.Request)
			names[string(req.Method)] = req.To().Params[0].V
			if req.Method == sip.BYE {
				b.send(answerTo(req, 200, ""))
			}
		}
		if len(names) != 2 || names["ACK"] != "other" || names["BYE"] != "other" {
			t.Errorf("to the other fork went %v", names)
		}
		if s := b.phone.Status(); s.Calls != 0 {
			t.Errorf("a call of ours counts as one of %d that came in", s.Calls)
		}
		b.send(fmt.Sprintf(`BYE %s SIP/2.0
Via: SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bK-bye;rport
Max-Forwards: 70
From: <sip:210@127.0.0.1>;tag=b
To: <sip:100@127.0.0.1>;tag=%s
Call-ID: %s
CSeq: 1 BYE
`, again.Contact().Address.String(), again.From().Params[0].V, again.CallID().Value()))
		b.expect("200 BYE")
		if !errors.Is(context.Cause(d.out.Context()), phone.ErrHangup) {
			t.Errorf("the call ended by %v", context.Cause(d.out.Context()))
		}
		d.out.Close()
		d.out.Close()
		b.finishRegistered()
	})
}

func TestDialRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := registeredBench(t, "")
		for _, status := range []int{486, 302, 404, 603} {
			call := b.dial(t.Context(), phone.DialOptions{})
			req := b.expect("INVITE")
			b.send(tagged(req, status, "a", ""))
			b.expect("ACK")
			b.send(tagged(req, status, "a", "")) // the ACK was lost
			b.expect("ACK")
			wantStatus(t, result(t, call).err, status)
		}
		b.finishRegistered()
	})
}

// Nobody takes the call: it is cancelled, and the caller goes back to the assistant.
func TestDialNoAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := registeredBench(t, "")
		call := b.dial(t.Context(), phone.DialOptions{Ring: 10 * time.Second})
		req := b.expect("INVITE")
		b.send(tagged(req, 180, "a", ""))
		time.Sleep(9 * time.Second)
		b.expectNothing()
		time.Sleep(time.Second)
		cancel := b.expect("CANCEL").(*sip.Request)
		if cancel.Via().String() != req.(*sip.Request).Via().String() {
			t.Error("the CANCEL goes by another branch than its INVITE")
		}
		b.send(answerTo(cancel, 200, ""))
		b.send(tagged(req, 487, "a", ""))
		b.expect("ACK")
		wantStatus(t, result(t, call).err, 480)
		b.finishRegistered()
	})
}

// The PBX is not there any more.
func TestDialUnreachable(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := registeredBench(t, "")
		call := b.dial(t.Context(), phone.DialOptions{Ring: time.Hour})
		time.Sleep(32 * time.Second)
		if n := len(b.got()); n != 7 {
			t.Errorf("the INVITE was sent %d times, want 7", n)
		}
		if d := result(t, call); !errors.Is(d.err, phone.ErrUnreachable) {
			t.Errorf("error %v", d.err)
		}
		b.finishRegistered()
	})
}

// Who dialled hangs up: before anything came back, while it rings, and in the moment of the answer.
func TestDialGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := registeredBench(t, "")
		ctx, stop := context.WithCancel(t.Context())
		call := b.dial(ctx, phone.DialOptions{})
		req := b.expect("INVITE")
		stop()
		if d := result(t, call); !errors.Is(d.err, context.Canceled) {
			t.Errorf("error %v", d.err)
		}
		b.expectNothing() // no CANCEL before a first answer
		b.send(tagged(req, 180, "a", ""))
		cancel := b.expect("CANCEL")
		b.send(tagged(req, 200, "a", answerText)) // it crossed the CANCEL
		b.send(answerTo(cancel, 481, ""))
		var names []string
		for _, m := range b.got() {
			names = append(names, nameOf(m))
			if m := m.(*sip.Request); m.Method == sip.BYE {
				b.send(answerTo(m, 200, ""))
			}
		}
		if strings.Join(names, " ") != "ACK BYE" {
			t.Errorf("after the answer %v", names)
		}
		b.finishRegistered()
	})
}

// The appliance stops while it rings.
func TestDialStopped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := registeredBench(t, "")
		call := b.dial(t.Context(), phone.DialOptions{})
		b.send(tagged(b.expect("INVITE"), 180, "a", ""))
		b.stop()
		if d := result(t, call); d.err == nil {
			t.Error("the call goes on")
		}
		b.finishRegistered()
	})
}

// Nobody is called without a PBX, and nobody by a name that no extension has.
func TestDialNowhere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, nil)
		if _, err := b.phone.Dial(t.Context(), phone.DialOptions{Extension: "210"}); !errors.Is(err, phone.ErrNotRegistered) {
			t.Errorf("error %v", err)
		}
		b.finish()
		b = registeredBench(t, "")
		if _, err := b.phone.Dial(t.Context(), phone.DialOptions{Extension: "210@elsewhere"}); !errors.Is(err, phone.ErrState) {
			t.Errorf("error %v", err)
		}
		b.expectNothing()
		b.finishRegistered()
	})
}

// Calls go by the route that the registrar wants (RFC 3608).
func TestDialServiceRoute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := registeredBench(t, "Service-Route: <sip:edge.example:5080;lr>, <sip:core.example;lr>\n")
		call := b.dial(t.Context(), phone.DialOptions{})
		req := b.expect("INVITE").(*sip.Request)
		var routes []string
		for _, h := range req.GetHeaders("Route") {
			routes = append(routes, h.Value())
		}
		if strings.Join(routes, " ") != "<sip:edge.example:5080;lr> <sip:core.example;lr>" {
			t.Errorf("routes %v", routes)
		}
		b.send(tagged(req, 486, "a", ""))
		b.expect("ACK")
		wantStatus(t, result(t, call).err, 486)
		b.finishRegistered()
	})
}

// The caller is given to who has taken our call: REFER names that call (RFC 5589).
func TestJoin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := registeredBench(t, "")
		in, _ := b.up()
		call := b.dial(t.Context(), phone.DialOptions{})
		req := b.expect("INVITE").(*sip.Request)
		b.send(tagged(req, 200, "b+1", answerText))
		d := result(t, call)
		if d.err != nil {
			t.Fatal(d.err)
		}
		b.expect("ACK")
		joined := make(chan error, 1)
		go func() { joined <- in.call.Join(t.Context(), d.out) }()
		refer := b.expect("REFER").(*sip.Request)
		want := "<sip:210@127.0.0.1?Replaces=" + req.CallID().Value() + "%3Bto-tag%3Db%2B1%3Bfrom-tag%3D" + req.From().Params[0].V + ">"
		if got := refer.GetHeader("Refer-To").Value(); got != want {
			t.Errorf("Refer-To %s, want %s", got, want)
		}
		b.send(answerTo(refer, 603, ""))
		var refused *phone.TransferError
		if err := <-joined; !errors.As(err, &refused) || refused.Status != 603 {
			t.Errorf("join: %v", err)
		}
		for _, c := range []context.Context{in.ctx, d.out.Context()} {
			if c.Err() != nil {
				t.Errorf("a call ended by %v", context.Cause(c))
			}
		}
		go d.out.Close()
		bye := b.expect("BYE")
		b.send(answerTo(bye, 200, ""))
		close(in.release)
		b.send(answerTo(b.expect("BYE"), 200, ""))
		b.finishRegistered()
	})
}
