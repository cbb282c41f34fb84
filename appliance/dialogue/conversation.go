package dialogue

import (
	"slices"
	"strings"
	"time"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/language/all"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/understanding"
)

// Options tune a conversation. The zero value is what an office wants.
type Options struct {
	Silence      time.Duration // first "Are you still there?" when nothing was asked; 0 = 30 s
	SilenceAsked time.Duration // the same when something was; 0 = 10 s
	SilenceAgain time.Duration // from then to the end; 0 = 15 s
	Hold         time.Duration // the same for a caller who asked for a moment; 0 = 60 s
	KeyPause     time.Duration // the end of a typed number without '#'; 0 = 3 s
	AskTimeout   time.Duration // longest wait for the language model; 0 = 2.5 s
	Announce     bool          // the call is recorded once the caller was told so
	Ask          bool          // with Announce: only when the caller agrees
	Rights       bool          // requests about what is kept of the caller can be dealt with
	HasCode      bool          // the office has told the caller a code that shows who it is
	NotWritten   bool          // what who refuses the recording says is not kept in writing either
	Unwritten    bool          // this caller has refused before, or asked that nothing is kept: nothing said is kept
	NoMessages   bool          // nothing new is kept of the caller: no message is taken

	// Offer returns free times near what is wished, without waiting for anybody; nil = the office's calendar is not known, and an
	// appointment becomes a message.
	Offer func(record.Wish) []record.Slot
	// Find returns the appointments ahead that were booked with the number that calls; nil = they are not known.
	Find func() []record.Appointment

	// Words makes the reader by words alone for a business in one language; nil = that with the heads of the program. It reads what comes
	// without a Reading.
	Words func(b *knowledge.Business, lang language.Language) *understanding.Reader

	// Own is who of the staff deals with this caller, by the name in the profile: rung first, and told of messages that are for nobody else;
	// "" = nobody.
	Own string

	// Busy reports whether the telephone with an extension of the profile is known to be in a call; nil = of none.
	Busy func(extension string) bool
}

func (o Options) withDefaults() Options {
	for _, f := range []struct {
		v   *time.Duration
		def time.Duration
	}{
		{&o.Silence, 30 * time.Second}, {&o.SilenceAsked, 10 * time.Second}, {&o.SilenceAgain, 15 * time.Second}, {&o.Hold, time.Minute},
		{&o.KeyPause, 3 * time.Second}, {&o.AskTimeout, 2500 * time.Millisecond},
	} {
		if *f.v == 0 {
			*f.v = f.def
		}
	}
	return o
}

