package reception_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/audio"
	"frontdesk.internal/audio/line"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestAQuestionIsAnsweredAndKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := open(t, "How much is a teeth cleaning?", "Thank you, goodbye.")
		o.quiet()
		o.say(1500 * time.Millisecond)
		o.quiet()
		o.say(time.Second)
		o.ended(30 * time.Second)
		if d := o.call.line.began.Sub(o.recs.call.Answered); d > 20*time.Millisecond {
			t.Errorf("the greeting began %v after the ACK", d)
		}
		if said := o.recs.said(); !strings.Contains(said, "one hundred and twenty dollars") {
			t.Errorf("said: %s", said)
		}
		q := o.recs.turn(1)
		if q.Heard != "How much is a teeth cleaning?" || q.DecidedBy != "rule" || q.Source == "" {
			t.Errorf("turn: %+v", q)
		}
		// 200 ms pause, 400 ms recognition, then the reply: the box adds next to nothing.
		if q.Total < 500*time.Millisecond || q.Total > 800*time.Millisecond {
			t.Errorf("the reply came after %v, want about 600 ms", q.Total)
		}
		if sum := q.Endpointing + q.Recognition + q.Decision + q.Voice + q.Media; (sum - q.Total).Abs() > 25*time.Millisecond {
			t.Errorf("the stages add up to %v of %v", sum, q.Total)
		}
		if c := o.recs.call; c.Outcome.Result != record.ResultCompleted || c.Turns < 3 || c.Profile != 3 || c.Ended.IsZero() ||
			c.From != "+12175550182" {
			t.Errorf("call: %+v", c)
		}
		if n := strings.Count(strings.ToLower(o.recs.said()), "goodbye"); n != 1 {
			t.Errorf("goodbye was said %d times", n)
		}
	})
}

func TestTheCallerInterrupts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := open(t, "What services do you offer?", "Stop, where are you?")
		o.quiet()
		o.say(time.Second)
		time.Sleep(2 * time.Second) // the long list has begun
		before := o.call.line.heardFrames()
		if before == 0 || o.call.line.silentFor() > 100*time.Millisecond {
			t.Fatal("the box is not speaking")
		}
		o.call.line.speak(1200 * time.Millisecond)
		from := time.Now()
		time.Sleep(1200 * time.Millisecond)
		// 400 ms of voice are more than a sound of listening; with that proof the voice stops.
		if d := o.call.line.lastVoiced().Sub(from); d > 440*time.Millisecond {
			t.Errorf("the box went on for %v after the caller began, 40 ms after the proof are allowed", d)
		}
		o.quiet()
		o.hangup()
		cut := o.recs.turn(1)
		if !cut.CutOff || strings.Contains(cut.Said, "ask me about") {
			t.Errorf("the record of the interrupted turn: cut %v, said %q", cut.CutOff, cut.Said)
		}
		if said := o.recs.turn(2).Said; !strings.Contains(said, "Elm Street") {
			t.Errorf("after the interruption: %q", said)
		}
	})
}

func TestABackchannelInterruptsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := open(t, "What services do you offer?", "Mhm.")
		o.quiet()
		o.say(time.Second)
		time.Sleep(2 * time.Second)
		o.call.line.speak(300 * time.Millisecond)
		soft := 0
		for range 60 {
			time.Sleep(audio.FrameDuration)
			if d := o.call.line.silentFor(); d > 200*time.Millisecond { // a clause may have ended
				t.Fatalf("a mhm stops the voice for %v", d)
			}
			if o.call.line.soft() {
				soft++
			}
		}
		if soft < 10 || soft > 50 || o.call.line.soft() {
			t.Errorf("%d of 60 frames were softer; want some while the caller makes a sound, and none after", soft)
		}
		time.Sleep(5 * time.Second)
		o.hangup()
		if got := o.recs.turn(1); got.CutOff {
			t.Errorf("cut off by a mhm: %q", got.Said)
		}
		if n := o.recs.count(); n != 2 {
			t.Errorf("%d turns, want greeting and answer", n)
		}
	})
}

func TestNobodySpeaks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := open(t)
		began := time.Now()
		o.quiet() // the greeting
		greeted := o.call.line.lastVoiced()
		for o.call.line.lastVoiced().Equal(greeted) {
			time.Sleep(audio.FrameDuration)
		}
		if d := o.call.line.lastVoiced().Sub(greeted); d < 10*time.Second || d > 10500*time.Millisecond {
			t.Errorf("the caller was asked %v after the greeting", d)
		}
		o.ended(time.Minute)
		if d := time.Since(began); d < 25*time.Second || d > 40*time.Second {
			t.Errorf("gave up after %v, want 10 s and 15 s and the words between", d)
		}
		if c := o.recs.call.Outcome; c.Result != record.ResultNoInput {
			t.Errorf("outcome %+v", c)
		}
	})
}

