package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"frontdesk.internal/appliance/phone/phonetest"
	"frontdesk.internal/audio/line"
)

// besieged are callers who call again and again.
type besieged struct {
	st   *stage
	each time.Duration
	from string // where their telephones are, with any port

	running sync.WaitGroup

	mu       sync.Mutex
	calls    int
	lost     int
	why      string
	answered []float64 // until the box had answered, or until the end of the siege
	greeted  []float64
	received uint64
	late     uint64
}

func (b *besieged) count() (calls, lost int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.calls, b.lost
}

// answering reports whether a caller was answered yet.
func (b *besieged) answering() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.answered) > 0
}

// callAgain is one caller.
func (b *besieged) callAgain(ctx context.Context, i int) {
	// They come one after the other, and not all at once each time.
	for pause(ctx, time.Duration(i)*b.each/20+100*time.Millisecond) == nil {
		if err := b.call(ctx, i); err != nil && ctx.Err() == nil {
			b.mu.Lock()
			b.lost++
			b.why = err.Error()
			b.mu.Unlock()
		}
	}
}

// call is a whole call. It is lost when it is not answered, hears nothing, or ends before its caller hangs up.
func (b *besieged) call(ctx context.Context, i int) error {
	caller, err := phonetest.NewCaller(ctx, phonetest.CallerOptions{
		PBX: b.st.pbx.Addr(), User: fmt.Sprintf("21755501%02d", i), Listen: b.from,
	})
	if err != nil {
		return fmt.Errorf("open caller: %w", err)
	}
	defer func() { _ = caller.Close() }() // the call is over
	began := time.Now()
	leg, err := caller.Dial(ctx, stageExtension)
	b.mu.Lock()
	b.answered = append(b.answered, milliseconds(time.Since(began)))
	b.mu.Unlock()
	if err != nil {
		return fmt.Errorf("dial: %w", err)
	}
	ear := &greetedEar{}
	talking, stop := context.WithCancel(ctx)
	defer stop()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = leg.Line().Run(talking, ear, &talker{offset: i}) // the leg says why it ended
	}()
	select {
	case <-leg.Done():
		err = fmt.Errorf("ended early: %w", leg.Cause())
	case <-time.After(b.each):
	case <-ctx.Done():
	}
	stop()
	<-ended
	s := leg.Line().Stats()
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	if err == nil {
		err = leg.Hangup(end)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.calls++
	b.received += s.Received
	b.late += s.Late + s.Lost
	if at := ear.first.Load(); at > 0 {
		b.greeted = append(b.greeted, milliseconds(time.Unix(0, at).Sub(leg.AckAt())))
	} else if err == nil && ctx.Err() == nil {
		err = errors.New("nobody greeted the caller")
	}
	return err
}

func (b *besieged) figures(r map[string]any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	r["calls"], r["calls_lost"], r["why_lost"] = b.calls, b.lost, b.why
	r["rtp_packets"], r["rtp_late"] = b.received, b.late
	r["answer_p95_ms"], r["answer_max_ms"] = quantile(b.answered, 0.95), quantile(b.answered, 1)
	r["greeting_p95_ms"], r["greeting_max_ms"], r["greetings"] = quantile(b.greeted, 0.95), quantile(b.greeted, 1), len(b.greeted)
}

// greetedEar notes when the first sound came.
type greetedEar struct{ first atomic.Int64 } // Unix nanoseconds

// loudness is what no silence has, decoded.
const loudness = 200

// Hear implements line.Ear.
func (e *greetedEar) Hear(f line.Frame) {
	if e.first.Load() != 0 {
		return
	}
	for _, v := range f.PCM {
		if abs(int(v)) > loudness {
			e.first.Store(time.Now().UnixNano())
			return
		}
	}
}
