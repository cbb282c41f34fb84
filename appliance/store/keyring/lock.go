package keyring

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	bolt "go.etcd.io/bbolt"
	"golang.org/x/crypto/argon2"

	"frontdesk.internal/appliance/seal"
	"frontdesk.internal/appliance/statefile"
)

// Kind is a kind of lock.
type Kind string

// The kinds of lock.
const (
	KeyFile    Kind = "file"       // a file of mode 0600 that holds a key
	Credential Kind = "credential" // a secret of the service manager (systemd.exec(5), LoadCredential=, LoadCredentialEncrypted=)
	Passphrase Kind = "passphrase" // words that somebody types at each start
)

// Options are what locks are opened with, and made with when the ring is new.
type Options struct {
	// KeyFile is the file with the key, "" = where the lock says that it is; a new ring gets one of this name, "frontdesk.key" beside it
	// when it is "".
	KeyFile string
	// Credential is the secret of the service manager, empty = there is none. A new ring is locked with it when it is there.
	Credential []byte
	// Passphrase asks for the words; nil = nobody can be asked. A new ring is locked with it when New says so.
	Passphrase func(ctx context.Context, first bool) (string, error)
	// New is the kind of the first lock; "" = a credential when there is one, else a key file.
	New Kind

	// Wait is how long another process is waited for that holds the ring; 0 = a second.
	Wait  time.Duration
	Suite seal.Suite       // 0 = the one that this processor is quick at
	Now   func() time.Time // nil = time.Now
	// Context ends the question for a passphrase; nil = nothing does.
	Context context.Context //nolint:containedctx // of Open alone

	fault func(point string) error // of tests: an error cuts a change short at the point
}

// lock is one way to the root key of one generation. Several may lead to the same one.
type lock struct {
	Number  uint64 `json:"number"`
	Gen     uint32 `json:"generation"`
	Kind    Kind   `json:"kind"`
	Path    string `json:"path,omitempty"` // of the key file
	Salt    []byte `json:"salt,omitempty"` // of the passphrase, with the cost of Argon2id (RFC 9106)
	Time    uint32 `json:"time,omitempty"`
	Memory  uint32 `json:"memory_kib,omitempty"`
	Threads uint8  `json:"threads,omitempty"`
	Sealed  []byte `json:"sealed"`            // the root key
	Leaving bool   `json:"leaving,omitempty"` // another one takes its place as soon as that can be opened
}

// opened is the lock that was opened, with the key to it.
type opened struct {
	lock
	kek  seal.Key
	file string // that the key was read from
}

// Cost of a passphrase: 0.2 s on two cores.
const (
	argonTime    = 3
	argonMemory  = 64 << 10
	argonThreads = 2
)

// Limits of what is read.
const (
	maxKeyFile    = 4096
	maxPassphrase = 1024
	minPassphrase = 8
	maxArgonTime  = 20
	maxArgonMem   = 1 << 20 // KiB
)

func (l lock) about() []byte { return fmt.Appendf(nil, "root key, generation %d, %s", l.Gen, l.Kind) }

// words makes the key of a passphrase.
func (l lock) words(phrase string) (seal.Key, error) {
	if l.Time == 0 || l.Time > maxArgonTime || l.Memory == 0 || l.Memory > maxArgonMem || l.Threads == 0 {
		return seal.Key{}, errors.New("the cost of the passphrase makes no sense: the key ring is damaged")
	}
	var k seal.Key
	copy(k[:], argon2.IDKey([]byte(phrase), l.Salt, l.Time, l.Memory, l.Threads, seal.KeySize))
	return k, nil
}

// newLock makes a lock of the kind for a root key, with the key to it.
func (r *Ring) newLock(k Kind, gen uint32, kek seal.Key, root seal.Key, of lock) lock {
	of.Kind, of.Gen, of.Leaving = k, gen, false
	of.Sealed = seal.NewBox(kek, r.o.Suite).Seal(nil, root[:], of.about())
	return of
}

// firstLock is that of a new ring, with its root key. A key file that is there already is used: a first start may have been cut short.
func (r *Ring) firstLock() (lock, *seal.Box, error) {
	kind := r.o.New
	switch {
	case kind != "":
	case len(r.o.Credential) > 0:
		kind = Credential
	default:
		kind = KeyFile
	}
	var l lock
	var kek seal.Key
	file, err := r.placeOf(r.o.KeyFile)
	if err == nil && kind == KeyFile {
		kek, err = readKeyFile(file)
	}
	if kind != KeyFile || errors.Is(err, fs.ErrNotExist) {
		l, kek, err = r.fresh(kind, file)
	}
	if err != nil {
		return lock{}, nil, err
	}
	if kind == KeyFile {
		l.Path = file
	}
	root := seal.NewKey()
	return r.newLock(kind, 1, kek, root, l), seal.NewBox(root, r.o.Suite), nil
}

