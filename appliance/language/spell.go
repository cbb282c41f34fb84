package language

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"frontdesk.internal/appliance/language/phrase"
)

// Alphabet is how a language spells words aloud: what stands for a letter, and the words between the letters. It is read only.
type Alphabet struct {
	Letters phrase.Set          // of more than one character: "sch"
	Names   map[string]string   // how a recogniser may write the name of a letter: "bee"
	Codes   phrase.Set          // words of spelling alphabets, which stand for their first letter
	Pairs   map[string]string   // two words that are one letter or sign: "double u"
	Like    []string            // between a letter and a word that begins with it: "as in"
	Twice   phrase.Set          // before a letter that comes twice
	Skip    phrase.Set          // before a letter, and without meaning: "capital"
	Signs   map[string]string   // what is no letter: "hyphen"
	Umlauts map[string][]string // the words behind, or before, a vowel that make it another: "ä": {"a umlaut", …}
	Words   phrase.Set          // letters that are words too; they alone make no spelling
	Hints   phrase.Set          // words before letters that are a hint and no spelling: "with"
}

// spoken is one word of a text and where it stands.
type spoken struct {
	low      string
	from, to int
	letters  string // of letters that a recogniser took for one word, "HM8N"; digits are the letters that sound like them. "" = none
}

// spokenWords cuts a text into words in lower case; hyphens and dots part words, apostrophes do not.
func spokenWords(text string) []spoken {
	var out []spoken
	from := -1
	for i, r := range text {
		in := unicode.IsLetter(r) || unicode.IsDigit(r) || r == '\'' || r == '’'
		switch {
		case in && from < 0:
			from = i
		case !in && from >= 0:
			out = append(out, newSpoken(text, from, i))
			from = -1
		}
	}
	if from >= 0 {
		out = append(out, newSpoken(text, from, len(text)))
	}
	return out
}

func newSpoken(text string, from, to int) spoken {
	w := spoken{low: strings.ToLower(text[from:to]), from: from, to: to}
	large, digits := 0, 0
	for _, r := range text[from:to] {
		switch {
		case unicode.IsUpper(r):
			large++
		case unicode.IsDigit(r):
			digits++
		case !unicode.IsLetter(r):
			return w
		}
	}
	if n := utf8.RuneCountInString(w.low); large < 2 || large+digits+1 < n || digits == 0 && large < n {
		return w // no letters, or a name: "McDonald"
	}
	w.letters = strings.NewReplacer("8", "a", "3", "e", "0", "o").Replace(w.low)
	return w
}

// How a unit of a spelling was said.
type saidAs int

const (
	asLetter saidAs = iota // a letter
	asWord                 // a letter that is a word too
	asCode                 // a word of a spelling alphabet, alone
	asName                 // the name of a letter, written out
	asSign                 // no letter
	asOne                  // several letters, written as one word in capitals; such a word alone is none: "IBM"
)

// unit is one step of a spelling: a letter, or two, or a sign, and the words from, to that said it.
type unit struct {
	text     string
	as       saidAs
	said     string // the name of a letter, as it was said
	from, to int
}

// SpelledPart is a part of a text: a word that was spelled, or what was said around it.
type SpelledPart struct {
	Text    string
	Spelled bool
}

// Parts cuts a text into what was spelled and what was not.
func (a Alphabet) Parts(text string) []SpelledPart {
	words := spokenWords(text)
	var out []SpelledPart
	plain := func(from, to int) {
		if s := strings.Trim(text[from:to], " ,.;:-–!?"); s != "" {
			out = append(out, SpelledPart{Text: s})
		}
	}
	at := 0
	for i := 0; i < len(words); {
		run := a.run(words, i)
		if len(run) == 0 {
			i++
			continue
		}
		if i > 0 && a.Hints[words[i-1].low] { // "with a P H"
			i = run[len(run)-1].to
			continue
		}
		plain(at, words[run[0].from].from)
		out = append(out, SpelledPart{Text: joinUnits(run), Spelled: true})
		last := run[len(run)-1].to
		at, i = words[last-1].to, last
	}
	plain(at, len(text))
	return out
}

