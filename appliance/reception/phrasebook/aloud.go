package phrasebook

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"frontdesk.internal/audio"
	"frontdesk.internal/audio/wav"
	"frontdesk.internal/models/engines"
)

// Aloud speaks clauses of a language as callers would hear them, and returns that as a WAV file.
func Aloud(ctx context.Context, mouth engines.Mouth, clauses []string, tag string) ([]byte, error) {
	var pcm audio.PCM
	rate := 0
	for _, clause := range clauses {
		err := mouth.Speak(ctx, engines.SpeakRequest{Call: "aloud", Text: clause, Language: tag}, func(s engines.Speech) error {
			if rate != 0 && s.Rate != rate {
				return fmt.Errorf("the voice has changed from %d to %d Hz", rate, s.Rate)
			}
			pcm, rate = append(pcm, s.PCM...), s.Rate
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("speak: %w", err)
		}
	}
	if len(pcm) == 0 {
		return nil, errors.New("speak: the voice said nothing")
	}
	var b bytes.Buffer
	err := wav.Write(&b, rate, pcm)
	return b.Bytes(), err
}
