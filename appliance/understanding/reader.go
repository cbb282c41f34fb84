package understanding

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/record"
)

// Reader reads utterances against one profile. Safe for concurrent use.
type Reader struct {
	biz   *knowledge.Business
	index *knowledge.Index
	lang  language.Language
	zone  *time.Location
	head  *Head
	embed Embedder // nil: by words alone
	book  *book    // nil: by words alone

	ranker Ranker // nil: none

	lessons []lesson // what the owner has told of turns

	noService, noAnswer int // a service and an answer that are left out, from 1; 0 for none

	soldWords, toldWords *vocabulary  // of the services and the answers
	questions            [][][]string // of each answer, the words of its questions
}

// NewReader returns a reader for b, which must not change afterwards, that reads by words alone. h is a head for words alone.
func NewReader(b *knowledge.Business, lang language.Language, h *Head) *Reader {
	r := &Reader{biz: b, index: knowledge.NewIndex(b), lang: lang, zone: b.Location(), head: h, lessons: learn(b, lang)}
	r.soldWords, r.toldWords = newVocabulary(lang), newVocabulary(lang)
	for _, s := range b.Services {
		r.soldWords.add(append([]string{s.Name}, s.Also...), s.Description)
	}
	for _, a := range b.Answers {
		r.toldWords.add(append([]string{a.Question}, a.Also...), a.Reply)
		var asked [][]string
		for _, q := range append([]string{a.Question}, a.Also...) {
			asked = append(asked, lang.Words(q))
		}
		r.questions = append(r.questions, asked)
	}
	return r
}

// NewMeaningReader returns a reader for b that reads by meaning too. It embeds what b says of itself, which takes some seconds;
// progress, if not nil, is told how much of it is done, 0…1. h is a head for the models of e. own makes the vectors of the
// profile's texts, by the same models, and may keep them; nil = e does.
func NewMeaningReader(ctx context.Context, b *knowledge.Business, lang language.Language, h *Head, e, own Embedder,
	progress func(float64)) (*Reader, error) {
	r := NewReader(b, lang, h)
	var err error
	if r.book, err = makeBook(ctx, b, lang, cmp.Or(own, e), e, h, r.lessons, progress); err != nil {
		return nil, err
	}
	r.embed = e
	return r, nil
}

// Lacking returns a reader of the same profile without one service or answer, by their places; -1 for none. Who asks for it asks
// for what is not known then.
func (r *Reader) Lacking(service, answer int) *Reader {
	c := *r
	c.noService, c.noAnswer = service+1, answer+1
	return &c
}

// Index returns the profile's index.
func (r *Reader) Index() *knowledge.Index { return r.index }

// Meaning says whether the reader reads by meaning, and not by words alone.
func (r *Reader) Meaning() bool { return r.book != nil }

// See looks at a text in all ways that the candidates need.
func (r *Reader) See(ctx context.Context, text string, now time.Time) (Seen, error) {
	texts := []string{text}
	if ps := r.parts(text); len(ps) > 1 {
		texts = append(texts, ps...)
	}
	texts = texts[:min(len(texts), batch)]
	segs := make([]segment, len(texts))
	for i, t := range texts {
		segs[i] = r.segment(t, now)
	}
	if r.book != nil {
		v, err := r.embed.Embed(ctx, r.lang.Tag(), texts)
		if err == nil && (v.Model != r.head.Model || len(v.Vectors) != len(texts)) {
			err = fmt.Errorf("vectors are of %q, the head is for %q", v.Model, r.head.Model)
		}
		if err != nil {
			return Seen{}, fmt.Errorf("embed what was said: %w", err)
		}
		for i := range segs {
			segs[i].vec = r.head.space.place(v.Vectors[i])
		}
	}
	views := make([]view, len(segs))
	for i, s := range segs {
		views[i] = view{seg: s, logs: r.head.Probe.logs(s.vec, Grams(s.words, s.tags))}
		if i == 0 && r.ranker != nil && s.vec != nil {
			views[i].ranks = r.compare(ctx, views[i]) // the parts are not: each would cost as much again
		}
	}
	return Seen{whole: views[0], parts: views[1:]}, nil
}

