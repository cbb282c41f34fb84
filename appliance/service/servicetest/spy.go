package servicetest

import (
	"context"
	"io"
	"sync"
	"testing"

	"frontdesk.internal/appliance/service"
)

// Spy stands in the place of a service behind a door, answers everything with nothing, refuses what the service would refuse, and
// remembers who had what done.
type Spy struct {
	Else service.Invoker // answers instead, where it has an answer; nil: nothing does

	mu   sync.Mutex
	done map[service.Role]map[string]bool
	over int // what was asked for by who may not
}

// Invoke implements service.Invoker.
func (s *Spy) Invoke(ctx context.Context, op service.Operation, in, out any) error {
	role, f := service.ActorOf(ctx).Role, op.Facts()
	s.mu.Lock()
	defer s.mu.Unlock()
	if !f.Role.Admits(role) {
		s.over++
		return service.ErrRefused
	}
	if s.done == nil {
		s.done = map[service.Role]map[string]bool{}
	}
	if s.done[role] == nil {
		s.done[role] = map[string]bool{}
	}
	s.done[role][f.Name] = true
	if c, ok := out.(*service.Content); ok {
		*c = nothing{}
		return nil
	}
	if s.Else != nil {
		return s.Else.Invoke(ctx, op, in, out)
	}
	return nil
}

// Over is how often something was asked for by who may not do it.
func (s *Spy) Over() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.over
}

// Done tells whether somebody of a role had an operation done.
func (s *Spy) Done(role service.Role, name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.done[role][name]
}

// Check holds what was done through a door against the one rule: what anybody could have done there, each of the roles could that
// the operation admits, and no other one. It wants at least so many operations to have been done. except are those that a door
// keeps from a role that may, by name, with why.
func (s *Spy) Check(t testing.TB, atLeast int, except map[string]string, roles ...service.Role) {
	t.Helper()
	reached := 0
	for _, op := range service.Operations() {
		f := op.Facts()
		anybody := false
		for _, role := range roles {
			anybody = anybody || s.Done(role, f.Name)
		}
		if !anybody {
			continue
		}
		reached++
		for _, role := range roles {
			want := f.Role.Admits(role)
			if got := s.Done(role, f.Name); got != want && (got || except[f.Name] == "") {
				t.Errorf("%s by role %b: done %v, want %v", f.Name, role, got, want)
			}
		}
	}
	if reached < atLeast {
		t.Errorf("only %d operations were reached", reached)
	}
}

// nothing is an empty file.
type nothing struct{}

// Type implements service.Content.
func (nothing) Type() string { return "text/plain" }

// WriteTo implements service.Content.
func (nothing) WriteTo(io.Writer) (int64, error) { return 0, nil }

// Close implements service.Content.
func (nothing) Close() error { return nil }
