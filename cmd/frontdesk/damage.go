package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"frontdesk.internal/appliance/backup"
	"frontdesk.internal/appliance/store"
)

// offerRestore adds to an error that says that the records are damaged what they can be restored from.
func offerRestore(err error, state, medium string) error {
	var bad *store.DamagedError
	if !errors.As(err, &bad) {
		return err
	}
	var b strings.Builder
	b.WriteString("nothing was changed. What can be done:\n")
	if medium = backup.Folder(state, medium); medium != "" {
		if newest, err := backup.Find(medium, ""); err == nil {
			fmt.Fprintf(&b, "  frontdesk backup restore --set-aside %s\n      puts the newest backup there, of %s, in their place; the 24 "+
				"words of the recovery key are asked for\n", medium, when(newest.Made))
		}
	}
	list, _ := snapshots(state) // without a list there are none to offer
	for _, s := range list {
		fmt.Fprintf(&b, "  frontdesk store restore %s\n      puts the copy from before the last change of their form, of %s, in their place\n",
			s.Name, when(s.Made))
	}
	b.WriteString("  frontdesk store set-aside\n      begins with empty records, so that calls are answered; what is there stays in a " +
		"folder beside them\n")
	b.WriteString("Look at the disk first: smartctl -a, and the kernel's log, tell whether it fails")
	return fmt.Errorf("%w\n%s", err, b.String())
}

// recordFiles are what records consist of, in the state folder.
func recordFiles() []string {
	return []string{"frontdesk.db", store.KeysFile, "frontdesk.key", "recordings", "audit.heads"}
}

// setAside moves the records into a folder beside them, and returns its name; "" when there are none.
func setAside(state string) (string, error) {
	name := "set-aside-" + time.Now().Format("20060102-150405")
	for n := 2; ; n++ {
		if _, err := os.Lstat(filepath.Join(state, name)); errors.Is(err, fs.ErrNotExist) {
			break
		}
		name = fmt.Sprintf("set-aside-%s-%d", time.Now().Format("20060102-150405"), n)
	}
	into := filepath.Join(state, name)
	moved := false
	for _, f := range recordFiles() {
		from := filepath.Join(state, f)
		if _, err := os.Lstat(from); errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if !moved {
			if err := os.Mkdir(into, 0o700); err != nil {
				return "", fmt.Errorf("make folder: %w", err)
			}
			moved = true
		}
		if err := os.Rename(from, filepath.Join(into, f)); err != nil {
			return "", fmt.Errorf("set records aside: %w", err)
		}
	}
	if !moved {
		return "", nil
	}
	return name, nil
}

// putBack undoes setAside.
func putBack(state, name string) error {
	var errs []error
	for _, f := range recordFiles() {
		if err := os.Rename(filepath.Join(state, name, f), filepath.Join(state, f)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, fmt.Errorf("put records back: %w", err))
		}
	}
	return errors.Join(append(errs, os.Remove(filepath.Join(state, name)))...)
}
