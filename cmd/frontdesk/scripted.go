package main

import (
	"context"

	"frontdesk.internal/appliance"
	"frontdesk.internal/models/engines"
	"frontdesk.internal/models/modelstest"
)

// scriptedEngines stand in for the child where none can run, for tests: they speak in tones and understand nothing.
type scriptedEngines struct {
	modelstest.Ears
	modelstest.Mouth
	modelstest.Mind
	modelstest.Meaning
}

var _ appliance.Engines = (*scriptedEngines)(nil)

// Run implements appliance.Engines.
func (*scriptedEngines) Run(ctx context.Context) error { <-ctx.Done(); return nil }

// State implements appliance.Engines: all are ready.
func (*scriptedEngines) State() engines.State {
	ready := engines.EngineState{Phase: engines.Ready, Model: "scripted"}
	return engines.State{Status: engines.Up, Child: engines.ChildState{Ears: ready, Mind: ready, Mouth: ready, Meaning: ready}}
}

// Watch implements appliance.Engines: nothing ever changes.
func (e *scriptedEngines) Watch(ctx context.Context) <-chan engines.State {
	ch := make(chan engines.State, 1)
	ch <- e.State()
	context.AfterFunc(ctx, func() { close(ch) })
	return ch
}
