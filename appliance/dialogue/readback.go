package dialogue

import (
	"slices"
	"strings"

	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/understanding"
)

// readBack is what a caller has heard of his message. What is changed later is all that is read again.
type readBack struct {
	done                                  bool
	name, number, reason, bestTime, whose string
	urgent                                bool
}

// asRead is the message as the caller hears it now.
func (d draft) asRead() readBack {
	return readBack{
		done: true, name: d.name, number: d.number, reason: d.reason, bestTime: d.bestTime, whose: d.forWhom, urgent: d.urgency == record.Urgent,
	}
}

// summaryPrompt asks whether the message is to be passed on: read as a whole the first time, then what was changed since.
func (c *Conversation) summaryPrompt() []language.Line {
	d := &c.draft
	lines := c.changed()
	switch {
	case !d.read.done && d.books():
		lines = one(c.visitSummary())
	case !d.read.done:
		lines = one(language.K(language.TextSummary, c.summary()))
	}
	if d.books() {
		return append(lines, language.K(language.TextBookIt))
	}
	return append(lines, language.K(language.TextPassOn))
}

// summaryAgain reads the whole message once more.
func (c *Conversation) summaryAgain() {
	c.draft.read = readBack{}
	c.readMessage()
}

// readMessage puts the question and notes what was read.
func (c *Conversation) readMessage() {
	c.say(c.summaryPrompt()...)
	c.draft.read = c.draft.asRead()
}

// changed says what differs from what was read.
func (c *Conversation) changed() (lines []language.Line) {
	d := &c.draft
	was, now := d.read, d.asRead()
	add := func(differs bool, k language.Key, a language.Args) {
		if differs {
			lines = append(lines, language.K(k, a))
		}
	}
	add(was.whose != now.whose, language.TextNowFor, language.Args{Person: now.whose})
	add(was.name != now.name, language.TextNowName, language.Args{Name: now.name})
	add(was.number != now.number, language.TextNowNumber, language.Args{Digits: tail(now.number, 2)})
	if more, ok := strings.CutPrefix(now.reason, strings.TrimRight(was.reason, ".!? ")); ok && was.reason != "" &&
		strings.Trim(more, ".!? ") != "" {
		add(true, language.TextNowAlso, language.Args{Words: c.briefly(strings.TrimLeft(more, ".!? "))})
	} else {
		add(was.reason != now.reason, language.TextNowSays, language.Args{Words: now.reason})
	}
	add(was.bestTime != now.bestTime, language.TextNowTime, language.Args{When: now.bestTime})
	add(was.urgent != now.urgent, language.TextNowUrgent, language.Args{Urgent: now.urgent})
	return lines
}

// A reason is read back whole up to reasonWhole characters, which takes some ten seconds; of a longer one briefWords words are read.
const (
	reasonWhole = 240
	briefWords  = 25
)

// summary is what the message is read back by.
func (c *Conversation) summary() language.Args {
	d := &c.draft
	words := d.reason
	if !d.whole {
		words = c.briefly(words)
	}
	return language.Args{
		Person: d.forWhom, Name: d.name, Digits: tail(d.number, 2), Words: words, When: d.bestTime, Urgent: d.urgency == record.Urgent,
	}
}

// briefly is what is read back of the caller's words.
func (c *Conversation) briefly(words string) string {
	if len(words) > reasonWhole {
		return c.lang.Brief(words, briefWords)
	}
	return words
}

// asksKept says whether the caller asks what the message says, where it is read back to him.
func (c *Conversation) asksKept(t turn) bool {
	return (c.state == checkAll || c.state == askChange) && !c.draft.books() && c.lang.AsksKept(c.lang.Words(t.said))
}

// readWhole reads all of the message, word for word.
func (c *Conversation) readWhole(t turn) {
	c.decide("message.read_again", "rule", "")
	c.noteUrgency(t.said)
	for _, s := range c.lang.Sentences(t.said) {
		d, words := &c.draft, c.lang.Words(s)
		told := c.meaning(words) > 0 && !c.lang.AsksKept(words) && !c.lang.IsQuestion(s) && c.told(s) != ""
		if said := strings.TrimSpace(t.said); told && c.lang.YesNo(words) == language.Neither && !strings.Contains(d.reason, said) {
			d.reason = joined(d.reason, said) // "did you get the order number? 4410": the answer needs its question
		}
	}
	c.draft.whole, c.draft.read = true, readBack{}
	c.backToSummary()
}

