package en

import (
	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/language/phrase"
)

// asides are what English-speaking callers say beside a message.
var asides = language.Asides{
	Fillers: phrase.NewSet(`oh ok okay well yeah yes yep yup yea um uh er erm ah hi hello hey hiya howya huh hmm mhm please look listen anyway
		sorry actually aye eh oi`),
	Replies: phrase.NewSet(`no nope nah right sure fine exactly correct great lovely perfect grand so now then like and but thanks cheers`),
	Joins:   phrase.NewSet("and but so plus or because"),
	Leads: language.NewRunSet(`good morning|afternoon|evening|day
		hi|hello|hey there|love|dear|mate
		thank you very? much?
		you must know
		go on|ahead then?
		you are not|never listening
		i have? already? said|told you? already? that?
		i have? already? said|told you? that? already
		i keep telling|saying you? that?
		like i|we said
		as i|we said
		can|could|would|will|and? you please|just? say|tell|write|note|add|mention down? that? please?
		can|could|would|will|and? you please|just? put down|in|that that? please?
		can|could|would|will you please|just? say|tell|write|note|add|mention them|him|her|the|that? office|boss? that?
		please|just|also? say|write|note|add|mention that? down? that?
		please|just|also? put down|in|that that?
		please also say|write|note|add|mention that?
		please|just|also? please|also? tell them|him|her|everyone that?
		please|just? let them|him|her know that?
		please|just? ask them|him|her
		please|just? put|write|note|take|get it|this|that down that?
		please|just? put|write|note|take|get down that?
		please|just? pass it|this|that on that?
		just? say
		make sure you|they? put|say|write|tell|know them? that?
		do not forget to? say|that|put|write?
		mind you put|say|write
		as long as you have|did? put|got|written|noted|wrote that?
		i hope you have|did? put|got|written|noted that?
		the thing is
		what i mean is
		i mean
		you see
		you know
		you know what
		oh my god
		oh god
		oh dear
		my god
		dear me
		by the way
		no|not that is not it|right
		i am just|only|asking? asking you? a? question?`),
	Says: language.NewRunSet(`please|just|also? tell|let|remind
		can|could|would|will you please|just|also? tell|let|remind`),
	That: phrase.NewSet("that"),
	Intros: language.NewRunSet(`it is
		this is
		here is
		that is
		i am
		i am called
		my name is
		the name is
		name is
		my? last|first|full name is
		tell|say them|him|her? it is
		tell them|him|her
		from`),
	Ends: language.NewRunSet(`by the way
		oh god
		oh my god
		oh dear
		or something
		or whatever
		you know
		please
		thanks
		thank you
		thank you very much
		if you can|could|would please?
		bye
		cheers
		yes or no
		is that right|ok|okay|alright?
		okay
		right`),
	Whole: phrase.Compile("^ you are? not|never still? listening", "^ are you even? listening|deaf|there",
		"^ for heaven|heavens|goodness|god|gods|pity|pitys|crying|fuck|christ|christs out? sake|loud $",
		"^ you have? already? told|asked|said me? that|this|it $",
		"^ i have? already? told|said|given|gave you? that|it|so|this|my? name? already|twice? $",
		"^ i have? already? told|said you? already|that|it|so|twice $",
		"^ i told you $", "^ that is|was not what i asked|said|meant|wanted", "^ you did|have not answer|answered", "^ i give up $",
		"^ that is not it|that|right? $", "^ no? not that|this|it|like? that? $", "^ none of it|that|those|this $",
		"^ oh? my? god|dear|lord|no $",
		"^ never mind $", "^ is that what you are saying", "^ so? what $", "^ yes or no $", "^ put me through|on",
		"^ that is the one|it|all|right|correct|fine|everything|mine $", "^ this|that number|one is good|fine|okay|best|right|the $",
		"^ that works|works $",
		"^ that is my own? mobile|cell|phone|number|landline|home $", "^ i am? asking|asked you|ye a? question? $", "^ i have a? question $",
		"^ change the|my|that message|reason|text $", "^ take what down $", "^ what did you put|write|say|get",
		"^ did|have you|ye put|write|note|written|noted|included|include|mentioned|mention",
		"^ what|how $", "^ you there $", "^ i do not know|mind $", "^ hang|hold on a|one? minute|second|sec|moment? $",
		"^ wait a? minute|second|sec? $", "^ that is the message $",
		"^ pass|send it|that|this on|off", "^ go on|ahead then? $", "^ never|do not you? mind $", "^ how are|is you|it|things going? $",
		"^ i am not happy|impressed $", "^ this|it is ridiculous|a joke|disgrace|joke $", "^ good|nice to? hear|know? $",
		"^ i suppose|guess so? $"),
	Speaks: phrase.Compile("^ can|could|may|do i|we talk|speak to|with",
		"^ i|we would|just? want|need|like|demand|wish to talk|speak to|with"),
	Instead: language.NewRunSet(`what i want|need|mean|meant is that?
		what i am after|calling|ringing|asking about? is
		what i would like is
		all i want|need is
		the|my message is|should|must be|say|read? that?
		the|my message is that?
		the|my message should|must|is|has be|say|read|to say? that?
		change the|my|that message to? that?
		make the|it message? say
		make it say
		it should|must just? say|read that?
		let it say
		just put|write|say down? that?
		instead put|write|say
		scrap|drop|forget that and? just? put|write|say
		start again|over`),
	Closes: language.NewRunSet(`that is the|my whole? message
		that is all it needs to say
		that is all you need to put|say|write
		just? leave it at that
		nothing else
		and nothing else
		that is all i want|need
		and that is it|all
		and leave it at that`),
	Parts:   phrase.NewSet("and but because cause so if whether when while which who where unless before after that"),
	About:   Language{}.About,
	Carries: func(w string) bool { return !stopWords[w] },
	Title:   Language{}.Title,
	Hanging: Language{}.Hanging,
	Words:   Language{}.Words,
}

