package phone_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/netip"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"frontdesk.internal/appliance/phone"
	"frontdesk.internal/appliance/record"
	"github.com/emiago/sipgo/sip"
)

// world plays random events on one call and keeps what must hold.
type world struct {
	*bench
	rand    *rand.Rand
	in      *inCall
	tag     string // the phone's To tag
	seq     int
	finals  map[string]map[string]bool // our transaction → different final responses to it
	asked   map[string]bool            // transactions that must be answered
	byes    map[string]bool            // branches of the phone's BYEs
	sent    []sentText                 // our messages, for repetition
	start   time.Time
	okAt    time.Time // of the first 200 to the INVITE
	old     time.Time // of the first request with a CSeq of long ago
	theyBye bool
	events  []string
}

type sentText struct {
	text string
	at   time.Time
}

// young reports whether a transaction begun at t still absorbs repetitions.
func young(t time.Time) bool { return time.Since(t) < 20*time.Second }

func (w *world) request(method string, seq int, extra string) {
	tag := ""
	if w.tag != "" && !(method == "CANCEL") && !(method == "ACK" && seq == 10 && w.okAt.IsZero()) {
		tag = ";tag=" + w.tag
	}
	branch := fmt.Sprintf("%s-%d", method, seq)
	if method == "CANCEL" {
		branch = "INVITE-10"
	}
	w.play(fmt.Sprintf(`%[1]s sip:100@127.0.0.1:5060 SIP/2.0
Via: SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bK-%[3]s;rport
Max-Forwards: 70
From: <sip:12@127.0.0.1>;tag=caller
To: <sip:100@127.0.0.1>%[4]s
Call-ID: call-1
CSeq: %[2]d %[1]s
Contact: <sip:pbx@127.0.0.1:5070>
`, method, seq, branch, tag) + extra)
	if method != "ACK" {
		w.asked[branch+"/"+method] = true
	}
}

func (w *world) play(text string) {
	at := time.Now()
	for _, s := range w.sent {
		if s.text == text { // a transaction is as old as its first message
			at = s.at
			break
		}
	}
	w.sent = append(w.sent, sentText{text, at})
	to := net.UDPAddrFromAddrPort(netip.MustParseAddrPort(phoneAddr))
	_, _ = w.conn.WriteTo(wireText(text), to)
}

// watch reads what the phone sent and checks what can be checked at once.
func (w *world) watch() {
	for _, m := range w.got() {
		branch := strings.TrimPrefix(m.Via().Params.GetOr("branch", ""), "z9hG4bK-")
		switch m := m.(type) {
		case *sip.Response:
			if tag := m.To().Params.GetOr("tag", ""); tag != "" && branch == "INVITE-10" && m.CSeq().MethodName == sip.INVITE {
				if w.tag != "" && w.tag != tag {
					w.t.Errorf("To tag changed from %s to %s", w.tag, tag)
				}
				w.tag = tag
			}
			if m.StatusCode < 200 {
				continue
			}
			key := branch + "/" + string(m.CSeq().MethodName)
			if w.finals[key] == nil {
				w.finals[key] = map[string]bool{}
			}
			w.finals[key][m.String()] = true
			if key == "INVITE-10/INVITE" && m.StatusCode == 200 && w.okAt.IsZero() {
				w.okAt = time.Now()
			}
		case *sip.Request:
			if m.Method == sip.BYE {
				w.byes[branch] = true
				if w.theyBye {
					w.t.Error("BYE after the other side's BYE was accepted")
				}
			}
			if w.rand.IntN(4) > 0 {
				w.play(answerTo(m, []int{200, 200, 202, 481, 500}[w.rand.IntN(5)], ""))
			}
		}
	}
}

