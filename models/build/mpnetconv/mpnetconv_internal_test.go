package mpnetconv

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
)

var small = sizes{hidden: 64, layers: 2, below: 1, heads: 2, inner: 96, positions: 20}

const pieces = 7

// shapes are the arrays of a small model; the one that is to be left out, "" for none.
func shapes(leaveOut string) map[string][]int {
	h := small.hidden
	all := map[string][]int{
		"embeddings.word_embeddings.weight": {pieces, h}, "embeddings.position_embeddings.weight": {small.positions, h},
		"embeddings.LayerNorm.weight": {h}, "embeddings.LayerNorm.bias": {h},
		"encoder.relative_attention_bias.weight": {buckets, small.heads}, "pooler.dense.weight": {h, h},
	}
	for i := range small.layers {
		p := fmt.Sprintf("encoder.layer.%d.", i)
		for name, shape := range map[string][]int{
			"attention.attn.q": {h, h}, "attention.attn.k": {h, h}, "attention.attn.v": {h, h}, "attention.attn.o": {h, h},
			"intermediate.dense": {small.inner, h}, "output.dense": {h, small.inner},
		} {
			all[p+name+".weight"], all[p+name+".bias"] = shape, shape[:1]
		}
		for _, name := range []string{"attention.LayerNorm", "output.LayerNorm"} {
			all[p+name+".weight"], all[p+name+".bias"] = []int{h}, []int{h}
		}
	}
	delete(all, leaveOut)
	return all
}

