package knowledge

import (
	"math"
	"slices"

	"frontdesk.internal/appliance/language"
)

// Scores below these are no match.
const (
	leastMention = 0.4  // part of a name, when it is the best there is
	leastFurther = 0.55 // the same when something else was named already
	fullMention  = 0.75 // as good as the whole name
	sameScore    = 0.06 // closer than this, two items are equally likely
)

// Mention is a place in what was said that names items of one kind.
type Mention struct {
	Items []int   // indexes into the profile's list, best first; more than one means that it is not clear which
	Score float64 // 0…1; 1 = a whole name, word for word
	At    []int   // positions of the words that were used, ascending
}

// Ambiguous says that more than one item fits equally well.
func (m Mention) Ambiguous() bool { return len(m.Items) > 1 }

// Index finds the items of one profile by the words that callers use. It is read only after NewIndex and safe for concurrent use.
type Index struct {
	lang                             language.Language
	services, staff, roles, holidays table
	answers                          table
	emergency                        [][]string
	names                            map[string]bool // words of the staff's names
}

// NewIndex prepares b for finding. b must not be changed afterwards.
func NewIndex(b *Business) *Index {
	x := &Index{lang: b.Speech(), names: map[string]bool{}}
	for _, t := range x.tables() {
		t.lang = x.lang
	}
	for i, s := range b.Services {
		if n := len(x.services.phrases); x.services.add(i, s.Name) {
			x.services.phrases[n].main = true
		}
		for _, a := range s.Also {
			x.services.add(i, a)
		}
	}
	for i, p := range b.Staff {
		for _, w := range x.lang.Words(p.Name) {
			x.names[w] = true
		}
		for _, form := range slices.Concat(x.lang.NameForms(p.Name), p.Also) {
			x.staff.add(i, form)
		}
		x.roles.add(i, p.Role)
	}
	for i, h := range b.Holidays {
		x.holidays.add(i, h.Name)
	}
	for i, a := range b.Answers {
		x.answers.addQuestion(i, a.Question)
		for _, q := range a.Also {
			x.answers.addQuestion(i, q)
		}
		for _, e := range b.Learned {
			if e.Means == "answer:"+a.Question {
				x.answers.addQuestion(i, e.Text)
			}
		}
	}
	for _, w := range b.Emergency.Words {
		if ws := x.lang.Words(w); len(ws) > 0 {
			x.emergency = append(x.emergency, ws)
		}
	}
	x.staff.exact = true
	for _, t := range x.tables() {
		t.weigh()
	}
	return x
}

// Language returns the language in which the profile is written.
func (x *Index) Language() language.Language { return x.lang }

func (x *Index) tables() []*table {
	return []*table{&x.services, &x.staff, &x.roles, &x.holidays, &x.answers}
}

// Services finds the services named in words, in the order in which they were said.
func (x *Index) Services(words []string) []Mention { return x.services.mentions(words, leastMention) }

// Staff finds the people named in words. Titles alone name nobody.
func (x *Index) Staff(words []string) []Mention { return x.staff.mentions(words, 0.6) }

// Roles finds the people whose role is named in words: "the lawyer". Everybody with the same role is in Items.
func (x *Index) Roles(words []string) []Mention { return x.roles.mentions(words, 0.5) }

// Holidays finds the profile's holidays named in words.
func (x *Index) Holidays(words []string) []Mention { return x.holidays.mentions(words, fullMention) }

// Answers returns the answers to which words may be the question, best first, with scores of at least least.
func (x *Index) Answers(words []string, least float64) []Mention {
	content := contentAt(x.lang, words)
	best := map[int]Mention{}
	said := x.answers.listen(words)
	for _, p := range x.answers.phrases {
		recall, at := x.answers.score(p, said, nil)
		if recall == 0 {
			continue
		}
		hit := 0
		for _, c := range content {
			if slices.Contains(at, c) {
				hit++
			}
		}
		precision := 0.0
		if len(content) > 0 {
			precision = float64(hit) / float64(len(content))
		}
		s := recall * (0.6 + 0.4*precision)
		if m, ok := best[p.item]; s >= least && (!ok || s > m.Score) {
			best[p.item] = Mention{Items: []int{p.item}, Score: s, At: at}
		}
	}
	var out []Mention
	for i := range x.answers.items {
		if m, ok := best[i]; ok {
			out = append(out, m)
		}
	}
	slices.SortStableFunc(out, func(a, b Mention) int { return compareFloat(b.Score, a.Score) })
	return out
}

// Emergency says whether words hold one of the owner's emergency words, in any order close together and not negated, and which
// words they are.
func (x *Index) Emergency(words []string) (at []int, ok bool) {
	for _, phrase := range x.emergency {
		if at, ok := x.near(phrase, words); ok && !x.lang.Negated(words, at[0]) {
			return at, true
		}
	}
	return nil, false
}