// Told implements [language.Replies].
func (Language) Told(text, name string) (string, bool) { return asides.Tell(text, name) }

// Brief implements [language.Replies].
func (Language) Brief(text string, most int) string { return asides.Brief(text, most) }

// asksKept are how it is asked what a message says.
var asksKept = phrase.Compile("did|have you ... "+
	"put|get|got|write|written|note|noted|include|included|mention|mentioned|add|added|catch|record|take|taken|hear",
	"you did? put|wrote|written|noted|added|got|included ... right|didn't|haven't|yeah|yes $",
	"you have? put|got|written|noted|included ... have|did you not? $",
	"you did? put|write|note|include ... did you not? $",
	"what did|have|has you just|actually? put|write|written|get|got|say|note|noted|wrote", "what does it|that say",
	"what does the|my message say", "does it|that|message say|mention|include",
	"is|are|was ... in|on there|it|that $", "is|are ... written|noted|down|included $", "is|are ... in|on the message|note",
	"as long as you have|did? put|got|written|noted|wrote", "hope you have|did? put|got|written|noted", "what have you got",
	"what is in|on the message|it|there",
	"read ... back|again", "read it|that|me|the|out", "say it|that again|back", "what are you sending|passing|telling|saying")

// AsksKept implements [language.Replies].
func (Language) AsksKept(words []string) bool { return asksKept.In(words) }

// requests are how it is asked that something be done.
var requests = phrase.Compile("^ can|could|would|will|may|might you|ye|someone|somebody|he|she|they|anyone|anybody|we|it|i",
	"^ is there any? chance|way",
	"^ do you think")

// Requests implements [language.Replies].
func (Language) Requests(words []string) bool { return requests.In(words) }

// wishes are how a turn says by itself what is wanted.
var wishes = phrase.Compile("^ i|we|it|she|he just|only|really? want|need|wants|needs", "^ i|we would just|really? like|love|need|prefer",
	"^ it is about|that|for", "^ i am just|only? calling|ringing|phoning|after|looking|cancelling|canceling|asking",
	"^ tell|ask|let them|him|her")

// Wishes implements [language.Replies].
func (Language) Wishes(words []string) bool {
	for len(words) > 0 && (asides.Fillers[words[0]] || asides.Replies[words[0]]) {
		words = words[1:]
	}
	return wishes.In(words)
}

var (
	// someone is whom callers describe by what he does, and whoDoes what they say behind it.
	someone = phrase.NewSet(`lady guy man woman person one fella bloke chap girl boy teacher colleague gentleman somebody someone anyone ` +
		`anybody`)
	whoDoes = phrase.NewSet("who that which what whos")
	wanting = phrase.NewSet("talk speak tell for to ask with get let have want reach put")
)

// describedMost is how many words behind tell what he does.
const describedMost = 8

// Describes implements [language.Replies].
func (Language) Describes(words []string) []string {
	for i, w := range words {
		from := i + 2
		if w == "whoever" {
			from = i + 1
		} else if !someone[w] || i+1 >= len(words) || !whoDoes[words[i+1]] {
			continue
		}
		if from < len(words) && wanting.Any(words[max(0, i-4):i]) {
			return words[from:min(len(words), from+describedMost)]
		}
	}
	return nil
}