// Who asks for a moment is left in peace for a minute.
func TestACallerWhoLooksForAPen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := open(t, "Hold on, let me get a pen.", "What are your opening hours on Monday?")
		o.quiet()
		o.say(1500 * time.Millisecond)
		o.quiet()
		turns := o.recs.count()
		time.Sleep(55 * time.Second)
		if got := o.recs.count(); got != turns {
			t.Errorf("the caller was asked: %q", o.recs.turn(-1).Said)
		}
		o.say(time.Second)
		o.quiet()
		o.hangup()
		if got := o.recs.turn(-1); got.Heard != "What are your opening hours on Monday?" {
			t.Errorf("the last turn is %+v", got)
		}
	})
}

func TestKeysGoOnWhenTheEnginesDie(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := open(t, "Hello", "How much is a check-up?")
		o.quiet()
		o.mouth.Fail(errors.New("killed"))
		o.ready.set(false)
		o.ears.Break(errors.New("killed"))
		heard := o.call.line.heardFrames()
		o.quiet()
		if o.call.line.heardFrames() == heard {
			t.Error("the caller hears nothing of the failure")
		}
		o.call.line.digits <- line.Digit{Key: '1', At: time.Now()}
		heard = o.call.line.heardFrames()
		o.quiet()
		if o.call.line.heardFrames() == heard {
			t.Error("key 1 is not answered")
		}
		o.mouth.Heal()
		o.ears.Heal()
		o.ready.set(true)
		o.quiet()
		o.say(time.Second) // the new stream starts with the first text again
		o.quiet()
		o.say(time.Second)
		o.quiet()
		o.hangup()
		if said := o.recs.said(); !strings.Contains(said, "sixty-five dollars") {
			t.Errorf("after the recovery: %s", said)
		}
		if c := o.recs.call.Outcome; c.Result != record.ResultCompleted {
			t.Errorf("outcome %+v", c)
		}
	})
}

func TestTheMenuEndsWhenTheEnginesAreBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := open(t, "Hello")
		o.quiet()
		o.ready.set(false)
		o.ears.Break(errors.New("killed"))
		time.Sleep(300 * time.Millisecond) // the menu has begun
		if o.call.line.silentFor() > 100*time.Millisecond {
			t.Fatal("the caller hears nothing of the failure")
		}
		o.ears.Heal()
		o.ready.set(true)
		o.quiet()
		o.hangup()
		if turn := o.recs.turn(1); turn.Decided != "engines.down" || !turn.CutOff || strings.Contains(turn.Said, "zero for a person") {
			t.Errorf("the menu was said to its end: %+v", turn)
		}
		if turn := o.recs.turn(2); turn.Decided != "engines.up" || turn.CutOff || !strings.Contains(turn.Said, "I can hear you again") {
			t.Errorf("after the recovery: %+v", turn)
		}
	})
}

func TestRefusedWithoutVoiceAndPhrases(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := openWith(t, &office{book: &book{empty: true}, ready: &ready{changed: make(chan struct{})}})
		o.ended(time.Second)
		if o.call.rejected != 486 || o.recs.call.Outcome.Result != record.ResultRefused {
			t.Errorf("rejected with %d, outcome %+v", o.call.rejected, o.recs.call.Outcome)
		}
	})
}

func TestAMessageIsNotedOnlyWhenItIsKept(t *testing.T) {
	texts := []string{
		"I would like to leave a message.", "My name is Anna Berger.", "Yes.", "Please move my appointment to Friday.", "Yes.", "No, goodbye.",
	}
	talk := func(t *testing.T, recs *records) *office {
		t.Helper()
		o := openWith(t, &office{recs: recs}, texts...)
		o.quiet()
		for range texts {
			o.say(1200 * time.Millisecond)
			o.quiet()
			if len(recs.messages) > 0 || strings.Contains(recs.said(), "could not save") {
				break
			}
		}
		o.hangup()
		return o
	}
	t.Run("kept", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			recs := newRecords()
			recs.slow = 3 * time.Second
			talk(t, recs)
			if len(recs.messages) != 1 {
				t.Fatalf("messages %+v; said %s", recs.messages, recs.said())
			}
			m := recs.messages[0]
			if m.Name != "Anna Berger" || m.Number.Digits() != "12175550182" || !strings.Contains(string(m.Reason), "Friday") || m.Partial {
				t.Errorf("%+v\nsaid %s", m, recs.said())
			}
			for i := range len(recs.turns) {
				if turn := recs.turn(i); strings.Contains(turn.Said, "I have noted") && turn.SaidAt.Before(recs.savedAt) &&
					!strings.Contains(turn.Said, "?") {
					t.Errorf("%q was said before the message was kept", turn.Said)
				}
			}
			if !strings.Contains(recs.said(), "I have noted") {
				t.Errorf("said %s", recs.said())
			}
		})
	})
	t.Run("not kept", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			recs := newRecords()
			recs.failSave = errors.New("disk full")
			talk(t, recs)
			if said := recs.said(); strings.Contains(said, "I have noted") || !strings.Contains(said, "could not save") {
				t.Errorf("said %s", said)
			}
		})
	})
}

