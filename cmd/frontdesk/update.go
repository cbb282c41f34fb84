package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"frontdesk.internal/appliance/update"
)

// updateCommand is frontdesk update.
func updateCommand() *cobra.Command {
	var asJSON, forced bool
	const statusShort, installShort = "which version runs, and which one stands beside it", "install a new version; the next start takes it"
	status := command("status", statusShort, func(cmd *cobra.Command, _ []string) error {
		return onBox(func(u *update.Updater) error { return showUpdate(cmd, u, asJSON) })
	})
	jsonFlag(status.Flags(), &asJSON)
	install := command("install FILE", installShort, func(cmd *cobra.Command, args []string) error {
		return onBox(func(u *update.Updater) error {
			b, err := u.Install(cmd.Context(), args[0], forced, func(percent int) {
				fmt.Fprintf(cmd.ErrOrStderr(), "%d %%\n", percent)
			})
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "Version %s is installed beside what runs. The next start takes it;\n"+
				"when it is not well there, the box goes back by itself.\n", b.Version)
			return err
		})
	})
	install.Flags().BoolVar(&forced, "force", false, "also a version that is older than what runs")
	back := command("back", "have the next start take the other version", func(cmd *cobra.Command, _ []string) error {
		return onBox(func(u *update.Updater) error {
			slot, err := u.Back(cmd.Context())
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "The next start takes slot %s, version %s.\n", slot.Name, slot.Version)
			return err
		})
	})
	good := command("good", "say that what runs is well; the box does it by itself", func(cmd *cobra.Command, _ []string) error {
		return onBox(func(u *update.Updater) error { return u.Good(cmd.Context()) })
	})
	described(install, `Installs a bundle that was signed for this box into the root that does not
run. What was changed on its way, is not signed by whom this box trusts, or is
not newer, is refused, and nothing has happened. The box starts three times at
most into a version that is not well, and then goes back to the one before.`,
		"  frontdesk update install /media/usb/frontdesk.raucb")
	cmd := group("update", "the box's version: install a new one, go back", status, install, back, good)
	return described(cmd, `For a machine that was made from the box's image: it has two roots, of which
one runs. Where Frontdesk is a Debian package, apt updates it.`, "")
}

// onBox does something on a box.
func onBox(do func(u *update.Updater) error) error {
	u, end, err := update.Open()
	if err != nil {
		return err
	}
	defer func() { _ = end() }() // nothing is sent any more
	return do(u)
}

func showUpdate(cmd *cobra.Command, u *update.Updater, asJSON bool) error {
	s, err := readUpdate(cmd.Context(), u)
	if err != nil {
		return err
	}
	out := &printer{w: cmd.OutOrStdout()}
	if asJSON {
		out.json(s)
		return out.err
	}
	var rows [][]string
	for _, slot := range s.Slots {
		state := "may be started"
		if !slot.Good {
			state = "is not started"
		}
		if slot.Running {
			state = "runs"
		}
		next := ""
		if slot.Next {
			next = "next"
		}
		rows = append(rows, []string{slot.Name, slot.Version, state, next, when(slot.Installed)})
	}
	out.table("", []string{"SLOT", "VERSION", "", "", "INSTALLED"}, rows)
	if s.Busy {
		out.line("Something is being installed: %d %%.", s.Percent)
	}
	if s.Problem != "" {
		out.line("The last installation failed: %s", shown(s.Problem))
	}
	return out.err
}

func readUpdate(ctx context.Context, u *update.Updater) (update.Status, error) {
	s, err := u.Status(ctx)
	if err != nil {
		return s, fmt.Errorf("ask RAUC: %w", err)
	}
	return s, nil
}
