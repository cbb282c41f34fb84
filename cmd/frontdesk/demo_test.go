package main

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"frontdesk.internal/appliance/knowledge/profile"
	"frontdesk.internal/appliance/phone/phonetest/scene"
	"frontdesk.internal/appliance/record"
)

func TestSays(t *testing.T) {
	for _, c := range []struct {
		text, fact string
		want       bool
	}{
		{"Yes, on Saturday we are open from 9am to 1pm.", "nine|9", true},
		{"Yes, on Saturday we are open from 9am to 1pm.", "one|1", true},
		{"from 9 AM to 12", "1", false},
		{"between $900 and $1,400", "900|nine hundred", true},
		{"between nine-hundred dollars", "900|nine hundred", true},
		{"we are open from 19 to 20", "9", false},
		{"Goodbye!", "goodbye|bye", true},
		{"someone", "one", false},
		{"", "one", false},
		{"B2B", "b", true},
		{"Der Preis beträgt fünfundvierzig Euro.", "fünfundvierzig Euro", true},
		{"Der Preis beträgt fünfundvierzig Euro.", "vierzig Euro", false},
	} {
		if got := says(c.text, c.fact); got != c.want {
			t.Errorf("says(%q, %q) = %v", c.text, c.fact, got)
		}
	}
}

// What the record says belongs to the step before it, though the clocks of the caller and of the box are hours apart.
func TestAnswered(t *testing.T) {
	box := time.Date(2026, 12, 24, 7, 59, 0, 0, time.UTC)
	caller := box.Add(30 * time.Hour)
	at := func(clock time.Time, seconds float64) time.Time {
		return clock.Add(time.Duration(seconds * float64(time.Second)))
	}
	turns := []record.Turn{
		{Said: "Guten Tag.", SaidAt: at(box, 0.1)},
		{Said: "Ja, am Freitag. ", SaidAt: at(box, 8.2)},
		{Said: "Ist noch etwas?", SaidAt: at(box, 11)},
		{Heard: "nothing was said to this"},
		{Said: "Fünfundvierzig Euro.", SaidAt: at(box, 15.5)},
		{Said: "Auf Wiederhören.", SaidAt: at(box, 19.5)},
	}
	r := scene.Result{
		Greeting: scene.Turn{LastVoiced: caller},
		// The third answer comes before the caller's last word.
		Turns: []scene.Turn{
			{Began: at(caller, 5), LastVoiced: at(caller, 7)}, {Began: at(caller, 12), LastVoiced: at(caller, 14)},
			{Began: at(caller, 18), LastVoiced: at(caller, 20)}, {Began: at(caller, 22), LastVoiced: at(caller, 23)},
		},
	}
	for i, want := range []string{"Ja, am Freitag. Ist noch etwas?", "Fünfundvierzig Euro.", "Auf Wiederhören.", ""} {
		if got := answered(record.Call{Answered: box}, turns, r, i); got != want {
			t.Errorf("step %d was answered %q, want %q", i, got, want)
		}
	}
}

// Every caller rings a business that can be published, one of them in German and one of a trade that is no sample; whoever has no
// ear to check by is checked by the record.
func TestDemoScenes(t *testing.T) {
	var scenes []demoScene
	if err := json.Unmarshal(demoScenes, &scenes); err != nil {
		t.Fatal(err)
	}
	tongues, samples := map[string]bool{}, 0
	for _, s := range scenes {
		b, err := demoBusiness(s.Business)
		if err != nil {
			t.Fatalf("%s: %v", s.Name, err)
		}
		if problems := b.Validate(); len(problems) > 0 {
			t.Errorf("%s: %v", s.Business, problems)
		}
		tongues[b.Tongues()[0]] = true
		if profile.IsSample(b) {
			samples++
		}
		checked := 0
		for _, step := range s.Steps {
			checked += len(step.Hear) + len(step.Said)
			if len(step.Hear) > 0 && b.Tongues()[0] != "en" {
				t.Errorf("%s: %q is to be heard, and replies are listened to in English", s.Name, step.Hear)
			}
		}
		if checked < 3 {
			t.Errorf("%s: only %d facts are checked", s.Name, checked)
		}
	}
	if !tongues["de"] || samples == len(scenes) || slices.Contains(profile.SampleNames(), "shoe-repair") {
		t.Errorf("languages %v; %d of %d callers ring samples", tongues, samples, len(scenes))
	}
	if _, err := demoBusiness("nobody-has-this"); err == nil {
		t.Error("an unknown business was found")
	}
}
