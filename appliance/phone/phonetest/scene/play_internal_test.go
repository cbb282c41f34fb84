package scene

import (
	"math/rand/v2"
	"testing"
	"time"

	"frontdesk.internal/audio"
	"frontdesk.internal/audio/audiotest"
	"frontdesk.internal/audio/line"
)

func newPlayer(s Scene) *player {
	return &player{scene: s, noise: rand.New(rand.NewPCG(1, 1)), changed: make(chan struct{}, 1)}
}

// say plays n frames and returns the last.
func (p *player) frames(n int) audio.PCM {
	dst := make(audio.PCM, frame)
	for range n {
		p.Say(dst)
	}
	return dst
}

func voice(n int) audio.PCM { return audiotest.Tone(Rate, 300, 6000, 0, n) }

// A speakerphone sends the office's sound back, later and softer.
func TestEcho(t *testing.T) {
	p := newPlayer(Scene{Echo: 20})
	at := time.Date(2026, 3, 3, 10, 0, 0, 0, time.UTC)
	if got := audiotest.RMS(p.frames(1)); got != 0 {
		t.Errorf("before anything was heard: %v", got)
	}
	for i := range 20 {
		p.Hear(line.Frame{PCM: voice(frame), Arrived: at.Add(time.Duration(i) * 20 * time.Millisecond)})
	}
	want := audiotest.RMS(voice(frame)) / 10
	if got := audiotest.RMS(p.frames(1)); got < want*0.9 || got > want*1.1 {
		t.Errorf("echo %v, want %v", got, want)
	}
	if p := newPlayer(Scene{}); audiotest.RMS(p.frames(1)) != 0 {
		t.Error("an echo without a speakerphone")
	}
}

// The office cuts in when it begins to speak while the caller is speaking, and does not when it goes on with what it was saying.
func TestCutIn(t *testing.T) {
	for _, c := range []struct {
		what        string
		before      time.Duration // how long before the caller began the office was heard last; 0 = never
		afterFrames int           // of the caller's fifty
		cutIn       bool
	}{
		{"in the middle", 0, 20, true},
		{"going on", 100 * time.Millisecond, 20, false},
		{"once the caller has ended", 0, 50, false},
	} {
		p := newPlayer(Scene{})
		now := time.Now()
		if c.before > 0 {
			p.replyLast = now.Add(-c.before)
		}
		p.speech, p.voicedTo, p.saidFirst = voice(50*frame), 50*frame, now
		p.frames(c.afterFrames)
		p.Hear(line.Frame{PCM: voice(frame), Arrived: now.Add(200 * time.Millisecond)})
		if p.cutIn != c.cutIn {
			t.Errorf("%s: cut in %t", c.what, p.cutIn)
		}
	}
}

// A reply that was broken off is not taken for a whole one.
func TestReplied(t *testing.T) {
	for _, c := range []struct {
		long, silence time.Duration
		over          bool
	}{
		{2 * time.Second, time.Second, false},
		{2 * time.Second, 1200 * time.Millisecond, true},
		{200 * time.Millisecond, 1200 * time.Millisecond, false},
		{200 * time.Millisecond, 3100 * time.Millisecond, true},
	} {
		p := newPlayer(Scene{})
		now := time.Now()
		p.replyLast = now.Add(-c.silence)
		p.replyFirst = p.replyLast.Add(-c.long)
		if got := p.replied(now); got != c.over {
			t.Errorf("%v of speech, %v of silence: over %t", c.long, c.silence, got)
		}
	}
}

func TestPicoText(t *testing.T) {
	if got, want := picoText(`It's "A & B" <now>`), `<speed level="80">It's "A &amp; B" &lt;now&gt;</speed>`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
