package dialogue_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"frontdesk.internal/appliance/dialogue"
)

// inTongue is a sentence in the language that is spoken on a call.
func (c *call) inTongue(en, de string) dialogue.Heard {
	if c.conv.Language().Tag() == "de" {
		return dialogue.Heard{Text: de, Confidence: 1}
	}
	return dialogue.Heard{Text: en, Confidence: 1}
}

// TestEveryState plays walks to every state and checks what must hold from there on.
func TestEveryState(t *testing.T) {
	walks := wander(t)
	walks["pickTime"] = append(walks["pickTime"], visitWalk(t, "I would like to book a cleaning."),
		visitWalk(t, "Can I move my appointment?", "Anna Berger."))
	walks["whichChange"] = append(walks["whichChange"], visitWalk(t, "I can't make it on Wednesday.", "Anna Berger."))
	walks["checkChange"] = append(walks["checkChange"], visitWalk(t, "I need to cancel my appointment.", "Anna Berger."),
		visitWalk(t, "Can I move my appointment?", "Anna Berger.", "Thursday at nine."))
	checks := map[string]func(c *call){
		"zero": zeroLeads, "person": personLeads, "goodbye": goodbyeEnds, "nothing heard": nothingEnds, "no use": uselessEnds,
		"no such key": keysRefused,
		"denied":      deniedLeads,
	}
	for _, state := range dialogue.States() {
		t.Run(state, func(t *testing.T) {
			if len(walks[state]) == 0 && state != "ended" {
				t.Errorf("no walk leads to %s", state)
			}
			for _, w := range walks[state] {
				c := w.play(t)
				if c.conv.State() != state {
					c.fail("a walk to %s led elsewhere", state)
				}
				mark := c.conv.Mark()
				for name, f := range checks {
					t.Run(name, func(t *testing.T) {
						again := c.from(mark)
						again.t = t
						f(again)
					})
				}
			}
		})
	}
}

// helped says whether the caller is being put through, asked which person is meant, or on the way to leaving a message.
func (c *call) helped() bool {
	return c.moved || c.conv.TakesMessage() || c.conv.State() == "whichPerson"
}

// The key 0 gets the caller to a person, or a message is taken, from every state. Where a number may begin with it, it does so alone.
func zeroLeads(c *call) {
	if c.conv.State() == "moving" && len(c.due) == 0 || c.moved {
		return // on the way already
	}
	if c.conv.Digits() {
		c.send(dialogue.Keyed{Key: '*'}) // what was typed before
	}
	c.send(dialogue.Keyed{Key: '0'})
	c.send(dialogue.KeysPaused{})
	c.settle()
	if !c.helped() {
		c.fail("0 leads to nobody")
	}
}

// So does asking for a person, wherever the caller is heard.
func personLeads(c *call) {
	if !c.conv.Speaks() || c.moved {
		return
	}
	c.send(c.inTongue("I want to talk to a person.", "Ich möchte mit einem Menschen sprechen."))
	c.settle()
	if !c.helped() {
		c.fail("asking for a person leads to nobody")
	}
}

// Who says goodbye is let go, at the latest when asked whether that is meant.
func goodbyeEnds(c *call) {
	if !c.conv.Speaks() {
		return
	}
	c.send(c.inTongue("Goodbye.", "Auf Wiederhören."))
	c.settle()
	if !c.ended {
		c.send(c.inTongue("Yes, goodbye.", "Ja, auf Wiederhören."))
		c.settle()
	}
	if !c.ended {
		c.fail("goodbye does not end the call")
	}
}

// Silence and turns that nobody understands end the call within a bound, in any order, whether results come or not.
func nothingEnds(c *call) {
	const most = 40
	r := rand.New(rand.NewPCG(uint64(len(c.log)), 3))
	results := r.IntN(2) == 0
	for range most {
		c.send([]dialogue.Event{
			dialogue.Silence{}, dialogue.Unclear{Reason: "noise"}, dialogue.Heard{Text: "mumble", Confidence: 0.1},
		}[r.IntN(3)])
		if results {
			c.settle()
		}
		if c.ended {
			return
		}
	}
	c.fail("the call goes on after %d turns of nothing", most)
}

// An answer that does not answer is not asked for without end.
func uselessEnds(c *call) {
	const most = 6
	for _, text := range [][2]string{{"Well, the blue one.", "Na ja, das blaue."}, {"Number 5 5 5.", "Nummer 5 5 5."}} {
		last, times := c.conv.State(), 0
		for range 3 * most {
			if !c.conv.Speaks() {
				return
			}
			c.send(c.inTongue(text[0], text[1]))
			c.settle()
			if c.conv.State() != last {
				last, times = c.conv.State(), 0
			}
			if times++; times > most && last != "idle" {
				c.fail("%q is asked for the %dth time", last, times)
			}
		}
	}
}

// A bare no leads where the table says.
func deniedLeads(c *call) {
	other := map[string][]string{
		// what was guessed is no question that could go on the list
		"guessing":    {"idle", "askReason"},
		"checkNumber": {"keyNumber", "offerNumber", "askReason", "askUrgent", "checkAll"}, // for the second time, and for the last
		"offerNumber": {"askReason", "askUrgent", "checkAll"},                             // for the last time
		"askChange":   {"idle"},                                                           // kept as it is, for the last time
	}
	from, want := c.conv.State(), c.conv.Denied()
	if want == "" {
		return
	}
	c.send(c.inTongue("No.", "Nein."))
	c.settle()
	if from == "guessing" && c.conv.TakesMessage() {
		return // it came between
	}
	if got := c.conv.State(); got != want && !slices.Contains(other[from], got) {
		c.fail("no leads from %s to %s, want %s", from, got, want)
	}
}

// Keys without meaning are refused and never end a call or begin an act.
func keysRefused(c *call) {
	if c.conv.Digits() || !c.conv.Speaks() || c.opt.Announce {
		return
	}
	from := c.conv.State()
	for _, k := range "#567" {
		if acts := c.send(dialogue.Keyed{Key: k}); len(acts) == 0 {
			c.fail("nothing follows key %c in %s", k, from)
		}
		if c.ended || len(c.due) > 0 {
			c.fail("key %c acts in %s", k, from)
		}
	}
}
