// Package vectorfile keeps the vectors of texts in files, one for each language, so that a start need not make them anew.
//
// It is for texts that a business publishes of itself, which callers are told anyhow; what callers say must not be given to it. A
// file holds no text: a vector is found by the hash of its text. Numbers are kept as they are, so that callers are read after a
// start exactly as before it; a byte for each with a scale would be a quarter of the size, but blurs what lies close together.
//
// Whoever reads decides by the names of the models whether the vectors are of use. A file that is damaged, of another form or of somebody
// else is an error of [Read] and nothing worse: all that it held can be made again. For the same reason files are in no backup. The package
// starts no goroutine; two writers of one folder must take turns.
package vectorfile

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"frontdesk.internal/models/cachedir"
)

// Bounds of a file.
const (
	MaxTexts = 20_000
	MaxBytes = 64 << 20
)

// suffix ends the name of each file; its language stands before.
const suffix = ".vectors"

// Key stands for a text.
type Key [16]byte

// KeyOf returns the key of a text.
func KeyOf(text string) Key {
	h := sha256.Sum256([]byte(text))
	return Key(h[:len(Key{})])
}

// Set is what one file holds.
type Set struct {
	Language string
	Model    string            // names what made the vectors
	Dims     []int             // how long the part of each model is
	Vectors  map[Key][]float32 // each as long as all parts together
}

// Most is how many vectors of such parts a file takes.
func Most(dims []int) int {
	return min(MaxTexts, (MaxBytes-maxHeader)/entryBytes(dims))
}

// Read returns what the file for a language in dir holds. The error is [fs.ErrNotExist] when there is none.
func Read(dir, language string) (Set, error) {
	path, err := pathOf(dir, language)
	if err != nil {
		return Set{}, err
	}
	f, err := os.Open(path)
	if err != nil {
		return Set{}, fmt.Errorf("open vectors: %w", err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, MaxBytes+1))
	if err != nil {
		return Set{}, fmt.Errorf("read vectors: %w", err)
	}
	s, err := decode(data)
	if err != nil {
		return Set{}, fmt.Errorf("read vectors: %w", err)
	}
	if s.Language != language {
		return Set{}, errors.New("read vectors: the file is of another language")
	}
	return s, nil
}

// Write puts s in the place of what the file for its language in dir holds, whole or not at all. Only the program's own account may
// read it.
func Write(dir string, s Set) error {
	path, err := pathOf(dir, s.Language)
	if err != nil {
		return err
	}
	data, err := encode(s)
	if err != nil {
		return fmt.Errorf("write vectors: %w", err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("make folder of vectors: %w", err)
	}
	return cachedir.WriteFile(path, data, 0o600)
}

// Only removes what lies in dir beside the files for languages: those for others, and what an interrupted Write has left.
func Only(dir string, languages []string) error {
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("look for vectors: %w", err)
	}
	var errs []error
	for _, e := range entries {
		language, ok := strings.CutSuffix(e.Name(), suffix)
		if ok && slices.Contains(languages, language) || e.IsDir() {
			continue
		}
		if err := os.Remove(filepath.Join(dir, e.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, fmt.Errorf("remove vectors: %w", err))
		}
	}
	return errors.Join(errs...)
}

// pathOf is where the vectors of a language are.
func pathOf(dir, language string) (string, error) {
	if language == "" || strings.Trim(language, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") != "" {
		return "", fmt.Errorf("keep vectors: %q is no tag of a language", language)
	}
	return filepath.Join(dir, language+suffix), nil
}