// Judge gives each candidate its probability, likeliest first. What is sure by the scorer alone is judged by it alone, whether it
// was compared or not: for most turns the ranker need not be asked.
func (h *Head) Judge(cs []Candidate) []Candidate {
	first := h.first(slices.Clone(cs))
	if h.Ranked == nil || len(cs) == 0 || !cs[0].ranked || h.sure(first) {
		return first
	}
	return judge(h.Ranked, cs)
}

// first judges as if nothing was compared.
func (h *Head) first(cs []Candidate) []Candidate { return judge(&h.Scorer, cs) }

// clearly is the probability from which on nothing need be compared.
const clearly = 0.95

// sure says whether what was judged is clear, or is harm, which is asked about whatever else may be meant.
func (h *Head) sure(cs []Candidate) bool {
	harm := 0.0
	for _, c := range cs {
		if c.Meaning.Intent == Harm || c.Meaning.Intent == Emergency {
			harm += c.P
		}
	}
	return len(cs) > 0 && (harm >= h.Harm || cs[0].P >= clearly)
}

func judge(by *Scorer, cs []Candidate) []Candidate {
	top := math.Inf(-1)
	for i := range cs {
		cs[i].P = by.score(cs[i].Features)
		top = max(top, cs[i].P)
	}
	sum := 0.0
	for i := range cs {
		cs[i].P = math.Exp(cs[i].P - top)
		sum += cs[i].P
	}
	for i := range cs {
		cs[i].P /= sum
	}
	cs = merged(cs)
	slices.SortStableFunc(cs, func(a, b Candidate) int { return compare(b.P, a.P) })
	return cs
}

// Read reads one utterance at the time now. It fails when no vectors can be had; a reader for words alone never does.
func (r *Reader) Read(ctx context.Context, text string, now time.Time) (Reading, error) {
	return r.ReadAfter(ctx, text, now, nil)
}

// ReadAfter is Read for an utterance that follows one that meant before and was answered; nil = none.
func (r *Reader) ReadAfter(ctx context.Context, text string, now time.Time, before *Meaning) (Reading, error) {
	now = now.In(r.zone)
	s, err := r.See(ctx, text, now)
	if err != nil {
		return Reading{}, err
	}
	if before != nil {
		s = s.After(*before)
	}
	return r.Decide(s), nil
}

// seldom is the probability above which a rule of the language may decide what must not be missed; suspected is that below which a
// meaning is not even asked about.
const (
	seldom    = 0.05
	suspected = 0.12
)

// certain is the probability from which on the owner's emergency words are taken at their word.
const certain = 0.5

