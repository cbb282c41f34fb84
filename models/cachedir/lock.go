package cachedir

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// lockPoll is how often a taken lock is tried again.
const lockPoll = 250 * time.Millisecond

// Lock takes the lock of dir, making dir when it is missing, and returns what releases it. While another process holds
// it, busy is called once with that process's id and Lock waits until the lock is free or ctx ends. The kernel frees the
// lock of a process that dies.
func Lock(ctx context.Context, dir string, busy func(pid string)) (release func(), err error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("make folder: %w", err)
	}
	f, err := os.OpenFile(filepath.Join(dir, ".lock"), os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, fmt.Errorf("open lock: %w", err)
	}
	if err := wait(ctx, f, busy); err != nil {
		_ = f.Close()
		return nil, err
	}
	_ = f.Truncate(0)
	_, _ = f.WriteAt(fmt.Appendf(nil, "%d\n", os.Getpid()), 0) // Only to tell others who holds it.
	return func() { _ = f.Close() }, nil
}

func wait(ctx context.Context, f *os.File, busy func(pid string)) error {
	tick := time.NewTicker(lockPoll)
	defer tick.Stop()
	for first := true; ; first = false {
		err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
		if err == nil {
			return nil
		}
		if !errors.Is(err, unix.EWOULDBLOCK) && !errors.Is(err, unix.EINTR) {
			return fmt.Errorf("take lock: %w", err)
		}
		if first && busy != nil {
			held, _ := os.ReadFile(f.Name())
			busy(strings.TrimSpace(string(held)))
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait for lock: %w", context.Cause(ctx))
		case <-tick.C:
		}
	}
}
