package main

import (
	"context"
	"io"
	"slices"

	"frontdesk.internal/models/hint"
)

// fit returns run for a command that runs engines, after a check of the processor: engines that were built for another one
// would end the process with an illegal instruction, at the latest with the first call.
func fit(stderr io.Writer, name string, check func() error, run func(context.Context, []string) int) func(context.Context, []string) int {
	return func(ctx context.Context, args []string) int {
		if err := check(); err != nil && !slices.Contains(args, "--help") && !slices.Contains(args, "-h") {
			hint.Print(stderr, "frontdesk "+name, err)
			return exitFailed
		}
		return run(ctx, args)
	}
}
