package language

import (
	"regexp"
	"slices"
	"strings"

	"frontdesk.internal/appliance/language/phrase"
)

// Withdrawal is how callers say that they want no message any more. It is read only.
type Withdrawal struct {
	Sure    [][]string     // says it wherever it begins a clause: "forget it"
	First   [][]string     // says it only at the beginning: "cancel that"
	Refuses phrase.Phrases // says it anywhere, where it ends the clause or one of Follows comes behind: "I don't want to leave a message"
	Follows phrase.Set     // what may come behind in the same clause
	Before  phrase.Set     // words without meaning before it
	Keeps   phrase.Phrases
	Words   func(text string) []string
}

// clauses cuts a text at its marks.
var clauseEnds = regexp.MustCompile(`[.,;!?:–—]+(?:\s+|$)|\s+-+\s+`)

// Parts are the parts of a text between its marks, with the marks.
func Parts(text string) []string {
	var out []string
	for text != "" {
		at := clauseEnds.FindStringIndex(text)
		if at == nil {
			return append(out, text)
		}
		out, text = append(out, text[:at[1]]), text[at[1]:]
	}
	return out
}

// Find looks for a withdrawal in a text and returns what else is said behind it.
func (d Withdrawal) Find(text string) (rest string, ok bool) {
	parts := Parts(text)
	first := true
	for i := range parts {
		behind, found := d.in(parts[i], first)
		if !found {
			behind, found = d.refused(parts[i])
		}
		if !found {
			if words := d.Words(parts[i]); !d.Before.All(words) {
				first = false
			}
			continue
		}
		rest = strings.Join(strings.Fields(behind+" "+strings.Join(parts[i+1:], "")), " ")
		if more, again := d.Find(rest); again {
			rest = more
		}
		if d.Keeps.In(d.Words(rest)) {
			return "", false
		}
		return strings.TrimLeft(rest, " ,.;:-–"), true
	}
	return "", false
}

// in looks at the beginning of one clause. behind is what follows in it.
func (d Withdrawal) in(clause string, first bool) (behind string, ok bool) {
	fields := fieldsOf(clause)
	for at := range fields {
		said := clause[fields[at][0]:]
		words := d.Words(said)
		for _, run := range d.runs(first) {
			if len(words) < len(run) || !slices.Equal(words[:len(run)], run) {
				continue
			}
			if len(words) == len(run) {
				return "", true
			}
			if d.Follows[words[len(run)]] {
				return cutWords(said, len(words)-len(run), d.Words), true
			}
		}
		if ws := d.Words(clause[fields[at][0]:fields[at][1]]); !d.Before.All(ws) {
			return "", false
		}
	}
	return "", false
}

// refused looks anywhere in one clause.
func (d Withdrawal) refused(clause string) (behind string, ok bool) {
	words := d.Words(clause)
	end := d.Refuses.End(words, func(end int) bool { return end == len(words) || d.Follows[words[end]] })
	if end < 0 {
		return "", false
	}
	return cutWords(clause, len(words)-end, d.Words), true
}

func (d Withdrawal) runs(first bool) [][]string {
	if first {
		return append(slices.Clone(d.Sure), d.First...)
	}
	return d.Sure
}

// cutWords is the end of a text that has n words.
func cutWords(text string, n int, words func(string) []string) string {
	for _, f := range fieldsOf(text) {
		if rest := text[f[0]:]; len(words(rest)) <= n {
			return rest
		}
	}
	return ""
}

// Runs makes word runs of texts, one a line: "a|b c" are "a c" and "b c", "x?" may be missing.
func Runs(lines string) [][]string {
	var out [][]string
	for line := range strings.SplitSeq(lines, "\n") {
		runs := [][]string{nil}
		for f := range strings.FieldsSeq(line) {
			f, optional := strings.CutSuffix(f, "?")
			var next [][]string
			for _, r := range runs {
				if optional {
					next = append(next, r)
				}
				for w := range strings.SplitSeq(f, "|") {
					next = append(next, append(slices.Clone(r), w))
				}
			}
			runs = next
		}
		for _, r := range runs {
			if len(r) > 0 {
				out = append(out, r)
			}
		}
	}
	// The longest first: "forget it please" is not "forget it" and a rest.
	slices.SortStableFunc(out, func(a, b []string) int { return len(b) - len(a) })
	return out
}

// CallTimes is how callers say when they want to be called. The first group of each expression is the time. It is read only.
type CallTimes struct {
	Said  []*regexp.Regexp // with words that speak of a call
	Alone *regexp.Regexp   // at the beginning, as a wish of its own: "and today, please"; nil = there is none
	Loose *regexp.Regexp   // without, where a telephone number is given
	Joins *regexp.Regexp   // what joined it to the rest of the sentence, at the end of what stands before
	Digit *regexp.Regexp   // a digit that is spoken, at the beginning of what stands behind
}

// Find returns the time and the text without it; "" when the text names none.
func (t CallTimes) Find(text string, loose bool) (when, rest string) {
	list := t.Said
	if t.Alone != nil {
		list = append(slices.Clone(list), t.Alone)
	}
	spoken := len(list)
	if loose {
		list = append(slices.Clone(list), t.Loose)
	}
	for i, re := range list {
		for _, at := range re.FindAllStringSubmatchIndex(text, -1) {
			if after := strings.TrimLeft(text[at[1]:], " ,-"); after != "" && after[0] >= '0' && after[0] <= '9' || t.Digit.MatchString(after) {
				continue // it goes on as a telephone number
			}
			before := strings.TrimRight(t.Joins.ReplaceAllString(text[:at[0]], ""), " ,;:-–")
			after := strings.TrimLeft(text[at[1]:], " ,.;:-–!")
			if i == spoken && before != "" && len(strings.Fields(after)) > 2 {
				continue // in the middle of a sentence, and of no call: "if that is not done by Friday, I …"
			}
			when = strings.Trim(text[at[2]:at[3]], " ,.")
			switch {
			case before == "":
				return when, after
			case after == "":
				return when, ended(before)
			}
			return when, ended(before) + " " + after
		}
	}
	return "", text
}

func ended(s string) string {
	if strings.ContainsAny(s[len(s)-1:], ".!?") {
		return s
	}
	return s + "."
}
