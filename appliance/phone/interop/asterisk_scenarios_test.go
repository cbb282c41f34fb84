//go:build pbx

package interop_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"frontdesk.internal/appliance/record"
)

// asteriskPeer is the column of Asterisk.
func asteriskPeer(a *asterisk) peer {
	const password = "lab-only"
	udp := func(user string) account { return account{user: user, password: password} }
	return peer{name: "Asterisk 22", scenarios: []scenario{
		{name: registerMD5, do: registers(a, udp("100"))},
		{name: registerSHA256, do: registers(a, udp("101"))},
		{name: wrongPassword, do: refusesPassword(a)},
		{name: refresh, do: refreshes(a)},
		{name: tcp, do: registers(a, account{user: "100", password: password, more: `transport = "tcp"`})},
		{name: callMuLaw, do: a.call(udp("100"), "PCMU")},
		{name: callALaw, do: a.call(udp("101"), "PCMA")},
		{name: overTLS12, do: a.call(account{user: "100", password: password, more: overTLS(a.w)}, "PCMU")},
		{name: strangeTLS, do: strangersTLS(a)},
		{name: callG722, do: a.call(udp("105"), "G722")},
		{name: callPtime, do: a.call(udp("110"), "PCMU")},
		{name: callSRTP, do: a.call(account{user: "107", password: password, more: `srtp = "preferred"`}, "PCMU")},
		{name: callTLSSRTP, do: a.call(account{user: "107", password: password, more: `srtp = "required"` + "\n" + overTLS(a.w)}, "PCMU")},
		{name: callG722SRTP, do: a.call(account{user: "108", password: password, more: `srtp = "required"` + "\n" + overTLS(a.w)}, "G722")},
		{name: callDTLS, do: a.call(account{user: "112", password: password, more: `srtp = "required"`}, "PCMU")},
		{name: plainRefused, do: a.plainRefused},
		{name: identity, do: a.identity},
		{name: weHangUp, do: a.weHangUp},
		{name: cancelled, do: a.cancelled},
		{name: busy, do: a.busy},
		{name: keysEvents, do: a.keys("100")},
		{name: keysInband, do: a.keys("103")},
		{name: keysInfo, do: a.keys("104")},
		{name: blindTransfer, do: a.transfer},
		{name: announcedMove, do: a.connected("100", true)},
		{name: bridgedMove, do: a.connected("111", false)},
		{name: personBusy, do: a.personBusy},
		{name: callBack, do: a.callBack},
		{name: onThePhone, do: a.onThePhone},
		{name: sessionTimer, patience: time.Minute + patience, do: a.sessionTimer},
		{name: twoExtensions, do: a.twoExtensions},
		{name: textComes, do: a.textComes},
		{
			name: ipv6, do: a.call(account{user: "109", password: password, registrar: peerAddr6, more: `listen = "[` + boxAddr6 + `]:5060"`},
				"PCMU"),
		},
		{name: failover, patience: time.Minute + patience, do: failsOver(a)},
		{name: restartIdle, do: restartsIdle(a)},
		{name: restartNoticed, patience: time.Minute + patience, do: noticesRestart(a)},
		{name: restartInCall, do: a.restartInCall},
		{name: cutInCall, do: a.cutInCall},
		{name: cutIdle, do: cutsIdle(a)},
	}}
}

// call: both hear each other, and the caller hangs up.
func (a *asterisk) call(acc account, codec string) func(context.Context, trial) {
	return func(ctx context.Context, t trial) {
		b := up(ctx, t, a, acc)
		check(t, b.recording(ctx))
		id := "call" + codec + acc.user
		check(t, a.ring(ctx, acc.user, "talk", id, "11"))
		c, err := b.over(ctx, 1)
		check(t, err)
		if c.Codec != codec {
			t.Errorf("codec %q, want %q", c.Codec, codec)
		}
		if c.Outcome.Reason != "caller_hangup" {
			t.Errorf("outcome %+v", c.Outcome)
		}
		heardWell(t, a.sound(id), b, c)
	}
}

// twoExtensions: the box is registered as two; calls to both come in and say which was called. One call is the most for both together.
func (a *asterisk) twoExtensions(ctx context.Context, t trial) {
	b := up(ctx, t, a, account{
		user: "100", password: "lab-only", more: "max_calls = 1",
		lines: "[[lines]]\nuser = \"105\"\npassword = \"lab-only\"\ntransport = \"tcp\"",
	})
	check(t, until(ctx, "the second registration", func() (bool, string) { return a.contact(ctx, "105"), b.log.String() }))
	check(t, a.ring(ctx, "105", "quiet", "second", "4"))
	check(t, a.logged(ctx, "caller second is connected"))
	check(t, a.ring(ctx, "100", "quiet", "first", "1"))
	check(t, a.logged(ctx, "dialled 100 BUSY cause 17"))
	c, err := b.over(ctx, 1)
	check(t, err)
	if c.Extension != "105" || c.Codec != "G722" {
		t.Errorf("the call came to %q with %s", c.Extension, c.Codec)
	}
	check(t, a.ring(ctx, "100", "quiet", "third", "1"))
	if c, err = b.over(ctx, 2); err != nil || c.Extension != "100" {
		t.Errorf("the call came to %q, %v", c.Extension, err)
	}
	check(t, b.stop(ctx))
	check(t, until(ctx, "the end of both registrations", func() (bool, string) {
		return !a.contact(ctx, "105") && !a.contact(ctx, "100"), b.log.String()
	}))
}

