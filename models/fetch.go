package models

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"

	"frontdesk.internal/models/build/pip"
	"frontdesk.internal/models/cachedir"
	"frontdesk.internal/models/progress"
)

// ErrHash is wrapped by errors about a file that is not the one the manifest means.
var ErrHash = errors.New("hash does not match the manifest")

// Fetcher is how Fetch reaches the world. The zero value uses pip and HTTP with their own settings, and is silent.
type Fetcher struct {
	// Find finds pip; nil is pip.Find.
	Find func(context.Context) (*pip.Client, error)
	// HTTP is used for sources with an address; nil is a client without a time limit.
	HTTP *http.Client
	// Trees holds unpacked source packages in folders named after their hash; a member found there is not fetched.
	Trees string
	// Progress shows bars; nil shows nothing.
	Progress *progress.Reporter
}

// Fetch brings what is missing of the models and verifies what was never verified. Finished parts survive an interruption;
// a file has its name only once its hash is right. It waits for another process that works on the same folder.
func (l *Library) Fetch(ctx context.Context, f Fetcher, models ...Model) error {
	missing, err := l.missing(models)
	if err != nil || len(missing) == 0 {
		return err // Nothing to do must not take the lock, which may need rights that the reader has not.
	}
	release, err := cachedir.Lock(ctx, l.dir, func(pid string) {
		f.Progress.Say("Another process (%s) is fetching models; waiting for it.", pid)
	})
	if err != nil {
		return progress.WrapFault(err, "Run it as a user who may write there.", "open models folder %s", l.dir)
	}
	defer release()
	cachedir.Sweep(l.dir)
	if f.Find == nil {
		f.Find = pip.Find
	}
	if f.HTTP == nil {
		f.HTTP = &http.Client{}
	}
	w := &work{l: l, f: f, from: &index{find: f.Find}}
	if err := w.room(models); err != nil {
		return err
	}
	for _, m := range models {
		if err := w.model(ctx, m); err != nil {
			return fmt.Errorf("fetch model %s: %w", m.Name, err)
		}
	}
	return nil
}

// missing returns the models of which not every file is verified.
func (l *Library) missing(models []Model) ([]Model, error) {
	var out []Model
	for _, m := range models {
		if !l.fits(m) {
			return nil, progress.NewFault("Choose one for this machine: frontdesk models list", "model %s is for %s", m.Name, m.Arch)
		}
		if l.State(m) != cachedir.Verified {
			out = append(out, m)
		}
	}
	return out, nil
}

// work puts models together in a library's folder, which is locked.
type work struct {
	l    *Library
	f    Fetcher
	from supplier
}

// staging is the folder of unfinished files. It is in the library's folder, so that a finished one can be renamed.
func (w *work) staging() string { return filepath.Join(w.l.dir, stagingName) }

// room reports whether the disk holds what is still to be fetched.
func (w *work) room(models []Model) error {
	need := w.l.Need(models)
	free, err := cachedir.Free(w.l.dir)
	if err != nil {
		return err
	}
	if free < need {
		return progress.NewFault("Free some space, or choose a smaller model (frontdesk models list), and run the same command again.",
			"%s more are needed in %s, only %s are free", progress.Size(need), w.l.dir, progress.Size(free))
	}
	return nil
}

// Need returns an upper bound of the bytes that fetching what is missing of the models takes on the disk, packages and
// converted files included, less what an interrupted fetch has left.
func (l *Library) Need(models []Model) int64 {
	var need, most int64
	for _, m := range models {
		for _, f := range m.Files {
			if cachedir.Check(l.Path(m, f), f.Bytes, f.SHA256) != cachedir.Missing {
				continue
			}
			need += f.Bytes
			if st, err := os.Stat(filepath.Join(l.dir, stagingName, f.SHA256[:16], dataName)); err == nil {
				need -= min(st.Size(), f.Bytes)
			}
			extra := int64(0)
			for _, s := range f.Sources {
				var part int64
				for _, p := range s.Parts {
					part = max(part, p.Bytes)
				}
				extra = max(extra, 2*parallel*part)
				if s.Convert != "" {
					extra += f.Bytes
				}
			}
			most = max(most, extra)
		}
	}
	if need == 0 {
		return 0
	}
	return need + most
}

