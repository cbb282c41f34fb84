package en

import (
	"slices"

	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/language/phrase"
)

// partings is how English takes leave; "good buy" is what a recogniser makes of it.
var partings = language.Partings{
	Ends: phrase.Compile("^ bye|goodbye|cheerio|farewell|byebye|buhbye|byes $", "^ good|buy|by bye|buy|by $", "^ bye bye $",
		"^ see you|ya later|soon|then|around? $", "^ see you $", "^ take care $", "^ god bless you? $",
		"^ so long $", "^ talk|speak to you soon|later|tomorrow|then $",
		"^ have a good|nice|great|lovely|wonderful day|one|evening|weekend|night|afternoon|morning $",
		"^ have a good|nice|great|lovely rest of your? day|week|evening $",
		"^ you have a good|nice|great day|one|evening|weekend|night $",
		"^ i have|got|need to go|run|leave now? $", "^ i have got to go|run $", "^ i must go|run $", "^ got to go|run|leave|dash $",
		"^ i am hanging up now? $", "^ i will hang up now? $", "^ i am going to hang up now? $"),
	Beside: phrase.NewSet(`okay ok oh well no yes yeah thanks thank you all right alright then now so that is it was everything for your
		the help time very much again never mind nevermind
		sorry anyway and good great fine uh um ah you too just really bye goodbye i am not interested forget leave`),
}

// Leaves implements [language.Replies].
func (Language) Leaves(words []string) bool { return partings.In(words) }

var (
	nothings      = phrase.NewSet("no nope nah nothing none all it")
	besideNothing = phrase.NewSet("else more really that is was thanks thank you not anything just okay oh well for now at all i have " +
		"do to add say the moment only uh um bye goodbye")
)

// Nothing implements [language.Replies].
func (Language) Nothing(words []string) bool {
	return nothings.Any(words) && !slices.ContainsFunc(words, func(w string) bool { return !nothings[w] && !besideNothing[w] })
}

// holds are how English asks for a moment. Between the wish and what it is for stands nothing else.
var holds = phrase.Compile("^ hold on|please|up|the $", "^ hold on a|one|for|just|please|let|i|while|while|there|there", "^ hang on",
	"^ hold the line", "^ bear with me", "^ one|a|just|half sec|second|moment|minute|mo|tick|ticks please|okay? $",
	"^ just a|one sec|second|moment|minute|mo|tick", "^ one|a sec|second|moment|minute|mo|tick please|let|i|while|okay",
	"^ give me a|one|just|half", "^ let me get|grab|find|fetch|check|look|see|think|just|write|put",
	"^ wait a|one|just sec|second|moment|minute|tick|please|up", "^ wait please? $", "^ can|could|would you hold|wait|hang|bear",
	"^ can|could|would you give me|us a|one|just|half sec|second|moment|minute|mo|tick|please",
	"^ would you mind holding|waiting", "^ i need|just a|one|to sec|second|moment|minute|get|grab|find|check|look|think",
	"^ i am just|still? looking|getting|grabbing|finding|checking|searching|writing", "^ i have to get|find|look|grab|check|fetch",
	"^ i will just|go? get|grab|find|look|check|fetch|be", "^ stay on the line", "^ where|here did|is i|my put|pen|pencil|glasses",
	"^ wait let me")

// holdStarts stand before a wish for a moment.
var holdStarts = phrase.NewSet("oh uh um er well yes yeah okay ok sure sorry so no right please ah hmm actually")

// holdMost is the most words of a wish for a moment; more say something else too.
const holdMost = 14

// Holds implements [language.Replies].
func (Language) Holds(words []string) bool {
	for len(words) > 0 && holdStarts[words[0]] {
		words = words[1:]
	}
	return len(words) > 0 && len(words) <= holdMost && holds.In(words) && !holdNot.In(words)
}

// holdNot tell that more is wanted than a moment.
var holdNot = phrase.Compile("put|transfer|connect me", "speak|talk to|with", "leave|take a|the? message",
	"appointment|price|cost|hours|open|human|person|someone|somebody|anybody", "number is", "name is", "call me")

