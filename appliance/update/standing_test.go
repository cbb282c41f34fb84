package update_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"frontdesk.internal/appliance/update"
)

// A version is confirmed when it does all that the one before did; what never worked is not held against it.
func TestBehind(t *testing.T) {
	t.Parallel()
	all := update.Standing{Registered: true, Ready: []string{"hearing", "voice"}}
	for name, c := range map[string]struct {
		before, now update.Standing
		want        []string
	}{
		"the first":               {update.Standing{}, update.Standing{}, nil},
		"the same":                {all, all, nil},
		"more":                    {update.Standing{Ready: []string{"voice"}}, all, nil},
		"never registered":        {update.Standing{Ready: []string{"voice"}}, update.Standing{Ready: []string{"voice"}}, nil},
		"not registered any more": {all, update.Standing{Ready: all.Ready}, []string{"registration at the telephone system"}},
		"engines do not load":     {all, update.Standing{Registered: true}, []string{"hearing", "voice"}},
		"one engine less":         {all, update.Standing{Registered: true, Ready: []string{"voice"}}, []string{"hearing"}},
	} {
		if got := c.now.Behind(c.before); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// What a version does is kept once it is as good, and what the one before did stays until then; half a file is none.
func TestJudge(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "standing")
	all := update.Standing{Registered: true, Ready: []string{"voice"}}
	for i, now := range []update.Standing{{Ready: all.Ready}, all} {
		if err := update.Judge(file, now); err != nil {
			t.Errorf("%d: %v", i, err)
		}
	}
	for range 2 {
		err := update.Judge(file, update.Standing{Registered: true})
		if !errors.Is(err, update.ErrBehind) || !strings.Contains(err.Error(), "voice") {
			t.Errorf("the voice does not load: %v", err)
		}
	}
	if err := os.WriteFile(file, []byte(`{"registered":tr`), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := update.Judge(file, update.Standing{}); err != nil {
		t.Errorf("half a file: %v", err)
	}
	if err := update.Judge(filepath.Join(file, "none"), all); err == nil {
		t.Error("it was kept nowhere")
	}
}

// Why a version was given up is told of that version alone.
func TestWhyAVersionWasGivenUp(t *testing.T) {
	t.Parallel()
	own := t.TempDir()
	if err := os.WriteFile(filepath.Join(own, "given-up"), []byte("B 1.3\nthis version does not do\nas well: voice\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	f := &fake{slots: []update.Slot{{Name: "A", Running: true, Good: true}, {Name: "B", Version: "1.3"}}}
	u := update.New(f, "1.2", update.Places{Own: own})
	s, err := u.Status(t.Context())
	if given, ok := s.GivenUp(); err != nil || !ok || given.Why != "this version does not do as well: voice" {
		t.Errorf("%+v %v", s, err)
	}
	f.slots[1].Version = "1.4"
	if s, _ := u.Status(t.Context()); s.Slots[1].Why != "" {
		t.Errorf("of another version it says %q", s.Slots[1].Why)
	}
}
