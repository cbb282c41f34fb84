package language

import (
	"strings"
	"unicode"

	"frontdesk.internal/appliance/language/phrase"
)

// Edits is the Damerau-Levenshtein distance (adjacent swaps count one) between a and b, or limit+1 when it is more than limit.
func Edits(a, b string, limit int) int {
	if d := len(a) - len(b); d > limit || -d > limit {
		return limit + 1
	}
	var rows [3][]int
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
	}
	for j := range rows[1] {
		rows[1][j] = j
	}
	for i := 1; i <= len(a); i++ {
		before, prev, cur := rows[(i+2)%3], rows[i%3], rows[(i+1)%3]
		cur[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			cur[j] = min(prev[j]+1, cur[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				cur[j] = min(cur[j], before[j-2]+1)
			}
		}
	}
	return min(rows[(len(a)+1)%3][len(b)], limit+1)
}

// Slip says whether two stems differ by no more than a recogniser's slip of the pen: one letter in six, two in nine, and never the first.
func Slip(a, b string) bool {
	limit := 0
	switch longest := max(len(a), len(b)); {
	case longest >= 9:
		limit = 2
	case longest >= 6:
		limit = 1
	}
	return limit > 0 && a != "" && b != "" && a[0] == b[0] && Edits(a, b, limit) <= limit
}

// HasDigit says whether there is a digit in s.
func HasDigit(s string) bool { return strings.ContainsFunc(s, unicode.IsDigit) }

// AllDigits says whether s is digits alone.
func AllDigits(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool { return r < '0' || r > '9' })
}

// replyLeast is the shortest reply that is known by all of its letters but one.
const replyLeast = 6

// ReplyHeard is the word of replies that word was written for: as slips say, or when all but one of its letters are the same; "" =
// none, or word is one itself.
func ReplyHeard(word string, slips map[string]string, replies ...phrase.Set) string {
	if s := slips[word]; s != "" {
		return s
	}
	found := ""
	for _, set := range replies {
		if set[word] {
			return ""
		}
		for r := range set {
			if len(r) >= replyLeast && Edits(word, r, 1) <= 1 {
				found = max(found, r)
			}
		}
	}
	return found
}
