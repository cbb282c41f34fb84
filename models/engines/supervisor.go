package engines

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// Status says how the child as a whole is.
type Status int

// The states of the child.
const (
	// Down: there is no child; Reason says why and Next when the next is started.
	Down Status = iota
	// Starting: the child was started and does not answer yet.
	Starting
	// Up: the child answers; what its engines are is in Child.
	Up
)

// String returns the status in lower case.
func (s Status) String() string {
	switch s {
	case Starting:
		return "starting"
	case Up:
		return "up"
	case Down:
		return "down"
	default:
		return "unknown"
	}
}

// State is what the [Supervisor] knows.
type State struct {
	Status   Status
	Since    time.Time  // of the Status
	Child    ChildState // zero unless Up
	Restarts int        // how often the child was started again
	Reason   string     // why the last child ended; "" when none has
	Next     time.Time  // when Down: the time of the next start; zero when there will be none
}

// SupervisorConfig says what a [Supervisor] runs. Zero durations mean the defaults given.
type SupervisorConfig struct {
	// Command is the program and its arguments, as {"/proc/self/exe", "engines", …}; "--socket" and a path are added.
	Command []string
	// Name is shown in lists of processes in place of the path in Command; "" shows the path.
	Name string
	// Env is added to this process's environment.
	Env []string
	// Dir is a folder for the sockets, made for this user only; at most 80 bytes long.
	Dir string
	// Nice is how much lower than this process's the child's priority is: media must win.
	Nice int
	// OOMScoreAdj is the child's, 0…1000: when memory is short, the child goes and the calls stay. There is no option
	// for a memory limit: mapped weights are not in RLIMIT_DATA and more than the weights in RLIMIT_AS, so that only a
	// control group (MemoryMax in the unit) limits what matters.
	OOMScoreAdj int
	Logger      *slog.Logger

	// PingEvery and PingTimeout: the child counts as hung when two pings in a row fail. The defaults, 250 ms and 600 ms, find
	// it within 1.5 s, which leaves as much of the 3 s for the start of the next.
	PingEvery, PingTimeout time.Duration
	// Grace is how long native work may go on after it was cancelled or its limit passed; 2 s.
	Grace time.Duration
	// StartLimit is how long a child may take to answer its socket; 10 s. Loading the models is not part of it.
	StartLimit time.Duration
	// StopLimit is the time from SIGTERM to SIGKILL; 3 s.
	StopLimit time.Duration
	// Stable is how long a child must have been up for its end to count as the first one again; 10 s.
	Stable time.Duration
	// BackoffMin and BackoffMax bound the wait before the start of a child whose predecessors died soon; 100 ms and 5 s. The
	// first restart never waits.
	BackoffMin, BackoffMax time.Duration
}

func (c *SupervisorConfig) defaults() {
	for _, d := range []struct {
		field *time.Duration
		value time.Duration
	}{
		{&c.PingEvery, 250 * time.Millisecond},
		{&c.PingTimeout, 600 * time.Millisecond},
		{&c.Grace, 2 * time.Second},
		{&c.StartLimit, 10 * time.Second},
		{&c.StopLimit, 3 * time.Second},
		{&c.Stable, 10 * time.Second},
		{&c.BackoffMin, 100 * time.Millisecond},
		{&c.BackoffMax, 5 * time.Second},
	} {
		if *d.field == 0 {
			*d.field = d.value
		}
	}
}

// maxDir leaves room for the name of the socket within the system's 107 bytes.
const maxDir = 80

// Supervisor keeps one child running and stands for its engines: it implements [Ears], [Mind], [Mouth] and [Embedder], and answers
// [ErrUnavailable] at once while the engine asked is not there. Work under way when the child ends gets that error too.
//
// Goroutines, all inside [Supervisor.Run]: Run itself (start, ping, restart); for each child one that waits for it, one or two
// of os/exec for its output, one that follows its state, and one that warms the prefixes again after a restart.
type Supervisor struct {
	cfg    SupervisorConfig
	log    *slog.Logger
	state  *board[State]
	mu     sync.Mutex
	client *Client // of the child that is up; nil while none is
	warmed []string
}