// Conversation is one call's policy. It is used from one goroutine.
type Conversation struct {
	biz  *knowledge.Business
	opt  Options
	zone *time.Location
	now  time.Time // of the event in hand, in the business's zone
	out  []Action

	rows [states]row // what each state does

	spoken  []language.Language     // by the business, the first by default
	readers []*understanding.Reader // for each of them; nil = not needed yet
	lang    language.Language       // of the call now

	state     state
	from      record.PhoneNumber
	known     record.Personal
	degraded  bool
	child     bool // a child called
	refused   bool // the caller does not want to be recorded
	unwritten bool // what the caller says is not kept
	noticed   bool // the notice of the recording was said, and nothing was heard or keyed since
	slow      bool // the caller has asked for a slower voice
	nextID    int

	silences int      // in a row
	unclear  int      // in a row
	useless  struct { // answers to the question of a state that did not answer it, in a row
		in    state
		times int
	}
	guesses   int   // turns in a row that were not understood
	warned    bool  // guessing: what the owner says in danger was said with the question about harm
	harmTwice bool  // the question about harm was put twice
	unharmed  bool  // the caller has said that nobody is in danger
	begun     draft // the message that was being taken when a child was heard
	begunAt   state
	answers   int // facts given since the last offer of more help
	moves     int // transfers that failed
	finds     int // times an appointment was looked for
	inMenu    bool

	said     []language.Line   // of this event
	lastSaid []language.Line   // of the event before, for "pardon?"
	played   string            // what was heard of it when the caller interrupted
	asking   bool              // what was said last ends in a question
	waits    bool              // the caller has asked for a moment, and nothing was heard or keyed since
	why      understanding.Ask // what of this event's turn is being acted on

	ask                    pendingAsk
	guess                  understanding.Ask   // guessing: what we think
	other                  *understanding.Ask  // guessing: the second of two that are asked about; nil = one
	guessBy                string              // "rule", "model" or "meaning"
	harmless               []understanding.Ask // what else may be meant by a turn that speaks of harm
	guessTold              bool                // guessing: the answer was told already, and asked whether it was wanted
	guessAlone             bool                // guessing: the other is asked about only when this is refused
	choose                 understanding.Ask   // choosing: for which of its services
	persons                []int               // whichPerson: of the staff
	question               string              // guessing, offered: the caller's words
	context, contextBefore string              // the last turns of the caller that said something, before a message was begun

	matter     string               // the caller's words for what he calls about, said before a message was begun
	introduced string               // the caller's name, said before a message was begun
	spokenOf   string               // who of the office was named last
	addressee  string               // for whom of the office a message that is begun later is
	wished     string               // the words with which somebody was asked for whom the profile does not name
	described  []int                // services of which it was told what they are
	admitted   bool                 // it was already said that something is not known
	condoled   bool                 // it was said that we are sorry for the caller's loss
	unasked    string               // goes on the owner's list
	topic      understanding.Ask    // last fact that was asked, for "and on Sunday?"
	draft      draft                // the message being taken
	before     draft                // the last that was saved
	save       pendingSave          // saving
	move       pendingMove          // moving
	right      right                // what is asked about the caller's own data
	noted      []record.RequestKind // rights that were dealt with in this call
	keys       string               // typed so far
	later      []Event              // heard or keyed while a save was under way
	bye        *record.Outcome      // after saving: end the call
}

// pendingAsk is a question to the language model that is not answered yet; id 0 means none.
type pendingAsk struct {
	id      int
	text    string
	reading understanding.Reading
	choices []choice
}

// pendingSave is a Commit or Unanswered under way.
type pendingSave struct {
	id       int
	question bool  // an Unanswered
	back     state // where the conversation was before the Unanswered
}

type pendingMove struct {
	id        int
	extension string
	name      string
	emergency bool
	next      []string // who is rung if nobody takes the call
}

// New returns the conversation for one call with the business b, which must not change while it lasts.
func New(b *knowledge.Business, o Options) *Conversation {
	c := &Conversation{biz: b, opt: o.withDefaults(), zone: b.Location(), unwritten: o.Unwritten}
	for _, tag := range b.Tongues() {
		c.spoken = append(c.spoken, all.For(tag))
	}
	c.lang, c.readers = c.spoken[0], make([]*understanding.Reader, len(c.spoken))
	c.rows = c.table()
	return c
}

// Handle takes one event that happened at now and returns what is to be done, in order. It never blocks. After a Hangup it
// returns nothing more.
func (c *Conversation) Handle(now time.Time, ev Event) []Action {
	if c.state == ended {
		return nil
	}
	c.now, c.out, c.said, c.why = now.In(c.zone), nil, nil, understanding.Ask{}
	c.dispatch(ev)
	if len(c.said) > 0 {
		c.lastSaid = c.said
	}
	c.expect(ev)
	return c.out
}

func (c *Conversation) dispatch(ev Event) {
	switch ev := ev.(type) {
	case Answered:
		c.answered(ev)
	case Heard:
		c.present()
		c.switchTo(ev.Language)
		c.heard(ev)
	case Unclear:
		c.present()
		c.unheard()
	case Keyed:
		c.present()
		c.keyed(ev.Key)
	case KeysPaused:
		c.keysPaused()
	case Silence:
		c.silent()
	case Proposed:
		c.proposed(ev)
	case Committed:
		c.committed(ev)
		c.catchUp()
	case Transferred:
		c.transferred(ev)
	case RightDone:
		c.rightDone(ev)
		c.catchUp()
	case Booked:
		c.booked(ev)
		c.catchUp()
	case Interrupted:
		c.played = ev.Played
	case Spoken:
		c.played = ""
	case Engines:
		c.engines(ev.Up)
	case Office:
		c.office(ev)
	case HungUp:
		c.hungUp(ev)
	}
}

