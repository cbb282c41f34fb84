package reception_test

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"frontdesk.internal/appliance/record"
)

// What a caller has told is kept when he hangs up, whatever is going on: he speaks, we speak, he is being understood, or something
// is being saved.
func TestWhoHangsUpHasLeftWhatHeSaid(t *testing.T) {
	begin := []string{"I would like to leave a message.", "My name is Anna Berger.", "Yes.", "Please move my appointment to Friday."}
	for _, tt := range []struct {
		name   string
		turns  int // said to their end
		gone   func(o *office)
		reason string
	}{
		{"in the middle of a sentence", 3, func(o *office) {
			o.call.line.speak(3 * time.Second)
			time.Sleep(1200 * time.Millisecond)
		}, "Move my appointment to Friday."},
		{"while he is understood", 3, func(o *office) {
			o.say(1200 * time.Millisecond)
			time.Sleep(250 * time.Millisecond)
		}, "Move my appointment to Friday."},
		{"while we speak", 3, func(o *office) {
			o.say(1200 * time.Millisecond)
			time.Sleep(2 * time.Second)
		}, "Move my appointment to Friday."},
		{"while nobody speaks", 3, func(*office) {}, ""},
		{"with a cough at the end", 4, func(o *office) {
			o.say(200 * time.Millisecond)
		}, "Move my appointment to Friday."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				o := open(t, begin...)
				o.quiet()
				for range tt.turns {
					o.say(1200 * time.Millisecond)
					o.quiet()
				}
				tt.gone(o)
				o.hangup()
				if len(o.recs.messages) != 1 {
					t.Fatalf("%d messages are kept; said: %s", len(o.recs.messages), o.recs.said())
				}
				m := o.recs.messages[0]
				if m.Name != "Anna Berger" || m.Number == "" || !m.Partial || string(m.Reason) != tt.reason {
					t.Errorf("kept %+v, want the reason %q", m, tt.reason)
				}
				if heard := o.recs.turn(o.recs.call.Turns - 1).Heard; tt.turns == 3 && tt.reason != "" &&
					!strings.Contains(string(heard), "appointment") {
					t.Errorf("the last turn: %q", heard)
				}
			})
		})
	}
}

// A yes to the message that is being read back is one, even if the caller is gone before it was understood.
func TestAYesAndGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := open(t, "I would like to leave a message.", "My name is Anna Berger.", "Yes.", "Please move my appointment to Friday.", "Yes.")
		o.quiet()
		for range 4 {
			o.say(1200 * time.Millisecond)
			o.quiet()
		}
		o.say(600 * time.Millisecond)
		o.hangup()
		if len(o.recs.messages) != 1 || o.recs.messages[0].Partial {
			t.Errorf("kept %+v", o.recs.messages)
		}
		if c := o.recs.call.Outcome; c.Result != record.ResultCompleted {
			t.Errorf("outcome %+v", c)
		}
	})
}

// When recognition dies with the call, nothing waits for it for long.
func TestTheLastWordsOfDeadEars(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := open(t, "I would like to leave a message.", "My name is Anna Berger.", "")
		o.quiet()
		for range 2 {
			o.say(1200 * time.Millisecond)
			o.quiet()
		}
		o.call.line.speak(3 * time.Second)
		time.Sleep(time.Second)
		o.ears.Fail(errors.New("dead"))
		from := time.Now()
		o.hangup()
		if took := time.Since(from); took > 3*time.Second {
			t.Errorf("the call ended after %v", took)
		}
		if len(o.recs.messages) != 1 || o.recs.messages[0].Name != "Anna Berger" {
			t.Errorf("kept %+v", o.recs.messages)
		}
	})
}
