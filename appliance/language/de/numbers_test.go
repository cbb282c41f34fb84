package de_test

import (
	"strings"
	"testing"
)

func TestReadDigits(t *testing.T) {
	for text, want := range map[string]string{
		"0172 1234567":                                           "01721234567",
		"0172/12 34 56 7.":                                       "01721234567",
		"null eins sieben zwo, eins zwo drei":                    "0172123",
		"Null, einhundertzweiundsiebzig":                         "0172",
		"einundzwanzig zweiundvierzig":                           "2142",
		"ein und zwanzig, zwei und vierzig":                      "2142",
		"null dreißig, zwölf vierunddreißig":                     "0301234",
		"doppel fünf, dreimal die Sieben":                        "55777",
		"zweimal die 4 und drei mal null":                        "44000",
		"Doppelnull sieben":                                      "007",
		"null achthundert fünf":                                  "08005",
		"acht hundert":                                           "800",
		"meine Nummer ist 0 30 / 12 34 56, danke":                "030123456",
		"plus vier neun eins sieben zwei":                        "49172",
		"fünf für fünf":                                          "545",
		"das ist für Sie":                                        "",
		"ich habe eine Frage":                                    "",
		"ein Moment bitte":                                       "",
		"ich habe keine Nummer":                                  "",
		"neunundneunzig":                                         "99",
		"fuffzehn, fuffzig":                                      "1550",
		"vier, vier, vier":                                       "444",
		"die Vorwahl ist null acht neun":                         "089",
		"null vier vier, drei sechs vier, zwölf, vierunddreißig": "0443641234",
	} {
		if got := german.ReadDigits(text); got.Digits != want {
			t.Errorf("ReadDigits(%q) = %q, want %q", text, got.Digits, want)
		}
	}
	if !german.ReadDigits("plus 49 30 1234").Plus || german.ReadDigits("49 plus 30").Plus {
		t.Error("a plus counts before the digits only")
	}
	if !german.ReadDigits("Nein, sie endet auf vier fünf").Tail || !german.ReadDigits("die letzten Ziffern sind 4 5").Tail ||
		!german.ReadDigits("die Vorwahl ist 089").Area {
		t.Error("tail or area was not heard")
	}
	if n := german.ReadDigits("Mein Rohr ist seit 3 Tagen gebrochen"); n.Others < 2 {
		t.Errorf("%+v: the words around are some of their own", n)
	}
	if n := german.ReadDigits("also meine Handynummer lautet 0172 1234567 bitte"); n.Others != 0 {
		t.Errorf("%+v: there is nothing but a number", n)
	}
}

// TestReadDigitsOfDigits reads back what the other half says.
func TestReadDigitsOfDigits(t *testing.T) {
	for _, digits := range []string{"0123456789", "9876543210", "00000", "11111", "8080"} {
		if got := german.ReadDigits(german.Digits(digits)).Digits; got != digits {
			t.Errorf("%s is said %q and read %s", digits, german.Digits(digits), got)
		}
	}
}

// FuzzReadDigits holds that only digits come out, and that they are stable.
func FuzzReadDigits(f *testing.F) {
	for _, s := range []string{"doppel fünf dreimal die sechs", "neunzehnhundert tausend", "1-2-3 vier für für", "zwanzig und zwanzig",
		"einundeinund", "hunderthundert", "tausendtausend"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n := german.ReadDigits(s)
		if strings.Trim(n.Digits, "0123456789") != "" {
			t.Errorf("ReadDigits(%q) = %q", s, n.Digits)
		}
		if again := german.ReadDigits(strings.Join(strings.Split(n.Digits, ""), " ")); again.Digits != n.Digits {
			t.Errorf("digits %q read again are %q", n.Digits, again.Digits)
		}
	})
}
