package models

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"frontdesk.internal/models/cachedir"
	"frontdesk.internal/models/progress"
)

// choice is the key of what was chosen for a role and, when the model is for some languages only, for these.
func choice(role Role, languages []string) string {
	key := string(role)
	if len(languages) > 0 {
		key += "-" + strings.Join(slices.Sorted(slices.Values(languages)), "-")
	}
	return key
}

// covers reports whether a model for the languages a serves all that one for b does.
func covers(a, b []string) bool {
	if len(a) == 0 || len(b) == 0 {
		return len(a) == 0
	}
	return !slices.ContainsFunc(b, func(l string) bool { return !slices.Contains(a, l) })
}

// replaces reports whether a model for the languages a, when it is chosen for role, takes the place of one for b. A voice speaks
// one language, named or not: one that names none is the first voice, and those of other languages stay.
func replaces(role Role, a, b []string) bool {
	return covers(a, b) && (role != Voice || len(a) > 0 || len(b) == 0)
}

// chosen returns the models chosen for role, those for some languages first.
func (l *Library) chosen(role Role) ([]Model, error) {
	var keys []string
	for key := range l.selected {
		if key == string(role) || strings.HasPrefix(key, string(role)+"-") {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	slices.Reverse(keys)
	var out []Model
	for _, key := range keys {
		m, err := l.manifest.Find(l.selected[key])
		if err != nil {
			return nil, progress.WrapFault(err, "Choose another with: frontdesk models use NAME",
				"the model chosen for %s is gone from the manifest", role)
		}
		out = append(out, m)
	}
	return out, nil
}

// InUse returns the model that is used for role, the first of [Library.AllInUse].
func (l *Library) InUse(role Role) (Model, error) {
	used, err := l.AllInUse(role)
	if err != nil {
		return Model{}, err
	}
	return used[0], nil
}

// AllInUse returns the models that are used for role: the chosen ones, the default ones for other languages than theirs, or else one that
// is there. There is at least one, and for a role whose models are not for certain languages exactly one. Where two are for the same
// language, the first serves it; sentence embedders work together. A voice for all languages speaks what the others do not.
func (l *Library) AllInUse(role Role) ([]Model, error) {
	chosen, err := l.chosen(role)
	if err != nil {
		return nil, err
	}
	out := slices.Clone(chosen)
	var present []Model
	for _, m := range l.Role(role) {
		replaced := slices.ContainsFunc(chosen, func(o Model) bool { return replaces(role, o.Languages, m.Languages) })
		second := slices.ContainsFunc(out, func(o Model) bool { return covers(o.Languages, m.Languages) && covers(m.Languages, o.Languages) })
		if m.Default && !replaced && !second {
			out = append(out, m)
		}
		if l.State(m) != cachedir.Missing {
			present = append(present, m)
		}
	}
	switch {
	case len(out) > 0:
		return out, nil
	case len(present) > 0:
		return present[:1], nil
	}
	return nil, progress.NewFault("Fetch one with: frontdesk models fetch NAME", "there is no model for %s", role)
}

// Uses reports whether m is in use.
func (l *Library) Uses(m Model) bool {
	used, err := l.AllInUse(m.Role)
	return err == nil && slices.ContainsFunc(used, func(o Model) bool { return o.Name == m.Name })
}

// Use chooses the model of that name for role, in its languages when it is for some only; engines take it up when they next start. It
// must be there. What was chosen before for no other languages than these is given up.
func (l *Library) Use(role Role, name string) error {
	m, err := l.manifest.Find(name)
	if err != nil {
		return err
	}
	if m.Role != role || !l.fits(m) {
		return progress.NewFault("frontdesk models list shows what each is for.", "model %s is for %s%s, not for %s", name, m.Role,
			forArch(m), role)
	}
	if l.State(m) == cachedir.Missing {
		return progress.NewFault("Fetch it first: frontdesk models fetch "+name, "model %s is not there", name)
	}
	for key, other := range l.selected {
		if key != string(role) && !strings.HasPrefix(key, string(role)+"-") {
			continue
		}
		if old, err := l.manifest.Find(other); err != nil || replaces(role, m.Languages, old.Languages) {
			delete(l.selected, key)
		}
	}
	l.selected[choice(role, m.Languages)] = name
	data, err := toml.Marshal(l.selected)
	if err != nil {
		return fmt.Errorf("write selection: %w", err)
	}
	return cachedir.WriteFile(filepath.Join(l.dir, selectedName), data, 0o644)
}

// ResolveAll returns the files of all models used for role that are there, from the models in dir; the error joins one for each that is
// not, and says how to get it.
func ResolveAll(dir string, role Role) ([]Files, error) {
	l, err := Open(dir)
	if err != nil {
		return nil, err
	}
	used, err := l.AllInUse(role)
	if err != nil {
		return nil, err
	}
	var out []Files
	var errs []error
	for _, m := range used {
		f, err := l.files(m)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		out = append(out, f)
	}
	return out, errors.Join(errs...)
}
