package hibari

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// isWord reports whether r belongs to a word, a number or a name.
func isWord(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsNumber(r) }

// isLetter reports whether r is what words are made of. Signs for a number that are no digits count: "²".
func isLetter(r rune) bool { return isWord(r) && r != '_' && !unicode.IsDigit(r) }

func isDigit(r rune) bool { return r >= '0' && r <= '9' }

// The letters of Latin text.
func isLower(r rune) bool {
	return r >= 'a' && r <= 'z' || r == 'ß' || r >= 'à' && r <= 'ö' || r >= 'ø' && r <= 'ÿ'
}

func isUpper(r rune) bool {
	return r >= 'A' && r <= 'Z' || r >= 'À' && r <= 'Ö' || r >= 'Ø' && r <= 'Þ'
}

// Latin text as a class of regular expressions, as isLower and isUpper have it, and a letter as isLetter does.
const (
	lowerClass  = `a-zß-öø-ÿ`
	upperClass  = `A-ZÀ-ÖØ-Þ`
	letterClass = `[\pL\p{Nl}\p{No}]`
	notWord     = `(?:[^\pL\pN_]|\z)` // a word ends here
)

func allDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

func allLetters(s string) bool {
	return s != "" && strings.IndexFunc(s, func(r rune) bool { return !unicode.IsLetter(r) }) < 0
}

func lower(s string) string { return strings.ToLower(s) }
func upper(s string) string { return strings.ToUpper(s) }

// capital is s with a large first letter and small others.
func capital(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return s
	}
	return string(unicode.ToTitle(r)) + strings.ToLower(s[n:])
}

// tail is the last n characters of s.
func tail(s string, n int) string {
	at := len(s)
	for ; n > 0 && at > 0; n-- {
		_, size := utf8.DecodeLastRuneInString(s[:at])
		at -= size
	}
	return s[at:]
}

// count is the number of characters of s.
func count(s string) int { return utf8.RuneCountInString(s) }

// first and last are the first and the last character of s, which is not empty.
func first(s string) rune { r, _ := utf8.DecodeRuneInString(s); return r }
func last(s string) rune  { r, _ := utf8.DecodeLastRuneInString(s); return r }

// plain drops what is never spoken from a text: control and formatting characters, and what is no text at all.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == utf8.RuneError, unicode.In(r, unicode.Cf, unicode.Co, unicode.Cs):
			return -1
		case unicode.IsControl(r) || strings.ContainsRune("[]{}", r):
			return ' '
		}
		return r
	}, s)
}
