package language

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"frontdesk.internal/appliance/language/phrase"
)

// NameReader finds the caller's name in what he said: the words of a language around a name, and how a word is told from a part of
// one. It is read only.
type NameReader struct {
	Alphabet Alphabet
	Book     *NameBook
	Intro    *regexp.Regexp // introduces a name anywhere: "my name is"
	Start    *regexp.Regexp // stands before a name at the beginning, again and again: "yes", "this is"
	Between  *regexp.Regexp // names the parts of a name: "and my last name is"
	Last     *regexp.Regexp // the one of them that names the last name
	Spell    *regexp.Regexp // leads over to the letters: "that's spelled"

	Ends     func(word string) bool // no name has this word, or it goes on behind one
	Joins    phrase.Set             // words of the caller's own sentence behind his name: "and", "I", "calling"
	Drop     phrase.Set             // words behind a name that say nothing: "here", "please"
	Hesitate phrase.Set             // sounds between the words of a name
	Title    func(word string) bool
	Particle phrase.Set // "van"
	Carriers phrase.Set // words around letters, which are part of no name: "like"
	Words    func(text string) []string
}

// Read reads the answer to the question for the name.
func (r *NameReader) Read(text string) (n Name, ok bool) {
	text = strings.TrimSpace(text)
	for _, at := range r.Intro.FindAllStringIndex(text, -1) {
		if n, ok = r.read(text, text[:at[0]], text[at[1]:], true); ok {
			return n, true
		}
	}
	if n, ok = r.read(text, "", text, false); ok {
		return n, true
	}
	return r.pair(text)
}

// read reads the name at the beginning of rest, which before stands before in the text.
func (r *NameReader) read(text, before, rest string, led bool) (n Name, ok bool) {
	for {
		m := r.Start.FindString(rest)
		if m == "" {
			break
		}
		led = led || len(strings.Fields(m)) > 1 || strings.Contains(m, "'")
		rest = rest[len(m):]
	}
	swap := false
	if r.Between != nil {
		if first := r.Between.FindStringIndex(rest); first != nil {
			led = true
		}
		if m := r.Between.FindString(text); m != "" && r.Last.MatchString(m) && len(r.Between.FindAllString(text, -1)) > 1 {
			swap = true
		}
		rest = r.Between.ReplaceAllString(rest, joint)
	}
	parts := r.Alphabet.Parts(rest)
	if slices.ContainsFunc(parts, func(p SpelledPart) bool { return p.Spelled }) {
		n, ok = r.spelled(parts)
	} else {
		n, ok = r.plain(rest, led)
	}
	if !ok {
		return Name{}, false
	}
	if words := strings.Fields(n.Text); swap && len(words) == 2 {
		n.Text = words[1] + " " + words[0]
	}
	n.Text = once(n.Text)
	n.Remark = remark(r.bare(before), n.Remark)
	return n, true
}

// bare is a text without the words that say nothing at its beginning.
func (r *NameReader) bare(text string) string {
	for text != "" {
		m := r.Start.FindString(text)
		if m == "" {
			return text
		}
		text = text[len(m):]
	}
	return ""
}

// joint stands between the parts of a name where the words for them were.
const joint = " ~ "

// remark joins what was said before a name and behind it.
func remark(before, after string) string {
	before, after = strings.Trim(before, " ,.;:-–~"), strings.TrimLeft(after, " ,.;:-–!~")
	switch {
	case before == "":
		return strings.TrimSpace(after)
	case after == "":
		return before
	}
	return before + ". " + Capital(strings.TrimSpace(after))
}

// spelled puts a name together from what was said and what was spelled of it.
func (r *NameReader) spelled(parts []SpelledPart) (Name, bool) {
	n := Name{Spelled: true}
	var words []string
	for i, p := range parts {
		if p.Spelled {
			letters := r.beheaded(words, p.Text)
			words = strings.Fields(JoinSpelled(words, letters))
			n.Letters = append(n.Letters, letters)
			continue
		}
		said := r.Spell.ReplaceAllString(" "+p.Text+" ", " , ")
		more, rest, _ := r.words(said, true)
		behind := i > 0 && i == len(parts)-1
		if behind && (len(more) == 0 || !r.sound(more)) {
			n.Remark = p.Text // behind all letters something else was said
			continue
		}
		if len(words)+len(more) <= MaxNameWords {
			words = append(words, more...)
		}
		if behind {
			n.Remark = rest
		}
	}
	n.Text = strings.Join(r.small(words), " ")
	return n, n.Text != ""
}

