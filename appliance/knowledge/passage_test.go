package knowledge_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/language/all"
	"frontdesk.internal/appliance/record"
)

func TestPassages(t *testing.T) {
	ps := []record.DocumentPassage{{ID: "a", Text: "Dogs are welcome.", Page: 2, Heading: "Pets"}, {ID: "b", Text: "Cats are not.", Off: true}}
	got := knowledge.Passages([]record.Document{
		{ID: "1", Name: "house rules", Passages: ps}, {ID: "2", Name: "terms", Passages: ps, Removed: time.Now()},
	})
	if want := []knowledge.Passage{
		{Document: "1", Name: "house rules", Page: 2, Heading: "Pets", Text: "Dogs are welcome."},
	}; !slices.Equal(got, want) {
		t.Fatalf("%+v", got)
	}
	if s := got[0].Source(); s != "documents[1].page[2]" || strings.ContainsRune(s, ' ') {
		t.Errorf("source %q", s)
	}
	if got[0].Page = 0; got[0].Source() != "documents[1]" {
		t.Errorf("source without a page %q", got[0].Source())
	}
}

// TestExcerpt holds that what is quoted stands in the passage word for word, and answers what was asked.
func TestExcerpt(t *testing.T) {
	p := knowledge.Passage{Text: "Check-in is from 15:00 to 22:00. Guests pay a deposit of €50. Dogs sleep downstairs for $12 a night."}
	for asked, want := range map[string]string{
		"when can we check in":             "Check-in is from 15:00 to 22:00. Guests pay a deposit of €50.",
		"how much is the deposit":          "Check-in is from 15:00 to 22:00. Guests pay a deposit of €50.",
		"may my dog sleep in the room":     "Guests pay a deposit of €50. Dogs sleep downstairs for $12 a night.",
		"the deposit and where dogs sleep": "Guests pay a deposit of €50. Dogs sleep downstairs for $12 a night.",
		"":                                 "Check-in is from 15:00 to 22:00. Guests pay a deposit of €50.",
	} {
		got := p.Excerpt(asked, all.For("en"))
		if got != want || !strings.Contains(p.Text, got) {
			t.Errorf("%q: %q, want %q", asked, got, want)
		}
	}
	long := knowledge.Passage{Text: strings.Repeat("Very long words are here ", 12) + "in one sentence. Dogs are welcome."}
	if got := long.Excerpt("do you take dogs", all.For("en")); got != "Dogs are welcome." {
		t.Errorf("beside a long sentence: %q", got)
	}
	if got := (knowledge.Passage{Text: "Dogs are welcome"}).Excerpt("dogs", all.For("en")); got != "Dogs are welcome" {
		t.Errorf("one: %q", got)
	}
}
