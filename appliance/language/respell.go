package language

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Respelling is how callers tell the spelling of a name without its letters. It is read only.
type Respelling struct {
	With    []string               // "with a"
	Without []string               // "without", "no"
	Double  []string               // "two", "double"
	End     string                 // "at the end", in lower case
	Begin   []string               // "at the beginning", in lower case
	Usual   func(text string) bool // "just like it sounds"
}

// Respell reads the answer to the question how a name is spelled that was heard as heard. part is what was asked for.
func (r *NameReader) Respell(heard string, part NamePart, text string, how Respelling) (n Name, ok bool) {
	words := strings.Fields(heard)
	if len(words) == 0 {
		return r.Read(text)
	}
	if s := shouted(text); s != "" {
		return Name{Text: r.put(words, part, s), Spelled: true, Letters: []string{s}}, true
	}
	var spelled []string
	for _, p := range r.Alphabet.Parts(text) {
		if p.Spelled {
			spelled = append(spelled, p.Text)
		}
	}
	if len(spelled) > 0 {
		n = Name{Spelled: true, Letters: spelled}
		if m, ok := r.Read(text); ok {
			n.Remark = m.Remark
		}
		n.Text = r.put(words, part, spelled...)
		return n, true
	}
	if s := r.hinted(words, part, text, how); s != "" {
		return Name{Text: s, Spelled: true, Letters: []string{lastOf(s)}}, true
	}
	if how.Usual(text) {
		return Name{Text: heard, Spelled: true}, true
	}
	m, ok := r.Read(text)
	if !ok {
		return Name{}, false
	}
	if !strings.Contains(m.Text, " ") && len(words) > 1 { // one of the words again
		m.Text = r.put(words, part, m.Text)
	}
	return m, true
}

func lastOf(s string) string { return s[strings.LastIndexByte(s, ' ')+1:] }

// shouted is a text that is written in capitals only, as a recogniser does with letters that it takes for one word.
func shouted(text string) string {
	var b strings.Builder
	for _, w := range spokenWords(text) {
		word := text[w.from:w.to]
		if strings.ContainsFunc(word, func(r rune) bool { return !unicode.IsUpper(r) }) {
			return ""
		}
		b.WriteString(word)
	}
	if utf8.RuneCountInString(b.String()) < 3 {
		return ""
	}
	return Capitals(b.String())
}

// put puts spelled words into the places of those that they spell.
func (r *NameReader) put(words []string, part NamePart, spelled ...string) string {
	out := slices.Clone(words)
	first, last := r.places(words)
	if len(spelled) == 1 && first != last {
		if a, b, ok := divide(spelled[0], out[first], out[last]); ok {
			out[first], out[last] = keepCase(a, out[first]), keepCase(b, out[last])
			return strings.Join(out, " ")
		}
	}
	for i, s := range spelled {
		at := last
		switch {
		case part == NameFirst && len(spelled) == 1:
			at = first
		case len(spelled) > 1 && i == 0 && part != NameLast:
			at = first
		}
		if best := nearest(out, s); best >= 0 && len(spelled) == 1 {
			at = best
		}
		out[at] = keepCase(s, out[at])
	}
	return strings.Join(out, " ")
}

// places are where the first and the last name stand.
func (r *NameReader) places(words []string) (first, last int) {
	last = len(words) - 1
	for first < last && r.Title(strings.TrimSuffix(strings.ToLower(words[first]), ".")) {
		first++
	}
	return first, last
}

// nearest is the word that is written nearly as s, when one is nearer than half of it, or that alone begins alike; -1 = none.
func nearest(words []string, s string) int {
	best := nearlyWritten(words, s, 2)
	if best >= 0 {
		return best
	}
	for i, w := range words { // or the only one that begins alike
		if a, _ := utf8.DecodeRuneInString(strings.ToLower(w)); strings.HasPrefix(strings.ToLower(s), string(a)) {
			if best >= 0 {
				return -1
			}
			best = i
		}
	}
	return best
}

// nearlyWritten is the word that is written most nearly as s, where one part of it in so many at most differs; -1 = none.
func nearlyWritten(words []string, s string, part int) int {
	best, least := -1, 0
	for i, w := range words {
		most := max(utf8.RuneCountInString(s), utf8.RuneCountInString(w)) / part
		if d := Edits(strings.ToLower(w), strings.ToLower(s), most); d <= most && (best < 0 || d < least) {
			best, least = i, d
		}
	}
	return best
}

// divide cuts letters that spell two words in one run. ok is false when they rather spell one of them.
func divide(s, first, last string) (a, b string, ok bool) {
	low, x, y := []rune(strings.ToLower(s)), strings.ToLower(first), strings.ToLower(last)
	one := min(Edits(string(low), x, 99), Edits(string(low), y, 99))
	best, at := 99, 0
	for i := 2; i <= len(low)-2; i++ {
		if d := Edits(string(low[:i]), x, 99) + Edits(string(low[i:]), y, 99); d < best {
			best, at = d, i
		}
	}
	if at == 0 || best >= one {
		return "", "", false
	}
	return Capitals(string(low[:at])), Capitals(string(low[at:])), true
}

