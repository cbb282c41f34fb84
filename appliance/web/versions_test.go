package web_test

import (
	"context"
	"errors"
	"net/url"
	"slices"
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
		"given up":     {update.Slot{Name: "B", Version: "1.3", Why: "no voice"}, nil, []string{"1.3: no voice. Version 1.2 goes on."}, nil},
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

// The owner restarts the box on the page, which says what that means for calls; the staff cannot.
func TestTheBoxRestartsOnThePage(t *testing.T) {
	t.Parallel()
	var orders []service.RestartOrder
	var fault error
	f := says(well())
	servicetest.On(f, service.ReadUpdate, func(context.Context, service.None) (update.Versions, error) {
		return update.Versions{}, update.ErrNoBox
	})
	servicetest.On(f, service.RestartBox, func(_ context.Context, in service.RestartOrder) (service.Restarting, error) {
		orders = append(orders, in)
		return service.Restarting{Machine: true, Calls: 1}, fault
	})
	s := open(t, f).asOwner(t)
	if _, page := s.ask(t, "GET", "/system"); !strings.Contains(page, `action="/system/restart"`) {
		t.Error("the page offers no restart")
	}
	if _, page := s.post(t, "/system/restart", url.Values{}); !strings.Contains(page, "when the calls that go on have ended") {
		t.Error("it does not say what it waits for")
	}
	if _, page := s.post(t, "/system/restart", url.Values{"now": {"on"}}); !strings.Contains(page, "about a minute") ||
		strings.Contains(page, "have ended") {
		t.Error("it says that it waits")
	}
	if want := []service.RestartOrder{{}, {Now: true}}; !slices.Equal(orders, want) {
		t.Errorf("ordered: %v", orders)
	}
	fault = errors.New("nobody hears it")
	if _, page := s.post(t, "/system/restart", url.Values{}); !strings.Contains(page, "Nothing has changed: nobody hears it.") {
		t.Error("it does not say that nothing happens")
	}
}
