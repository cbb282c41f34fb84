// Package backup keeps copies of everything on a medium of the owner's: a stick, or a mounted share of the office. A backup is two
// files: the records with the recordings (one for each backup), and the keys of the records (one for all backups, written anew with
// each of them and after every erasure). Both are encrypted with age to a recovery key, which the owner has as 24 words.
//
// So an erasure covers backups, too: of the caller's records in an old file the key is gone, and the file with the keys says which
// are destroyed: of those nothing comes back, whatever is restored.
//
// A backup is hot and consistent: the records are read in one transaction while calls go on. Files are written under another name,
// made durable and put in their place: a medium that is pulled out leaves the former backup as it was. A restore needs nothing but
// the medium and the words.
//
// The package starts no goroutine.
package backup

import (
	"archive/tar"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"filippo.io/age"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/seal"
	"frontdesk.internal/appliance/statefile"
	"frontdesk.internal/appliance/store"
	"frontdesk.internal/appliance/store/keyring"
	"frontdesk.internal/models/progress"
)

// Names of the files on the medium.
const (
	recordsPrefix = "frontdesk-records-"
	suffix        = ".age"
	keysName      = "frontdesk-keys" + suffix
	timeForm      = "20060102T150405Z"
	unfinished    = ".frontdesk-*" // while they are written
)

// Names inside of the file with the records. What else lies in the folder of the records is in no backup, for it is made or fetched
// again: models, rendered phrases, the vectors of the business's texts.
const (
	manifestName  = "manifest.json"
	dbName        = "frontdesk.db"
	recordingsDir = "recordings"
	headsName     = "audit.heads"
)

// Records are what is backed up; *store.Store is the real one.
type Records interface {
	WriteTo(w io.Writer) (int64, error)
	Size() (int64, error)
	Keys() *keyring.Ring
}

var _ Records = (*store.Store)(nil)

// Options say what is backed up, and to where.
type Options struct {
	Records Records
	State   string // folder of the records
	Dir     string // folder on the medium
	Key     *Key
	Keep    int                         // so many backups stay; 0 = all
	Seen    func(m record.Medium) error // is told that the medium has the keys as they are; nil = nobody
	Now     func() time.Time            // nil = time.Now
}

// Info is one backup.
type Info struct {
	Name  string    `json:"name"`
	Made  time.Time `json:"made"`
	Bytes int64     `json:"bytes"`
}

// manifest stands at the head of a file with records.
type manifest struct {
	Format int       `json:"format"`
	Ring   string    `json:"ring"`
	Made   time.Time `json:"made"`
}

// keys is the file with the keys.
type keys struct {
	Ring string `json:"ring"`
	// Medium is the ID of the medium: of several that are used in turn each has its own.
	Medium string               `json:"medium,omitempty"`
	Made   time.Time            `json:"made"`
	Keys   map[string][]byte    `json:"keys"`
	Gone   map[string]time.Time `json:"gone"`
}

// What a backup needs and does not find.
var (
	// ErrNoMedium says that the folder of the backups is not there.
	ErrNoMedium = errors.New("the folder for backups is not there: plug the medium in, or mount the share")
	// ErrNotWritable says that the medium takes nothing.
	ErrNotWritable = errors.New("the medium for backups cannot be written to")
	// ErrNoKey says that nobody has made a recovery key.
	ErrNoKey = errors.New("there is no recovery key yet: frontdesk backup setup makes one")
	// ErrNoFolder says that nobody has named a folder.
	ErrNoFolder = errors.New("say where to: frontdesk backup use STICK, [backup] dir in the settings, or --to FOLDER")
	// ErrNoBackup says that there is none of a name, or none at all.
	ErrNoBackup = errors.New("there is no such backup")
)

func (o Options) check() error {
	if o.Key == nil {
		return ErrNoKey
	}
	return Usable(o.Dir)
}