// keepCase keeps the capitals of a word as it was heard when its letters are the same: "McDonald".
func keepCase(spelled, heard string) string {
	if strings.EqualFold(spelled, heard) {
		return Capital(heard)
	}
	return spelled
}

// alternates are letters that sound alike, for a name that the dictionary does not write in several ways.
var alternates = [][]string{{"c", "k", "ck", "ch", "q"}, {"ph", "f", "v"}, {"y", "i", "ie", "ey", "ee"}, {"ei", "ai", "ey", "ay"},
	{"th", "t", "dt", "tt", "d"}, {"z", "s", "ss", "tz", "ß"}, {"v", "w", "f"}, {"ä", "ae", "e"}, {"ö", "oe"}, {"ü", "ue", "y"},
	{"j", "g", "y"}}

// hinted reads "with a K", "with two Ts", "without an H", "with an E at the end"; "" when the text has no such hint or none that fits.
func (r *NameReader) hinted(words []string, part NamePart, text string, how Respelling) string {
	said := spokenWords(text)
	out := slices.Clone(words)
	first, last := r.places(words)
	done := false
	for i := range said {
		hint, without, n := r.hint(said[i:], how)
		if hint == "" {
			continue
		}
		behind := strings.ToLower(strings.TrimLeft(text[said[i+n-1].to:], " ,"))
		end := strings.HasPrefix(behind, how.End)
		begin := slices.ContainsFunc(how.Begin, func(s string) bool { return strings.HasPrefix(behind, s) })
		order := []int{last, first}
		if part == NameFirst {
			order = []int{first, last}
		}
		for _, at := range order {
			w, ok := r.respelled(out[at], hint, without, end)
			if begin && !without {
				w, ok = begun(out[at], hint), true
			}
			if ok {
				out[at], done = w, true
				break
			}
		}
	}
	if !done {
		return ""
	}
	return strings.Join(out, " ")
}

// begun is a name with letters before it, if it does not begin with them.
func begun(name, hint string) string {
	if strings.HasPrefix(strings.ToLower(name), hint) {
		return name
	}
	return Capitals(hint + name)
}

// hint reads the letters behind "with" or "without", and how many words that takes.
func (r *NameReader) hint(said []spoken, how Respelling) (letters string, without bool, n int) {
	with := slices.Contains(how.With, said[0].low)
	without = slices.Contains(how.Without, said[0].low)
	if !with && !without {
		return "", false, 0
	}
	twice, article := false, false
	for n = 1; n < len(said); n++ {
		low := strings.TrimSuffix(strings.TrimSuffix(said[n].low, "'s"), "’s")
		if l := r.Alphabet.Names[low]; l != "" && len(low) > 2 && letters == "" && !r.Alphabet.Skip[low] {
			low = l // "with zed"
		}
		switch {
		case slices.Contains(how.Double, low):
			twice = true
			continue
		case letters == "" && utf8.RuneCountInString(low) > 1 && (r.Alphabet.Skip[low] || slices.Contains(how.With, low)),
			letters == "" && !article && r.Alphabet.Words[low] && n+1 < len(said) &&
				(utf8.RuneCountInString(said[n+1].low) == 1 || isLetters(said[n+1].low)):
			article = true
			continue
		case utf8.RuneCountInString(low) == 1, len(low) <= 3 && letters == "" && isLetters(low):
			if plural := strings.TrimSuffix(low, "s"); twice && utf8.RuneCountInString(plural) == 1 {
				low = plural
			}
			if twice {
				low, twice = low+low, false
			}
			letters += low
			continue
		}
		break
	}
	return letters, without, n
}

// isLetters says whether a short word is letters and no word: "ph", "ie", "dt".
func isLetters(low string) bool {
	return slices.ContainsFunc(alternates, func(group []string) bool { return slices.Contains(group, low) }) || low == "sch" || low == "ts"
}

// respelled is a name as a hint has it written. ok is false when the hint does not fit.
func (r *NameReader) respelled(name, hint string, without, end bool) (string, bool) {
	fits := func(s string) bool {
		s = strings.ToLower(s)
		if end {
			return strings.HasSuffix(s, hint) != without
		}
		return strings.Contains(s, hint) != without
	}
	for _, way := range r.Book.Ways(name) {
		if fits(way) {
			return keepCase(Capitals(way), name), true
		}
	}
	low := strings.ToLower(name)
	switch {
	case fits(name):
		return name, true
	case without:
		if i := strings.LastIndex(low, hint); i > 0 {
			return Capitals(low[:i] + low[i+len(hint):]), true
		}
		return "", false
	case end:
		return Capitals(low + hint), true
	}
	if one := hint[:len(hint)/2]; len(hint)%2 == 0 && one+one == hint && strings.Contains(low, one) {
		return Capitals(strings.Replace(low, one, hint, 1)), true
	}
	for _, group := range alternates {
		if !slices.Contains(group, hint) {
			continue
		}
		for _, other := range group {
			if other != hint && strings.Contains(low, other) {
				return Capitals(strings.Replace(low, other, hint, 1)), true
			}
		}
	}
	return "", false
}
