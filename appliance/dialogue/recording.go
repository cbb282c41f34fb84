package dialogue

import (
	"slices"
	"strings"

	"frontdesk.internal/appliance/dialogue/hearing"
	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/record"
)

// Names of the phrases of a call that is recorded.
const (
	phraseGreetingHead = "greeting.head"
	phraseGreetingTail = "greeting.tail"
	phraseNotice       = "recording.notice"
	phraseNotRecorded  = "recording.refused"
	phraseAskRecording = "recording.ask"
)

// TextNotice tells callers that their call is recorded and how to refuse. Nothing is recorded before it was heard to its end.
const TextNotice = "This call is recorded. If you do not want that, press nine, or say: don't record."

const (
	textNotRecorded = "All right, this call is not being recorded."
	textIsRecorded  = "Yes, this call is recorded. Press nine if you do not want that."
)

// refuseKey is the key that refuses the recording.
const refuseKey = '9'

// announce greets with the notice that the call is recorded, before the closing question of the greeting. Everything up to
// the end of the notice is firm: a caller who speaks meanwhile hears it all the same.
func (c *Conversation) announce() {
	head, tail := greetingParts(c.biz)
	c.speak(Say{Phrase: phraseGreetingHead, Firm: true}, head)
	c.speak(Say{Phrase: phraseNotice, Firm: true, Notice: true}, TextNotice)
	c.phrase(phraseGreetingTail, tail)
}

// TextAskRecording asks whether the call may be recorded. Nothing is recorded before the caller has agreed.
const TextAskRecording = "May I record this call? Please say yes or no, or press one for yes and nine for no."

// askToRecord greets with the question.
func (c *Conversation) askToRecord() {
	head, _ := greetingParts(c.biz)
	c.speak(Say{Phrase: phraseGreetingHead, Firm: true}, head)
	c.phrase(phraseAskRecording, TextAskRecording)
	c.state = askRecording
}

// recordingAnswered takes the answer. Whoever goes on with something else has not agreed, and is not asked again.
func (c *Conversation) recordingAnswered(ev Heard, r hearing.Reading) {
	switch hearing.YesNo(r.Words) {
	case hearing.Yes:
		c.recordingAllowed(record.ByVoice)
	case hearing.No:
		c.refuseRecording(record.ByVoice)
	default:
		c.state, c.refused = idle, true
		c.out = append(c.out, StopRecording{})
		c.open(ev, r)
	}
}

// recordingAnsweredByKey does the same for a key. It reports that the key is dealt with.
func (c *Conversation) recordingAnsweredByKey(k rune) bool {
	if c.state != askRecording || k != '1' && k != '2' {
		return false
	}
	if k == '1' {
		c.recordingAllowed(record.ByKey)
	} else {
		c.refuseRecording(record.ByKey)
	}
	return true
}

func (c *Conversation) recordingAllowed(how record.ConsentHow) {
	c.state = idle
	c.decide("recording.allowed", byOf(how), "")
	c.out = append(c.out, StartRecording{}, Consented{record.ConsentGiven, how})
	c.say(textThankYou, textHowHelp)
}

func (c *Conversation) refuseRecording(how record.ConsentHow) {
	c.state, c.refused = idle, true
	c.decide("recording.refused", byOf(how), "")
	c.out = append(c.out, StopRecording{}, Consented{record.ConsentRefused, how})
	c.say(textNotRecorded, textHowHelp)
}

// byOf names who has decided, for the record.
func byOf(how record.ConsentHow) string {
	if how == record.ByKey {
		return "key"
	}
	return "rule"
}

// greetingParts are the greeting without its closing question, and that question.
func greetingParts(b *knowledge.Business) (head, tail string) {
	parts := sentences(greeting(b))
	n := len(parts) - 1 // a greeting always ends with a question
	if n < 1 {
		return "", strings.Join(parts, " ")
	}
	return strings.Join(parts[:n], " "), parts[n]
}

// recordingRefused handles a turn in which the caller refuses to be recorded, in whatever state. It reports that the turn is
// dealt with; a long one may say more and goes on as if nothing was.
func (c *Conversation) recordingRefused(text string) bool {
	if !c.opt.Announce || c.refused {
		return false
	}
	words := hearing.Normalise(text)
	if !refusesRecording(words) && (c.collects() || !saysRefuseKey(words)) {
		return false
	}
	c.refused = true
	c.decide("recording.refused", "rule", "")
	c.out = append(c.out, StopRecording{}, Consented{record.ConsentRefused, record.ByVoice})
	if c.state == askRecording {
		c.state = idle
	}
	if len(words) > shortTurn || c.busy() || c.degraded {
		return false
	}
	c.say(textNotRecorded)
	c.goOn()
	return true
}

// recordingRefusedByKey does the same for a key. It reports that the key is dealt with.
func (c *Conversation) recordingRefusedByKey(k rune) bool {
	if !c.opt.Announce || c.refused || k != refuseKey || c.collects() || c.state == menuKey || c.state == rightsCode {
		return false
	}
	c.refused = true
	c.decide("recording.refused", "key", "")
	c.out = append(c.out, StopRecording{}, Consented{record.ConsentRefused, record.ByKey})
	if c.state == askRecording {
		c.state = idle
	}
	switch {
	case c.busy():
	case c.degraded:
		c.phrase(phraseNotRecorded, textNotRecorded)
		c.menuAgain()
	default:
		c.phrase(phraseNotRecorded, textNotRecorded)
		c.goOn()
	}
	return true
}

// goOn asks again what was asked, or what can be done.
func (c *Conversation) goOn() {
	if c.prompt() == "" {
		c.say(textHowHelp)
		return
	}
	c.again()
}

// saysRefuseKey reports whether the key that refuses is said instead of pressed.
func saysRefuseKey(words []string) bool {
	if len(words) == 2 && words[0] == "press" {
		words = words[1:]
	}
	return len(words) == 1 && (words[0] == "nine" || words[0] == "9")
}

// refusesRecording reports whether words refuse to be recorded. It rather takes a question for a refusal than a refusal for
// something else: then nothing is kept.
func refusesRecording(words []string) bool {
	against := slices.ContainsFunc(words, func(w string) bool {
		return slices.Contains([]string{"not", "no", "stop", "never", "without", "nobody", "refuse", "object", "off", "quit", "disagree"}, w)
	})
	if !against {
		return false
	}
	for i, w := range words {
		switch w {
		case "recorded", "recording", "recordings", "taped", "taping":
			return true
		case "record", "tape":
			if i == 0 || !slices.Contains([]string{"a", "an", "any", "my", "your", "our", "his", "her", "their", "medical", "of", "on", "for"}, words[i-1]) {
				return true
			}
		}
	}
	return false
}
