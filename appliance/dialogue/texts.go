package dialogue

import (
	"strings"

	"frontdesk.internal/appliance/knowledge"
)

// Names of the phrases that are always rendered ahead.
const (
	PhraseGreeting = "greeting"
	PhraseGoodbye  = "goodbye"
	PhraseTooLong  = "too_long"
	PhraseStopping = "stopping"
)

// TextTooLong is said before a call that reached its longest time is ended.
const TextTooLong = "I'm sorry, this call has reached its time limit. Please call again if you need more. Goodbye."

// TextStopping is said before a call is ended because the appliance stops.
const TextStopping = "I'm sorry, I have to end this call now. Please call again in a few minutes. Goodbye."

// Names of the phrases for when the engines are down.
const (
	phraseStillThere   = "still_there"
	phraseTransfer     = "transfer"
	phraseTransferFail = "transfer_failed"
	phraseMenu         = "menu"
	phraseMenuAgain    = "menu_again"
	phraseAddress      = "address"
	phraseHoursWeek    = "hours.week"
	phraseCallback     = "callback.offer"
	phraseNumberKeys   = "number.keys"
	phraseNumberRead   = "number.read"
	phraseNumberCheck  = "number.check"
	phraseNumberShort  = "number.short"
	phraseNoted        = "noted"
	phraseNotNoted     = "not_noted"
	phraseNobody       = "nobody"
	phraseUnheard      = "unheard"
	phraseBack         = "back"
	phraseNoKey        = "no_such_key"
)

// The fixed texts. Nothing in them is a fact about the business.
const (
	textNotice       = "You are speaking with an AI assistant."
	textHowHelp      = "How can I help you?"
	textYesHelp      = "Yes, I'm here. How can I help you?"
	textStillThere   = "Are you still there?"
	textAnythingElse = "Is there anything else I can do for you?"
	textWelcome      = "You're welcome."
	textGoAhead      = "Of course. What would you like to know?"
	textTakeTime     = "Of course, take your time."
	textAllRight     = "All right."
	textOfCourse     = "Of course."
	textThankYou     = "Thank you."
	textSorry        = "I'm sorry."

	textTransfer     = "One moment, please. I'm putting you through."
	textBrief        = "Press 1 to take the call, or any other key to have a message taken."
	textTransferFail = "I'm sorry, nobody picked up."
	textNobody       = "I can't put you through right now, but I can take a message."
	textClosedNobody = "The office is closed right now, but I can take a message."
	textFor          = "I can take a message for "

	textDidntCatch = "Sorry, I didn't catch that."
	textBadLine    = "I'm sorry, I still can't hear you well. You can also use your keypad: press one for our opening hours, two for our address, three to leave a message, or zero for a person."
	textOfferHelp  = "I'm sorry, I can't understand you on this line. Would you like to leave a message, or press zero for a person?"
	textKeypad     = "Press one for our opening hours, two for our address, three to leave a message, or zero for a person."
	textKeypadMore = "Press one for our opening hours, two for our address, three to leave a message, eight for what we keep about you, or zero for a person."
	textNotSure    = "I'm not sure I understood. You can ask me about opening hours, prices or our address, or leave a message."
	textNoSuchKey  = "That key has no meaning here."

	textDontHave     = "I don't have that information."
	textListed       = "I have put your question on the list for the office."
	textOfferMessage = "Would you like to leave a message, so that someone calls you back?"
	textNoPrice      = "I don't have a price for "

	textName        = "May I have your name, please?"
	textNameAgain   = "Sorry, what is your name?"
	textNameSpell   = "Could you spell your name for me, please?"
	textOffNumber   = "Shall we call you back on the number you are calling from, ending in "
	textNumber      = "What number can we reach you at?"
	textNumberAgain = "Could you say the number again, digit by digit, please?"
	textNumberKeys  = "Please type your number on the keypad, and press the pound key when you are done."
	textNumberRest  = "What are the other digits?"
	textNumberShort = "That number is too short."
	textNumberLong  = "That number is too long."
	textRight       = "Is that right?"
	textReason      = "What is it about?"
	textReasonAgain = "What should I pass on?"
	textUrgent      = "Is it urgent?"
	textPassOn      = "Shall I pass that on?"
	textWhatChange  = "What should I change: the name, the number, or the message?"
	textNoted       = "I have noted that. Someone will call you back."
	textNotedNoCall = "I have noted that, and the office will see it."
	textNotNoted    = "I'm sorry, I could not save your message."
	textTryAgain    = "Shall I try again?"
	textDropped     = "All right, I won't pass anything on."
	textCalendar    = "I can't see the calendar myself, but I will take it down for the office."
	textTakeMessage = "Of course, I'll take a message."
	textPrivacy     = "I'll pass your request on to the office as urgent. They will see to it and get back to you."
	textEmergency   = "I'll take your name and number for the office now, marked as urgent."

	textRobot    = "I'm an AI assistant, not a person. I can answer questions, take a message, or put you through to someone."
	textRecorded = "I write down what is said so that the office can follow up."
	textWrong    = "No problem. Goodbye."
	textHelp     = "I can tell you our opening hours, prices, services and address, take a message, or put you through to a person."
	textYoureAt  = "You have reached "

	textMenu        = "Our assistant can't listen right now, but you can use your keypad. Press one for our opening hours, two for our address, three to be called back, or zero for a person."
	textMenuAgain   = "Press one for our opening hours, two for our address, three to be called back, or zero for a person."
	textCallback    = "We can call you back on the number you are calling from. Press one if that is right, or two to type another number."
	textNumberRead  = "I have this number:"
	textNumberCheck = "Press one if that is right, or star to type it again."
	textUnheard     = "I'm sorry, I can't hear you just now. Please use your keypad."
	textBack        = "Sorry about that, I can hear you again."
)

