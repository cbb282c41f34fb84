package engines

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// pipeDelay is how long the log of a dead child is still read, in case something else holds the pipe open.
const pipeDelay = time.Second

// process is one run of the child.
type process struct {
	pid    int
	socket string
	relay  *relay
	exited chan struct{} // closed when the child is dead and reaped; state is set before
	state  *os.ProcessState
}

// startProcess starts the child and returns when it runs.
//
// One goroutine stays with it until it is dead, on a system thread of its own: the kernel sends the parent-death signal
// when the thread that started the child ends, not when the process does, and the child inherits the thread's priority. The
// thread is not used for anything else afterwards.
func startProcess(cfg SupervisorConfig, socket string) (*process, error) {
	p := &process{socket: socket, relay: &relay{log: cfg.Logger, now: time.Now}, exited: make(chan struct{})}
	args := append(slices.Clone(cfg.Command[1:]), "--socket", socket)
	cmd := exec.Command(cfg.Command[0], args...) //nolint:noctx // our own binary; it is stopped by signals, in steps
	if cfg.Name != "" {
		cmd.Args[0] = cfg.Name
	}
	cmd.Env = append(os.Environ(), cfg.Env...)
	cmd.Stdout, cmd.Stderr = p.relay, p.relay
	cmd.WaitDelay = pipeDelay
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}

	started := make(chan error, 1)
	go func() {
		runtime.LockOSThread() // for good: the thread ends with the goroutine
		if cfg.Nice > 0 {
			lowerPriority(cfg.Nice)
		}
		err := cmd.Start()
		if err == nil {
			p.pid = cmd.Process.Pid
		}
		started <- err
		if err != nil {
			return
		}
		awaitExit(p.pid)
		p.signal(syscall.SIGKILL) // what the child itself had started; its id is not free before Wait
		_ = cmd.Wait()            // the state says how it ended
		p.state = cmd.ProcessState
		close(p.exited)
	}()
	if err := <-started; err != nil {
		return nil, fmt.Errorf("start engines: %w", err)
	}
	if cfg.OOMScoreAdj > 0 {
		// Without the right to do it, the kernel chooses as it always does.
		_ = os.WriteFile(filepath.Join("/proc", strconv.Itoa(p.pid), "oom_score_adj"), []byte(strconv.Itoa(cfg.OOMScoreAdj)), 0)
	}
	return p, nil
}

// lowerPriority makes the calling thread nicer by n. Failing to is no fault: the child then competes on equal terms.
func lowerPriority(n int) {
	// The system call itself returns 20 minus the nice value, so that it is never negative.
	raw, err := unix.Getpriority(unix.PRIO_PROCESS, 0)
	if err != nil {
		return
	}
	_ = unix.Setpriority(unix.PRIO_PROCESS, 0, min(20-raw+n, 19))
}

// awaitExit waits until the child is dead, and leaves it to be reaped.
func awaitExit(pid int) {
	for {
		var info unix.Siginfo
		err := unix.Waitid(unix.P_PID, pid, &info, unix.WEXITED|unix.WNOWAIT, nil)
		if !errors.Is(err, unix.EINTR) {
			return
		}
	}
}

// signal goes to the child and all that it started.
func (p *process) signal(sig syscall.Signal) { _ = syscall.Kill(-p.pid, sig) }

// kill ends the child at once and waits until it is reaped.
func (p *process) kill() {
	select {
	case <-p.exited:
	default:
		p.signal(syscall.SIGKILL)
		<-p.exited
	}
}

// stop asks the child to end, kills it when it has not done so after the grace, and waits until it is reaped.
func (p *process) stop(ctx context.Context, grace time.Duration) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer cancel()
	select {
	case <-p.exited:
		return
	default:
		p.signal(syscall.SIGTERM)
	}
	select {
	case <-p.exited:
	case <-ctx.Done():
		p.kill()
	}
}

// reason says how the child ended, for the operator. Only after exited.
func (p *process) reason() string {
	status, ok := p.state.Sys().(syscall.WaitStatus)
	switch {
	case ok && status.Signaled() && status.Signal() == syscall.SIGKILL:
		return "killed (out of memory?)"
	case ok && status.Signaled():
		return "ended by signal: " + status.Signal().String()
	case p.state.Success():
		return "ended by itself"
	}
	if why := p.relay.why(); why != "" {
		return fmt.Sprintf("ended with status %d: %s", p.state.ExitCode(), why)
	}
	return fmt.Sprintf("ended with status %d", p.state.ExitCode())
}
