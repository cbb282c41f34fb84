package piper

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxText is the longest text, in bytes, that [Voice.Speak] takes.
const MaxText = 4000

// maxClause bounds one line for espeak-ng, in bytes; its own line buffer is 1000.
const maxClause = 400

// clause is a piece of text up to a pause.
type clause struct {
	text string // as espeak-ng gets it, with its punctuation, one line
	end  byte   // the punctuation that the model gets after it: one of ".?!,;:", or 0
	last bool   // ends a sentence
}

// sentence is what goes through the model in one run.
type sentence []clause

// CheckLength says whether text is within MaxText.
func CheckLength(text string) error {
	if len(text) > MaxText {
		return fmt.Errorf("text of %d bytes is longer than %d; give it to the voice sentence by sentence", len(text), MaxText)
	}
	return nil
}

// clean makes one line of plain text: control and formatting characters, pictures and characters that only mark up
// text are dropped or become a space, and runs of white space one space. espeak-ng would read "[[" as its own phoneme notation,
// and it takes a line end as the end of the text.
func clean(text string) string {
	var b strings.Builder
	b.Grow(len(text))
	space := true // drops leading spaces
	for _, r := range text {
		switch {
		case r == '’' || r == '‘' || r == 'ʼ':
			r = '\''
		case r == '…':
			b.WriteString("...")
			space = false
			continue
		case unicode.Is(unicode.Cf, r), unicode.Is(unicode.Mn, r) && space:
			continue // joiners, text direction, marks on nothing
		case dropped(r):
			r = ' '
		}
		if unicode.IsSpace(r) {
			if !space {
				b.WriteByte(' ')
			}
			space = true
			continue
		}
		b.WriteRune(r)
		space = false
	}
	return strings.TrimRight(b.String(), " ")
}

// dropped reports whether r is never spoken and never a pause.
func dropped(r rune) bool {
	return r == utf8.RuneError || unicode.In(r, unicode.Cc, unicode.Co, unicode.So, unicode.Sk) ||
		strings.ContainsRune(`[]{}<>|\_*~"“”„«»`, r)
}

// titles are words after which a full stop does not end the sentence, as espeak-ng itself would have it before a name.
// The full stop is taken away, so that it hears no end either.
var titles = map[string]string{
	"Dr": "Doctor", "Mr": "Mister", "Mrs": "Mrs", "Ms": "Ms", "Prof": "Professor", "Rev": "Reverend",
}

// split cuts text into sentences of clauses, at punctuation that is followed by a space or the end, the way espeak-ng
// divides it: a full stop before a small letter ends nothing ("a.m. on", "e.g. this").
func split(text string) []sentence {
	text = clean(text)
	var (
		out []sentence
		cur sentence
	)
	flush := func(c clause) {
		if strings.IndexFunc(c.text, speakable) < 0 {
			return
		}
		for len(c.text) > maxClause {
			at := cut(c.text)
			cur = append(cur, clause{text: c.text[:at]})
			c.text = strings.TrimLeft(c.text[at:], " ")
		}
		cur = append(cur, c)
	}
	start := 0
	for i := 0; i < len(text); {
		n, end, last := boundary(text, i, start)
		if n == 0 {
			_, size := utf8.DecodeRuneInString(text[i:])
			i += size
			continue
		}
		word := lastWord(text[start:i])
		if title, ok := titles[word]; ok && last && end == '.' && i+n < len(text) {
			text = text[:i-len(word)] + title + text[i+n:]
			i += len(title) - len(word)
			continue
		}
		flush(clause{text: strings.TrimSpace(text[start:i]) + string(rune(end)), end: end, last: last})
		if last && len(cur) > 0 {
			cur[len(cur)-1].last, cur[len(cur)-1].end = true, end
			out, cur = append(out, cur), nil
		}
		i += n
		start = i
	}
	flush(clause{text: strings.TrimSpace(text[start:])})
	if len(cur) > 0 {
		out = append(out, cur)
	}
	return out
}

// speakable reports whether r alone gives espeak-ng something to say.
func speakable(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.Is(unicode.Sc, r) || strings.ContainsRune("%&@+=", r)
}

// boundary looks for punctuation at text[i:] that ends a clause begun at start. n is its length, with repetitions,
// quotes and brackets that follow it, and 0 when there is none.
func boundary(text string, i, start int) (n int, end byte, last bool) {
	switch r, size := utf8.DecodeRuneInString(text[i:]); r {
	case '—', '–':
		if i > 0 && digit(text[i-1]) && i+size < len(text) && digit(text[i+size]) {
			return 0, 0, false // "9–5" is one expression
		}
		return size, ';', false
	case '-':
		if i > start && text[i-1] == ' ' && i+1 < len(text) && text[i+1] == ' ' {
			return 1, ',', false
		}
		return 0, 0, false
	case '.', '!', '?', ',', ';', ':':
	default:
		return 0, 0, false
	}
	j := i
	for j < len(text) && strings.IndexByte(".!?,;:", text[j]) >= 0 {
		j++
	}
	run := text[i:j]
	for j < len(text) && strings.IndexByte(`)'`, text[j]) >= 0 {
		j++
	}
	if j < len(text) && text[j] != ' ' {
		return 0, 0, false // "3:30", "1,200", "U.S", "hello.there"
	}
	return closing(text, run, j, i)
}

// closing decides what the punctuation run, which begins at i and is followed by a space or the end at j, ends.
func closing(text, run string, j, i int) (n int, end byte, last bool) {
	next, _ := utf8.DecodeRuneInString(strings.TrimLeft(text[j:], " ('"))
	small := unicode.IsLower(next)
	switch {
	case strings.ContainsRune(run, '?'):
		return j - i, '?', true
	case strings.ContainsRune(run, '!'):
		return j - i, '!', true
	case strings.HasPrefix(run, "..") && small:
		return j - i, ',', false // a hesitation
	case run[0] == '.' && small:
		return 0, 0, false
	case run[0] == '.':
		return j - i, '.', true
	default:
		return j - i, run[0], false
	}
}

// lastWord returns the part of s after its last space.
func lastWord(s string) string { return s[strings.LastIndexByte(s, ' ')+1:] }

func digit(b byte) bool { return b >= '0' && b <= '9' }

// cut finds where to break an overlong clause: at the last space before maxClause, else between two characters.
func cut(s string) int {
	if at := strings.LastIndexByte(s[:maxClause], ' '); at > 0 {
		return at
	}
	at := maxClause
	for !utf8.RuneStart(s[at]) {
		at--
	}
	return at
}
