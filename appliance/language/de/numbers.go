package de

import (
	"strconv"
	"strings"

	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/language/digits"
	"frontdesk.internal/appliance/language/phrase"
)

// Word lists are read only.
var (
	// homophones are digits only between other digits.
	homophones = map[string]string{"fuer": "4", "hier": "4", "ach": "8", "ein": "1", "eine": "1", "einen": "1", "sex": "6", "zwar": "2"}
	// repeats say that a digit comes several times.
	repeats = map[string]int{"doppel": 2, "doppelt": 2, "doppelte": 2, "dreifach": 3, "dreifache": 3, "zweimal": 2, "zwomal": 2, "dreimal": 3,
		"viermal": 4, "fuenfmal": 5, "2x": 2, "3x": 3, "4x": 4, "2mal": 2, "3mal": 3, "4mal": 4}
	// several are digits of which there are more than one: "drei Nullen".
	several = map[string]string{"nullen": "0", "einsen": "1", "einser": "1", "zweien": "2", "zweier": "2", "dreien": "3", "dreier": "3",
		"vieren": "4", "vierer": "4", "fuenfen": "5", "fuenfer": "5", "sechsen": "6", "sechser": "6", "siebenen": "7", "siebener": "7",
		"achten": "8", "achter": "8", "neunen": "9", "neuner": "9"}
	// amounts stand behind what is no digit, and beforeHour before an hour.
	amounts    = phrase.NewSet(`uhr euro euros cent cents pfund franken dollar prozent`)
	beforeHour = phrase.NewSet(`um gegen halb viertel dreiviertel ab bis vor nach`)
	// fromEnd are places counted from the end.
	fromEnd = map[string]int{"letzte": -1, "letzter": -1, "vorletzte": -2, "vorletzten": -2, "zweitletzte": -2, "drittletzte": -3,
		"drittletzten": -3, "viertletzte": -4}
	// figureWords are what a digit is called; figuresWords are several, and partWords a group.
	figureWords  = phrase.NewSet(`ziffer zahl stelle nummer`)
	figuresWords = phrase.NewSet(`ziffern zahlen stellen nummern`)
	partWords    = phrase.NewSet(`teil block gruppe haelfte abschnitt`)
	// leadWords stand between a place and its digits.
	leadWords = phrase.NewSet(`ist sind lautet lauten heisst heissen muss muessen soll sollen waere waeren war waren die der eine ein`)
	// things are what can be counted and is no digit.
	things = phrase.NewSet(`uhr tage tagen tag wochen woche stunden stunde minuten minute jahre jahren jahr monate monaten kinder kindern
		leute personen nummern euro prozent zimmer mal grad`)
	// around are words that are said with a number and belong to it.
	around = phrase.NewSet(`ziffer ziffern nummer telefonnummer handynummer rufnummer strich bindestrich minus schraegstrich leerzeichen
		pause telefon zahl zahlen lautet stelle stellen punkt klammer auf zu natel heisst`)

	numberMarks = digits.NewMarks(map[digits.Kind]string{
		digits.Plus: `plus, landesvorwahl, laendervorwahl, landesvorwahl ist`,
		digits.Wrong: `nein, ne, sorry, entschuldigung, entschuldigen sie, verzeihung, tschuldigung, pardon, moment, halt, stopp, stop, quatsch,
			falsch, korrektur, sondern, vielmehr, besser gesagt, ich meine|meinte, meine ich, stimmt nicht, stimmt nicht ganz, warte,
			warten sie, ich korrigiere, von vorn, von vorne, nochmal von vorn, doch, muss heissen, soll heissen, aber, ist falsch,
			war falsch, vertan, versprochen, verdreht, nicht richtig`,
		digits.Not: `nicht, kein, keine, statt, anstatt, anstelle, anstelle von, und nicht, sie sagten|sagen|haben`,
		digits.Other: `oder, alternativ, ansonsten, sonst, beziehungsweise, auch, andere nummer, zweite nummer, handy, mobil,
			mobilnummer, festnetz, festnetznummer, privat, privatnummer, geschaeftlich, dienstlich, zuhause, mein handy, meine
			handynummer, und meine, und privat|geschaeftlich|dienstlich|mobil, im buero`,
		digits.Again:     `wiederhole, ich wiederhole, nochmal, noch einmal, noch mal`,
		digits.Extension: `durchwahl, nebenstelle, apparat`,
		digits.Missing:   `fehlt, fehlen, vergessen, es fehlt, da fehlt, ausgelassen`,
		digits.End: `am ende|schluss, zum schluss, am ende ist|kommt|steht, am schluss ist|kommt, hinten, endet auf|mit, endet, ende, schluss,
			endziffern, endziffern sind, hinten ist|kommt|steht`,
		digits.Start: `am anfang, am anfang ist|kommt|steht, vorne, vorn, faengt mit, beginnt mit, faengt an mit, beginnt, anfang, faengt,
			zu beginn, vorne ist|kommt|steht`,
		digits.Middle: `in der mitte, mitte, dazwischen, in der mitte ist|kommt|steht`,
		digits.Area:   `vorwahl, ortsvorwahl`,
	})
)

