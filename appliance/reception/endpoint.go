package reception

import (
	"strings"
	"time"
	"unicode"

	"frontdesk.internal/appliance/dialogue"
)

// The silences after which a turn is taken, measured from the caller's last voiced frame. A turn is never taken before
// its transcript is there, so short waits cost nothing: recognition runs in the same time.
const (
	waitSure    = 250 * time.Millisecond  // everything says that the caller is done
	waitLikely  = 550 * time.Millisecond  // the sentence is whole or the voice says so
	waitUnsure  = 1000 * time.Millisecond // they disagree
	waitGoingOn = 1700 * time.Millisecond // both say that more is coming
	waitDigits  = 1800 * time.Millisecond // between groups of a number people pause for long
	waitLetters = 1400 * time.Millisecond // between the letters of a name that is spelled
)

// Thresholds on smart-turn's probability.
const (
	turnSure = 0.75
	turnHalf = 0.45
)

// endpointWait returns how long the silence must last before text is taken as a whole turn, given what was asked (kind)
// and the turn detector's opinion prob (negative: none). smart-turn alone holds finished callers for seconds and
// cuts others off, so it is weighed with the words: whisper's punctuation, hanging words, and what would answer the question.
func endpointWait(kind dialogue.ExpectKind, prob float64, text string) time.Duration {
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '\'' })
	if len(words) == 0 {
		return waitUnsure
	}
	digits := countDigits(words)
	switch kind {
	case dialogue.ExpectYesNo:
		if len(words) <= 4 && yesNo[words[0]] {
			return waitSure
		}
	case dialogue.ExpectDigits:
		if digits >= 10 && !hanging[words[len(words)-1]] {
			return waitUnsure
		}
		if digits > 0 {
			return waitDigits
		}
	case dialogue.ExpectName:
		if spelled(words) {
			return waitLetters
		}
		// Names are often spelled or followed by a surname after a breath.
		if prob >= turnSure && len(words) > 1 {
			return waitLikely
		}
		return waitUnsure
	}
	whole := complete(text, words)
	switch {
	case digits >= 4 && digits < 10:
		return waitDigits // in the middle of a number, whatever was asked
	case whole && prob >= turnSure:
		return waitSure
	case whole && prob >= turnHalf, !hangs(text, words) && prob >= turnSure:
		return waitLikely
	case whole && prob < 0:
		return waitLikely + 150*time.Millisecond
	case whole, prob >= turnHalf:
		return waitUnsure
	}
	return waitGoingOn
}

// complete says whether the words read as a finished sentence.
func complete(text string, words []string) bool {
	t := strings.TrimSpace(text)
	return strings.HasSuffix(t, "?") || (strings.HasSuffix(t, ".") && !strings.HasSuffix(t, "..") && !hanging[words[len(words)-1]]) || strings.HasSuffix(t, "!")
}

// hangs says whether the words break off in the middle.
func hangs(text string, words []string) bool {
	t := strings.TrimSpace(text)
	return strings.HasSuffix(t, ",") || strings.HasSuffix(t, "-") || strings.HasSuffix(t, "...") || strings.HasSuffix(t, "…") || hanging[words[len(words)-1]]
}

// spelled says whether the last word is a letter by itself, so that more of them may come.
func spelled(words []string) bool { return len(words[len(words)-1]) == 1 }

// countDigits counts the digits spoken or written in words.
func countDigits(words []string) int {
	n := 0
	for _, w := range words {
		if digitWord[w] {
			n++
			continue
		}
		for _, r := range w {
			if unicode.IsDigit(r) {
				n++
			}
		}
	}
	return n
}

func set(words string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		m[w] = true
	}
	return m
}

// Word lists are read only.
var (
	yesNo     = set("yes yeah yep yup sure correct right no nope nah okay ok exactly please")
	digitWord = set("zero oh one two three four five six seven eight nine double triple")
	hanging   = set("and or but so because if the a an my your his her our their to of for with at in on from is are was i i'm i'd we you um uh erm er like that which who whose about it's")
)
