// Package notice holds the notices of the works of others in the programs: who made them, under which licence, and the text
// of that licence.
//
// Collect gathers them while the programs are built and refuses what must not be linked in; Encode writes them to the file
// that is embedded, Decode reads it again in the program. The package fetches nothing: texts come from Go's module cache and
// from folders that were fetched before. It starts no goroutines.
package notice

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// File is the name of the encoded file.
const File = "third-party.json.gz"

// Ways in which a work is used.
const (
	// Linked means that it is part of the program.
	Linked = "linked in"
	// Weights means that an engine loads it as data.
	Weights = "weights"
)

// Work is a work of others.
type Work struct {
	// Name says which work; for Go modules it is the module's path.
	Name string `json:"name"`
	// Version is its version, "" if it has none.
	Version string `json:"version,omitempty"`
	// Licence is an SPDX expression.
	Licence string `json:"licence"`
	// How says how it is used: Linked, Weights, opened at run time or run as a program.
	How string `json:"how"`
	// Home is where its publisher offers it, "" if its name says so.
	Home string `json:"home,omitempty"`
	// Texts are its licences and notices, word for word.
	Texts []Text `json:"texts,omitempty"`
}

// Text is one licence or notice.
type Text struct {
	// Name is that of the file it was in.
	Name string `json:"name"`
	// Text is what it says.
	Text string `json:"text"`
}

// Encode returns works in the form that is embedded: the same bytes for the same works, in any order.
func Encode(works []Work) ([]byte, error) {
	works = slices.Clone(works)
	slices.SortStableFunc(works, func(a, b Work) int {
		return strings.Compare(a.How+"\x00"+a.Name, b.How+"\x00"+b.Name)
	})
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	if err := errors.Join(json.NewEncoder(z).Encode(works), z.Close()); err != nil {
		return nil, fmt.Errorf("encode licences: %w", err)
	}
	return out.Bytes(), nil
}

// maxDecoded bounds what Decode unpacks, in bytes.
const maxDecoded = 64 << 20

// Decode returns the works that Encode has written.
func Decode(data []byte) ([]Work, error) {
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("decode licences: %w", err)
	}
	var works []Work
	if err := json.NewDecoder(io.LimitReader(z, maxDecoded)).Decode(&works); err != nil {
		return nil, fmt.Errorf("decode licences: %w", err)
	}
	return works, nil
}
