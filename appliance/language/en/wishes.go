package en

import (
	"regexp"
	"slices"

	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/language/phrase"
)

// withdrawal is how a message is called off.
var withdrawal = language.Withdrawal{
	Sure: language.Runs(`forget it|that
		forget about it|that
		forget about? the|this|my message
		nevermind
		never mind
		never mind the|that message
		no message
		cancel|drop|scrap|delete|erase|discard the|this|that|my message
		let us leave|drop|forget it|that
		i do not want|need|wish to leave a|any|that? message
		i do not want|need|wish to leave one|anything
		i do not want|need a|any message
		i do not want|need you|anyone to take a|any|down? message
		i would rather|prefer not leave a|any? message
		i would rather not leave one|it|anything
		i am not leaving a|any message
		i will not leave a|any message
		i changed my mind
		i have changed my mind
		do not bother
		do not pass|send|save|write|take that|it|anything on|down
		do not pass|send|save|write|take that|it|anything
		i do not want|need anyone|anybody|someone|somebody to? call|ring me? back?
		nobody|noone needs|has to call|ring me? back?
		you do not need|have to call|ring me? back?
		i do not want|need an|any appointment
		i was|am just|only asking|wondering|enquiring
		just|only asking
		i will|would just? rather? call|ring|try you? back|again later|tomorrow|myself?
		i will|would just? rather? call|ring|try back|again later?`),
	First: language.Runs(`cancel|drop|scrap that|it|everything
		leave it|that
		leave it be|alone|there
		skip it|that message?
		it is not that? important|necessary|worth
		that is not necessary|needed
		that will not be necessary
		no need`),
	Refuses: phrase.Compile("i really|just? do|will|would|am really|rather|just? not ... message|messages|callback",
		"^ no|nah|please|but? do not want|wish|leave|take ... message|messages|callback", "there is no message",
		"there is no need ... leave|take|send ... message", "no need to? for? a? call|ring|phone|callback me|us? back?",
		"i do not want|need a|any? call|callback|ring back?", "^ no|nah|okay|well|please|and|but|so? please? do not call|ring|phone me|us back?"),
	Follows: phrase.NewSet(`just i only can could what when where how who which do does are is tell please thanks thank sorry but and bye
		goodbye no actually then instead you let
		will would for now today okay ok it that really after`),
	Before: phrase.NewSet(`no oh actually okay well you know what sorry wait hmm um uh please just look listen hey ah and but so then ` +
		`yeah yes nah nope hold hang on let me think a second sec minute moment`),
	Keeps: phrase.Compile("call|ring me|us back?", "have|let him|her|them|someone|somebody ... call|ring"),
	Words: Language{}.Words,
}

// Withdraws implements [language.Replies].
func (Language) Withdraws(text string) (rest string, ok bool) { return withdrawal.Find(text) }

var whys = phrase.Compile("^ why $", "why ... you|they need|want|ask|asking|have|require|asked|wanting", "^ what for $",
	"what ... need|want ... for $", "why ... need|give|tell|say ... that|it|this|my|you", "what ... that|it for $",
	"why is that|it necessary|needed|important|required", "why my|the|a name|number|reason", "what does|do it|that matter|mean",
	"is that|it really? necessary|needed|required|mandatory", "do you really? need|have that|it|to", "do i have|need to give|say|tell|leave")

// AsksWhy implements [language.Replies].
func (Language) AsksWhy(words []string) bool { return len(words) <= whyMost && whys.In(words) }

// whyMost is the most words of a question for the reason of ours; a longer one is about something else.
const whyMost = 12

// About implements [language.Replies].
func (Language) About(words []string) bool {
	return phrase.Has(words, "about", "regarding", "because", "concerning", "question", "problem", "issue", "trouble", "calling", "wondering",
		"looking", "hoping")
}

var directs = phrase.Compile("^ just|please|only|instead? just|please? tell|ask|say|let|remind|write|put|add",
	"^ can|could|would|will you please? just? also? add|mention|write|put|note")

// Directs implements [language.Replies].
func (Language) Directs(words []string) bool { return directs.In(words) }

var adds = phrase.Compile("^ and|also|plus|additionally|oh ... also|and|tell|ask|please|mention|add|let|say|remind",
	"^ please|could|can you? please? also|add|mention", "^ also", "^ one more", "^ another thing", "^ oh and", "^ you can|could also|add",
	"^ add|mention")

// Adds implements [language.Replies].
func (Language) Adds(words []string) bool { return adds.In(words) }