// summaryAnswered takes the answer to "Shall I pass that on?". A sentence changes the part that it is about.
func (c *Conversation) summaryAnswered(ev Heard, r understanding.Reading) {
	d := &c.draft
	reply := c.lang.YesNo(r.Words)
	sentence := c.afterReply(ev.Text)
	if reply == language.Yes {
		sentence = c.behindReplies(ev.Text)
	}
	switch {
	case c.lang.SendsOff(r.Words) && len(r.Words) <= sendsMost && !c.lang.Directs(r.Words):
		c.decide("message.confirmed", "rule", "")
		c.commit(false)
	case c.fullName(sentence):
		c.decide("message.name", "rule", "")
		if reply == language.Yes {
			c.commit(false)
			return
		}
		c.backToSummary()
	case c.asksAtReadBack(ev.Text, r):
		c.again()
	case reply == language.Yes && !c.asksForChange(sentence, sentence != strings.TrimSpace(ev.Text)):
		c.addressed(r)
		if c.addsToMessage(sentence, r) || c.addsToMessage(c.afterReply(ev.Text), r) {
			d.reason = joined(d.reason, c.toldBehind(sentence))
		}
		c.noteUrgency(sentence)
		c.decide("message.confirmed", "rule", "")
		c.commit(false)
	case c.change(ev, r, sentence):
	case len(c.changed()) > 0: // when to call was said with nothing else
		c.decide("message.change", "rule", "")
		c.again()
	case reply == language.No && c.corrects(ev.Text):
		c.decide("message.reason", "rule", "")
		d.reason = joined(d.reason, c.told(c.afterReply(ev.Text)))
		c.backToSummary()
	case reply == language.No:
		d.checked++
		c.decide("message.change", "rule", "")
		c.deny()
		c.again()
	default:
		if d.checked++; d.checked > 2 {
			c.unconfirmed()
			return
		}
		c.decide("message.check", "rule", "")
		c.again()
	}
}

// toldBehind is what of a text the message is to tell, or where that is nothing, of what follows its first "and": "pass it on to Maria
// and I want it by Friday".
func (c *Conversation) toldBehind(text string) string {
	if told := c.told(text); told != "" {
		return told
	}
	fields := strings.Fields(text)
	for i := 1; i+1 < len(fields); i++ {
		if words := c.lang.Words(fields[i]); len(words) == 1 && c.lang.Joins(words[0]) {
			return c.told(language.Capital(strings.Join(fields[i+1:], " ")))
		}
	}
	return ""
}

// behindName is what a text tells behind a name.
func (c *Conversation) behindName(text, name string) string {
	_, rest, ok := strings.Cut(text, name)
	if rest = strings.TrimLeft(rest, " ,.;"); !ok || rest == "" {
		return ""
	}
	return c.told(language.Capital(c.withoutJoin(rest)))
}

// corrects says whether something is told behind a no that is no part of the message by itself: "no, the blue one".
func (c *Conversation) corrects(text string) bool {
	words := c.lang.Words(c.told(c.afterReply(text)))
	return c.meaning(words) > 0 && len(words) > 1 && c.part(words) == language.PartNone && c.lang.YesNo(words) != language.No &&
		!c.lang.Refuses(words) && c.draft.reason != "" && !c.ofTheName(c.lang.Words(text))
}

// sendsMost is the most words with which a message is let go as it is.
const sendsMost = 10

// fullName takes a name that is said once more with its other parts, or the one that nobody knew yet. It reports whether it is one.
func (c *Conversation) fullName(sentence string) bool {
	d := &c.draft
	n, ok := c.lang.IntroducedName(sentence)
	if !ok {
		n, ok = c.nameIn(c.lang.BeforeNumber(sentence))
		ok = ok && n.Remark == "" && c.lang.NameDoubt(n.Text, func(string) bool { return false }) != language.NameWhole
	}
	if !ok || !strings.Contains(n.Text, " ") {
		return false
	}
	has := func(w string) bool {
		return strings.Contains(" "+strings.ToLower(n.Text)+" ", " "+strings.ToLower(w)+" ")
	}
	words := strings.Fields(d.name)
	if len(words) >= len(strings.Fields(n.Text)) || slices.ContainsFunc(words, func(w string) bool { return !has(w) }) {
		return false
	}
	d.name, d.onFile, d.noName = n.Text, false, false
	return true
}

