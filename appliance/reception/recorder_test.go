package reception_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"frontdesk.internal/appliance/reception"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/audio"
	"frontdesk.internal/audio/line"
	"frontdesk.internal/models/modelstest"
)

// fakeRecordings notes what would be on the disk.
type fakeRecordings struct {
	mu           sync.Mutex
	began        time.Time
	frames       int
	caller, ours int // loud frames
	closed       bool
	discarded    bool
	full         int // frames until the disk is full; 0 = never
	slow         time.Duration
	gap          int
}

func (x *fakeRecordings) Begin(string) (reception.Recording, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.began = time.Now()
	return x, nil
}

func (x *fakeRecordings) Write(gap int, caller, ours audio.PCM) error {
	time.Sleep(x.slow)
	x.mu.Lock()
	defer x.mu.Unlock()
	x.gap += gap
	if x.frames++; x.full > 0 && x.frames > x.full {
		return errors.New("no space left on device")
	}
	if modelstest.Level(caller) > 10 {
		x.caller++
	}
	if modelstest.Level(ours) > 10 {
		x.ours++
	}
	return nil
}

func (x *fakeRecordings) Close() error {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.closed = true
	return nil
}

func (x *fakeRecordings) Discard() error {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.discarded = true
	return nil
}

func (x *fakeRecordings) begun() bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	return !x.began.IsZero()
}

// The book of these tests says every phrase in a second: greeting, notice, question.
const (
	duringNotice = 1500 * time.Millisecond
	afterNotice  = 2100 * time.Millisecond
)

func TestACallIsRecordedAfterTheNotice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := &fakeRecordings{}
		o := openWith(t, &office{recordings: x}, "Where are you?", "Thank you, goodbye.")
		time.Sleep(afterNotice - 200*time.Millisecond)
		if x.begun() {
			t.Error("recorded before the notice was said to its end")
		}
		o.quiet()
		if !x.begun() {
			t.Fatal("nothing is recorded after the notice")
		}
		o.say(1500 * time.Millisecond)
		o.quiet()
		o.say(time.Second)
		o.ended(30 * time.Second)
		if d := x.began.Sub(o.recs.call.Answered); d < 2*time.Second {
			t.Errorf("recording began %v after the answer, in the notice", d)
		}
		// Both voices are in their channels: the caller spoke for two and a half seconds.
		if x.caller < 120 || x.caller > 130 || x.ours < 100 || !x.closed || x.discarded || x.gap != 0 {
			t.Errorf("loud frames: caller %d, ours %d; closed %v, discarded %v, gap %d", x.caller, x.ours, x.closed, x.discarded, x.gap)
		}
		if got := o.recs.call.Recording; got != record.RecordingKept {
			t.Errorf("recording = %q", got)
		}
		if said := o.recs.turn(0).Said; !strings.Contains(said, noticeText) || strings.Count(said, "?") != 1 {
			t.Errorf("greeting: %q", said)
		}
	})
}

func TestWithoutAWholeNoticeNothingIsRecorded(t *testing.T) {
	tests := map[string]struct {
		office office
		during func(o *office)
	}{
		"hung up during the notice": {office{}, func(o *office) { time.Sleep(duringNotice); o.hangup() }},
		"the line carries nothing":  {office{mute: true}, func(o *office) { time.Sleep(10 * time.Second); o.hangup() }},
		"it cannot be rendered": {office{book: &book{empty: true}, dumb: errors.New("killed")}, func(o *office) {
			time.Sleep(20 * time.Second)
			o.hangup()
		}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				x := &fakeRecordings{}
				o := tt.office
				o.recordings = x
				tt.during(openWith(t, &o, "Where are you?"))
				if x.begun() {
					t.Error("something was recorded")
				}
				if got := o.recs.call.Recording; got != record.RecordingNotAnnounced {
					t.Errorf("recording = %q", got)
				}
			})
		})
	}
}

// A caller who speaks during the notice hears it to its end all the same.
func TestTheNoticeIsNotInterrupted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := &fakeRecordings{}
		o := openWith(t, &office{recordings: x}, "Where are you?")
		time.Sleep(duringNotice)
		o.call.line.speak(time.Second)
		time.Sleep(afterNotice - duringNotice)
		if o.call.line.silentFor() > 200*time.Millisecond {
			t.Error("the notice was cut")
		}
		o.quiet()
		o.hangup()
		if got := o.recs.call.Recording; got != record.RecordingKept {
			t.Errorf("recording = %q", got)
		}
	})
}

func TestARefusalThrowsTheRecordingAway(t *testing.T) {
	tests := map[string]struct {
		text   string
		during func(o *office)
		begun  bool
	}{
		"by words": {"Please don't record this.", func(o *office) { o.quiet(); o.say(time.Second); o.quiet() }, true},
		"by key": {"", func(o *office) {
			o.quiet()
			o.call.line.digits <- line.Digit{Key: '9', At: time.Now()}
			o.quiet()
		}, true},
		"by key during the notice": {"", func(o *office) {
			time.Sleep(duringNotice)
			o.call.line.digits <- line.Digit{Key: '9', At: time.Now()}
			o.quiet()
		}, false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				x := &fakeRecordings{}
				o := openWith(t, &office{recordings: x, written: true}, tt.text)
				tt.during(o)
				synctest.Wait()
				frames := x.frames
				if x.begun() != tt.begun || x.discarded != tt.begun || x.closed {
					t.Errorf("begun %v, discarded %v, closed %v", x.begun(), x.discarded, x.closed)
				}
				time.Sleep(5 * time.Second)
				if x.frames != frames {
					t.Error("recorded after the refusal")
				}
				o.hangup()
				if got := o.recs.call.Recording; got != record.RecordingRefused {
					t.Errorf("recording = %q", got)
				}
				if said := o.recs.said(); !strings.Contains(said, "not being recorded") {
					t.Errorf("said: %s", said)
				}
			})
		})
	}
}

func TestADiskThatFailsLeavesTheCallAlone(t *testing.T) {
	for name, x := range map[string]*fakeRecordings{"full": {full: 20}, "slow": {slow: 200 * time.Millisecond}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				x := &fakeRecordings{full: x.full, slow: x.slow}
				o := openWith(t, &office{recordings: x}, "Where are you?")
				o.quiet()
				time.Sleep(10 * time.Second)
				o.say(time.Second)
				o.quiet()
				o.hangup()
				if said := o.recs.said(); !strings.Contains(said, "Elm Street") {
					t.Errorf("said: %s", said)
				}
				got := o.recs.call.Recording
				if x.full > 0 && got != record.RecordingFailed || x.slow > 0 && (got != record.RecordingKept || x.gap == 0) {
					t.Errorf("recording = %q, gap %d", got, x.gap)
				}
			})
		})
	}
}
