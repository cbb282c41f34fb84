package language_test

import (
	"slices"
	"testing"

	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/language/all"
)

func TestWritten(t *testing.T) {
	got := language.Written(all.For("en"),
		"Call us if you are late; the key box has the code. Guests pay approx. fifty euros. It is paid back.")
	if want := []string{
		"Call us if you are late; the key box has the code.", "Guests pay approx. fifty euros.", "It is paid back.",
	}; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

func TestEnded(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "Dogs": "Dogs.", "Dogs!": "Dogs!", "“Dogs.”": "“Dogs.”", "Dogs:": "Dogs.", "(dogs)": "(dogs).", "Dogs…": "Dogs…",
	} {
		if got := language.Ended(text); got != want {
			t.Errorf("Ended(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestQuotes(t *testing.T) {
	for _, tt := range []struct{ tag, document, text, want string }{
		{"en", "house rules", "Dogs cost $12 a night", "Our house rules say: Dogs cost twelve dollars a night."},
		{"en", "The Price List", "Dogs are free.", "Our Price List says: Dogs are free."},
		{"en", "terms 2026", "Dogs are free.", "Our terms twenty twenty-six say: Dogs are free."},
		{"en", "", "Dogs are free.", "This is what we have written about it: Dogs are free."},
		{"en", "house rules", " ", ""},
		{"de", "Hausordnung", "Hunde sind willkommen.", "In unserem Dokument Hausordnung steht: Hunde sind willkommen."},
	} {
		got := all.For(tt.tag).Text(language.QuoteDocument, language.Args{Region: "US", Currency: "USD", Document: tt.document, Text: tt.text})
		if got != tt.want {
			t.Errorf("%s, %q: %q, want %q", tt.tag, tt.document, got, tt.want)
		}
	}
}
