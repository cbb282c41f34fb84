//go:build pbx

package interop_test

import (
	"context"
	"strings"
	"time"

	"frontdesk.internal/appliance/record"
)

// baresipPeer is the column of baresip that calls through Kamailio.
func baresipPeer(k *kamailio) peer {
	udp := account{user: "100", password: "lab-only"}
	return peer{name: "Kamailio 5.6, baresip 1.0", scenarios: []scenario{
		{name: registerMD5, do: registers(k, udp)},
		{name: wrongPassword, do: refusesPassword(k)},
		{name: refresh, do: refreshes(k)},
		{name: tcp, do: registers(k, account{user: "100", password: "lab-only", more: `transport = "tcp"`})},
		{name: overTLS12, do: k.call(account{more: overTLS(k.w)}, ";audio_codecs=PCMU/8000/1", "PCMU")},
		{name: strangeTLS, do: strangersTLS(k)},
		{name: callMuLaw, do: k.call(account{}, ";audio_codecs=PCMU/8000/1", "PCMU")},
		{name: callALaw, do: k.call(account{}, ";audio_codecs=PCMA/8000/1", "PCMA")},
		{name: callG722, do: k.call(account{}, ";audio_codecs=G722/16000/1", "G722")},
		{name: callPtime, do: k.call(account{}, ";audio_codecs=PCMU/8000/1;ptime=40", "PCMU")},
		{name: callSRTP, do: k.call(account{more: `srtp = "preferred"`}, ";audio_codecs=PCMU/8000/1;mediaenc=srtp-mand", "PCMU")},
		{
			name: callTLSSRTP, do: k.call(account{more: `srtp = "required"` + "\n" + overTLS(k.w)}, ";audio_codecs=PCMU/8000/1;mediaenc=srtp-mand",
				"PCMU"),
		},
		{
			name: callG722SRTP, do: k.call(account{more: `srtp = "required"` + "\n" + overTLS(k.w)}, ";audio_codecs=G722/16000/1;mediaenc=srtp-mand",
				"G722"),
		},
		{name: callDTLS, do: k.call(account{more: `srtp = "preferred"`}, ";audio_codecs=PCMU/8000/1;mediaenc=dtls_srtp", "PCMU")},
		{name: plainRefused, do: k.plainRefused},
		{name: cancelled, do: k.cancelled},
		{name: cutInCall, do: k.cutInCall},
		{name: ipv6, do: k.ipv6},
		{name: weHangUp, do: k.weHangUp},
		{name: hold, do: k.hold},
		{name: keysEvents, do: k.keys},
		{name: blindTransfer, do: k.transfer(false)},
		{name: announcedMove, do: k.transfer(true)},
		{name: failover, patience: time.Minute + patience, do: failsOver(k)},
		{name: restartIdle, do: restartsIdle(k)},
		{name: restartNoticed, patience: time.Minute + patience, do: noticesRestart(k)},
		{name: cutIdle, do: cutsIdle(k)},
	}}
}

// anna is a telephone that nobody calls.
func (k *kamailio) anna(ctx context.Context, t trial, more string) *telephone {
	t.Helper()
	if !strings.Contains(more, "audio_codecs=") {
		more += ";audio_codecs=PCMU/8000/1"
	}
	return newTelephone(ctx, t.T, k.w, telephoneOptions{account: "<sip:anna@" + peerAddr + ">;regint=0" + more, port: 5080, hz: peerHz})
}

// dial calls the box and waits until it has answered.
func (p *telephone) dial(ctx context.Context, t trial) {
	t.Helper()
	p.dialAt(ctx, t, peerAddr)
}

// dialAt calls the box at a telephone system.
func (p *telephone) dialAt(ctx context.Context, t trial, host string) {
	t.Helper()
	check(t, p.do(ctx, "dial", "sip:100@"+host))
	m, err := p.event(ctx, "CALL_ESTABLISHED", "CALL_CLOSED")
	check(t, err)
	if m.Type != "CALL_ESTABLISHED" {
		t.Fatalf("the call came to an end: %s", m.Param)
	}
}

