package moonshineconv

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"

	"frontdesk.internal/models/build/onnxfile"
)

// sizes are those of a model.
type sizes struct{ layers, heads, head, inner, turning, words int }

// base are those of Moonshine base; turning is how many numbers of a head are turned by the place.
var base = sizes{layers: 8, heads: 8, head: 52, inner: 1664, turning: 32, words: 32768}

func (s sizes) hidden() int { return s.heads * s.head }

// Places is how many places there may be: of 24 ms each in the encoder, and of words in the decoder.
const (
	EncoderPlaces = 1024
	DecoderPlaces = 256
)

const epsilon = float32(1e-5)

// Encoder reads encoder_model.ort and writes the model from input_values, 1 × samples, to hidden, 1 × places × 416.
func Encoder(w io.Writer, in io.Reader) error { return base.convert(w, in, (*builder).encoder) }

// Memory reads decoder_model_merged.ort and writes the model from hidden to what the decoder looks at, for each layer the keys and
// the values: cross.0.key, 1 × heads × places × 52, and so on.
func Memory(w io.Writer, in io.Reader) error { return base.convert(w, in, (*builder).memory) }

// Decoder reads decoder_model_merged.ort and writes the model from input_ids, one word; position, its place; what Memory gave; and
// the keys and values of the words before (past.0.key, …), of which there may be none, to logits, 1 × 1 × words, and the keys and
// values with this word's (present.0.key, …).
func Decoder(w io.Writer, in io.Reader) error { return base.convert(w, in, (*builder).decoder) }

func (s sizes) convert(w io.Writer, in io.Reader, build func(*builder)) error {
	c, err := read(in)
	if err != nil {
		return err
	}
	b := &builder{sizes: s, w: weights{contents: c}}
	build(b)
	if b.w.missing != nil {
		return fmt.Errorf("convert weights: %w", b.w.missing)
	}
	return b.g.Write(w, "moonshine-base")
}

// builder makes a graph.
type builder struct {
	sizes
	w weights
	g onnxfile.Graph
}

// norm brings x to one scale.
func (b *builder) norm(name, x, weight string) string {
	return b.g.Node("", "LayerNormalization", name, []string{x, b.g.Weight(weight, onnxfile.Float32, b.w.raw(weight, b.hidden()), b.hidden())},
		onnxfile.Set("axis", -1), onnxfile.Set("epsilon", epsilon))
}

func (b *builder) add(name, x, y string) string { return b.g.Node("", "Add", name, []string{x, y}) }

// bias adds the array of that name.
func (b *builder) bias(name, x, array string, n int) string {
	return b.add(name, x, b.g.Weight(array, onnxfile.Float32, b.w.raw(array, n), n))
}

// floats multiplies x by matrices side by side, as numbers.
func (b *builder) floats(name, x string, beside ...steps) string {
	raw, rows, columns := floats(beside...)
	return b.g.Node("", "MatMul", name, []string{x, b.g.Weight(name+".w", onnxfile.Float32, raw, rows, columns)})
}

// bytes multiplies x, which has inputs numbers, by matrices below each other, as bytes. The numbers of x are brought to 8 bits for it.
func (b *builder) bytes(name, x string, inputs int, below ...steps) string {
	data, scales, zeros := asBytes(below...)
	outputs := len(data) / inputs
	blocks := inputs / block
	return b.g.Node(onnxfile.Contrib, "MatMulNBits", name, []string{
		x, b.g.Weight(name+".w", onnxfile.Uint8, data, outputs, blocks, block),
		b.g.Weight(name+".scale", onnxfile.Float32, scales, outputs, blocks),
		b.g.Weight(name+".zero", onnxfile.Uint8, zeros, outputs, blocks),
	}, onnxfile.Set("K", inputs), onnxfile.Set("N", outputs), onnxfile.Set("bits", 8), onnxfile.Set("block_size", block),
		onnxfile.Set("accuracy_level", 4))
}

// parts splits x into n equal parts of its last dimension.
func (b *builder) parts(name, x string, n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf("%s.%d", name, i)
	}
	b.g.Nodes("", "Split", out, []string{x}, onnxfile.Set("axis", -1), onnxfile.Set("num_outputs", n))
	return out
}

// turns makes the tables of sines and cosines by which queries and keys are turned at each of n places. ONNX Runtime computes them
// when it loads the model: a table computed here would not be the same on every machine.
func (b *builder) turns(speeds string, n int) {
	places := make([]byte, 0, 4*n)
	for i := range n {
		places = binary.LittleEndian.AppendUint32(places, math.Float32bits(float32(i)))
	}
	half := b.turning / 2
	angle := b.g.Node("", "Mul", "angle", []string{
		b.g.Weight("places", onnxfile.Float32, places, n, 1), b.g.Weight("speeds", onnxfile.Float32, b.w.raw(speeds, 1, half, 1), 1, half),
	})
	b.g.Node("", "Cos", "cosines", []string{angle})
	b.g.Node("", "Sin", "sines", []string{angle})
}

// turned turns x by its places, which count from the one given.
func (b *builder) turned(name, x, place string) string {
	return b.g.Node(onnxfile.Contrib, "RotaryEmbedding", name, []string{x, place, "cosines", "sines"},
		onnxfile.Set("interleaved", 1), onnxfile.Set("num_heads", b.heads), onnxfile.Set("rotary_embedding_dim", b.turning))
}

// asked are the matrices of the queries, keys and values of a layer.
func (b *builder) asked(part string) []steps {
	h := b.hidden()
	return []steps{b.w.product(part+"|q_proj", h, h), b.w.product(part+"|k_proj", h, h), b.w.product(part+"|v_proj", h, h)}
}
