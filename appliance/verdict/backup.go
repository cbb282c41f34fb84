package verdict

import (
	"time"

	"frontdesk.internal/appliance/health"
)

const day = "2 January 2006"

// Media judges media of backups: one was last here on seen, and does not know of an erasure since behind; zero = all know of all.
func Media(seen, behind time.Time) Verdict {
	if behind.IsZero() {
		return Verdict{}
	}
	return Verdict{health.Degraded, "A backup medium that was last here on " + seen.Format(day) +
		" can bring back a caller who was erased on " + behind.Format(day) +
		": plug it in, and make a backup. When it is destroyed, say so on the page Records."}
}

// Restored judges records that were restored: who was erased after known is there again until somebody says who that is.
func Restored(at, known time.Time, confirmed bool) Verdict {
	if at.IsZero() || confirmed {
		return Verdict{}
	}
	return Verdict{health.Degraded, "The records were restored on " + at.Format(day) +
		". Whoever was erased after " + known.Format("2 January 2006, 15:04") +
		" is in them again: give the receipts of those erasures on the page Records, " +
		"or with frontdesk backup erase-again."}
}
