package update_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"frontdesk.internal/appliance/update"
)

// fake is RAUC on a box with a version in each root.
type fake struct {
	brings  update.Bundle
	bad     error // what is wrong with the file
	slots   []update.Slot
	written []string
	marked  []string
}

func (f *fake) Read(context.Context, string) (update.Bundle, error) { return f.brings, f.bad }
func (f *fake) Install(_ context.Context, file string, told func(int)) error {
	f.written = append(f.written, file)
	told(100)
	return nil
}
func (f *fake) Status(context.Context) (update.Versions, error) {
	return update.Versions{Slots: slices.Clone(f.slots)}, nil
}
func (f *fake) Mark(_ context.Context, state, _ string) error {
	f.marked = append(f.marked, state)
	return nil
}

func TestInstall(t *testing.T) {
	t.Parallel()
	foreign := errors.New("signature verification failed")
	for _, tc := range []struct {
		name, file, version string
		bad                 error
		forced              bool
		want                error
	}{
		{name: "newer", file: "/media/usb/f.raucb", version: "1.2.4"},
		{name: "older", file: "/media/usb/f.raucb", version: "1.2.2", want: update.ErrOlder},
		{name: "the same", file: "/media/usb/f.raucb", version: "1.2.3", want: update.ErrOlder},
		{name: "older, forced", file: "/media/usb/f.raucb", version: "1.2.2", forced: true},
		{name: "of somebody else", file: "/media/usb/f.raucb", version: "9", bad: foreign, want: foreign},
		{name: "of somebody else, forced", file: "/media/usb/f.raucb", version: "9", bad: foreign, forced: true, want: foreign},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			f := &fake{brings: update.Bundle{Version: tc.version}, bad: tc.bad}
			_, err := update.New(f, "1.2.3", update.Places{}).Install(t.Context(), tc.file, tc.forced, func(int) {})
			if !errors.Is(err, tc.want) {
				t.Errorf("it says %v, want %v", err, tc.want)
			}
			if wrote := len(f.written) > 0; wrote != (tc.want == nil) {
				t.Errorf("written: %v, and it says %v", f.written, err)
			}
		})
	}
	f := &fake{brings: update.Bundle{Version: "9"}}
	if _, err := update.New(f, "1", update.Places{}).Install(t.Context(), "f.raucb", false, func(int) {}); err == nil || len(f.written) > 0 {
		t.Error("a path that begins nowhere was taken")
	}
}

func TestBack(t *testing.T) {
	t.Parallel()
	f := &fake{slots: []update.Slot{{Name: "A", Running: true}, {Name: "B"}}}
	u := update.New(f, "1.2.3", update.Places{})
	if _, err := u.Back(t.Context()); err == nil || len(f.marked) > 0 {
		t.Error("it goes back to an empty root")
	}
	f.slots[1].Version = "1.2.2"
	if slot, err := u.Back(t.Context()); err != nil || slot.Name != "B" || !slices.Equal(f.marked, []string{"active"}) {
		t.Errorf("back: %v %v, marked %v", slot, err, f.marked)
	}
	if s, err := u.Status(t.Context()); err != nil || s.Running() != "1.2.3" {
		t.Errorf("what came with the image: %q %v", s.Running(), err)
	}
}

// What was installed, tried and not well is given up, and says why: in its own words when it came as far as to be judged,
// and never in those of another version.
func TestGivenUp(t *testing.T) {
	t.Parallel()
	own := t.TempDir()
	if err := os.WriteFile(filepath.Join(own, "given-up"), []byte("A 1.2.4\nnot as well:\nno voice\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		name  string
		other update.Slot
		why   string // "" = it is not given up
	}{
		{"did not start", update.Slot{Name: "A", Version: "1.2.5"}, "it did not start"},
		{"was judged", update.Slot{Name: "A", Version: "1.2.4"}, "not as well: no voice"},
		{"waits for its start", update.Slot{Name: "A", Version: "1.2.5", Good: true, Next: true}, ""},
		{"is older", update.Slot{Name: "A", Version: "1.2.2"}, ""},
		{"half written", update.Slot{Name: "A"}, ""},
	} {
		f := &fake{slots: []update.Slot{tc.other, {Name: "B", Running: true, Good: true}}}
		s, err := update.New(f, "1.2.3", update.Places{Own: own}).Status(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if slot, ok := s.GivenUp(); ok != (tc.why != "") || slot.Why != tc.why {
			t.Errorf("%s: %v %q, want %q", tc.name, ok, slot.Why, tc.why)
		}
	}
}

// The machine is asked by a file in its folder; where there is none nobody would hear of it, and that is said.
func TestRestart(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := update.New(&fake{}, "1", update.Places{Asks: dir}).Restart(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "restart")); err != nil {
		t.Error(err)
	}
	if err := update.New(&fake{}, "1", update.Places{Asks: filepath.Join(dir, "none")}).Restart(); err == nil {
		t.Error("it says nothing where nobody hears it")
	}
}

// Each is older than the next.
func TestCompare(t *testing.T) {
	t.Parallel()
	list := []string{"", "0.1.0~git9.ab", "0.1.0~git10.aa", "0.1.0", "0.1.0a", "0.1.0+1", "0.1.1",
		"0.2", "0.10", "1.0~~", "1.0~rc1", "1.0", "1.0-1"}
	for i, a := range list {
		for j, b := range list {
			want := min(1, max(-1, i-j))
			if got := update.Compare(a, b); got != want {
				t.Errorf("Compare(%q, %q) = %d, want %d", a, b, got, want)
			}
		}
	}
	if update.Compare("1.02", "1.2") != 0 {
		t.Error("zeros before a number count")
	}
}
