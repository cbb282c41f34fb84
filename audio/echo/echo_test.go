package echo_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"frontdesk.internal/audio"
	"frontdesk.internal/audio/audiotest"
	"frontdesk.internal/audio/echo"
)

// speech is how much voice in a row opens an utterance; the recogniser's detector asks for as much.
const speech = 128 * time.Millisecond

// floor is the level in dB of full scale above which a window counts as voice.
const floor = -52.0

// phones are telephones on tables, with the lines to them.
func phones(rate int) map[string]way {
	out := map[string]way{}
	for i, level := range []float64{-12, -22, -30} {
		for k, delay := range []time.Duration{40, 120, 250, 400} {
			o := audiotest.SpeakerphoneOptions{
				Rate: rate, Delay: delay*time.Millisecond + 3*time.Millisecond, Level: level, Reverb: 400 * time.Millisecond, Bent: true,
				Seed: uint64(4*i + k),
			}
			out[fmt.Sprintf("%v dB, %d ms", level, delay)] = way{phone: o, loss: 0.03, noise: 15}
		}
	}
	return out
}

// Our own voice never counts as the caller's, from the first sentence on.
func TestOurOwnVoiceIsNotHeard(t *testing.T) {
	for _, rate := range []int{8000, 16000} {
		for name, w := range phones(rate) {
			if rate == 16000 && w.phone.Delay > 130*time.Millisecond {
				continue
			}
			t.Run(fmt.Sprintf("%d Hz, %s", rate, name), func(t *testing.T) {
				ours := at(rate, 300*time.Millisecond, 6*time.Second, audiotest.Talk(rate, 5*time.Second, w.phone.Seed))
				came, lost := w.comes(ours, nil)
				if _, all := longest(voiced(came, rate, floor)); all < time.Second/2 {
					t.Fatalf("only %v of echo came", all)
				}
				c := echo.New(rate)
				got := call(c, rate, ours, came, lost, nil)
				if !c.Found() {
					t.Error("the echo was not found")
				}
				if run, all := longest(voiced(got.pcm, rate, floor)); run > speech {
					t.Errorf("%v of our own voice in a row were given, %v in all", run, all)
				}
			})
		}
	}
}

// A caller who speaks over us is heard as soon as without an echo, but for a tenth of a second, and as he speaks.
func TestACallerIsHeardOverUs(t *testing.T) {
	const rate = 8000
	for name, w := range phones(rate) {
		t.Run(name, func(t *testing.T) {
			from := 3 * time.Second
			ours := at(rate, 300*time.Millisecond, 6*time.Second, audiotest.Talk(rate, 5*time.Second, w.phone.Seed))
			theirs := at(rate, from, 6*time.Second, audiotest.Talk(rate, 3*time.Second, 100+w.phone.Seed))
			came, lost := w.comes(ours, theirs)
			got := call(echo.New(rate), rate, ours, came, lost, nil)

			start := int(from.Seconds() * rate)
			want, have := voiced(theirs[start:], rate, -40), voiced(got.pcm[start:], rate, -40)
			_, said := longest(want)
			missed := time.Duration(0)
			for i, v := range have {
				if want[i] && !v {
					missed += 32 * time.Millisecond
				}
			}
			if missed > said/4 {
				t.Errorf("%v of %v were not heard", missed, said)
			}
			// The recogniser has its first four windows of the caller by then.
			if clean, now := fourth(theirs, start, rate), fourth(got.pcm, start, rate); now > clean+2*windowLen(rate) {
				t.Errorf("heard from %d ms on, want %d", (now-start)*1000/rate, (clean-start)*1000/rate)
			} else if d := got.delivered(now, rate) - clean; d > 100*rate/1000 {
				t.Errorf("given %d ms late", d*1000/rate)
			}
		})
	}
}

// delivered is the sample of the line's clock at which sample i had been given.
func (g given) delivered(i, rate int) int {
	for f, n := range g.after {
		if n > i {
			return (f + 1) * audio.FrameLen(rate)
		}
	}
	return math.MaxInt
}

// fourth is where the first four windows of voice in a row end, from a sample on.
func fourth(pcm audio.PCM, from, rate int) int {
	run := 0
	for i, v := range voiced(pcm[from:], rate, -45) {
		if run++; !v {
			run = 0
		}
		if run == 4 {
			return from + (i+1)*windowLen(rate)
		}
	}
	return len(pcm)
}

// A line without an echo is untouched, bit for bit, whoever speaks over whom and however softly; what waits is not held for long.
func TestALineWithoutEchoIsUntouched(t *testing.T) {
	for _, rate := range []int{8000, 16000} {
		for seed := range uint64(6) {
			for _, level := range []float64{1, 0.3, 0.1} {
				ours := at(rate, 300*time.Millisecond, 6*time.Second, audiotest.Talk(rate, 5*time.Second, seed))
				theirs := at(rate, time.Second, 6*time.Second, softer(audiotest.Talk(rate, 4*time.Second, 50+seed), level))
				came, lost := way{
					phone: audiotest.SpeakerphoneOptions{Rate: rate, Seed: seed}, noise: []float64{0, 10, 500}[seed%3], loss: 0.03,
				}.comes(ours, theirs)
				c := echo.New(rate)
				got := call(c, rate, ours, came, lost, nil)
				if c.Found() || !slices.Equal(got.pcm, came[:len(got.pcm)]) {
					t.Errorf("%d Hz, seed %d, level %v: an echo was found", rate, seed, level)
				}
				worst := 0
				for i, n := range got.after {
					worst = max(worst, (i+1)*audio.FrameLen(rate)-n)
				}
				if most := rate * 220 / 1000; worst > most {
					t.Errorf("%d Hz, seed %d, level %v: %d ms were held", rate, seed, level, worst*1000/rate)
				}
			}
		}
	}
}

