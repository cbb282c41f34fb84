package mpnetconv

import (
	"embed"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"math"
	"strings"

	"frontdesk.internal/models/build/onnxfile"
)

// rankerFiles are what training to compare makes of the upper layers (appliance/understanding/adapt/rank.py): a file for each
// layer, and ends.json.
//
//go:embed ranker/*.json
var rankerFiles embed.FS

// ends are the small numbers of the ranker beside its layers. Segment is added to each piece of what was said, of a service and of
// an answer; Cross is the bias of each layer and head from items to what was said and back. An item's score is e^Sharp × its
// likeness to what was said + Weigh of a service or an answer; None is the score of "none of them", and Facet says how much more
// likely the price of a service is asked than the service. These three are of vectors of length 1.
type ends struct {
	Segment   [3][]float32   `json:"segment"`
	Cross     [][2][]float32 `json:"cross"`
	Sharp     float32        `json:"sharp"`
	Weigh     [2][]float32   `json:"weigh"`
	WeighBase [2]float32     `json:"weigh_base"`
	None      []float32      `json:"none"`
	NoneBase  float32        `json:"none_base"`
	Facet     []float32      `json:"facet"`
	FacetBase float32        `json:"facet_base"`
}

func readEnds(files fs.FS) (e ends, err error) {
	data, err := fs.ReadFile(files, "ranker/ends.json")
	if err == nil {
		err = json.Unmarshal(data, &e)
	}
	if err != nil {
		return e, fmt.Errorf("read ranker: %w", err)
	}
	return e, nil
}

// fits says whether the numbers are as many as the model wants.
func (e *ends) fits(s sizes) bool {
	for _, list := range [][]float32{e.Segment[0], e.Segment[1], e.Segment[2], e.Weigh[0], e.Weigh[1], e.None, e.Facet} {
		if len(list) != s.hidden {
			return false
		}
	}
	for _, c := range e.Cross {
		if len(c[0]) != s.heads || len(c[1]) != s.heads {
			return false
		}
	}
	return len(e.Cross) == s.layers-s.below
}

// Ranker reads the zip and writes the ONNX model that weighs items (services and answers of a business) against what a caller said,
// all at once.
//
// Each text has run through the lower layers by itself; here what was said sees every item, and an item sees itself and what was
// said, so that the order of items does not matter. Inputs: said, 1 × pieces × 768, and items, count × longest × 768, of float32;
// items_mask, count × longest, 1 where there is a piece; answers, count, 1 for an answer and 0 for a service, of int64. Output:
// scores, 1 + count × 2 of float32: first that of none of them and 0, then each item's score and its facet.
func Ranker(w io.Writer, in io.ReaderAt, size int64) error {
	a, err := readAdapter(rankerFiles, "ranker")
	if err != nil {
		return err
	}
	e, err := readEnds(rankerFiles)
	if err != nil {
		return err
	}
	return base.convertRanker(w, in, size, a, e)
}

func (s sizes) convertRanker(w io.Writer, in io.ReaderAt, size int64, changes adapter, e ends) error {
	if !e.fits(s) {
		return fmt.Errorf("the ranker's numbers are not those of a model of %d layers", s.layers)
	}
	r, err := member(in, size, "model.safetensors")
	if err != nil {
		return err
	}
	defer r.Close()
	b := &builder{sizes: s, changes: changes, have: map[string][]int{}}
	upper := func(a array, data []float32) error {
		name := strings.TrimPrefix(a.name, "encoder.")
		var layer int
		if _, err := fmt.Sscanf(name, "layer.%d.", &layer); (err == nil && layer >= s.below) || name == "relative_attention_bias.weight" {
			return b.take(a, data)
		}
		return nil
	}
	if err := each(r, upper); err != nil {
		return fmt.Errorf("read weights: %w", err)
	}
	b.buildRanker(e)
	if b.missing != nil {
		return fmt.Errorf("convert weights: %w", b.missing)
	}
	return b.g.Write(w, "all-mpnet-base-v2 ranker")
}

// lists are the shapes of a request, as lists of one number or more in the graph.
type lists struct {
	said, items, longest string // how many pieces were said, how many items there are, the pieces of the longest
	flat                 string // the shape 1 × pieces of all items × hidden
	apart                string // the shape items × longest × hidden
	saidMask, itemMask   string // for each of the two kinds of attention
	saidBias, itemBias   string
	saidCross, itemCross string // the shapes to which the bias between texts is spread
	saidRepeated         string
}

