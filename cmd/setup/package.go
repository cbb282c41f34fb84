package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"frontdesk.internal/models"
	"frontdesk.internal/models/build/native"
	"frontdesk.internal/models/cachedir"
)

// writePackage builds the programs for a package and puts the shared libraries beside them that the package brings along.
func (s *site) writePackage(ctx context.Context, prefix native.Prefix) error {
	runtimes := s.lib.Role(models.OnnxRuntime)
	if err := s.lib.Fetch(ctx, s.fetcher(), runtimes...); err != nil {
		return err
	}
	if err := s.addLicences(ctx, prefix); err != nil {
		return err
	}
	scripts, err := s.writeAssets(ctx)
	if err != nil {
		return err
	}
	if err := s.writeLicences(ctx, prefix, scripts); err != nil {
		return err
	}
	if err := s.buildPrograms(ctx, prefix); err != nil {
		return err
	}
	for _, m := range runtimes {
		for _, f := range m.Files {
			if err := s.copyLibrary(s.lib.Path(m, f), f.Name); err != nil {
				return err
			}
		}
	}
	p := s.bin()
	s.p.Say("Ready for a package: %s", p)
	return nil
}

// copyLibrary copies a file of the runtime into the package's folder lib.
func (s *site) copyLibrary(from, name string) error {
	data, err := os.ReadFile(from)
	if err != nil {
		return fmt.Errorf("copy %s: %w", name, err)
	}
	return cachedir.WriteFile(filepath.Join(s.bin(), "lib", name), data, 0o644)
}
