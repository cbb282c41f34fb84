package verdict_test

import (
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/health"
	"frontdesk.internal/appliance/verdict"
)

// What is overdue is a condition with its date, which page, console, command line and metrics show; what only waits is none.
func TestOverdueRequestsAreACondition(t *testing.T) {
	due := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	if v := verdict.Requests(0, due); v.Severity != health.OK {
		t.Errorf("nothing overdue: %+v", v)
	}
	for _, n := range []int{1, 2, 40} {
		if v := verdict.Requests(n, due); v.Severity != health.Degraded || !strings.Contains(v.Text, "2 March 2026") {
			t.Errorf("%d overdue: %+v", n, v)
		}
	}
}
