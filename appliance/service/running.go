package service

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"sync"
	"time"

	"frontdesk.internal/appliance/callhub"
)

// lookOn is the line in the audit chain of who sees what is being said: one for each look, however many words come.
const lookOn = "follow the calls that go on"

// ListRunning returns the calls that go on, with what was said so far.
var ListRunning = define(Op[None, callhub.State]{
	Name: "list-running-calls", Role: Staff | Technician, Needs: needCalls, Audit: Reads(lookOn),
	Run: get((*Service).listRunning),
})

func (s *Service) listRunning(context.Context) (callhub.State, error) { return s.o.Calls.State(), nil }

// FollowRunning gives out what ListRunning returns, and that again whenever it has changed, one JSON object a line, for as long as somebody
// reads. A line comes every [FollowBeat] at least. The error is ErrTooMany when enough people look on already. [Follow] reads it.
var FollowRunning = define(Stream[None]{
	Name: "follow-running-calls", Role: Staff | Technician, Needs: needCalls, Audit: Reads(lookOn),
	Run: get((*Service).followRunning),
})

// Bounds of who looks on.
const (
	FollowBeat   = 15 * time.Second       // an unchanged line, so that a dead connection is noticed
	followPace   = 150 * time.Millisecond // partial words come faster than anybody reads
	maxFollowing = 32                     // at a time: each is a connection that stays
)

// ErrTooMany says that so many people look on already that no other one may.
var ErrTooMany = errors.New("too many pages and programs follow the calls already: close one")

func (s *Service) followRunning(ctx context.Context) (Content, error) {
	if s.following.Add(1) > maxFollowing {
		s.following.Add(-1)
		return nil, ErrTooMany
	}
	return &followed{ctx: ctx, hub: s.o.Calls, release: sync.OnceFunc(func() { s.following.Add(-1) })}, nil
}

// followed is what one looks at.
type followed struct {
	ctx     context.Context //nolint:containedctx // it is read for as long as who asked is there
	hub     *callhub.Hub
	release func()
}

// Type implements Content.
func (f *followed) Type() string { return "application/jsonl" }

// Close implements Content.
func (f *followed) Close() error {
	f.release()
	return nil
}

// WriteTo implements Content. It ends without an error when the appliance stops.
func (f *followed) WriteTo(w io.Writer) (int64, error) {
	changed, stop := f.hub.Watch()
	defer stop()
	beat := time.NewTicker(FollowBeat)
	defer beat.Stop()
	var sum int64
	for {
		b, err := json.Marshal(f.hub.State())
		if err != nil {
			return sum, err
		}
		n, err := w.Write(append(b, '\n'))
		if sum += int64(n); err != nil {
			return sum, err
		}
		select {
		case <-f.ctx.Done():
		case <-time.After(followPace):
		}
		select {
		case <-f.ctx.Done():
			return sum, context.Cause(f.ctx)
		case <-f.hub.Ended():
			return sum, nil
		case <-changed:
		case <-beat.C:
		}
	}
}

// Follow calls fn with the calls that go on, whenever they have changed and every FollowBeat, until ctx ends, the appliance stops, or fn
// returns an error, which Follow returns.
func Follow(ctx context.Context, by Invoker, fn func(callhub.State) error) error {
	c, err := FollowRunning.Get(ctx, by)
	if err != nil {
		return err
	}
	return Pour(&states{fn: fn}, c)
}

// states reads lines as they are written.
type states struct {
	fn   func(callhub.State) error
	rest []byte
}

// Write implements io.Writer.
func (s *states) Write(b []byte) (int, error) {
	s.rest = append(s.rest, b...)
	for {
		line, after, whole := bytes.Cut(s.rest, []byte{'\n'})
		if !whole {
			return len(b), nil
		}
		var state callhub.State
		if err := json.Unmarshal(line, &state); err != nil {
			return 0, err
		}
		if err := s.fn(state); err != nil {
			return 0, err
		}
		s.rest = after
	}
}
