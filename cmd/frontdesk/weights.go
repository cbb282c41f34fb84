package main

import (
	"context"
	"io"

	"frontdesk.internal/appliance/service"
	"frontdesk.internal/models"
	"frontdesk.internal/models/cachedir"
	"frontdesk.internal/models/progress"
)

// weights are the models in a folder, for the doors of the appliance. The folder is looked at anew each time.
type weights struct{ dir string }

var _ service.ModelLibrary = weights{}

func (w weights) open() (*modelsRequest, error) {
	lib, err := models.Open(w.dir)
	return &modelsRequest{lib: lib, bars: progress.New(io.Discard, progress.Options{})}, err
}

// List implements service.ModelLibrary.
func (w weights) List(context.Context) ([]service.Model, error) {
	r, err := w.open()
	if err != nil {
		return nil, err
	}
	var out []service.Model
	for _, role := range models.Roles() {
		out = append(out, r.plain(r.lib.Role(role))...)
	}
	return out, nil
}

// Verify implements service.ModelLibrary.
func (w weights) Verify(ctx context.Context) ([]service.Model, error) {
	r, err := w.open()
	if err != nil {
		return nil, err
	}
	var used []models.Model
	for _, role := range models.Roles() {
		if list, err := r.lib.AllInUse(role); err == nil {
			used = append(used, list...)
		}
	}
	list := r.withPresent(used)
	found, err := r.lib.Verify(ctx, r.bars, list...)
	if err != nil {
		return nil, err
	}
	bad := make(map[string]bool)
	for _, f := range found {
		if f.State == cachedir.Unverified {
			bad[f.Model] = true
		}
	}
	out := r.plain(list)
	for i := range out {
		if bad[out[i].Name] {
			out[i].State = service.ModelBad
		}
	}
	return out, nil
}

// Import implements service.ModelLibrary.
func (w weights) Import(ctx context.Context, dir string) ([]service.Model, error) {
	r, err := w.open()
	if err != nil {
		return nil, err
	}
	whole, err := r.lib.Import(ctx, dir, r.bars)
	return r.plain(whole), err
}

// plain are models as doors show them.
func (r *modelsRequest) plain(list []models.Model) []service.Model {
	var out []service.Model
	for _, m := range list {
		s := r.shown(m)
		out = append(out, service.Model{Name: s.Name, Role: string(s.Role), Bytes: s.Bytes, State: s.State, InUse: s.InUse})
	}
	return out
}