func (w *world) step() {
	w.seq++
	const hold = "Content-Type: application/sdp\n\n" + offerText + "a=sendonly\n"
	moves := map[string]func(){
		"ack":      func() { w.request("ACK", 10, "") },
		"ack late": func() { w.request("ACK", w.seq, "") },
		"cancel": func() {
			if young(w.start) {
				w.request("CANCEL", 10, "")
			}
		},
		"bye":       func() { w.request("BYE", w.seq, "") },
		"reinvite":  func() { w.request("INVITE", w.seq, hold) },
		"reinvite0": func() { w.request("INVITE", w.seq, "") },
		"info":      func() { w.request("INFO", w.seq, "") },
		"old": func() {
			if w.old.IsZero() || young(w.old) { // one transaction, as long as it lives
				if w.old.IsZero() {
					w.old = time.Now()
				}
				w.request("INFO", 3, "")
			}
		},
		"options": func() { w.request("OPTIONS", w.seq, "") },
		"notify": func() {
			w.request("NOTIFY", w.seq, "Event: refer\nSubscription-State: active\nContent-Type: message/sipfrag\n\nSIP/2.0 486 Busy\n")
		},
		"notify ok": func() {
			w.request("NOTIFY", w.seq, "Event: refer\nSubscription-State: terminated\nContent-Type: message/sipfrag\n\nSIP/2.0 200 OK\n")
		},
		"repeat": func() {
			if s := w.sent[w.rand.IntN(len(w.sent))]; young(s.at) {
				w.play(s.text)
			}
		},
		"answer":   func() { go func() { _, _, _ = w.in.call.Answer(context.Background()) }() },
		"reject":   func() { _ = w.in.call.Reject(486) },
		"hangup":   func() { go func() { _ = w.in.call.Hangup(context.Background()) }() },
		"transfer": func() { go func() { _ = w.in.call.Transfer(context.Background(), "200") }() },
		"sleep":    func() { time.Sleep(time.Duration(w.rand.IntN(3000)) * time.Millisecond) },
		"long":     func() { time.Sleep(time.Duration(w.rand.IntN(20)) * time.Second) },
	}
	names := []string{
		"ack", "ack", "ack", "ack late", "cancel", "bye", "reinvite", "reinvite0", "info", "old", "options", "notify", "notify ok",
		"repeat", "repeat", "answer", "answer", "answer", "reject", "hangup", "transfer", "sleep", "sleep", "long",
	}
	name := names[w.rand.IntN(len(names))]
	w.events = append(w.events, name)
	moves[name]()
	if w.rand.IntN(3) > 0 { // else the next event comes on its heels
		w.watch()
		if f := w.finals; w.sawBye(f) {
			w.theyBye = true
		}
	}
}

// sawBye reports whether a BYE of ours was accepted.
func (w *world) sawBye(finals map[string]map[string]bool) bool {
	for key, texts := range finals {
		if strings.HasSuffix(key, "/BYE") {
			for text := range texts {
				if strings.HasPrefix(text, "SIP/2.0 200") {
					return true
				}
			}
		}
	}
	return false
}

// TestDialogModel plays random events and checks: every request is answered, no request has two different final
// responses, there is at most one BYE (and one repetition with credentials), never before the ACK within 32 s, and in the
// end nothing is left of the call.
func TestDialogModel(t *testing.T) {
	rounds := uint64(400)
	if testing.Short() {
		rounds = 50
	}
	for seed := range rounds {
		playDialog(t, seed, rand.NewPCG(seed, 1))
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

// playDialog lets the events that source picks happen to one call, and checks what must hold.
func playDialog(t *testing.T, seed uint64, source rand.Source) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, nil)
		defer b.finish()
		w := &world{
			bench: b, rand: rand.New(source), seq: 10, start: time.Now(),
			finals: map[string]map[string]bool{}, asked: map[string]bool{}, byes: map[string]bool{},
		}
		w.request("INVITE", 10, "Content-Type: application/sdp\n\n"+offerText)
		w.in = b.next()
		w.watch()
		for range 4 + w.rand.IntN(12) {
			w.step()
		}
		w.settle(seed)
	})
}

// choices is a source of choices that a fuzzer writes: a byte for each, and chance when they are used up.
type choiceSource struct {
	data []byte
	rest rand.Source
}

func (s *choiceSource) Uint64() uint64 {
	if len(s.data) == 0 {
		return s.rest.Uint64()
	}
	v := uint64(s.data[0]) * 0x0101010101010101
	s.data = s.data[1:]
	return v
}

// FuzzDialog is TestDialogModel with the order of events chosen by the fuzzer.
func FuzzDialog(f *testing.F) {
	f.Add([]byte{}, uint64(1))
	f.Add([]byte{0x80, 0x10, 0x20, 0x30, 0x40, 0x50, 0x60, 0x70, 0x90, 0xa0, 0xb0, 0xc0, 0xd0, 0xe0, 0xf0}, uint64(2))
	f.Fuzz(func(t *testing.T, choices []byte, seed uint64) {
		playDialog(t, seed, &choiceSource{data: choices, rest: rand.NewPCG(seed, 3)})
	})
}

