// Package profile reads and writes business profiles as TOML or JSON files.
//
// Reading is strict and complete: syntax errors, unknown keys, wrong types and everything that
// [knowledge.Business.Validate] finds are reported together, each with its line. It also hands out the sample profiles that ship with the
// program. It starts no goroutines and keeps nothing.
package profile

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"frontdesk.internal/appliance/knowledge"
)

// Format is how a profile is written.
type Format string

// The formats.
const (
	TOML Format = "toml"
	JSON Format = "json"
)

// maxSize bounds a profile file, in bytes.
const maxSize = 1 << 20

// ErrFormat says that a file's name tells no known format.
var ErrFormat = errors.New("name the file .toml or .json")

// Problem is one thing wrong with a profile file.
type Problem struct {
	Line int    // from 1; 0 when the field is not in the file
	Path string // "services[2].price.from"; "" for the file as a whole
	Text string
}

// String gives the problem as one line without the file's name.
func (p Problem) String() string {
	s := p.Text
	if p.Path != "" {
		s = p.Path + ": " + s
	}
	if p.Line > 0 {
		s = fmt.Sprintf("line %d: %s", p.Line, s)
	}
	return s
}

// Problems is everything wrong with a profile file, in the order of its lines.
type Problems []Problem

// Error implements error.
func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// Decode reads one profile. When something is wrong with it the error is [Problems], which names all of it.
func Decode(r io.Reader, f Format) (*knowledge.Business, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxSize+1))
	if err != nil {
		return nil, fmt.Errorf("read profile: %w", err)
	}
	if len(data) > maxSize {
		return nil, Problems{{Text: fmt.Sprintf("the file is larger than %d bytes", maxSize)}}
	}
	var doc document
	switch f {
	case TOML:
		doc, err = parseTOML(data)
	case JSON:
		doc, err = parseJSON(data)
	default:
		return nil, fmt.Errorf("read profile: format %q: %w", f, ErrFormat)
	}
	if err != nil {
		return nil, err
	}
	var b knowledge.Business
	problems := doc.fill(&b)
	for _, p := range b.Validate() {
		// A field of the wrong type stays empty; that it is then missing is the same mistake.
		if !slices.ContainsFunc(problems, func(q Problem) bool { return q.Path == p.Path }) {
			problems = append(problems, Problem{Line: doc.line(p.Path), Path: p.Path, Text: p.Text})
		}
	}
	if len(problems) > 0 {
		slices.SortStableFunc(problems, func(a, b Problem) int { return a.Line - b.Line })
		return nil, Problems(problems)
	}
	return &b, nil
}

// Encode writes b. What is written decodes to the same profile.
func Encode(w io.Writer, f Format, b *knowledge.Business) error {
	switch f {
	case TOML:
		if err := toml.NewEncoder(w).Encode(b); err != nil {
			return fmt.Errorf("write profile: %w", err)
		}
	case JSON:
		enc := json.NewEncoder(w)
		enc.SetIndent("", "  ")
		enc.SetEscapeHTML(false)
		if err := enc.Encode(b); err != nil {
			return fmt.Errorf("write profile: %w", err)
		}
	default:
		return fmt.Errorf("write profile: format %q: %w", f, ErrFormat)
	}
	return nil
}

// FormatOf tells a file's format from its name.
func FormatOf(name string) (Format, error) {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".toml":
		return TOML, nil
	case ".json":
		return JSON, nil
	}
	return "", fmt.Errorf("%s: %w", filepath.Base(name), ErrFormat)
}

// Load reads the profile in a file.
func Load(name string) (*knowledge.Business, error) {
	f, err := FormatOf(name)
	if err != nil {
		return nil, err
	}
	file, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("open profile: %w", err)
	}
	defer func() { _ = file.Close() }() // only read
	return Decode(file, f)
}

// Save writes the profile to a file, whole or not at all.
func Save(name string, b *knowledge.Business) (err error) {
	f, err := FormatOf(name)
	if err != nil {
		return err
	}
	var buf bytes.Buffer
	if err := Encode(&buf, f, b); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(name), ".profile-*")
	if err != nil {
		return fmt.Errorf("save profile: %w", err)
	}
	defer func() {
		if err != nil {
			_ = os.Remove(tmp.Name()) // the first error is the one that counts
		}
	}()
	if _, err := tmp.Write(buf.Bytes()); err != nil {
		return errors.Join(fmt.Errorf("save profile: %w", err), tmp.Close())
	}
	if err := errors.Join(tmp.Sync(), tmp.Close()); err != nil {
		return fmt.Errorf("save profile: %w", err)
	}
	if err := os.Rename(tmp.Name(), name); err != nil {
		return fmt.Errorf("save profile: %w", err)
	}
	return nil
}

// samples are complete example profiles, one TOML file each.
//
//go:embed samples/*.toml
var samples embed.FS

// SampleNames lists the samples, sorted.
func SampleNames() []string {
	names, _ := fs.Glob(samples, "samples/*.toml") // the pattern is well formed
	for i, n := range names {
		names[i] = strings.TrimSuffix(path.Base(n), ".toml")
	}
	return names
}

// Sample returns a fresh copy of a sample profile: "dental", "lawfirm" or "plumber".
func Sample(name string) (*knowledge.Business, error) {
	data, err := samples.ReadFile("samples/" + name + ".toml")
	if err != nil {
		return nil, fmt.Errorf("no sample profile %q; there are %s", name, strings.Join(SampleNames(), ", "))
	}
	return Decode(bytes.NewReader(data), TOML)
}

// First reads the profile for a box that has none yet: a file, or a sample as "sample:dental".
func First(name string) (*knowledge.Business, error) {
	if sample, ok := strings.CutPrefix(name, "sample:"); ok {
		return Sample(sample)
	}
	return Load(name)
}

// IsSample says whether a profile speaks for the business of a sample, and so for nobody: as long as it has the sample's name, or
// says it in the greeting, nobody has made it that of a real business.
func IsSample(b *knowledge.Business) bool {
	return slices.ContainsFunc(SampleNames(), func(name string) bool {
		s, err := Sample(name)
		return err == nil && (strings.EqualFold(s.Name, strings.TrimSpace(b.Name)) ||
			strings.Contains(strings.ToLower(b.Greeting), strings.ToLower(s.Name)))
	})
}
