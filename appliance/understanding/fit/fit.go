// Package fit makes the heads of package understanding from the data of the tree: trade-free examples and the judged turns of many trades.
//
// What is fitted for a trade never saw that trade: the probe and the weights are fitted on the others, and the features on which the
// weights are fitted come from probes that did not see their turns. The order is fixed: the same data give the same head. It starts no
// goroutine that outlives a call.
package fit

import (
	"context"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2"

	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/understanding"
	"frontdesk.internal/appliance/understanding/corpus"
)

// Moment is when the judged turns are said: a Tuesday at half past ten in the morning, in the zone of the business.
var moment = time.Date(2026, 10, 13, 10, 30, 0, 0, time.UTC)

// Set is the data of one language, read with one embedder.
type Set struct {
	lang     language.Language
	base     *understanding.Head
	ranker   understanding.Ranker // nil: none
	examples []sample
	trades   []*trade
}

type trade struct {
	corpus.Trade
	beside bool // teaches only, and is not judged
	reader *understanding.Reader
	seen   []understanding.Seen
	before []*understanding.Seen // the caller's turn before it; nil for none
	wants  [][]want
	plain  []plain
	took   []time.Duration // to read each turn
}

// plain is a question as the box asks it itself, in the very words of the profile: that is how surely it must be understood at the least.
type plain struct {
	seen understanding.Seen
	want want
}

// each is how many services there are for one that is asked for in plain words.
const each = 3

func (t *trade) readPlain(ctx context.Context, l language.Language) error {
	for i, s := range t.Business.Services {
		if i%each != 0 {
			continue
		}
		for _, q := range []struct {
			label string
			key   language.Key
		}{{"service", language.AskService}, {"price", language.AskPrice}} {
			text := l.Text(q.key, language.Args{Service: s.Name, Region: t.Business.Region})
			seen, err := t.reader.See(ctx, text, moment.In(t.Business.Location()))
			if err != nil {
				return err
			}
			t.plain = append(t.plain, plain{seen, want{{Name: q.label, Of: s.Name}}})
		}
	}
	return nil
}

// Names returns the trades that are judged.
func (s *Set) Names() []string {
	var out []string
	for _, t := range s.trades {
		if !t.beside {
			out = append(out, t.Name)
		}
	}
	return out
}

// Data is what a language is read from: trade-free examples, trades whose turns judge and teach, and trades that teach beside them.
type Data struct {
	Examples       []byte
	Judged, Beside []corpus.Trade
}

// Read prepares the data of a language. e may be nil: the words alone are read. Where e compares too (understanding.Ranker), what
// it says of the language is read with the rest.
func Read(ctx context.Context, lang language.Language, data Data, e understanding.Embedder, progress func(string)) (*Set, error) {
	s := &Set{lang: lang, base: &understanding.Head{Language: lang.Tag(), Costs: understanding.DefaultCosts(), Harm: 1}}
	if err := s.readExamples(ctx, data.Examples, e); err != nil {
		return nil, err
	}
	if by, ok := e.(understanding.Ranker); ok {
		if _, err := by.Rank(ctx, lang.Tag(), "", nil); err == nil {
			s.ranker = by
		}
	}
	for i, t := range slices.Concat(data.Judged, data.Beside) {
		if progress != nil {
			progress(t.Name)
		}
		tr, err := s.readTrade(ctx, t, e)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", t.Name, err)
		}
		tr.beside = i >= len(data.Judged)
		s.trades = append(s.trades, tr)
	}
	return s, nil
}

// left are the intents of examples that only matter where something was asked; they teach the probe nothing about open turns.
var left = []string{"affirm", "deny", "name", "reason"}

// Examples reads the examples of a language: the texts of each intent, by its label.
func Examples(data []byte) (map[string][]string, error) {
	var file struct {
		Intents map[string][]string `toml:"intents"`
	}
	if err := toml.Unmarshal(data, &file); err != nil {
		return nil, fmt.Errorf("read examples: %w", err)
	}
	return file.Intents, nil
}

