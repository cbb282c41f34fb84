package main

import (
	"bytes"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"frontdesk.internal/appliance/update"
)

// Where there are neither records nor a box, the command still says what to do instead.
func TestUpdateOnAMachineThatIsNoBox(t *testing.T) {
	t.Parallel()
	none := filepath.Join(t.TempDir(), "none.toml")
	for _, args := range [][]string{{"status"}, {"install", "/media/usb/x.raucb"}, {"back"}} {
		cmd := updateCommand()
		var out bytes.Buffer
		cmd.SetOut(&out)
		cmd.SetErr(&out)
		cmd.SetArgs(append(args, "--config", none))
		if err := cmd.ExecuteContext(t.Context()); !errors.Is(err, update.ErrNoBox) || !strings.Contains(err.Error(), "apt") {
			t.Errorf("%q says %v", args, err)
		}
	}
}