// telling returns the words of phrase that must be said, and within how many words of the first: those with a meaning of their own.
// Where there is only one, the word beside it belongs to it: somebody "not moving" is no emergency by "moving" alone.
func (x *Index) telling(phrase []string) (words []string, within int) {
	at := contentAt(x.lang, phrase)
	switch {
	case len(phrase) < 2 || len(at) == 0:
		return phrase, len(phrase) + 3
	case len(at) > 1:
		for _, k := range at {
			words = append(words, phrase[k])
		}
		return words, len(phrase) + 3
	}
	i := at[0]
	for _, k := range []int{i - 1, i + 1, i - 2, i + 2} {
		if k >= 0 && k < len(phrase) && !x.lang.Grammatical(phrase[k]) {
			return []string{phrase[i], phrase[k]}, 2
		}
	}
	return phrase[i : i+1], 2
}

// near finds what tells of phrase within a few words of each other.
func (x *Index) near(phrase, words []string) ([]int, bool) {
	var at []int
	telling, within := x.telling(phrase)
	for _, p := range telling {
		found := -1
		for i, w := range words {
			// Mr. Brandt is no fire, however alike the words sound.
			if !slices.Contains(at, i) && (w == p || !x.names[w]) && x.lang.Alike(w, p) >= 0.85 && (len(at) == 0 || abs(i-at[0]) <= within) {
				found = i
				break
			}
		}
		if found < 0 {
			return nil, false
		}
		at = append(at, found)
	}
	slices.Sort(at)
	return at, len(at) > 0
}

// Unknown returns those of words that carry meaning but are neither at the positions used nor among known.
func (x *Index) Unknown(words []string, used []int, known map[string]bool) []string {
	var out []string
	for _, i := range contentAt(x.lang, words) {
		if !slices.Contains(used, i) && !known[words[i]] {
			out = append(out, words[i])
		}
	}
	return out
}

func contentAt(l language.Language, words []string) []int {
	var at []int
	for i, w := range words {
		if !l.StopWord(w) {
			at = append(at, i)
		}
	}
	return at
}

// table is the phrases that name the items of one list.
type table struct {
	lang    language.Language
	phrases []phrase
	items   int
	words   []string // that the phrases are made of, each once
	weight  []float64
	exact   bool // names: no stems, parking is not Mr. Park
}

type phrase struct {
	item int
	toks []string
	at   []int // of each, its place in the table's words
	main bool  // the item's own name
}

// saying is what was said, and how much each word of it is like each word of a table: they are compared once, however many phrases
// hold them.
type saying struct {
	words []string
	alike [][]float64 // by the place in the table's words, then by that in words
}

// listen compares words with those of the table.
func (t *table) listen(words []string) saying {
	s := saying{words: words, alike: make([][]float64, len(t.words))}
	all := make([]float64, len(t.words)*len(words))
	for k, w := range t.words {
		s.alike[k], all = all[:len(words):len(words)], all[len(words):]
		for i, said := range words {
			s.alike[k][i] = t.alike(said, w)
		}
	}
	return s
}

// add enters a name of an item; it reports false when the name has no words.
func (t *table) add(item int, text string) bool {
	toks := t.lang.Words(text)
	t.addTokens(item, toks)
	for i := 0; i+1 < len(toks); i++ { // "check up" is also "checkup"
		if len(toks[i])+len(toks[i+1]) <= 12 && !t.lang.StopWord(toks[i]) && (!t.lang.StopWord(toks[i+1]) || t.lang.Particle(toks[i+1])) {
			joined := slices.Concat(toks[:i], []string{toks[i] + toks[i+1]}, toks[i+2:])
			t.addTokens(item, joined)
		}
	}
	return len(toks) > 0
}

// addQuestion adds the words of a question that carry its meaning.
func (t *table) addQuestion(item int, text string) {
	words := t.lang.Words(text)
	var toks []string
	for _, i := range contentAt(t.lang, words) {
		toks = append(toks, words[i])
	}
	if len(toks) == 0 {
		toks = words
	}
	t.addTokens(item, toks)
}

func (t *table) addTokens(item int, toks []string) {
	t.items = max(t.items, item+1)
	if len(toks) > 0 {
		t.phrases = append(t.phrases, phrase{item: item, toks: toks})
	}
}

