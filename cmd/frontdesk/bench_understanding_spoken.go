package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"frontdesk.internal/appliance"
	"frontdesk.internal/appliance/dialogue"
	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/language/all"
	"frontdesk.internal/appliance/phone/phonetest/scene"
	"frontdesk.internal/appliance/understanding"
	"frontdesk.internal/appliance/understanding/corpus"
	fitting "frontdesk.internal/appliance/understanding/fit"
	"frontdesk.internal/audio"
	"frontdesk.internal/audio/wav"
	"frontdesk.internal/models/asrbench"
	"frontdesk.internal/models/engines"
	"frontdesk.internal/models/progress"
)

// boxVoice is the voice of the box itself, as a caller.
const boxVoice = "box"

// testVoices are the voices of the callers who speak a language: those of the demonstration and the other benches, and the box's own.
// espeak-ng's German is heard so badly that it would measure nothing but itself; where its only better voice is not there, German
// is left out.
var testVoices = map[string][]string{
	"de": {"pico:de-DE"},
	"en": {"flite:slt", "flite:rms", "espeak:en-us", "flite:awb", "espeak:en-gb", "flite:kal16", boxVoice},
}

// The ways to share the turns out among the voices, besides a list of voices.
const (
	voicesInTurn = "rotate" // each turn is spoken once, by one voice after the other
	voicesAll    = "all"    // each turn is spoken by each
)

// spokenTurn is a turn that was spoken and heard.
type spokenTurn struct {
	voice        string
	heard        string
	rejected     string // why the recogniser withheld what it heard
	errors       asrbench.Errors
	spoken, text fitting.Verdict
	took         time.Duration // to recognise it
}

// benchSpeaker is the box's voice, which the bench closes.
type benchSpeaker interface {
	Rate() int
	Speak(ctx context.Context, text string, speed float64) (audio.PCM, error)
	io.Closer
}

// speaking has turns spoken, sent over a telephone line, recognised and read.
type speaking struct {
	o     understandingFlags
	ears  benchRecognizer
	box   benchSpeaker
	embed benchEmbedder
	dir   string // for sound on its way
	out   []spokenTurn
}

// spoken prints how much recognition costs: the same turns read as text, and as the recogniser heard them.
func (c *benchUnderstanding) spoken(ctx context.Context, o understandingFlags) (err error) {
	x := &speaking{o: o}
	if x.embed, err = openMeaning(o.dir); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, x.embed.Close()) }()
	f, err := benchASRFiles(benchASROptions{models: o.dir})
	if err != nil {
		return err
	}
	if x.ears, err = openBenchRecognizer(f, 0); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, x.ears.Close()) }()
	if x.box, err = openBenchSpeaker(o.dir); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, x.box.Close()) }()
	if x.dir, err = os.MkdirTemp("", "bench-"); err != nil {
		return fmt.Errorf("make folder for speech: %w", err)
	}
	defer os.RemoveAll(x.dir)
	trades, err := corpus.Load()
	if err != nil {
		return err
	}
	ctx, over := withBar(ctx, c.stderr)
	defer over()
	var can []corpus.Trade
	for _, tag := range all.Tags() {
		if o.language != "" && o.language != tag {
			continue
		}
		if voices, err := voicesOf(tag, o.voices); len(voices) == 0 {
			fmt.Fprintf(c.stderr, "Language %s is left out: no test voice speaks it.\n", tag)
			if err != nil {
				fmt.Fprintln(c.stderr, " ", err)
			}
			continue
		}
		can = append(can, inLanguage(trades, tag)...)
	}
	if len(can) == 0 {
		return errors.New("no turn is spoken: --voices and --language leave none")
	}
	drawn := sampled(can, o.sample)
	for _, tag := range all.Tags() {
		own := inLanguage(can, tag)
		if places := placesIn(own, drawn); len(places) > 0 {
			if err := x.language(ctx, tag, own, places); err != nil {
				return err
			}
		}
	}
	over()
	return c.printSpoken(o, x.out)
}

// voicesOf are the voices for a language; wanted is how the turns are shared out, or a list of voices. The error says which this
// system does not have.
func voicesOf(tag, wanted string) ([]string, error) {
	var out []string
	var missing error
	for _, v := range testVoices[tag] {
		if wanted != voicesInTurn && wanted != voicesAll && !slices.Contains(strings.Split(wanted, ","), v) {
			continue
		}
		if err := scene.Available(v); err != nil {
			missing = errors.Join(missing, err)
			continue
		}
		out = append(out, v)
	}
	return out, missing
}

// speakers are the voices that speak the nth turn.
func speakers(voices []string, wanted string, n int) []string {
	if wanted == voicesAll {
		return voices
	}
	return voices[n%len(voices) : n%len(voices)+1]
}

