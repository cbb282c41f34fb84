package backup_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/age"

	"frontdesk.internal/appliance/backup"
	"frontdesk.internal/appliance/store/keyring"
)

// A successor opens everything with the own key alone, restores it, and knows who must be told; nobody else reads any of it.
func TestASuccessorGetsEverything(t *testing.T) {
	b := newBox(t)
	b.call(t, "call-1", "+12175550142", "my tooth hurts")
	successor, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	o := b.options()
	o.Dir = t.TempDir()
	told := [][]string{{"Anna Berger", "+12175550142", "", "2026-03-02", "", "has called"}}
	if _, err := backup.HandOver(t.Context(), o, "age1nobody", told); !errors.Is(err, backup.ErrRecipient) {
		t.Errorf("a key that is none: %v", err)
	}
	h, err := backup.HandOver(t.Context(), o, successor.Recipient().String(), told)
	if err != nil || h.Told != 1 {
		t.Fatalf("%+v, %v", h, err)
	}
	if _, err := backup.HandOver(t.Context(), o, successor.Recipient().String(), told); !errors.Is(err, backup.ErrUsed) {
		t.Errorf("over another one: %v", err)
	}
	files, err := os.ReadDir(o.Dir)
	if err != nil || len(files) != 4 {
		t.Fatalf("%v, %v", files, err)
	}
	for _, f := range files {
		raw, err := os.ReadFile(filepath.Join(o.Dir, f.Name()))
		if err != nil || bytes.Contains(raw, []byte("Anna")) || bytes.Contains(raw, []byte("2175550142")) {
			t.Errorf("%s can be read by everybody (%v)", f.Name(), err)
		}
	}
	open := func(name string) string {
		raw, err := os.ReadFile(filepath.Join(o.Dir, name))
		if err != nil {
			t.Fatal(err)
		}
		r, err := age.Decrypt(bytes.NewReader(raw), successor)
		if err != nil {
			t.Fatal(err)
		}
		plain, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		return string(plain)
	}
	if list := open(h.List); !strings.Contains(list, "Anna Berger,+12175550142,,2026-03-02,,has called") {
		t.Errorf("the list: %q", list)
	}
	letter := open(h.Letter)
	_, rest, _ := strings.Cut(letter, "recovery key:")
	words, _, _ := strings.Cut(strings.TrimSpace(rest), "\n")
	k, err := backup.ParseWords(strings.TrimSpace(words))
	if err != nil {
		t.Fatalf("%v in %s", err, letter)
	}
	got, err := backup.Restore(t.Context(), o.Dir, "", k, t.TempDir()+"/state", keyring.Options{}, nil)
	if err != nil || got.Recordings != 1 || len(got.Report.Faults) > 0 {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := age.Decrypt(bytes.NewReader(nil), successor); err == nil {
		t.Error("nothing was decrypted")
	}
}
