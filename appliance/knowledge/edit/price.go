package edit

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/language"
)

// ErrPrice says how a price is written.
var ErrPrice = errors.New(`is not a price; write "65", "65.50", "from 80", "80-120", "80 per hour" or "free"`)

// maxPrice is the highest price, in minor units, as the profile allows it.
const maxPrice = 100_000_000

// The forms of prices, with the words of the languages in which price lists are written.
var (
	amountForm = regexp.MustCompile(`^(?:[$€£¥]|[a-z]{3} |s?fr\. ?)? ?(\d{1,3}(?:,\d{3})+|` +
		`\d{1,9})(?:\.(\d{1,2}))?(?: ?(?:[$€£¥]|dollars?|euros?|pounds?|francs?|yen|franken|eur|chf|usd|gbp|s?fr\.))?$`)
	// continental is the same where dots and apostrophes stand between thousands and a comma before the cents, or the other way round.
	continental = regexp.MustCompile(`^(?:[€]|[a-z]{3} |s?fr\. ?)? ?(\d{1,3}(?:[,.']\d{3})+|` +
		`\d{1,9})(?:[.,](\d{1,2}|-|–|—))?(?: ?(?:€|euros?|francs?|franken|eur|chf|s?fr\.))?$`)
	unitForm  = regexp.MustCompile(`(?i)^(.*?\S) ?(\b(?:per|each|every|an?|pro|je|die|der|das)\b.*|/ ?\S.*)$`)
	rangeForm = regexp.MustCompile(`^(?:between |zwischen )?(.*?\S) ?(?:-|–|—|\bto\b|\band\b|\bbis\b|\bund\b) ?(\d.*|[$€£¥a-z].*\d.*)$`)
	fromForm  = regexp.MustCompile(`^(?:from|ab|von) (.*)$`)
	upToForm  = regexp.MustCompile(`^(?:up to|bis zu|bis|höchstens|maximal|max\.) (.*)$`)
)

// ParsePrice reads a price as it is written on a price list: "65", "$65.50", "from 1,100", "up to 90", "80-120 per hour", "free", "ab
// 65,50 € pro Stunde", "80 / hour"; "" means that no price is known. The currency says how many minor units make one. Note is left as it
// is: it is a field of its own.
func ParsePrice(text, currency string) (p knowledge.Price, err error) {
	written := strings.Join(strings.Fields(text), " ")
	s := strings.ToLower(written)
	switch s {
	case "", "-":
		return p, nil
	case "free", "free of charge", "no charge", "kostenlos", "kostenfrei", "gratis", "umsonst":
		p.Free = true
		return p, nil
	}
	if m := unitForm.FindStringSubmatch(written); m != nil {
		lead, thing, _ := strings.Cut(m[2], " ")
		s, p.Unit = strings.ToLower(m[1]), strings.TrimSpace(strings.ToLower(lead)+" "+thing) // nouns of some languages have large letters
		if rest, ok := strings.CutPrefix(m[2], "/"); ok {
			p.Unit = "/ " + strings.TrimSpace(rest)
		}
	}
	minor, _ := language.MinorUnits(currency)
	from := fromForm.FindStringSubmatch(s)
	if from != nil && !rangeForm.MatchString(from[1]) {
		p.From, err = amount(from[1], minor, currency)
		return whole(p, err)
	}
	if m := upToForm.FindStringSubmatch(s); m != nil {
		p.To, err = amount(m[1], minor, currency)
		return whole(p, err)
	}
	if from != nil {
		s = from[1]
	}
	if m := rangeForm.FindStringSubmatch(s); m != nil {
		if p.From, err = amount(m[1], minor, currency); err == nil {
			p.To, err = amount(m[2], minor, currency)
		}
		return whole(p, err)
	}
	p.Amount, err = amount(s, minor, currency)
	return whole(p, err)
}

// whole returns a price that could be read, or none.
func whole(p knowledge.Price, err error) (knowledge.Price, error) {
	if err != nil {
		return knowledge.Price{}, err
	}
	return p, nil
}

// amount reads one amount into minor units.
func amount(s string, minor int, currency string) (int, error) {
	form := amountForm
	if currency == "EUR" || currency == "CHF" {
		form = continental
	}
	m := form.FindStringSubmatch(strings.TrimSpace(s))
	if m == nil || (m[2] != "" && minor == 1) {
		return 0, ErrPrice
	}
	m[2] = strings.Trim(m[2], "-–—") // "65,-"
	major, err := strconv.Atoi(strings.NewReplacer(",", "", ".", "", "'", "").Replace(m[1]))
	if err != nil {
		return 0, ErrPrice
	}
	if len(m[2]) == 1 {
		m[2] += "0"
	}
	cents, _ := strconv.Atoi("0" + m[2]) // digits by the expression
	n := major*minor + cents
	switch {
	case n > maxPrice:
		return 0, errors.New("is more than a million; is there a slip of the keyboard?")
	case n == 0:
		return 0, errors.New(`is nothing; write "free"`)
	}
	return n, nil
}

// FormatPrice writes a price as ParsePrice reads it, without its note; "" when no amount is known.
func FormatPrice(p knowledge.Price, currency string) string {
	minor, _ := language.MinorUnits(currency)
	var out string
	switch {
	case p.Free:
		return "free"
	case p.Amount != 0:
		out = plainAmount(p.Amount, minor)
	case p.From != 0 && p.To != 0:
		out = plainAmount(p.From, minor) + "-" + plainAmount(p.To, minor)
	case p.From != 0:
		out = "from " + plainAmount(p.From, minor)
	case p.To != 0:
		out = "up to " + plainAmount(p.To, minor)
	default:
		return ""
	}
	if p.Unit != "" {
		out += " " + p.Unit
	}
	return out
}

// plainAmount writes an amount with as many digits as it needs: "65", "65.50".
func plainAmount(n, minor int) string {
	if minor == 1 || n%minor == 0 {
		return strconv.Itoa(n / minor)
	}
	return fmt.Sprintf("%d.%02d", n/minor, n%minor)
}
