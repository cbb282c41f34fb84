package keyring_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"frontdesk.internal/appliance/store/keyring"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func options() keyring.Options { return keyring.Options{Now: func() time.Time { return noon }} }

func words(phrase string) keyring.Options {
	o := options()
	o.New = keyring.Passphrase
	o.Passphrase = func(context.Context, bool) (string, error) { return phrase, nil }
	return o
}

func credential(c string) keyring.Options {
	o := options()
	o.Credential = []byte(c)
	return o
}

func open(t *testing.T, dir string, o keyring.Options) *keyring.Ring {
	t.Helper()
	r, err := keyring.Open(filepath.Join(dir, "keys.db"), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.Close() })
	return r
}

func reopen(t *testing.T, r *keyring.Ring, dir string, o keyring.Options) *keyring.Ring {
	t.Helper()
	if err := errors.Join(r.Check(), r.Close()); err != nil {
		t.Fatal(err)
	}
	return open(t, dir, o)
}

// sealed is a text that a key has sealed.
func sealed(t *testing.T, r *keyring.Ring, name string) []byte {
	t.Helper()
	b, err := r.Key(name)
	if err != nil {
		t.Fatal(err)
	}
	return b.Seal(nil, []byte("words of "+name), nil)
}

func reads(r *keyring.Ring, name string, text []byte) error {
	b, err := r.Key(name)
	if err != nil {
		return err
	}
	got, err := b.Open(nil, text, nil)
	if err == nil && string(got) != "words of "+name {
		err = fmt.Errorf("read %q", got)
	}
	return err
}

func TestKeysOutliveARestart(t *testing.T) {
	for name, o := range map[string]keyring.Options{
		"key file": options(), "credential": credential("a secret of 32 octets or so"), "passphrase": words("correct horse battery"),
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			r := open(t, dir, o)
			id := r.ID()
			if err := r.Make("a", "b", "a"); err != nil {
				t.Fatal(err)
			}
			text, house := sealed(t, r, "a"), sealed(t, r, keyring.House)
			if err := r.Make("a"); err != nil { // is there
				t.Fatal(err)
			}
			r = reopen(t, r, dir, o)
			if err := errors.Join(reads(r, "a", text), reads(r, keyring.House, house)); err != nil {
				t.Error(err)
			}
			if r.ID() != id || len(id) != 16 {
				t.Errorf("id %q, then %q", id, r.ID())
			}
			if _, err := r.Key("nobody"); !errors.Is(err, keyring.ErrGone) {
				t.Errorf("a key that never was: %v", err)
			}
			if names, err := r.Names(); err != nil || strings.Join(names, " ") != "a b house index" {
				t.Errorf("%v, %v", names, err)
			}
			for _, bad := range []string{"", strings.Repeat("x", 201)} {
				if r.Make(bad) == nil {
					t.Errorf("a key named %q was made", bad)
				}
			}
			_, err := keyring.Open(filepath.Join(dir, "keys.db"), o)
			if !errors.Is(err, keyring.ErrInUse) {
				t.Errorf("opened twice: %v", err)
			}
		})
	}
}