func (b *builder) buildRanker(e ends) {
	b.g.Inputs = []onnxfile.Message{
		onnxfile.Value("said", onnxfile.Float32, 1, "pieces", b.hidden), onnxfile.Value("items", onnxfile.Float32, "count", "longest", b.hidden),
		onnxfile.Value("items_mask", onnxfile.Int64, "count", "longest"), onnxfile.Value("answers", onnxfile.Int64, "count"),
	}
	b.g.Outputs = []onnxfile.Message{onnxfile.Value("scores", onnxfile.Float32, "rows", 2)}
	l := b.lists()
	said := b.g.Node("", "Add", "said.segment", []string{"said", b.numbers("segment.said", e.Segment[0], 1, 1, b.hidden)})
	kinds := b.numbers("segment.items", append(append([]float32{}, e.Segment[1]...), e.Segment[2]...), 2, 1, b.hidden)
	segment := b.g.Node("", "Gather", "segment", []string{kinds, "answers"}, onnxfile.Set("axis", 0))
	items := b.g.Node("", "Reshape", "items.flat", []string{b.g.Node("", "Add", "items.segment", []string{"items", segment}), l.flat})
	x := b.g.Node("", "Concat", "all", []string{said, items}, onnxfile.Set("axis", 1))
	for i := b.below; i < b.layers; i++ {
		x = b.rankLayer(i, x, l, e.Cross[i-b.below])
	}
	b.rankEnds(x, l, e)
}

func (b *builder) numbers(name string, data []float32, shape ...int) string {
	return b.g.Weight(name, onnxfile.Float32, raw(data), shape...)
}

// lists reads the sizes of the request.
func (b *builder) lists() (l lists) {
	size := func(name, of string, axis int) string {
		shape := b.g.Node("", "Shape", name+".shape", []string{of})
		return b.g.Node("", "Gather", name, []string{shape, b.list(name+".axis", int64(axis))}, onnxfile.Set("axis", 0))
	}
	join := func(name string, sizes ...string) string {
		return b.g.Node("", "Concat", name, sizes, onnxfile.Set("axis", 0))
	}
	l.said, l.items, l.longest = size("said.count", "said", 1), size("items.count", "items", 0), size("items.longest", "items", 1)
	one, hidden, heads := b.list("one", 1), b.list("hidden", int64(b.hidden)), b.list("heads", int64(b.heads))
	b.list("zero", 0)
	b.list("first", 1)
	pieces := b.g.Node("", "Mul", "items.pieces", []string{l.items, l.longest})
	l.flat, l.apart = join("flat", one, pieces, hidden), join("apart", l.items, l.longest, hidden)
	l.saidRepeated = join("said.repeated", l.items, l.said, hidden)
	ones := func(name, shape string) string {
		return b.g.Node("", "Expand", name, []string{b.g.Weight(name+".one", onnxfile.Int32, []byte{1, 0, 0, 0}, 1, 1), shape})
	}
	mask := b.g.Node("", "Cast", "items.mask", []string{"items_mask"}, onnxfile.Set("to", onnxfile.Int32))
	l.itemMask = b.g.Node("", "Concat", "item.attends", []string{mask, ones("item.said", join("item.said.shape", l.items, l.said))},
		onnxfile.Set("axis", 1))
	flatMask := b.g.Node("", "Reshape", "mask.flat", []string{mask, join("mask.flat.shape", one, pieces)})
	l.saidMask = b.g.Node("", "Concat", "said.attends", []string{ones("said.said", join("said.said.shape", one, l.said)), flatMask},
		onnxfile.Set("axis", 1))
	table, zeros, axes := b.weight("relative_attention_bias.weight", buckets, b.heads), b.list("zeros", 0, 0), b.list("axes", 2, 3)
	near := func(name, n string) string {
		return b.g.Node("", "Slice", name, []string{table, zeros, join(name+".square", n, n), axes})
	}
	l.saidBias, l.itemBias = near("said.near", l.said), near("item.near", l.longest)
	l.saidCross, l.itemCross = join("said.cross", one, heads, l.said, pieces), join("item.cross", one, heads, l.longest, l.said)
	return l
}

// parted cuts x, all pieces in a row, into those that were said and those of the items.
func (b *builder) parted(name, x string, l lists) (said, items string) {
	said = b.g.Node("", "Slice", name+".said", []string{x, "zero", l.said, "first"})
	rest := b.g.Node("", "Slice", name+".rest", []string{x, l.said, b.end(), "first"})
	return said, b.g.Node("", "Reshape", name+".items", []string{rest, l.apart})
}

// end is beyond every end.
func (b *builder) end() string {
	if b.have["end"] == nil {
		b.have["end"] = []int{1}
		b.list("end", math.MaxInt32)
	}
	return "end"
}

