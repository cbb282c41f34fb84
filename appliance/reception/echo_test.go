package reception_test

import (
	"testing"
	"testing/synctest"
	"time"
)

// What turns out to be the box's own voice only after it was heard is no turn of the caller's, whatever words it has, and the box
// says what it was about to say to its end.
func TestItsOwnVoiceIsNoTurn(t *testing.T) {
	for _, tt := range []struct {
		name   string
		lasted time.Duration // until the box knows
		ours   bool
	}{
		{"a word", 300 * time.Millisecond, true},
		{"long enough to be held", 700 * time.Millisecond, true},
		{"a caller", 700 * time.Millisecond, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				o := open(t, "What services do you offer?", "No, not that.")
				o.quiet()
				o.say(time.Second)
				time.Sleep(2500 * time.Millisecond) // the box speaks
				before := o.recs.count()
				o.say(tt.lasted)
				if tt.ours {
					o.call.line.own(tt.lasted)
				}
				o.quiet()
				o.hangup()
				first := o.recs.turn(before - 1)
				if interrupted := first.CutOff || o.recs.count() > before; interrupted == tt.ours {
					t.Errorf("interrupted: %v; turns %s", interrupted, o.recs.said())
				}
			})
		})
	}
}