func (w *world) settle(seed uint64) {
	w.t.Helper()
	select {
	case <-w.in.release:
	default:
		close(w.in.release)
	}
	w.rand = rand.New(rand.NewPCG(seed, 2))
	for range 60 {
		w.watch()
		time.Sleep(3 * time.Second)
	}
	for key := range w.asked {
		if n := len(w.finals[key]); n != 1 {
			w.t.Errorf("%s got %d different final responses", key, n)
		}
	}
	var ok, ack, bye time.Time
	for _, step := range w.in.call.Trace() {
		switch {
		case step.Sent && step.Text == "200 OK (INVITE)" && ok.IsZero():
			ok = step.At
		case !step.Sent && step.Text == "ACK":
			ack = step.At
		case step.Sent && step.Text == "BYE":
			bye = step.At
		}
	}
	if !bye.IsZero() && ack.IsZero() && bye.Sub(ok) < 32*time.Second {
		w.t.Errorf("BYE %v after the 200, before the ACK", bye.Sub(ok))
	}
	if len(w.byes) > 1 {
		w.t.Errorf("%d BYEs", len(w.byes))
	}
	if got := w.phone.Status().Calls; got != 0 {
		w.t.Errorf("%d calls are left", got)
	}
	if w.in.ctx.Err() == nil {
		w.t.Error("the call's context is alive")
	}
	var out interface{ Outcome() record.Outcome }
	if !errors.As(context.Cause(w.in.ctx), &out) {
		w.t.Errorf("cause %v has no outcome", context.Cause(w.in.ctx))
	}
	if w.t.Failed() {
		w.t.Logf("seed %d: %s", seed, strings.Join(w.events, ", "))
		for _, s := range w.in.call.Trace() {
			w.t.Logf("%v %v %s %s", s.At, s.Sent, s.Text, s.Note)
		}
	}
}

// FuzzDatagrams: whatever arrives on the socket, the phone lives, what it sends parses, and nothing is left afterwards.
func FuzzDatagrams(f *testing.F) {
	ok := "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP a;branch=z9hG4bKx\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:a@b>;tag=2\r\nCall-ID: 1\r\nCSeq: " +
		"1 BYE\r\n\r\n"
	for _, s := range []string{
		string(wireText(invite())), string(wireText(invite("INVITE", "OPTIONS"))),
		string(wireText(invite("INVITE sip", "CANCEL sip", "10 INVITE", "10 CANCEL"))),
		string(wireText(invite("Contact: <sip:pbx@127.0.0.1:5070>", "Contact: <sip:a@b>, ,<sip:c@d>"))),
		string(wireText(invite("rport", "rport=x;received=y"))), "\r\n\r\n", ok,
		string(wireText(invite("SIP/2.0/UDP 127.0.0.1:5070", "SIP/2.0/UDP [::1]:5070"))),
		string(wireText(invite("From: \"Anna\" <sip:01725550144@127.0.0.1>", "From: <tel:+49;x=y>"))), "INVITE sip:a SIP/2.0\r\n\r\n",
	} {
		f.Add([]byte(s), []byte(ok))
	}
	f.Fuzz(func(t *testing.T, first, second []byte) {
		synctest.Test(t, func(t *testing.T) {
			b := newBench(t, func(c *phone.Config) { c.MaxCalls = 1 })
			defer b.finish()
			to := net.UDPAddrFromAddrPort(netip.MustParseAddrPort(phoneAddr))
			for _, data := range [][]byte{first, second, first} {
				if len(data) > 0 {
					_, _ = b.conn.WriteTo(data, to)
				}
				synctest.Wait()
			}
			select {
			case in := <-b.calls:
				close(in.release)
			default:
			}
			time.Sleep(3 * time.Minute)
			b.got()
			if n := b.phone.Status().Calls; n != 0 {
				t.Fatalf("%d calls are left", n)
			}
			b.send(invite("INVITE", "OPTIONS", "z9hG4bK-invite", "z9hG4bK-alive"))
			b.expect("200 OPTIONS")
		})
	})
}
