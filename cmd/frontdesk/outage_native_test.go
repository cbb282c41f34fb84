//go:build native

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"frontdesk.internal/appliance"
	"frontdesk.internal/appliance/phone/phonetest"
	"frontdesk.internal/appliance/phone/phonetest/scene"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/store"
	"frontdesk.internal/audio"
	"frontdesk.internal/audio/line"
	"frontdesk.internal/models/engines"
)

// outageGateEnv names the file that the children of an outage lock before they start.
const outageGateEnv = "FRONTDESK_TEST_ENGINES_GATE"

// TestOutageChild is no test: it is what the children of TestOutage run. While the test holds the gate they stand still before
// they load anything, which makes an outage as long as the caller needs.
func TestOutageChild(t *testing.T) {
	path := os.Getenv(outageGateEnv)
	if path == "" {
		t.Skip("only runs as the child of another test")
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(unix.Flock(int(f.Fd()), unix.LOCK_SH), f.Close()); err != nil {
		t.Fatal(err)
	}
	hungry := make(chan os.Signal, 1)
	signal.Notify(hungry, syscall.SIGUSR1)
	go func() {
		<-hungry
		var hoard [][]byte
		for { // fails under the limit that starve has set
			hoard = append(hoard, make([]byte, 64<<20))
			runtime.KeepAlive(hoard)
		}
	}()
	TestEnginesChild(t)
}

// gate keeps the next child from starting while it is held.
type gate struct{ f *os.File }

func newGate(t *testing.T) *gate {
	t.Helper()
	f, err := os.Create(filepath.Join(t.TempDir(), "gate"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return &gate{f: f}
}

func (g *gate) hold() error { return unix.Flock(int(g.f.Fd()), unix.LOCK_EX) }
func (g *gate) open() error { return unix.Flock(int(g.f.Fd()), unix.LOCK_UN) }

// outage is an office with real models whose engines can be struck.
type outage struct {
	stage   *stage
	notes   *turnNotes
	gate    *gate
	engines *engines.Supervisor
	back    []time.Duration // fault → recognition and voice are ready, for each fault that nothing held up
	toPlay  []played
}

// played is one call as the caller's line saw it, to be listened to when all calls are over.
type played struct {
	fault  string
	report scene.Result
}

func newOutage(t *testing.T) *outage {
	t.Helper()
	args := realEngines(t)
	dir, err := os.MkdirTemp("", "fd") // short: it is for a socket
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	o := &outage{notes: &turnNotes{}, gate: newGate(t)}
	o.engines, err = engines.NewSupervisor(engines.SupervisorConfig{
		Command: append([]string{"/proc/self/exe", "-test.run=^TestOutageChild$", "--"}, args...),
		Env:     []string{enginesChildEnv + "=1", outageGateEnv + "=" + o.gate.f.Name(), "GORACE=atexit_sleep_ms=0"},
		Dir:     dir, Nice: enginesNice, OOMScoreAdj: enginesOOMScoreAdj, Logger: testLog(t),
		StartLimit: 2 * time.Minute, // the gate is part of the start
	})
	if err != nil {
		t.Fatal(err)
	}
	o.stage, err = newStage(t.Context(), stageOptions{
		dir: t.TempDir(), sample: "dental", observer: o.notes,
		deps: appliance.Deps{Engines: o.engines, Voice: func(string) string { return "joe" }, Logger: testLog(t)},
	})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// strike does fault to the child that is up.
func (o *outage) strike(f func(pid int) error) error {
	st := o.engines.State()
	if st.Status != engines.Up {
		return fmt.Errorf("no child to strike: the engines are %v", st.Status)
	}
	return f(st.Child.PID)
}

// recovered waits until recognition and voice are there again in a child after the given number of restarts, and returns when they were.
func (o *outage) recovered(ctx context.Context, restarts int) (time.Time, error) {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	ready := enginesReady(restarts, earsOf, mouthOf)
	for st := range o.engines.Watch(ctx) {
		if ready(st) {
			return time.Now(), nil
		}
	}
	return time.Time{}, fmt.Errorf("the engines did not come back: %+v", o.engines.State())
}

func signalled(sig syscall.Signal) func(int) error {
	return func(pid int) error { return syscall.Kill(pid, sig) }
}

// starve takes the address space that the child has not used yet and has it allocate: that fails, as without memory it would.
func starve(pid int) error {
	if err := unix.Prlimit(pid, unix.RLIMIT_AS, &unix.Rlimit{Cur: 1 << 20, Max: 1 << 20}, nil); err != nil {
		return err
	}
	return syscall.Kill(pid, syscall.SIGUSR1)
}

// outageScene is the caller: a plain question, then the engines fail while the next is put, keys instead, words again, a second
// failure in the middle of a reply, and a goodbye.
func outageScene() scene.Scene {
	listen := scene.Duration(time.Nanosecond)
	return scene.Scene{Caller: "2175550190", Voice: "flite:slt", SNR: 30, Stay: scene.Duration(time.Minute), Steps: []scene.Act{
		{Say: "What are your opening hours on Monday?", Hear: []string{"open|closed"}},
		// 1: struck before it
		{Say: "How much is a teeth cleaning?", Hear: []string{"call back|called back|to be called", "zero|0", "person"}},
		{Say: "Hello? Can you hear me?", Silent: true},
		{Keys: "2", Hear: []string{"address", "press"}},
		// 4: the engines are back
		{Wait: listen, Hear: []string{"hear you again"}},
		{Say: "Are you open on " + weekdayMark + "?", Hear: []string{hoursMark}},
		{Say: "What are your hours on Friday?"},
		// 7: struck before it, and back
		{Interrupt: scene.Duration(700 * time.Millisecond), Hear: []string{"hear you again"}},
		{Say: "Where can I park my car?", Hear: []string{"parking|park|behind the building"}},
		{Say: "Thank you, goodbye.", Hear: []string{"goodbye|good bye|thank you for calling"}},
	}}
}

// The steps after whose reply something happens to the engines.
const (
	stepAsked    = 0 // the first failure, held until
	stepKeyed    = 3
	stepAnswered = 6 // the second, which nothing holds up
)

// call plays the scene with fault: once made long by the gate, once with nothing that holds the next child up.
func (o *outage) call(t *testing.T, fault string, strike func(pid int) error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Minute)
	defer cancel()
	caller, err := phonetest.NewCaller(ctx, phonetest.CallerOptions{PBX: o.stage.pbx.Addr(), User: "2175550190"})
	if err != nil {
		t.Fatal(err)
	}
	defer caller.Close()
	leg, err := caller.Dial(ctx, stageExtension)
	if err != nil {
		t.Fatal(err)
	}
	restarts := o.engines.State().Restarts
	turns := -1 // the greeting is none
	var problem error
	biz, _, err := o.stage.app.Store().Profile()
	if err != nil {
		t.Fatal(err)
	}
	report, err := scene.Play(ctx, fillWeekday(outageScene(), &biz, time.Now()), leg, func(scene.Turn) {
		var err error
		switch turns {
		case stepAsked:
			err = errors.Join(o.gate.hold(), o.strike(strike))
		case stepKeyed:
			opened := time.Now()
			var at time.Time
			if err = o.gate.open(); err == nil {
				at, err = o.recovered(ctx, restarts+1)
			}
			if err == nil {
				t.Logf("%s: start → recognition and voice %v", fault, at.Sub(opened).Round(time.Millisecond))
			}
		case stepAnswered:
			struck := time.Now()
			var at time.Time
			if err = o.strike(strike); err == nil {
				at, err = o.recovered(ctx, restarts+2)
			}
			if err == nil {
				o.back = append(o.back, at.Sub(struck))
				t.Logf("%s: fault → recognition and voice %v", fault, at.Sub(struck).Round(time.Millisecond))
			}
		}
		problem = errors.Join(problem, err)
		turns++
	})
	if err := errors.Join(err, problem, o.gate.open()); err != nil {
		t.Fatalf("%s: %v", fault, err)
	}
	if report.Ended != "office" || !errors.Is(leg.Cause(), phonetest.ErrRemoteHangup) {
		t.Errorf("the call ended by the %s, %v; it should have gone on to the goodbye", report.Ended, leg.Cause())
	}
	o.notes.waitEnd(ctx)
	o.toPlay = append(o.toPlay, played{fault: fault, report: report})
	o.checkLine(t, report, leg.Line().Stats())
	o.checkRecord(t)
}

// checkLine checks that audio came without a break, from the answer to the end.
func (o *outage) checkLine(t *testing.T, r scene.Result, callerLine line.Stats) {
	t.Helper()
	c := o.newest(t)
	due := c.Ended.Sub(c.Answered).Seconds() * 50
	t.Logf("RTP to the caller: %d packets in %.1f s, %d lost, longest gap %.0f ms", c.Line.Sent, due/50, r.Lost, r.GapMS)
	for _, g := range r.Gaps {
		t.Logf("  %.0f ms without a packet, %.3f s after the answer (the caller's own clock was up to %v late)", g.MS,
			g.At.Sub(c.Answered).Seconds(), callerLine.WorstLate)
	}
	if r.Lost > 0 {
		t.Errorf("%d packets of the office are missing in the sequence", r.Lost)
	}
	if got := float64(c.Line.Sent); got < due*0.98 || got > due*1.02 {
		t.Errorf("%.0f packets were sent, one every 20 ms would be %.0f", got, due)
	}
}

func (o *outage) newest(t *testing.T) record.Call {
	t.Helper()
	calls, err := o.stage.app.Store().Calls(store.Filter{Limit: 1})
	if err != nil || len(calls) == 0 {
		t.Fatalf("no record of the call: %v", err)
	}
	return calls[0]
}

// checkRecord checks that the newest call's record tells what happened, in order.
func (o *outage) checkRecord(t *testing.T) {
	t.Helper()
	c := o.newest(t)
	if c.Outcome != (record.Outcome{Result: record.ResultCompleted, Reason: "goodbye"}) || c.Ended.IsZero() || c.Answered.IsZero() {
		t.Errorf("outcome %+v, answered %v, ended %v", c.Outcome, c.Answered, c.Ended)
	}
	turns, err := o.stage.app.Store().Turns(c.ID)
	if err != nil {
		t.Fatal(err)
	}
	if len(turns) != c.Turns {
		t.Errorf("%d turns are kept of %d", len(turns), c.Turns)
	}
	var decided []string
	for _, n := range turns {
		decided = append(decided, n.Decided)
		t.Logf("  %2d %q → %s (%s), said %q, cut off %v", n.Index, string(n.Heard), n.Decided, n.DecidedBy, n.Said, n.CutOff)
	}
	at := 0
	for _, want := range []string{
		"greet", "answer.hours", "engines.down", "answer.address", "engines.up", "answer.hours", "answer.hours",
		"engines.down", "engines.up", "answer", "goodbye",
	} {
		n := slices.IndexFunc(decided[at:], func(d string) bool { return strings.Contains(d, want) })
		if n < 0 {
			t.Fatalf("%q is missing after turn %d in %q", want, at, decided)
		}
		at += n + 1
	}
}

// checkHeard listens to what the callers heard.
func (o *outage) checkHeard(t *testing.T) {
	t.Helper()
	ears, err := newListener(filepath.Join(os.Getenv("FRONTDESK_WEIGHTS"), "ggml-base.bin"), checkBeam)
	if err != nil {
		t.Fatal(err)
	}
	defer ears.close()
	for _, p := range o.toPlay {
		for i, turn := range p.report.Turns {
			if len(turn.Step.Hear) == 0 {
				continue
			}
			// The recogniser drops a word that a clip begins with.
			text, _, err := ears.hear(t.Context(), slices.Concat(make(audio.PCM, scene.Rate/4), turn.Reply))
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("%s, step %d: heard %q", p.fault, i, strings.TrimSpace(text))
			for _, fact := range turn.Step.Hear {
				if !says(text, fact) {
					t.Errorf("%s, step %d (%q %q): the caller should have heard %q, but heard %q", p.fault, i, turn.Step.Say, turn.Step.Keys, fact,
						strings.TrimSpace(text))
				}
			}
		}
	}
}

// TestOutage rings the office with a caller who does not hang up when the engines are killed, hang, or find no memory, and checks
// that nothing is lost of the call but the time: see outageScene.
func TestOutage(t *testing.T) {
	if testing.Short() {
		t.Skip("takes minutes: the caller speaks")
	}
	o := newOutage(t)
	var once sync.Once
	closeStage := func() {
		once.Do(func() {
			if err := errors.Join(o.gate.open(), o.stage.close()); err != nil {
				t.Error(err)
			}
		})
	}
	defer closeStage()
	t.Log("engines, before:", memory(t, o.engines.State().Child.PID))
	for _, f := range []struct {
		name   string
		strike func(pid int) error
	}{
		{"killed", signalled(syscall.SIGKILL)}, // as the kernel does when the machine has no memory
		{"hung", signalled(syscall.SIGSTOP)},
		{"no memory", starve},
	} {
		t.Run(f.name, func(t *testing.T) { o.call(t, f.name, f.strike) })
	}
	if st := o.engines.State(); st.Status == engines.Up {
		t.Log("engines, after:", memory(t, st.Child.PID))
	}
	t.Log("appliance with PBX and caller:", memory(t, os.Getpid()))
	slices.Sort(o.back)
	if n := len(o.back); n > 0 {
		t.Logf("fault → back: p50 %v, max %v of %d", o.back[(n-1)/2].Round(time.Millisecond), o.back[n-1].Round(time.Millisecond), n)
	}
	closeStage()
	o.checkHeard(t)
}
