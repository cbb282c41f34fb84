package e5conv_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"

	"frontdesk.internal/models/build/e5conv"
	"frontdesk.internal/models/embed/tokenizer"
)

// Sizes of the small weight file.
const (
	hidden, layers, heads, inner, places = 32, 2, 4, 64, 8
)

var pieces = []string{"<s>", "<pad>", "</s>", "<unk>", "▁", "▁a", "b", "\"\\<"}

// weights is a small weight file; the array that is to be left out, "" for none.
func weights(leaveOut string) []byte {
	le := binary.LittleEndian
	b := append([]byte("E5S1"), 1, 0, 0, 0)
	u32 := func(list ...uint32) {
		for _, v := range list {
			b = le.AppendUint32(b, v)
		}
	}
	u32(hidden, layers, heads, inner, uint32(len(pieces)+1), places, 2, math.Float32bits(1e-12), 32)
	u32(uint32(len(pieces)), 0, 2, 1, 3)
	blob := strings.Join(pieces, "")
	b = le.AppendUint64(b, uint64(len(blob)))
	u32(0)
	for i := range pieces {
		u32(uint32(len(strings.Join(pieces[:i+1], ""))))
	}
	for i := range pieces {
		u32(math.Float32bits(-float32(i)))
	}
	b = append(b, blob...)
	u32(2, 5+9)
	b = append(le.AppendUint32(b, 0xad), 0)                              // the soft hyphen is nothing
	b = le.AppendUint32(append(le.AppendUint32(b, 'ﬁ'), 1), uint32('b')) // no real one

	type array struct {
		name   string
		blocks bool
		n      int
	}
	all := []array{
		{"emb.word", true, (len(pieces) + 1) * hidden}, {"emb.pos", false, places * hidden}, {"emb.type", false, 2 * hidden},
		{"emb.ln.w", false, hidden}, {"emb.ln.b", false, hidden},
	}
	for l := range layers {
		for _, m := range []array{{"q", true, hidden}, {"k", true, hidden}, {"v", true, hidden}, {"ao", true, hidden}, {"fi", true, inner}} {
			all = append(all, array{fmt.Sprintf("l%d.%s.w", l, m.name), true, m.n * hidden}, array{fmt.Sprintf("l%d.%s.b", l, m.name), false, m.n})
		}
		all = append(all, array{fmt.Sprintf("l%d.fo.w", l), true, hidden * inner}, array{fmt.Sprintf("l%d.fo.b", l), false, hidden})
		for _, n := range []string{"aln.w", "aln.b", "oln.w", "oln.b"} {
			all = append(all, array{fmt.Sprintf("l%d.%s", l, n), false, hidden})
		}
	}
	all = slices.DeleteFunc(all, func(a array) bool { return a.name == leaveOut })
	head := 4
	for _, a := range all {
		head += 2 + len(a.name) + 1 + 4 + 16
	}
	at := len(b) + head
	u32(uint32(len(all)))
	var data []byte
	for k, a := range all {
		size := 4 * a.n
		if a.blocks {
			size = a.n / 32 * 18
		}
		b = append(le.AppendUint16(b, uint16(len(a.name))), a.name...)
		kind := byte(0)
		if a.blocks {
			kind = 1
		}
		b = le.AppendUint64(le.AppendUint64(le.AppendUint32(append(b, kind), uint32(a.n)), uint64(at)), uint64(size))
		at += size
		for i := range size {
			data = append(data, byte(i*7+k))
		}
		if a.blocks { // scales that are numbers
			for i := len(data) - size; i < len(data); i += 18 {
				le.PutUint16(data[i:], 0x3c00+uint16(i%64)) // 1.0 and a little more
			}
		}
	}
	return append(b, data...)
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

// TestModel: the file is a graph without loose ends, and its weights have the sizes that their shapes say.
func TestModel(t *testing.T) {
	var out bytes.Buffer
	if err := e5conv.Model(&out, bytes.NewReader(weights(""))); err != nil {
		t.Fatal(err)
	}
	file := fields(t, out.Bytes())
	if len(file[7]) != 1 || len(file[8]) != 2 {
		t.Fatalf("%d graphs, %d operator sets", len(file[7]), len(file[8]))
	}
	graph := fields(t, file[7][0].bytes)
	known := map[string]bool{"": true}
	for _, in := range graph[11] {
		known[string(fields(t, in.bytes)[1][0].bytes)] = true
	}
	if !known["input_ids"] || !known["attention_mask"] || len(graph[11]) != 2 {
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
		halves := map[uint64]int{1: 8, 2: 2, 7: 16, 22: 1}[m[2][0].number] // of a byte, for one element
		for _, d := range m[1] {
			halves *= int(d.number)
		}
		if halves == 0 || halves != 2*len(m[9][0].bytes) {
			t.Errorf("weight %s of type %d has %d bytes, its shape says %d halves", name, m[2][0].number, len(m[9][0].bytes), halves)
		}
	}
	for _, n := range graph[1] {
		m := fields(t, n.bytes)
		for _, in := range m[1] {
			if !known[string(in.bytes)] {
				t.Errorf("%s takes %q, which nothing gives before", m[3][0].bytes, in.bytes)
			}
		}
		for _, o := range m[2] {
			known[string(o.bytes)] = true
		}
	}
	if output := string(fields(t, graph[12][0].bytes)[1][0].bytes); output != "last_hidden_state" || !known[output] {
		t.Errorf("output %q", output)
	}
	// The first block of the first product: weight 0 is in the low half of byte 2, weight 1 in that of byte 3, weight 16 in the high one of
	// byte 2. The bytes are i*7 and some for the array.
	q := raw["l0.q.w"]
	if len(q) != hidden*hidden/2 {
		t.Fatalf("%d bytes", len(q))
	}
	base := 5 // the place of l0.q.w among the arrays
	b := func(i int) byte { return byte(i*7 + base) }
	if want := b(2)&15 | b(3)&15<<4; q[0] != want {
		t.Errorf("first two weights: got %#x, want %#x", q[0], want)
	}
	if want := b(2)>>4 | b(3)>>4<<4; q[8] != want {
		t.Errorf("weights 16 and 17: got %#x, want %#x", q[8], want)
	}
	if got := math.Float32frombits(binary.LittleEndian.Uint32(raw["l0.q.scale"])); got < 1 || got > 1.1 {
		t.Errorf("first scale %v", got)
	}
}

// TestTokenizer: what is written can be read, and cuts as the pieces say.
func TestTokenizer(t *testing.T) {
	var out bytes.Buffer
	if err := e5conv.Tokenizer(&out, bytes.NewReader(weights(""))); err != nil {
		t.Fatal(err)
	}
	tok, err := tokenizer.Read(&out)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := tok.Encode("a\u00adﬁ \"\\< z", 20), []int64{0, 5, 6, 4, 7, 4, 3, 2}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestDamaged(t *testing.T) {
	whole := weights("")
	for _, convert := range []func([]byte) error{
		func(b []byte) error { return e5conv.Model(&bytes.Buffer{}, bytes.NewReader(b)) },
		func(b []byte) error { return e5conv.Tokenizer(&bytes.Buffer{}, bytes.NewReader(b)) },
	} {
		for n := 0; n < len(whole)-1; n += 97 {
			if convert(whole[:n]) == nil {
				t.Errorf("cut at %d of %d: no error", n, len(whole))
			}
		}
	}
	err := e5conv.Model(&bytes.Buffer{}, bytes.NewReader(weights("l1.fo.w")))
	if err == nil || !strings.Contains(err.Error(), "l1.fo.w") {
		t.Errorf("without an array: %v", err)
	}
	if err := e5conv.Model(broken{}, bytes.NewReader(whole)); !errors.Is(err, errFull) {
		t.Errorf("full disk: %v", err)
	}
	if err := e5conv.Tokenizer(broken{}, bytes.NewReader(whole)); !errors.Is(err, errFull) {
		t.Errorf("full disk: %v", err)
	}
}

var errFull = errors.New("disk full")

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errFull }

// FuzzModel: a damaged file is an error or a model, and nothing worse.
func FuzzModel(f *testing.F) {
	f.Add(weights(""))
	f.Add([]byte("E5S1"))
	f.Fuzz(func(t *testing.T, data []byte) {
		var out bytes.Buffer
		if err := e5conv.Model(&out, bytes.NewReader(data)); err == nil {
			fields(t, out.Bytes())
		}
		_ = e5conv.Tokenizer(&out, bytes.NewReader(data))
	})
}
