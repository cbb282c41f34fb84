package verdict

import (
	"strings"

	"frontdesk.internal/appliance/health"
)

// Told judges recipients that cannot be told of messages, each "Maria: the server was too slow"; none = all can be.
func Told(failing []string) Verdict {
	if len(failing) == 0 {
		return Verdict{}
	}
	return Verdict{health.Degraded, "Not everybody can be told of messages. " + strings.Join(failing, "; ") +
		". It is tried again by itself; see Who is told on the page, or frontdesk notify list."}
}