// beheaded is the usual name among words of which letters are all but the first: that one was not heard. Else it is the letters.
func (r *NameReader) beheaded(words []string, letters string) string {
	for _, w := range words {
		_, first := utf8.DecodeRuneInString(w)
		if len(letters) > 2 && strings.EqualFold(w[first:], letters) && r.Book.Known(w) && !r.Book.Known(letters) {
			return w
		}
	}
	return letters
}

// sound says whether words are those of a known name, so that they are no remark.
func (r *NameReader) sound(words []string) bool {
	return !slices.ContainsFunc(words, func(w string) bool { return !r.Book.Known(w) && !r.Particle[strings.ToLower(w)] })
}

// plain reads a name of which nothing was spelled.
func (r *NameReader) plain(rest string, led bool) (Name, bool) {
	words, after, ok := r.words(rest, led)
	if !ok || len(words) == 0 {
		return Name{}, false
	}
	if more, behind, ok := r.words(after, true); ok && repeats(words, more) {
		words, after = more, behind // "Tom. Tom Baker."
	} else if ok && behind == "" && len(words) == 1 && len(more) == 1 && r.Book.Known(more[0]) {
		after = ""
		if r.Book.First(more[0]) && !r.Book.First(words[0]) { // "Baker, Tom"
			words = append(more, words...)
		} else {
			words = append(words, more...)
		}
	}
	return Name{Text: strings.Join(r.small(words), " "), Remark: after}, true
}

// repeats says whether more has all of words and others beside.
func repeats(words, more []string) bool {
	return len(more) > len(words) && !slices.ContainsFunc(words, func(w string) bool { return !slices.Contains(more, w) })
}

// small writes the particles of a name small.
func (r *NameReader) small(words []string) []string {
	out := slices.Clone(words)
	for i, w := range out {
		if low := strings.ToLower(w); i > 0 && i < len(out)-1 && r.Particle[low] {
			out[i] = low
		}
	}
	return out
}

// word is one word of a text with the marks around it.
type word struct {
	text   string // without marks
	low    string
	ends   bool // a mark behind it ends a clause
	from   int
	to     int
	spaced bool // between two parts of a name, it is no word
}

// wordsOf cuts a text into words with their marks.
func wordsOf(text string) []word {
	var out []word
	for _, f := range fieldsOf(text) {
		core := strings.Trim(text[f[0]:f[1]], ",.!?;:\"()'’-–")
		tail := strings.TrimRight(text[f[0]:f[1]], "\"')’")
		w := word{text: core, low: strings.ToLower(core), from: f[0], to: f[1], spaced: core == "~" || core == ""}
		w.ends = strings.ContainsAny(tail[max(0, len(tail)-1):], ",.!?;:–")
		out = append(out, w)
	}
	return out
}

// fieldsOf tells where the words of a text stand.
func fieldsOf(text string) (out [][2]int) {
	from := -1
	for i, r := range text {
		switch blank := unicode.IsSpace(r); {
		case blank && from >= 0:
			out = append(out, [2]int{from, i})
			from = -1
		case !blank && from < 0:
			from = i
		}
	}
	if from >= 0 {
		out = append(out, [2]int{from, len(text)})
	}
	return out
}

