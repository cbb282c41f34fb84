package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"frontdesk.internal/models/progress"
)

// clearLine goes to the begin of a line of the terminal and empties it.
const clearLine = "\r\x1b[K"

// barWidth is how many characters a bar has.
const barWidth = 30

// withBar has whatever takes long show on the terminal how far it is. over takes the line away again.
func withBar(ctx context.Context, terminal io.Writer) (_ context.Context, over func()) {
	drawn := false
	ctx = progress.With(ctx, func(s progress.Step) {
		drawn = true
		_, _ = fmt.Fprint(terminal, clearLine+barOf(s)) // it is only told on the way
	})
	return ctx, func() {
		if drawn {
			drawn = false
			_, _ = fmt.Fprint(terminal, clearLine)
		}
	}
}

// barOf draws a step.
func barOf(s progress.Step) string {
	if s.Total <= 0 {
		return shown(s.What) + " …"
	}
	done := min(max(s.Done, 0), s.Total)
	full := int(barWidth * done / s.Total)
	return fmt.Sprintf("%s [%s%s] %d %%", shown(s.What), strings.Repeat("#", full), strings.Repeat(".", barWidth-full), 100*done/s.Total)
}