// model brings what is missing of m.
func (w *work) model(ctx context.Context, m Model) error {
	var todo []File
	for _, f := range m.Files {
		ok, err := w.l.verified(ctx, m, f, w.f.Progress)
		if err != nil {
			return err
		}
		if !ok {
			todo = append(todo, f)
		}
	}
	packages := filepath.Join(w.staging(), "packages")
	d := newDepot(w.from, packages, todo)
	for _, f := range todo {
		if err := w.file(ctx, m, f, d); err != nil {
			return err
		}
	}
	if len(todo) > 0 {
		_ = os.RemoveAll(packages)
		_ = os.Remove(w.staging()) // Only when it is empty.
	}
	return nil
}

// verified reports whether f is there and right, hashing it if nobody has.
func (l *Library) verified(ctx context.Context, m Model, f File, p *progress.Reporter) (bool, error) {
	path := l.Path(m, f)
	state := cachedir.Check(path, f.Bytes, f.SHA256)
	if state != cachedir.Unverified {
		return state == cachedir.Verified, nil
	}
	bar := p.Start("Verifying "+f.Name, progress.Bytes, 0, f.Bytes)
	defer bar.Stop()
	sum, err := cachedir.Hash(ctx, path, bar.Add)
	if err != nil {
		return false, err
	}
	if sum != f.SHA256 {
		return false, nil
	}
	return true, cachedir.Mark(path, sum)
}

// file brings f by the first source that works.
func (w *work) file(ctx context.Context, m Model, f File, d *depot) error {
	if len(f.Sources) == 0 {
		return progress.NewFault("Bring it on a stick or by copy, then: frontdesk models import FOLDER",
			"the manifest names no source for %s", f.Name)
	}
	var errs []error
	for i, s := range f.Sources {
		err := w.source(ctx, m, f, s, d)
		if err == nil {
			return nil
		}
		if cause := context.Cause(ctx); cause != nil {
			return progress.WrapFault(cause, "Run the same command again: it goes on where it stopped.", "fetch %s", f.Name)
		}
		errs = append(errs, err)
		if i+1 < len(f.Sources) {
			w.f.Progress.Say("%s: %v; trying its next source", f.Name, err)
		}
	}
	return errors.Join(errs...)
}

// source makes f from s in a staging folder and gives it its name.
func (w *work) source(ctx context.Context, m Model, f File, s Source, d *depot) error {
	j := &job{file: f, source: s, dir: filepath.Join(w.staging(), f.SHA256[:16]), work: w}
	if err := os.MkdirAll(j.dir, 0o755); err != nil {
		return fmt.Errorf("make staging folder: %w", err)
	}
	var err error
	if s.URL != "" {
		err = j.download(ctx)
	} else {
		err = j.join(ctx, d)
	}
	if err != nil {
		return err
	}
	return j.finish(ctx, w.l.Path(m, f))
}

// finish checks what was put together, converts it if need be, and gives it the name path.
func (j *job) finish(ctx context.Context, path string) error {
	from := filepath.Join(j.dir, dataName)
	if j.source.Convert != "" {
		var err error
		if from, err = j.convert(ctx); err != nil {
			return err
		}
	}
	bar := j.work.f.Progress.Start("Verifying "+j.file.Name, progress.Bytes, 0, j.file.Bytes)
	defer bar.Stop()
	sum, err := cachedir.Hash(ctx, from, bar.Add)
	if err != nil {
		return err
	}
	if sum != j.file.SHA256 {
		_ = os.RemoveAll(j.dir) // It can never become right.
		return progress.WrapFault(fmt.Errorf("%w: got %s, want %s", ErrHash, sum, j.file.SHA256),
			"Nothing of it was kept. Try again; if it stays, its source has changed: import the file from elsewhere with "+
				"frontdesk models import FOLDER.", "put %s together", j.file.Name)
	}
	if err := place(from, path, sum); err != nil {
		return err
	}
	return os.RemoveAll(j.dir)
}

// place gives the finished file at from the name path and stamps it.
func place(from, path, sum string) error {
	err := os.MkdirAll(filepath.Dir(path), 0o755)
	if err == nil {
		err = cachedir.Unmark(path)
	}
	if err == nil {
		err = os.Chmod(from, 0o644)
	}
	if err == nil {
		err = cachedir.Rename(from, path)
	}
	if err != nil {
		return fmt.Errorf("keep %s: %w", filepath.Base(path), err)
	}
	return cachedir.Mark(path, sum)
}

// hexSum writes a hash as the manifest does.
func hexSum(b []byte) string { return hex.EncodeToString(b) }
