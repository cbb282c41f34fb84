package models

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"github.com/pelletier/go-toml/v2"

	"frontdesk.internal/models/cachedir"
	"frontdesk.internal/models/progress"
)

// Names of the files that go with a library.
const (
	ownerName    = "models.toml"
	selectedName = "selected.toml"
	stagingName  = ".staging"
)

// DefaultDir returns the folder of the models: the configured one; else models below the storage folder, if it is there;
// else the weights that make setup has cached for this user. Both arguments may be "".
func DefaultDir(configured, storage string) (string, error) {
	if configured != "" {
		return configured, nil
	}
	if storage != "" {
		dir := filepath.Join(storage, "models")
		if st, err := os.Stat(dir); err == nil && st.IsDir() {
			return dir, nil
		}
	}
	cache, err := cachedir.Default()
	if err != nil {
		return "", err
	}
	return WeightsDir(cache), nil
}

// WeightsDir returns the folder of weights below the cache folder.
func WeightsDir(cache string) string { return filepath.Join(cache, "weights") }

// Library is a folder of models. Its files lie in the folder itself under the names of the manifest; those for another
// processor lie in a folder of that name below it.
type Library struct {
	dir      string
	arch     string
	manifest Manifest
	selected map[string]string

	wrap func(io.Writer) io.Writer // Tests make writing fail with it.
}

// Open returns the library in dir, which need not exist yet, for this machine's processor. The owner's manifest is
// models.toml in dir or in the folder that dir is in.
func Open(dir string) (*Library, error) { return OpenFor(dir, runtime.GOARCH) }

// OpenFor is Open for the processor of another machine, a GOARCH.
func OpenFor(dir, arch string) (*Library, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("open models: %w", err)
	}
	m, err := Builtin()
	if err != nil {
		return nil, err
	}
	for _, at := range []string{filepath.Dir(dir), dir} {
		if err := m.extend(filepath.Join(at, ownerName)); err != nil {
			return nil, err
		}
	}
	l := &Library{dir: dir, arch: arch, manifest: m, selected: make(map[string]string)}
	if err := l.readSelected(); err != nil {
		return nil, err
	}
	return l, nil
}

// Dir returns the library's folder.
func (l *Library) Dir() string { return l.dir }

// Manifest returns the built-in and the owner's models together.
func (l *Library) Manifest() Manifest { return l.manifest }

// Find returns the model of that name.
func (l *Library) Find(name string) (Model, error) { return l.manifest.Find(name) }

// Path returns where f of m lies or would lie.
func (l *Library) Path(m Model, f File) string {
	if m.Arch != "" && m.Arch != runtime.GOARCH {
		return filepath.Join(l.dir, m.Arch, f.Name)
	}
	return filepath.Join(l.dir, f.Name)
}

// fits reports whether m is for the library's processor.
func (l *Library) fits(m Model) bool { return m.Arch == "" || m.Arch == l.arch }

// Defaults returns the models that are fetched when nothing else is said.
func (l *Library) Defaults() []Model {
	var out []Model
	for _, m := range l.manifest.Models {
		if m.Default && l.fits(m) {
			out = append(out, m)
		}
	}
	return out
}

// Role returns the models for role on the library's processor.
func (l *Library) Role(role Role) []Model {
	var out []Model
	for _, m := range l.manifest.Models {
		if m.Role == role && l.fits(m) {
			out = append(out, m)
		}
	}
	return out
}

// State says what is known of m without reading it: the least of its files' states.
func (l *Library) State(m Model) cachedir.State {
	state := cachedir.Verified
	for _, f := range m.Files {
		state = min(state, cachedir.Check(l.Path(m, f), f.Bytes, f.SHA256))
	}
	return state
}

func forArch(m Model) string {
	if m.Arch == "" {
		return ""
	}
	return " on " + m.Arch
}

func (l *Library) readSelected() error {
	path := filepath.Join(l.dir, selectedName)
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		err = toml.Unmarshal(data, &l.selected)
	}
	if err != nil {
		return progress.WrapFault(err, "Remove the file to use the default models.", "read %s", path)
	}
	return nil
}