// textComes: somebody at the PBX writes to the box's extension.
func (a *asterisk) textComes(ctx context.Context, t trial) {
	b := up(ctx, t, a, account{user: "100", password: "lab-only"})
	a.cli(ctx, "channel originate Local/100@text/n application Wait 1")
	check(t, b.text(ctx, "I am ten minutes late"))
}

func (a *asterisk) identity(ctx context.Context, t trial) {
	b := up(ctx, t, a, account{user: "100", password: "lab-only"})
	check(t, a.ring(ctx, "100", "quiet", "identity", "1"))
	c, err := b.over(ctx, 1)
	check(t, err)
	if c.From != "2175550147" && c.From != "+12175550147" || c.DisplayName != "Anna Müller" {
		t.Errorf("the caller is %q %q", string(c.From), string(c.DisplayName))
	}
}

// weHangUp: the box is stopped in mid-call, says goodbye and sends BYE.
func (a *asterisk) weHangUp(ctx context.Context, t trial) {
	b := up(ctx, t, a, account{user: "100", password: "lab-only", calls: `drain = "1s"`})
	check(t, a.ring(ctx, "100", "quiet", "wehangup", "20"))
	check(t, a.logged(ctx, "caller wehangup is connected"))
	check(t, pause(ctx, time.Second))
	check(t, b.stop(ctx))
	check(t, a.idle(ctx))
}

// idle waits until Asterisk has no channel.
func (a *asterisk) idle(ctx context.Context) error {
	return until(ctx, "the end of all calls at Asterisk", func() (bool, string) {
		out := a.cli(ctx, "core show channels count")
		return strings.Contains(out, "0 active channels"), out
	})
}

// cancelled: the caller gives up at once; whether CANCEL or the answer is first, nothing is left over on either side.
func (a *asterisk) cancelled(ctx context.Context, t trial) {
	b := up(ctx, t, a, account{user: "100", password: "lab-only"})
	for range 3 {
		check(t, a.ring(ctx, "100", "talk", "cancelled", "10"))
		a.cli(ctx, "channel request hangup all")
	}
	check(t, a.idle(ctx))
	check(t, b.quiet(ctx))
}

// busy: the second caller gets 486 while the box has as many calls as it may have.
func (a *asterisk) busy(ctx context.Context, t trial) {
	b := up(ctx, t, a, account{user: "100", password: "lab-only", more: "max_calls = 1"})
	check(t, a.ring(ctx, "100", "quiet", "first", "4"))
	check(t, a.logged(ctx, "caller first is connected"))
	check(t, a.ring(ctx, "100", "quiet", "second", "1"))
	check(t, a.logged(ctx, "dialled 100 BUSY cause 17"))
	_, err := b.over(ctx, 1)
	check(t, err)
}

// keys: what the caller presses is what the box hears.
func (a *asterisk) keys(user string) func(context.Context, trial) {
	return func(ctx context.Context, t trial) {
		const pressed = "456784*#4"
		b := up(ctx, t, a, account{user: user, password: "lab-only"})
		a.cli(ctx, "dialplan set global KEYS "+pressed)
		check(t, a.ring(ctx, user, "keys", "keys"+user, "1"))
		c, err := b.over(ctx, 1)
		check(t, err)
		if c.keys() != pressed {
			t.Errorf("the box heard %q, want %q", c.keys(), pressed)
		}
	}
}

// transfer: the caller presses 0 and lands at extension 210.
func (a *asterisk) transfer(ctx context.Context, t trial) {
	b := up(ctx, t, a, account{user: "100", password: "lab-only"})
	a.cli(ctx, "dialplan set global KEYS 0")
	check(t, a.ring(ctx, "100", "keys", "transfer", "9"))
	check(t, a.logged(ctx, "210 was reached by 2175550147"))
	c, err := b.over(ctx, 1)
	check(t, err)
	if c.Outcome.Result != record.ResultTransfer {
		t.Errorf("outcome %+v", c.Outcome)
	}
	check(t, a.idle(ctx)) // 210 hangs up
	pcm, rate, err := readWAV(a.sound("transfer"), 0)
	check(t, err)
	if n := count(heard(pcm, rate, personHz)); n < 50 {
		t.Errorf("the caller heard %d frames of extension 210, want 50", n)
	}
}

