//go:build pbx

package interop_test

import (
	"context"
	"strings"
	"time"
)

// system is a telephone system at which the box registers. Its users' password is "lab-only"; 102 is granted 4 seconds.
type system interface {
	cable() *world
	start(ctx context.Context) error // anew, after kill
	kill()                           // as a power cut would
	contact(ctx context.Context, extension string) bool
}

// up starts a box and waits until Asterisk has its registration.
func up(ctx context.Context, t trial, s system, acc account) *box {
	t.Helper()
	b := newBox(t.T, s.cable(), acc)
	if err := b.state(ctx, "registered"); err != nil {
		t.Fatal(err)
	}
	if !s.contact(ctx, acc.user) {
		t.Fatal("the telephone system knows of no registration")
	}
	return b
}

// check fails the test with err.
func check(t trial, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// registers: it registers, is reachable by OPTIONS, and takes itself off when it is stopped.
func registers(s system, acc account) func(context.Context, trial) {
	return func(ctx context.Context, t trial) {
		b := up(ctx, t, s, acc)
		check(t, b.stop(ctx))
		if s.contact(ctx, acc.user) {
			t.Error("the registration is still there after the end")
		}
	}
}

func refusesPassword(s system) func(context.Context, trial) {
	return func(ctx context.Context, t trial) {
		b := newBox(t.T, s.cable(), account{user: "100", password: "wrong"})
		check(t, b.state(ctx, "failed"))
		if s.contact(ctx, "100") {
			t.Error("there is a registration")
		}
	}
}

// refreshes: the PBX grants 4 seconds; the registration holds for 9.
func refreshes(s system) func(context.Context, trial) {
	return func(ctx context.Context, t trial) {
		up(ctx, t, s, account{user: "102", password: "lab-only"})
		for began := time.Now(); time.Since(began) < 9*time.Second; {
			if !s.contact(ctx, "102") {
				t.Fatalf("the registration was gone after %v", time.Since(began))
			}
			check(t, pause(ctx, 300*time.Millisecond))
		}
	}
}

// heardWell checks what both sides heard of each other: the caller of id the greeting, the box of call c the caller's tone.
func heardWell(t trial, file string, b *box, c call) {
	t.Helper()
	pcm, rate, err := readWAV(file, 0)
	check(t, err)
	if frames := heard(pcm, rate, boxHz); count(frames) < 100 {
		t.Errorf("the caller heard the greeting in %d frames, want 100:\n%s", count(frames), picture(frames))
	}
	pcm, rate, err = b.recorded(c.ID)
	check(t, err)
	if frames := heard(pcm, rate, peerHz); count(frames) < 70 || count(frames) < len(frames)*7/10 {
		t.Errorf("the box heard the caller in %d frames of %d, want 70 and most:\n%s", count(frames), len(frames), picture(frames))
	}
	if c.Line.Lost > 2 {
		t.Errorf("%d packets were lost on a line without faults", c.Line.Lost)
	}
}

// recording makes the box keep what it hears.
func (b *box) recording(ctx context.Context) error {
	_, err := b.run(ctx, "recording", "announce")
	return err
}

// restartsIdle: the PBX loses its memory; the box registers again before its registration would have run out.
func restartsIdle(s system) func(context.Context, trial) {
	return func(ctx context.Context, t trial) {
		b := up(ctx, t, s, account{user: "102", password: "lab-only"})
		s.kill()
		check(t, s.start(ctx))
		check(t, until(ctx, "the registration", func() (bool, string) { return s.contact(ctx, "102"), b.log.String() }))
	}
}

// failsOver: nobody answers at the first address of the setting. The box registers at the second, and calls find it there.
func failsOver(s system) func(context.Context, trial) {
	return func(ctx context.Context, t trial) {
		up(ctx, t, s, account{user: "100", password: "lab-only", registrar: nobodysAddr + ", " + peerAddr})
	}
}

// noticesRestart: the PBX loses its memory long before the registration is due. Nobody tells the box; it asks.
func noticesRestart(s system) func(context.Context, trial) {
	return func(ctx context.Context, t trial) {
		b := up(ctx, t, s, account{user: "100", password: "lab-only", more: `keep_alive = "5s"`})
		check(t, pause(ctx, 7*time.Second)) // one question was answered: only then does silence mean anything
		s.kill()
		check(t, b.state(ctx, "failed"))
		check(t, s.start(ctx))
		check(t, until(ctx, "the registration", func() (bool, string) { return s.contact(ctx, "100"), b.log.String() }))
	}
}

// cutsIdle: the network is away while the box wants to refresh; when it is back, so is the registration.
func cutsIdle(s system) func(context.Context, trial) {
	return func(ctx context.Context, t trial) {
		b := up(ctx, t, s, account{user: "102", password: "lab-only"})
		s.cable().set(faults{cut: true})
		defer s.cable().set(faults{})
		check(t, until(ctx, "the end of the registration", func() (bool, string) { return !s.contact(ctx, "102"), "" }))
		s.cable().set(faults{})
		check(t, until(ctx, "the registration", func() (bool, string) { return s.contact(ctx, "102"), b.log.String() }))
		check(t, b.state(ctx, "registered"))
	}
}

// strangersTLS: a PBX whose certificate nobody known has signed is not told anything.
func strangersTLS(s system) func(context.Context, trial) {
	return func(ctx context.Context, t trial) {
		b := newBox(t.T, s.cable(), account{user: "103", password: "lab-only", more: `transport = "tls"` + "\nlisten = \"" + boxAddr + ":5061\""})
		check(t, b.state(ctx, "failed"))
		out, err := b.run(ctx, "phone", "show")
		check(t, err)
		if !strings.Contains(string(out), "certificate") {
			t.Errorf("it does not say that the certificate is the reason:\n%s", out)
		}
		if s.contact(ctx, "103") {
			t.Error("there is a registration")
		}
	}
}
