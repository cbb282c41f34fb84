package hear_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"frontdesk.internal/audio"
	"frontdesk.internal/models/engines"
	"frontdesk.internal/models/engines/hear"
)

const ms = time.Millisecond

func TestOneUtterance(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := listen(t, hear.Options{Recognizer: &ears{takes: 300 * ms}, Turn: &judge{takes: 40 * ms, prob: 0.8}}, true)
		defer c.close()
		c.speak(silence, 640*ms) // a multiple of both frame and window: 20 windows
		c.speak(voice, 960*ms)
		c.speak(silence, 180*ms)
		c.expect("start1 ")
		c.speak(silence, 100*ms)
		c.expect("start1 pause1 ")
		c.speak(silence, 300*ms)
		c.expect("start1 pause1 text1 ")
		start, pause, text := c.got[0], c.got[1], c.got[2]
		if start.At != 640*ms {
			t.Errorf("speech started at %v, want 640ms", start.At)
		}
		if start.Now-start.At > 160*ms {
			t.Errorf("start was reported %v after it, want at most 160ms", start.Now-start.At)
		}
		if pause.At != 1600*ms || pause.TurnProb != 0.8 || pause.Speech != 960*ms {
			t.Errorf("got pause at %v, probability %v, speech %v, want 1.6s, 0.8, 960ms", pause.At, pause.TurnProb, pause.Speech)
		}
		if !text.Final || text.Text != "final 1" || text.At != 1600*ms || text.Took != 300*ms || text.AvgLogProb != -0.1 {
			t.Errorf("got %+v", text)
		}
	})
}

// TestSpeculation checks that recognition starts before the pause is reported and is never reported before it.
func TestSpeculation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := &ears{takes: 10 * ms}
		c := listen(t, hear.Options{Recognizer: e, Turn: &judge{takes: 40 * ms, prob: 0.8}}, true)
		defer c.close()
		c.speak(voice, 640*ms)
		c.speak(silence, 180*ms)
		if len(e.lengths) != 1 {
			t.Errorf("got %d recognitions before the pause, want 1", len(e.lengths))
		}
		c.expect("start1 ")
		c.speak(silence, 100*ms)
		c.expect("start1 pause1 text1 ")
		if len(e.lengths) != 1 {
			t.Errorf("got %d recognitions, want the speculative one to do", len(e.lengths))
		}
	})
}

// TestJudgedEarly: the turn detector is asked with the first silence, made as long as a pause; when the pause is there, its opinion is too.
func TestJudgedEarly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := &judge{takes: 70 * ms, prob: 0.8}
		c := listen(t, hear.Options{Recognizer: &ears{takes: time.Second}, Turn: j}, true)
		defer c.close()
		c.speak(voice, 640*ms)
		c.speak(silence, 180*ms)
		c.expect("start1 ")
		c.speak(silence, 40*ms)
		c.expect("start1 pause1 ")
		if c.got[1].TurnProb != 0.8 {
			t.Errorf("the pause was reported with %v", c.got[1].TurnProb)
		}
		c.speak(voice, 320*ms)
		c.speak(silence, 120*ms)
		c.speak(voice, 320*ms) // what was thought of that silence is no opinion of the next one
		j.prob = 0.3
		c.speak(silence, 320*ms)
		c.expect("start1 pause1 resume1 pause1 ")
		if c.got[3].TurnProb != 0.3 || len(j.heard) != 3 {
			t.Errorf("the second pause was reported with %v after %d questions", c.got[3].TurnProb, len(j.heard))
		}
		for _, pcm := range j.heard {
			quiet := 0
			for i := len(pcm) - 1; i >= 0 && pcm[i] == 0; i-- {
				quiet++
			}
			if d := time.Duration(quiet) * time.Second / engines.Rate; d < 190*ms || d > 260*ms {
				t.Errorf("judged with %v of silence at the end, want that of a pause", d)
			}
		}
	})
}

func TestShortGapIsNoPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := &ears{takes: 300 * ms}
		c := listen(t, hear.Options{Recognizer: e}, true)
		defer c.close()
		c.speak(voice, 640*ms)
		c.speak(silence, 160*ms) // long enough for suspicion
		c.speak(voice, 640*ms)
		c.speak(silence, 800*ms)
		c.expect("start1 pause1 text1 ")
		if len(e.aborted) != 1 || len(e.lengths) != 2 || e.lengths[1] < 1440*ms {
			t.Errorf("got %d aborted of %v, want the first of two aborted, and the second over the whole", len(e.aborted), e.lengths)
		}
	})
}

func TestResume(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := &ears{takes: 500 * ms}
		c := listen(t, hear.Options{Recognizer: e, Turn: &judge{takes: 10 * ms, prob: 0.2}}, true)
		defer c.close()
		c.speak(silence, 320*ms)
		c.speak(voice, 640*ms)
		c.speak(silence, 320*ms)
		c.expect("start1 pause1 ")
		c.speak(voice, 640*ms)
		c.expect("start1 pause1 resume1 ")
		if len(e.aborted) != 1 {
			t.Errorf("got %d recognitions aborted, want 1", len(e.aborted))
		}
		c.speak(silence, 2*time.Second)
		c.speak(voice, 640*ms)
		c.speak(silence, 2*time.Second)
		c.expect("start1 pause1 resume1 pause1 text1 resume1 pause1 text1 ")
		if got := c.got[2].At; got != 1280*ms {
			t.Errorf("resumed at %v, want 1.28s", got)
		}
		// All speech with the pre-roll and a part of each pause, but not the two silent seconds.
		last := e.lengths[len(e.lengths)-1]
		if last < 3*640*ms || last > 3*640*ms+3*700*ms {
			t.Errorf("the last recognition had %v of audio, want the whole utterance with short pauses", last)
		}
	})
}

func TestTake(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := &ears{takes: 100 * ms}
		c := listen(t, hear.Options{Recognizer: e}, true)
		defer c.close()
		c.speak(voice, 640*ms)
		c.speak(silence, 640*ms)
		c.in.Take(1)
		c.in.Hint(engines.Hint{Prompt: "a name"})
		c.speak(voice, 640*ms)
		c.speak(silence, 640*ms)
		c.expect("start1 pause1 text1 start2 pause2 text2 ")
		if got := c.got[4].TurnProb; got >= 0 {
			t.Errorf("got turn probability %v without a detector, want it negative", got)
		}
		if d := e.lengths[1]; d > 640*ms+900*ms {
			t.Errorf("the second utterance had %v of audio, want none of the first", d)
		}
		if e.hints[0] != "" || e.hints[1] != "a name" {
			t.Errorf("got hints %q", e.hints)
		}
	})
}

// TestTakeWhileSpeaking is the race that a fast caller wins: the answer to the first part crosses the second part.
func TestTakeWhileSpeaking(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := &ears{takes: 100 * ms}
		c := listen(t, hear.Options{Recognizer: e}, true)
		defer c.close()
		c.speak(voice, 1280*ms)
		c.speak(silence, 640*ms)
		c.speak(voice, 960*ms)
		c.in.Take(1)
		c.speak(voice, 320*ms)
		c.speak(silence, 640*ms)
		c.expect("start1 pause1 text1 resume1 start2 pause2 text2 ")
		if at := c.got[4].At; at != 1920*ms {
			t.Errorf("the second utterance starts at %v, want 1.92s, where the caller went on", at)
		}
		if d := e.lengths[1]; d < 1280*ms || d > 1280*ms+700*ms {
			t.Errorf("the second recognition had %v of audio, want all since the caller went on and no more", d)
		}
	})
}

func TestTakeInMidUtterance(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := listen(t, hear.Options{Recognizer: &ears{}}, true)
		defer c.close()
		c.speak(voice, 640*ms)
		c.in.Take(1)
		c.speak(voice, 640*ms)
		c.speak(silence, 640*ms)
		c.expect("start1 start2 pause2 text2 ")
	})
}