// joinUnits writes a spelled word with its capitals.
func joinUnits(run []unit) string {
	var b strings.Builder
	for _, u := range run {
		b.WriteString(u.text)
	}
	return Capitals(b.String())
}

// Capitals writes the first letter of each part of a name large: "Mary-Jane", "O'Neil", "McDonald".
func Capitals(s string) string {
	out := []rune(strings.ToLower(strings.TrimSpace(s)))
	for i, r := range out {
		first := i == 0 || out[i-1] == '-' || out[i-1] == ' ' || out[i-1] == '\'' && i < len(out)-1
		if first || i == 2 && len(out) > 4 && out[0] == 'M' && out[1] == 'c' {
			out[i] = unicode.ToUpper(r)
		}
	}
	return string(out)
}

// run is the spelling that begins with word i; nothing when none does.
func (a Alphabet) run(words []spoken, i int) []unit {
	var us []unit
	for at := i; at < len(words); {
		skip := at
		for skip < len(words)-1 && a.Skip[words[skip].low] {
			skip++
		}
		u, ok := a.misheard(words, at)
		if !ok {
			u, ok = a.unit(words, skip)
		}
		if !ok {
			break
		}
		u.from = at
		us = append(us, u)
		at = u.to
	}
	codes := 0
	for _, u := range us {
		if u.as == asCode {
			codes++
		}
	}
	for k := range us {
		if codes >= 2 && us[k].as == asName && a.Codes[words[us[k].to-1].low] { // "Zeppelin, Ypsilon": the name of a letter is its word, too
			us[k].as = asCode
		}
		// Beside letters that were taken for a word there are others.
		if us[k].as == asName && k+1 < len(us) && utf8.RuneCountInString(us[k+1].text) > 1 {
			us[k].as = asLetter
		}
	}
	if slices.ContainsFunc(us, func(u unit) bool { return u.as == asLetter }) {
		for k := range us {
			if us[k].as == asOne {
				us[k].as = asLetter
			}
		}
	}
	return a.trimmed(us, len(words), i)
}

// trimmed cuts off what only looks like the beginning or the end of a spelling; nothing is left when there was none.
func (a Alphabet) trimmed(us []unit, words, from int) []unit {
	count := func(us []unit, as ...saidAs) (n int) {
		for _, u := range us {
			for _, k := range as {
				if u.as == k {
					n += max(1, utf8.RuneCountInString(u.text))
				}
			}
		}
		return n
	}
	for len(us) > 0 && us[len(us)-1].as == asSign {
		us = us[:len(us)-1]
	}
	for len(us) > 0 && us[0].as == asSign {
		us = us[1:]
	}
	letters := count(us, asLetter)
	if letters >= 2 && (us[0].as == asCode || us[0].as == asName) && count(us[1:], asCode, asName) == 0 &&
		(us[0].as == asCode || us[0].said == "" || spells(us[1:], us[0].said)) {
		us = us[1:] // "Mike, M I K E": the name first
	}
	if letters >= 2 && us[len(us)-1].as == asWord && us[len(us)-1].to < words && us[len(us)-1].text == "i" {
		us = us[:len(us)-1] // "B E R G E R. I need …"
	}
	whole := from == 0 || len(us) > 0 && us[0].from == 0
	whole = whole && len(us) > 0 && us[len(us)-1].to == words
	all := 0
	for _, u := range us {
		all += max(1, utf8.RuneCountInString(u.text))
	}
	switch {
	case all < 2:
		return nil
	case letters >= 2 && count(us, asLetter, asWord, asSign)*2 >= all && (all > 2 || us[len(us)-1].to == words):
		return us
	case all >= 3 && letters+count(us, asWord) == all && letters > 0:
		return us // "I A N"
	case count(us, asCode) >= 2 && all >= 3 && count(us, asName) == 0:
		return us
	case whole && all >= 3 && count(us, asName, asLetter, asWord) == all && count(us, asName) > 0:
		return us // "bee ee are"
	}
	return nil
}

