// Package servicetest makes services for tests, and invokers that answer as a test wants.
package servicetest

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"

	"frontdesk.internal/appliance/access"
	"frontdesk.internal/appliance/audit"
	"frontdesk.internal/appliance/callhub"
	"frontdesk.internal/appliance/privacy"
	"frontdesk.internal/appliance/service"
)

// New returns a service over o.Records, with an audit chain, callers' rights, accounts and a hub of running calls where o has none.
func New(t testing.TB, o service.Options) *service.Service {
	t.Helper()
	dir := t.TempDir()
	if o.Privacy == nil {
		o.Privacy = privacy.New(privacy.Options{Records: o.Records})
	}
	if o.Audit == nil {
		key, err := o.Records.AuditKey()
		if err != nil {
			t.Fatal(err)
		}
		o.Audit = audit.New(audit.Options{Records: o.Records, Key: key, Heads: filepath.Join(dir, "heads"), Now: o.Now})
	}
	if o.Guard == nil {
		o.Guard = access.New(access.Options{Records: o.Records, Dir: dir})
	}
	if o.Calls == nil {
		o.Calls = callhub.New(o.Now)
	}
	return service.New(o)
}

// Operator is a context of a test in which whoever has the command line acts.
func Operator(t testing.TB) context.Context {
	t.Helper()
	return service.WithActor(t.Context(), service.Actor{Kind: "user", Name: "tester", Door: "test", Role: service.Operator})
}

// As says that somebody of a role acts, through the door "test".
func As(ctx context.Context, role service.Role) context.Context {
	return service.WithActor(ctx, service.Actor{Kind: "account", Name: "Maria", Door: "test", Role: role})
}

// Fake answers what a test has told it to. The zero value knows nothing.
type Fake struct {
	Else    service.Invoker // answers everything else; nil: that is an error
	answers map[service.Operation]func(ctx context.Context, in, out any) error
}

// On has f answer an operation by fn.
func On[In, Out any](f *Fake, op *service.Op[In, Out], fn func(ctx context.Context, in In) (Out, error)) {
	if f.answers == nil {
		f.answers = map[service.Operation]func(ctx context.Context, in, out any) error{}
	}
	f.answers[op] = func(ctx context.Context, in, out any) (err error) {
		*out.(*Out), err = fn(ctx, in.(In))
		return err
	}
}

// Invoke implements service.Invoker.
func (f *Fake) Invoke(ctx context.Context, op service.Operation, in, out any) error {
	switch fn := f.answers[op]; {
	case fn != nil:
		return fn(ctx, in, out)
	case f.Else != nil:
		return f.Else.Invoke(ctx, op, in, out)
	}
	return fmt.Errorf("nobody expected %s", op.Facts().Name)
}
