package digits_test

import (
	"strings"
	"testing"

	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/language/digits"
)

func TestParse(t *testing.T) {
	d := func(s string) digits.Symbol { return digits.Symbol{Kind: digits.Digits, Text: s} }
	is := func(k digits.Kind) digits.Symbol { return digits.Symbol{Kind: k} }
	for name, x := range map[string]struct {
		tokens []digits.Symbol
		want   string
	}{
		"one number":        {[]digits.Symbol{d("217"), is(digits.Break), d("555")}, "217 555"},
		"a correction":      {[]digits.Symbol{d("14"), is(digits.Wrong), d("41")}, "14 | instead 41"},
		"told twice wrong":  {[]digits.Symbol{is(digits.Not), d("14"), is(digits.Break), d("41")}, "not 14 | instead 41"},
		"a not without any": {[]digits.Symbol{d("14"), is(digits.Not), is(digits.Word), d("41")}, "14 | instead 41"},
		"place before":      {[]digits.Symbol{is(digits.End), d("41")}, "@end 41"},
		"place behind":      {[]digits.Symbol{d("41"), is(digits.End)}, "@end 41"},
		"place of the next": {[]digits.Symbol{d("2175550614"), is(digits.End), d("41")}, "2175550614 | @end 41"},
		"missing":           {[]digits.Symbol{d("5"), is(digits.Missing), is(digits.End)}, "missing @end 5"},
		"other":             {[]digits.Symbol{d("5550614"), is(digits.Other), d("5550199")}, "5550614 | other 5550199"},
		"nothing":           {nil, ""},
	} {
		var got []string
		for _, p := range digits.Parse(x.tokens).Pieces {
			s := string(p.Role) + " "
			if p.Place != language.PlaceNone {
				s += "@" + string(p.Place) + " "
			}
			got = append(got, strings.TrimSpace(s+strings.Join(p.Groups, " ")))
		}
		if g := strings.Join(got, " | "); g != x.want {
			t.Errorf("%s: %q, want %q", name, g, x.want)
		}
	}
}

func TestMarks(t *testing.T) {
	m := digits.NewMarks(map[digits.Kind]string{digits.Wrong: "no, make that|it", digits.Not: "no not"})
	for text, want := range map[string]int{"no": 1, "make it": 2, "make that 5": 2, "no not 5": 2, "make do": 0, "": 0} {
		if _, used := m.At(strings.Fields(text)); used != want {
			t.Errorf("%q: %d words, want %d", text, used, want)
		}
	}
	if k, _ := m.At([]string{"no", "not"}); k != digits.Not {
		t.Error("the longer phrase is not the one")
	}
}

// FuzzPut: whatever is said of a number, digits come out, no more than were said or known.
func FuzzPut(f *testing.F) {
	f.Add("2175550614", "14", "41", "US", uint(0), uint(1))
	f.Add("", "01721234567", "67", "DE", uint(2), uint(3))
	f.Fuzz(func(t *testing.T, current, a, b, region string, role, place uint) {
		clean := func(s string) string {
			return strings.Map(func(r rune) rune {
				if r < '0' || r > '9' {
					return -1
				}
				return r
			}, s)
		}
		current, a, b = clean(current), clean(a), clean(b)
		if a == "" || b == "" || len(current)+len(a)+len(b) > 60 {
			return
		}
		roles := []language.Role{
			language.RoleOn, language.RoleInstead, language.RoleNot, language.RoleOther, language.RoleAgain, language.RoleMissing,
			language.RoleExtension,
		}
		places := []language.Place{
			language.PlaceNone, language.PlaceEnd, language.PlaceStart, language.PlaceMiddle, language.PlaceArea, language.PlaceDigit,
		}
		n := language.Number{Digits: a + b, Pieces: []language.Piece{
			{Groups: []string{a}},
			{Groups: []string{b}, Role: roles[role%uint(len(roles))], Place: places[place%uint(len(places))], Nth: int(place%9) - 4},
		}}
		got := digits.Put(current, n, region, place%2 == 0)
		for _, s := range []string{got.Number, got.Second, got.Extension} {
			if strings.Trim(s, "+0123456789") != "" || len(s) > len(current)+len(a)+len(b)+4 {
				t.Errorf("%q, %q, %q: %+v", current, a, b, got)
			}
		}
	})
}
