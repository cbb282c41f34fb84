package moonshineconv

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"testing"

	"frontdesk.internal/models/build/onnxfile"
)

// Values of the fields of a table that write knows.
type (
	table map[int]any
	list  []any
	text  string
	raw   []byte
	longs []int
)

// file writes an .ort file. References lead forwards: what a table refers to comes behind it.
func file(session table) []byte {
	b := binary.LittleEndian.AppendUint32(nil, 8)
	b = append(b, ident...)
	at := &b
	place := write(at, session)
	binary.LittleEndian.PutUint32(b, uint32(place))
	return b
}

// write appends a value and returns its place.
func write(b *[]byte, v any) int {
	number := func(n int) { *b = binary.LittleEndian.AppendUint32(*b, uint32(n)) }
	switch v := v.(type) {
	case text:
		at := len(*b)
		number(len(v))
		*b = append(*b, v...)
		return at
	case raw:
		at := len(*b)
		number(len(v))
		*b = append(*b, v...)
		return at
	case longs:
		at := len(*b)
		number(len(v))
		for _, n := range v {
			*b = binary.LittleEndian.AppendUint64(*b, uint64(n))
		}
		return at
	case list:
		at := len(*b)
		number(len(v))
		*b = append(*b, make([]byte, 4*len(v))...)
		for i, e := range v {
			hole := at + 4 + 4*i
			to := write(b, e)
			binary.LittleEndian.PutUint32((*b)[hole:], uint32(to-hole))
		}
		return at
	}
	t := v.(table)
	most := 0
	for id := range t {
		most = max(most, id+1)
	}
	fields := len(*b)
	*b = binary.LittleEndian.AppendUint16(*b, uint16(4+2*most))
	*b = binary.LittleEndian.AppendUint16(*b, 0) // the size of the table, which nobody reads
	*b = append(*b, make([]byte, 2*most)...)
	at := len(*b)
	number(at - fields)
	ids := []int{}
	for id := range t {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	holes := map[int]int{}
	for _, id := range ids {
		binary.LittleEndian.PutUint16((*b)[fields+4+2*id:], uint16(len(*b)-at))
		holes[id] = len(*b)
		n, _ := t[id].(int)
		number(n)
	}
	for _, id := range ids {
		if _, plain := t[id].(int); plain {
			continue
		}
		to := write(b, t[id])
		binary.LittleEndian.PutUint32((*b)[holes[id]:], uint32(to-holes[id]))
	}
	return at
}

// small are the sizes of the model of the tests.
var small = sizes{layers: 1, heads: 2, head: 16, inner: 64, turning: 8, words: 40}

// model collects the arrays and nodes of a file.
type model struct{ arrays, nodes, within list }

func (m *model) array(name string, kind int, data []byte, shape ...int) {
	m.arrays = append(m.arrays, table{arrayName: text(name), arrayKind: kind, arrayDims: longs(shape), arrayData: raw(data)})
}

// numbers are n float32 numbers that count up from a quarter.
func numbers(n int) []byte {
	var b []byte
	for i := range n {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(float32(i)/4+0.25))
	}
	return b
}

func (m *model) floats(name string, shape ...int) {
	n := 1
	for _, d := range shape {
		n *= d
	}
	m.array(name, onnxfile.Float32, numbers(n), shape...)
}

// steps adds a matrix in bytes whose zero is at 3.
func (m *model) steps(name string, shape ...int) {
	n := 1
	for _, d := range shape {
		n *= d
	}
	data := make([]byte, n)
	for i := range data {
		data[i] = byte(i*7 + len(name))
	}
	one := func(f float32) []byte { return binary.LittleEndian.AppendUint32(nil, math.Float32bits(f)) }
	m.array(name+"_quantized", onnxfile.Int8, data, shape...)
	m.array(name+"_scale", onnxfile.Float32, one(0.01), 1)
	m.array(name+"_zero_point", onnxfile.Float32, one(-0.03), 1)
}

func (m *model) node(to *list, out string, in ...string) {
	var names list
	for _, n := range in {
		names = append(names, text(n))
	}
	*to = append(*to, table{nodeInputs: names, nodeOutputs: list{text(out)}})
}

