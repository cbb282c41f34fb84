package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"frontdesk.internal/appliance/statefile"
	"frontdesk.internal/appliance/store"
)

// Why a start has failed is in the log, which can be read while nothing runs.
func TestLogsOfAFailedStart(t *testing.T) {
	dir := t.TempDir()
	state, file := filepath.Join(dir, "state"), filepath.Join(dir, "frontdesk.toml")
	if err := os.WriteFile(file, []byte(fmt.Sprintf("[storage]\ndir = %q\n[call]\nmax_minutes = 0\n", state)), 0o600); err != nil {
		t.Fatal(err)
	}
	var said strings.Builder
	if code := run(t.Context(), []string{"serve", "--config", file}, nil, &said, &said); code == exitOK {
		t.Fatal("it has started")
	}
	said.Reset()
	code := run(t.Context(), []string{"logs", "--state", state}, nil, &said, &said)
	if code != exitOK || !strings.Contains(said.String(), "it cannot start") || !strings.Contains(said.String(), "call.max_minutes") {
		t.Errorf("code %d: %s", code, &said)
	}
}

// Who may not ask the box hears who may; what is denied elsewhere is no matter of the box's.
func TestExplainDenied(t *testing.T) {
	state, denied := "/var/lib/frontdesk", func(path string) error { return &fs.PathError{Op: "open", Path: path, Err: syscall.EACCES} }
	for _, tt := range []struct {
		err  error
		want bool
	}{
		{denied(state + "/frontdesk.db"), true}, {denied("key.pub"), false}, {errors.New("permission denied"), false},
		{fmt.Errorf("talk to the appliance: %w", os.NewSyscallError("connect", syscall.EACCES)), true},
	} {
		for uid, want := range map[int]bool{1000: tt.want, 0: false} {
			got := explainDenied(tt.err, state, uid).Error()
			if strings.Contains(got, "sudo frontdesk") != want || strings.Contains(got, "in the group frontdesk") != want {
				t.Errorf("as %d: %s", uid, got)
			}
		}
	}
}

// What root writes for SSH the service can read: the keys are those of the folder's owner.
func TestTrustedKeysAreTheServices(t *testing.T) {
	dir, account := t.TempDir(), os.Geteuid()
	if s, err := store.Open(filepath.Join(dir, "frontdesk.db"), store.Options{}); err != nil || s.Close() != nil {
		t.Fatal(err)
	}
	if account == 0 { // who is not root can leave none that are another's
		if account = 12345; os.Chown(dir, account, account) != nil || statefile.GiveToOwner(dir) != nil {
			t.Fatal("the folder cannot be given away")
		}
	}
	key := filepath.Join(t.TempDir(), "key.pub")
	line := "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJhOhVl4SFiV5kUzV2HjXIDu4dWYbA9ZuEz1V7QxZ0kC anna"
	if err := os.WriteFile(key, []byte(line+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var said strings.Builder
	if code := run(t.Context(), []string{"console", "trust", key, "--state", dir}, nil, &said, &said); code != exitOK {
		t.Fatalf("code %d: %s", code, &said)
	}
	info, err := os.Stat(filepath.Join(dir, "console", "authorized_keys"))
	if err != nil {
		t.Fatal(err)
	}
	if got := info.Sys().(*syscall.Stat_t).Uid; int(got) != account {
		t.Errorf("the keys belong to %d, the folder to %d", got, account)
	}
}