// call: both hear each other, and the telephone hangs up.
func (k *kamailio) call(acc account, more, codec string) func(context.Context, trial) {
	acc.user, acc.password = "100", "lab-only"
	return func(ctx context.Context, t trial) {
		b := up(ctx, t, k, acc)
		check(t, b.recording(ctx))
		p := k.anna(ctx, t, more)
		p.dial(ctx, t)
		check(t, pause(ctx, 11*time.Second))
		check(t, p.do(ctx, "hangup", ""))
		c, err := b.over(ctx, 1)
		check(t, err)
		if c.Codec != codec || c.Outcome.Reason != "caller_hangup" || c.From != "anna" && c.From != "" {
			t.Errorf("codec %q, outcome %+v, from %q", c.Codec, c.Outcome, string(c.From))
		}
		file, err := p.sound()
		check(t, err)
		heardWell(t, file, b, c)
	}
}

// ipv6: registered and called over IPv6; telephone and box have no other address in common there.
func (k *kamailio) ipv6(ctx context.Context, t trial) {
	b := up(ctx, t, k, account{user: "100", password: "lab-only", registrar: peerAddr6, more: `listen = "[` + boxAddr6 + `]:5060"`})
	check(t, b.recording(ctx))
	p := newTelephone(ctx, t.T, k.w, telephoneOptions{
		account: "<sip:anna@[" + peerAddr6 + "]>;regint=0;audio_codecs=PCMU/8000/1", addr: peerAddr6, port: 5080, hz: peerHz,
	})
	p.dialAt(ctx, t, "["+peerAddr6+"]")
	check(t, pause(ctx, 11*time.Second))
	check(t, p.do(ctx, "hangup", ""))
	c, err := b.over(ctx, 1)
	check(t, err)
	file, err := p.sound()
	check(t, err)
	heardWell(t, file, b, c)
}

// plainRefused: a call without encryption does not come to be where the office wants it.
func (k *kamailio) plainRefused(ctx context.Context, t trial) {
	up(ctx, t, k, account{user: "100", password: "lab-only", more: `srtp = "required"`})
	p := k.anna(ctx, t, "")
	check(t, p.do(ctx, "dial", "sip:100@"+peerAddr))
	m, err := p.event(ctx, "CALL_ESTABLISHED", "CALL_CLOSED")
	check(t, err)
	if m.Type != "CALL_CLOSED" || !strings.Contains(m.Param, "488") {
		t.Errorf("%s %q, want the call refused with 488", m.Type, m.Param)
	}
}

// cancelled: the caller gives up at once; whether CANCEL or the answer is first, nothing is left over.
func (k *kamailio) cancelled(ctx context.Context, t trial) {
	b := up(ctx, t, k, account{user: "100", password: "lab-only"})
	p := k.anna(ctx, t, "")
	for range 3 {
		check(t, p.do(ctx, "dial", "sip:100@"+peerAddr))
		check(t, p.do(ctx, "hangup", ""))
	}
	check(t, b.quiet(ctx))
}

// cutInCall: five seconds without a network. The call goes on.
func (k *kamailio) cutInCall(ctx context.Context, t trial) {
	b := up(ctx, t, k, account{user: "100", password: "lab-only"})
	p := k.anna(ctx, t, "")
	p.dial(ctx, t)
	check(t, pause(ctx, 2*time.Second))
	k.w.set(faults{cut: true})
	defer k.w.set(faults{})
	check(t, pause(ctx, 5*time.Second))
	k.w.set(faults{})
	check(t, pause(ctx, time.Second))
	check(t, p.do(ctx, "sndcode", "45"))
	check(t, pause(ctx, time.Second))
	check(t, p.do(ctx, "hangup", ""))
	c, err := b.over(ctx, 1)
	check(t, err)
	if c.Outcome.Reason != "caller_hangup" || c.keys() != "45" {
		t.Errorf("outcome %+v, after the cut the box heard the keys %q", c.Outcome, c.keys())
	}
}

// weHangUp: the box is stopped in mid-call, says goodbye and sends BYE along the route.
func (k *kamailio) weHangUp(ctx context.Context, t trial) {
	b := up(ctx, t, k, account{user: "100", password: "lab-only", calls: `drain = "1s"`})
	p := k.anna(ctx, t, "")
	p.dial(ctx, t)
	check(t, b.stop(ctx))
	_, err := p.event(ctx, "CALL_CLOSED")
	check(t, err)
}

