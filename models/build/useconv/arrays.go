package useconv

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"strconv"
	"strings"
)

// Bounds on what a weight file may say of itself.
const (
	maxFile   = 64 << 20  // bytes of the file
	maxArray  = 32 << 20  // bytes of one array
	maxArrays = 128 << 20 // bytes of all
	maxDim    = 1 << 20
)

// arrays are the named arrays of a weight file of NumPy.
type arrays map[string]array

// array is one of them, its elements in the order of the rows.
type array struct {
	kind  string // as NumPy names the type of its elements
	shape []int
	data  []byte
}

// readArrays reads an .npz file.
func readArrays(r io.Reader) (arrays, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err != nil {
		return nil, fmt.Errorf("read weights: %w", err)
	}
	if len(data) > maxFile {
		return nil, fmt.Errorf("read weights: more than %d bytes", maxFile)
	}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, fmt.Errorf("read weights: %w", err)
	}
	all := make(arrays)
	total := 0
	for _, f := range z.File {
		a, err := readArray(f)
		if err != nil {
			return nil, fmt.Errorf("read weights: %s: %w", f.Name, err)
		}
		if total += len(a.data); total > maxArrays {
			return nil, fmt.Errorf("read weights: more than %d bytes unpacked", maxArrays)
		}
		all[strings.TrimSuffix(f.Name, ".npy")] = a
	}
	return all, nil
}

func readArray(f *zip.File) (array, error) {
	r, err := f.Open()
	if err != nil {
		return array{}, err
	}
	defer r.Close()
	data, err := io.ReadAll(io.LimitReader(r, maxArray+1))
	if err != nil {
		return array{}, err
	}
	if len(data) > maxArray {
		return array{}, fmt.Errorf("more than %d bytes", maxArray)
	}
	return parseArray(data)
}

// arrayHead is how NumPy describes an array: the type of its elements, whether the columns come first, and its shape.
var arrayHead = regexp.MustCompile(`^\{'descr': '([^']*)', 'fortran_order': (True|False), 'shape': \(([0-9, ]*)\), \}\s*$`)

// elementSize gives the bytes of an element of the types that are known.
var elementSize = map[string]int{"|u1": 1, "|i1": 1, "<f4": 4, "<f8": 8}

// parseArray reads an .npy file.
func parseArray(b []byte) (array, error) {
	const fixed = 10 // bytes before the description
	if len(b) < fixed || string(b[:8]) != "\x93NUMPY\x01\x00" {
		return array{}, errors.New("this is no array of the kind known")
	}
	n := int(binary.LittleEndian.Uint16(b[8:]))
	if n > len(b)-fixed {
		return array{}, io.ErrUnexpectedEOF
	}
	m := arrayHead.FindSubmatch(b[fixed : fixed+n])
	if m == nil {
		return array{}, fmt.Errorf("the description %.80q is not understood", b[fixed:fixed+n])
	}
	a := array{kind: string(m[1]), data: b[fixed+n:]}
	size := elementSize[a.kind]
	count := 1
	for dim := range strings.SplitSeq(string(m[3]), ",") {
		if dim = strings.TrimSpace(dim); dim == "" {
			continue // after the last comma
		}
		d, err := strconv.Atoi(dim)
		if err != nil || d < 1 || d > maxDim || count > maxArray/d {
			return array{}, fmt.Errorf("a dimension of %s", dim)
		}
		a.shape, count = append(a.shape, d), count*d
	}
	if size == 0 || count*size != len(a.data) {
		return array{}, fmt.Errorf("%d bytes for shape %v of %q", len(a.data), a.shape, a.kind)
	}
	if string(m[2]) == "True" && len(a.shape) > 1 {
		if len(a.shape) > 2 {
			return array{}, fmt.Errorf("columns come first in shape %v", a.shape)
		}
		a.data = transposed(a.data, size, a.shape[1], a.shape[0])
	}
	return a, nil
}

// transposed returns a matrix of elements of that size, rows × columns, with its columns as rows; nothing of what is no such matrix.
func transposed(data []byte, size, rows, columns int) []byte {
	if len(data) != size*rows*columns {
		return nil
	}
	out := make([]byte, 0, len(data))
	for c := range columns {
		for r := range rows {
			at := (r*columns + c) * size
			out = append(out, data[at:at+size]...)
		}
	}
	return out
}

// shape returns the two dimensions of a matrix.
func (all arrays) shape(name string) (rows, columns int, err error) {
	a, ok := all[name]
	if !ok || len(a.shape) != 2 {
		return 0, 0, fmt.Errorf("no usable %s among the weights", name)
	}
	return a.shape[0], a.shape[1], nil
}

// take returns the elements of an array of that type and shape.
func (all arrays) take(name, kind string, shape ...int) ([]byte, error) {
	a, ok := all[name]
	same := ok && a.kind == kind && len(a.shape) == len(shape)
	for i := range shape {
		same = same && a.shape[i] == shape[i]
	}
	if !same {
		return nil, fmt.Errorf("no usable %s among the weights", name)
	}
	return a.data, nil
}

// number returns an array's only number, at the precision of the others.
func (all arrays) number(name string) (float32, error) {
	b, err := all.take(name, "<f8")
	if err != nil {
		return 0, err
	}
	return float32(math.Float64frombits(binary.LittleEndian.Uint64(b))), nil
}
