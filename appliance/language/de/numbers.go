package de

import (
	"strconv"
	"strings"

	"frontdesk.internal/appliance/language"
)

// homophones are digits only between other digits.
var homophones = map[string]string{"fuer": "4", "hier": "4", "ach": "8", "ein": "1", "eine": "1", "einen": "1"}

// repeats say that a digit comes several times.
var repeats = map[string]int{"doppel": 2, "doppelt": 2, "doppelte": 2, "dreifach": 3, "zweimal": 2, "dreimal": 3, "viermal": 4}

// around are words that are said with a number and belong to it.
var around = map[string]bool{
	"ziffer": true, "ziffern": true, "nummer": true, "telefonnummer": true, "handynummer": true, "rufnummer": true, "strich": true,
	"bindestrich": true, "minus": true,
	"schraegstrich": true, "leerzeichen": true, "pause": true, "natel": true, "handy": true, "telefon": true, "zahl": true,
	"zahlen": true, "lautet": true,
}

// ReadDigits implements [language.Slots]: "0172 1234567", "null eins sieben zwo, einundzwanzig, dreimal die Sieben", "achthundert".
// Digits from all groups are joined in order.
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
		case w == "letzte" || w == "letzten" || w == "ende" || w == "endet" || w == "hinten" || w == "endziffern" || w == "schluss":
			n.Tail = true
		case w == "vorwahl" || w == "ortsvorwahl":
			n.Area = true
		case around[w], stopWords[w]:
		default:
			n.Others++
		}
		r.i++
	}
	n.Digits = r.digits
	return n
}

// numberWords is Words with hyphens, dots and slashes between digits gone.
func (l Language) numberWords(text string) []string {
	text = strings.Map(func(r rune) rune {
		switch r {
		case '-', '.', '(', ')', '/', ',', '·', '–':
			return ' '
		}
		return r
	}, text)
	return l.Words(strings.ReplaceAll(text, "+", " plus "))
}

type digitReader struct {
	words  []string
	i      int
	digits string
}

// next reads the digits at the current word and how many words they take.
func (r *digitReader) next() (string, int) {
	w := r.words[r.i]
	if n, used := r.repeat(); n > 0 {
		if d, ok := r.digit(r.i + used); ok {
			return strings.Repeat(d, n), used + 1
		}
	}
	if s, ok := strings.CutPrefix(w, "doppel"); ok && s != "" { // "doppelnull"
		if d, ok := unitWords[s]; ok && d < 10 {
			return strings.Repeat(strconv.Itoa(d), 2), 1
		}
	}
	if language.AllDigits(w) {
		return r.hundreds(w, 1)
	}
	v, ok := cardinal(w)
	if d, sounds := homophones[w]; sounds && !r.compound() {
		if r.digits == "" || !r.digitish(r.i-1) || !r.digitish(r.i+1) {
			return "", 0
		}
		return r.hundreds(d, 1)
	}
	if !ok {
		return "", 0
	}
	if t, isTen := tensWords[r.at(r.i+2)]; isTen && v > 0 && v < 10 && r.at(r.i+1) == "und" { // "ein und zwanzig"
		return strconv.Itoa(t + v), 3
	}
	return r.hundreds(strconv.Itoa(v), 1)
}

// compound says whether the current word begins a number of three words, "ein und zwanzig".
func (r *digitReader) compound() bool {
	_, ten := tensWords[r.at(r.i+2)]
	return ten && r.at(r.i+1) == "und"
}

// repeat reads "doppel", "dreimal die", "drei mal".
func (r *digitReader) repeat() (n, used int) {
	n, used = repeats[r.words[r.i]], 1
	if u, ok := unitWords[r.words[r.i]]; n == 0 && ok && u > 1 && u < 5 && r.at(r.i+1) == "mal" {
		n, used = u, 2
	}
	if r.at(r.i+used) == "die" {
		used++
	}
	return n, used
}

// digit reads one digit at i.
func (r *digitReader) digit(i int) (string, bool) {
	w := r.at(i)
	if len(w) == 1 && language.AllDigits(w) {
		return w, true
	}
	d, ok := unitWords[w]
	return strconv.Itoa(d), ok && d < 10
}

// hundreds adds a "hundert" or "tausend" that follows d as a word of its own.
func (r *digitReader) hundreds(d string, used int) (string, int) {
	switch r.at(r.i + used) {
	case "hundert":
		return d + "00", used + 1
	case "tausend":
		return d + "000", used + 1
	}
	return d, used
}

// digitish says whether the word at i is a number or sounds like one.
func (r *digitReader) digitish(i int) bool {
	w := r.at(i)
	_, number := cardinal(w)
	return w != "" && (number || language.AllDigits(w) || homophones[w] != "" || repeats[w] > 0)
}

func (r *digitReader) at(i int) string {
	if i < 0 || i >= len(r.words) {
		return ""
	}
	return r.words[i]
}
