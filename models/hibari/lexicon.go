package hibari

import (
	"encoding/json"
	"regexp"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// The marks of stress, and the phonemes by kind. A capital is a diphthong.
const (
	primary    = "ˈ"
	secondary  = "ˌ"
	vowels     = "AIOQWYaiuæɑɒɔəɛɜɪʊʌᵻ"
	consonants = "bdfhjklmnpstvwzðŋɡɹɾʃʒʤʧθ"
	long       = "AIOQWYʤʧ"        // these weigh twice
	flapping   = "AIOWYiuæɑəɛɪɹʊʌ" // a t behind one of these is flapped before a vowel
)

// stress is how a word is to be stressed, from taken away to raised; unset leaves it as the lexicon has it.
type stress int

const (
	unset stress = iota
	none
	weaken     // the main stress becomes a secondary one
	even       // so it does, and a word without stress gets a secondary one
	raise      // a word without stress gets a secondary one
	raiseFully // a word without a main stress gets one
)

// stressed sets the stress of a word.
func stressed(ps string, s stress) string {
	marked := strings.Contains(ps, primary) || strings.Contains(ps, secondary)
	switch {
	case s == unset:
	case s == none:
		ps = strings.NewReplacer(primary, "", secondary, "").Replace(ps)
	case (s == weaken || s == even) && strings.Contains(ps, primary):
		ps = strings.NewReplacer(secondary, "", primary, secondary).Replace(ps)
	case (s == even || s == raise) && !marked:
		ps = beforeVowel(ps, secondary)
	case s == raiseFully && !marked:
		ps = beforeVowel(ps, primary)
	case s == raiseFully && !strings.Contains(ps, primary):
		ps = strings.ReplaceAll(ps, secondary, primary)
	}
	return ps
}

// beforeVowel puts a mark before the first vowel, if there is one.
func beforeVowel(ps, mark string) string {
	if i := strings.IndexAny(ps, vowels); i >= 0 {
		return ps[:i] + mark + ps[i:]
	}
	return ps
}

// weight is how much there is to hear of a word.
func weight(ps string) int {
	n := 0
	for _, r := range ps {
		n++
		if strings.ContainsRune(long, r) {
			n++
		}
	}
	return n
}

// entry is what a lexicon has for a word: one way to say it, or one for each part of speech.
type entry struct {
	always string
	byTag  map[string]*string
}

// UnmarshalJSON reads a string, or an object of strings and nulls.
func (e *entry) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] == '{' {
		return json.Unmarshal(data, &e.byTag)
	}
	return json.Unmarshal(data, &e.always)
}

// dictionary are the entries of a lexicon. A word in small letters also answers to its form with a large first one, and the other way
// round, where that has no entry of its own.
type dictionary map[string]entry

func (d dictionary) get(word string) (entry, bool) {
	e, ok := d[word]
	if ok || count(word) < 2 {
		return e, ok
	}
	small := lower(word)
	switch {
	case word == small:
		if c := capital(word); c != word {
			e, ok = d[c]
		}
	case word == capital(small):
		e, ok = d[small]
	}
	return e, ok
}

func (d dictionary) has(word string) bool {
	_, ok := d.get(word)
	return ok
}

// outlook is what follows a word, which some words are said by.
type outlook struct {
	known bool // there is something to hear before the next pause: a vowel, or else a consonant
	vowel bool
	to    bool // the word "to"
}

// lexicon knows how words are said.
type lexicon struct {
	checked, further dictionary // the second is only asked for what is not in the first
}

// currency is how a sign is said.
type currency struct{ unit, part string }

var (
	currencies = map[string]currency{"$": {"dollar", "cent"}, "£": {"pound", "pence"}, "€": {"euro", "cent"}}
	ordinals   = map[string]bool{"st": true, "nd": true, "rd": true, "th": true}
	wordFor    = map[string]string{"%": "percent", "&": "and", "+": "plus", "@": "at"}
	versus     = regexp.MustCompile(`(?i)\Avs\.?\z`)
	doubled    = regexp.MustCompile(`(?:bb|cc|dd|gg|kk|ll|mm|nn|pp|rr|ss|tt|vv|xx|zz)ing\z|cking\z`)
	suffixes   = regexp.MustCompile(`[a-z']+\z`)
	notLetters = regexp.MustCompile(`[^a-z]+`)
)

