package phrase_test

import (
	"strings"
	"testing"

	"frontdesk.internal/appliance/language/phrase"
)

func TestPhrases(t *testing.T) {
	for _, tt := range []struct {
		phrase, text string
		want         bool
	}{
		{"no thanks", "oh no thanks", true}, {"no thanks", "no many thanks", false}, {"no thanks|thank", "no thank you", true},
		{"number ... from", "the number i am calling from", true}, {"number ... from", "number a b c d e from", false},
		{"number ... from", "number from", true},
		{"^ no $", "no", true}, {"^ no $", "no way", false}, {"^ no", "no way", true}, {"^ no", "oh no", false}, {"no $", "oh no", true},
		{"no $", "no no yes", false},
		{"that will? be right", "that be right", true}, {"that will? be right", "that will be right", true}, {"a b?", "a", true}, {"a",
			"", false}, {"^ $", "", true},
	} {
		if got := phrase.Compile("never said", tt.phrase).In(strings.Fields(tt.text)); got != tt.want {
			t.Errorf("%q in %q: %v", tt.phrase, tt.text, got)
		}
	}
}

func TestSet(t *testing.T) {
	s := phrase.NewSet("one two\n three")
	words := strings.Fields
	if !s.Any(words("a two")) || s.Any(words("a b")) || s.Any(nil) {
		t.Error("Any")
	}
	if !s.All(words("one two")) || s.All(words("one b")) || !s.All(nil) {
		t.Error("All")
	}
	if !phrase.Has(words("a b"), "b", "c") || phrase.Has(words("a b"), "c") {
		t.Error("Has")
	}
	for run, want := range map[string]int{"b c": 1, "c d": -1, "a": 0, "c": 2, "a b c d": -1} {
		if got := phrase.Index(words("a b c"), words(run)); got != want {
			t.Errorf("Index of %q is %d, want %d", run, got, want)
		}
	}
}
