package capacity

import (
	"testing"
	"time"

	"frontdesk.internal/appliance/record"
)

func TestAQuickBoxTakesMoreCallsAndASlowOneFewer(t *testing.T) {
	var set []int
	fresh := func() *Meter {
		set = nil
		return New(0, func(n int) { set = append(set, n) })
	}
	turns := func(c *Meter, n int, took time.Duration) {
		for range n {
			for c.up < c.calls { // as many callers as may be
				c.CallStarted(record.Call{})
			}
			c.TurnDone("", record.Turn{Recognition: took / 2, Decision: took / 4, Voice: took / 4})
			c.TurnDone("", record.Turn{}) // the greeting shows nothing
		}
	}
	c := fresh()
	if turns(c, fewTurns-1, 100*time.Millisecond); len(set) > 0 {
		t.Errorf("changed after %d turns: %v", fewTurns-1, set)
	}
	turns(c, 40, 500*time.Millisecond)
	if last := set[len(set)-1]; last != 8 {
		t.Errorf("half a second a turn: %v", set)
	}
	for i, n := range set {
		if n != record.DefaultCalls+1+i {
			t.Errorf("more than one at a time: %v", set)
		}
	}
	turns(c, lastTurns, 5*time.Second)
	if last := set[len(set)-1]; last != 1 {
		t.Errorf("five seconds a turn: %v", set)
	}
	c = fresh()
	for range 500 { // one caller at a time shows nothing of more
		c.CallStarted(record.Call{})
		c.TurnDone("", record.Turn{Recognition: time.Millisecond})
		c.CallEnded(record.Call{})
	}
	if len(set) > 0 {
		t.Errorf("more calls than were ever tried: %v", set)
	}
	c = fresh()
	turns(c, 500, time.Millisecond)
	if last := set[len(set)-1]; last != mostCalls {
		t.Errorf("at once: %v", set)
	}
	c = New(6, func(n int) { set = append(set, n) })
	turns(c, 500, time.Millisecond)
	if last := set[len(set)-1]; last != 3 {
		t.Errorf("six ports: %v", set)
	}
}
