package dialogue

import (
	"slices"
	"strings"

	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/understanding"
)

// Where a message's number came from, as record.Message.NumberFrom has it.
const (
	fromCallerID = "caller_id"
	fromSpoken   = "spoken"
	fromKeyed    = "keyed"
)

// draft is the message being taken. The words in it are the caller's own.
type draft struct {
	active      bool
	left        state // where it was left for something else; idle = it was not
	name        string
	onFile      bool     // the name is that of the caller's card; nobody has said it
	unasked     bool     // it was said before anybody asked, and its letters were not asked for yet
	noName      bool     // the caller will not say
	wrongName   string   // what was read back and refused
	refused     []string // the words of it that were read letter by letter, of each time
	spell       string   // the word of the name that is read back letter by letter
	nameTries   int
	doubt       language.NamePart // what of the name has to be spelled
	spelled     bool              // that was asked
	respelled   bool              // and once more
	slowly      bool              // its letters were none: it was asked for once more, slowly
	number      string
	numberFrom  string
	numberOK    bool // confirmed
	noNumber    bool
	second      string // another one, whole
	extension   string
	offered     bool   // caller ID was offered
	lastOffer   bool   // and once more, because no number was understood
	tries       int    // for the number, that failed
	pieces      int    // in which it was said
	corrected   int    // times a part of it was corrected
	partial     string // what was said of it, when that is no whole number
	carried     bool   // name and number are those of the message before
	reason      string
	noReason    bool   // the caller has none
	note        string // what was said beside, until there is a reason
	bestTime    string // when to call
	forWhom     string
	appointment bool // it is a wish for one: a time in it is no time to call
	urgency     record.Urgency
	asked       bool // whether it is urgent
	emergency   bool
	checked     int // times the summary was refused
	replaced    int // times the reason was replaced at the summary
	read        readBack
	whole       bool // the caller has asked what it says: it is read word for word
	privacy     bool
	visit       visit // the appointment that it is about, when the office's calendar is known
}

// worthKeeping says whether the office could do something with what was told so far.
func (d draft) worthKeeping() bool {
	told := !d.carried && (d.name != "" && !d.onFile || d.number != "")
	return d.active && (told || d.reason != "" || d.note != "" || d.bestTime != "")
}

// newDraft is an empty message; who is known is not asked for the name, and who has left one before for nothing that it told.
func (c *Conversation) newDraft() draft {
	d := draft{active: true, urgency: record.Normal, name: string(c.known), onFile: c.known != ""}
	if c.before.name != "" || c.before.number != "" {
		b := c.before
		d.name, d.onFile, d.number, d.numberFrom, d.numberOK, d.carried = b.name, b.onFile, b.number, b.numberFrom, b.number != "", true
		d.noName, d.noNumber = b.noName, b.noNumber
	}
	if c.introduced != "" && (d.name == "" || d.carried && c.before.name == "" || d.onFile) {
		d.name, d.onFile, d.unasked = c.introduced, false, true
	}
	d.forWhom = c.addressee
	c.addressee = ""
	return d
}

