package native

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"frontdesk.internal/models/cachedir"
)

// Prefix is a folder with the built engines: include, lib and share/licenses.
type Prefix struct {
	// Dir is its path.
	Dir string
	// Target is what it was built for.
	Target Target
}

// contentsName is the list of a prefix's files with their sizes.
const contentsName = "contents.json"

// Lib is the folder of the static libraries.
func (p Prefix) Lib() string { return filepath.Join(p.Dir, "lib") }

// Include is the folder of the headers.
func (p Prefix) Include() string { return filepath.Join(p.Dir, "include") }

// Environment returns what a Go build that links the engines needs in its environment, as KEY=VALUE. The C++ runtime is
// linked in: the prefix's lib folder, which is searched first, holds it as an archive only, because a library that is
// named outright (-lstdc++, in the whisper binding) is not touched by -static-libstdc++.
func (p Prefix) Environment() []string {
	env := []string{
		"CGO_ENABLED=1",
		"C_INCLUDE_PATH=" + p.Include(),
		"CPLUS_INCLUDE_PATH=" + p.Include(),
		"LIBRARY_PATH=" + p.Lib(),
		"CGO_LDFLAGS=-L" + p.Lib() + " -static-libgcc -static-libstdc++",
		"CC=" + p.Target.CC,
		"CXX=" + p.Target.CXX,
	}
	if p.Target.Cross() {
		env = append(env, "GOOS=linux", "GOARCH="+p.Target.Arch)
	}
	return env
}

// seal writes down what dir consists of, so that whole can tell later that nothing is missing.
func seal(dir string) error {
	contents := make(map[string]int64)
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		name, err := filepath.Rel(dir, path)
		contents[name] = info.Size()
		return err
	})
	if err != nil {
		return fmt.Errorf("list built engines: %w", err)
	}
	data, err := json.Marshal(contents)
	if err != nil {
		return fmt.Errorf("list built engines: %w", err)
	}
	return cachedir.WriteFile(filepath.Join(dir, contentsName), data, 0o644)
}

// whole reports whether dir holds all that was sealed in it.
func whole(dir string) bool {
	data, err := os.ReadFile(filepath.Join(dir, contentsName))
	if err != nil {
		return false
	}
	contents := make(map[string]int64)
	if json.Unmarshal(data, &contents) != nil || len(contents) == 0 {
		return false
	}
	for name, size := range contents {
		st, err := os.Stat(filepath.Join(dir, name))
		if err != nil || st.Size() != size {
			return false
		}
	}
	return true
}
