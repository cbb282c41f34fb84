package hibari

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// tables are the words by which texts are written out.
type tables struct {
	Months        map[string]string    `json:"months"` // "jan" → "January"
	Titles        map[string]string    `json:"titles"` // before a name
	Abbreviations map[string]string    `json:"abbreviations"`
	Units         map[string][2]string `json:"units"` // of one, of several
	Symbols       ordered              `json:"symbols"`
	Currency      map[string][2]string `json:"currency"`
	Numbered      []string             `json:"roman_cardinal"` // "Chapter", before a Roman number
	Named         []string             `json:"roman_ordinal"`  // "Henry"

	rewritings []rewriting
}

// ordered is an object of strings whose order counts.
type ordered [][2]string

// UnmarshalJSON keeps the order.
func (o *ordered) UnmarshalJSON(data []byte) error {
	d := json.NewDecoder(bytes.NewReader(data))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return errors.Join(err, errors.New("an object is needed"))
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return err
		}
		var value string
		if err := d.Decode(&value); err != nil {
			return err
		}
		*o = append(*o, [2]string{fmt.Sprint(key), value})
	}
	return nil
}

const (
	amountForm = `\d+(?:,\d{3})*(?:\.\d+)?`
	bigForm    = `hundred|thousand|million|billion|trillion`
	romanForm  = `M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})`
	numerals   = "0123456789"
)

var bigNames = map[string]string{"k": "thousand", "m": "million", "b": "billion"}

// between are signs that are said between two others only.
var between = []string{"=", "<", ">", "~"}

// fractions are the parts of a whole that is divided by 2, 3, ….
var fractions = strings.Fields("_ _ half third quarter fifth sixth seventh eighth ninth tenth")

// prepare makes the rewritings, in the order in which they are applied.
func (t *tables) prepare() error {
	names := map[string]bool{"Sept": true}
	for short, name := range t.Months {
		names[capital(short)], names[name] = true, true
	}
	months := alternatives(slices.Sorted(maps.Keys(names)))
	keys := func(m map[string]string) string { return alternatives(slices.Sorted(maps.Keys(m))) }
	units := alternatives(slices.Sorted(maps.Keys(t.Units)))
	var bad error
	add := func(form string, start func(rune) bool, needs string, with func(found []string, rest string) string) {
		re, err := regexp.Compile(`\A(?:` + form + `)`)
		if err != nil {
			bad = errors.Join(bad, err)
			return
		}
		t.rewritings = append(t.rewritings, rewriting{re, start, with, needs})
	}
	noPoint := apartFrom(".")
	add(`(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\s?([AaPp])\.?[Mm]\.?()(?:[^A-Za-z0-9]|\z)|()(?:\D|\z))`, atWord, ":", clock)
	add(`(\d{4})-(\d{2})-(\d{2})()`+notWord, atWord, "-", func(f []string, _ string) string {
		return t.date(f[0], f[2], f[3], f[1])
	})
	add(`(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})()`+notWord, atWord, "/", t.slashed)
	add(`([$£€])(`+amountForm+`)\s?(?:(`+bigForm+`)|([kKmMbB])()`+notWord+`)`, anywhere, "$£€", t.fortune)
	add(`(`+amountForm+`)\s?¢`, noPoint, "¢", func(f []string, _ string) string {
		return f[1] + " " + plural(f[1], t.Currency["¢"])
	})
	add(`([¥₹₩]|Rs\.?|USD|EUR|GBP)\s?(`+amountForm+`)(?:\s?(?:(`+bigForm+`)|([kKmMbB])()`+notWord+`))?`, atWord, numerals, t.foreign)
	add(`(-?`+amountForm+`)\s?°\s?([CF])?()`+notWord, noPoint, "°", degrees)
	add(`(-?`+amountForm+`)\s?(`+units+`)()`+notWord, noPoint, numerals, func(f []string, _ string) string {
		return f[1] + " " + plural(f[1], t.Units[f[2]])
	})
	add(`(`+months+`)\.? (\d{1,2})(?:st|nd|rd|th)?(?:(,? \d{4})()`+notWord+`|()(?:[^\pL\pN_:%]|\z))`, atWord, numerals, t.monthDay)
	add(`(the )?(\d{1,2}) (?:of )?(`+months+`)(?:\.|()`+notWord+`)`, atWord, numerals, t.dayMonth)
	add(`(`+keys(t.Titles)+`)\.? ()[A-Z]`, atWord, "", func(f []string, _ string) string { return t.Titles[f[1]] + " " })
	add(`(`+keys(t.Abbreviations)+`)()`+notWord, noPoint, "", func(f []string, rest string) string {
		if rest == "" && strings.HasSuffix(f[1], ".") {
			return t.Abbreviations[f[1]] + "."
		}
		return t.Abbreviations[f[1]]
	})
	add(`Nos\. ?()\d`, atWord, numerals, func([]string, string) string { return "Numbers " })
	add(`No\. ?()\d`, atWord, numerals, func([]string, string) string { return "Number " })
	add(`#()\d`, apartFrom("&"), "#", func([]string, string) string { return "number " })
	roman := `) ([IVXLC]` + `[IVXLCDM]*)()(?:[^\pL\pN_.'’]|[.'’]` + notWord + `|\z)`
	add(`(`+alternatives(t.Numbered)+roman, atWord, "IVXLC", func(f []string, _ string) string {
		return romanOr(f, func(n string) string { return f[1] + " " + n })
	})
	add(`(`+alternatives(t.Named)+roman, atWord, "IVXLC", func(f []string, _ string) string {
		return romanOr(f, func(n string) string { return f[1] + " the " + ordinal(n) })
	})
	add(`((?:\d{3}-)?\d{3}-\d{4})()(?:[^\pL\pN_.\-]|\z)`, apartFrom(".-"), "-", func(f []string, _ string) string {
		return strings.Join(strings.Split(strings.ReplaceAll(f[1], "-", ", "), ""), " ")
	})
	add(`(\d{1,2})/(\d{1,2})()(?:[^\pL\pN_./]|\z)`, apartFrom("./"), "/", t.fraction)
	add(`(\d{1,4})\s?[-–]\s?(\d{1,4})()(?:[^\pL\pN_.\-%]|\z)`, apartFrom(".-"), "-–", func(f []string, _ string) string {
		return f[1] + " to " + f[2]
	})
	add(`\+()\d`, apartFrom("+"), "+", func([]string, string) string { return "plus " })
	for _, s := range t.Symbols {
		word := " "
		if s[1] != "" {
			word = " " + s[1] + " "
		}
		said := func([]string, string) string { return word }
		if slices.Contains(between, s[0]) {
			add(` ?`+s[0]+` ?()\S`, func(before rune) bool { return before != utf8.RuneError && before != ' ' }, s[0], said)
			continue
		}
		add(regexp.QuoteMeta(s[0]), anywhere, s[0], said)
	}
	return bad
}