// NewSupervisor checks cfg. Nothing is started before [Supervisor.Run].
func NewSupervisor(cfg SupervisorConfig) (*Supervisor, error) {
	cfg.defaults()
	if len(cfg.Command) == 0 {
		return nil, errors.New("supervise engines: no command")
	}
	if cfg.Logger == nil {
		return nil, errors.New("supervise engines: no logger")
	}
	dir, err := filepath.Abs(cfg.Dir)
	if err != nil {
		return nil, fmt.Errorf("supervise engines: %w", err)
	}
	if len(dir) > maxDir {
		return nil, fmt.Errorf("supervise engines: folder %s for the socket has %d bytes, the limit is %d: choose a shorter one", dir, len(dir),
			maxDir)
	}
	cfg.Dir = dir
	return &Supervisor{cfg: cfg, log: cfg.Logger, state: newBoard(State{Since: time.Now()})}, nil
}

// State returns the present state.
func (s *Supervisor) State() State { return s.state.get() }

// Watch returns a channel with the state now and after every change, until ctx ends; then it is closed. A slow reader gets the
// newest state only.
func (s *Supervisor) Watch(ctx context.Context) <-chan State { return s.state.watch(ctx) }

// Run keeps a child running until ctx ends; then it stops the child and returns nil. An error means that no child can ever run here.
func (s *Supervisor) Run(ctx context.Context) error {
	if err := os.MkdirAll(s.cfg.Dir, 0o700); err != nil {
		return fmt.Errorf("make folder of the engines' socket: %w", err)
	}
	if err := privateDir(s.cfg.Dir); err != nil {
		return err
	}
	soon := 0 // children in a row that ended soon
	for generation := 1; ; generation++ {
		reason, stable := s.oneChild(ctx, generation)
		if ctx.Err() != nil {
			s.down("stopped", time.Time{})
			return nil
		}
		if stable {
			soon = 0
		}
		soon++
		wait := Backoff(soon, s.cfg.BackoffMin, s.cfg.BackoffMax)
		s.log.Error("engines child ended", "reason", reason, "restart_in_ms", wait.Milliseconds())
		s.down(reason, time.Now().Add(wait))
		if !pause(ctx, wait) {
			s.down("stopped", time.Time{})
			return nil
		}
		s.state.update(func(st *State) { st.Restarts++ })
	}
}

// Backoff returns the wait before the start that follows the nth end in a row: none, then least, doubling up to most.
func Backoff(n int, least, most time.Duration) time.Duration {
	if n <= 1 {
		return 0
	}
	wait := least
	for range n - 2 {
		if wait *= 2; wait >= most {
			break
		}
	}
	return min(wait, most)
}

// pause waits, and reports false when ctx ended first.
func pause(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

func (s *Supervisor) down(reason string, next time.Time) {
	s.state.update(func(st *State) {
		*st = State{Status: Down, Since: time.Now(), Restarts: st.Restarts, Reason: reason, Next: next}
	})
}

// oneChild starts a child and stays with it until it is dead. stable says that it had been up for a good while.
func (s *Supervisor) oneChild(ctx context.Context, generation int) (reason string, stable bool) {
	socket := filepath.Join(s.cfg.Dir, fmt.Sprintf("engines-%d-%d.sock", os.Getpid(), generation))
	p, err := startProcess(s.cfg, socket)
	if err != nil {
		return err.Error(), false
	}
	defer func() { _ = os.Remove(socket) }() // a killed child leaves it
	s.state.update(func(st *State) {
		*st = State{Status: Starting, Since: time.Now(), Restarts: st.Restarts, Reason: st.Reason}
	})
	client, err := Dial(socket)
	if err != nil {
		p.kill()
		return err.Error(), false
	}
	t := &tending{s: s, p: p, client: client, answered: make(chan struct{})}
	reason = t.run(ctx)
	return reason, !t.up.IsZero() && time.Since(t.up) >= s.cfg.Stable
}

// use makes client the one that requests go to; nil for none.
func (s *Supervisor) use(client *Client) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.client = client
}

