package en

import (
	"regexp"
	"strings"
	"unicode"

	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/language/phrase"
)

var (
	nameLead = regexp.MustCompile(`(?i)^(?:.*?\b(?:my (?:full |last |first |sur)?name(?:'s| is| would be|` +
		` was)|the (?:last )?name(?:'s| is)|name is|name's|you can call me|call me|it'?s under|` +
		`under the name(?: of)?)\s*[,:]?\s+)`)
	nameThis = regexp.MustCompile(`(?i)^(?:this is|it is|it's|i am|i'm|that's|that is|that would be|yes|` +
		`yeah|yep|sure|okay|ok|oh|uh|um|er|well|hi|hello|of course|sorry|no|so|and|please)\b[\s,.!:;-]*`)
	nameTail = regexp.MustCompile(`(?i)[\s,.]+(?:here|speaking|calling|please|thanks|thank you|again|` +
		`okay|and i(?:'m| am| would|'d)? .*|from .*|i(?:'m| am)? calling .*|i'd like .*|i would like .*|with (?:a|an|one|` +
		`two) .*)[\s,.!]*$`)
	spellSep = regexp.MustCompile(`(?i)[\s,.]*(?:\bthat is spelled|\bthat's spelled|\bspelled|` +
		`\bit's spelled|\bspelling is|\bi spell|\bthat's|\bthat is|,)\s*`)
	asIn      = regexp.MustCompile(`(?i)\b([a-z])\b[\s,]*(?:as in|like in|like|for|is for)\s+([a-z]+)`)
	letterRun = regexp.MustCompile(`(?i)(?:\b(?:double )?[a-z]\b[\s,.\-]*){2,}`)
)

// letterNames are letters as a recogniser may write their names.
var letterNames = map[string]string{
	"ay": "a", "bee": "b", "be": "b", "cee": "c", "see": "c", "sea": "c", "dee": "d", "ee": "e", "ef": "f", "eff": "f", "gee": "g",
	"aitch": "h", "eye": "i",
	"jay": "j", "kay": "k", "el": "l", "ell": "l", "em": "m", "en": "n", "oh": "o", "pee": "p", "queue": "q", "cue": "q", "are": "r",
	"ar": "r", "ess": "s",
	"tee": "t", "tea": "t", "you": "u", "vee": "v", "ex": "x", "why": "y", "wye": "y", "zee": "z", "zed": "z",
}

// notNames are words that begin an answer which is no name.
var notNames = phrase.NewSet(`what why who when where how can could do does did is are was will would should i you we they the a an my
	your it that this there not don't no yes hold wait just never hello leave message hours open price speak talk person operator need
	want have tell please know none okay sure maybe because anonymous private calling about sorry pardon repeat goodbye bye thanks thank
	call nothing nobody someone somebody one two three four five six seven eight nine zero`)

// PersonName reads the answer to "May I have your name?": "This is Anna Berger", "Berger, B-E-R-G-E-R", "B as in boy, E, R…". ok is false
// when the words hold no name.
func (Language) PersonName(text string) (n language.Name, ok bool) {
	text = strings.TrimSpace(text)
	rest := text
	led := false
	if m := nameLead.FindString(rest); m != "" {
		rest, led = rest[len(m):], true
	}
	for {
		m := nameThis.FindString(rest)
		if m == "" {
			break
		}
		// "I am" and "this is" lead in a name; "yes" alone does not.
		led = led || len(strings.Fields(m)) > 1 || strings.Contains(m, "'")
		rest = rest[len(m):]
	}
	before, spelled := spelling(rest)
	if spelled == "" {
		rest = nameTail.ReplaceAllString(rest, "")
		words := language.NameWords(rest)
		if len(words) == 0 || len(words) > language.MaxNameWords || (!led && notNames[strings.ToLower(words[0])]) || notNames[strings.ToLower(words[0])] {
			return language.Name{}, false
		}
		return language.Name{Text: strings.Join(words, " ")}, true
	}
	words := language.NameWords(before)
	if len(words) > language.MaxNameWords || (len(words) > 0 && notNames[strings.ToLower(words[0])]) {
		words = nil
	}
	return language.Name{Text: language.JoinSpelled(words, spelled), Spelled: true}, true
}

// spelling finds letters said one by one and joins them; before is what was said ahead of them. Several runs ("A N N A, B E R G E R") are
// several words when a clear pause (comma, full stop) lies between.
func spelling(text string) (before, spelled string) {
	text = asIn.ReplaceAllString(text, "$1 ")
	if m := letterRun.FindStringIndex(text); m != nil {
		before = strings.TrimRight(spellSep.ReplaceAllString(text[:m[0]], " "), " ,.")
		return before, language.Capital(language.JoinLetters(text[m[0]:m[1]], func(w string) bool { return w == "double" }))
	}
	// "bee ee are gee ee are": only when every word is a letter's name.
	fields := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) })
	if len(fields) < 3 {
		return "", ""
	}
	var b strings.Builder
	for _, f := range fields {
		l, ok := letterNames[f]
		if !ok && len(f) == 1 {
			l, ok = f, true
		}
		if !ok {
			return "", ""
		}
		b.WriteString(l)
	}
	return "", language.Capital(b.String())
}

// Letters reads a name letter by letter: "B, E, R, G, E, R".
func (Language) Letters(name string) string {
	var out []string
	for _, r := range strings.ToUpper(name) {
		if unicode.IsLetter(r) {
			out = append(out, string(r))
		}
	}
	return strings.Join(out, ", ")
}

var introduction = regexp.MustCompile(`\b(?i:my name(?:'s| is)|this is|name is)\s+((?:(?:Mr|Mrs|Ms|` +
	`Dr)\.?\s+)?\p{Lu}[\pL'-]*(?:\s+\p{Lu}[\pL'-]*){0,3})`)

// IntroducedName finds a name with which the caller introduced himself in the middle of a turn, such as "Hi, this is
// Anna Berger, I have a question".
func (Language) IntroducedName(text string) (language.Name, bool) {
	m := introduction.FindStringSubmatch(text)
	if m == nil || !unicode.IsUpper([]rune(m[1])[0]) {
		return language.Name{}, false
	}
	words := language.NameWords(m[1])
	if len(words) == 0 || notNames[strings.ToLower(words[0])] {
		return language.Name{}, false
	}
	return language.Name{Text: strings.Join(words, " ")}, true
}

// NameForms implements [language.Vocabulary].
func (l Language) NameForms(name string) []string {
	var title, bare []string
	for _, w := range l.Words(name) {
		if titles[w] {
			title = append(title, w)
		} else if !postNominal[w] {
			bare = append(bare, w)
		}
	}
	if len(bare) == 0 {
		return nil
	}
	forms := []string{strings.Join(bare, " ")}
	first, last := bare[0], bare[len(bare)-1]
	if len(title) > 0 {
		forms = append(forms, title[0]+" "+last, title[0]+" "+first)
	}
	if len(bare) > 1 {
		for _, w := range []string{first, last} {
			if !stopWords[w] && !lightWords[w] && !wordNames[w] && len(w) > 2 {
				forms = append(forms, w)
			}
		}
	}
	return forms
}
