package modelstest

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"syscall"
	"time"

	"frontdesk.internal/models/engines"
)

// Faults makes an engine misbehave, from now on and until Heal. The zero value is healthy.
type Faults struct {
	mu     sync.Mutex
	err    error
	hang   bool
	stuck  bool
	slow   time.Duration
	healed chan struct{} // closed by Heal
}

// Fail makes requests fail with err at once.
func (f *Faults) Fail(err error) { f.set(func() { f.err = err }) }

// Hang makes requests wait until their context ends or Heal.
func (f *Faults) Hang() { f.set(func() { f.hang = true }) }

// Stick makes requests wait until Heal, whatever becomes of their context: native code that cannot be stopped.
func (f *Faults) Stick() { f.set(func() { f.stuck = true }) }

// Slow makes requests take d longer.
func (f *Faults) Slow(d time.Duration) { f.set(func() { f.slow = d }) }

// Heal ends all faults; what hangs goes on.
func (f *Faults) Heal() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.err, f.hang, f.stuck, f.slow = nil, false, false, 0
	if f.healed != nil {
		close(f.healed)
		f.healed = nil
	}
}

func (f *Faults) set(change func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	change()
	if f.healed == nil {
		f.healed = make(chan struct{})
	}
}

// pass is what a request goes through first.
func (f *Faults) pass(ctx context.Context) error {
	f.mu.Lock()
	err, hang, stuck, slow, healed := f.err, f.hang, f.stuck, f.slow, f.healed
	f.mu.Unlock()
	switch {
	case err != nil:
		return err
	case stuck:
		<-healed
	case hang:
		select {
		case <-healed:
		case <-ctx.Done():
		}
	case slow > 0:
		return wait(ctx, slow)
	}
	return ctx.Err()
}

func wait(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Obey does what a text that begins with "!" tells, so that a test can reach an engine in another process through a request:
// "!fail", "!busy" and "!unavailable" return that error; "!hang" waits for the end of ctx; "!stick" waits for ever, and
// "!slow 200ms" for so long; "!die" ends the process by SIGKILL. It does nothing for any other text. [Mind] and [Mouth] obey.
func Obey(ctx context.Context, text string) error {
	command, argument, _ := strings.Cut(text, " ")
	switch command {
	case "!fail":
		return fmt.Errorf("told to fail: %s", argument)
	case "!busy":
		return engines.ErrBusy
	case "!unavailable":
		return engines.ErrUnavailable
	case "!hang":
		<-ctx.Done()
		return ctx.Err()
	case "!stick":
		select {}
	case "!slow":
		d, err := time.ParseDuration(argument)
		if err != nil {
			return fmt.Errorf("told to be slow: %w", err)
		}
		return wait(ctx, d)
	case "!die":
		if err := syscall.Kill(os.Getpid(), syscall.SIGKILL); err != nil {
			return fmt.Errorf("told to die: %w", err)
		}
		select {}
	default:
		return nil
	}
}