func (s *Set) readExamples(ctx context.Context, data []byte, e understanding.Embedder) error {
	intents, err := Examples(data)
	if err != nil {
		return err
	}
	var labels, texts []string
	for label := range intents {
		if !slices.Contains(left, label) {
			labels = append(labels, label)
		}
	}
	slices.Sort(labels)
	for _, label := range labels {
		for _, text := range intents[label] {
			words, tags := s.tagged(text)
			s.examples = append(s.examples, sample{grams: understanding.Grams(words, tags), label: label})
			texts = append(texts, s.filled(text))
		}
	}
	for _, q := range own(s.lang) {
		for range ownWeight {
			s.examples = append(s.examples, sample{grams: understanding.Grams(s.lang.Words(q.text), nil), label: q.label})
			texts = append(texts, q.text)
		}
	}
	if e == nil {
		s.base.Ready()
		return nil
	}
	return s.place(ctx, texts, e)
}

// place embeds the examples; their mean is what all sentences have in common.
func (s *Set) place(ctx context.Context, texts []string, e understanding.Embedder) error {
	var raw [][]float32
	for part := range slices.Chunk(texts, 32) {
		v, err := e.Embed(ctx, s.lang.Tag(), part)
		if err != nil {
			return fmt.Errorf("embed examples: %w", err)
		}
		s.base.Model, s.base.Dims = v.Model, v.Dims
		raw = append(raw, v.Vectors...)
	}
	s.base.Mean = make([]float32, len(raw[0]))
	for _, v := range raw {
		for i, x := range v {
			s.base.Mean[i] += x / float32(len(raw))
		}
	}
	s.leaveWide()
	for i, x := range s.base.Mean {
		s.base.Mean[i] = float32(math.Round(float64(x)*1e5) / 1e5)
	}
	s.base.Ready()
	for i := range raw {
		s.examples[i].vec = s.base.Place(raw[i])
	}
	return nil
}

// narrow is the length of the mean of a model's vectors above which they lie so narrowly about it that it must be taken off.
const narrow = 0.6

// leaveWide leaves the vectors of the other models as they are.
func (s *Set) leaveWide() {
	at := 0
	for _, d := range s.base.Dims {
		mean := s.base.Mean[at : at+d]
		sum := 0.0
		for _, x := range mean {
			sum += float64(x) * float64(x)
		}
		if math.Sqrt(sum) < narrow {
			clear(mean)
		}
		at += d
	}
}

var placeholder = regexp.MustCompile(`\{(\w+)\}`)

// filled puts words that name no trade into the places of an example.
func (s *Set) filled(text string) string {
	return placeholder.ReplaceAllStringFunc(text, func(p string) string { return s.lang.Filler(strings.Trim(p, "{}")) })
}

// tagged cuts an example into words; those in places are what they stand for.
func (s *Set) tagged(text string) (words, tags []string) {
	at := 0
	put := func(part string) {
		w := s.lang.Words(part)
		words, tags = append(words, w...), append(tags, make([]string, len(w))...)
	}
	for _, m := range placeholder.FindAllStringSubmatchIndex(text, -1) {
		put(text[at:m[0]])
		words, tags = append(words, "x"), append(tags, "#"+text[m[2]:m[3]])
		at = m[1]
	}
	put(text[at:])
	return words, tags
}

func (s *Set) readTrade(ctx context.Context, t corpus.Trade, e understanding.Embedder) (*trade, error) {
	tr := &trade{Trade: t}
	var err error
	if e == nil {
		tr.reader = understanding.NewReader(t.Business, s.lang, s.base)
	} else if tr.reader, err = understanding.NewMeaningReader(ctx, t.Business, s.lang, s.base, e, nil, nil); err != nil {
		return nil, err
	}
	if s.ranker != nil {
		if tr.reader, err = tr.reader.Ranked(ctx, s.ranker); err != nil {
			return nil, err
		}
	}
	for _, turn := range t.Turns {
		begun := time.Now()
		seen, err := tr.reader.See(ctx, turn.Say, moment.In(t.Business.Location()))
		if err != nil {
			return nil, err
		}
		tr.reader.Decide(seen)
		tr.took = append(tr.took, time.Since(begun))
		tr.seen = append(tr.seen, seen)
		var before *understanding.Seen
		if turn.Before != "" {
			b, err := tr.reader.See(ctx, turn.Before, moment.In(t.Business.Location()))
			if err != nil {
				return nil, err
			}
			before = &b
		}
		tr.before = append(tr.before, before)
		ws, err := wants(turn.Want)
		if err != nil {
			return nil, err
		}
		tr.wants = append(tr.wants, ws)
	}
	return tr, tr.readPlain(ctx, s.lang)
}

