package main

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"frontdesk.internal/appliance"
	"frontdesk.internal/appliance/language/all"
	"frontdesk.internal/appliance/understanding"
	"frontdesk.internal/appliance/understanding/corpus"
	fitting "frontdesk.internal/appliance/understanding/fit"
	"frontdesk.internal/models/embed"
	"frontdesk.internal/models/progress"
)

// place is where a turn stands in the corpus.
type place struct {
	trade string
	turn  int
}

// sampled draws n turns of trades, always the same ones; 0 = all. A turn is drawn by what it says: turns that are added later
// change little. They stand in the order of the corpus.
func sampled(trades []corpus.Trade, n int) []place {
	type lot struct {
		place
		number uint64
		at     int
	}
	var lots []lot
	for _, t := range trades {
		for i, turn := range t.Turns {
			sum := sha256.Sum256([]byte(t.Name + "\n" + turn.Before + "\n" + turn.Say))
			lots = append(lots, lot{place{t.Name, i}, binary.BigEndian.Uint64(sum[:]), len(lots)})
		}
	}
	if n > 0 && n < len(lots) {
		slices.SortFunc(lots, func(a, b lot) int {
			if a.number < b.number {
				return -1
			}
			return 1
		})
		lots = lots[:n]
		slices.SortFunc(lots, func(a, b lot) int { return a.at - b.at })
	}
	var out []place
	for _, l := range lots {
		out = append(out, l.place)
	}
	return out
}

// column is one way to read the sampled turns.
type column struct {
	name     string
	verdicts []fitting.Verdict
	took     []time.Duration
}

// columns are all ways, in the order in which they were first entered.
type columns []*column

func (cs *columns) add(name string, v fitting.Verdict, took time.Duration) {
	i := slices.IndexFunc(*cs, func(c *column) bool { return c.name == name })
	if i < 0 {
		i = len(*cs)
		*cs = append(*cs, &column{name: name})
	}
	c := (*cs)[i]
	c.verdicts, c.took = append(c.verdicts, v), append(c.took, took)
}

// The columns that are there whatever models are in use.
const (
	columnWords = "words"
	columnModel = "model"
	columnAll   = "all"
	// columnSecond is all together with the language model as a second opinion: of what would be asked back, it may choose.
	columnSecond = "all, then model"
)

// answer is how a turn was read.
type answer struct {
	reading understanding.Reading
	took    time.Duration
}

// comparison reads the same turns in several ways.
type comparison struct {
	folds int
	files engineFiles
	embed benchEmbedder
	mind  benchMind
	out   columns
}

// compare prints what each part of the reader is worth alone: words, each embedding model, the language model, and all that a call uses.
func (c *benchUnderstanding) compare(ctx context.Context, o understandingFlags) (err error) {
	x := &comparison{folds: o.folds}
	if x.files, err = meaningFiles(o.dir); err != nil {
		return err
	}
	if x.embed, err = openBenchEmbedder(x.files, x.files.embed...); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, x.embed.Close()) }()
	if x.mind, err = openBenchMind(o.dir); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, x.mind.Close()) }()
	trades, err := corpus.Load()
	if err != nil {
		return err
	}
	ctx, over := withBar(ctx, c.stderr)
	defer over()
	drawn := sampled(trades, o.sample)
	for _, tag := range all.Tags() {
		if o.language != "" && o.language != tag {
			continue
		}
		own := inLanguage(trades, tag)
		if err := x.language(ctx, tag, own, placesIn(own, drawn)); err != nil {
			return err
		}
	}
	over()
	return c.printColumns(o, x.out)
}

// inLanguage are the trades of a language.
func inLanguage(trades []corpus.Trade, tag string) []corpus.Trade {
	var own []corpus.Trade
	for _, t := range trades {
		if t.Business.Language == tag {
			own = append(own, t)
		}
	}
	return own
}

// placesIn are the places in trades.
func placesIn(trades []corpus.Trade, places []place) []place {
	var out []place
	for _, p := range places {
		if slices.ContainsFunc(trades, func(t corpus.Trade) bool { return t.Name == p.trade }) {
			out = append(out, p)
		}
	}
	return out
}

// language fills in the columns with the turns of one language.
func (x *comparison) language(ctx context.Context, tag string, trades []corpus.Trade, drawn []place) error {
	if len(drawn) == 0 {
		return nil
	}
	words, set, err := x.fitted(ctx, columnWords, tag, trades, drawn, nil)
	if err != nil {
		return err
	}
	if err := x.enter(columnWords, set, drawn, words); err != nil {
		return err
	}
	whole, set, err := x.fitted(ctx, columnAll, tag, trades, drawn, appliance.Embeddings(x.embed))
	if err != nil {
		return err
	}
	for _, m := range x.files.embed {
		if len(m.Languages) > 0 && !slices.Contains(m.Languages, tag) {
			continue
		}
		if err := x.byOne(ctx, m, tag, set, drawn); err != nil {
			return err
		}
	}
	asked, err := alone(ctx, columnModel, set, drawn, newModelReader(x.mind, all.For(tag), examplesOf(tag)), false)
	if err != nil {
		return err
	}
	return errors.Join(x.enter(columnModel, set, drawn, asked), x.enter(columnAll, set, drawn, whole),
		x.enter(columnSecond, set, drawn, second(whole, asked)))
}

