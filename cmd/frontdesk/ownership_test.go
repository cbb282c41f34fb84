package main

import (
	"os"
	"path/filepath"
	"testing"
)

// What root leaves below a folder of the service becomes the service's, and what links there lead to does not.
func TestGiveToOwner(t *testing.T) {
	dir, other := t.TempDir(), filepath.Join(t.TempDir(), "other")
	if os.Geteuid() != 0 {
		if err := giveToOwner(dir); err != nil {
			t.Error(err)
		}
		return
	}
	const account = 12345
	inner := filepath.Join(dir, "a")
	for _, err := range []error{
		os.Chown(dir, account, account), os.Mkdir(inner, 0o700), os.WriteFile(filepath.Join(inner, "file"), nil, 0o600),
		os.WriteFile(filepath.Join(dir, "theirs"), nil, 0o600), os.Chown(filepath.Join(dir, "theirs"), 777, 777),
		os.WriteFile(other, nil, 0o600), os.Symlink(other, filepath.Join(dir, "link")),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := giveToOwner(dir); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]uint32{
		inner: account, filepath.Join(inner, "file"): account, filepath.Join(dir, "theirs"): 777, other: 0,
	} {
		if got, ok := ownerOf(os.Stat(path)); !ok || got.Uid != want {
			t.Errorf("%s belongs to %v, want %d", path, got, want)
		}
	}
}
