package verdict_test

import (
	"strings"
	"testing"

	"frontdesk.internal/appliance/verdict"
)

// Damage is said with what goes on, and with the command that leads out of it.
func TestDamagedRecordsAreACondition(t *testing.T) {
	if v := verdict.Records(false); v.Text != "" {
		t.Errorf("nothing is wrong: %+v", v)
	}
	if v := verdict.Records(true); !strings.Contains(v.Text, "Calls go on") || !strings.Contains(v.Text, "frontdesk store check") {
		t.Errorf("%+v", v)
	}
}
