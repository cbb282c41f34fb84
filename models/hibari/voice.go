//go:build native

package hibari

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"path/filepath"
	"strings"

	"frontdesk.internal/audio"
	"frontdesk.internal/models/engines"
	"frontdesk.internal/models/level"
	"frontdesk.internal/models/onnx"
)

var _ engines.Voice = (*Voice)(nil)

// Bounds of the speaking rate that Speak takes.
const (
	minSpeed, maxSpeed = 0.5, 2.0
)

// MaxText is the longest text, in bytes, that [Voice.Speak] takes.
const MaxText = 4000

// calibration is spoken once at the start: it measures the voice's level, and it warms the model up.
const calibration = "Thank you for calling. How can I help you today?"

// Options say what a voice is made of.
type Options struct {
	Model       string // the voice's .onnx file; the files named hibari-… that all voices share lie beside it
	OnnxRuntime string // path of libonnxruntime.so
	Threads     int    // threads inside the model; 0 means 1
}

// Voice is a loaded voice. Its methods are called from one goroutine at a time.
type Voice struct {
	speller *speller
	ids     map[string]int64
	letters map[rune]int64 // of the net for unknown words
	sounds  []string       // what it gives, by number
	longest int            // of the words that it reads

	model, unknown *onnx.Session
	gain           float64
}

// New loads the voice and speaks a sentence to measure the level.
func New(o Options) (*Voice, error) {
	v := &Voice{gain: 1}
	if err := v.load(o); err != nil {
		return nil, fmt.Errorf("open voice %s: %w", o.Model, errors.Join(err, v.Close()))
	}
	return v, nil
}

func (v *Voice) load(o Options) (err error) {
	if err := onnx.Open(o.OnnxRuntime); err != nil {
		return err
	}
	dir := filepath.Dir(o.Model)
	v.model, err = onnx.NewSession(o.Model, onnx.Options{
		Inputs: []string{"ids", "speed"}, Outputs: []string{"lh", "theta", "ln", "lr", "phi", "f0"}, Threads: o.Threads, Overflow: true,
	})
	if err != nil {
		return err
	}
	v.unknown, err = onnx.NewSession(filepath.Join(dir, unknownFile), onnx.Options{Inputs: []string{"chars"}, Outputs: []string{"ids"}})
	if err != nil {
		return err
	}
	if err := readJSON(filepath.Join(dir, idsFile), &v.ids); err != nil {
		return err
	}
	if err := v.loadLetters(filepath.Join(dir, unknownLetter)); err != nil {
		return err
	}
	if v.speller, err = load(dir); err != nil {
		return err
	}
	v.speller.unknown = v.read
	return v.calibrate(context.Background())
}

// loadLetters reads what the net for unknown words is asked and answers in. Number 0 is for neither.
func (v *Voice) loadLetters(path string) error {
	var net struct {
		In      []string `json:"in"`
		Out     []string `json:"out"`
		Longest int      `json:"maxlen"`
	}
	if err := readJSON(path, &net); err != nil {
		return err
	}
	v.letters, v.longest, v.sounds = map[rune]int64{}, net.Longest, append([]string{""}, net.Out...)
	for i, letter := range net.In {
		if letter != "" {
			v.letters[first(letter)] = int64(i + 1)
		}
	}
	return nil
}