// whos are how English asks whom it is talking to.
var whos = phrase.Compile("am|are i|you talking|speaking|chatting ... "+
	"machine|robot|computer|bot|ai|person|human|recording|someone|somebody real",
	"are|is you|this|it ... robot|bot|machine|computer|ai|recording|automated|human|real",
	"you are a|an robot|bot|machine|computer|ai|recording",
	"is that|this|there ... ai|a|real robot|bot|machine|computer|person|human|recording", "who am i|we speaking|talking|on",
	"who is this|that|speaking|there $", "who are you", "who have|did i|we reached|reach|called|call|got|get", "what are you $",
	"what|which company|business|office|place is this", "who is on the line|phone", "is this a? real? human|person",
	"you a|an robot|bot|machine|computer|ai|person|human")

// whoMost is the most words of such a question.
const whoMost = 12

// AsksWho implements [language.Replies].
func (Language) AsksWho(words []string) bool { return len(words) <= whoMost && whos.In(words) }

// wantsToKnow are how a question is put without asking it.
var wantsToKnow = phrase.Compile("i only|just? want|wanted|need|like|wish|love only|just? to ask|know|find|hear|check",
	"i would? just? like|love to know|ask|find|check", "wondering|curious|wonder if|how|when|what|whether|where|about",
	"asking|ask if|how|when|what|whether|where", "i'm|was|am just|only asking|wondering",
	"question ... how|when|what|whether|where|is|if", "could|can|would you tell me")

// WantsToKnow implements [language.Reader].
func (Language) WantsToKnow(words []string) bool { return wantsToKnow.In(words) }

// seeks are how a caller asks whether he has reached whom he wanted.
var seeks = phrase.Compile("is this|that|it uh? um? the",
	"have i reached|got|called|rung|dialled|dialed", "did i reach|call|dial", "am i through to|speaking")

// Seeks implements [language.Replies].
func (Language) Seeks(words []string) bool { return seeks.In(words) }

// deniesEmergency are how it is said that there is none, word for word: who is "not sure if it's an emergency" denies nothing.
var deniesEmergency = phrase.Compile("it's|its|is|was|there's|theres no|not an? emergency", "isn't|isnt|wasn't an? emergency",
	"^ no emergency", "not an emergency",
	"nobody|no|noone|none one? is|was|has|got? been? in? any? danger|hurt|injured|trapped|stung|bitten|burnt|burned|ill|sick|bleeding|unwell",
	"nobody|noone ... any|in danger", "not in any? danger", "^ no danger", "no|not nothing|anything like that", "nothing like that",
	"nobody|noone got|is hurt|injured", "no one ... hurt|injured|danger",
	"not dangerous")

// endangers are how a life in danger is spoken of, in words that hardly ever mean anything else.
var endangers = phrase.Compile("kill|killing|hang|hanging|shoot|shooting|hurt|harm|cut|harming|hurting myself", "end|ending it all",
	"end|ending|take|taking my own? life", "suicide|suicidal", "not want|wanna|wish to? live|exist $",
	"not want|wanna|wish to? live|exist|be anymore|any|alive", "enough of living|life", "tired|sick of living|life", "rather be dead",
	"better off dead", "better off without me", "nobody|no|noone one? would|will miss me", "not be around anymore",
	"not be around any|much longer",
	"take|taking|took|swallow|swallowed all ... pills|tablets", "just take the|my|these pills|tablets", "no reason|point to|in live|living",
	"overdose|overdosed|overdosing", "with|got|has|have|pulled|pulling a|his|my gun|rifle|weapon",
	"pulled|with a|his knife on|at|here|threatening",
	"going|gonna to? kill|shoot|stab him|her|you|them|someone|everybody|everyone", "can't|cannot|cant|not|hardly|barely breathe|breathing",
	"struggling|trouble|stopped to? breathe|breathing", "throat is? feels|feeling|getting|closing tight|up|closed",
	"throat is tight|closing|swelling",
	"throat closing|swelling", "unconscious|unresponsive", "choking")

// Endangers implements [language.Replies].
func (Language) Endangers(words []string) bool { return endangers.In(words) }

// family are those whose death is mourned.
const family = "husband|wife|mother|father|mum|mom|mam|dad|son|daughter|brother|sister|nan|gran|granny|grandmother|grandfather|grandma|" +
	"grandad|aunt|uncle|partner|baby"

