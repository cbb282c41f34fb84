//go:build native

package main

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"frontdesk.internal/appliance/phone/phonetest/scene"
	"frontdesk.internal/audio"
	"frontdesk.internal/audio/resample"
	"frontdesk.internal/models/engines"
	"frontdesk.internal/models/whisper"
)

// listener hears what callers heard: a recogniser of its own, so that what is checked is the sound on the line.
type listener struct{ rec engines.Recognizer }

// newListener loads the model. beam is that of whisper.Options; who checks what was said has time for several.
func newListener(model string, beam int) (*listener, error) {
	rec, err := whisper.New(whisper.Options{Model: model, Beam: beam, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return nil, fmt.Errorf("load recognition to check the calls: %w", err)
	}
	return &listener{rec: rec}, nil
}

// hear returns the English words in audio of a telephone line, and the time that took.
func (l *listener) hear(ctx context.Context, pcm audio.PCM) (string, time.Duration, error) {
	return l.hearIn(ctx, pcm, "en")
}

// hearIn does so in a language.
func (l *listener) hearIn(ctx context.Context, pcm audio.PCM, language string) (string, time.Duration, error) {
	if len(pcm) < scene.Rate/10 {
		return "", 0, nil
	}
	wide, err := resample.All(scene.Rate, engines.Rate, pcm)
	if err != nil {
		return "", 0, err
	}
	text := ""
	began := time.Now()
	const longest = 28 * engines.Rate
	for len(wide) > 0 {
		n := min(len(wide), longest)
		r, err := l.rec.Recognize(ctx, wide[:n], engines.RecognizeOptions{Language: language})
		if err != nil {
			return text, 0, fmt.Errorf("listen to a recording: %w", err)
		}
		text += " " + r.Text
		wide = wide[n:]
	}
	return text, time.Since(began), nil
}

func (l *listener) close() error { return l.rec.Close() }
