package verdict

import (
	"fmt"
	"time"

	"frontdesk.internal/appliance/health"
)

// Requests judges the requests about callers' data: so many are overdue, the first of them since due. That others wait is no fault.
func Requests(overdue int, due time.Time) Verdict {
	const where = "see Requests on the page, or frontdesk privacy requests."
	switch day := due.Format("2 January 2006"); overdue {
	case 0:
		return Verdict{}
	case 1:
		return Verdict{health.Degraded, "A request about a caller's data was due on " + day + " and is not dealt with: " + where}
	default:
		return Verdict{health.Degraded, fmt.Sprintf("%d requests about callers' data are overdue, the first since %s: %s", overdue, day, where)}
	}
}
