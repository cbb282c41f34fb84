package en_test

import (
	"regexp"
	"testing"
	"time"

	"frontdesk.internal/appliance/language"
)

func TestNumber(t *testing.T) {
	for n, want := range map[int]string{
		0: "zero", 7: "seven", 13: "thirteen", 20: "twenty", 21: "twenty-one", 99: "ninety-nine", 100: "one hundred",
		101: "one hundred and one", 120: "one hundred and twenty",
		999: "nine hundred and ninety-nine", 1000: "one thousand", 1001: "one thousand and one",
		1450: "one thousand four hundred and fifty", 12000: "twelve thousand",
		1_000_000: "one million", -3: "minus three", 2_000_000_000: "two zero zero zero zero zero zero zero zero zero",
	} {
		if got := english.Number(n); got != want {
			t.Errorf("Number(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestOrdinal(t *testing.T) {
	for n, want := range map[int]string{1: "first", 2: "second", 3: "third", 12: "twelfth", 20: "twentieth", 21: "twenty-first",
		31: "thirty-first", 100: "one hundred"} {
		if got := english.Ordinal(n); got != want {
			t.Errorf("Ordinal(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestClock(t *testing.T) {
	for mins, want := range map[int]string{
		0: "midnight", 5: "twelve oh five AM", 8 * 60: "eight AM", 8*60 + 30: "eight thirty AM", 12 * 60: "noon",
		12*60 + 30: "twelve thirty PM", 17 * 60: "five PM", 23*60 + 59: "eleven fifty-nine PM",
		24 * 60: "midnight", 26 * 60: "two AM",
	} {
		if got := english.Clock(mins); got != want {
			t.Errorf("Clock(%d) = %q, want %q", mins, got, want)
		}
	}
}

func TestSpans(t *testing.T) {
	for _, tt := range []struct {
		spans []language.Span
		want  string
	}{
		{[]language.Span{{From: 8 * 60, To: 12 * 60}, {From: 13 * 60, To: 17 * 60}}, "from eight AM to noon, and from one PM to five PM"},
		{[]language.Span{{From: 9 * 60, To: 17 * 60}}, "from nine AM to five PM"}, {[]language.Span{{From: 0, To: 24 * 60}},
			"around the clock"}, {nil, "closed"},
		{[]language.Span{{From: 18 * 60, To: 26 * 60}}, "from six PM to two AM"},
		{[]language.Span{{From: 480, To: 540}, {From: 600, To: 660}, {From: 720, To: 780}},
			"from eight AM to nine AM, from ten AM to eleven AM, and from noon to one PM"},
	} {
		if got := english.Spans(tt.spans); got != tt.want {
			t.Errorf("Spans(%v) = %q, want %q", tt.spans, got, tt.want)
		}
	}
}

func TestMoney(t *testing.T) {
	for _, tt := range []struct {
		minor    int
		currency string
		want     string
	}{
		{12000, "USD", "one hundred and twenty dollars"}, {100, "USD", "one dollar"}, {8950, "USD",
			"eighty-nine dollars and fifty cents"}, {1, "USD", "one cent"}, {0, "USD", "zero dollars"},
		{500, "EUR", "five euros"}, {150, "GBP", "one pound and fifty pence"}, {500, "JPY", "five hundred yen"}, {200, "SEK", "two SEK"},
	} {
		if got := english.Money(tt.minor, tt.currency); got != tt.want {
			t.Errorf("Money(%d, %s) = %q, want %q", tt.minor, tt.currency, got, tt.want)
		}
	}
}

func TestPrice(t *testing.T) {
	for want, p := range map[string]language.Price{
		"free of charge":                                 {Free: true},
		"sixty-five dollars":                             {Amount: 6500},
		"sixty-five dollars per hour":                    {Amount: 6500, Unit: "per hour"},
		"sixty-five dollars per night":                   {Amount: 6500, Unit: "/ night"},
		"between eighty dollars and one hundred dollars": {From: 8000, To: 10000},
		"from eighty dollars":                            {From: 8000},
		"up to eighty dollars":                           {To: 8000},
		"":                                               {Note: "It depends."},
	} {
		if got := english.Price(p, "USD"); got != want || !p.Known() {
			t.Errorf("%+v: %q, known %v, want %q", p, got, p.Known(), want)
		}
	}
	if (language.Price{}).Known() {
		t.Error("an empty price is known")
	}
}

func TestPhone(t *testing.T) {
	for _, tt := range []struct{ number, region, want string }{
		{"+1 217-555-0142", "US", "two one seven, five five five, zero one four two"},
		{"2175550142", "US", "two one seven, five five five, zero one four two"},
		{"5550142", "US", "five five five, zero one four two"},
		{"030123456", "DE", "zero three zero, one two three, four five six"},
		{"02079460123", "GB", "zero two zero, seven nine four six, zero one two three"},
		{"+442079460123", "GB", "zero two zero, seven nine four six, zero one two three"},
		{"01721234567", "DE", "zero one seven two, one two three, four five six seven"},
		{"+49301234", "DE", "zero three zero, one two three four"},
		{"+49301234", "US", "plus four nine, three zero, one two three four"},
		{"", "US", ""},
	} {
		if got := english.Phone(tt.number, tt.region); got != tt.want {
			t.Errorf("Phone(%q, %s) = %q, want %q", tt.number, tt.region, got, tt.want)
		}
	}
}

func TestDate(t *testing.T) {
	for region, want := range map[string]string{"US": "Thursday, November twenty-sixth", "CA": "Thursday, November twenty-sixth",
		"": "Thursday, November twenty-sixth", "GB": "Thursday the twenty-sixth of November",
		"IE": "Thursday the twenty-sixth of November"} {
		if got := english.Date(time.Date(2026, 11, 26, 0, 0, 0, 0, time.UTC), region); got != want {
			t.Errorf("Date in %q = %q, want %q", region, got, want)
		}
	}
}

func TestDuration(t *testing.T) {
	for minutes, want := range map[int]string{30: "thirty minutes", 60: "one hour", 61: "one hour and one minute",
		150: "two hours and thirty minutes"} {
		if got := english.Duration(minutes); got != want {
			t.Errorf("Duration(%d) = %q, want %q", minutes, got, want)
		}
	}
}

func TestList(t *testing.T) {
	for want, items := range map[string][]string{"": nil, "a": {"a"}, "a or b": {"a", "b"}, "a, b, or c": {"a", "b", "c"},
		"from one to two, or c": {"from one to two", "c"}} {
		if got := english.List(items, true); got != want {
			t.Errorf("List(%q) = %q, want %q", items, got, want)
		}
	}
}

func TestAloud(t *testing.T) {
	for text, want := range map[string]string{
		"Call 911 at once.": "Call nine one one at once.",
		"We charge $40, or $1,250.50 for both.": "We charge forty dollars, or one thousand two hundred and fifty dollars and fifty " +
			"cents for both.",
		"Open from 8:30 am to 5 p.m.":                 "Open from eight thirty AM to five PM",
		"We close at 5pm.":                            "We close at five PM.",
		"From 18:00 on.":                              "From six PM on.",
		"Ask for Dr. Lopez or Mrs. Park.":             "Ask for Doctor Lopez or Missus Park.",
		"12 Main St. near St. Mary":                   "twelve Main Street near Saint Mary",
		"Fifth Ave. & Elm Blvd.":                      "Fifth Avenue and Elm Boulevard",
		"Write to info@bright-smile.example.":         "Write to info at bright dash smile dot example.",
		"See www.brightsmile.example/faq today":       "See brightsmile dot example slash faq today",
		"Call 217-555-0142.":                          "Call two one seven, five five five, zero one four two.",
		"Founded in 2004, with 24 chairs and 3% off.": "Founded in two thousand and four, with twenty-four chairs and three percent off.",
		"since 1998":                                  "since nineteen ninety-eight",
		"24/7, the 2nd and 31st":                      "twenty-four seven, the second and thirty-first",
		"ZIP 62704, line 007":                         "ZIP six two seven zero four, line zero zero seven",
		"e.g. crowns, i.e. caps":                      "for example crowns, that is caps",
		"It is €9.99, CHF 20 or £5":                   "It is nine euros and ninety-nine cents, twenty francs or five pounds",
		"closed on 2026-12-24":                        "closed on December twenty-fourth twenty twenty-six",
		"closed on 12/24/2026":                        "closed on December twenty-fourth twenty twenty-six",
		"on 13/13/2026":                               "on thirteen or thirteen or twenty twenty-six",
		"  two\n blanks ":                             "two blanks",
		"":                                            "",
	} {
		if got := english.Aloud(text, "US"); got != want {
			t.Errorf("Aloud(%q)\n got %q\nwant %q", text, got, want)
		}
	}
}

// TestAloudByRegion reads what is written differently in other countries.
func TestAloudByRegion(t *testing.T) {
	for _, tt := range []struct{ region, text, want string }{
		{"GB", "closed on 24/12/2026", "closed on the twenty-fourth of December twenty twenty-six"},
		{"GB", "Ring 020 7946 0123.", "Ring zero two zero, seven nine four six, zero one two three."},
		{"GB", "Call +1 217-555-0142", "Call plus one, two one seven, five five five, zero one four two"},
		{"US", "Call 555-0142", "Call five five five, zero one four two"},
	} {
		if got := english.Aloud(tt.text, tt.region); got != tt.want {
			t.Errorf("Aloud(%q) in %s\n got %q\nwant %q", tt.text, tt.region, got, tt.want)
		}
	}
}

var anyDigit = regexp.MustCompile(`[0-9]`)

// FuzzAloud holds that no ASCII digit is left for a voice to guess at.
func FuzzAloud(f *testing.F) {
	for _, s := range []string{"$1,2 3:99 am 24/7 +1 (217) 555-0142", "a1b2@c3.de", "12345678901234567890", "1st 99th 3x",
		"$99999999999999999999"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if got := english.Aloud(s, "US"); anyDigit.MatchString(got) {
			t.Errorf("Aloud(%q) = %q", s, got)
		}
	})
}

func TestAddress(t *testing.T) {
	for want, a := range map[string]language.Address{
		"fourteen twenty Elm Street, Suite two hundred, Springfield, Illinois": {Street: "1420 Elm Street, Suite 200",
			City: "Springfield", State: "IL", Postcode: "62704"},
		"eight seventy-five Harbor Road, Boulder, Colorado": {Street: "875 Harbor Rd.", City: "Boulder", State: "CO"},
		"three oh five Liberty Avenue":                      {Street: "305 Liberty Ave"},
		"seven Oak Lane":                                    {Street: "7 Oak Ln"},
		"two thousand First Street":                         {Street: "2000 First St."},
		"one one two three five Long Road":                  {Street: "11235 Long Road"},
		"":                                                  {},
	} {
		if got := english.Address(a, "US"); got != want {
			t.Errorf("%+v: %q, want %q", a, got, want)
		}
	}
}

// TestAddressByRegion holds that the code of a state is that of its country.
func TestAddressByRegion(t *testing.T) {
	for region, want := range map[string]string{"US": "twelve Bay Street, Perth, Washington",
		"AU": "twelve Bay Street, Perth, Western Australia", "GB": "twelve Bay Street, Perth, WA"} {
		if got := english.Address(language.Address{Street: "12 Bay St", City: "Perth", State: "WA"}, region); got != want {
			t.Errorf("in %s: %q, want %q", region, got, want)
		}
	}
}
