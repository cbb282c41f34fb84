package dialogue_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"frontdesk.internal/appliance/dialogue"
)

// A turn that is taken back leaves nothing behind: from every state, what follows is what it would have been without it.
func TestRewind(t *testing.T) {
	for state, walks := range wander(t) {
		for i, w := range walks {
			if i%perState > 0 {
				continue // one walk of each profile will do
			}
			tag := w.biz.Tongues()[0]
			r := rand.New(rand.NewPCG(uint64(i), uint64(len(state))))
			c, twin := w.play(t), w.play(t)
			mark := c.conv.Mark()
			first := says[tag][r.IntN(len(says[tag]))]
			c.conv.Handle(c.now, dialogue.Heard{Text: first, Confidence: 0.9})
			if r.IntN(2) == 0 {
				c.conv.Handle(c.now, dialogue.Interrupted{Played: "Certainly"})
			}
			c.conv.Rewind(mark)
			for range 3 {
				text := says[tag][r.IntN(len(says[tag]))]
				got := c.conv.Handle(c.now, dialogue.Heard{Text: text, Confidence: 0.9})
				want := twin.conv.Handle(twin.now, dialogue.Heard{Text: text, Confidence: 0.9})
				if g, w := seen(got), seen(want); !slices.Equal(g, w) {
					t.Fatalf("in %s, after %q was taken back, %q gives\n%q\nwant\n%q", state, first, text, g, w)
				}
			}
		}
	}
}

// seen are actions without their numbers.
func seen(acts []dialogue.Action) (out []string) {
	for _, a := range acts {
		switch x := a.(type) {
		case dialogue.Ask:
			x.ID = 0
			a = x
		case dialogue.Commit:
			x.ID = 0
			a = x
		case dialogue.Unanswered:
			x.ID = 0
			a = x
		case dialogue.Transfer:
			x.ID = 0
			a = x
		case dialogue.Right:
			x.ID = 0
			a = x
		}
		out = append(out, fmt.Sprintf("%T %+v", a, a))
	}
	return out
}

// A question to the model that was taken back is answered by nobody: its number is never that of another one.
func TestRewindGivesNoNumberTwice(t *testing.T) {
	conv := dialogue.New(sample(t, "dental"), dialogue.Options{})
	now := time.Date(2026, 11, 23, 10, 15, 0, 0, time.UTC)
	conv.Handle(now, dialogue.Answered{From: "217-555-0182"})
	asks := map[int]bool{}
	for range 3 {
		mark := conv.Mark()
		for _, a := range conv.Handle(now, dialogue.Heard{Text: "Well the thing with the blue stuff on top of it, you know.", Confidence: 0.9}) {
			if a, ok := a.(dialogue.Ask); ok {
				if asks[a.ID] {
					t.Fatalf("number %d was given twice", a.ID)
				}
				asks[a.ID] = true
			}
		}
		conv.Rewind(mark)
	}
	if len(asks) != 3 {
		t.Errorf("the words gave %d questions to the model, want 3", len(asks))
	}
}