// straight writes a word as the lexicon does.
func straight(word string) string {
	return norm.NFKC.String(strings.NewReplacer("‘", "'", "’", "'").Replace(word))
}

// say returns the phonemes of a token, false when nothing here knows it.
func (l *lexicon) say(t *token, ctx outlook) (string, bool) {
	word := straight(t.spelling())
	s := unset
	switch word {
	case lower(word):
	case upper(word):
		s = raiseFully
	default:
		s = raise
	}
	if ps, ok := l.word(word, t.tag, s, ctx); ok {
		return l.withCurrency(ps, t.currency), true
	}
	if isNumber(word, t.head) {
		return l.number(word, t.currency, t.head)
	}
	return "", false
}

// withCurrency says the currency behind a word that stands for an amount.
func (l *lexicon) withCurrency(ps, sign string) string {
	if sign == "" {
		return ps
	}
	unit, _ := l.stemS(currencies[sign].unit+"s", "", unset, nil)
	return ps + " " + unit
}

// class is the part of speech that a tag belongs to.
func class(tag string) string {
	for _, c := range [][2]string{{"VB", "VERB"}, {"NN", "NOUN"}, {"ADV", "ADV"}, {"RB", "ADV"}, {"ADJ", "ADJ"}, {"JJ", "ADJ"}} {
		if strings.HasPrefix(tag, c[0]) {
			return c[1]
		}
	}
	return tag
}

// letters spells a word.
func (l *lexicon) letters(word string) (string, bool) {
	var b strings.Builder
	for _, r := range word {
		if !allLetters(string(r)) {
			continue
		}
		e, ok := l.checked.get(upper(string(r)))
		if !ok {
			return "", false
		}
		b.WriteString(e.always)
	}
	ps := stressed(b.String(), even)
	if i := strings.LastIndex(ps, secondary); i >= 0 {
		ps = ps[:i] + primary + ps[i+len(secondary):]
	}
	return ps, true
}

// special says words whose sound goes by what is around them.
func (l *lexicon) special(word, tag string, s stress, ctx outlook) (string, bool) {
	if tag == "ADD" && word == "." {
		return l.lookup("dot", "", weaken, &ctx)
	}
	if tag == "ADD" && word == "/" {
		return l.lookup("slash", "", weaken, &ctx)
	}
	if w, ok := wordFor[word]; ok {
		return l.lookup(w, "", unset, &ctx)
	}
	if initials(word) {
		return l.letters(word)
	}
	switch word {
	case "a", "A":
		if tag == "DT" {
			return "ɐ", true
		}
		return "ˈA", true
	case "am", "Am", "AM":
		switch {
		case strings.HasPrefix(tag, "NN"):
			return l.letters(word)
		case !ctx.known, word != "am", s >= raise:
			return l.checked["am"].always, true
		}
		return "ɐm", true
	case "an", "An", "AN":
		if word == "AN" && strings.HasPrefix(tag, "NN") {
			return l.letters(word)
		}
		return "ɐn", true
	case "I":
		if tag == "PRP" {
			return secondary + "I", true
		}
	case "by", "By", "BY":
		if class(tag) == "ADV" {
			return "bˈI", true
		}
	case "to", "To", "TO":
		if word == "TO" && tag != "TO" && tag != "IN" {
			break
		}
		switch {
		case !ctx.known:
			return l.checked["to"].always, true
		case ctx.vowel:
			return "tʊ", true
		}
		return "tə", true
	case "in", "In", "IN":
		if word == "IN" && tag == "NNP" {
			break
		}
		if !ctx.known || tag != "IN" {
			return primary + "ɪn", true
		}
		return "ɪn", true
	case "the", "The", "THE":
		if word == "THE" && tag != "DT" {
			break
		}
		if ctx.known && ctx.vowel {
			return "ði", true
		}
		return "ðə", true
	case "used", "Used", "USED":
		which := "DEFAULT"
		if (tag == "VBD" || tag == "JJ") && ctx.to {
			which = "VBD"
		}
		if ps := l.checked["used"].byTag[which]; ps != nil {
			return *ps, true
		}
	}
	if tag == "IN" && versus.MatchString(word) {
		return l.lookup("versus", "", unset, &ctx)
	}
	return "", false
}

