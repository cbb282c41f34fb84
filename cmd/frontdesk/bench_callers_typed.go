package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"frontdesk.internal/appliance"
	"frontdesk.internal/appliance/dialogue"
	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/language/all"
	"frontdesk.internal/appliance/numbering"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/understanding"
	"frontdesk.internal/cmd/internal/callers"
)

// typedCallers has callers write what they would say: the conversation and its understanding without line, recogniser and voice. What
// goes wrong here was not misheard. There is no language model, as on a box that is busy.
type typedCallers struct {
	embed   benchEmbedder
	readers map[string]*understanding.Reader // by business
}

// newTypedCallers loads the models for the meaning of sentences.
func newTypedCallers() (*typedCallers, error) {
	e, err := openMeaning("")
	if err != nil {
		return nil, err
	}
	return &typedCallers{embed: e, readers: map[string]*understanding.Reader{}}, nil
}

func (x *typedCallers) close() error { return x.embed.Close() }

// reader reads what callers of b say, as in calls.
func (x *typedCallers) reader(ctx context.Context, b *knowledge.Business) (*understanding.Reader, error) {
	if r, ok := x.readers[b.ID]; ok {
		return r, nil
	}
	tag := b.Tongues()[0]
	head, err := understanding.MeaningHead(tag)
	if err != nil {
		return nil, err
	}
	e := appliance.Embeddings(x.embed)
	r, err := understanding.NewMeaningReader(ctx, b, all.For(tag), head, e, nil, nil)
	if err != nil {
		return nil, err
	}
	if by, ok := e.(understanding.Ranker); ok && head.Ranked != nil {
		if r, err = r.Ranked(ctx, by); err != nil {
			return nil, err
		}
	}
	x.readers[b.ID] = r
	return r, nil
}

// call has one caller write and judges what came of it.
func (x *typedCallers) call(ctx context.Context, c *callers.Caller) (callers.Outcome, error) {
	out := callers.Outcome{Caller: c}
	r, err := x.reader(ctx, c.Business)
	if err != nil {
		return out, err
	}
	t := &typedCall{
		reader: r, conv: dialogue.New(c.Business, dialogue.Options{Rights: true}), from: record.PhoneNumber(c.From), at: time.Now(),
		script: c.NewScript(), region: c.Business.Region,
	}
	if c.From == "anonymous" {
		t.from = ""
	}
	t.evidence.Put = map[string]int{}
	if err := t.run(ctx); err != nil {
		return out, err
	}
	out.Evidence = t.evidence
	out.Evidence.GaveUp, out.Evidence.Told = t.script.GaveUp(), t.script.Told()
	out.Verdict = callers.Judge(c, out.Evidence)
	return out, nil
}

// typedCall is one of them.
type typedCall struct {
	reader   *understanding.Reader
	conv     *dialogue.Conversation
	region   string
	from     record.PhoneNumber
	at       time.Time
	script   *callers.Script
	said     []string // since the caller's last move
	decided  []string
	evidence callers.Evidence
	over     bool
}

// errNoModel is what the conversation is told when it asks the language model.
var errNoModel = errors.New("there is no language model in a conversation that is typed")

// typedMost bounds the moves of a call.
const typedMost = 60

// run lives through the call.
func (t *typedCall) run(ctx context.Context) error {
	t.send(dialogue.Answered{From: t.from})
	t.note("")
	for range typedMost {
		if t.over {
			return nil
		}
		said := strings.Join(t.said, " ")
		t.said = nil
		m := t.script.Next(said)
		switch {
		case m.Hangup:
			t.send(dialogue.HungUp{})
			return nil
		case m.Keys != "":
			for _, k := range m.Keys {
				t.send(dialogue.Keyed{Key: k})
			}
			t.send(dialogue.KeysPaused{})
			t.note(m.Keys)
		case m.Say != "":
			text := strings.Join(strings.Fields(strings.ReplaceAll(m.Say, "…", " ")), " ")
			got, err := t.reader.ReadAfter(ctx, t.conv.Gist(text), t.at, t.conv.Before())
			if err != nil {
				return fmt.Errorf("read %q: %w", text, err)
			}
			t.send(dialogue.Heard{Text: text, Confidence: 1, Reading: &got})
			t.note(text)
		default:
			t.send(dialogue.Silence{})
			t.note("")
		}
	}
	return nil
}

// note keeps an exchange for who reads about the call.
func (t *typedCall) note(heard string) {
	e := &t.evidence
	e.Said = append(e.Said, strings.Join(t.said, " "))
	e.Noted = append(e.Noted, fmt.Sprintf("heard %q  %s", heard, strings.Join(t.decided, ", ")))
	t.decided = nil
}

// send gives the conversation an event, some seconds after the last, and does what it says.
func (t *typedCall) send(ev dialogue.Event) {
	t.at = t.at.Add(3 * time.Second)
	events := []dialogue.Event{ev}
	for spoken := false; len(events) > 0; {
		actions := t.conv.Handle(t.at, events[0])
		events = events[1:]
		for _, a := range actions {
			if _, ok := a.(dialogue.Say); ok {
				spoken = true
			}
			if next := t.do(a); next != nil {
				events = append(events, next)
			}
		}
		if len(events) == 0 && spoken {
			spoken = false
			events = append(events, dialogue.Spoken{})
		}
	}
}

// do carries an action out as far as there is something to do, and returns what follows at once.
func (t *typedCall) do(a dialogue.Action) dialogue.Event {
	e := &t.evidence
	switch a := a.(type) {
	case dialogue.Say:
		t.said = append(t.said, a.Clauses...)
	case dialogue.Decide:
		t.decided = append(t.decided, a.Name+" by "+a.By)
	case dialogue.Ask:
		return dialogue.Proposed{ID: a.ID, Choice: -1, Err: errNoModel}
	case dialogue.Commit:
		m := a.Message
		m.Number = numbering.E164(m.Number, t.region) // as it is kept
		e.Messages = append(e.Messages, m)
		return dialogue.Committed{ID: a.ID}
	case dialogue.Unanswered:
		return dialogue.Committed{ID: a.ID}
	case dialogue.Right:
		return dialogue.RightDone{ID: a.ID}
	case dialogue.Transfer:
		e.Put[a.Extension]++
		e.Result, t.over = record.ResultTransfer, true
		return dialogue.Transferred{ID: a.ID}
	case dialogue.Hangup:
		if e.Result == "" {
			e.Result = a.Outcome.Result
		}
		t.over = true
	}
	return nil
}
