package en

import (
	"strconv"
	"strings"

	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/language/digits"
	"frontdesk.internal/appliance/language/phrase"
)

// Word lists are read only.
var (
	digitWords = map[string]string{
		"zero": "0", "oh": "0", "o": "0", "nought": "0", "naught": "0", "ought": "0", "nil": "0", "null": "0", "one": "1", "two": "2",
		"three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9", "niner": "9",
	}
	// homophones are digits only between other digits.
	homophones = map[string]string{"to": "2", "too": "2", "for": "4", "fore": "4", "won": "1", "ate": "8", "sex": "6", "tree": "3",
		"fife": "5"}
	teenWords = map[string]string{
		"ten": "10", "eleven": "11", "twelve": "12", "thirteen": "13", "fourteen": "14", "fifteen": "15", "sixteen": "16",
		"seventeen": "17", "eighteen": "18", "nineteen": "19",
	}
	tensWords = map[string]string{
		"twenty": "2", "thirty": "3", "forty": "4", "fourty": "4", "fifty": "5", "sixty": "6", "seventy": "7", "eighty": "8",
		"ninety": "9",
	}
	repeats = map[string]int{"double": 2, "triple": 3, "treble": 3, "quadruple": 4, "2x": 2, "3x": 3}
	// several are digits of which there are more than one: "two fives".
	several = map[string]string{
		"zeros": "0", "zeroes": "0", "ohs": "0", "os": "0", "noughts": "0", "ones": "1", "twos": "2", "threes": "3", "fours": "4",
		"fives": "5", "sixes": "6", "sevens": "7", "eights": "8", "nines": "9",
	}
	// figureWords are what a digit is called; figuresWords are several, and partWords a group.
	figureWords  = phrase.NewSet(`digit number one figure numeral`)
	figuresWords = phrase.NewSet(`digits numbers ones figures numerals`)
	partWords    = phrase.NewSet(`part bit group section block half`)
	// leadWords stand between a place and its digits.
	leadWords = phrase.NewSet(`is are was were should be must need to as the a has have`)
	// beforeOne and behindOne are words beside which a "one" is a digit: "this one" and "the blue one" are none.
	beforeOne = phrase.NewSet(`is are be a with in not and then was by to plus`)
	behindOne = phrase.NewSet(`at on instead not rather`)
	// aroundNumber are words that are said with a number and belong to it.
	aroundNumber = phrase.NewSet(`digits digit number numbers code dash space hyphen slash dot point bracket brackets parenthesis pound
		hash figures ones`)
	halfOfDay = phrase.NewSet(`am pm oclock percent dollars dollar bucks pounds pound quid euros euro cents cent pence minutes hours days
		weeks years months people kids past`)
	// beforeHour are words before an hour.
	beforeHour = phrase.NewSet(`at by around about past after before until till half from quarter to`)

	numberMarks = digits.NewMarks(map[digits.Kind]string{
		digits.Plus: `plus, country code, country code is`,
		digits.Wrong: `no, nope, nah, sorry, wait, actually, correction, oops, whoops, i mean|meant, make that|it, scratch|strike that, start
			over|again, let me start|try, try again, should be, should have been, wrong, mistake, hang|hold on, apologies, pardon,
			excuse me, check that, i misspoke, rather, instead, not right|quite|correct, but it is, but`,
		digits.Not: `not, instead of, rather than, and not, you said|put|wrote|have|got, i|you heard, it is not, that is not, do not mean`,
		digits.Other: `or, or else, alternatively, otherwise, another number, other number, also, if not, mobile, cell, cellphone, cellular,
			landline, home number|phone, work number|phone, office number|phone, my wife|husband|home|work|office|mobile|cell|landline, and
			my, and also, at work|home, second number`,
		digits.Again:     `again, repeat, once more, one more time, i repeat`,
		digits.Extension: `extension, ext`,
		digits.Missing:   `missing, forgot, left out, missed, there is another, dropped`,
		digits.End: `at|on|in|to the end|back, the end is, end|ends|ending with|in|on, the ending is, the ending, at the very end, tail,
			end|ends|ending`,
		digits.Start: `at|in|from the start|beginning|front, start|starts|starting|begins|beginning|begin with|by, start|starts|begins|begin,
			at the very start|beginning|front, the beginning is`,
		digits.Middle: `in the middle, the middle, middle, middle part|group|bit|section|digits|numbers`,
		digits.Area:   `area code, dialing|dialling code, area, std code, prefix, code is`,
	})
)

