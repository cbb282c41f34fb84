package hearing

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// Name is a caller's name as it was said.
type Name struct {
	Text    string // "Anna Berger"; as the caller said it, capitalised
	Spelled bool   // all or part of it was spelled
}

// maxNameWords is more than any name has; a longer remainder is a sentence and no name.
const maxNameWords = 5

var (
	nameLead  = regexp.MustCompile(`(?i)^(?:.*?\b(?:my (?:full |last |first |sur)?name(?:'s| is| would be| was)|the (?:last )?name(?:'s| is)|name is|name's|you can call me|call me|it'?s under|under the name(?: of)?)\s*[,:]?\s+)`)
	nameThis  = regexp.MustCompile(`(?i)^(?:this is|it is|it's|i am|i'm|that's|that is|that would be|yes|yeah|yep|sure|okay|ok|oh|uh|um|er|well|hi|hello|of course|sorry|no|so|and|please)\b[\s,.!:;-]*`)
	nameTail  = regexp.MustCompile(`(?i)[\s,.]+(?:here|speaking|calling|please|thanks|thank you|again|okay|and i(?:'m| am| would|'d)? .*|from .*|i(?:'m| am)? calling .*|i'd like .*|i would like .*|with (?:a|an|one|two) .*)[\s,.!]*$`)
	spellSep  = regexp.MustCompile(`(?i)[\s,.]*(?:\bthat is spelled|\bthat's spelled|\bspelled|\bit's spelled|\bspelling is|\bi spell|\bthat's|\bthat is|,)\s*`)
	asIn      = regexp.MustCompile(`(?i)\b([a-z])\b[\s,]*(?:as in|like in|like|for|is for)\s+([a-z]+)`)
	letterRun = regexp.MustCompile(`(?i)(?:\b(?:double )?[a-z]\b[\s,.\-]*){2,}`)
)

// letterNames are letters as a recogniser may write their names.
var letterNames = map[string]string{
	"ay": "a", "bee": "b", "be": "b", "cee": "c", "see": "c", "sea": "c", "dee": "d", "ee": "e", "ef": "f", "eff": "f", "gee": "g", "aitch": "h", "eye": "i",
	"jay": "j", "kay": "k", "el": "l", "ell": "l", "em": "m", "en": "n", "oh": "o", "pee": "p", "queue": "q", "cue": "q", "are": "r", "ar": "r", "ess": "s",
	"tee": "t", "tea": "t", "you": "u", "vee": "v", "ex": "x", "why": "y", "wye": "y", "zee": "z", "zed": "z",
}

// notNames are words that begin an answer which is no name.
var notNames = set(`what why who when where how can could do does did is are was will would should i you we they the a an my your it that this there
	not don't no yes hold wait just never hello leave message hours open price speak talk person operator need want have tell please know none
	okay sure maybe because anonymous private calling about sorry pardon repeat goodbye bye thanks thank call nothing nobody someone somebody
	one two three four five six seven eight nine zero`)

// PersonName reads the answer to "May I have your name?": "This is Anna Berger", "Berger, B-E-R-G-E-R", "B as in boy, E, R…". ok is false when the
// words hold no name.
func PersonName(text string) (n Name, ok bool) {
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
		words := nameWords(rest)
		if len(words) == 0 || len(words) > maxNameWords || (!led && notNames[strings.ToLower(words[0])]) || notNames[strings.ToLower(words[0])] {
			return Name{}, false
		}
		return Name{Text: strings.Join(words, " ")}, true
	}
	words := nameWords(before)
	if len(words) > maxNameWords || (len(words) > 0 && notNames[strings.ToLower(words[0])]) {
		words = nil
	}
	return Name{Text: joinSpelled(words, spelled), Spelled: true}, true
}