// present notes that the caller is there. While a result is waited for, silences count for the result.
func (c *Conversation) present() {
	c.waits = false
	if !c.busy() {
		c.silences = 0
	}
}

// answered opens the call.
func (c *Conversation) answered(ev Answered) {
	c.from, c.known, c.degraded = ev.From, ev.Known, ev.Degraded
	c.decide("greet", "rule", "greeting")
	switch {
	case c.opt.Announce && c.opt.Ask && !c.degraded:
		c.askToRecord()
	case c.opt.Announce && !c.opt.Ask:
		c.announce()
	default: // without speech nobody can agree to anything
		c.greet()
	}
	c.toldWhy()
	if c.degraded {
		c.openMenu()
	}
}

// decide names what is done next in the record.
func (c *Conversation) decide(name, by, source string) {
	d := Decide{Name: name, By: by, Source: source}
	if by == "rule" || by == "model" {
		d.Because, d.Sure = c.why.Because, c.why.Score
	}
	c.out = append(c.out, d)
}

// greet says the greeting: in one piece, or with the caller's name before its closing question.
func (c *Conversation) greet() {
	head, tail := greetingLines(c.biz)
	if hello := c.hello(); hello.Key != "" {
		c.phrase(head)
		c.say(hello)
		c.phrase(tail)
		return
	}
	c.speak(Say{Phrase: c.phraseName(PhraseGreeting)}, head, tail)
}

// id returns a fresh number for an action that is answered later.
func (c *Conversation) id() int {
	c.nextID++
	return c.nextID
}

// expect ends a turn that was given to the caller.
func (c *Conversation) expect(ev Event) {
	switch ev.(type) {
	case Interrupted, Spoken, HungUp:
		return
	}
	if c.row().expects == "" || c.ask.id != 0 {
		return
	}
	if _, key := ev.(Keyed); key && len(c.out) == 0 {
		return // in the middle of a number; what was expected stands
	}
	e := Expect{Kind: c.row().expects, Silence: c.patience(), Hint: c.hint(), Number: c.row().number}
	if c.keys != "" || c.row().digits {
		e.KeyPause = c.opt.KeyPause
	}
	c.out = append(c.out, e)
}

// hintMax bounds the hint, in characters; recognition uses no more.
const hintMax = 200

// hint is what makes the next words likelier: names that may be said, and the question that is being answered, where its words come
// back ("the number"), only a few words can be the answer, or names stand before it. A short answer is hardly understood without its
// question, and after names alone recognition goes on with names: of 355 words of five synthetic voices 41 were wrong after names, 64
// after the question, 27 after both.
func (c *Conversation) hint() string {
	names := c.row().names
	question := ""
	switch prompt := c.prompt(); {
	case len(prompt) > 0 && (names || c.row().expects == ExpectYesNo || c.state == askChange):
		l := c.inPlace(prompt[len(prompt)-1]) // the last line asks; a number before it would be heard again
		question = c.lang.Text(l.Key, l.Args)
	case names:
		question = c.words(language.TextHowHelp)
	}
	if !names {
		return question
	}
	words := fitting(c.biz.Listen, listenMax)
	for _, p := range c.biz.Staff {
		words = append(words, p.Name)
	}
	for _, s := range c.biz.Services {
		words = append(words, s.Name)
	}
	words = fitting(words, hintMax-len(question))
	if len(words) == 0 {
		return question
	}
	return strings.Join(words, ", ") + ". " + question
}

// listenMax is how much of a hint what was misheard before may take, in characters.
const listenMax = 60

// fitting are the first of some words that fit into so many characters, with what stands between them.
func fitting(words []string, room int) []string {
	for i, w := range words {
		if room -= len(w) + 2; room < 0 {
			return slices.Clip(words[:i])
		}
	}
	return slices.Clip(words)
}

// unclearMost is how many turns in a row nobody may understand before the call is ended.
const unclearMost = 8