var mourns = phrase.Compile("my|our|his|her late "+family,
	family+"|friend|dog|cat has|have|had|is|was? just|recently|sadly|suddenly|been? died|passed",
	"lost|losing|bury|burying|buried my|our|her|his "+family,
	"he|she|they has|have|had|just passed away|on", "he|she passed away|on", "to? bereavement", "death of my|our|his|her")

// Mourns implements [language.Replies].
func (Language) Mourns(words []string) bool { return mourns.In(words) }

// unsure are answers that are neither yes nor no.
var unsure = phrase.Compile("^ oh|um|uh|er|well? i am|was? not really|quite|so? sure", "^ oh|um|uh|er|well? i do not really? know",
	"^ oh|um|uh|er|well? i? dunno",
	"^ maybe|perhaps|possibly|kind|sort",
	"^ i guess|suppose|think", "^ not really? sure", "^ no idea", "^ dunno", "^ hard to say", "^ could be")

// unsureNot make a no of it: "I guess not".
var unsureNot = phrase.Compile("^ i guess|suppose|think not", "^ i do not think|guess|suppose")

// Unsure implements [language.Replies].
func (Language) Unsure(words []string) bool { return unsure.In(words) && !unsureNot.In(words) }

var asksHelp = phrase.Compile("what shall|should|do|can|must i|we do",
	"should i|we be? worried|worry|panic|touch|move|light|open|wait|leave|go|call",
	"is that|it|this bad|serious|dangerous|safe", "shall|should we|i get out", "what now")

// AsksHelp implements [language.Replies].
func (Language) AsksHelp(words []string) bool { return asksHelp.In(words) }

// DeniesEmergency implements [language.Replies].
func (Language) DeniesEmergency(words []string) bool { return deniesEmergency.In(words) }

// presence are how it is asked whether somebody is there, or when.
var presence = phrase.Compile("is|are|isn't ... in|there|around|about|working|here|available|back today|tomorrow|now|still|this $",
	"is|are ... in|there|around|working|here|available|back $",
	"is|are ... in|there|around|working|here|back today|tomorrow|now|on|this|later",
	"when|what ... is|are|will|does|do ... in|back|there|working|work|here|available",
	"when's|whens ... in|back|there|working|here|available")

// Presence implements [language.Replies].
func (Language) Presence(words []string) bool { return presence.In(words) }

var (
	callsFor = phrase.Compile("is|are|isn't ... there|around|in|available|about|free $",
		"is|are ... there|around|in|available|free this|today|now|please|right|at")
	notCalledFor = phrase.Compile("when|what|where|which|how|who")
)

// CallsFor implements [language.Replies].
func (Language) CallsFor(words []string) bool { return callsFor.In(words) && !notCalledFor.In(words) }

// Someone implements [language.Replies].
func (Language) Someone(words []string) bool {
	return phrase.Has(words, "he", "she", "they", "him", "her", "he's", "she's", "they're")
}

// grown are how a caller says that he is no child.
var grown = phrase.Compile("i'm|im the|his|her|their|a|an mum|mom|mother|dad|father|parent|mummy|adult|grandma|grandad|grownup",
	"i am the|his|her|their|a|an mum|mom|mother|dad|father|parent|adult|grandma|grandad|grandmother|grandfather|teacher|coach|carer|nanny",
	"i am the|a|his|her manager|owner|landlord|landlady|neighbour|neighbor|nurse|secretary|customer|husband|wife",
	"this is his|her|their|the mum|mom|mother|dad|father|mummy|grandma|grandad", "her|his|their mum|mom|mother|dad|father speaking")

// relatives are children whom a grown-up speaks of.
var relatives = phrase.Compile("my|our ... nephew|niece|son|daughter|grandson|granddaughter|stepson|stepdaughter|"+
	"kid|kids|child|children|baby|toddler",
	"my|our little|eldest|oldest|youngest one|boy|girl", "my boy|girl|boys|girls|teenager", "the|a grownup|adult $", "grown up $")

// Grown implements [language.Replies].
func (Language) Grown(words []string) bool { return grown.In(words) || relatives.In(words) }