// Without fits a head on all trades but those named.
func (s *Set) Without(names ...string) *understanding.Head {
	var use []*trade
	for _, t := range s.trades {
		if !slices.Contains(names, t.Name) {
			use = append(use, t)
		}
	}
	return s.fit(use)
}

// All fits the head that is used: on all trades of a language.
func All(ctx context.Context, lang language.Language, data Data, e understanding.Embedder,
	progress func(string)) (*understanding.Head, error) {
	s, err := Read(ctx, lang, data, e, progress)
	if err != nil {
		return nil, err
	}
	return s.Without(), nil
}

// inner is into how many parts the trades are cut whose features the weights are fitted on.
const inner = 3

// asked is one turn as the weights are fitted on it, read with a probe that did not see it.
type asked struct {
	trade  *trade
	turn   int // -1 for a question in plain words
	seen   understanding.Seen
	before *understanding.Seen
	wants  []want
}

func (s *Set) fit(use []*trade) *understanding.Head {
	h := *s.base
	var list, plain []asked
	for part := range inner {
		var in, out []*trade
		for i, t := range use {
			if i%inner == part {
				out = append(out, t)
			} else {
				in = append(in, t)
			}
		}
		p := s.probe(in)
		for _, t := range out {
			for i := range t.seen {
				a := asked{trade: t, turn: i, seen: t.seen[i].Copy(), wants: t.wants[i]}
				a.seen.Reread(&p)
				if t.before[i] != nil {
					b := t.before[i].Copy()
					b.Reread(&p)
					a.before = &b
				}
				list = append(list, a)
			}
			for _, x := range t.plain {
				a := asked{trade: t, turn: -1, seen: x.seen.Copy(), wants: []want{x.want}}
				a.seen.Reread(&p)
				plain = append(plain, a)
			}
		}
	}
	h.Probe = s.probe(use)
	h.Ready()
	// What a turn before means is judged by a scorer that knows of no turn before.
	h.Scorer = s.weigh(slices.Concat(list, plain), false)
	after := slices.Clone(list)
	for i := range list {
		after[i].seen = list[i].after(&h, list, i)
	}
	h.Scorer = s.weigh(slices.Concat(after, plain), false)
	if s.ranker != nil {
		ranked := s.weigh(slices.Concat(after, plain), true)
		h.Ranked = &ranked
	}
	var harm []harmCase
	for _, a := range after {
		harm = append(harm, harmCase{a.trade.reader.Candidates(a.seen), a.trade.Turns[a.turn]})
	}
	h.Harm = harmThreshold(&h, harm)
	h.Quote = quoteThreshold(use)
	return &h
}

// missed is how much a turn counts whose service or answer is taken out of the profile: it then asks for what is not known, as
// strangers do more often than the judged turns. Words alone can't tell what is missing from what is put otherwise: there is no
// such turn for them.
const missed = 0.15

// What a turn counts that is not judged, where a judged one counts 1: there are more of them, and the judged ones are more like calls.
const (
	besideTaught = 0.5 // for the probe
	besideMeant  = 0.2 // for the scorer: harm, wishes, facts, rights, courtesy
	besideNamed  = 0.1 // for the scorer: people and things of the profile by name, several wishes, turns that follow
)

// weight is what a turn counts for the scorer; turn is -1 for a question in plain words.
func (t *trade) weight(turn int) float64 {
	switch {
	case !t.beside:
		return 1
	case turn >= 0 && t.Turns[turn].Kind != "right" && (t.Turns[turn].Before != "" || strings.Contains(t.Turns[turn].Want[0], ":")):
		return besideNamed
	}
	return besideMeant
}

// besideLabel is what the probe learns of a turn that is not judged; "" for nothing. Who asks for somebody by what they do teaches
// it nothing: few callers do, and it would expect it of all.
func besideLabel(ws []want, kind string) string {
	switch named := ws[0][0].Of != ""; {
	case kind == "general":
		return "general"
	case named && (kind == "staff" || kind == "person" || kind == "message"):
		return ""
	}
	return probeLabel(ws, kind)
}

