package dialogue

import (
	"slices"
	"strings"

	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/language/phrase"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/understanding"
)

// reasonGiven takes what the message is about, in the caller's own words.
func (c *Conversation) reasonGiven(ev Heard, r understanding.Reading) {
	d := &c.draft
	switch reply := c.lang.YesNo(r.Words); {
	case c.lang.Nothing(r.Words):
		c.decide("message.no_reason", "rule", "")
		d.noReason = true
		c.advance(language.TextAllRight)
		return
	case reply == language.Yes && len(r.Words) <= reasonWords:
		c.unusable("message.ask_reason")
		return
	}
	told := c.told(ev.Text)
	if told == "" && strings.TrimSpace(ev.Text) != "" { // "I said that already"
		c.addressed(r)
		c.unusable("message.ask_reason")
		return
	}
	c.decide("message.reason", "rule", "")
	d.reason = c.inContext(told)
	d.noReason = d.reason == "" // only when to call back: that is what is wanted
	c.addressStranger(ev.Text)
	if !c.addressed(r) {
		c.noteWhom(ev.Text)
	}
	c.noteUrgency(ev.Text)
	c.advance("")
}

// matterLeast is how likely a turn must tell of a matter to be kept as what the call is about, and matterWords how long it must be.
const (
	matterLeast = 0.35
	matterWords = 6
)

// noteMatter keeps what the caller calls about, for a message that is begun later: nobody likes to tell it twice.
func (c *Conversation) noteMatter(r understanding.Reading) {
	c.noteCaller(r.Text)
	list := r.Asks
	if len(list) == 0 {
		list = r.Weak
	}
	if c.inMessage() || c.child || len(r.Words) < matterWords {
		return
	}
	if said := strings.TrimSpace(r.Text); len(said) <= contextMost && (len(list) == 0 || saysSomething(list[0].Intent)) {
		c.context, c.contextBefore = said, c.context
	}
	if len(list) == 0 || list[0].Score < matterLeast {
		return
	}
	switch list[0].Intent {
	case understanding.Complaint, understanding.Matter, understanding.Appointment:
		c.matter = strings.TrimSpace(r.Text)
	}
}

// reasonBeside takes what is said beside a question as the reason, or asks for it once more.
func (c *Conversation) reasonBeside(t turn) {
	var rest []string
	for _, s := range c.lang.Sentences(t.said) {
		if words := c.lang.Words(s); !c.lang.IsQuestion(s) && !c.lang.WantsToKnow(words) &&
			(c.meaning(words) >= reasonWords || c.lang.About(words)) {
			rest = append(rest, s)
		}
	}
	text := strings.Join(rest, " ")
	if text == "" {
		c.again()
		return
	}
	c.reasonGiven(Heard{Text: text}, understanding.Reading{Text: text, Words: c.lang.Words(text), Named: t.Named})
}

// addressStranger notes for whom the message is when that is somebody whom the profile does not name, and says so.
func (c *Conversation) addressStranger(text string) {
	d := &c.draft
	name, ok := c.lang.Addressee(text)
	if !ok || d.forWhom != "" || strings.EqualFold(name, d.name) || len(c.reader().Index().Staff(c.lang.Words(name))) > 0 {
		return
	}
	c.decide("person.not_listed", "rule", "")
	d.forWhom = name
	c.say(language.K(language.TextNotListed, language.Args{Person: name}))
}

// withoutReason goes on with a message that does not say what it is about.
func (c *Conversation) withoutReason() {
	c.decide("message.no_reason", "fallback", "")
	c.draft.noReason = true
	c.advance(language.TextAllRight)
}

// urgencyUnknown goes on with a message whose caller has not said whether it is urgent.
func (c *Conversation) urgencyUnknown() {
	c.decide("message.urgency", "fallback", "")
	c.advance(language.TextAllRight)
}

// urgencyGiven takes the answer to "Is it urgent?".
func (c *Conversation) urgencyGiven(ev Heard, r understanding.Reading) {
	c.decide("message.urgency", "rule", "")
	if reply := c.lang.YesNo(r.Words); reply == language.Yes || reply != language.No && c.lang.Urgency(r.Words) == language.UrgencySaid {
		c.draft.urgency = record.Urgent
	}
	c.remarkBeside(ev.Text, r)
	c.advance(language.TextThankYou)
}

