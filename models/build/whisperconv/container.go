package whisperconv

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Limits of a container that is taken seriously; the largest Whisper model stays far below them.
const (
	containerVersion = 6
	maxVariables     = 16384
	maxRank          = 8
)

// Types of elements in the container.
const (
	typeFloat32 = 0
	typeFloat16 = 4
)

// variable is one tensor of the container; its data stay in the file.
type variable struct {
	dims   []int
	kind   uint8
	offset int64
	bytes  int64
}

// elements returns the number of elements of v.
func (v variable) elements() int64 {
	n := int64(1)
	for _, d := range v.dims {
		n *= int64(d)
	}
	return n
}

// container is the directory of a CTranslate2 model file.
type container struct {
	data io.ReaderAt
	vars map[string]variable
}

// openContainer reads the directory of the model of size bytes in r.
func openContainer(r io.ReaderAt, size int64) (*container, error) {
	s := &scanner{src: r, size: size}
	if v := s.u32(); s.err == nil && v != containerVersion {
		return nil, fmt.Errorf("read container: version %d, only %d is known", v, containerVersion)
	}
	spec := s.text()
	_ = s.u32() // Revision of the spec.
	if s.err == nil && !strings.HasPrefix(spec, "Whisper") {
		return nil, fmt.Errorf("read container: it holds a %.40q, not a Whisper model", spec)
	}
	count := s.u32()
	if s.err == nil && count > maxVariables {
		return nil, fmt.Errorf("read container: %d variables, more than %d", count, maxVariables)
	}
	c := &container{data: r, vars: make(map[string]variable)}
	for i := uint32(0); i < count && s.err == nil; i++ {
		name, v := s.variable()
		c.vars[name] = v
	}
	s.aliases(c.vars)
	if s.err != nil {
		return nil, fmt.Errorf("read container: %w", s.err)
	}
	return c, nil
}

// scanner walks the container from its beginning. The first error sticks.
type scanner struct {
	src  io.ReaderAt
	size int64
	at   int64
	err  error
	buf  *bufio.Reader
}

func (s *scanner) bytes(n int) []byte {
	if s.err != nil {
		return make([]byte, n)
	}
	if s.buf == nil {
		s.buf = bufio.NewReaderSize(io.NewSectionReader(s.src, s.at, s.size-s.at), 4096)
	}
	b := make([]byte, n)
	if _, err := io.ReadFull(s.buf, b); err != nil {
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		s.err = fmt.Errorf("at byte %d: %w", s.at, err)
	}
	s.at += int64(n)
	return b
}

func (s *scanner) u8() uint8   { return s.bytes(1)[0] }
func (s *scanner) u16() uint16 { return binary.LittleEndian.Uint16(s.bytes(2)) }
func (s *scanner) u32() uint32 { return binary.LittleEndian.Uint32(s.bytes(4)) }

// text reads a string: its length with the closing NUL, then its bytes.
func (s *scanner) text() string {
	return strings.TrimSuffix(string(s.bytes(int(s.u16()))), "\x00")
}

// skip passes over n bytes of tensor data.
func (s *scanner) skip(n int64) {
	if s.err != nil {
		return
	}
	if n > s.size-s.at {
		s.err = fmt.Errorf("at byte %d: %w", s.at, io.ErrUnexpectedEOF)
		return
	}
	s.at += n
	s.buf = nil
}

func (s *scanner) variable() (string, variable) {
	name := s.text()
	rank := int(s.u8())
	if s.err == nil && rank > maxRank {
		s.err = fmt.Errorf("variable %.60q has rank %d", name, rank)
	}
	if s.err != nil {
		return "", variable{}
	}
	v := variable{dims: make([]int, rank)}
	for i := range v.dims {
		v.dims[i] = int(s.u32())
	}
	v.kind = s.u8()
	v.bytes = int64(s.u32())
	v.offset = s.at
	s.skip(v.bytes)
	if s.err == nil {
		s.err = v.check(name)
	}
	return name, v
}

// check reports whether the shape of v accounts for its bytes.
func (v variable) check(name string) error {
	n := int64(1)
	for _, d := range v.dims {
		if d > 0 && n > v.bytes/int64(d)+1 {
			return fmt.Errorf("variable %.60q: shape %v does not fit in %d bytes", name, v.dims, v.bytes)
		}
		n *= int64(d)
	}
	want := map[uint8]int64{typeFloat32: 4 * n, typeFloat16: 2 * n}
	if w, ok := want[v.kind]; ok && w != v.bytes {
		return fmt.Errorf("variable %.60q: shape %v does not fit in %d bytes", name, v.dims, v.bytes)
	}
	return nil
}

// aliases reads the names that stand for other variables.
func (s *scanner) aliases(vars map[string]variable) {
	if s.err != nil || s.at == s.size {
		return // An old container ends here.
	}
	n := s.u32()
	if s.err == nil && n > maxVariables {
		s.err = fmt.Errorf("%d aliases, more than %d", n, maxVariables)
	}
	for i := uint32(0); i < n && s.err == nil; i++ {
		alias, target := s.text(), s.text()
		if v, ok := vars[target]; ok {
			vars[alias] = v
		}
	}
}
