package dialogue_test

import (
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/dialogue"
	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/record"
)

// unnamed is a call to a box that was not told yet for whom it answers. It returns what the box says to an event, and what it does.
func unnamed(t *testing.T, number string, o dialogue.Options) func(ev dialogue.Event) (string, []dialogue.Action) {
	t.Helper()
	b := knowledge.Nobody(number)
	c, now := dialogue.New(&b, o), time.Date(2026, 3, 4, 10, 0, 0, 0, time.UTC)
	return func(ev dialogue.Event) (string, []dialogue.Action) {
		var said []string
		as := c.Handle(now, ev)
		for _, a := range as {
			if s, ok := a.(dialogue.Say); ok {
				said = append(said, s.Clauses...)
			}
		}
		return strings.Join(said, " "), as
	}
}

func TestNobodySaysTheNumberAndTakesAMessage(t *testing.T) {
	send := unnamed(t, "100", dialogue.Options{})
	if got, _ := send(dialogue.Answered{
		From: "2175550142",
	}); got != "You have reached one zero zero. You are speaking with an AI assistant. Please leave a message. What is it about?" {
		t.Errorf("greeting: %q", got)
	}
	send(dialogue.Heard{Text: "What are your opening hours on Saturday?", Confidence: 1})
	send(dialogue.Heard{Text: "Anna Berger", Confidence: 1})
	send(dialogue.Heard{Text: "yes", Confidence: 1}) // the number that the call comes from
	_, as := send(dialogue.Heard{Text: "yes", Confidence: 1})
	var kept record.Message
	for _, a := range as {
		if c, ok := a.(dialogue.Commit); ok {
			kept = c.Message
		}
	}
	if kept.Reason != "What are your opening hours on Saturday?" || kept.Name != "Anna Berger" || kept.Number != "2175550142" {
		t.Errorf("kept: %+v", kept)
	}
}

// Nothing that only a business could say is ever said.
func TestNobodyHasNoFacts(t *testing.T) {
	if got, _ := unnamed(t, "", dialogue.Options{})(dialogue.Answered{}); !strings.HasPrefix(got, "Hello. You are speaking") {
		t.Errorf("without a number: %q", got)
	}
	send := unnamed(t, "100", dialogue.Options{Announce: true, Ask: true})
	send(dialogue.Answered{From: "2175550142"})
	if got, _ := send(dialogue.Heard{Text: "no", Confidence: 1}); !strings.Contains(got, "not being recorded") ||
		!strings.HasSuffix(got, "What is it about?") {
		t.Errorf("not recorded: %q", got)
	}
	send(dialogue.Heard{Text: "never mind", Confidence: 1})
	for _, q := range []string{
		"Are you open now?", "What are your hours?", "Are you closed on Sunday?", "What is your address?", "How much is it?", "Whom did I reach?",
		"What can you do?", "Are you a robot?", "Who works there?", "What is your phone number?", "Can I talk to a person?",
	} {
		send := unnamed(t, "100", dialogue.Options{})
		send(dialogue.Answered{From: "2175550142"})
		send(dialogue.Heard{Text: "never mind", Confidence: 1})
		got, _ := send(dialogue.Heard{Text: q, Confidence: 1})
		for _, no := range []string{"open", "closed", "hours", "address", "price", "service", "calling .", "reached .", "putting you"} {
			if strings.Contains(got, no) {
				t.Errorf("%s: %q", q, got)
			}
		}
		if got, _ := send(dialogue.Heard{Text: "goodbye", Confidence: 1}); strings.Contains(got, " .") {
			t.Errorf("goodbye after %s: %q", q, got)
		}
	}
	for _, degraded := range []bool{false, true} {
		for _, k := range "0123456789" {
			send := unnamed(t, "100", dialogue.Options{})
			send(dialogue.Answered{From: "2175550142", Degraded: degraded})
			got, _ := send(dialogue.Keyed{Key: k})
			for _, no := range []string{"open", "closed", "hours", "address", "a person"} {
				if strings.Contains(got, no) {
					t.Errorf("key %c: %q", k, got)
				}
			}
		}
	}
	b := knowledge.Nobody("100")
	for _, p := range dialogue.Phrases(&b, time.Now()) {
		if p.Name != "" && (strings.Contains(p.Text, "hours") || strings.Contains(p.Text, "closed") || strings.Contains(p.Text, " .")) {
			t.Errorf("rendered ahead: %+v", p)
		}
	}
}
