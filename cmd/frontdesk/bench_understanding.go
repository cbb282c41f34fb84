package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"frontdesk.internal/appliance"
	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/language/all"
	"frontdesk.internal/appliance/language/de"
	"frontdesk.internal/appliance/language/en"
	"frontdesk.internal/appliance/understanding"
	"frontdesk.internal/appliance/understanding/corpus"
	fitting "frontdesk.internal/appliance/understanding/fit"
	"frontdesk.internal/appliance/understanding/sayings"
	"frontdesk.internal/models"
)

// benchUnderstanding scores how well callers of businesses are understood that nothing was fitted on: each trade of the tree is
// judged by a head that was fitted on the others. With --fit it writes the heads that the program carries, fitted on all.
type benchUnderstanding struct{ stdout, stderr io.Writer }

// understandingFlags are the flags of frontdesk bench understanding.
type understandingFlags struct {
	dir, fit, language string
	keep               string
	folds              int
	words, json, list  bool
	compare, spoken    bool
	sample             int
	voices             string
}

// benchUnderstandingCommand is frontdesk bench understanding.
func benchUnderstandingCommand() *cobra.Command {
	var o understandingFlags
	cmd := command("understanding", "how well callers of strange businesses are understood", func(cmd *cobra.Command, _ []string) error {
		if err := o.check(); err != nil {
			return &usageError{err}
		}
		c := &benchUnderstanding{cmd.OutOrStdout(), cmd.ErrOrStderr()}
		switch {
		case o.compare:
			return c.compare(cmd.Context(), o)
		case o.spoken:
			return c.spoken(cmd.Context(), o)
		}
		return c.run(cmd.Context(), o)
	})
	fs := cmd.Flags()
	fs.StringVar(&o.dir, "models", os.Getenv("FRONTDESK_WEIGHTS"), "`folder` of the models; looked up when not given")
	fs.StringVar(&o.fit, "fit", "", "fit on all trades and write the heads into `folder`, instead of scoring")
	fs.StringVar(&o.language, "language", "", "only this `language`")
	fs.IntVar(&o.folds, "folds", 0, "leave out the trades in `N` parts; 0 = one by one")
	fs.BoolVar(&o.words, "words", false, "read by words alone, without sentence embeddings")
	fs.BoolVar(&o.compare, "compare", false,
		"read the same turns by words, by each embedding model and by the language model alone, and by all that calls use")
	fs.BoolVar(&o.spoken, "spoken", false, "have the turns spoken, send them over a telephone line, and read what the recogniser hears")
	fs.IntVar(&o.sample, "sample", 0, "with --compare or --spoken: only `N` turns, always the same ones; 0 = all")
	fs.StringVar(&o.voices, "voices", voicesInTurn,
		"with --spoken: `voices` that speak each turn: rotate = one after the other, all = each, or a list")
	fs.StringVar(&o.keep, "keep", "", "keep in `file` what the models say, and take from it what they said before; times mean nothing then")
	fs.BoolVar(&o.list, "list", false, "list the turns that were not understood")
	fs.BoolVar(&o.json, "json", false, "print only one JSON object")
	return described(cmd, `Scores how well callers of businesses are understood that nothing was fitted on:
each trade is judged by a head that was fitted on the others.`, "  frontdesk bench understanding --compare --sample 200 --json")
}

// check says which flags do not go together.
func (o understandingFlags) check() error {
	switch {
	case o.folds < 0 || o.folds == 1:
		return errors.New("--folds is 0 or at least 2")
	case o.compare && o.spoken:
		return errors.New("--compare and --spoken are two runs")
	case (o.compare || o.spoken) && (o.words || o.fit != ""):
		return errors.New("--words and --fit go with neither --compare nor --spoken")
	case !o.compare && !o.spoken && o.sample != 0, o.sample < 0:
		return errors.New("--sample takes a number of turns and goes with --compare or --spoken")
	case o.keep != "" && (o.compare || o.spoken || o.words):
		return errors.New("--keep goes with neither --compare nor --spoken nor --words")
	case !o.spoken && o.voices != voicesInTurn:
		return errors.New("--voices goes with --spoken")
	}
	return checkVoices(o.voices)
}

