package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"

	"frontdesk.internal/cmd/internal/notice"
	"frontdesk.internal/models"
	"frontdesk.internal/models/build/native"
	"frontdesk.internal/models/cachedir"
	"frontdesk.internal/models/progress"
)

// writeLicences writes the licences of everything that the programs consist of or use to the file that they embed. It fails
// on a work whose licence is unknown or forbids linking.
func (s *site) writeLicences(ctx context.Context, prefix native.Prefix, scripts []notice.Work) error {
	works, err := s.works(ctx, prefix)
	if err != nil {
		return progress.WrapFault(err, "Nothing may be linked in whose licence is unknown or asks for more than its notice; "+
			"see cmd/internal/notice/identify.go.", "collect licences")
	}
	data, err := notice.Encode(append(works, scripts...))
	if err != nil {
		return err
	}
	path := filepath.Join(s.root, "cmd", "frontdesk", "licences", notice.File)
	if old, err := os.ReadFile(path); err == nil && bytes.Equal(old, data) {
		return nil // Go builds nothing anew.
	}
	return cachedir.WriteFile(path, data, 0o644)
}

func (s *site) works(ctx context.Context, prefix native.Prefix) ([]notice.Work, error) {
	packages := make([]string, 0, len(programs()))
	for _, name := range programs() {
		packages = append(packages, "./cmd/"+name)
	}
	works, err := notice.Modules(ctx, s.root, prefix.Environment(), "native", packages...)
	if err != nil {
		return nil, err
	}
	for _, c := range native.Components() {
		files := make(map[string]string, len(c.Texts))
		for _, name := range c.Texts {
			files[name] = prefix.LicenceText(name)
		}
		w, err := notice.Work{Name: c.Name, Version: c.Version, Licence: c.Licence, How: c.How}.Native("/usr/share/doc/", files)
		if err != nil {
			return nil, err
		}
		works = append(works, w)
	}
	for _, m := range s.lib.Defaults() {
		if m.Role == models.OnnxRuntime {
			continue // It is among the components.
		}
		w, err := notice.Work{Name: m.Name, Licence: m.Licence, How: notice.Weights, Home: m.Home}.Native("", nil)
		if err != nil {
			return nil, fmt.Errorf("weights: %w", err)
		}
		works = append(works, w)
	}
	return works, nil
}