// ReadDigits implements [language.Slots]: "0172 1234567", "null eins sieben zwo, einundzwanzig, dreimal die Sieben", "achthundert",
// "die letzten zwei sind eins vier".
func (l Language) ReadDigits(text string) language.Number {
	var tokens []digits.Symbol
	for _, words := range digits.Clauses(text, l.Words) {
		r := digitReader{words: words}
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
	words []string
	i     int
	read  bool // a digit was read
}

// token reads what stands at the current word, and how many words it takes.
func (r *digitReader) token() (t digits.Symbol, used int) {
	if t, used = r.placed(); used > 0 {
		return t, used
	}
	w := r.words[r.i]
	if kind, used := numberMarks.At(r.words[r.i:]); used > 0 {
		return digits.Symbol{Kind: kind}, used
	}
	if r.amount(r.i) > 0 && things[r.at(r.i+1)] && !r.digitAt(r.i-1) && repeats[r.at(r.i+1)] == 0 &&
		!(r.at(r.i+1) == "mal" && r.timesDigit()) {
		return digits.Symbol{Kind: digits.Word}, 2 // "seit drei Tagen"
	}
	if t, used = r.next(); used > 0 {
		if amounts[r.at(r.i+used)] {
			return digits.Symbol{Kind: digits.Word}, used + 1
		}
		if len(t.Text) <= hourDigits && beforeHour[r.at(r.i-1)] && !r.digitAt(r.i+used) && !r.digitAt(r.i-2) {
			return digits.Symbol{Kind: digits.Word}, used // "morgen um zehn"
		}
		r.read = true
		return r.twice(t, used)
	}
	if around[w] || stopWords[w] {
		return digits.Symbol{}, 1
	}
	return digits.Symbol{Kind: digits.Word}, 1
}

// hourDigits is the most digits of an hour.
const hourDigits = 2

// timesDigit says whether a digit follows a "mal" or "mal die".
func (r *digitReader) timesDigit() bool {
	at := r.i + 2
	if r.at(at) == "die" {
		at++
	}
	_, ok := r.digit(at)
	return ok
}

// twice repeats a digit behind which stands how often it comes: "die Sieben dreimal".
func (r *digitReader) twice(t digits.Symbol, used int) (digits.Symbol, int) {
	n := repeats[r.at(r.i+used)]
	if n == 0 || len(t.Text) != 1 || r.digitAt(r.i+used+1) || r.at(r.i+used+1) == "die" {
		return t, used
	}
	t.Text = strings.Repeat(t.Text, n)
	return t, used + 1
}

// placed reads which digits of the number are spoken of: "die letzten zwei sind", "die dritte Ziffer ist", "an dritter Stelle".
func (r *digitReader) placed() (t digits.Symbol, used int) {
	w := r.words[r.i]
	next := r.at(r.i + 1)
	if w == "letzten" || w == "ersten" || w == "letzte" || w == "erste" {
		kind, n := digits.End, -1
		if w == "ersten" || w == "erste" {
			kind, n = digits.Start, 1
		}
		switch {
		case figuresWords[next] || partWords[next]:
			return digits.Symbol{Kind: kind}, 2
		case figureWords[next], w == "letzte" && leadWords[next]:
			return digits.Symbol{Kind: digits.Nth, N: n}, 1 + r.figure(r.i+1)
		case r.count(r.i + 1):
			return digits.Symbol{Kind: kind}, 2
		case w == "letzten", r.digitAt(r.i + 1):
			return digits.Symbol{Kind: kind}, 1
		}
	}
	n, known := fromEnd[w]
	if !known {
		if n, known = ordinal(w); !known || n > 15 || several[w] != "" && !figureWords[next] {
			return digits.Symbol{}, 0
		}
	}
	switch f := r.figure(r.i + 1); {
	case partWords[next] && n > 0 && n <= 3:
		return digits.Symbol{Kind: []digits.Kind{digits.Start, digits.Middle, digits.End}[n-1]}, 2
	case f == 1 && r.at(r.i+2) == "von" && (r.at(r.i+3) == "hinten" || r.at(r.i+3) == "rechts"):
		return digits.Symbol{Kind: digits.Nth, N: -n}, 4
	case f == 1 && r.at(r.i+2) == "vom" && r.at(r.i+3) == "ende":
		return digits.Symbol{Kind: digits.Nth, N: -n}, 4
	case f == 1, leadWords[next] && next != "die" && next != "der":
		return digits.Symbol{Kind: digits.Nth, N: n}, 1 + f
	}
	return digits.Symbol{}, 0
}

// figure is 1 where the word at i is what a digit is called.
func (r *digitReader) figure(i int) int {
	if figureWords[r.at(i)] {
		return 1
	}
	return 0
}

// count says whether the word at i tells how many digits follow, and is none of them.
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
	if w == "beiden" || w == "beide" {
		return 2
	}
	if d, ok := r.digit(i); ok {
		return int(d[0] - '0')
	}
	return 0
}