// Phrase is a text to be rendered ahead. With a name it is a fixed phrase that plays even with the engines down; without one it is a clause
// that is likely to be said.
type Phrase struct {
	Name string
	Text string
}

// clauseMax is the length from which a sentence is cut at a comma, in characters.
const clauseMax = 80

// clauses cuts text into short pieces, so that the first is heard soon. Joined with blanks they are the text again.
func clauses(text string) []string {
	var out []string
	for _, s := range sentences(text) {
		for len(s) > clauseMax {
			at := cut(s)
			if at < 0 {
				break
			}
			out = append(out, s[:at])
			s = strings.TrimSpace(s[at:])
		}
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}

// cut finds where a long sentence is best cut: behind a comma near its middle, else before an "and" or "or".
func cut(s string) int {
	best := -1
	for i := range s {
		if i < 20 || len(s)-i < 12 || i > clauseMax+20 {
			continue
		}
		if s[i] == ' ' && (s[i-1] == ',' || s[i-1] == ':' || s[i-1] == ';') {
			if best < 0 || i <= clauseMax {
				best = i
			}
		}
	}
	if best > 0 {
		return best
	}
	for _, w := range []string{" and ", " or ", " to ", " with ", " for "} {
		if i := strings.LastIndex(s[:min(len(s)-12, clauseMax)], w); i >= 20 {
			return i
		}
	}
	return -1
}

// sentences cuts text behind full stops, question and exclamation marks.
func sentences(text string) []string {
	var out []string
	from := 0
	for i := range len(text) {
		end := i+1 == len(text) || text[i+1] == ' '
		if end && (text[i] == '.' || text[i] == '?' || text[i] == '!') {
			if s := strings.TrimSpace(text[from : i+1]); s != "" {
				out = append(out, s)
			}
			from = i + 1
		}
	}
	if s := strings.TrimSpace(text[from:]); s != "" {
		out = append(out, s)
	}
	return out
}

// greeting is the owner's greeting with the notice that an automated assistant answers, when it does not say so itself.
func greeting(b *knowledge.Business) string {
	g := knowledge.Aloud(b.Greeting, b.Region)
	if g == "" {
		g = "Thank you for calling " + knowledge.Aloud(b.Name, b.Region) + "."
	}
	if !disclosed(b.Greeting) {
		parts := sentences(g)
		// The notice stands before a closing question, which is what the caller then answers.
		if n := len(parts); n > 1 && strings.HasSuffix(parts[n-1], "?") {
			return strings.Join(parts[:n-1], " ") + " " + textNotice + " " + parts[n-1]
		}
		g += " " + textNotice
	}
	if !strings.HasSuffix(g, "?") {
		g += " " + textHowHelp
	}
	return g
}

// disclosed says whether a greeting tells that no person answers.
func disclosed(s string) bool {
	words := " " + strings.Join(knowledge.Words(s), " ") + " "
	for _, w := range []string{" ai ", " automated ", " automatic ", " virtual assistant ", " artificial ", " robot ", " digital assistant ", " voice assistant ", " machine ", " computer "} {
		if strings.Contains(words, w) {
			return true
		}
	}
	return false
}

// goodbye is the last sentence of a call.
func goodbye(b *knowledge.Business) string {
	return "Thank you for calling " + knowledge.Aloud(b.Name, b.Region) + ". Goodbye."
}
