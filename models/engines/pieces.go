package engines

import (
	"strings"
	"unicode/utf8"
)

// mostPiece is the longest text, in characters, that is made in one go: a longer one would hold up the other calls while it is made.
const mostPiece = 240

// Pieces returns the lines of a text, which are synthesised one by one. Whoever wants the first sound early puts sentences or
// clauses on lines of their own; here only lines that are too long are cut, where they are least hurt. Joined with blanks the
// pieces are the words of the text.
func Pieces(text string) []string {
	var pieces []string
	for line := range strings.Lines(text) {
		line = strings.Join(strings.Fields(line), " ")
		for utf8.RuneCountInString(line) > mostPiece {
			at := cut(line)
			if at < 0 {
				break // one word
			}
			pieces = append(pieces, line[:at])
			line = line[at+1:]
		}
		if line != "" {
			pieces = append(pieces, line)
		}
	}
	return pieces
}

// cut returns where in a line that is too long a piece ends: at the last blank behind the end of a sentence, else behind a comma,
// else at any. It is -1 when there is no blank.
func cut(line string) int {
	end, n := len(line), 0
	for i := range line {
		if n++; n > mostPiece {
			end = i
			break
		}
	}
	for _, marks := range []string{".!?…", ",;:–", ""} {
		for at := strings.LastIndexByte(line[:end], ' '); at > 0; at = strings.LastIndexByte(line[:at], ' ') {
			if r, _ := utf8.DecodeLastRuneInString(line[:at]); marks == "" || strings.ContainsRune(marks, r) {
				return at
			}
		}
	}
	return strings.IndexByte(line, ' ')
}
