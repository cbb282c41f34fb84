package dialogue_test

import (
	"testing"

	"frontdesk.internal/appliance/dialogue"
	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/language/all"
)

// A passage is spoken as written, digits, prices and times among it, after words that say whose it is.
func TestQuote(t *testing.T) {
	p := knowledge.Passage{
		Document: "01a2", Name: "house rules", Page: 4,
		Text: "Breakfast is from 7:30 to 10:00. Dogs sleep downstairs for $12 a night. Cats stay at home.",
	}
	l := all.For("en")
	line, source := dialogue.Quote(p, "May my dog sleep in our room?", l)
	line.Args.Region, line.Args.Currency = "US", "USD"
	if source != "documents[01a2].page[4]" || line.Args.Text != "Breakfast is from 7:30 to 10:00. Dogs sleep downstairs for $12 a night." {
		t.Errorf("%q from %s", line.Args.Text, source)
	}
	if got, want := l.Text(line.Key,
		line.Args), "Our house rules say: Breakfast is from seven thirty AM to ten AM. "+
		"Dogs sleep downstairs for twelve dollars a night."; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
