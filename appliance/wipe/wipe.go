// Package wipe destroys everything that a box keeps: the keys first, from when on nothing can be read any more in any file, copy or backup
// of the records, then the files. The receipt says what was destroyed and what is beyond the box's reach; it names nobody.
//
// Nothing may have the records open meanwhile: a running box leaves itself an [Order] and starts anew. What is interrupted is completed
// by running it again. The package starts no goroutines.
package wipe

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"frontdesk.internal/models/progress"
)

// Receipt is what is left.
type Receipt struct {
	Began  time.Time `json:"began"`
	Keys   time.Time `json:"keys_destroyed"` // from then on nothing can be read
	Ended  time.Time `json:"ended"`
	State  string    `json:"state"`  // the folder
	Ring   string    `json:"ring"`   // the ID of the destroyed key ring, as backups of it name it; "" = it could not be read
	Files  int       `json:"files"`  // that were destroyed
	Bytes  int64     `json:"bytes"`  // in them
	Kept   []string  `json:"kept"`   // in the folder, because nothing in them is about anybody
	Beyond []string  `json:"beyond"` // what may hold copies, and what to do about it
}

// models is the folder in which nothing is about anybody.
const models = "models"

// isKey says whether a file holds keys or what opens them.
func isKey(name string) bool {
	return strings.HasPrefix(name, "keys.db") || strings.HasSuffix(name, ".key") || strings.HasSuffix(name, ".lock")
}

// ErrNothing says that there is nothing to be destroyed.
var ErrNothing = errors.New("there is nothing of Frontdesk's in that folder")

// Folder destroys what is in a state folder. ring and beyond go into the receipt as they are.
func Folder(ctx context.Context, dir, ring string, beyond []string, now func() time.Time) (Receipt, error) {
	return folder(ctx, dir, ring, beyond, now, "")
}

// folder is Folder that leaves the file keep where it is.
func folder(ctx context.Context, dir, ring string, beyond []string, now func() time.Time, keep string) (Receipt, error) {
	r := Receipt{Began: now().UTC(), State: dir, Ring: ring, Kept: []string{}, Beyond: beyond}
	var keys, rest, folders []string
	records := "" // go last: as long as they are there, another run knows whose folder it is
	ours := false
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(dir, path) // it lies below
		switch {
		case rel == ".", rel == keep:
		case d.IsDir() && rel == models:
			r.Kept = append(r.Kept, rel)
			return fs.SkipDir
		case d.IsDir():
			folders = append(folders, path)
		case rel == "frontdesk.db":
			records = path
		case isKey(filepath.Base(rel)):
			keys = append(keys, path)
		default:
			rest = append(rest, path)
		}
		ours = ours || rel == "frontdesk.db" || rel == "keys.db"
		return nil
	})
	if err != nil {
		return r, fmt.Errorf("look at what is to be destroyed: %w", err)
	}
	if !ours && len(keys) == 0 { // not somebody's documents
		return r, ErrNothing
	}
	progress.Tell(ctx, progress.Step{What: "Destroying the keys"})
	for _, p := range keys {
		if err := r.destroy(p, true); err != nil {
			return r, err
		}
	}
	r.Keys = now().UTC()
	for i, p := range rest {
		progress.Tell(ctx, progress.Step{What: "Destroying files", Done: int64(i + 1), Total: int64(len(rest))})
		if err := r.destroy(p, false); err != nil {
			return r, fmt.Errorf("the keys are destroyed, so that nothing can be read any more; run it again for the rest: %w", err)
		}
	}
	for _, d := range slices.Backward(folders) {
		if err := os.Remove(d); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return r, fmt.Errorf("remove folder: %w", err)
		}
	}
	if records != "" {
		if err := r.destroy(records, false); err != nil {
			return r, err
		}
	}
	r.Ended = now().UTC()
	return r, sync(dir)
}

// destroy removes a file. A key is written over first, and is gone from the disk when destroy returns, as far as the disk tells the truth:
// what a flash chip keeps of it is opened by no key that is left.
func (r *Receipt) destroy(path string, over bool) error {
	info, err := os.Lstat(path)
	if err != nil {
		return fmt.Errorf("destroy: %w", err)
	}
	if over && info.Mode().IsRegular() {
		f, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			return fmt.Errorf("destroy key: %w", err)
		}
		_, err = io.CopyN(f, rand.Reader, info.Size())
		if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
			return fmt.Errorf("destroy key: %w", err)
		}
	}
	if err := os.Remove(path); err != nil {
		return fmt.Errorf("destroy: %w", err)
	}
	r.Files++
	r.Bytes += info.Size()
	if over {
		return sync(filepath.Dir(path))
	}
	return nil
}

func sync(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
