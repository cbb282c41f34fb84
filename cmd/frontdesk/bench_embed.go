package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"frontdesk.internal/models"
	"frontdesk.internal/models/embed"
	"frontdesk.internal/models/engines"
)

// benchEmbedder is a sentence embedder that the bench closes.
type benchEmbedder interface {
	engines.Embedder
	io.Closer
}

// benchSentences are of the lengths that callers' turns have.
var benchSentences = []string{
	"Are you open on Sunday?",
	"How much is it to fit a new chain and both brakes?",
	"Yes, please.",
	"I would like to move my appointment to Thursday afternoon, if that is possible.",
	"Hi, um, I was wondering whether somebody could have a look at my boiler, it keeps going out and we have no hot water.",
	"Haben Sie am Samstag geöffnet?",
	"Was kostet ein Haarschnitt für ein Kind von sechs Jahren?",
	"Ich möchte meinen Termin am Dienstag absagen, mir ist etwas dazwischengekommen.",
	"¿Puedo pagar con tarjeta o solo en efectivo?",
	"Quisiera dejar un mensaje para el dueño, por favor, que me llame mañana por la tarde.",
}

// benchEmbedCommand measures how long the meaning of a sentence takes, for each of the models in use, on one core.
func benchEmbedCommand() *cobra.Command {
	var dir string
	var rounds int
	var asJSON bool
	cmd := command("embed", "how long the meaning of a sentence takes, by model", func(cmd *cobra.Command, _ []string) error {
		if rounds < 1 {
			return misused("--rounds is at least 1")
		}
		results, err := measureEmbedders(cmd.Context(), dir, rounds, cmd.ErrOrStderr())
		if err != nil {
			return err
		}
		if asJSON {
			return printBenchJSON(cmd.OutOrStdout(), map[string]any{"models": results})
		}
		for _, r := range results {
			fmt.Fprintf(cmd.OutOrStdout(), "%-36s a sentence: half take at most %.1f ms, 95 %% at most %.1f ms; processor %.1f ms; in tens %.1f "+
				"ms; loaded in %.0f ms\n",
				r.Model, r.P50, r.P95, r.Processor, r.Batch, r.Load)
		}
		return nil
	})
	cmd.Flags().StringVar(&dir, "models", os.Getenv("FRONTDESK_WEIGHTS"), "`folder` of the models; looked up when not given")
	cmd.Flags().IntVar(&rounds, "rounds", 20, "embed each sentence `N` times")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print only one JSON object")
	return cmd
}

// embedResult is what was measured of one model. Times are milliseconds, for one sentence but Load.
type embedResult struct {
	Model     string   `json:"model"`
	Languages []string `json:"languages,omitempty"`
	P50       float64  `json:"p50_ms"`
	P95       float64  `json:"p95_ms"`
	Processor float64  `json:"processor_ms"` // what other programs on the machine change least
	Batch     float64  `json:"batch_ms"`     // when asked for ten at once
	Load      float64  `json:"load_ms"`
}

func measureEmbedders(ctx context.Context, configured string, rounds int, progress io.Writer) ([]embedResult, error) {
	dir, err := models.DefaultDir(configured, "")
	if err != nil {
		return nil, err
	}
	f, err := chosenEngines(dir, "")
	if len(f.embed) == 0 {
		return nil, err
	}
	var all []embedResult
	for _, m := range f.embed {
		fmt.Fprintln(progress, "Measuring", m.Name)
		r, err := benchEmbed(ctx, f, m, rounds)
		if err != nil {
			return nil, err
		}
		all = append(all, r)
	}
	return all, nil
}

// benchEmbed measures one model.
func benchEmbed(ctx context.Context, f engineFiles, m embed.Model, rounds int) (_ embedResult, err error) {
	begun := time.Now()
	e, err := openBenchEmbedder(f, m)
	if err != nil {
		return embedResult{}, err
	}
	defer func() { err = errors.Join(err, e.Close()) }()
	r := embedResult{Model: m.Name, Languages: m.Languages, Load: ms(time.Since(begun))}
	language := strings.Join(m.Languages[:min(1, len(m.Languages))], "")
	if language == "" {
		language = "de"
	}
	if _, err := e.Embed(ctx, language, benchSentences); err != nil { // the first run sets up its memory
		return r, err
	}
	var took []time.Duration
	before := use()
	for range rounds {
		for _, s := range benchSentences {
			begun := time.Now()
			if _, err := e.Embed(ctx, language, []string{s}); err != nil {
				return r, err
			}
			took = append(took, time.Since(begun))
		}
	}
	spent := use().cpu() - before.cpu()
	begun = time.Now()
	for range rounds {
		if _, err := e.Embed(ctx, language, benchSentences); err != nil {
			return r, err
		}
	}
	n := time.Duration(len(took))
	slices.Sort(took)
	r.P50, r.P95, r.Processor, r.Batch = ms(at(took, 0.5)), ms(at(took, 0.95)), ms(spent/n), ms(time.Since(begun)/n)
	return r, nil
}