// byOne fills in the column of one embedding model, which is loaded once more without the others, so that its time is its own.
func (x *comparison) byOne(ctx context.Context, m embed.Model, tag string, set *fitting.Set, drawn []place) (err error) {
	e, err := openBenchEmbedder(x.files, m)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, e.Close()) }()
	name, _, _ := strings.Cut(m.Name, "@")
	got, err := alone(ctx, name, set, drawn, &nearestReader{embed: e, tag: tag}, true)
	if err != nil {
		return err
	}
	return x.enter(name, set, drawn, got)
}

// enter scores the answers into a column.
func (x *comparison) enter(name string, set *fitting.Set, drawn []place, got map[place]answer) error {
	for _, p := range drawn {
		v, err := set.Score(p.trade, p.turn, got[p].reading)
		if err != nil {
			return err
		}
		x.out.add(name, v, got[p].took)
	}
	return nil
}

// fitted reads the turns by heads that were fitted without their trade.
func (x *comparison) fitted(ctx context.Context, name, tag string, trades []corpus.Trade, drawn []place,
	e understanding.Embedder) (map[place]answer, *fitting.Set, error) {
	set, err := readSet(ctx, tag, trades, e, name)
	if err != nil {
		return nil, nil, err
	}
	heads := withoutEach(ctx, set, x.folds, name)
	out := map[place]answer{}
	for _, p := range drawn {
		begun := time.Now()
		r, err := set.Hear(ctx, p.trade, p.turn, turnAt(trades, p).Say, heads[p.trade])
		if err != nil {
			return nil, nil, err
		}
		out[p] = answer{r, time.Since(begun)}
	}
	return out, set, nil
}

// second lets the language model choose where the reader would ask back: when what it is sure of is one of the two that would be
// asked about, that is done.
func second(whole, model map[place]answer) map[place]answer {
	out := map[place]answer{}
	for p, a := range whole {
		if len(a.reading.Asks) == 0 {
			m := model[p]
			a.took += m.took
			for _, w := range a.reading.Weak[:min(2, len(a.reading.Weak))] {
				if len(m.reading.Asks) > 0 && m.reading.Asks[0].Meaning == w.Meaning {
					a.reading.Asks, a.reading.Weak = []understanding.Ask{w}, nil
					break
				}
			}
		}
		out[p] = a
	}
	return out
}

// readSet prepares the trades of a language.
func readSet(ctx context.Context, tag string, trades []corpus.Trade, e understanding.Embedder, what string) (*fitting.Set, error) {
	data, err := dataOf(tag, trades, e != nil)
	if err != nil {
		return nil, err
	}
	done := int64(0)
	step := progress.Step{What: "Reading " + what + ", " + tag, Total: int64(len(trades) + len(data.Beside))}
	return fitting.Read(ctx, all.For(tag), data, e, func(string) {
		step.Done = done
		done++
		progress.Tell(ctx, step)
	})
}

// withoutEach fits a head for each trade that did not see it; trades are left out in so many parts, 0 = one by one.
func withoutEach(ctx context.Context, set *fitting.Set, folds int, what string) map[string]*understanding.Head {
	out := map[string]*understanding.Head{}
	parts := inParts(set.Names(), folds)
	for i, left := range parts {
		progress.Tell(ctx, progress.Step{What: "Fitting " + what, Done: int64(i), Total: int64(len(parts))})
		h := set.Without(left...)
		for _, n := range left {
			out[n] = h
		}
	}
	return out
}

// inParts cuts names into n parts; 0 = each by itself.
func inParts(names []string, n int) [][]string {
	if n == 0 || n > len(names) {
		n = len(names)
	}
	out := make([][]string, n)
	for i, name := range names {
		out[i%n] = append(out[i%n], name)
	}
	return out
}

// turnAt is the turn of a place.
func turnAt(trades []corpus.Trade, p place) corpus.Turn {
	i := slices.IndexFunc(trades, func(t corpus.Trade) bool { return t.Name == p.trade })
	return trades[i].Turns[p.turn]
}

// guess is how one part of the reader alone takes a turn: its two likeliest meanings, how much speaks for the first, and how far
// that one leads.
type guess struct {
	first, second understanding.Meaning
	near, lead    float64
}

// limits say when a guess is acted on: when it is near enough, and ahead enough. They are fitted.
type limits struct{ near, lead float64 }

