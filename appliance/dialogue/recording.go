package dialogue

import (
	"slices"

	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/understanding"
)

// refuseKey is the key that refuses the recording.
const refuseKey = '9'

// announce greets with the notice that the call is recorded, before the closing question of the greeting. Everything up to
// the end of the notice is firm: a caller who speaks meanwhile hears it all the same.
func (c *Conversation) announce() {
	head, tail := greetingLines(c.biz)
	c.speak(Say{Phrase: c.phraseName(string(head.Key)), Firm: true}, head)
	c.speak(Say{Phrase: c.phraseName(string(language.TextNotice)), Firm: true, Notice: true}, language.K(language.TextNotice))
	c.say(c.hello())
	c.phrase(tail)
	c.noticed = true
}

// askToRecord greets with the question.
func (c *Conversation) askToRecord() {
	head, _ := greetingLines(c.biz)
	c.speak(Say{Phrase: c.phraseName(string(head.Key)), Firm: true}, head)
	c.say(c.hello())
	c.tellPhrase(language.TextAskRecording)
	c.state = askRecording
}

// recordingAnswered takes the answer. Whoever goes on with something else has not agreed, and is not asked again.
func (c *Conversation) recordingAnswered(ev Heard, r understanding.Reading) {
	switch c.lang.YesNo(r.Words) {
	case language.Yes:
		c.recordingAllowed(record.ByVoice)
	case language.No:
		c.refuseRecording(record.ByVoice)
	default:
		c.state, c.refused = idle, true
		c.out = append(c.out, StopRecording{})
		if c.toldWhy(); c.state == askReason {
			c.row().heard(ev, r)
			return
		}
		c.open(ev, r)
	}
}

// recordingKeyed does the same for a key.
func (c *Conversation) recordingKeyed(k rune) {
	switch k {
	case '1':
		c.recordingAllowed(record.ByKey)
	case '2':
		c.refuseRecording(record.ByKey)
	default:
		c.yesNoKeyed(k)
	}
}

func (c *Conversation) recordingAllowed(how record.ConsentHow) {
	c.state = idle
	c.decide("recording.allowed", byOf(how), "")
	c.out = append(c.out, StartRecording{}, Consented{record.ConsentGiven, how})
	c.howHelp(language.TextThankYou)
}

func (c *Conversation) refuseRecording(how record.ConsentHow) {
	c.state, c.refused = idle, true
	c.decide("recording.refused", byOf(how), "")
	c.stopRecording(how)
	c.howHelp(c.notRecordedText())
}

// stopRecording has the recording ended because the caller refused it, and what was said forgotten where the business does not keep that.
func (c *Conversation) stopRecording(how record.ConsentHow) {
	c.refused, c.unwritten = true, c.unwritten || c.opt.NotWritten
	c.out = append(c.out, StopRecording{Unwritten: c.unwritten}, Consented{record.ConsentRefused, how})
}

// notRecordedText says that the call is not recorded, and what becomes of the words.
func (c *Conversation) notRecordedText() language.Key {
	if c.unwritten {
		return language.TextUnwritten
	}
	return language.TextNotRecorded
}

// byOf names who has decided, for the record.
func byOf(how record.ConsentHow) string {
	if how == record.ByKey {
		return "key"
	}
	return "rule"
}

// recordingRefused handles a turn in which the caller refuses to be recorded, in whatever state. It reports that the turn is
// dealt with; a long one may say more and goes on as if nothing was.
func (c *Conversation) recordingRefused(text string) bool {
	words := c.lang.Words(text)
	if !c.opt.Announce {
		return c.notRecorded(words)
	}
	if c.refused {
		return false
	}
	if !c.lang.RefusesRecording(words) && (c.collects() || !c.saysRefuseKey(text)) {
		return false
	}
	c.decide("recording.refused", "rule", "")
	c.stopRecording(record.ByVoice)
	if c.state == askRecording {
		c.state = idle
	}
	if len(words) > shortTurn || c.busy() || c.degraded {
		return false
	}
	c.tell(c.notRecordedText())
	c.goOn()
	return true
}

// notRecorded tells a caller who does not want to be recorded that he is not. It reports that the turn is dealt with; one that says
// more goes on.
func (c *Conversation) notRecorded(words []string) bool {
	if !c.lang.RefusesRecording(words) || c.busy() || c.degraded {
		return false
	}
	c.decide("recording.none", "rule", "")
	if !c.refused {
		c.stopRecording(record.ByVoice)
	}
	c.tell(c.notRecordedText())
	if c.state == offered { // nobody has asked for a message
		c.state = idle
	}
	if len(words) > shortTurn {
		return false
	}
	c.goOn()
	return true
}

// notRecordedSaid says whether the caller was just told that he is not recorded.
func (c *Conversation) notRecordedSaid() bool {
	return slices.ContainsFunc(c.said, func(l language.Line) bool {
		return l.Key == language.TextNotRecorded || l.Key == language.TextUnwritten
	})
}

// wantsMore says whether a turn that speaks of being recorded wants something else too.
func wantsMore(r understanding.Reading) bool {
	about := []understanding.Intent{
		understanding.RefuseRecording, understanding.Recorded, understanding.Unknown, understanding.Chitchat, understanding.Hello,
		understanding.Thanks, understanding.NeverMind,
	}
	return slices.ContainsFunc(r.Asks, func(a understanding.Ask) bool { return !slices.Contains(about, a.Intent) })
}

// noToNotice takes a bare no as the answer to the notice of the recording, when it is the first that is heard after it. It reports
// that the turn is dealt with.
func (c *Conversation) noToNotice(r understanding.Reading) bool {
	first := c.noticed
	c.noticed = false
	if !first || c.refused || c.state != idle || c.meaning(r.Words) > 1 || c.lang.YesNo(r.Words) != language.No || c.lang.Farewell(r.Words) {
		return false
	}
	harmless := []understanding.Intent{understanding.NeverMind, understanding.Recorded, understanding.Thanks, understanding.Goodbye}
	if slices.ContainsFunc(r.Asks, func(a understanding.Ask) bool { return !slices.Contains(harmless, a.Intent) }) {
		return false
	}
	c.refuseRecording(record.ByVoice)
	return true
}

// recordingRefusedByKey does the same for a key. It reports that the key is dealt with.
func (c *Conversation) recordingRefusedByKey(k rune) bool {
	if !c.opt.Announce || c.refused || k != refuseKey || c.row().digits {
		return false
	}
	c.decide("recording.refused", "key", "")
	c.stopRecording(record.ByKey)
	if c.state == askRecording {
		c.state = idle
	}
	switch {
	case c.busy():
	case c.degraded:
		c.tellPhrase(c.notRecordedText())
		c.again()
	default:
		c.tellPhrase(c.notRecordedText())
		c.goOn()
	}
	return true
}

// goOn asks again what was asked, or what can be done.
func (c *Conversation) goOn() {
	if len(c.prompt()) == 0 {
		c.howHelp("")
		return
	}
	c.again()
}

// saysRefuseKey reports whether the key that refuses is said instead of pressed.
func (c *Conversation) saysRefuseKey(text string) bool {
	return len(c.lang.Words(text)) <= 2 && c.lang.ReadDigits(text).Digits == string(refuseKey)
}
