package language_test

import (
	"strings"
	"testing"

	"frontdesk.internal/appliance/language"
)

func TestNameWords(t *testing.T) {
	for text, want := range map[string]string{
		"anna berger": "Anna|Berger", "  Anna,  Berger. ": "Anna|Berger", "O'Neil": "O'Neil", "mary-jane": "Mary-jane",
		"McDonald": "McDonald", "- '": "", "room 12": "", "a_b": "", "élodie": "Élodie", "": "",
	} {
		if got := strings.Join(language.NameWords(text), "|"); got != want {
			t.Errorf("NameWords(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestCapital(t *testing.T) {
	for text, want := range map[string]string{"anna": "Anna", "ärger": "Ärger", "": "", "ßa": "ßa", "\xff": "\xff", "McD": "McD"} {
		if got := language.Capital(text); got != want {
			t.Errorf("Capital(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestJoinSpelled(t *testing.T) {
	for _, tt := range []struct{ said, spelled, want string }{
		{"Anna Burger", "Berger", "Anna Berger"}, {"Burger", "Xaver", "Xaver"}, {"", "Berger", "Berger"}, {"Anna Maria", "Berger",
			"Anna Maria Berger"}, {"Özil Mesut", "Özel", "Özel Mesut"},
		{"Sabine Pause", "Krause", "Sabine Krause"}, {"Tom Walker", "Xaver", "Tom Walker Xaver"},
		{"Cornelius Okoro-Van der Merwe", "Corneliusokoro", "Cornelius Okoro-Van der Merwe"},
		{"Ailbhe Ní Mhurchú", "Ailbhenimhurchu", "Ailbhe Ni Mhurchu"}, {"Tom Beyker", "Tombaiker", "Tom Baiker"},
	} {
		said := strings.Fields(tt.said)
		if got := language.JoinSpelled(said, tt.spelled); got != tt.want {
			t.Errorf("%q spelled %q: %q, want %q", tt.said, tt.spelled, got, tt.want)
		}
		if strings.Join(said, " ") != tt.said {
			t.Errorf("%q was changed", tt.said)
		}
	}
}

func TestNameBook(t *testing.T) {
	if _, err := language.NewNameBook("smith"); err == nil {
		t.Error("a name of no kind is read")
	}
	b, err := language.NewNameBook("# names\nfirst:\nanna tom\nlast:\nsmith stephen\nsmyth > smith\nmeyer = meier")
	if err != nil {
		t.Fatal(err)
	}
	for word, want := range map[string]bool{"Anna": true, "SMITH": true, "Smyth": true, "Meier": true, "Kravets": false, "": false} {
		if b.Known(word) != want {
			t.Errorf("%q is known: %v", word, !want)
		}
	}
	for word, want := range map[string]string{
		"smit": "Smith", "Smyth": "", "smyt": "Smyth", "meer": "", "smt": "", "stephan": "Stephen", "Stepen": "Stephen", "tommy": "",
	} {
		if got := b.Like(word, nil); got != want {
			t.Errorf("%q is like %q, want %q", word, got, want)
		}
	}
	if got := b.Like("smit", []string{"Smith"}); got != "" {
		t.Errorf("what was refused is like it: %q", got)
	}
	if !b.First("tom") || b.First("smith") || len(b.Ways("Meyer")) != 2 || len(b.Ways("anna")) != 0 {
		t.Error("kinds and ways")
	}
}

func TestEdits(t *testing.T) {
	for _, tt := range []struct {
		a, b  string
		limit int
		want  int
	}{
		{"abc", "abc", 2, 0}, {"abc", "abd", 2, 1}, {"abc", "acb", 2, 1}, {"abc", "", 2, 3}, {"", "", 0, 0}, {"kitten", "sitting", 3, 3},
		{"kitten", "sitting", 2, 3}, {"a", "abcdef", 2, 3},
	} {
		if got := language.Edits(tt.a, tt.b, tt.limit); got != tt.want {
			t.Errorf("Edits(%q, %q, %d) = %d, want %d", tt.a, tt.b, tt.limit, got, tt.want)
		}
	}
	for pair, want := range map[string]bool{"insurance insurence": true, "insurance ensurance": false, "crown brown": false,
		"extraction extracton": true, "crowns crownt": true, "extractio extrattin": true} {
		a, b, _ := strings.Cut(pair, " ")
		if got := language.Slip(a, b); got != want {
			t.Errorf("a slip between %s: %v", pair, got)
		}
	}
	if language.Slip("", "") {
		t.Error("nothing is no slip")
	}
}

func TestMinorUnits(t *testing.T) {
	for currency, want := range map[string]int{"USD": 100, "JPY": 1, "XXX": 100, "": 100} {
		n, known := language.MinorUnits(currency)
		if n != want || known != (currency == "USD" || currency == "JPY") {
			t.Errorf("%q: %d, %v", currency, n, known)
		}
	}
}
