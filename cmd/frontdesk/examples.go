package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"strconv"
	"strings"

	"frontdesk.internal/appliance/service"
)

// examplesCommand are examples list, meanings, add, keep and remove.
func examplesCommand(stdout, stderr io.Writer) *officeCommand {
	return &officeCommand{stdout: stdout, stderr: stderr, name: "examples", verbs: []verb{
		{name: "list", summary: "callers' words whose meaning you told, newest first", run: listExamples},
		{name: "meanings", summary: "all that callers can mean by the profile", run: listMeanings},
		{name: "add", args: "CALL", summary: "say what a turn of a call should have been taken for", run: addExample, flags: func(fs *flag.FlagSet, r *request) {
			fs.IntVar(&r.turn, "turn", -1, "`number` of the turn, as calls show --json has it")
			fs.StringVar(&r.note, "means", "", "what it `means`, as examples meanings has it")
		}},
		{name: "keep", args: "ID", summary: "the words name nobody: they stay when their caller is erased", run: keepExample},
		{name: "remove", args: "ID", summary: "take back what was told", run: removeExample},
	}}
}

func listExamples(ctx context.Context, r *request) error {
	list, err := service.ListExamples.Get(ctx, r.office)
	if err != nil {
		return err
	}
	if r.json {
		r.out.json(list)
		return nil
	}
	var rows [][]string
	for _, e := range list {
		state := ""
		switch {
		case e.Stale:
			state = "not used: the profile has no such thing"
		case e.General:
			state = "kept for good"
		}
		rows = append(rows, []string{e.ID, when(e.At), strings.TrimSpace(e.Says), state, string(e.Text)})
	}
	r.out.table("Nothing was taught yet.", []string{"ID", "TOLD", "MEANS", "STATE", "WORDS"}, rows)
	return nil
}

func listMeanings(ctx context.Context, r *request) error {
	list, err := service.ListMeanings.Get(ctx, r.office)
	if err != nil {
		return noProfile(err)
	}
	if r.json {
		r.out.json(list)
		return nil
	}
	var rows [][]string
	for _, m := range list {
		rows = append(rows, []string{m.Means, m.Text})
	}
	r.out.table("", []string{"MEANS", "IN WORDS"}, rows)
	return nil
}

func addExample(ctx context.Context, r *request) error {
	if r.turn < 0 || r.note == "" {
		return errors.New("say which turn with --turn, and what it means with --means; frontdesk examples meanings lists what there is")
	}
	e, err := service.CorrectTurn.Do(ctx, r.office, service.Correction{Call: r.arg, Turn: r.turn, Means: r.note})
	if err != nil {
		return fmt.Errorf("turn %s of call %s: %w", strconv.Itoa(r.turn), r.arg, err)
	}
	return r.told(e, "From the next call on this is taken for %s: %s", shown(e.Says), shown(string(e.Text)))
}

func keepExample(ctx context.Context, r *request) error {
	e, err := service.KeepExample.Do(ctx, r.office, r.arg)
	if err != nil {
		return err
	}
	return r.told(e, "The words stay when their caller is erased: %s", shown(string(e.Text)))
}

func removeExample(ctx context.Context, r *request) error {
	if err := service.RemoveExample.Act(ctx, r.office, r.arg); err != nil {
		return err
	}
	return r.told(map[string]any{"id": r.arg, "removed": true}, "It is taken back; the next call is answered without it.")
}
