package appliance

import (
	"strings"
	"testing"

	"frontdesk.internal/appliance/record"
)

// A request that waits for the office is told at once, naming nobody; without a telephone for that nothing piles up.
func TestRequestsAreTold(t *testing.T) {
	x := newMessageNotices("201")
	for range textsMost + 3 {
		x.asked(record.Request{Kind: record.RequestErase, Caller: "abc", What: "erase Ada Byron"})
	}
	if len(x.asks) != textsMost {
		t.Errorf("%d wait", len(x.asks))
	}
	if text := string(requestText(<-x.asks)); !strings.Contains(text, "erase") || strings.Contains(text, "Ada") ||
		strings.Contains(text, "abc") {
		t.Errorf("told: %q", text)
	}
	nobody := newMessageNotices("")
	if nobody.asked(record.Request{}); len(nobody.asks) != 0 {
		t.Error("told nobody")
	}
}