// addressed notes for whom of the office the message is, where the caller's words say so.
func (c *Conversation) addressed(r understanding.Reading) bool {
	if !c.isAddressed(r) {
		return false
	}
	who := c.biz.Staff[r.Named.Staff[0].Items[0]].Name
	if who == c.draft.forWhom {
		return false
	}
	c.draft.forWhom = who
	return true
}

// isAddressed says whether a turn names one person of the office as the one whom a message is for.
func (c *Conversation) isAddressed(r understanding.Reading) bool {
	s := r.Named.Staff
	return len(s) == 1 && len(s[0].Items) == 1 && len(s[0].At) > 0 && c.lang.Addresses(r.Words, s[0].At[0])
}

// Words with meaning that a remark has at least: one that is said by itself, and one behind an answer.
const (
	remarkLeast = 1
	besideLeast = 3
)

// remark takes what a caller says beside his name: why he calls, where that is not known yet, else what is added to it.
func (c *Conversation) remark(text string, r understanding.Reading) {
	c.noteRemark(text, r, remarkLeast)
}

// remarkBeside takes what is said behind a yes or no, before a number, and in the sentences behind that.
func (c *Conversation) remarkBeside(text string, r understanding.Reading) {
	if c.telephone(text) != "" {
		defer c.noteRemark(c.behindNumber(text), r, besideLeast)
		text = c.lang.BeforeNumber(text)
	}
	least := besideLeast
	if words := c.lang.Words(c.afterReply(text)); len(words) > 1 && len(words) < len(r.Words) && c.lang.GoesOn(words[0]) {
		least = remarkLeast // "yes, and I want it this week"
	}
	c.noteRemark(c.behindReplies(text), r, least)
}

// behindNumber are the sentences of a text that stand behind the one in which a telephone number ends.
func (c *Conversation) behindNumber(text string) string {
	sentences := c.lang.Sentences(text)
	for i := range sentences {
		if c.telephone(strings.Join(sentences[:i+1], " ")) == "" {
			continue
		}
		rest := strings.Join(sentences[i+1:], " ")
		if c.telephone(rest) != "" {
			return ""
		}
		return rest
	}
	return ""
}

// replyMost is the most words of a clause that says yes or no and nothing else.
const replyMost = 4

// withoutJoin is a text without the word that joins it to what was said before.
func (c *Conversation) withoutJoin(text string) string {
	first, rest, _ := strings.Cut(text, " ")
	if words := c.lang.Words(first); len(words) == 1 && rest != "" && c.lang.Joins(words[0]) {
		return rest
	}
	return text
}

// behindReplies is a text without the clauses at its beginning that only say yes or no: "Yes, that's right, and it is about my bill".
func (c *Conversation) behindReplies(text string) string {
	text = c.afterReply(text)
	for {
		at := strings.IndexAny(text, ",.;!?")
		if at < 0 {
			return language.Capital(c.withoutJoin(text))
		}
		if words := c.lang.Words(text[:at]); len(words) > replyMost || c.lang.About(words) || c.lang.YesNo(words) == language.Neither ||
			len(words) > 1 && c.lang.GoesOn(words[0]) { // "but it's urgent"
			return text
		}
		text = language.Capital(c.withoutJoin(strings.TrimLeft(text[at:], " ,.;!?")))
	}
}

// told is what of a text the message is to tell.
func (c *Conversation) told(text string) string {
	told, _ := c.lang.Told(text, c.draft.name)
	return told
}

// tellsBesidePart says whether a text that speaks of a name or a number tells something else too: "he turns four in June, his name is
// Oskar".
func (c *Conversation) tellsBesidePart(text string) bool {
	return slices.ContainsFunc(language.Parts(text), func(part string) bool {
		words := c.lang.Words(part)
		return c.part(words) == language.PartNone && c.meaning(words) >= reasonWords && !c.lang.Refuses(words)
	})
}

func (c *Conversation) noteRemark(text string, r understanding.Reading, least int) {
	text, whole := c.lang.Told(text, c.draft.name)
	words := c.lang.Words(text)
	n := c.meaning(words)
	about := c.lang.About(words) && n > 0
	switch {
	case c.child, n < least && !about, c.lang.AsksWhy(words), c.lang.IsQuestion(text) && n < besideLeast, c.lang.Refuses(words),
		c.part(words) != language.PartNone && !c.tellsBesidePart(text):
		return
	case len(c.digitsIn(text).Digits) > remarkDigits:
		return // a number
	}
	d := &c.draft
	switch {
	case whole && d.reason == "":
		d.reason, d.note = text, ""
	case strings.Contains(d.reason, text) || d.note == text:
	case d.reason != "":
		d.reason = joined(d.reason, text)
	case about || n >= reasonWords && !c.lang.Acquainted(words): // "I was in last week" is why nobody calls
		d.reason, d.note = joined(text, d.note), ""
	default:
		d.note = joined(d.note, text)
	}
	c.addressed(r)
	c.noteUrgency(text)
}

