package de

import (
	"strconv"
	"strings"
	"time"

	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/numbering"
)

var (
	units = [20]string{
		"null", "eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn", "elf", "zwölf",
		"dreizehn", "vierzehn", "fünfzehn", "sechzehn", "siebzehn", "achtzehn", "neunzehn",
	}
	tens       = [10]string{"", "", "zwanzig", "dreißig", "vierzig", "fünfzig", "sechzig", "siebzig", "achtzig", "neunzig"}
	monthNames = [13]string{"", "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober",
		"November", "Dezember"}
	weekdayName = [7]string{"Sonntag", "Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag"}
)

// Number implements [language.Speaker]: "einhundertzwanzig". Numbers of a billion and more are read digit by digit.
func (l Language) Number(n int) string {
	switch {
	case n < 0:
		return "minus " + l.Number(-n)
	case n < 1_000_000:
		return joined(n, true)
	case n < 1_000_000_000:
		out := "eine Million"
		if m := n / 1_000_000; m > 1 {
			out = joined(m, false) + " Millionen"
		}
		if rest := n % 1_000_000; rest > 0 {
			out += " " + joined(rest, true)
		}
		return out
	}
	return l.Digits(strconv.Itoa(n))
}

// joined is a number below a million in one word. At the end of it one is "eins", before something else "ein".
func joined(n int, end bool) string {
	switch {
	case n == 1 && !end:
		return "ein"
	case n < 20:
		return units[n]
	case n < 100 && n%10 == 0:
		return tens[n/10]
	case n < 100:
		return joined(n%10, false) + "und" + tens[n/10]
	}
	unit, word := 100, "hundert"
	if n >= 1000 {
		unit, word = 1000, "tausend"
	}
	out := joined(n/unit, false) + word
	if rest := n % unit; rest > 0 {
		out += joined(rest, end)
	}
	return out
}

// counted is a number before a noun: "ein Euro", "eine Stunde".
func (l Language) counted(n int, feminine bool) string {
	if n == 1 && feminine {
		return "eine"
	}
	if n == 1 {
		return "ein"
	}
	return l.Number(n)
}

// Ordinal implements [language.Speaker]: "vierundzwanzigste".
func (l Language) Ordinal(n int) string { return l.ordinal(n) + "e" }

// ordinal is a place without its ending: "vierundzwanzigst".
func (l Language) ordinal(n int) string {
	switch {
	case n == 1:
		return "erst"
	case n == 3:
		return "dritt"
	case n == 7:
		return "siebt"
	case n == 8:
		return "acht"
	case n >= 0 && n < 20:
		return units[n] + "t"
	}
	return l.Number(n) + "st"
}

// Digits implements [language.Speaker].
func (Language) Digits(s string) string {
	var out []string
	for _, r := range s {
		if r >= '0' && r <= '9' {
			out = append(out, units[r-'0'])
		}
	}
	return strings.Join(out, " ")
}

// Phone implements [language.Speaker].
func (l Language) Phone(number, region string) string {
	groups, plus := numbering.Groups(number, region)
	for i, g := range groups {
		groups[i] = l.Digits(g)
	}
	out := strings.Join(groups, ", ")
	if plus {
		out = "plus " + out
	}
	return out
}

// Clock implements [language.Speaker]: "acht Uhr", "vierzehn Uhr dreißig", "Mitternacht".
func (l Language) Clock(minutes int) string {
	minutes = ((minutes % language.DayMinutes) + language.DayMinutes) % language.DayMinutes
	h, m := minutes/60, minutes%60
	switch {
	case minutes == 0:
		return "Mitternacht"
	case m == 0:
		return l.counted(h, false) + " Uhr"
	}
	return l.counted(h, false) + " Uhr " + l.Number(m)
}

// Spans implements [language.Speaker]: "von acht bis zwölf Uhr und von dreizehn bis siebzehn Uhr".
func (l Language) Spans(spans []language.Span) string {
	switch {
	case len(spans) == 0:
		return "geschlossen"
	case len(spans) == 1 && spans[0].AllDay():
		return "rund um die Uhr"
	}
	var parts []string
	for _, s := range spans {
		parts = append(parts, "von "+l.spanStart(s)+" bis "+l.Clock(s.To))
	}
	return l.List(parts, false)
}