// raw is all that the folder's files hold.
func raw(t *testing.T, dir string) []byte {
	t.Helper()
	var all []byte
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			var b []byte
			b, err = os.ReadFile(path)
			all = append(all, b...)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestADestroyedKeyIsGone(t *testing.T) {
	dir := t.TempDir()
	r := open(t, dir, options())
	names := make([]string, 500)
	for i := range names {
		names[i] = fmt.Sprintf("caller-%03d", i)
	}
	if err := r.Make(names...); err != nil {
		t.Fatal(err)
	}
	text, kept := sealed(t, r, names[7]), sealed(t, r, names[8])
	entry := bytes.Clone(entryOf(t, raw(t, dir), names[7]))
	if err := r.Destroy(names[7], "never-was"); err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(raw(t, dir), entry) {
		t.Error("the sealed key is still in a file")
	}
	for range 2 {
		if err := reads(r, names[7], text); !errors.Is(err, keyring.ErrGone) {
			t.Errorf("read with a destroyed key: %v", err)
		}
		if err := reads(r, names[8], kept); err != nil {
			t.Error(err)
		}
		if err := r.Make(names[7]); !errors.Is(err, keyring.ErrGone) {
			t.Errorf("made again: %v", err)
		}
		gone, err := r.Gone()
		if err != nil || len(gone) != 2 || !gone[names[7]].Equal(noon) {
			t.Errorf("gone: %v, %v", gone, err)
		}
		r = reopen(t, r, dir, options())
	}
	for _, name := range []string{keyring.House, keyring.Index, ""} {
		if r.Destroy(name) == nil {
			t.Errorf("%q was destroyed", name)
		}
	}
}

// entryOf is what stands behind a name in the file: its sealed key.
func entryOf(t *testing.T, file []byte, name string) []byte {
	t.Helper()
	at := bytes.Index(file, append([]byte(name), 0, 0, 0, 1)) // the generation
	if at < 0 {
		t.Fatal("the key is not in the file")
	}
	return file[at+len(name)+4:][:40]
}

func TestAWrongKeyChangesNothing(t *testing.T) {
	for name, x := range map[string]struct{ right, wrong keyring.Options }{
		"passphrase": {words("correct horse battery"), words("wrong horse battery")},
		"credential": {credential("right"), credential("wrong")},
		"nobody":     {words("correct horse battery"), options()},
		"none given": {credential("right"), options()},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			r := open(t, dir, x.right)
			text := sealed(t, r, keyring.House)
			if err := r.Close(); err != nil {
				t.Fatal(err)
			}
			before := raw(t, dir)
			_, err := keyring.Open(filepath.Join(dir, "keys.db"), x.wrong)
			if !errors.Is(err, keyring.ErrWrongKey) && !errors.Is(err, keyring.ErrLocked) {
				t.Errorf("opened with a wrong key: %v", err)
			}
			if !bytes.Equal(raw(t, dir), before) {
				t.Error("something was changed")
			}
			if err := reads(open(t, dir, x.right), keyring.House, text); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestKeyFile(t *testing.T) {
	dir, other := t.TempDir(), t.TempDir()
	r := open(t, dir, options())
	file := filepath.Join(dir, "frontdesk.key")
	info, err := os.Stat(file)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("%v, %v", info, err)
	}
	text := sealed(t, r, keyring.House)
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	try := func(o keyring.Options) error {
		r, err := keyring.Open(filepath.Join(dir, "keys.db"), o)
		if err != nil {
			return err
		}
		return errors.Join(reads(r, keyring.House, text), r.Close())
	}
	moved := options()
	moved.KeyFile = filepath.Join(other, "moved.key")
	if err := os.Rename(file, moved.KeyFile); err != nil {
		t.Fatal(err)
	}
	if err := try(options()); !errors.Is(err, keyring.ErrLocked) || !strings.Contains(err.Error(), file) {
		t.Errorf("without its file: %v", err)
	}
	if err := try(moved); err != nil {
		t.Errorf("with the file named: %v", err)
	}
	if err := os.Chmod(moved.KeyFile, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := try(moved); err == nil || !strings.Contains(err.Error(), "chmod 600") {
		t.Errorf("a file that others may read: %v", err)
	}
	for _, content := range []string{"", "# nothing\n", "abcd\n", strings.Repeat("0f", 32) + "\n", strings.Repeat("x", 5000)} {
		bad := options()
		bad.KeyFile = filepath.Join(t.TempDir(), "bad.key")
		if err := os.WriteFile(bad.KeyFile, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if try(bad) == nil {
			t.Errorf("opened with a file that holds %.20q", content)
		}
	}
	// The whole folder is moved elsewhere.
	if err := errors.Join(os.Chmod(moved.KeyFile, 0o600), os.Rename(moved.KeyFile, file)); err != nil {
		t.Fatal(err)
	}
	elsewhere := filepath.Join(t.TempDir(), "state")
	if err := os.Rename(dir, elsewhere); err != nil {
		t.Fatal(err)
	}
	if err := reads(open(t, elsewhere, options()), keyring.House, text); err != nil {
		t.Error(err)
	}
}

func TestChangeLock(t *testing.T) {
	dir := t.TempDir()
	all := words("the first passphrase")
	all.New, all.Credential = keyring.KeyFile, []byte("of the service manager")
	r := open(t, dir, all)
	text := sealed(t, r, keyring.House)
	file := filepath.Join(dir, "frontdesk.key")
	first, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	steps := []struct {
		kind keyring.Kind
		file string
		is   string // the key file then
	}{
		{keyring.KeyFile, "", file}, // a new key in the same file
		{keyring.KeyFile, filepath.Join(dir, "sub", "other.key"), filepath.Join(dir, "sub", "other.key")},
		{keyring.Passphrase, "", ""},
		{keyring.Credential, "", ""},
		{keyring.KeyFile, "", file},
	}
	for _, s := range steps {
		if err := r.Change(s.kind, s.file); err != nil {
			t.Fatal(err)
		}
		for again := range 2 {
			l, err := r.Lock()
			if err != nil || l.Kind != s.kind || l.File != s.is {
				t.Errorf("%+v, %v; want %s %s", l, err, s.kind, s.is)
			}
			if err := reads(r, keyring.House, text); err != nil {
				t.Error(err)
			}
			if again == 0 {
				r = reopen(t, r, dir, all)
			}
		}
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.key*"))
	if err != nil || len(files) != 1 {
		t.Errorf("files %v, %v", files, err)
	}
	if now, err := os.ReadFile(file); err != nil || bytes.Equal(now, first) {
		t.Errorf("the key file is the first one, %v", err)
	}
	for name, bad := range map[string]func() error{
		"a file that is there": func() error { return r.Change(keyring.KeyFile, filepath.Join(dir, "keys.db")) },
		"no such kind":         func() error { return r.Change("magnet", "") },
	} {
		if bad() == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if err := reads(reopen(t, r, dir, all), keyring.House, text); err != nil {
		t.Errorf("after changes that failed: %v", err)
	}
}

func TestShortPassphrase(t *testing.T) {
	if _, err := keyring.Open(filepath.Join(t.TempDir(), "keys.db"), words("short")); err == nil {
		t.Error("a passphrase of five letters was taken")
	}
}

func TestRotate(t *testing.T) {
	dir := t.TempDir()
	r := open(t, dir, options())
	var names []string
	for i := range 5000 {
		names = append(names, fmt.Sprintf("c%d", i))
	}
	if err := r.Make(names...); err != nil {
		t.Fatal(err)
	}
	text := sealed(t, r, "c4999")
	entry := bytes.Clone(entryOf(t, raw(t, dir), "c17"))
	if err := r.Rotate(t.Context()); err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(raw(t, dir), entry) {
		t.Error("a key that was sealed with the former root key is still in a file")
	}
	for range 2 {
		l, err := r.Lock()
		if err != nil || l.Generation != 2 || l.Keys != 5002 {
			t.Errorf("%+v, %v", l, err)
		}
		if err := reads(r, "c4999", text); err != nil {
			t.Error(err)
		}
		r = reopen(t, r, dir, options())
	}
	if err := r.Check(); err != nil {
		t.Error(err)
	}
}

func TestBackupAndRestore(t *testing.T) {
	r := open(t, t.TempDir(), options())
	if err := r.Make("a", "b", "c"); err != nil {
		t.Fatal(err)
	}
	a, b := sealed(t, r, "a"), sealed(t, r, "b")
	keys, err := r.Export()
	if err != nil || len(keys) != 5 {
		t.Fatalf("%d keys, %v", len(keys), err)
	}
	dir := t.TempDir()
	other := open(t, dir, options())
	if err := other.Import(r.ID(), keys, map[string]time.Time{"b": noon}); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := reads(other, "a", a); err != nil || other.ID() != r.ID() {
			t.Errorf("ring %s, %v", other.ID(), err)
		}
		if err := reads(other, "b", b); !errors.Is(err, keyring.ErrGone) {
			t.Errorf("a destroyed key came back: %v", err)
		}
		other = reopen(t, other, dir, options())
	}
}

func TestManyAtOnce(t *testing.T) {
	r := open(t, t.TempDir(), options())
	var wg sync.WaitGroup
	for w := range 4 {
		wg.Go(func() {
			for i := range 20 {
				name := fmt.Sprintf("%d-%d", w, i)
				err := r.Make(name)
				if err == nil {
					_, err = r.Key(name)
				}
				if err == nil && i%5 == 0 {
					err = r.Destroy(name)
				}
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if names, err := r.Names(); err != nil || len(names) != 4*16+2 {
		t.Errorf("%d keys, %v", len(names), err)
	}
}

func TestAForeignFileIsLeftAlone(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "keys.db")
	if err := os.WriteFile(path, []byte("this is no database"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := keyring.Open(path, options()); err == nil {
		t.Fatal("no error")
	}
	if b, err := os.ReadFile(path); err != nil || string(b) != "this is no database" {
		t.Errorf("the file was changed: %q, %v", b, err)
	}
}

func BenchmarkMake(b *testing.B) {
	r, err := keyring.Open(filepath.Join(b.TempDir(), "keys.db"), options())
	if err != nil {
		b.Fatal(err)
	}
	defer r.Close()
	i := 0
	for b.Loop() {
		i++
		if err := r.Make(fmt.Sprint("caller", i)); err != nil {
			b.Fatal(err)
		}
	}
}

// TestCheckBesideWriters: what is written while the ring is checked neither races with the check nor looks like damage.
func TestCheckBesideWriters(t *testing.T) {
	r := open(t, t.TempDir(), options())
	stop := make(chan bool)
	var wg sync.WaitGroup
	wg.Go(func() {
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
			}
			if err := r.Mark("m", bytes.Repeat([]byte{byte(i)}, 100+i%9000)); err != nil {
				t.Error(err)
				return
			}
		}
	})
	for range 50 {
		if err := r.Check(); err != nil {
			t.Error(err)
		}
	}
	close(stop)
	wg.Wait()
}