// decide turns probabilities into what is sure and what is only suspected, by what going wrong would cost.
func (r *Reader) decide(out *Reading, s Seen, cs []Candidate) {
	h := r.head
	total := map[Intent]float64{}
	for _, c := range cs {
		total[c.Meaning.Intent] += c.P
	}
	p := total[Harm] + total[Emergency]
	if r.lang.Endangers(out.Words) && p < h.Harm { // a life in danger must not be missed
		out.Asks = []Ask{{Intent: Harm, Score: max(p, certain), When: out.When, Text: out.Text, Meaning: meaning(Harm)}}
		out.Weak = r.unless(cs, p, s)
		return
	}
	passed := p >= h.Harm && total[Emergency] == 0 && r.namesOnly(out)
	switch {
	case passed:
		cs = harmless(cs)
	case p >= h.Harm:
		i := slices.IndexFunc(cs, func(c Candidate) bool { return c.Meaning.Intent == Harm || c.Meaning.Intent == Emergency })
		a := r.ask(cs[i], s.whole)
		if p < certain {
			a.Intent = Harm // the owner's words were said, but little else speaks for it: it is asked about
		}
		out.Asks = []Ask{a}
		out.Weak = r.unless(cs, p, s)
		return
	}
	if a, ok := r.told(s.whole); ok {
		out.Asks = []Ask{a}
		return
	}
	if i := r.asked(out.Words); i >= 0 {
		m := meaning(Answer)
		m.Answer = i
		out.Asks = []Ask{r.ask(Candidate{Meaning: m, P: 1}, s.whole)}
		return
	}
	if s.after == nil && r.book != nil && r.lang.PriceAlone(out.Words) && len(r.biz.Services) > 0 && len(out.Named.Services) == 0 {
		out.Asks = []Ask{r.ask(Candidate{Meaning: meaning(Price), P: 1}, s.whole)}
		return
	}
	if kind := r.lang.Right(out.Words); kind != "" && cs[0].Meaning.Intent != Privacy && total[Privacy] > seldom {
		// A right must not be missed: where the words speak of one, it is asked back.
		out.Asks = []Ask{{Intent: Privacy, Score: total[Privacy], Right: kind, Text: out.Text, Meaning: meaning(Privacy)}}
		return
	}
	if r.lang.AnyPerson(out.Words) && (total[Person] > seldom || len(out.Words) <= 3) {
		out.Asks = []Ask{r.ask(Candidate{Meaning: meaning(Person), P: max(total[Person], certain)}, s.whole)}
		return
	}
	if r.lang.WantsPerson(out.Words) && (total[Person] > seldom || len(out.Words) <= 3) {
		i := slices.IndexFunc(cs, func(c Candidate) bool { return c.Meaning.Intent == Person })
		out.Asks = []Ask{r.ask(cs[i], s.whole)}
		return
	}
	if len(out.Named.Staff)+len(out.Named.Roles) > 0 {
		cs = joined(cs)
	}
	if r.speaksTo(out) && (total[Person] > seldom || cs[0].Meaning.Intent == Message) {
		i := slices.IndexFunc(cs, func(c Candidate) bool { return c.Meaning.Intent == Person })
		out.Asks = []Ask{r.ask(cs[i], s.whole)}
		return
	}
	cs = takenDown(cs)
	if r.book != nil && len(out.Named.Services) == 0 {
		cs = anyPrice(cs)
	}
	first := cs[0]
	act := h.Costs.Wrong * (1 - first.P)
	if first.Meaning.Intent == Unknown && r.book != nil { // words alone can hardly tell what is not known from what is put otherwise
		act = h.Costs.Pass * (1 - first.P)
	}
	// Asked about are the two likeliest that are something; who says no to both asked for what is not known.
	met, named := 0.0, 0
	for _, c := range cs {
		switch {
		case c.Meaning.Intent == Unknown:
			met += c.P
		case named < 2:
			met, named = met+c.P, named+1
			if c.P >= suspected {
				out.Weak = append(out.Weak, r.ask(c, s.whole))
			}
		}
	}
	askBack := h.Costs.Ask*met + h.Costs.AskMiss*(1-met)
	tell := h.Costs.Tell*first.P + h.Costs.TellMiss*(1-first.P)
	a, parts := r.ask(first, s.whole), r.inParts(s)
	if asks, p := together(parts, surePart, a, cs); len(asks) > 1 && h.Costs.Wrong*(1-p) <= askBack {
		out.Asks = asks
		return
	}
	if asks, p := together(parts, likelyPart, a, cs); len(asks) > 1 && h.Costs.Tell*p+h.Costs.TellMiss*(1-p) <= min(act, askBack) &&
		!slices.ContainsFunc(asks, func(a Ask) bool { return !Informative(a.Intent) }) {
		for i := range asks {
			asks[i].Doubt = true
		}
		out.Asks = asks
		return
	}
	if act > askBack || first.Meaning.Intent == Unknown {
		if a, ok := r.quote(s); ok {
			out.Asks = []Ask{a}
			return
		}
	}
	// Whose name was said, and what every business has, is told plainly as soon as it may be.
	compared := a.Intent == Answer || a.Guessed
	a.Doubt = r.book != nil && Informative(a.Intent) && tell < askBack && (act > askBack || compared && tell < act)
	if a.Intent == Service && r.book != nil && (a.Guessed || r.measured(out, a)) {
		// No yes to what was not named: it may be its neighbour. And what is offered is one thing, whether it can be had so large or for so
		// many another.
		a.Doubt = true
	}
	if act > askBack {
		if len(out.Weak) > 0 && out.Weak[0].Meaning == first.Meaning {
			out.Weak[0].Doubt = a.Doubt
		}
		return
	}
	out.Asks = []Ask{a}
}

