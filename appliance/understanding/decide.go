package understanding

import (
	"math"
	"slices"

	"frontdesk.internal/appliance/knowledge"
)

// seldom is the probability above which a rule of the language may decide what must not be missed; suspected is that below which a
// meaning is not even asked about.
const (
	seldom    = 0.05
	suspected = 0.12
)

// What is likely meant is told from ToldFrom on, with the question whether it was, and asked about from [AskedFrom] on. Businesses that
// nothing was fitted on bring questions that lie near what their profile says; probabilities below are far too high then: of such turns
// with a first guess below .6 one in thirty meant it, of those that do not lie so near three in five. To tell something else costs a
// caller more than to be asked, and to be asked about something else more than to hear that it is not known.
const (
	ToldFrom  = 0.55
	AskedFrom = 0.35
)

// certain is the probability from which on the owner's emergency words are taken at their word.
const certain = 0.5

// likelyHarm is from which probability on a sentence by itself, without the owner's words, speaks of somebody in danger now.
const likelyHarm = 0.3

// speaksOfHarm says whether a text means danger and not only holds words that can mean it: "the firing, putting them in the kiln".
func (s Seen) speaksOfHarm() bool {
	whole, part := s.log("harm")
	return math.Exp(max(whole, part)) >= likelyHarm
}

// decide turns probabilities into what is sure and what is only suspected: danger first, then what rules know exactly, then by what going
// wrong would cost.
func (r *Reader) decide(out *Reading, s Seen, cs []Candidate) {
	total := map[Intent]float64{}
	for _, c := range cs {
		total[c.Meaning.Intent] += c.P
	}
	if a, ok := r.danger(out, s, cs, total); ok {
		out.Asks = []Ask{a}
		out.Weak = r.unless(cs, total[Harm]+total[Emergency], s)
		return
	}
	if p := total[Harm] + total[Emergency]; p >= r.head.Harm {
		cs = harmless(cs)
	}
	if a, ok := r.byRule(out, s, cs, total); ok {
		out.Asks = []Ask{a}
		return
	}
	if len(out.Named.Staff)+len(out.Named.Roles) > 0 {
		cs = joined(cs)
	}
	if a, ok := r.somebody(out, s, cs, total); ok {
		out.Asks = []Ask{a}
		return
	}
	cs = takenDown(cs)
	if r.book != nil && len(out.Named.Services) == 0 {
		cs = anyPrice(cs)
	}
	r.byCost(out, s, cs)
}

// danger is what is asked of a caller in whose words danger is likely: it must not be missed. Who only names a service whose name sounds
// like it is in none.
func (r *Reader) danger(out *Reading, s Seen, cs []Candidate, total map[Intent]float64) (Ask, bool) {
	p := total[Harm] + total[Emergency]
	if p < r.head.Harm {
		return Ask{Intent: Harm, Score: max(p, certain), When: out.When, Text: out.Text, Meaning: meaning(Harm)}, r.lang.Endangers(out.Words)
	}
	if total[Emergency] == 0 && !r.lang.Endangers(out.Words) && r.namesOnly(out) {
		return Ask{}, false
	}
	a := r.ask(cs[slices.IndexFunc(cs, func(c Candidate) bool { return c.Meaning.Intent == Harm || c.Meaning.Intent == Emergency })], s.whole)
	if p < certain || r.book != nil && !s.speaksOfHarm() {
		a.Intent = Harm // the owner's words were said, but little else speaks for it: it is asked about
	}
	return a, true
}

// byRule is what the words alone say exactly: what the owner has taught or asked himself, a price without a service, a right, a person.
func (r *Reader) byRule(out *Reading, s Seen, cs []Candidate, total map[Intent]float64) (Ask, bool) {
	if a, ok := r.told(s.whole); ok {
		return a, true
	}
	if i := r.asked(out.Words); i >= 0 {
		m := meaning(Answer)
		m.Answer = i
		return r.ask(Candidate{Meaning: m, P: 1}, s.whole), true
	}
	if s.after == nil && r.book != nil && r.lang.PriceAlone(out.Words) && len(r.biz.Services) > 0 && len(out.Named.Services) == 0 {
		return r.ask(Candidate{Meaning: meaning(Price), P: 1}, s.whole), true
	}
	if kind := r.lang.Right(out.Words); kind != "" && cs[0].Meaning.Intent != Privacy && total[Privacy] > seldom {
		// A right must not be missed: where the words speak of one, it is asked back.
		return Ask{Intent: Privacy, Score: total[Privacy], Right: kind, Text: out.Text, Meaning: meaning(Privacy)}, true
	}
	if r.lang.AnyPerson(out.Words) && (total[Person] > seldom || len(out.Words) <= 3) {
		return r.ask(Candidate{Meaning: meaning(Person), P: max(total[Person], certain)}, s.whole), true
	}
	if r.lang.WantsPerson(out.Words) && (total[Person] > seldom || len(out.Words) <= 3) {
		return r.ask(likeliest(cs, Person), s.whole), true
	}
	return Ask{}, false
}

