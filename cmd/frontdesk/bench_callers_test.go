package main

import (
	"bytes"
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"frontdesk.internal/appliance"
	"frontdesk.internal/appliance/phone/phonetest/scene"
	"frontdesk.internal/audio"
	"frontdesk.internal/cmd/internal/callers"
	"frontdesk.internal/models/modelstest"
)

// hearsay has the box hear every word that its caller speaks, in tones.
type hearsay struct {
	mu   sync.Mutex
	text string
}

func (h *hearsay) speak(_ context.Context, _, text string) (audio.PCM, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.text = text
	return modelstest.Tone(scene.Rate, 300, 600*time.Millisecond), nil
}

func (h *hearsay) heard(string, uint64) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.text
}

// TestCallersOverTheLine has callers of several goals ring a box whose ears are perfect: each reaches the goal, and the box keeps
// what was left.
func TestCallersOverTheLine(t *testing.T) {
	if testing.Short() {
		t.Skip("takes half a minute")
	}
	all, err := callers.Plan(time.Now())
	if err != nil {
		t.Fatal(err)
	}
	wanted := map[callers.Goal]bool{callers.Hours: true, callers.Message: true}
	var chosen []callers.Caller
	for _, c := range all {
		quiet := c.Line.Echo == 0 && c.Line.Name != "noise" && !c.Persona.Interrupts && !c.Persona.Restarts && !c.Persona.Hesitates &&
			!c.Persona.Slow
		if c.Tongue().Tag() == "en" && wanted[c.Goal] && quiet && !strings.Contains(c.Opening, "…") {
			chosen = append(chosen, c)
			delete(wanted, c.Goal)
		}
	}
	if len(chosen) == 0 {
		t.Fatal("nobody rings")
	}
	h, e := &hearsay{}, &scriptedEngines{}
	e.TextOf = h.heard
	x := &callersBench{notes: &turnNotes{}, speak: h.speak}
	st, err := newStage(t.Context(), stageOptions{
		dir: t.TempDir(), business: chosen[0].Business, observer: x.notes, persons: callers.Extensions(all),
		deps: appliance.Deps{Engines: e, Voice: func(string) string { return "scripted" }},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := st.close(); err != nil {
			t.Error(err)
		}
	})
	x.stage = st
	for i := range chosen {
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
		out, err := x.call(ctx, &chosen[i])
		cancel()
		if err != nil {
			t.Fatal(err)
		}
		var shown bytes.Buffer
		printCaller(&shown, out)
		t.Log(shown.String())
		if !out.Verdict.Goal || out.CPU <= 0 {
			t.Errorf("caller %d, %s: %v", chosen[i].ID, chosen[i].Goal, out.Verdict.Why)
		}
	}
}