func TestBlip(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := listen(t, hear.Options{Recognizer: &ears{}}, true)
		defer c.close()
		for range 5 {
			c.speak(voice, 80*ms)
			c.speak(silence, 200*ms)
		}
		c.expect("")
		c.speak(voice, 320*ms)
		c.speak(silence, 320*ms)
		c.speak(voice, 20*ms) // a click in a pause is no continuation
		c.speak(silence, 320*ms)
		c.expect("start1 pause1 text1 ")
	})
}

// TestFaintBeginning checks that a letter that is spelled softly before louder ones, as the detector half takes it for voice, is
// recognised with them, and a sound of long ago is not.
func TestFaintBeginning(t *testing.T) {
	for _, c := range []struct {
		gap         time.Duration
		least, most time.Duration // audio of the recognition, a pause of 320 ms at its end with it
	}{
		{160 * ms, 1280 * ms, 1700 * ms},
		{640 * ms, 640 * ms, 1260 * ms},
	} {
		synctest.Test(t, func(t *testing.T) {
			e := &ears{takes: 10 * ms}
			l := listen(t, hear.Options{Recognizer: e}, true)
			defer l.close()
			l.speak(silence, 1280*ms)
			l.speak(faint, 320*ms)
			l.speak(silence, c.gap)
			l.speak(voice, 640*ms)
			l.speak(silence, 640*ms)
			l.expect("start1 pause1 text1 ")
			if at := l.got[0].At; at != 1600*ms+c.gap {
				t.Errorf("gap %v: speech began at %v, want it where the voice is", c.gap, at)
			}
			if got := e.lengths[0]; got < c.least || got > c.most {
				t.Errorf("gap %v: the recognition had %v of audio, want %v to %v", c.gap, got, c.least, c.most)
			}
		})
	}
}

func TestLongUtteranceIsCut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := &ears{takes: 200 * ms}
		c := listen(t, hear.Options{Recognizer: e, Tuning: hear.Tuning{Longest: 3 * time.Second}}, true)
		defer c.close()
		c.speak(voice, 4*time.Second)
		c.expect("start1 pause1 start2 text1 ")
		c.speak(silence, 640*ms)
		c.expect("start1 pause1 start2 text1 pause2 text2 ")
		if total := e.lengths[0] + e.lengths[1]; total < 4*time.Second || total > 4500*ms {
			t.Errorf("the two parts had %v of audio, want each sample once", total)
		}
	})
}

func TestPartials(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := &ears{takes: 400 * ms}
		c := listen(t, hear.Options{Recognizer: e, Tuning: hear.Tuning{Partials: time.Second}}, true)
		defer c.close()
		c.speak(voice, 2300*ms) // the second look is under way at the end
		c.speak(silence, 700*ms)
		c.expect("start1 partial1 pause1 text1 ")
		if len(e.aborted) != 1 {
			t.Errorf("got %d aborted, want the second look stopped for the final", len(e.aborted))
		}
		if took := c.got[3]; took.Waited > 5*ms {
			t.Errorf("the final waited %v behind a partial", took.Waited)
		}
	})
}

func TestPartialsOnlyWhenIdle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := &ears{takes: 10 * time.Second}
		c := listen(t, hear.Options{Recognizer: e, Tuning: hear.Tuning{Partials: 500 * ms}}, true)
		defer c.close()
		other, err := c.hub.Listen(t.Context(), engines.ListenOptions{Call: "other"})
		if err != nil {
			t.Fatal(err)
		}
		defer other.Close() // it has no error
		c.speak(voice, 320*ms)
		c.speak(silence, 320*ms) // its final keeps the recogniser busy
		loud := make(audio.PCM, engines.FrameSamples)
		for i := range loud {
			loud[i] = voice
		}
		for range 100 {
			other.Frame(loud)
			<-time.After(audio.FrameDuration)
		}
		synctest.Wait()
		if len(e.hints) != 1 {
			t.Errorf("got %d recognitions, want the busy recogniser left alone", len(e.hints))
		}
	})
}

func TestSlowTurnDetector(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := listen(t, hear.Options{Recognizer: &ears{takes: 10 * ms}, Turn: &judge{takes: time.Minute, prob: 1}}, true)
		defer c.close()
		c.speak(voice, 640*ms)
		c.speak(silence, 400*ms)
		c.expect("start1 ")
		c.speak(silence, 200*ms)
		c.expect("start1 pause1 text1 ")
		if got := c.got[1].TurnProb; got >= 0 {
			t.Errorf("got %v from a detector that has not answered, want it negative", got)
		}
	})
}