// asksAtReadBack answers a question that is put in the place of a yes or no to the message. One that nobody here can answer is added to
// it, and that is said; a request that is put as a question is left to be added.
func (c *Conversation) asksAtReadBack(text string, r understanding.Reading) bool {
	question := c.questionIn(text)
	if question == "" || c.lang.Directs(c.lang.Words(text)) { // "can you add, what time does it start"
		return false
	}
	asks := c.answerable(r)
	if len(asks) == 0 && question != strings.TrimSpace(text) {
		asks = c.answerable(c.read(Heard{Text: question}))
	}
	words := c.lang.Words(question)
	d := &c.draft
	switch {
	case len(asks) > 0:
		for _, a := range asks {
			c.fact(a, "meaning")
		}
	case c.lang.YesNo(r.Words) == language.No && c.lang.WholeQuestion(words) && !c.lang.Requests(words):
		c.decide("message.cant_tell", "rule", "")
		c.tell(language.TextCantTell)
		if !strings.Contains(d.reason, question) {
			d.reason = joined(d.reason, question)
			d.read.reason = d.reason
		}
	default:
		return false
	}
	c.unasked = ""
	c.state = checkAll
	return true
}

// questionIn is the first sentence of a text that is put as a question; "" = none is.
func (c *Conversation) questionIn(text string) string {
	for _, s := range c.lang.Sentences(c.told(c.afterReply(text))) {
		if c.lang.IsQuestion(s) {
			return s
		}
	}
	return ""
}

// answerable are the facts that a turn asks for and that can be told at once.
func (c *Conversation) answerable(r understanding.Reading) []understanding.Ask {
	asks := slices.DeleteFunc(slices.Clone(r.Asks), func(a understanding.Ask) bool {
		return !understanding.Informative(a.Intent) || !specific(a)
	})
	if len(asks) == 0 && len(r.Weak) > 0 && r.Weak[0].Doubt && c.tellable(r.Weak[0]) {
		asks = r.Weak[:1]
	}
	return asks
}

// addsLeast is how many words that carry meaning an addition has at the least.
const addsLeast = 3

// addsToMessage says whether sentence, behind a yes, tells something more: "yes please, Thursday would suit best". What is lost there is
// lost without a word; a courtesy too much in a message does no harm.
func (c *Conversation) addsToMessage(sentence string, r understanding.Reading) bool {
	rest := c.lang.Words(sentence)
	if len(rest) >= len(r.Words) || c.meaning(rest) == 0 || c.lang.Backchannel(sentence) || c.lang.Leaves(rest) || c.lang.Nothing(rest) {
		return false
	}
	if c.lang.Urgency(rest) == language.UrgencySaid && c.meaning(rest) <= reasonWords { // that is kept by itself
		return false
	}
	at := len(r.Words) - len(rest) - 1 // what stands before the rest
	return c.lang.Adds(rest) || c.lang.GoesOn(rest[0]) || c.lang.GoesOn(r.Words[at]) || len(r.When.Days) > 0 || r.When.Has ||
		c.meaning(rest) >= addsLeast
}

// unconfirmed keeps a message that nobody said yes to: better that than none.
func (c *Conversation) unconfirmed() {
	c.decide("message.unconfirmed", "fallback", "")
	c.commit(true)
}

// asksForChange says whether a sentence that says yes, or that stands behind one, wants a part of the message to be another.
func (c *Conversation) asksForChange(sentence string, behind bool) bool {
	if !behind && c.lang.Urgency(c.lang.Words(sentence)) != language.UrgencyUnknown {
		return true // "make it urgent, please"
	}
	n, ok := c.lang.PersonName(sentence)
	words := c.lang.Words(sentence)
	return c.speaksOfNumber(sentence) || ok && n.Spelled ||
		c.part(words) != language.PartNone && c.part(words) != language.PartReason
}

// change changes the part of the message that a sentence is about, and goes on. It reports whether there is one.
func (c *Conversation) change(ev Heard, r understanding.Reading, sentence string) bool {
	if c.newName(ev, r) || c.newNumber(ev, r) {
		return true
	}
	words := c.lang.Words(sentence)
	if c.lang.Urgency(r.Words) == language.UrgencyDenied { // "not urgent": the no belongs to it
		words = r.Words
	}
	short := c.meaning(words) <= reasonWords
	before := c.draft.urgency
	switch {
	case short && c.noteUrgencyAgain(words): // "make it urgent"
		c.decide("message.urgency", "rule", "")
		c.draft.asked = c.draft.asked || before != c.draft.urgency
		c.backToSummary()
	case short && c.addressed(r): // "it's for Maria"
		c.decide("message.for", "rule", "")
		c.backToSummary()
	case c.replacesAll(sentence):
		return c.newReason(sentence, r)
	case c.part(r.Words) == language.PartReason && c.meaning(words) <= reasonWords:
		c.decide("message.change", "rule", "")
		c.draft.reason, c.draft.asked = "", false
		c.state = askReason
		c.tell(language.TextAskReasonAgain)
	case (len(r.When.Days) > 0 || r.When.Has) && c.meaning(words) < addsLeast && c.draft.reason != "" &&
		(c.lang.YesNo(r.Words) == language.Neither || c.lang.Adds(words)):
		c.decide("message.reason", "rule", "")
		c.draft.reason = joined(c.draft.reason, c.told(sentence)) // "well, by Friday if possible"
		c.backToSummary()
	default:
		return c.newReason(sentence, r)
	}
	return true
}