// spacesBefore are those before a pause.
var spacesBefore = regexp.MustCompile(` +([,.;:!?])`)

// write returns a text with its numbers, dates, abbreviations and signs as words, as far as the lexicon does not read them itself.
func (t *tables) write(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	text = strings.NewReplacer("’", "'", "‒", "-", "―", "—").Replace(text)
	for _, r := range t.rewritings {
		text = r.apply(text)
	}
	return strings.TrimSpace(spacesBefore.ReplaceAllString(strings.Join(strings.Fields(text), " "), "$1"))
}

// plural is the name of n of something.
func plural(n string, names [2]string) string {
	switch strings.ReplaceAll(n, ",", "") {
	case "1", "1.0", "-1":
		return names[0]
	}
	return names[1]
}

// clock writes a time of day: "nine thirty A.M.".
func clock(f []string, rest string) string {
	hour, _ := strconv.Atoi(f[1]) // digits by the expression
	minute, _ := strconv.Atoi(f[2])
	second, _ := strconv.Atoi("0" + f[3])
	if hour > 24 || minute > 59 || second > 59 {
		return f[0]
	}
	out := cardinal(f[1])
	switch {
	case minute > 9:
		out += " " + cardinal(f[2])
	case minute > 0:
		out += " oh " + cardinal(f[2])
	case f[3] == "" && f[4] == "":
		out += " o'clock"
	}
	switch {
	case f[3] != "" && second == 1:
		out += " and one second"
	case f[3] != "":
		out += " and " + cardinal(f[3]) + " seconds"
	}
	if f[4] != "" { // with points between, so that the letters are spelled
		out += " " + upper(f[4]) + ".M"
		if !strings.HasPrefix(rest, ".") {
			out += "."
		}
	}
	return out
}

// date writes a date of the year given, if any; one that cannot be stays as it is written.
func (t *tables) date(written, month, day, of string) string {
	m, _ := strconv.Atoi(month) // digits by the expressions
	d, _ := strconv.Atoi(day)
	if m < 1 || m > 12 || d < 1 || d > 31 {
		return written
	}
	out := t.Months[strings.Fields("jan feb mar apr may jun jul aug sep oct nov dec")[m-1]] + " " + ordinal(day)
	if of != "" {
		out += ", " + of
	}
	return out
}

