// Package lan has computers of the office's own network help the box's engines: one may write down what callers say, one may choose among
// the meanings that the box lists.
//
// Nothing depends on them. Each question goes to the box's own engine at the same time, the first good answer counts, and the other side is
// told to stop: what is late, gone, broken or not believed costs a call no time, and a computer has no longer to answer than the box itself
// takes. What a computer says is never spoken: it names one of a closed list, or it is the words of a caller, which are believed no more
// than the box's own hearing, and gated alike.
//
// A computer is asked only while it is measured to be faster than the box: each is tried every minute with a sentence that the box itself
// has made, by the same figures as its own engine; one that fails, or comes second three times running, is not asked before the next trial.
// What is measured has no words of a caller in it, and the box's own engine is measured only while nobody calls.
//
// A [Hosts] is safe for concurrent use. Each question has two goroutines and each stream one more than the engine's own; [Hosts.Run] waits
// for the questions.
package lan

import (
	"context"
	"log/slog"
	"maps"
	"sync"
	"time"

	"frontdesk.internal/appliance/egress"
	"frontdesk.internal/appliance/egress/rounds"
	"frontdesk.internal/appliance/lan/openai"
	"frontdesk.internal/appliance/notify"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/models/engines"
)

// Bounds of asking.
const (
	asksMost = 8                // at once of one computer
	lateMost = 3                // times running that the box was faster
	trialMax = 10 * time.Second // that a trial may take
	ownHolds = time.Hour        // that the box's own figure is taken for right
)

// Records keep which computers there are.
type Records interface {
	EngineHosts() ([]record.EngineHost, error)
	EngineHost(role string) (h record.EngineHost, secret string, err error)
}

// Own are the box's own engines.
type Own interface {
	engines.Ears
	engines.Mind
	engines.Mouth
}

// Options for New.
type Options struct {
	Records Records
	Gate    *egress.Gate
	Own     Own
	// Question is what a computer is tried with that chooses: a question as calls have it, without words of a caller.
	Question func() engines.CompleteRequest
	// Sentence is what one is tried with that hears: the box's own voice says it.
	Sentence func() (language, text string)
	Calls    func() int // going on; nil = none
	Logger   *slog.Logger
	Now      func() time.Time // nil = time.Now
}

// Hosts are the computers that help. They implement engines.Ears and engines.Mind by the box's own engines and them.
type Hosts struct {
	o      Options
	rounds *rounds.Rounds[record.EngineHost]
	asking sync.WaitGroup

	mu     sync.Mutex
	hosts  map[record.EngineRole]*host // those that are on
	own    map[record.EngineRole]figure
	sample sample
}

// figure is what the box itself was measured at.
type figure struct {
	took   time.Duration
	at     time.Time
	absent bool // it has no such engine, or not now
}

// host is one computer that is on.
type host struct {
	record.EngineHost
	client *openai.Client
	slots  chan struct{} // held by who asks

	mu    sync.Mutex
	late  int // times running
	state State
}

// Standing is whether a computer is asked.
type Standing string

// The closed list of standings.
const (
	StandingOff     Standing = ""          // it is switched off, or just was switched on
	StandingUsed    Standing = "used"      // calls ask it
	StandingUntried Standing = "untried"   // the box's own engine has not been measured yet: somebody is calling
	StandingSlower  Standing = "slower"    // measured to be slower than the box
	StandingLate    Standing = "late"      // in calls, the box was faster three times running
	StandingFailed  Standing = "unusable"  // Problem says why
	StandingNoVoice Standing = "voiceless" // the box's own voice is not there to measure it with
)

// State is how a computer is doing.
type State struct {
	Standing Standing  `json:"standing,omitempty"`
	Problem  string    `json:"problem,omitempty"`     // why it could not be asked, or was not believed, the last time
	Tried    time.Time `json:"tried,omitzero"`        // last; zero = not yet
	Serves   string    `json:"serves,omitempty"`      // the model, as it calls it
	TookMS   int       `json:"took_ms,omitempty"`     // in the last trial
	OwnMS    int       `json:"own_took_ms,omitempty"` // the box itself, with the same
	Asked    int       `json:"asked"`                 // by calls, since the start
	First    int       `json:"first"`                 // answers that were taken
	Late     int       `json:"late"`                  // the box was faster
	Failed   int       `json:"failed"`
}

