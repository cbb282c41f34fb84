package asrbench_test

import (
	"slices"
	"strings"
	"testing"

	"frontdesk.internal/models/asrbench"
)

func TestWords(t *testing.T) {
	for text, want := range map[string]string{
		"Press 1, then *.":              "press one then star",
		"I'm sorry — that's NOT valid!": "i am sorry that is not valid",
		"Call 555-0123 at 12 o'clock":   "call five five five zero one two three at twelve oclock",
		"3D audio; 42 people, 20 p.m.":  "three d audio forty two people twenty pm",
		"voicemail and Voice-Mail":      "voice mail and voice mail",
		"You cannot. You can't":         "you can not you can not",
		"'quoted' ... ":                 "quoted",
		"":                              "",
	} {
		if got := strings.Join(asrbench.Words(text), " "); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestCompare(t *testing.T) {
	for _, tt := range []struct {
		said, heard string
		want        asrbench.Errors
	}{
		{"a b c", "a b c", asrbench.Errors{Words: 3}},
		{"a b c", "a x c", asrbench.Errors{Words: 3, Substituted: 1}},
		{"a b c", "a c", asrbench.Errors{Words: 3, Deleted: 1}},
		{"a b c", "a b b c d", asrbench.Errors{Words: 3, Inserted: 2}},
		{"a b c", "", asrbench.Errors{Words: 3, Deleted: 3}},
		{"", "a", asrbench.Errors{Inserted: 1}},
		{"the cat sat on the mat", "a cat on the big mat", asrbench.Errors{Words: 6, Substituted: 1, Deleted: 1, Inserted: 1}},
	} {
		got := asrbench.Compare(strings.Fields(tt.said), strings.Fields(tt.heard))
		if got != tt.want {
			t.Errorf("%q heard as %q: got %+v, want %+v", tt.said, tt.heard, got, tt.want)
		}
	}
	sum := asrbench.Errors{Words: 10, Substituted: 1}.Add(asrbench.Errors{Words: 10, Deleted: 1})
	if sum.Rate() != 0.1 {
		t.Errorf("got rate %v, want 0.1", sum.Rate())
	}
}

func FuzzWords(f *testing.F) {
	f.Add("Press 1 for 3D's o'clock, #42 *")
	f.Fuzz(func(t *testing.T, text string) {
		words := asrbench.Words(text)
		for _, w := range words {
			if w == "" || strings.ContainsAny(w, " .,!?'*#") {
				t.Errorf("%q: got the word %q", text, w)
			}
		}
		if again := asrbench.Words(strings.Join(words, " ")); !slices.Equal(words, again) {
			t.Errorf("%q: got %q and from that %q, want a fixed point", text, words, again)
		}
	})
}
