//go:build pbx

package interop_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/service"
)

// lines are what the cable does to a call, by name.
func lines() []struct {
	name string
	f    faults
} {
	return []struct {
		name string
		f    faults
	}{
		{"no faults", faults{}},
		{"1 % lost", faults{loss: 0.01}},
		{"3 % lost", faults{loss: 0.03}},
		{"10 % lost", faults{loss: 0.1}},
		{"50 ms of jitter", faults{delay: 20 * time.Millisecond, jitter: 50 * time.Millisecond}},
		{"5 % out of order, 30 ms late", faults{reorder: 0.05, reorderBy: 30 * time.Millisecond}},
		{"5 % twice", faults{double: 0.05}},
		{"cut for 5 s", faults{cut: true}},
	}
}

// TestLossyLine calls over bad lines and measures what is still heard. The worst of the lines that a call has to survive is always
// tried; all of them, with the figures for INTEROP.md, when that is drawn anew.
func TestLossyLine(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 14*time.Minute)
	defer cancel()
	a := newAsterisk(ctx, t, newWorld(t))
	var rows strings.Builder
	rows.WriteString("| the line, both ways | caller's tone at the box | box's voice at the caller | packets lost | late | frames " +
		"filled in | jitter | estimated MOS | words wrong |\n|---|---|---|---|---|---|---|---|---|\n")
	said := speech{}
	if *update {
		said = newSpeech(t, a.w.dir)
	}
	for _, l := range lines() {
		if !*update && l.name != "10 % lost" {
			continue
		}
		t.Run(l.name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
			defer cancel()
			rows.WriteString("| " + l.name + a.overLine(ctx, trial{t}, l.f))
		})
		if *update {
			t.Run(l.name+", words", func(t *testing.T) { // with a box of its own
				ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
				defer cancel()
				rows.WriteString(a.wordsOverLine(ctx, trial{t}, l.f, said))
			})
		}
		rows.WriteString("\n")
	}
	t.Log("\n" + rows.String())
	if *update && !t.Failed() {
		drawFigures(t, rows.String())
	}
}

// overLine makes a call of 12 s over a line with faults and returns the cells of its row. The call has to end as the caller ends it.
func (a *asterisk) overLine(ctx context.Context, t trial, f faults) string {
	b := up(ctx, t, a, account{user: "100", password: "lab-only"})
	check(t, b.recording(ctx))
	defer a.w.set(faults{})
	id := fmt.Sprintf("lossy%d", time.Now().UnixNano())
	if f.cut {
		check(t, a.ring(ctx, "100", "talk", id, "12"))
		check(t, a.logged(ctx, "caller "+id+" is connected"))
		check(t, pause(ctx, 4*time.Second))
		a.w.set(f)
		check(t, pause(ctx, 5*time.Second))
		a.w.set(faults{})
	} else {
		a.w.set(f)
		check(t, a.ring(ctx, "100", "talk", id, "12"))
	}
	c, err := b.over(ctx, 1)
	check(t, err)
	if c.Outcome.Reason != "caller_hangup" {
		t.Errorf("outcome %+v", c.Outcome)
	}
	out, err := b.run(ctx, "calls", "show", c.ID, "--json")
	check(t, err)
	var shown struct {
		Quality service.Quality `json:"quality"`
	}
	check(t, json.Unmarshal(out, &shown))
	pcm, rate, err := b.recorded(c.ID)
	check(t, err)
	in := heard(pcm, rate, peerHz)
	pcm, rate, err = readWAV(a.sound(id), 0)
	check(t, err)
	said := heard(pcm, rate, boxHz)
	first, last := span(said)
	return fmt.Sprintf(" | %.1f %% | %.1f %% | %d of %d | %d | %d | %.1f ms | %.2f |",
		percent(count(in), len(in)), percent(count(said), last-first), c.Line.Lost, c.Line.Lost+c.Line.Received, c.Line.Late, c.Line.Concealed,
		c.Line.JitterMS, shown.Quality.MOS)
}

// span returns the first frame that holds the tone and the one after the last.
func span(frames []bool) (first, last int) {
	first = len(frames)
	for i, ok := range frames {
		if ok {
			first, last = min(first, i), i+1
		}
	}
	return min(first, last), last
}

func percent(part, of int) float64 {
	if of == 0 {
		return 0
	}
	return 100 * float64(part) / float64(of)
}

// drawFigures puts the figures into INTEROP.md.
func drawFigures(t *testing.T, figures string) {
	t.Helper()
	interopMu.Lock()
	defer interopMu.Unlock()
	old, err := os.ReadFile(interopFile)
	if err != nil {
		t.Fatal(err)
	}
	text, err := fill(string(old), "figures", figures)
	if err == nil {
		err = os.WriteFile(interopFile, []byte(text), 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}