// product adds a matrix and the node that multiplies by it, which may be in a branch.
func (m *model) product(to *list, part string, shape ...int) {
	name := "onnx::MatMul_" + fmt.Sprint(len(m.arrays))
	m.steps(name, shape...)
	m.node(to, part+"/MatMul_output_0", "x", name+"_add_tensor")
}

func (m *model) file() []byte {
	if m.within != nil {
		branch := table{settingsGraph: table{graphNodes: m.within}}
		m.nodes = append(m.nodes, table{
			nodeInputs: list{text("use_cache_branch")}, nodeOutputs: list{text("logits")}, nodeSettings: list{branch},
		})
	}
	return file(table{sessionModel: table{modelGraph: table{graphArrays: m.arrays, graphNodes: m.nodes}}})
}

// encoderFile is a small encoder_model.ort, without the array of that name.
func encoderFile(without string) []byte {
	m := &model{}
	h, in := small.hidden(), small.inner
	m.steps("conv1.weight", h, 1, 127)
	m.steps("conv2.weight", 2*h, h, 7)
	m.steps("conv3.weight", h, 2*h, 3)
	m.floats("conv2.bias", 2*h)
	m.floats("conv3.bias", h)
	m.floats("onnx::Mul_1", h, 1)
	m.floats("onnx::Add_2", h, 1)
	m.node(&m.nodes, "/groupnorm/Mul_output_0", "y", "onnx::Mul_1")
	m.node(&m.nodes, "/groupnorm/Add_output_0", "y", "onnx::Add_2")
	m.floats("/rotary_emb/Cast_1_output_0", 1, small.turning/2, 1)
	m.floats("layer_norm.weight", h)
	m.floats("layers.0.input_layernorm.weight", h)
	m.floats("layers.0.post_attention_layernorm.weight", h)
	m.floats("layers.0.mlp.fc1.bias", in)
	m.floats("layers.0.mlp.fc2.bias", h)
	for _, p := range []string{"q_proj", "k_proj", "v_proj", "dense"} {
		m.product(&m.nodes, "/layers.0/self_attn/"+p, h, h)
	}
	m.product(&m.nodes, "/layers.0/mlp/fc1", h, in)
	m.product(&m.nodes, "/layers.0/mlp/fc2", in, h)
	m.drop(without)
	return m.file()
}

// decoderFile is a small decoder_model_merged.ort.
func decoderFile(without string) []byte {
	m := &model{within: list{}}
	h, in := small.hidden(), small.inner
	m.steps("model.decoder.embed_tokens.weight_merged_0", small.words, h)
	m.floats("/model/decoder/rotary_emb/Cast_1_output_0", 1, small.turning/2, 1)
	m.floats("model.decoder.norm.weight_merged_0", h)
	p := "model.decoder.layers.0."
	for _, n := range []string{"input_layernorm", "post_attention_layernorm", "final_layernorm"} {
		m.floats(p+n+".weight_merged_0", h)
	}
	m.floats(p+"mlp.up_proj.bias_merged_0", 2*in)
	m.floats(p+"mlp.down_proj.bias_merged_0", h)
	for _, of := range []string{"self_attn", "encoder_attn"} {
		for _, n := range []string{"q_proj", "k_proj", "v_proj", "dense"} {
			m.product(&m.within, "/model/decoder/layers.0/"+of+"/"+n, h, h)
		}
	}
	m.product(&m.within, "/model/decoder/layers.0/mlp/up_proj", h, 2*in)
	m.product(&m.within, "/model/decoder/layers.0/mlp/down_proj", in, h)
	m.drop(without)
	return m.file()
}

// drop leaves out an array.
func (m *model) drop(name string) {
	m.arrays = slices.DeleteFunc(m.arrays, func(a any) bool { return a.(table)[arrayName] == text(name) })
}

// conversions are all, with the file that each reads.
var conversions = []struct {
	name  string
	file  func(without string) []byte
	build func(*builder)
}{
	{"encoder", encoderFile, (*builder).encoder},
	{"memory", decoderFile, (*builder).memory},
	{"decoder", decoderFile, (*builder).decoder},
}

