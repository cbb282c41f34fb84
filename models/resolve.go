package models

import (
	"path/filepath"

	"frontdesk.internal/models/cachedir"
	"frontdesk.internal/models/progress"
)

// Files are the files of the model that is used for a role.
type Files struct {
	// Model is its manifest entry.
	Model Model
	// Path is the first file: the one that an engine is given. Others lie beside it.
	Path string
	// Verified is whether every file was hashed and not touched since. Sizes were compared in any case.
	Verified bool
}

// Beside returns the path of another file of the model, "" if it has none of that name.
func (f Files) Beside(name string) string {
	for _, file := range f.Model.Files {
		if file.Name == name {
			return filepath.Join(filepath.Dir(f.Path), name)
		}
	}
	return ""
}

// Resolve returns the files of the first model used for role from the models in dir. A model that is not there, or is of the wrong size, is
// an error that says how to get it. Nothing is read but names and sizes, so that a restarted engine is up at once.
func Resolve(dir string, role Role) (Files, error) {
	l, err := Open(dir)
	if err != nil {
		return Files{}, err
	}
	return l.Resolve(role)
}

// Resolve returns the files used for role; see the function of this name.
func (l *Library) Resolve(role Role) (Files, error) {
	m, err := l.InUse(role)
	if err != nil {
		return Files{}, err
	}
	return l.files(m)
}

// files returns the files of m, or an error that says how to get what is missing.
func (l *Library) files(m Model) (Files, error) {
	state := l.State(m)
	if state == cachedir.Missing {
		return Files{}, progress.NewFault("Fetch it with: frontdesk models fetch "+m.Name+", or without a network: "+
			"frontdesk models import FOLDER",
			"model %s for %s is not in %s", m.Name, m.Role, l.dir)
	}
	return Files{Model: m, Path: l.Path(m, m.Files[0]), Verified: state == cachedir.Verified}, nil
}