// takeMessage begins a message from a turn that asked for one; what the turn already tells is not asked again.
func (c *Conversation) takeMessage(ev Heard, a understanding.Ask, by string) {
	c.decide("message.begin", by, "")
	if c.matter == strings.TrimSpace(ev.Text) { // this turn tells it
		c.matter = ""
	}
	c.draft = c.newDraft()
	d := &c.draft
	if len(a.Staff) == 1 && len(a.Staff[0].Items) == 1 {
		d.forWhom = c.biz.Staff[a.Staff[0].Items[0]].Name
	}
	c.addressStranger(ev.Text)
	before := d.number
	c.noteNumber(ev.Text)
	d.carried = d.carried && d.number == before
	n, named := c.saidName(ev.Text)
	if named {
		d.name, d.onFile, d.carried, d.unasked = n.Text, false, false, false
	}
	c.noteWhom(ev.Text)
	if d.forWhom == "" {
		d.forWhom = c.forThem(ev.Text)
	}
	c.state = askName // any of a message: the words may say when to call
	d.appointment = a.Intent == understanding.Appointment
	ev.Text = c.callTime(ev.Text)
	lead := language.TextTakeMessage
	switch {
	case c.child: // nothing else is taken of a child
		d.reason, d.asked = c.words(language.WordChild), true
	case a.Intent == understanding.Appointment:
		d.reason = c.told(a.Text)
		lead = language.TextCalendar
	case a.Intent == understanding.Matter:
		d.reason = c.told(ev.Text)
		lead = language.TextMatter
	case a.Intent == understanding.Complaint:
		d.reason = c.told(ev.Text)
		lead = language.TextComplaint
	case c.lang.SaysWhy(c.withoutName(a.Text, d.forWhom)):
		d.reason = c.told(ev.Text)
	case c.lang.AsksToPassOn(c.lang.Words(ev.Text)): // alone it says nothing: "could somebody call me"
		if told := c.told(ev.Text); c.inContext(told) != told {
			d.reason = told
		}
	}
	if d.reason != "" && !c.child {
		if about := c.aboutWhat(ev.Text); about != "" || c.matter != "" {
			d.reason = joined(about, d.reason)
		} else {
			d.reason = c.inContext(d.reason)
		}
	}
	c.takeMatter()
	c.noteUrgency(d.reason)
	switch {
	case lead != language.TextCalendar:
	case c.findVisit(ev, a):
		lead = language.TextFindVisit
	case c.offerTimes(ev, a):
		return
	}
	if named && !c.child {
		c.tell(lead)
		c.nameTaken(n, ev)
		return
	}
	c.advance(lead)
}

// aboutWhat names the service that was spoken of before, where text does not: "can you do that on Saturday" says little to who reads it.
func (c *Conversation) aboutWhat(text string) string {
	s := c.topic.Services
	if len(s) != 1 || len(s[0].Items) != 1 || c.topic.Doubt { // what was only guessed, the caller has not said
		return ""
	}
	for _, m := range c.reader().Index().Services(c.lang.Words(text)) {
		if m.Score >= namedWhole {
			return ""
		}
	}
	return c.lang.Text(language.TextAboutService, language.Args{Service: c.biz.Services[s[0].Items[0]].Name})
}

// withoutName is text without the words of a name.
func (c *Conversation) withoutName(text, name string) string {
	of := c.lang.Words(name)
	return strings.Join(slices.DeleteFunc(c.lang.Words(text), func(w string) bool { return slices.Contains(of, w) }), " ")
}

// takeMatter puts what the call is about before what the message says so far.
func (c *Conversation) takeMatter() {
	d := &c.draft
	matter := c.told(c.matter)
	if !c.child && (d.reason == "" || !strings.Contains(matter, d.reason)) && !strings.Contains(d.reason, matter) {
		d.reason = joined(matter, d.reason)
	}
	c.matter = ""
}

// beginMessage starts an empty message for somebody.
func (c *Conversation) beginMessage(lead language.Key, forWhom string) {
	if !c.draft.active {
		c.draft = c.newDraft()
	}
	if forWhom != "" {
		c.draft.forWhom = forWhom
	} else {
		c.addressStranger(c.wished)
	}
	c.wished = ""
	c.takeMatter()
	c.noteUrgency(c.draft.reason)
	c.advance(lead)
}

// advance asks for what the message still lacks; lead is said before.
func (c *Conversation) advance(lead language.Key) {
	if c.opt.NoMessages {
		c.draft, c.state = draft{}, idle
		c.decide("message.none", "rule", "")
		c.tell(language.TextNothingKept)
		return
	}
	d := &c.draft
	if d.reason != "" {
		d.reason, d.note = joined(d.reason, d.note), ""
	}
	if c.spelledLater(lead) {
		return
	}
	switch {
	case d.name == "" && !d.noName:
		c.state = askName
	case d.looks():
		c.tell(lead)
		c.lookUp()
		return
	case d.number == "" && !d.noNumber && !d.offered && c.canCallBack():
		d.offered = true
		c.state = offerNumber
	case d.number == "" && !d.noNumber:
		c.state = askNumber
	case d.number != "" && !d.numberOK:
		c.state = checkNumber
	case d.reason == "" && !d.noReason:
		c.state = askReason
	case !d.asked && d.urgency != record.Urgent && d.bestTime == "" && c.soundsUrgent(d.reason):
		d.asked = true
		c.state = askUrgent
	default:
		c.state = checkAll
	}
	c.tell(lead)
	if c.state == checkAll {
		c.readMessage()
		return
	}
	c.say(c.prompt()...)
}

