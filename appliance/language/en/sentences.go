package en

import (
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
	fillers = phrase.NewSet(`um uh er erm oh well ah hmm so and actually`)
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

// Hanging implements [language.Reader].
func (Language) Hanging(word string) bool { return hanging[word] }

// RefersBack implements [language.Reader].
func (Language) RefersBack(words []string) bool {
	return phrase.Has(words, "it", "that", "this", "those", "they")
}

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
