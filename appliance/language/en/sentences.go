package en

import (
	"regexp"
	"strings"

	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/language/phrase"
)

// breaks is where English sentences end.
var breaks = language.Breaks{
	Abbreviations: phrase.NewSet("dr mr mrs ms prof st mt ft ave no nos vs approx e.g i.e jr sr rev hon a.m p.m"),
	Before:        []string{"and", "or", "to", "with", "for"},
}

// Clauses implements [language.Speaker].
func (Language) Clauses(text string) []string { return breaks.Clauses(text) }

// Sentences implements [language.Reader].
func (Language) Sentences(text string) []string { return breaks.Sentences(text) }

// Word lists are read only.
var (
	// questionStart are words that begin a question.
	questionStart = phrase.NewSet(`what when where who whom which why how do does did is are am was were can could will would should may
		have has`)
	// backchannels are sounds by which a listener shows that he listens; he does not want to speak.
	backchannels = phrase.NewSet(`mhm mm mmm hmm hm uh um ah aha uhhuh huh okay right sure alright i see got it great good fine nice
		cool wow oh perfect really yep yup er`)
	// hanging are words with which no sentence ends.
	hanging = phrase.NewSet(`and or but so because if the a an my your his her our their to of for with at in on from is are was i i'm
		i'd we you um uh erm er like that which who whose about it's`)
	fillers = phrase.NewSet(`um uh er erm eh oh well ah hmm so and actually`)
	// before are words before a question that are no part of it.
	before = phrase.NewSet(`okay ok right yeah yes but sorry`)
)

// IsQuestion implements [language.Reader].
func (l Language) IsQuestion(text string) bool {
	words := l.Words(text)
	for len(words) > 1 && (before[words[0]] || fillers[words[0]]) {
		words = words[1:]
	}
	return strings.Contains(text, "?") || len(words) > 0 && questionStart[words[0]]
}

// Backchannel implements [language.Reader].
func (l Language) Backchannel(text string) bool {
	words := l.Words(strings.ReplaceAll(strings.ToLower(text), "uh-huh", "uhhuh"))
	if len(words) > 4 || !backchannels.All(words) {
		return false
	}
	return !strings.Contains(text, "?") || len(words) == 0
}

var lead = regexp.MustCompile(`(?i)^\s*(?:and |but |so |look |well )*(?:i|we)(?:'m| am| was|'re| were)? ?(?:only|just|really|simply)?(?:,)? ?` +
	`(?:(?:want|wanted|wanna|need|needed) (?:to )?(?:know|ask)|wondering|asking|asked|wondered) (?:if |whether )?`)

// WithoutLead implements [language.Reader].
func (Language) WithoutLead(clause string) string { return clause[len(lead.FindString(clause)):] }

var askedBeside = language.Beside{
	Joins: phrase.NewSet("and but so or hey oh also then just well because um uh er like listen look sorry"),
	Opens: phrase.Compile("^ is|are|was|will|would|do|does|did|can|could|should|am|may|have|has "+
		"i|we|you|ye|yous|he|she|it|they|there|that|this|the|my|your|anyone|somebody",
		"^ what|how|when|where|which|who|why is|are|was|will|would|do|does|did|can|could|should|am|have|has",
		"^ how much|many|long|soon|late|early|far|often", "^ what|which time|day|days|kind|sort|size|one",
		"^ tell me what|how|when|where|which|who|why|if|whether", "^ can|could|would|will you just? tell me"),
	Any: phrase.Compile("^ is|are there a|any|anyone|an|some|somewhere|much", "^ how much|long is|are|do|does|would|will|did",
		"^ do you|ye charge|do|have|take|offer|sell|know", "^ what do|does|would you|ye|it|that|they", "^ what is the|your|ye",
		"^ am i going|gonna", "^ can|could you just? tell me"),
	Starts: questionStart, Words: Language{}.Words,
}

