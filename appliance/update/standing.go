package update

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// ErrBehind says that a version does not do what the one before did.
var ErrBehind = errors.New("this version does not do as well as the one before")

// Standing is how a version does, as callers notice it. That it can be told at all says that the service runs and its records are open.
type Standing struct {
	Registered bool     `json:"registered"` // the telephone system sends calls here
	Ready      []string `json:"ready"`      // engines that have loaded: "hearing", "voice", …
}

// Behind is what a version does not do that the one before did: what never worked here is not the version's fault.
func (s Standing) Behind(before Standing) []string {
	var list []string
	if before.Registered && !s.Registered {
		list = append(list, "registration at the telephone system")
	}
	for _, engine := range before.Ready {
		if !slices.Contains(s.Ready, engine) {
			list = append(list, engine)
		}
	}
	return list
}

// Judge compares a standing with the one that a file keeps, and keeps it there when it is as good. Without a file anything is. An error
// that wraps [ErrBehind] says what is missing.
func Judge(file string, now Standing) error {
	var before Standing
	text, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(text, &before) // what a power cut left is nothing
	}
	if err == nil {
		if missing := now.Behind(before); len(missing) > 0 {
			return fmt.Errorf("%w: %s", ErrBehind, strings.Join(missing, ", "))
		}
	} else if errors.Is(err, fs.ErrPermission) {
		return fmt.Errorf("read how the version before did: %w", err)
	}
	if text, err = json.Marshal(now); err != nil {
		return fmt.Errorf("keep how this version does: %w", err)
	}
	if err := os.WriteFile(file+".new", text, 0o644); err != nil { // read by support alone
		return fmt.Errorf("keep how this version does: %w", err)
	}
	if err := os.Rename(file+".new", file); err != nil {
		return fmt.Errorf("keep how this version does: %w", err)
	}
	return nil
}

// why is what the box's start-up wrote when it gave up the version in a slot: a line with both, then the reason. "" = it did not.
func why(own string, slot Slot) string {
	text, err := os.ReadFile(filepath.Join(own, "given-up"))
	if err != nil {
		return ""
	}
	which, reason, _ := strings.Cut(string(text), "\n")
	if which != slot.Name+" "+slot.Version {
		return ""
	}
	return strings.Join(strings.Fields(reason), " ")
}
