package dialogue

import (
	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/understanding"
)

// state is what the last thing we said waits for.
type state int

const (
	idle         state = iota // an open question or wish
	guessing                  // "Did you want to know …?", or "Is it about … or …?"
	choosing                  // which of several services
	whichService              // "Which service …?"
	whichPerson               // "Do you mean … or …?", of the staff
	pickTime                  // which of the free times
	whichChange               // what is to become of an appointment that there is
	checkChange               // whether it is to be moved, or called off
	offered                   // "Would you like to leave a message?"
	askRecording              // may the call be recorded
	askName
	checkName   // the name that was understood
	spellName   // how it is spelled
	offerNumber // "Shall we call back on the number you are calling from?"
	askNumber
	keyNumber   // the same by keypad
	checkNumber // the number that was understood
	askReason
	askUrgent
	checkAll     // the whole message: "Shall I pass that on?"
	askChange    // what of it is wrong
	retrySave    // "Shall I try again?"
	rightsCode   // a code that shows who calls, typed or said
	rightsChoice // which request about one's own data, a key
	menu         // without the engines: what to press
	menuOffer    // without the engines: offerNumber
	menuKey      // without the engines: keyNumber
	menuCheck    // without the engines: checkNumber
	saving       // waits for Committed
	moving       // waits for Transferred or RightDone
	ended
	states int = iota
)

// row is all that makes one state differ from another.
type row struct {
	name    string
	expects ExpectKind                         // "" = nothing of the caller's: a result, or the call is over
	prompt  func() []language.Line             // its question, to be put once more; nil = none
	heard   func(Heard, understanding.Reading) // a turn that no rule of anywhere takes
	keyed   func(rune)                         // a key
	paused  func()                             // no key has followed; nil = what was typed is forgotten
	unclear func()                             // nobody could understand what was said; nil = notClear
	silent  func()                             // nothing was said; nil = stillThere
	stuck   func()                             // the way on when no answer can be used
	denied  state                              // where a bare no leads: of states that ask yes or no, and of choices
	message bool                               // a message is being taken
	digits  bool                               // keys are digits of something longer
	number  bool                               // a number is asked for, or was read back
	names   bool                               // names of the staff and services are likely now
}

