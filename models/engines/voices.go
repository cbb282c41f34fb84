package engines

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"sync"
)

// Voices is a [Mouth] of several languages. One voice is there from the start, those of other languages are opened when something is to be said in
// them for the first time. A language without a voice is spoken by the first one: badly, but nobody is met with silence.
//
// Safe for concurrent use; Close closes all voices.
type Voices struct {
	language string
	first    Mouth
	open     func(ctx context.Context, language string) (Mouth, error)
	logger   *slog.Logger

	mu     sync.Mutex
	others map[string]Mouth // by language; nil: there is no voice for it
}

// NewVoices makes a mouth of the voice of a language (ISO 639-1) and of a function that opens others.
func NewVoices(language string, first Mouth, open func(ctx context.Context, language string) (Mouth, error), l *slog.Logger) *Voices {
	return &Voices{language: language, first: first, open: open, logger: l, others: map[string]Mouth{}}
}

// Speak implements [Mouth].
func (v *Voices) Speak(ctx context.Context, r SpeakRequest, yield func(Speech) error) error {
	return v.mouth(ctx, r.Language).Speak(ctx, r, yield)
}

func (v *Voices) mouth(ctx context.Context, language string) Mouth {
	if language == "" || language == v.language {
		return v.first
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	m, known := v.others[language]
	if !known {
		var err error
		if m, err = v.open(ctx, language); err != nil {
			if ctx.Err() != nil {
				return v.first // it was not given the time; the next one tries again
			}
			v.logger.Error("no voice for a language; the first voice speaks it", "language", language, "err", err)
			m = nil
		}
		v.others[language] = m
	}
	if m == nil {
		return v.first
	}
	return m
}

// Close closes all voices.
func (v *Voices) Close() error {
	v.mu.Lock()
	defer v.mu.Unlock()
	var errs []error
	for _, m := range v.others {
		errs = append(errs, closeMouth(m))
	}
	return errors.Join(append(errs, closeMouth(v.first))...)
}

func closeMouth(m Mouth) error {
	if c, ok := m.(io.Closer); ok {
		return c.Close()
	}
	return nil
}