// reading is what is made of a guess.
func (g guess) reading(l limits) understanding.Reading {
	ask := func(m understanding.Meaning) understanding.Ask {
		return understanding.Ask{Intent: m.Intent, Score: g.near, Meaning: m, Answer: max(m.Answer, 0), Passage: max(m.Passage, 0)}
	}
	switch {
	case g.near < l.near:
		return understanding.Reading{Asks: []understanding.Ask{ask(plainMeaning(understanding.Unknown))}}
	case g.lead < l.lead:
		return understanding.Reading{Weak: []understanding.Ask{ask(g.first), ask(g.second)}}
	}
	return understanding.Reading{Asks: []understanding.Ask{ask(g.first)}}
}

// plainMeaning is a meaning that needs nothing of a profile.
func plainMeaning(i understanding.Intent) understanding.Meaning {
	return understanding.Meaning{Intent: i, Service: -1, Answer: -1, Person: -1, Passage: -1}
}

// weighed is a guess with what acting, asking back and passing on would have cost.
type weighed struct {
	guess
	act, ask, pass float64
}

// weigh finds out what became of a turn in each case.
func weigh(set *fitting.Set, p place, g guess) (weighed, error) {
	out := weighed{guess: g}
	for _, c := range []struct {
		to *float64
		l  limits
	}{
		{&out.act, limits{math.Inf(-1), math.Inf(-1)}}, {&out.ask, limits{math.Inf(-1), math.Inf(1)}}, {&out.pass, limits{math.Inf(1), 0}},
	} {
		v, err := set.Score(p.trade, p.turn, g.reading(c.l))
		if err != nil {
			return out, err
		}
		*c.to = costOf(v)
	}
	return out, nil
}

// costOf is what a verdict costs by the costs that the heads are fitted with.
func costOf(v fitting.Verdict) float64 {
	c := understanding.DefaultCosts()
	switch {
	case v.Right:
		return 0
	case v.Asked:
		return c.Ask
	case v.Wrong:
		return c.Wrong
	case v.Got == string(understanding.Unknown):
		return c.Pass
	}
	return c.AskMiss
}

// limitSteps is how many values of each limit are tried.
const limitSteps = 24

// fitLimits finds the limits with which the guesses cost least.
func fitLimits(list []weighed) limits {
	var nears, leads []float64
	for _, w := range list {
		nears, leads = append(nears, w.near), append(leads, w.lead)
	}
	best, least := limits{math.Inf(-1), math.Inf(-1)}, math.Inf(1)
	for _, near := range quantiles(nears) {
		for _, lead := range quantiles(leads) {
			sum := 0.0
			for _, w := range list {
				switch {
				case w.near < near:
					sum += w.pass
				case w.lead < lead:
					sum += w.ask
				default:
					sum += w.act
				}
			}
			if sum < least {
				best, least = limits{near, lead}, sum
			}
		}
	}
	return best
}

// quantiles are values that cut list into equal parts, the least of all first, and the largest.
func quantiles(list []float64) []float64 {
	out := []float64{math.Inf(-1)}
	if len(list) == 0 {
		return out
	}
	list = slices.Sorted(slices.Values(list))
	for i := range limitSteps {
		out = append(out, list[i*len(list)/limitSteps])
	}
	return append(out, list[len(list)-1], math.Inf(1))
}

// guesser guesses what turns mean; it takes on one trade after the other.
type guesser interface {
	prepare(ctx context.Context, t corpus.Trade) error
	guess(ctx context.Context, turn corpus.Turn) (guess, error)
}

// alone reads the turns by what something guesses. Its limits for a trade are fitted on the turns of the others: on all of them
// when it is quick, else on those that were drawn.
func alone(ctx context.Context, name string, set *fitting.Set, drawn []place, by guesser, quick bool) (map[place]answer, error) {
	trades := set.Trades()
	known := map[place]weighed{}
	took := map[place]time.Duration{}
	for i, t := range trades {
		places := placesIn([]corpus.Trade{t}, drawn)
		if quick {
			places = sampled([]corpus.Trade{t}, 0)
		}
		if len(places) == 0 {
			continue
		}
		progress.Tell(ctx, progress.Step{What: "Reading by " + name + " alone", Done: int64(i), Total: int64(len(trades))})
		if err := by.prepare(ctx, t); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		for _, p := range places {
			begun := time.Now()
			g, err := by.guess(ctx, t.Turns[p.turn])
			if err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			took[p] = time.Since(begun)
			if known[p], err = weigh(set, p, g); err != nil {
				return nil, err
			}
		}
	}
	out := map[place]answer{}
	fitted := map[string]limits{}
	for _, p := range drawn {
		l, ok := fitted[p.trade]
		if !ok {
			l = fitLimits(others(known, p.trade))
			fitted[p.trade] = l
		}
		out[p] = answer{known[p].reading(l), took[p]}
	}
	return out, nil
}

// others are the guesses about turns of other trades.
func others(known map[place]weighed, trade string) []weighed {
	var out []weighed
	for p, w := range known {
		if p.trade != trade {
			out = append(out, w)
		}
	}
	return out
}
