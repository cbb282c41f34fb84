// Package rounds goes round the servers of one purpose that the owner has named, such as all calendars: it reads which are on, when it is
// told and every now and then, and lets out what these need and nothing more.
package rounds

import (
	"context"
	"log/slog"
	"time"

	"frontdesk.internal/appliance/egress"
)

// Settings are where it stands which servers there are; T is what is known of one.
type Settings[T any] struct {
	List func() ([]T, error)
	One  func(id string) (x T, secret string, err error)
	// About tells the ID of one, and whether it is on.
	About func(x T) (id string, on bool)
}

// Rounds are those of one purpose. They start no goroutine and are safe for concurrent use.
type Rounds[T any] struct {
	gate     *egress.Gate
	purpose  egress.Purpose
	settings Settings[T]
	logger   *slog.Logger
	woken    chan struct{}
}

// every is how often it is looked which servers are on, when nobody says that they have changed.
const every = time.Minute

// New returns the rounds of a purpose.
func New[T any](gate *egress.Gate, p egress.Purpose, s Settings[T], logger *slog.Logger) *Rounds[T] {
	return &Rounds[T]{gate: gate, purpose: p, settings: s, logger: logger, woken: make(chan struct{}, 1)}
}

// Changed says that servers were added, changed or removed: the next round is at once.
func (r *Rounds[T]) Changed() {
	select {
	case r.woken <- struct{}{}:
	default:
	}
}

// Run goes round until ctx ends.
func (r *Rounds[T]) Run(ctx context.Context, round func(context.Context)) error {
	again := time.NewTicker(every)
	defer again.Stop()
	for {
		round(ctx)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-r.woken:
		case <-again.C:
		}
	}
}

// Read tells keep of each server that is on, with its secret, and lets the purpose out when there is one. ok is false when it cannot be
// read which there are.
func (r *Rounds[T]) Read(keep func(x T, secret string)) (on map[string]bool, ok bool) {
	list, err := r.settings.List()
	if err != nil {
		r.logger.Error("read which servers there are", "purpose", string(r.purpose), "err", err)
		return nil, false
	}
	on = map[string]bool{}
	for _, x := range list {
		id, is := r.settings.About(x)
		if !is {
			continue
		}
		x, secret, err := r.settings.One(id)
		if err != nil {
			r.logger.Error("read a server's settings", "purpose", string(r.purpose), "server", id, "err", err)
			continue
		}
		on[id] = true
		keep(x, secret)
	}
	if len(on) == 0 {
		r.gate.Deny(r.purpose)
		return on, true
	}
	r.gate.Allow(r.purpose)
	return on, true
}

// Try lets the purpose out for a trial of one that may be off. Called when that is over, done has it denied again unless used says that it
// is needed.
func (r *Rounds[T]) Try(used func() bool) (done func()) {
	r.gate.Allow(r.purpose)
	return func() {
		if !used() {
			r.gate.Deny(r.purpose)
		}
	}
}
