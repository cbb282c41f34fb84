package main

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/phone/phonetest/scene"
	"frontdesk.internal/appliance/tryout"
)

// The demonstration's caller asks about a day at all hours and on all days of a year and a half, and what should be heard is what
// the office says, also when it answers up to a day later.
func TestFillWeekday(t *testing.T) {
	var scenes []demoScene
	if err := json.Unmarshal(demoScenes, &scenes); err != nil {
		t.Fatal(err)
	}
	for _, s := range scenes {
		business := s.Business
		if business == "" {
			business = "dental"
		}
		b, err := demoBusiness(business)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(s.Name, func(t *testing.T) { checkWeekdays(t, b, s) })
	}
}

// checkWeekdays plays what a scene asks about a day at many moments.
func checkWeekdays(t *testing.T, b *knowledge.Business, s demoScene) {
	t.Helper()
	seen, asks := make(map[time.Weekday]bool), false
	first := time.Date(2026, 11, 20, 0, 59, 0, 0, time.UTC)
	for now := first; now.Before(first.AddDate(1, 6, 0)); now = now.Add(53 * time.Hour) {
		day, _ := askedWeekday(b, now)
		seen[day.Date.Weekday()] = true
		for i, step := range fillWeekday(s.Scene, b, now).Steps {
			if strings.Contains(step.Say+strings.Join(step.Hear, "")+strings.Join(step.Said, ""), "{") {
				t.Fatalf("%s: %+v is not filled in", s.Name, step)
			}
			if !strings.Contains(s.Steps[i].Say, weekdayMark) {
				continue
			}
			asks = true
			for _, later := range []time.Duration{0, 5 * time.Minute, 24 * time.Hour} {
				checkDay(t, b, step, now.Add(later))
			}
		}
	}
	if asks && len(seen) < 3 {
		t.Errorf("only %v were asked about", seen)
	}
}

// checkDay asks step's question and looks for its facts in the reply.
func checkDay(t *testing.T, b *knowledge.Business, step scene.Act, at time.Time) {
	t.Helper()
	r, err := tryout.Ask(t.Context(), b, step.Say, at.In(b.Location()), nil)
	if err != nil {
		t.Fatal(err)
	}
	facts := slices.Concat(step.Hear, step.Said)
	if len(facts) < 2 {
		t.Errorf("%q at %v: only %q is listened for", step.Say, at, facts)
	}
	for _, fact := range facts {
		if !says(r.Said, fact) {
			t.Fatalf("%q at %v: %q is not in %q", step.Say, at, fact, r.Said)
		}
	}
}
