package main

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"frontdesk.internal/appliance"
	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/knowledge/profile"
	"frontdesk.internal/appliance/service"
)

// demoBusinesses are those that were written for the demonstration alone.
//
//go:embed scenes/*.toml
var demoBusinesses embed.FS

// demoBusiness returns the business that callers of a scene ring: one of the demonstration's own, or a sample.
func demoBusiness(name string) (*knowledge.Business, error) {
	f, err := demoBusinesses.Open("scenes/" + name + ".toml")
	if errors.Is(err, fs.ErrNotExist) {
		return profile.Sample(name)
	}
	if err != nil {
		return nil, fmt.Errorf("open business of a scene: %w", err)
	}
	defer func() { _ = f.Close() }() // only read
	return profile.Decode(f, profile.TOML)
}

// open has the box answer as the business of a scene; with "" nothing changes.
func (c *demo) open(ctx context.Context, st *stage, name string) error {
	if name == "" {
		return nil
	}
	b, err := demoBusiness(name)
	if err != nil {
		return err
	}
	return c.answerAs(ctx, st, b)
}

// answerAs publishes b, unless it is published, as an owner does, and waits until the box has read and rendered it.
func (c *demo) answerAs(ctx context.Context, st *stage, b *knowledge.Business) error {
	if now, _ := st.app.Business(); now.ID == b.ID {
		return nil
	}
	began := time.Now()
	if err := st.publish(ctx, b); err != nil {
		return err
	}
	fmt.Fprintf(c.stdout, "  The box answers as %s, %s, from now on (ready after %.1f s).\n", b.Name, b.Trade, time.Since(began).Seconds())
	return nil
}

// publish makes b what callers are told and returns when the box answers so.
func (s *stage) publish(ctx context.Context, b *knowledge.Business) error {
	if _, err := service.PublishProfile.Do(asOperator(ctx), s.app.Service(), *b); err != nil {
		return err
	}
	ready, cancel := context.WithTimeout(ctx, readyWithin)
	defer cancel()
	return s.app.WaitReady(ready)
}

// forget erases whoever called last, so that the same caller is a stranger again.
func forget(ctx context.Context, app *appliance.Appliance) error {
	c, err := newestCall(app.Store())
	if err != nil || c.CallerID == "" {
		return err
	}
	_, err = service.EraseCaller.Do(asOperator(ctx), app.Service(), service.Erasure{ID: c.CallerID,
		Reason: "the demonstration's caller rings anew"})
	return err
}