// measured says whether a question whether something is offered holds a number that neither its name nor what is said of it has: "a
// blind three metres wide".
func (r *Reader) measured(out *Reading, a Ask) bool {
	if len(a.Services) == 0 || len(a.Services[0].Items) == 0 {
		return false
	}
	s := r.biz.Services[a.Services[0].Items[0]]
	told := r.lang.Words(s.Name + " " + s.Description)
	for i, w := range out.Words {
		n := r.lang.ReadDigits(w).Digits
		if n == "" || n == "1" || slices.Contains(told, w) || slices.Contains(out.When.At, i) || slices.Contains(out.When.TimeAt, i) ||
			slices.ContainsFunc(out.Named.Services, func(m knowledge.Mention) bool { return slices.Contains(m.At, i) }) {
			continue
		}
		return true
	}
	return false
}

// speaksTo says whether somebody of the office is named, or his role, as one to be spoken to.
func (r *Reader) speaksTo(out *Reading) bool {
	return slices.ContainsFunc(slices.Concat(out.Named.Staff, out.Named.Roles), func(m knowledge.Mention) bool {
		return len(m.At) > 0 && r.lang.SpeaksTo(out.Words, slices.Min(m.At))
	})
}

// sameQuestion is how much of a question, and of what was said, must be the same words to be that question without meaning at hand.
const sameQuestion = 0.85

// asked is the owner's answer whose question words are, word for word or, by words alone, nearly so; -1 for none.
func (r *Reader) asked(words []string) int {
	for i, questions := range r.questions {
		if slices.ContainsFunc(questions, func(q []string) bool { return slices.Equal(q, words) }) {
			return i
		}
	}
	if r.book == nil {
		if ms := r.index.Answers(words, sameQuestion); len(ms) == 1 {
			return ms[0].Items[0]
		}
	}
	return -1
}

// namesOnly says whether a turn names a service, word for word, and says nothing beside it: "and the open fire".
func (r *Reader) namesOnly(out *Reading) bool {
	return slices.ContainsFunc(out.Named.Services, func(m knowledge.Mention) bool {
		for i, w := range out.Words {
			if !slices.Contains(m.At, i) && !r.lang.StopWord(w) && !r.lang.LightWord(w) {
				return false
			}
		}
		return m.Score > 0.99
	})
}

// unless is what an utterance may mean if it speaks of no harm, of which it does with probability harm: the two likeliest.
func (r *Reader) unless(cs []Candidate, harm float64, s Seen) (weak []Ask) {
	for _, c := range cs {
		if c.Meaning.Intent == Harm || c.Meaning.Intent == Emergency || c.Meaning.Intent == Unknown || len(weak) == 2 {
			continue
		}
		if c.P /= max(1-harm, suspected); c.P < suspected {
			break
		}
		a := r.ask(c, s.whole)
		a.Doubt = r.book != nil && len(weak) == 0 && Informative(a.Intent) && c.P >= likelyPart
		weak = append(weak, a)
	}
	return weak
}

// surePart and likelyPart are how likely the meaning of a part must be to be dealt with by itself, plainly or with the question whether
// it was wanted.
const (
	surePart   = 0.75
	likelyPart = 0.5
)

// inParts are the different things that the parts of an utterance ask, each by itself and at least likely.
func (r *Reader) inParts(s Seen) (asks []Ask) {
	if len(s.parts) < 2 {
		return nil
	}
	for _, part := range s.parts {
		cs := r.head.Judge(r.Candidates(Seen{whole: part}))
		if cs[0].P < likelyPart || courtesy[cs[0].Meaning.Intent] || cs[0].Meaning.Intent == Unknown || cs[0].Meaning.Intent == Harm {
			continue
		}
		a := r.ask(cs[0], part)
		switch i := slices.IndexFunc(asks, func(b Ask) bool { return same(a, b) }); {
		case i < 0:
			asks = append(asks, a)
		case asks[i].Score < surePart && a.Score >= surePart: // said twice, and surely the second time
			asks[i] = a
		}
	}
	return asks
}

// together are those of parts that are at least so likely, when the likeliest meaning of the whole utterance, first, is one of them; and
// how likely it is that the whole means one of them.
func together(parts []Ask, likely float64, first Ask, whole []Candidate) (asks []Ask, p float64) {
	for _, a := range parts {
		if a.Score >= likely {
			asks = append(asks, a)
		}
	}
	if !slices.ContainsFunc(asks, func(b Ask) bool { return same(first, b) }) {
		return nil, 0
	}
	for _, c := range whole {
		if slices.ContainsFunc(asks, func(b Ask) bool { return b.Meaning == c.Meaning }) {
			p += c.P
		}
	}
	return asks, p
}