// unheard is told that something was said that nobody could understand.
func (c *Conversation) unheard() {
	if c.busy() {
		return
	}
	if c.unclear++; c.unclear > unclearMost {
		c.noInput("fallback")
		return
	}
	c.decide("unclear", "fallback", "")
	if f := c.row().unclear; f != nil {
		f()
		return
	}
	c.notClear()
}

// notClear asks again, twice; then a message is offered.
func (c *Conversation) notClear() {
	if c.unclear%3 == 0 {
		c.offerHelp()
		return
	}
	c.tell(language.TextDidntCatch)
	c.again()
}

// openUnclear asks again, then names the keys; then a message is offered.
func (c *Conversation) openUnclear() {
	switch c.unclear % 3 {
	case 1:
		c.tell(language.TextDidntCatch)
	case 2:
		c.inMenu = true
		c.tell(language.TextBadLine)
	default:
		c.offerHelp()
	}
}

func (c *Conversation) offerHelp() {
	c.inMenu = true
	c.state, c.question = offered, ""
	c.tell(language.TextOfferHelp)
}

// laterMax bounds what is kept while a save is under way, which takes milliseconds on a sound disk.
const laterMax = 8

// postpone keeps what the caller says or keys while a save or a request is under way. Who is being put through waits for somebody
// to speak to.
func (c *Conversation) postpone(ev Event) {
	if k, ok := ev.(Keyed); ok && k.Key == '0' {
		c.bye = nil // whoever wants a person has not said goodbye
	}
	if (c.state == saving || c.right.id != 0) && len(c.later) < laterMax {
		c.later = append(c.later, ev)
	}
}

// catchUp handles what was kept.
func (c *Conversation) catchUp() {
	for len(c.later) > 0 && !c.busy() && c.state != ended {
		ev := c.later[0]
		c.later = c.later[1:]
		c.dispatch(ev)
	}
}

// hang says goodbye, once, and ends the call.
func (c *Conversation) hang(out record.Outcome) {
	c.speak(Say{Phrase: c.phraseName(string(language.TextGoodbye)), Firm: true}, goodbyeLine(c.biz))
	c.out = append(c.out, Hangup{Outcome: out})
	c.state = ended
}

// anythingElse closes a reply; help is offered only now and then, or callers tire of it.
func (c *Conversation) anythingElse(always bool) {
	c.state = idle
	c.answers++
	if always || c.answers >= 2 {
		c.answers = 0
		c.tell(language.TextAnythingElse)
	}
}

// engines is told that recognition and voice went away or came back.
func (c *Conversation) engines(up bool) {
	if c.degraded != up {
		return // known already
	}
	c.degraded = !up
	if c.busy() {
		return
	}
	c.ask = pendingAsk{}
	c.keys = ""
	if !up {
		c.decide("engines.down", "rule", "")
		c.openMenu()
		return
	}
	c.decide("engines.up", "rule", "")
	c.inMenu = false
	c.state = idle
	c.tellPhrase(language.TextBack)
	if c.draft.active {
		c.advance("")
		return
	}
	c.tell(language.TextHowHelp)
}

// reader is that by words alone in the language of the call. Most calls do without: what they hear comes with its meaning.
func (c *Conversation) reader() *understanding.Reader {
	i := max(0, slices.IndexFunc(c.spoken, func(l language.Language) bool { return l.Tag() == c.lang.Tag() }))
	if c.readers[i] == nil {
		in := *c.biz
		in.Language, in.Languages = c.lang.Tag(), nil
		c.readers[i] = c.opt.reader(&in, c.lang)
	}
	return c.readers[i]
}

// reader returns the reader by words alone. A language without a head of its own is read as English: names, numbers and days are its own.
func (o Options) reader(b *knowledge.Business, lang language.Language) *understanding.Reader {
	if o.Words != nil {
		return o.Words(b, lang)
	}
	head, err := understanding.WordsHead(lang.Tag())
	if err != nil {
		head, _ = understanding.WordsHead("en") // the program's own file, which a test reads
	}
	return understanding.NewReader(b, lang, head)
}
