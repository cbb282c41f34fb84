package vectorfile

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

func sample(texts ...string) Set {
	s := Set{Language: "en", Model: "small@1+large@2", Dims: []int{2, 1}, Vectors: map[Key][]float32{}}
	for i, t := range texts {
		s.Vectors[KeyOf(t)] = []float32{float32(i) + 0.1, -float32(len(t)), math.SmallestNonzeroFloat32}
	}
	return s
}

// entries are the names of what lies in a folder.
func entries(t *testing.T, dir string) (names []string) {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range list {
		names = append(names, e.Name())
	}
	return names
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "vectors")
	if _, err := Read(dir, "en"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("before anything is written: %v", err)
	}
	for _, want := range []Set{sample("haircut", "beard trim", "Do you take cards?"), sample("haircut")} {
		if err := Write(dir, want); err != nil {
			t.Fatal(err)
		}
		if got, err := Read(dir, "en"); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("read %+v, %v, want %+v", got, err, want)
		}
	}
	for path, want := range map[string]fs.FileMode{dir: 0o700 | fs.ModeDir, filepath.Join(dir, "en.vectors"): 0o600} {
		if info, err := os.Stat(path); err != nil || info.Mode() != want {
			t.Errorf("%s: %v, %v, want %v", path, info.Mode(), err, want)
		}
	}
	data, err := os.ReadFile(filepath.Join(dir, "en.vectors"))
	if err != nil || bytes.Contains(data, []byte("haircut")) {
		t.Errorf("the file holds a text (%v)", err)
	}
	if names := entries(t, dir); len(names) != 1 {
		t.Errorf("there are %q", names)
	}
}

func TestOnlyWhatIsWantedStays(t *testing.T) {
	dir := t.TempDir()
	if err := Only(filepath.Join(dir, "none"), []string{"en"}); err != nil {
		t.Error(err)
	}
	for _, name := range []string{"en.vectors", "de.vectors", ".en.vectors.partial-1", "en.vectors.old"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := Only(dir, []string{"en", "fr"}); err != nil {
		t.Error(err)
	}
	if names := entries(t, dir); !reflect.DeepEqual(names, []string{"en.vectors"}) {
		t.Errorf("there are %q", names)
	}
}

func TestWhatCannotBeKept(t *testing.T) {
	change := func(f func(s *Set)) Set {
		s := sample("a", "b")
		f(&s)
		return s
	}
	for name, s := range map[string]Set{
		"no language":       change(func(s *Set) { s.Language = "" }),
		"a path":            change(func(s *Set) { s.Language = "../en" }),
		"no model":          change(func(s *Set) { s.Model = "" }),
		"a long name":       change(func(s *Set) { s.Model = strings.Repeat("m", maxName+1) }),
		"no parts":          change(func(s *Set) { s.Dims = nil }),
		"many parts":        change(func(s *Set) { s.Dims = make([]int, maxParts+1) }),
		"an empty part":     change(func(s *Set) { s.Dims = []int{3, 0} }),
		"long vectors":      change(func(s *Set) { s.Dims = []int{maxDim, 1} }),
		"another length":    change(func(s *Set) { s.Dims = []int{2, 2} }),
		"too many for them": change(func(s *Set) { s.Dims = []int{maxDim}; s.Vectors = some(Most(s.Dims) + 1) }),
	} {
		dir := t.TempDir()
		if err := Write(dir, s); err == nil {
			t.Errorf("%s: no error", name)
		}
		if names := entries(t, dir); len(names) != 0 {
			t.Errorf("%s: there are %q", name, names)
		}
	}
}

// some are n keys with nothing.
func some(n int) map[Key][]float32 {
	m := map[Key][]float32{}
	for i := range n {
		m[KeyOf(fmt.Sprint(i))] = nil
	}
	return m
}

func TestAFileIsBounded(t *testing.T) {
	for _, dims := range [][]int{{1}, {384}, {768, 384}, {maxDim}} {
		n := Most(dims)
		if size := maxHeader + n*entryBytes(dims); n < 1 || n > MaxTexts || size > MaxBytes {
			t.Errorf("%v: %d vectors, %d octets", dims, n, size)
		}
	}
}

// changed is the file of a sample with its octets changed by f, and sealed again.
func changed(t testing.TB, f func(b []byte) []byte) []byte {
	t.Helper()
	b, err := encode(sample("a", "b"))
	if err != nil {
		t.Fatal(err)
	}
	return sealed(f(b[:len(b)-sha256.Size]))
}

func sealed(b []byte) []byte {
	sum := sha256.Sum256(b)
	return append(bytes.Clone(b), sum[:]...)
}

func TestWhatCannotBeRead(t *testing.T) {
	whole := changed(t, bytes.Clone)
	if _, err := decode(whole); err != nil {
		t.Fatal(err)
	}
	entry := entryBytes([]int{2, 1})
	for name, data := range map[string][]byte{
		"empty":       {},
		"foreign":     []byte("RIFF....WAVEfmt "),
		"the mark":    []byte(mark),
		"no checksum": whole[:len(mark)+4],
		"cut off":     whole[:len(whole)-1],
		"longer":      append(bytes.Clone(whole), 0),
		"another form": changed(t, func(b []byte) []byte {
			binary.LittleEndian.PutUint32(b[len(mark):], version+1)
			return b
		}),
		"a long name": changed(t, func(b []byte) []byte {
			binary.LittleEndian.PutUint16(b[len(mark)+4:], math.MaxUint16)
			return b
		}),
		"one vector fewer": changed(t, func(b []byte) []byte { return b[:len(b)-entry] }),
		"keys not in order": changed(t, func(b []byte) []byte {
			first, second := b[len(b)-2*entry:len(b)-entry], b[len(b)-entry:]
			return append(append(bytes.Clone(b[:len(b)-2*entry]), second...), first...)
		}),
		"a key twice": changed(t, func(b []byte) []byte { return append(b[:len(b)-entry], b[len(b)-2*entry:len(b)-entry]...) }),
		"no number": changed(t, func(b []byte) []byte {
			binary.LittleEndian.PutUint32(b[len(b)-4:], math.Float32bits(float32(math.NaN())))
			return b
		}),
	} {
		if s, err := decode(data); err == nil {
			t.Errorf("%s: read as %+v", name, s)
		}
	}
	for i := range whole {
		bad := bytes.Clone(whole)
		bad[i] ^= 1
		if _, err := decode(bad); err == nil {
			t.Errorf("octet %d is another, and nothing is said", i)
		}
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "de.vectors"), whole, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(dir, "de"); err == nil || errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file of another language: %v", err)
	}
}

// Whatever a file holds, reading it ends in an error or in what would be written as that file.
func FuzzDecode(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte(mark))
	f.Add(changed(f, bytes.Clone))
	f.Add(changed(f, func(b []byte) []byte { return b[:len(b)-7] }))
	whole := changed(f, bytes.Clone)
	f.Add(whole[:len(whole)-sha256.Size])
	many := bytes.Clone(whole[:len(whole)-sha256.Size])
	binary.LittleEndian.PutUint32(many[len(many)-2*entryBytes([]int{2, 1})-4:], math.MaxUint32)
	f.Add(many)
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, d := range [][]byte{data, sealed(data)} {
			s, err := decode(d)
			if err != nil {
				continue
			}
			if again, err := encode(s); err != nil || !bytes.Equal(again, d) {
				t.Errorf("read as %+v, which is written otherwise (%v)", s, err)
			}
		}
	})
}
