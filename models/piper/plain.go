package piper

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os/exec"
	"strconv"
	"strings"

	"frontdesk.internal/audio"
	"frontdesk.internal/models/engines"
	"frontdesk.internal/models/level"
)

// plainWords is espeak-ng's own pace for a telephone, in words a minute; its default is a little hasty.
const plainWords = 150

// plainHeader is the length of the header that espeak-ng writes before the samples.
const plainHeader = 44

// plainCalibration is spoken once at the start to measure the level.
const plainCalibration = "one two three four five six seven"

// PlainVoice speaks by espeak-ng alone: it sounds like a machine, needs no model, and knows more than a hundred languages. It is
// what a caller hears in a language that has no voice of its own here. It starts a process for each clause, which takes a few milliseconds.
type PlainVoice struct {
	program  string
	language string
	rate     int
	gain     float64
}

var _ engines.Voice = (*PlainVoice)(nil)

// NewPlain tries espeak-ng ("" looks it up in PATH) in a language, an ISO 639-1 code.
func NewPlain(ctx context.Context, program, language string) (*PlainVoice, error) {
	if program == "" {
		program = "espeak-ng"
	}
	v := &PlainVoice{program: program, language: language, gain: 1}
	wave, rate, err := v.say(ctx, plainCalibration, 1)
	if err != nil {
		return nil, fmt.Errorf("try espeak-ng in %q: %w", language, err)
	}
	v.rate = rate
	if v.gain = level.Gain(level.Active(wave, rate)); len(wave) == 0 {
		return nil, fmt.Errorf("try espeak-ng in %q: it is silent", language)
	}
	return v, nil
}

// Rate implements engines.Voice.
func (v *PlainVoice) Rate() int { return v.rate }

// Speak implements engines.Voice, with the pauses of [Voice.Speak].
func (v *PlainVoice) Speak(ctx context.Context, text string, speed float64) (audio.PCM, error) {
	if err := CheckLength(text); err != nil {
		return nil, fmt.Errorf("speak: %w", err)
	}
	line := clean(text)
	if line == "" {
		return nil, nil
	}
	wave, rate, err := v.say(ctx, line, speed)
	if err != nil {
		return nil, fmt.Errorf("speak: %w", err)
	}
	if rate != v.rate {
		return nil, fmt.Errorf("speak: espeak-ng gave %d samples a second, not %d", rate, v.rate)
	}
	tail := level.ClauseMS
	if strings.ContainsAny(line[len(line)-1:], ".?!") {
		tail = level.SentenceMS
	}
	return level.Trim(level.PCM(wave, v.gain), rate, tail), nil
}

// Close implements engines.Voice.
func (v *PlainVoice) Close() error { return nil }

// say runs the program for one line.
func (v *PlainVoice) say(ctx context.Context, line string, speed float64) (wave []float32, rate int, err error) {
	if speed <= 0 {
		speed = 1
	}
	ctx, cancel := context.WithTimeout(ctx, espeakTimeout)
	defer cancel()
	// -b 1: the input is UTF-8. The text goes in by its standard input: it could begin with a dash.
	cmd := exec.CommandContext(ctx, v.program, "-b", "1", "-v", v.language, "-s", strconv.Itoa(int(plainWords*speed)), "--stdin", "--stdout")
	cmd.Stdin = strings.NewReader(line + "\n")
	var problem bytes.Buffer
	cmd.Stderr = &problem
	out, err := cmd.Output()
	switch {
	case ctx.Err() != nil:
		return nil, 0, context.Cause(ctx)
	case err != nil:
		return nil, 0, fmt.Errorf("run espeak-ng (install the package espeak-ng): %w: %s", err, strings.TrimSpace(problem.String()))
	}
	return plainSamples(out)
}

// plainSamples reads what espeak-ng writes: a header with lengths that it did not know yet, and samples of 16 bits to the end.
func plainSamples(out []byte) (wave []float32, rate int, err error) {
	if len(out) < plainHeader || string(out[:4]) != "RIFF" || string(out[36:40]) != "data" || binary.LittleEndian.Uint16(out[34:]) != 16 {
		return nil, 0, errors.New("espeak-ng gave no sound")
	}
	rate = int(binary.LittleEndian.Uint32(out[24:]))
	if rate < minRate || rate > maxRate {
		return nil, 0, fmt.Errorf("espeak-ng gave %d samples a second", rate)
	}
	data := out[plainHeader:]
	wave = make([]float32, len(data)/2)
	for i := range wave {
		wave[i] = float32(int16(binary.LittleEndian.Uint16(data[2*i:]))) / 32768
	}
	return wave, rate, nil
}