// spells says whether letters spell a word, more or less.
func spells(us []unit, word string) bool {
	most := utf8.RuneCountInString(word) / 2
	return Edits(strings.ToLower(joinUnits(us)), word, most) <= most
}

// unit reads one step of a spelling at word i.
func (a Alphabet) unit(words []spoken, i int) (u unit, ok bool) {
	if i >= len(words) {
		return u, false
	}
	low := words[i].low
	if i+1 < len(words) {
		pair := low + " " + words[i+1].low
		s := a.Pairs[pair]
		if s != "" && single(low) && single(words[i+1].low) { // "S Z" is one letter only at the end: "Szymanski" begins with two
			if _, more := a.unit(words, i+2); more {
				s = ""
			}
		}
		if s != "" {
			return a.likeWord(words, unit{text: s, from: i, to: i + 2}), true
		}
		for vowel, said := range a.Umlauts {
			for _, s := range said {
				if s == pair {
					return unit{text: vowel, from: i, to: i + 2}, true
				}
			}
		}
	}
	if a.Twice[low] {
		next, ok := a.unit(words, i+1)
		if !ok || next.as == asSign || next.as == asCode {
			return u, false
		}
		next.text, next.from, next.as = next.text+next.text, i, asLetter
		return next, true
	}
	if s := a.Signs[low]; s != "" {
		return unit{text: s, as: asSign, from: i, to: i + 1}, true
	}
	if single(low) || a.Letters[low] {
		u = unit{text: low, from: i, to: i + 1}
		if a.Words[low] {
			u.as = asWord
		}
		return a.likeWord(words, u), true
	}
	if l := words[i].letters; l != "" && !strings.ContainsFunc(l, unicode.IsDigit) {
		u = unit{text: l, from: i, to: i + 1, as: asOne}
		if l != low {
			u.as = asLetter // no other word is written with digits among its letters
		}
		return u, true
	}
	if a.Codes[low] && a.Names[low] == "" {
		r, _ := utf8.DecodeRuneInString(low)
		return unit{text: string(r), as: asCode, from: i, to: i + 1}, true
	}
	if s := a.Names[low]; s != "" {
		return a.likeWord(words, unit{text: s, as: asName, said: low, from: i, to: i + 1}), true
	}
	return u, false
}

// longestLetter is how long a word may be, in characters, that is written for a letter that was misheard.
const longestLetter = 4

// misheard reads a letter that was taken for a word at i, by the word that makes it plain: "the as in Delta".
func (a Alphabet) misheard(words []spoken, i int) (u unit, ok bool) {
	if n := utf8.RuneCountInString(words[i].low); n < 2 || n > longestLetter || a.Names[words[i].low] != "" || a.Letters[words[i].low] {
		return unit{}, false
	}
	u = a.likeWord(words, unit{from: i, to: i + 1})
	return u, u.to > i+1 && a.Codes[words[u.to-1].low]
}

// single says whether a word is one letter; "t's" is one too.
func single(low string) bool {
	low = strings.TrimSuffix(strings.TrimSuffix(low, "'s"), "’s")
	r, n := utf8.DecodeRuneInString(low)
	return n == len(low) && unicode.IsLetter(r)
}

// likeWord takes the word by which a letter is made plain with it ("B as in boy"). The word is right where the two differ: it was
// heard better.
func (a Alphabet) likeWord(words []spoken, u unit) unit {
	u.text = strings.TrimSuffix(strings.TrimSuffix(u.text, "'s"), "’s")
	for _, like := range a.Like {
		parts := strings.Fields(like)
		at := u.to
		for at-u.to < len(parts) && at < len(words) && words[at].low == parts[at-u.to] {
			at++
		}
		if at-u.to < len(parts) || at >= len(words) {
			continue
		}
		word := words[at].low
		r, n := utf8.DecodeRuneInString(word)
		if n == len(word) && !a.Codes[word] && at+1 < len(words) { // "B as in B, O, Y"
			return u
		}
		if (u.text == "" || !strings.HasPrefix(word, u.text)) && unicode.IsLetter(r) {
			u.text = string(r)
		}
		u.to, u.as = at+1, asLetter
		return u
	}
	return u
}