// ReadDigits reads a telephone number as people say it and as a recogniser writes it: "555-0142", "five five five, oh one four two",
// "double five", "triple seven", "eight hundred", "twenty-one forty two", "the last two are one four".
func (l Language) ReadDigits(text string) language.Number {
	var tokens []digits.Symbol
	clauses := digits.Clauses(text, l.Words)
	for n, words := range clauses {
		r := digitReader{words: words}
		if n > 0 {
			r.before = clauses[n-1][len(clauses[n-1])-1]
		}
		if n+1 < len(clauses) {
			r.behind = clauses[n+1][0]
		}
		for r.i < len(words) {
			t, used := r.token()
			tokens = append(tokens, t)
			r.i += used
		}
		tokens = append(tokens, digits.Symbol{Kind: digits.Break})
	}
	return digits.Parse(tokens)
}

// digitReader goes over the words of one clause.
type digitReader struct {
	words          []string
	before, behind string // the words next to the clause
	i              int
	read           bool // a digit was read in this one
}

// token reads what stands at the current word, and how many words it takes.
func (r *digitReader) token() (t digits.Symbol, used int) {
	if t, used = r.placed(); used > 0 {
		return t, used
	}
	if kind, used := numberMarks.At(r.words[r.i:]); used > 0 && !r.inNumber(used) {
		return digits.Symbol{Kind: kind}, used
	}
	if r.counted() {
		return digits.Symbol{Kind: digits.Word}, 2
	}
	if t, used = r.next(); used > 0 {
		if halfOfDay[r.at(r.i+used)] {
			return digits.Symbol{Kind: digits.Word}, used + 1 // "after 5 pm", "two hundred and ten euro"
		}
		if r.hour(t, used) {
			return digits.Symbol{Kind: digits.Word}, used
		}
		r.read = true
		return t, used
	}
	w := r.words[r.i]
	if aroundNumber[w] || stopWords[w] {
		return digits.Symbol{}, 1
	}
	return digits.Symbol{Kind: digits.Word}, 1
}

// hour says whether digits that stand alone are an hour or a day of a month: "tomorrow at ten", "December 8".
func (r *digitReader) hour(t digits.Symbol, used int) bool {
	before := r.at(r.i - 1)
	_, month := months[before]
	return len(t.Text) <= hourDigits && (beforeHour[before] || month) && !r.near(r.i+used) && !r.near(r.i-1) &&
		!r.digitAt(r.i-2) // "one to three"
}

// hourDigits is the most digits of an hour.
const hourDigits = 2

// inNumber says whether a mark of one word is in truth a digit between others.
func (r *digitReader) inNumber(used int) bool {
	return used == 1 && homophones[r.words[r.i]] != "" && r.digitAt(r.i-1) && r.digitAt(r.i+1)
}

// placed reads which digits of the number are spoken of: "the last two are", "the third digit is", "second to last".
func (r *digitReader) placed() (t digits.Symbol, used int) {
	w := r.words[r.i]
	if w == "last" || w == "final" || w == "first" {
		end, kind := -1, digits.End
		if w == "first" {
			end, kind = 1, digits.Start
		}
		switch next := r.at(r.i + 1); {
		case figureWords[next] && !r.digitAt(r.i+2):
			return digits.Symbol{Kind: digits.Nth, N: end}, 2
		case figuresWords[next] || partWords[next]:
			return digits.Symbol{Kind: kind}, 2
		case r.count(r.i + 1):
			return digits.Symbol{Kind: kind}, 2
		case r.digitAt(r.i + 1), w != "first" && leadWords[next], w == "first" && (next == "is" || next == "should"):
			if leadWords[next] {
				return digits.Symbol{Kind: digits.Nth, N: end}, 1
			}
			return digits.Symbol{Kind: kind}, 1
		}
		if w != "first" {
			return digits.Symbol{}, 0
		}
	}
	if w == "next" || w == "second" || w == "penultimate" {
		switch {
		case w == "penultimate":
			return digits.Symbol{Kind: digits.Nth, N: -2}, 1 + r.figure(r.i+1)
		case r.at(r.i+1) == "to" && r.at(r.i+2) == "last":
			return digits.Symbol{Kind: digits.Nth, N: -2}, 3 + r.figure(r.i+3)
		case w == "second" && r.at(r.i+1) == "last":
			return digits.Symbol{Kind: digits.Nth, N: -2}, 2 + r.figure(r.i+2)
		}
	}
	n, ok := whichOne(w)
	if !ok {
		return digits.Symbol{}, 0
	}
	used = 1 + r.figure(r.i+1)
	switch next := r.at(r.i + 1); {
	case partWords[next] && n <= 3:
		return digits.Symbol{Kind: []digits.Kind{digits.Start, digits.Middle, digits.End}[n-1]}, 2
	case used == 1 && !leadWords[next] && next != "from":
		return digits.Symbol{}, 0 // "on the third"
	}
	if r.at(r.i+used) == "from" || r.at(r.i+used) == "to" && r.at(r.i+used+1) == "last" { // "from the end", "to last"
		n = -n
		used++
		for w := r.at(r.i + used); w == "the" || w == "end" || w == "last" || w == "back" || w == "right"; w = r.at(r.i + used) {
			used++
		}
	}
	return digits.Symbol{Kind: digits.Nth, N: n}, used
}

