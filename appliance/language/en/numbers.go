package en

import (
	"strings"

	"frontdesk.internal/appliance/language"
)

var digitWords = map[string]string{
	"zero": "0", "oh": "0", "o": "0", "nought": "0", "naught": "0", "nil": "0", "null": "0", "one": "1", "two": "2", "three": "3",
	"four": "4", "five": "5",
	"six": "6", "seven": "7", "eight": "8", "nine": "9", "niner": "9",
}

// homophones are digits only next to other digits.
var homophones = map[string]string{"to": "2", "too": "2", "for": "4", "fore": "4", "won": "1", "ate": "8", "sex": "6", "tree": "3",
	"fife": "5"}

var teenWords = map[string]string{
	"ten": "10", "eleven": "11", "twelve": "12", "thirteen": "13", "fourteen": "14", "fifteen": "15", "sixteen": "16", "seventeen": "17",
	"eighteen": "18", "nineteen": "19",
}

var tensWords = map[string]string{
	"twenty": "2", "thirty": "3", "forty": "4", "fourty": "4", "fifty": "5", "sixty": "6", "seventy": "7", "eighty": "8", "ninety": "9",
}

var repeats = map[string]int{"double": 2, "triple": 3, "treble": 3, "quadruple": 4}

// ReadDigits reads a telephone number as people say it and as a recogniser writes it: "555-0142", "five five five, oh one four two",
// "double five", "triple seven", "eight hundred", "twenty-one forty two". Digits from all groups are joined in order.
func (l Language) ReadDigits(text string) language.Number {
	r := digitReader{words: l.numberWords(text)}
	var n language.Number
	for r.i < len(r.words) {
		w := r.words[r.i]
		if d, used := r.next(); used > 0 {
			r.digits += d
			r.i += used
			continue
		}
		switch {
		case w == "plus":
			n.Plus = n.Plus || r.digits == ""
		case w == "last" || w == "end" || w == "ends" || w == "ending":
			n.Tail = true
		case w == "area" || w == "prefix":
			n.Area = true
		case w == "digits", w == "digit", w == "number", w == "code", w == "dash", w == "space", stopWords[w]:
		default:
			n.Others++
		}
		r.i++
	}
	n.Digits = r.digits
	return n
}

// numberWords is Words with hyphens and dots between digits gone.
func (l Language) numberWords(text string) []string {
	text = strings.Map(func(r rune) rune {
		switch {
		case r == '-' || r == '.' || r == '(' || r == ')' || r == '/' || r == ',' || r == '·':
			return ' '
		case r == '+':
			return '\u2795' // made a word below
		}
		return r
	}, text)
	return l.Words(strings.ReplaceAll(text, "\u2795", " plus "))
}

type digitReader struct {
	words  []string
	i      int
	digits string
}

// next reads the digits at the current word and how many words they take.
func (r *digitReader) next() (string, int) {
	w := r.words[r.i]
	if language.AllDigits(w) {
		return r.hundreds(w, 1)
	}
	if d, ok := r.single(r.i); ok {
		return r.hundreds(d, 1)
	}
	if d, ok := teenWords[w]; ok {
		return r.hundreds(d, 1)
	}
	if d, ok := tensWords[w]; ok {
		if u, ok := digitWords[r.at(r.i+1)]; ok && u != "0" {
			return d + u, 2
		}
		return d + "0", 1
	}
	if n, ok := repeats[w]; ok {
		next := r.at(r.i + 1)
		d, ok := digitWords[next]
		if !ok && len(next) == 1 && language.AllDigits(next) {
			d, ok = next, true
		}
		if ok {
			return strings.Repeat(d, n), 2
		}
	}
	return "", 0
}

// hundreds adds a "hundred" or "thousand" that follows d.
func (r *digitReader) hundreds(d string, used int) (string, int) {
	switch r.at(r.i + used) {
	case "hundred":
		return d + "00", used + 1
	case "thousand":
		return d + "000", used + 1
	}
	return d, used
}

// single reads one spoken digit; words that only sound like one need a digit beside them.
func (r *digitReader) single(i int) (string, bool) {
	w := r.words[i]
	if d, ok := digitWords[w]; ok {
		if (w == "o" || w == "oh" || w == "one") && len(r.words) > 1 && !r.digitAt(i-1) && !r.digitAt(i+1) {
			return "", false // "oh, hello", "this one"
		}
		return d, true
	}
	if d, ok := homophones[w]; ok && r.digits != "" && r.digitish(i-1) && r.digitish(i+1) {
		return d, true
	}
	return "", false
}

// digitAt says whether the word at i is surely a number.
func (r *digitReader) digitAt(i int) bool {
	w := r.at(i)
	_, unit := digitWords[w]
	return w != "" && (unit || language.AllDigits(w) || teenWords[w] != "" || tensWords[w] != "" || repeats[w] > 0)
}

// digitish says whether the word at i is a number or sounds like one.
func (r *digitReader) digitish(i int) bool { return r.digitAt(i) || homophones[r.at(i)] != "" }

func (r *digitReader) at(i int) string {
	if i < 0 || i >= len(r.words) {
		return ""
	}
	return r.words[i]
}
