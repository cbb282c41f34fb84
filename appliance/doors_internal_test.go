package appliance

import (
	"log/slog"
	"testing"

	"frontdesk.internal/appliance/config"
)

// The page is found by name unless it is for this machine alone, or that is not wanted.
func TestFindable(t *testing.T) {
	for listen, want := range map[string]bool{
		"0.0.0.0:8443": true, "192.168.1.5:8443": true, "127.0.0.1:8443": false, "localhost:8443": false, "[::1]:8443": false, "8443": false,
	} {
		a := &Appliance{Records: &Records{}, log: slog.New(slog.DiscardHandler)}
		a.cfg.Web = config.Web{Listen: listen, Discover: true}
		if got := a.findable(); (got != "") != want || (a.doors.nearby != nil) != want {
			t.Errorf("%s: %q", listen, got)
		}
		a.cfg.Web.Discover = false
		if got := a.findable(); got != "" {
			t.Errorf("%s is not wanted: %q", listen, got)
		}
	}
	for port, want := range map[uint16]string{443: "https://frontdesk.local", 8443: "https://frontdesk.local:8443"} {
		if got := addressAt("frontdesk.local", port); got != want {
			t.Errorf("at %d: %q", port, got)
		}
	}
	if got := (doors{}).pageAddress(); got != "" {
		t.Errorf("without a page: %q", got)
	}
}