// spanStart is the begin of a stretch of time, without the "Uhr" that its end has.
func (l Language) spanStart(s language.Span) string {
	from := l.Clock(s.From)
	if s.From%60 == 0 && s.To%language.DayMinutes != 0 && s.From%language.DayMinutes != 0 {
		return l.Number(s.From / 60 % 24)
	}
	return from
}

// Duration implements [language.Speaker].
func (l Language) Duration(minutes int) string {
	h, m := minutes/60, minutes%60
	var parts []string
	if h > 0 {
		parts = append(parts, l.counted(h, true)+" "+plural(h, "Stunde", "Stunden"))
	}
	if m > 0 || h == 0 {
		parts = append(parts, l.counted(m, true)+" "+plural(m, "Minute", "Minuten"))
	}
	return strings.Join(parts, " und ")
}

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// Weekday implements [language.Speaker].
func (Language) Weekday(d time.Weekday) string { return weekdayName[d] }

// month names a month; Austrians have a word of their own for the first.
func month(m time.Month, region string) string {
	if m == time.January && region == "AT" {
		return "Jänner"
	}
	return monthNames[m]
}

// Date implements [language.Speaker]: "Donnerstag, der vierundzwanzigste Dezember".
func (l Language) Date(t time.Time, region string) string {
	return l.Weekday(t.Weekday()) + ", der " + l.ordinal(t.Day()) + "e " + month(t.Month(), region)
}

// DateOn reads a day behind "am" and the like: "Donnerstag, dem vierundzwanzigsten Dezember".
func (l Language) DateOn(t time.Time, region string) string {
	return l.Weekday(t.Weekday()) + ", dem " + l.ordinal(t.Day()) + "en " + month(t.Month(), region)
}

// List implements [language.Speaker].
func (Language) List(items []string, or bool) string {
	last := " und "
	if or {
		last = " oder "
	}
	if n := len(items); n > 1 {
		return strings.Join(items[:n-1], ", ") + last + items[n-1]
	}
	return strings.Join(items, "")
}

// currencies maps ISO 4217 codes to spoken major and minor units; one of several is the same as many.
var currencies = map[string]struct{ major, minor string }{
	"EUR": {"Euro", "Cent"}, "CHF": {"Franken", "Rappen"}, "USD": {"Dollar", "Cent"}, "CAD": {"Dollar", "Cent"}, "AUD": {"Dollar",
		"Cent"}, "NZD": {"Dollar", "Cent"},
	"GBP": {"Pfund", "Pence"}, "JPY": {"Yen", ""},
}

// Money implements [language.Speaker]: "fünfunddreißig Euro fünfzig". An unknown currency is named by its code.
func (l Language) Money(minor int, currency string) string {
	c, ok := currencies[currency]
	if !ok {
		c.major, c.minor = currency, "Hundertstel"
	}
	unit, _ := language.MinorUnits(currency)
	major, rest := minor/unit, minor%unit
	switch {
	case rest == 0:
		return l.counted(major, false) + " " + c.major
	case major == 0:
		return l.counted(rest, false) + " " + c.minor
	case !ok:
		return l.counted(major, false) + " " + c.major + " und " + l.counted(rest, false) + " " + c.minor
	}
	return l.counted(major, false) + " " + c.major + " " + l.Number(rest)
}

// Price implements [language.Speaker]: "fünfundsechzig Euro pro Stunde", "zwischen achtzig und einhundert Euro", "ab achtzig Euro",
// "kostenlos".
func (l Language) Price(p language.Price, currency string) string {
	var out string
	unit, _ := language.MinorUnits(currency)
	switch {
	case p.Free:
		return "kostenlos"
	case p.Amount > 0:
		out = l.Money(p.Amount, currency)
	case p.From > 0 && p.To > 0 && p.From%unit == 0 && p.From > unit:
		out = "zwischen " + l.Number(p.From/unit) + " und " + l.Money(p.To, currency)
	case p.From > 0 && p.To > 0:
		out = "zwischen " + l.Money(p.From, currency) + " und " + l.Money(p.To, currency)
	case p.From > 0:
		out = "ab " + l.Money(p.From, currency)
	case p.To > 0:
		out = "bis zu " + l.Money(p.To, currency)
	default:
		return ""
	}
	switch rest, ok := strings.CutPrefix(p.Unit, "/"); {
	case ok:
		out += " pro " + strings.TrimSpace(rest)
	case p.Unit != "":
		out += " " + p.Unit
	}
	return out
}
