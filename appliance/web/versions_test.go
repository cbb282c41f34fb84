package web_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/servicetest"
	"frontdesk.internal/appliance/update"
)

// The page of a box says what is in both roots, and what was given up; on another machine there is no word of it.
func TestVersionsOnThePage(t *testing.T) {
	t.Parallel()
	a := update.Slot{Name: "A", Version: "1.2", Running: true, Next: true, Good: true}
	for name, c := range map[string]struct {
		b          update.Slot
		err        error
		want, deny []string
	}{
		"a new box":    {update.Slot{Name: "B"}, nil, []string{"Version in slot A", "runs", "1.2", "Version in slot B", "empty"}, nil},
		"the former":   {update.Slot{Name: "B", Version: "1.1", Good: true}, nil, []string{"stands by", "1.1"}, []string{"given up"}},
		"the next":     {update.Slot{Name: "B", Version: "1.3", Good: true, Next: true}, nil, []string{"1.3, the next start takes it"}, nil},
		"given up":     {update.Slot{Name: "B", Version: "1.3"}, nil, []string{"given up", "1.3: it was not well", "Version 1.2 goes on."}, nil},
		"no box":       {update.Slot{}, update.ErrNoBox, nil, []string{"Version in slot", "cannot be told"}},
		"nobody tells": {update.Slot{}, errors.New("no bus"), []string{"cannot be told"}, []string{"no bus"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := says(well())
			servicetest.On(f, service.ReadUpdate, func(context.Context, service.None) (update.Versions, error) {
				return update.Versions{Slots: []update.Slot{a, c.b}}, c.err
			})
			_, got := open(t, f).asOwner(t).ask(t, "GET", "/system")
			for _, w := range c.want {
				if !strings.Contains(got, w) {
					t.Errorf("there is no %q", w)
				}
			}
			for _, d := range c.deny {
				if strings.Contains(got, d) {
					t.Errorf("there is %q", d)
				}
			}
		})
	}
}