// rankLayer is a block in which what was said attends to everything, and each item to itself and to what was said.
func (b *builder) rankLayer(i int, x string, l lists, cross [2][]float32) string {
	p := fmt.Sprintf("layer.%d.", i)
	a := p + "attention.attn."
	q, k, v := b.product(a+"q", x, b.hidden, b.hidden), b.product(a+"k", x, b.hidden, b.hidden), b.product(a+"v", x, b.hidden, b.hidden)
	saidQ, itemQ := b.parted(p+"q", q, l)
	itemKV := func(name, x string) string {
		said, items := b.parted(p+name, x, l)
		said = b.g.Node("", "Expand", p+name+".repeated", []string{said, l.saidRepeated})
		return b.g.Node("", "Concat", p+name+".seen", []string{items, said}, onnxfile.Set("axis", 1))
	}
	bias := func(name, near, shape string, numbers []float32) string {
		far := b.g.Node("", "Expand", p+name+".far", []string{b.numbers(p+name+".cross", numbers, 1, b.heads, 1, 1), shape})
		return b.g.Node("", "Concat", p+name+".bias", []string{near, far}, onnxfile.Set("axis", 3))
	}
	attend := func(name, q, k, v, mask, bias string) string {
		return b.g.Node(onnxfile.Contrib, "MultiHeadAttention", p+name+".attended", []string{q, k, v, "", mask, bias},
			onnxfile.Set("num_heads", b.heads))
	}
	said := attend("said", saidQ, k, v, l.saidMask, bias("said", l.saidBias, l.saidCross, cross[1]))
	items := attend("item", itemQ, itemKV("k", k), itemKV("v", v), l.itemMask, bias("item", l.itemBias, l.itemCross, cross[0]))
	flat := b.g.Node("", "Reshape", p+"items.flat", []string{items, l.flat})
	return b.rest(p, x, b.g.Node("", "Concat", p+"attended", []string{said, flat}, onnxfile.Set("axis", 1)))
}

// rankEnds makes scores of what comes out of the last layer.
func (b *builder) rankEnds(x string, l lists, e ends) {
	node := func(op, name string, in ...string) string { return b.g.Node("", op, name, in) }
	said, items := b.parted("out", x, l)
	said = b.g.Node("", "ReduceMean", "said.mean", []string{said, "first"}, onnxfile.Set("keepdims", 0)) // 1 × hidden
	weight := node("Unsqueeze", "weight", b.g.Node("", "Cast", "mask.numbers", []string{"items_mask"}, onnxfile.Set("to", onnxfile.Float32)),
		b.list("last", 2))
	sum := func(name, x string) string {
		return b.g.Node("", "ReduceSum", name, []string{x, "first"}, onnxfile.Set("keepdims", 0))
	}
	// items × hidden
	items = node("Div", "items.mean", sum("items.sum", node("Mul", "items.there", items, weight)), sum("items.pieces.there", weight))
	unit := func(name, x string) string {
		return node("Div", name+".unit", x, b.g.Node("", "ReduceL2", name+".length", []string{x, "first"}, onnxfile.Set("keepdims", 1)))
	}
	total := func(name, x, weights string) string { // of each row
		return b.g.Node("", "ReduceSum", name, []string{node("Mul", name+".parts", x, weights), "first"}, onnxfile.Set("keepdims", 1))
	}
	items, said = unit("items", items), unit("said", said)
	like := node("Mul", "like", total("cosine", items, said), b.numbers("sharp", []float32{float32(math.Exp(float64(e.Sharp)))}, 1, 1))
	kinds := b.numbers("weigh", append(append([]float32{}, e.Weigh[0]...), e.Weigh[1]...), 2, b.hidden)
	weigh := total("weighed", items, b.g.Node("", "Gather", "weigh.kind", []string{kinds, "answers"}, onnxfile.Set("axis", 0)))
	start := b.g.Node("", "Gather", "weigh.base", []string{b.numbers("weigh.bases", e.WeighBase[:], 2, 1), "answers"}, onnxfile.Set("axis", 0))
	score := node("Add", "score", node("Add", "score.weighed", like, weigh), start)
	facet := node("Add", "facet", total("faced", items, b.numbers("facet.weights", e.Facet, 1, b.hidden)),
		b.numbers("facet.base", []float32{e.FacetBase}, 1, 1))
	none := node("Add", "none", total("nothing", said, b.numbers("none.weights", e.None, 1, b.hidden)),
		b.numbers("none.base", []float32{e.NoneBase}, 1, 1))
	rows := b.g.Node("", "Concat", "rows.items", []string{score, facet}, onnxfile.Set("axis", 1))
	first := b.g.Node("", "Concat", "rows.none", []string{none, b.numbers("nil", []float32{0}, 1, 1)}, onnxfile.Set("axis", 1))
	b.g.Node("", "Concat", "scores", []string{first, rows}, onnxfile.Set("axis", 0))
}