// somebody is the wish to speak to a person, where one is named to be spoken to or all who may be meant make it sure together.
func (r *Reader) somebody(out *Reading, s Seen, cs []Candidate, total map[Intent]float64) (Ask, bool) {
	if r.speaksTo(out) && (total[Person] > seldom || cs[0].Meaning.Intent == Message) {
		return r.ask(likeliest(cs, Person), s.whole), true
	}
	if total[Person] < surePart {
		return Ask{}, false
	}
	a := r.ask(likeliest(cs, Person), s.whole)
	a.Score = total[Person]
	return a, true
}

// likeliest is the likeliest candidate of an intent that is among cs, which are sorted.
func likeliest(cs []Candidate, i Intent) Candidate {
	return cs[slices.IndexFunc(cs, func(c Candidate) bool { return c.Meaning.Intent == i })]
}

// byCost acts, tells in doubt or leaves what is suspected to be asked about, whichever costs least.
func (r *Reader) byCost(out *Reading, s Seen, cs []Candidate) {
	h, first := r.head, cs[0]
	act := h.Costs.Wrong * (1 - first.P)
	if first.Meaning.Intent == Unknown && r.book != nil { // words alone can hardly tell what is not known from what is put otherwise
		act = h.Costs.Pass * (1 - first.P)
	}
	// Asked about are the two likeliest that are something; who says no to both asked for what is not known.
	met, named := 0.0, 0
	for i, c := range cs {
		switch {
		case c.Meaning.Intent == Unknown:
			met, out.None = met+c.P, out.None+c.P
		case r.book != nil && i > 0 && courtesy[c.Meaning.Intent]: // nobody is asked whether he wants to say thanks
		case named < 2:
			met, named = met+c.P, named+1
			if c.P >= suspected {
				out.Weak = append(out.Weak, r.ask(c, s.whole))
			}
		}
	}
	out.preferNamed()
	askBack := h.Costs.Ask*met + h.Costs.AskMiss*(1-met)
	tell := h.Costs.Tell*first.P + h.Costs.TellMiss*(1-first.P)
	a, parts := r.ask(first, s.whole), r.inParts(s)
	if first.Meaning.Intent == Matter { // what is told around a question is why it is asked
		if asks := r.factsAsked(parts); len(asks) > 0 {
			out.Asks = asks
			return
		}
	}
	if asks, p := r.together(parts, surePart, a, cs); len(asks) > 1 && h.Costs.Wrong*(1-p) <= askBack {
		out.Asks = asks
		return
	}
	if asks, p := r.together(parts, likelyPart, a, cs); len(asks) > 1 && p >= ToldFrom &&
		h.Costs.Tell*p+h.Costs.TellMiss*(1-p) <= min(act, askBack) &&
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
	a.Doubt = r.book != nil && Informative(a.Intent) && first.P >= ToldFrom && tell < askBack &&
		(act > askBack || compared && tell < act)
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

// namedWhole is how well a service must be named to be what a short turn is about, and shortMost how many words such a turn has.
const (
	namedWhole = 0.9
	shortMost  = 12
)

// preferNamed puts the one service that a short turn names in full before a wish to have something taken down, where neither is sure: "no,
// like a birthday party, for about ten of them".
func (r *Reading) preferNamed() {
	s := r.Named.Services
	if len(s) != 1 || len(s[0].Items) != 1 || s[0].Score < namedWhole || len(r.Words) > shortMost || len(r.Weak) < 2 ||
		!TakenDown(r.Weak[0].Intent) {
		return
	}
	if i := slices.IndexFunc(r.Weak, func(a Ask) bool { return a.Meaning.Service == s[0].Items[0] }); i > 0 {
		a := r.Weak[i]
		a.Doubt = true
		r.Weak = append([]Ask{a}, slices.Delete(slices.Clone(r.Weak), i, i+1)...)
	}
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