// fresh makes what a new lock of a kind needs, and its key. A key file is written to the place that file names.
func (r *Ring) fresh(kind Kind, file string) (l lock, kek seal.Key, err error) {
	switch kind {
	case KeyFile:
		kek = seal.NewKey()
		return l, kek, writeKeyFile(file, kek)
	case Credential:
		if len(r.o.Credential) == 0 {
			return l, kek, errors.New("the service manager has given no credential: see systemd-creds(1)")
		}
		return l, credentialKey(r.o.Credential), nil
	case Passphrase:
		l.Salt, l.Time, l.Memory, l.Threads = salt(), argonTime, argonMemory, argonThreads
		phrase, err := r.ask(true)
		if err != nil {
			return l, kek, err
		}
		kek, err = l.words(phrase)
		return l, kek, err
	}
	return l, kek, fmt.Errorf("there is no lock of the kind %q", kind)
}

// placeOf is the absolute path of a key file, by default beside the ring.
func (r *Ring) placeOf(file string) (string, error) {
	if file == "" {
		file = filepath.Join(filepath.Dir(r.path), "frontdesk.key")
	}
	file, err := filepath.Abs(file)
	if err != nil {
		return "", fmt.Errorf("name key file: %w", err)
	}
	return file, nil
}

func salt() []byte {
	k := seal.NewKey()
	return k[:16]
}

// credentialKey makes a key of whatever a credential holds.
func credentialKey(c []byte) seal.Key {
	return keyOf([]byte(strings.TrimSpace(string(c))), "credential")
}

// keyOf makes a key of a secret of any length that is random enough not to be guessed.
func keyOf(secret []byte, purpose string) seal.Key {
	return seal.Key{}.Derive(purpose, secret)
}

func (r *Ring) ask(first bool) (string, error) {
	if r.o.Passphrase == nil {
		return "", fmt.Errorf("%w with a passphrase, and nobody can be asked for it here", ErrLocked)
	}
	ctx := r.o.Context
	if ctx == nil {
		ctx = context.Background()
	}
	phrase, err := r.o.Passphrase(ctx, first)
	switch {
	case err != nil:
		return "", fmt.Errorf("ask for the passphrase: %w", err)
	case len(phrase) > maxPassphrase || first && len(phrase) < minPassphrase:
		return "", fmt.Errorf("the passphrase has %d characters: use %d or more, better several words", len(phrase), minPassphrase)
	}
	return phrase, nil
}

// keyFileText is what a key file says of itself.
const keyFileText = "# Key of Frontdesk's records. Whoever has it and the records can read them; without it nobody can.\n"

// readKeyFile reads a key file; the error wraps fs.ErrNotExist when it is not there.
func readKeyFile(path string) (k seal.Key, err error) {
	info, err := os.Stat(path)
	if err != nil {
		return k, fmt.Errorf("read key file: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return k, fmt.Errorf("read key file: others than its owner may read %s: chmod 600 it", path)
	}
	if info.Size() > maxKeyFile {
		return k, fmt.Errorf("read key file: %s is no key file", path)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return k, fmt.Errorf("read key file: %w", err)
	}
	for line := range strings.Lines(string(b)) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		raw, err := hex.DecodeString(line)
		if err != nil || len(raw) != seal.KeySize {
			break
		}
		copy(k[:], raw)
		return k, nil
	}
	return k, fmt.Errorf("read key file: %s is no key file of Frontdesk's, or it is damaged", path)
}

// writeKeyFile writes a key file that is not there yet. It is on the disk when it returns.
func writeKeyFile(path string, k seal.Key) error {
	if err := statefile.Create(path, []byte(keyFileText+hex.EncodeToString(k[:])+"\n")); err != nil {
		return fmt.Errorf("write key file: %w", err)
	}
	return nil
}

func putLock(tx *bolt.Tx, l lock) error {
	b := tx.Bucket(bLocks)
	if l.Number == 0 {
		n, err := b.NextSequence()
		if err != nil {
			return err
		}
		l.Number = n
	}
	v, err := json.Marshal(l)
	if err != nil {
		return err
	}
	return b.Put(lockKey(l.Number), v)
}

func lockKey(n uint64) []byte { return fmt.Appendf(nil, "%08d", n) }

