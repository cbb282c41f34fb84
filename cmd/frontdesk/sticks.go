package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"frontdesk.internal/appliance/machine"
	"frontdesk.internal/appliance/service"
)

// stickCommands are what backup does with sticks.
func stickCommands() []*cobra.Command {
	return []*cobra.Command{
		ask("sticks", "what is plugged in, and whether backups go there", listSticks),
		described(office(needsFolder, "mount DEVICE", "mount a stick so that backups can go there (root)", mountStick),
			`Mounts a stick below /media so that the service may write to it: FAT, exFAT and
ext file systems. Nothing on it is changed.`, "  frontdesk backup mount sdb1"),
		described(ask("use [STICK]", "have backups go to a stick or a folder from now on", useStick),
			`Has backups go to a stick, named as frontdesk backup sticks does, or to a
folder. It holds at once; without STICK they go where the settings say.`, "  frontdesk backup use sdb1"),
	}
}

func listSticks(ctx context.Context, r *request) error {
	list, err := service.ListSticks.Get(ctx, r.office)
	if err != nil {
		return err
	}
	var rows [][]string
	for _, s := range list {
		note := s.Advice
		if s.Chosen {
			note = strings.TrimSpace("Backups go there. " + note)
		}
		rows = append(rows, []string{s.Device, cmp.Or(s.Name, "-"), megabytes(s.Space.Total), cmp.Or(s.At, "-"), note})
	}
	return r.table(list, "Nothing is plugged in that could take backups.", []string{"DEVICE", "NAME", "SIZE", "FOLDER", ""}, rows)
}

func useStick(ctx context.Context, r *request) error {
	s, err := service.ChooseBackupFolder.Do(ctx, r.office, r.arg)
	if err != nil {
		return err
	}
	text := "Backups go to " + s.Dir + " from now on."
	if s.Dir == "" {
		text = "Backups go nowhere: the settings name no folder."
	} else if !s.HasKey {
		text += " There is no recovery key yet: frontdesk backup setup makes one."
	}
	return r.told(s, "%s", text)
}

// mountStick mounts a stick for the account that the state folder belongs to.
func mountStick(ctx context.Context, r *request) error {
	device := strings.TrimPrefix(r.arg, "/dev/")
	for _, s := range machine.Sticks(os.DirFS("/")) {
		if s.Device != device {
			continue
		}
		if os.Geteuid() != 0 {
			return fmt.Errorf("sticks are mounted by root only: sudo frontdesk backup mount %s", device)
		}
		at, err := mount(ctx, s, r.state)
		if err != nil {
			return err
		}
		return r.told(map[string]string{"device": device, "folder": at}, "%s is mounted at %s. To have backups go there: frontdesk backup use %s",
			device, at, device)
	}
	return fmt.Errorf("no stick %q is plugged in: frontdesk backup sticks lists those that are", r.arg)
}

// mount mounts a stick below /media, so that the owner of the folder state may write to it, and returns where.
func mount(ctx context.Context, s machine.Stick, state string) (string, error) {
	info, err := os.Stat(state)
	if err != nil {
		return "", fmt.Errorf("find whose the records are: %w", err)
	}
	owner, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return "", errors.New("find whose the records are: this system does not say")
	}
	dev := filepath.Join("/dev", s.Device)
	if s.Kind == "" {
		if s.Kind, err = program(ctx, "blkid", "-p", "-o", "value", "-s", "TYPE", dev); err != nil || s.Kind == "" {
			return "", fmt.Errorf("there is nothing on %s that this machine can read: format it as FAT, exFAT or ext4", s.Device)
		}
	}
	if s.At != "" { // by somebody else: whose files are on it is said when it is mounted
		if _, err := program(ctx, "umount", s.At); err != nil {
			return "", err
		}
	}
	at, line := mountLine(s, int(owner.Uid), int(owner.Gid))
	if err := os.MkdirAll(at, 0o755); err != nil {
		return "", fmt.Errorf("make folder: %w", err)
	}
	if _, err := program(ctx, line[0], line[1:]...); err != nil {
		return "", err
	}
	if !ownersByOption(s.Kind) {
		return at, os.Chown(at, int(owner.Uid), int(owner.Gid))
	}
	return at, nil
}

// ownersByOption reports whether a file system knows no owners, so that the mount says whose the files are.
func ownersByOption(kind string) bool { return kind == "vfat" || kind == "exfat" || kind == "ntfs3" }

// mountLine is the command that mounts a stick, and where.
func mountLine(s machine.Stick, uid, gid int) (at string, line []string) {
	name := strings.Map(func(c rune) rune {
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_' {
			return c
		}
		return -1
	}, s.Name)
	at = filepath.Join("/media", cmp.Or(name, s.Device))
	options := "nodev,nosuid,noexec"
	if ownersByOption(s.Kind) {
		options += ",uid=" + strconv.Itoa(uid) + ",gid=" + strconv.Itoa(gid) + ",umask=0077"
	}
	return at, []string{"mount", "-t", s.Kind, "-o", options, filepath.Join("/dev", s.Device), at}
}

// program runs a program of the system, and returns what it printed.
func program(ctx context.Context, name string, args ...string) (string, error) {
	out, err := exec.CommandContext(ctx, name, args...).Output()
	var failed *exec.ExitError
	if errors.As(err, &failed) {
		return "", fmt.Errorf("%s: %s", name, strings.TrimSpace(string(failed.Stderr)))
	}
	if err != nil {
		return "", fmt.Errorf("%s: %w", name, err)
	}
	return strings.TrimSpace(string(out)), nil
}
