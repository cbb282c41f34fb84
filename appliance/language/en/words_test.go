package en_test

import (
	"strings"
	"testing"

	"frontdesk.internal/appliance/language/en"
)

var english en.Language

func TestPriceAlone(t *testing.T) {
	for text, want := range map[string]bool{
		"What are your charges?": true, "how much do you charge": true, "What are your rates like?": true,
		"um hi, could you give me an idea of the price": true,
		"Do you have a price list?":                     true, "How much is it?": true,
		"How much is a haircut?": false, "what's the call-out charge": false,
		"What do you do?": false, "How many people work there?": false, "Are you expensive?": true,
	} {
		if got := english.PriceAlone(english.Words(text)); got != want {
			t.Errorf("PriceAlone(%q) = %v", text, got)
		}
	}
}

func TestWords(t *testing.T) {
	for text, want := range map[string]string{
		"What's Dr. Lopez's e-mail?":  "what is doctor lopez email",
		"I'd like 8:30 a.m., please!": "i would like 8:30 am please",
		"It costs $1,200.":            "it costs 1200",
		"check-up":                    "check up",
		"Can't you? We won't.":        "can not you we will not",
		"José's Müller & Søn":         "jose muller and son",
		"U.S.A. o'clock":              "usa oclock",
		"8am and 5PM":                 "8 am and 5 pm",
		"the patients' X-rays":        "the patients x rays",
		"":                            "",
		"...":                         "",
		"I'm ill; it's OK":            "i am ill it is okay",
		"We're moving, we'd call":     "we are moving we would call",
		"The shed was well, we were":  "the shed was well we were",
		"They'll see; she'd be late":  "they will see she would be late",
	} {
		if got := strings.Join(english.Words(text), " "); got != want {
			t.Errorf("Words(%q) = %q, want %q", text, got, want)
		}
	}
}

// FuzzWords holds that words are normal: normalising them again changes nothing but what contractions stand for.
func FuzzWords(f *testing.F) {
	for _, s := range []string{"What's Dr. Lopez's e-mail?", "8am's", "''''", "a.b.c.d", "1,2.3:4", "É'S"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, w := range english.Words(s) {
			if w == "" || strings.ContainsAny(w, " \t\n'\"?!;") {
				t.Errorf("Words(%q) has %q", s, w)
			}
		}
	})
}

func TestAlike(t *testing.T) {
	for _, tt := range []struct {
		a, b  string
		least float64
		most  float64
	}{
		{"cleaning", "cleanings", 0.9, 1}, {"crown", "crowns", 0.9, 1}, {"whitening", "whiting", 0, 0.9}, {"insurance", "insurence", 0.8,
			1}, {"extraction", "extracton", 0.8, 1},
		{"crown", "brown", 0, 0}, {"hours", "house", 0, 0}, {"a", "an", 0, 0}, {"200", "201", 0, 0}, {"water", "later", 0, 0},
	} {
		if got := english.Alike(tt.a, tt.b); got < tt.least || got > tt.most {
			t.Errorf("Alike(%s, %s) = %.2f, want %.2f to %.2f", tt.a, tt.b, got, tt.least, tt.most)
		}
	}
}
