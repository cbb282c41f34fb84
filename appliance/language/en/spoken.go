package en

import (
	"fmt"
	"strings"
	"time"

	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/numbering"
)

var (
	units = [20]string{
		"zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
		"thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
	}
	tens         = [10]string{"", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"}
	ordinalUnits = [20]string{
		"zeroth", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth",
		"thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth",
	}
	ordinalTens = [10]string{"", "", "twentieth", "thirtieth", "fortieth", "fiftieth", "sixtieth", "seventieth", "eightieth", "ninetieth"}
)

// Number returns n in words: "one hundred and twenty". Numbers of a billion and more are read digit by digit.
func (l Language) Number(n int) string {
	switch {
	case n < 0:
		return "minus " + l.Number(-n)
	case n < 20:
		return units[n]
	case n < 100:
		if n%10 == 0 {
			return tens[n/10]
		}
		return tens[n/10] + "-" + units[n%10]
	case n < 1000:
		if n%100 == 0 {
			return units[n/100] + " hundred"
		}
		return units[n/100] + " hundred and " + l.Number(n%100)
	case n < 1_000_000:
		return l.scale(n, 1000, "thousand")
	case n < 1_000_000_000:
		return l.scale(n, 1_000_000, "million")
	}
	return l.Digits(fmt.Sprint(n))
}

func (l Language) scale(n, unit int, word string) string {
	out := l.Number(n/unit) + " " + word
	switch rest := n % unit; {
	case rest == 0:
		return out
	case rest < 100:
		return out + " and " + l.Number(rest)
	default:
		return out + " " + l.Number(rest)
	}
}

// Ordinal returns the words for a place from 0 to 99: "twenty-sixth".
func (l Language) Ordinal(n int) string {
	switch {
	case n < 0 || n > 99:
		return l.Number(n)
	case n < 20:
		return ordinalUnits[n]
	case n%10 == 0:
		return ordinalTens[n/10]
	}
	return tens[n/10] + "-" + ordinalUnits[n%10]
}

// Digits reads the digits in s one by one: "nine one one". Everything else in s is left out.
func (l Language) Digits(s string) string {
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

// Clock reads minutes since midnight: "eight AM", "eight thirty AM", "noon", "midnight". Past 24 hours it goes on with the next day.
func (l Language) Clock(minutes int) string {
	minutes = ((minutes % language.DayMinutes) + language.DayMinutes) % language.DayMinutes
	switch minutes {
	case 0:
		return "midnight"
	case language.DayMinutes / 2:
		return "noon"
	}
	h, m := minutes/60, minutes%60
	half := "AM"
	if h >= 12 {
		half = "PM"
	}
	if h %= 12; h == 0 {
		h = 12
	}
	switch {
	case m == 0:
		return units[h] + " " + half
	case m < 10:
		return units[h] + " oh " + units[m] + " " + half
	}
	return units[h] + " " + l.Number(m) + " " + half
}

// Spans reads spans: "from eight AM to noon, and from one PM to five PM"; "around the clock" for a whole day, "closed" for none.
func (l Language) Spans(spans []language.Span) string {
	switch {
	case len(spans) == 0:
		return "closed"
	case len(spans) == 1 && spans[0].To-spans[0].From == language.DayMinutes:
		return "around the clock"
	}
	var parts []string
	for _, s := range spans {
		parts = append(parts, "from "+l.Clock(s.From)+" to "+l.Clock(s.To))
	}
	return l.List(parts, false)
}

// List implements [language.Speaker].
func (Language) List(items []string, or bool) string {
	last := " and "
	if or {
		last = " or "
	}
	switch n := len(items); {
	case n == 0:
		return ""
	case n == 1:
		return items[0]
	case n > 2, strings.Contains(items[0], " to "): // two spans read better with a breath between them
		return strings.Join(items[:n-1], ", ") + "," + last + items[n-1]
	}
	return items[0] + last + items[1]
}

// Weekday implements [language.Speaker].
func (Language) Weekday(d time.Weekday) string { return d.String() }

// Date implements [language.Speaker]: in North America the month stands before the day.
func (l Language) Date(t time.Time, region string) string {
	if monthFirst(region) {
		return t.Weekday().String() + ", " + l.dayAndMonth(t, region)
	}
	return t.Weekday().String() + " " + l.dayAndMonth(t, region)
}

// dayAndMonth reads a date without weekday and year.
func (l Language) dayAndMonth(t time.Time, region string) string {
	if monthFirst(region) {
		return t.Month().String() + " " + l.Ordinal(t.Day())
	}
	return "the " + l.Ordinal(t.Day()) + " of " + t.Month().String()
}

// monthFirst says whether people of a region say and write the month before the day.
func monthFirst(region string) bool {
	switch region {
	case "", "US", "CA", "PH", "PR", "VI", "GU":
		return true
	}
	return false
}

// Duration implements [language.Speaker].
func (l Language) Duration(minutes int) string {
	h, m := minutes/60, minutes%60
	var parts []string
	if h > 0 {
		parts = append(parts, l.Number(h)+" "+plural(h, "hour", "hours"))
	}
	if m > 0 || h == 0 {
		parts = append(parts, l.Number(m)+" "+plural(m, "minute", "minutes"))
	}
	return strings.Join(parts, " and ")
}

// currencies maps ISO 4217 codes to spoken major and minor units, singular and plural.
var currencies = map[string]struct {
	one, many, cent, cents string
}{
	"USD": {"dollar", "dollars", "cent", "cents"},
	"CAD": {"dollar", "dollars", "cent", "cents"},
	"AUD": {"dollar", "dollars", "cent", "cents"},
	"NZD": {"dollar", "dollars", "cent", "cents"},
	"EUR": {"euro", "euros", "cent", "cents"},
	"GBP": {"pound", "pounds", "penny", "pence"},
	"CHF": {"franc", "francs", "centime", "centimes"},
	"JPY": {"yen", "yen", "", ""},
}

// Money reads an amount in minor units of an ISO 4217 currency: "one hundred and twenty dollars". An unknown currency is named by its code.
func (l Language) Money(minor int, currency string) string {
	c, ok := currencies[currency]
	if !ok {
		c.one, c.many, c.cent, c.cents = currency, currency, "hundredth", "hundredths"
	}
	unit, _ := language.MinorUnits(currency)
	major, rest := minor/unit, minor%unit
	var parts []string
	if major > 0 || rest == 0 {
		parts = append(parts, l.Number(major)+" "+plural(major, c.one, c.many))
	}
	if rest > 0 {
		parts = append(parts, l.Number(rest)+" "+plural(rest, c.cent, c.cents))
	}
	return strings.Join(parts, " and ")
}

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// Price reads a price without a subject: "one hundred and twenty dollars", "between eighty and one hundred dollars per hour", "free of
// charge". It is empty when only a note, or nothing, is known.
func (l Language) Price(p language.Price, currency string) string {
	var out string
	switch {
	case p.Free:
		return "free of charge"
	case p.Amount > 0:
		out = l.Money(p.Amount, currency)
	case p.From > 0 && p.To > 0:
		out = "between " + l.Money(p.From, currency) + " and " + l.Money(p.To, currency)
	case p.From > 0:
		out = "from " + l.Money(p.From, currency)
	case p.To > 0:
		out = "up to " + l.Money(p.To, currency)
	default:
		return ""
	}
	switch rest, ok := strings.CutPrefix(p.Unit, "/"); {
	case ok:
		out += " per " + strings.TrimSpace(rest)
	case p.Unit != "":
		out += " " + p.Unit
	}
	return out
}
