package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// giveToOwner makes what root has written below dir the property of the account that dir belongs to, so that the service can go on
// with it. It does nothing for who is not root, or where dir is root's own.
func giveToOwner(dir string) error {
	if os.Geteuid() != 0 {
		return nil
	}
	owner, ok := ownerOf(os.Stat(dir))
	if !ok || owner.Uid == 0 {
		return nil
	}
	root, err := os.OpenRoot(dir) // the account could put a link in the way
	if err != nil {
		return fmt.Errorf("look at %s: %w", dir, err)
	}
	err = fs.WalkDir(root.FS(), ".", func(name string, e fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil // the service removed it meanwhile
		}
		if err != nil || !e.Type().IsRegular() && !e.IsDir() {
			return err
		}
		if now, ok := ownerOf(e.Info()); !ok || now.Uid != 0 {
			return nil
		}
		return root.Lchown(filepath.FromSlash(name), int(owner.Uid), int(owner.Gid))
	})
	if err := errors.Join(err, root.Close()); err != nil {
		return fmt.Errorf("give %s to the service: %w", dir, err)
	}
	return nil
}

// ownerOf returns whose a file is; false when that cannot be told.
func ownerOf(info fs.FileInfo, err error) (*syscall.Stat_t, bool) {
	if err != nil {
		return nil, false
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	return st, ok
}
