package selftest

import (
	"strings"

	"frontdesk.internal/appliance/record"
)

// notes are what the answering end of the box tells of the call. Guarded by Tester.mu.
type notes struct {
	call  record.Call
	turns []record.Turn
	ended chan struct{} // closed with the end of the record; nil before the first test
	over  bool
}

// CallStarted implements reception.Observer.
func (t *Tester) CallStarted(c record.Call) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.call.call = c
	t.state.Call = c.ID
}

// TurnHeard implements reception.Observer.
func (t *Tester) TurnHeard(string, string, bool) {}

// TurnSpeaking implements reception.Observer.
func (t *Tester) TurnSpeaking(string, string) {}

// TurnDone implements reception.Observer.
func (t *Tester) TurnDone(_ string, turn record.Turn) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.call.turns = append(t.call.turns, turn)
}

// CallEnded implements reception.Observer.
func (t *Tester) CallEnded(c record.Call) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.call.call = c
	if t.call.ended != nil && !t.call.over {
		t.call.over = true
		close(t.call.ended)
	}
}

// pair gives each question the turns that it became, by time, and the line as the box saw it.
func (r *run) pair() {
	r.t.mu.Lock()
	defer r.t.mu.Unlock()
	n := r.t.call
	l := n.call.Line
	r.t.state.Box = record.SelfTestLine{Received: l.Received, Lost: l.Lost, Late: l.Late, JitterMS: l.JitterMS, Sent: l.Sent}
	for i, x := range r.asked {
		q := record.SelfTestQuestion{Asked: x.q.text, Source: x.q.source, Expected: x.q.expected}
		if !x.reply.first.IsZero() && !x.lastSaid.IsZero() {
			q.ReplyMS = ms(x.reply.first.Sub(x.lastSaid))
		}
		var heard, said, sources []string
		for _, t := range n.turns {
			if t.Heard == "" || t.HeardAt.Before(x.began) || i+1 < len(r.asked) && !t.HeardAt.Before(r.asked[i+1].began) {
				continue
			}
			heard, said, sources = append(heard, string(t.Heard)), append(said, t.Said), append(sources, t.Source)
			q.EndpointingMS, q.RecognitionMS, q.DecisionMS = ms(t.Endpointing), ms(t.Recognition), ms(t.Decision)
			q.VoiceMS, q.MediaMS, q.DecidedBy = ms(t.Voice), ms(t.Media), t.DecidedBy
		}
		q.Heard, q.Said = strings.Join(heard, " "), strings.TrimSpace(strings.Join(said, " "))
		q.WordErrors = r.errors(q.Asked, q.Heard)
		q.Right = strings.Contains(strings.Join(sources, " "), q.Source) && r.found(q.Expected, q.Said) >= enoughSaid
		r.t.state.Questions = append(r.t.state.Questions, q)
	}
}
