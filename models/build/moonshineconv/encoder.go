package moonshineconv

import (
	"encoding/binary"
	"fmt"
	"math"

	"frontdesk.internal/models/build/onnxfile"
)

func (b *builder) encoder() {
	h := b.hidden()
	b.g.Inputs = []onnxfile.Message{onnxfile.Value("input_values", onnxfile.Float32, 1, "samples")}
	b.g.Outputs = []onnxfile.Message{onnxfile.Value("hidden", onnxfile.Float32, 1, "places", h)}
	b.turns("/rotary_emb/Cast_1_output_0", EncoderPlaces)
	b.g.List("zero", 0)
	x := b.sound()
	for i := range b.layers {
		p := fmt.Sprintf("layers.%d", i)
		asked := b.parts(p+".asked", b.floats(p+".asked.all", b.norm(p+".first", x, p+".input_layernorm.weight"), b.asked(p+"|self_attn")...), 3)
		seen := b.g.Node(onnxfile.Contrib, "MultiHeadAttention", p+".seen", []string{
			b.turned(p+".query", asked[0], "zero"), b.turned(p+".key", asked[1], "zero"), asked[2],
		}, onnxfile.Set("num_heads", b.heads))
		x = b.add(p+".attended", x, b.floats(p+".attention", seen, b.w.product(p+"|self_attn|dense", h, h)))
		y := b.floats(p+".wide", b.norm(p+".second", x, p+".post_attention_layernorm.weight"), b.w.product(p+"|mlp|fc1", h, b.inner))
		y = b.g.Node("", "Gelu", p+".gelu", []string{b.bias(p+".wide.bias", y, p+".mlp.fc1.bias", b.inner)})
		y = b.bias(p+".narrow.bias", b.floats(p+".narrow", y, b.w.product(p+"|mlp|fc2", b.inner, h)), p+".mlp.fc2.bias", h)
		x = b.add(p+".done", x, y)
	}
	b.norm("hidden", x, "layer_norm.weight")
}

// sound makes places of 24 ms of samples, by three convolutions.
func (b *builder) sound() string {
	h := b.hidden()
	conv := func(name, x string, stride int, shape ...int) string {
		in := []string{x, b.convolution(name, shape...)}
		if name != "conv1" {
			in = append(in, b.g.Weight(name+".bias", onnxfile.Float32, b.w.raw(name+".bias", shape[0]), shape[0]))
		}
		return b.g.Node("", "Conv", name, in, onnxfile.Set("strides", []int{stride}))
	}
	x := b.g.Node("", "Unsqueeze", "channel", []string{"input_values", b.g.List("second", 1)})
	x = b.g.Node("", "Tanh", "tanh", []string{conv("conv1", x, 64, h, 1, 127)})
	// All channels are brought to one scale together.
	shape := b.g.Node("", "Shape", "shape", []string{x})
	one := b.g.Weight("one", onnxfile.Float32, binary.LittleEndian.AppendUint32(nil, math.Float32bits(1)), 1)
	none := b.g.Weight("none", onnxfile.Float32, make([]byte, 4), 1)
	x = b.g.Node("", "Reshape", "group", []string{x, b.g.List("whole", 0, 1, -1)})
	x = b.g.Node("", "InstanceNormalization", "group.norm", []string{x, one, none}, onnxfile.Set("epsilon", epsilon))
	x = b.g.Node("", "Reshape", "group.channels", []string{x, shape})
	each := func(op, name string) string {
		return b.g.Weight(name, onnxfile.Float32, b.w.raw(b.w.second["/groupnorm/"+op+"_output_0"], h, 1), h, 1)
	}
	x = b.g.Node("", "Mul", "group.scaled", []string{x, each("Mul", "group.scale")})
	x = b.add("group.shifted", x, each("Add", "group.shift"))
	x = b.g.Node("", "Gelu", "gelu2", []string{conv("conv2", x, 3, 2*h, h, 7)})
	x = b.g.Node("", "Gelu", "gelu3", []string{conv("conv3", x, 2, h, 2*h, 3)})
	return b.g.Node("", "Transpose", "sound", []string{x}, onnxfile.Set("perm", []int{0, 2, 1}))
}

// convolution adds the weights of a convolution, as numbers.
func (b *builder) convolution(name string, shape ...int) string {
	s := b.w.stepped(name+".weight", shape...)
	raw := make([]byte, 0, 4*len(s.data))
	for i := range s.data {
		raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(s.number(i)))
	}
	return b.g.Weight(name+".w", onnxfile.Float32, raw, shape...)
}