// whichOne reads which one of a row: "third", "3rd".
func whichOne(w string) (int, bool) {
	if n, ok := ordinals[w]; ok {
		return n, true
	}
	if len(w) < 3 || !phrase.Has([]string{w[len(w)-2:]}, "st", "nd", "rd", "th") {
		return 0, false
	}
	n, err := strconv.Atoi(w[:len(w)-2])
	return n, err == nil && n > 0 && n < 20
}

// figure is 1 where the word at i is what a digit is called.
func (r *digitReader) figure(i int) int {
	if figureWords[r.at(i)] {
		return 1
	}
	return 0
}

// count says whether the word at i tells how many digits follow, and is none of them: "the last two digits", "the last two are one four".
func (r *digitReader) count(i int) bool {
	n := r.amount(i)
	if n < 2 {
		return false
	}
	if next := r.at(i + 1); figuresWords[next] || leadWords[next] {
		return true
	}
	rest := digitReader{words: r.words, i: i + 1}
	said := 0
	for rest.i < len(rest.words) {
		t, used := rest.next()
		if used == 0 {
			break
		}
		said += len(t.Text)
		rest.i += used
	}
	return said == n || said == 0 && i+1 < len(r.words)
}

// amount is a small number.
func (r *digitReader) amount(i int) int {
	w := r.at(i)
	d, ok := digitWords[w]
	if !ok && len(w) == 1 && language.AllDigits(w) {
		d, ok = w, true
	}
	if !ok {
		return 0
	}
	return int(d[0] - '0')
}

// counted says whether the current word counts things that are no digits: "two numbers", "in five minutes".
func (r *digitReader) counted() bool {
	if r.digitAt(r.i-1) || r.amount(r.i) == 0 {
		return false
	}
	next := r.at(r.i + 1)
	return figuresWords[next] || len(next) > 3 && strings.HasSuffix(next, "s") && !stopWords[next] && several[next] == "" &&
		!r.digitAt(r.i+1) && next != "times"
}

// next reads the digits at the current word and how many words they take.
func (r *digitReader) next() (digits.Symbol, int) {
	w := r.words[r.i]
	if d, used := r.repeated(); used > 0 {
		return digits.Symbol{Kind: digits.Digits, Text: d}, used
	}
	if d, ok := tensWords[w]; ok {
		if u, ok := digitWords[r.at(r.i+1)]; ok && u != "0" {
			return r.hundreds(d+u, d+"0"+u, 2)
		}
		return r.hundreds(d+"0", "", 1)
	}
	if d, sure := digits.Figures(w); d != "" && (sure || r.digitAt(r.i-1) || r.digitAt(r.i+1)) {
		return r.hundreds(d, "", 1)
	}
	if d, ok := r.single(r.i); ok {
		return r.hundreds(d, "", 1)
	}
	if d, ok := teenWords[w]; ok {
		return r.hundreds(d, "", 1)
	}
	return digits.Symbol{}, 0
}

