package reception_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// A caller who goes on after his turn was taken is heard as if he had not been cut off.
func TestAFalseEndIsMended(t *testing.T) {
	tests := []struct {
		name, profile string
		ask           bool // the caller leaves a message first, and was asked for his name
		parts         []string
		gaps          []time.Duration // between the parts
		heard, said   string          // of the turn
	}{
		{
			"a question in two", "dental", false, []string{"How much is a", "teeth cleaning?"}, []time.Duration{1900 * time.Millisecond},
			"How much is a teeth cleaning?", "one hundred and twenty dollars",
		},
		{
			"a day after the question", "dental", false, []string{"When are you open?", "On Saturday."}, []time.Duration{750 * time.Millisecond},
			"When are you open? On Saturday.", "New Year",
		},
		{
			"three parts", "dental", false, []string{"Tell me.", "How much is a", "teeth cleaning?"},
			[]time.Duration{900 * time.Millisecond, 1900 * time.Millisecond}, "Tell me. How much is a teeth cleaning?",
			"one hundred and twenty dollars",
		},
		{
			"a name in two", "dental", true, []string{"Anna.", "Berger."}, []time.Duration{1200 * time.Millisecond}, "Anna Berger.", "call you back",
		},
		{
			"eine Frage", "elektro", false, []string{"Was kostet bei Ihnen eine", "Wallbox?"}, []time.Duration{1900 * time.Millisecond},
			"Was kostet bei Ihnen eine Wallbox?", "neunhundert",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				texts := tt.parts
				if tt.ask {
					texts = append([]string{"I would like to leave a message."}, texts...)
				}
				o := openWith(t, &office{profile: tt.profile}, texts...)
				o.quiet()
				if tt.ask {
					o.say(time.Second)
					o.quiet()
				}
				before := o.recs.count()
				for i := range tt.parts {
					if i > 0 {
						time.Sleep(tt.gaps[i-1])
					}
					o.say(800 * time.Millisecond)
				}
				o.quiet()
				o.hangup()
				if got := o.recs.count(); got != before+1 {
					t.Errorf("the parts made %d turns, want 1: %q", got-before, o.recs.said())
				}
				got := o.recs.turn(-1)
				if len(o.recs.asked) > 0 {
					t.Errorf("a part is listed as a question: %+v", o.recs.asked)
				}
				if string(got.Heard) != tt.heard || !strings.Contains(got.Said, tt.said) || got.CutOff {
					t.Errorf("heard %q, said %q, cut off %v", got.Heard, got.Said, got.CutOff)
				}
			})
		})
	}
}

// What comes after a reply was heard, after something was kept, or says only that one listens, is no part of the turn before.
func TestWhatIsNoFalseEnd(t *testing.T) {
	tests := []struct {
		name  string
		texts []string
		gap   time.Duration
		turns int
		last  string
	}{
		{
			"a reply that was heard", []string{"What services do you offer?", "Where are you located?"}, 3 * time.Second, 2,
			"Where are you located?",
		},
		{
			"a question that is listed for the owner", []string{"Do you also sell kayaks?", "Where are you located?"}, 2500 * time.Millisecond, 2,
			"Where are you located?",
		},
		{"a sound of listening", []string{"What services do you offer?", "Mhm."}, 900 * time.Millisecond, 1, "What services do you offer?"},
		{"nothing that was understood", []string{"What services do you offer?", ""}, 900 * time.Millisecond, 1, "What services do you offer?"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				o := open(t, tt.texts...)
				o.quiet()
				before := o.recs.count()
				o.say(time.Second)
				time.Sleep(tt.gap)
				o.say(700 * time.Millisecond)
				o.quiet()
				o.hangup()
				if got := o.recs.count() - before; got != tt.turns {
					t.Errorf("%d turns, want %d: %s", got, tt.turns, o.recs.said())
				}
				if got := string(o.recs.turn(-1).Heard); got != tt.last {
					t.Errorf("the last turn is %q, want %q", got, tt.last)
				}
			})
		})
	}
}

// A question that nobody can answer is listed once the caller does not go on with it, also when he hangs up before.
func TestAQuestionIsListedOnce(t *testing.T) {
	for _, stays := range []time.Duration{900 * time.Millisecond, 8 * time.Second} {
		synctest.Test(t, func(t *testing.T) {
			o := open(t, "Do you also sell kayaks?")
			o.quiet()
			o.say(time.Second)
			time.Sleep(stays)
			o.hangup()
			if len(o.recs.asked) != 1 || o.recs.asked[0].Question != "Do you also sell kayaks?" {
				t.Errorf("listed after %v: %+v", stays, o.recs.asked)
			}
		})
	}
}