// words reads the words of a name at the beginning of a text, and returns what is said behind them. led says that the words before
// introduce a name. ok is false when the text begins with none.
func (r *NameReader) words(text string, led bool) (name []string, rest string, ok bool) {
	all := wordsOf(text)
	cased := hasCase(all)
	i, abrupt := 0, false
	for ; i < len(all); i++ {
		w := all[i]
		if w.spaced || r.Hesitate[w.low] {
			continue
		}
		lower := cased && !startsUpper(w.text)
		if !nameLetters(w.text) || r.ends(all, i, lower) {
			break
		}
		if lower && len(name) > 0 && !r.Particle[w.low] && (len(name) < 2 || !r.toEnd(all, i)) {
			abrupt = true
			break
		}
		if name = append(name, Capital(w.text)); len(name) > MaxNameWords {
			return nil, "", false
		}
		if w.ends && !r.Title(w.low) && !(utf8.RuneCountInString(w.text) == 1) {
			i++
			break
		}
	}
	for len(name) > 1 && r.Particle[strings.ToLower(name[len(name)-1])] {
		name = name[:len(name)-1]
		i--
	}
	if len(name) == 0 || !r.stands(all, i, name, led, abrupt) {
		return nil, "", false
	}
	if titles := slices.ContainsFunc(name, func(w string) bool { return !r.Title(strings.ToLower(w)) }); !titles {
		return nil, "", false
	}
	return name, r.behind(text, all, i), true
}

// toEnd says whether nothing but words that may be of a name stands from word i on, and few of them: "Kiefer Suther land".
func (r *NameReader) toEnd(all []word, i int) bool {
	if len(all)-i > 2 {
		return false
	}
	for ; i < len(all); i++ {
		if !nameLetters(all[i].text) || r.Ends(all[i].low) {
			return false
		}
	}
	return true
}

// stands says whether the words of a name may be one, given the word all[i] by which they end: a sentence that happens to begin so is none.
func (r *NameReader) stands(all []word, i int, name []string, led, abrupt bool) bool {
	if i >= len(all) {
		return true
	}
	if all[i-1].ends && !abrupt {
		return true
	}
	if !abrupt && (r.Joins[all[i].low] || r.Drop[all[i].low]) {
		return true
	}
	known := slices.ContainsFunc(name, r.Book.Known)
	if led {
		return known || len(name) > 1 || !abrupt && startsUpper(all[i-1].text)
	}
	return known && (!abrupt || r.sound(name))
}

// ends says whether word i is no part of a name.
func (r *NameReader) ends(all []word, i int, lower bool) bool {
	w := all[i]
	ws := r.Words(w.text)
	if r.Title(w.low) || len(ws) == 1 && r.Title(ws[0]) {
		return false
	}
	low := w.low
	if len(ws) > 0 {
		low = ws[0]
	}
	if !r.Ends(low) && !r.Ends(w.low) && !r.Drop[low] {
		return false
	}
	if r.Particle[w.low] && i+1 < len(all) && i > 0 {
		return r.Ends(all[i+1].low) && !r.Particle[all[i+1].low]
	}
	if lower || !r.Book.Known(w.text) || r.Drop[low] {
		return true
	}
	// "Will Price" and not "Will you": an everyday word that is a name too, with a name behind it or alone.
	for _, next := range all[i+1:] {
		if next.spaced {
			continue
		}
		return !w.ends && i == 0 && r.Ends(next.low) && !r.Book.Known(next.text)
	}
	return false
}

// behind is what is said behind a name, without the words that only close it.
func (r *NameReader) behind(text string, all []word, i int) string {
	for i < len(all) && (all[i].spaced || r.Drop[all[i].low]) {
		i++
	}
	if i >= len(all) {
		return ""
	}
	if joining[all[i].low] && i+1 < len(all) {
		i++
	}
	return strings.TrimLeft(text[all[i].from:], " ,.;:-–")
}

// joining are words with which what follows a name is added to it, in any of the languages.
var joining = phrase.NewSet("and but so und aber also")

// hasCase says whether the capitals of a text tell names from other words.
func hasCase(all []word) bool {
	upper := false
	lower := 0
	for i, w := range all {
		switch {
		case w.text == "" || w.low == "i":
		case !startsUpper(w.text):
			lower++
		case i > 0 || len(all) <= 2:
			upper = true
		}
	}
	return upper || lower > 0 && len(all) > 0 && startsUpper(all[0].text)
}

func startsUpper(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsUpper(r)
}

// nameLetters says whether a word has only what names are written with.
func nameLetters(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && r != '\'' && r != '-' && r != '’' })
}