// Usable returns ErrNoMedium or ErrNotWritable, with what to do, where no backup can be written to a folder.
func Usable(dir string) error {
	info, err := os.Stat(dir)
	if dir == "" || errors.Is(err, fs.ErrNotExist) || err == nil && !info.IsDir() {
		return fmt.Errorf("%w (%s)", ErrNoMedium, dir)
	}
	if err != nil {
		return fmt.Errorf("look at the medium: %w", err)
	}
	return writable(dir)
}

// folderName is the file of the state folder that names the folder of the backups, when somebody has chosen one at the box. It is no
// part of
// the records: what they can be restored from must be known when they cannot be read.
const folderName = "backup.folder"

// Folder returns where backups go: what was chosen at the box, else what the settings say.
func Folder(state, settings string) string {
	b, err := os.ReadFile(filepath.Join(state, folderName))
	if dir := strings.TrimSpace(string(b)); err == nil && filepath.IsAbs(dir) {
		return dir
	}
	return settings
}

// ChooseFolder has backups go to a folder from now on; "" = where the settings say.
func ChooseFolder(state, dir string) error {
	if dir != "" {
		return statefile.Write(filepath.Join(state, folderName), []byte(dir+"\n"))
	}
	if err := os.Remove(filepath.Join(state, folderName)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("choose folder for backups: %w", err)
	}
	return nil
}

