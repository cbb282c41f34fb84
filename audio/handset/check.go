package handset

import (
	"context"
	"errors"
	"fmt"
	"math"
	"sync"
	"time"

	"frontdesk.internal/audio"
	"frontdesk.internal/audio/line"
	"frontdesk.internal/audio/vad"
)

// Level is how loud the microphone was, in dB of full scale; -96 is silence.
type Level struct {
	Mean, Peak float64
	Clipped    int // samples at full scale: it is set too loud
}

// Measure listens to the microphone for d and tells how loud it was.
func (s Host) Measure(ctx context.Context, o Options, d time.Duration) (Level, error) {
	pcm, err := s.Record(ctx, o, d)
	return LevelOf(pcm), err
}

// LevelOf tells how loud pcm is.
func LevelOf(pcm audio.PCM) Level {
	l := Level{Mean: vad.Level(pcm), Peak: -96}
	peak := 0
	for _, v := range pcm {
		a := int(v)
		if a < 0 {
			a = -a
		}
		if a >= math.MaxInt16 {
			l.Clipped++
		}
		peak = max(peak, a)
	}
	if peak > 0 {
		l.Peak = math.Max(-96, 20*math.Log10(float64(peak)/32768))
	}
	return l
}

// errOver ends a check that has all it wants.
var errOver = errors.New("over")

// Record listens to the microphone for d.
func (s Host) Record(ctx context.Context, o Options, d time.Duration) (audio.PCM, error) {
	return record(ctx, s.driver(), o, d)
}

func record(ctx context.Context, drv driver, o Options, d time.Duration) (audio.PCM, error) {
	o.NoSpeaker = true
	h, err := open(drv, o)
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	t := &clip{left: int(d.Seconds() * Rate), over: func() { stop(errOver) }}
	if err := h.Run(ctx, t, nil); !errors.Is(err, errOver) {
		return nil, fmt.Errorf("record: %w", err)
	}
	return t.pcm, nil
}

// Play plays pcm, at Rate, on the speaker and returns when it is over.
func (s Host) Play(ctx context.Context, o Options, pcm audio.PCM) error {
	return play(s.driver(), ctx, o, pcm)
}

func play(drv driver, ctx context.Context, o Options, pcm audio.PCM) error { //nolint:revive // the driver comes first, as in open
	o.NoMicrophone = true
	h, err := open(drv, o)
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	t := &clip{pcm: pcm, tail: 2 * queueMost / frame, over: func() { stop(errOver) }}
	if err := h.Run(ctx, nil, t); !errors.Is(err, errOver) {
		return fmt.Errorf("play: %w", err)
	}
	return nil
}

// Tone makes a sine of hz for d at a comfortable level, with soft ends.
func Tone(hz float64, d time.Duration) audio.PCM {
	pcm := make(audio.PCM, int(d.Seconds()*Rate))
	const ramp = Rate / 50
	for i := range pcm {
		gain := math.Min(1, math.Min(float64(i), float64(len(pcm)-i))/ramp)
		pcm[i] = int16(6000 * gain * math.Sin(2*math.Pi*hz*float64(i)/Rate))
	}
	return pcm
}

// clip is an ear that keeps, or a mouth that plays.
type clip struct {
	over func() // called once when it is full or played

	mu    sync.Mutex
	pcm   audio.PCM
	left  int // samples still to be kept
	at    int // samples played
	tail  int // frames of silence after them
	ended bool
}

// Hear implements line.Ear.
func (t *clip) Hear(f line.Frame) {
	t.mu.Lock()
	defer t.mu.Unlock()
	n := min(t.left, len(f.PCM))
	t.pcm = append(t.pcm, f.PCM[:n]...)
	if t.left -= n; t.left == 0 && !t.ended {
		t.ended = true
		t.over()
	}
}

// Say implements line.Mouth.
func (t *clip) Say(dst audio.PCM) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	n := copy(dst, t.pcm[t.at:])
	t.at += n
	if n > 0 {
		return n
	}
	if t.tail--; t.tail <= 0 && !t.ended {
		t.ended = true
		t.over()
	}
	return 0
}
