package verdict_test

import (
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/verdict"
)

// A breach is said until the authority knows of it, and louder after 72 hours.
func TestABreachRunsAgainstTheClock(t *testing.T) {
	due := time.Date(2026, 3, 5, 12, 0, 0, 0, time.UTC)
	if v := verdict.Breach(false, due, due.Add(time.Hour)); v.Text != "" {
		t.Errorf("nothing runs: %+v", v)
	}
	if v := verdict.Breach(true, due, due.Add(-time.Hour)); !strings.Contains(v.Text, "until 5 March 2026, 12:00") {
		t.Errorf("it runs: %+v", v)
	}
	if v := verdict.Breach(true, due, due.Add(time.Hour)); !strings.Contains(v.Text, "were over") {
		t.Errorf("it is over: %+v", v)
	}
}