func TestFailures(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := listen(t, hear.Options{Recognizer: &ears{err: errBroken}, Turn: &judge{err: errBroken}}, true)
		defer c.close()
		c.speak(voice, 640*ms)
		c.speak(silence, 640*ms)
		c.expect("start1 pause1 text1 ")
		if c.got[1].TurnProb >= 0 || c.got[2].Rejected != hear.RejectedFailed || c.got[2].Text != "" {
			t.Errorf("got %+v", c.got[1:])
		}
	})
}

// TestVoiceDetectorFails checks that loudness takes over in mid-call.
func TestVoiceDetectorFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		windows := 0
		vad := &voiceByLevel{fail: func() error {
			if windows++; windows > 10 {
				return errBroken
			}
			return nil
		}}
		c := listen(t, hear.Options{Recognizer: &ears{}, VAD: vad}, true)
		defer c.close()
		c.speak(20, 640*ms) // called voice by the fake
		c.speak(20, 1280*ms)
		c.in.Take(1)
		c.speak(5000, 640*ms)
		c.speak(20, 640*ms)
		if got := c.kinds(); !strings.HasSuffix(got, "pause2 text2 ") {
			t.Errorf("got events %q, want the loud part found", got)
		}
	})
}

func TestSlowReader(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := listen(t, hear.Options{Recognizer: &ears{takes: 10 * ms}, Tuning: hear.Tuning{Partials: 200 * ms}}, false)
		defer c.close()
		other, err := c.hub.Listen(t.Context(), engines.ListenOptions{Call: "other"})
		if err != nil {
			t.Fatal(err)
		}
		defer other.Close() // it has no error
		const turns = 30
		for i := range turns {
			c.speak(voice, 1280*ms)
			c.speak(silence, 640*ms)
			c.in.Take(uint64(i + 1))
		}
		finals, partials := 0, 0
		go func() {
			for e := range c.in.Events() {
				switch {
				case e.Kind != engines.Transcribed:
				case e.Final:
					finals++
				default:
					partials++
				}
			}
		}()
		synctest.Wait()
		if finals != turns {
			t.Errorf("got %d finals, want all %d", finals, turns)
		}
		if partials > turns {
			t.Errorf("got %d partials, want most of them dropped", partials)
		}
	})
}

func TestReaderGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := listen(t, hear.Options{Recognizer: &ears{}}, false)
		defer c.close()
		frame := make(audio.PCM, engines.FrameSamples)
		for i := range 400 {
			for range 16 {
				frame[0], frame[256], frame[192], frame[128], frame[64] = 1, 1, 1, 1, 1
				c.in.Frame(frame)
			}
			clear(frame)
			for range 16 {
				c.in.Frame(frame)
			}
			synctest.Wait()
			c.in.Take(uint64(i + 1))
			synctest.Wait()
		}
		for range c.in.Events() {
		}
		if c.in.Err() == nil {
			t.Error("a stream that nobody reads did not end")
		}
	})
}

func TestFullRing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		vad := &voiceByLevel{block: make(chan struct{})}
		c := listen(t, hear.Options{Recognizer: &ears{}, VAD: vad}, true)
		defer c.close()
		frame := make(audio.PCM, engines.FrameSamples)
		taken := 0
		for range 300 { // 6 s
			if c.in.Frame(frame) {
				taken++
			}
		}
		if taken < 250 || taken > 255 {
			t.Errorf("took %d frames, want 5 s and what is being worked on", taken)
		}
		close(vad.block)
		synctest.Wait()
		c.speak(voice, 640*ms)
		c.speak(silence, 640*ms)
		c.expect("start1 pause1 text1 ")
		if at := c.got[0].At; at < 5960*ms || at > 6040*ms {
			t.Errorf("speech starts at %v, want 6s: lost frames count too", at)
		}
	})
}

