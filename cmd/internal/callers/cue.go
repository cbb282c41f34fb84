package callers

import (
	"strings"
	"time"

	"frontdesk.internal/appliance/language"
)

// cue is how a text of the office is known again: its words up to the first of its arguments, or from the last one on, whichever is
// more. The words are those of the language itself, so that a text that is written anew is known anew.
type cue struct {
	key   language.Key
	words string // with blanks around each word
}

// in returns where the cue ends in words; -1 is that it is not there.
func (c cue) in(words string) int {
	if c.words == "" {
		return -1
	}
	at := strings.LastIndex(words, c.words)
	if at < 0 {
		return -1
	}
	return at + len(c.words)
}

// cueOf finds the cue of a text by rendering it with two sets of arguments that have nothing in common.
func cueOf(l language.Language, k language.Key) cue {
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	a := language.Args{
		Region: "US", Currency: "USD", Now: now, Business: "Alpha", Person: "Alpha", Role: "alpha", Name: "Alpha", Spelled: "Alpha",
		Text: "Alpha", Question: "Alpha?", Words: "alpha", Service: "alpha", Items: []string{"alpha", "gamma"},
		Topics: []language.Line{language.K(language.TopicHours)}, Digits: "12", Number: "2175550142", Price: language.Price{Amount: 1100},
		Minutes: 30,
	}
	b := language.Args{
		Region: "US", Currency: "USD", Now: now, Business: "Omega", Person: "Omega", Role: "omega", Name: "Omega", Spelled: "Omega",
		Text: "Omega", Question: "Omega?", Words: "omega", Service: "omega", Items: []string{"omega", "sigma"},
		Topics: []language.Line{language.K(language.TopicStaff)}, Digits: "87", Number: "4065550199", Price: language.Price{Amount: 9900},
		Minutes: 55,
	}
	x, y := strings.Fields(Words(l.Text(k, a))), strings.Fields(Words(l.Text(k, b)))
	head := 0
	for head < min(len(x), len(y)) && x[head] == y[head] {
		head++
	}
	if head == len(x) && head == len(y) {
		return cue{k, spaced(x)}
	}
	tail := 0
	for tail < min(len(x), len(y))-head && x[len(x)-1-tail] == y[len(y)-1-tail] {
		tail++
	}
	if tail > head {
		return cue{k, spaced(x[len(x)-tail:])}
	}
	return cue{k, spaced(x[:head])}
}

func spaced(words []string) string {
	if len(words) == 0 {
		return ""
	}
	return " " + strings.Join(words, " ") + " "
}

// questions are the texts that callers answer.
var questions = []language.Key{
	language.TextAskName, language.TextAskNameAgain, language.TextAskNameSpell, language.TextOfferNumber, language.TextAskNumber,
	language.TextAskNumberAgain, language.TextNumberKeys, language.TextNumberRest, language.TextAskReason, language.TextAskReasonAgain,
	language.TextAskUrgent, language.TextPassOn, language.TextWhatChange, language.TextOfferMessage, language.TextAnythingElse,
	language.TextIsRight, language.TextHarm, language.TextChild, language.TextEither, language.TextChoose, language.TextWhichPrice,
	language.TextForExample, language.TextWhichService, language.TextDidntCatch, language.TextBadLine, language.TextOfferHelp,
	language.TextNotSure, language.TextHowHelp, language.TextYesHelp, language.TextGoAhead, language.TextStillThere, language.TextTryAgain,
	language.TextAskCode, language.TextCanTake, language.TextNobody, language.TextClosedNobody, language.TextGuessHours,
	language.TextGuessPrices, language.TextGuessPrice, language.TextGuessService, language.TextGuessServices, language.TextGuessPlace,
	language.TextGuessStaff, language.TextGuessContact, language.TextGuessAnswer, language.TextGuessPerson, language.TextGuessGoodbye,
	language.TextGuessAccess, language.TextGuessErase, language.TextGuessNoContact, language.TextGuessWithdraw, language.TextGuessRectify,
	language.TextGuessTold,
	language.TextGuessObject, language.TextNumberPart, language.TextDropped, language.TextNoted, language.TextNotedNoCall,
	language.TextGoodbye, language.TextTransfer,
}

// ear knows what the office asks.
type ear struct {
	l    language.Language
	cues []cue
}

func newEar(l language.Language) *ear {
	e := &ear{l: l}
	for _, k := range questions {
		if c := cueOf(l, k); c.words != "" {
			e.cues = append(e.cues, c)
		}
	}
	return e
}

// last returns the text of the office that was said last, of those that callers answer; "" is none of them. The longest of several
// at one place counts.
func (e *ear) last(said string) language.Key {
	words := Words(said)
	best, length, key := -1, 0, language.Key("")
	for _, c := range e.cues {
		end := c.in(words)
		start := end - len(c.words)
		switch {
		case end < 0:
		case start > best && !(start < best+length-1 && end <= best+length), start == best && len(c.words) > length:
			best, length, key = start, len(c.words), c.key
		}
	}
	return key
}

// fewDigits are more than a name ever has, and fewer than a telephone number.
const fewDigits = 5

// readsBack says what was read back: a number, or a name, which may begin alike; "" is neither.
func (e *ear) readsBack(said string) language.Key {
	words := Words(said)
	for _, k := range []language.Key{language.TextNumberIs, language.TextNameSpelled, language.TextNameUnderstood} {
		switch at := cueOf(e.l, k).in(words); {
		case at < 0:
		case len(e.l.ReadDigits(words[at:]).Digits) >= fewDigits:
			return language.TextNumberIs
		default:
			return language.TextNameSpelled
		}
	}
	return ""
}