// again asks once more what the state waits for: without the engines by what is rendered ahead.
func (c *Conversation) again() {
	if c.state == checkAll {
		c.readMessage()
		return
	}
	if !c.degraded {
		c.say(c.prompt()...)
		return
	}
	for _, l := range c.prompt() {
		c.phrase(l)
	}
}

// prompt is the question of the state, to be put once more; nothing when it has none.
func (c *Conversation) prompt() []language.Line {
	if f := c.row().prompt; f != nil {
		return f()
	}
	return nil
}

func (c *Conversation) numberOffer() []language.Line {
	return one(language.K(language.TextOfferNumber, language.Args{Digits: tail(c.from.Digits(), 2)}))
}

func (c *Conversation) numberPrompt() []language.Line {
	switch d := &c.draft; {
	case d.partial != "":
		return one(language.K(language.TextNumberRest))
	case d.tries > 0:
		return one(language.K(language.TextAskNumberAgain))
	}
	return one(language.K(language.TextAskNumber))
}

func (c *Conversation) numberCheck() []language.Line {
	return []language.Line{language.K(language.TextNumberIs, language.Args{Number: c.draft.number}), language.K(language.TextIsRight)}
}

// tail returns the last n characters.
func tail(s string, n int) string { return s[max(0, len(s)-n):] }

// noteUrgency marks the message when the caller's words say how urgent it is.
func (c *Conversation) noteUrgency(text string) {
	switch c.lang.Urgency(c.lang.Words(text)) {
	case language.UrgencySaid:
		c.draft.asked, c.draft.urgency = true, record.Urgent
	case language.UrgencyDenied:
		c.draft.asked = true
	}
}

func (c *Conversation) soundsUrgent(text string) bool {
	return c.lang.Urgency(c.lang.Words(text)) == language.UrgencyHinted
}

// message is the draft as the record keeps it.
func (c *Conversation) message(partial bool) record.Message {
	d := c.draft
	m := record.Message{
		Name: record.Personal(d.name), Number: record.PhoneNumber(d.number), NumberFrom: d.numberFrom,
		Second: record.PhoneNumber(d.second), Extension: d.extension,
		Reason: record.Personal(joined(d.reason, d.note)), BestTime: record.Personal(d.bestTime), For: d.forWhom, Urgency: d.urgency,
		Partial: partial, Visit: d.appointment,
	}
	if p := c.own(); m.For == "" && p != nil && !c.biz.AwayAt(*p, c.now) {
		m.For = p.Name
	}
	if !d.numberOK && !c.whole(d.number) {
		m.Number, m.NumberFrom = "", "" // the office could not dial it
	}
	if m.Urgency == "" {
		m.Urgency = record.Normal
	}
	if m.Number == "" && !d.noNumber && partial {
		m.Number = c.from // nobody said otherwise, and without it the office could not call back
		if m.Number != "" {
			m.NumberFrom = fromCallerID
		}
	}
	return m
}

// commit makes the message durable; nothing is claimed until Committed.
func (c *Conversation) commit(partial bool) {
	if !partial && c.book() {
		return
	}
	c.save = pendingSave{id: c.id()}
	c.state = saving
	if c.draft.name != "" && !partial {
		c.out = append(c.out, Remember{Name: c.draft.name})
	}
	c.out = append(c.out, Commit{ID: c.save.id, Message: c.message(partial)})
}

// savePartial keeps what was told so far without waiting for the result: the call is at its end.
func (c *Conversation) savePartial() {
	if !c.draft.worthKeeping() {
		return
	}
	c.decide("message.partial", "rule", "")
	c.out = append(c.out, Commit{ID: c.id(), Message: c.message(true)})
	c.draft = draft{}
}

