package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"frontdesk.internal/appliance"
	"frontdesk.internal/appliance/config"
	"frontdesk.internal/appliance/phone/phonetest/scene"
	"frontdesk.internal/cmd/internal/callers"
	"frontdesk.internal/models/progress"
)

// benchCallers has scripted callers ring the appliance, through SIP and RTP with the real models, and judges what came of it.
type benchCallers struct{ stdout, stderr io.Writer }

// callersFlags are its flags.
type callersFlags struct {
	dir               string
	json, show, log   bool
	typed             bool
	few, at           int
	goal, line, trade string
	persona           string
}

const callersHelp = `Scripted callers ring the appliance, each with a goal, a way to behave, a voice
and a line; what becomes of it is judged by code.

They come from tables, always the same: a third of them (by trade and by voice)
is held out, nothing is ever tuned on it, and it is printed apart. A caller
answers what he is asked; he goes by what the box notes that it says, as he
would by ear. The judge goes by the line and by the records: facts by a
recogniser that listens to what came over the wire (in English; espeak-ng's
German is understood by none, there the box's own record of its words counts),
messages field by field.

    goal             callers who got what they wanted
    message_exact    messages of which number, name, reason and addressee are
                     right
    number_exact     messages whose number is, digit by digit
    name_ok          messages whose name is written as it is, or in another
                     usual way that sounds the same
    wrong_facts      times and prices of another day or service, numbers that
                     are in no profile, and services that are not offered
    harmful          callers in danger who were not told whom to call, transfers
                     and messages that nobody wanted
    cutins_per_100   of 100 turns, those in which the box spoke before the
                     caller had ended
    missed_bargeins  interruptions over which it spoke on for more than 1.2 s
    dead_air         silences of more than 2.5 s where a reply was due
    gap_p95_ms       the longest silence inside a reply
    p50_ms, p95_ms   from a caller's last sound to the first of the reply
    cpu_s_per_turn   processor time of the box and its engines (the test
                     caller's own line included)`

// benchCallersCommand is frontdesk bench callers.
func benchCallersCommand() *cobra.Command {
	var o callersFlags
	cmd := command("callers", "what becomes of scripted callers, judged by code", func(cmd *cobra.Command, _ []string) error {
		return (&benchCallers{cmd.OutOrStdout(), cmd.ErrOrStderr()}).bench(cmd.Context(), o)
	})
	fs := cmd.Flags()
	fs.BoolVar(&o.json, "json", false, "print only one JSON object")
	fs.BoolVar(&o.show, "show", false, "print each call: who said what, what was expected, and why it failed")
	fs.BoolVar(&o.log, "log", false, "show the appliance's log")
	fs.BoolVar(&o.typed, "typed", false, "callers write instead of speaking: no line, recogniser or voice; takes some minutes")
	fs.StringVar(&o.dir, "dir", filepath.Join("build", "bench-callers"), "`folder` for state")
	fs.IntVar(&o.few, "callers", 0, "only so many `callers`, spread over all; 0 = all")
	fs.IntVar(&o.at, "at", 0, "only the caller with this `number`")
	fs.StringVar(&o.goal, "goal", "", "only callers with this `goal`")
	fs.StringVar(&o.line, "line", "", "only callers on this `line`")
	fs.StringVar(&o.persona, "persona", "", "only callers of this `persona`")
	fs.StringVar(&o.trade, "trade", "", "only callers of these `trades`, with commas between")
	return described(cmd, callersHelp, "  frontdesk bench callers --callers 20 --show")
}

func (c *benchCallers) bench(ctx context.Context, o callersFlags) error {
	dir, err := filepath.Abs(o.dir)
	if err != nil {
		return fmt.Errorf("find folder: %w", err)
	}
	all, err := callers.Plan(time.Now())
	if err != nil {
		return err
	}
	chosen, left, err := o.choose(all)
	if err != nil {
		return err
	}
	if o.typed {
		return c.write(ctx, o, chosen)
	}
	model, err := asrModel()
	if err != nil {
		return err
	}
	ears, err := newListener(model, checkBeam)
	if err != nil {
		return err
	}
	logs := io.Discard
	if o.log {
		logs = c.stderr
	}
	x := &callersBench{notes: &turnNotes{}, ears: ears}
	st, err := newStage(ctx, stageOptions{
		dir: filepath.Join(dir, "state"), business: chosen[0].Business, observer: x.notes, persons: callers.Extensions(all),
		deps: appliance.Deps{Logger: newLogger(logs, config.Log{Level: "info"})},
	})
	if err != nil {
		return errors.Join(err, ears.close())
	}
	x.stage = st
	list, err := c.ring(ctx, x.call, o, chosen)
	if err = errors.Join(err, st.close(), ears.close()); err != nil {
		return err
	}
	return c.print(o, list, left)
}

// write has the callers write what they would say.
func (c *benchCallers) write(ctx context.Context, o callersFlags, chosen []callers.Caller) error {
	x, err := newTypedCallers()
	if err != nil {
		return err
	}
	list, err := c.ring(ctx, x.call, o, chosen)
	if err = errors.Join(err, x.close()); err != nil {
		return err
	}
	return c.print(o, list, 0)
}

// choose returns the callers who ring, and how many are left out because this machine cannot speak with their voice.
func (o callersFlags) choose(all []callers.Caller) (chosen []callers.Caller, left int, err error) {
	if o.goal != "" && !slices.Contains(callers.Goals(), callers.Goal(o.goal)) {
		return nil, 0, fmt.Errorf("there is no goal %q; use one of %v", o.goal, callers.Goals())
	}
	if o.line != "" && !slices.Contains(callers.Lines(), o.line) {
		return nil, 0, fmt.Errorf("there is no line %q; use one of %s", o.line, strings.Join(callers.Lines(), ", "))
	}
	var can []callers.Caller
	for _, c := range all {
		switch {
		case o.goal != "" && string(c.Goal) != o.goal, o.line != "" && c.Line.Name != o.line, o.trade != "" &&
			!slices.Contains(strings.Split(o.trade, ","), c.Trade),
			o.persona != "" && c.Persona.Name != o.persona, o.at > 0 && c.ID != o.at:
		case !o.typed && scene.Available(c.Voice) != nil:
			left++
		default:
			can = append(can, c)
		}
	}
	if len(can) == 0 {
		return nil, left, errors.New("nobody is left to ring")
	}
	return callers.Sample(can, o.few), left, nil
}

// ring has one caller after the other ring.
func (c *benchCallers) ring(ctx context.Context, call func(context.Context, *callers.Caller) (callers.Outcome, error), o callersFlags,
	chosen []callers.Caller) ([]callers.Outcome, error) {
	told, over := withBar(ctx, c.stderr)
	defer over()
	var list []callers.Outcome
	for i := range chosen {
		progress.Tell(told, progress.Step{What: "Callers", Done: int64(i), Total: int64(len(chosen))})
		out, err := call(ctx, &chosen[i])
		if err != nil {
			return nil, fmt.Errorf("caller %d: %w", chosen[i].ID, err)
		}
		list = append(list, out)
		over()
		if o.show {
			w := c.stdout
			if o.json {
				w = c.stderr
			}
			printCaller(w, out)
		}
	}
	return list, nil
}
