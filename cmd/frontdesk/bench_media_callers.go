package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"frontdesk.internal/appliance/phone/phonetest"
	"frontdesk.internal/appliance/phone/sdp"
	"frontdesk.internal/audio"
	"frontdesk.internal/audio/line"
)

// sounding says a steady buzz, whose every frame is the same, and checks that it hears one: at one rate and at the other its period
// divides a frame. What differs from the first frame after it has settled is wrong.
type sounding struct {
	n     int
	heard int
	frame audio.PCM // as every one should be

	mu    sync.Mutex
	wrong uint64 // frames with another sound, and without any
}

// settle is how many frames the resamplers and the jitter buffer take.
const settle = 50

// wrongBy is how far a sample may be from what it should be: rounding, and the law of G.711.
const wrongBy = 1200

// Say implements line.Mouth.
func (s *sounding) Say(dst audio.PCM) int {
	for i := range dst {
		s.n++
		dst[i] = int16((s.n%40 - 20) * 300)
	}
	return len(dst)
}

// Hear implements line.Ear. What was lost and filled in is counted by the line.
func (s *sounding) Hear(f line.Frame) {
	if s.heard++; s.heard <= settle || f.Concealed {
		return
	}
	if s.frame == nil {
		s.frame = f.PCM.Clone()
		return
	}
	if f.Silence || !s.like(f.PCM) {
		s.mu.Lock()
		s.wrong++
		s.mu.Unlock()
	}
}

// like compares with the frame as it should be, from whatever sample of its period on: the jitter buffer may leave some out.
func (s *sounding) like(pcm audio.PCM) bool {
	period := len(s.frame) / 4
	for at := range period {
		if s.same(pcm, at, period) {
			return true
		}
	}
	return false
}

func (s *sounding) same(pcm audio.PCM, at, period int) bool {
	for i, v := range pcm {
		if abs(int(v)-int(s.frame[(at+i)%period])) > wrongBy {
			return false
		}
	}
	return true
}

func abs(n int) int { return max(n, -n) }

func (s *sounding) faults() uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.wrong
}

// counted is what one side of all calls saw, or saw in some time.
type counted struct {
	Sent     uint64    `json:"sent"`
	LeftLate uint64    `json:"left_late"` // left more than 5 ms behind its schedule
	Received uint64    `json:"received"`
	Lost     uint64    `json:"lost"`  // numbers that never came
	Late     uint64    `json:"late"`  // came when its place had been played
	Wrong    uint64    `json:"wrong"` // frames with another sound than was said
	Setup    []float64 `json:"setup_ms,omitempty"`
	First    []float64 `json:"first_ms,omitempty"`
	Rate     float64   `json:"rate,omitempty"` // calls set up in a second
	Failed   int       `json:"failed,omitempty"`
	Why      string    `json:"why,omitempty"`
}

func (n *counted) add(s line.Stats, e *sounding) {
	n.Sent += s.Sent
	n.LeftLate += s.LateFrames
	n.Received += s.Received
	n.Lost += s.Lost
	n.Late += s.Late
	n.Wrong += e.faults()
}

// since is what happened after b.
func (n counted) since(b counted) counted {
	less := func(x, y uint64) uint64 { return max(x, y) - y } // a loss that turned out to be none makes it smaller
	return counted{
		Sent: less(n.Sent, b.Sent), LeftLate: less(n.LeftLate, b.LeftLate), Received: less(n.Received, b.Received),
		Lost: less(n.Lost, b.Lost), Late: less(n.Late, b.Late), Wrong: less(n.Wrong, b.Wrong),
		Setup: n.Setup, First: n.First, Rate: n.Rate, Failed: n.Failed, Why: n.Why,
	}
}

// benchLeg is one call of the other process.
type benchLeg struct {
	*phonetest.Leg
	sound *sounding
}

// callers is the other process: it dials one call after the other, or so many a second, lets all of them talk, and hangs up.
func (b mediaBench) callers(ctx context.Context, out io.Writer) error {
	o := phonetest.CallerOptions{PBX: b.dial, Codecs: []string{b.codec}}
	if b.secure {
		o.Security = sdp.Required
	}
	c, err := phonetest.NewCaller(ctx, o)
	if err != nil {
		return fmt.Errorf("start caller: %w", err)
	}
	talk, stopTalking := context.WithCancel(ctx)
	defer stopTalking()
	var running sync.WaitGroup
	n, legs := b.dialAll(ctx, c, out, func(l benchLeg) {
		running.Go(func() { _ = l.Line().Run(talk, l.sound, l.sound) })
	})
	if err := pause(ctx, settling); err != nil {
		return err
	}
	fmt.Fprintln(out, "up")
	before := countLegs(legs)
	if err := pause(ctx, b.lasting); err != nil {
		return err
	}
	after := countLegs(legs)
	fmt.Fprintln(out, "down")
	for _, leg := range legs {
		if err := leg.Hangup(ctx); err != nil {
			n.Failed++
			n.Why = err.Error()
		}
	}
	stopTalking()
	running.Wait()
	for _, leg := range legs {
		if s := leg.Line().Stats(); !s.FirstReceived.IsZero() {
			n.First = append(n.First, s.FirstReceived.Sub(leg.AckAt()).Seconds()*1000)
		}
	}
	if err := c.Close(); err != nil {
		return fmt.Errorf("stop caller: %w", err)
	}
	seen := after.since(before)
	seen.Setup, seen.First, seen.Rate, seen.Failed, seen.Why = n.Setup, n.First, n.Rate, n.Failed, n.Why
	return json.NewEncoder(out).Encode(seen)
}

// settling is how long all calls are up before anything is counted.
const settling = 2 * time.Second

func countLegs(legs []benchLeg) (n counted) {
	for _, l := range legs {
		n.add(l.Line().Stats(), l.sound)
	}
	return n
}

// dialAll sets all calls up; started is told of each.
func (b mediaBench) dialAll(ctx context.Context, c *phonetest.Caller, out io.Writer, started func(benchLeg)) (n counted, legs []benchLeg) {
	var mu sync.Mutex
	var dialling sync.WaitGroup
	dial := func() {
		began := time.Now()
		leg, err := c.Dial(ctx, "bench")
		took := time.Since(began).Seconds() * 1000
		mu.Lock()
		defer mu.Unlock()
		if err != nil {
			n.Failed++
			n.Why = err.Error()
			return
		}
		n.Setup = append(n.Setup, took)
		l := benchLeg{leg, &sounding{}}
		legs = append(legs, l)
		started(l)
		if every := max(1, b.calls/10); len(legs)%every == 0 {
			fmt.Fprintf(out, "%s %d of %d\n", strings.Repeat("#", 10*len(legs)/b.calls), len(legs), b.calls)
		}
	}
	began := time.Now()
	for i := range b.calls {
		if b.rate <= 0 {
			dial()
			continue
		}
		dialling.Go(dial)
		if pause(ctx, time.Until(began.Add(time.Duration(float64(i+1)/b.rate*float64(time.Second))))) != nil {
			break
		}
	}
	dialling.Wait()
	n.Rate = float64(len(legs)) / time.Since(began).Seconds()
	return n, legs
}
