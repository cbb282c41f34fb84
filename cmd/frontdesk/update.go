package main

import (
	"context"
	"errors"
	"path/filepath"

	"github.com/spf13/cobra"

	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/update"
)

// updates are new versions of this machine; nil where it was not made from the box's image.
func updates() service.Updates {
	if u, err := update.Open(); err == nil && u != nil {
		return u
	}
	return nil
}

// updateCommand is frontdesk update.
func updateCommand() *cobra.Command {
	var forced bool
	status := office(needsVersions, "status", "which version runs, and which one stands beside it", showUpdate)
	install := office(needsVersions, "install FILE", "install a new version; the next start takes it",
		func(ctx context.Context, r *request) error {
			file, err := filepath.Abs(r.arg)
			if err != nil {
				return err
			}
			b, err := service.InstallUpdate.Do(ctx, r.office, service.NewVersion{File: file, Force: forced})
			if err != nil {
				return err
			}
			return r.told(b, "Version %s is installed beside what runs. The next start takes it;\n"+
				"when it is not well there, the box goes back by itself.", b.Version)
		})
	install.Flags().BoolVar(&forced, "force", false, "also a version that is older than what runs")
	back := office(needsVersions, "back", "have the next start take the other version", func(ctx context.Context, r *request) error {
		slot, err := service.GoBackVersion.Get(ctx, r.office)
		if err != nil {
			return err
		}
		return r.told(slot, "The next start takes slot %s, version %s.", slot.Name, slot.Version)
	})
	described(install, `Installs a bundle that was signed for this box into the root that does not
run. What was changed on its way, is not signed by whom this box trusts, or is
not newer, is refused, and nothing has happened. The box starts three times at
most into a version that is not well, and then goes back to the one before.`,
		"  frontdesk update install /media/usb/frontdesk.raucb")
	judge := ask("judge FILE", "does this version do as well as FILE says of the one before", judgeVersion)
	judge.Hidden = true // the box's start-up asks
	cmd := group("update", "the box's version: install a new one, go back", status, install, back, judge)
	return described(cmd, `For a machine that was made from the box's image: it has two roots, of which
one runs. Where Frontdesk is a Debian package, apt updates it. The commands ask
the running service; where it does not run they work all the same, and only the
system's log tells of them.`, "")
}

func showUpdate(ctx context.Context, r *request) error {
	s, err := service.ReadUpdate.Get(ctx, r.office)
	if err != nil {
		return err
	}
	if r.json {
		r.out.json(s)
		return r.out.err
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
	r.out.table("", []string{"SLOT", "VERSION", "", "", "INSTALLED"}, rows)
	if former, ok := s.GivenUp(); ok {
		r.out.line("Version %s is given up: %s. Version %s goes on.", former.Version,
			shown(former.Why), s.Running())
	}
	if s.Busy {
		r.out.line("Something is being installed: %d %%.", s.Percent)
	}
	if s.Problem != "" {
		r.out.line("The last installation failed: %s", shown(s.Problem))
	}
	return r.out.err
}

// judgeVersion has the running service's standing compared with what a file keeps of the version before.
func judgeVersion(ctx context.Context, r *request) error {
	s, err := service.ReadStatus.Get(ctx, r.office)
	if err != nil {
		return err
	}
	if !s.Running {
		return errNotUp
	}
	now := standingOf(s)
	if err := update.Judge(r.arg, now); err != nil {
		return err
	}
	return r.told(now, "This version does what the one before did.")
}

// errNotUp says that there is no service to judge.
var errNotUp = errors.New("the service does not run, or does not answer")

// standingOf is how the service does.
func standingOf(s service.Status) update.Standing {
	now := update.Standing{Registered: s.Phone.Registered(), Ready: []string{}}
	for _, e := range []struct {
		name   string
		engine service.Engine
	}{{"hearing", s.Engines.Ears}, {"meaning", s.Engines.Meaning}, {"language model", s.Engines.Mind}, {"voice", s.Engines.Mouth}} {
		if e.engine.State == "ready" {
			now.Ready = append(now.Ready, e.name)
		}
	}
	return now
}
