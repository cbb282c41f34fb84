package mpnetconv

import (
	"archive/zip"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"path"
	"slices"
)

// sizes are those of a model; below is how many of its layers a text runs through before [Ranker] compares it with others.
type sizes struct{ hidden, layers, below, heads, inner, positions int }

// base are the sizes of MPNet base.
var base = sizes{hidden: 768, layers: 12, below: 8, heads: 12, inner: 3072, positions: 514}

const (
	buckets = 32 // of distances between pieces
	epsilon = float32(1e-5)
)

// Bounds on what a file may say of itself.
const (
	maxHeader = 1 << 20   // bytes of a safetensors header
	maxArray  = 256 << 20 // bytes of one array
	maxVocab  = 1 << 17
	maxJSON   = 16 << 20 // bytes of a tokenizer
)

// member opens the file of that name in the zip, whatever its folder.
func member(in io.ReaderAt, size int64, name string) (io.ReadCloser, error) {
	z, err := zip.NewReader(in, size)
	if err != nil {
		return nil, fmt.Errorf("read weights: %w", err)
	}
	for _, f := range z.File {
		if path.Base(f.Name) == name {
			return f.Open()
		}
	}
	return nil, fmt.Errorf("read weights: there is no %s", name)
}

// array is one entry of a safetensors header.
type array struct {
	name  string
	Kind  string `json:"dtype"`
	Shape []int  `json:"shape"`
	Place [2]int `json:"data_offsets"`
}

// header reads the table of arrays, in the order in which they lie in the file.
func header(r io.Reader) ([]array, error) {
	var n uint64
	if err := binary.Read(r, binary.LittleEndian, &n); err != nil {
		return nil, err
	}
	if n > maxHeader {
		return nil, fmt.Errorf("a header of %d bytes", n)
	}
	data := make([]byte, n)
	if _, err := io.ReadFull(r, data); err != nil {
		return nil, err
	}
	var table map[string]json.RawMessage
	if err := json.Unmarshal(data, &table); err != nil {
		return nil, err
	}
	var list []array
	for name, raw := range table {
		if name == "__metadata__" {
			continue
		}
		a := array{name: name}
		if err := json.Unmarshal(raw, &a); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if a.Place[0] < 0 || a.Place[1] < a.Place[0] || a.Place[1]-a.Place[0] > maxArray {
			return nil, fmt.Errorf("%s: from %d to %d", name, a.Place[0], a.Place[1])
		}
		list = append(list, a)
	}
	slices.SortFunc(list, func(a, b array) int { return a.Place[0] - b.Place[0] })
	return list, nil
}

// each reads the arrays one after the other and hands those of float32 numbers to take.
func each(r io.Reader, take func(a array, data []float32) error) error {
	list, err := header(r)
	if err != nil {
		return err
	}
	at := 0
	for _, a := range list {
		if a.Place[0] < at {
			return fmt.Errorf("%s lies over another array", a.name)
		}
		if _, err := io.CopyN(io.Discard, r, int64(a.Place[0]-at)); err != nil {
			return fmt.Errorf("%s: %w", a.name, err)
		}
		raw := make([]byte, a.Place[1]-a.Place[0])
		if _, err := io.ReadFull(r, raw); err != nil {
			return fmt.Errorf("%s: %w", a.name, err)
		}
		at = a.Place[1]
		if a.Kind != "F32" {
			continue
		}
		count := 1
		for _, d := range a.Shape {
			if d < 0 || d > maxArray {
				return fmt.Errorf("%s: shape %v", a.name, a.Shape)
			}
			if count *= d; count > maxArray {
				return fmt.Errorf("%s: shape %v", a.name, a.Shape)
			}
		}
		if count*4 != len(raw) {
			return fmt.Errorf("%s: %d bytes, its shape is %v", a.name, len(raw), a.Shape)
		}
		data := make([]float32, count)
		for i := range data {
			data[i] = math.Float32frombits(binary.LittleEndian.Uint32(raw[4*i:]))
		}
		if err := take(a, data); err != nil {
			return fmt.Errorf("%s: %w", a.name, err)
		}
	}
	return nil
}

// Tokenizer copies the tokenizer.json out of the zip.
func Tokenizer(w io.Writer, in io.ReaderAt, size int64) error {
	r, err := member(in, size, "tokenizer.json")
	if err != nil {
		return err
	}
	defer r.Close()
	n, err := io.Copy(w, io.LimitReader(r, maxJSON+1))
	if err == nil && n > maxJSON {
		err = errors.New("it is too long")
	}
	if err != nil {
		return fmt.Errorf("copy tokenizer: %w", err)
	}
	return nil
}

// raw are float32 numbers as they lie in a file.
func raw(data []float32) []byte {
	out := make([]byte, 0, 4*len(data))
	for _, x := range data {
		out = binary.LittleEndian.AppendUint32(out, math.Float32bits(x))
	}
	return out
}

// quantise brings numbers to 8 bits, each block of n by one scale: what is stored is the number in steps of the scale, zero being added.
func quantise(data []float32, n int, zero int) (steps []byte, scales []float32) {
	steps = make([]byte, len(data))
	for b := 0; b < len(data); b += n {
		top := float32(0)
		for _, x := range data[b : b+n] {
			top = max(top, float32(math.Abs(float64(x))))
		}
		scale := top / 127
		scales = append(scales, scale)
		for i, x := range data[b : b+n] {
			q := 0.0
			if scale > 0 {
				q = math.Round(float64(x) / float64(scale))
			}
			steps[b+i] = byte(int(q) + zero)
		}
	}
	return steps, scales
}
