package understanding

import (
	"math"
	"slices"

	"frontdesk.internal/appliance/knowledge"
)

// Meaning is one thing that an utterance may mean for one business.
type Meaning struct {
	Intent  Intent
	Service int // index in the profile; -1 = none
	Answer  int
	Person  int
	Passage int
	Right   string // of Privacy: as the examples name it
}

func meaning(i Intent) Meaning {
	return Meaning{Intent: i, Service: -1, Answer: -1, Person: -1, Passage: -1}
}

// Candidate is a meaning with what speaks for it, and, once judged, how likely it is.
type Candidate struct {
	Meaning  Meaning
	Features []Feature
	P        float64
}

// Feature is one thing that speaks for or against a candidate. The names are the keys of Head.Weights.
type Feature struct {
	Name  string
	Value float64
}

func (c *Candidate) add(name string, v float64) {
	if v != 0 {
		c.Features = append(c.Features, Feature{name, v})
	}
}

// general are the meanings that need nothing of the profile, by the name under which the examples teach them.
var general = []struct {
	name   string
	intent Intent
}{
	{"hours", Hours}, {"holidays", Holidays}, {"services", Services}, {"address", Address}, {"directions", Directions}, {"parking", Parking},
	{"phone", Phone}, {"email", Email}, {"website", Website}, {"business", Business}, {"appointment", Appointment}, {"harm", Harm},
	{"child", Child}, {"access", Privacy}, {"erase", Privacy}, {"object", Privacy}, {"withdraw", Privacy}, {"correct", Privacy},
	{"recorded", Recorded}, {"refuse_recording", RefuseRecording}, {"robot", Robot}, {"wrong_number", WrongNumber}, {"goodbye", Goodbye},
	{"thanks", Thanks}, {"hello", Hello}, {"repeat", Repeat}, {"slower", Slower}, {"hold", Hold}, {"question", Question}, {"help", Help},
	{"never_mind", NeverMind}, {"chitchat", Chitchat},
}

// view is how one text looks: the whole utterance, or a part of it.
type view struct {
	seg  segment
	logs map[string]float64
}

// least bounds log probabilities from below.
const least = -8.0

func (v view) log(name string) float64 {
	l, ok := v.logs[name]
	if !ok {
		return least
	}
	return max(l, least)
}

// Seen is an utterance as a whole and in parts.
type Seen struct {
	whole view
	parts []view // of more than one part, all
}

// log is the log probability of an intent for the whole and the largest of its parts.
func (s Seen) log(name string) (whole, part float64) {
	whole = s.whole.log(name)
	part = whole
	for i, p := range s.parts {
		if i == 0 {
			part = least
		}
		part = max(part, p.log(name))
	}
	return whole, part
}

// near is the nearest of list to the whole or to any part.
func (s Seen) near(list [][]float32) float64 {
	best := nearest(s.whole.seg.vec, list)
	for _, p := range s.parts {
		best = max(best, nearest(p.seg.vec, list))
	}
	return best
}

// Candidates lists what s may mean, with everything that speaks for it.
func (r *Reader) Candidates(s Seen) []Candidate {
	var out []Candidate
	out = append(out, r.generalCandidates(s)...)
	svc, top := r.serviceCandidates(s)
	out = append(out, svc...)
	ans, best := r.answerCandidates(s)
	out = append(out, ans...)
	out = append(out, r.peopleCandidates(s)...)
	out = append(out, r.emergencyCandidate(s)...)
	out = append(out, r.unknownCandidate(s, top, best))
	return out
}

func (c *Candidate) logs(s Seen, name string) {
	w, p := s.log(name)
	c.add("log", w)
	c.add("log.part", p)
}

func (r *Reader) generalCandidates(s Seen) []Candidate {
	out := make([]Candidate, 0, len(general)+4)
	days := 0.0
	if len(s.whole.seg.when.Days) > 0 || s.whole.seg.when.Has {
		days = 1
	}
	for _, g := range general {
		c := Candidate{Meaning: meaning(g.intent)}
		if g.intent == Privacy {
			c.Meaning.Right = g.name
		}
		c.logs(s, g.name)
		c.add("is."+g.name, 1)
		c.add("general", 1)
		c.add("length", math.Log(float64(1+len(s.whole.seg.words)))*boolean(courtesy[g.intent]))
		switch g.intent {
		case Hours, Holidays:
			c.add("days."+g.name, days)
		case Appointment:
			w, _ := s.log("request")
			c.add("request", w)
			c.add("days.appointment", days)
		case Harm:
			w, _ := s.log("general")
			c.add("harm.general", w)
		}
		out = append(out, c)
	}
	return out
}

