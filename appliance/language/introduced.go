package language

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"frontdesk.internal/appliance/language/phrase"
)

// Introduced finds the name with which a caller introduces himself in a text that has no capitals to tell names by: behind words that say
// so, or first of all. Its first word must be a usual first name.
func (r *NameReader) Introduced(text string, intro *regexp.Regexp) (n Name, ok bool) {
	if strings.ContainsFunc(text, unicode.IsUpper) {
		return Name{}, false
	}
	for _, at := range intro.FindAllStringIndex(text, -1) {
		if words := r.leading(text[at[1]:], true); len(words) > 1 {
			return Name{Text: strings.Join(r.small(words), " ")}, true
		}
	}
	rest := r.bare(text)
	if words := r.leading(rest, false); len(words) > 1 {
		return Name{Text: strings.Join(r.small(words), " ")}, true
	}
	return Name{}, false
}

// leading is the name by which a text begins: a usual first name and a last name, which led by other words need not be known.
func (r *NameReader) leading(text string, led bool) []string {
	words, rest, ok := r.words(text, true)
	if !ok || !r.Book.First(words[0]) && !r.Title(strings.ToLower(words[0])) {
		return nil
	}
	n := 1
	for n < len(words) && n < introducedMost && (r.Book.Known(words[n]) || r.Particle[strings.ToLower(words[n])]) {
		n++
	}
	behind := strings.Fields(rest)
	closed := len(behind) == 0 || r.Joins[strings.Trim(behind[0], ",.")] || r.Drop[strings.Trim(behind[0], ",.")]
	if !led && !closed { // "anna berger has told me": somebody else
		return nil
	}
	if n == 1 && led && len(words) == 2 && closed {
		n = 2
	}
	return words[:n]
}

// introducedMost is the most words of such a name.
const introducedMost = 3

// pair finds a first and a last name that are both known behind something else that was said: "I told you, Ruth Egger". What was said
// before stands before what is said behind.
func (r *NameReader) pair(text string) (n Name, ok bool) {
	all := wordsOf(text)
	for i := 0; i+1 < len(all); i++ {
		a, b := all[i], all[i+1]
		if i == 0 || a.ends || !r.Book.First(a.text) || !r.Book.Known(b.text) || r.Ends(a.low) || r.Ends(b.low) {
			continue
		}
		n, ok = r.plain(text[a.from:], true)
		n.Remark = remark(r.bare(text[:a.from]), n.Remark)
		return n, ok
	}
	return Name{}, false
}

// once is a name without the words of it that were said twice: "Kaufmann, Brigitte Kaufmann".
func once(name string) string {
	words := strings.Fields(name)
	var out []string
	for i, w := range words {
		later := slices.ContainsFunc(words[i+1:], func(x string) bool { return strings.EqualFold(x, w) })
		before := slices.ContainsFunc(out, func(x string) bool { return strings.EqualFold(x, w) })
		if before || later && i == 0 && len(words) > 2 && !strings.EqualFold(words[1], w) && !halves(words) {
			continue
		}
		out = append(out, w)
	}
	return strings.Join(out, " ")
}

// halves says whether the second half of some words is the first once more: "Ruth Egger Ruth Egger".
func halves(words []string) bool {
	n := len(words) / 2
	return len(words)%2 == 0 && slices.EqualFunc(words[:n], words[n:], strings.EqualFold)
}

// greetedMost is the most words of a name that stands by itself in a clause.
const greetedMost = 3

// AfterGreeting finds a name that stands by itself between marks, first of all or behind words that only greet: "Ja, Hofer, guten Tag",
// "Hi, Sheila Gannon, I was in last week". It must be usual in one of its words, and something must be said with it.
func (r *NameReader) AfterGreeting(text string, greets phrase.Set) (n Name, ok bool) {
	clauses := strings.FieldsFunc(text, func(c rune) bool { return strings.ContainsRune(",.;!?–", c) })
	for i, clause := range clauses {
		words := NameWords(clause)
		if len(words) == 0 || greets.All(r.Words(clause)) {
			continue
		}
		if i+1 < len(clauses) && len(words) == 1 { // "Berger, Anna Berger"
			if whole := strings.Fields(clauses[i+1]); len(whole) == 2 && strings.EqualFold(whole[1], words[0]) {
				clause = clauses[i+1]
				words = NameWords(clause)
			}
		}
		if len(clauses) == 1 || len(words) > greetedMost || !r.standsForName(strings.Fields(clause)) {
			return Name{}, false
		}
		return Name{Text: strings.Join(words, " ")}, true
	}
	return Name{}, false
}

// standsForName says whether all of these words may be a name, a title before it, and one of them is a usual one.
func (r *NameReader) standsForName(words []string) bool {
	if r.Title(strings.ToLower(words[0])) {
		words = words[1:]
	}
	for _, w := range words {
		if low := strings.ToLower(w); !unicode.IsUpper([]rune(w)[0]) && !r.Particle[low] || r.Ends(low) || len(r.Words(w)) > 1 { // "It's"
			return false
		}
	}
	return slices.ContainsFunc(words, r.Book.Known)
}