// A caller who is as loud as we are is not held up on a line without echo.
func TestALoudCallerIsNotHeldUp(t *testing.T) {
	const rate = 8000
	for seed := range uint64(6) {
		ours := at(rate, 300*time.Millisecond, 6*time.Second, audiotest.Talk(rate, 5*time.Second, seed))
		theirs := at(rate, 2*time.Second, 6*time.Second, audiotest.Talk(rate, 4*time.Second, 50+seed))
		came, _ := way{phone: audiotest.SpeakerphoneOptions{Rate: rate}}.comes(ours, theirs)
		got := call(echo.New(rate), rate, ours, came, nil, nil)
		end := fourth(came, 2*rate, rate)
		if d := got.delivered(end-1, rate) - end; d > 100*rate/1000 {
			t.Errorf("seed %d: the first four windows of the caller were given %d ms late", seed, d*1000/rate)
		}
	}
}

// The echo comes later from one moment to the other, as when a telephone's own jitter buffer grows.
func TestTheEchoMoves(t *testing.T) {
	const rate = 8000
	for _, by := range []time.Duration{-60, -20, 20, 60, 150} {
		w := phones(rate)["-22 dB, 250 ms"]
		w.moves = by * time.Millisecond
		ours := at(rate, 300*time.Millisecond, 8*time.Second, audiotest.Talk(rate, 7*time.Second, 3))
		came, lost := w.comes(ours, nil)
		got := call(echo.New(rate), rate, ours, came, lost, nil)
		if run, all := longest(voiced(got.pcm, rate, floor)); run > speech {
			t.Errorf("by %v: %v of our own voice in a row were given, %v in all", w.moves, run, all)
		}
	}
}

// While we are silent a caller is given as he is, whatever was found before.
func TestACallerWhoAnswersIsUntouched(t *testing.T) {
	const rate = 8000
	for name, w := range phones(rate) {
		if w.phone.Delay != 123*time.Millisecond {
			continue
		}
		w.loss = 0
		ours := at(rate, 300*time.Millisecond, 6*time.Second, audiotest.Talk(rate, 3*time.Second, w.phone.Seed))
		theirs := at(rate, 4200*time.Millisecond, 6*time.Second, audiotest.Talk(rate, time.Second, 70+w.phone.Seed))
		came, _ := w.comes(ours, theirs)
		c := echo.New(rate)
		got := call(c, rate, ours, came, nil, nil)
		for i := 4200 * rate / 1000; i < 5200*rate/1000; i++ {
			if d := int(got.pcm[i]) - int(came[i]); d > 1 || d < -1 {
				t.Errorf("%s: sample %d is %d, came as %d", name, i, got.pcm[i], came[i])
				break
			}
		}
		if !c.Found() {
			t.Errorf("%s: the echo was not found", name)
		}
	}
}

// What comes early and irregularly, as a network delivers it, is cleaned as well.
func TestWhatComesIrregularly(t *testing.T) {
	const rate = 8000
	w := phones(rate)["-22 dB, 120 ms"]
	ours := at(rate, 300*time.Millisecond, 6*time.Second, audiotest.Talk(rate, 5*time.Second, 5))
	came, lost := w.comes(ours, nil)
	rng := rand.New(rand.NewPCG(4, 4))
	got := call(echo.New(rate), rate, ours, came, lost, func(frame int) int {
		n := audio.FrameLen(rate)
		return frame*n + rng.IntN(4)*n/2 - n
	})
	if run, all := longest(voiced(got.pcm, rate, floor)); run > speech {
		t.Errorf("%v of our own voice in a row were given, %v in all", run, all)
	}
}

// Nothing is allocated for a frame.
func TestNothingIsAllocated(t *testing.T) {
	const rate = 8000
	w := phones(rate)["-22 dB, 120 ms"]
	ours := at(rate, 0, 4*time.Second, audiotest.Talk(rate, 4*time.Second, 5))
	came, _ := w.comes(ours, nil)
	c, n, i := echo.New(rate), audio.FrameLen(rate), 0
	out := make(audio.PCM, 0, 4*rate)
	if allocs := testing.AllocsPerRun(150, func() {
		out = c.Received(out[:0], came[i:i+n], true)
		c.Sent(ours[i : i+n])
		i += n
	}); allocs != 0 || !c.Found() {
		t.Errorf("%v allocations a frame; echo found: %v", allocs, c.Found())
	}
}

// BenchmarkCall is a second of a call in which both speak, with an echo and without.
func BenchmarkCall(b *testing.B) {
	for _, rate := range []int{8000, 16000} {
		for _, level := range []float64{-18, 0} {
			b.Run(fmt.Sprintf("%d/%v", rate, level), func(b *testing.B) {
				w := way{phone: audiotest.SpeakerphoneOptions{Rate: rate, Delay: 120 * time.Millisecond, Level: level, Reverb: 300 * time.Millisecond}}
				ours := audiotest.Talk(rate, 10*time.Second, 1)
				came, _ := w.comes(ours, at(rate, 5*time.Second, 10*time.Second, audiotest.Talk(rate, 5*time.Second, 2)))
				c, n, i := echo.New(rate), audio.FrameLen(rate), 0
				out := make(audio.PCM, 0, rate)
				b.ReportAllocs()
				for b.Loop() {
					for range 50 {
						out = c.Received(out[:0], came[i:i+n], true)
						c.Sent(ours[i : i+n])
						if i += n; i+n > len(came) {
							i = 0
						}
					}
				}
			})
		}
	}
}
