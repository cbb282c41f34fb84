package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"frontdesk.internal/cmd/internal/callers"
)

// worstShown is how many of the worst calls are printed.
const worstShown = 10

// printCaller prints one call.
func printCaller(w io.Writer, o callers.Outcome) {
	c := o.Caller
	what := "reached"
	if !o.Verdict.Goal {
		what = "NOT REACHED"
	}
	side := ""
	if c.HeldOut {
		side = ", held out"
	}
	fmt.Fprintf(w, "\nCaller %d: %s, %s; %s on %s; %s rings %s from %s%s: %s\n", c.ID, c.Goal, c.Persona.Name, c.Voice, c.Line.Name,
		wantedBy(c), c.Trade, c.From, side, what)
	for _, x := range o.Evidence.Exchange {
		fmt.Fprintf(w, "  caller  %-70s  reply after %d ms\n", x.Said, x.Reply.Milliseconds())
	}
	for i, said := range o.Evidence.Said {
		fmt.Fprintf(w, "  box     %s\n          said %q\n", o.Evidence.Noted[i], said)
	}
	if o.Evidence.Heard != "" {
		fmt.Fprintf(w, "  line    %s\n", o.Evidence.Heard)
	}
	for _, m := range o.Evidence.Messages {
		fmt.Fprintf(w, "  kept    %s, %s, for %q: %s (partial %t)\n", m.Name, string(m.Number), m.For, m.Reason, m.Partial)
	}
	for _, why := range o.Verdict.Why {
		fmt.Fprintf(w, "  !       %s\n", why)
	}
}

// wantedBy says what a caller wants.
func wantedBy(c *callers.Caller) string {
	var out []string
	for _, w := range c.Wishes {
		out = append(out, w.Fact.What)
	}
	if l := c.Leaves; l != nil {
		out = append(out, fmt.Sprintf("a message of %s, %s", l.Name.Text, l.Number))
	}
	if len(out) == 0 {
		return string(c.Goal)
	}
	return strings.Join(out, " and ")
}

// print prints all calls together, the held out ones, and those of each goal, persona, line, language, voice and trade.
func (c *benchCallers) print(o callersFlags, list []callers.Outcome, left int) error {
	by := map[string]map[string]callers.Shares{"goal": {}, "persona": {}, "line": {}, "language": {}, "voice": {}, "trade": {}}
	group := map[string]func(*callers.Caller) string{
		"goal": func(c *callers.Caller) string { return string(c.Goal) }, "persona": func(c *callers.Caller) string { return c.Persona.Name },
		"line": func(c *callers.Caller) string { return c.Line.Name }, "language": func(c *callers.Caller) string { return c.Tongue().Tag() },
		"voice": func(c *callers.Caller) string { return c.Voice }, "trade": func(c *callers.Caller) string { return c.Trade },
	}
	for kind, of := range group {
		parts := map[string][]callers.Outcome{}
		for _, out := range list {
			parts[of(out.Caller)] = append(parts[of(out.Caller)], out)
		}
		for name, part := range parts {
			by[kind][name] = callers.Sum(part)
		}
	}
	held := slices.DeleteFunc(slices.Clone(list), func(o callers.Outcome) bool { return !o.Caller.HeldOut })
	worst := callers.Worst(list, worstShown)
	if !o.json {
		c.printText(list, held, by, worst, o.show)
	}
	result := map[string]any{"held_out": callers.Sum(held), "by": by, "left_out": left, "worst": worstOf(worst)}
	b, err := json.Marshal(callers.Sum(list))
	if err != nil {
		return fmt.Errorf("encode result: %w", err)
	}
	var total map[string]any
	if err := json.Unmarshal(b, &total); err != nil {
		return fmt.Errorf("encode result: %w", err)
	}
	maps.Copy(result, total)
	return printBenchJSON(c.stdout, result)
}

// worstOf are the worst calls for JSON.
func worstOf(list []callers.Outcome) []map[string]any {
	var out []map[string]any
	for _, o := range list {
		c := o.Caller
		out = append(out, map[string]any{
			"caller": c.ID, "goal": c.Goal, "persona": c.Persona.Name, "line": c.Line.Name, "trade": c.Trade, "voice": c.Voice,
			"held_out": c.HeldOut, "why": o.Verdict.Why,
		})
	}
	return out
}

func (c *benchCallers) printText(list, held []callers.Outcome, by map[string]map[string]callers.Shares, worst []callers.Outcome,
	shown bool) {
	line := func(name string, s callers.Shares) {
		fmt.Fprintf(c.stdout, "%-24s %3d callers: goal %.3f; of %2d messages exact %.2f, number %.2f, name %.2f; wrong facts %d, harmful "+
			"%d; cut-ins %.1f, "+
			"barge-ins missed %d of %d, dead air %d; reply p50 %.0f p95 %.0f ms, gap %.0f ms, cpu %.2f s\n", name, s.Callers, s.Goal, s.Messages,
			s.Exact, s.Number, s.Name, s.Wrong, s.Harmful, s.CutIns, s.Missed, s.Bargeins, s.Dead, s.P50, s.P95, s.Gap, s.CPU)
	}
	fmt.Fprintln(c.stdout, "\nThe worst calls:")
	for _, o := range worst {
		if shown {
			fmt.Fprintf(c.stdout, "  caller %d: %s\n", o.Caller.ID, strings.Join(o.Verdict.Why, "; "))
			continue
		}
		printCaller(c.stdout, o)
	}
	fmt.Fprintln(c.stdout)
	for _, kind := range slices.Sorted(maps.Keys(by)) {
		for _, name := range slices.Sorted(maps.Keys(by[kind])) {
			line(kind+" "+name, by[kind][name])
		}
	}
	line("held out", callers.Sum(held))
	line("all", callers.Sum(list))
}