// checkVoices says what is wrong with a list of voices.
func checkVoices(wanted string) error {
	if wanted == voicesInTurn || wanted == voicesAll {
		return nil
	}
	var known []string
	for _, tag := range all.Tags() {
		known = append(known, testVoices[tag]...)
	}
	for v := range strings.SplitSeq(wanted, ",") {
		if !slices.Contains(known, v) {
			return fmt.Errorf("there is no voice %q; use %s, %s, or some of %s", v, voicesInTurn, voicesAll, strings.Join(known, ","))
		}
	}
	return nil
}

// language has the turns of one language spoken and reads them.
func (x *speaking) language(ctx context.Context, tag string, trades []corpus.Trade, drawn []place) error {
	set, err := readSet(ctx, tag, trades, appliance.Embeddings(x.embed), "turns")
	if err != nil {
		return err
	}
	heads := withoutEach(ctx, set, x.o.folds, "heads")
	voices, _ := voicesOf(tag, x.o.voices) // who is missing was told before
	for n, p := range drawn {
		t := trades[slices.IndexFunc(trades, func(t corpus.Trade) bool { return t.Name == p.trade })]
		text, err := verdictOf(ctx, set, p, t.Turns[p.turn].Say, heads[p.trade])
		if err != nil {
			return err
		}
		for _, v := range speakers(voices, x.o.voices, n) {
			progress.Tell(ctx, progress.Step{What: "Speaking and listening, " + tag, Done: int64(n), Total: int64(len(drawn))})
			s, err := x.listen(ctx, v, tag, t.Turns[p.turn].Say, expected(t.Business))
			if err != nil {
				return err
			}
			s.text = text
			if s.spoken, err = verdictOf(ctx, set, p, s.heard, heads[p.trade]); err != nil {
				return err
			}
			x.out = append(x.out, s)
		}
	}
	return nil
}

func verdictOf(ctx context.Context, set *fitting.Set, p place, text string, h *understanding.Head) (fitting.Verdict, error) {
	r, err := set.Hear(ctx, p.trade, p.turn, text, h)
	if err != nil {
		return fitting.Verdict{}, err
	}
	return set.Score(p.trade, p.turn, r)
}

// expected are the words that a call for b tells the recogniser to expect once the greeting is over.
func expected(b *knowledge.Business) string {
	c := dialogue.New(b, dialogue.Options{})
	hint := ""
	for _, a := range c.Handle(time.Now(), dialogue.Answered{}) {
		if e, ok := a.(dialogue.Expect); ok {
			hint = e.Hint
		}
	}
	return hint
}

// How much silence there is around an utterance when a call hands it to the recogniser.
const (
	leadIn  = 300 * time.Millisecond
	leadOut = 160 * time.Millisecond
)

// listen has text spoken by a voice and returns what the recogniser makes of it at the other end of a line.
func (x *speaking) listen(ctx context.Context, voice, tag, text, hint string) (spokenTurn, error) {
	s := spokenTurn{voice: voice}
	said, err := x.say(ctx, voice, text)
	if err != nil {
		return s, fmt.Errorf("%s: %w", voice, err)
	}
	pcm := make(audio.PCM, int(leadIn*scene.Rate/time.Second), len(said)+scene.Rate)
	pcm = append(append(pcm, said...), make(audio.PCM, int(leadOut*scene.Rate/time.Second))...)
	wide, err := asrbench.Line(pcm, scene.Rate, asrbench.Conditions()[0], 0)
	if err != nil {
		return s, err
	}
	begun := time.Now()
	got, err := x.ears.Recognize(ctx, wide, engines.RecognizeOptions{Language: tag, Prompt: hint})
	if err != nil {
		return s, fmt.Errorf("recognise: %w", err)
	}
	s.heard, s.rejected, s.took = got.Text, got.Rejected, time.Since(begun)
	s.errors = wordErrors(all.For(tag), text, s.heard)
	return s, nil
}

// wordErrors compares what was heard with what was said, as words of the language.
func wordErrors(l language.Language, said, heard string) asrbench.Errors {
	words := asrbench.Words // knows how English is written in several ways
	if l.Tag() != "en" {
		words = l.Words
	}
	return asrbench.Compare(words(said), words(heard))
}

// say returns text in a voice, at the telephone's rate.
func (x *speaking) say(ctx context.Context, voice, text string) (audio.PCM, error) {
	if voice != boxVoice {
		return scene.Speak(ctx, voice, text)
	}
	pcm, err := x.box.Speak(ctx, text, 1)
	if err != nil {
		return nil, err
	}
	name := filepath.Join(x.dir, "speech.wav")
	f, err := os.Create(name)
	if err != nil {
		return nil, fmt.Errorf("keep speech: %w", err)
	}
	if err := errors.Join(wav.Write(f, x.box.Rate(), pcm), f.Close()); err != nil {
		return nil, fmt.Errorf("keep speech: %w", err)
	}
	return scene.Speak(ctx, "wav", name) // as loud as the other callers
}

