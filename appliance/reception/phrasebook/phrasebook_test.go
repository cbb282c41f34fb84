package phrasebook_test

import (
	"context"
	"slices"
	"testing"

	"frontdesk.internal/appliance/reception/phrasebook"
	"frontdesk.internal/models/engines"
	"frontdesk.internal/models/modelstest"
)

// A name never plays the words of the business before.
func TestRename(t *testing.T) {
	b, err := phrasebook.Open(t.TempDir(), nil, 8000)
	if err != nil {
		t.Fatal(err)
	}
	mouth := &modelstest.Mouth{}
	goodbye := phrasebook.Phrase{Name: "goodbye", Text: "Goodbye.", Language: "en"}
	old := []phrasebook.Phrase{{Name: "greeting", Text: "This is Bright Smile Dental.", Language: "en"}, goodbye}
	next := []phrasebook.Phrase{{Name: "greeting", Text: "This is Harbor Shoe Repair, what can I do?", Language: "en"}, goodbye}
	if err := b.Render(t.Context(), mouth, old); err != nil {
		t.Fatal(err)
	}
	first, _ := b.Phrase("greeting")
	if b.Rename(next); len(first) == 0 {
		t.Error("the first greeting was not rendered")
	}
	if _, ok := b.Phrase("greeting"); ok {
		t.Error("the greeting of the business before still plays")
	}
	if _, ok := b.Phrase("goodbye"); !ok {
		t.Error("what says the same is gone")
	}
	if err := b.Render(t.Context(), mouth, next); err != nil {
		t.Fatal(err)
	}
	if now, ok := b.Phrase("greeting"); !ok || slices.Equal(now, first) {
		t.Error("the new greeting does not play")
	}
	b.Rename(old)
	if now, ok := b.Phrase("greeting"); !ok || !slices.Equal(now, first) {
		t.Error("what was rendered before does not play at once")
	}
}

// TestAnotherVoice: what a language says is rendered anew when its voice changes, and that of the others stays.
func TestAnotherVoice(t *testing.T) {
	dir := t.TempDir()
	phrases := []phrasebook.Phrase{{Name: "greeting", Text: "Hello.", Language: "en"}, {Name: "gruss", Text: "Hallo.", Language: "de"}}
	german := "espeak"
	open := func() *phrasebook.Book {
		t.Helper()
		b, err := phrasebook.Open(dir, func(language string) string {
			if language == "de" {
				return german
			}
			return "joe"
		}, 8000)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	if err := open().Render(t.Context(), &modelstest.Mouth{}, phrases); err != nil {
		t.Fatal(err)
	}
	if missing := open().Load(phrases); len(missing) > 0 {
		t.Errorf("missing %+v, all were rendered", missing)
	}
	german = "thorsten@1"
	if missing := open().Load(phrases); len(missing) != 1 || missing[0].Language != "de" {
		t.Errorf("missing %+v, want the German one", missing)
	}
}

// standIn is a mouth whose voice stands in for another.
type standIn struct{ modelstest.Mouth }

func (m *standIn) Speak(ctx context.Context, r engines.SpeakRequest, yield func(engines.Speech) error) error {
	return m.Mouth.Speak(ctx, r, func(s engines.Speech) error {
		s.Substitute = true
		return yield(s)
	})
}

// TestSubstitute: what another voice said in the place of the right one plays, and is not there any more when the right one may be.
func TestSubstitute(t *testing.T) {
	dir, phrases, mouth := t.TempDir(), []phrasebook.Phrase{{Name: "gruss", Text: "Hallo.", Language: "de"}}, &standIn{}
	b, err := phrasebook.Open(dir, nil, 8000)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := b.Render(t.Context(), mouth, phrases); err != nil {
			t.Fatal(err)
		}
	}
	if _, ok := b.Phrase("gruss"); !ok || len(mouth.Requests()) != 1 {
		t.Errorf("there: %v, rendered %d times, want once", ok, len(mouth.Requests()))
	}
	later, err := phrasebook.Open(dir, nil, 8000)
	if err != nil {
		t.Fatal(err)
	}
	if missing := later.Load(phrases); len(missing) != 1 {
		t.Error("the other voice's phrase was kept")
	}
}

// What is to be heard before it holds is one WAV file.
func TestAloudIsAFile(t *testing.T) {
	b, err := phrasebook.Aloud(t.Context(), &modelstest.Mouth{}, []string{"We record this call.", "Press nine to stop that."}, "en")
	if err != nil || len(b) < 1000 || string(b[:4]) != "RIFF" {
		t.Errorf("%d bytes, %v", len(b), err)
	}
	if _, err := phrasebook.Aloud(t.Context(), &modelstest.Mouth{}, nil, "en"); err == nil {
		t.Error("nothing was spoken, and that is no error")
	}
}