// remarkDigits is the most digits of a remark; more are a number.
const remarkDigits = 4

// joined puts one sentence behind another.
func joined(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	if !strings.ContainsAny(a[len(a)-1:], ".!?") {
		a += "."
	}
	return a + " " + b
}

// early keeps for their places what a caller tells of a message before he is asked: a number, a mail address, when to call. What is
// left is the answer.
func (c *Conversation) early(ev *Heard) {
	if !c.inMessage() || c.child {
		return
	}
	if !c.row().number {
		c.numberBeside(ev.Text)
	}
	if address, rest := c.lang.MailIn(ev.Text); address != "" && c.state != askReason && c.state != checkAll && c.state != askChange {
		if !strings.Contains(c.draft.note, address) {
			c.draft.note = joined(c.draft.note, address)
		}
		ev.Text = rest
	}
	ev.Text = c.callTime(ev.Text)
}

// callTime takes out of a turn when the caller wants to be called, in a message; what is left of it is dealt with.
func (c *Conversation) callTime(text string) string {
	if !c.inMessage() || c.child {
		return text
	}
	asked := c.row().number && c.state != checkAll && c.state != askChange
	when, rest := c.lang.CallTime(text, asked || c.telephone(text) != "")
	if when == "" {
		return text
	}
	if part := c.noTime(text, when); part != "" {
		return c.notAtThatTime(text, part)
	}
	if c.draft.appointment { // the time may be that of the appointment: it stays in what is wanted
		if c.draft.reason != "" && c.state != pickTime {
			c.draft.bestTime = when
		}
		return text
	}
	c.draft.bestTime = when
	if c.state == askReason && !strings.HasPrefix(text, strings.TrimRight(rest, ".")) && !strings.HasSuffix(text, rest) {
		return text // in the middle of it: "I need somebody to call me today or else …"
	}
	return rest
}

// noTime finds the part of a turn that says when nobody is there: "I'm not there during the day". "" = when is a time to call.
func (c *Conversation) noTime(text, when string) string {
	of := c.lang.Words(when)
	if c.lang.Negated(append(slices.Clone(of), ""), len(of)) { // "not before nine" is a time to call
		return ""
	}
	for _, part := range language.Parts(text) {
		words := c.lang.Words(c.afterReply(part))
		if at := phrase.Index(words, of); at >= 0 {
			if !c.lang.Negated(words, at+len(of)-1) {
				return ""
			}
			return part
		}
	}
	return ""
}

// notAtThatTime keeps the part of a turn that says when nobody is there as a note; the rest is what is left.
func (c *Conversation) notAtThatTime(text, part string) string {
	if c.state == askReason || c.state == checkAll || c.state == askChange || part == text {
		return text
	}
	c.draft.note = joined(c.draft.note, language.Capital(strings.TrimRight(strings.TrimSpace(c.afterReply(part)), ",;")))
	return strings.TrimSpace(strings.Replace(text, part, "", 1))
}

// tellsTime says whether a turn tells, in a message, when the caller wants to be called: that is no question about the opening hours.
func (c *Conversation) tellsTime(text string) bool {
	if !c.inMessage() || c.state == askReason {
		return false
	}
	when, _ := c.lang.CallTime(text, false)
	return when != ""
}

// whyAsked answers a caller who wants to know why something is asked of him, and asks once more; what else he says is dealt with.
func (c *Conversation) whyAsked(t turn) {
	c.decide("message.why", "rule", "")
	switch {
	case c.row().number:
		c.tell(language.TextWhyNumber)
	case c.state == askName || c.state == checkName || c.state == spellName:
		c.tell(language.TextWhyName)
	default:
		c.tell(language.TextWhyReason)
	}
	var rest []string
	for _, s := range c.lang.Sentences(t.said) {
		if words := c.lang.Words(s); !c.lang.AsksWhy(words) && c.meaning(words) > 0 {
			rest = append(rest, s)
		}
	}
	if text := strings.Join(rest, " "); text != "" {
		c.row().heard(Heard{Text: text}, understanding.Reading{Text: text, Words: c.lang.Words(text)})
		return
	}
	c.again()
}

