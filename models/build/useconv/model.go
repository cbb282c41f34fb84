package useconv

import (
	"fmt"
	"io"

	"frontdesk.internal/models/build/onnxfile"
)

// Model reads the weight file and writes the ONNX model: input_ids and attention_mask, each batch × sequence of int64, to
// sentence_embedding, a vector of length 1 for each sentence. What the mask leaves out changes nothing.
func Model(w io.Writer, weights io.Reader) error {
	all, err := readArrays(weights)
	if err != nil {
		return err
	}
	b := &builder{all: all}
	b.measure()
	if b.err == nil {
		b.build()
	}
	if b.err != nil {
		return fmt.Errorf("convert weights: %w", b.err)
	}
	return b.g.Write(w, "universal-sentence-encoder-multilingual-3")
}

// windows are the convolutions: how many neighbours each sees, and how many of them come before.
var windows = []struct{ size, before int }{{2, 0}, {3, 1}, {5, 2}}

// builder makes the graph; the first error sticks.
type builder struct {
	all arrays
	g   onnxfile.Graph
	err error

	chunks, rows, dim int // the table of pieces, and how many numbers each has
	narrow            int // numbers of a convolution
	sum, inner, out   int // numbers of the sentence, between its dense layers, and behind them
	epsilon           float32
}

// fail keeps the first error.
func (b *builder) fail(err error) {
	if b.err == nil {
		b.err = err
	}
}

// measure takes the sizes from the arrays.
func (b *builder) measure() {
	for b.chunks = 0; ; b.chunks++ {
		if _, ok := b.all[chunkName(b.chunks)]; !ok {
			break
		}
	}
	size := func(name string) (rows, columns int) {
		rows, columns, err := b.all.shape(name)
		if err != nil {
			b.fail(err)
		}
		return rows, columns
	}
	b.rows, b.dim = size(chunkName(0))
	_, b.narrow = size("proj2")
	b.sum, b.inner = size("d0")
	_, b.out = size("d3")
	var err error
	if b.epsilon, err = b.all.number("eps"); err != nil {
		b.fail(err)
	}
}

// chunkName names a part of the table of pieces: piece n is in part n modulo the number of parts.
func chunkName(i int) string { return fmt.Sprintf("q%d", i+1) }

func (b *builder) build() {
	b.g.Inputs = []onnxfile.Message{
		onnxfile.Value("input_ids", onnxfile.Int64, "batch", "sequence"), onnxfile.Value("attention_mask", onnxfile.Int64, "batch", "sequence"),
	}
	b.g.Outputs = []onnxfile.Message{onnxfile.Value("sentence_embedding", onnxfile.Float32, "batch", b.out)}
	b.g.List("second", 1)
	b.g.List("last", -1)
	mask := b.g.Node("", "Cast", "mask", []string{"attention_mask"}, onnxfile.Set("to", onnxfile.Float32))
	b.g.Node("", "Unsqueeze", "mask.pieces", []string{mask, "last"})
	b.g.Node("", "Unsqueeze", "mask.places", []string{mask, "second"})
	b.g.Node("", "ReduceSum", "count", []string{mask, "second"}, onnxfile.Set("keepdims", 1))

	pieces := b.embeddings()
	parts := []string{pieces}
	for i, branch := range b.branches(pieces) {
		parts = append(parts, b.neighbours(i, branch))
	}
	width := b.dim + len(windows)*b.narrow
	all := b.g.Node("", "Concat", "features", parts, onnxfile.Set("axis", -1))
	all = b.norm("features.norm", all, width, b.floats("ln_g", width), b.floats("ln_b", width))
	all = b.g.Node("", "Mul", "features.masked", []string{all, "mask.pieces"})
	summed := b.g.Node("", "ReduceSum", "summed", []string{all, "second"}, onnxfile.Set("keepdims", 0))
	b.dense(b.sentence(summed, width))
}

// embeddings looks up the vectors of the pieces.
func (b *builder) embeddings() string {
	parts := make([][]byte, b.chunks)
	for i := range parts {
		var err error
		if parts[i], err = b.all.take(chunkName(i), "|u1", b.rows, b.dim); err != nil {
			b.fail(err)
			return ""
		}
	}
	table := make([]byte, 0, b.chunks*b.rows*b.dim)
	for r := range b.rows {
		for _, part := range parts {
			table = append(table, part[r*b.dim:(r+1)*b.dim]...)
		}
	}
	steps := b.g.Node("", "Gather", "steps", []string{b.g.Weight("table", onnxfile.Uint8, table, b.chunks*b.rows, b.dim), "input_ids"})
	x := b.g.Node("", "Cast", "steps.float", []string{steps}, onnxfile.Set("to", onnxfile.Float32))
	part := b.g.Node("", "Mod", "part", []string{"input_ids", b.g.Constant("parts", int64(b.chunks))})
	for _, a := range []struct{ name, op string }{{"scale", "Mul"}, {"lo", "Add"}} {
		each := b.g.Node("", "Gather", a.name+".part", []string{b.weight(a.name, b.chunks), part})
		each = b.g.Node("", "Unsqueeze", a.name+".pieces", []string{each, "last"})
		x = b.g.Node("", a.op, a.name+".done", []string{x, each})
	}
	return x
}

