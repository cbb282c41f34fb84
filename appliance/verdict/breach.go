package verdict

import (
	"time"

	"frontdesk.internal/appliance/health"
)

// Breach judges a breach of which the authority must know by due; running says that nobody has told it yet.
func Breach(running bool, due, now time.Time) Verdict {
	const where = "see Breach on the page, or frontdesk breach draft."
	switch {
	case !running:
		return Verdict{}
	case now.After(due):
		return Verdict{health.Degraded, "A breach of data was reported, and the 72 hours in which the authority must know of it were over on " +
			due.Format("2 January 2006, 15:04") + ": " + where}
	}
	return Verdict{health.Degraded, "A breach of data was reported. The authority must know of it until " +
		due.Format("2 January 2006, 15:04") + ": " + where}
}
