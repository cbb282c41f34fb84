package useconv_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"

	"frontdesk.internal/models/build/useconv"
	"frontdesk.internal/models/embed/tokenizer"
)

// Sizes of the small weight file.
const (
	chunks, rows, dim, narrow, sum, inner, out = 3, 4, 6, 2, 5, 3, 4
)

// weights is a small weight file: each array counts up from its own place in the file. change may do anything to an array, nil is as it
// should be; one that it makes nothing of is left out.
func weights(t testing.TB, change func(name string, array []byte) []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	place := 0
	add := func(name, kind string, shape ...int) {
		data := npy(kind, place, shape...)
		place++
		if change != nil {
			if data = change(name, data); len(data) == 0 {
				return
			}
		}
		w, err := z.Create(name + ".npy")
		if err == nil {
			_, err = w.Write(data)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for i := range chunks {
		add(fmt.Sprintf("q%d", i+1), "|u1", rows, dim)
	}
	add("lo", "<f4", chunks)
	add("scale", "<f4", chunks)
	for _, n := range []int{2, 3, 5} {
		add(fmt.Sprintf("proj%d", n), "<f4", dim, narrow)
		for _, name := range []string{"proj_b%d", "ln_g%d", "ln_b%d", "b1_%d", "b2_%d"} {
			add(fmt.Sprintf(name, n), "<f4", narrow)
		}
		for _, name := range []string{"w1_%d", "w2_%d"} {
			add(fmt.Sprintf(name, n), "<f4", n*narrow, narrow)
		}
	}
	const features = dim + 3*narrow
	add("ln_g", "<f4", features)
	add("ln_b", "<f4", features)
	add("cnn_W", "<f4", features, sum)
	add("cnn_b", "<f4", sum)
	add("d0", "<f4", sum, inner)
	add("d1", "<f4", inner, inner)
	add("p1", "<f4", sum, inner)
	add("d2", "<f4", inner, out)
	add("p3", "<f4", inner, out)
	add("d3", "<f4", out, out)
	add("eps", "<f8")
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// npy is an array whose elements are from, from+1 and so on in the order of the rows; matrices of more than bytes are kept with their
// columns first.
func npy(kind string, from int, shape ...int) []byte {
	columns := kind == "<f4" && len(shape) == 2
	dims, count := "", 1
	for _, d := range shape {
		dims += fmt.Sprintf("%d,", d)
		count *= d
	}
	order := "False"
	if columns {
		order = "True"
	}
	head := fmt.Sprintf("{'descr': '%s', 'fortran_order': %s, 'shape': (%s), }   \n", kind, order, dims)
	b := append([]byte("\x93NUMPY\x01\x00"), byte(len(head)), 0)
	b = append(b, head...)
	for i := range count {
		v := from + i
		if columns {
			v = from + i%shape[0]*shape[1] + i/shape[0]
		}
		switch kind {
		case "|u1":
			b = append(b, byte(v))
		case "<f4":
			b = binary.LittleEndian.AppendUint32(b, math.Float32bits(float32(v)))
		case "<f8":
			b = binary.LittleEndian.AppendUint64(b, math.Float64bits(1e-12))
		}
	}
	return b
}

// field is one field of a message.
type field struct {
	bytes  []byte
	number uint64
}

// fields reads a message.
func fields(t *testing.T, b []byte) map[protowire.Number][]field {
	t.Helper()
	out := make(map[protowire.Number][]field)
	for len(b) > 0 {
		num, kind, n := protowire.ConsumeTag(b)
		if n < 0 {
			t.Fatal(protowire.ParseError(n))
		}
		b = b[n:]
		var f field
		switch kind {
		case protowire.VarintType:
			f.number, n = protowire.ConsumeVarint(b)
		case protowire.BytesType:
			f.bytes, n = protowire.ConsumeBytes(b)
		default:
			n = protowire.ConsumeFieldValue(num, kind, b)
		}
		if n < 0 {
			t.Fatal(protowire.ParseError(n))
		}
		b = b[n:]
		out[num] = append(out[num], f)
	}
	return out
}

// read checks that the graph has no loose ends and that its weights have the sizes that their shapes say, and returns the weights.
func read(t *testing.T, file []byte) map[string][]byte {
	t.Helper()
	graph := fields(t, fields(t, file)[7][0].bytes)
	known := make(map[string]bool)
	for _, in := range graph[11] {
		known[string(fields(t, in.bytes)[1][0].bytes)] = true
	}
	if !known["input_ids"] || !known["attention_mask"] || len(known) != 2 {
		t.Errorf("inputs %v", known)
	}
	raw := make(map[string][]byte)
	for _, w := range graph[5] {
		m := fields(t, w.bytes)
		name := string(m[8][0].bytes)
		if known[name] {
			t.Errorf("weight %s is there twice", name)
		}
		known[name], raw[name] = true, m[9][0].bytes
		size := map[uint64]int{1: 4, 2: 1, 7: 8}[m[2][0].number]
		for _, d := range m[1] {
			size *= int(d.number)
		}
		if size == 0 || size != len(m[9][0].bytes) {
			t.Errorf("weight %s of type %d has %d bytes, its shape says %d", name, m[2][0].number, len(m[9][0].bytes), size)
		}
	}
	used := make(map[string]bool)
	for _, n := range graph[1] {
		m := fields(t, n.bytes)
		for _, in := range m[1] {
			if used[string(in.bytes)] = true; !known[string(in.bytes)] {
				t.Errorf("%s takes %q, which nothing gives before", m[3][0].bytes, in.bytes)
			}
		}
		for _, o := range m[2] {
			if known[string(o.bytes)] {
				t.Errorf("%q is given twice", o.bytes)
			}
			known[string(o.bytes)] = true
		}
	}
	for name := range known {
		if !used[name] && name != "sentence_embedding" {
			t.Errorf("%s is used by nothing", name)
		}
	}
	if output := string(fields(t, graph[12][0].bytes)[1][0].bytes); output != "sentence_embedding" || !known[output] {
		t.Errorf("output %q", output)
	}
	return raw
}

func floats(b []byte) []float32 {
	var out []float32
	for ; len(b) >= 4; b = b[4:] {
		out = append(out, math.Float32frombits(binary.LittleEndian.Uint32(b)))
	}
	return out
}

func TestModel(t *testing.T) {
	file, again := &bytes.Buffer{}, &bytes.Buffer{}
	for _, w := range []*bytes.Buffer{file, again} {
		if err := useconv.Model(w, bytes.NewReader(weights(t, nil))); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(file.Bytes(), again.Bytes()) {
		t.Error("the second file differs from the first")
	}
	raw := read(t, file.Bytes())
	// Piece 5 is row 1 of the third part, whose elements count from 2.
	if got, want := raw["table"][5*dim:6*dim], []byte{8, 9, 10, 11, 12, 13}; !bytes.Equal(got, want) {
		t.Errorf("piece 5: got %v, want %v", got, want)
	}
	// What the branches see: a row for each number of a piece, the columns of proj2, proj3 and proj5, which stand at 5, 13 and 21.
	if got, want := floats(raw["branches.w"])[:6], []float32{5, 6, 13, 14, 21, 22}; !slices.Equal(got, want) {
		t.Errorf("first row of the branches: got %v, want %v", got, want)
	}
	// The first convolution of two neighbours stands at 11: numbers 11 and 12 of its two outputs, then those of the second input.
	if got, want := floats(raw["window2.1.w"]), []float32{11, 15, 13, 17, 12, 16, 14, 18}; !slices.Equal(got, want) {
		t.Errorf("kernel: got %v, want %v", got, want)
	}
	if got := floats(raw["cnn_W"])[:3]; !slices.Equal(got, []float32{31, 32, 33}) {
		t.Errorf("a matrix whose columns came first: got %v", got)
	}
}

// sentencePiece is a model file with these pieces after the special ones, and a normaliser.
func sentencePiece(normalizer []byte, pieces ...string) []byte {
	var b []byte
	add := func(text string, score float32, kind uint64) {
		p := protowire.AppendString(protowire.AppendTag(nil, 1, protowire.BytesType), text)
		p = protowire.AppendFixed32(protowire.AppendTag(p, 2, protowire.Fixed32Type), math.Float32bits(score))
		if kind != 1 {
			p = protowire.AppendVarint(protowire.AppendTag(p, 3, protowire.VarintType), kind)
		}
		b = protowire.AppendBytes(protowire.AppendTag(b, 1, protowire.BytesType), p)
	}
	add("<unk>", 0, 2)
	add("<s>", 0, 3)
	add("</s>", 0, 3)
	for i, p := range pieces {
		add(p, -float32(i)-1.5, 1)
	}
	b = protowire.AppendBytes(protowire.AppendTag(b, 2, protowire.BytesType), []byte{0x18, 1}) // how it was trained does not matter
	return protowire.AppendBytes(protowire.AppendTag(b, 3, protowire.BytesType), normalizer)
}

// normalizer has a table of characters that knows none.
func normalizer(more ...byte) []byte {
	table := append([]byte{0, 4, 0, 0}, make([]byte, 1024)...) // the size of the trie, and an empty one
	b := protowire.AppendString(protowire.AppendTag(nil, 1, protowire.BytesType), "nmt_nfkc")
	b = protowire.AppendBytes(protowire.AppendTag(b, 2, protowire.BytesType), table)
	return append(append(b, 0x18, 1, 0x20, 1), more...)
}

func TestTokenizer(t *testing.T) {
	var out bytes.Buffer
	if err := useconv.Tokenizer(&out, bytes.NewReader(sentencePiece(normalizer(), "▁", "▁a", "b", "\"\\<"))); err != nil {
		t.Fatal(err)
	}
	tok, err := tokenizer.Read(&out)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := tok.Encode("ab \"\\<  zz <s>", 20), []int64{1, 4, 5, 3, 6, 3, 0, 3, 0, 2}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestDamaged(t *testing.T) {
	model := func(b []byte) error { return useconv.Model(&bytes.Buffer{}, bytes.NewReader(b)) }
	whole := weights(t, nil)
	for n := 0; n < len(whole); n += 97 {
		if model(whole[:n]) == nil {
			t.Errorf("weights cut at %d of %d: no error", n, len(whole))
		}
	}
	for _, name := range []string{"q1", "q2", "q3", "lo", "proj5", "proj_b2", "ln_g3", "w2_3", "b1_5", "ln_b", "cnn_W", "d0", "d3", "eps"} {
		for what, change := range map[string]func(array []byte) []byte{
			"left out":      func([]byte) []byte { return nil },
			"another type":  func(b []byte) []byte { return bytes.Replace(b, []byte("'descr': '"), []byte("'descr': '>"), 1) },
			"another shape": func(b []byte) []byte { return append(bytes.Replace(b, []byte("("), []byte("(1,"), 1), 0, 0) },
			"cut off":       func(b []byte) []byte { return b[:len(b)-1] },
		} {
			damaged := weights(t, func(n string, b []byte) []byte {
				if n == name {
					return change(b)
				}
				return b
			})
			if err := model(damaged); err == nil || what != "left out" && !strings.Contains(err.Error(), name) {
				t.Errorf("%s %s: got %v", name, what, err)
			}
		}
	}
	if err := useconv.Model(broken{}, bytes.NewReader(whole)); !errors.Is(err, errFull) {
		t.Errorf("full disk: %v", err)
	}
}

func TestDamagedTokenizer(t *testing.T) {
	convert := func(b []byte) error { return useconv.Tokenizer(&bytes.Buffer{}, bytes.NewReader(b)) }
	whole := sentencePiece(normalizer(), "▁", "a")
	for n := range whole {
		if convert(whole[:n]) == nil {
			t.Errorf("cut at %d of %d: no error", n, len(whole))
		}
	}
	for name, b := range map[string][]byte{
		"no special pieces":  bytes.Replace(whole, []byte("</s>"), []byte("</t>"), 1),
		"no table":           sentencePiece([]byte{0x18, 1}, "▁", "a"),
		"no mark":            sentencePiece(normalizer(0x18, 0), "▁", "a"),
		"spaces are kept":    sentencePiece(normalizer(0x20, 0), "▁", "a"),
		"spaces are spaces":  sentencePiece(normalizer(0x28, 0), "▁", "a"),
		"a score that is no": bytes.Replace(whole, binary.LittleEndian.AppendUint32(nil, math.Float32bits(-1.5)), []byte{0, 0, 0xc0, 0x7f}, 1),
	} {
		if convert(b) == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if err := useconv.Tokenizer(broken{}, bytes.NewReader(whole)); !errors.Is(err, errFull) {
		t.Errorf("full disk: %v", err)
	}
}

var errFull = errors.New("disk full")

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errFull }

// FuzzModel: a damaged file is an error or a model, and nothing worse.
func FuzzModel(f *testing.F) {
	f.Add(weights(f, nil))
	f.Add(npy("<f4", 0, 2, 3))
	f.Fuzz(func(t *testing.T, data []byte) {
		var out bytes.Buffer
		if err := useconv.Model(&out, bytes.NewReader(data)); err == nil {
			fields(t, out.Bytes())
		}
	})
}

// FuzzTokenizer: the same for the tokenizer.
func FuzzTokenizer(f *testing.F) {
	f.Add(sentencePiece(normalizer(), "▁", "a"))
	f.Add([]byte{0x0a, 0x02, 0x18, 0x02})
	f.Fuzz(func(t *testing.T, data []byte) {
		var out bytes.Buffer
		if err := useconv.Tokenizer(&out, bytes.NewReader(data)); err == nil && out.Len() == 0 {
			t.Error("neither an error nor a tokenizer")
		}
	})
}
