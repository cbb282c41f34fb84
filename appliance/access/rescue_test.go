package access_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/access"
	"frontdesk.internal/appliance/store"
)

// Wrong PINs are counted on the disk: another try at another line, or after the plug was pulled, waits as long.
func TestRescuePIN(t *testing.T) {
	dir, now := t.TempDir(), time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	s, err := store.Open(filepath.Join(t.TempDir(), "frontdesk.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	g := access.New(access.Options{Records: s, Dir: dir})
	if (access.Rescue{Dir: dir}).HasPIN() || !errors.Is(access.Rescue{Dir: dir}.Pass("274931"), access.ErrNoPIN) {
		t.Error("there is a PIN that nobody has chosen")
	}
	if err := g.SetPIN(t.Context(), "274931", true); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "console", "pin")
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("the PIN is not kept aside for its owner alone: %v", err)
	}
	if err := os.Remove(file); err != nil { // a box whose PIN is older than the file
		t.Fatal(err)
	}
	if err := g.PassPIN(t.Context(), "274931"); err != nil || !(access.Rescue{Dir: dir}).HasPIN() {
		t.Fatalf("not kept aside at the next sign-in: %v", err)
	}
	try := func(pin string) error { return access.Rescue{Dir: dir, Now: func() time.Time { return now }}.Pass(pin) }
	for range 3 {
		if err := try("000001"); err == nil || strings.Contains(err.Error(), "wait") {
			t.Fatalf("a free guess: %v", err)
		}
	}
	if err := try("274931"); err == nil || !strings.Contains(err.Error(), "wait 5 seconds") {
		t.Errorf("at once: %v", err)
	}
	now = now.Add(-time.Hour) // a clock without a battery
	if err := try("274931"); err == nil || !strings.Contains(err.Error(), "wait 5 seconds") {
		t.Errorf("with the clock set back: %v", err)
	}
	now = now.Add(time.Hour + 6*time.Second)
	if err := try("000001"); err == nil || strings.Contains(err.Error(), "wait") {
		t.Errorf("a guess after the wait: %v", err)
	}
	now = now.Add(11 * time.Second)
	if err := try("274931"); err != nil {
		t.Errorf("the right one after the wait: %v", err)
	}
	if err := try("000001"); err == nil || strings.Contains(err.Error(), "wait") {
		t.Errorf("the count did not begin anew: %v", err)
	}
}
