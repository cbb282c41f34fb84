package all_test

import (
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/language/all"
	"frontdesk.internal/appliance/numbering"
	"frontdesk.internal/appliance/record"
)

// What every language promises, whatever its words are: its two halves understand each other, and what it says can be spoken.

// regions are countries in which at least one of the languages is spoken.
var regions = []string{"US", "GB", "DE", "AT", "CH", ""}

// each runs a test for every language.
func each(t *testing.T, test func(t *testing.T, l language.Language)) {
	t.Helper()
	for _, tag := range all.Tags() {
		t.Run(tag, func(t *testing.T) { test(t, all.For(tag)) })
	}
}

func TestFind(t *testing.T) {
	for _, tag := range all.Tags() {
		for _, written := range []string{tag, strings.ToUpper(tag), tag + "-XX"} {
			if l, ok := all.Find(written); !ok || l.Tag() != tag {
				t.Errorf("%q finds %q, %v", written, l.Tag(), ok)
			}
		}
	}
	if l, ok := all.Find("tlh"); ok || l.Tag() != all.Tags()[0] {
		t.Errorf("a language that is not there: %q, %v", l.Tag(), ok)
	}
	if l := all.For(""); l.Tag() != all.Tags()[0] {
		t.Errorf("no language: %q", l.Tag())
	}
}

// TestDigitsAreReadBack says digits one by one and in the groups of telephone numbers, and reads them again.
func TestDigitsAreReadBack(t *testing.T) {
	each(t, func(t *testing.T, l language.Language) {
		t.Helper()
		for _, d := range []string{"0123456789", "1357924680", "22", "007", "5550142"} {
			if got := l.ReadDigits(l.Digits(d)); got.Digits != d || got.Others > 0 {
				t.Errorf("%s is said %q and read %+v", d, l.Digits(d), got)
			}
		}
		for _, region := range regions {
			for _, n := range []string{"+12175550142", "+442079460123", "+491721234567", "+43664123456", "+41443641234"} {
				said := l.Phone(n, region)
				got := l.ReadDigits(said)
				want := numbering.National(record.PhoneNumber(n), region)
				if got.Digits != want.Digits() || got.Plus != strings.HasPrefix(string(want), "+") || got.Others > 0 {
					t.Errorf("%s in %q is said %q and read %+v", n, region, said, got)
				}
			}
		}
	})
}

// TestNumbersDiffer holds that no two numbers are said alike.
func TestNumbersDiffer(t *testing.T) {
	each(t, func(t *testing.T, l language.Language) {
		t.Helper()
		seen := map[string]int{}
		for n := range 12_000 {
			w := l.Number(n)
			if prev, ok := seen[w]; ok || w == "" || language.HasDigit(w) {
				t.Fatalf("%d is said %q, as %d is", n, w, prev)
			}
			seen[w] = n
		}
		for n := range 100 {
			if w := l.Ordinal(n); w == "" || language.HasDigit(w) {
				t.Errorf("place %d is %q", n, w)
			}
		}
	})
}

// TestTimesAreReadBack says the quarters of all hours and reads them again; a time of which the half of the day is not said may be in
// either.
func TestTimesAreReadBack(t *testing.T) {
	now := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	each(t, func(t *testing.T, l language.Language) {
		t.Helper()
		for m := 0; m < language.DayMinutes; m += 15 {
			said := l.Clock(m)
			w := l.When(l.Words(said), now, "")
			half := language.DayMinutes / 2
			if language.HasDigit(said) || !w.Has || w.Clock != m && (w.Sure || w.Clock%half != m%half) {
				t.Errorf("%d:%02d is said %q and read %+v", m/60, m%60, said, w)
			}
		}
	})
}

// TestDatesAreReadBack says all days of more than a year, a leap day among them, and reads them again.
func TestDatesAreReadBack(t *testing.T) {
	now := time.Date(2027, 11, 22, 10, 0, 0, 0, time.UTC)
	each(t, func(t *testing.T, l language.Language) {
		t.Helper()
		for _, region := range regions {
			for i := range 366 {
				day := now.AddDate(0, 0, i)
				said := l.Date(day, region)
				w := l.When(l.Words(said), now, region)
				if len(w.Days) != 1 || !w.Days[0].Truncate(24*time.Hour).Equal(day.Truncate(24*time.Hour)) || language.HasDigit(said) {
					t.Fatalf("%s in %q is said %q and read %v", day.Format("2006-01-02"), region, said, w.Days)
				}
			}
		}
		for d := range time.Weekday(7) {
			w := l.When(l.Words(l.Weekday(d)), now, "")
			if len(w.Days) != 1 || w.Days[0].Weekday() != d {
				t.Errorf("%v is said %q and read %v", d, l.Weekday(d), w.Days)
			}
		}
	})
}

