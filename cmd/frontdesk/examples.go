package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"frontdesk.internal/appliance/service"
)

// examplesCommand is frontdesk examples.
func examplesCommand() *cobra.Command {
	var turn int
	var means string
	add := ask("add CALL", "say what a turn of a call should have been taken for", func(ctx context.Context, r *request) error {
		return addExample(ctx, r, turn, means)
	})
	add.Flags().IntVar(&turn, "turn", -1, "`number` of the turn, as calls show --json has it")
	add.Flags().StringVar(&means, "means", "", "`what` it means, as examples meanings has it")
	return group("examples", "callers' words whose meaning you told",
		ask("list", "the words, newest first", listExamples),
		ask("meanings", "all that callers can mean by the profile", listMeanings),
		described(add, "", "  frontdesk examples add CALL --turn 2 --means hours"),
		ask("keep ID", "the words name nobody: they stay when their caller is erased", keepExample),
		ask("remove ID", "take back what was told", removeExample))
}

func listExamples(ctx context.Context, r *request) error {
	list, err := service.ListExamples.Get(ctx, r.office)
	if err != nil {
		return err
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
	return r.table(list, "Nothing was taught yet.", []string{"ID", "TOLD", "MEANS", "STATE", "WORDS"}, rows)
}

func listMeanings(ctx context.Context, r *request) error {
	list, err := service.ListMeanings.Get(ctx, r.office)
	if err != nil {
		return noProfile(err)
	}
	var rows [][]string
	for _, m := range list {
		rows = append(rows, []string{m.Means, m.Text})
	}
	return r.table(list, "", []string{"MEANS", "IN WORDS"}, rows)
}

func addExample(ctx context.Context, r *request, turn int, means string) error {
	if turn < 0 || means == "" {
		return errors.New("say which turn with --turn, and what it means with --means; frontdesk examples meanings lists what there is")
	}
	e, err := service.CorrectTurn.Do(ctx, r.office, service.Correction{Call: r.arg, Turn: turn, Means: means})
	if err != nil {
		return fmt.Errorf("turn %d of call %s: %w", turn, r.arg, err)
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
