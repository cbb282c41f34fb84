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
