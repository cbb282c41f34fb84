// Package tryout shows what a caller would be told, before anybody calls: it runs the conversation of real calls
// (dialogue) over any profile, also one that is not published, for one question.
//
// Nothing is kept and nothing is done: questions go on no list, requests are not filed, nobody is put through. The language model
// is asked when the rules ask for it and there is one. The package starts no goroutine.
package tryout

import (
	"context"
	"errors"
	"strings"
	"time"

	"frontdesk.internal/appliance/dialogue"
	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/understanding"
)

// ErrNoMind says that there is no language model now.
var ErrNoMind = errors.New("the language model is not running")

// Mind asks the language model to choose. It returns the index into a.Choices, or -1, and how sure the model was, 0…1. System is
// the text that goes before the prompt.
type Mind interface {
	Choose(ctx context.Context, system string, a dialogue.Ask) (choice int, confidence float64, err error)
}

// Reader is implemented by a [Mind] that also reads by meaning, as calls do. An error says that the words must do.
type Reader interface {
	ReadNow(ctx context.Context, b *knowledge.Business, tag, text string, at time.Time) (*understanding.Reading, error)
}

// Outcome says in one word what became of the question.
type Outcome string

// The closed list of outcomes.
const (
	Answered   Outcome = "answered"   // from the profile
	AsksBack   Outcome = "asks_back"  // "Did you want to know …?"
	Unanswered Outcome = "unanswered" // nothing in the profile answers it; on a call it goes on the list
	Message    Outcome = "message"    // a message is taken
	Transfer   Outcome = "transfer"   // the caller is put through
	Ends       Outcome = "ends"       // the call is ended
	Right      Outcome = "right"      // a request about what is kept of the caller is taken
	Talks      Outcome = "talks"      // small talk, or the question was not understood
)

// Reply is one thing that is said, and why.
type Reply struct {
	Decided string `json:"decided,omitempty"` // the action's name, such as "answer.hours"
	By      string `json:"by,omitempty"`      // "rule", "model" or "fallback"
	Source  string `json:"source,omitempty"`  // the fields of the profile that it came from, blanks between them
	Said    string `json:"said,omitempty"`
	// Example is what the owner has taught, or what ships with the program, whose words decided; "" = none did.
	Example string  `json:"example,omitempty"`
	Sure    float64 `json:"sure,omitempty"` // how sure that was, 0…1; 0 = nothing was read
}

// Model says what the language model had to do with the answer.
type Model string

// What the language model can have to do with an answer.
const (
	ModelNotAsked Model = "not_asked" // the rules knew
	ModelAsked    Model = "asked"
	ModelMissing  Model = "missing" // it would have been asked; with it the answer may be better
)

// Result is what a caller would be told.
type Result struct {
	Question  string    `json:"question"` // "" = none yet, the greeting
	At        time.Time `json:"at"`       // the moment of the call
	Outcome   Outcome   `json:"outcome"`
	Said      string    `json:"said"` // all of it, as it is spoken
	By        string    `json:"by"`   // of the first step
	Source    string    `json:"source,omitempty"`
	Example   string    `json:"example,omitempty"`   // of the first step that has one
	Sure      float64   `json:"sure,omitempty"`      // of the first step, 0…1
	Extension string    `json:"extension,omitempty"` // where the caller would be put through to
	Model     Model     `json:"model"`
	Steps     []Reply   `json:"steps"`
}

// somebody is the number that the one calls from who tries: most callers have one, and requests about the own data need it. No call
// goes there.
const somebody = "5550142"

// maxModel bounds how often one question may go to the model: once, as the conversation has it, and one more.
const maxModel = 2

