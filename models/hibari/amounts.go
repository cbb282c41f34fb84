package hibari

import "strings"

// isNumber reports whether a word is a number, also one with an ending: "3rd", "1990s". head is whether a word begins with it.
func isNumber(word string, head bool) bool {
	if !strings.ContainsAny(word, "0123456789") {
		return false
	}
	for _, end := range []string{"ing", "'d", "ed", "'s", "st", "nd", "rd", "th", "s"} {
		if rest, ok := strings.CutSuffix(word, end); ok {
			word = rest
			break
		}
	}
	if head {
		word = strings.TrimPrefix(word, "-")
	}
	return strings.Trim(word, "0123456789,.") == ""
}

// reading collects the phonemes of a number.
type reading struct {
	l   *lexicon
	out []string
	ok  bool
}

func (r *reading) add(ps string, ok bool) {
	r.out, r.ok = append(r.out, ps), r.ok && ok
}

// words says number words.
func (r *reading) words(text string) {
	for _, w := range notLetters.Split(text, -1) {
		switch w {
		case "and", "":
		case "point":
			r.add(r.l.lookup(w, "", none, nil))
		default:
			r.add(r.l.lookup(w, "", unset, nil))
		}
	}
}

// each says digits one by one.
func (r *reading) each(digits string) {
	for i := range digits {
		r.words(cardinal(digits[i : i+1]))
	}
}

// number says a number. sign is the currency that it is an amount of.
func (l *lexicon) number(word, sign string, head bool) (string, bool) {
	ending := suffixes.FindString(word)
	word = strings.TrimSuffix(word, ending)
	r := reading{l: l, ok: true}
	if rest, ok := strings.CutPrefix(word, "-"); ok {
		r.add(l.lookup("minus", "", unset, nil))
		word = rest
	}
	if !strings.ContainsAny(word, "0123456789") {
		return "", false
	}
	_, money := currencies[sign]
	plain := allDigits(word)
	switch {
	case plain && ordinals[ending]:
		r.words(ordinal(word))
	case len(r.out) == 0 && len(word) == 4 && !money && plain:
		r.words(year(word))
	case !head && !strings.Contains(word, "."):
		r.inside(strings.ReplaceAll(word, ",", ""))
	case strings.Count(word, ".") > 1 || !head:
		r.parts(strings.ReplaceAll(word, ",", ""))
	case money && isAmount(word):
		r.amount(strings.ReplaceAll(word, ",", ""), currencies[sign])
	default:
		r.plain(strings.ReplaceAll(word, ",", ""), ordinals[ending])
	}
	ps := strings.Join(r.out, " ")
	switch ending {
	case "s", "'s":
		return behind(ps, r.ok, addS)
	case "ed", "'d":
		return behind(ps, r.ok, addED)
	case "ing":
		return behind(ps, r.ok, addING)
	}
	return ps, r.ok && len(r.out) > 0
}

// inside says a number within a word or behind another number: short ones as such, long ones digit by digit.
func (r *reading) inside(digits string) {
	switch {
	case digits[0] == '0' || len(digits) > 3:
		r.each(digits)
	case len(digits) == 3 && !strings.HasSuffix(digits, "00"):
		r.each(digits[:1])
		if digits[1] == '0' {
			r.add(r.l.lookup("O", "", none, nil))
			r.each(digits[2:])
			return
		}
		r.words(cardinal(digits[1:]))
	default:
		r.words(cardinal(digits))
	}
}

// parts says what stands between points: "10.20.30".
func (r *reading) parts(text string) {
	for part := range strings.SplitSeq(text, ".") {
		switch {
		case part == "":
		case part[0] == '0' || len(part) != 2 && strings.Trim(part[1:], "0") != "":
			r.each(part)
		default:
			r.words(cardinal(part))
		}
	}
}

// isAmount reports whether a number has at most two digits behind its point.
func isAmount(word string) bool {
	_, cents, ok := strings.Cut(word, ".")
	return !ok || !strings.Contains(cents, ".") && len(cents) < 3
}

// amount says an amount of money.
func (r *reading) amount(text string, c currency) {
	whole, part, _ := strings.Cut(text, ".")
	whole, part = strings.TrimLeft(whole, "0"), strings.TrimLeft(part, "0")
	say := func(n, unit string) {
		r.words(cardinal(n))
		if n == "1" || unit == "pence" {
			r.add(r.l.lookup(unit, "", unset, nil))
			return
		}
		r.add(r.l.stemS(unit+"s", "", unset, nil))
	}
	if whole != "" || part == "" {
		say(whole, c.unit)
	}
	if whole != "" && part != "" {
		r.add(r.l.lookup("and", "", unset, nil))
	}
	if part != "" {
		say(part, c.part)
	}
}

// plain says a number by its name.
func (r *reading) plain(text string, place bool) {
	switch {
	case strings.HasPrefix(text, "."):
		r.words(pointed(text[1:]))
	case strings.Contains(text, "."):
		r.words(decimal(text))
	case place:
		r.words(ordinal(text))
	default:
		r.words(cardinal(text))
	}
}
