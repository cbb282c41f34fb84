package e5conv

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"
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
	return b.g.write(w, "multilingual-e5-small")
}

// builder makes the graph; the first error sticks.
type builder struct {
	c   *container
	g   graph
	err error
}

func (b *builder) build() {
	b.g.inputs = []message{
		value("input_ids", typeInt64, "batch", "sequence"), value("attention_mask", typeInt64, "batch", "sequence"),
	}
	b.g.outputs = []message{value("last_hidden_state", typeFloat32, "batch", "sequence", b.c.hidden)}
	x := b.embeddings()
	mask := b.g.node("", "Cast", "mask", []string{"attention_mask"}, attribute{"to", typeInt32})
	for i := range b.c.layers {
		x = b.layer(i, x, mask)
	}
	b.g.node("", "Identity", "last_hidden_state", []string{x})
}

// embeddings adds the vector of each piece and that of its place.
func (b *builder) embeddings() string {
	scales, table := b.quantised("emb.word", b.c.vocab, b.c.hidden, true)
	words := b.g.node(contrib, "GatherBlockQuantized", "words", []string{
		b.g.weight("emb.word", typeInt4, table, b.c.vocab, b.c.hidden), "input_ids",
		b.g.weight("emb.word.scale", typeFloat32, scales, b.c.vocab, b.c.hidden/blockSize),
	}, attribute{"gather_axis", 0}, attribute{"quantize_axis", 1}, attribute{"block_size", blockSize})

	shape := b.g.node("", "Shape", "shape", []string{"input_ids"})
	width := b.g.node("", "Gather", "width", []string{shape, b.g.constant("one", 1)}, attribute{"axis", 0})
	places := b.g.node("", "Range", "places", []string{b.g.constant("zero", 0), width, "one"})
	place := b.g.node("", "Gather", "place", []string{
		b.g.weight("emb.place", typeFloat32, b.places(), b.c.positions, b.c.hidden), places,
	}, attribute{"axis", 0})
	sum := b.g.node("", "Add", "embedded", []string{words, place})
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
	attended := b.g.node(contrib, "MultiHeadAttention", p+"attention", []string{
		b.product(p+"q", x, h, h), b.product(p+"k", x, h, h), b.product(p+"v", x, h, h), "", mask,
	}, attribute{"num_heads", b.c.heads})
	out := b.product(p+"ao", attended, h, h)
	x = b.norm(p+"aln", b.g.node("", "Add", p+"attended", []string{x, out}))

	wide := b.product(p+"fi", x, b.c.inner, h)
	bent := b.g.node("", "Gelu", p+"gelu", []string{wide})
	narrow := b.product(p+"fo", bent, h, b.c.inner)
	return b.norm(p+"oln", b.g.node("", "Add", p+"added", []string{x, narrow}))
}

// product multiplies x by the matrix of that name, rows × columns, and adds its bias. The numbers of x are brought to 8 bits for it,
// block by block, as the weights' publisher does.
func (b *builder) product(name, x string, rows, columns int) string {
	scales, weights := b.quantised(name+".w", rows, columns, false)
	blocks := columns / blockSize
	y := b.g.node(contrib, "MatMulNBits", name+".product", []string{
		x, b.g.weight(name+".w", typeUint8, weights, rows, blocks, blockSize/2), b.g.weight(name+".scale", typeFloat32, scales, rows, blocks),
	}, attribute{"K", columns}, attribute{"N", rows}, attribute{"bits", 4}, attribute{"block_size", blockSize}, attribute{"accuracy_level", 4})
	return b.g.node("", "Add", name, []string{y, b.g.weight(name+".b", typeFloat32, b.floats(name+".b", rows), rows)})
}

func (b *builder) norm(name, x string) string {
	n := b.c.hidden
	return b.g.node("", "LayerNormalization", name, []string{
		x, b.g.weight(name+".w", typeFloat32, b.floats(name+".w", n), n), b.g.weight(name+".b", typeFloat32, b.floats(name+".b", n), n),
	}, attribute{"axis", -1}, attribute{"epsilon", b.c.epsilon})
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
