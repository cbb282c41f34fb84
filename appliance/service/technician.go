package service

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"

	"frontdesk.internal/appliance/journal"
	"frontdesk.internal/appliance/machine"
)

// Ground is what the box stands on, for technicians. Parts may be missing.
type Ground struct {
	// Dir is the folder of the records, whose disk counts.
	Dir string
	// Journal holds the newest lines of the log; nil: nothing runs here.
	Journal *journal.Journal
	// Models are the weights; nil: they cannot be asked for here.
	Models ModelLibrary
	// Settings go into a support bundle as JSON; secrets in them must redact themselves.
	Settings any
	// Restart ends the program when calls have ended, so that it is started anew; nil: nothing runs here. An error says
	// that nobody would start it.
	Restart func() error
}

// ModelLibrary are the weights that the engines run on.
type ModelLibrary interface {
	List(ctx context.Context) ([]Model, error)
	// Verify reads every file of the models that are here or in use.
	Verify(ctx context.Context) ([]Model, error)
	// Import takes what is missing from below a folder and returns what it took.
	Import(ctx context.Context, dir string) ([]Model, error)
}

// The closed list of states of a model.
const (
	ModelMissing  = "missing"
	ModelPresent  = "present" // of the right size, and not read yet
	ModelVerified = "verified"
	ModelBad      = "bad" // its content is not what it should be
)

// Model is one file or group of files of weights.
type Model struct {
	Name  string `json:"name"`
	Role  string `json:"role"` // "ears", "mind", …
	Bytes int64  `json:"bytes"`
	State string `json:"state"`
	InUse bool   `json:"in_use"`
}

// LogFilter chooses lines of the log. The zero value is all of them.
type LogFilter struct {
	After uint64     `json:"after,omitempty"` // lines with a higher number only
	Level slog.Level `json:"level,omitempty"` // this or more: slog.LevelDebug, LevelInfo (the zero value), LevelWarn, LevelError
	Limit int        `json:"limit,omitempty"` // the newest so many; 0 = all that are kept
}

// Logs returns the newest lines of the running appliance's log, oldest first.
func (d *Service) Logs(_ context.Context, f LogFilter) ([]journal.Line, error) {
	if d.ground.Journal == nil {
		return nil, fmt.Errorf("%w; what it wrote before: journalctl -u frontdesk", ErrNotHere)
	}
	return d.ground.Journal.After(f.After, f.Level, max(0, f.Limit)), nil
}

// Machine tells how the computer is.
func (d *Service) Machine(context.Context) (machine.Facts, error) {
	return machine.Look(d.ground.Dir), nil
}

// Network is how the computer and the phone are connected.
type Network struct {
	machine.Network
	Phone Phone `json:"phone"`
}

// Network tells how the computer is connected. Nobody is asked over the network.
func (d *Service) Network(context.Context) (Network, error) {
	n, err := machine.LookNetwork()
	return Network{Network: n, Phone: d.live().Phone}, err
}

// errNoModels says that the service was made without the weights.
var errNoModels = errors.New("models cannot be asked for here: use frontdesk models")

// Models lists the weights.
func (d *Service) Models(ctx context.Context) ([]Model, error) {
	if d.ground.Models == nil {
		return nil, errNoModels
	}
	ms, err := d.ground.Models.List(ctx)
	return some(ms), err
}

// VerifyModels reads the weights that are here or in use and tells what they are. It takes some seconds for each gigabyte.
func (d *Service) VerifyModels(ctx context.Context) ([]Model, error) {
	if d.ground.Models == nil {
		return nil, errNoModels
	}
	ms, err := d.ground.Models.Verify(ctx)
	d.acted(ctx, "verify models", err)
	return some(ms), err
}

// ImportModels takes weights that are missing from below dir, a folder of the box such as a stick, and returns what it took.
func (d *Service) ImportModels(ctx context.Context, dir string) ([]Model, error) {
	if d.ground.Models == nil {
		return nil, errNoModels
	}
	if !filepath.IsAbs(dir) {
		return nil, fmt.Errorf("import models from %q: write the whole path, such as /media/usb", dir)
	}
	ms, err := d.ground.Models.Import(ctx, dir)
	d.acted(ctx, "import models", err)
	return some(ms), err
}

// Restart lets calls come to their end within the limit of the settings, ends the program and has it started anew.
func (d *Service) Restart(ctx context.Context) error {
	if d.ground.Restart == nil {
		return ErrNotHere
	}
	err := d.ground.Restart()
	d.acted(ctx, "restart", err)
	return err
}
