package language

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// NameBook is a dictionary of first and last names: which are usually written in one way, and which in several. It is read only.
type NameBook struct {
	words map[string]nameKind
	alike map[string][]string // the other ways to write a name
}

type nameKind uint8

// A kind shifted by isAlike says that the name is written in several ways as one of that kind.
const (
	isFirst nameKind = 1
	isLast  nameKind = 2
	isAlike nameKind = 4
)

// NewNameBook reads a dictionary. A line "first:" or "last:" says what the names are that follow; "a = b" are ways to write one
// name, "a > b" is a seldom way to write b, which is sure itself; '#' begins a comment.
func NewNameBook(file string) (*NameBook, error) {
	b := &NameBook{words: map[string]nameKind{}, alike: map[string][]string{}}
	kind := nameKind(0)
	for n, line := range strings.Split(file, "\n") {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || line[0] == '#':
		case line == "first:":
			kind = isFirst
		case line == "last:":
			kind = isLast
		case kind == 0:
			return nil, fmt.Errorf("line %d: names of no kind", n+1)
		case strings.Contains(line, "="):
			ways := strings.FieldsFunc(line, func(r rune) bool { return r == '=' || r == ' ' })
			for _, w := range ways {
				b.words[w] |= kind | isAlike*kind
				b.alike[w] = append(b.alike[w], ways...)
			}
		case strings.Contains(line, ">"):
			seldom, usual, _ := strings.Cut(line, ">")
			seldom, usual = strings.TrimSpace(seldom), strings.TrimSpace(usual)
			b.words[seldom] |= kind | isAlike*kind
			b.words[usual] |= kind
			b.alike[seldom] = append(b.alike[seldom], seldom, usual)
			b.alike[usual] = append(b.alike[usual], usual, seldom)
		default:
			for w := range strings.FieldsSeq(line) {
				b.words[w] |= kind
			}
		}
	}
	return b, nil
}

// Known says whether a word is a name.
func (b *NameBook) Known(word string) bool { return b.words[strings.ToLower(word)] != 0 }

// First says whether a word is a first name.
func (b *NameBook) First(word string) bool { return b.words[strings.ToLower(word)]&isFirst != 0 }

// Ways are the ways in which a name that sounds like word is written; none but one for most.
func (b *NameBook) Ways(word string) []string { return b.alike[strings.ToLower(word)] }

// likeLeast is the shortest word that one letter more or less leaves itself, in letters.
const likeLeast = 4

// Like is the name that is written as word but for one letter; not are none. One more letter counts before another letter: it is
// rather missed than misheard. "" when there is none, or several, and for a word that is a name.
func (b *NameBook) Like(word string, not []string) string {
	low := strings.ToLower(word)
	size := utf8.RuneCountInString(low)
	if size < likeLeast || b.Known(word) {
		return ""
	}
	var longer, others []string
	for name, kind := range b.words {
		if kind&isLast == 0 || name == low || Edits(name, low, 1) > 1 ||
			slices.ContainsFunc(not, func(n string) bool { return strings.EqualFold(n, name) }) {
			continue
		}
		if utf8.RuneCountInString(name) > size {
			longer = append(longer, name)
		} else {
			others = append(others, name)
		}
	}
	switch {
	case len(longer) == 1:
		return Capitals(longer[0])
	case len(longer) == 0 && len(others) == 1:
		return Capitals(others[0])
	}
	return ""
}

// unsure says whether the spelling of a word of a name is open: it may be written in several ways, or the dictionary has it not.
func (b *NameBook) unsure(word string, as nameKind) bool {
	for part := range strings.SplitSeq(strings.ToLower(word), "-") {
		k := b.words[part]
		kinds := k & (isFirst | isLast)
		if kinds == 0 {
			return true
		}
		if kinds&as != 0 {
			kinds &= as
		}
		if kinds&^(k/isAlike) == 0 {
			return true
		}
	}
	return false
}

// Doubt tells which part of a name should be spelled. heard says of a word whether it was recognised badly.
func (r *NameReader) Doubt(name string, heard func(word string) bool) NamePart {
	var words []string
	titled := false
	for _, w := range strings.Fields(name) {
		switch low := strings.TrimSuffix(strings.ToLower(w), "."); {
		case r.Title(low):
			titled = true
		case !r.Particle[low]:
			words = append(words, w)
		}
	}
	open := func(w string, as nameKind) bool { return r.Book.unsure(w, as) || heard(w) }
	switch len(words) {
	case 0:
		return NameSure
	case 1:
		if titled {
			if open(words[0], isLast) {
				return NameLast
			}
			return NameSure
		}
		if open(words[0], isFirst|isLast) && (!r.Book.First(words[0]) || heard(words[0])) {
			return NameWhole
		}
		return NameSure
	}
	first, last := open(words[0], isFirst), open(words[len(words)-1], isLast)
	if r.Book.First(words[0]) && !heard(words[0]) { // a usual one: the office knows whom it has from the last name
		first = false
	}
	switch {
	case first && last:
		return NameWhole
	case last:
		return NameLast
	case first:
		return NameFirst
	}
	return NameSure
}