func TestConvert(t *testing.T) {
	for _, c := range conversions {
		var out, again bytes.Buffer
		if err := small.convert(&out, bytes.NewReader(c.file("")), c.build); err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if err := small.convert(&again, bytes.NewReader(c.file("")), c.build); err != nil || !bytes.Equal(out.Bytes(), again.Bytes()) {
			t.Errorf("%s: the outcome is another one each time (%v)", c.name, err)
		}
		for _, want := range map[string][]string{
			"encoder": {"input_values", "hidden", "Conv", "InstanceNormalization", "layers.0.done"},
			"memory":  {"hidden", "cross.0.key", "cross.0.value"},
			"decoder": {"input_ids", "position", "logits", "past.0.key", "present.0.value", "cross.0.value", "MatMulNBits", "RotaryEmbedding"},
		}[c.name] {
			if !bytes.Contains(out.Bytes(), []byte(want)) {
				t.Errorf("%s: nothing of %s in the outcome", c.name, want)
			}
		}
	}
}

// TestWhatIsMissing: whatever weight is not there is named.
func TestWhatIsMissing(t *testing.T) {
	for _, c := range conversions {
		full, err := read(bytes.NewReader(c.file("")))
		if err != nil {
			t.Fatal(err)
		}
		named := 0
		for name := range full.arrays {
			err := small.convert(io.Discard, bytes.NewReader(c.file(name)), c.build)
			if err == nil {
				continue // for another part of the file's work
			}
			named++
			if !strings.Contains(err.Error(), name) {
				t.Errorf("%s without %s: %v", c.name, name, err)
			}
		}
		if want := map[string]int{"encoder": 37, "memory": 6, "decoder": 34}[c.name]; named != want {
			t.Errorf("%s: %d of the arrays are needed, want %d", c.name, named, want)
		}
	}
}

// TestBroken: a file that ends early, or in which anything is changed, is an error or converts; it never does more.
func TestBroken(t *testing.T) {
	for _, c := range conversions {
		whole := c.file("")
		for n := 0; n < len(whole); n += 997 {
			if err := small.convert(io.Discard, bytes.NewReader(whole[:n]), c.build); err == nil {
				t.Errorf("%s: %d of %d bytes were enough", c.name, n, len(whole))
			}
		}
	}
	if _, err := read(strings.NewReader("something else altogether")); !errors.Is(err, errBroken) {
		t.Errorf("another file: %v", err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(encoderFile("")[:4096])
	m := &model{within: list{}}
	m.product(&m.within, "/model/decoder/layers.0/self_attn/q_proj", 2, 2)
	f.Add(m.file())
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := read(bytes.NewReader(data))
		if err == nil && len(c.arrays)+len(c.second) > maxParts {
			t.Errorf("%d parts", len(c.arrays)+len(c.second))
		}
	})
}

// TestWeights: what a byte stands for, and the orders in which products take them.
func TestWeights(t *testing.T) {
	a := steps{array: array{shape: []int{2, 3}, data: []byte{0, 1, 2, 0xff, 4, 5}}, scale: 0.5, zero: 1}
	b := steps{array: array{shape: []int{2, 1}, data: []byte{10, 0x80}}, scale: 2, zero: -1}
	got, rows, columns := floats(a, b)
	var numbers []float32
	for i := 0; i < len(got); i += 4 {
		numbers = append(numbers, math.Float32frombits(binary.LittleEndian.Uint32(got[i:])))
	}
	if want := []float32{-0.5, 0, 0.5, 22, -1, 1.5, 2, -254}; rows != 2 || columns != 4 || !slices.Equal(numbers, want) {
		t.Errorf("side by side: %d × %d, %v, want %v", rows, columns, numbers, want)
	}
	if r := a.turned(); !slices.Equal(r.data, []byte{0, 0xff, 1, 4, 2, 5}) || !slices.Equal(r.shape, []int{3, 2}) {
		t.Errorf("turned: %v %v", r.data, r.shape)
	}
	long := steps{array: array{shape: []int{1, 2 * block}, data: make([]byte, 2*block)}, scale: 0.5, zero: 3}
	long.data[0] = 0x80 // the least of all
	data, scales, zeros := asBytes(long, long)
	if len(data) != 4*block || data[0] != 0 || data[1] != middle || len(scales) != 16 || !slices.Equal(zeros, []byte{131, 131, 131, 131}) {
		t.Errorf("bytes: %v, scales %v, zeros %v", data[:2], scales, zeros)
	}
}
