package systemd

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/coreos/go-systemd/v22/daemon"
)

// Notifier talks to the service manager (sd_notify(3)). The nil Notifier is silent.
type Notifier struct {
	send     func(text string) error
	watchdog time.Duration // 0: the manager does not watch
}

// FromEnvironment returns the notifier of the service manager that started this process, nil when there is none.
func FromEnvironment() (*Notifier, error) {
	if os.Getenv("NOTIFY_SOCKET") == "" {
		return nil, nil //nolint:nilnil // no manager is no error, and nil is a notifier
	}
	limit, err := daemon.SdWatchdogEnabled(false)
	if err != nil {
		return nil, fmt.Errorf("read what the service manager asks for: %w", err)
	}
	return &Notifier{watchdog: limit, send: func(text string) error {
		if _, err := daemon.SdNotify(false, text); err != nil {
			return fmt.Errorf("tell the service manager: %w", err)
		}
		return nil
	}}, nil
}

// Program is what is reported on.
type Program interface {
	// Alive returns nil when the program is ready and makes progress. ctx bounds the wait.
	Alive(ctx context.Context) error
	// Situation is one line in plain words for the status.
	Situation(ctx context.Context) string
}

const (
	startEvery = 100 * time.Millisecond // between looks until the program is ready
	lookEvery  = 5 * time.Second        // between looks afterwards; sooner when the watchdog wants that
	startLimit = time.Second            // how long one look may take until the program is ready
)

// Follow tells the manager when p is ready for the first time, that it is alive for as long as it is, how it stands and, from when
// stopping is closed, that it is about to end. It returns when ctx ends. trouble gets what is wrong when the watchdog is not fed,
// and errors of telling; it may be called often.
func (n *Notifier) Follow(ctx context.Context, stopping <-chan struct{}, p Program, trouble func(error)) {
	if n == nil {
		return
	}
	f := &follower{n: n, p: p, trouble: trouble}
	every := lookEvery
	if n.watchdog > 0 {
		every = min(every, n.watchdog/4)
	}
	tick := time.NewTicker(startEvery)
	defer tick.Stop()
	for {
		was := f.ready
		f.look(ctx, every)
		if f.ready && !was {
			tick.Reset(every)
		}
		select {
		case <-ctx.Done():
			return
		case <-stopping:
			f.tell(daemon.SdNotifyStopping, "STATUS="+oneLine("Stopping. "+p.Situation(ctx)))
			f.leaving, stopping = true, nil
		case <-tick.C:
		}
	}
}

// follower is one run of Follow.
type follower struct {
	n       *Notifier
	p       Program
	trouble func(error)
	ready   bool
	leaving bool
	status  string // as last told
}

// look asks the program once and tells what follows.
func (f *follower) look(ctx context.Context, limit time.Duration) {
	if !f.ready {
		limit = startLimit
	}
	asking, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	err := f.p.Alive(asking)
	if ctx.Err() != nil {
		return
	}
	if err != nil {
		if f.ready && !f.leaving { // on its way out a program closes what it is asked through
			f.trouble(fmt.Errorf("the watchdog is not fed: %w", err))
		}
		return
	}
	var say []string
	if !f.ready && !f.leaving {
		f.ready = true
		say = append(say, daemon.SdNotifyReady)
	}
	if f.n.watchdog > 0 {
		say = append(say, daemon.SdNotifyWatchdog)
	}
	if status := oneLine(f.p.Situation(ctx)); status != f.status && !f.leaving {
		f.status = status
		say = append(say, "STATUS="+status)
	}
	f.tell(say...)
}

// tell sends lines to the manager.
func (f *follower) tell(lines ...string) {
	if len(lines) == 0 {
		return
	}
	if err := f.n.send(strings.Join(lines, "\n")); err != nil {
		f.trouble(err)
	}
}

// oneLine keeps a text from being more lines of the protocol than one.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// Failed tells the manager why the program cannot start, and returns after a while, or when ctx ends: until then the reason is the status,
// and the manager, which starts the program again at once, does not do so all the time.
func (n *Notifier) Failed(ctx context.Context, while time.Duration, why error) {
	if n == nil {
		return
	}
	// Without a manager that listens nobody reads it.
	_ = n.send("STATUS=" + oneLine("It cannot start: "+why.Error()))
	t := time.NewTimer(while)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

// waitEvery is how often the service manager is told that a start takes longer.
const waitEvery = 30 * time.Second

// Wait has the service manager wait for the start until ctx ends, and says why.
func (n *Notifier) Wait(ctx context.Context, why string) {
	if n == nil {
		return
	}
	tick := time.NewTicker(waitEvery)
	defer tick.Stop()
	for {
		// Without a manager that listens nobody waits, and nothing is lost.
		_ = n.send("STATUS=" + oneLine(why) + "\nEXTEND_TIMEOUT_USEC=" + strconv.FormatInt((3*waitEvery).Microseconds(), 10))
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