// replacesAll says whether a text says that it is the whole of the message.
func (c *Conversation) replacesAll(text string) bool {
	told, whole := c.lang.Told(text, c.draft.name)
	words := c.lang.Words(told)
	return whole && c.meaning(words) > 0 && !(len(words) <= 2 && c.lang.YesNo(words) == language.No)
}

// backToSummary says what was changed and asks again whether to pass the message on.
func (c *Conversation) backToSummary() {
	c.state = checkAll
	c.readMessage()
}

// noteUrgencyAgain takes what is said of the urgency after the message was read back.
func (c *Conversation) noteUrgencyAgain(words []string) bool {
	switch c.lang.Urgency(words) {
	case language.UrgencySaid:
		c.draft.urgency = record.Urgent
	case language.UrgencyDenied:
		c.draft.urgency = record.Normal
	default:
		return false
	}
	return true
}

// part is which part of the message words speak of; the number of a thing is none.
func (c *Conversation) part(words []string) language.Part {
	p := c.lang.Part(words)
	if p == language.PartNumber && c.lang.OtherNumber(words) {
		return language.PartNone
	}
	return p
}

// newName takes a correction of the name.
func (c *Conversation) newName(ev Heard, r understanding.Reading) bool {
	d := &c.draft
	part := c.part(r.Words) == language.PartName
	n, ok := c.lang.IntroducedName(ev.Text)
	if !ok {
		n, ok = c.nameAgain(c.afterReply(ev.Text))
	}
	if ok && strings.EqualFold(n.Text, d.name) && c.meaning(c.lang.Words(c.told(ev.Text))) >= reasonWords {
		return false // "no, it's Dana Whitlock, and what I want is a class"
	}
	if (ok || part) && len(d.refused) >= refusedMost {
		if ok {
			d.name, d.onFile, d.noName = n.Text, false, false
		}
		c.decide("message.name", "fallback", "")
		c.state = checkAll
		c.tell(language.TextNameNoted)
		c.readMessage()
		return true
	}
	switch {
	case ok:
		c.decide("message.name", "rule", "")
		d.refuse()
		d.name, d.onFile, d.noName = c.nameMended(n), false, false
		if d.spell = lastWord(n.Text); n.Spelled {
			d.spell = n.Letters[len(n.Letters)-1]
		}
		c.otherWay()
		if told, whole := c.lang.Told(c.afterReply(ev.Text), n.Text); whole && !n.Spelled {
			d.reason = told
		} else if more := c.behindName(ev.Text, n.Text); !n.Spelled && c.meaning(c.lang.Words(more)) >= addsLeast {
			d.reason = joined(d.reason, more) // "no, the name's Hale, and there's a ladder needed"
		}
		c.state = checkName
		c.again()
	case part:
		c.decide("message.change", "rule", "")
		d.refuse()
		d.name, d.onFile, d.noName = "", false, false
		c.advance("")
	default:
		return false
	}
	return true
}

// nameAgain reads the name of the message as it should be: its letters, or a name that sounds like it.
func (c *Conversation) nameAgain(text string) (language.Name, bool) {
	d := &c.draft
	if d.name == "" {
		return language.Name{}, false
	}
	if n, ok := c.nameInstead(text); ok {
		return n, true
	}
	n, ok := c.lang.Respell(d.name, d.doubt, text)
	if !ok || n.Spelled {
		return n, ok && len(n.Letters) > 0 // none: "the usual way"
	}
	said, ok := c.nameIn(text)
	return n, ok && c.resembles(said.Text) && !strings.EqualFold(n.Text, d.name) && c.meaning(c.lang.Words(said.Remark)) <= reasonWords
}

