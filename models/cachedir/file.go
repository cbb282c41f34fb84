package cachedir

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// partial marks files that are being written.
const partial = ".partial-"

// Default returns the folder where Frontdesk caches what can be had again: frontdesk below $XDG_CACHE_HOME, or below
// ~/.cache without it.
func Default() (string, error) {
	base, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("find cache folder: %w", err)
	}
	return filepath.Join(base, "frontdesk"), nil
}

// File is a file being written. It has its final name only after Commit.
type File struct {
	*os.File
	final string
}

// Create starts a file that Commit will give the name path; missing folders are made.
func Create(path string) (*File, error) {
	dir, name := filepath.Split(path)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("make folder: %w", err)
	}
	f, err := os.CreateTemp(dir, "."+name+partial+"*")
	if err != nil {
		return nil, fmt.Errorf("create %s: %w", name, err)
	}
	return &File{File: f, final: path}, nil
}

// Commit syncs the file, gives it its final name with the mode and syncs the folder. After an error the file is gone.
func (f *File) Commit(mode os.FileMode) error {
	err := errors.Join(f.Chmod(mode), f.Sync(), f.Close())
	if err == nil {
		err = Rename(f.Name(), f.final)
	}
	if err != nil {
		_ = os.Remove(f.Name())
		return fmt.Errorf("keep %s: %w", filepath.Base(f.final), err)
	}
	return nil
}

// Abort drops the file; after Commit it does nothing.
func (f *File) Abort() {
	if f.Close() == nil {
		_ = os.Remove(f.Name())
	}
}

// Rename moves from to to, which are in one file system, and syncs the folder of to.
func Rename(from, to string) error {
	if err := os.Rename(from, to); err != nil {
		return err
	}
	return SyncDir(filepath.Dir(to))
}

// SyncDir makes the names in dir durable.
func SyncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	if err := d.Sync(); err != nil && !errors.Is(err, unix.EINVAL) { // Some file systems cannot sync a folder.
		return err
	}
	return nil
}

// WriteFile writes data under path, whole or not at all.
func WriteFile(path string, data []byte, mode os.FileMode) error {
	f, err := Create(path)
	if err != nil {
		return err
	}
	defer f.Abort()
	if _, err := f.Write(data); err != nil {
		return fmt.Errorf("write %s: %w", filepath.Base(path), err)
	}
	return f.Commit(mode)
}

// Sweep removes what interrupted writers left in dir itself. Call it only under the lock of dir.
func Sweep(dir string) {
	left, err := filepath.Glob(filepath.Join(dir, ".*"+partial+"*"))
	if err != nil {
		return
	}
	for _, name := range left {
		if strings.HasPrefix(filepath.Base(name), ".") {
			_ = os.Remove(name)
		}
	}
}

// Free returns the bytes that can still be written below path, which need not exist yet.
func Free(path string) (int64, error) {
	for {
		var st unix.Statfs_t
		err := unix.Statfs(path, &st)
		if err == nil {
			return int64(st.Bavail) * int64(st.Bsize), nil //nolint:unconvert // The types differ between architectures.
		}
		parent := filepath.Dir(path)
		if !errors.Is(err, unix.ENOENT) || parent == path {
			return 0, fmt.Errorf("measure free space at %s: %w", path, err)
		}
		path = parent
	}
}
