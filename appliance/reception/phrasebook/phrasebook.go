// Package phrasebook keeps what is said often as audio that was rendered ahead.
//
// The greeting, the goodbye and everything that is needed when the engines are down are rendered once for each voice and
// text and kept as files, so that they play at once and without any engine, also right after a cold start. The
// files hold nothing about callers. A [Book] is safe for concurrent use; it starts no goroutines ([Book.Render] runs in the
// caller's).
package phrasebook

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"frontdesk.internal/audio"
	"frontdesk.internal/audio/wav"
	"frontdesk.internal/models/engines"
)

// Phrase is a text with the name under which the policy asks for it; the name may be empty for a plain clause.
type Phrase struct {
	Name string
	Text string
	// Clauses are the parts of the text that are synthesised one by one; none: it is one.
	Clauses []string
	// Language is the BCP 47 tag of the text; it decides the voice.
	Language string
}

// wording is a text in a language.
type wording struct{ language, text string }

// spoken is the phrase as the mouth wants it, a part a line.
func (p Phrase) spoken() string {
	if len(p.Clauses) == 0 {
		return p.Text
	}
	return strings.Join(p.Clauses, "\n")
}

// Book holds rendered phrases in memory, backed by a folder.
type Book struct {
	dir   string
	voice func(language string) string
	rate  int

	mu     sync.RWMutex
	byName map[string]audio.PCM
	byText map[wording]audio.PCM
}

// Open returns the book kept in dir, with audio at rate samples a second. voice is asked for any text that changes when what speaks a
// language sounds different (its weights' hash); nil: that never changes. Nothing is read until Load.
func Open(dir string, voice func(language string) string, rate int) (*Book, error) {
	if voice == nil {
		voice = func(string) string { return "" }
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make phrase folder: %w", err)
	}
	return &Book{dir: dir, voice: voice, rate: rate, byName: map[string]audio.PCM{}, byText: map[wording]audio.PCM{}}, nil
}

// Phrase returns the audio of a named phrase. The samples are shared and must not be changed.
func (b *Book) Phrase(name string) (audio.PCM, bool) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	p, ok := b.byName[name]
	return p, ok
}

// Clause returns the audio of exactly this text in a language. The samples are shared and must not be changed.
func (b *Book) Clause(language, text string) (audio.PCM, bool) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	p, ok := b.byText[wording{language, text}]
	return p, ok
}

// Load takes in those of phrases that were rendered before and returns the others.
func (b *Book) Load(phrases []Phrase) (missing []Phrase) {
	for _, p := range phrases {
		pcm, ok := b.Clause(p.Language, p.Text)
		if !ok {
			var err error
			if pcm, err = b.read(p); err != nil {
				missing = append(missing, p)
				continue
			}
		}
		b.put(p, pcm)
	}
	return missing
}

// Rename makes the names stand for phrases and for nothing else: what bears one of them already and says something else is
// forgotten under that name, and the new wording plays as soon as it is rendered. It is for another business, whose callers must
// not hear of the one before.
func (b *Book) Rename(phrases []Phrase) {
	for _, p := range b.Load(phrases) {
		if p.Name != "" {
			b.mu.Lock()
			delete(b.byName, p.Name)
			b.mu.Unlock()
		}
	}
}

// Render loads phrases and renders those that are missing, one after the other. On an error the phrases done so far stay. What
// another voice speaks in the place of the right one plays until the end of the program only.
func (b *Book) Render(ctx context.Context, mouth engines.Mouth, phrases []Phrase) error {
	for _, p := range b.Load(phrases) {
		var pcm audio.PCM
		substitute := false
		err := mouth.Speak(ctx, engines.SpeakRequest{Text: p.spoken(), Rate: b.rate, Language: p.Language}, func(s engines.Speech) error {
			pcm, substitute = append(pcm, s.PCM...), substitute || s.Substitute
			return nil
		})
		if err != nil {
			return fmt.Errorf("render phrase %q: %w", p.Name, err)
		}
		if len(pcm) == 0 {
			return fmt.Errorf("render phrase %q: the voice returned no sound", p.Name)
		}
		b.put(p, pcm)
		if substitute {
			continue
		}
		if err := b.write(p, pcm); err != nil {
			return err
		}
	}
	return nil
}

func (b *Book) put(p Phrase, pcm audio.PCM) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if p.Name != "" {
		b.byName[p.Name] = pcm
	}
	b.byText[wording{p.Language, p.Text}] = pcm
}

func (b *Book) path(p Phrase) string {
	h := sha256.Sum256(fmt.Appendf(nil, "2\x00%s\x00%d\x00%s\x00%s", b.voice(p.Language), b.rate, p.Language, p.Text))
	return filepath.Join(b.dir, hex.EncodeToString(h[:16])+".wav")
}

func (b *Book) read(p Phrase) (audio.PCM, error) {
	f, err := os.Open(b.path(p))
	if err != nil {
		return nil, fmt.Errorf("open phrase: %w", err)
	}
	defer f.Close()
	pcm, rate, err := wav.Read(f)
	if err != nil {
		return nil, fmt.Errorf("read phrase: %w", err)
	}
	if rate != b.rate || len(pcm) == 0 {
		return nil, errors.New("read phrase: not what was written")
	}
	return pcm, nil
}

// write keeps the audio under its final name only when it is whole.
func (b *Book) write(p Phrase, pcm audio.PCM) (err error) {
	f, err := os.CreateTemp(b.dir, "new-*")
	if err != nil {
		return fmt.Errorf("write phrase: %w", err)
	}
	defer func() {
		if rm := os.Remove(f.Name()); err == nil && rm != nil && !errors.Is(rm, fs.ErrNotExist) {
			err = fmt.Errorf("write phrase: %w", rm)
		}
	}()
	if err := wav.Write(f, b.rate, pcm); err != nil {
		return errors.Join(fmt.Errorf("write phrase: %w", err), f.Close())
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("write phrase: %w", err)
	}
	if err := os.Rename(f.Name(), b.path(p)); err != nil {
		return fmt.Errorf("write phrase: %w", err)
	}
	return nil
}
