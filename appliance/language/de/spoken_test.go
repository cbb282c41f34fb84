package de_test

import (
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/language"
)

func TestNumber(t *testing.T) {
	for n, want := range map[int]string{
		0: "null", 1: "eins", 7: "sieben", 13: "dreizehn", 16: "sechzehn", 17: "siebzehn", 20: "zwanzig", 21: "einundzwanzig",
		30: "dreißig", 67: "siebenundsechzig", 99: "neunundneunzig", 100: "einhundert", 101: "einhunderteins",
		120: "einhundertzwanzig", 999: "neunhundertneunundneunzig", 1000: "eintausend", 1001: "eintausendeins",
		1450: "eintausendvierhundertfünfzig", 12000: "zwölftausend", 21000: "einundzwanzigtausend",
		100_000: "einhunderttausend", 1_000_000: "eine Million", 2_000_001: "zwei Millionen eins", -3: "minus drei",
		2_000_000_000: "zwei null null null null null null null null null",
	} {
		if got := german.Number(n); got != want {
			t.Errorf("Number(%d) = %q, want %q", n, got, want)
		}
	}
}

// TestNumbersAreReadBack says numbers and reads them again as digits.
func TestNumbersAreReadBack(t *testing.T) {
	for n := range 1000 {
		if got := german.ReadDigits(german.Number(n)).Digits; got != strconv.Itoa(n) {
			t.Errorf("%d is said %q and read %q", n, german.Number(n), got)
		}
	}
}

