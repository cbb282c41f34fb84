package service

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/store"
)

// Mending is what a caller really said in a turn.
type Mending struct {
	Call string          `json:"call"`
	Turn int             `json:"turn"`
	Text record.Personal `json:"text"` // "" = as it was heard after all
}

// Mended is a turn whose words were corrected.
type Mended struct {
	record.Turn
	Listens record.Personal `json:"listens,omitempty"` // words that recognition listens for from the next call on
}

// MaxMended bounds the words of a turn, in characters.
const MaxMended = 2000

// MendTurn corrects the words of a turn. What was heard stays beside it; the words that were missed are listened for from the next call
// on, as an example that can be taken back. The error is store.ErrNotFound for a turn that is not there.
var MendTurn = define(Op[Mending, Mended]{
	Name: "mend-turn", Role: Owner, Audit: Changes("correct words of call"),
	About: func(in Mending, _ Mended) string { return in.Call },
	Run:   (*Service).mendTurn,
})

func (s *Service) mendTurn(ctx context.Context, in Mending) (Mended, error) {
	call, err := s.o.Records.Full(in.Call)
	if err != nil {
		return Mended{}, err
	}
	turn := record.Turn{Index: -1}
	for _, t := range call.Turns {
		if t.Index == in.Turn {
			turn = t
		}
	}
	text, wrong := tidy(string(in.Text)), ""
	switch {
	case turn.Index < 0:
		return Mended{}, fmt.Errorf("the call has no turn %d: %w", in.Turn, store.ErrNotFound)
	case turn.Heard == "" || strings.HasPrefix(string(turn.Heard), "[keys]"):
		wrong = errNoWords.Error()
	case call.Call.Ended.IsZero():
		wrong = "the call still goes on: correct its words when it is over"
	case len([]rune(text)) > MaxMended:
		wrong = fmt.Sprintf("write at most %d characters", MaxMended)
	}
	if wrong != "" {
		return Mended{}, &InvalidError{What: "correction", Problems: []knowledge.Problem{{Path: "text", Text: wrong}}}
	}
	if text == tidy(string(turn.Heard)) {
		text = ""
	}
	if turn, err = s.o.Records.MendTurn(in.Call, in.Turn, record.Personal(text)); err != nil {
		return Mended{}, err
	}
	out := Mended{Turn: turn}
	if err := s.forgetHeard(in.Call, in.Turn); err != nil {
		return out, err
	}
	words := missed(string(turn.Heard), text)
	if words == "" {
		s.o.Taught()
		return out, nil
	}
	b, err := s.business()
	if err != nil {
		return out, err
	}
	out.Listens = record.Personal(words)
	_, err = s.teach(ctx, b, record.Example{
		Text: out.Listens, Means: record.Listened, Taught: record.TaughtByHearing, CallID: in.Call, Turn: in.Turn,
	})
	var full *InvalidError
	if errors.As(err, &full) { // there are too many examples: the words are corrected all the same
		out.Listens, err = "", nil
	}
	return out, err
}

// forgetHeard ends that a turn's words are listened for.
func (s *Service) forgetHeard(call string, turn int) error {
	all, err := s.o.Records.Examples()
	if err != nil {
		return err
	}
	for _, e := range all {
		if e.Taught != record.TaughtByHearing || e.CallID != call || e.Turn != turn {
			continue
		}
		if _, err := s.o.Records.DropExample(e.ID); err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
	}
	return nil
}

// missedMost bounds the words that are listened for after one correction, in characters.
const missedMost = 60

// missed are the words of a text that were not heard: those of three letters and more, without figures.
func missed(heard, text string) string {
	split := func(r rune) bool { return !unicode.IsLetter(r) && r != '\'' && r != '’' && r != '-' }
	known := map[string]bool{}
	for _, w := range strings.FieldsFunc(heard, split) {
		known[strings.ToLower(w)] = true
	}
	out := ""
	for _, w := range strings.FieldsFunc(text, split) {
		if len([]rune(w)) < 3 || known[strings.ToLower(w)] || len(out)+1+len(w) > missedMost {
			continue
		}
		known[strings.ToLower(w)] = true
		out = strings.TrimSpace(out + " " + w)
	}
	return out
}
