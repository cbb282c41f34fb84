package reception

import (
	"slices"
	"time"
)

// span is a time in which an engine worked for a turn, or in which the caller was waited for.
type span struct{ from, to time.Time }

// glue is how much of the time from one moment to another no span covers: what the box itself adds to the work of the engines,
// which overlap.
func glue(from, to time.Time, work []span) time.Duration {
	spans := slices.Clone(work)
	slices.SortFunc(spans, func(a, b span) int { return a.from.Compare(b.from) })
	var rest time.Duration
	at := from
	for _, s := range spans {
		switch {
		case !s.from.Before(to):
			return rest + max(0, to.Sub(at))
		case !s.from.Before(s.to) || !s.to.After(at):
			continue
		case s.from.After(at):
			rest += s.from.Sub(at)
		}
		at = s.to
	}
	return rest + max(0, to.Sub(at))
}
