package reception

import (
	"context"
	"errors"
	"time"

	"frontdesk.internal/appliance/dialogue"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/audio/line"
)

// Leg is a call of ours to a person of the office, on behalf of a caller who waits. Close is called once, after Run has returned.
type Leg interface {
	Line
	// Context ends when the person, or the PBX, has hung up.
	Context() context.Context
	Close()
}

// Times of a call to a person.
const (
	briefAgain = 6 * time.Second // after which the person is told again
	briefings  = 2
	keyTime    = 500 * time.Millisecond // a key that is being pressed must not be torn in two by the PBX's change of partners
)

// errDeclined says that the person was reached and did not take the call.
var errDeclined = errors.New("the person did not take the call")

// refuser is an error with a SIP status.
type refuser interface{ Refusal() int }

// transfer puts the caller through; the line stays up until the other side has answered.
func (l *live) transfer(ctx context.Context, a dialogue.Transfer) {
	l.waiting++
	l.helpers.Go(func() {
		err := l.putThrough(ctx, a)
		if err != nil {
			l.logger.Warn("transfer", "err", err)
		}
		select {
		case l.answered <- dialogue.Transferred{ID: a.ID, Err: err}:
		case <-ctx.Done():
		}
	})
}

// putThrough lets the PBX do it. Where the person is to be told first, or the PBX takes no transfers from us, we call the person ourselves.
func (l *live) putThrough(ctx context.Context, a dialogue.Transfer) error {
	if len(a.Brief) > 0 {
		return l.connect(ctx, a)
	}
	err := l.call.Transfer(ctx, a.Extension)
	if err == nil || ctx.Err() != nil || !untransferable(err) {
		return err
	}
	l.logger.Info("the PBX takes no transfer from us, calling the person ourselves")
	return l.connect(ctx, a)
}

// untransferable reports whether err says that the PBX transfers nobody, rather than that this person cannot be had.
func untransferable(err error) bool {
	var r refuser
	if !errors.As(err, &r) {
		return false
	}
	switch r.Refusal() {
	case 400, 403, 405, 420, 501, 603:
		return true
	}
	return false
}

// connect calls the person, tells who is there when that is wanted, and joins the two: by the PBX where it can, else in the box.
func (l *live) connect(ctx context.Context, a dialogue.Transfer) error {
	l.patch.ring(true)
	defer l.patch.ring(false)
	leg, err := l.call.Dial(ctx, a.Extension, l.rec.DisplayName)
	if err != nil {
		return err
	}
	defer leg.Close()
	media, hangup := context.WithCancel(ctx)
	ran := make(chan struct{})
	go func() {
		defer close(ran)
		if err := leg.Run(media, personSide{l.patch}, personSide{l.patch}); err != nil && media.Err() == nil {
			l.logger.Warn("line to the person", "err", err)
			hangup()
		}
	}()
	defer func() {
		hangup()
		<-ran
	}()
	if len(a.Brief) > 0 {
		if err := l.brief(media, leg, a.Brief); err != nil {
			return err
		}
	}
	l.patch.ring(false)
	l.joined <- struct{}{} // the loop lets no limit end it from here on
	l.patch.join()         // at once: who has taken the call speaks now
	defer l.patch.part()
	if !pause(media, keyTime) {
		return context.Cause(ctx)
	}
	if l.call.Join(ctx, leg) == nil {
		return nil
	}
	l.passKeys(media, leg)
	return context.Cause(ctx)
}

// passKeys hands the keys that one of the two presses to the other, until one hangs up.
func (l *live) passKeys(ctx context.Context, leg Leg) {
	pass := func(to Line, d line.Digit) {
		if err := to.SendKeys(ctx, string(d.Key)); err != nil && ctx.Err() == nil {
			l.logger.Warn("pass on a key", "err", err)
		}
	}
	for {
		select {
		case <-leg.Context().Done():
			return
		case <-ctx.Done():
			return
		case d := <-leg.Digits():
			pass(l.line, d)
		case d := <-l.keysOn:
			pass(leg, d)
		}
	}
}

// pause waits, and reports false when ctx ended first.
func pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// together is told that the caller has a person of the office: what the two say and press is not ours.
func (l *live) together() {
	l.away = true
	l.ending = &record.Outcome{Result: record.ResultTransfer, Reason: "transferred"}
	l.ear.drop()
	l.events = nil
	l.utt = utterance{}
	l.timers.limit.Stop()
	l.timers.endpoint.Stop()
	l.timers.think.Stop()
	l.timers.keys.Stop()
}

// brief tells the person who calls and why, until 1 is pressed.
func (l *live) brief(ctx context.Context, leg Leg, text []string) error {
	ctx, stop := context.WithCancel(ctx)
	v := newVoice(time.Now)
	s := newSpeaker(ctx, l.call.ID(), v, l.deps.Mouth, l.deps.Phrases, l.logger)
	defer s.close()
	defer stop()
	l.patch.brief(v)
	defer l.patch.brief(nil)
	again := time.NewTimer(time.Hour)
	defer again.Stop()
	told := 0
	tell := func() {
		told++
		cs := s.prepare(dialogue.Say{Clauses: text, Language: l.biz.Tongues()[0]})
		v.enqueue(cs, nil)
		s.submit(cs)
	}
	tell()
	for {
		select {
		case d := <-leg.Digits():
			if d.Key == '1' {
				return nil
			}
			return errDeclined
		case <-v.drained:
			again.Reset(briefAgain)
		case <-s.failed:
			return errors.New("the voice is not there to tell the person who calls")
		case <-again.C:
			if told >= briefings {
				return errDeclined
			}
			tell()
		case <-leg.Context().Done():
			return errDeclined
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}
