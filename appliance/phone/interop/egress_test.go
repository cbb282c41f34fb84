//go:build pbx

package interop_test

import (
	"context"
	"encoding/json"
	"net/netip"
	"os/exec"
	"testing"
	"time"

	"frontdesk.internal/appliance/service"
)

// TestNothingButThePBXIsSpokenTo lives through the calls of an office's day, with messages, recordings and everything that the
// owner and the night do, on a cable whose every packet is looked at. The box has a way to everywhere; nothing but the PBX may have
// got a packet. The box's own ledger has to say the same.
func TestNothingButThePBXIsSpokenTo(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Minute)
	defer cancel()
	w := newWorld(t)
	k := newKamailio(ctx, t, w)
	if out, err := exec.Command("ip", "-n", w.box, "route", "add", "default", "dev", "cable").CombinedOutput(); err != nil {
		t.Fatalf("a way to everywhere: %v: %s", err, out)
	}
	w.mu.Lock()
	w.left = map[netip.Addr]uint64{}
	w.mu.Unlock()
	more := "max_calls = 8\nmessage_lamp = true\ntext_to = \"210\"\n" + direct
	b := up(ctx, trial{t}, k, account{user: "100", password: "lab-only", more: more})
	check(trial{t}, b.recording(ctx))
	// 120 calls in 24 s, which are short ones: an office that is open for eight hours has one every four minutes.
	out, err := k.runSIPp(ctx, "short", "-m", "120", "-r", "5", "-l", "6")
	if err != nil {
		t.Fatalf("%v\n%s", err, tail(out, 30))
	}
	if out, err := k.runSIPp(ctx, "text", "-m", "1"); err != nil {
		t.Fatalf("%v\n%s", err, tail(out, 30))
	}
	check(trial{t}, b.quiet(ctx))
	for _, act := range [][]string{
		{"privacy", "sweep"}, {"store", "compact"}, {"store", "check"}, {"audit", "head"}, {"audit", "verify"}, {"health"}, {"callers", "list"},
		{"messages", "list"}, {"network"}, {"machine"}, {"models", "list"},
	} {
		if out, err := b.run(ctx, act...); err != nil && act[0] != "models" { // there are none here
			t.Errorf("%v: %v %s", act, err, out)
		}
	}
	out2, err := b.run(ctx, "egress", "report", "--json")
	check(trial{t}, err)
	var report service.EgressReport
	check(trial{t}, json.Unmarshal(out2, &report))
	check(trial{t}, b.stop(ctx))

	pbx := netip.MustParseAddr(peerAddr)
	w.mu.Lock()
	defer w.mu.Unlock()
	t.Logf("the box has sent to %v", w.left)
	for to, n := range w.left {
		if to != pbx {
			t.Errorf("%d octets went to %s", n, to)
		}
	}
	if w.left[pbx] < 500_000 {
		t.Errorf("%d octets went to the PBX: that is no day of calls", w.left[pbx])
	}
	if len(report.Ledger) == 0 {
		t.Error("the box's ledger is empty")
	}
	var sent uint64
	for _, e := range report.Ledger {
		if e.Address != peerAddr || e.Refused != 0 {
			t.Errorf("the box's ledger has %+v", e)
		}
		sent += e.Sent
	}
	// The cable carries 28 octets of IP and UDP with each packet, and the farewell that came after the report.
	if seen := w.left[pbx]; sent > seen || sent < seen*7/10 {
		t.Errorf("the ledger says that %d octets were sent; the cable has carried %d", sent, seen)
	}
}
