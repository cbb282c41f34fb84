package statefile_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"frontdesk.internal/appliance/statefile"
)

// account is the service's, for a test that runs as root; who is not root gets files of his own.
func account() int {
	if os.Geteuid() == 0 {
		return 12345
	}
	return os.Geteuid()
}

// folder is one of the service's.
func folder(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.Chown(dir, account(), -1); err != nil {
		t.Fatal(err)
	}
	return dir
}

// belongs fails the test unless path is the service's, and nobody else can read it.
func belongs(t *testing.T, path string) {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if owner := int(info.Sys().(*syscall.Stat_t).Uid); owner != account() || info.Mode().Perm()&0o077 != 0 {
		t.Errorf("%s belongs to %d with mode %v", path, owner, info.Mode())
	}
}

// What root writes is the service's from the start, folders too; nothing is left half.
func TestWrite(t *testing.T) {
	dir := folder(t)
	path := filepath.Join(dir, "console", "keys", "file")
	for _, text := range []string{"one", "two"} {
		if err := statefile.Write(path, []byte(text)); err != nil {
			t.Fatal(err)
		}
		if b, err := os.ReadFile(path); err != nil || string(b) != text {
			t.Errorf("%q, %v", b, err)
		}
	}
	belongs(t, path)
	belongs(t, filepath.Join(dir, "console", "keys"))
	belongs(t, filepath.Join(dir, "console"))
	if list, err := os.ReadDir(filepath.Dir(path)); err != nil || len(list) != 1 {
		t.Errorf("left there: %v, %v", list, err)
	}
}

// What is there stays.
func TestCreate(t *testing.T) {
	path := filepath.Join(folder(t), "file")
	if err := statefile.Create(path, []byte("one")); err != nil {
		t.Fatal(err)
	}
	if err := statefile.Create(path, []byte("two")); !errors.Is(err, fs.ErrExist) {
		t.Errorf("the second time: %v", err)
	}
	belongs(t, path)
	b, err := os.ReadFile(path)
	list, err2 := os.ReadDir(filepath.Dir(path))
	if err := errors.Join(err, err2); err != nil || string(b) != "one" || len(list) != 1 {
		t.Errorf("%q beside %v: %v", b, list, err)
	}
}

// What cannot be put in its place leaves what was there, and nothing beside it.
func TestWriteFails(t *testing.T) {
	dir := folder(t)
	if err := statefile.Write(filepath.Join(dir, "file", "below"), nil); err != nil {
		t.Fatal(err)
	}
	// "file" is a folder with something in it: nothing can take its place.
	if err := statefile.Write(filepath.Join(dir, "file"), []byte("x")); err == nil {
		t.Error("a folder was replaced")
	}
	if list, err := os.ReadDir(dir); err != nil || len(list) != 1 {
		t.Errorf("left there: %v, %v", list, err)
	}
}

// What root leaves below a folder of the service becomes the service's; what links there lead to does not, nor what has another name
// elsewhere.
func TestGiveToOwner(t *testing.T) {
	dir, other := t.TempDir(), filepath.Join(t.TempDir(), "other")
	if os.Geteuid() != 0 {
		if err := statefile.GiveToOwner(dir); err != nil {
			t.Error(err)
		}
		return
	}
	inner, second := filepath.Join(dir, "a"), filepath.Join(t.TempDir(), "second")
	for _, err := range []error{
		os.Chown(dir, account(), account()), os.Mkdir(inner, 0o700), os.WriteFile(filepath.Join(inner, "file"), nil, 0o600),
		os.WriteFile(filepath.Join(dir, "theirs"), nil, 0o600), os.Chown(filepath.Join(dir, "theirs"), 777, 777),
		os.WriteFile(other, nil, 0o600), os.Symlink(other, filepath.Join(dir, "link")),
		os.WriteFile(second, nil, 0o600), os.Link(second, filepath.Join(dir, "second")),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := statefile.GiveToOwner(dir); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]int{inner: account(), filepath.Join(inner, "file"): account(), filepath.Join(dir, "theirs"): 777,
		other: 0, second: 0} {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if got := int(info.Sys().(*syscall.Stat_t).Uid); got != want {
			t.Errorf("%s belongs to %d, want %d", path, got, want)
		}
	}
}