// New returns hosts.
func New(o Options) *Hosts {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Calls == nil {
		o.Calls = func() int { return 0 }
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	about := func(h record.EngineHost) (string, bool) { return string(h.Role), h.On }
	return &Hosts{
		o: o, hosts: map[record.EngineRole]*host{}, own: map[record.EngineRole]figure{},
		rounds: rounds.New(o.Gate, egress.Engines, rounds.Settings[record.EngineHost]{
			List: o.Records.EngineHosts, One: o.Records.EngineHost, About: about,
		}, o.Logger),
	}
}

// Changed says that computers were added, changed or removed.
func (h *Hosts) Changed() { h.rounds.Changed() }

// Run follows the settings, and tries the computers, until ctx ends.
func (h *Hosts) Run(ctx context.Context) error {
	defer h.asking.Wait()
	return h.rounds.Run(ctx, h.Refresh)
}

// Refresh reads which computers are on, lets out what these need, and tries them.
func (h *Hosts) Refresh(ctx context.Context) {
	on, ok := h.rounds.Read(h.keep)
	if !ok {
		return
	}
	h.mu.Lock()
	maps.DeleteFunc(h.hosts, func(role record.EngineRole, _ *host) bool { return !on[string(role)] })
	all := maps.Clone(h.hosts)
	h.mu.Unlock()
	for _, role := range record.EngineRoles() {
		if x := all[role]; x != nil {
			h.try(ctx, x)
		}
	}
}

// keep takes the settings of a computer; what was found out with other settings is forgotten.
func (h *Hosts) keep(d record.EngineHost, secret string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if x := h.hosts[d.Role]; x != nil && x.At.Equal(d.At) {
		return
	}
	h.hosts[d.Role] = h.open(d, secret)
}

func (h *Hosts) open(d record.EngineHost, secret string) *host {
	x := &host{EngineHost: d, slots: make(chan struct{}, asksMost)}
	c, err := openai.New(h.o.Gate, openai.Server{URL: d.URL, Model: d.Model, Key: secret, CA: d.CA})
	if err != nil {
		x.state.Standing, x.state.Problem = StandingFailed, notify.Explain(err).Error()
		return x
	}
	x.client = c
	return x
}

// State returns how the computer in a role is doing.
func (h *Hosts) State(role record.EngineRole) State {
	h.mu.Lock()
	x := h.hosts[role]
	h.mu.Unlock()
	if x == nil {
		return State{}
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.state
}

// Used reports whether calls ask a computer in a role.
func (h *Hosts) Used(role record.EngineRole) bool { return h.State(role).Standing == StandingUsed }

// take returns the computer that is to be asked in a role, with a slot that done gives back; nil = none.
func (h *Hosts) take(role record.EngineRole) (x *host, done func()) {
	h.mu.Lock()
	x = h.hosts[role]
	h.mu.Unlock()
	if x == nil || !x.asked() {
		return nil, nil
	}
	select {
	case x.slots <- struct{}{}:
		return x, func() { <-x.slots }
	default: // it has more than enough to do
		return nil, nil
	}
}

// wanted reports whether there is a computer for a role at all, also one that is not asked now.
func (h *Hosts) wanted(role record.EngineRole) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.hosts[role] != nil
}

func (x *host) asked() bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.state.Standing == StandingUsed
}

// first notes that an answer was taken.
func (x *host) first() {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.state.Asked, x.state.First, x.late = x.state.Asked+1, x.state.First+1, 0
}

// second notes that the box was faster.
func (x *host) second() {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.state.Asked, x.state.Late, x.late = x.state.Asked+1, x.state.Late+1, x.late+1
	if x.late >= lateMost && x.state.Standing == StandingUsed {
		x.state.Standing = StandingLate
	}
}

// failed notes that it could not be asked, or was not believed: it is not asked before it was tried again.
func (x *host) failed(err error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.state.Asked, x.state.Failed = x.state.Asked+1, x.state.Failed+1
	x.state.Standing, x.state.Problem = StandingFailed, notify.Explain(err).Error()
}