// same says whether two asks want the same.
func same(a, b Ask) bool {
	if a.Intent != b.Intent || a.Answer != b.Answer || a.Right != b.Right {
		return false
	}
	if len(a.Services) > 0 && len(b.Services) > 0 && !slices.Equal(a.Services[0].Items, b.Services[0].Items) {
		return false
	}
	return len(a.When.Days) == 0 || len(b.When.Days) == 0 || slices.Equal(a.When.Days, b.When.Days)
}

// rights are the requests that callers may make, by the names of the examples.
var rights = map[string]record.RequestKind{
	"access": record.RequestAccess, "erase": record.RequestErase, "object": record.RequestNoContact, "withdraw": record.RequestWithdraw,
	"correct": record.RequestRectify,
}

// ask is a candidate as the conversation takes it.
func (r *Reader) ask(c Candidate, v view) Ask {
	m := c.Meaning
	a := Ask{
		Intent: m.Intent, Score: c.P, When: v.seg.when, Text: v.seg.text, Meaning: m, Answer: max(m.Answer, 0), Passage: max(m.Passage, 0),
	}
	a.Right = rights[m.Right]
	switch {
	case m.Service >= 0:
		a.Services = r.servicesMeant(m.Service, v)
		a.Guessed = mentionScore(v.seg.named.Services, m.Service) == 0
	case m.Answer >= 0:
	case m.Person >= 0:
		a.Staff, a.Roles = v.seg.named.Staff, v.seg.named.Roles // who is meant may need asking: two people of one name
		if len(a.Staff)+len(a.Roles) == 0 {
			a.Staff = []knowledge.Mention{{Items: []int{m.Person}, Score: c.P}}
		}
	case m.Intent == Appointment:
		a.Services, a.Staff = v.seg.named.Services, v.seg.named.Staff
	}
	if m.Intent == Hours {
		a.Aspect = r.lang.Aspect(v.seg.words)
	}
	return a
}

// servicesMeant is the service that is meant, with those that fit its words as well, and others that were named beside it.
func (r *Reader) servicesMeant(item int, v view) []knowledge.Mention {
	var out []knowledge.Mention
	for _, m := range v.seg.named.Services {
		if slices.Contains(m.Items, item) {
			if len(m.Items) > 2 {
				m.Items = []int{item}
			}
			return append([]knowledge.Mention{m}, others(v.seg.named.Services, m)...)
		}
	}
	return append(out, knowledge.Mention{Items: []int{item}, Score: 0.5})
}

// others are further services that were named in full.
func others(all []knowledge.Mention, but knowledge.Mention) []knowledge.Mention {
	var out []knowledge.Mention
	for _, m := range all {
		if m.Score >= 0.9 && !slices.Equal(m.At, but.At) && len(m.Items) == 1 {
			out = append(out, m)
		}
	}
	return out
}

// With returns a reader of the same profile that judges by h, which must be for the same models.
func (r *Reader) With(h *Head) *Reader {
	c := *r
	c.head = h
	return &c
}

// Decide reads an utterance that was seen before.
func (r *Reader) Decide(s Seen) Reading {
	out := Reading{Text: s.whole.seg.text, Words: s.whole.seg.words, When: s.whole.seg.when, Named: s.whole.seg.named, Meaning: r.book != nil}
	if len(out.Words) > 0 && !r.plainReply(out.Words) {
		out.Detail = r.detail(s)
		r.decide(&out, s, r.head.Judge(r.Candidates(s)))
		out.preferDetail()
	}
	return out
}

// plainReply says whether words are a yes or a no and nothing else: "yes, please". That is for rules to read, it has no other meaning.
func (r *Reader) plainReply(words []string) bool {
	return len(words) <= 2 && r.lang.YesNo(words) != language.Neither && !slices.ContainsFunc(words, func(w string) bool {
		return r.lang.YesNo([]string{w}) == language.Neither && !r.lang.StopWord(w)
	})
}