// TestMoneyDiffers holds that sums are told from each other in every currency, and that no digit is left to a voice.
func TestMoneyDiffers(t *testing.T) {
	each(t, func(t *testing.T, l language.Language) {
		t.Helper()
		for _, currency := range []string{"USD", "EUR", "CHF", "GBP", "SEK"} {
			seen := map[string]int{}
			for _, minor := range []int{1, 5, 10, 50, 99, 100, 101, 150, 199, 500, 1050, 1100, 5000, 10_000, 12_345, 100_000, 1_000_000} {
				w := l.Money(minor, currency)
				if prev, ok := seen[w]; ok || language.HasDigit(w) {
					t.Errorf("%d and %d of %s are both %q", minor, prev, currency, w)
				}
				seen[w] = minor
			}
		}
		if l.Price(language.Price{Note: "x"}, "USD") != "" || l.Price(language.Price{Free: true}, "USD") == "" {
			t.Error("a price that is only a note, or nothing at all")
		}
	})
}

// TestNamesAreReadBack spells names and reads them again.
func TestNamesAreReadBack(t *testing.T) {
	each(t, func(t *testing.T, l language.Language) {
		t.Helper()
		for _, name := range []string{"Berger", "Lopez", "Kim", "Schwarz", "Quinn"} {
			n, ok := l.PersonName(l.Letters(name))
			if !ok || n.Text != name || !n.Spelled {
				t.Errorf("%s is spelled %q and read %+v, %v", name, l.Letters(name), n, ok)
			}
			if n, ok := l.PersonName("Anna " + name); !ok || n.Text != "Anna "+name {
				t.Errorf("Anna %s is read %+v, %v", name, n, ok)
			}
		}
	})
}

// TestAnswersAreNeither holds that what is no answer is none: silence, digits and names.
func TestAnswersAreNeither(t *testing.T) {
	each(t, func(t *testing.T, l language.Language) {
		t.Helper()
		for _, text := range []string{"", "0172", "Anna Berger"} {
			words := l.Words(text)
			if l.YesNo(words) != language.Neither || l.Refuses(words) || l.Right(words) != "" || l.RefusesRecording(words) || l.Farewell(words) ||
				l.Part(words) != language.PartNone {
				t.Errorf("%q answers something", text)
			}
			if w := l.When(words, time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC), ""); len(w.Days) > 0 || w.Has {
				t.Errorf("%q is a time: %+v", text, w)
			}
		}
	})
}

// FuzzAloud holds, in every language and region, that no digit is left for a voice to guess at and that clauses make the text again.
func FuzzAloud(f *testing.F) {
	for _, s := range []string{"$1,2 3:99 am 24/7 +1 (217) 555-0142", "a1b2@c3.de", "31.13.2026 8-25 Uhr 3,- €",
		"on 12/24/2026, the 2nd, call 020 7946 0123.", "…, – ; : . ! ?"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, tag := range all.Tags() {
			l := all.For(tag)
			for _, region := range []string{"US", "CH"} {
				aloud := l.Aloud(s, region)
				if strings.ContainsAny(aloud, "0123456789") {
					t.Errorf("%s, %s: Aloud(%q) = %q", tag, region, s, aloud)
				}
				clauses := l.Clauses(aloud)
				if got, want := strings.Join(clauses, " "), strings.Join(strings.Fields(aloud), " "); got != want {
					t.Errorf("%s: clauses %q do not make %q", tag, clauses, want)
				}
			}
		}
	})
}

// FuzzRead holds that nothing a caller says breaks a reader, and that what it points at is there.
func FuzzRead(f *testing.F) {
	for _, s := range []string{"Yes, no, ja, nein", "my name is B as in boy", "tomorrow at half neun", "double doppel oh null",
		"e e e - . - e", "\xff\xfe", "Ä ö ß ŉ İ"} {
		f.Add(s)
	}
	now := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, s string) {
		for _, tag := range all.Tags() {
			l := all.For(tag)
			words := l.Words(s)
			for _, w := range words {
				if w == "" || strings.ContainsFunc(w, unicode.IsSpace) || strings.ContainsFunc(w, unicode.IsUpper) {
					t.Errorf("%s: Words(%q) has %q", tag, s, w)
				}
			}
			w := l.When(words, now, "US")
			for _, i := range append(w.At, w.TimeAt...) {
				if i < 0 || i >= len(words) {
					t.Errorf("%s: When(%q): position %d of %d words", tag, s, i, len(words))
				}
			}
			if n, ok := l.PersonName(s); ok && (n.Text == "" || language.HasDigit(n.Text)) {
				t.Errorf("%s: PersonName(%q) = %q", tag, s, n.Text)
			}
			if got, want := strings.Join(l.Sentences(s), " "), strings.Join(strings.Fields(s), " "); utf8.ValidString(s) && got != want {
				t.Errorf("%s: sentences of %q make %q", tag, s, got)
			}
			for range l.YesNo(words) + 1 {
				l.Refuses(words)
			}
			l.Aspect(words)
			l.Urgency(words)
			l.Backchannel(s)
			l.SaysWhy(s)
			l.BeforeNumber(s)
			l.IntroducedName(s)
			l.Right(words)
			if _, err := strconv.ParseUint("0"+l.ReadDigits(s).Digits[:min(9, len(l.ReadDigits(s).Digits))], 10, 64); err != nil {
				t.Errorf("%s: ReadDigits(%q): %v", tag, s, err)
			}
		}
	})
}