// locks reads all locks.
func (r *Ring) locks() (ls []lock, err error) {
	err = r.db.View(func(tx *bolt.Tx) error {
		for _, b := range [][]byte{bMeta, bLocks, bKeys, bGone} {
			if tx.Bucket(b) == nil {
				return fmt.Errorf("%s is no key ring of Frontdesk's", r.path)
			}
		}
		r.id = string(tx.Bucket(bMeta).Get(keyID))
		return tx.Bucket(bLocks).ForEach(func(_, v []byte) error {
			var l lock
			if err := json.Unmarshal(v, &l); err != nil {
				return fmt.Errorf("read lock: %w", err)
			}
			ls = append(ls, l)
			return nil
		})
	})
	if err == nil && len(ls) == 0 {
		err = fmt.Errorf("%s has no lock: it is damaged", r.path)
	}
	return ls, err
}

// unlock opens the root keys of all generations with what the options give. Nothing is changed.
func (r *Ring) unlock() error {
	ls, err := r.locks()
	if err != nil {
		return err
	}
	var why []error
	phrase := ""
	for _, leaving := range []bool{false, true} { // one that leaves counts only where nothing else opens
		for _, l := range ls {
			if l.Leaving != leaving || r.roots[l.Gen] != nil {
				continue
			}
			if err := r.try(l, &phrase); err != nil {
				why = append(why, err)
			}
		}
	}
	for _, l := range ls {
		if r.roots[l.Gen] == nil {
			return fmt.Errorf("open the keys of the records: %w", errors.Join(why...))
		}
	}
	return nil
}

// try opens one lock with what there is for its kind. A passphrase is asked for once.
func (r *Ring) try(l lock, phrase *string) (err error) {
	var kek seal.Key
	switch l.Kind {
	case KeyFile:
		return r.tryFiles(l)
	case Credential:
		if len(r.o.Credential) == 0 {
			return fmt.Errorf("%w with a credential, and the service manager has given none: start frontdesk as the service", ErrLocked)
		}
		kek = credentialKey(r.o.Credential)
	case Passphrase:
		if *phrase == "" {
			if *phrase, err = r.ask(false); err != nil {
				return err
			}
		}
		if kek, err = l.words(*phrase); err != nil {
			return err
		}
	default:
		return fmt.Errorf("%w in a way that this version does not know: %q", ErrLocked, l.Kind)
	}
	if r.tryKey(l, kek, "") {
		return nil
	}
	if l.Kind == Credential {
		return fmt.Errorf("the credential of the service manager: %w; nothing was changed", ErrWrongKey)
	}
	return fmt.Errorf("the passphrase is another one: %w; nothing was changed", ErrWrongKey)
}

// nextFile is where a new key file waits while it takes the place of the one with the same name.
func nextFile(path string) string { return path + ".next" }

// tryFiles opens a lock with its key file: where it is said to be, beside it when it is just being changed, and beside the ring when the
// whole folder was moved.
func (r *Ring) tryFiles(l lock) error {
	path := r.fileOf(l)
	paths := []string{path, nextFile(path)}
	if r.o.KeyFile == "" {
		paths = append(paths, filepath.Join(filepath.Dir(r.path), filepath.Base(l.Path)))
	}
	err := fmt.Errorf("%w: the key file %s is not there; name it with [storage] key_file", ErrLocked, path)
	for _, p := range paths {
		kek, readErr := readKeyFile(p)
		switch {
		case errors.Is(readErr, fs.ErrNotExist):
		case readErr != nil:
			err = readErr
		case r.tryKey(l, kek, p):
			return nil
		default:
			err = fmt.Errorf("%s: %w; nothing was changed. Put the right key file there, or name it with [storage] key_file", p, ErrWrongKey)
		}
	}
	return err
}

// tryKey opens a lock with a key, which came from a file or from elsewhere.
func (r *Ring) tryKey(l lock, kek seal.Key, file string) bool {
	plain, err := seal.NewBox(kek, r.o.Suite).Open(nil, l.Sealed, l.about())
	if err != nil || len(plain) != seal.KeySize {
		return false
	}
	var root seal.Key
	copy(root[:], plain)
	clear(plain)
	r.roots[l.Gen] = seal.NewBox(root, r.o.Suite)
	if l.Gen >= r.gen {
		r.gen, r.open = l.Gen, opened{l, kek, file}
	}
	return true
}

// fileOf is where the key file of a lock is looked for.
func (r *Ring) fileOf(l lock) string {
	if r.o.KeyFile != "" {
		return r.o.KeyFile
	}
	return l.Path
}
