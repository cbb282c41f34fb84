package dialogue

import (
	"strings"
	"time"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/understanding"
)

// PhraseGreeting names the whole greeting in the business's first language, as it is rendered ahead.
const PhraseGreeting = "greeting"

// Phrase is a text to be rendered ahead. With a name it is a fixed phrase that plays even with the engines down; without one it is a clause
// that is likely to be said.
type Phrase struct {
	Name     string
	Text     string
	Language string // its BCP 47 tag
}

// named are the texts that need no arguments and are rendered ahead as phrases. Read only.
var named = []language.Key{
	language.TextTooLong, language.TextStopping, language.TextMenu, language.TextMenuAgain, language.TextStillThere, language.TextUnheard,
	language.TextTransfer, language.TextTransferFail, language.TextTransferNext, language.TextNobody, language.TextCallback,
	language.TextNumberKeys,
	language.TextNumberRead, language.TextNumberCheck, language.TextNumberShort, language.TextNumberLong, language.TextNoted,
	language.TextNotNoted, language.TextBack, language.TextNoSuchKey, language.TextNotice, language.TextNotRecorded, language.TextUnwritten,
	language.TextAskRecording,
}

// common are the texts of a normal call that need no arguments and are heard often; their clauses are rendered ahead. Read only.
var common = []language.Key{
	language.TextHowHelp, language.TextYesHelp, language.TextAnythingElse, language.TextWelcome, language.TextGoAhead, language.TextTakeTime,
	language.TextAllRight, language.TextOfCourse, language.TextThankYou, language.TextSorry, language.TextClosedNobody,
	language.TextDidntCatch, language.TextBadLine, language.TextOfferHelp, language.TextKeypad, language.TextKeypadMore, language.TextNotSure,
	language.TextDontHave, language.TextListed, language.TextOfferMessage, language.TextAskName, language.TextAskNameAgain,
	language.TextAskNameSpell, language.TextAskNumber, language.TextAskNumberAgain, language.TextNumberRest, language.TextNumberLong,
	language.TextIsRight, language.TextAskReason, language.TextAskReasonAgain, language.TextAskUrgent, language.TextPassOn,
	language.TextWhatChange, language.TextNoted, language.TextNotedNoCall, language.TextNotNoted, language.TextTryAgain, language.TextDropped,
	language.TextCalendar, language.TextTakeMessage, language.TextEmergency, language.TextRobot, language.TextWritesDown,
	language.TextWrongNumber, language.TextHelp, language.TextNobody, language.TextTransferFail, language.TextCanTake, language.TextStillThere,
	language.TextNumberKeys, language.TextNumberShort, language.TextPrivacy, language.TextNotRecorded, language.TextUnwritten,
	language.TextHeld, language.TextNothingKept, language.TextIsRecorded, language.TextAskCode, language.TextWrongCode,
	language.TextRightFiled, language.TextErased, language.TextNoContact, language.TextWithdrawn, language.TextObjected,
	language.TextRightFailed, language.TextRightsMenu, language.TextGuessHours, language.TextGuessPrices, language.TextGuessServices,
	language.TextGuessPlace, language.TextNote, language.TextWhichService, language.TextClosedForNow,
}

// Phrases returns everything that is rendered ahead for a business in each of its languages: first the named phrases, with which a
// call can be held even while the engines are down, then the fixed questions and replies of a normal call. now is any time on the
// present day; the phrases for the hours of today hold for it and the next day.
func Phrases(b *knowledge.Business, now time.Time) []Phrase {
	c := New(b, Options{})
	c.now = now.In(b.Location())
	var out []Phrase
	for _, c.lang = range c.spoken {
		out = append(out, c.phrases()...)
	}
	return out
}

// phrases are those of the conversation's language.
func (c *Conversation) phrases() []Phrase {
	head, tail := greetingLines(c.biz)
	lines := []struct {
		name string
		line []language.Line
	}{
		{PhraseGreeting, []language.Line{head, tail}}, {string(head.Key), []language.Line{head}}, {string(tail.Key), []language.Line{tail}},
		{string(language.TextGoodbye), []language.Line{goodbyeLine(c.biz)}},
	}
	add := func(name string, l ...language.Line) {
		lines = append(lines, struct {
			name string
			line []language.Line
		}{name, l})
	}
	for _, k := range named {
		add(string(k), language.K(k))
	}
	if !c.biz.Nobody() {
		add(string(language.TextWeek), weekLine(c.biz))
	}
	if at, _ := c.place(understanding.Address); at != nil {
		add(string(language.TextAddress), at...)
	}
	for r := '0'; r <= '9'; r++ {
		add(digitPhrase(string(r)), digitLine(r))
	}
	for i := range 2 {
		if c.biz.Nobody() {
			break
		}
		d := c.biz.DayHours(c.now.AddDate(0, 0, i))
		add(todayPhrase(d), todayLine(d))
	}
	var out []Phrase
	for _, l := range lines {
		if text := strings.Join(c.clauses(l.line...), " "); text != "" {
			out = append(out, Phrase{Name: c.phraseName(l.name), Text: text, Language: c.lang.Tag()})
		}
	}
	seen := map[string]bool{}
	for _, k := range common {
		for _, text := range c.clauses(language.K(k)) {
			if !seen[text] {
				seen[text] = true
				out = append(out, Phrase{Text: text, Language: c.lang.Tag()})
			}
		}
	}
	return out
}

// clauses are lines in the language of the call, cut for the voice.
func (c *Conversation) clauses(lines ...language.Line) (out []string) {
	for _, l := range lines {
		l = c.inPlace(l)
		out = append(out, c.lang.Clauses(c.lang.Text(l.Key, l.Args))...)
	}
	return out
}

// weekLine reads the weekly hours.
func weekLine(b *knowledge.Business) language.Line {
	return language.K(language.TextWeek, language.Args{Week: b.Hours.Week()})
}

// todayLine says the hours of a day as those of today.
func todayLine(d knowledge.Day) language.Line {
	return language.K(language.TextDay, language.Args{Day: dayOf(d, ""), Now: d.Date})
}

// todayPhrase names the phrase for a day's hours; the date is in it, so that an old one is never played.
func todayPhrase(d knowledge.Day) string { return "hours." + d.Date.Format("2006-01-02") }

func digitPhrase(digit string) string { return "digit." + digit }

func digitLine(r rune) language.Line {
	return language.K(language.TextDigit, language.Args{Digits: string(r)})
}
