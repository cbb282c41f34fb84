package language

import "strings"

// deniedMost is the longest clause, in words, that only denies something.
const deniedMost = 8

// leftWords is how many words with meaning must be left of what was said once what it denies is taken off.
const leftWords = 2

// leftAnswer is how many words of an answer will do, if one of them has meaning: "I just want it gone".
const leftAnswer = 4

// Asserted is what text wants without what it only denies: "no, not a pet, it's for my husband" is "it's for my husband". Read with the
// rest, a denied thing is taken for the thing that is wanted. With answers the text answers a question, and the yes or no at its beginning
// is taken off as well. It is text itself where hardly anything would be left.
func Asserted(l Language, text string, answers bool) string {
	var kept []string
	parts := Parts(text)
	if answers && len(parts) > 1 && meaningOf(l, l.Words(parts[0])) == 0 && beginsWithReply(l, parts[1]) {
		parts = parts[1:] // an outcry: "what? no, …"
	}
	for _, c := range parts {
		if len(kept) == 0 && answers {
			if c = behindReply(l, c); c == "" {
				continue
			}
		}
		if answers {
			if rest := l.WithoutLead(c); strings.TrimSpace(rest) != "" {
				c = rest
			}
		}
		words := l.Words(c)
		if len(words) <= deniedMost && (l.Denies(words, answers) || answers && l.DeniesEmergency(words)) ||
			answers && len(kept) == 0 && plainReply(l, words) {
			continue
		}
		kept = append(kept, strings.TrimSpace(c))
	}
	rest := strings.Join(kept, " ")
	if words := l.Words(rest); meaningOf(l, words) < leftWords && (!answers || len(words) < leftAnswer || meaningOf(l, words) == 0) {
		return text
	}
	return rest
}

// meaningOf counts the words that carry meaning by themselves.
func meaningOf(l Language, words []string) (n int) {
	for _, w := range words {
		if !l.StopWord(w) {
			n++
		}
	}
	return n
}

// ReplyIn is the yes or no of an answer, also behind an outcry: "what? no, I'm hiring a boat".
func ReplyIn(l Language, text string) Reply {
	if r := l.YesNo(l.Words(text)); r != Neither {
		return r
	}
	clauses := Parts(text)
	for i, c := range clauses {
		words := l.Words(c)
		if r := l.YesNo(words); i > 0 && r != Neither && len(words) <= replyMost {
			return r
		}
		if meaningOf(l, words) > 0 {
			break
		}
	}
	return Neither
}

// replyMost is the longest clause, in words, that is only a yes or no: "yes I would", "no it's not".
const replyMost = 4

func plainReply(l Language, words []string) bool {
	return len(words) <= replyMost && l.YesNo(words) != Neither
}

func beginsWithReply(l Language, clause string) bool {
	words := l.Words(clause)
	return len(words) > 0 && l.LeadingReply(words[0])
}

// behindReply is a clause without the words at its beginning that are a yes or no each; "" where there are no others.
func behindReply(l Language, clause string) string {
	fields := strings.Fields(clause)
	for len(fields) > 0 {
		w := l.Words(fields[0])
		if len(w) != 1 || !l.LeadingReply(w[0]) {
			break
		}
		fields = fields[1:]
	}
	return strings.Join(fields, " ")
}

// WithoutReply is an answer without the yes or no that it begins with, where a mark stands behind that: "Yes, two hundred pounds"; nor does
// "Yes, but call us first" leave its "but".
func WithoutReply(l Reader, text string) string {
	at := strings.IndexAny(text, ",.;!–")
	if at < 0 {
		return text
	}
	rest := strings.TrimLeft(text[at:], " ,.;!–")
	if words := l.Words(text[:at]); len(words) != 1 || !l.LeadingReply(words[0]) || rest == "" {
		return text
	}
	if first, behind, ok := strings.Cut(rest, " "); ok && l.Conjunction(strings.ToLower(first)) {
		rest = behind
	}
	return Capital(rest)
}