// initials reports whether a word is written with full stops between its letters: "U.S".
func initials(word string) bool {
	if !strings.Contains(strings.Trim(word, "."), ".") || !allLetters(strings.ReplaceAll(word, ".", "")) {
		return false
	}
	for part := range strings.SplitSeq(word, ".") {
		if count(part) > 2 {
			return false
		}
	}
	return true
}

// knows reports whether lookup has something for a word.
func (l *lexicon) knows(word string) bool {
	if l.checked.has(word) || wordFor[word] != "" || l.further.has(word) {
		return true
	}
	if word == "" || strings.IndexFunc(word, func(r rune) bool { return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') }) >= 0 {
		return false
	}
	return len(word) == 1 || word == upper(word) && l.checked.has(lower(word)) || word[1:] == upper(word[1:])
}

// lookup finds a word in the lexicon; one in capitals that is no name is spelled. ctx is nil for a part of a number.
func (l *lexicon) lookup(word, tag string, s stress, ctx *outlook) (string, bool) {
	name := false
	if word == upper(word) && !l.checked.has(word) {
		word, name = lower(word), tag == "NNP"
	}
	e, ok := l.checked.get(word)
	if !ok && !name {
		e, ok = l.further.get(word)
	}
	ps := e.always
	if e.byTag != nil {
		if _, pause := e.byTag["None"]; pause && ctx != nil && !ctx.known {
			tag = "None"
		} else if _, own := e.byTag[tag]; !own {
			tag = class(tag)
		}
		way, own := e.byTag[tag]
		if !own {
			way = e.byTag["DEFAULT"]
		}
		if ok = way != nil; ok {
			ps = *way
		}
	}
	if !ok || name && !strings.Contains(ps, primary) {
		if spelled, can := l.letters(word); can {
			return spelled, true
		}
		if !ok {
			return "", false
		}
	}
	return stressed(ps, s), true
}

// behind says what is added to a stem; false where the stem is not known.
func behind(stem string, ok bool, add func(string) string) (string, bool) {
	if !ok || stem == "" {
		return "", false
	}
	return add(stem), true
}

func addS(stem string) string {
	switch r := last(stem); {
	case strings.ContainsRune("ptkfθ", r):
		return stem + "s"
	case strings.ContainsRune("szʃʒʧʤ", r):
		return stem + "ᵻz"
	}
	return stem + "z"
}

func addED(stem string) string {
	r := last(stem)
	switch {
	case strings.ContainsRune("pkfθʃsʧ", r):
		return stem + "t"
	case r == 'd':
		return stem + "ᵻd"
	case r != 't':
		return stem + "d"
	case count(stem) < 2:
		return stem + "ɪd"
	case strings.ContainsRune(flapping, last(stem[:len(stem)-1])):
		return stem[:len(stem)-1] + "ɾᵻd"
	}
	return stem + "ᵻd"
}

func addING(stem string) string {
	if count(stem) > 1 && last(stem) == 't' && strings.ContainsRune(flapping, last(stem[:len(stem)-1])) {
		return stem[:len(stem)-1] + "ɾɪŋ"
	}
	return stem + "ɪŋ"
}

// stemS says a known word with an s behind it.
func (l *lexicon) stemS(word, tag string, s stress, ctx *outlook) (string, bool) {
	if len(word) < 3 || !strings.HasSuffix(word, "s") {
		return "", false
	}
	var stem string
	n := count(word)
	switch {
	case !strings.HasSuffix(word, "ss") && l.knows(word[:len(word)-1]):
		stem = word[:len(word)-1]
	case (strings.HasSuffix(word, "'s") || n > 4 && strings.HasSuffix(word, "es") && !strings.HasSuffix(word, "ies")) &&
		l.knows(word[:len(word)-2]):
		stem = word[:len(word)-2]
	case n > 4 && strings.HasSuffix(word, "ies") && l.knows(word[:len(word)-3]+"y"):
		stem = word[:len(word)-3] + "y"
	default:
		return "", false
	}
	ps, ok := l.lookup(stem, tag, s, ctx)
	return behind(ps, ok, addS)
}

// stemED says a known word with an ed behind it.
func (l *lexicon) stemED(word, tag string, s stress, ctx *outlook) (string, bool) {
	if len(word) < 4 || !strings.HasSuffix(word, "d") {
		return "", false
	}
	var stem string
	switch {
	case !strings.HasSuffix(word, "dd") && l.knows(word[:len(word)-1]):
		stem = word[:len(word)-1]
	case count(word) > 4 && strings.HasSuffix(word, "ed") && !strings.HasSuffix(word, "eed") && l.knows(word[:len(word)-2]):
		stem = word[:len(word)-2]
	default:
		return "", false
	}
	ps, ok := l.lookup(stem, tag, s, ctx)
	return behind(ps, ok, addED)
}

// stemING says a known word with an ing behind it.
func (l *lexicon) stemING(word, tag string, s stress, ctx *outlook) (string, bool) {
	stem, ok := strings.CutSuffix(word, "ing")
	if n := count(word); !ok || n < 5 {
		return "", false
	} else if n == 5 || !l.knows(stem) {
		switch {
		case l.knows(stem + "e"):
			stem += "e"
		case n > 5 && doubled.MatchString(word) && l.knows(stem[:len(stem)-1]):
			stem = stem[:len(stem)-1]
		default:
			return "", false
		}
	}
	ps, ok := l.lookup(stem, tag, s, ctx)
	return behind(ps, ok, addING)
}

// word says a word of the lexicon, or one made of one.
func (l *lexicon) word(word, tag string, s stress, ctx outlook) (string, bool) {
	if ps, ok := l.special(word, tag, s, ctx); ok {
		return ps, true
	}
	if l.smaller(word, tag, s, ctx) {
		word = lower(word)
	}
	if l.knows(word) {
		return l.lookup(word, tag, s, &ctx)
	}
	if stem, ok := strings.CutSuffix(word, "s'"); ok && l.knows(stem+"'s") {
		return l.lookup(stem+"'s", tag, s, &ctx)
	}
	if stem, ok := strings.CutSuffix(word, "'"); ok && l.knows(stem) {
		return l.lookup(stem, tag, s, &ctx)
	}
	if ps, ok := l.stemS(word, tag, s, &ctx); ok {
		return ps, true
	}
	if ps, ok := l.stemED(word, tag, s, &ctx); ok {
		return ps, true
	}
	if s == unset {
		s = raise
	}
	return l.stemING(word, tag, s, &ctx)
}

// smaller reports whether a word with capitals is to be looked up in small letters.
func (l *lexicon) smaller(word, tag string, s stress, ctx outlook) bool {
	small := lower(word)
	n := count(word)
	if n < 2 || word == small || !allLetters(strings.ReplaceAll(word, "'", "")) || tag == "NNP" && n <= 7 ||
		l.checked.has(word) || l.further.has(word) {
		return false
	}
	rest := word[len(string(first(word))):]
	if word != upper(word) && rest != lower(rest) {
		return false
	}
	if l.checked.has(small) || l.further.has(small) {
		return true
	}
	for _, stem := range []func(string, string, stress, *outlook) (string, bool){l.stemS, l.stemED, l.stemING} {
		if _, ok := stem(small, tag, s, &ctx); ok {
			return true
		}
	}
	return false
}
