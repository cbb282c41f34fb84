package phrasebook_test

import (
	"slices"
	"testing"

	"frontdesk.internal/appliance/reception/phrasebook"
	"frontdesk.internal/models/modelstest"
)

// A name never plays the words of the business before.
func TestRename(t *testing.T) {
	b, err := phrasebook.Open(t.TempDir(), "voice", 8000)
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
