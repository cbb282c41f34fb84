package appliance

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"frontdesk.internal/appliance/phone"
	"frontdesk.internal/appliance/reception"
	"frontdesk.internal/models/engines"
)

// readiness follows the engines' state for the calls. It implements reception.Readiness.
type readiness struct {
	mu       sync.Mutex
	speech   bool
	mind     bool
	edition  int  // counts the businesses that were published; what was made for an older one is not news
	rendered bool // the phrases of that business
	meaning  bool // the engine is there
	unread   bool // it is, and that business is not understood by it yet
	changed  chan struct{}
	stale    chan struct{} // capacity 1: phrases are due to be rendered, and the business is due to be understood
}

var _ reception.Readiness = (*readiness)(nil)

func newReadiness() *readiness {
	return &readiness{changed: make(chan struct{}), stale: make(chan struct{}, 1)}
}

// Ready implements reception.Readiness.
func (r *readiness) Ready() (speech, mind bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.speech, r.mind
}

// Changed implements reception.Readiness.
func (r *readiness) Changed() <-chan struct{} {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.changed
}

// change applies fn and wakes those who wait.
func (r *readiness) change(fn func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	fn()
	close(r.changed)
	r.changed = make(chan struct{})
}

// follow takes the states until the channel is closed.
func (r *readiness) follow(states <-chan engines.State) {
	for s := range states {
		up := s.Status == engines.Up
		speech := up && s.Child.Ears.Phase == engines.Ready && s.Child.Mouth.Phase == engines.Ready
		mind := up && s.Child.Mind.Phase == engines.Ready
		r.followMeaning(s)
		if was, wasMind := r.Ready(); was == speech && wasMind == mind {
			continue
		}
		r.change(func() { r.speech, r.mind = speech, mind })
		if speech {
			r.poke()
		}
	}
}

// followMeaning has the business embedded when the engine for that has come up.
func (r *readiness) followMeaning(s engines.State) {
	up := s.Status == engines.Up && s.Child.Meaning.Phase == engines.Ready
	if up == r.meaning { // only the caller's goroutine changes it
		return
	}
	r.change(func() { r.meaning, r.unread = up, up })
	if up {
		r.poke()
	}
}

// published notes that callers are told of another business from now on: its phrases and its meaning are due.
func (r *readiness) published() {
	r.change(func() {
		r.edition++
		r.rendered, r.unread = false, r.meaning
	})
	r.poke()
}

// current is the count of the business that is published. Who makes something for the published business asks before he asks for
// the business.
func (r *readiness) current() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.edition
}

// understood notes that the business of an edition is read by meaning, or cannot be.
func (r *readiness) understood(edition int) {
	r.change(func() { r.unread = r.unread && edition != r.edition })
}

// poke asks for phrases to be rendered.
func (r *readiness) poke() {
	select {
	case r.stale <- struct{}{}:
	default:
	}
}

// setRendered notes that the phrases of the business of an edition are there.
func (r *readiness) setRendered(edition int) {
	r.change(func() { r.rendered = r.rendered || edition == r.edition })
}

// wait returns when everything is there.
func (r *readiness) wait(ctx context.Context, status func() phone.Status) error {
	poll := time.NewTicker(50 * time.Millisecond) // the registration tells nobody of its changes
	defer poll.Stop()
	for {
		r.mu.Lock()
		ok := r.speech && r.mind && r.rendered && !r.unread
		changed := r.changed
		r.mu.Unlock()
		if ok && status().State == phone.StateRegistered {
			return nil
		}
		select {
		case <-changed:
		case <-poll.C:
		case <-ctx.Done():
			s := status()
			return errors.Join(context.Cause(ctx), fmt.Errorf("wait until the box answers: registration %s %s, engines ready %v", s.State,
				s.Failure.Hint(), ok))
		}
	}
}

// noEngines stands in where none are configured.
type noEngines struct{}

func (noEngines) Listen(context.Context, engines.ListenOptions) (engines.Listening, error) {
	return nil, engines.ErrUnavailable
}
func (noEngines) Warm(context.Context, string) error { return engines.ErrUnavailable }
func (noEngines) Complete(context.Context, engines.CompleteRequest) (engines.Completion, error) {
	return engines.Completion{}, engines.ErrUnavailable
}
func (noEngines) Speak(context.Context, engines.SpeakRequest, func(engines.Speech) error) error {
	return engines.ErrUnavailable
}
func (noEngines) Embed(context.Context, string, []string) (engines.Vectors, error) {
	return engines.Vectors{}, engines.ErrUnavailable
}
func (noEngines) Rank(context.Context, string, string, []engines.RankItem) (engines.Ranks, error) {
	return engines.Ranks{}, engines.ErrUnavailable
}
func (noEngines) Run(ctx context.Context) error { <-ctx.Done(); return nil }
func (noEngines) State() engines.State          { return engines.State{Reason: "switched off in the settings"} }
func (noEngines) Watch(ctx context.Context) <-chan engines.State {
	ch := make(chan engines.State)
	context.AfterFunc(ctx, func() { close(ch) })
	return ch
}

var _ Engines = noEngines{}
