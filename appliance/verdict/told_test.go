package verdict_test

import (
	"strings"
	"testing"

	"frontdesk.internal/appliance/health"
	"frontdesk.internal/appliance/verdict"
)

func TestTold(t *testing.T) {
	if v := verdict.Told(nil); v.Severity != health.OK {
		t.Errorf("%+v", v)
	}
	v := verdict.Told([]string{"Maria: the server was too slow", "Tom: the server refused it"})
	if v.Severity != health.Degraded || !strings.Contains(v.Text, "Maria: the server was too slow; Tom") {
		t.Errorf("%+v", v)
	}
}
