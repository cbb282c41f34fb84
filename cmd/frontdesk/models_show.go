package main

import (
	"context"
	"strings"

	"frontdesk.internal/models"
	"frontdesk.internal/models/cachedir"
	"frontdesk.internal/models/progress"
)

// shownModel is a model as frontdesk models prints it in JSON.
type shownModel struct {
	Name    string      `json:"name"`
	Role    models.Role `json:"role"`
	Summary string      `json:"summary"`
	Licence string      `json:"licence"`
	Home    string      `json:"home,omitempty"`
	// Languages are those that it is for; none: all that no other model is for.
	Languages []string    `json:"languages,omitempty"`
	Bytes     int64       `json:"bytes"`
	State     string      `json:"state"` // "missing", "present" (not verified), "verified"
	InUse     bool        `json:"in_use"`
	Default   bool        `json:"default"`
	Files     []shownFile `json:"files"`
}

// shownFile is one file of a model, or what was found of it.
type shownFile struct {
	Model  string `json:"model,omitempty"`
	Name   string `json:"name"`
	Path   string `json:"path"`
	Bytes  int64  `json:"bytes,omitempty"`
	SHA256 string `json:"sha256,omitempty"`
	State  string `json:"state"`
}

// stateName names what is known of a file that nobody has read just now.
func stateName(s cachedir.State) string {
	switch s {
	case cachedir.Verified:
		return "verified"
	case cachedir.Unverified:
		return "present"
	}
	return "missing"
}

// foundName names what verify found of a file: an unverified one has the size and not the content.
func foundName(s cachedir.State) string {
	if s == cachedir.Unverified {
		return "bad"
	}
	return stateName(s)
}

func (r *modelsRequest) shown(m models.Model) shownModel {
	s := shownModel{
		Name: m.Name, Role: m.Role, Summary: m.Summary, Licence: m.Licence, Home: m.Home, Languages: m.Languages, Bytes: m.Bytes(),
		State: stateName(r.lib.State(m)), InUse: r.lib.Uses(m), Default: m.Default, Files: []shownFile{},
	}
	for _, f := range m.Files {
		path := r.lib.Path(m, f)
		s.Files = append(s.Files, shownFile{
			Name: f.Name, Path: path, Bytes: f.Bytes, SHA256: f.SHA256, State: stateName(cachedir.Check(path, f.Bytes, f.SHA256)),
		})
	}
	return s
}

// listModels implements frontdesk models list.
func listModels(_ context.Context, r *modelsRequest) error {
	list := []shownModel{}
	for _, role := range models.Roles() {
		for _, m := range r.lib.Role(role) {
			list = append(list, r.shown(m))
		}
	}
	if r.json {
		r.out.json(map[string]any{"dir": r.lib.Dir(), "models": list})
		return nil
	}
	rows := make([][]string, 0, len(list))
	for _, m := range list {
		used := ""
		if m.InUse {
			used = "in use"
		}
		rows = append(rows, []string{
			m.Name, strings.Join(append([]string{string(m.Role)}, m.Languages...), " "), progress.Size(m.Bytes), m.State, used, m.Licence, m.Summary,
		})
	}
	r.out.table("The manifest has no models.", []string{"NAME", "FOR", "SIZE", "STATE", "", "LICENCE", "WHAT"}, rows)
	r.out.line("")
	r.out.line("They are kept in %s.", r.lib.Dir())
	for _, role := range models.Roles() {
		if _, err := r.lib.InUse(role); err != nil {
			r.out.line("Nothing is in use for %s: %v.", role, err)
		}
	}
	return nil
}

// report prints models after something was done with them.
func (r *modelsRequest) report(list []models.Model, done string) error {
	if r.json {
		all := make([]shownModel, 0, len(list))
		for _, m := range list {
			all = append(all, r.shown(m))
		}
		r.out.json(map[string]any{"dir": r.lib.Dir(), "models": all})
		return nil
	}
	names := make([]string, 0, len(list))
	for _, m := range list {
		names = append(names, m.Name)
	}
	if len(names) > 0 {
		done += ": " + strings.Join(names, ", ")
	}
	r.out.line("%s.", done)
	return nil
}

// findings prints what verify found, and returns errSaid unless all is right.
func (r *modelsRequest) findings(found []models.Finding) error {
	ok := true
	files := make([]shownFile, 0, len(found))
	rows := make([][]string, 0, len(found))
	for _, f := range found {
		ok = ok && f.State == cachedir.Verified
		files = append(files, shownFile{Model: f.Model, Name: f.File, Path: f.Path, State: foundName(f.State)})
		rows = append(rows, []string{f.Model, f.File, foundName(f.State)})
	}
	if r.json {
		r.out.json(map[string]any{"dir": r.lib.Dir(), "ok": ok, "files": files})
	} else {
		r.out.table("There is nothing to verify.", []string{"MODEL", "FILE", "STATE"}, rows)
		r.out.line("")
		if ok {
			r.out.line("All files are what they should be.")
		} else {
			r.out.line("Some files are missing, of the wrong size, or bad. Get them anew: frontdesk models fetch, or import FOLDER.")
		}
	}
	if !ok {
		return errSaid
	}
	return nil
}