// weigh gives words that name many items little weight, and those that name nothing by themselves less.
func (t *table) weigh() {
	in := map[string]map[int]bool{}
	for _, p := range t.phrases {
		for _, w := range p.toks {
			k := t.lang.Root(w)
			if in[k] == nil {
				in[k] = map[int]bool{}
			}
			in[k][p.item] = true
		}
	}
	places := map[string]int{}
	for n, p := range t.phrases {
		t.phrases[n].at = make([]int, len(p.toks))
		for i, w := range p.toks {
			k, known := places[w]
			if !known {
				k = len(t.words)
				places[w], t.words = k, append(t.words, w)
			}
			t.phrases[n].at[i] = k
			if known {
				continue
			}
			v := 1 / math.Sqrt(float64(len(in[t.lang.Root(w)])))
			switch {
			case t.lang.Title(w), t.lang.StopWord(w):
				v = 0.15
			case t.lang.LightWord(w):
				v *= 0.4
			}
			t.weight = append(t.weight, v)
		}
	}
}

// score says how much of p was said, and where. Words at positions in taken do not count.
func (t *table) score(p phrase, said saying, taken []int) (float64, []int) {
	words := said.words
	if len(p.toks) == 1 && t.lang.StopWord(p.toks[0]) {
		return t.articled(p.toks[0], words, taken)
	}
	sum, total, content, head := 0.0, 0.0, false, false
	var at []int
	for k, tok := range p.toks {
		w, alike := t.weight[p.at[k]], said.alike[p.at[k]]
		total += w
		best, where := 0.0, []int(nil)
		for i := range words {
			if slices.Contains(taken, i) || slices.Contains(at, i) {
				continue
			}
			s := alike[i]
			if s > best || (s > 0 && s == best && len(at) > 0 && abs(i-at[len(at)-1]) < abs(where[0]-at[len(at)-1])) {
				best, where = s, []int{i}
			}
			if i+1 < len(words) && best < 1 && len(tok) >= 6 && !slices.Contains(taken, i+1) && words[i]+words[i+1] == tok {
				best, where = 1, []int{i, i + 1}
			}
		}
		if best > 0 {
			sum += best * w
			at = append(at, where...)
			content = content || (!t.lang.Title(tok) && !t.lang.StopWord(tok))
			head = p.main && k == len(p.toks)-1 && best >= 0.9 && !t.lang.Title(tok) && !t.lang.StopWord(tok) && !t.lang.LightWord(tok)
		}
	}
	if !content || total == 0 {
		return 0, nil
	}
	slices.Sort(at)
	s := sum / total
	if head {
		s = max(s, leastMention+0.02) // "a widget" when there are red and blue ones
	}
	if at[len(at)-1]-at[0] > len(p.toks)+3 {
		s *= 0.7
	}
	return s, at
}

// articled finds a name that is also an everyday word, such as "will", only where an article makes it a noun.
func (t *table) articled(name string, words []string, taken []int) (float64, []int) {
	for i, w := range words {
		if w == name && !slices.Contains(taken, i) && t.lang.Noun(words, i) {
			return 1, []int{i}
		}
	}
	return 0, nil
}

func (t *table) alike(said, want string) float64 {
	switch {
	case t.exact:
		return t.lang.AlikeName(said, want)
	case t.lang.Synonym(said) == t.lang.Synonym(want):
		return 1
	case t.lang.StopWord(said):
		return 0
	}
	return t.lang.Alike(said, want)
}

// mentions finds what is named, taking the best first and then what the other words name.
func (t *table) mentions(words []string, least float64) []Mention {
	var out []Mention
	var taken []int
	said := t.listen(words)
	for n := range 4 { // nobody asks for more in one breath
		if n > 0 {
			least = max(least, leastFurther)
		}
		m, ok := t.best(said, taken, least)
		if !ok {
			break
		}
		out = append(out, m)
		taken = append(taken, m.At...)
	}
	slices.SortStableFunc(out, func(a, b Mention) int { return a.At[0] - b.At[0] })
	return out
}

// best returns the items that fit best.
func (t *table) best(said saying, taken []int, least float64) (Mention, bool) {
	type hit struct {
		score float64
		at    []int
	}
	hits := make([]hit, t.items)
	better := func(a, b hit) bool {
		// More of what was said explained wins over a shorter name that was said whole.
		return a.score > b.score+sameScore || (a.score > b.score-sameScore && len(a.at) > len(b.at)) ||
			(len(a.at) == len(b.at) && a.score > b.score)
	}
	top := hit{}
	for _, p := range t.phrases {
		s, at := t.score(p, said, taken)
		if s < least {
			continue
		}
		h := hit{s, at}
		if hits[p.item].at == nil || better(h, hits[p.item]) {
			hits[p.item] = h
		}
		if top.at == nil || better(h, top) {
			top = h
		}
	}
	if top.at == nil {
		return Mention{}, false
	}
	m := Mention{Score: top.score, At: top.at}
	for i, h := range hits {
		if h.at != nil && h.score > top.score-sameScore && slices.Equal(h.at, top.at) {
			m.Items = append(m.Items, i)
		}
	}
	return m, len(m.Items) > 0
}

func compareFloat(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}