// repeated reads "double five", "triple oh", "two fives", "three times five".
func (r *digitReader) repeated() (string, int) {
	if n := r.amount(r.i); n > 1 && n < 6 {
		if d, ok := several[r.at(r.i+1)]; ok {
			return strings.Repeat(d, n), 2
		}
		if d, ok := digitWords[r.at(r.i+2)]; ok && r.at(r.i+1) == "times" {
			return strings.Repeat(d, n), 3
		}
	}
	n, ok := repeats[r.words[r.i]]
	if !ok {
		return "", 0
	}
	next := r.at(r.i + 1)
	if d, ok := digitWords[next]; ok {
		return strings.Repeat(d, n), 2
	}
	if d, ok := several[next]; ok { // "double fives"
		return strings.Repeat(d, n), 2
	}
	if d, sure := digits.Figures(next); sure {
		if d == strings.Repeat(d[:1], n) {
			return d, 2 // "double 55"
		}
		return strings.Repeat(d[:1], n-1) + d, 2
	}
	return "", 0
}

// hundreds adds a "hundred" or "thousand" that follows d, and what belongs to it: "two hundred and five", "eight hundred
// fifty-five". The latter may be 800 55 too.
func (r *digitReader) hundreds(d, apart string, used int) (digits.Symbol, int) {
	t := digits.Symbol{Kind: digits.Digits, Text: d, Apart: apart}
	zeros := map[string]string{"hundred": "00", "thousand": "000"}[r.at(r.i+used)]
	if zeros == "" {
		return t, used
	}
	used++
	t.Text, t.Apart = d+zeros, ""
	skip := used
	and := r.at(r.i+used) == "and"
	if and {
		skip++
	}
	rest, n := r.below(r.i+skip, len(zeros))
	if n == 0 || !and && len(rest) == 1 && r.digitAt(r.i+skip+n) {
		return t, used
	}
	t.Apart = t.Text + rest
	t.Text = d + zeros[len(rest):] + rest
	return t, skip + n
}

// below reads a number of at most as many digits at i.
func (r *digitReader) below(i, most int) (string, int) {
	w := r.at(i)
	if t, ok := tensWords[w]; ok {
		if u, ok := digitWords[r.at(i+1)]; ok && u != "0" {
			return t + u, 2
		}
		return t + "0", 1
	}
	if t, ok := teenWords[w]; ok {
		return t, 1
	}
	if u, ok := digitWords[w]; ok && u != "0" {
		if most == 3 && r.at(i+1) == "hundred" {
			return u + "00", 2
		}
		return u, 1
	}
	return "", 0
}

// single reads one spoken digit; words that only sound like one need a digit beside them.
func (r *digitReader) single(i int) (string, bool) {
	w := r.words[i]
	if d, ok := digitWords[w]; ok {
		switch {
		case w == "oh" && i == 0 && r.at(1) == "" && r.before == "" && r.behind != "", w == "oh" && r.at(i+1) == "no":
			return "", false // "Oh, five five", "oh no"
		case w == "one" && i > 0 && i == len(r.words)-1 && !r.near(i-1) && !beforeOne[r.words[i-1]]:
			return "", false // "use my home one, 555 0142"
		case r.near(i-1) || r.near(i+1), r.read && r.digitish(i-1) && r.digitish(i+1), len(r.words) == 1 && r.before == "" && r.behind == "":
		case (w == "o" || w == "oh") && !leadWords[r.at(i-1)], w == "one" && !beforeOne[r.at(i-1)] && (i > 0 || !behindOne[r.at(1)]):
			return "", false // "oh, hello", "this one"
		}
		return d, true
	}
	if d, ok := homophones[w]; ok && r.read && r.digitish(i-1) && r.digitish(i+1) {
		return d, true
	}
	return "", false
}

// near is digitAt across the pauses.
func (r *digitReader) near(i int) bool {
	switch i {
	case -1:
		return isDigit(r.before)
	case len(r.words):
		return isDigit(r.behind)
	}
	return r.digitAt(i)
}

// digitAt says whether the word at i is surely a number.
func (r *digitReader) digitAt(i int) bool { return isDigit(r.at(i)) }

func isDigit(w string) bool {
	_, unit := digitWords[w]
	return w != "" && (unit || language.AllDigits(w) || teenWords[w] != "" || tensWords[w] != "" || repeats[w] > 0 || several[w] != "")
}

// digitish says whether the word at i is a number or sounds like one.
func (r *digitReader) digitish(i int) bool { return r.digitAt(i) || homophones[r.at(i)] != "" }

func (r *digitReader) at(i int) string {
	if i < 0 || i >= len(r.words) {
		return ""
	}
	return r.words[i]
}
