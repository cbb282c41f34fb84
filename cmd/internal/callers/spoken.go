package callers

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"frontdesk.internal/appliance/language"
)

// Says tells whether one of the alternatives of fact ("a|b") stands in text as whole words; "9am" is two of them.
func Says(text, fact string) bool {
	text = Words(text)
	for alt := range strings.SplitSeq(fact, "|") {
		if strings.Contains(text, Words(alt)) {
			return true
		}
	}
	return false
}

// Words returns text in lower case, a space around each word and each number and nothing else.
func Words(text string) string {
	var b strings.Builder
	b.WriteByte(' ')
	last := ' '
	for _, r := range strings.ToLower(text) {
		digit, letter := r >= '0' && r <= '9', unicode.IsLetter(r)
		if !digit && !letter {
			r = ' '
		}
		wasDigit := last >= '0' && last <= '9'
		if last != ' ' && (r == ' ' || digit != wasDigit) {
			b.WriteByte(' ')
		}
		if r != ' ' {
			b.WriteRune(r)
		}
		last = r
	}
	if last != ' ' {
		b.WriteByte(' ')
	}
	return b.String()
}

// clockForms are the ways in which a recogniser writes the hour of a time of day.
func clockForms(l language.Language, minutes int) string {
	hour := minutes / 60 % 24
	forms := []string{strings.Fields(l.Clock(minutes))[0], strconv.Itoa((hour+11)%12 + 1), strconv.Itoa(hour), l.Number(hour)}
	return strings.Join(forms, "|")
}

// priceForms are the amounts of a price, each as a recogniser may write it.
func priceForms(l language.Language, p language.Price, currency string) []string {
	unit, _ := language.MinorUnits(currency)
	var out []string
	for _, minor := range []int{p.Amount, p.From, p.To} {
		if minor == 0 {
			continue
		}
		n, rest := minor/unit, minor%unit
		words := l.Number(n)
		forms := []string{strconv.Itoa(n), words, strings.ReplaceAll(words, " and ", " ")}
		if n >= 1000 {
			forms = append(forms, fmt.Sprintf("%d %03d", n/1000, n%1000))
			if n < 10000 && n%100 == 0 {
				forms = append(forms, l.Number(n/100)+" hundred")
			}
		}
		if rest != 0 {
			forms = append(forms, fmt.Sprintf("%d %02d", n, rest))
		}
		out = append(out, strings.Join(forms, "|"))
	}
	return out
}

// spoken is a number as a caller says it: in which style, and with breaks between its groups.
func (b *book) spoken(number string, style int, slow bool) string {
	brk := ", "
	if slow {
		brk = " … "
	}
	var groups []string
	for _, g := range grouped(number) {
		groups = append(groups, b.group(g, style))
	}
	return strings.Join(groups, brk)
}

// grouped cuts a number as people do: what is left at the end is four digits, all before in threes.
func grouped(number string) []string {
	var out []string
	for len(number) > 4 {
		n := 3
		if len(number) == 5 || len(number) == 8 {
			n = 4
		}
		if len(number)-n < 2 {
			n = len(number)
		}
		out, number = append(out, number[:n]), number[n:]
	}
	if number != "" {
		out = append(out, number)
	}
	return out
}

// group says a few digits: one by one, with "oh" and "double", or in pairs.
func (b *book) group(g string, style int) string {
	var out []string
	for i := 0; i < len(g); i++ {
		d := int(g[i] - '0')
		switch {
		case style%3 == 1 && b.double != "" && i+1 < len(g) && g[i+1] == g[i]:
			out = append(out, fmt.Sprintf(b.double, b.digits[d]))
			i++
		case style%3 == 2 && len(g) == 4 && i%2 == 0 && g[i] > '1':
			out = append(out, b.pair(int(g[i]-'0'), int(g[i+1]-'0')))
			i++
		case d == 0 && style%3 != 0:
			out = append(out, b.oh)
		default:
			out = append(out, b.digits[d])
		}
	}
	return strings.Join(out, " ")
}

// pair says two digits as one number.
func (b *book) pair(tens, ones int) string {
	switch {
	case ones == 0:
		return b.tens[tens]
	case b.onesFirst && ones == 1:
		return "einund" + b.tens[tens]
	case b.onesFirst:
		return b.digits[ones] + "und" + b.tens[tens]
	}
	return b.tens[tens] + " " + b.digits[ones]
}

// letters spells the last word of a name; now and then with a word for a letter that sounds like others.
func (b *book) letters(name string, withWords bool) string {
	word := name[strings.LastIndexByte(name, ' ')+1:]
	var out []string
	for _, r := range strings.ToUpper(word) {
		if w := b.alphabet[r]; withWords && w != "" {
			out = append(out, fmt.Sprintf(b.as, string(r), w))
			continue
		}
		out = append(out, string(r))
	}
	return strings.Join(out, ", ")
}