// next reads the digits at the current word and how many words they take.
func (r *digitReader) next() (digits.Symbol, int) {
	w := r.words[r.i]
	if d, used := r.repeated(); used > 0 {
		return digits.Symbol{Kind: digits.Digits, Text: d}, used
	}
	if d, sure := digits.Figures(w); d != "" && (sure || r.digitAt(r.i-1) || r.digitAt(r.i+1)) {
		return r.hundreds(d)
	}
	v, ok := cardinal(w)
	if d, sounds := homophones[w]; sounds && !r.compound() {
		if !r.read || !r.digitish(r.i-1) || !r.digitish(r.i+1) {
			if r.at(r.i+1) == "hundert" || r.at(r.i+1) == "tausend" {
				return r.hundreds("1")
			}
			return digits.Symbol{}, 0
		}
		return r.hundreds(d)
	}
	if !ok {
		if d := glued(w); d != "" {
			return digits.Symbol{Kind: digits.Digits, Text: d}, 1
		}
		return digits.Symbol{}, 0
	}
	if t, isTen := tensWords[r.at(r.i+2)]; isTen && v > 0 && v < 10 && r.at(r.i+1) == "und" { // "ein und zwanzig"
		return digits.Symbol{Kind: digits.Digits, Text: strconv.Itoa(t + v), Apart: strconv.Itoa(v) + strconv.Itoa(t)}, 3
	}
	return r.hundreds(strconv.Itoa(v))
}

