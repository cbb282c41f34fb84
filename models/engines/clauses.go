package engines

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Lengths of pieces, in characters.
const (
	firstPiece = 15  // the first may end at a comma from here on, so that it leaves early
	longPiece  = 120 // any may end at a comma from here on
	mostPiece  = 240 // every one ends at a word from here on: it holds up the other calls while it is made
)

// Clauses cuts a text into the pieces that are synthesised one by one: sentences, but for the first piece, which may end at a comma so
// that the first sound comes early, and for sentences too long to be made in one go. White space between pieces is dropped.
func Clauses(text string) []string {
	words := strings.Fields(text)
	var pieces []string
	begin, length := 0, 0
	for i, w := range words {
		length += utf8.RuneCountInString(w) + 1
		last := i == len(words)-1
		var next string
		if !last {
			next = words[i+1]
		}
		if !last && !endsPiece(w, next, length, len(pieces) == 0) {
			continue
		}
		pieces = append(pieces, strings.Join(words[begin:i+1], " "))
		begin, length = i+1, 0
	}
	return pieces
}

// endsPiece says whether a piece of the length ends with word w.
func endsPiece(w, next string, length int, first bool) bool {
	switch bare := strings.TrimRight(w, `"')]”’`); {
	case length >= mostPiece:
		return true
	case strings.HasSuffix(bare, "!"), strings.HasSuffix(bare, "?"), strings.HasSuffix(bare, "…"):
		return true
	case strings.HasSuffix(bare, "."):
		return !abbreviation(bare) && !startsLower(next)
	case strings.HasSuffix(bare, ","), strings.HasSuffix(bare, ";"), strings.HasSuffix(bare, ":"), bare == "–", bare == "—":
		return first && length > firstPiece || length >= longPiece
	default:
		return false
	}
}

// abbreviation says whether a word that ends in a full stop goes on in the same sentence: titles, initials and the like.
func abbreviation(w string) bool {
	w = strings.ToLower(strings.TrimLeft(strings.TrimSuffix(w, "."), `"'([“‘`))
	if utf8.RuneCountInString(w) == 1 {
		r, _ := utf8.DecodeRuneInString(w)
		return unicode.IsLetter(r)
	}
	switch w {
	case "dr", "mr", "mrs", "ms", "prof", "st", "mt", "ft", "no", "nos", "vs", "approx", "e.g", "i.e", "jr", "sr", "rev", "hon":
		return true
	default:
		return false
	}
}

func startsLower(w string) bool {
	r, _ := utf8.DecodeRuneInString(w)
	return unicode.IsLower(r)
}