// read asks the net how a word sounds that the lexicon does not have.
func (v *Voice) read(ctx context.Context, word string) (string, error) {
	var ids []int64
	for _, r := range word {
		if id := v.letters[r]; id != 0 && len(ids) < v.longest {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return "", nil
	}
	out, err := v.unknown.Run(ctx, onnx.Int64(ids, 1, int64(len(ids))))
	if err != nil {
		return "", fmt.Errorf("read an unknown word: %w", err)
	}
	var b strings.Builder
	before := int64(0)
	for _, id := range out[0].Ints {
		// It says the same sound again and again while it lasts, and nothing between two.
		if id != before && id > 0 && id < int64(len(v.sounds)) {
			b.WriteString(v.sounds[id])
		}
		before = id
	}
	return b.String(), nil
}

// Language is that which the voice speaks.
func (v *Voice) Language() string { return Language }

// Rate is the voice's own sample rate, that of the audio from Speak.
func (v *Voice) Rate() int { return Rate }

// Speak says text, speed times as fast as the voice was made (0 means 1; kept within 0.5 to 2), and returns audio at
// Rate that the caller owns: at most 15 ms of silence ahead, 120 ms after a clause and 250 ms after a sentence. Text
// with nothing to say gives no audio and no error; a text longer than MaxText is refused. The same text always gives the same
// audio. When ctx ends, the model stops at its next operator, within milliseconds, and the error is the context's cause.
func (v *Voice) Speak(ctx context.Context, text string, speed float64) (audio.PCM, error) {
	if len(text) > MaxText {
		return nil, fmt.Errorf("speak: text of %d bytes is longer than %d; give it to the voice sentence by sentence", len(text), MaxText)
	}
	if speed == 0 || math.IsNaN(speed) {
		speed = 1
	}
	sentences, err := v.speller.phonemes(ctx, plain(text))
	if err != nil {
		return nil, fmt.Errorf("speak: %w", err)
	}
	seed := fnv.New64a()
	_, _ = seed.Write([]byte(text)) // cannot fail
	random := rand.New(rand.NewPCG(seed.Sum64(), 0))
	var out audio.PCM
	for _, phonemes := range sentences {
		wave, err := v.render(ctx, phonemes, min(max(speed, minSpeed), maxSpeed), random.NormFloat64)
		if err != nil {
			return nil, fmt.Errorf("speak: %w", err)
		}
		pause := level.ClauseMS
		if strings.ContainsRune(".?!…", last(strings.TrimRight(phonemes, `"”)`))) {
			pause = level.SentenceMS
		}
		out = append(out, level.Trim(level.PCM(wave, v.gain), Rate, pause)...)
	}
	return out, nil
}

// render makes the waveform of one sentence; nil when there is nothing to say.
func (v *Voice) render(ctx context.Context, phonemes string, speed float64, random func() float64) ([]float32, error) {
	ids, said := []int64{0}, false
	for _, r := range phonemes {
		if id, ok := v.ids[string(r)]; ok {
			ids = append(ids, id)
			said = said || strings.ContainsRune(vowels+consonants, r)
		}
	}
	if !said {
		return nil, nil
	}
	ids = append(ids, 0)
	out, err := v.model.Run(ctx, onnx.Int64(ids, 1, int64(len(ids))), onnx.Float32([]float32{float32(speed)}, 1))
	if err != nil {
		return nil, err
	}
	s := spectrum{
		frames: len(out[5].Data), pulses: out[0].Data, turn: out[1].Data, noise: out[2].Data, rest: out[3].Data, restPhase: out[4].Data,
		pitch: out[5].Data,
	}
	for _, part := range out[:5] {
		if len(part.Data) != bins*s.frames {
			return nil, fmt.Errorf("the model gave %v for %d frames (run `frontdesk models verify`)", part.Shape, s.frames)
		}
	}
	return synth(s, random), nil
}

// calibrate sets the gain by the level of a fixed sentence.
func (v *Voice) calibrate(ctx context.Context) error {
	sentences, err := v.speller.phonemes(ctx, calibration)
	if err != nil {
		return err
	}
	var all []float32
	for _, phonemes := range sentences {
		wave, err := v.render(ctx, phonemes, 1, func() float64 { return 0 })
		if err != nil {
			return err
		}
		all = append(all, wave...)
	}
	rms := level.Active(all, Rate)
	if rms == 0 {
		return errors.New("it is silent (run `frontdesk models verify`)")
	}
	v.gain = level.Gain(rms)
	return nil
}

// Close frees the model.
func (v *Voice) Close() error {
	var errs []error
	for _, s := range []**onnx.Session{&v.model, &v.unknown} {
		if *s != nil {
			errs = append(errs, (*s).Close())
			*s = nil
		}
	}
	return errors.Join(errs...)
}
