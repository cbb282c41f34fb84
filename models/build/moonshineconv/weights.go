package moonshineconv

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strings"

	"frontdesk.internal/models/build/onnxfile"
)

// block is how many weights of a product in bytes share one scale.
const block = 32

// middle is added to a signed byte to make it one without a sign.
const middle = 128

// weights are the arrays of a file by the names that the layers have; the first one that is wanted in vain is told.
type weights struct {
	contents
	missing error
}

func (w *weights) lacks(name string, a array) {
	if w.missing == nil {
		w.missing = fmt.Errorf("no usable %s among the weights: shape %v", name, a.shape)
	}
}

// find returns the array of that name, which must have the kind and the shape; where a dimension is negative, any will do.
func (w *weights) find(name string, kind, size int, shape ...int) (array, bool) {
	a, ok := w.arrays[name]
	count := size
	same := ok && a.kind == kind && len(a.shape) == len(shape)
	for i := range shape {
		same = same && (a.shape[i] == shape[i] || shape[i] < 0) && a.shape[i] > 0
		if same {
			count *= a.shape[i]
		}
	}
	if !same || count != len(a.data) {
		w.lacks(name, a)
		return array{}, false
	}
	return a, true
}

// raw returns the numbers of an array as they lie in the file.
func (w *weights) raw(name string, shape ...int) []byte {
	a, _ := w.find(name, onnxfile.Float32, 4, shape...)
	return a.data
}

// steps are a matrix of weights in signed bytes: a weight is its distance from zero times scale.
type steps struct {
	array
	scale float32
	zero  int
}

// stepped returns the matrix of that name.
func (w *weights) stepped(name string, shape ...int) steps {
	s := steps{scale: 1}
	var ok bool
	if s.array, ok = w.find(name+"_quantized", onnxfile.Int8, 1, shape...); !ok {
		return s
	}
	one := func(what string) float32 {
		a, ok := w.find(name+what, onnxfile.Float32, 4, 1)
		if !ok {
			return 1
		}
		return math.Float32frombits(binary.LittleEndian.Uint32(a.data))
	}
	s.scale = one("_scale")
	// The file adds a number in place of taking away a zero; it is a whole number of steps.
	zero := math.Round(float64(-one("_zero_point") / s.scale))
	if !(math.Abs(zero) <= middle) {
		w.lacks(name+"_zero_point", s.array)
		zero = 0
	}
	s.zero = int(zero)
	return s
}

// product returns the matrix, inputs × outputs, that a layer's part multiplies by.
func (w *weights) product(part string, inputs, outputs int) steps {
	name := w.second["/"+strings.ReplaceAll(part, "|", "/")+"/MatMul_output_0"]
	return w.stepped(strings.TrimSuffix(name, "_add_tensor"), inputs, outputs)
}

// number is a weight as what it stands for. It is computed by one multiplication only, so that every machine comes to the same.
func (s steps) number(i int) float32 { return float32(int(int8(s.data[i]))-s.zero) * s.scale }

// floats are the numbers of a matrix or of several side by side, as they lie in a file.
func floats(beside ...steps) (raw []byte, rows, columns int) {
	rows = beside[0].rows()
	for _, s := range beside {
		columns += len(s.data) / rows
	}
	raw = make([]byte, 0, 4*rows*columns)
	for r := range rows {
		for _, s := range beside {
			n := len(s.data) / rows
			for i := r * n; i < (r+1)*n; i++ {
				raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(s.number(i)))
			}
		}
	}
	return raw, rows, columns
}

func (s steps) rows() int {
	if len(s.shape) == 0 {
		return 1
	}
	return s.shape[0]
}

// turned is the matrix with its rows as columns.
func (s steps) turned() steps {
	rows := s.rows()
	columns := len(s.data) / rows
	t := s
	t.shape, t.data = []int{columns, rows}, make([]byte, 0, len(s.data))
	for c := range columns {
		for r := range rows {
			t.data = append(t.data, s.data[r*columns+c])
		}
	}
	return t
}

// asBytes are matrices, outputs × inputs, one below the other, in the form in which a product by bytes takes them: bytes without a
// sign, and a scale and a zero for each block.
func asBytes(below ...steps) (data, scales, zeros []byte) {
	for _, s := range below {
		for _, b := range s.data {
			data = append(data, b+middle)
		}
		blocks := len(s.data) / block
		scale := binary.LittleEndian.AppendUint32(nil, math.Float32bits(s.scale))
		scales = append(scales, slices.Repeat(scale, blocks)...)
		zeros = append(zeros, slices.Repeat([]byte{byte(s.zero + middle)}, blocks)...)
	}
	return data, scales, zeros
}
