package en

import (
	"slices"

	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/language/phrase"
)

var (
	yesWords = phrase.NewSet(`yes yeah yep yup yea ya yah sure correct right okay exactly absolutely definitely certainly affirmative
		indeed fine perfect uhhuh mhm please good true aye totally alright`)
	noWords = phrase.NewSet(`no nope nah negative incorrect wrong never not nay`)
	// yesPhrases and noPhrases are tried before the single words.
	yesPhrases = phrase.Compile("that is|would|will be? right|correct|fine|good|great|it|perfect|okay", "you got it",
		"sounds good|right|great|fine", "go ahead", "^ oh? go on then?", "of course",
		"i do|would|did|am $", "^ it is yeah|yes|aye|really|very|quite", "^ it is $",
		"i do|would like|love|want|agree that|to|it? $", "it is urgent|important|indeed? $", "that works", "please do",
		"why not", "no problem", "not a problem", "no that is right|correct|fine|okay|good", "you can", "yes", "i guess so", "i think so",
		"all right|good")
	noPhrases = phrase.Compile("not right|correct|really|exactly|quite|that|now|today|yet|necessary|needed|at all", "that is|was not",
		"it is not", "i do not", "no thanks|thank", "do not", "no need",
		"not urgent", "no rush|hurry", "is wrong", "got it wrong", "i would not|rather not", "i am good|fine|okay|all", "change that|it",
		"that is wrong|incorrect", "rather not", "please do not", "that is all")
)

// leading are a yes or no at the beginning of an answer, whatever follows, and what may stand before them.
var leading = phrase.NewSet(`no nope nah yes yeah yep yup yea aye eh oh um uh er erm`)

// LeadingReply implements [language.Replies].
func (Language) LeadingReply(word string) bool { return leading[word] }

var (
	denies = phrase.Compile("^ and|but|so? not a|an|the|for|about|like|my|our|that|this|those|these|one",
		"^ and|but|so? i|we do|did not mean|want|need|say|ask", "^ and|but|so? i|we am|are not asking|after|talking|looking|interested",
		"^ and|but|so? it|that|this is not a|an|the|for|about")
	// deniesAnswered are the same in an answer.
	deniesAnswered = phrase.Compile("^ and|but|so? not|no|never", "^ it|that|this|he|she|they|i is|was|am|are|did|do|does|would not $",
		"^ it|that|this is|was not what|that|it|right|my|me")
	// deniesNot are the beginnings that deny nothing: "not sure", "no hot water".
	deniesNot = phrase.Compile("^ not sure|certain|yet|only|just|long|working|if|because", "^ no idea|clue|problem|worries|matter")
)

// Denies implements [language.Replies].
func (Language) Denies(words []string, answered bool) bool {
	return !deniesNot.In(words) && (denies.In(words) || answered && deniesAnswered.In(words))
}

// YesNo reads the answer to a yes-or-no question. A clear first word counts more than what follows it ("no, that's right" after a wrong
// word is rare and left to asking again).
func (Language) YesNo(words []string) language.Reply {
	if len(words) == 0 {
		return language.Neither
	}
	no, yes := noPhrases.In(words), yesPhrases.In(words)
	first := skipFillers(words)
	switch {
	case first != "" && noWords[first] && !(yes && slices.Contains([]string{"problem"}, second(words))) && !phrase.Has(words, "correct",
		"fine"):
		return language.No
	case first == "yes" || first == "yeah" || first == "yep" || first == "yup" || first == "correct" || first == "sure":
		if no && len(words) <= 4 && phrase.Has(words, "not") {
			return language.No
		}
		return language.Yes
	case no:
		return language.No
	case yes:
		return language.Yes
	case len(words) <= 4 && slices.ContainsFunc(words, func(w string) bool { return noWords[w] }):
		return language.No
	case len(words) <= 4 && slices.ContainsFunc(words, func(w string) bool { return yesWords[w] }):
		return language.Yes
	}
	return language.Neither
}

// replySlips are words that are written for a yes or no where it is said alone.
var replySlips = map[string]string{
	"know": "no", "knew": "no", "noh": "no", "nose": "no", "yet": "yes", "yas": "yes", "years": "yes", "guess": "yes", "yeast": "yes",
}

// replyWords are the words that say yes or no by themselves.
var replyWords = phrase.NewSet(`yes no yeah nope correct right wrong incorrect exactly absolutely definitely certainly`)

// ReplyHeard implements [language.Replies].
func (Language) ReplyHeard(word string) string {
	return language.ReplyHeard(word, replySlips, replyWords)
}

func second(words []string) string {
	if len(words) > 1 {
		return words[1]
	}
	return ""
}

var (
	refusals = phrase.Compile("rather|prefer not", "not ... say|tell|give|share|have|necessary|want", "no name|number|phone",
		"none of your", "anonymous|anonymously", "skip", "^ no|nope $", "no thanks|thank", "private", "do not have one|a|any")
	thisNumber = phrase.Compile("this|same number|one|phone", "number|one i|we am|are ... on|from", "calling|ringing|phoning from",
		"you have my|it", "this one|number", "the one ... calling|called|ringing")
)

// Refuses says whether the caller does not want to tell what was asked.
func (Language) Refuses(words []string) bool { return refusals.In(words) }

// ThisNumber says whether the caller means the number he is calling from.
func (Language) ThisNumber(words []string) bool { return thisNumber.In(words) }

var messageWords = phrase.NewSet(`message messages leave take call calls called back phone number return returning voicemail note give
	ring contact reach callback pass doctor mister missus miss office speak talk name is are someone somebody anyone later soon tomorrow
	today possible hello please dentist lawyer plumber attorney`)

// SaysWhy says whether a turn that asks for a message also tells what it is about.
func (l Language) SaysWhy(text string) bool {
	words := l.Words(text)
	if phrase.Has(words, "about", "regarding", "because", "concerning") {
		return len(words) > 5
	}
	n := 0
	for _, w := range words {
		if !stopWords[w] && !messageWords[w] && !language.AllDigits(w) {
			n++
		}
	}
	return n >= 4
}

// questionLeast is the fewest words of a question that can stand for itself on a list.
const questionLeast = 4

// WholeQuestion reports whether words begin as a question and are enough of one to be answered by somebody who reads them later.
func (Language) WholeQuestion(words []string) bool {
	if len(words) < questionLeast {
		return false
	}
	switch words[0] {
	case "do", "does", "did", "can", "could", "is", "are", "was", "will", "would", "have", "has", "may", "should",
		"what", "where", "who", "how", "when", "which", "why", "whose":
		return true
	}
	return false
}
