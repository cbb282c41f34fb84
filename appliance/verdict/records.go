package verdict

import "frontdesk.internal/appliance/health"

// Records judges the file of the records.
func Records(damaged bool) Verdict {
	if !damaged {
		return Verdict{}
	}
	return Verdict{health.Degraded, "Some of the records are damaged. Calls go on, and so does what is sound; what lies in the damaged " +
		"places cannot be read, and nothing can be added to it. Look at the disk, and run frontdesk store check: it says what is lost, " +
		"and what the records can be restored from."}
}
