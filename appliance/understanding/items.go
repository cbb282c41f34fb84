package understanding

import (
	"math"
	"slices"
)

// fit is how well one item of the profile, a service or an answer, fits an utterance.
type fit struct {
	item                        int
	features                    []Feature // all that is known, for the head to weigh
	name, about, words, overlap float64   // the same in short
	total                       float64   // by which the items are put in order
	facet                       float64   // of a service that was compared: above 0, its price is asked for
}

func (f *fit) add(name string, v float64) {
	if v != 0 {
		f.features = append(f.features, Feature{name, v})
	}
}

// How many items are looked at closely.
const (
	topServices = 8
	topAnswers  = 8
	topPeople   = 4
)

// sharp is how much a lead in total counts in an item's standing among its like.
const sharp = 12.0

// likeness is the cosine of model m for the nearest of list to the whole utterance, and to any of its parts.
func (r *Reader) likeness(s Seen, list [][]float32, m int) (whole, part float64) {
	if len(list) == 0 {
		return 0, 0
	}
	whole = r.head.space.nearest(s.whole.seg.vec, list, m)
	part = whole
	for i, p := range s.parts {
		if i == 0 {
			part = -1
		}
		part = max(part, r.head.space.nearest(p.seg.vec, list, m))
	}
	return whole, part
}

// What the first model of English was trained to do (appliance/understanding/adapt): how much the nearest text of an item counts
// before its others, how much a step of likeness counts, and the likeness below which nothing of the profile is meant. That of
// German was not; the head weighs what comes of it.
const (
	nearestFirst = 30.0
	likenessStep = 24.9
	noneLikeness = 0.437
)

// alikeness is how near the texts of an item are to the whole utterance by the first model: nearly the cosine of the nearest.
func (r *Reader) alikeness(s Seen, lists ...[][]float32) float64 {
	sum := 0.0
	for _, list := range lists {
		for _, v := range list {
			sum += math.Exp(nearestFirst * (r.head.space.cosine(s.whole.seg.vec, v, 0) - 1))
		}
	}
	return 1 + math.Log(sum+1e-12)/nearestFirst
}

// likely is the log probability of each service, of each answer, and of none of them, by the first model alone. Nothing without vectors.
type likely struct {
	services, answers []float64
	none              float64
	ranks             *ranks // nil without a ranker
}

func (r *Reader) likelihoods(s Seen) (l likely) {
	if r.book == nil {
		return l
	}
	all := math.Exp(likenessStep * noneLikeness)
	score := func(x float64) float64 {
		x *= likenessStep
		all += math.Exp(x)
		return x
	}
	for i, e := range r.book.services {
		x := math.Inf(-1)
		if i != r.noService-1 {
			x = score(r.alikeness(s, e.names, e.about, e.asked))
		}
		l.services = append(l.services, x)
	}
	for i, e := range r.book.answers {
		x := math.Inf(-1)
		if i != r.noAnswer-1 {
			x = score(r.alikeness(s, e.questions, e.reply))
		}
		l.answers = append(l.answers, x)
	}
	norm := math.Log(all)
	for _, list := range [][]float64{l.services, l.answers} {
		for i := range list {
			list[i] -= norm
		}
	}
	l.none = likenessStep*noneLikeness - norm
	l.ranks = r.share(s.whole.ranks)
	return l
}

// likely adds a log probability and its probability.
func (f *fit) likely(name string, log float64) {
	f.add(name+"likely.log", max(log, least))
	f.add(name+"likely", math.Exp(log))
}

// models names the features of each model's vectors.
var models = []string{"a.", "b.", "c.", "d."}

// liken adds what the models say of item f against list, and returns the mean cosine of the whole and of parts.
func (r *Reader) liken(f *fit, s Seen, name string, list [][]float32) (whole, part float64) {
	n := min(len(r.head.Dims), len(models))
	for m := range n {
		w, p := r.likeness(s, list, m)
		f.add(name+models[m]+"whole", w)
		f.add(name+models[m]+"part", p)
		whole, part = whole+w/float64(n), part+p/float64(n)
	}
	return whole, part
}

func (r *Reader) serviceFits(s Seen, l likely) []fit {
	fits := make([]fit, len(r.biz.Services))
	over := r.soldWords.overlaps(s.whole.seg.words)
	for i := range fits {
		f := fit{item: i, words: mentionScore(s.whole.seg.named.Services, i), overlap: over[i].all}
		if r.book != nil {
			e := r.book.services[i]
			f.name, _ = r.liken(&f, s, "service.name.", e.names)
			f.about, _ = r.liken(&f, s, "service.about.", e.about)
			asked, _ := r.liken(&f, s, "service.asked.", e.asked)
			first, _ := r.liken(&f, s, "service.first.", e.names[:min(1, len(e.names))])
			f.likely("service.", l.services[i])
			if l.ranks != nil {
				f.ranked("service", l.ranks.services)
			}
			f.add("service.silent", boolean(len(e.about) == 0))
			f.total = 0.45*f.name + 0.25*f.about + 0.75*asked + 0.6*first + 0.15*f.overlap
		} else {
			f.total = (f.words + f.overlap) / 4
		}
		f.add("service.words", f.words)
		over[i].add(&f, "service.")
		fits[i] = f
	}
	if r.noService > 0 {
		fits = slices.Delete(fits, r.noService-1, r.noService)
	}
	return rank(fits, "service.", topServices)
}

