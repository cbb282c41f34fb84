package main

import (
	"bytes"
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/update"
)

// Where there are neither records nor a box, the command still says what to do instead.
func TestUpdateOnAMachineThatIsNoBox(t *testing.T) {
	t.Parallel()
	none := filepath.Join(t.TempDir(), "none.toml")
	for _, args := range [][]string{{"status"}, {"install", "/media/usb/x.raucb"}, {"back"}} {
		cmd := updateCommand()
		var out bytes.Buffer
		cmd.SetOut(&out)
		cmd.SetErr(&out)
		cmd.SetArgs(append(args, "--config", none))
		if err := cmd.ExecuteContext(t.Context()); !errors.Is(err, update.ErrNoBox) || !strings.Contains(err.Error(), "apt") {
			t.Errorf("%q says %v", args, err)
		}
	}
}

// twoRoots are those of a box, or why nobody can tell.
type twoRoots struct {
	service.Updates
	err error
}

func (r twoRoots) Status(context.Context) (update.Versions, error) {
	return update.Versions{Slots: []update.Slot{{Name: "A", Version: "1.2", Running: true}, {Name: "B", Version: "1.3"}}}, r.err
}

// What this program is tells of both roots on a box, also that they cannot be told; elsewhere there is no word of them.
func TestVersionNamesBothSlots(t *testing.T) {
	t.Parallel()
	facts := map[string]any{}
	addSlots(t.Context(), facts, nil)
	if len(facts) > 0 {
		t.Errorf("no box: %v", facts)
	}
	addSlots(t.Context(), facts, twoRoots{})
	if slots, ok := facts["slots"].([]update.Slot); !ok || len(slots) != 2 || slots[1].Version != "1.3" {
		t.Errorf("a box: %v", facts)
	}
	facts = map[string]any{}
	addSlots(t.Context(), facts, twoRoots{err: errors.New("access denied")})
	if facts["slots_problem"] != "access denied" || facts["slots"] != nil {
		t.Errorf("nobody tells: %v", facts)
	}
}

// What the box is judged by is what callers notice: the registration, and engines that have loaded.
func TestStandingOfTheService(t *testing.T) {
	t.Parallel()
	s := service.Status{Runtime: service.Runtime{Running: true, Phone: service.Phone{State: "registered"}, Engines: service.Engines{
		Ears: service.Engine{State: "ready"}, Mind: service.Engine{State: "loading"}, Mouth: service.Engine{State: "ready"},
	}}}
	if got := standingOf(s); !got.Registered || !slices.Equal(got.Ready, []string{"hearing", "voice"}) {
		t.Errorf("%+v", got)
	}
	if got := standingOf(service.Status{}); got.Registered || len(got.Ready) > 0 {
		t.Errorf("nothing: %+v", got)
	}
}
