package phone_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"

	"frontdesk.internal/appliance/phone"
)

// Whose calls come here is read from Diversion, the newest first, or from History-Info, whose last entry is this call itself.
func TestDivertedFrom(t *testing.T) {
	for name, tt := range map[string]struct{ more, want string }{
		"nobody":                  {"", ""},
		"diversion":               {"Diversion: <sip:201@pbx>;reason=no-answer\n", "201"},
		"two, in one header":      {"Diversion: <sip:202@pbx>;reason=user-busy, <sip:201@pbx>;reason=unconditional\n", "202"},
		"withheld":                {"Diversion: <sip:anonymous@anonymous.invalid>\n", ""},
		"history":                 {"History-Info: <sip:201@pbx>;index=1, <sip:100@pbx;cause=486>;index=1.1\n", "201"},
		"history of this call":    {"History-Info: <sip:100@pbx>;index=1\n", ""},
		"a comma within brackets": {"Diversion: <sip:203@pbx?x=a,b>;reason=unknown\n", "203"},
		"nonsense":                {"Diversion: <<<,,>;;\n", ""},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t, nil)
				defer b.finish()
				b.send(invite("Call-ID", tt.more+"Call-ID"))
				if got := string(b.next().call.Diverted()); got != tt.want {
					t.Errorf("diverted from %q, want %q", got, tt.want)
				}
			})
		})
	}
}

// A call that somebody else took is not one that was missed.
func TestCancelledElsewhere(t *testing.T) {
	for name, tt := range map[string]struct {
		reason string
		want   error
	}{
		"gave up":   {"", phone.ErrCancelled},
		"elsewhere": {"Reason: SIP;cause=200;text=\"Call completed elsewhere\"\n", phone.ErrElsewhere},
		"nonsense":  {"Reason: SIP;cause=99999999999999999999\n", phone.ErrCancelled},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t, nil)
				defer b.finish()
				b.send(invite())
				in := b.next()
				b.expect("180 INVITE")
				b.send(invite("INVITE sip", "CANCEL sip", "10 INVITE", "10 CANCEL", "Call-ID", tt.reason+"Call-ID"))
				if got := fmt.Sprint(b.names()); got != "[200 CANCEL 487 INVITE]" {
					t.Fatalf("got %s", got)
				}
				<-in.ctx.Done()
				if got := context.Cause(in.ctx); !errors.Is(got, tt.want) {
					t.Errorf("ended because %v, want %v", got, tt.want)
				}
			})
		})
	}
}

// The cause of the telephone network is kept, and ours is given.
func TestQ850Cause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, nil)
		defer b.finish()
		in, ok := b.up()
		b.send(inDialog("BYE", 11, "bye", ok, "Reason: SIP;cause=200\nReason: Q.850;cause=31\n"))
		b.expect("200 BYE")
		<-in.ctx.Done()
		if got := in.call.Cause(); got != 31 {
			t.Errorf("cause %d, want 31", got)
		}
	})
}

// A BYE of ours says why.
func TestReasonOfOurBye(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, nil)
		defer b.finish()
		in, _ := b.up()
		done := make(chan error, 1)
		go func() { done <- in.call.Hangup(context.Background()) }()
		bye := b.expect("BYE")
		wantHeader(t, bye, "Reason", "Q.850;cause=16")
		b.send(answerTo(bye, 200, ""))
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

// names returns what the phone has sent.
func (b *bench) names() []string {
	var out []string
	for _, m := range b.got() {
		out = append(out, nameOf(m))
	}
	return out
}
