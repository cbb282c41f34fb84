package echo_test

import (
	"math"
	"math/rand/v2"
	"time"

	"frontdesk.internal/audio"
	"frontdesk.internal/audio/audiotest"
	"frontdesk.internal/audio/conceal"
	"frontdesk.internal/audio/echo"
	"frontdesk.internal/audio/g711"
)

// way is how our voice goes to the other side and comes back with the caller's.
type way struct {
	phone audiotest.SpeakerphoneOptions
	moves time.Duration // by so much the echo is later from the middle of the call on
	loss  float64       // of frames, each way
	noise float64       // RMS
}

// network is the way of a stream over G.711 and a network that loses frames.
func (w way) network(pcm audio.PCM, salt uint64) (out audio.PCM, lost []bool) {
	rng := rand.New(rand.NewPCG(w.phone.Seed, salt))
	n := audio.FrameLen(w.phone.Rate)
	c, wire := conceal.New(w.phone.Rate), make([]byte, n)
	for i := 0; i+n <= len(pcm); i += n {
		f := make(audio.PCM, n)
		gone := rng.Float64() < w.loss
		if gone {
			c.Conceal(f)
		} else {
			g711.EncodeMu(wire, pcm[i:i+n])
			g711.DecodeMu(f, wire)
			c.Good(f)
		}
		out, lost = append(out, f...), append(lost, gone)
	}
	return out, lost
}

// comes is what comes over the line while ours is said and the caller says theirs.
func (w way) comes(ours, theirs audio.PCM) (audio.PCM, []bool) {
	rng := rand.New(rand.NewPCG(w.phone.Seed, 3))
	heard, _ := w.network(ours, 1)
	pcm := make(audio.PCM, len(heard))
	copy(pcm, theirs)
	for i := range pcm {
		pcm[i] += int16(math.Round(w.noise * rng.NormFloat64()))
	}
	if w.phone.Level != 0 {
		s := audiotest.NewSpeakerphone(w.phone)
		s.Hear(heard)
		half := len(pcm) / 2
		s.Pick(pcm[:half])
		o := w.phone
		o.Delay += w.moves
		s = audiotest.NewSpeakerphone(o)
		s.Hear(heard)
		s.Pick(make(audio.PCM, half))
		s.Pick(pcm[half:])
	}
	return w.network(pcm, 2)
}

// given is what a canceller gives in a call, without what it regrets, and how much was there after each frame.
type given struct {
	pcm   audio.PCM
	after []int
}

// call has c work on a call. chunk says how much of what came is handed over in each frame; nil = as it comes.
func call(c *echo.Canceller, rate int, ours, came audio.PCM, lost []bool, chunk func(frame int) int) given {
	n := audio.FrameLen(rate)
	var g given
	at := 0
	for i := range len(came) / n {
		to := (i + 1) * n
		if chunk != nil {
			to = min(len(came), max(at, chunk(i)))
		}
		before := len(g.pcm)
		g.pcm = c.Received(g.pcm, came[at:to], lost == nil || !lost[min(i, len(lost)-1)])
		if r := c.Regret(); r > 0 {
			clear(g.pcm[before-r : before])
		}
		at = to
		c.Sent(ours[i*n : (i+1)*n])
		g.after = append(g.after, len(g.pcm))
	}
	return g
}

// windowLen is that of the voice detector: 32 ms.
func windowLen(rate int) int { return rate * 32 / 1000 }

// voiced are the windows of pcm that are louder than level, in dB of full scale.
func voiced(pcm audio.PCM, rate int, level float64) []bool {
	n := windowLen(rate)
	var out []bool
	for i := 0; i+n <= len(pcm); i += n {
		out = append(out, 20*math.Log10(audiotest.RMS(pcm[i:i+n])/32768+1e-9) > level)
	}
	return out
}

// longest is the longest run of voiced windows, and all is how long they are together.
func longest(windows []bool) (run, all time.Duration) {
	now := 0
	for _, v := range windows {
		if !v {
			now = 0
			continue
		}
		now++
		all += 32 * time.Millisecond
		run = max(run, time.Duration(now)*32*time.Millisecond)
	}
	return run, all
}

// at returns pcm from a moment on, in so much silence.
func at(rate int, from, all time.Duration, pcm audio.PCM) audio.PCM {
	out := make(audio.PCM, int(all.Seconds()*float64(rate)))
	copy(out[int(from.Seconds()*float64(rate)):], pcm)
	return out
}

// softer returns pcm by a factor.
func softer(pcm audio.PCM, by float64) audio.PCM {
	out := pcm.Clone()
	for i, v := range pcm {
		out[i] = int16(math.Round(float64(v) * by))
	}
	return out
}
