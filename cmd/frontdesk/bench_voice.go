package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"frontdesk.internal/appliance/language/all"
	"frontdesk.internal/audio"
	"frontdesk.internal/audio/resample"
	"frontdesk.internal/models"
	"frontdesk.internal/models/asrbench"
	"frontdesk.internal/models/cachedir"
	"frontdesk.internal/models/engines"
)

// voiceSentences are what the box says, a sentence a line, as the voice gets it.
//
//go:embed bench_voice.txt
var voiceSentences string

// benchVoice measures the voices for English: how well the box's own recogniser understands them over a telephone line, and what they cost.
type benchVoice struct{ stdout, stderr io.Writer }

// benchVoiceOptions are its flags.
type benchVoiceOptions struct {
	models  string
	only    string
	every   int
	verbose bool
	json    bool
}

// benchVoiceCommand is frontdesk bench voice.
func benchVoiceCommand() *cobra.Command {
	var o benchVoiceOptions
	cmd := command("voice", "how well the voices are understood, and what they cost", func(cmd *cobra.Command, _ []string) error {
		if o.every < 1 {
			return misused("--every is at least 1")
		}
		return (&benchVoice{cmd.OutOrStdout(), cmd.ErrOrStderr()}).measure(cmd.Context(), o)
	})
	fs := cmd.Flags()
	fs.StringVar(&o.models, "models", os.Getenv("FRONTDESK_WEIGHTS"), "`folder` of the models; looked up when not given")
	fs.StringVar(&o.only, "voice", "", "`name` of the one voice to measure; all that are there when not given")
	fs.IntVar(&o.every, "every", 1, "use every `N`th sentence only")
	fs.BoolVarP(&o.verbose, "v", "v", false, "print every sentence that was not understood fully")
	fs.BoolVar(&o.json, "json", false, "print one JSON object on the last line")
	return described(cmd, `Speaks what the box usually says with each voice for English that is there,
sends it over a telephone line (G.711, without loss and with 3 %), and has the
box's own recogniser write it down. Prints the word error rates, the time to the
first sound, and the processor seconds a second of sound.`, "")
}

// voiceLines are the lines that are measured: the clean one and that which loses three packets of a hundred.
func voiceLines() []asrbench.Condition {
	return slices.DeleteFunc(asrbench.Conditions(), func(c asrbench.Condition) bool { return c.Noise || c.Loss != 0 && c.Loss != 0.03 })
}

// measure runs the bench and prints what it found.
func (c *benchVoice) measure(ctx context.Context, o benchVoiceOptions) (err error) {
	dir, err := models.DefaultDir(o.models, "")
	if err != nil {
		return err
	}
	l, err := models.Open(dir)
	if err != nil {
		return err
	}
	var voices []models.Model
	for _, m := range l.Role(models.Voice) {
		english := len(m.Languages) == 0 || slices.Contains(m.Languages, "en")
		if english && (o.only == "" || o.only == m.Name) && l.State(m) != cachedir.Missing {
			voices = append(voices, m)
		}
	}
	if len(voices) == 0 {
		return errors.New("no such voice for English is there; fetch one with: frontdesk models fetch NAME")
	}
	f, err := benchASRFiles(benchASROptions{models: dir})
	if err != nil {
		return err
	}
	ears, err := openBenchRecognizer(f, 0)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, ears.Close()) }()
	out := map[string]any{}
	for _, m := range voices {
		v, err := openBenchVoice(f, voiceFile{m.Engine, l.Path(m, m.Files[0])})
		if err != nil {
			return fmt.Errorf("load voice %s: %w", m.Name, err)
		}
		s, err := c.voice(ctx, o, v, ears)
		if err := errors.Join(err, v.Close()); err != nil {
			return fmt.Errorf("voice %s: %w", m.Name, err)
		}
		c.print(m.Name, s, out)
	}
	if !o.json {
		return nil
	}
	return printBenchJSON(c.stdout, out)
}

// spokenWell is what was found of a voice.
type spokenWell struct {
	sentences int
	errors    map[string]asrbench.Errors // by Condition.Key
	first     []time.Duration            // to the first sound
	sound     time.Duration
	used      time.Duration // processor time
}

