package asrbench

import (
	"strconv"
	"strings"
	"unicode"
)

// Words splits text for comparison: lower case, no punctuation, numbers as words, and one spelling where English has
// several. It does not change what was said, only how it is written.
func Words(text string) []string {
	text = strings.ToLower(text)
	text = strings.NewReplacer("’", "'", "*", " star ", "#", " pound ", "%", " percent ", "&", " and ", "@", " at ").Replace(text)
	text = abbreviations.Replace(text)
	var out []string
	for _, w := range split(text) {
		if long, ok := contractions[w]; ok {
			out = append(out, strings.Fields(long)...)
			continue
		}
		for _, part := range split(strings.ReplaceAll(w, "'", "")) {
			out = append(out, respell(part)...)
		}
	}
	return out
}

// respell gives a word without apostrophes its one spelling.
func respell(w string) []string {
	if n, err := strconv.Atoi(w); err == nil {
		return numberWords(w, n)
	}
	if s, ok := spellings[w]; ok {
		return strings.Fields(s)
	}
	return []string{w}
}

// split cuts at everything that is no letter, digit or apostrophe, and between letters and digits ("3d").
func split(text string) []string {
	var (
		out  []string
		word []rune
	)
	flush := func() {
		if w := strings.Trim(string(word), "'"); w != "" {
			out = append(out, w)
		}
		word = word[:0]
	}
	for _, r := range text {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '\'' {
			flush()
			continue
		}
		if n := len(word); n > 0 && r != '\'' && word[n-1] != '\'' && unicode.IsDigit(word[n-1]) != unicode.IsDigit(r) {
			flush()
		}
		word = append(word, r)
	}
	flush()
	return out
}

// abbreviations are written with full stops, which would cut them into letters.
var abbreviations = strings.NewReplacer("a.m.", "am", "p.m.", "pm", "mr.", "mister", "mrs.", "missus", "dr.", "doctor")

var spellings = map[string]string{
	"ok": "okay", "voicemail": "voice mail", "mailbox": "mail box", "email": "e mail", "touchtone": "touch tone",
	"unmute": "un mute", "unmuted": "un muted", "undelete": "un delete", "undeleted": "un deleted", "rerecord": "re record",
	"reenter": "re enter", "reentered": "re entered", "goodbye": "good bye", "canceled": "cancelled", "keypad": "key pad",
	"backspace": "back space", "rewind": "re wind", "xray": "x ray", "phonebook": "phone book", "zed": "z", "fullfeatured": "full featured",
	"telemarketers": "tele marketers", "playback": "play back", "pbx": "p b x", "ivr": "i v r", "filename": "file name",
	"voicemails": "voice mails", "callback": "call back", "blacklisted": "black listed", "blacklist": "black list",
	"unidentified": "un identified", "witheld": "withheld", "represenatives": "representatives",
	"umute": "un mute", "id": "i d", "fourtieth": "fortieth",
}

var contractions = map[string]string{
	"i'm": "i am", "it's": "it is", "that's": "that is", "you're": "you are", "we're": "we are", "they're": "they are",
	"you've": "you have", "we've": "we have", "i've": "i have", "i'd": "i would", "you'd": "you would", "i'll": "i will",
	"you'll": "you will", "we'll": "we will", "don't": "do not", "doesn't": "does not", "can't": "can not",
	"cannot": "can not", "isn't": "is not", "won't": "will not", "didn't": "did not", "haven't": "have not",
}

var small = strings.Fields("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen " +
	"sixteen seventeen eighteen nineteen")

var tens = strings.Fields("_ _ twenty thirty forty fifty sixty seventy eighty ninety")

// numberWords says a number up to 99 as one and a longer one digit by digit, as on a telephone.
func numberWords(written string, n int) []string {
	switch {
	case len(written) > 2 || written[0] == '0' && len(written) > 1:
		var out []string
		for _, d := range written {
			out = append(out, small[d-'0'])
		}
		return out
	case n < 20:
		return []string{small[n]}
	case n%10 == 0:
		return []string{tens[n/10]}
	default:
		return []string{tens[n/10], small[n%10]}
	}
}

// Errors counts what separates a recognition from what was said.
type Errors struct {
	Words                          int // said
	Substituted, Inserted, Deleted int
}

// Rate is the word error rate: errors for each word said. It can exceed 1.
func (e Errors) Rate() float64 {
	if e.Words == 0 {
		return 0
	}
	return float64(e.Substituted+e.Inserted+e.Deleted) / float64(e.Words)
}

// Add sums two counts.
func (e Errors) Add(o Errors) Errors {
	return Errors{e.Words + o.Words, e.Substituted + o.Substituted, e.Inserted + o.Inserted, e.Deleted + o.Deleted}
}

// Compare aligns heard with said (both from Words) at the least number of errors.
func Compare(said, heard []string) Errors {
	above := make([]Errors, len(heard)+1) // errors of said[:i] against heard[:j], without Words
	for j := range above {
		above[j].Inserted = j
	}
	cost := func(e Errors) int { return e.Substituted + e.Inserted + e.Deleted }
	for i := range said {
		row := make([]Errors, len(heard)+1)
		row[0] = above[0]
		row[0].Deleted++
		for j := range heard {
			best := above[j]
			if said[i] != heard[j] {
				best.Substituted++
			}
			if d := above[j+1]; cost(d)+1 < cost(best) {
				best = d
				best.Deleted++
			}
			if n := row[j]; cost(n)+1 < cost(best) {
				best = n
				best.Inserted++
			}
			row[j+1] = best
		}
		above = row
	}
	e := above[len(heard)]
	e.Words = len(said)
	return e
}
