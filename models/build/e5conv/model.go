package e5conv

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"

	"frontdesk.internal/models/build/onnxfile"
)

// Model reads the weight file and writes the ONNX model: input_ids and attention_mask, each batch × sequence of int64, to
// last_hidden_state, batch × sequence × hidden of float32. Its layers are those of BERT.
func Model(w io.Writer, weights io.Reader) error {
	c, err := open(weights)
	if err != nil {
		return err
	}
	b := &builder{c: c}
	b.build()
	if b.err != nil {
		return fmt.Errorf("convert weights: %w", b.err)
	}
	return b.g.Write(w, "multilingual-e5-small")
}

// builder makes the graph; the first error sticks.
type builder struct {
	c   *container
	g   onnxfile.Graph
	err error
}

func (b *builder) build() {
	b.g.Inputs = []onnxfile.Message{
		onnxfile.Value("input_ids", onnxfile.Int64, "batch", "sequence"), onnxfile.Value("attention_mask", onnxfile.Int64, "batch", "sequence"),
	}
	b.g.Outputs = []onnxfile.Message{onnxfile.Value("last_hidden_state", onnxfile.Float32, "batch", "sequence", b.c.hidden)}
	x := b.embeddings()
	mask := b.g.Node("", "Cast", "mask", []string{"attention_mask"}, onnxfile.Set("to", onnxfile.Int32))
	for i := range b.c.layers {
		x = b.layer(i, x, mask)
	}
	b.g.Node("", "Identity", "last_hidden_state", []string{x})
}

// embeddings adds the vector of each piece and that of its place.
func (b *builder) embeddings() string {
	scales, table := b.quantised("emb.word", b.c.vocab, b.c.hidden, true)
	words := b.g.Node(onnxfile.Contrib, "GatherBlockQuantized", "words", []string{
		b.g.Weight("emb.word", onnxfile.Int4, table, b.c.vocab, b.c.hidden), "input_ids",
		b.g.Weight("emb.word.scale", onnxfile.Float32, scales, b.c.vocab, b.c.hidden/blockSize),
	}, onnxfile.Set("gather_axis", 0), onnxfile.Set("quantize_axis", 1), onnxfile.Set("block_size", blockSize))

	shape := b.g.Node("", "Shape", "shape", []string{"input_ids"})
	width := b.g.Node("", "Gather", "width", []string{shape, b.g.Constant("one", 1)}, onnxfile.Set("axis", 0))
	places := b.g.Node("", "Range", "places", []string{b.g.Constant("zero", 0), width, "one"})
	place := b.g.Node("", "Gather", "place", []string{
		b.g.Weight("emb.place", onnxfile.Float32, b.places(), b.c.positions, b.c.hidden), places,
	}, onnxfile.Set("axis", 0))
	sum := b.g.Node("", "Add", "embedded", []string{words, place})
	return b.norm("emb.ln", sum)
}

// places returns the vectors of the places with that of the only text type, the first, added.
func (b *builder) places() []byte {
	n := b.c.hidden
	out := append([]byte(nil), b.floats("emb.pos", b.c.positions*n)...)
	kind := b.floats("emb.type", b.c.types*n)
	if b.err != nil {
		return nil
	}
	at := func(b []byte, i int) float32 { return math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:])) }
	for i := range b.c.positions * n {
		binary.LittleEndian.PutUint32(out[4*i:], math.Float32bits(at(out, i)+at(kind, i%n)))
	}
	return out
}

// layer adds one block: attention, then two wide products, each with what went in added and brought to one scale.
func (b *builder) layer(i int, x, mask string) string {
	p := fmt.Sprintf("l%d.", i)
	h := b.c.hidden
	attended := b.g.Node(onnxfile.Contrib, "MultiHeadAttention", p+"attention", []string{
		b.product(p+"q", x, h, h), b.product(p+"k", x, h, h), b.product(p+"v", x, h, h), "", mask,
	}, onnxfile.Set("num_heads", b.c.heads))
	out := b.product(p+"ao", attended, h, h)
	x = b.norm(p+"aln", b.g.Node("", "Add", p+"attended", []string{x, out}))

	wide := b.product(p+"fi", x, b.c.inner, h)
	bent := b.g.Node("", "Gelu", p+"gelu", []string{wide})
	narrow := b.product(p+"fo", bent, h, b.c.inner)
	return b.norm(p+"oln", b.g.Node("", "Add", p+"added", []string{x, narrow}))
}

// product multiplies x by the matrix of that name, rows × columns, and adds its bias. The numbers of x are brought to 8 bits for it,
// block by block, as the weights' publisher does.
func (b *builder) product(name, x string, rows, columns int) string {
	scales, weights := b.quantised(name+".w", rows, columns, false)
	blocks := columns / blockSize
	y := b.g.Node(onnxfile.Contrib, "MatMulNBits", name+".product", []string{
		x, b.g.Weight(name+".w", onnxfile.Uint8, weights, rows, blocks, blockSize/2),
		b.g.Weight(name+".scale", onnxfile.Float32, scales, rows, blocks),
	}, onnxfile.Set("K", columns), onnxfile.Set("N", rows), onnxfile.Set("bits", 4), onnxfile.Set("block_size", blockSize),
		onnxfile.Set("accuracy_level", 4))
	return b.g.Node("", "Add", name, []string{y, b.g.Weight(name+".b", onnxfile.Float32, b.floats(name+".b", rows), rows)})
}

func (b *builder) norm(name, x string) string {
	n := b.c.hidden
	return b.g.Node("", "LayerNormalization", name, []string{
		x, b.g.Weight(name+".w", onnxfile.Float32, b.floats(name+".w", n), n), b.g.Weight(name+".b", onnxfile.Float32, b.floats(name+".b", n), n),
	}, onnxfile.Set("axis", -1), onnxfile.Set("epsilon", b.c.epsilon))
}

func (b *builder) floats(name string, n int) []byte {
	data, err := b.c.floats(name, n)
	if b.err == nil {
		b.err = err
	}
	return data
}

func (b *builder) quantised(name string, rows, columns int, signed bool) (scales, weights []byte) {
	scales, weights, err := b.c.quantised(name, rows*columns, signed)
	if b.err == nil {
		b.err = err
	}
	return scales, weights
}