// writable says what to do about a medium that nothing can be written to.
func writable(dir string) error {
	f, err := os.CreateTemp(dir, unfinished)
	switch {
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("%w: %s belongs to somebody else. Mount a stick so that it is the service's: frontdesk backup mount DEVICE "+
			"does, as mount -o uid=frontdesk DEVICE %[2]s; a folder of another kind: chown frontdesk %[2]s", ErrNotWritable, dir)
	case errors.Is(err, syscall.EROFS):
		return fmt.Errorf("%w: %s is mounted read-only. Is the stick's switch on, or its file system damaged? "+
			"Of the places for sticks the service may write below the folders media and mnt", ErrNotWritable, dir)
	case errors.Is(err, syscall.ENOSPC):
		return fmt.Errorf("%w: %s is full", ErrNotWritable, dir)
	case err != nil:
		return fmt.Errorf("%w: %w", ErrNotWritable, err)
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

func (o Options) now() time.Time {
	if o.Now != nil {
		return o.Now().UTC()
	}
	return time.Now().UTC()
}

// Make makes a backup. Who waits in ctx is told how far it is.
func Make(ctx context.Context, o Options) (Info, error) {
	if err := o.check(); err != nil {
		return Info{}, err
	}
	if err := o.tidyMedium(); err != nil {
		return Info{}, fmt.Errorf("remove what a former backup has left: %w", err)
	}
	made := o.now().Truncate(time.Second)
	name := recordsPrefix + made.Format(timeForm) + suffix
	// The keys first: they are good for what is there already, and the records that follow are of no use without them.
	if err := WriteKeys(o); err != nil {
		return Info{}, err
	}
	err := replace(filepath.Join(o.Dir, name), o.Key.identity.Recipient(), func(w io.Writer) error { return o.pack(ctx, w, made) })
	if err != nil {
		return Info{}, fmt.Errorf("write backup: %w", err)
	}
	info, err := os.Stat(filepath.Join(o.Dir, name))
	if err != nil {
		return Info{}, fmt.Errorf("look at the backup: %w", err)
	}
	return Info{name, made, info.Size()}, o.prune()
}

// pack writes everything into one stream.
func (o Options) pack(ctx context.Context, w io.Writer, made time.Time) error {
	recordings, err := filepath.Glob(filepath.Join(o.State, recordingsDir, "*.sound"))
	if err != nil {
		return err
	}
	size, err := o.Records.Size()
	if err != nil {
		return err
	}
	p := &packing{ctx: ctx, what: "Writing the backup", total: size}
	for _, f := range recordings {
		if info, err := os.Stat(f); err == nil {
			p.total += info.Size()
		}
	}
	t := tar.NewWriter(w)
	b, err := json.Marshal(manifest{Format: 1, Ring: o.Records.Keys().ID(), Made: made})
	if err != nil {
		return err
	}
	if err := t.WriteHeader(&tar.Header{Name: manifestName, Mode: 0o600, Size: int64(len(b)), ModTime: made}); err != nil {
		return err
	}
	if _, err := t.Write(b); err != nil {
		return err
	}
	// The transaction must not wait for a slow medium: the records are copied to the disk first.
	progress.Tell(ctx, progress.Step{What: "Copying the records"})
	db, err := o.copyRecords()
	if err != nil {
		return err
	}
	defer func() { _ = errors.Join(db.Close(), os.Remove(db.Name())) }() // a copy
	if err := p.add(t, db, dbName, made); err != nil {
		return err
	}
	for _, path := range append(recordings, filepath.Join(o.State, headsName)) {
		f, err := os.Open(path)
		if errors.Is(err, fs.ErrNotExist) {
			continue // its time was over in between
		}
		if err != nil {
			return err
		}
		name, _ := filepath.Rel(o.State, path)
		if err := errors.Join(p.add(t, f, filepath.ToSlash(name), made), f.Close()); err != nil {
			return err
		}
	}
	return t.Close()
}

// What unfinished things are named in the state folder.
const (
	copyName    = ".backup-*"  // a copy of the records while a backup is made
	scratchName = ".verify-*"  // a backup that is checked
	restoreName = ".restore-*" // one that is put back
	SealedName  = ".sealed-*"  // an export for an authority
)

// Tidy removes from the state folder what a power cut has left of a backup, its check, a restore or a sealed
// export. A checked backup has keys
// of its own, so that whoever is erased from now on could be read there. Whoever calls it holds the records open: nothing of the kind is
// under way.
func Tidy(state string) (err error) {
	for _, form := range []string{copyName, scratchName, restoreName, SealedName} {
		left, globErr := filepath.Glob(filepath.Join(state, form))
		err = errors.Join(err, globErr)
		for _, path := range left {
			err = errors.Join(err, os.RemoveAll(path))
		}
	}
	return err
}

// stale is how old an unfinished file on the medium is when nobody writes it any more.
const stale = 24 * time.Hour

// tidyMedium removes what interrupted backups have left on the medium: each is as large as a backup.
func (o Options) tidyMedium() error {
	left, err := filepath.Glob(filepath.Join(o.Dir, unfinished))
	for _, path := range left {
		if info, statErr := os.Stat(path); statErr == nil && o.now().Sub(info.ModTime()) > stale {
			err = errors.Join(err, os.Remove(path))
		}
	}
	return err
}

// copyRecords copies the records, as they are at one moment, to a file beside them.
func (o Options) copyRecords() (*os.File, error) {
	f, err := os.CreateTemp(o.State, copyName)
	if err != nil {
		return nil, err
	}
	if _, err := o.Records.WriteTo(f); err != nil {
		return nil, errors.Join(err, f.Close(), os.Remove(f.Name()))
	}
	_, err = f.Seek(0, io.SeekStart)
	return f, err
}

// packing counts what goes into a backup, or comes out of it.
type packing struct {
	ctx         context.Context //nolint:containedctx // of one backup
	what        string
	done, total int64
}

// Write implements io.Writer.
func (p *packing) Write(b []byte) (int, error) {
	p.done += int64(len(b))
	progress.Tell(p.ctx, progress.Step{What: p.what, Done: min(p.done, p.total), Total: p.total})
	return len(b), p.ctx.Err()
}

// add packs a file. One that grows meanwhile, a recording of a call that goes on, is cut where it ended when it was begun.
func (p *packing) add(t *tar.Writer, f *os.File, name string, made time.Time) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if err := t.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: info.Size(), ModTime: made}); err != nil {
		return err
	}
	_, err = io.Copy(io.MultiWriter(t, p), io.LimitReader(f, info.Size()))
	return err
}

