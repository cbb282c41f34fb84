package piper

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
)

// voiceConfig is the part of a voice's .onnx.json that is used here.
type voiceConfig struct {
	Audio struct {
		SampleRate int `json:"sample_rate"`
	} `json:"audio"`
	Espeak struct {
		Voice string `json:"voice"`
	} `json:"espeak"`
	Inference struct {
		NoiseScale  float32 `json:"noise_scale"`
		LengthScale float32 `json:"length_scale"`
		NoiseW      float32 `json:"noise_w"`
	} `json:"inference"`
	PhonemeType  string              `json:"phoneme_type"`
	PhonemeMap   map[string][]string `json:"phoneme_map"`
	PhonemeIDMap map[string][]int64  `json:"phoneme_id_map"`
	NumSpeakers  int                 `json:"num_speakers"`
}

// Bounds of what a voice file may ask for.
const (
	minRate, maxRate = 8000, 48000
)

// language is the ISO 639-1 code of the language that the voice speaks.
func (c *voiceConfig) language() string {
	primary, _, _ := strings.Cut(c.Espeak.Voice, "-")
	return primary
}

// Language is the ISO 639-1 code of the language of the voice with this model file, which need not be loaded for it.
func Language(model string) (string, error) {
	c, err := readConfig(model + ".json")
	return c.language(), err
}

// readConfig reads and checks the JSON file beside a voice.
func readConfig(path string) (voiceConfig, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return voiceConfig{}, fmt.Errorf("read voice settings (run `frontdesk models fetch`): %w", err)
	}
	c, err := parseConfig(data)
	if err != nil {
		return voiceConfig{}, fmt.Errorf("read voice settings %s (run `frontdesk models verify`): %w", path, err)
	}
	return c, nil
}

// parseConfig decodes the settings of a voice and fills in Piper's defaults.
func parseConfig(data []byte) (voiceConfig, error) {
	c := voiceConfig{PhonemeType: "espeak", NumSpeakers: 1}
	c.Inference.NoiseScale, c.Inference.LengthScale, c.Inference.NoiseW = 0.667, 1, 0.8
	if err := json.Unmarshal(data, &c); err != nil {
		return voiceConfig{}, err
	}
	var errs []error
	if c.Audio.SampleRate < minRate || c.Audio.SampleRate > maxRate {
		errs = append(errs, fmt.Errorf("audio.sample_rate is %d, want %d to %d", c.Audio.SampleRate, minRate, maxRate))
	}
	if c.PhonemeType != "espeak" {
		errs = append(errs, fmt.Errorf("phoneme_type %q is not supported, only espeak is", c.PhonemeType))
	}
	if c.Espeak.Voice == "" {
		errs = append(errs, errors.New("espeak.voice is missing"))
	}
	if !(c.Inference.LengthScale > 0) {
		errs = append(errs, errors.New("inference.length_scale is not positive"))
	}
	for _, mark := range []string{padding, begin, end} {
		if len(c.PhonemeIDMap[mark]) == 0 {
			errs = append(errs, fmt.Errorf("phoneme_id_map has no %q", mark))
		}
	}
	return c, errors.Join(errs...)
}