// glued reads digits that a recogniser has written as one word: "nulleinssieben".
func glued(w string) string {
	if w == "" {
		return ""
	}
	for n := len(w) - 1; n > 2; n-- {
		head, ok := cardinal(w[:n])
		if !ok || w[:n] == "ein" || w[:n] == "eine" {
			continue
		}
		if tail, ok := cardinal(w[n:]); ok {
			return strconv.Itoa(head) + strconv.Itoa(tail)
		}
		if tail := glued(w[n:]); tail != "" {
			return strconv.Itoa(head) + tail
		}
	}
	return ""
}

// compound says whether the current word begins a number of three words, "ein und zwanzig".
func (r *digitReader) compound() bool {
	_, ten := tensWords[r.at(r.i+2)]
	return ten && r.at(r.i+1) == "und"
}

// repeated reads "doppel fünf", "dreimal die Sieben", "drei mal null", "Doppelnull", "drei Nullen".
func (r *digitReader) repeated() (string, int) {
	w := r.words[r.i]
	n, used := repeats[w], 1
	if u := r.amount(r.i); n == 0 && u > 1 && u < 6 {
		if d, ok := several[r.at(r.i+1)]; ok {
			return strings.Repeat(d, u), 2
		}
		if next := r.at(r.i + 1); next == "mal" || next == "x" {
			n, used = u, 2
		}
	}
	if s, ok := strings.CutPrefix(w, "doppel"); ok && s != "" {
		if d, ok := unitWords[s]; ok && d < 10 {
			return strings.Repeat(strconv.Itoa(d), 2), 1
		}
	}
	if n == 0 {
		return "", 0
	}
	if r.at(r.i+used) == "die" {
		used++
	}
	if d, ok := r.digit(r.i + used); ok {
		return strings.Repeat(d, n), used + 1
	}
	if d, sure := digits.Figures(r.at(r.i + used)); sure {
		if d == strings.Repeat(d[:1], n) {
			return d, used + 1
		}
		return strings.Repeat(d[:1], n-1) + d, used + 1
	}
	return "", 0
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

// hundreds adds a "hundert" or "tausend" that follows d as a word of its own, and what belongs to it: "hundert zweiundsiebzig".
// That may be 100 72 too.
func (r *digitReader) hundreds(d string) (digits.Symbol, int) {
	used := 1
	t := digits.Symbol{Kind: digits.Digits, Text: d}
	zeros := map[string]string{"hundert": "00", "tausend": "000"}[r.at(r.i+used)]
	own := zeros != ""
	switch {
	case own:
		used++
		t.Text = d + zeros
	case r.words[r.i] == "hundert" || r.words[r.i] == "tausend":
		own, zeros = true, strings.TrimLeft(d, "1")
	case strings.HasSuffix(r.words[r.i], "hundert"):
		zeros = "00"
	default:
		return t, used
	}
	and := 0
	if r.at(r.i+used) == "und" {
		and = 1
	}
	v, ok := cardinal(r.at(r.i + used + and))
	rest := strconv.Itoa(v)
	if !ok || v < 1 || len(rest) > len(zeros) || v < 10 && and == 0 {
		return t, used
	}
	together := t.Text[:len(t.Text)-len(rest)] + rest
	t.Text, t.Apart = together, t.Text+rest
	if !own {
		t.Text, t.Apart = t.Apart, t.Text // one who means 855 says it in one word
	}
	return t, used + and + 1
}

// digitAt says whether the word at i is surely a number.
func (r *digitReader) digitAt(i int) bool {
	w := r.at(i)
	_, number := cardinal(w)
	return w != "" && (number && homophones[w] == "" || language.AllDigits(w) || repeats[w] > 0 || several[w] != "")
}

// digitish says whether the word at i is a number or sounds like one.
func (r *digitReader) digitish(i int) bool { return r.digitAt(i) || homophones[r.at(i)] != "" }

func (r *digitReader) at(i int) string {
	if i < 0 || i >= len(r.words) {
		return ""
	}
	return r.words[i]
}
