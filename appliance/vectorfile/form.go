package vectorfile

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
)

// The form of a file, numbers little endian: the mark; version (4 octets); language and names of the models, each with its length before
// it (2); how many parts a vector has (2), and how long each is (4); how many vectors there are (4); for each, in the order of the keys,
// the key and the numbers as float32; the SHA-256 of all before.
const (
	mark = "frontdesk vectors\n"
	// version changes with the form, and whenever the same model is to give other vectors for the same text than it did before.
	version = 1

	maxName   = 500 // octets of a language or of the models' names
	maxParts  = 16
	maxDim    = 1 << 14 // numbers of all parts together
	maxHeader = len(mark) + 4 + 2*(2+maxName) + 2 + 4*maxParts + 4 + sha256.Size
)

// entryBytes is how much one vector takes, with its key.
func entryBytes(dims []int) int { return len(Key{}) + 4*total(dims) }

func total(dims []int) int {
	sum := 0
	for _, d := range dims {
		sum += d
	}
	return sum
}

// sound says what is wrong with the header of s.
func (s Set) sound() error {
	switch {
	case s.Language == "" || len(s.Language) > maxName || s.Model == "" || len(s.Model) > maxName:
		return errors.New("language and models have no names, or too long ones")
	case len(s.Dims) == 0 || len(s.Dims) > maxParts:
		return fmt.Errorf("vectors have %d parts", len(s.Dims))
	}
	for _, d := range s.Dims {
		if d <= 0 || d > maxDim {
			return fmt.Errorf("a part of the vectors has %d numbers", d)
		}
	}
	if n := total(s.Dims); n > maxDim {
		return fmt.Errorf("vectors have %d numbers", n)
	}
	return nil
}

func encode(s Set) ([]byte, error) {
	if err := s.sound(); err != nil {
		return nil, err
	}
	if len(s.Vectors) > Most(s.Dims) {
		return nil, fmt.Errorf("there are %d vectors, a file takes %d", len(s.Vectors), Most(s.Dims))
	}
	le, dim := binary.LittleEndian, total(s.Dims)
	b := make([]byte, 0, maxHeader+len(s.Vectors)*entryBytes(s.Dims))
	b = le.AppendUint32(append(b, mark...), version)
	for _, name := range []string{s.Language, s.Model} {
		b = append(le.AppendUint16(b, uint16(len(name))), name...)
	}
	b = le.AppendUint16(b, uint16(len(s.Dims)))
	for _, d := range s.Dims {
		b = le.AppendUint32(b, uint32(d))
	}
	b = le.AppendUint32(b, uint32(len(s.Vectors)))
	for _, k := range slices.SortedFunc(maps.Keys(s.Vectors), func(a, b Key) int { return bytes.Compare(a[:], b[:]) }) {
		v := s.Vectors[k]
		if len(v) != dim {
			return nil, fmt.Errorf("a vector has %d numbers, want %d", len(v), dim)
		}
		b = append(b, k[:]...)
		for _, x := range v {
			b = le.AppendUint32(b, math.Float32bits(x))
		}
	}
	sum := sha256.Sum256(b)
	return append(b, sum[:]...), nil
}

// errDamaged says that a file is not as it was written.
var errDamaged = errors.New("the file is damaged")

func decode(data []byte) (Set, error) {
	rest, ok := bytes.CutPrefix(data, []byte(mark))
	if !ok {
		return Set{}, errors.New("the file is of another kind")
	}
	if len(rest) < 4 {
		return Set{}, errDamaged
	}
	if v := binary.LittleEndian.Uint32(rest); v != version {
		return Set{}, fmt.Errorf("the file is of form %d, this program has %d", v, version)
	}
	body := len(data) - sha256.Size
	if body < len(mark)+4 || len(data) > MaxBytes {
		return Set{}, errDamaged
	}
	if sum := sha256.Sum256(data[:body]); !bytes.Equal(sum[:], data[body:]) {
		return Set{}, errDamaged
	}
	c := cursor{rest: data[len(mark)+4 : body]}
	s := Set{Language: c.name(), Model: c.name()}
	for range min(c.number(2), maxParts+1) {
		s.Dims = append(s.Dims, c.number(4))
	}
	n := c.number(4)
	if c.short {
		return Set{}, errDamaged
	}
	if err := s.sound(); err != nil {
		return Set{}, err
	}
	if n > MaxTexts || n*entryBytes(s.Dims) != len(c.rest) {
		return Set{}, errDamaged
	}
	return s, s.take(n, &c)
}

// take reads n vectors.
func (s *Set) take(n int, c *cursor) error {
	s.Vectors = make(map[Key][]float32, n)
	dim := total(s.Dims)
	all := make([]float32, n*dim)
	var last Key
	for i := range n {
		k := Key(c.next(len(last)))
		if i > 0 && bytes.Compare(k[:], last[:]) <= 0 {
			return errDamaged
		}
		last = k
		v := all[i*dim : (i+1)*dim : (i+1)*dim]
		for j := range v {
			v[j] = math.Float32frombits(binary.LittleEndian.Uint32(c.next(4)))
			if f := float64(v[j]); math.IsNaN(f) || math.IsInf(f, 0) {
				return errDamaged
			}
		}
		s.Vectors[k] = v
	}
	return nil
}

// cursor reads what lies one after the other. Where nothing is left it gives nothing, and says so in the end.
type cursor struct {
	rest  []byte
	short bool
}

func (c *cursor) next(n int) []byte {
	if n > len(c.rest) {
		c.short, c.rest = true, nil
		return make([]byte, n)
	}
	out := c.rest[:n]
	c.rest = c.rest[n:]
	return out
}

// number reads a number of 2 or 4 octets.
func (c *cursor) number(octets int) int {
	if octets == 2 {
		return int(binary.LittleEndian.Uint16(c.next(2)))
	}
	return int(binary.LittleEndian.Uint32(c.next(4)))
}

func (c *cursor) name() string { return string(c.next(min(c.number(2), maxName+1))) }
