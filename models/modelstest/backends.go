package modelstest

import (
	"context"
	"sync"
	"time"

	"frontdesk.internal/audio"
	"frontdesk.internal/models/engines"
)

// Recognizer returns the Texts in order, one for each recognition that is not a partial one; after the last it rejects as "no_speech".
type Recognizer struct {
	Faults
	Texts []string

	mu       sync.Mutex
	next     int
	partials int
	lengths  []time.Duration
	closed   bool
}

// Recognize implements [engines.Recognizer].
func (r *Recognizer) Recognize(ctx context.Context, pcm audio.PCM, o engines.RecognizeOptions) (engines.Recognition, error) {
	if err := r.pass(ctx); err != nil {
		return engines.Recognition{}, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lengths = append(r.lengths, pcm.Duration(engines.Rate))
	var text string
	if r.next < len(r.Texts) {
		text = r.Texts[r.next]
	}
	if o.Partial {
		r.partials++
	} else {
		r.next++
	}
	e := Transcript(text, 0)
	return engines.Recognition{
		Text: e.Text, Rejected: e.Rejected, AvgLogProb: e.AvgLogProb, NoSpeechProb: e.NoSpeechProb, Words: e.Words,
	}, nil
}

// Lengths returns how much audio each recognition was given.
func (r *Recognizer) Lengths() []time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]time.Duration(nil), r.lengths...)
}

// Partials returns how many recognitions were partial ones.
func (r *Recognizer) Partials() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.partials
}

// Close implements [engines.Recognizer].
func (r *Recognizer) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.closed = true
	return nil
}

// Closed says whether Close was called.
func (r *Recognizer) Closed() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.closed
}

// VoiceDetector finds voice by energy: probability 0.98 above -44 dB of full scale and 0.02 below.
type VoiceDetector struct {
	// Window is the window length in samples; 0 means 512.
	Window int
}

// NewStream implements [engines.VoiceDetector].
func (d *VoiceDetector) NewStream() (engines.VoiceStream, error) {
	if d.Window == 0 {
		return energyStream(512), nil
	}
	return energyStream(d.Window), nil
}

// Close implements [engines.VoiceDetector].
func (d *VoiceDetector) Close() error { return nil }

type energyStream int

func (s energyStream) WindowSamples() int { return int(s) }

func (s energyStream) Score(window audio.PCM) (float64, error) {
	if Level(window) >= voicedLevel {
		return 0.98, nil
	}
	return 0.02, nil
}

func (s energyStream) Reset() {}

func (s energyStream) Close() error { return nil }

// TurnDetector gives the Probs in order, the last again and again; with none it gives 0.95.
type TurnDetector struct {
	Faults
	Probs []float64

	mu   sync.Mutex
	next int
}

// EndOfTurn implements [engines.TurnDetector].
func (d *TurnDetector) EndOfTurn(ctx context.Context, _ audio.PCM) (float64, error) {
	if err := d.pass(ctx); err != nil {
		return 0, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.Probs) == 0 {
		return 0.95, nil
	}
	p := d.Probs[min(d.next, len(d.Probs)-1)]
	d.next++
	return p, nil
}

// Close implements [engines.TurnDetector].
func (d *TurnDetector) Close() error { return nil }

// Voice speaks in tones whose length follows the text. A text that begins with "!" is obeyed first.
type Voice struct {
	Faults
	Sound
	// SampleRate is the voice's own; 0 means 22050.
	SampleRate int

	mu     sync.Mutex
	texts  []string
	active int
	most   int
	closed bool
}

// Rate implements [engines.Voice].
func (v *Voice) Rate() int { return sampleRate(v.SampleRate) }

// Speak implements [engines.Voice].
func (v *Voice) Speak(ctx context.Context, text string, speed float64) (audio.PCM, error) {
	v.mu.Lock()
	v.texts = append(v.texts, text)
	v.active++
	v.most = max(v.most, v.active)
	v.mu.Unlock()
	defer func() {
		v.mu.Lock()
		v.active--
		v.mu.Unlock()
	}()
	if err := Obey(ctx, text); err != nil {
		return nil, err
	}
	if err := v.pass(ctx); err != nil {
		return nil, err
	}
	return v.render(v.Rate(), text, speed), nil
}

// Texts returns what was synthesised so far.
func (v *Voice) Texts() []string {
	v.mu.Lock()
	defer v.mu.Unlock()
	return append([]string(nil), v.texts...)
}

// Most returns how many calls of Speak there were at one time at most; the owner rule says one.
func (v *Voice) Most() int {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.most
}

// Close implements [engines.Voice].
func (v *Voice) Close() error {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.closed = true
	return nil
}

// Closed says whether Close was called.
func (v *Voice) Closed() bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.closed
}

var (
	_ engines.Recognizer    = (*Recognizer)(nil)
	_ engines.VoiceDetector = (*VoiceDetector)(nil)
	_ engines.VoiceStream   = energyStream(0)
	_ engines.TurnDetector  = (*TurnDetector)(nil)
	_ engines.Voice         = (*Voice)(nil)
)
