package modelstest

import (
	"context"
	"sync"
	"time"
	"unicode/utf8"

	"frontdesk.internal/audio"
	"frontdesk.internal/models/engines"
)

// Sound says how scripted speech sounds.
type Sound struct {
	// PerRune is how long one character of text lasts; 0 means 60 ms, as in normal speech.
	PerRune time.Duration
	// Hz is the pitch; 0 means 440.
	Hz float64
	// Silent gives silence of the same length.
	Silent bool
}

// render returns the sound of a text.
func (s Sound) render(rate int, text string, speed float64) audio.PCM {
	per := s.PerRune
	if per == 0 {
		per = 60 * time.Millisecond
	}
	d := per * time.Duration(utf8.RuneCountInString(text))
	if speed > 0 {
		d = time.Duration(float64(d) / speed)
	}
	if s.Silent {
		return Silence(rate, d)
	}
	hz := s.Hz
	if hz == 0 {
		hz = 440
	}
	return Tone(rate, hz, d)
}

// Mouth speaks in tones whose length follows the text, in pieces of 100 ms. A text that begins with "!" is obeyed first.
type Mouth struct {
	Faults
	Sound
	// SampleRate is the voice's own; 0 means 22050.
	SampleRate int
	// PieceTime is waited before every piece: how slow the synthesis is.
	PieceTime time.Duration

	reqMu    sync.Mutex
	requests []engines.SpeakRequest
}

// Speak implements [engines.Mouth].
func (m *Mouth) Speak(ctx context.Context, r engines.SpeakRequest, yield func(engines.Speech) error) error {
	m.reqMu.Lock()
	m.requests = append(m.requests, r)
	m.reqMu.Unlock()
	if err := Obey(ctx, r.Text); err != nil {
		return err
	}
	if err := m.pass(ctx); err != nil {
		return err
	}
	rate := r.Rate
	if rate == 0 {
		rate = sampleRate(m.SampleRate)
	}
	for pcm := m.render(rate, r.Text, r.Speed); len(pcm) > 0; {
		if m.PieceTime > 0 {
			if err := wait(ctx, m.PieceTime); err != nil {
				return err
			}
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		n := min(len(pcm), rate/10)
		if err := yield(engines.Speech{PCM: pcm[:n], Rate: rate}); err != nil {
			return err
		}
		pcm = pcm[n:]
	}
	return nil
}

// Requests returns what was to be spoken so far.
func (m *Mouth) Requests() []engines.SpeakRequest {
	m.reqMu.Lock()
	defer m.reqMu.Unlock()
	return append([]engines.SpeakRequest(nil), m.requests...)
}

func sampleRate(rate int) int {
	if rate == 0 {
		return 22050
	}
	return rate
}

var _ engines.Mouth = (*Mouth)(nil)