// committed is told whether something is durable.
func (c *Conversation) committed(ev Committed) {
	if c.state != saving || ev.ID != c.save.id {
		return
	}
	if c.save.question {
		c.questionListed(ev.Err == nil)
		return
	}
	d := c.draft
	switch {
	case ev.Err != nil && c.bye != nil:
		c.decide("message.failed", "rule", "")
		c.tellPhrase(language.TextNotNoted)
		c.hang(*c.bye)
	case ev.Err != nil && c.degraded:
		c.decide("message.failed", "rule", "")
		c.state = menu
		c.tellPhrase(language.TextNotNoted)
		c.again()
	case ev.Err != nil:
		c.decide("message.failed", "rule", "")
		c.state = retrySave
		c.tell(language.TextNotNoted, language.TextTryAgain)
	default:
		c.decide("message.saved", "rule", "")
		c.draft, c.before = draft{}, d
		c.saved(d)
	}
}

// saved tells the caller what is true now.
func (c *Conversation) saved(d draft) {
	switch {
	case c.degraded:
		c.state = menu
		c.tellPhrase(language.TextNoted)
		if c.bye == nil {
			c.again()
		}
	case d.number == "" && (c.bye == nil || c.from == ""):
		c.tell(language.TextNotedNoCall)
	default:
		c.tell(language.TextNoted)
	}
	if c.bye != nil {
		c.hang(*c.bye)
		return
	}
	if !c.degraded {
		c.anythingElse(true)
	}
}

// slotUnclear puts the question of a message once more when nobody could understand the answer, and goes on without one when that
// does not help.
func (c *Conversation) slotUnclear() {
	if c.unclear >= stuckAfter {
		c.unclear = 0
		c.row().stuck()
		return
	}
	c.notClear()
}

// retryAnswered takes the answer to "Shall I try again?".
func (c *Conversation) retryAnswered(_ Heard, r understanding.Reading) {
	switch c.lang.YesNo(r.Words) {
	case language.Yes:
		c.decide("message.retry", "rule", "")
		c.commit(false)
	case language.No:
		c.dropMessage()
	default:
		c.unusable("message.retry")
	}
}

// dropMessage forgets a message that is not wanted any more, or that cannot be kept.
func (c *Conversation) dropMessage() {
	c.decide("message.dropped", "rule", "")
	c.tell(c.droppedText())
	c.draft = draft{}
	c.anythingElse(true)
}

// listQuestion puts a question that the profile has no answer to on the owner's list. That there is no answer is said at once: the
// caller need not wait until the question is kept to hear it.
func (c *Conversation) listQuestion() {
	if !c.degraded && !c.admitted {
		c.tell(language.TextDontHave)
		c.admitted = true
	}
	c.question, c.unasked = c.unasked, ""
	c.save = pendingSave{id: c.id(), question: true, back: c.state}
	c.state = saving
	c.out = append(c.out, Unanswered{ID: c.save.id, Question: c.question})
}

// questionListed says honestly what became of the question, and offers a message.
func (c *Conversation) questionListed(ok bool) {
	c.decide("unanswered", "rule", "")
	c.admitted = false
	if c.degraded {
		c.openMenu()
		return
	}
	if ok {
		c.tell(language.TextListed)
	}
	if c.state = c.save.back; c.inMessage() {
		c.again()
		return
	}
	if c.opt.NoMessages { // what is not taken is not offered
		c.state = idle
		c.anythingElse(true)
		return
	}
	c.state = offered
	c.tell(language.TextOfferMessage)
}

// privacyAsked takes a wish about personal data: as a request where it is one, else as an urgent message to the owner.
func (c *Conversation) privacyAsked(ev Heard, a understanding.Ask) {
	if c.rightAsked(a.Right, ev.Text, "rule") {
		return
	}
	c.decide("privacy", "rule", "")
	c.privacyMessage(ev.Text)
}

func (c *Conversation) privacyMessage(text string) {
	c.draft = c.newDraft()
	c.draft.urgency, c.draft.asked, c.draft.reason, c.draft.privacy = record.Urgent, true, strings.TrimSpace(text), true
	c.advance(language.TextPrivacy)
}

func completed(reason string) record.Outcome {
	return record.Outcome{Result: record.ResultCompleted, Reason: reason}
}
