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

	ranked bool  // what a ranker says is among the features
	of     []int // a price that is asked for: the services it may be of, likeliest first
}

// Feature is one thing that speaks for or against a candidate. The names are those of Scorer.Names.
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
	{"matter", Matter}, {"complaint", Complaint},
	{"child", Child}, {"access", Privacy}, {"erase", Privacy}, {"object", Privacy}, {"withdraw", Privacy}, {"correct", Privacy},
	{"recorded", Recorded}, {"refuse_recording", RefuseRecording}, {"robot", Robot}, {"wrong_number", WrongNumber}, {"goodbye", Goodbye},
	{"thanks", Thanks}, {"hello", Hello}, {"repeat", Repeat}, {"slower", Slower}, {"hold", Hold}, {"question", Question}, {"help", Help},
	{"never_mind", NeverMind}, {"chitchat", Chitchat},
}

// view is how one text looks: the whole utterance, or a part of it.
type view struct {
	seg   segment
	logs  map[string]float64
	ranks *ranks // nil without a ranker
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
	parts []view   // of more than one part, all
	after *Meaning // what the caller wanted before; nil when the conversation begins
}

// After returns s as said after m, which the caller wanted in the turn before and was answered: "and how long does it take?" is
// then about the same.
func (s Seen) After(m Meaning) Seen {
	s.after = &m
	return s
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
	l := r.likelihoods(s)
	svc, top := r.serviceCandidates(s, l)
	out = append(out, svc...)
	ans, best := r.answerCandidates(s, l)
	out = append(out, ans...)
	out = append(out, r.peopleCandidates(s)...)
	out = append(out, r.emergencyCandidate(s)...)
	out = append(out, unknownCandidates(s, top, best, l)...)
	for i := range out {
		out[i].follow(s)
		out[i].ranked = l.ranks != nil
	}
	return out
}

// alike are the intents that are easily taken for each other: how likely each of them is speaks for or against the others.
var alike = []string{
	"service", "price", "duration", "policy", "request", "services", "appointment", "staff", "person", "message", "general", "hours",
	"matter", "complaint",
}

// cross adds how likely the intents are that are easily taken for the candidate's. Probabilities, not their logarithms: what is
// most unlikely must not speak louder than what is likely.
func (c *Candidate) cross(s Seen, name string) {
	for _, a := range alike {
		c.add(name+"|"+a, math.Exp(s.whole.log(a)))
	}
}

// follow adds what the turn before says for a candidate: the same thing may be meant again, the more so when little is said.
func (c *Candidate) follow(s Seen) {
	if s.after == nil {
		return
	}
	m, a := c.Meaning, *s.after
	short := 1 / (1 + float64(len(s.whole.seg.words))/6)
	var same string
	switch {
	case m.Service >= 0 && m.Service == a.Service:
		same = "service"
	case m.Answer >= 0 && m.Answer == a.Answer:
		same = "answer"
	case m.Person >= 0 && m.Person == a.Person:
		same = "person"
	case m.Service < 0 && m.Answer < 0 && m.Person < 0 && m.Intent == a.Intent:
		same = "intent"
	default:
		return
	}
	c.add("after."+same, 1)
	c.add("after."+same+".short", short)
	if m.Intent == a.Intent {
		c.add("after.again", 1)
	}
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

func (r *Reader) peopleCandidates(s Seen) []Candidate {
	var out []Candidate
	n := s.whole.seg.named
	anyName, anyRole := 0.0, 0.0
	for i := range r.biz.Staff {
		anyName = max(anyName, mentionScore(n.Staff, i))
		anyRole = max(anyRole, mentionScore(n.Roles, i))
	}
	for place, f := range r.personFits(s) {
		i := f.item
		name, role := mentionScore(n.Staff, i), mentionScore(n.Roles, i)
		again := s.after != nil && s.after.Person == i
		for _, in := range []Intent{Staff, Person, Message} {
			if name == 0 && role == 0 && !again && (place >= topPeople || r.book == nil || in == Message) {
				continue
			}
			c := Candidate{Meaning: meaning(in)}
			c.Meaning.Person = i
			c.logs(s, string(in))
			c.add("is."+string(in)+".of", 1)
			c.add("person.name", name)
			c.add("person.role", role)
			c.Features = append(c.Features, f.features...)
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

// unknownCandidates are a question that nothing of the profile answers. There are two, for there are two ways to be without an
// answer: something that is not offered was asked for, or a question that the owner has not answered. Judge makes one of them.
func unknownCandidates(s Seen, svc, ans fit, l likely) []Candidate {
	other := least
	for _, g := range general {
		other = max(other, s.whole.log(g.name))
	}
	sold := math.Log(math.Exp(s.whole.log("service")) + math.Exp(s.whole.log("price")) + math.Exp(s.whole.log("duration")))
	var out []Candidate
	for _, kind := range []struct {
		name string
		near fit
	}{{"unknown.service", svc}, {"unknown.answer", ans}} {
		c := Candidate{Meaning: meaning(Unknown)}
		c.add("is."+kind.name, 1)
		c.add(kind.name+".likely.log", max(l.none, least))
		c.add(kind.name+".likely", math.Exp(l.none))
		if l.ranks != nil {
			c.add(RankPrefix+kind.name+".log", max(l.ranks.none, least))
			c.add(RankPrefix+kind.name, math.Exp(l.ranks.none))
		}
		c.add(kind.name+".sold", max(sold, least))
		c.add(kind.name+".other", other)
		c.cross(s, kind.name)
		c.standing(kind.name, svc, ans)
		c.above(kind.name, kind.near)
		out = append(out, c)
	}
	return out
}

// standing adds how near the nearest service and answer are.
func (c *Candidate) standing(name string, svc, ans fit) {
	c.add(name+".svc.total", svc.total)
	c.add(name+".svc.near", max(svc.name, svc.about))
	c.add(name+".svc.words", svc.words)
	c.add(name+".svc.overlap", svc.overlap)
	c.add(name+".ans.total", ans.total)
	c.add(name+".ans.near", max(ans.name, ans.about))
	c.add(name+".ans.words", ans.words)
	c.add(name+".ans.overlap", ans.overlap)
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