// weigh fits the scorer, or the one that knows what the ranker says too.
func (s *Set) weigh(list []asked, ranked bool) understanding.Scorer {
	tab := &table{names: map[string]int{}, ranked: ranked}
	for _, a := range list {
		cs := a.trade.reader.Candidates(a.seen)
		weight := a.trade.weight(a.turn)
		tab.add(cs, a.trade.right(cs, a.wants), weight)
		if service, answer, ok := a.only(); ok && s.base.Model != "" {
			cs := a.trade.reader.Lacking(service, answer).Candidates(a.seen)
			tab.add(cs, a.trade.right(cs, []want{{{Name: "unknown"}}}), missed*weight)
		}
	}
	return tab.scorer()
}

// only returns the service or the answer that a judged turn wants and nothing else of the profile; ok is false when there is none
// or more than one.
func (a asked) only() (service, answer int, ok bool) {
	service, answer = -1, -1
	if a.turn < 0 || a.trade.Turns[a.turn].Before != "" {
		return service, answer, false
	}
	b := a.trade.Business
	for _, w := range a.wants {
		if len(w) != 1 || w[0].Of == "" {
			return -1, -1, false
		}
		switch w[0].Name {
		case "price", "service", "duration":
			for i := range b.Services {
				if b.Services[i].Name == w[0].Of {
					ok, service = service < 0 || service == i, i
				}
			}
		case "answer":
			for i := range b.Answers {
				if b.Answers[i].Question == w[0].Of {
					ok, answer = answer < 0 || answer == i, i
				}
			}
		default:
			return -1, -1, false
		}
		if !ok {
			return -1, -1, false
		}
	}
	return service, answer, (service < 0) != (answer < 0)
}

// after is turn i after the one that came before it. Most turns of a call follow another without having to do with it; that must be learned
// too, so those of which none is told follow some other turn of their trade.
func (a asked) after(h *understanding.Head, list []asked, i int) understanding.Seen {
	before := a.before
	if before == nil {
		same := i + 1
		if same == len(list) || list[same].trade != a.trade {
			same = i - 1
		}
		before = &list[same].seen
		if !a.trade.beside {
			n := len(a.trade.seen)
			before = &list[i-a.turn+(7*a.turn+3)%n].seen
		}
	}
	cs := h.Judge(a.trade.reader.Candidates(*before))
	return a.seen.After(cs[0].Meaning)
}

// probe fits the probe on the examples and the turns of trades.
func (s *Set) probe(use []*trade) understanding.Probe {
	data := slices.Clone(s.examples)
	for _, t := range use {
		for i, turn := range t.Turns {
			label, weight := probeLabel(t.wants[i], turn.Kind), float32(1)
			if t.beside {
				label, weight = besideLabel(t.wants[i], turn.Kind), besideTaught
			}
			if label == "" {
				continue
			}
			vecs, grams := t.seen[i].Texts()
			data = append(data, sample{vec: vecs[0], grams: grams[0], label: label, weight: weight})
		}
	}
	m := newSoftmax(data, len(s.base.Mean))
	m.train(data)
	p := m.probe()
	p.Ready()
	return p
}

// harmCase is a turn's candidates and whether it speaks of harm.
type harmCase struct {
	cs   []understanding.Candidate
	turn corpus.Turn
}

// What a missed harm and a needless question cost, against each other.
const (
	harmMissed = 40.0
	harmAsked  = 4.0
)

// harmThreshold finds the probability from which on harm is asked about.
func harmThreshold(h *understanding.Head, cases []harmCase) float64 {
	type point struct {
		p    float64
		harm bool
	}
	var points []point
	for _, c := range cases {
		p := 0.0
		for _, cand := range h.Judge(c.cs) {
			if cand.Meaning.Intent == understanding.Harm || cand.Meaning.Intent == understanding.Emergency {
				p += cand.P
			}
		}
		points = append(points, point{p, c.turn.Kind == "harm"})
	}
	best, cost := 0.5, math.Inf(1)
	for at := 0.03; at <= 0.6; at += 0.01 {
		sum := 0.0
		for _, p := range points {
			switch {
			case p.harm && p.p < at:
				sum += harmMissed
			case !p.harm && p.p >= at:
				sum += harmAsked
			}
		}
		if sum <= cost {
			best, cost = at, sum
		}
	}
	return math.Round(best*100) / 100
}
