package digits

import (
	"regexp"
	"strings"

	"frontdesk.internal/appliance/language"
)

var (
	// pause is where one who speaks pauses, as a recogniser writes it.
	pause = regexp.MustCompile(`[,;!?…]+(?:\s+|$)|\.+(?:\s+|$)|\s+[-–—]+\s+|:\s+`)
	// trunk is a prefix that is not dialled behind a country code: "+44 (0)20".
	trunk = regexp.MustCompile(`(\+\s*\d{1,3}\s*)\(\s*0\s*\)`)
	// date is digits that are no number.
	date = regexp.MustCompile(`\b\d{1,2}[./]\d{1,2}[./](?:19|20)\d{2}\b|\b(?:19|20)\d{2}-\d{2}-\d{2}\b`)
	// amount is money, and postal a number of a house before the name of a street: digits that are no number either.
	amount = regexp.MustCompile(`[$€£¥]\s*\d+(?:[.,]\d+)*|\b\d+(?:[.,]\d+)*\s*[$€£¥]`)
	postal = regexp.MustCompile(`(?:^|[^\d\s][\s,]+)([1-9]\d{0,3}[a-z]?) (?:(?:North|South|East|West|Old|New|St|St\.|Saint|The) )?` +
		`\p{Lu}[\p{L}'’]+ (?:Street|St|Road|Rd|Avenue|Ave|Lane|Drive|Dr|View|Close|Court|Way|Place|Terrace|Gardens?|Square|Crescent|Park|` +
		`Grove|Hill|Rise|Row|Mews|Green|Boulevard|Blvd|Circle|Trail|Parade|Quay|Walk|Heights)\b|` +
		`\p{L}(?:[Ss]tr\.?|[Ss]traße|[Ss]trasse|weg|platz|gasse|allee|ring|damm|ufer|markt) ([1-9]\d{0,3}(?: ?[a-z])?)(?:[,.;!?]|\s+\D|$)`)
	// between stands between digits and means nothing.
	between = strings.NewReplacer("-", " ", ".", " ", "(", " ", ")", " ", "/", " ", ",", " ", "·", " ", "–", " ", "+", " plus ")
)

// Clauses cuts what was said where one who speaks pauses, and each clause into words: signs between digits are gone, a "+" is the
// word "plus".
func Clauses(text string, words func(string) []string) [][]string {
	var out [][]string
	if strings.Contains(text, "+") {
		text = trunk.ReplaceAllString(text, "$1")
	}
	if strings.ContainsAny(text, "./-") {
		text = date.ReplaceAllString(text, " date ")
	}
	if strings.ContainsAny(text, "$€£¥") {
		text = amount.ReplaceAllString(text, " amount ")
	}
	if at := postal.FindStringSubmatchIndex(text); at != nil {
		from, to := at[2], at[3]
		if from < 0 {
			from, to = at[4], at[5]
		}
		text = text[:from] + "house" + text[to:]
	}
	for _, c := range pause.Split(text, -1) {
		if w := words(between.Replace(c)); len(w) > 0 {
			out = append(out, w)
		}
	}
	return out
}

// beginLeast is how many digits in words are a number and no word like "one".
const beginLeast = 5

// Begin returns where digits begin in a text, in figures or words; -1 = nowhere.
func Begin(text string, read func(string) language.Number) int {
	figures := strings.IndexAny(text, "0123456789")
	if figures >= 0 {
		figures -= len(text[:figures]) - len(strings.TrimRight(text[:figures], "+("))
	}
	for at, in := 0, false; at < len(text); at++ {
		word := text[at] != ' ' && text[at] != ','
		if word && !in && (figures < 0 || at < figures) {
			first, _, _ := strings.Cut(text[at:], " ")
			n := read(text[at:])
			// The first word must be a digit itself, or what makes one of the next.
			if len(n.Digits) >= beginLeast && len(read(text[at+len(first):]).Digits) < len(n.Digits) {
				return at
			}
		}
		in = word
	}
	return figures
}

// Figures returns the digits of a word in figures: "217", and "5:55" or "55o6" as a recogniser may write it in the middle of a
// number. sure is false where the word may as well be something else.
func Figures(w string) (digits string, sure bool) {
	var b strings.Builder
	sure = true
	for _, r := range w {
		switch {
		case r >= '0' && r <= '9':
			b.WriteRune(r)
		case r == 'o' && len(w) > 1:
			b.WriteByte('0')
			sure = false
		case r == ':':
			sure = false
		default:
			return "", false
		}
	}
	if !strings.ContainsAny(w, "0123456789") {
		return "", false
	}
	return b.String(), sure
}