// voice measures one voice.
func (c *benchVoice) voice(ctx context.Context, o benchVoiceOptions, v benchSpeaker, ears benchRecognizer) (spokenWell, error) {
	s := spokenWell{errors: map[string]asrbench.Errors{}}
	list := strings.Split(strings.TrimSpace(voiceSentences), "\n")
	for i := 0; i < len(list); i += o.every {
		pcm, err := s.speak(ctx, v, list[i])
		if err != nil {
			return s, err
		}
		for _, line := range voiceLines() {
			heard, err := asrbench.Line(pcm, resampled, line, uint64(i))
			if err != nil {
				return s, err
			}
			got, err := ears.Recognize(ctx, heard, engines.RecognizeOptions{Language: "en"})
			if err != nil {
				return s, fmt.Errorf("recognise: %w", err)
			}
			e := asrbench.Compare(asrbench.Words(list[i]), asrbench.Words(inWords(got.Text)))
			s.errors[line.Key] = s.errors[line.Key].Add(e)
			if o.verbose && e.Rate() > 0 {
				fmt.Fprintf(c.stdout, "%s: said %q, heard %q %s\n", line.Key, list[i], got.Text, got.Rejected)
			}
		}
		s.sentences++
		fmt.Fprintf(c.stderr, "\r%d of %d ", i+1, len(list))
	}
	fmt.Fprint(c.stderr, "\r\x1b[K")
	return s, nil
}

// resampled is the rate of the telephone.
const resampled = 8000

// speak has a sentence spoken as in a call: clause by clause, at the telephone's rate, with a little silence around.
func (s *spokenWell) speak(ctx context.Context, v benchSpeaker, text string) (audio.PCM, error) {
	const around = resampled * 3 / 10
	var pcm audio.PCM
	used, begun := processorTime(), time.Now()
	for i, clause := range all.For("en").Clauses(text) {
		said, err := v.Speak(ctx, clause, 1)
		if err != nil {
			return nil, err
		}
		if i == 0 {
			s.first = append(s.first, time.Since(begun))
		}
		pcm = append(pcm, said...)
	}
	s.used += processorTime() - used
	s.sound += pcm.Duration(v.Rate())
	narrow, err := resample.All(v.Rate(), resampled, pcm)
	if err != nil {
		return nil, err
	}
	return slices.Concat(make(audio.PCM, around), narrow, make(audio.PCM, around)), nil
}

// price is an amount of dollars as recognisers write it.
var price = regexp.MustCompile(`\$(\d+)(?:\.(\d\d))?`)

// inWords writes prices as they were said.
func inWords(text string) string {
	return price.ReplaceAllStringFunc(text, func(m string) string {
		dollars, cents, ok := strings.Cut(m[1:], ".")
		if !ok || cents == "00" {
			return dollars + " dollars"
		}
		return dollars + " dollars and " + cents + " cents"
	})
}

// print writes a voice's figures, and takes them into the JSON object.
func (c *benchVoice) print(name string, s spokenWell, out map[string]any) {
	round := func(x, to float64) float64 { return math.Round(x/to) * to }
	slices.Sort(s.first)
	at := func(share int) float64 {
		return float64(s.first[min(len(s.first)-1, len(s.first)*share/100)].Microseconds()) / 1000
	}
	core := s.used.Seconds() / max(s.sound.Seconds(), 1e-9)
	figures := map[string]any{
		"sentences": s.sentences, "sound_s": round(s.sound.Seconds(), 0.1), "core_share": round(core, 1e-4),
		"first_p50_ms": round(at(50), 0.1), "first_p95_ms": round(at(95), 0.1),
	}
	fmt.Fprintf(c.stdout, "%s: %d sentences, %.0f s of sound\n", name, s.sentences, s.sound.Seconds())
	for _, line := range voiceLines() {
		e := s.errors[line.Key]
		figures[line.Key], figures["words"] = round(e.Rate(), 1e-5), e.Words
		fmt.Fprintf(c.stdout, "  %-10s %5.2f %% of %d words: %d wrong, %d missing, %d too many\n",
			line.Key, 100*e.Rate(), e.Words, e.Substituted, e.Deleted, e.Inserted)
	}
	fmt.Fprintf(c.stdout, "  first sound after %.0f ms (95 %%: %.0f ms); %.4f processor seconds a second of sound\n", at(50), at(95), core)
	out[name] = figures
}
