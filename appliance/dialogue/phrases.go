package dialogue

import (
	"fmt"
	"strings"
	"time"

	"frontdesk.internal/appliance/knowledge"
)

// Phrases returns everything that is rendered ahead for a business: first the named phrases, with which a call can be held even while the
// engines are down, then the fixed questions and replies of a normal call. now is any time on the present day; the phrases for the hours of today hold for
// it and the next day.
func Phrases(b *knowledge.Business, now time.Time) []Phrase {
	c := New(b, Options{})
	c.now = now.In(b.Location())
	out := []Phrase{
		{PhraseGreeting, greeting(b)}, {PhraseGoodbye, goodbye(b)}, {PhraseTooLong, TextTooLong}, {PhraseStopping, TextStopping},
		{phraseMenu, textMenu}, {phraseMenuAgain, textMenuAgain}, {phraseStillThere, textStillThere}, {phraseUnheard, textUnheard},
		{phraseTransfer, textTransfer}, {phraseTransferFail, textTransferFail}, {phraseNobody, textNobody},
		{phraseCallback, textCallback}, {phraseNumberKeys, textNumberKeys}, {phraseNumberRead, textNumberRead}, {phraseNumberCheck, textNumberCheck},
		{phraseNumberShort, textNumberShort}, {phraseNoted, textNoted}, {phraseNotNoted, textNotNoted}, {phraseBack, textBack}, {phraseNoKey, textNoSuchKey},
		{phraseHoursWeek, weekText(b)},
		{phraseNotice, TextNotice}, {phraseNotRecorded, textNotRecorded}, {phraseAskRecording, TextAskRecording},
	}
	if head, tail := greetingParts(b); head != "" {
		out = append(out, Phrase{phraseGreetingHead, head}, Phrase{phraseGreetingTail, tail})
	} else {
		out = append(out, Phrase{phraseGreetingTail, tail})
	}
	if w := knowledge.AddressWords(b.Address, b.Region); w != "" {
		out = append(out, Phrase{phraseAddress, "Our address is " + w + "."})
	}
	for r := '0'; r <= '9'; r++ {
		out = append(out, Phrase{digitPhrase(r), digitText(r)})
	}
	for i := range 2 {
		d := b.DayHours(c.now.AddDate(0, 0, i))
		out = append(out, Phrase{todayPhrase(d), c.todayText(d)})
	}
	seen := map[string]bool{}
	for _, t := range rendered {
		for _, cl := range clauses(t) {
			if !seen[cl] {
				seen[cl] = true
				out = append(out, Phrase{Text: cl})
			}
		}
	}
	return out
}

// rendered are the fixed texts of a normal call that are heard often. Read only.
var rendered = []string{
	textHowHelp, textYesHelp, textAnythingElse, textWelcome, textGoAhead, textTakeTime, textAllRight, textOfCourse, textThankYou, textSorry,
	textClosedNobody, textDidntCatch, textBadLine, textOfferHelp, textKeypad, textKeypadMore, textNotSure, textDontHave, textListed, textOfferMessage,
	textName, textNameAgain, textNameSpell, textNumber, textNumberAgain, textNumberRest, textNumberLong, textRight, textReason,
	textReasonAgain, textUrgent, textPassOn, textWhatChange, textNoted, textNotedNoCall, textNotNoted, textTryAgain, textDropped, textCalendar, textTakeMessage,
	textEmergency, textRobot, textRecorded, textWrong, textHelp, textNobody, textTransferFail, textStillThere, textNumberKeys, textNumberShort, textPrivacy,
	textNotRecorded, textIsRecorded, textAskCode, textWrongCode, textRightFiled, textErased, textNoContact, textWithdrawn, textObjected, textRightFailed, textRightsMenu,
	"Did you want to know our opening hours?", "Did you want to know our prices?", "Did you want to know what services we offer?", "Did you want to know how to find us?",
}

// todayText says the hours of a day as those of today.
func (c *Conversation) todayText(d knowledge.Day) string {
	at := c.now
	c.now = d.At(12 * 60)
	text := c.dayText(d, "", "")
	c.now = at
	return text
}

// todayPhrase names the phrase for a day's hours; the date is in it, so that an old one is never played.
func todayPhrase(d knowledge.Day) string { return "hours." + d.Date.Format("2006-01-02") }

func digitPhrase(r rune) string { return fmt.Sprintf("digit.%c", r) }

func digitText(r rune) string { return capital(strings.TrimSpace(knowledge.Digits(string(r)))) + "." }