func boolean(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// mentionScore is how well an item is named, less when others fit as well.
func mentionScore(ms []knowledge.Mention, item int) float64 {
	best := 0.0
	for _, m := range ms {
		if slices.Contains(m.Items, item) {
			best = max(best, m.Score/math.Sqrt(float64(len(m.Items))))
		}
	}
	return best
}

// fit is how well one item of the profile fits an utterance.
type fit struct {
	item                      int
	name, about, asked, words float64
	total                     float64
}

// tops returns how many items are looked at closely.
const (
	topServices = 5
	topAnswers  = 7
)

func best(fits []fit, n int) []fit {
	slices.SortStableFunc(fits, func(a, b fit) int { return compare(b.total, a.total) })
	return fits[:min(n, len(fits))]
}

func (r *Reader) serviceFits(s Seen) []fit {
	fits := make([]fit, len(r.biz.Services))
	for i := range fits {
		f := fit{item: i, words: mentionScore(s.whole.seg.named.Services, i)}
		if r.book != nil {
			e := r.book.services[i]
			f.name, f.about, f.asked = s.near(e.names), s.near(e.about), s.near(e.asked)
		}
		f.total = max(f.name, 0.9*f.about, 0.9*f.asked) + f.words
		fits[i] = f
	}
	return best(fits, topServices)
}

func (r *Reader) serviceCandidates(s Seen) (out []Candidate, top fit) {
	fits := r.serviceFits(s)
	if len(fits) == 0 {
		return nil, fit{}
	}
	gap := fits[0].total
	if len(fits) > 1 {
		gap -= fits[1].total
	}
	for rank, f := range fits {
		for _, i := range []Intent{Price, Service, Duration} {
			if i == Duration && r.biz.Services[f.item].Minutes == 0 {
				continue
			}
			c := Candidate{Meaning: meaning(i)}
			c.Meaning.Service = f.item
			name := string(i)
			c.logs(s, name)
			c.add("is."+name, 1)
			c.add("service.name", f.name)
			c.add("service.about", f.about)
			c.add("service.asked", f.asked)
			c.add("service.words", f.words)
			c.add("service.rel", f.total-fits[0].total)
			if rank == 0 {
				c.add("service.first", 1)
				c.add("service.gap", gap)
			}
			if i == Price {
				c.add("price.asked", f.asked)
			}
			out = append(out, c)
		}
	}
	c := Candidate{Meaning: meaning(Price)}
	c.logs(s, "price")
	c.add("is.price.any", 1)
	c.add("price.any.words", fits[0].words)
	c.add("price.any.name", fits[0].name)
	return append(out, c), fits[0]
}

func (r *Reader) answerFits(s Seen) []fit {
	fits := make([]fit, len(r.biz.Answers))
	named := map[int]float64{}
	for _, m := range r.index.Answers(s.whole.seg.words, 0.05) {
		named[m.Items[0]] = m.Score
	}
	for i := range fits {
		f := fit{item: i, words: named[i]}
		if r.book != nil {
			e := r.book.answers[i]
			f.name, f.about = s.near(e.questions), s.near(e.reply)
		}
		f.total = max(f.name, 0.9*f.about) + 0.4*f.words
		fits[i] = f
	}
	return best(fits, topAnswers)
}

func (r *Reader) answerCandidates(s Seen) (out []Candidate, top fit) {
	fits := r.answerFits(s)
	if len(fits) == 0 {
		return nil, fit{}
	}
	gap := fits[0].total
	if len(fits) > 1 {
		gap -= fits[1].total
	}
	for rank, f := range fits {
		c := Candidate{Meaning: meaning(Answer)}
		c.Meaning.Answer = f.item
		c.logs(s, "policy")
		c.add("is.answer", 1)
		c.add("answer.question", f.name)
		c.add("answer.reply", f.about)
		c.add("answer.words", f.words)
		c.add("answer.rel", f.total-fits[0].total)
		if rank == 0 {
			c.add("answer.first", 1)
			c.add("answer.gap", gap)
		}
		out = append(out, c)
	}
	return out, fits[0]
}

func (r *Reader) peopleCandidates(s Seen) []Candidate {
	var out []Candidate
	n := s.whole.seg.named
	anyName, anyRole := 0.0, 0.0
	about := make([]float64, len(r.biz.Staff))
	topAbout := -1
	for i := range r.biz.Staff {
		anyName = max(anyName, mentionScore(n.Staff, i))
		anyRole = max(anyRole, mentionScore(n.Roles, i))
		if r.book != nil {
			about[i] = s.near(r.book.people[i].about)
			if topAbout < 0 || about[i] > about[topAbout] {
				topAbout = i
			}
		}
	}
	for i := range r.biz.Staff {
		name, role := mentionScore(n.Staff, i), mentionScore(n.Roles, i)
		for _, in := range []Intent{Staff, Person, Message} {
			if name == 0 && role == 0 && (i != topAbout || in == Message) {
				continue
			}
			c := Candidate{Meaning: meaning(in)}
			c.Meaning.Person = i
			c.logs(s, string(in))
			c.add("is."+string(in)+".of", 1)
			c.add("person.name", name)
			c.add("person.role", role)
			c.add("person.about", about[i])
			c.add("person.top", boolean(i == topAbout))
			out = append(out, c)
		}
	}
	for _, in := range []Intent{Staff, Person, Message} {
		c := Candidate{Meaning: meaning(in)}
		c.logs(s, string(in))
		c.add("is."+string(in), 1)
		c.add("anybody.name", anyName)
		c.add("anybody.role", anyRole)
		if in == Message {
			w, _ := s.log("request")
			c.add("request", w)
		}
		out = append(out, c)
	}
	return out
}

// emergencyCandidate is there when the owner's words were said.
func (r *Reader) emergencyCandidate(s Seen) []Candidate {
	if _, ok := r.index.Emergency(s.whole.seg.words); !ok {
		return nil
	}
	c := Candidate{Meaning: meaning(Emergency)}
	w, p := s.log("harm")
	c.add("is.emergency", 1)
	c.add("emergency.harm", max(w, p))
	w, _ = s.log("general")
	c.add("emergency.general", w)
	w, _ = s.log("policy")
	c.add("emergency.policy", w)
	w, _ = s.log("request")
	c.add("emergency.request", w)
	c.add("emergency.asked", boolean(r.lang.IsQuestion(s.whole.seg.text)))
	return []Candidate{c}
}

// unknownCandidate is a question that nothing of the profile answers.
func (r *Reader) unknownCandidate(s Seen, svc, ans fit) Candidate {
	c := Candidate{Meaning: meaning(Unknown)}
	c.add("is.unknown", 1)
	policy, _ := s.log("policy")
	c.add("unknown.policy", policy)
	sold := math.Log(math.Exp(s.whole.log("service")) + math.Exp(s.whole.log("price")) + math.Exp(s.whole.log("duration")))
	c.add("unknown.sold", max(sold, least))
	c.add("unknown.service", max(svc.name, svc.about))
	c.add("unknown.service.words", svc.words)
	c.add("unknown.answer", max(ans.name, ans.about))
	c.add("unknown.answer.words", ans.words)
	top := least
	for _, g := range general {
		top = max(top, s.whole.log(g.name))
	}
	c.add("unknown.other", top)
	return c
}

func compare(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// Texts are the whole utterance and its parts, as a probe reads them: vector, nil without embeddings, and grams.
func (s *Seen) Texts() (vecs [][]float32, grams [][]string) {
	for _, v := range append([]view{s.whole}, s.parts...) {
		vecs = append(vecs, v.seg.vec)
		grams = append(grams, Grams(v.seg.words, v.seg.tags))
	}
	return vecs, grams
}

// Reread replaces what probe p makes of the texts.
func (s *Seen) Reread(p *Probe) {
	read := func(v *view) { v.logs = p.logs(v.seg.vec, Grams(v.seg.words, v.seg.tags)) }
	read(&s.whole)
	for i := range s.parts {
		read(&s.parts[i])
	}
}

// Copy returns a copy whose readings can be replaced.
func (s Seen) Copy() Seen {
	s.parts = slices.Clone(s.parts)
	return s
}
