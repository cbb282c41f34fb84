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
		said := make([]string, len(texts))
		for i, t := range texts {
			said[i] = r.lang.Standard(t)
		}
		v, err := r.embed.Embed(ctx, r.lang.Tag(), said)
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
		if r.ranker != nil && s.vec != nil && (i == 0 || len(segs) <= partsCompared) {
			views[i].ranks = r.compare(ctx, views[i])
		}
	}
	return Seen{whole: views[0], parts: views[1:]}, nil
}

// partsCompared is how many texts of an utterance, itself among them, are compared at most: each takes as long again.
const partsCompared = 3

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
		Likely: c.of,
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
