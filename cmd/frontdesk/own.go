package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"frontdesk.internal/appliance/egress/filter"
	"frontdesk.internal/appliance/statefile"
)

// ownCommand is what the unit runs as root before each start: a command of root's that was cut off, a copy put back by hand, must not keep
// the service from starting.
func ownCommand() *cobra.Command {
	var file string
	cmd := command("own", "give what root has left to the service; the unit runs it", func(cmd *cobra.Command, _ []string) error {
		return errors.Join(statefile.GiveToOwner(stateFolder(configPath(file))), noteFilter(cmd.Context(), filter.InForce))
	})
	configFlag(cmd.Flags(), &file)
	return cmd
}

// managerAnswers is how long the service manager may take to say what it knows.
const managerAnswers = 5 * time.Second

// noteFilter leaves for the service what the manager says of its outward filter: the service itself may not ask. Where no manager is, or
// the service has no folder for it, nothing is left.
func noteFilter(ctx context.Context, path string) error {
	if _, err := os.Stat(filepath.Dir(path)); err != nil {
		return nil //nolint:nilerr // no unit has started us
	}
	ctx, cancel := context.WithTimeout(ctx, managerAnswers)
	defer cancel()
	out, err := exec.CommandContext(ctx, "systemctl", "show", "frontdesk.service", "-p", "IPAddressAllow", "-p", "IPAddressDeny").Output()
	if err != nil {
		return nil //nolint:nilerr // nobody knows: the state of the box says so where a filter was made
	}
	// The folder is the service's: what it may have put there is not followed.
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("note the filter: %w", err)
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644) // the service reads it
	if err != nil {
		return fmt.Errorf("note the filter: %w", err)
	}
	_, err = f.Write(out)
	return errors.Join(err, f.Chmod(0o644), f.Close())
}