// archive is a zip of a small model.
func archive(t testing.TB, leaveOut string) []byte {
	t.Helper()
	var data []byte
	table := map[string]any{"__metadata__": map[string]string{"format": "pt"}}
	for name, shape := range shapes(leaveOut) {
		from, n := len(data), 1
		for _, d := range shape {
			n *= d
		}
		for i := range n {
			data = binary.LittleEndian.AppendUint32(data, math.Float32bits(float32(i%13)-6))
		}
		table[name] = map[string]any{"dtype": "F32", "shape": shape, "data_offsets": [2]int{from, len(data)}}
	}
	head, err := json.Marshal(table)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for name, body := range map[string][]byte{
		"m/model.safetensors": append(append(binary.LittleEndian.AppendUint64(nil, uint64(len(head))), head...), data...),
		"m/tokenizer.json":    []byte("{}"),
	} {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write(body)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func convert(data []byte) ([]byte, error) { return adapted(data, nil) }

func adapted(data []byte, a adapter) ([]byte, error) {
	var out bytes.Buffer
	err := small.convert(&out, bytes.NewReader(data), int64(len(data)), a)
	return out.Bytes(), err
}

// TestModel: every weight that a node takes is written, and every node's outcome is named once.
func TestModel(t *testing.T) {
	out, err := convert(archive(t, ""))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"layer.1.output.dense.weight.scale", "relative_attention_bias.weight", "last_hidden_state", "MatMulNBits"} {
		if !bytes.Contains(out, []byte(name)) {
			t.Errorf("%s is missing", name)
		}
	}
	if bytes.Contains(out, []byte("pooler")) {
		t.Error("the pooler is in it")
	}
	again, err := convert(archive(t, "")) // the order of the arrays is another one: that of a map
	if err != nil || len(again) != len(out) {
		t.Errorf("converted again: %d bytes instead of %d, %v", len(again), len(out), err)
	}
}

// TestAdapter: up × scale × down is added, and only to the matrix that is named.
func TestAdapter(t *testing.T) {
	a := adapter{"m": {Up: []byte{1, 0xfe, 3, 0}, Scale: []float32{0.5, 2}, Down: []byte{2, 0, 0xff, 1, 1, 1}}} // 2 × 2, 2 × 3
	data := []float32{1, 1, 1, 1, 1, 1}
	if err := a.apply("other", []int{2, 3}, data); err != nil || data[0] != 1 {
		t.Error(data, err)
	}
	if err := a.apply("m", []int{2, 3}, data); err != nil {
		t.Fatal(err)
	}
	if want := []float32{-2, -3, -3.5, 4, 1, -0.5}; !slices.Equal(data, want) {
		t.Errorf("%v, want %v", data, want)
	}
	if err := a.apply("m", []int{3, 2}, data); err == nil {
		t.Error("a matrix of another shape was changed")
	}
	// All the way through: another model comes out, and one that does not fit is refused.
	h := small.hidden
	fits := adapter{"layer.1.attention.attn.q": {Up: bytes.Repeat([]byte{1}, h), Scale: []float32{0.1}, Down: bytes.Repeat([]byte{2}, h)}}
	plain, err := convert(archive(t, ""))
	if err != nil {
		t.Fatal(err)
	}
	if out, err := adapted(archive(t, ""), fits); err != nil || len(out) != len(plain) {
		t.Errorf("%d bytes instead of %d, %v", len(out), len(plain), err)
	}
	if _, err := adapted(archive(t, ""), adapter{
		"layer.1.attention.attn.q": {Up: []byte{1}, Scale: []float32{1}, Down: []byte{1}},
	}); err == nil {
		t.Error("an adapter for another model was taken")
	}
}

// TestAdapterFiles: what the program carries is for the model that is converted.
func TestAdapterFiles(t *testing.T) {
	a, err := readAdapter(adapterFiles, "adapter")
	if err != nil || len(a) == 0 {
		t.Fatal(len(a), err)
	}
	for name, c := range a {
		rows, columns := base.hidden, base.hidden
		if strings.HasSuffix(name, "intermediate.dense") {
			rows = base.inner
		} else if strings.HasSuffix(name, "output.dense") {
			columns = base.inner
		}
		if err := a.apply(name, []int{rows, columns}, make([]float32, rows*columns)); err != nil || len(c.Scale) == 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestMissing(t *testing.T) {
	for name := range shapes("") {
		if _, err := convert(archive(t, name)); (err == nil) != strings.HasPrefix(name, "pooler") {
			t.Errorf("without %s: %v", name, err)
		}
	}
}

func TestTokenizer(t *testing.T) {
	data := archive(t, "")
	var out bytes.Buffer
	if err := Tokenizer(&out, bytes.NewReader(data), int64(len(data))); err != nil || out.String() != "{}" {
		t.Errorf("got %q, %v", out.String(), err)
	}
	if err := Tokenizer(broken{}, bytes.NewReader(data), int64(len(data))); !errors.Is(err, errFull) {
		t.Errorf("full disk: %v", err)
	}
}

var errFull = errors.New("disk full")

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errFull }

// TestBucket holds the buckets against those of the model's publisher, by distance.
func TestBucket(t *testing.T) {
	for distance, want := range map[int]int{
		0: 0, 1: 17, -1: 1, 7: 23, -7: 7, 8: 24, -8: 8, -11: 8, -12: 9, 15: 25, 16: 26, -22: 10, -23: 11, -31: 11, 32: 28, -45: 12, -46: 13,
		63: 29, 64: 30, -90: 14, -91: 15, -127: 15, 128: 31, 200: 31, -255: 15,
	} {
		if got := bucket(distance); got != want {
			t.Errorf("distance %d: bucket %d, want %d", distance, got, want)
		}
	}
}

// TestQuantise: no number is further from what is stored than half a step.
func TestQuantise(t *testing.T) {
	data := []float32{0, 1, -2, 0.3, 0, 0, 0, 0, 5, -5, 4.99, 1e-3}
	steps, scales := quantise(data, 4, 128)
	for i, x := range data {
		got := (float64(steps[i]) - 128) * float64(scales[i/4])
		if math.Abs(got-float64(x)) > float64(scales[i/4])/2+1e-9 {
			t.Errorf("%v became %v", x, got)
		}
	}
}

// FuzzModel: a damaged file is an error or a model, and nothing worse.
func FuzzModel(f *testing.F) {
	whole := archive(f, "")
	f.Add(whole)
	f.Add(whole[:len(whole)/2])
	f.Add([]byte("PK"))
	f.Fuzz(func(_ *testing.T, data []byte) { _, _ = convert(data) })
}

// FuzzHeader: what a safetensors file says of itself is not trusted.
func FuzzHeader(f *testing.F) {
	f.Add(append(binary.LittleEndian.AppendUint64(nil, 2), "{}"...))
	f.Add(append(binary.LittleEndian.AppendUint64(nil, 66), `{"a":{"dtype":"F32","shape":[2,-1],"data_offsets":[0,8]}}         `...))
	f.Fuzz(func(_ *testing.T, data []byte) {
		_ = each(bytes.NewReader(data), func(array, []float32) error { return nil })
	})
}