func TestEnds(t *testing.T) {
	t.Run("close", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			e := &ears{takes: time.Hour}
			c := listen(t, hear.Options{Recognizer: e, Turn: &judge{takes: time.Hour}}, true)
			c.speak(voice, 640*ms)
			c.speak(silence, 200*ms)
			c.close()
			if err := c.in.Err(); err != nil {
				t.Errorf("got %v after Close, want nil", err)
			}
			if len(e.aborted) != 1 {
				t.Errorf("got %d recognitions aborted, want 1", len(e.aborted))
			}
			if c.in.Frame(make(audio.PCM, engines.FrameSamples)) {
				t.Error("a closed stream took a frame")
			}
			if _, err := c.hub.Listen(t.Context(), engines.ListenOptions{}); !errors.Is(err, engines.ErrUnavailable) {
				t.Errorf("got %v from a closed hub, want ErrUnavailable", err)
			}
		})
	})
	t.Run("context", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			hub := hear.New(hear.Options{Recognizer: &ears{}, VAD: &voiceByLevel{}})
			defer hub.Close()
			ctx, cancel := context.WithCancelCause(t.Context())
			in, err := hub.Listen(ctx, engines.ListenOptions{})
			if err != nil {
				t.Fatal(err)
			}
			cancel(errBroken)
			for range in.Events() {
			}
			if !errors.Is(in.Err(), errBroken) {
				t.Errorf("got %v, want the context's cause", in.Err())
			}
		})
	})
	t.Run("hub", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			c := listen(t, hear.Options{Recognizer: &ears{}}, true)
			c.hub.Close()
			if !errors.Is(c.in.Err(), engines.ErrUnavailable) {
				t.Errorf("got %v, want ErrUnavailable", c.in.Err())
			}
		})
	})
}

func TestBusy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hub := hear.New(hear.Options{Recognizer: &ears{takes: time.Hour}, VAD: &voiceByLevel{}})
		defer hub.Close()
		refused := 0
		for range 40 {
			in, err := hub.Listen(t.Context(), engines.ListenOptions{})
			if err != nil {
				t.Fatal(err)
			}
			frame := make(audio.PCM, engines.FrameSamples)
			for i := range frame {
				frame[i] = voice
			}
			for range 32 {
				in.Frame(frame)
			}
			clear(frame)
			for range 32 {
				in.Frame(frame)
			}
			synctest.Wait()
			for len(in.Events()) > 0 {
				if e := <-in.Events(); e.Rejected == hear.RejectedBusy {
					refused++
				}
			}
		}
		if refused != 40-1-32 { // one at work, 32 waiting
			t.Errorf("got %d refused, want 7", refused)
		}
	})
}

func TestFrameDoesNotAllocate(t *testing.T) {
	hub := hear.New(hear.Options{Recognizer: &ears{}, VAD: &voiceByLevel{}})
	defer hub.Close()
	in, err := hub.Listen(t.Context(), engines.ListenOptions{})
	if err != nil {
		t.Fatal(err)
	}
	frame := make(audio.PCM, engines.FrameSamples)
	if n := testing.AllocsPerRun(100, func() { in.Frame(frame) }); n > 0 {
		t.Errorf("got %v allocations a frame, want none", n)
	}
}

// TestSustained: an utterance that lasts is told of while it does, once; a sound of listening is not.
func TestSustained(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := listen(t, hear.Options{Recognizer: &ears{}}, true)
		defer c.close()
		lasts := func() (n int, at time.Duration) {
			synctest.Wait()
			for _, e := range c.lasts {
				n, at = n+1, e.Now
			}
			return n, at
		}
		c.speak(silence, 400*time.Millisecond)
		c.speak(voice, 320*time.Millisecond)
		c.speak(silence, time.Second)
		c.in.Take(1)
		if n, _ := lasts(); n != 0 {
			t.Errorf("a sound of 320 ms lasts")
		}
		c.speak(silence, 280*time.Millisecond)
		c.speak(voice, 2*time.Second)
		if n, at := lasts(); n != 1 || at < 2380*time.Millisecond || at > 2440*time.Millisecond {
			t.Errorf("told %d times, at %v; want once, when 384 ms of it were voiced", n, at)
		}
	})
}