// connected: the caller presses 0. The box calls a person, who may be told before and then presses 1, and brings the two together;
// both hear each other. Caller and person are telephones.
func (a *asterisk) connected(user string, announced bool) func(context.Context, trial) {
	return func(ctx context.Context, t trial) {
		b := up(ctx, t, a, account{user: user, password: "lab-only", person: "121", announced: announced})
		person, caller := a.phone(ctx, t, "121", 5090, personHz, ";answermode=auto"), a.phone(ctx, t, "120", 5080, peerHz, "")
		check(t, caller.do(ctx, "dial", "sip:"+user+"@"+peerAddr))
		_, err := caller.event(ctx, "CALL_ESTABLISHED")
		check(t, err)
		check(t, pause(ctx, time.Second))
		check(t, caller.do(ctx, "sndcode", "0"))
		_, err = person.event(ctx, "CALL_ESTABLISHED")
		check(t, err)
		check(t, pause(ctx, time.Second))
		if announced {
			check(t, person.do(ctx, "sndcode", "1"))
		}
		check(t, pause(ctx, 5*time.Second))
		check(t, caller.do(ctx, "hangup", ""))
		_, err = person.event(ctx, "CALL_CLOSED")
		check(t, err)
		c, err := b.over(ctx, 1)
		check(t, err)
		if c.Outcome.Result != record.ResultTransfer {
			t.Errorf("outcome %+v", c.Outcome)
		}
		if byPBX := c.Ended.Sub(c.Answered) < 6*time.Second; byPBX != announced {
			t.Errorf("the call was at the box for %v: the PBX has joined them: %v", c.Ended.Sub(c.Answered), byPBX)
		}
		for hz, p := range map[float64]*telephone{personHz: caller, peerHz: person} {
			file, err := p.sound()
			check(t, err)
			pcm, rate, err := readWAV(file, 0)
			check(t, err)
			if n := count(heard(pcm, rate, hz)); n < 150 {
				t.Errorf("the tone of %.0f Hz was heard in %d frames, want 150", hz, n)
			}
		}
	}
}

// phone is a telephone at an extension.
func (a *asterisk) phone(ctx context.Context, t trial, user string, port int, hz float64, more string) *telephone {
	t.Helper()
	p := newTelephone(ctx, t.T, a.w, telephoneOptions{
		account: "<sip:" + user + "@" + peerAddr + ">;auth_pass=lab-only;audio_codecs=PCMU/8000/1;regint=60" + more, port: port, hz: hz,
	})
	check(t, until(ctx, "the telephone "+user, func() (bool, string) { return a.contact(ctx, user), p.log.String() }))
	return p
}

// callBack: somebody has written; a telephone of the office is rung, picks up, and gets the number outside.
func (a *asterisk) callBack(ctx context.Context, t trial) {
	b := up(ctx, t, a, account{user: "100", password: "lab-only", person: "121"})
	a.phone(ctx, t, "121", 5090, peerHz, ";answermode=auto")
	a.cli(ctx, "channel originate Local/100@text/n application Wait 1")
	check(t, b.text(ctx, "I am ten minutes late"))
	out, err := b.run(ctx, "messages", "list", "--json")
	check(t, err)
	var messages []record.Message
	check(t, json.Unmarshal(out, &messages))
	if len(messages) != 1 {
		t.Fatalf("messages %+v", messages)
	}
	if out, err = b.run(ctx, "messages", "call-back", messages[0].ID, "--phone", "121"); err != nil {
		t.Fatalf("call back: %v: %s", err, out)
	}
	check(t, a.logged(ctx, "+12175550147 is called by "))
	check(t, a.idle(ctx)) // the number hangs up
	// What the number hears is recorded at the PBX: the telephone's jitter buffer takes the packets after the move for old ones now and then.
	pcm, rate, err := readWAV(a.sound("outside"), 0)
	check(t, err)
	if n := count(heard(pcm, rate, peerHz)); n < 100 {
		t.Errorf("the telephone was heard at the number in %d frames, want 100", n)
	}
	if out, err := b.run(ctx, "messages", "call-back", messages[0].ID, "--phone", "122"); err == nil {
		t.Errorf("a telephone that the profile does not know was rung: %s", out)
	}
}

