package progress_test

import (
	"context"
	"slices"
	"testing"

	"frontdesk.internal/models/progress"
)

func TestEachStepAndItsEndAreToldOf(t *testing.T) {
	progress.Tell(t.Context(), progress.Step{What: "nobody waits"})
	var got []progress.Step
	ctx := progress.With(t.Context(), func(s progress.Step) { got = append(got, s) })
	ctx, cancel := context.WithCancel(ctx) // contexts made of it carry it on
	defer cancel()
	for i := range int64(1000) {
		progress.Tell(ctx, progress.Step{What: "Copying", Done: i + 1, Total: 1000})
	}
	progress.Tell(ctx, progress.Step{What: "Looking"})
	for _, want := range []progress.Step{
		{What: "Copying", Done: 1, Total: 1000}, {What: "Copying", Done: 1000, Total: 1000}, {What: "Looking"},
	} {
		if !slices.Contains(got, want) {
			t.Errorf("%+v was not told: %+v", want, got)
		}
	}
	if len(got) > 100 {
		t.Errorf("told of %d steps", len(got))
	}
}
