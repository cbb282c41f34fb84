package main

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	fitting "frontdesk.internal/appliance/understanding/fit"
)

// interval is what chance alone may make of a share (95 %).
type interval [2]float64

// withIntervals are shares with the interval of each, and how long a decision takes.
type withIntervals struct {
	shares
	Intervals map[string]interval `json:"intervals"`
	P50       float64             `json:"p50_ms"`
	P95       float64             `json:"p95_ms"`
}

func intervalsOf(vs []fitting.Verdict, took []time.Duration) withIntervals {
	w := withIntervals{shares: sharesOf(vs), Intervals: map[string]interval{}}
	n := float64(max(len(vs), 1))
	for name, p := range map[string]float64{"right": w.Right, "asked": w.Asked, "lost": w.Lost, "wrong": w.Wrong, "harmful": w.Harmful} {
		low, high := wilson(p, n)
		w.Intervals[name] = interval{math.Round(max(0, low)*1e4) / 1e4, math.Round(min(1, high)*1e4) / 1e4}
	}
	if len(took) > 0 {
		took = slices.Sorted(slices.Values(took))
		w.P50, w.P95 = ms(at(took, 0.5)), ms(at(took, 0.95))
	}
	return w
}

func (w withIntervals) String() string {
	var s strings.Builder
	fmt.Fprintf(&s, "%4d turns:", w.Turns)
	for i, share := range []struct {
		name string
		p    float64
	}{{"right", w.Right}, {"asked", w.Asked}, {"lost", w.Lost}, {"wrong", w.Wrong}, {"harmful", w.Harmful}} {
		if i > 0 {
			s.WriteByte(',')
		}
		at := w.Intervals[share.name]
		fmt.Fprintf(&s, " %s %.3f (%.2f to %.2f)", share.name, share.p, at[0], at[1])
	}
	return s.String()
}

// groupedBy cuts verdicts into groups by a word for each, and returns the words in order.
func groupedBy(vs []fitting.Verdict, group func(i int) string) (names []string, groups map[string][]int) {
	groups = map[string][]int{}
	for i := range vs {
		g := group(i)
		if len(groups[g]) == 0 {
			names = append(names, g)
		}
		groups[g] = append(groups[g], i)
	}
	slices.Sort(names)
	return names, groups
}

// pick are the elements of list at places.
func pick[T any](list []T, places []int) []T {
	var out []T
	for _, i := range places {
		out = append(out, list[i])
	}
	return out
}

// printColumns prints each column over all its turns and for each language and kind of turn.
func (c *benchUnderstanding) printColumns(o understandingFlags, cs columns) error {
	result := map[string]any{}
	for _, col := range cs {
		total := intervalsOf(col.verdicts, col.took)
		parts := map[string]withIntervals{}
		names, groups := groupedBy(col.verdicts, func(i int) string { return "language." + col.verdicts[i].Language })
		for _, n := range names {
			parts[n] = intervalsOf(pick(col.verdicts, groups[n]), pick(col.took, groups[n]))
		}
		kinds, ofKind := groupedBy(col.verdicts, func(i int) string { return "kind." + col.verdicts[i].Kind })
		for _, k := range kinds {
			parts[k] = intervalsOf(pick(col.verdicts, ofKind[k]), pick(col.took, ofKind[k]))
		}
		result[col.name] = struct {
			withIntervals
			By map[string]withIntervals `json:"by"`
		}{total, parts}
		if o.json {
			continue
		}
		fmt.Fprintf(c.stdout, "%-24s %s; half take at most %.0f ms, 95 %% at most %.0f ms\n", col.name, total, total.P50, total.P95)
		if len(names) > 1 {
			for _, n := range names {
				fmt.Fprintf(c.stdout, "  %-22s %s\n", strings.TrimPrefix(n, "language."), parts[n])
			}
		}
	}
	if o.list {
		for _, col := range cs {
			for _, v := range col.verdicts {
				if !v.Right {
					fmt.Fprintf(c.stdout, "%s: %s: %q: want %s; got %s %.2f\n", col.name, v.Trade, v.Say, strings.Join(v.Want, " or "), v.Got, v.P)
				}
			}
		}
	}
	if !o.json {
		return nil
	}
	return printBenchJSON(c.stdout, map[string]any{"columns": result, "sample": o.sample})
}
