package native

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// licencesDir is where a prefix keeps licence texts, one folder a component.
const licencesDir = "share/licenses"

// Component is a work of others that is linked in, fetched or run.
type Component struct {
	// Name and Version say which work, Licence names its licence by its SPDX identifier.
	Name, Version, Licence string
	// How says how it is used: linked, opened at run time, or run as a program.
	How string
	// Texts are names of licence texts: below share/licenses of a prefix, or as absolute paths of Debian's copies.
	Texts []string
}

// Components returns the native works that Frontdesk builds on. Weights have theirs in the models manifest.
func Components() []Component {
	l, w := llamaCPP(), whisperCPP()
	const linked = "linked in"
	return []Component{
		{l.name, l.pkg.String(), "MIT", linked, []string{"llama.cpp/LICENSE", "llama.cpp/AUTHORS"}},
		{"ggml", l.version, "MIT", linked, []string{"llama.cpp/LICENSE", "llama.cpp/AUTHORS"}},
		{"nlohmann/json (in llama.cpp)", "", "MIT", linked, []string{"llama.cpp/licenses/LICENSE-jsonhpp"}},
		{w.name, w.version, "MIT", linked, []string{"whisper.cpp/LICENSE"}},
		{"GNU C++ library and GCC runtime", "", "GPL-3.0-or-later WITH GCC-exception-3.1", linked,
			[]string{"/usr/share/doc/libstdc++6/copyright"}},
		{"ONNX Runtime", "1.32.0", "MIT", "opened at run time",
			[]string{"onnxruntime/LICENSE", "onnxruntime/ThirdPartyNotices.txt"}},
		{"eSpeak NG", "", "GPL-3.0-or-later", "run as a program", []string{"/usr/share/doc/espeak-ng/copyright"}},
	}
}

// keepLicences copies the engines' licence texts from their unpacked sources to dir.
func keepLicences(ctx context.Context, trees []string, dir string) error {
	for i, s := range sources() {
		for _, name := range []string{"LICENSE", "AUTHORS", "licenses/LICENSE-jsonhpp"} {
			err := copyFile(ctx, filepath.Join(trees[i], name), filepath.Join(dir, s.name, name))
			if err != nil && !errors.Is(err, fs.ErrNotExist) {
				return fmt.Errorf("keep licence of %s: %w", s.name, err)
			}
		}
	}
	return nil
}

// AddLicence copies a licence text, such as one that came with ONNX Runtime, into the prefix under the name that
// Components gives it, unless it is there.
func (p Prefix) AddLicence(ctx context.Context, from, name string) error {
	to := filepath.Join(p.Dir, licencesDir, name)
	if _, err := os.Stat(to); err == nil {
		return nil
	}
	return copyFile(ctx, from, to)
}

// LicenceText returns where the text of that name lies; absolute names are themselves.
func (p Prefix) LicenceText(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(p.Dir, licencesDir, name)
}
