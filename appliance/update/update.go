// Package update brings a new version onto a box with two roots, and tells which of them runs. A bundle is checked, written and taken into
// use by RAUC, which runs as root and is spoken to over D-Bus; what is decided here is what may be installed: nothing older, unless it is
// forced. Which root boots, and whether it was well, is between the boot loader and the box's start-up (firmware/image).
package update

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// ErrNoBox says that this machine is no box with two roots: there its packages are updated by apt.
var ErrNoBox = errors.New("this machine was not made from the box's image: update its package frontdesk with apt instead")

// ErrOlder says that a bundle holds what is older than what runs, or the same.
var ErrOlder = errors.New("that is not newer than what runs")

// ErrNoOther says that nothing stands beside what runs.
var ErrNoOther = errors.New("there is no other version on this box")

// Slot is one of the two roots.
type Slot struct {
	Name      string    `json:"name"`              // as the boot loader calls it: "A", "B"
	Version   string    `json:"version,omitempty"` // "": nobody has installed anything there
	Running   bool      `json:"running"`
	Next      bool      `json:"next"` // the next start takes it
	Good      bool      `json:"good"` // it may be started
	Installed time.Time `json:"installed,omitzero"`
	Why       string    `json:"why,omitempty"` // what was missing when the version was given up; "" = it was not

	rauc string // what RAUC calls it: "rootfs.0"
}

// Versions are what stands on the box.
type Versions struct {
	Slots   []Slot `json:"slots"`             // none while something is being installed
	Busy    bool   `json:"busy"`              // something is being installed
	Percent int    `json:"percent,omitempty"` // of that
	Problem string `json:"problem,omitempty"` // why the last installation since the start failed
}

// Running is the version that runs.
func (s Versions) Running() string {
	for _, slot := range s.Slots {
		if slot.Running {
			return slot.Version
		}
	}
	return ""
}

// Bundle is what a file brings.
type Bundle struct {
	Compatible string `json:"compatible"` // what kind of box it is for
	Version    string `json:"version"`
}

// GivenUp is the root whose version was tried and was not well, so that the one before runs again; false when there is none.
func (s Versions) GivenUp() (Slot, bool) {
	for _, slot := range s.Slots {
		if !slot.Running && !slot.Good && !s.Busy && Compare(slot.Version, s.Running()) > 0 {
			return slot, true
		}
	}
	return Slot{}, false
}

// Installer is RAUC.
type Installer interface {
	// Read checks who signed a file and tells what it brings.
	Read(ctx context.Context, file string) (Bundle, error)
	// Install writes a file into the root that does not run, and has the next start take it. It tells how far it is.
	Install(ctx context.Context, file string, told func(percent int)) error
	Status(ctx context.Context) (Versions, error)
	// Mark has RAUC take a root for "good", "bad" or "active", the next one.
	Mark(ctx context.Context, state, slot string) error
}

// Updater updates a box.
type Updater struct {
	rauc    Installer
	version string // that runs
	at      Places
}

// Places are folders of the box.
type Places struct {
	Asks string // where the machine looks for what it is asked to do
	Own  string // where its start-up notes what it has decided
}

// New returns an updater of the box on which version runs.
func New(rauc Installer, version string, at Places) *Updater { return &Updater{rauc, version, at} }

// Status tells how the box stands.
func (u *Updater) Status(ctx context.Context) (Versions, error) {
	s, err := u.rauc.Status(ctx)
	for i := range s.Slots {
		s.Slots[i].Why = why(u.at.Own, s.Slots[i])
		if s.Slots[i].Running {
			s.Slots[i].Version = u.version // the first one came with the image, which RAUC has not installed
		}
	}
	// What was installed to its end has a version, and what came as far as to be judged a reason.
	if former, ok := s.GivenUp(); ok && former.Why == "" {
		i := slices.IndexFunc(s.Slots, func(slot Slot) bool { return slot.Name == former.Name })
		s.Slots[i].Why = "it did not start"
	}
	return s, err
}

// Install installs a bundle. One that is not newer than what runs is refused, unless forced; the next start takes the new version, and
// until then nothing has changed.
func (u *Updater) Install(ctx context.Context, file string, forced bool, told func(percent int)) (Bundle, error) {
	if !filepath.IsAbs(file) {
		return Bundle{}, fmt.Errorf("install %q: write the whole path, such as /media/usb/frontdesk.raucb", file)
	}
	b, err := u.rauc.Read(ctx, file)
	if err != nil {
		return b, fmt.Errorf("%s is not there, not whole, or not signed by whom this box trusts: %w", file, err)
	}
	if !forced && Compare(b.Version, u.version) <= 0 {
		return b, fmt.Errorf("%s holds version %s, and %s runs: %w", file, b.Version, u.version, ErrOlder)
	}
	if err := u.rauc.Install(ctx, file, told); err != nil {
		return b, fmt.Errorf("install %s: %w", file, err)
	}
	return b, nil
}

// Back has the next start take the other root, the version before.
func (u *Updater) Back(ctx context.Context) (Slot, error) {
	s, err := u.Status(ctx)
	if err != nil {
		return Slot{}, err
	}
	i := slices.IndexFunc(s.Slots, func(s Slot) bool { return !s.Running })
	if i < 0 || s.Slots[i].Version == "" {
		return Slot{}, ErrNoOther
	}
	return s.Slots[i], u.rauc.Mark(ctx, "active", s.Slots[i].rauc)
}

// Restart has the machine start anew, once the programs on it have come to their end. They have no right to do that themselves: a file
// asks for it, which the machine's own unit waits for and takes away before it obeys.
func (u *Updater) Restart() error {
	if err := os.WriteFile(filepath.Join(u.at.Asks, "restart"), nil, 0o600); err != nil {
		return fmt.Errorf("ask the machine to start anew: %w", err)
	}
	return nil
}

// Compare compares versions as Debian does (deb-version(7)), without epochs: digits as numbers, "~" before everything, even the end.
func Compare(a, b string) int {
	for a != "" || b != "" {
		var words, numbers [2]string
		words[0], a = cut(a, false)
		words[1], b = cut(b, false)
		if c := compareWords(words[0], words[1]); c != 0 {
			return c
		}
		numbers[0], a = cut(a, true)
		numbers[1], b = cut(b, true)
		x, y := strings.TrimLeft(numbers[0], "0"), strings.TrimLeft(numbers[1], "0")
		if c := cmp.Or(cmp.Compare(len(x), len(y)), cmp.Compare(x, y)); c != 0 {
			return c
		}
	}
	return 0
}

// cut cuts off what is digits at the beginning, or what is not.
func cut(s string, digits bool) (head, rest string) {
	i := strings.IndexFunc(s, func(r rune) bool { return (r >= '0' && r <= '9') != digits })
	if i < 0 {
		i = len(s)
	}
	return s[:i], s[i:]
}

func compareWords(a, b string) int {
	for i := range max(len(a), len(b)) {
		if c := cmp.Compare(rank(a, i), rank(b, i)); c != 0 {
			return c
		}
	}
	return 0
}

// rank orders what stands at a place: "~", the end, letters, everything else.
func rank(s string, i int) int {
	switch {
	case i >= len(s):
		return 0
	case s[i] == '~':
		return -1
	case s[i] >= 'a' && s[i] <= 'z' || s[i] >= 'A' && s[i] <= 'Z':
		return int(s[i])
	}
	return int(s[i]) + 256
}