// table is what each state expects and what each event does in it.
//
// What a row does not see, because it is the same in each: a refusal of the recording, by word or key; what is said or keyed while
// a result is waited for; the rules of anywhere. A row without stuck cannot repeat its question without end: its handler counts for
// itself or leaves the state.
func (c *Conversation) table() [states]row {
	return [states]row{
		idle: {name: "idle", expects: ExpectOpen, names: true,
			heard: c.open, keyed: c.openKeyed, unclear: c.openUnclear},
		guessing: {name: "guessing", expects: ExpectYesNo, names: true, denied: offered, prompt: c.guessPrompt,
			heard: c.guessed, keyed: c.yesNoKeyed},
		choosing: {name: "choosing", expects: ExpectOpen, names: true, prompt: c.choosePrompt,
			heard: c.chosen, keyed: c.openKeyed},
		whichService: {name: "whichService", expects: ExpectOpen, names: true, prompt: c.whichPrompt,
			heard: c.chosen, keyed: c.openKeyed},
		whichPerson: {name: "whichPerson", expects: ExpectOpen, names: true, prompt: c.personPrompt,
			heard: c.personChosen, keyed: c.openKeyed},
		pickTime: {name: "pickTime", expects: ExpectOpen, message: true, prompt: c.timesPrompt,
			heard: c.timeGiven, keyed: c.timeKeyed, unclear: c.slotUnclear, stuck: c.withoutTime},
		whichChange: {name: "whichChange", expects: ExpectOpen, message: true, prompt: c.changeAsked,
			heard: c.changeSaid, keyed: c.openKeyed, unclear: c.slotUnclear, stuck: c.withoutTime},
		checkChange: {name: "checkChange", expects: ExpectYesNo, message: true, denied: idle, prompt: c.changePrompt,
			heard: c.changeChecked, keyed: c.yesNoKeyed, unclear: c.slotUnclear, stuck: c.withoutTime},
		offered: {name: "offered", expects: ExpectYesNo, names: true, prompt: told(language.TextOfferMessage),
			heard: c.offerAnswered, keyed: c.yesNoKeyed},
		askRecording: {name: "askRecording", expects: ExpectYesNo, prompt: told(language.TextAskRecording),
			heard: c.recordingAnswered, keyed: c.recordingKeyed},

		askName: {name: "askName", expects: ExpectName, message: true, prompt: c.namePrompt,
			heard: c.nameGiven, keyed: c.openKeyed, unclear: c.nameUnclear},
		checkName: {name: "checkName", expects: ExpectYesNo, message: true, denied: askName, prompt: c.nameCheck,
			heard: c.nameChecked, keyed: c.yesNoKeyed, unclear: c.slotUnclear, stuck: c.nameStands},
		spellName: {name: "spellName", expects: ExpectName, message: true, prompt: c.spellingPrompt,
			heard: c.nameSpelled, keyed: c.openKeyed, unclear: c.slotUnclear, stuck: c.nameStands},
		offerNumber: {name: "offerNumber", expects: ExpectYesNo, number: true, message: true, denied: askNumber, prompt: c.numberOffer,
			heard: c.callerIDAnswered, keyed: c.yesNoKeyed, unclear: c.slotUnclear, stuck: c.otherNumber},
		askNumber: {name: "askNumber", expects: ExpectDigits, number: true, message: true, digits: true, prompt: c.numberPrompt,
			heard: c.numberGiven, keyed: c.numberKeyed, paused: c.numberTyped, unclear: c.numberUnclear},
		keyNumber: {name: "keyNumber", expects: ExpectDigits, number: true, message: true, digits: true, prompt: told(language.TextNumberKeys),
			heard: c.numberGiven, keyed: c.numberKeyed, paused: c.numberTyped, unclear: c.numberUnclear},
		checkNumber: {name: "checkNumber", expects: ExpectYesNo, number: true, message: true, denied: askNumber, prompt: c.numberCheck,
			heard: c.numberChecked, keyed: c.yesNoKeyed, unclear: c.checkUnclear, stuck: c.numberUnchecked},
		askReason: {name: "askReason", expects: ExpectReason, message: true, names: true, prompt: told(language.TextAskReason),
			heard: c.reasonGiven, keyed: c.openKeyed, unclear: c.slotUnclear, stuck: c.withoutReason},
		askUrgent: {name: "askUrgent", expects: ExpectYesNo, message: true, denied: checkAll, prompt: told(language.TextAskUrgent),
			heard: c.urgencyGiven, keyed: c.yesNoKeyed, unclear: c.slotUnclear, stuck: c.urgencyUnknown},
		checkAll: {name: "checkAll", expects: ExpectYesNo, number: true, message: true, denied: askChange, prompt: c.summaryPrompt,
			heard: c.summaryAnswered, keyed: c.yesNoKeyed, unclear: c.slotUnclear, stuck: c.unconfirmed},
		askChange: {name: "askChange", expects: ExpectOpen, number: true, message: true, denied: checkAll, prompt: told(language.TextWhatChange),
			heard: c.changeGiven, keyed: c.openKeyed},
		retrySave: {name: "retrySave", expects: ExpectYesNo, message: true, prompt: told(language.TextTryAgain),
			heard: c.retryAnswered, keyed: c.yesNoKeyed, stuck: c.dropMessage},

		rightsCode: {name: "rightsCode", expects: ExpectDigits, number: true, digits: true, prompt: told(language.TextAskCode),
			heard: c.codeSaid, keyed: c.codeKeyed, paused: c.codePaused, stuck: c.noCode},
		rightsChoice: {name: "rightsChoice", expects: ExpectOpen, prompt: c.rightsPrompt,
			heard: c.rightsSpoken, keyed: c.rightsChosen},

		menu: {name: "menu", expects: ExpectNone, prompt: told(language.TextMenuAgain),
			keyed: c.menuKeyed, unclear: c.menuUnclear},
		menuOffer: {name: "menuOffer", expects: ExpectNone, number: true, prompt: told(language.TextCallback),
			keyed: c.menuOffered, unclear: c.menuUnclear},
		menuKey: {name: "menuKey", expects: ExpectNone, number: true, digits: true, prompt: told(language.TextNumberKeys),
			keyed: c.menuDigit, paused: c.menuTyped, unclear: c.menuUnclear},
		menuCheck: {name: "menuCheck", expects: ExpectNone, number: true, prompt: c.typedPrompt,
			keyed: c.menuChecked, unclear: c.menuUnclear},

		saving: {name: "saving", silent: c.noResult},
		moving: {name: "moving", silent: c.noResult},
		ended:  {name: "ended"},
	}
}

