package service

import (
	"context"
	"fmt"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/update"
	"frontdesk.internal/models/progress"
)

// Updates bring a new version onto a box with two roots.
type Updates interface {
	Status(ctx context.Context) (update.Versions, error)
	// Install installs a signed file; told hears how far it is.
	Install(ctx context.Context, file string, forced bool, told func(percent int)) (update.Bundle, error)
	// Back has the next start take the other root.
	Back(ctx context.Context) (update.Slot, error)
	// Restart has the machine start anew, once the programs on it have come to their end.
	Restart() error
}

// NewVersion is what is installed.
type NewVersion struct {
	File  string `json:"file"`            // on the box, such as on a stick
	Force bool   `json:"force,omitempty"` // also an older one
}

// ReadUpdate tells which versions the box has, which of them runs, and which one the next start takes.
var ReadUpdate = define(Op[None, update.Versions]{
	Name: "read-update", Role: Staff | Technician, Needs: needBox, Audit: NoLine("versions of the program"),
	Run: get((*Service).readUpdate),
})

func (s *Service) readUpdate(ctx context.Context) (update.Versions, error) {
	st, err := s.o.Platform.Updates.Status(ctx)
	st.Slots = some(st.Slots)
	return st, err
}

// InstallUpdate installs a signed file beside what runs; the next start takes it. One that is not newer is refused, unless forced.
var InstallUpdate = define(Op[NewVersion, update.Bundle]{
	Name: "install-update", Role: Owner | Technician, Needs: needBox, Long: true, Whole: true, Audit: Changes("install version"),
	About: func(_ NewVersion, b update.Bundle) string { return plain(b.Version) },
	Run:   (*Service).installUpdate,
})

func (s *Service) installUpdate(ctx context.Context, in NewVersion) (update.Bundle, error) {
	b, err := s.o.Platform.Updates.Install(ctx, in.File, in.Force, func(percent int) {
		progress.Tell(ctx, progress.Step{What: "Installing", Done: int64(percent), Total: 100})
	})
	if err != nil {
		return b, &InvalidError{What: "update", Problems: []knowledge.Problem{{Path: "file", Text: err.Error()}}}
	}
	return b, nil
}

// GoBackVersion has the next start take the other root, the version before.
var GoBackVersion = define(Op[None, update.Slot]{
	Name: "go-back-version", Role: Owner | Technician, Needs: needBox, Audit: Changes("have the next start take the other version"),
	About: func(_ None, slot update.Slot) string { return plain(slot.Version) },
	Run:   get((*Service).goBackVersion),
})

func (s *Service) goBackVersion(ctx context.Context) (update.Slot, error) {
	slot, err := s.o.Platform.Updates.Back(ctx)
	if err != nil {
		return slot, fmt.Errorf("go back: %w", err)
	}
	return slot, nil
}
