package mpnetconv

import (
	"encoding/binary"
	"fmt"
	"io"
	"strings"

	"frontdesk.internal/models/build/onnxfile"
)

// longest is how many pieces a text may have: the model was trained on no more than 128 at a time, and distances count up to that.
const longest = 256

// block is how many weights of a product share one scale.
const block = 32

// Model reads the zip and writes the ONNX model: input_ids and attention_mask, each batch × sequence of int64 and at most 256 long, to
// last_hidden_state, batch × sequence × 768 of float32, and lower, the same of the layers below those that [Ranker] has anew. Its
// layers are those of BERT, with a bias for the distance between pieces.
//
// The weights are those of the publisher with what was trained on callers' sayings added (adapter.go).
func Model(w io.Writer, in io.ReaderAt, size int64) error {
	a, err := readAdapter(adapterFiles, "adapter")
	if err != nil {
		return err
	}
	return base.convert(w, in, size, a)
}

func (s sizes) convert(w io.Writer, in io.ReaderAt, size int64, changes adapter) error {
	r, err := member(in, size, "model.safetensors")
	if err != nil {
		return err
	}
	defer r.Close()
	b := &builder{sizes: s, changes: changes, have: map[string][]int{}}
	if err := each(r, b.take); err != nil {
		return fmt.Errorf("read weights: %w", err)
	}
	b.build()
	if b.missing != nil {
		return fmt.Errorf("convert weights: %w", b.missing)
	}
	return b.g.Write(w, "all-mpnet-base-v2")
}

// builder makes the graph: first the weights as they come, then the nodes.
type builder struct {
	sizes
	changes adapter
	g       onnxfile.Graph
	have    map[string][]int // the shapes of the weights that came
	missing error            // the first weight that the nodes wanted in vain
}

// take adds one array in the form in which the graph wants it.
func (b *builder) take(a array, data []float32) error {
	name, ok := strings.CutPrefix(a.name, "encoder.")
	if !ok {
		name, ok = strings.CutPrefix(a.name, "embeddings.")
	}
	if !ok {
		return nil // the pooler, which sentence vectors do without
	}
	b.have[name] = a.Shape
	if err := b.changes.apply(strings.TrimSuffix(name, ".weight"), a.Shape, data); err != nil {
		return err
	}
	switch {
	case name == "relative_attention_bias.weight":
		if len(data) != buckets*b.heads {
			return fmt.Errorf("shape %v", a.Shape)
		}
		b.g.Weight(name, onnxfile.Float32, raw(b.distances(data)), 1, b.heads, longest, longest)
	case name == "word_embeddings.weight":
		if len(a.Shape) != 2 || a.Shape[0] > maxVocab || a.Shape[1] != b.hidden {
			return fmt.Errorf("shape %v", a.Shape)
		}
		steps, scales := quantise(data, b.hidden, 0)
		b.g.Weight(name, onnxfile.Int8, steps, a.Shape...)
		b.g.Weight(name+".scale", onnxfile.Float32, raw(scales), a.Shape[0], 1)
	case len(a.Shape) == 2 && strings.HasPrefix(name, "layer.") && a.Shape[1]%block == 0:
		steps, scales := quantise(data, block, 128)
		b.g.Weight(name, onnxfile.Uint8, steps, a.Shape[0], a.Shape[1]/block, block)
		b.g.Weight(name+".scale", onnxfile.Float32, raw(scales), a.Shape[0], a.Shape[1]/block)
	default:
		b.g.Weight(name, onnxfile.Float32, raw(data), a.Shape...)
	}
	return nil
}

// distances is the bias of each head for each pair of places: the places' distance falls into one of 32 buckets, half of them for
// what comes later, narrow ones for near places and, up to 128, ever wider ones for far places.
func (b *builder) distances(data []float32) []float32 {
	out := make([]float32, b.heads*longest*longest)
	for from := range longest {
		for to := range longest {
			at := bucket(to-from) * b.heads
			for h := range b.heads {
				out[(h*longest+from)*longest+to] = data[at+h]
			}
		}
	}
	return out
}

// bucket is the place of a distance in the table. From 8 on the buckets grow by the square root of two each.
func bucket(distance int) int {
	b, n := 0, distance
	if n > 0 {
		b = buckets / 2
	} else {
		n = -n
	}
	if n < 8 {
		return b + n
	}
	k := 0
	for k < 7 && n*n >= 64<<(k+1) {
		k++
	}
	return b + 8 + k
}

// weight returns the name of a weight that must be there with that shape.
func (b *builder) weight(name string, shape ...int) string {
	got, ok := b.have[name]
	same := ok && len(got) == len(shape)
	for i := range shape {
		same = same && (got[i] == shape[i] || shape[i] < 0)
	}
	if !same && b.missing == nil {
		b.missing = fmt.Errorf("no usable %s among the weights: shape %v", name, got)
	}
	return name
}