func TestOrdinal(t *testing.T) {
	for n, want := range map[int]string{1: "erste", 2: "zweite", 3: "dritte", 7: "siebte", 8: "achte", 12: "zwölfte", 19: "neunzehnte",
		20: "zwanzigste", 24: "vierundzwanzigste", 31: "einunddreißigste", 100: "einhundertste"} {
		if got := german.Ordinal(n); got != want {
			t.Errorf("Ordinal(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestClock(t *testing.T) {
	for mins, want := range map[int]string{
		0: "Mitternacht", 5: "null Uhr fünf", 60: "ein Uhr", 8 * 60: "acht Uhr", 8*60 + 30: "acht Uhr dreißig", 12 * 60: "zwölf Uhr",
		13*60 + 1: "dreizehn Uhr eins", 17 * 60: "siebzehn Uhr", 21*60 + 15: "einundzwanzig Uhr fünfzehn",
		24 * 60: "Mitternacht", 26 * 60: "zwei Uhr",
	} {
		if got := german.Clock(mins); got != want {
			t.Errorf("Clock(%d) = %q, want %q", mins, got, want)
		}
	}
}

func TestSpans(t *testing.T) {
	for _, tt := range []struct {
		spans []language.Span
		want  string
	}{
		{[]language.Span{{From: 8 * 60, To: 12 * 60}, {From: 13 * 60, To: 17 * 60}},
			"von acht bis zwölf Uhr und von dreizehn bis siebzehn Uhr"},
		{[]language.Span{{From: 9*60 + 30, To: 17 * 60}}, "von neun Uhr dreißig bis siebzehn Uhr"}, {[]language.Span{{From: 9 * 60,
			To: 17*60 + 30}}, "von neun bis siebzehn Uhr dreißig"},
		{[]language.Span{{From: 0, To: 24 * 60}}, "rund um die Uhr"}, {nil, "geschlossen"}, {[]language.Span{{From: 18 * 60,
			To: 26 * 60}}, "von achtzehn bis zwei Uhr"},
		{[]language.Span{{From: 18 * 60, To: 24 * 60}}, "von achtzehn Uhr bis Mitternacht"}, {[]language.Span{{From: 60, To: 120}},
			"von eins bis zwei Uhr"}, {[]language.Span{{From: 0, To: 120}}, "von Mitternacht bis zwei Uhr"},
	} {
		if got := german.Spans(tt.spans); got != tt.want {
			t.Errorf("Spans(%v) = %q, want %q", tt.spans, got, tt.want)
		}
	}
}

func TestDuration(t *testing.T) {
	for minutes, want := range map[int]string{30: "dreißig Minuten", 60: "eine Stunde", 61: "eine Stunde und eine Minute",
		150: "zwei Stunden und dreißig Minuten"} {
		if got := german.Duration(minutes); got != want {
			t.Errorf("Duration(%d) = %q, want %q", minutes, got, want)
		}
	}
}

func TestDate(t *testing.T) {
	day := time.Date(2027, 1, 7, 0, 0, 0, 0, time.UTC)
	for region, want := range map[string]string{"DE": "Donnerstag, der siebte Januar", "AT": "Donnerstag, der siebte Jänner",
		"CH": "Donnerstag, der siebte Januar", "": "Donnerstag, der siebte Januar"} {
		if got := german.Date(day, region); got != want {
			t.Errorf("Date in %q = %q, want %q", region, got, want)
		}
	}
	if got := german.DateOn(time.Date(2026, 12, 24, 0, 0, 0, 0, time.UTC), "DE"); got != "Donnerstag, dem vierundzwanzigsten Dezember" {
		t.Errorf("DateOn = %q", got)
	}
	if got := german.Weekday(time.Saturday); got != "Samstag" {
		t.Errorf("Weekday = %q", got)
	}
}

func TestMoney(t *testing.T) {
	for _, tt := range []struct {
		minor    int
		currency string
		want     string
	}{
		{3550, "EUR", "fünfunddreißig Euro fünfzig"}, {12000, "EUR", "einhundertzwanzig Euro"}, {100, "EUR", "ein Euro"}, {150, "EUR",
			"ein Euro fünfzig"}, {50, "EUR", "fünfzig Cent"}, {1, "EUR", "ein Cent"}, {0, "EUR", "null Euro"},
		{2050, "CHF", "zwanzig Franken fünfzig"}, {5, "CHF", "fünf Rappen"}, {8950, "USD", "neunundachtzig Dollar fünfzig"}, {500, "JPY",
			"fünfhundert Yen"}, {200, "SEK", "zwei SEK"}, {250, "SEK", "zwei SEK und fünfzig Hundertstel"},
	} {
		if got := german.Money(tt.minor, tt.currency); got != tt.want {
			t.Errorf("Money(%d, %s) = %q, want %q", tt.minor, tt.currency, got, tt.want)
		}
	}
}

func TestPrice(t *testing.T) {
	for want, p := range map[string]language.Price{
		"kostenlos": {Free: true}, "fünfundsechzig Euro": {Amount: 6500}, "fünfundsechzig Euro pro Stunde": {Amount: 6500,
			Unit: "pro Stunde"}, "fünfundsechzig Euro pro Nacht": {Amount: 6500, Unit: "/ Nacht"},
		"zwischen achtzig und einhundert Euro":     {From: 8000, To: 10000},
		"zwischen acht Euro fünfzig und zehn Euro": {From: 850, To: 1000}, "ab achtzig Euro": {From: 8000},
		"bis zu achtzig Euro": {To: 8000}, "": {Note: "Kommt darauf an."},
	} {
		if got := german.Price(p, "EUR"); got != want {
			t.Errorf("%+v: %q, want %q", p, got, want)
		}
	}
}

func TestPhone(t *testing.T) {
	for _, tt := range []struct{ number, region, want string }{
		{"01721234567", "DE", "null eins sieben zwei, eins zwei drei, vier fünf sechs sieben"},
		{"+491721234567", "DE", "null eins sieben zwei, eins zwei drei, vier fünf sechs sieben"},
		{"0443641234", "CH", "null vier vier, drei sechs vier, eins zwei, drei vier"},
		{"+49 30 123456", "AT", "plus vier neun, drei null, eins zwei drei, vier fünf sechs"},
		{"", "DE", ""},
	} {
		if got := german.Phone(tt.number, tt.region); got != tt.want {
			t.Errorf("Phone(%q, %s) = %q, want %q", tt.number, tt.region, got, tt.want)
		}
	}
}

func TestList(t *testing.T) {
	for want, items := range map[string][]string{"": nil, "a": {"a"}, "a und b": {"a", "b"}, "a, b und c": {"a", "b", "c"}} {
		if got := german.List(items, false); got != want {
			t.Errorf("List(%q) = %q, want %q", items, got, want)
		}
	}
	if got := german.List([]string{"a", "b", "c"}, true); got != "a, b oder c" {
		t.Errorf("List = %q", got)
	}
}

func TestAloud(t *testing.T) {
	for text, want := range map[string]string{
		"Rufen Sie sofort 112 an.":      "Rufen Sie sofort eins eins zwei an.",
		"Das kostet 35 € oder 35,50 €.": "Das kostet fünfunddreißig Euro oder fünfunddreißig Euro fünfzig.",
		"ab € 1.250,- für beide":        "ab eintausendzweihundertfünfzig Euro für beide",
		"CHF 20.50 oder Fr. 5.–":        "zwanzig Franken fünfzig oder fünf Franken",
		"1 Euro pro Stück":              "ein Euro pro Stück",
		"Geöffnet von 8:30 bis 17 Uhr.": "Geöffnet von acht Uhr dreißig bis siebzehn Uhr.",
		"Mo-Fr 8-12 Uhr":                "Montag bis Freitag acht bis zwölf Uhr",
		"Mo–Do 8.30–12.30 Uhr und 14 bis 18 Uhr": "Montag bis Donnerstag acht Uhr dreißig bis zwölf Uhr dreißig und vierzehn bis " +
			"achtzehn Uhr",
		"Ab 18:00 zu.": "Ab achtzehn Uhr zu.",
		"Fragen Sie nach Dr. Kern oder Fr. Huber.":   "Fragen Sie nach Doktor Kern oder Frau Huber.",
		"Hauptstr. 12a, nahe St. Martin":             "Hauptstraße zwölf a, nahe Sankt Martin",
		"Schreiben Sie an info@praxis-kern.example.": "Schreiben Sie an info at praxis Bindestrich kern Punkt example.",
		"Mehr auf www.praxiskern.example/faq heute":  "Mehr auf praxiskern Punkt example Schrägstrich faq heute",
		"Telefon 0172 1234567.":                      "Telefon null eins sieben zwei, eins zwei drei, vier fünf sechs sieben.",
		"Seit 1998, mit 24 Stühlen und 3 % Rabatt.":  "Seit neunzehnhundertachtundneunzig, mit vierundzwanzig Stühlen und drei Prozent Rabatt.",
		"Gegründet 2004":                             "Gegründet zweitausendvier",
		"Am 24.12. geschlossen":                      "Am vierundzwanzigsten Dezember geschlossen",
		"vom 24. Dezember bis zum 6. Januar 2027":    "vom vierundzwanzigsten Dezember bis zum sechsten Januar zweitausendsiebenundzwanzig",
		"Der 1. Mai ist frei":                        "Der erste Mai ist frei",
		"Termin: 3. Oktober":                         "Termin: dritter Oktober",
		"geschlossen am 2026-12-24":                  "geschlossen am vierundzwanzigsten Dezember zweitausendsechsundzwanzig",
		"Im 2. Stock, das 3. Haus":                   "Im zweiten Stock, das dritte Haus",
		"1 Stunde und 1 Termin":                      "eine Stunde und ein Termin",
		"PLZ 50667, Linie 007":                       "PLZ fünf null sechs sechs sieben, Linie null null sieben",
		"z. B. Kronen, d. h. Kappen usw. & mehr":     "zum Beispiel Kronen, das heißt Kappen und so weiter und mehr",
		"3,5 Tonnen, 1.250 Stück, 10-12 Leute":       "drei Komma fünf Tonnen, eintausendzweihundertfünfzig Stück, zehn bis zwölf Leute",
		"ca. 45 Min.":                                "circa fünfundvierzig Minuten",
		"24/7":                                       "rund um die Uhr",
		"  zwei\n Leerzeichen ":                      "zwei Leerzeichen",
		"":                                           "",
	} {
		if got := german.Aloud(text, "DE"); got != want {
			t.Errorf("Aloud(%q)\n got %q\nwant %q", text, got, want)
		}
	}
}

var anyDigit = regexp.MustCompile(`[0-9]`)

// FuzzAloud holds that no ASCII digit is left for a voice to guess at.
func FuzzAloud(f *testing.F) {
	for _, s := range []string{"€1.2 3:99 Uhr 24/7 +49 (30) 123456", "a1b2@c3.de", "12345678901234567890", "1. 99. 3x",
		"99999999999999999999 €", "31.13. 8-25 Uhr 1,2,3", "1 2. 3,- Fr.", "0.0.0000"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if got := german.Aloud(s, "DE"); anyDigit.MatchString(got) {
			t.Errorf("Aloud(%q) = %q", s, got)
		}
	})
}

func TestAddress(t *testing.T) {
	for want, a := range map[string]language.Address{
		"Hauptstraße zwölf, Köln":                 {Street: "Hauptstr. 12", City: "Köln", Postcode: "50667", State: "NRW"},
		"Am Markt drei a, Sankt Gallen":           {Street: "Am Markt 3a", City: "St. Gallen"},
		"Mariahilfer Straße einhundertfünf, Wien": {Street: "Mariahilfer Straße 105", City: "Wien"},
		"Köln": {City: "Köln"},
		"":     {},
	} {
		if got := german.Address(a, "DE"); got != want {
			t.Errorf("%+v: %q, want %q", a, got, want)
		}
	}
}

func TestClauses(t *testing.T) {
	for text, want := range map[string]string{
		"Ja. Wir haben heute offen.":                       "Ja.|Wir haben heute offen.",
		"Guten Tag, hier ist die Praxis Dr. Kern in Köln.": "Guten Tag, hier ist die Praxis Dr. Kern in Köln.",
		"Am Donnerstag, dem vierundzwanzigsten Dezember, haben wir von acht bis zwölf Uhr und von dreizehn bis siebzehn Uhr geöffnet, am " +
			"Freitag geschlossen.": "Am Donnerstag, dem vierundzwanzigsten Dezember,|haben wir von acht bis zwölf Uhr und von dreizehn bis " +
			"siebzehn Uhr geöffnet,|am Freitag geschlossen.",
	} {
		if got := strings.Join(german.Clauses(text), "|"); got != want {
			t.Errorf("Clauses(%q)\n got %q\nwant %q", text, got, want)
		}
	}
}
