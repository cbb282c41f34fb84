package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"frontdesk.internal/appliance/numbering"
	"frontdesk.internal/appliance/phone/phonetest/scene"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/store"
	"frontdesk.internal/audio/wav"
	"frontdesk.internal/cmd/internal/callers"
)

// checkHeard listens to the replies as they came over the line, and looks for the facts that are due in them.
func checkHeard(ctx context.Context, ears *listener, dir string, r scene.Result) ([]string, error) {
	f, err := os.Open(filepath.Join(dir, r.Scene+"-office.wav"))
	if err != nil {
		return nil, fmt.Errorf("open recording: %w", err)
	}
	defer f.Close()
	office, _, err := wav.Read(f)
	if err != nil {
		return nil, err
	}
	var failures []string
	for _, t := range r.Turns {
		if len(t.Step.Hear) == 0 && len(t.Step.Miss) == 0 {
			continue
		}
		text, _, err := ears.hear(ctx, office[min(t.ReplyFrom, len(office)):min(t.ReplyTo, len(office))])
		if err != nil {
			return nil, err
		}
		what := t.Step.Say + t.Step.Keys
		for _, fact := range t.Step.Hear {
			if !says(text, fact) {
				failures = append(failures, fmt.Sprintf("%s: after %q the caller should have heard %q, but heard %q", r.Scene, what, fact,
					strings.TrimSpace(text)))
			}
		}
		for _, word := range t.Step.Miss {
			if says(text, word) {
				failures = append(failures, fmt.Sprintf("%s: after %q the caller should not have heard %q, but heard %q", r.Scene, what, word,
					strings.TrimSpace(text)))
			}
		}
	}
	return failures, nil
}

// says is callers.Says: whether one of the alternatives of fact ("a|b") stands in text.
func says(text, fact string) bool { return callers.Says(text, fact) }

// checkKept compares the records of the newest call with what the scene wants.
func checkKept(s *store.Store, want demoScene) ([]string, error) {
	c, err := newestCall(s)
	if err != nil {
		return nil, err
	}
	var failures []string
	wrong := func(what string, got, want any) {
		failures = append(failures, fmt.Sprintf("%s: the record says %s %q, it should be %q", c.ID, what, got, want))
	}
	if c.Outcome.Result != want.Want.Result {
		wrong("result", c.Outcome.Result, want.Want.Result)
	}
	if want.Want.Message == nil {
		return failures, nil
	}
	biz, _, err := s.Profile()
	if err != nil {
		return nil, err
	}
	messages, err := s.Messages(0, true)
	if err != nil {
		return nil, err
	}
	for _, m := range messages {
		if m.CallID != c.ID {
			continue
		}
		w := want.Want.Message
		if w.Name != "" && !strings.EqualFold(string(m.Name), string(w.Name)) {
			wrong("name", m.Name, w.Name)
		}
		if w.Number != "" && m.Number != numbering.E164(w.Number, biz.Region) {
			wrong("number", m.Number, w.Number)
		}
		if w.Reason != "" && !says(string(m.Reason), string(w.Reason)) {
			wrong("reason", m.Reason, w.Reason)
		}
		if w.Urgency != "" && m.Urgency != w.Urgency {
			wrong("urgency", m.Urgency, w.Urgency)
		}
		return failures, nil
	}
	return append(failures, want.Name+": the message was not kept"), nil
}

// newestCall is the record of the call that was made last.
func newestCall(s *store.Store) (record.Call, error) {
	calls, err := s.Calls(store.Filter{Limit: 1})
	if err != nil {
		return record.Call{}, err
	}
	if len(calls) == 0 {
		return record.Call{}, errors.New("there is no record of the call")
	}
	return calls[0], nil
}

// checkSaid looks for the facts that are due in what the record of the newest call says was answered.
func checkSaid(s *store.Store, r scene.Result) ([]string, error) {
	c, err := newestCall(s)
	if err != nil {
		return nil, err
	}
	turns, err := s.Turns(c.ID)
	if err != nil {
		return nil, err
	}
	var failures []string
	for i, t := range r.Turns {
		said := answered(c, turns, r, i)
		for _, fact := range t.Step.Said {
			if !says(said, fact) {
				what := t.Step.Say + t.Step.Keys
				failures = append(failures, fmt.Sprintf("%s: after %q the record should say that the answer was %q, but says %q", r.Scene, what, fact,
					said))
			}
		}
	}
	return failures, nil
}

// answered is what the office said between the beginning of one step and that of the next: it may answer before the caller has said
// the last word. Both sides count from the ACK, for their clocks need not agree.
func answered(c record.Call, turns []record.Turn, r scene.Result, step int) string {
	from, to := r.Turns[step].Began.Sub(r.Greeting.LastVoiced), time.Duration(-1)
	if step+1 < len(r.Turns) {
		to = r.Turns[step+1].Began.Sub(r.Greeting.LastVoiced)
	}
	var said []string
	for _, t := range turns {
		at := t.SaidAt.Sub(c.Answered)
		if !t.SaidAt.IsZero() && at >= from && (to < 0 || at < to) {
			said = append(said, strings.TrimSpace(t.Said))
		}
	}
	return strings.Join(said, " ")
}
