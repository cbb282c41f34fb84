package verdict

import (
	"fmt"
	"time"

	"frontdesk.internal/appliance/health"
)

// restartTime is how long a restart that was ordered is waited for. One that comes begins within seconds.
const restartTime = 5 * time.Minute

// Restart judges a restart that was ordered at a moment and has not begun.
func Restart(ordered, now time.Time) Verdict {
	if now.Sub(ordered) < restartTime {
		return Verdict{}
	}
	return Verdict{health.Degraded, fmt.Sprintf("The restart that was ordered at %s has not come. Calls are answered as before. Order it "+
		"again; if it does not come then either, switch the box off and on.", ordered.Format("15:04"))}
}
