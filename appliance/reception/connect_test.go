package reception_test

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/audio/line"
)

// unwilling is what a PBX says that transfers nobody.
type unwilling struct{}

func (unwilling) Error() string { return "refused" }
func (unwilling) Refusal() int  { return 603 }

// working sets the clock to a Monday in opening hours.
func working() { time.Sleep(time.Until(time.Date(2000, 1, 3, 16, 0, 0, 0, time.UTC))) }

// hears reports whether sound comes out of l within the next second.
func hears(l *fakeLine) bool {
	from := time.Now()
	time.Sleep(time.Second)
	return l.lastVoiced().After(from)
}

// A PBX that takes no transfers: the box calls the person, the two hear each other through it, and it listens to neither.
func TestBridged(t *testing.T) {
	for _, hangsUp := range []string{"caller", "person"} {
		synctest.Test(t, func(t *testing.T) {
			working()
			leg := newLeg(t)
			o := open(t, "Do you hear me?")
			o.call.moveErr, o.call.joinErr, o.call.leg = unwilling{}, unwilling{}, leg
			o.quiet()
			o.call.line.digits <- line.Digit{Key: '0', At: time.Now()}
			time.Sleep(4 * time.Second) // putting you through; the PBX refuses; it rings
			if !hears(o.call.line) {
				t.Error("the caller hears no ring tone")
			}
			time.Sleep(7 * time.Second)
			if hears(leg.fakeLine) || hears(o.call.line) {
				t.Error("there is sound though nobody speaks")
			}
			turns := o.recs.count()
			o.call.line.speak(time.Second)
			if !hears(leg.fakeLine) {
				t.Error("the person does not hear the caller")
			}
			leg.speak(time.Second)
			if !hears(o.call.line) {
				t.Error("the caller does not hear the person")
			}
			o.call.line.digits <- line.Digit{Key: '5', At: time.Now()}
			leg.digits <- line.Digit{Key: '7', At: time.Now()}
			time.Sleep(time.Second)
			if toPerson, toCaller := leg.sentKeys(), o.call.line.sentKeys(); toPerson != "5" || toCaller != "7" {
				t.Errorf("keys %q reached the person, %q the caller", toPerson, toCaller)
			}
			time.Sleep(20 * time.Minute) // no limit of ours ends it
			if o.recs.count() != turns {
				t.Errorf("the box has listened to the two: %+v", o.recs.turn(o.recs.count()-1))
			}
			if hangsUp == "caller" {
				o.hangup()
			} else {
				leg.cancel()
				o.ended(10 * time.Second)
			}
			if out := o.recs.call.Outcome; out.Result != record.ResultTransfer {
				t.Errorf("outcome %+v", out)
			}
			if !leg.closed || len(o.call.dialled) != 1 || o.call.dialled[0] != "200" {
				t.Errorf("dialled %v, closed %v", o.call.dialled, leg.closed)
			}
		})
	}
}

// The person is told who calls, and takes the call with 1; the PBX joins the two.
func TestAnnounced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		working()
		leg := newLeg(t)
		o := openWith(t, &office{brief: true})
		o.call.leg = leg
		o.quiet()
		o.call.line.digits <- line.Digit{Key: '0', At: time.Now()}
		time.Sleep(6500 * time.Millisecond)
		if !hears(leg.fakeLine) {
			t.Error("the person is told nothing")
		}
		leg.digits <- line.Digit{Key: '1', At: time.Now()}
		o.ended(5 * time.Second)
		if out := o.recs.call.Outcome; out.Result != record.ResultTransfer || len(o.call.moved) != 0 || !leg.closed {
			t.Errorf("outcome %+v, moved %v, closed %v", out, o.call.moved, leg.closed)
		}
	})
}

// The person cannot be had, in one of several ways: the caller is back with the assistant, who offers to take a message.
func TestNotTaken(t *testing.T) {
	for name, tt := range map[string]struct {
		answers bool
		person  func(*fakeLeg)
	}{
		"no answer":       {},
		"another key":     {true, func(l *fakeLeg) { l.digits <- line.Digit{Key: '2', At: time.Now()} }},
		"hangs up":        {true, func(l *fakeLeg) { l.cancel() }},
		"says nothing":    {true, func(*fakeLeg) { time.Sleep(40 * time.Second) }},
		"an answer phone": {true, func(l *fakeLeg) { l.speak(20 * time.Second); time.Sleep(40 * time.Second) }},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				working()
				o := openWith(t, &office{brief: true})
				leg := newLeg(t)
				if tt.answers {
					o.call.leg = leg
				}
				o.quiet()
				o.call.line.digits <- line.Digit{Key: '0', At: time.Now()}
				time.Sleep(3 * time.Second)
				if tt.answers {
					time.Sleep(7 * time.Second)
					tt.person(leg)
				}
				o.quiet()
				if !strings.Contains(o.recs.said(), "message") {
					t.Errorf("said %s", o.recs.said())
				}
				if tt.answers && !leg.closed {
					t.Error("the call to the person is still up")
				}
				o.hangup()
			})
		})
	}
}

// The caller gives up while the person is rung or told: the person is not left with nobody.
func TestCallerGivesUp(t *testing.T) {
	for _, after := range []time.Duration{5 * time.Second, 12 * time.Second} {
		synctest.Test(t, func(t *testing.T) {
			working()
			leg := newLeg(t)
			o := openWith(t, &office{brief: true})
			o.call.leg = leg
			o.quiet()
			o.call.line.digits <- line.Digit{Key: '0', At: time.Now()}
			time.Sleep(after)
			o.hangup()
			if out := o.recs.call.Outcome; out.Result == record.ResultTransfer {
				t.Errorf("outcome %+v", out)
			}
			if len(o.call.dialled) > 0 && !leg.closed {
				t.Error("the call to the person is still up")
			}
		})
	}
}

// Somebody who is busy is not rung again by ourselves.
func TestBusyIsNotBridged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		working()
		o := open(t)
		o.call.moveErr, o.call.leg = errors.New("busy"), newLeg(t)
		o.quiet()
		o.call.line.digits <- line.Digit{Key: '0', At: time.Now()}
		o.quiet()
		o.quiet()
		if len(o.call.dialled) != 0 {
			t.Errorf("dialled %v", o.call.dialled)
		}
		o.hangup()
	})
}