// hold: the telephone holds the call for 2 seconds, in which it is sent nothing; afterwards the call goes on.
func (k *kamailio) hold(ctx context.Context, t trial) {
	b := up(ctx, t, k, account{user: "100", password: "lab-only"})
	p := k.anna(ctx, t, "")
	p.dial(ctx, t)
	check(t, pause(ctx, time.Second))
	check(t, p.do(ctx, "hold", ""))
	check(t, pause(ctx, 2*time.Second))
	check(t, p.do(ctx, "resume", ""))
	check(t, pause(ctx, time.Second))
	check(t, p.do(ctx, "sndcode", "45"))
	check(t, pause(ctx, time.Second))
	check(t, p.do(ctx, "hangup", ""))
	c, err := b.over(ctx, 1)
	check(t, err)
	length := c.Ended.Sub(c.Answered)
	if missing := int(length/(20*time.Millisecond)) - int(c.Line.Sent); missing < 75 || missing > 125 {
		t.Errorf("%d packets were left out while on hold, want about 100 (sent %d in %v)", missing, c.Line.Sent, length)
	}
	if c.keys() != "45" {
		t.Errorf("after the hold the box heard the keys %q", c.keys())
	}
}

// keys: what is pressed is what the box hears.
func (k *kamailio) keys(ctx context.Context, t trial) {
	const pressed = "456784*#4"
	b := up(ctx, t, k, account{user: "100", password: "lab-only"})
	p := k.anna(ctx, t, "")
	p.dial(ctx, t)
	check(t, pause(ctx, time.Second))
	for _, key := range pressed {
		check(t, p.do(ctx, "sndcode", string(key)))
		check(t, pause(ctx, 250*time.Millisecond))
	}
	check(t, pause(ctx, time.Second))
	check(t, p.do(ctx, "hangup", ""))
	c, err := b.over(ctx, 1)
	check(t, err)
	if c.keys() != pressed {
		t.Errorf("the box heard %q, want %q", c.keys(), pressed)
	}
}

// transfer: the caller presses 0 and is put through to another telephone, 210, who may be told before and then presses 1.
func (k *kamailio) transfer(announced bool) func(context.Context, trial) {
	return func(ctx context.Context, t trial) { k.putThrough(ctx, t, announced) }
}

func (k *kamailio) putThrough(ctx context.Context, t trial, announced bool) {
	b := up(ctx, t, k, account{user: "100", password: "lab-only", announced: announced})
	person := newTelephone(ctx, t.T, k.w, telephoneOptions{
		account: "<sip:210@" + peerAddr + ">;auth_pass=lab-only;audio_codecs=PCMU/8000/1;answermode=auto;regint=2", port: 5090, hz: personHz,
	})
	check(t, until(ctx, "the registration of 210", func() (bool, string) { return k.contact(ctx, "210"), person.log.String() }))
	p := k.anna(ctx, t, "")
	p.dial(ctx, t)
	check(t, pause(ctx, time.Second))
	check(t, p.do(ctx, "sndcode", "0"))
	_, err := person.event(ctx, "CALL_ESTABLISHED")
	check(t, err)
	if announced {
		check(t, pause(ctx, time.Second))
		check(t, person.do(ctx, "sndcode", "1"))
	}
	check(t, pause(ctx, 2*time.Second))
	if announced { // a telephone that knows Replaces calls the person anew; where that fails the box has joined the two
		check(t, pause(ctx, time.Second))
		check(t, p.do(ctx, "hangup", ""))
	}
	c, err := b.over(ctx, 1)
	check(t, err)
	if c.Outcome.Result != record.ResultTransfer {
		t.Errorf("outcome %+v", c.Outcome)
	}
	file, err := person.sound()
	check(t, err)
	pcm, rate, err := readWAV(file, 0)
	check(t, err)
	if n := count(heard(pcm, rate, peerHz)); n < 50 {
		t.Errorf("210 heard the caller in %d frames, want 50", n)
	}
}
