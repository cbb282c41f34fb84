package verdict_test

import (
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/health"
	"frontdesk.internal/appliance/verdict"
)

// A flood is one line that counts; when it has been quiet for an hour the line goes, and the next flood counts from one.
func TestFlood(t *testing.T) {
	f, now := verdict.Flood{Text: "%d came"}, time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	for _, step := range []struct {
		after time.Duration
		count uint64
		want  string
	}{
		{0, 0, ""}, {time.Minute, 1, "1 came"}, {time.Minute, 600, "600 came"}, {59 * time.Minute, 600, "600 came"}, {2 * time.Minute, 600, ""},
		{time.Hour, 601, "1 came"}, {30 * time.Minute, 605, "5 came"}, {45 * time.Minute, 606, "6 came"}, {2 * time.Hour, 606, ""},
	} {
		now = now.Add(step.after)
		v := f.Judge(step.count, now)
		if !strings.Contains(v.Text, step.want) || (v.Severity == health.OK) != (step.want == "") {
			t.Errorf("%v, %d: %+v, want %q", now, step.count, v, step.want)
		}
	}
}
