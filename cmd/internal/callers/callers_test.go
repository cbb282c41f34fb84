package callers_test

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"frontdesk.internal/appliance/language/all"
	"frontdesk.internal/appliance/numbering"
	"frontdesk.internal/cmd/internal/callers"
)

// now is a Tuesday without a holiday.
var now = time.Date(2026, 3, 3, 10, 0, 0, 0, time.UTC)

// planned makes the callers once; no test changes them.
var planned = sync.OnceValues(func() ([]callers.Caller, error) { return callers.Plan(now) })

func plan(t *testing.T) []callers.Caller {
	t.Helper()
	all, err := planned()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// find returns the first caller who fits.
func find(t *testing.T, fits func(c *callers.Caller) bool) *callers.Caller {
	t.Helper()
	for _, c := range plan(t) {
		if fits(&c) {
			return &c
		}
	}
	t.Fatal("nobody fits")
	return nil
}

// ofGoal returns a caller who does not interrupt.
func ofGoal(t *testing.T, tongue string, g callers.Goal) *callers.Caller {
	t.Helper()
	return find(t, func(c *callers.Caller) bool {
		return c.Goal == g && c.Tongue().Tag() == tongue && !c.Persona.Interrupts
	})
}

// The callers are many and of every kind, and a third is held out by trade and by voice.
func TestPlan(t *testing.T) {
	list := plan(t)
	if len(list) < 120 {
		t.Errorf("%d callers", len(list))
	}
	trades, tongues, goals, personas, lines := map[string]bool{}, map[string]int{}, map[callers.Goal]int{}, map[string]int{}, map[string]int{}
	sides := map[bool]map[string]bool{true: {}, false: {}}
	held := 0
	for _, c := range list {
		trades[c.Trade], tongues[c.Tongue().Tag()], goals[c.Goal] = true, tongues[c.Tongue().Tag()]+1, goals[c.Goal]+1
		personas[c.Persona.Name], lines[c.Line.Name] = personas[c.Persona.Name]+1, lines[c.Line.Name]+1
		sides[c.HeldOut]["trade "+c.Trade], sides[c.HeldOut]["voice "+c.Voice] = true, true
		if c.HeldOut {
			held++
		}
		if strings.Contains(c.Opening, "%") || strings.TrimSpace(c.Opening) == "" {
			t.Errorf("caller %d says %q", c.ID, c.Opening)
		}
		for _, w := range c.Wishes {
			if strings.Contains(w.Ask+w.Again, "%") || w.Fact.What == "" {
				t.Errorf("caller %d asks %q, %q for %q", c.ID, w.Ask, w.Again, w.Fact.What)
			}
		}
		if l := c.Leaves; l != nil && l.Number != "" {
			if complete, _ := numbering.Complete(l.Number, c.Business.Region); !complete {
				t.Errorf("caller %d leaves %s, which is no number of %s", c.ID, l.Number, c.Business.Region)
			}
		}
	}
	if len(trades) < 12 || tongues["en"] < 60 || tongues["de"] < 30 || held*3 < len(list)-3 || held*3 > len(list)+3 {
		t.Errorf("%d trades, languages %v, %d held out of %d", len(trades), tongues, held, len(list))
	}
	for _, g := range callers.Goals() {
		if goals[g] < 8 {
			t.Errorf("%d callers want %s", goals[g], g)
		}
	}
	for name, n := range personas {
		if n < 10 {
			t.Errorf("%d callers are %s", n, name)
		}
	}
	for _, name := range callers.Lines() {
		if lines[name] < 12 {
			t.Errorf("%d callers are on %s", lines[name], name)
		}
	}
	for what := range sides[true] {
		if sides[false][what] {
			t.Errorf("%s is held out and is not", what)
		}
	}
}

// The same callers ring each time, and a sample has callers of all parts of the plan, those of a business in a row.
func TestPlanIsTheSameEachTime(t *testing.T) {
	a := plan(t)
	b, err := callers.Plan(now)
	if err != nil {
		t.Fatal(err)
	}
	for i := range a {
		if a[i].Opening != b[i].Opening || a[i].Voice != b[i].Voice || a[i].Trade != b[i].Trade {
			t.Fatalf("caller %d differs", a[i].ID)
		}
	}
	some := callers.Sample(a, 26)
	goals, seen := map[callers.Goal]bool{}, map[string]bool{}
	for i, c := range some {
		goals[c.Goal] = true
		if i > 0 && some[i-1].Trade != c.Trade && seen[c.Trade] {
			t.Errorf("%s is rung twice", c.Trade)
		}
		seen[c.Trade] = true
	}
	if len(some) != 26 || len(goals) < 10 {
		t.Errorf("%d callers with %d goals", len(some), len(goals))
	}
}

// What a caller says of a number is read as that number, however he says it.
func TestNumbersAreSaidAsTheyAre(t *testing.T) {
	for _, c := range plan(t) {
		if c.Leaves == nil || c.Leaves.Number == "" {
			continue
		}
		for style := range 3 {
			said := c.SpokenNumber(c.Leaves.Number, style)
			if got := c.Tongue().ReadDigits(strings.ReplaceAll(said, "…", ",")).Digits; got != c.Leaves.Number {
				t.Errorf("%s in style %d is %q, read as %s", c.Leaves.Number, style, said, got)
			}
		}
	}
}

// Every text that callers answer is known again in both languages, by words of its own.
func TestCues(t *testing.T) {
	for _, tag := range all.Tags() {
		for _, k := range callers.Questions() {
			cue := callers.CueWords(all.For(tag), k)
			if len(strings.Fields(cue)) == 0 {
				t.Errorf("%s: %s has no words of its own", tag, k)
			}
		}
	}
	if !slices.Contains(all.Tags(), "de") {
		t.Fatal("German is missing")
	}
}
