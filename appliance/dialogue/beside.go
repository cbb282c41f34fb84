package dialogue

import (
	"slices"
	"strings"

	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/understanding"
)

// besideAnswer deals with a question that a caller puts beside the answer to ours, in the middle of a message: "yes please, and how
// much would it be?". It is answered where that can be done, else it goes into the message and that is said; the rest is what is left
// of the turn.
func (c *Conversation) besideAnswer(ev *Heard, r *understanding.Reading) {
	rest, question, ok := c.beside(ev.Text)
	if !ok || r.Has(understanding.Harm) || r.Has(understanding.Emergency) {
		return
	}
	words := c.lang.Words(question)
	asked := *r // where the meaning was read, it is that of the question: see Gist
	if !r.Meaning {
		asked = c.read(Heard{Text: c.withQuestion(question)})
	}
	asks := c.answerable(asked)
	switch {
	case len(asked.Asks) == 1 && c.ofCall(asked.Asks[0].Intent), len(asks) == 0 && c.lang.Requests(words) && !c.lang.TellMe(words):
		r.Text, r.Words = ev.Text, c.lang.Words(ev.Text)
		return
	case len(asks) > 0:
		for _, a := range asks {
			c.fact(a, "meaning")
		}
		c.unasked = ""
	default:
		c.decide("message.cant_tell", "rule", "")
		c.tell(language.TextCantTell)
		c.keepQuestion(language.Capital(question))
	}
	*ev = Heard{Text: rest, Confidence: ev.Confidence} // what answers us is known by its words
	*r = c.read(*ev)
}

// keepQuestion puts a question into the message; what that is about is asked for all the same.
func (c *Conversation) keepQuestion(question string) {
	d := &c.draft
	switch {
	case strings.Contains(d.reason+d.note, question):
	case d.reason == "":
		d.note = joined(d.note, question)
	default:
		d.reason = joined(d.reason, question)
	}
}

// beside are the two parts of a turn that puts a question beside the answer to ours.
func (c *Conversation) beside(text string) (rest, question string, ok bool) {
	if !c.asksBeside() || c.lang.Directs(c.lang.Words(text)) || c.lang.Endangers(c.lang.Words(text)) {
		return "", "", false
	}
	rest, question = c.lang.AskedBeside(text)
	return rest, question, question != "" && rest != "" && c.answersUs(rest) && !c.ofMessage(question, c.lang.Words(question))
}

// asksBeside says whether what the caller is asked now has an answer of few words, so that a question beside it is none.
func (c *Conversation) asksBeside() bool {
	if !c.inMessage() || c.child {
		return false
	}
	switch c.state {
	case askReason, retrySave, askChange:
		return false
	}
	return true
}

// answersUs says whether the rest of a turn is an answer by itself: a yes or no, a name, a number.
func (c *Conversation) answersUs(rest string) bool {
	words := c.lang.Words(rest)
	if c.lang.YesNo(words) != language.Neither || c.telephone(rest) != "" {
		return true
	}
	_, ok := c.nameIn(c.lang.BeforeNumber(rest))
	return ok || slices.ContainsFunc(words, c.meaningful)
}

// ofMessage says whether a question is about the message itself, or asks that something be done with it.
func (c *Conversation) ofMessage(question string, words []string) bool {
	return c.lang.AsksWhy(words) || c.lang.AsksKept(words) || c.lang.AsksWho(words) || c.tellsTime(question) ||
		c.telephone(question) != "" || c.part(words) != language.PartNone || c.lang.WantsPerson(words)
}

// ofCall says whether a question is about the call, which has answers of its own.
func (c *Conversation) ofCall(i understanding.Intent) bool {
	return i == understanding.Robot || i == understanding.Recorded || understanding.Courtesy(i) || i == understanding.Person ||
		i == understanding.Privacy || i == understanding.Slower || i == understanding.Repeat
}