func (c *benchUnderstanding) run(ctx context.Context, o understandingFlags) (err error) {
	var e understanding.Embedder
	if !o.words {
		engine, err := o.meaning()
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, engine.Close()) }()
		e = appliance.Embeddings(engine)
	}
	trades, err := corpus.Load()
	if err != nil {
		return err
	}
	var verdicts []fitting.Verdict
	var took []time.Duration
	for _, tag := range all.Tags() {
		if o.language != "" && o.language != tag {
			continue
		}
		var own []corpus.Trade
		for _, t := range trades {
			if t.Business.Language == tag {
				own = append(own, t)
			}
		}
		lang := all.For(tag)
		data, err := dataOf(tag, own, e != nil)
		if err != nil {
			return err
		}
		fmt.Fprintf(c.stderr, "Reading %d trades and %d beside, language %s\n", len(own), len(data.Beside), tag)
		if o.fit != "" {
			if err := c.write(ctx, o, lang, data, e); err != nil {
				return err
			}
			continue
		}
		set, err := fitting.Read(ctx, lang, data, e, func(name string) { fmt.Fprintln(c.stderr, " ", name) })
		if err != nil {
			return err
		}
		verdicts = append(verdicts, c.judge(set, o.folds)...)
		took = append(took, set.Took()...)
	}
	if o.fit != "" {
		return nil
	}
	return c.print(o, verdicts, took)
}

// meaning opens the engine as the flags say.
func (o understandingFlags) meaning() (benchEmbedder, error) {
	f, err := meaningFiles(o.dir)
	if err != nil {
		return nil, err
	}
	engine, err := openBenchEmbedder(f, f.embed...)
	if err != nil || o.keep == "" {
		return engine, err
	}
	k, err := keepMeaning(engine, f.embed, o.keep)
	if err != nil {
		return nil, errors.Join(err, engine.Close())
	}
	return k, nil
}

// openMeaning opens the engine with all models for the meaning of sentences.
func openMeaning(configured string) (benchEmbedder, error) {
	f, err := meaningFiles(configured)
	if err != nil {
		return nil, err
	}
	return openBenchEmbedder(f, f.embed...)
}

// meaningFiles are the files of the models for the meaning of sentences; there is at least one.
func meaningFiles(configured string) (engineFiles, error) {
	dir, err := models.DefaultDir(configured, "")
	if err != nil {
		return engineFiles{}, err
	}
	f, err := chosenEngines(dir, "")
	if len(f.embed) == 0 {
		return f, errors.Join(errors.New("there is no model for the meaning of sentences: frontdesk models fetch brings it; --words does "+
			"without"), err)
	}
	return f, nil
}

// examplesOf are the examples of a language.
func examplesOf(tag string) []byte {
	if tag == "de" {
		return de.Examples
	}
	return en.Examples
}

// dataOf is what the heads of a language are fitted on. By words alone nothing is taught beside: a word that callers in danger said
// now and then would make harm of it. What is said of services and answers is left out for English, whose model was trained on it.
func dataOf(tag string, judged []corpus.Trade, meaning bool) (fitting.Data, error) {
	d := fitting.Data{Examples: examplesOf(tag), Judged: judged}
	if !meaning {
		return d, nil
	}
	list, err := sayings.Load(tag)
	for _, t := range list {
		d.Beside = append(d.Beside, t.Beside(tag != "en"))
	}
	return d, err
}

// write fits the heads on all trades and writes them.
func (c *benchUnderstanding) write(ctx context.Context, o understandingFlags, lang language.Language, d fitting.Data,
	e understanding.Embedder) error {
	name := lang.Tag() + "-meaning.json"
	if e == nil {
		name = lang.Tag() + "-words.json"
	}
	h, err := fitting.All(ctx, lang, d, e, func(name string) { fmt.Fprintln(c.stderr, " ", name) })
	if err != nil {
		return err
	}
	data, err := h.Save()
	if err != nil {
		return fmt.Errorf("encode head: %w", err)
	}
	path := filepath.Join(o.fit, name)
	if err := os.WriteFile(path, append(data, '\n'), 0o644); err != nil {
		return fmt.Errorf("write head: %w", err)
	}
	fmt.Fprintf(c.stdout, "%s: %d bytes\n", path, len(data))
	return nil
}

// judge reads all turns of each trade by a head that was fitted without it, on all cores.
func (c *benchUnderstanding) judge(set *fitting.Set, folds int) []fitting.Verdict {
	names := set.Names()
	if folds == 0 || folds > len(names) {
		folds = len(names)
	}
	out := make([][]fitting.Verdict, folds)
	var work sync.WaitGroup
	slots := make(chan struct{}, runtime.NumCPU())
	for f := range folds {
		var left []string
		for i, n := range names {
			if i%folds == f {
				left = append(left, n)
			}
		}
		work.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			h := set.Without(left...)
			for _, n := range left {
				out[f] = append(out[f], set.Judge(n, h)...)
			}
			fmt.Fprintln(c.stderr, "  judged", strings.Join(left, ", "))
		})
	}
	work.Wait()
	return slices.Concat(out...)
}