// AskedBeside implements [language.Reader].
func (Language) AskedBeside(text string) (rest, question string) { return askedBeside.Find(text) }

var asksToDo = phrase.Compile("can|could|would|will|may|might you|ye|yous|someone|somebody|anyone|anybody|i|we",
	"can|could|would|will your|the ... come|send|look|check|ring|call",
	"would you|ye mind")

// AsksToDo implements [language.Reader].
func (Language) AsksToDo(words []string) bool { return asksToDo.In(words) }

// Hanging implements [language.Reader].
func (Language) Hanging(word string) bool { return hanging[word] }

// RefersBack implements [language.Reader].
func (Language) RefersBack(words []string) bool {
	return phrase.Has(words, "it", "that", "this", "those", "they")
}

// Conjunction implements [language.Reader].
func (Language) Conjunction(word string) bool { return phrase.Has([]string{word}, "and", "but") }

// GoesOn implements [language.Reader].
func (l Language) GoesOn(word string) bool {
	return l.Joins(word) || word == "but" || word == "only" || word == "just"
}

// Joins implements [language.Reader].
func (Language) Joins(word string) bool {
	switch word {
	case "and", "also", "plus", "then":
		return true
	}
	return false
}

// skipFillers returns the first word that is no hesitation.
func skipFillers(words []string) string {
	for _, w := range words {
		if !fillers[w] {
			return w
		}
	}
	return ""
}

var (
	closesPhrases = phrase.Compile("when|what|how ... close|closes|closing|closed|shut", "how late|long ... open|there|work|working|here",
		"until when", "close|closing at|time")
	opensPhrases = phrase.Compile("when|what|how ... open|opens|opening", "how early", "open again")
	nowPhrases   = phrase.Compile("are|is|you|they|still|r ... open|closed|there", "open|closed now|right|currently|yet")
	hoursPhrases = phrase.Compile("hours|ours|times|days")
)

// Aspect implements [language.Reader].
func (Language) Aspect(words []string) language.Aspect {
	switch {
	case hoursPhrases.In(words), phrase.Has(words, "open", "opens") && phrase.Has(words, "close", "closes"):
		return language.AspectHours
	case closesPhrases.In(words):
		return language.AspectCloses
	case opensPhrases.In(words):
		return language.AspectOpens
	case nowPhrases.In(words) && phrase.Has(words, "closed", "close"):
		return language.AspectIsClosed
	case nowPhrases.In(words):
		return language.AspectIsOpen
	}
	return language.AspectHours
}

var machines = phrase.Compile("ai|automated|automatic|artificial|robot|machine|computer", "virtual|digital|voice assistant")

// Disclosed implements [language.Replies].
func (l Language) Disclosed(greeting string) bool { return machines.In(l.Words(greeting)) }

var tellMe = phrase.Compile("^ can|could|would|will you just? tell me", "^ just|only|please? tell me|us", "^ just|please? let me|us know")

// TellMe implements [language.Reader].
func (Language) TellMe(words []string) bool { return tellMe.In(words) }

// asksToPassOn are ways to want that the office be told something, or see to something.
var asksToPassOn = phrase.Compile(
	"can|could|would|will you|ye|someone|somebody please|just? pass|give|send that|it|this|him|her|them ... on|along|to|message",
	"can|could|would you|ye let him|her|them|anyone|somebody|someone|the|your|mr|mrs|ms|dr ... know",
	"can|could|would someone|somebody|anyone|he|she please|just? call|ring|phone me|us|back",
	"can|could|would you please|just? call|ring me|us",
	"get|have|ask someone|somebody|him|her to? call|ring|phone|get me|us|back", "put|pencil|mark|sign|book me|us down|in|up for",
	"want|need|like ... to call|ring|phone|get me|us|back", "write|note|take that|it|this down", "make a note",
	"pass it|that|this on|along|to")

// AsksToPassOn implements [language.Reader].
func (Language) AsksToPassOn(words []string) bool { return asksToPassOn.In(words) }