// slashed writes "10/12/2026", the month first where it can be.
func (t *tables) slashed(f []string, _ string) string {
	a, b, y := f[1], f[2], f[3]
	if len(y) == 2 {
		if y > "30" {
			y = "19" + y
		} else {
			y = "20" + y
		}
	}
	if n, _ := strconv.Atoi(a); n > 12 {
		a, b = b, a
	}
	return t.date(f[0], a, b, y)
}

// fortune writes "$3.2 billion".
func (t *tables) fortune(f []string, _ string) string {
	return f[2] + " " + f[3] + bigNames[lower(f[4])] + " " + t.Currency[f[1]][1]
}

// foreign writes amounts of currencies that the lexicon does not read.
func (t *tables) foreign(f []string, _ string) string {
	names := t.Currency[strings.TrimSuffix(f[1], ".")]
	if big := f[3] + bigNames[lower(f[4])]; big != "" {
		return f[2] + " " + big + " " + names[1]
	}
	return f[2] + " " + plural(f[2], names)
}

// degrees writes a temperature or an angle.
func degrees(f []string, _ string) string {
	return f[1] + " " + plural(f[1], [2]string{"degree", "degrees"}) + map[string]string{"C": " Celsius", "F": " Fahrenheit"}[f[2]]
}

// month is the name of a month that is written as a word.
func (t *tables) month(word string) string { return t.Months[lower(word)[:3]] }

// monthDay writes "Jan. 5th".
func (t *tables) monthDay(f []string, _ string) string {
	if d, _ := strconv.Atoi(f[2]); d < 1 || d > 31 {
		return f[0]
	}
	return t.month(f[1]) + " " + ordinal(f[2]) + f[3]
}

// dayMonth writes "5 January".
func (t *tables) dayMonth(f []string, _ string) string {
	if d, _ := strconv.Atoi(f[2]); d < 1 || d > 31 {
		return f[0]
	}
	return "the " + ordinal(f[2]) + " of " + t.month(f[3])
}

// fraction writes "3/4", or a day without a year.
func (t *tables) fraction(f []string, _ string) string {
	a, _ := strconv.Atoi(f[1]) // digits by the expression
	b, _ := strconv.Atoi(f[2])
	switch {
	case b == 2 && a == 1:
		return "one half"
	case a > 0 && a < b && b <= 10:
		out := strconv.Itoa(a) + " " + fractions[b]
		if a > 1 {
			out += "s"
		}
		return out
	case a >= 1 && a <= 12 && b >= 1 && b <= 31:
		return t.date(f[0], f[1], f[2], "")
	}
	return strconv.Itoa(a) + " slash " + strconv.Itoa(b)
}

var wholeRoman = regexp.MustCompile(`\A` + romanForm + `\z`)

// romanOr returns what is made of the Roman number found behind a word, or what was found if it is none.
func romanOr(f []string, with func(n string) string) string {
	if !wholeRoman.MatchString(f[2]) {
		return f[0]
	}
	values := map[byte]int{'I': 1, 'V': 5, 'X': 10, 'L': 50, 'C': 100, 'D': 500, 'M': 1000}
	n := 0
	for i := range len(f[2]) {
		v := values[f[2][i]]
		if i+1 < len(f[2]) && values[f[2][i+1]] > v {
			v = -v
		}
		n += v
	}
	return with(strconv.Itoa(n))
}

// sentences cuts a text where sentences end.
func (t *tables) sentences(text string) []string {
	var out []string
	for para := range strings.SplitSeq(text, "\n") {
		para = strings.TrimSpace(para)
		from := 0
		for i := 1; i < len(para); i++ {
			if !strings.ContainsRune(".!?…", last(para[:i])) || !utf8.RuneStart(para[i]) {
				continue
			}
			rest := strings.TrimLeft(para[i:], `"”’)]`)
			next := strings.TrimLeft(rest, " ")
			if len(next) == len(rest) || next == "" || !t.endsAt(para[:i], first(next)) {
				continue
			}
			out = append(out, para[from:i])
			from = len(para) - len(next)
			i = from
		}
		if para = para[from:]; para != "" {
			out = append(out, para)
		}
	}
	return out
}

// endsAt reports whether a sentence ends behind said when the next word begins with next: not behind a title or an initial.
func (t *tables) endsAt(said string, next rune) bool {
	if unicode.IsLower(next) {
		return false
	}
	rest, dot := strings.CutSuffix(said, ".")
	if !dot {
		return true
	}
	word := strings.TrimLeft(rest[strings.LastIndexByte(rest, ' ')+1:], "(\"“'‘")
	_, title := t.Titles[word]
	return !title && (count(word) != 1 || !unicode.IsUpper(first(word)))
}