// engine returns the client when the engine is ready, or else why it is not.
func (s *Supervisor) engine(of func(ChildState) EngineState) (*Client, error) {
	s.mu.Lock()
	client := s.client
	s.mu.Unlock()
	st := s.state.get()
	if client == nil || st.Status != Up {
		if st.Reason != "" {
			return nil, fmt.Errorf("%w: the engines are %s (%s)", ErrUnavailable, st.Status, st.Reason)
		}
		return nil, fmt.Errorf("%w: the engines are %s", ErrUnavailable, st.Status)
	}
	if e := of(st.Child); e.Phase != Ready {
		return nil, notReady(e)
	}
	return client, nil
}

// Listen implements [Ears].
func (s *Supervisor) Listen(ctx context.Context, o ListenOptions) (Listening, error) {
	c, err := s.engine(func(c ChildState) EngineState { return c.Ears })
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	return c.Listen(ctx, o)
}

// maxWarmed is how many prefixes are warmed again after a restart: one for each version of the profile that may still be in use.
const maxWarmed = 4

// Warm implements [Mind]. The prefix is remembered and warmed again in every later child, also when it cannot be warmed now.
func (s *Supervisor) Warm(ctx context.Context, prefix string) error {
	s.remember(prefix)
	c, err := s.engine(func(c ChildState) EngineState { return c.Mind })
	if err != nil {
		return fmt.Errorf("warm prefix: %w", err)
	}
	return c.Warm(ctx, prefix)
}

// remember puts the prefix first in the list.
func (s *Supervisor) remember(prefix string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	kept := []string{prefix}
	for _, w := range s.warmed {
		if w != prefix && len(kept) < maxWarmed {
			kept = append(kept, w)
		}
	}
	s.warmed = kept
}

// remembered returns the prefixes, the one used last first.
func (s *Supervisor) remembered() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.warmed...)
}

// Complete implements [Mind].
func (s *Supervisor) Complete(ctx context.Context, r CompleteRequest) (Completion, error) {
	c, err := s.engine(func(c ChildState) EngineState { return c.Mind })
	if err != nil {
		return Completion{}, fmt.Errorf("complete text: %w", err)
	}
	return c.Complete(ctx, r)
}

// Speak implements [Mouth].
func (s *Supervisor) Speak(ctx context.Context, r SpeakRequest, yield func(Speech) error) error {
	c, err := s.engine(func(c ChildState) EngineState { return c.Mouth })
	if err != nil {
		return fmt.Errorf("speak text: %w", err)
	}
	return c.Speak(ctx, r, yield)
}

// Embed implements [Embedder].
func (s *Supervisor) Embed(ctx context.Context, language string, texts []string) (Vectors, error) {
	c, err := s.engine(func(c ChildState) EngineState { return c.Meaning })
	if err != nil {
		return Vectors{}, fmt.Errorf("embed texts: %w", err)
	}
	return c.Embed(ctx, language, texts)
}

// Rank implements [Embedder].
func (s *Supervisor) Rank(ctx context.Context, language, said string, items []RankItem) (Ranks, error) {
	c, err := s.engine(func(c ChildState) EngineState { return c.Meaning })
	if err != nil {
		return Ranks{}, fmt.Errorf("rank items: %w", err)
	}
	return c.Rank(ctx, language, said, items)
}

var (
	_ Ears  = (*Supervisor)(nil)
	_ Mind  = (*Supervisor)(nil)
	_ Mouth = (*Supervisor)(nil)

	_ Embedder = (*Supervisor)(nil)
)
