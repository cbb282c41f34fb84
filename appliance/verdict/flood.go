package verdict

import (
	"fmt"
	"time"

	"frontdesk.internal/appliance/health"
)

// floodOver is how long it has been quiet when a flood is over.
const floodOver = time.Hour

// Flood folds many refusals into one line: as long as they go on, and an hour beyond.
type Flood struct {
	Text string // what happened, with a place for how often, and what to do

	seen, before uint64
	last         time.Time
}

// Judge takes how many there have been since the start.
func (f *Flood) Judge(count uint64, now time.Time) Verdict {
	if count > f.seen {
		if f.last.IsZero() || now.Sub(f.last) >= floodOver {
			f.before = f.seen
		}
		f.seen, f.last = count, now
	}
	if f.last.IsZero() || now.Sub(f.last) >= floodOver {
		return Verdict{}
	}
	return Verdict{health.Degraded, fmt.Sprintf(f.Text, f.seen-f.before)}
}