// joinSpelled replaces the word that was spelled ("Anna Berger, B E R G E R"), or adds it.
func joinSpelled(words []string, spelled string) string {
	at := -1
	for i, w := range words {
		a, b := strings.ToLower(w), strings.ToLower(spelled)
		if a == b || (a[0] == b[0] && closeLength(a, b)) {
			at = i
		}
	}
	if at < 0 && len(words) == 1 {
		at = 0 // one word was said and then spelled
	}
	if at >= 0 {
		words = slices.Clone(words)
		words[at] = spelled
		return strings.Join(words, " ")
	}
	return strings.Join(append(words, spelled), " ")
}

func closeLength(a, b string) bool { return len(a)-len(b) <= 3 && len(b)-len(a) <= 3 }

// spelling finds letters said one by one and joins them; before is what was said ahead of them. Several runs ("A N N A, B E R G E R") are
// several words when a clear pause (comma, full stop) lies between.
func spelling(text string) (before, spelled string) {
	text = asIn.ReplaceAllString(text, "$1 ")
	if m := letterRun.FindStringIndex(text); m != nil {
		before = strings.TrimRight(spellSep.ReplaceAllString(text[:m[0]], " "), " ,.")
		return before, capital(joinLetters(text[m[0]:m[1]]))
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
	return "", capital(b.String())
}

// joinLetters joins "B, E, double R" to "berr".
func joinLetters(run string) string {
	var b strings.Builder
	double := false
	for f := range strings.FieldsFuncSeq(strings.ToLower(run), func(r rune) bool { return !unicode.IsLetter(r) }) {
		if f == "double" {
			double = true
			continue
		}
		b.WriteString(f)
		if double {
			b.WriteString(f)
		}
		double = false
	}
	return b.String()
}

// nameWords cuts text into words that can be part of a name.
func nameWords(text string) []string {
	var out []string
	for f := range strings.FieldsFuncSeq(text, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(",.!?;:\"()", r) }) {
		if strings.ContainsFunc(f, func(r rune) bool { return !unicode.IsLetter(r) && r != '\'' && r != '-' && r != '’' }) {
			return nil // digits are no name
		}
		out = append(out, capital(strings.Trim(f, "'-’")))
	}
	return slices.DeleteFunc(out, func(s string) bool { return s == "" })
}

// capital writes the first letter large and leaves the others, so that McDonald keeps its D.
func capital(s string) string {
	for i, r := range s {
		return string(unicode.ToUpper(r)) + s[i+len(string(r)):]
	}
	return s
}

// Letters reads a name letter by letter: "B, E, R, G, E, R".
func Letters(name string) string {
	var out []string
	for _, r := range strings.ToUpper(name) {
		if unicode.IsLetter(r) {
			out = append(out, string(r))
		}
	}
	return strings.Join(out, ", ")
}

var introduction = regexp.MustCompile(`\b(?i:my name(?:'s| is)|this is|name is)\s+((?:(?:Mr|Mrs|Ms|Dr)\.?\s+)?\p{Lu}[\pL'-]*(?:\s+\p{Lu}[\pL'-]*){0,3})`)

// IntroducedName finds a name with which the caller introduced himself in the middle of a turn, such as "Hi, this is
// Anna Berger, I have a question".
func IntroducedName(text string) (Name, bool) {
	m := introduction.FindStringSubmatch(text)
	if m == nil || !unicode.IsUpper([]rune(m[1])[0]) {
		return Name{}, false
	}
	words := nameWords(m[1])
	if len(words) == 0 || notNames[strings.ToLower(words[0])] {
		return Name{}, false
	}
	return Name{Text: strings.Join(words, " ")}, true
}

// MendName puts a corrected name in the place of what was wrong: a single spelled word replaces the word of the wrong name that it sounds like, else the last.
func MendName(wrong string, n Name) string {
	words := strings.Fields(wrong)
	if strings.Contains(n.Text, " ") || !n.Spelled || len(words) < 2 {
		return n.Text
	}
	at := len(words) - 1
	for i, w := range words {
		if strings.EqualFold(w[:1], n.Text[:1]) && closeLength(w, n.Text) {
			at = i
		}
	}
	words[at] = n.Text
	return strings.Join(words, " ")
}