// onThePhone: the PBX tells the box that 121 is in a call. A caller who wants to be put through there is told so.
func (a *asterisk) onThePhone(ctx context.Context, t trial) {
	b := up(ctx, t, a, account{user: "100", password: "lab-only", person: "121"})
	p := a.phone(ctx, t, "121", 5090, personHz, "")
	check(t, p.do(ctx, "dial", "sip:213@"+peerAddr))
	_, err := p.event(ctx, "CALL_ESTABLISHED")
	check(t, err)
	check(t, pause(ctx, 2*time.Second))
	before := a.rung(t)
	a.cli(ctx, "dialplan set global KEYS 0")
	check(t, a.ring(ctx, "100", "keystay", "onthephone", "5"))
	c, err := b.over(ctx, 1)
	check(t, err)
	if c.Outcome.Result == record.ResultTransfer || !strings.Contains(fmt.Sprint(c.TurnList), "person.message") {
		t.Errorf("outcome %+v, turns %+v", c.Outcome, c.TurnList)
	}
	if a.rung(t) > before {
		t.Error("121 was rung all the same")
	}
}

// rung counts how often the box has called 121.
func (a *asterisk) rung(t trial) int {
	t.Helper()
	log, err := os.ReadFile(filepath.Join(a.w.dir, "log", "full"))
	check(t, err)
	return strings.Count(string(log), "121 is called by 100")
}

// personBusy: who is to be told is busy. The caller stays with the assistant.
func (a *asterisk) personBusy(ctx context.Context, t trial) {
	b := up(ctx, t, a, account{user: "100", password: "lab-only", person: "212", announced: true})
	a.cli(ctx, "dialplan set global KEYS 0")
	check(t, a.ring(ctx, "100", "keystay", "personbusy", "9"))
	check(t, a.logged(ctx, "212 is busy"))
	c, err := b.over(ctx, 1)
	check(t, err)
	if c.Outcome.Result == record.ResultTransfer || !strings.Contains(fmt.Sprint(c.TurnList), "nobody picked up") {
		t.Errorf("outcome %+v, turns %+v", c.Outcome, c.TurnList)
	}
}

// restartInCall: the PBX dies in mid-call. The call ends by itself, and the next one works.
func (a *asterisk) restartInCall(ctx context.Context, t trial) {
	b := up(ctx, t, a, account{user: "102", password: "lab-only"})
	check(t, a.ring(ctx, "102", "talk", "restart", "20"))
	check(t, a.logged(ctx, "caller restart is connected"))
	check(t, pause(ctx, time.Second))
	a.kill()
	check(t, a.start(ctx))
	check(t, until(ctx, "the registration", func() (bool, string) { return a.contact(ctx, "102"), b.log.String() }))
	check(t, a.ring(ctx, "102", "quiet", "afterrestart", "1"))
	check(t, a.logged(ctx, "caller afterrestart is connected"))
	_, err := b.over(ctx, 1)
	check(t, err)
}

// cutInCall: five seconds without a network. The call goes on.
func (a *asterisk) cutInCall(ctx context.Context, t trial) {
	b := up(ctx, t, a, account{user: "100", password: "lab-only"})
	check(t, b.recording(ctx))
	check(t, a.ring(ctx, "100", "talk", "cut", "12"))
	check(t, a.logged(ctx, "caller cut is connected"))
	check(t, pause(ctx, 3*time.Second))
	a.w.set(faults{cut: true})
	check(t, pause(ctx, 5*time.Second))
	a.w.set(faults{})
	c, err := b.over(ctx, 1)
	check(t, err)
	if c.Outcome.Reason != "caller_hangup" {
		t.Errorf("outcome %+v", c.Outcome)
	}
	pcm, rate, err := b.recorded(c.ID)
	check(t, err)
	frames := heard(pcm, rate, peerHz)
	if n := count(frames[max(0, len(frames)-100):]); n < 50 {
		t.Errorf("in the last 2 s the box heard the caller in %d of 100 frames, want 50:\n%s", n, picture(frames))
	}
}

// plainRefused: a call without encryption does not come to be where the office wants it.
func (a *asterisk) plainRefused(ctx context.Context, t trial) {
	up(ctx, t, a, account{user: "100", password: "lab-only", more: `srtp = "required"`})
	check(t, a.ring(ctx, "100", "quiet", "plain", "1"))
	check(t, a.logged(ctx, "dialled 100", "cause 58")) // bearer capability not available: Asterisk's word for 488
}

// sessionTimer: Asterisk asks for a refresh within 90 s. The call of 60 s lives on after it.
func (a *asterisk) sessionTimer(ctx context.Context, t trial) {
	b := up(ctx, t, a, account{user: "106", password: "lab-only"})
	check(t, a.ring(ctx, "106", "talk", "timer", "60"))
	c, err := b.over(ctx, 1)
	check(t, err)
	if c.Outcome.Reason != "caller_hangup" || c.Ended.Sub(c.Answered) < 55*time.Second {
		t.Errorf("the call ended after %v: %+v", c.Ended.Sub(c.Answered), c.Outcome)
	}
	out, err := b.run(ctx, "calls", "show", c.ID)
	check(t, err)
	t.Logf("%s", out)
}