// asksWhy says whether a turn wants to know why something is asked. The reason of a call may itself be such a question: there it
// must be a short one.
func (c *Conversation) asksWhy(t turn) bool {
	if !c.inMessage() || c.state == checkAll || c.state == askChange || c.state == retrySave {
		return false
	}
	for _, s := range c.lang.Sentences(t.said) {
		if words := c.lang.Words(s); c.lang.AsksWhy(words) && (c.state != askReason || len(words) <= shortWhy) {
			return true
		}
	}
	return false
}

// shortWhy is the most words of a question for the reason of ours where the reason of the call is due.
const shortWhy = 5

// withdrawn drops the message that the caller calls off, and deals with what else he says.
func (c *Conversation) withdrawn(t turn) {
	rest, _ := c.lang.Withdraws(t.said)
	if words := c.lang.Words(rest); c.draft.read.done && len(words) > reasonWords && !c.lang.IsQuestion(rest) && c.lang.Directs(words) &&
		!c.lang.TellMe(words) {
		c.decide("message.reason", "rule", "") // "scrap that, just ask him to bring the key"
		c.draft.reason = c.told(rest)
		c.addressed(t.Reading)
		c.backToSummary()
		return
	}
	c.decide("message.dropped", "rule", "")
	c.tell(c.droppedText())
	c.draft = draft{}
	c.state = idle
	if rest == "" {
		c.anythingElse(true)
		return
	}
	if c.lang.Leaves(c.lang.Words(rest)) {
		c.hang(completed("goodbye"))
		return
	}
	r := c.readRest(t.Reading, rest)
	wants := len(r.Asks) > 0 && (!understanding.Courtesy(r.Asks[0].Intent) || r.Asks[0].Intent == understanding.Goodbye)
	if !wants && !slices.ContainsFunc(language.Parts(rest), c.lang.IsQuestion) {
		c.anythingElse(true)
		return
	}
	c.open(Heard{Text: rest}, r)
}

// readRest is what a part of a turn means: as it was read, else the facts that the whole asks for, else by its words.
func (c *Conversation) readRest(whole understanding.Reading, rest string) understanding.Reading {
	if whole.Text == rest {
		return whole
	}
	var facts []understanding.Ask
	for _, a := range whole.Asks {
		if understanding.Informative(a.Intent) {
			facts = append(facts, a)
		}
	}
	if len(facts) > 0 {
		whole.Text, whole.Words, whole.Asks = rest, c.lang.Words(rest), facts
		return whole
	}
	return c.read(Heard{Text: rest})
}

// Gist is the part of what the caller says whose meaning decides: behind a message that is called off, what is wanted instead; behind a
// no, and beside what is only denied, the rest; beside the answer to ours, the question.
func (c *Conversation) Gist(text string) string {
	if rest, ok := c.lang.Withdraws(text); ok && rest != "" && c.inMessage() {
		return rest
	}
	switch c.state {
	case idle, choosing:
		return language.Asserted(c.lang, text, false)
	case guessing, offered:
		if words := c.lang.Words(text); c.lang.Leaves(words) || c.lang.Nothing(words) || c.lang.Endangers(words) {
			return text
		}
		return c.withQuestion(language.Asserted(c.lang, text, true))
	}
	if _, question, ok := c.beside(text); ok {
		return c.withQuestion(question)
	}
	if c.inMessage() {
		return c.withQuestion(text)
	}
	return text
}

// withQuestion completes a question for a price that does not say of what by what was said before and was not answered: "I only want to
// know what you charge".
func (c *Conversation) withQuestion(text string) string {
	before := c.matter
	if c.state == guessing {
		before = c.question
	}
	if before == "" || c.guessTold || !c.lang.PriceAlone(c.lang.Words(text)) {
		return text
	}
	return before + " " + text
}

// calledOff says whether a turn calls off the message that is being taken. Behind digits it corrects them.
func (c *Conversation) calledOff(t turn) bool {
	if !c.inMessage() || c.speaksOfChange(t) || len(c.lang.ReadDigits(t.said).Digits) > remarkDigits {
		return false
	}
	_, ok := c.lang.Withdraws(t.said)
	return ok
}