func TestAPersonIsReached(t *testing.T) {
	for _, fails := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			// The bubble's clock starts on a Saturday; on Monday morning in Chicago the clinic is open.
			time.Sleep(time.Until(time.Date(2000, 1, 3, 16, 0, 0, 0, time.UTC)))
			o := open(t)
			if fails {
				o.call.moveErr = errors.New("busy")
			}
			o.quiet()
			o.call.line.digits <- line.Digit{Key: '0', At: time.Now()}
			if fails {
				o.quiet() // putting you through
				o.quiet() // nobody picked up
				if !strings.Contains(o.recs.said(), "message") {
					t.Errorf("said %s", o.recs.said())
				}
				o.hangup()
				return
			}
			o.ended(30 * time.Second)
			if len(o.call.moved) != 1 || o.call.moved[0] != "200" || o.recs.call.Outcome.Result != record.ResultTransfer {
				t.Errorf("moved to %v, outcome %+v", o.call.moved, o.recs.call.Outcome)
			}
		})
	}
}

func TestTheLongestCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := openWith(t, &office{limit: 20 * time.Second})
		o.ended(40 * time.Second)
		if c := o.recs.call; c.Outcome.Reason != "too_long" {
			t.Errorf("outcome %+v", c.Outcome)
		}
	})
}

func TestAShortSoundIsAskedBackOnlyAfterAYesOrNoQuestion(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := open(t, "I would like to leave a message.", "", "My name is Anna Berger.", "")
		o.quiet()
		o.say(time.Second)
		o.quiet()
		turns := o.recs.count()
		o.say(250 * time.Millisecond) // a cough
		time.Sleep(3 * time.Second)
		if got := o.recs.count(); got != turns {
			t.Errorf("a cough made turn %d: %+v", got, o.recs.turn(got-1))
		}
		o.say(time.Second)
		o.quiet() // "Shall we call you back on the number …?"
		turns = o.recs.count()
		o.say(250 * time.Millisecond) // a "no" that was not understood
		o.quiet()
		o.hangup()
		if got := o.recs.count(); got != turns+1 {
			t.Errorf("%d turns, want %d: the caller waits for a reaction to a short answer", got, turns+1)
		}
	})
}

// Who asks for it gets a slower voice, to the end of the call.
func TestASlowerVoice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := open(t, "How much is a cleaning?", "Slower, please.", "How much is a root canal?")
		o.quiet()
		for range 3 {
			o.say(time.Second)
			o.quiet()
		}
		o.hangup()
		synctest.Wait()
		speeds := map[float64]bool{}
		slow := 0
		for _, r := range o.mouth.Requests() {
			speeds[r.Speed] = true
			switch {
			case r.Speed < 1:
				slow++
			case slow > 0:
				t.Errorf("%q is as fast as ever", r.Text)
			}
		}
		if slow < 2 || !speeds[1] {
			t.Errorf("speeds: %v", speeds)
		}
	})
}

// Who speaks the other language of a business is answered in it, by a voice of that language.
func TestTheOtherLanguage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := openWith(t, &office{profile: "elektro", speaks: func(text string) string {
			if strings.HasPrefix(text, "Hello") {
				return "en"
			}
			return "de"
		}}, "Hello, how much is a wallbox?")
		o.quiet()
		o.say(time.Second)
		o.quiet()
		o.hangup()
		synctest.Wait()
		if opened := o.ears.Streams()[0].Options; opened.Language != "de" || !slices.Equal(opened.Also, []string{"de", "en"}) {
			t.Errorf("recognition was opened with %+v", opened)
		}
		for _, r := range o.mouth.Requests() {
			switch {
			case strings.Contains(r.Text, "guten Tag") && r.Language != "de", strings.Contains(r.Text, "price") && r.Language != "en":
				t.Errorf("%q is spoken in %q", r.Text, r.Language)
			}
		}
		if said := o.recs.said(); !strings.Contains(said, "Elektro Brandt in Hannover, guten Tag.") ||
			!strings.Contains(said, "The price for Wallbox is between nine hundred") {
			t.Errorf("said: %s", said)
		}
	})
}

// A goodbye is for the calls until it is taken back: one that begins after that is dealt with as ever.
func TestAGoodbyeIsTakenBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := open(t, "How much is a cleaning?")
		o.quiet()
		o.reception.Farewell()
		o.reception.Farewell()
		<-o.done
		if got := o.recs.call.Outcome.Reason; got != "shutdown" {
			t.Fatalf("the call ended with %q", got)
		}
		o.reception.Stay()
		o.reception.Stay()
		ctx, hangup := context.WithCancelCause(t.Context())
		again := &fakeCall{line: &fakeLine{digits: make(chan line.Digit, 16)}, hangup: hangup}
		over := make(chan struct{})
		go func() {
			defer close(over)
			o.reception.HandleCall(ctx, again)
		}()
		o.call = again
		o.quiet()
		select {
		case <-over:
			t.Error("it was ended as well")
		default:
		}
		o.hangup()
		<-over
	})
}
