package moonshineconv

import (
	"fmt"

	"frontdesk.internal/models/build/onnxfile"
)

// inDecoder is what the decoder's parts are called in the file, behind a layer's number.
const inDecoder = "model|decoder|layers.%d"

// merged stands behind the names of arrays in the file, which was made of two.
const merged = "_merged_0"

// kinds are what a layer keeps of a place.
var kinds = []string{"key", "value"}

// kept describes what a layer keeps.
func (b *builder) kept(name, kind string, layer int, places any) onnxfile.Message {
	return onnxfile.Value(fmt.Sprintf("%s.%d.%s", name, layer, kind), onnxfile.Float32, 1, b.heads, places, b.head)
}

func (b *builder) memory() {
	h := b.hidden()
	b.g.Inputs = []onnxfile.Message{onnxfile.Value("hidden", onnxfile.Float32, 1, "places", h)}
	b.g.List("heads", 0, 0, int64(b.heads), int64(b.head))
	var all []steps
	for i := range b.layers {
		p := fmt.Sprintf(inDecoder, i) + "|encoder_attn"
		all = append(all, b.w.product(p+"|k_proj", h, h), b.w.product(p+"|v_proj", h, h))
	}
	for i, x := range b.parts("part", b.floats("all", "hidden", all...), len(all)) {
		layer, kind := i/len(kinds), kinds[i%len(kinds)]
		split := b.g.Node("", "Reshape", x+".heads", []string{x, "heads"})
		b.g.Node("", "Transpose", fmt.Sprintf("cross.%d.%s", layer, kind), []string{split}, onnxfile.Set("perm", []int{0, 2, 1, 3}))
		b.g.Outputs = append(b.g.Outputs, b.kept("cross", kind, layer, "places"))
	}
}

func (b *builder) decoder() {
	b.g.Inputs = []onnxfile.Message{
		onnxfile.Value("input_ids", onnxfile.Int64, 1, 1), onnxfile.Value("position", onnxfile.Int64, 1),
	}
	b.g.Outputs = []onnxfile.Message{onnxfile.Value("logits", onnxfile.Float32, 1, 1, b.words)}
	b.turns("/model/decoder/rotary_emb/Cast_1_output_0", DecoderPlaces)
	table := b.w.stepped("model.decoder.embed_tokens.weight"+merged, b.words, b.hidden())
	x := b.word()
	for i := range b.layers {
		x = b.layer(i, x)
	}
	x = b.norm("last", x, "model.decoder.norm.weight"+merged)
	b.bytes("logits", x, b.hidden(), table)
}

// word looks up the word's row in the table that the logits are made by.
func (b *builder) word() string {
	number := func(name, of string) string {
		x := b.g.Node("", "Gather", name+".found", []string{of, "input_ids"})
		return b.g.Node("", "Cast", name, []string{x}, onnxfile.Set("to", onnxfile.Float32))
	}
	b.g.List("inner", -1)
	each := func(name, of string) string {
		return b.g.Node("", "Unsqueeze", name+".each", []string{number(name, of), "inner"})
	}
	x := b.g.Node("", "Sub", "row.steps", []string{number("row", "logits.w"), each("row.zero", "logits.zero")})
	x = b.g.Node("", "Mul", "row.scaled", []string{x, each("row.scale", "logits.scale")})
	return b.g.Node("", "Reshape", "word", []string{x, b.g.List("row.shape", 1, 1, int64(b.hidden()))})
}

// layer adds one block: attention to the words before, attention to what was heard, and two wide products with a gate between them.
func (b *builder) layer(i int, x string) string {
	h := b.hidden()
	p := fmt.Sprintf("layer.%d", i)
	part := fmt.Sprintf(inDecoder, i)
	array := fmt.Sprintf("model.decoder.layers.%d.", i)
	turned := func(part string, inputs, outputs int) steps { return b.w.product(part, inputs, outputs).turned() }
	for _, kind := range kinds {
		b.g.Inputs = append(b.g.Inputs, b.kept("past", kind, i, "before"), b.kept("cross", kind, i, "places"))
		b.g.Outputs = append(b.g.Outputs, b.kept("present", kind, i, "now"))
	}
	own := b.asked(part + "|self_attn")
	for i := range own {
		own[i] = own[i].turned()
	}
	asked := b.parts(p+".asked", b.bytes(p+".asked.all", b.norm(p+".first", x, array+"input_layernorm.weight"+merged), h, own...), len(own))
	name := func(of, kind string) string { return fmt.Sprintf("%s.%d.%s", of, i, kind) }
	b.g.Nodes(onnxfile.Contrib, "MultiHeadAttention", []string{p + ".said", name("present", "key"), name("present", "value")}, []string{
		b.turned(p+".query", asked[0], "position"), b.turned(p+".key", asked[1], "position"), asked[2], "", "", "",
		name("past", "key"), name("past", "value"),
	}, onnxfile.Set("num_heads", b.heads))
	x = b.add(p+".recalled", x, b.bytes(p+".recall", p+".said", h, turned(part+"|self_attn|dense", h, h)))

	query := b.bytes(p+".sought", b.norm(p+".second", x, array+"post_attention_layernorm.weight"+merged), h,
		turned(part+"|encoder_attn|q_proj", h, h))
	heard := b.g.Node(onnxfile.Contrib, "MultiHeadAttention", p+".heard", []string{query, name("cross", "key"), name("cross", "value")},
		onnxfile.Set("num_heads", b.heads))
	x = b.add(p+".listened", x, b.bytes(p+".listen", heard, h, turned(part+"|encoder_attn|dense", h, h)))

	y := b.bytes(p+".wide", b.norm(p+".third", x, array+"final_layernorm.weight"+merged), h, turned(part+"|mlp|up_proj", h, 2*b.inner))
	both := b.parts(p+".halves", b.bias(p+".wide.bias", y, array+"mlp.up_proj.bias"+merged, 2*b.inner), 2)
	gate := b.g.Node("", "Mul", p+".gate", []string{both[1], b.g.Node("", "Sigmoid", p+".sigmoid", []string{both[1]})})
	y = b.g.Node("", "Mul", p+".gated", []string{both[0], gate})
	y = b.bytes(p+".narrow", y, b.inner, turned(part+"|mlp|down_proj", b.inner, h))
	return b.add(p+".done", x, b.bias(p+".narrow.bias", y, array+"mlp.down_proj.bias"+merged, h))
}