// Ask says what a caller hears who asks question at the moment at, if b is the profile. An empty question gives the greeting. With
// mind nil there is no language model. The profile must not change meanwhile; an error is that of the context.
func Ask(ctx context.Context, b *knowledge.Business, question string, at time.Time, mind Mind) (Result, error) {
	t := &trial{conv: dialogue.New(b, dialogue.Options{Rights: true}), biz: b, mind: mind, at: at}
	t.result = Result{Question: strings.TrimSpace(question), At: at, Outcome: Talks, Model: ModelNotAsked, Steps: []Reply{}}
	if err := t.send(ctx, dialogue.Answered{From: somebody}); err != nil {
		return Result{}, err
	}
	if t.result.Question != "" {
		t.result.Steps = []Reply{}
		heard := dialogue.Heard{Text: t.result.Question, Confidence: 1}
		if r, ok := mind.(Reader); ok {
			if got, err := r.ReadNow(ctx, b, b.Tongues()[0], heard.Text, at); err == nil {
				heard.Reading = got
			}
		}
		if err := t.send(ctx, heard); err != nil {
			return Result{}, err
		}
	}
	return t.finish(), nil
}

// trial is one question being tried.
type trial struct {
	conv   *dialogue.Conversation
	biz    *knowledge.Business
	mind   Mind
	at     time.Time
	asked  int
	result Result
}

// send gives the conversation an event and does what it says, as far as that can be tried.
func (t *trial) send(ctx context.Context, ev dialogue.Event) error {
	for _, a := range t.conv.Handle(t.at, ev) {
		var next dialogue.Event
		switch a := a.(type) {
		case dialogue.Decide:
			t.result.Steps = append(t.result.Steps, Reply{Decided: a.Name, By: a.By, Source: a.Source, Example: a.Because, Sure: a.Sure})
		case dialogue.Say:
			t.say(strings.Join(a.Clauses, " "))
		case dialogue.Ask:
			next = t.choose(ctx, a)
		case dialogue.Unanswered:
			t.become(Unanswered)
			next = dialogue.Committed{ID: a.ID}
		case dialogue.Commit:
			t.become(Message)
			next = dialogue.Committed{ID: a.ID}
		case dialogue.Book: // there is no calendar where questions are tried
			next = dialogue.Booked{ID: a.ID, Taken: true}
		case dialogue.Right: // on a call it is filed for the office, who looks who the caller is
			t.become(Right)
			next = dialogue.RightDone{ID: a.ID}
		case dialogue.Transfer:
			t.become(Transfer)
			t.result.Extension = a.Extension
		case dialogue.Hangup:
			t.become(Ends)
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if next != nil {
			if err := t.send(ctx, next); err != nil {
				return err
			}
		}
	}
	return nil
}

// become notes the outcome; the first that says something stands.
func (t *trial) become(o Outcome) {
	if t.result.Outcome == Talks {
		t.result.Outcome = o
	}
}

func (t *trial) say(text string) {
	n := len(t.result.Steps)
	if n == 0 {
		t.result.Steps = append(t.result.Steps, Reply{})
		n = 1
	}
	s := &t.result.Steps[n-1]
	s.Said = strings.TrimSpace(s.Said + " " + text)
}

// choose asks the language model.
func (t *trial) choose(ctx context.Context, a dialogue.Ask) dialogue.Event {
	p := dialogue.Proposed{ID: a.ID, Choice: -1, Err: ErrNoMind}
	t.asked++
	if t.mind != nil && t.asked <= maxModel {
		p.Choice, p.Confidence, p.Err = t.mind.Choose(ctx, dialogue.Prefix(t.biz), a)
	}
	switch {
	case p.Err != nil:
		t.result.Model = ModelMissing
	case t.result.Model == ModelNotAsked:
		t.result.Model = ModelAsked
	}
	return p
}

// finish sums the steps up.
func (t *trial) finish() Result {
	r := t.result
	for i, s := range r.Steps {
		if i == 0 {
			r.By, r.Sure = s.By, s.Sure
		}
		if r.Example == "" {
			r.Example = s.Example
		}
		if r.Source == "" {
			r.Source = s.Source
		}
		r.Said = strings.TrimSpace(r.Said + " " + s.Said)
		if r.Outcome != Talks {
			continue
		}
		switch verb, rest, _ := strings.Cut(s.Decided, "."); {
		case verb == "answer", verb == "emergency", verb == "greet":
			r.Outcome = Answered
		case verb == "guess", rest == "which":
			r.Outcome = AsksBack
		case verb == "message", verb == "person":
			r.Outcome = Message
		}
	}
	return r
}
