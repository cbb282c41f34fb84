package hibari

import (
	"strconv"
	"strings"
)

var (
	ones = strings.Fields("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen " +
		"sixteen seventeen eighteen nineteen")
	tens   = strings.Fields("_ _ twenty thirty forty fifty sixty seventy eighty ninety")
	scales = strings.Fields("_ thousand million billion trillion quadrillion quintillion sextillion septillion octillion nonillion decillion")
)

// places are the words whose place in a row is not made by adding "th" or "ieth".
var places = map[string]string{
	"one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth", "twelve": "twelfth",
}

// maxDigits is how long a number may be to have a name.
const maxDigits = 36

// cardinal names a number given in digits: "one thousand, two hundred and thirty-four". One too long for a name is said digit by digit.
func cardinal(digits string) string {
	digits = strings.TrimLeft(digits, "0")
	if digits == "" {
		return ones[0]
	}
	if len(digits) > maxDigits {
		words := make([]string, len(digits))
		for i := range digits {
			words[i] = ones[digits[i]-'0']
		}
		return strings.Join(words, " ")
	}
	var groups []string
	for scale := (len(digits) - 1) / 3; scale >= 0; scale-- {
		at := len(digits) - 3*scale
		n, _ := strconv.Atoi(digits[max(0, at-3):at]) // up to three digits
		if n == 0 {
			continue
		}
		group := hundreds(n)
		if scale > 0 {
			group += " " + scales[scale]
		}
		groups = append(groups, group)
	}
	last := groups[len(groups)-1]
	if rest := groups[:len(groups)-1]; len(rest) > 0 && !strings.Contains(last, " ") {
		return strings.Join(rest, ", ") + " and " + last // "one thousand and one"
	}
	return strings.Join(groups, ", ")
}

// hundreds names a number from 1 to 999.
func hundreds(n int) string {
	var words []string
	if n >= 100 {
		words = append(words, ones[n/100], "hundred")
		if n %= 100; n > 0 {
			words = append(words, "and")
		}
	}
	switch {
	case n >= 20 && n%10 > 0:
		words = append(words, tens[n/10]+"-"+ones[n%10])
	case n >= 20:
		words = append(words, tens[n/10])
	case n > 0:
		words = append(words, ones[n])
	}
	return strings.Join(words, " ")
}

// ordinal names a place given in digits: "twenty-third".
func ordinal(digits string) string {
	words := cardinal(digits)
	at := strings.LastIndexAny(words, " -") + 1
	last := words[at:]
	switch place, ok := places[last]; {
	case ok:
		last = place
	case strings.HasSuffix(last, "y"):
		last = strings.TrimSuffix(last, "y") + "ieth"
	default:
		last += "th"
	}
	return words[:at] + last
}

// year names a year of four digits: "nineteen oh-five", "two thousand and five", "twenty ten".
func year(digits string) string {
	n, _ := strconv.Atoi(digits) // four digits
	high, low := n/100, n%100
	switch {
	case high == 0, high%10 == 0 && low < 10:
		return cardinal(digits)
	case low == 0:
		return cardinal(digits[:2]) + " hundred"
	case low < 10:
		return cardinal(digits[:2]) + " oh-" + ones[low]
	}
	return cardinal(digits[:2]) + " " + cardinal(digits[2:])
}

// decimal names a number with a point in it: "three point one four". Zeros at its end are left out.
func decimal(text string) string {
	whole, part, _ := strings.Cut(text, ".")
	words := cardinal(whole)
	if part = strings.TrimRight(part, "0"); part == "" {
		return words
	}
	return words + " " + pointed(part)
}

// pointed names what stands behind a point.
func pointed(digits string) string {
	words := []string{"point"}
	for i := range digits {
		words = append(words, ones[digits[i]-'0'])
	}
	return strings.Join(words, " ")
}