var replaces = phrase.Compile("^ no|nope|nah|actually|instead|rather|correction", "^ sorry|wait no|i", "^ i? mean|meant|said", "instead $")

// Replaces implements [language.Replies].
func (Language) Replaces(words []string) bool { return replaces.In(words) }

var (
	sendsOff = phrase.Compile("just? pass|send it|that|this on|off? $", "pass|send it|that|this on|off now|please|then|as",
		"^ no|nope|nah? all good", "^ no|nope? that's|that is all|everything|fine|it",
		"nothing|no to? change|changes", "leave it as|like|there", "as it is|stands $", "it's|its|it is fine|good|ok|okay|perfect|right $",
		"^ go ahead")
	notSentOff = phrase.Compile("not|don't|dont|never|cannot", "but|except|instead|also|tell|change ... to", "wrong")
	// theirNumber stand before the number of a telephone; others before that of a thing.
	theirNumber = phrase.NewSet(`phone telephone mobile cell cellphone contact callback back home work office landline new right correct
		other second
		direct best usual daytime emergency whatsapp fax same wrong private personal business own husband's wife's her his their our your`)
	thingNumbers = phrase.Compile("invoice|order|reference|booking|reservation|" +
		"policy|account|customer|claim|case|job|ticket|serial|registration|" +
		"membership|member|client|file|docket|licence|license|purchase|bill|receipt|" +
		"tracking|confirmation|delivery|contract|unit|room|part|model|" +
		"passport|plate|vin|patient|student number|no|id|code")
)

// SendsOff implements [language.Replies].
func (Language) SendsOff(words []string) bool { return sendsOff.In(words) && !notSentOff.In(words) }

// OtherNumber implements [language.Replies].
func (Language) OtherNumber(words []string) bool {
	if thingNumbers.In(words) {
		return true
	}
	at := slices.Index(words, "number")
	return at > 0 && !stopWords[words[at-1]] && !lightWords[words[at-1]] && !theirNumber[words[at-1]] && len(words[at-1]) > 2
}

var (
	speaksTo   = phrase.NewSet("talk speak talking speaking chat through connect transfer")
	beforeRole = phrase.NewSet("a an the your our one of his her please mister missus miss doctor mr mrs ms dr")
)

// SpeaksTo implements [language.Replies].
func (Language) SpeaksTo(words []string, at int) bool {
	for at--; at >= 0 && beforeRole[words[at]]; at-- {
	}
	return at > 0 && (words[at] == "to" || words[at] == "with") && (speaksTo[words[at-1]] || at > 1 && words[at-1] == "me" &&
		speaksTo[words[at-2]])
}

// shouldCall are how a caller wants to hear from somebody, behind the name.
var shouldCall = phrase.Compile("^ to|could|can|should|would|will|just|please? call|ring|phone|text|contact me|us|back",
	"^ to|could|can|should|would|will? get|give|come me|us|back a|to? call|ring|bell|me|us", "^ to call|ring|phone|text")

// Addresses implements [language.Replies].
func (Language) Addresses(words []string, at int) bool {
	if shouldCall.In(words[min(at+1, len(words)):min(at+6, len(words))]) {
		return true
	}
	for at--; at >= 0 && (titles[words[at]] || words[at] == "please"); at-- {
	}
	if at < 0 {
		return false
	}
	switch words[at] {
	case "for", "tell", "ask", "let", "remind":
		return true
	case "leave", "give", "send", "drop": // "leave her a message"
		return phrase.Has(words[at:], "message", "note", "voicemail")
	case "to":
		return at > 0 && phrase.Has(words[max(0, at-4):at], "pass", "give", "forward", "send", "go", "goes")
	}
	return false
}

var passesOn = phrase.Compile("pass|forward|relay ... on|along", "give|leave|take|send|get|have ... message|note")

// Relays implements [language.Replies].
func (Language) Relays(words []string, at int) bool {
	if passesOn.In(words) {
		return true
	}
	for at--; at >= 0 && titles[words[at]]; at-- {
	}
	if at < 0 {
		return false
	}
	switch words[at] {
	case "tell", "let", "remind":
		return true
	case "ask": // "can I ask Maria something" wants Maria herself
		return at == 0 || words[at-1] != "i"
	}
	return false
}

var acquainted = phrase.Compile("was|been|came|come ... in|there|here|with|at|by",
	"customer|client|patient|guest|member|regular|pupil|student",
	"know|knows|remember ... me|us", "new here|customer|client|patient", "have|we|we've met")

