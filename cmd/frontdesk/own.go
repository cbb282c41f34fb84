package main

import (
	"github.com/spf13/cobra"

	"frontdesk.internal/appliance/statefile"
)

// ownCommand is what the unit runs as root before each start: a command of root's that was cut off, a copy put back by hand, must not keep
// the service from starting.
func ownCommand() *cobra.Command {
	var file string
	cmd := command("own", "give what root has left to the service; the unit runs it", func(*cobra.Command, []string) error {
		return statefile.GiveToOwner(stateFolder(configPath(file)))
	})
	configFlag(cmd.Flags(), &file)
	return cmd
}
