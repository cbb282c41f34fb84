package models

import (
	"context"
	"fmt"

	"frontdesk.internal/models/cachedir"
	"frontdesk.internal/models/progress"
)

// Finding is what Verify found of one file.
type Finding struct {
	// Model and File are the names in the manifest, Path is where the file should be.
	Model, File, Path string
	// State is Verified when the file is right, Unverified when it has the right size and the wrong content.
	State cachedir.State
}

// Verify hashes every file of the models anew, whatever is recorded of it, and records the outcome.
func (l *Library) Verify(ctx context.Context, p *progress.Reporter, models ...Model) ([]Finding, error) {
	var out []Finding
	for _, m := range models {
		for _, f := range m.Files {
			found := Finding{Model: m.Name, File: f.Name, Path: l.Path(m, f)}
			if cachedir.Check(found.Path, f.Bytes, f.SHA256) != cachedir.Missing {
				// A stamp that cannot be removed or renewed, for want of rights, does not change what was found.
				_ = cachedir.Unmark(found.Path)
				right, err := l.rehash(ctx, p, f, found.Path)
				if err != nil {
					return out, fmt.Errorf("verify model %s: %w", m.Name, err)
				}
				found.State = cachedir.Unverified
				if right {
					found.State = cachedir.Verified
				}
			}
			out = append(out, found)
		}
	}
	return out, nil
}

func (l *Library) rehash(ctx context.Context, p *progress.Reporter, f File, path string) (bool, error) {
	bar := p.Start("Verifying "+f.Name, progress.Bytes, 0, f.Bytes)
	defer bar.Stop()
	sum, err := cachedir.Hash(ctx, path, bar.Add)
	if err != nil {
		return false, err
	}
	if sum != f.SHA256 {
		return false, nil
	}
	_ = cachedir.Mark(path, sum)
	return true, nil
}
