package tryout_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/dialogue"
	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/knowledge/profile"
	"frontdesk.internal/appliance/tryout"
)

// mindFunc is a language model of one function.
type mindFunc func(system string, a dialogue.Ask) (int, float64, error)

func (f mindFunc) Choose(_ context.Context, system string, a dialogue.Ask) (int, float64, error) {
	return f(system, a)
}

func dental(t *testing.T) *knowledge.Business {
	t.Helper()
	b, err := profile.Sample("dental")
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestAsk(t *testing.T) {
	b := dental(t)
	monday := time.Date(2026, 11, 23, 10, 0, 0, 0, b.Location())
	for _, tt := range []struct {
		question string
		outcome  tryout.Outcome
		by       string
		source   string
		said     string
	}{
		{"", tryout.Answered, "rule", "greeting", "AI assistant"},
		{"What are your opening hours?", tryout.Answered, "rule", "hours", "Saturday from nine AM to one PM"},
		{"How much is a crown?", tryout.Answered, "rule", "services[5].price", "starts at one thousand one hundred dollars"},
		{"Where can I park?", tryout.Answered, "rule", "address.parking", "behind the building"},
		{"Can I leave a message?", tryout.Message, "rule", "", "name"},
		{"Do you repair bicycles?", tryout.Unanswered, "", "", ""},
		{"Goodbye", tryout.Ends, "rule", "", ""},
	} {
		r, err := tryout.Ask(t.Context(), b, tt.question, monday, nil)
		if err != nil || r.Outcome != tt.outcome || !strings.Contains(r.Source, tt.source) || !strings.Contains(r.Said, tt.said) ||
			(tt.by != "" && r.By != tt.by) {
			t.Errorf("%q: %+v, %v", tt.question, r, err)
		}
		if len(r.Steps) == 0 || r.Said == "" {
			t.Errorf("%q: nothing is said", tt.question)
		}
	}
}

func TestTheMomentCounts(t *testing.T) {
	b := dental(t)
	for at, want := range map[time.Time]string{
		time.Date(2026, 11, 23, 10, 0, 0, 0, b.Location()): "Yes, we are open",
		time.Date(2026, 12, 25, 10, 0, 0, 0, b.Location()): "No, we are closed",
	} {
		r, err := tryout.Ask(t.Context(), b, "Are you open right now?", at, nil)
		if err != nil || !strings.HasPrefix(r.Said, want) || !r.At.Equal(at) {
			t.Errorf("at %v: %q, %v", at, r.Said, err)
		}
	}
}

func TestTheModelIsAsked(t *testing.T) {
	b, at := dental(t), time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	const question = "What about the blue one with the thing?"
	var system string
	choose := func(label string, sure float64) tryout.Mind {
		return mindFunc(func(s string, a dialogue.Ask) (int, float64, error) {
			system = s
			return slices.Index(a.Choices, label), sure, nil
		})
	}
	r, err := tryout.Ask(t.Context(), b, question, at, choose("hours", 0.9))
	if err != nil || r.Model != tryout.ModelAsked || r.By != "model" || r.Outcome != tryout.Answered || system != dialogue.Prefix(b) {
		t.Errorf("sure: %+v, %v", r, err)
	}
	if r, err := tryout.Ask(t.Context(), b, question, at, choose("hours", 0.4)); err != nil || r.Outcome != tryout.AsksBack {
		t.Errorf("unsure: %+v, %v", r, err)
	}
	if r, err := tryout.Ask(t.Context(), b, question, at, choose("other", 0.9)); err != nil || r.Outcome != tryout.Unanswered {
		t.Errorf("other: %+v, %v", r, err)
	}
	down := mindFunc(func(string, dialogue.Ask) (int, float64, error) { return -1, 0, errors.New("gone") })
	for name, mind := range map[string]tryout.Mind{"none": nil, "down": down} {
		if r, err := tryout.Ask(t.Context(), b, question, at, mind); err != nil || r.Model != tryout.ModelMissing || r.Said == "" {
			t.Errorf("%s: %+v, %v", name, r, err)
		}
	}
}

func TestTransferIsOnlyNamed(t *testing.T) {
	b := dental(t)
	r, err := tryout.Ask(t.Context(), b, "I want to talk to a person", time.Date(2026, 11, 23, 10, 0, 0, 0, b.Location()), nil)
	if err != nil || r.Outcome != tryout.Transfer || r.Extension != b.Transfer.Extension {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestACancelledTrialEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := tryout.Ask(ctx, dental(t), "hello", time.Now(), nil); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

// What a caller asks about the own data is answered as on a call, and nothing is filed.
func TestRights(t *testing.T) {
	b := dental(t)
	at := time.Date(2026, 11, 23, 10, 0, 0, 0, b.Location())
	for _, q := range []string{"Please delete everything you have about me.", "I want to know what data you have about me."} {
		r, err := tryout.Ask(t.Context(), b, q, at, nil)
		if err != nil || r.Outcome != tryout.AsksBack || !strings.Contains(r.Said, "keep about you") {
			t.Errorf("%q: %+v, %v", q, r, err)
		}
	}
}

func TestTheExampleIsNamed(t *testing.T) {
	b := dental(t)
	b.Learned = []knowledge.Example{
		{Text: "Is it tooth o'clock yet?", Means: "hours"}, {Text: "Where is the lift?", Means: "answer:Is there a lift?"},
	}
	at := time.Date(2026, 11, 23, 10, 0, 0, 0, b.Location())
	r, err := tryout.Ask(t.Context(), b, "is it tooth o'clock yet", at, nil)
	if err != nil || r.Outcome != tryout.Answered || r.Source != "hours" || r.Example != "Is it tooth o'clock yet?" ||
		r.Steps[0].Example != r.Example || r.Sure != 1 {
		t.Errorf("%+v, %v", r, err)
	}
	if r, err = tryout.Ask(t.Context(), b, "How much is a crown?", at, nil); err != nil || r.Example != "" || !(r.Sure > 0.5) {
		t.Errorf("by no example: %+v, %v", r, err)
	}
}