// told is the prompt of a question that is always the same.
func told(k language.Key) func() []language.Line {
	return func() []language.Line { return one(language.K(k)) }
}

// row is that of the state.
func (c *Conversation) row() *row { return &c.rows[c.state] }

// busy says whether something is under way whose result decides what comes next.
func (c *Conversation) busy() bool { return c.state == saving || c.state == moving }

// inMessage says whether a message is being taken.
func (c *Conversation) inMessage() bool { return c.draft.active && c.row().message }

// collects says whether a key belongs to a telephone number.
func (c *Conversation) collects() bool { return c.row().digits && c.row().message }

// deny goes where a no leads.
func (c *Conversation) deny() { c.state = c.row().denied }

// stuckAfter is how many answers to the same question may be of no use before it is given up.
const stuckAfter = 3

// unusable puts the question of the state once more after an answer that does not answer it, and goes on without one when that does
// not help.
func (c *Conversation) unusable(decision string) {
	if c.useless.in != c.state {
		c.useless.in, c.useless.times = c.state, 0
	}
	if c.useless.times++; c.useless.times >= stuckAfter {
		c.useless.times = 0
		c.row().stuck()
		return
	}
	c.decide(decision, "rule", "")
	c.again()
}

// rule is what a turn does in every state. The first that applies takes the turn.
type rule struct {
	name    string
	applies func(turn) bool
	do      func(turn)
}

// turn is what was heard. A short one can be a bare command; a long one that speaks of such things says more.
type turn struct {
	understanding.Reading
	said  string // all of it, where only a part was read
	short bool
}

// anywhereRules are tried before what the state expects, in this order.
func (c *Conversation) anywhereRules() []rule {
	is := func(i understanding.Intent) func(turn) bool { return func(t turn) bool { return t.Has(i) } }
	short := func(i understanding.Intent) func(turn) bool { return func(t turn) bool { return t.short && t.Has(i) } }
	return []rule{
		{"no emergency", c.emergencyDenied, c.emergencyOff},
		{"emergency", c.emergencyMeant, c.emergencyHeard},
		{"harm", c.harmMeant, c.harmHeard},
		{"grown-up", func(t turn) bool { return c.child && c.lang.Grown(t.Words) }, c.grownUp},
		{"child", func(t turn) bool { return t.Has(understanding.Child) && !c.child && !c.lang.Grown(t.Words) }, c.childHeard},
		{"refused recording", func(t turn) bool { return t.Has(understanding.RefuseRecording) && c.opt.Announce && !c.refused }, c.refusalHeard},
		{"wrong number", func(t turn) bool { return is(understanding.WrongNumber)(t) && c.state == idle }, c.wrongNumber},
		{"of privacy", func(t turn) bool { return t.short && c.lang.OfPrivacy(t.Words) && c.state != askReason }, c.privacyTold},
		{"what is kept", c.asksKept, c.readWhole},
		{"rings for help", c.ringsForHelp, c.letGo},
		{"by mail", c.wantsMail, c.answerByMail},
		{"for another", func(t turn) bool { return c.givenTo(t.said) != "" }, c.giveTo},
		{"called off", c.calledOff, c.withdrawn},
		{"asks why", c.asksWhy, c.whyAsked},
		{"presence", c.presenceAsked, c.tellPresence},
		{"calls for", c.callsFor, func(t turn) {
			c.personAsked(understanding.Ask{Intent: understanding.Person, Staff: t.Named.Staff, Roles: t.Named.Roles, Text: t.Text})
		}},
		{"leaves", c.leaves, c.takesLeave},
		{"who", c.asksWho, c.aboutCall},
		{"moment", c.holdMeant, c.hold},
		{"slower", c.slowerMeant, c.slower},
		{"repeat", short(understanding.Repeat), c.repeatAsked},
		{"hold", short(understanding.Hold), c.hold},
		{"person", c.personMeant, c.personHeard},
		{"goodbye", c.goodbyeInMessage, func(turn) { c.goodbye("rule") }},
		{"never mind", c.messageUnwanted, func(turn) { c.dropMessage() }},
		{"own data", c.rightInMessage, c.askRight},
		{"about the call", c.asksAboutCall, c.aboutCall},
		{"question", c.asksInMessage, c.answerInMessage},
	}
}
