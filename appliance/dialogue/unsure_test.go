package dialogue_test

import (
	"testing"
	"time"

	"frontdesk.internal/appliance/dialogue"
	"frontdesk.internal/appliance/understanding"
)

// TestNotUnderstoodInAnyOrder: whether turns are not understood at all or only suspected, in whatever order, each is answered, and
// soon the question is on the owner's list. The walk fails when nothing is said.
func TestNotUnderstoodInAnyOrder(t *testing.T) {
	const turns = 5
	b := sample(t, "dental")
	suspected := understanding.Reading{
		Text: "the blue one then", Words: []string{"the", "blue", "one", "then"}, Meaning: true,
		Weak: []understanding.Ask{{Intent: understanding.Parking, Score: 0.4}, {Intent: understanding.Hours, Score: 0.3}},
	}
	nothing := understanding.Reading{Text: "the blue one then", Words: suspected.Words, Meaning: true}
	for order := range 1 << turns {
		w := walk{
			biz: b, now: time.Date(2026, 11, 23, 10, 15, 0, 0, b.Location()), events: []dialogue.Event{dialogue.Answered{From: "2175550144"}},
		}
		c := w.play(t)
		for i := range turns {
			r := suspected
			if order>>i&1 == 1 {
				r = nothing
			}
			c.send(dialogue.Heard{Reading: &r, Text: r.Text, Confidence: 0.9})
			c.settle()
		}
		if c.listed == 0 {
			c.fail("after %d turns that nobody understood nothing is on the list (order %b)", turns, order)
		}
	}
}