// spokenShares are what became of spoken turns, beside the same turns as text.
type spokenShares struct {
	Turns     int                 `json:"turns"`
	Right     float64             `json:"spoken_right"`
	Asked     float64             `json:"spoken_asked"`
	Lost      float64             `json:"spoken_lost"`
	Wrong     float64             `json:"spoken_wrong"`
	Harmful   float64             `json:"spoken_harmful"`
	Text      float64             `json:"text_right"`
	TextWrong float64             `json:"text_wrong"`
	Cost      float64             `json:"cost"` // how much less is right for being spoken
	WER       float64             `json:"wer"`
	Words     int                 `json:"words"`
	Rejected  int                 `json:"rejected"`
	Intervals map[string]interval `json:"intervals"`
	P50       float64             `json:"p50_ms"` // of recognition
	P95       float64             `json:"p95_ms"`
}

func spokenSharesOf(list []spokenTurn) spokenShares {
	var spoken, text []fitting.Verdict
	var took []time.Duration
	var e asrbench.Errors
	rejected := 0
	for _, s := range list {
		spoken, text, took = append(spoken, s.spoken), append(text, s.text), append(took, s.took)
		e = e.Add(s.errors)
		if s.rejected != "" {
			rejected++
		}
	}
	sp, tx := intervalsOf(spoken, took), intervalsOf(text, nil)
	return spokenShares{
		Turns: sp.Turns, Right: sp.Right, Asked: sp.Asked, Lost: sp.Lost, Wrong: sp.Wrong, Harmful: sp.Harmful, Text: tx.Right,
		TextWrong: tx.Wrong, Cost: math.Round((tx.Right-sp.Right)*1e4) / 1e4, WER: math.Round(e.Rate()*1e4) / 1e4, Words: e.Words,
		Rejected: rejected,
		Intervals: map[string]interval{
			"spoken_right": sp.Intervals["right"], "spoken_wrong": sp.Intervals["wrong"], "text_right": tx.Intervals["right"],
		},
		P50: sp.P50, P95: sp.P95,
	}
}

// printSpoken prints all turns together, by language and by voice.
func (c *benchUnderstanding) printSpoken(o understandingFlags, list []spokenTurn) error {
	verdicts := make([]fitting.Verdict, len(list))
	for i, s := range list {
		verdicts[i] = s.spoken
	}
	parts := map[string]spokenShares{}
	var order []string
	for _, group := range []func(i int) string{
		func(i int) string { return "language." + list[i].spoken.Language },
		func(i int) string { return "voice." + list[i].voice },
		func(i int) string { return "kind." + list[i].spoken.Kind },
	} {
		names, groups := groupedBy(verdicts, group)
		for _, n := range names {
			parts[n] = spokenSharesOf(pick(list, groups[n]))
		}
		order = append(order, names...)
	}
	total := spokenSharesOf(list)
	if o.json {
		return printBenchJSON(c.stdout, map[string]any{
			"turns": total.Turns, "spoken_right": total.Right, "spoken_asked": total.Asked, "spoken_lost": total.Lost, "spoken_wrong": total.Wrong,
			"spoken_harmful": total.Harmful, "text_right": total.Text, "text_wrong": total.TextWrong, "cost": total.Cost, "wer": total.WER,
			"words": total.Words, "rejected": total.Rejected, "intervals": total.Intervals, "p50_ms": total.P50, "p95_ms": total.P95, "by": parts,
			"sample": o.sample,
		})
	}
	for _, n := range append(order, "all") {
		s := total
		if n != "all" {
			s = parts[n]
		}
		at := s.Intervals["spoken_right"]
		fmt.Fprintf(c.stdout, "%-22s %4d turns: right %.3f (%.2f to %.2f), as text %.3f; asked back %.3f, lost %.3f, wrong %.3f, as text "+
			"%.3f; words wrong %.1f %%\n",
			strings.Replace(n, ".", " ", 1), s.Turns, s.Right, at[0], at[1], s.Text, s.Asked, s.Lost, s.Wrong, s.TextWrong, 100*s.WER)
	}
	fmt.Fprintf(c.stdout, "recognising one turn: half take at most %.0f ms, 95 %% at most %.0f ms\n", total.P50, total.P95)
	if o.list {
		for _, s := range list {
			if s.text.Right && !s.spoken.Right {
				fmt.Fprintf(c.stdout, "%s: %s: %q was heard as %q %s: want %s; got %s %.2f\n",
					s.voice, s.spoken.Trade, s.text.Say, s.heard, s.rejected, strings.Join(s.spoken.Want, " or "), s.spoken.Got, s.spoken.P)
			}
		}
	}
	return nil
}