// Acquainted implements [language.Replies].
func (Language) Acquainted(words []string) bool { return acquainted.In(words) }

const (
	clockWord = `(?:\d{1,2}(?::\d\d)?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|noon|midday|midnight|` +
		`lunch(?:time)?|dinner|work|school)` +
		`(?:[ -]?(?:thirty|fifteen|forty[ -]five|o'?clock|a\.?m\.?|p\.?m\.?)\b)*(?: (?:in the (?:morning|afternoon|evening)|at night))?`
	dayWord = `(?:(?:mon|tues|wednes|thurs|fri|satur|sun)days?|weekdays?|weekends?|(?:the )?(?:early |late ` +
		`)?(?:mornings?|afternoons?|evenings?|nights?)|today|tonight|tomorrow|(?:this|next) week|later(?: today| on)?)` +
		`(?: (?:mornings?|afternoons?|evenings?|nights?))?`
	someTime = `(?:(?:any ?time )?(?:after|before|until|till|by|around|from|between|at|past) (?:about |around )?(?:` + clockWord + `|` +
		dayWord + `)(?: (?:and|to|or|until|till) (?:` + clockWord + `|` + dayWord + `))?` +
		`|(?:(?:in|on|during|over|this|next) )?(?:the )?` + dayWord + `|any ?time)\b`
	callTime = `(` + someTime + `(?:,? (?:and |or |except |but not )?` + someTime + `)*)`
	wantCall = `\b(?:(?:please |just |only |and |but |so |(?:can|could|would) (?:you|someone|somebody|he|she|they) |you ` +
		`(?:can|could|may) |(?:have|let) (?:him|her|them|someone|somebody) |to |should )*` +
		`(?:call|ring|phone|reach|try|contact|get hold of|text) (?:me|us)(?: back)?(?: again)?|(?:i am|i'm|we are|we're|i'll be|i will ` +
		`be)(?: only| usually| always| mostly| best)? (?:available|free|home|at home|reachable|around|off work|off|there)` +
		`|(?:the )?best (?:time )?(?:to (?:call|reach|ring|phone)(?: me| us)? )?(?:is|would be)|i(?:'d| would)? prefer|preferably|(?:a ` +
		`)?call ?back)(?: please| only| preferably| sometime| best)*`
)

// callTimes is how English says when to call.
var callTimes = language.CallTimes{
	Said: []*regexp.Regexp{
		regexp.MustCompile(`(?i)` + wantCall + `,? ` + callTime),
		regexp.MustCompile(`(?i)\b(?:please |just |only |but |so )*(?:ring|call|phone|text)(?: back)? ((?:only |any ?time ` +
			`)?(?:after|before|between|from|not before) ` +
			`(?:about )?(?:` + clockWord + `|` + dayWord + `)(?: (?:and|to) (?:` + clockWord + `|` + dayWord + `))?)\b`),
		regexp.MustCompile(`(?i)\b` + callTime +
			` (?:is|are|would be|works?|suits?|will be) (?:me |usually )?(?:best|better|good|fine|great|ideal|easiest|preferred|perfect)(?: ` +
			`for me| for us| to (?:call|reach me))?`),
	},
	Loose: regexp.MustCompile(`(?i)\b(?:but |and )?(?:only |preferably |best )?((?:any ?time )?(?:after|before|between|until|from) (?:` +
		clockWord + `|` + dayWord + `)(?: (?:and|to|or|until|till) (?:` + clockWord + `|` + dayWord + `))?)`),
	Joins: regexp.MustCompile(`(?i)[\s,;]*\b(?:and|but|so|or|though|please)\s*$`),
	Digit: regexp.MustCompile(`(?i)^(?:zero|oh|one|two|three|four|five|six|seven|eight|nine|double|triple)\b`),
}

// mails is how English says e-mail addresses.
var mails = language.NewMails(language.MailWords{
	At: `at|at sign`, Dot: `dot|point`, Dash: `dash|hyphen|minus`, Underscore: `underscore`,
	Lead: `(?:(?:and )?(?:my |the |an )?e-?mail(?: address)?(?:'s| is|:)? )?`,
})

// MailIn implements [language.Slots].
func (Language) MailIn(text string) (address, rest string) { return mails.Find(text) }

// CallTime implements [language.Slots].
func (Language) CallTime(text string, loose bool) (when, rest string) {
	return callTimes.Find(text, loose)
}