func (r *Reader) answerFits(s Seen, l likely) []fit {
	fits := make([]fit, len(r.biz.Answers))
	named := map[int]float64{}
	for _, m := range r.index.Answers(s.whole.seg.words, 0.05) {
		named[m.Items[0]] = m.Score
	}
	over := r.toldWords.overlaps(s.whole.seg.words)
	for i := range fits {
		f := fit{item: i, words: named[i], overlap: over[i].all}
		if r.book != nil {
			e := r.book.answers[i]
			var part float64
			f.name, part = r.liken(&f, s, "answer.question.", e.questions)
			f.about, _ = r.liken(&f, s, "answer.reply.", e.reply)
			f.likely("answer.", l.answers[i])
			if l.ranks != nil {
				f.ranked("answer", l.ranks.answers)
			}
			f.total = 0.7*f.name + 0.5*part + 0.7*f.about
		} else {
			f.total = (f.words + f.overlap) / 4
		}
		f.add("answer.words", f.words)
		over[i].add(&f, "answer.")
		fits[i] = f
	}
	if r.noAnswer > 0 {
		fits = slices.Delete(fits, r.noAnswer-1, r.noAnswer)
	}
	return rank(fits, "answer.", topAnswers)
}

// personFits puts the staff in order by what is said of them.
func (r *Reader) personFits(s Seen) []fit {
	fits := make([]fit, len(r.biz.Staff))
	for i := range fits {
		f := fit{item: i}
		if r.book != nil {
			f.about, _ = r.liken(&f, s, "person.about.", r.book.people[i].about)
			f.total = f.about
		}
		fits[i] = f
	}
	if r.book == nil {
		return fits
	}
	return rank(fits, "person.", len(fits))
}

// rank puts fits in order, adds how each stands among its like, and returns the n best.
func rank(fits []fit, name string, n int) []fit {
	if len(fits) == 0 {
		return nil
	}
	slices.SortStableFunc(fits, func(a, b fit) int { return compare(b.total, a.total) })
	sum := 0.0
	for _, f := range fits {
		sum += math.Exp(sharp * (f.total - fits[0].total))
	}
	for i := range fits {
		fits[i].add(name+"share", sharp*(fits[i].total-fits[0].total)-math.Log(sum))
	}
	fits[0].add(name+"first", 1)
	if len(fits) > 1 {
		fits[0].add(name+"gap", fits[0].total-fits[1].total)
	}
	return fits[:min(n, len(fits))]
}

// Likeness below these says little; above, each step counts.
const (
	somewhat = 0.4
	closely  = 0.6
)

// above adds how far the best item is above what chance brings.
func (c *Candidate) above(name string, best fit) {
	near := max(best.name, best.about)
	c.add(name+".somewhat", max(0, near-somewhat))
	c.add(name+".closely", max(0, near-closely))
}

func (r *Reader) serviceCandidates(s Seen, l likely) (out []Candidate, top fit) {
	fits := r.serviceFits(s, l)
	if len(fits) == 0 {
		return nil, fit{}
	}
	for _, f := range fits {
		for _, i := range []Intent{Price, Service, Duration} {
			if i == Duration && r.biz.Services[f.item].Minutes == 0 {
				continue
			}
			c := Candidate{Meaning: meaning(i)}
			c.Meaning.Service = f.item
			name := string(i)
			c.logs(s, name)
			c.add("is."+name, 1)
			c.Features = append(c.Features, f.features...)
			c.cross(s, name)
			c.above(name, fits[0])
			if l.ranks != nil {
				c.add(RankPrefix+"facet."+name, f.facet)
			}
			out = append(out, c)
		}
	}
	c := Candidate{Meaning: meaning(Price)}
	c.logs(s, "price")
	c.add("is.price.any", 1)
	c.add("price.any.words", fits[0].words)
	c.add("price.any.name", fits[0].name)
	c.add("price.any.overlap", fits[0].overlap)
	c.add("price.any.total", fits[0].total)
	c.cross(s, "price.any")
	return append(out, c), fits[0]
}

func (r *Reader) answerCandidates(s Seen, l likely) (out []Candidate, top fit) {
	fits := r.answerFits(s, l)
	if len(fits) == 0 {
		return nil, fit{}
	}
	for _, f := range fits {
		c := Candidate{Meaning: meaning(Answer)}
		c.Meaning.Answer = f.item
		c.logs(s, "policy")
		c.add("is.answer", 1)
		c.Features = append(c.Features, f.features...)
		c.cross(s, "answer")
		c.above("answer", fits[0])
		out = append(out, c)
	}
	return out, fits[0]
}
