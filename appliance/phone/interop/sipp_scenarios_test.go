//go:build pbx

package interop_test

import (
	"context"
	"errors"
	"os/exec"
	"path/filepath"
	"time"

	"frontdesk.internal/appliance/record"
)

// direct lets in who was told no Contact: SIPp calls the box without a PBX.
const direct = `allow = "any"`

// sippPeer is the column of SIPp, which calls the box itself; the box is registered at a Kamailio at the same address.
func sippPeer(k *kamailio) peer {
	return peer{name: "SIPp 3.6", scenarios: []scenario{
		{name: lateOffer, do: k.sipp("late-offer", "caller_hangup")},
		{name: required, do: k.sipp("require", "")},
		{name: reinvites, do: k.sipp("reinvite", "caller_hangup")},
		{name: flood, do: k.calls100},
		{name: textComes, do: k.textComes},
		{name: mailbox, do: k.sipp("mailbox", "")},
		{name: noACK, patience: time.Minute, do: k.sipp("no-ack", "no_ack")},
	}}
}

// sipp runs one scenario; the box has kept a call that ended for reason, or none.
func (k *kamailio) sipp(name, reason string) func(context.Context, trial) {
	return func(ctx context.Context, t trial) {
		b := up(ctx, t, k, account{user: "100", password: "lab-only", more: direct})
		out, err := k.runSIPp(ctx, name, "-m", "1")
		if err != nil {
			t.Fatalf("%v\n%s", err, tail(out, 30))
		}
		if reason == "" {
			return
		}
		c, err := b.over(ctx, 1)
		check(t, err)
		if c.Outcome.Reason != reason {
			t.Errorf("outcome %+v, want the reason %s", c.Outcome, reason)
		}
	}
}

// calls100: a hundred calls in ten seconds, five at once; each is answered, each is over.
func (k *kamailio) calls100(ctx context.Context, t trial) {
	b := up(ctx, t, k, account{user: "100", password: "lab-only", more: "max_calls = 8\n" + direct})
	out, err := k.runSIPp(ctx, "short", "-m", "100", "-r", "10", "-l", "5")
	if err != nil {
		t.Fatalf("%v\n%s", err, tail(out, 30))
	}
	check(t, b.quiet(ctx))
	calls, err := b.calls(ctx)
	check(t, err)
	for _, c := range calls {
		if c.Outcome.Result == record.ResultFailed {
			t.Errorf("outcome %+v", c.Outcome)
		}
	}
}

// textComes: a text is answered with 200 once it is kept.
func (k *kamailio) textComes(ctx context.Context, t trial) {
	b := up(ctx, t, k, account{user: "100", password: "lab-only", more: direct})
	out, err := k.runSIPp(ctx, "text", "-m", "1")
	if err != nil {
		t.Fatalf("%v\n%s", err, tail(out, 30))
	}
	check(t, b.text(ctx, "Is 9:30 fine?"))
}

// runSIPp plays testdata/sipp-NAME.xml against extension 100 at the box.
func (k *kamailio) runSIPp(ctx context.Context, name string, more ...string) (string, error) {
	script, err := filepath.Abs("testdata/sipp-" + name + ".xml")
	if err != nil {
		return "", err
	}
	if _, err := exec.LookPath("sipp"); err != nil {
		return "", errors.New("sipp is not installed: apt-get install sip-tester")
	}
	args := append([]string{
		boxAddr + ":5060", "-sf", script, "-i", peerAddr, "-p", "5070", "-s", "100", "-nostdin", "-timeout", "110s", "-timeout_error",
	}, more...)
	cmd := k.w.command(ctx, k.w.peers, "sipp", args...)
	cmd.Dir = k.w.dir
	out, err := cmd.CombinedOutput()
	return string(out), err
}
