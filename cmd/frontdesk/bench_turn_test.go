package main

import (
	"testing"
	"time"

	"frontdesk.internal/appliance/knowledge/profile"
)

func TestStatTimes(t *testing.T) {
	const line = "4711 (a (bad) name 7) S 42 1 1 0 -1 4194304 123 0 0 0 250 31 100 9 20 0 5 0 4202706 3932160 500"
	parent, used := statTimes(line, 10*time.Millisecond)
	if parent != 42 || used != 3900*time.Millisecond {
		t.Errorf("parent %d, %v; want 42, 3.9 s", parent, used)
	}
	if parent, used := statTimes("4711 (x) S 42", time.Second); parent != 0 || used != 0 {
		t.Errorf("half a line gives %d, %v", parent, used)
	}
}

func TestProcessorTimeGrows(t *testing.T) {
	before := processorTime()
	for n := 0; processorTime() == before; n++ {
		if n == 1e6 {
			t.Fatal("no processor time is seen")
		}
	}
}

func TestTurnTalks(t *testing.T) {
	questions := 0
	for _, talk := range turnTalks {
		questions += len(talk.questions)
		b, err := profile.Sample(talk.sample)
		if err != nil || b.Tongues()[0] != talk.language {
			t.Errorf("%s: its sample speaks %v, %v", talk.language, b.Tongues(), err)
		}
		if len(talk.questions)%turnsPerCall != 0 {
			t.Errorf("%s: %d questions do not fill its calls", talk.language, len(talk.questions))
		}
	}
	if questions < 60 || len(turnTalks) < 2 {
		t.Errorf("%d turns in %d languages, want 60 in two", questions, len(turnTalks))
	}
}
