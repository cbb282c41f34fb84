package knowledge

import (
	"fmt"
	"strings"
	"time"

	"frontdesk.internal/appliance/numbering"
	"frontdesk.internal/appliance/record"
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
func Number(n int) string {
	switch {
	case n < 0:
		return "minus " + Number(-n)
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
		return units[n/100] + " hundred and " + Number(n%100)
	case n < 1_000_000:
		return scale(n, 1000, "thousand")
	case n < 1_000_000_000:
		return scale(n, 1_000_000, "million")
	}
	return Digits(fmt.Sprint(n))
}

func scale(n, unit int, word string) string {
	out := Number(n/unit) + " " + word
	switch rest := n % unit; {
	case rest == 0:
		return out
	case rest < 100:
		return out + " and " + Number(rest)
	default:
		return out + " " + Number(rest)
	}
}

// Ordinal returns the words for a place from 0 to 99: "twenty-sixth".
func Ordinal(n int) string {
	switch {
	case n < 0 || n > 99:
		return Number(n)
	case n < 20:
		return ordinalUnits[n]
	case n%10 == 0:
		return ordinalTens[n/10]
	}
	return tens[n/10] + "-" + ordinalUnits[n%10]
}

// Digits reads the digits in s one by one: "nine one one". Everything else in s is left out.
func Digits(s string) string {
	var out []string
	for _, r := range s {
		if r >= '0' && r <= '9' {
			out = append(out, units[r-'0'])
		}
	}
	return strings.Join(out, " ")
}

// Phone reads a number in the groups in which people say it: three, three and four in North America, else by threes. A comma
// stands between groups so that a voice pauses there. Numbers of the region's own country are said as they are dialled there.
func Phone(number, region string) string {
	number = string(numbering.National(record.PhoneNumber(number), region))
	var b strings.Builder
	for _, r := range number {
		if r >= '0' && r <= '9' {
			b.WriteRune(r)
		}
	}
	d := b.String()
	plus := strings.HasPrefix(strings.TrimSpace(number), "+")
	if northAmerica(region) && len(d) == 11 && d[0] == '1' {
		d, plus = d[1:], false
	}
	var sizes []int
	switch {
	case northAmerica(region) && len(d) == 10 && !plus:
		sizes = []int{3, 3, 4}
	case northAmerica(region) && len(d) == 7 && !plus:
		sizes = []int{3, 4}
	default:
		for left := len(d); left > 0; {
			n := 3
			switch {
			case left == 4:
				n = 4
			case left < 3:
				n = left
			}
			sizes = append(sizes, n)
			left -= n
		}
	}
	var groups []string
	for _, n := range sizes {
		groups = append(groups, Digits(d[:n]))
		d = d[n:]
	}
	out := strings.Join(groups, ", ")
	if plus {
		out = "plus " + out
	}
	return out
}

func northAmerica(region string) bool { return region == "US" || region == "CA" || region == "" }

// Clock reads minutes since midnight: "eight AM", "eight thirty AM", "noon", "midnight". Past 24 hours it goes on with the next day.
func Clock(minutes int) string {
	minutes = ((minutes % dayMinutes) + dayMinutes) % dayMinutes
	switch minutes {
	case 0:
		return "midnight"
	case dayMinutes / 2:
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
	return units[h] + " " + Number(m) + " " + half
}

// ClockOf is Clock for the wall-clock time of t.
func ClockOf(t time.Time) string { return Clock(t.Hour()*60 + t.Minute()) }

// SpanWords reads spans: "from eight AM to noon, and from one PM to five PM"; "around the clock" for a whole day, "closed" for none.
func SpanWords(spans []Span) string {
	switch {
	case len(spans) == 0:
		return "closed"
	case len(spans) == 1 && spans[0].To-spans[0].From == dayMinutes:
		return "around the clock"
	}
	var parts []string
	for _, s := range spans {
		parts = append(parts, "from "+Clock(s.From)+" to "+Clock(s.To))
	}
	return List(parts, "and")
}

// List joins words as people do: "a", "a and b", "a, b, and c".
func List(items []string, last string) string {
	switch len(items) {
	case 0:
		return ""
	case 1:
		return items[0]
	case 2:
		if strings.Contains(items[0], " to ") { // spans read better with a breath between them
			return items[0] + ", " + last + " " + items[1]
		}
		return items[0] + " " + last + " " + items[1]
	}
	return strings.Join(items[:len(items)-1], ", ") + ", " + last + " " + items[len(items)-1]
}

// DateWords reads a day: "Thursday, November twenty-sixth".
func DateWords(t time.Time) string {
	return t.Weekday().String() + ", " + t.Month().String() + " " + Ordinal(t.Day())
}

// currencies maps ISO 4217 codes to spoken major and minor units, singular and plural, and to the digits of the minor unit.
var currencies = map[string]struct {
	one, many, cent, cents string
	minor                  int
}{
	"USD": {"dollar", "dollars", "cent", "cents", 100},
	"CAD": {"dollar", "dollars", "cent", "cents", 100},
	"AUD": {"dollar", "dollars", "cent", "cents", 100},
	"NZD": {"dollar", "dollars", "cent", "cents", 100},
	"EUR": {"euro", "euros", "cent", "cents", 100},
	"GBP": {"pound", "pounds", "penny", "pence", 100},
	"CHF": {"franc", "francs", "centime", "centimes", 100},
	"JPY": {"yen", "yen", "", "", 1},
}

// Money reads an amount in minor units of an ISO 4217 currency: "one hundred and twenty dollars". An unknown currency is named by its code.
func Money(minor int, currency string) string {
	c, ok := currencies[currency]
	if !ok {
		c.one, c.many, c.cent, c.cents, c.minor = currency, currency, "hundredth", "hundredths", 100
	}
	major, rest := minor/c.minor, minor%c.minor
	var parts []string
	if major > 0 || rest == 0 {
		parts = append(parts, Number(major)+" "+plural(major, c.one, c.many))
	}
	if rest > 0 {
		parts = append(parts, Number(rest)+" "+plural(rest, c.cent, c.cents))
	}
	return strings.Join(parts, " and ")
}

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// Known says whether anything about a price can be said.
func (p Price) Known() bool { return p.Free || p.Amount > 0 || p.From > 0 || p.To > 0 || p.Note != "" }

// Words reads the price without a subject: "one hundred and twenty dollars", "between eighty and one hundred dollars per hour", "free of
// charge". It is empty when only a note, or nothing, is known.
func (p Price) Words(currency string) string {
	var out string
	switch {
	case p.Free:
		return "free of charge"
	case p.Amount > 0:
		out = Money(p.Amount, currency)
	case p.From > 0 && p.To > 0:
		out = "between " + Money(p.From, currency) + " and " + Money(p.To, currency)
	case p.From > 0:
		out = "from " + Money(p.From, currency)
	case p.To > 0:
		out = "up to " + Money(p.To, currency)
	default:
		return ""
	}
	if p.Unit != "" {
		out += " " + p.Unit
	}
	return out
}

// MinorUnits is how many minor units (cents) make one major unit of an ISO 4217 currency; 100 for one that is not known.
func MinorUnits(currency string) int {
	if c, ok := currencies[currency]; ok {
		return c.minor
	}
	return 100
}
