package service

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"frontdesk.internal/appliance/backup"
	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/machine"
)

// StickState is a stick that is plugged in, and what it lacks to take backups.
type StickState struct {
	machine.Stick
	Chosen bool   `json:"chosen"`           // backups go there
	Advice string `json:"advice,omitempty"` // what somebody has to do first; "" = nothing
}

// ListSticks lists the sticks, disks and cards that are plugged into the box.
var ListSticks = define(Op[None, []StickState]{
	Name: "list-sticks", Role: Owner | Technician, Audit: NoLine("what is plugged in"),
	Run: get((*Service).listSticks),
})

func (s *Service) listSticks(context.Context) ([]StickState, error) {
	root := s.o.Platform.Root
	if root == nil {
		root = os.DirFS("/")
	}
	list, chosen := []StickState{}, s.backupFolder()
	for _, stick := range machine.Sticks(root) {
		x := StickState{Stick: stick}
		switch {
		case stick.At == "" && stick.Kind == "":
			x.Advice = "There is nothing on it that this machine can read. Format it as FAT, exFAT or ext4 on another computer."
		case stick.At == "":
			x.Advice = "It is not mounted yet. At the box: sudo frontdesk backup mount " + stick.Device
		case stick.ReadOnly:
			x.Advice = "It is mounted read-only. Is its switch on, or is it damaged?"
		default:
			x.Chosen = liesBelow(chosen, stick.At)
			if err := backup.Usable(stick.At); err != nil {
				x.Advice = "Frontdesk may not write to it. At the box: sudo frontdesk backup mount " + stick.Device
			}
		}
		list = append(list, x)
	}
	return list, nil
}

// liesBelow reports whether a folder is dir or lies below it.
func liesBelow(folder, dir string) bool {
	return folder == dir || folder != "" && strings.HasPrefix(folder, strings.TrimSuffix(dir, "/")+"/")
}

// ChooseBackupFolder has backups go to a folder, or to a stick by the name of its device or its own, from now on and until somebody chooses
// another one; "" = where the settings say. It needs no restart.
var ChooseBackupFolder = define(Op[string, BackupState]{
	Name: "choose-backup-folder", Role: Owner | Technician, Audit: Changes("choose where backups go"),
	About: func(_ string, s BackupState) string { return s.Dir },
	Run:   (*Service).chooseBackupFolder,
})

func (s *Service) chooseBackupFolder(ctx context.Context, where string) (state BackupState, err error) {
	folder := where
	if where != "" && !filepath.IsAbs(where) {
		if folder, err = s.folderOfStick(ctx, where); err != nil {
			return state, err
		}
	}
	if folder != "" {
		folder = filepath.Clean(folder)
		if liesBelow(folder, s.o.Backups.State) {
			return state, badFolder("this is where the records themselves are: a backup must be elsewhere")
		}
		if err := backup.Usable(folder); err != nil {
			return state, badFolder(err.Error())
		}
	}
	if err := backup.ChooseFolder(s.o.Backups.State, folder); err != nil {
		return state, err
	}
	return s.listBackups(ctx, "")
}

// folderOfStick is where a stick is mounted.
func (s *Service) folderOfStick(ctx context.Context, name string) (string, error) {
	list, err := s.listSticks(ctx)
	if err != nil {
		return "", err
	}
	for _, x := range list {
		if x.Device != strings.TrimPrefix(name, "/dev/") && x.Name != name {
			continue
		}
		if x.Advice != "" {
			return "", badFolder(x.Advice)
		}
		return x.At, nil
	}
	return "", badFolder(fmt.Sprintf("there is no stick %q: name a folder from its first / on, or a stick that frontdesk backup sticks lists",
		name))
}

func badFolder(text string) error {
	return &InvalidError{What: "folder for backups", Problems: []knowledge.Problem{{Path: "folder", Text: text}}}
}
