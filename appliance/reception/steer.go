package reception

import (
	"errors"

	"frontdesk.internal/appliance/dialogue"
	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/record"
)

// ErrNotHere says that a call does not go on here, or that it is not the assistant's any more.
var ErrNotHere = errors.New("the call does not go on with the assistant any more")

// Steering is what somebody of the office wants of a call that goes on: one of the three.
type Steering struct {
	Say       string // these words are said to the caller
	Extension string // the caller is put through there
	Hangup    bool   // the call is ended after a goodbye
}

// Steer hands what the office wants to a call. It returns before that is done: what comes of it is seen on the call.
func (r *Reception) Steer(call string, s Steering) error {
	r.mu.Lock()
	l := r.lives[call]
	r.mu.Unlock()
	if l == nil {
		return ErrNotHere
	}
	select {
	case l.steered <- s:
		return nil
	default:
		return ErrNotHere // it is at its end, or somebody presses faster than anybody can speak
	}
}

// enter makes a call one that can be steered, until leave is called.
func (r *Reception) enter(l *live) (leave func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lives[l.call.ID()] = l
	return func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		delete(r.lives, l.call.ID())
	}
}

// steer does what the office wants. It is for the turn loop.
func (l *live) steer(s Steering) {
	if l.ending != nil || l.away {
		return
	}
	if s.Hangup {
		l.leave("office_hangup", l.conv.LastWord(language.TextGoodbye), record.ResultCompleted)
		return
	}
	if busy, firm := l.voice.speaking(); busy && !firm {
		l.interrupt()
	}
	l.cancelAsks()
	l.turns.next(l.scribe, l.rec.ID, l.deps.Observer)
	l.handle(dialogue.Office{Say: s.Say, Extension: s.Extension})
}
