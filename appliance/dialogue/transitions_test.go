package dialogue_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/dialogue"
)

// paths lead from the beginning of a call to each state, in short: what is said, "#" and keys, "~" for what nobody understands, "?"
// and the model's choice, "!" for the engines going, "x" for a result that is a failure. Read only.
var paths = []struct {
	state string
	steps []string
}{
	{"idle", nil},
	{"guessing", []string{"Is it going to break the bank?", "?price"}},
	{"choosing", []string{"How much is a tour?", "?price!"}},
	{"whichService", []string{"What are your prices?", "?price!"}},
	{"whichPerson", []string{"Can I speak to Maria?"}},
	{"pickTime", []string{"I would like to book a cleaning."}},
	{"whichChange", []string{"I can't make it on Wednesday.", "Anna Berger"}},
	{"checkChange", []string{"I need to cancel my appointment.", "Anna Berger"}},
	{"offered", []string{"Is the moon made of cheese?", "?other!"}},
	{"askRecording", nil},
	{"askName", []string{"#3"}},
	{"checkName", []string{"#3", "~Anna Berger"}},
	{"spellName", []string{"#3", "Olena Kravets"}},
	{"offerNumber", []string{"#3", "Anna Berger"}},
	{"askNumber", []string{"#3", "Anna Berger", "No."}},
	{"keyNumber", []string{"#3", "Anna Berger", "No.", "~", "~"}},
	{"checkNumber", []string{"#3", "Anna Berger", "No.", "217 555 0134"}},
	{"askReason", []string{"#3", "Anna Berger", "Yes."}},
	{"askUrgent", []string{"#3", "Anna Berger", "Yes.", "My crown came off and it hurts."}},
	{"checkAll", []string{"#3", "Anna Berger", "Yes.", "It is about my last bill."}},
	{"askChange", []string{"#3", "Anna Berger", "Yes.", "It is about my last bill.", "No."}},
	{"retrySave", []string{"#3", "Anna Berger", "Yes.", "It is about my last bill.", "x", "Yes."}},
	{"rightsCode", []string{"#81"}},
	{"rightsChoice", []string{"#8"}},
	{"menu", []string{"!"}},
	{"menuOffer", []string{"!", "#3"}},
	{"menuKey", []string{"!", "#32"}},
	{"menuCheck", []string{"!", "#322175550134#"}},
}

// tried are the events that are tried in each state, written as in paths. Read only.
var tried = []string{
	"Yes.", "No.", "Goodbye.", "I want to talk to a person.", "Never mind.", "Could you repeat that?", "Slower, please.",
	"What do you have about me?", "When are you open on Monday?", "Anna Berger", "217 555 0142", "It is about my insurance card.",
	"Well, the blue one.", "~", "#0", "#1", "#3", "#5", "#8", "#*", "#2175550142#", "!",
}

// follow plays one step and everything that comes of it by itself.
func (c *call) follow(step string) (acts []dialogue.Action) {
	c.t.Helper()
	do := func(ev dialogue.Event) {
		acts = append(acts, c.send(ev)...)
		for len(c.due) > 0 && !c.ended {
			acts = append(acts, c.send(c.due[0])...)
		}
		c.fails = func() bool { return false }
	}
	first, rest := step[:1], step[1:]
	switch first {
	case "#":
		for _, k := range rest {
			do(dialogue.Keyed{Key: k})
		}
		do(dialogue.KeysPaused{})
	case "~":
		if rest == "" {
			do(dialogue.Unclear{})
		} else {
			do(dialogue.Heard{Text: rest, Confidence: 0.45})
		}
	case "?":
		label, sure := strings.TrimSuffix(rest, "!"), 0.4
		if label != rest {
			sure = 0.9
		}
		choice := map[string]int{"hours": 0, "price": 1, "other": 15}[label]
		do(dialogue.Proposed{ID: c.ask, Choice: choice, Confidence: sure})
	case "!":
		do(dialogue.Engines{})
	case "x":
		c.fails = func() bool { return true }
	default:
		do(dialogue.Heard{Text: step, Confidence: 0.95})
	}
	return acts
}

// TestTransitions compares what each event does in each state with testdata/transitions.tsv: state, event, the state after it, what
// was decided, and what was done. Run with -update to write it, then read the difference.
func TestTransitions(t *testing.T) {
	const file = "testdata/transitions.tsv"
	b := many(t, "dental")
	out := strings.Builder{}
	out.WriteString("# state\tevent\tstate after it\tdecided\tdone\n")
	for _, p := range paths {
		for _, event := range tried {
			w := walk{
				biz: b, now: time.Date(2026, 11, 23, 10, 15, 0, 0, b.Location()), events: []dialogue.Event{dialogue.Answered{From: "2175550144"}},
			}
			asks := p.state == "askRecording"
			w.opt = dialogue.Options{Rights: true, HasCode: true, Announce: asks, Ask: asks}
			if slices.Contains(withCalendar, p.state) {
				plan := newPlanner(b)
				w.opt.Offer, w.opt.Find = plan.offer, plan.find
			}
			c := w.play(t)
			for _, s := range p.steps {
				c.follow(s)
			}
			if got := c.conv.State(); got != p.state {
				c.fail("%q lead to %s, want %s", p.steps, got, p.state)
			}
			acts := c.follow(event)
			fmt.Fprintf(&out, "%s\t%s\t%s\t%s\n", p.state, event, c.conv.State(), done(acts))
		}
	}
	if *update {
		if err := os.WriteFile(file, []byte(out.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	want, got := strings.Split(string(data), "\n"), strings.Split(out.String(), "\n")
	if len(want) != len(got) {
		t.Fatalf("%d lines, want %d", len(got), len(want))
	}
	for i := range got {
		if got[i] != want[i] {
			t.Errorf("line %d:\n got %s\nwant %s", i+1, got[i], want[i])
		}
	}
}

// done are the names of what was decided and of what was done beside speaking.
func done(acts []dialogue.Action) string {
	var decided, did []string
	for _, a := range acts {
		switch a := a.(type) {
		case dialogue.Decide:
			decided = append(decided, a.Name)
		case dialogue.Say, dialogue.Expect:
		default:
			did = append(did, strings.ToLower(strings.TrimPrefix(fmt.Sprintf("%T", a), "dialogue.")))
		}
	}
	return strings.Join(decided, " ") + "\t" + strings.Join(did, " ")
}
