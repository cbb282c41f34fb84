package reception

import (
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"frontdesk.internal/appliance/dialogue"
	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/numbering"
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

// endpointing tells when a caller is done, in a language and by the numbers of a region.
type endpointing struct {
	lang   language.Language
	region string
}

// wait returns how long the silence must last before text is taken as a whole turn, given what was asked (kind) and the turn detector's
// opinion prob (negative: none). smart-turn alone holds finished callers for seconds and cuts others off, so it is weighed with the words:
// whisper's punctuation, hanging words, and what would answer the question.
func (e endpointing) wait(kind dialogue.ExpectKind, prob float64, text string) time.Duration {
	words := wordsOf(text)
	if len(words) == 0 {
		return waitUnsure
	}
	digits := e.digits(text)
	complete, _ := numbering.Complete(digits, e.region)
	switch kind {
	case dialogue.ExpectYesNo:
		if len(words) <= 4 && !e.hangs(text, words) && e.lang.YesNo(e.lang.Words(words[0])) != language.Neither {
			return waitSure
		}
	case dialogue.ExpectDigits:
		if complete && !e.hanging(words) {
			if _, more := numbering.Complete(digits+"5", e.region); !more {
				return waitSure
			}
			return waitUnsure // here numbers differ in length
		}
		if digits != "" {
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
	if len(digits) >= doubtDigits && !complete {
		return waitDigits // in the middle of a number, whatever was asked
	}
	return e.sentence(prob, text, words)
}

// wordsOf are the words of text in lower case.
func wordsOf(text string) []string {
	return strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '\'' })
}

// sentence is wait for words that are no number.
func (e endpointing) sentence(prob float64, text string, words []string) time.Duration {
	whole := e.complete(text, words)
	switch {
	case whole && prob >= turnSure:
		return waitSure
	case whole && prob >= turnHalf, !e.hangs(text, words) && prob >= turnSure:
		return waitLikely
	case whole && prob < 0:
		return waitLikely + 150*time.Millisecond
	case whole, prob >= turnHalf:
		return waitUnsure
	}
	return waitGoingOn
}

// digits are those of a number in text, without times of day.
func (e endpointing) digits(text string) string {
	words := e.lang.Words(text)
	when := e.lang.When(words, time.Time{}, e.region)
	var rest []string
	for i, w := range words {
		if !slices.Contains(when.TimeAt, i) && !slices.Contains(when.At, i) {
			rest = append(rest, w)
		}
	}
	if len(rest) < len(words) {
		text = strings.Join(rest, " ")
	}
	n := e.lang.ReadDigits(text)
	if n.Plus {
		return "+" + n.Digits
	}
	return n.Digits
}

// hanging says whether the last word is one with which no sentence ends.
func (e endpointing) hanging(words []string) bool { return e.lang.Hanging(words[len(words)-1]) }

// complete says whether the words read as a finished sentence.
func (e endpointing) complete(text string, words []string) bool {
	t := strings.TrimSpace(text)
	return strings.HasSuffix(t, "?") || (strings.HasSuffix(t, ".") && !strings.HasSuffix(t, "..") && !e.hanging(words)) ||
		strings.HasSuffix(t, "!")
}

// hangs says whether the words break off in the middle.
func (e endpointing) hangs(text string, words []string) bool {
	t := strings.TrimSpace(text)
	return strings.HasSuffix(t, ",") || strings.HasSuffix(t, "-") || strings.HasSuffix(t, "...") || strings.HasSuffix(t, "…") ||
		e.hanging(words)
}

// spelled says whether the last word is a letter by itself, so that more of them may come.
func spelled(words []string) bool { return utf8.RuneCountInString(words[len(words)-1]) == 1 }

// pace is how a caller speaks: who pauses within what he says is given more time from then on.
type pace struct {
	gaps []time.Duration // within sentences, the newest last
	cut  int             // times the caller was taken to be done and went on
}

// The bounds of what a caller's pace adds.
const (
	paceGaps   = 4                      // so many pauses are remembered
	paceMargin = 150 * time.Millisecond // over the longest of them
	paceMost   = 1700 * time.Millisecond
	paceCut    = 150 * time.Millisecond // for each time the caller was cut off, where everything says that he is done
	paceCuts   = 2                      // that count
)

// paused notes that the caller paused for d and went on. The pauses between groups of digits and letters have their own time and
// say nothing about sentences.
func (p *pace) paused(kind dialogue.ExpectKind, d time.Duration) {
	if kind == dialogue.ExpectDigits || kind == dialogue.ExpectName {
		return
	}
	p.gaps = append(p.gaps, d)
	p.gaps = p.gaps[max(0, len(p.gaps)-paceGaps):]
}

// widen is how long is waited for this caller where others get wait.
func (p *pace) widen(wait time.Duration) time.Duration {
	if wait <= waitSure {
		return wait + time.Duration(min(p.cut, paceCuts))*paceCut
	}
	if len(p.gaps) == 0 {
		return wait
	}
	return max(wait, min(slices.Max(p.gaps)+paceMargin, paceMost))
}
