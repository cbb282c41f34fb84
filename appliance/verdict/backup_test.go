package verdict_test

import (
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/health"
	"frontdesk.internal/appliance/verdict"
)

// What can bring back who was erased, or has, is a condition with its dates.
func TestWhatBringsBackIsACondition(t *testing.T) {
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	for _, v := range []verdict.Verdict{
		verdict.Media(at, time.Time{}), verdict.Restored(time.Time{}, at, false), verdict.Restored(at, at, true),
	} {
		if v.Severity != health.OK {
			t.Errorf("nothing is wrong: %+v", v)
		}
	}
	v, w := verdict.Media(at, at.AddDate(0, 0, 3)), verdict.Restored(at.AddDate(0, 0, 9), at, false)
	if v.Severity != health.Degraded || !strings.Contains(v.Text, "2 March 2026") || !strings.Contains(v.Text, "5 March 2026") {
		t.Errorf("%+v", v)
	}
	if w.Severity != health.Degraded || !strings.Contains(w.Text, "11 March 2026") || !strings.Contains(w.Text, "2 March 2026, 09:00") {
		t.Errorf("%+v", w)
	}
}
