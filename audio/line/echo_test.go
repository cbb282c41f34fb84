package line_test

import (
	"context"
	"errors"
	"log/slog"
	"math"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"frontdesk.internal/audio"
	"frontdesk.internal/audio/audiotest"
	"frontdesk.internal/audio/line"
)

// table is a caller whose telephone lies on a table: what it plays comes back, and from a moment on he speaks himself.
type table struct {
	phone *audiotest.Speakerphone
	voice audio.PCM // what he says
	from  int       // samples until he does
	said  int
}

func (c *table) Hear(f line.Frame) { c.phone.Hear(f.PCM) }

func (c *table) Say(dst audio.PCM) int {
	clear(dst)
	if at := c.said - c.from; at >= 0 && at < len(c.voice) {
		copy(dst, c.voice[at:])
	}
	c.said += len(dst)
	c.phone.Pick(dst)
	return len(dst)
}

// talker is our side: it says what it has to say, and keeps what it is given early.
type talker struct {
	mu    sync.Mutex
	words audio.PCM
	said  int
	heard audio.PCM
	raw   audio.PCM
	after []int // samples of heard after each frame
}

func (o *talker) Hear(f line.Frame) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if f.Ours > 0 {
		clear(o.heard[len(o.heard)-f.Ours:])
	}
	o.heard = append(o.heard, f.Early...)
	o.raw = append(o.raw, f.PCM...)
	o.after = append(o.after, len(o.heard))
}

func (o *talker) Say(dst audio.PCM) int {
	n := copy(dst, o.words[min(o.said, len(o.words)):])
	o.said += n
	return n
}

// loudest is the longest run of 32 ms windows above −52 dB.
func loudest(pcm audio.PCM, rate int) (run time.Duration) {
	n, now := rate*32/1000, time.Duration(0)
	for i := 0; i+n <= len(pcm); i += n {
		if now += 32 * time.Millisecond; 20*math.Log10(audiotest.RMS(pcm[i:i+n])/32768+1e-9) < -52 {
			now = 0
		}
		run = max(run, now)
	}
	return run
}

// Over a network with its losses and delays, our own voice comes back from a telephone on a table, and is not given; what the
// caller says over it is.
func TestOurOwnVoiceIsTakenOut(t *testing.T) {
	for _, codec := range []string{"PCMU", "PCMA", "G722"} {
		for _, over := range []bool{false, true} {
			synctest.Test(t, func(t *testing.T) {
				const rate = 16000
				net := audiotest.NewLink(audiotest.Faults{Seed: 3, Loss: 0.03, Delay: 30 * time.Millisecond, Jitter: 15 * time.Millisecond})
				a, b := net.Socket(1), net.Socket(2)
				open := func(mine, theirs *audiotest.Socket, echo bool) *line.Line {
					pt := map[string]uint8{"PCMU": 0, "PCMA": 8, "G722": 9}[codec]
					l, err := line.New(line.Config{
						RTP: mine, Remote: theirs.Addr(), Codec: line.Codec{Name: codec, PayloadType: pt}, EventPT: 101, Rate: rate, Echo: echo,
						Logger: slog.New(slog.DiscardHandler),
					})
					if err != nil {
						t.Fatal(err)
					}
					return l
				}
				ours, theirs := open(a, b, true), open(b, a, false)
				us := &talker{words: audiotest.Talk(rate, 6*time.Second, 11)}
				caller := &table{phone: audiotest.NewSpeakerphone(audiotest.SpeakerphoneOptions{
					Rate: rate, Delay: 60 * time.Millisecond, Level: -20, Reverb: 250 * time.Millisecond, Bent: true, Seed: 2,
				})}
				if over {
					caller.voice, caller.from = audiotest.Talk(rate, 2*time.Second, 12), 3*rate
				}
				ctx, stop := context.WithCancelCause(t.Context())
				over6 := errors.New("over")
				var wg sync.WaitGroup
				wg.Go(func() { _ = theirs.Run(ctx, caller, caller) })
				wg.Go(func() { _ = ours.Run(ctx, us, us) })
				time.Sleep(6 * time.Second)
				stop(over6)
				wg.Wait()

				if run := loudest(us.raw, rate); run < 300*time.Millisecond {
					t.Fatalf("%s: there was no echo to take out: %v in a row", codec, run)
				}
				run := loudest(us.heard, rate)
				if !over && run > 128*time.Millisecond {
					t.Errorf("%s: %v of our own voice in a row were given", codec, run)
				}
				if first := loudest(us.heard[:3*rate], rate); over && (run < 300*time.Millisecond || first > 128*time.Millisecond) {
					t.Errorf("%s: %v of the caller in a row were given, and %v before he spoke", codec, run, first)
				}
			})
		}
	}
}