func (b *builder) build() {
	b.g.Inputs = []onnxfile.Message{
		onnxfile.Value("input_ids", onnxfile.Int64, "batch", "sequence"), onnxfile.Value("attention_mask", onnxfile.Int64, "batch", "sequence"),
	}
	b.g.Outputs = []onnxfile.Message{
		onnxfile.Value("last_hidden_state", onnxfile.Float32, "batch", "sequence", b.hidden),
		onnxfile.Value("lower", onnxfile.Float32, "batch", "sequence", b.hidden),
	}
	shape := b.g.Node("", "Shape", "shape", []string{"input_ids"})
	width := b.g.Node("", "Gather", "width", []string{shape, b.list("one", 1)}, onnxfile.Set("axis", 0)) // a list of one number
	x := b.embeddings(width)
	mask := b.g.Node("", "Cast", "mask", []string{"attention_mask"}, onnxfile.Set("to", onnxfile.Int32))
	square := b.g.Node("", "Concat", "square", []string{width, width}, onnxfile.Set("axis", 0))
	bias := b.g.Node("", "Slice", "bias", []string{
		b.weight("relative_attention_bias.weight", buckets, b.heads), b.list("zeros", 0, 0), square, b.list("axes", 2, 3),
	})
	for i := range b.layers {
		if i == b.below {
			b.g.Node("", "Identity", "lower", []string{x})
		}
		x = b.layer(i, x, mask, bias)
	}
	b.g.Node("", "Identity", "last_hidden_state", []string{x})
}

func (b *builder) list(name string, numbers ...int64) string {
	var raw []byte
	for _, n := range numbers {
		raw = binary.LittleEndian.AppendUint64(raw, uint64(n))
	}
	return b.g.Weight(name, onnxfile.Int64, raw, len(numbers))
}

// embeddings adds the vector of each piece and that of its place. The places are counted from 2: the first two are for padding.
func (b *builder) embeddings(width string) string {
	const words = "word_embeddings.weight"
	steps := b.g.Node("", "Gather", "word.steps", []string{b.weight(words, -1, b.hidden), "input_ids"}, onnxfile.Set("axis", 0))
	scale := b.g.Node("", "Gather", "word.scale", []string{words + ".scale", "input_ids"}, onnxfile.Set("axis", 0))
	word := b.g.Node("", "Mul", "word", []string{
		b.g.Node("", "Cast", "word.numbers", []string{steps}, onnxfile.Set("to", onnxfile.Float32)), scale,
	})
	last := b.g.Node("", "Add", "place.last", []string{width, b.list("two", 2)})
	place := b.g.Node("", "Slice", "place", []string{
		b.weight("position_embeddings.weight", b.positions, b.hidden), "two", last, b.list("zero", 0),
	})
	return b.norm("LayerNorm", b.g.Node("", "Add", "embedded", []string{word, place}))
}

// layer adds one block: attention, then two wide products, each with what went in added and brought to one scale.
func (b *builder) layer(i int, x, mask, bias string) string {
	p := fmt.Sprintf("layer.%d.", i)
	a := p + "attention.attn."
	attended := b.g.Node(onnxfile.Contrib, "MultiHeadAttention", p+"attended", []string{
		b.product(a+"q", x, b.hidden, b.hidden), b.product(a+"k", x, b.hidden, b.hidden), b.product(a+"v", x, b.hidden, b.hidden), "", mask, bias,
	}, onnxfile.Set("num_heads", b.heads))
	return b.rest(p, x, attended)
}

// rest is a block behind its attention.
func (b *builder) rest(p, x, attended string) string {
	out := b.product(p+"attention.attn.o", attended, b.hidden, b.hidden)
	x = b.norm(p+"attention.LayerNorm", b.g.Node("", "Add", p+"attention.sum", []string{x, out}))
	bent := b.g.Node("", "Gelu", p+"gelu", []string{b.product(p+"intermediate.dense", x, b.inner, b.hidden)})
	narrow := b.product(p+"output.dense", bent, b.hidden, b.inner)
	return b.norm(p+"output.LayerNorm", b.g.Node("", "Add", p+"output.sum", []string{x, narrow}))
}

// product multiplies x by the matrix of that name, rows × columns, and adds its bias. The numbers of x are brought to 8 bits for it.
func (b *builder) product(name, x string, rows, columns int) string {
	y := b.g.Node(onnxfile.Contrib, "MatMulNBits", name+".product",
		[]string{x, b.weight(name+".weight", rows, columns), name + ".weight.scale"}, onnxfile.Set("K", columns), onnxfile.Set("N", rows),
		onnxfile.Set("bits", 8), onnxfile.Set("block_size", block), onnxfile.Set("accuracy_level", 4))
	return b.g.Node("", "Add", name, []string{y, b.weight(name+".bias", rows)})
}

func (b *builder) norm(name, x string) string {
	return b.g.Node("", "LayerNormalization", name, []string{x, b.weight(name+".weight", b.hidden), b.weight(name+".bias", b.hidden)},
		onnxfile.Set("axis", -1), onnxfile.Set("epsilon", epsilon))
}