// WriteKeys writes the keys to the medium as they are now, with the list of those that are destroyed. It is called after each erasure.
func WriteKeys(o Options) error {
	if err := o.check(); err != nil {
		return err
	}
	ring := o.Records.Keys()
	k := keys{Ring: ring.ID(), Made: o.now(), Keys: map[string][]byte{}} // what is erased from now on is not in it
	all, err := ring.Export()
	if err != nil {
		return err
	}
	gone, err := ring.Gone()
	if err != nil {
		return err
	}
	k.Gone, k.Medium = gone, rand.Text()
	if former, err := readKeys(o.Dir, o.Key); err == nil && former.Ring == k.Ring && former.Medium != "" {
		k.Medium = former.Medium
	}
	for name, key := range all {
		k.Keys[name] = key[:]
	}
	err = replace(filepath.Join(o.Dir, keysName), o.Key.identity.Recipient(), func(w io.Writer) error { return json.NewEncoder(w).Encode(k) })
	if err != nil {
		return fmt.Errorf("write keys to the medium: %w", err)
	}
	if o.Seen != nil {
		return o.Seen(record.Medium{ID: k.Medium, Dir: o.Dir, Keys: k.Made})
	}
	return nil
}

// replace writes an encrypted file and puts it in its place when it is whole and on the medium.
func replace(path string, to age.Recipient, write func(w io.Writer) error) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), unfinished)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = errors.Join(f.Close(), os.Remove(f.Name())) // it may be gone with its medium
		}
	}()
	w, err := age.Encrypt(f, to)
	if err != nil {
		return err
	}
	if err := write(w); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	return statefile.SyncNames(filepath.Dir(path))
}

// List returns the backups in a folder, the newest first.
func List(dir string) ([]Info, error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w (%s)", ErrNoMedium, dir)
	}
	if err != nil {
		return nil, fmt.Errorf("list backups: %w", err)
	}
	list := []Info{}
	for _, e := range entries {
		middle, ok := strings.CutPrefix(e.Name(), recordsPrefix)
		if !ok {
			continue
		}
		made, err := time.Parse(timeForm, strings.TrimSuffix(middle, suffix))
		if err != nil {
			continue
		}
		info, err := e.Info()
		if err != nil {
			continue // removed in between
		}
		list = append(list, Info{e.Name(), made, info.Size()})
	}
	slices.SortFunc(list, func(a, b Info) int { return b.Made.Compare(a.Made) })
	return list, nil
}

// prune removes backups that are too many, the oldest ones.
func (o Options) prune() error {
	if o.Keep <= 0 {
		return nil
	}
	list, err := List(o.Dir)
	if err != nil {
		return err
	}
	for _, i := range list[min(len(list), o.Keep):] {
		if err := os.Remove(filepath.Join(o.Dir, i.Name)); err != nil {
			return fmt.Errorf("remove old backup: %w", err)
		}
	}
	return nil
}

// decrypt opens a file of the medium.
func decrypt(path string, k *Key) (io.Reader, io.Closer, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, fmt.Errorf("open backup: %w", err)
	}
	r, err := age.Decrypt(f, k.identity)
	if err != nil {
		return nil, nil, errors.Join(fmt.Errorf("open backup %s: these words are not its recovery key, or it is damaged: %w", filepath.Base(path),
			err), f.Close())
	}
	return r, f, nil
}

// readKeys reads the keys of the medium.
func readKeys(dir string, k *Key) (got keys, err error) {
	r, c, err := decrypt(filepath.Join(dir, keysName), k)
	if err != nil {
		return got, err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	if err := json.NewDecoder(r).Decode(&got); err != nil {
		return got, fmt.Errorf("read keys of the backup: %w", err)
	}
	for _, b := range got.Keys {
		if len(b) != seal.KeySize {
			return got, errors.New("read keys of the backup: one of them is too short")
		}
	}
	return got, nil
}

// keys are the keys as the ring takes them.
func (k keys) all() map[string]seal.Key {
	all := map[string]seal.Key{}
	for name, b := range k.Keys {
		all[name] = seal.Key(b)
	}
	return all
}
