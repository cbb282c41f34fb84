// Package statefile writes the files of the state folder: whole or not at all, and for the account that the service runs as.
//
// Commands of the technician run as root beside the service. A file that root leaves there with mode 0600 is one that the service cannot
// read, whether the command ended well or not; so a file has its owner, that of its folder, before it has its name. The package starts no
// goroutines.
package statefile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// Write puts data in the place of the file path, mode 0600, in one step that a power cut does not halve. A folder that is not there is
// made.
func Write(path string, data []byte) error { return write(path, data, os.Rename) }

// Create is Write for a file that must not be there yet; the error is fs.ErrExist when it is.
func Create(path string, data []byte) error {
	return write(path, data, func(from, to string) error {
		if err := os.Link(from, to); err != nil { // unlike a rename it replaces nothing
			return err
		}
		return os.Remove(from)
	})
}

func write(path string, data []byte, put func(from, to string) error) (err error) {
	dir := filepath.Dir(path)
	if err := MkdirAll(dir); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, ".new-*") // mode 0600
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	_, err = f.Write(data)
	if err = errors.Join(err, like(dir, f.Chown), f.Sync(), f.Close()); err == nil {
		err = put(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name()) // the first error counts
		return fmt.Errorf("write %s: %w", path, err)
	}
	if err := SyncNames(dir); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}

// SyncNames waits until the names in a folder are on the disk: a file that is there with all of its bytes is lost in a power cut as long as
// its name is not.
func SyncNames(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// MkdirAll makes the folder dir and those above it that are not there, mode 0700, each for the owner of the one it lies in.
func MkdirAll(dir string) error {
	if _, err := os.Stat(dir); err == nil {
		return nil
	}
	above := filepath.Dir(dir)
	if above != dir {
		if err := MkdirAll(above); err != nil {
			return err
		}
	}
	if err := os.Mkdir(dir, 0o700); err != nil {
		if errors.Is(err, fs.ErrExist) {
			return nil
		}
		return fmt.Errorf("make folder: %w", err)
	}
	return like(above, func(uid, gid int) error { return os.Lchown(dir, uid, gid) })
}

// like gives something to the owner of dir; only root can.
func like(dir string, chown func(uid, gid int) error) error {
	if os.Geteuid() != 0 {
		return nil
	}
	owner, ok := ownerOf(os.Stat(dir))
	if !ok || owner.Uid == 0 {
		return nil
	}
	return chown(int(owner.Uid), int(owner.Gid))
}

// GiveToOwner makes what root has left below dir the property of the account that dir belongs to, so that the service can go on with it. It
// does nothing for who is not root, or where dir is root's own. A file with a second name is left alone: the account could have put a name
// of the system's own there.
func GiveToOwner(dir string) error {
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
		if now, ok := ownerOf(e.Info()); !ok || now.Uid != 0 || e.Type().IsRegular() && now.Nlink > 1 {
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
