package language

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxNameWords is more words than any name has; a longer remainder is a sentence and no name.
const MaxNameWords = 5

// NameWords cuts text into words that can be part of a name, capitalised; none when something in it is no part of any name.
func NameWords(text string) []string {
	var out []string
	for f := range strings.FieldsFuncSeq(text, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(",.!?;:\"()", r) }) {
		if strings.ContainsFunc(f, func(r rune) bool { return !unicode.IsLetter(r) && r != '\'' && r != '-' && r != '’' }) {
			return nil // digits are no name
		}
		out = append(out, Capital(strings.Trim(f, "'-’")))
	}
	return slices.DeleteFunc(out, func(s string) bool { return s == "" })
}

// Capital writes the first letter large and leaves the others, so that McDonald keeps its D.
func Capital(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 || r == utf8.RuneError {
		return s
	}
	return string(unicode.ToUpper(r)) + s[n:]
}

// JoinSpelled puts a word that was spelled in the place of the one of words that it spells ("Anna Burger, B E R G E R"), or behind them.
func JoinSpelled(words []string, spelled string) string {
	if n := 1 + strings.Count(spelled, "-") + strings.Count(spelled, " "); n > 1 && n <= len(words) {
		if said := words[len(words)-n:]; strings.EqualFold(strings.Join(said, " "), strings.ReplaceAll(spelled, "-", " ")) {
			return strings.Join(append(slices.Clone(words[:len(words)-n]), spelled), " ")
		}
	}
	if name, ok := spelledWhole(words, spelled); ok {
		return name
	}
	at := -1
	for i, w := range words {
		if a, b := strings.ToLower(w), strings.ToLower(spelled); a == b || sameStart(a, b) {
			at = i
		}
	}
	if at < 0 && len(words) == 1 {
		at = 0 // one word was said and then spelled
	}
	if at < 0 && len(words) > 1 {
		at = nearlyWritten(words, spelled, 3) // its beginning was misheard
	}
	if at >= 0 {
		words = slices.Clone(words)
		words[at] = spelled
		return strings.Join(words, " ")
	}
	return strings.Join(append(slices.Clone(words), spelled), " ")
}

// MendName puts a corrected name in the place of what was wrong: a single spelled word replaces the word of the wrong name that it sounds
// like, else the last.
func MendName(wrong string, n Name) string {
	words := strings.Fields(wrong)
	if strings.Contains(n.Text, " ") || !n.Spelled || len(words) < 2 {
		return n.Text
	}
	at := len(words) - 1
	for i, w := range words {
		if sameStart(strings.ToLower(w), strings.ToLower(n.Text)) {
			at = i
		}
	}
	words[at] = n.Text
	return strings.Join(words, " ")
}

// sameStart says whether two words begin alike and are about as long: a name as it was heard and as it is spelled.
func sameStart(a, b string) bool {
	x, _ := utf8.DecodeRuneInString(a)
	y, _ := utf8.DecodeRuneInString(b)
	return x == y && len(a)-len(b) <= 3 && len(b)-len(a) <= 3
}

// spelledWhole reads letters that spell several words of a name in one go, with no word for the gap between them. It gives each word its
// letters, and reports whether that is what was spelled.
func spelledWhole(words []string, spelled string) (name string, ok bool) {
	letters := []rune(strings.ToLower(spelled))
	longest, all := 0, 0
	for _, w := range words {
		n := utf8.RuneCountInString(w)
		longest, all = max(longest, n), all+n
	}
	if len(words) < 2 || len(letters) <= longest {
		return "", false
	}
	joined := strings.ToLower(strings.Join(words, ""))
	if strings.Contains(strings.ReplaceAll(joined, "-", ""), string(letters)) {
		return strings.Join(words, " "), true // as it was heard
	}
	if most := max(1, all/3); len(letters) != all || Edits(joined, string(letters), most) > most {
		return "", false
	}
	out := make([]string, len(words))
	at := 0
	for i, w := range words {
		n := utf8.RuneCountInString(w)
		out[i] = Capitals(string(letters[at : at+n]))
		at += n
	}
	return strings.Join(out, " "), true
}