// branches makes what the convolutions see: batch × numbers × sequence each, nothing where the mask has nothing.
func (b *builder) branches(pieces string) []string {
	width := len(windows) * b.narrow
	var matrix, bias, gain, shift []byte
	for _, w := range windows {
		matrix = append(matrix, transposed(b.floats(fmt.Sprintf("proj%d", w.size), b.dim, b.narrow), 4, b.dim, b.narrow)...)
		bias = append(bias, b.floats(fmt.Sprintf("proj_b%d", w.size), b.narrow)...)
		gain = append(gain, b.floats(fmt.Sprintf("ln_g%d", w.size), b.narrow)...)
		shift = append(shift, b.floats(fmt.Sprintf("ln_b%d", w.size), b.narrow)...)
	}
	if b.err != nil {
		return nil
	}
	x := b.g.Node("", "MatMul", "branches.product", []string{
		pieces, b.g.Weight("branches.w", onnxfile.Float32, transposed(matrix, 4, width, b.dim), b.dim, width),
	})
	x = b.g.Node("", "Add", "branches", []string{x, b.g.Weight("branches.b", onnxfile.Float32, bias, width)})
	x = b.norm("branches.norm", x, width, gain, shift)
	x = b.g.Node("", "Mul", "branches.masked", []string{x, "mask.pieces"})
	var out []string
	for i := range windows {
		name := fmt.Sprintf("branch%d", i)
		part := b.g.Node("", "Slice", name+".part", []string{
			x, b.g.List(name+".from", int64(i*b.narrow)), b.g.List(name+".to", int64((i+1)*b.narrow)), "last",
		})
		out = append(out, b.turned(name, part))
	}
	return out
}

// neighbours sends a branch through its two convolutions, each with what went in added, and turns it back.
func (b *builder) neighbours(i int, x string) string {
	w := windows[i]
	pads := onnxfile.Set("pads", []int{w.before, w.size - 1 - w.before})
	for step := 1; step <= 2; step++ {
		name := fmt.Sprintf("window%d.%d", w.size, step)
		kernel := kernel(b.floats(fmt.Sprintf("w%d_%d", step, w.size), w.size*b.narrow, b.narrow), w.size, b.narrow)
		y := b.g.Node("", "Conv", name+".conv", []string{
			x, b.g.Weight(name+".w", onnxfile.Float32, kernel, b.narrow, b.narrow, w.size),
			b.g.Weight(name+".b", onnxfile.Float32, b.floats(fmt.Sprintf("b%d_%d", step, w.size), b.narrow), b.narrow),
		}, pads)
		y = b.g.Node("", "Relu", name+".relu", []string{y})
		x = b.g.Node("", "Add", name+".added", []string{x, y})
		if step == 1 { // the next one must not see what this one made of nothing
			x = b.g.Node("", "Mul", name+".masked", []string{x, "mask.places"})
		}
	}
	return b.turned(fmt.Sprintf("window%d", w.size), x)
}

// kernel puts the weights of a convolution, neighbours × inputs × outputs, in the order that ONNX wants: outputs × inputs × neighbours.
func kernel(w []byte, size, n int) []byte {
	out := make([]byte, 0, len(w))
	if len(w) != size*n*n*4 {
		return nil // it has been told
	}
	for o := range n {
		for i := range n {
			for k := range size {
				at := ((k*n+i)*n + o) * 4
				out = append(out, w[at:at+4]...)
			}
		}
	}
	return out
}

// sentence makes one vector of the sum of the features: their mean by the square root of how many pieces there are, mapped to less.
func (b *builder) sentence(summed string, width int) string {
	x := b.product("cnn_W", summed, width, b.sum)
	bias := b.g.Node("", "Mul", "sentence.bias", []string{"count", b.weight("cnn_b", b.sum)})
	x = b.g.Node("", "Add", "sentence.sum", []string{x, bias})
	root := b.g.Node("", "Sqrt", "count.root", []string{"count"})
	return b.g.Node("", "Div", "sentence", []string{x, root})
}

// dense adds the last layers.
func (b *builder) dense(x string) {
	relu := func(name, x string) string { return b.g.Node("", "Relu", name, []string{x}) }
	add := func(name, x, y string) string { return b.g.Node("", "Add", name, []string{x, y}) }
	y0 := relu("dense0", b.product("d0", x, b.sum, b.inner))
	y1 := relu("dense1", add("dense1.sum", b.product("p1", x, b.sum, b.inner), b.product("d1", y0, b.inner, b.inner)))
	y2 := relu("dense2", b.product("d2", y1, b.inner, b.out))
	z := b.g.Node("", "Tanh", "dense3", []string{add("dense3.sum", b.product("p3", y1, b.inner, b.out), b.product("d3", y2, b.out, b.out))})
	b.g.Node("", "LpNormalization", "sentence_embedding", []string{z}, onnxfile.Set("axis", -1), onnxfile.Set("p", 2))
}

// turned swaps the last two dimensions.
func (b *builder) turned(name, x string) string {
	return b.g.Node("", "Transpose", name+".turned", []string{x}, onnxfile.Set("perm", []int{0, 2, 1}))
}

// product multiplies x by the matrix of that name.
func (b *builder) product(name, x string, rows, columns int) string {
	return b.g.Node("", "MatMul", name+".product", []string{x, b.weight(name, rows, columns)})
}

func (b *builder) norm(name, x string, n int, gain, shift []byte) string {
	return b.g.Node("", "LayerNormalization", name, []string{
		x, b.g.Weight(name+".gain", onnxfile.Float32, gain, n), b.g.Weight(name+".shift", onnxfile.Float32, shift, n),
	}, onnxfile.Set("axis", -1), onnxfile.Set("epsilon", b.epsilon))
}

// weight adds the array of that name as it is.
func (b *builder) weight(name string, shape ...int) string {
	return b.g.Weight(name, onnxfile.Float32, b.floats(name, shape...), shape...)
}

// floats returns the numbers of an array; nothing when there is none of that shape.
func (b *builder) floats(name string, shape ...int) []byte {
	data, err := b.all.take(name, "<f4", shape...)
	if err != nil {
		b.fail(err)
	}
	return data
}
