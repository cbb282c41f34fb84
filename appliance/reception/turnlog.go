package reception

import (
	"strings"
	"time"

	"frontdesk.internal/appliance/dialogue"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/audio/line"
)

// keysPrefix marks keyed digits in a turn's Heard.
const keysPrefix = "[keys] "

// turnLog builds the record of the turn in progress: heard, decided, said, and where the time went. Used by the turn loop only.
type turnLog struct {
	t        record.Turn
	open     bool
	count    int // turns opened so far
	callers  int // of those, with something heard
	accepted time.Time
	queuedAt time.Time
	held     time.Duration // what the jitter buffer kept of the time since HeardAt
	work     []span        // when engines worked for the turn, and the caller was waited for
	asked    time.Time     // when the language model was
}

// firstSample is reported by the clock when an utterance starts to sound.
type firstSample struct {
	turn      int
	ready, at time.Time
}

func (l *turnLog) callerTurns() int { return l.callers }

// index returns the number of the turn in progress, opening one if there is none.
func (l *turnLog) index() int {
	l.ensure()
	return l.t.Index
}

func (l *turnLog) ensure() {
	if l.open {
		return
	}
	l.t = record.Turn{Index: l.count}
	l.count++
	l.open = true
	l.accepted, l.queuedAt, l.held, l.work = time.Now(), time.Time{}, 0, nil
}

// worked notes a time in which an engine worked for the turn.
func (l *turnLog) worked(from, to time.Time) { l.work = append(l.work, span{from, to}) }

// thinking notes that the language model was asked, thought that it has answered.
func (l *turnLog) thinking() { l.asked = time.Now() }
func (l *turnLog) thought()  { l.worked(l.asked, time.Now()) }

// next closes the turn in progress and opens another.
func (l *turnLog) next(s *scribe, call string, o Observer) {
	l.close(s, call, o)
	l.ensure()
}

// close writes the turn in progress in its final form.
func (l *turnLog) close(s *scribe, call string, o Observer) {
	if !l.open {
		return
	}
	l.open = false
	s.turn(call, l.t)
	o.TurnDone(call, l.t)
}

// keep writes the turn as it is now, so that a power cut while it is being spoken loses nothing.
func (l *turnLog) keep(s *scribe, call string) {
	if l.open {
		s.turn(call, l.t)
	}
}

// heard notes the caller's words and the times before the decision.
func (l *turnLog) heard(u utterance, conf float64) {
	l.ensure()
	l.callers++
	now := time.Now()
	l.accepted = now
	l.t.HeardAt, l.t.HeardProb, l.held = u.lastVoiced.Add(-u.held), conf, u.held
	if u.final != nil {
		l.t.Heard = record.Personal(strings.TrimSpace(u.final.Text))
		// Recognition runs inside the silence that endpointing needs anyway; what it holds up beyond the pause is its share.
		l.t.Recognition = max(0, u.transcribed.Sub(u.pausedAt))
		l.worked(u.transcribed.Add(-u.final.Took), u.transcribed)
	}
	l.worked(u.lastVoiced, u.pausedAt)
	l.worked(u.lastVoiced, u.due)
	if !u.lastVoiced.IsZero() {
		l.t.Endpointing = max(0, now.Sub(u.lastVoiced)-l.t.Recognition)
	}
}

// again begins the turn in progress anew: the caller went on with it.
func (l *turnLog) again(u utterance, conf float64) {
	l.t = record.Turn{Index: l.t.Index}
	l.queuedAt, l.work = time.Time{}, nil
	l.callers-- // it counts once
	l.heard(u, conf)
}

// keyed notes a key; keys in a row are one turn.
func (l *turnLog) keyed(s *scribe, call string, o Observer, d line.Digit) {
	if !l.open || !strings.HasPrefix(string(l.t.Heard), keysPrefix) || l.t.Said != "" {
		l.next(s, call, o)
		l.callers++
		l.t.Heard = keysPrefix
	}
	l.t.Heard += record.Personal(d.Key)
	l.t.HeardAt, l.accepted = d.At, time.Now()
}

func (l *turnLog) decided(d dialogue.Decide) {
	l.ensure()
	if l.t.Decided != "" && !strings.HasSuffix(l.t.Decided, d.Name) {
		d.Name = l.t.Decided + " " + d.Name
	}
	l.t.Decided, l.t.DecidedBy = d.Name, d.By
	if d.Source != "" {
		l.t.Source = strings.TrimSpace(l.t.Source + " " + d.Source)
	}
}

func (l *turnLog) saying(s dialogue.Say) {
	l.ensure()
	l.t.Said = strings.TrimSpace(l.t.Said + " " + joinClauses(s.Clauses))
}

// queued notes that the decision is made and its words are given to the voice.
func (l *turnLog) queued() {
	if l.queuedAt.IsZero() {
		l.queuedAt = time.Now()
		l.t.Decision = l.queuedAt.Sub(l.accepted)
	}
}

// started notes the first packet of the reply.
func (l *turnLog) started(f firstSample) {
	if !l.open || f.turn != l.t.Index || !l.t.SaidAt.IsZero() {
		return
	}
	l.t.SaidAt = f.at
	ready := f.ready
	l.worked(l.queuedAt, ready)
	if ready.Before(l.queuedAt) { // rendered ahead
		ready = l.queuedAt
	}
	l.t.Voice, l.t.Media = max(0, ready.Sub(l.queuedAt)), max(0, f.at.Sub(ready))+l.held
	if !l.t.HeardAt.IsZero() {
		l.t.Total = f.at.Sub(l.t.HeardAt)
		l.t.Glue = glue(l.t.HeardAt, f.at, l.work)
	}
}

// cutOff replaces what was to be said by what was.
func (l *turnLog) cutOff(played string) {
	if l.open {
		l.t.Said, l.t.CutOff = played, true
	}
}

func joinClauses(cs []string) string { return strings.Join(cs, " ") }
