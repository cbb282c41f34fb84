package verdict_test

import (
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/health"
	"frontdesk.internal/appliance/verdict"
)

// A restart has its time to come; after that it is said that it did not.
func TestRestart(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 4, 15, 4, 0, 0, time.UTC)
	if v := verdict.Restart(at, at.Add(4*time.Minute)); v.Severity != health.OK {
		t.Errorf("on its way: %+v", v)
	}
	if v := verdict.Restart(at, at.Add(5*time.Minute)); v.Severity != health.Degraded || !strings.Contains(v.Text, "15:04") {
		t.Errorf("overdue: %+v", v)
	}
}
