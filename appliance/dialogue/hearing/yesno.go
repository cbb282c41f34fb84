package hearing

import "slices"

// Reply is the answer to a yes-or-no question.
type Reply int

// The replies.
const (
	Neither Reply = iota // something else was said
	Yes
	No
)

var (
	yesWords = set(`yes yeah yep yup yea ya yah sure correct right okay exactly absolutely definitely certainly affirmative indeed fine perfect uhhuh mhm
		please good true aye totally alright`)
	noWords = set(`no nope nah negative incorrect wrong never not nay`)
	// yesPhrases and noPhrases are tried before the single words.
	yesPhrases = compile(1, "that is|would|will be? right|correct|fine|good|great|it|perfect|okay", "you got it", "sounds good|right|great|fine", "go ahead", "of course",
		"i do|would|did|am", "it is", "that works", "please do", "why not", "no problem", "not a problem", "no that is right|correct|fine|okay|good", "you can", "yes", "i guess so", "i think so", "all right|good")
	noPhrases = compile(1, "not right|correct|really|exactly|quite|that|now|today|yet|necessary|needed|at all", "that is|was not", "it is not", "i do not", "no thanks|thank", "do not", "no need",
		"not urgent", "no rush|hurry", "is wrong", "got it wrong", "i would not|rather not", "i am good|fine|okay|all", "change that|it", "that is wrong|incorrect", "rather not", "please do not", "that is all")
)

// YesNo reads the answer to a yes-or-no question. A clear first word counts more than what follows it ("no, that's right" after a wrong
// word is rare and left to asking again).
func YesNo(words []string) Reply {
	if len(words) == 0 {
		return Neither
	}
	u := tagged{words: words}
	_, no := bestOf(noPhrases, u)
	_, yes := bestOf(yesPhrases, u)
	first := skipFillers(words)
	switch {
	case first != "" && noWords[first] && !(yes && slices.Contains([]string{"problem"}, second(words))) && !has(words, "correct", "fine"):
		return No
	case first == "yes" || first == "yeah" || first == "yep" || first == "yup" || first == "correct" || first == "sure":
		if no && len(words) <= 4 && has(words, "not") {
			return No
		}
		return Yes
	case no:
		return No
	case yes:
		return Yes
	case len(words) <= 4 && slices.ContainsFunc(words, func(w string) bool { return noWords[w] }):
		return No
	case len(words) <= 4 && slices.ContainsFunc(words, func(w string) bool { return yesWords[w] }):
		return Yes
	}
	return Neither
}

func second(words []string) string {
	if len(words) > 1 {
		return words[1]
	}
	return ""
}

func has(words []string, any ...string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return slices.Contains(any, w) })
}

// skipFillers returns the first word that is no hesitation.
func skipFillers(words []string) string {
	for _, w := range words {
		switch w {
		case "um", "uh", "er", "erm", "oh", "well", "ah", "hmm", "so", "and", "actually":
			continue
		}
		return w
	}
	return ""
}