// nameMended is the name of the message with a part of it corrected, where n is one word that is like one of it; else n.
func (c *Conversation) nameMended(n language.Name) string {
	n.Spelled = n.Spelled || c.resembles(n.Text)
	return language.MendName(c.draft.name, n)
}

// nameInstead reads a word of the name that was heard wrongly and, beside it, the right one: "it's Finch, not Finct".
func (c *Conversation) nameInstead(text string) (n language.Name, ok bool) {
	words := c.lang.Words(text)
	for _, wrong := range c.lang.Words(c.draft.name) {
		at := slices.Index(words, wrong)
		if at < 2 || !c.lang.Negated(words[at-1:], 1) { // the right one stands before "not Finct"
			continue
		}
		for _, w := range words[:at-1] {
			most := max(1, len(wrong)/3)
			if w != wrong && c.meaningful(w) && c.lang.NamePossible(language.Capitals(w)) && language.Edits(w, wrong, most) <= most {
				return language.Name{Text: language.Capitals(w)}, true
			}
		}
	}
	return n, false
}

// newNumber takes another number, or asks for one.
func (c *Conversation) newNumber(ev Heard, r understanding.Reading) bool {
	if !c.speaksOfNumber(ev.Text) && c.part(r.Words) != language.PartNumber {
		return false
	}
	c.decide("message.change", "rule", "")
	c.changeNumber(ev)
	return true
}

// reasonWords is the fewest words with meaning in a sentence that says what a message is about.
const reasonWords = 2

// newReason takes a sentence in the place of a yes or no as what the message is to say, or to say too. It reports whether it is one.
func (c *Conversation) newReason(text string, r understanding.Reading) bool {
	d := &c.draft
	said := text
	no := c.lang.YesNo(r.Words) == language.No
	wishes := c.lang.Wishes(c.lang.Words(text))
	text, whole := c.lang.Told(text, d.name)
	words := c.lang.Words(text)
	short := c.meaning(words) < reasonWords || len(c.lang.Words(said)) <= 2*reasonWords-1
	if short && !(whole && c.meaning(words) > 0) || len(c.digitsIn(text).Digits) > remarkDigits ||
		d.replaced > 2 || len(words) <= shortTurn && c.ofTheName(words) {
		return false
	}
	d.replaced++
	c.decide("message.reason", "rule", "")
	// A correction of one thing ("no, it's the van I want") leaves the rest as it was; a sentence that says by itself what it is about
	// does not.
	replaces := whole || no && wishes || c.state == askChange ||
		(no || c.lang.Replaces(c.lang.Words(said))) && c.lang.About(words)
	if d.reason != "" && (c.lang.Adds(c.lang.Words(said)) && !whole || !replaces) {
		// in doubt it is told besides: nothing that was said is lost
		d.reason = joined(d.reason, text)
	} else {
		d.reason, d.asked = text, d.urgency == record.Urgent
	}
	c.addressed(r)
	c.noteUrgency(text)
	c.advance("")
	return true
}

// ofTheName says whether one of words is one of the caller's name: the sentence is about that.
func (c *Conversation) ofTheName(words []string) bool {
	name := c.lang.Words(c.draft.name)
	return slices.ContainsFunc(words, func(w string) bool { return len(w) > 2 && slices.Contains(name, w) })
}

// afterReply is a text without the yes or no that it begins with.
func (c *Conversation) afterReply(text string) string {
	first, rest, _ := strings.Cut(strings.TrimSpace(text), " ")
	if words := c.lang.Words(first); rest != "" && len(words) == 1 && c.lang.YesNo(words) != language.Neither {
		return language.Capital(strings.TrimSpace(rest))
	}
	return strings.TrimSpace(text)
}

// changesMost is how often a message may be called wrong without a word on what is wrong with it; then it is kept as it is.
const changesMost = 3

// changeGiven starts the part of the message over that was wrong.
func (c *Conversation) changeGiven(ev Heard, r understanding.Reading) {
	d := &c.draft
	if c.lang.SendsOff(r.Words) && len(r.Words) <= sendsMost {
		c.decide("message.confirmed", "rule", "")
		c.commit(false)
		return
	}
	if c.change(ev, r, c.afterReply(ev.Text)) {
		return
	}
	c.decide("message.change", "rule", "")
	switch reply := c.lang.YesNo(r.Words); {
	// nothing, or none of it; or it was changed
	case reply == language.No, reply == language.Yes && c.meaning(r.Words) <= 1, len(c.changed()) > 0:
		c.deny()
	default:
		d.checked++
	}
	if d.checked > changesMost {
		c.commit(true)
		return
	}
	c.again()
}
