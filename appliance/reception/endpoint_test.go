package reception

import (
	"testing"
	"time"

	"frontdesk.internal/appliance/dialogue"
	"frontdesk.internal/appliance/language/en"
)

func TestEndpointWait(t *testing.T) {
	tests := []struct {
		name string
		kind dialogue.ExpectKind
		prob float64
		text string
		want time.Duration
	}{
		{"whole question and sure voice", dialogue.ExpectOpen, 0.9, "What are your opening hours?", waitSure},
		{"whole question, half sure", dialogue.ExpectOpen, 0.5, "What are your opening hours?", waitLikely},
		{"whole question, detector objects", dialogue.ExpectOpen, 0.05, "What are your opening hours?", waitUnsure},
		{"whole question, no detector", dialogue.ExpectOpen, -1, "What are your opening hours?", waitLikely + 150*time.Millisecond},
		{"breaks off at a conjunction", dialogue.ExpectOpen, 0.2, "I would like to know if", waitGoingOn},
		{"breaks off though whisper set a full stop", dialogue.ExpectOpen, 0.1, "I would like to come in on Friday and.", waitGoingOn},
		{"no full stop but sure voice", dialogue.ExpectOpen, 0.8, "Opening hours please", waitLikely},
		{"ellipsis", dialogue.ExpectOpen, 0.1, "Well, I was...", waitGoingOn},
		{"yes to a yes-no question", dialogue.ExpectYesNo, 0.1, "Yes.", waitSure},
		{"yes and more", dialogue.ExpectYesNo, 0.1, "Yes but I would rather have you call my", waitGoingOn},
		{"half a number", dialogue.ExpectDigits, 0.95, "oh one seven two", waitDigits},
		{"whole number", dialogue.ExpectDigits, 0.5, "555-012-0144.", waitSure},
		{"whole number that hangs", dialogue.ExpectDigits, 0.5, "217-555-0144 and", waitDigits},
		{"yes that hangs", dialogue.ExpectYesNo, 0.1, "Yes, but", waitGoingOn},
		{"half a number where something else was asked", dialogue.ExpectOpen, 0.9, "My number is 5550.", waitDigits},
		{"a time of day is no number", dialogue.ExpectOpen, 0.9, "I would like to come at 10:30.", waitSure},
		{"a time of day in words", dialogue.ExpectOpen, 0.9, "Tomorrow at ten thirty in the morning.", waitSure},
		{"one-word name", dialogue.ExpectName, 0.95, "Anna.", waitUnsure},
		{"first letter of a name", dialogue.ExpectName, 0.95, "B.", waitLetters},
		{"spelled name", dialogue.ExpectName, 0.95, "B-O-B.", waitLetters},
		{"full name", dialogue.ExpectName, 0.9, "Anna Berger.", waitLikely},
		{"nothing", dialogue.ExpectOpen, 0.9, "", waitUnsure},
	}
	e := endpointing{en.Language{}, "US"}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := e.wait(tt.kind, tt.prob, tt.text); got != tt.want {
				t.Errorf("wait(%q, %.2f, %q) = %v, want %v", tt.kind, tt.prob, tt.text, got, tt.want)
			}
		})
	}
}

// Where numbers are all of one length the last digit ends them; where they are not, more may come.
func TestEndpointWaitOfNumbers(t *testing.T) {
	tests := []struct {
		region, text string
		want         time.Duration
	}{
		{"US", "Two one seven, five five five, oh one eight eight.", waitSure},
		{"US", "217 555 01", waitDigits},
		{"GB", "oh two oh seven nine four six oh one double three", waitSure},
		{"GB", "020 7946", waitDigits},
		{"DE", "0511 5550134", waitUnsure},
		{"DE", "0511 55", waitDigits},
	}
	for _, tt := range tests {
		e := endpointing{en.Language{}, tt.region}
		if got := e.wait(dialogue.ExpectDigits, 0.6, tt.text); got != tt.want {
			t.Errorf("%s: %v is waited after %q, want %v", tt.region, got, tt.text, tt.want)
		}
	}
}

// Who pauses within sentences is given that time from then on, and who was cut off more, but not without end.
func TestPace(t *testing.T) {
	var p pace
	same := func(wait, want time.Duration) {
		t.Helper()
		if got := p.widen(wait); got != want {
			t.Errorf("%v became %v, want %v", wait, got, want)
		}
	}
	same(waitSure, waitSure)
	same(waitLikely, waitLikely)
	p.paused(dialogue.ExpectDigits, 1500*time.Millisecond)
	same(waitLikely, waitLikely)
	p.paused(dialogue.ExpectOpen, 700*time.Millisecond)
	p.paused(dialogue.ExpectOpen, 300*time.Millisecond)
	same(waitLikely, 850*time.Millisecond)
	same(waitGoingOn, waitGoingOn)
	same(waitSure, waitSure)
	p.cut++
	same(waitSure, 400*time.Millisecond)
	p.cut += 5
	same(waitSure, 550*time.Millisecond)
	p.paused(dialogue.ExpectOpen, 5*time.Second)
	same(waitLikely, paceMost)
	for range paceGaps {
		p.paused(dialogue.ExpectOpen, 250*time.Millisecond)
	}
	same(waitLikely, waitLikely)
}
