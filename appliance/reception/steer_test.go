package reception_test

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"frontdesk.internal/appliance/reception"
	"frontdesk.internal/appliance/record"
)

// Somebody of the office has something said to a caller, takes the call, or ends it.
func TestTheOfficeSteersACall(t *testing.T) {
	t.Run("say", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			o := open(t)
			o.quiet()
			if err := o.reception.Steer(o.call.ID(), reception.Steering{Say: "The doctor is five minutes late."}); err != nil {
				t.Fatal(err)
			}
			o.quiet()
			if !strings.Contains(o.recs.said(), "The doctor is five minutes late.") {
				t.Errorf("said %s", o.recs.said())
			}
			if err := o.reception.Steer("another", reception.Steering{Say: "x"}); !errors.Is(err, reception.ErrNotHere) {
				t.Errorf("a call that is not here: %v", err)
			}
			o.hangup()
			if err := o.reception.Steer(o.call.ID(), reception.Steering{Say: "x"}); !errors.Is(err, reception.ErrNotHere) {
				t.Errorf("a call that is over: %v", err)
			}
		})
	})
	t.Run("through", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			o := open(t)
			o.quiet()
			if err := o.reception.Steer(o.call.ID(), reception.Steering{Extension: "201"}); err != nil {
				t.Fatal(err)
			}
			o.ended(30 * time.Second)
			if len(o.call.moved) != 1 || o.call.moved[0] != "201" || o.recs.call.Outcome.Result != record.ResultTransfer {
				t.Errorf("moved to %v, outcome %+v", o.call.moved, o.recs.call.Outcome)
			}
		})
	})
	t.Run("hang up", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			o := open(t)
			o.quiet()
			if err := o.reception.Steer(o.call.ID(), reception.Steering{Hangup: true}); err != nil {
				t.Fatal(err)
			}
			o.ended(30 * time.Second)
			if c := o.recs.call; c.Outcome.Reason != "office_hangup" {
				t.Errorf("outcome %+v", c.Outcome)
			}
		})
	})
}