// shares are what became of a group of turns, as fractions, with what chance alone may change at most (95 %).
type shares struct {
	Turns   int     `json:"turns"`
	Right   float64 `json:"right"`
	Asked   float64 `json:"asked"`
	Lost    float64 `json:"lost"`
	Wrong   float64 `json:"wrong"`
	Harmful float64 `json:"harmful"`
	Served  float64 `json:"served"` // right, or told at once with the question whether it was wanted
	Told    float64 `json:"told"`   // told with that question, whether it was wanted or not
	RightLo float64 `json:"right_low"`
	RightHi float64 `json:"right_high"`
	First   float64 `json:"first"` // the likeliest meaning is a right one
	Four    float64 `json:"four"`  // one of the four likeliest is
}

func sharesOf(vs []fitting.Verdict) shares {
	s := shares{Turns: len(vs)}
	n := float64(max(len(vs), 1))
	add := func(to *float64, is bool) {
		if is {
			*to += 1 / n
		}
	}
	for _, v := range vs {
		add(&s.Right, v.Right)
		add(&s.Asked, v.Asked)
		add(&s.Lost, v.Lost)
		add(&s.Wrong, v.Wrong)
		add(&s.Harmful, v.Harmful)
		add(&s.Served, v.Served)
		add(&s.Told, v.Told)
		add(&s.First, v.Top == 0)
		add(&s.Four, v.Top >= 0 && v.Top < 4)
	}
	s.RightLo, s.RightHi = wilson(s.Right, n)
	for _, f := range []*float64{
		&s.Right, &s.Asked, &s.Lost, &s.Wrong, &s.Harmful, &s.Served, &s.Told, &s.First, &s.Four, &s.RightLo, &s.RightHi,
	} {
		*f = math.Round(*f*1e4) / 1e4
	}
	return s
}

// wilson is the 95 % interval of a share of n (Wilson's score interval).
func wilson(p, n float64) (low, high float64) {
	const z = 1.96
	mid := (p + z*z/(2*n)) / (1 + z*z/n)
	half := z / (1 + z*z/n) * math.Sqrt(p*(1-p)/n+z*z/(4*n*n))
	return mid - half, mid + half
}

func (c *benchUnderstanding) print(o understandingFlags, vs []fitting.Verdict, took []time.Duration) error {
	groups := map[string][]fitting.Verdict{}
	for _, v := range vs {
		for _, g := range []string{"kind " + v.Kind, "language " + v.Language, "trade " + v.Trade} {
			groups[g] = append(groups[g], v)
		}
	}
	names := make([]string, 0, len(groups))
	by := map[string]shares{}
	for g, list := range groups {
		names = append(names, g)
		by[strings.Replace(g, " ", ".", 1)] = sharesOf(list)
	}
	slices.Sort(names)
	total := sharesOf(vs)
	slices.Sort(took)
	if !o.json {
		for _, g := range append(names, "all") {
			s := total
			if g != "all" {
				s = sharesOf(groups[g])
			}
			fmt.Fprintf(c.stdout, "%-28s %5d turns: right %.3f (%.3f to %.3f), asked back %.3f, lost %.3f, wrong %.3f, harmful %.3f; "+
				"served at once %.3f, told with a question %.3f; first guess %.3f, among four %.3f\n",
				g, s.Turns, s.Right, s.RightLo, s.RightHi, s.Asked, s.Lost, s.Wrong, s.Harmful, s.Served, s.Told, s.First, s.Four)
		}
		if len(took) > 0 {
			fmt.Fprintf(c.stdout, "a decision: half take at most %.1f ms, 95 %% at most %.1f ms\n", ms(at(took, 0.5)), ms(at(took, 0.95)))
		}
	}
	if o.list {
		for _, v := range vs {
			if !v.Right {
				fmt.Fprintf(c.stdout, "%s: %q: want %s; got %s %.2f\n", v.Trade, v.Say, strings.Join(v.Want, " or "), v.Got, v.P)
			}
		}
	}
	if !o.json {
		return nil
	}
	result := map[string]any{
		"turns": total.Turns, "right": total.Right, "asked": total.Asked, "lost": total.Lost, "wrong": total.Wrong, "harmful": total.Harmful,
		"served": total.Served, "told": total.Told,
		"right_low": total.RightLo, "right_high": total.RightHi, "first": total.First, "four": total.Four, "by": by, "words_alone": o.words,
	}
	if len(took) > 0 {
		result["p50_ms"], result["p95_ms"] = ms(at(took, 0.5)), ms(at(took, 0.95))
	}
	return printBenchJSON(c.stdout, result)
}
