package pip

import (
	"fmt"
	"regexp"
)

// Package is one file of the index: a wheel, or a source package if Backend is set.
type Package struct {
	// Name and Version are the requirement.
	Name, Version string
	// SHA256 is the hash of the file, in hexadecimal.
	SHA256 string
	// Bytes is the size of the file, for progress.
	Bytes int64
	// Backend is the build backend that the source package names; it is answered for, never run. "" is a wheel.
	Backend string
	// Platform is the platform tag of a wheel with native code, "" for any. Python and ABI go with it.
	Platform, Python, ABI string
}

// String returns the requirement.
func (p Package) String() string { return p.Name + "==" + p.Version }

var (
	nameForm    = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$`)
	versionForm = regexp.MustCompile(`^[0-9][A-Za-z0-9.+!_-]{0,49}$`)
	hashForm    = regexp.MustCompile(`^[0-9a-f]{64}$`)
	backendForm = regexp.MustCompile(`^[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)*$`)
	tagForm     = regexp.MustCompile(`^[a-z0-9._]{0,60}$`)
)

// Validate reports the first thing in p that cannot be handed to pip.
func (p Package) Validate() error {
	switch {
	case !nameForm.MatchString(p.Name):
		return fmt.Errorf("package name %q is not one", p.Name)
	case !versionForm.MatchString(p.Version):
		return fmt.Errorf("package %s: version %q is not one", p.Name, p.Version)
	case !hashForm.MatchString(p.SHA256):
		return fmt.Errorf("package %s: sha256 %q is not 64 hexadecimal digits", p.Name, p.SHA256)
	case p.Bytes < 0:
		return fmt.Errorf("package %s: size %d", p.Name, p.Bytes)
	case p.Backend != "" && !backendForm.MatchString(p.Backend):
		return fmt.Errorf("package %s: build backend %q is not a module", p.Name, p.Backend)
	case !tagForm.MatchString(p.Platform + p.Python + p.ABI):
		return fmt.Errorf("package %s: platform %q, python %q, abi %q", p.Name, p.Platform, p.Python, p.ABI)
	}
	return nil
}

// lock is the requirements file that makes pip check every byte.
func (p Package) lock() string {
	return fmt.Sprintf("%s --hash=sha256:%s\n", p, p.SHA256)
}

// arguments are pip's arguments that are particular to the kind of package.
func (p Package) arguments() []string {
	if p.Backend != "" {
		return []string{"--no-binary", p.Name, "--no-build-isolation"}
	}
	args := []string{"--only-binary", p.Name}
	if p.Platform != "" {
		args = append(args, "--platform", p.Platform, "--implementation", "cp")
	}
	if p.Python != "" {
		args = append(args, "--python-version", p.Python)
	}
	if p.ABI != "" {
		args = append(args, "--abi", p.ABI)
	}
	return args
}
