package backup

import (
	"archive/tar"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"frontdesk.internal/appliance/privacy"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/seal"
	"frontdesk.internal/appliance/store"
	"frontdesk.internal/appliance/store/keyring"
	"frontdesk.internal/models/progress"
)

// Restored is what a restore has found.
type Restored struct {
	Backup     Info              `json:"backup"`
	Report     store.CheckResult `json:"report"`
	Recordings int               `json:"recordings"`
	Erased     int               `json:"erased"` // callers who were erased after the backup was made: nothing of them came back
	// KnownTo is of when the medium's list of destroyed keys is: who was erased later is there again, unless a receipt was given.
	KnownTo time.Time `json:"erasures_known_to"`
}

// Find returns a backup of a folder by its name; "" = the newest.
func Find(dir, name string) (Info, error) {
	list, err := List(dir)
	if err != nil {
		return Info{}, err
	}
	for _, i := range list {
		if name == "" || i.Name == name {
			return i, nil
		}
	}
	if name == "" {
		return Info{}, fmt.Errorf("%w: there is none in %s", ErrNoBackup, dir)
	}
	return Info{}, fmt.Errorf("%w: there is no %q in %s", ErrNoBackup, name, dir)
}

// Verify restores a backup into a scratch folder below scratch, opens every record, and removes it again.
func Verify(ctx context.Context, dir, name string, k *Key, scratch string) (r Restored, err error) {
	temp, err := os.MkdirTemp(scratch, scratchName)
	if err != nil {
		return r, fmt.Errorf("make scratch folder: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(temp)) }()
	return Restore(ctx, dir, name, k, filepath.Join(temp, "state"), keyring.Options{}, nil)
}

// ErrOccupied says that there are records where they are to be restored to.
var ErrOccupied = errors.New("there are records already: restore into an empty folder, or move them away first")

// Restore puts a backup into a folder that has no records, locked with a new key as o says. Whoever was erased since the backup
// was made stays erased, as far as the medium knows of it. again are the IDs of keys that receipts of erasures carry: they are
// destroyed before anything is opened, and nothing of theirs comes back; nil = nobody has said who was erased since, which the
// box shows until somebody does. What goes wrong leaves the folder without records.
func Restore(ctx context.Context, dir, name string, k *Key, state string, o keyring.Options, again []string) (r Restored, err error) {
	if r.Backup, err = Find(dir, name); err != nil {
		return r, err
	}
	for _, f := range []string{dbName, store.KeysFile} {
		if _, err := os.Stat(filepath.Join(state, f)); !errors.Is(err, fs.ErrNotExist) {
			return r, fmt.Errorf("%w (%s)", ErrOccupied, state)
		}
	}
	kept, err := readKeys(dir, k)
	if err != nil {
		return r, err
	}
	if r.KnownTo = kept.Made; kept.Gone == nil {
		kept.Gone = map[string]time.Time{}
	}
	for _, id := range again {
		if _, there := kept.Gone[id]; !there && id != "" {
			kept.Gone[id] = time.Now()
		}
	}
	if err := os.MkdirAll(state, 0o700); err != nil {
		return r, fmt.Errorf("make folder: %w", err)
	}
	temp, err := os.MkdirTemp(state, restoreName)
	if err != nil {
		return r, fmt.Errorf("make folder: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(temp)) }()
	m, err := unpack(&packing{ctx: ctx, what: "Reading the backup", total: r.Backup.Bytes}, filepath.Join(dir, r.Backup.Name), k, temp)
	if err != nil {
		return r, err
	}
	if m.Ring != kept.Ring {
		return r, errors.New("the keys on the medium belong to another box than the records: they were mixed")
	}
	ring, err := keyring.Open(filepath.Join(state, store.KeysFile), o)
	if err != nil {
		return r, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, leave(state))
		}
	}()
	if err := errors.Join(ring.Import(kept.Ring, kept.all(), kept.Gone), ring.Close()); err != nil {
		return r, err
	}
	if r.Recordings, err = moveRecordings(temp, state); err != nil {
		return r, err
	}
	if err := os.Rename(filepath.Join(temp, dbName), filepath.Join(state, dbName)); err != nil {
		return r, fmt.Errorf("restore records: %w", err)
	}
	if err := os.Rename(filepath.Join(temp, headsName), filepath.Join(state, headsName)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return r, fmt.Errorf("restore records: %w", err)
	}
	progress.Tell(ctx, progress.Step{What: "Opening every record"})
	return r, r.open(state, o, again != nil)
}

// open opens what was restored, takes out who is erased, and looks at every record.
func (r *Restored) open(state string, o keyring.Options, told bool) (err error) {
	s, err := store.Open(filepath.Join(state, dbName), store.Options{Keys: o})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if r.Erased, err = privacy.EraseGone(s); err != nil {
		return err
	}
	if err := r.dropSounds(state, s); err != nil {
		return err
	}
	mark := record.Restoration{At: time.Now(), Backup: r.Backup.Made, Keys: r.KnownTo}
	if told {
		mark.Confirmed = mark.At
	}
	if err := s.SetRestoration(mark); err != nil {
		return err
	}
	if err := s.AdoptAudit(); err != nil {
		return err
	}
	if r.Report, err = s.CheckAll(); err != nil {
		return err
	}
	if len(r.Report.Faults) > 0 {
		return fmt.Errorf("the backup is not sound: %+v", r.Report.Faults)
	}
	return nil
}

// dropSounds removes recordings of erased callers, which nobody can hear any more: they are not restored either.
func (r *Restored) dropSounds(state string, s *store.Store) error {
	files, err := filepath.Glob(filepath.Join(state, recordingsDir, "*.sound"))
	if err != nil {
		return err
	}
	for _, path := range files {
		gone, err := ownerGone(path, s)
		if err == nil && gone {
			r.Recordings--
			err = os.Remove(path)
		}
		if err != nil {
			return fmt.Errorf("restore recordings: %w", err)
		}
	}
	return nil
}

// ownerGone reports whether the key of a recording is destroyed.
func ownerGone(path string, s *store.Store) (bool, error) {
	f, err := os.Open(path)
	if err != nil {
		return false, err
	}
	info, err := f.Stat()
	if err != nil {
		return false, errors.Join(err, f.Close())
	}
	var asked error // for the key of the owner
	_, err = seal.NewReader(f, info.Size(), func(owner string) (k seal.Key, err error) {
		k, asked = s.KeyOf(owner)
		return k, asked
	})
	switch closed := f.Close(); {
	case closed != nil:
		return false, closed
	case errors.Is(asked, store.ErrNotFound):
		return true, nil
	case asked != nil:
		return false, err
	}
	return false, nil // one that a power cut has cut short the box deals with when it starts
}

// leave removes the records of a restore that went wrong.
func leave(state string) error {
	var errs []error
	for _, f := range []string{dbName, store.KeysFile, "frontdesk.key", headsName} {
		if err := os.Remove(filepath.Join(state, f)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	return errors.Join(append(errs, os.RemoveAll(filepath.Join(state, recordingsDir)))...)
}

// unpack takes the files of a backup into a folder.
func unpack(p *packing, path string, k *Key, into string) (m manifest, err error) {
	r, c, err := decrypt(path, k)
	if err != nil {
		return m, err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	return untar(p, r, into)
}

// untar takes the files of a backup out of what was decrypted. Only names that our backups have are taken, each of them once.
func untar(p *packing, r io.Reader, into string) (m manifest, err error) {
	if err := os.MkdirAll(filepath.Join(into, recordingsDir), 0o700); err != nil {
		return m, fmt.Errorf("make folder: %w", err)
	}
	t := tar.NewReader(r)
	for {
		if err := p.ctx.Err(); err != nil {
			return m, err
		}
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return m, fmt.Errorf("read backup: %w", err)
		}
		if h.Name == manifestName {
			if err := json.NewDecoder(t).Decode(&m); err != nil {
				return m, fmt.Errorf("read backup: %w", err)
			}
			continue
		}
		if !expected(h.Name) || !plain(h) {
			return m, fmt.Errorf("read backup: it holds %q, which no backup of ours does", h.Name)
		}
		f, err := os.OpenFile(filepath.Join(into, filepath.FromSlash(h.Name)), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if err != nil {
			return m, fmt.Errorf("read backup: %w", err)
		}
		_, err = io.CopyN(io.MultiWriter(f, p), t, h.Size)
		if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
			return m, fmt.Errorf("read backup: %w", err)
		}
	}
	if m.Format != 1 {
		return m, fmt.Errorf("this backup is of a form that this version does not know (%d)", m.Format)
	}
	return m, nil
}

// plain tells a file from what has no octets of its own, and from one with holes, which would grow beyond all bounds.
func plain(h *tar.Header) bool {
	for name := range h.PAXRecords {
		if strings.HasPrefix(name, "GNU.sparse.") {
			return false
		}
	}
	return h.Typeflag == tar.TypeReg
}

// expected says which names a backup may hold.
func expected(name string) bool {
	if name == dbName || name == headsName {
		return true
	}
	base, ok := strings.CutPrefix(name, recordingsDir+"/")
	return ok && strings.HasSuffix(base, ".sound") && filepath.IsLocal(base) && !strings.ContainsAny(base, `/\`)
}

func moveRecordings(from, state string) (int, error) {
	files, err := filepath.Glob(filepath.Join(from, recordingsDir, "*.sound"))
	if err != nil {
		return 0, err
	}
	if err := os.MkdirAll(filepath.Join(state, recordingsDir), 0o700); err != nil {
		return 0, fmt.Errorf("restore recordings: %w", err)
	}
	for _, f := range files {
		if err := os.Rename(f, filepath.Join(state, recordingsDir, filepath.Base(f))); err != nil {
			return 0, fmt.Errorf("restore recordings: %w", err)
		}
	}
	return len(files), nil
}
