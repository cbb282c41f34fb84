//go:build native

package piper

import (
	"context"
	"errors"
	"fmt"
	"math"

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

// calibration is spoken once at the start, without noise: it measures the voice's level, and it warms the model up.
const calibration = "Thank you for calling. How can I help you today?"

// Options say what a voice is made of.
type Options struct {
	Model       string // the voice's .onnx file; its settings are beside it in Model + ".json"
	OnnxRuntime string // path of libonnxruntime.so
	Espeak      string // the espeak-ng program; "" looks it up in PATH
	Threads     int    // threads inside the model; 0 means 1
	Speaker     int64  // of a voice with several speakers; 0 is the first
}

// Voice is a loaded voice. Its methods are called from one goroutine at a time.
type Voice struct {
	config  voiceConfig
	session *onnx.Session
	espeak  *espeak
	speaker int64
	gain    float64
}

// New loads the voice, starts espeak-ng and speaks a sentence to measure the level.
func New(o Options) (*Voice, error) {
	config, err := readConfig(o.Model + ".json")
	if err != nil {
		return nil, err
	}
	if o.Speaker < 0 || o.Speaker >= int64(max(1, config.NumSpeakers)) {
		return nil, fmt.Errorf("open voice %s: there is no speaker %d, it has %d", o.Model, o.Speaker, config.NumSpeakers)
	}
	if err := onnx.Open(o.OnnxRuntime); err != nil {
		return nil, err
	}
	program := o.Espeak
	if program == "" {
		program = "espeak-ng"
	}
	inputs := []string{"input", "input_lengths", "scales"}
	if config.NumSpeakers > 1 {
		inputs = append(inputs, "sid")
	}
	session, err := onnx.NewSession(o.Model, onnx.Options{Inputs: inputs, Outputs: []string{"output"}, Threads: o.Threads})
	if err != nil {
		return nil, err
	}
	phonemes, err := newEspeak(program, config.Espeak.Voice)
	if err != nil {
		return nil, errors.Join(err, session.Close())
	}
	v := &Voice{config: config, session: session, espeak: phonemes, speaker: o.Speaker, gain: 1}
	if err := v.calibrate(context.Background()); err != nil {
		return nil, errors.Join(fmt.Errorf("try voice %s: %w", o.Model, err), v.Close())
	}
	return v, nil
}

// Language is the ISO 639-1 code of the language that the voice speaks.
func (v *Voice) Language() string { return v.config.language() }

// Rate is the voice's own sample rate, that of the audio from Speak.
func (v *Voice) Rate() int { return v.config.Audio.SampleRate }

// Speak says text, speed times as fast as the voice was made (0 means 1; kept within 0.5 to 2), and returns audio at
// Rate that the caller owns: at most 15 ms of silence ahead, 120 ms after a clause and 250 ms after a sentence. Text
// with nothing to say gives no audio and no error; a text longer than MaxText is refused. When ctx ends, the model stops
// at its next operator, within milliseconds, and the error is the context's cause.
func (v *Voice) Speak(ctx context.Context, text string, speed float64) (audio.PCM, error) {
	if err := CheckLength(text); err != nil {
		return nil, fmt.Errorf("speak: %w", err)
	}
	if speed == 0 || math.IsNaN(speed) {
		speed = 1
	}
	length := v.config.Inference.LengthScale / float32(min(max(speed, minSpeed), maxSpeed))
	scales := []float32{v.config.Inference.NoiseScale, length, v.config.Inference.NoiseW}
	var out audio.PCM
	for _, s := range split(text) {
		wave, err := v.render(ctx, s, scales)
		if err != nil {
			return nil, fmt.Errorf("speak: %w", err)
		}
		tail := level.ClauseMS
		if s[len(s)-1].last {
			tail = level.SentenceMS
		}
		pcm := level.Trim(level.PCM(wave, v.gain), v.Rate(), tail)
		if out == nil {
			out = pcm
			continue
		}
		out = append(out, pcm...)
	}
	return out, nil
}

// render makes the waveform of one sentence; nil when there is nothing to say.
func (v *Voice) render(ctx context.Context, s sentence, scales []float32) ([]float32, error) {
	ipa, err := v.espeak.phonemes(ctx, s)
	if err != nil {
		return nil, err
	}
	ids := v.config.phonemeIDs(joinPhonemes(s, ipa))
	if ids == nil {
		return nil, nil
	}
	in := []onnx.Tensor{
		onnx.Int64(ids, 1, int64(len(ids))),
		onnx.Int64([]int64{int64(len(ids))}, 1),
		onnx.Float32(scales, int64(len(scales))),
	}
	if v.config.NumSpeakers > 1 {
		in = append(in, onnx.Int64([]int64{v.speaker}, 1))
	}
	out, err := v.session.Run(ctx, in...)
	if err != nil {
		return nil, err
	}
	return out[0].Data, nil
}

// calibrate sets the gain by the level of a fixed sentence.
func (v *Voice) calibrate(ctx context.Context) error {
	var all []float32
	for _, s := range split(calibration) {
		wave, err := v.render(ctx, s, []float32{0, v.config.Inference.LengthScale, 0})
		if err != nil {
			return err
		}
		all = append(all, wave...)
	}
	rms := level.Active(all, v.Rate())
	if rms == 0 {
		return errors.New("it is silent (run `frontdesk models verify`)")
	}
	v.gain = level.Gain(rms)
	return nil
}

// Close ends espeak-ng and frees the model.
func (v *Voice) Close() error { return errors.Join(v.espeak.stop(), v.session.Close()) }
