package engines

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"slices"
	"sync"
)

// VoicesOptions say which voices there are. Languages are ISO 639-1 codes.
type VoicesOptions struct {
	// First speaks Language, unless there is an own voice for that, and whatever nothing else can speak.
	First    Mouth
	Language string
	// Own opens the voices that are set up for languages.
	Own map[string]func(ctx context.Context) (Mouth, error)
	// Plain opens a voice of any language, for those without one of their own; nil: there is none.
	Plain  func(ctx context.Context, language string) (Mouth, error)
	Logger *slog.Logger
}

// Voices is a [Mouth] of several languages. One voice is there from the start, each other one is opened when something is to be said in
// its language for the first time. A voice that cannot be opened has the next best one speak in its place: badly, but nobody is met with
// silence.
//
// Safe for concurrent use; Close closes all voices.
type Voices struct {
	o     VoicesOptions
	first *languageVoice

	mu      sync.Mutex
	others  map[string]*languageVoice
	trouble error
	tell    func(problem string)
}

// languageVoice is what speaks a language.
type languageVoice struct {
	mu         sync.Mutex
	mouth      Mouth // nil: not opened yet
	substitute bool  // mouth is not the one that should speak
}

// NewVoices makes a mouth of voices, which belong to it from now on.
func NewVoices(o VoicesOptions) *Voices {
	return &Voices{o: o, first: &languageVoice{mouth: o.First}, others: map[string]*languageVoice{}}
}

// Speak implements [Mouth].
func (v *Voices) Speak(ctx context.Context, r SpeakRequest, yield func(Speech) error) error {
	mouth, substitute := v.mouth(ctx, r.Language)
	if !substitute {
		return mouth.Speak(ctx, r, yield)
	}
	return mouth.Speak(ctx, r, func(s Speech) error {
		s.Substitute = true
		return yield(s)
	})
}

// mouth returns what speaks a language.
func (v *Voices) mouth(ctx context.Context, language string) (m Mouth, substitute bool) {
	if language == "" {
		language = v.o.Language
	}
	l := v.voice(language)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.mouth != nil {
		return l.mouth, l.substitute
	}
	// Who asked first may hang up meanwhile; the voice is opened for the others, too.
	mouth, err := v.open(context.WithoutCancel(ctx), language)
	if err != nil {
		v.report(err)
	}
	l.mouth, l.substitute = mouth, err != nil
	return l.mouth, l.substitute
}

// voice returns the place for what speaks a language.
func (v *Voices) voice(language string) *languageVoice {
	if language == v.o.Language && v.o.Own[language] == nil {
		return v.first
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	l := v.others[language]
	if l == nil {
		l = &languageVoice{}
		v.others[language] = l
	}
	return l
}

// open opens what speaks a language. With an error that is not what should.
func (v *Voices) open(ctx context.Context, language string) (Mouth, error) {
	var failed error
	if own := v.o.Own[language]; own != nil {
		m, err := own(ctx)
		if err == nil {
			return m, nil
		}
		failed = fmt.Errorf("the voice for language %q cannot be used, another one speaks instead: %w", language, err)
	}
	if language == v.o.Language {
		return v.o.First, failed
	}
	if v.o.Plain == nil {
		return v.o.First, errors.Join(failed, fmt.Errorf("there is no voice for language %q, the first one speaks it", language))
	}
	m, err := v.o.Plain(ctx, language)
	if err != nil {
		return v.o.First, errors.Join(failed, fmt.Errorf("there is no plain voice for language %q, the first one speaks it: %w", language, err))
	}
	return m, failed
}

// report notes and tells that a voice is missing.
func (v *Voices) report(err error) {
	v.o.Logger.Error("a voice is missing", "err", err)
	v.mu.Lock()
	defer v.mu.Unlock()
	v.trouble = errors.Join(v.trouble, err)
	if v.tell != nil {
		v.tell(v.trouble.Error())
	}
}

// OnTrouble implements [Troubled]: it tells of voices that cannot be used.
func (v *Voices) OnTrouble(tell func(problem string)) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.tell = tell
	if v.trouble != nil {
		tell(v.trouble.Error())
	}
}

// Close closes all voices. Nothing may be said any more.
func (v *Voices) Close() error {
	v.mu.Lock()
	all := append(slices.Collect(maps.Values(v.others)), v.first)
	v.mu.Unlock()
	var errs []error
	closed := map[Mouth]bool{nil: true}
	for _, l := range all {
		l.mu.Lock()
		if c, ok := l.mouth.(io.Closer); ok && !closed[l.mouth] {
			errs = append(errs, c.Close())
		}
		closed[l.mouth] = true // one voice may speak several languages
		l.mu.Unlock()
	}
	return errors.Join(errs...)
}

var (
	_ Mouth    = (*Voices)(nil)
	_ Troubled = (*Voices)(nil)
)
