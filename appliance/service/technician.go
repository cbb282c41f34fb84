package service

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"path/filepath"

	"frontdesk.internal/appliance/logring"
	"frontdesk.internal/appliance/machine"
)

// Platform is what the box stands on, for technicians. Parts may be missing.
type Platform struct {
	// Dir is the folder of the records, whose disk counts.
	Dir string
	// LogRing holds the newest lines of the log; nil: nothing runs here.
	LogRing *logring.Ring
	// Models are the weights; nil: they cannot be asked for here.
	Models ModelLibrary
	// Settings go into a support bundle as JSON; secrets in them must redact themselves.
	Settings any
	// Restart ends the program when calls have ended, so that it is started anew; nil: nothing runs here. An error says
	// that nobody would start it.
	Restart func() error
	// Ordered hears that a restart was asked for, and with now that calls are ended with a goodbye; nil: nothing runs here.
	Ordered func(now bool)
	// Updates are new versions of the box; nil: this machine was not made from the box's image.
	Updates Updates
	// Root has the machine's files; nil = its own.
	Root fs.FS
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

// ReadLogs returns the newest lines of the running appliance's log, oldest first.
var ReadLogs = define(Op[LogFilter, []logring.Line]{
	Name: "read-logs", Role: Technician, Needs: needLog, Audit: NoLine("no line of the log holds what a caller said, or a number"),
	Run: (*Service).readLogs,
})

func (s *Service) readLogs(_ context.Context, f LogFilter) ([]logring.Line, error) {
	return s.o.Platform.LogRing.After(f.After, f.Level, max(0, f.Limit)), nil
}

// ReadMachine tells how the computer is.
var ReadMachine = define(Op[None, machine.Facts]{
	Name: "read-machine", Role: Technician, Needs: needNothing, Audit: NoLine("facts of the computer"),
	Run: get((*Service).readMachine),
})

func (s *Service) readMachine(context.Context) (machine.Facts, error) {
	return machine.Look(s.o.Platform.Dir), nil
}

// Network is how the computer and the phone are connected.
type Network struct {
	machine.Network
	Phone Phone  `json:"phone"`
	Page  string `json:"page,omitempty"` // address of the page; "" = there is none, or nobody answers here
}

// ReadNetwork tells how the computer is connected. Nobody is asked over the network.
var ReadNetwork = define(Op[None, Network]{
	Name: "read-network", Role: Technician, Needs: needNothing, Audit: NoLine("facts of the computer"),
	Run: get((*Service).readNetwork),
})

func (s *Service) readNetwork(context.Context) (Network, error) {
	n, err := machine.LookNetwork()
	now := s.o.Runtime()
	return Network{Network: n, Phone: now.Phone, Page: now.Page}, err
}

// errNoModels says that the service was made without the weights.
var errNoModels = errors.New("models cannot be asked for here: use frontdesk models")

// ListModels lists the weights.
var ListModels = define(Op[None, []Model]{
	Name: "list-models", Role: Technician, Needs: needModels, Audit: NoLine("names of weights"),
	Run: get((*Service).listModels),
})

func (s *Service) listModels(ctx context.Context) ([]Model, error) {
	ms, err := s.o.Platform.Models.List(ctx)
	return some(ms), err
}

// VerifyModels reads the weights that are here or in use and tells what they are. It takes some seconds for each gigabyte.
var VerifyModels = define(Op[None, []Model]{
	Name: "verify-models", Role: Technician, Long: true, Needs: needModels, Audit: NoLine("it reads the weights"),
	Run: get((*Service).verifyModels),
})

func (s *Service) verifyModels(ctx context.Context) ([]Model, error) {
	ms, err := s.o.Platform.Models.Verify(ctx)
	return some(ms), err
}

// ImportModels takes weights that are missing from below dir, a folder of the box such as a stick, and returns what it took.
var ImportModels = define(Op[string, []Model]{
	Name: "import-models", Role: Technician, Long: true, Needs: needModels, Audit: Changes("import models"),
	Run: (*Service).importModels,
})

func (s *Service) importModels(ctx context.Context, dir string) ([]Model, error) {
	if !filepath.IsAbs(dir) {
		return nil, fmt.Errorf("import models from %q: write the whole path, such as /media/usb", dir)
	}
	ms, err := s.o.Platform.Models.Import(ctx, dir)
	return some(ms), err
}

// Restart lets calls come to their end within the limit of the settings, ends the program and has it started anew.
var Restart = define(Op[None, None]{
	Name: "restart", Role: Technician, Needs: needRestart, Audit: Changes("restart"),
	Run: alone((*Service).restart),
})

func (s *Service) restart(_ context.Context) error {
	err := s.o.Platform.Restart()
	return err
}

// RestartOrder is how the box starts anew.
type RestartOrder struct {
	Now bool `json:"now,omitempty"` // calls that go on are ended with a goodbye; else they may end by themselves, within the settings' limit
}

// Restarting is what starts anew, and what that waits for.
type Restarting struct {
	Machine bool `json:"machine"` // the whole machine, which takes a minute; false: the program alone
	Calls   int  `json:"calls"`   // that go on at this moment
}

// RestartBox has the box start anew: the machine where it was made from the box's image, so that an installed version takes effect, and the
// program elsewhere. Calls that go on end first.
var RestartBox = define(Op[RestartOrder, Restarting]{
	Name: "restart-box", Role: Owner | Technician, Needs: needNothing, Audit: Changes("restart the box"),
	Run: (*Service).restartBox,
})

func (s *Service) restartBox(_ context.Context, in RestartOrder) (Restarting, error) {
	p := s.o.Platform
	r := Restarting{Machine: p.Updates != nil, Calls: s.o.Runtime().CallsNow}
	err := ErrNotRunning
	if r.Machine { // also where the program does not run: then it is needed most
		err = p.Updates.Restart()
	} else if p.Restart != nil {
		err = p.Restart()
	}
	if err == nil && p.Ordered != nil {
		p.Ordered(in.Now)
	}
	return r, err
}
