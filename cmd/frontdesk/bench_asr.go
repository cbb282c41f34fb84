package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"frontdesk.internal/models"
	"frontdesk.internal/models/asrbench"
	"frontdesk.internal/models/engines"
)

// benchASR measures the word error rate of the recogniser that calls use, with their settings.
type benchASR struct{ stdout, stderr io.Writer }

// benchASROptions are its flags.
type benchASROptions struct {
	models, asr         string
	sounds, transcripts string
	every, clips        int
	threads, beam       int
	json, verbose       bool
}

// benchASRCommand is frontdesk bench asr.
func benchASRCommand() *cobra.Command {
	var o benchASROptions
	cmd := command("asr", "word error rate of the recogniser on recorded prompts", func(cmd *cobra.Command, _ []string) error {
		if o.every < 1 || o.clips < 0 {
			return misused("--every is at least 1 and --clips at least 0")
		}
		return (&benchASR{cmd.OutOrStdout(), cmd.ErrOrStderr()}).measure(cmd.Context(), o)
	})
	fs := cmd.Flags()
	fs.StringVar(&o.models, "models", os.Getenv("FRONTDESK_WEIGHTS"), "`folder` of the models; looked up when not given")
	fs.StringVar(&o.asr, "asr", "", "Whisper model `file`, by itself; those in use when not given")
	fs.StringVar(&o.sounds, "sounds", asrbench.DefaultSounds, "`folder` of the prompts (package "+asrbench.SoundsPackage+")")
	fs.StringVar(&o.transcripts, "transcripts", asrbench.DefaultTranscripts, "`file` of their texts (package "+asrbench.TranscriptsPackage+")")
	fs.IntVar(&o.every, "every", 1, "use every `N`th prompt only")
	fs.IntVar(&o.clips, "clips", 0, "use at most `N` prompts; 0: all")
	fs.IntVar(&o.threads, "threads", 0, "compute threads; 0 chooses")
	fs.IntVar(&o.beam, "beam", 0, "beams of the search; 1: greedy; 0: as in calls")
	fs.BoolVarP(&o.verbose, "v", "v", false, "print every prompt that was not understood fully")
	fs.BoolVar(&o.json, "json", false, "print one JSON object on the last line")
	return described(cmd, "Measures the word error rate of the recogniser on recorded prompts, over several\ntelephone lines.", "")
}

// measure runs the bench and prints what it found.
func (c *benchASR) measure(ctx context.Context, o benchASROptions) error {
	prompts, err := asrbench.Load(o.sounds, o.transcripts)
	if err != nil {
		return err
	}
	prompts = thin(prompts, o.every, o.clips)
	f, err := benchASRFiles(o)
	if err != nil {
		return err
	}
	o.asr = filepath.Base(f.asr)
	if f.shortASR != "" {
		o.asr = filepath.Base(f.shortASR) + ", " + o.asr
	}
	r, err := openBenchRecognizer(f, o.beam)
	if err != nil {
		return err
	}
	defer r.Close() // the process ends
	conditions := asrbench.Conditions()
	fmt.Fprintf(c.stdout, "%s on %d prompts, %d lines each\n", o.asr, len(prompts), len(conditions))
	done, total := 0, len(prompts)*len(conditions)
	begun := time.Now()
	res, err := asrbench.Run(ctx, r, prompts, conditions, func(s asrbench.Trial) {
		if done++; done%(4*len(conditions)) == 0 {
			left := time.Since(begun) / time.Duration(done) * time.Duration(total-done)
			fmt.Fprintf(c.stderr, "\r%d of %d, %v left ", done, total, left.Round(time.Second))
		}
		if o.verbose && s.Errors.Rate() > 0 {
			fmt.Fprintf(c.stdout, "%s, %s: said %q, heard %q %s\n",
				s.Prompt.Name, s.Condition.Key, strings.Join(s.Prompt.Said, " "), s.Got.Text, s.Got.Rejected)
		}
	})
	fmt.Fprint(c.stderr, "\r\x1b[K")
	if err != nil {
		return err
	}
	return c.print(o, res, conditions)
}

// benchASRFiles returns what is measured.
func benchASRFiles(o benchASROptions) (engineFiles, error) {
	if o.asr != "" {
		return engineFiles{dir: o.models, asr: o.asr, threads: o.threads}, nil
	}
	dir, err := models.DefaultDir(o.models, "")
	if err != nil {
		return engineFiles{}, err
	}
	if _, err := models.Resolve(dir, models.ASR); err != nil {
		return engineFiles{}, err
	}
	f, _ := chosenEngines(dir, "") // what else is missing is not needed
	f.threads = o.threads
	return f, nil
}

// print writes the table, and the JSON object when it was asked for.
func (c *benchASR) print(o benchASROptions, res asrbench.Result, conditions []asrbench.Condition) error {
	ms := func(d time.Duration) float64 { return math.Round(float64(d.Microseconds())/100) / 10 }
	out := map[string]any{
		"model": o.asr, "clips": res.Clips, "audio_s": math.Round(res.Audio.Seconds()*10) / 10,
		"p50_ms": ms(res.P50), "p95_ms": ms(res.P95), "mean_ms": ms(res.Mean),
	}
	for _, k := range conditions {
		e := res.Errors[k.Key]
		out["words"] = e.Words
		out[k.Key] = math.Round(e.Rate()*1e5) / 1e5
		out[strings.TrimSuffix(k.Key, "_wer")+"_rejected"] = res.Rejected[k.Key]
		fmt.Fprintf(c.stdout, "%-12s %6.2f %%  of %d words: %d wrong, %d missing, %d too many; %d of %d clips withheld\n",
			k.Key, 100*e.Rate(), e.Words, e.Substituted, e.Deleted, e.Inserted, res.Rejected[k.Key], res.Clips)
	}
	fmt.Fprintf(c.stdout, "one recognition: half take at most %.0f ms, 95 %% at most %.0f ms\n", ms(res.P50), ms(res.P95))
	if !o.json {
		return nil
	}
	return printBenchJSON(c.stdout, out)
}

// thin takes every nth prompt and at most some number, spread over all.
func thin(p []asrbench.Prompt, every, most int) []asrbench.Prompt {
	if most > 0 {
		every = max(every, (len(p)+most-1)/most)
	}
	var out []asrbench.Prompt
	for i := every - 1; i < len(p); i += every {
		out = append(out, p[i])
	}
	return out
}

// benchRecognizer is a recogniser that the bench closes.
type benchRecognizer interface {
	asrbench.Recognizer
	io.Closer
}

var _ benchRecognizer = engines.Recognizer(nil)
