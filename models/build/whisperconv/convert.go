package whisperconv

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"slices"
)

// ggmlMagic opens a whisper.cpp model file.
const ggmlMagic = 0x67676d6c

// headWidth is the width of an attention head in every published Whisper model.
const headWidth = 64

// Element types of a tensor in the ggml file.
const (
	ggmlFloat32 = 0
	ggmlFloat16 = 1
)

// Convert reads the CTranslate2 container of size bytes in model and the tokenizer.json in tokenizer, and writes the ggml
// file to w. A container that is cut, of another model or not in float16 is an error; w then holds a useless beginning.
func Convert(w io.Writer, model io.ReaderAt, size int64, tokenizer io.Reader) error {
	c, err := openContainer(model, size)
	if err != nil {
		return err
	}
	tokens, err := readTokens(tokenizer)
	if err != nil {
		return err
	}
	h, err := c.shape()
	if err != nil {
		return err
	}
	out := &writer{w: bufio.NewWriterSize(w, 1<<16), c: c}
	out.header(h, tokens)
	out.tensors(h)
	if out.err != nil {
		return fmt.Errorf("convert whisper weights: %w", out.err)
	}
	if err := out.w.Flush(); err != nil {
		return fmt.Errorf("write ggml file: %w", err)
	}
	return nil
}

// hyper are the sizes of a model, in the order of the ggml header.
type hyper struct {
	vocab                                         int
	audioCtx, audioState, audioHeads, audioLayers int
	textCtx, textState, textHeads, textLayers     int
	mels                                          int
}

// shape derives the hyper-parameters from the tensors.
func (c *container) shape() (hyper, error) {
	var h hyper
	for _, want := range []struct {
		name string
		dims []*int
	}{
		{"decoder/embeddings/weight", []*int{&h.vocab, &h.textState}},
		{"encoder/position_encodings/encodings", []*int{&h.audioCtx, &h.audioState}},
		{"decoder/position_encodings/encodings", []*int{&h.textCtx, &h.textState}},
		{"encoder/conv1/weight", []*int{&h.audioState, &h.mels, new(int)}},
	} {
		v, ok := c.vars[want.name]
		if !ok || len(v.dims) != len(want.dims) {
			return hyper{}, fmt.Errorf("read container: no usable %s in it", want.name)
		}
		for i, d := range want.dims {
			*d = v.dims[i]
		}
	}
	if h.mels < 1 || h.mels > 256 {
		return hyper{}, fmt.Errorf("read container: %d mel bands", h.mels)
	}
	h.audioHeads, h.textHeads = h.audioState/headWidth, h.textState/headWidth
	h.audioLayers, h.textLayers = c.layers("encoder"), c.layers("decoder")
	return h, nil
}

// layers counts the blocks of the encoder or decoder.
func (c *container) layers(part string) int {
	for n := 0; ; n++ {
		if _, ok := c.vars[fmt.Sprintf("%s/layer_%d/ffn/layer_norm/gamma", part, n)]; !ok {
			return n
		}
	}
}

// writer writes the ggml file; the first error sticks.
type writer struct {
	w   *bufio.Writer
	c   *container
	err error
}

func (o *writer) ints(values ...int) {
	var b [4]byte
	for _, v := range values {
		binary.LittleEndian.PutUint32(b[:], uint32(int32(v)))
		o.raw(b[:])
	}
}

func (o *writer) raw(b []byte) {
	if o.err == nil {
		_, o.err = o.w.Write(b)
	}
}

func (o *writer) header(h hyper, tokens [][]byte) {
	o.ints(ggmlMagic)
	o.ints(h.vocab, h.audioCtx, h.audioState, h.audioHeads, h.audioLayers)
	o.ints(h.textCtx, h.textState, h.textHeads, h.textLayers, h.mels, ggmlFloat16)
	filters := melFilters(h.mels)
	o.ints(h.mels, len(filters)/h.mels)
	var b [4]byte
	for _, f := range filters {
		binary.LittleEndian.PutUint32(b[:], math.Float32bits(f))
		o.raw(b[:])
	}
	o.ints(len(tokens))
	for _, t := range tokens {
		o.ints(len(t))
		o.raw(t)
	}
}

// tensors writes every tensor in the published order.
func (o *writer) tensors(h hyper) {
	o.wide("decoder.positional_embedding", "decoder/position_encodings/encodings", false)
	o.wide("encoder.positional_embedding", "encoder/position_encodings/encodings", false)
	o.tensor("decoder.token_embedding.weight", "decoder/embeddings/weight")
	for i := range h.textLayers {
		o.block(fmt.Sprintf("decoder.blocks.%d.", i), fmt.Sprintf("decoder/layer_%d/", i), true)
	}
	o.norm("decoder.ln", "decoder/layer_norm")
	for _, n := range []string{"1", "2"} {
		o.tensor("encoder.conv"+n+".weight", "encoder/conv"+n+"/weight")
		o.wide("encoder.conv"+n+".bias", "encoder/conv"+n+"/bias", true)
	}
	for i := range h.audioLayers {
		o.block(fmt.Sprintf("encoder.blocks.%d.", i), fmt.Sprintf("encoder/layer_%d/", i), false)
	}
	o.norm("encoder.ln_post", "encoder/layer_norm")
}

// block writes one transformer block.
func (o *writer) block(to, from string, cross bool) {
	o.norm(to+"mlp_ln", from+"ffn/layer_norm")
	o.linear(to+"mlp.0", from+"ffn/linear_0")
	o.linear(to+"mlp.2", from+"ffn/linear_1")
	o.norm(to+"attn_ln", from+"self_attention/layer_norm")
	o.attention(to+"attn.", from+"self_attention/", true)
	if cross {
		o.norm(to+"cross_attn_ln", from+"attention/layer_norm")
		o.attention(to+"cross_attn.", from+"attention/", false)
	}
}

// attention writes the projections. In self-attention CTranslate2 stacks query, key and value in linear_0; in
// cross-attention linear_0 is the query and linear_1 stacks key and value. The key has no bias in Whisper.
func (o *writer) attention(to, from string, fused bool) {
	if fused {
		o.part(to+"query.weight", from+"linear_0/weight", 0, 3)
		o.part(to+"query.bias", from+"linear_0/bias", 0, 3)
		o.part(to+"key.weight", from+"linear_0/weight", 1, 3)
		o.part(to+"value.weight", from+"linear_0/weight", 2, 3)
		o.part(to+"value.bias", from+"linear_0/bias", 2, 3)
		o.linear(to+"out", from+"linear_1")
		return
	}
	o.linear(to+"query", from+"linear_0")
	o.part(to+"key.weight", from+"linear_1/weight", 0, 2)
	o.part(to+"value.weight", from+"linear_1/weight", 1, 2)
	o.part(to+"value.bias", from+"linear_1/bias", 1, 2)
	o.linear(to+"out", from+"linear_2")
}

func (o *writer) linear(to, from string) {
	o.tensor(to+".weight", from+"/weight")
	o.tensor(to+".bias", from+"/bias")
}

func (o *writer) norm(to, from string) {
	o.tensor(to+".weight", from+"/gamma")
	o.tensor(to+".bias", from+"/beta")
}

func (o *writer) tensor(to, from string) { o.part(to, from, 0, 1) }

// part writes the i-th of n equal pieces, cut along the first dimension: rank 1 as float32, the rest as float16.
func (o *writer) part(to, from string, i, n int) {
	v, ok := o.find(from)
	if !ok {
		return
	}
	if len(v.dims) == 0 || v.dims[0]%n != 0 {
		o.err = fmt.Errorf("%s: shape %v cannot be cut in %d", from, v.dims, n)
		return
	}
	v.dims = slices.Clone(v.dims)
	v.dims[0] /= n
	v.bytes /= int64(n)
	v.offset += int64(i) * v.bytes
	o.write(to, v, v.dims, len(v.dims) == 1)
}

// wide writes a tensor that stays float32 whatever its rank; column gives a vector the shape [n,1].
func (o *writer) wide(to, from string, column bool) {
	v, ok := o.find(from)
	if !ok {
		return
	}
	dims := v.dims
	if column {
		dims = append(slices.Clone(dims), 1)
	}
	o.write(to, v, dims, true)
}

func (o *writer) find(name string) (variable, bool) {
	if o.err != nil {
		return variable{}, false
	}
	v, ok := o.c.vars[name]
	switch {
	case !ok:
		o.err = fmt.Errorf("the container holds no %s", name)
	case v.kind != typeFloat16:
		o.err = fmt.Errorf("%s is of type %d, only float16 is taken", name, v.kind)
	}
	return v, o.err == nil
}

// write writes the tensor's head, its shape reversed as ggml wants it, and its data, widened when asked to.
func (o *writer) write(name string, v variable, dims []int, widen bool) {
	kind := ggmlFloat16
	if widen {
		kind = ggmlFloat32
	}
	o.ints(len(dims), len(name), kind)
	for _, d := range slices.Backward(dims) {
		o.ints(d)
	}
	o.raw([]byte(name))
	if o.err != nil {
		return
	}
	data := io.NewSectionReader(o.c.data, v.offset, v.bytes)
	if widen {
		o.err = widenHalf(o.w, data, v.elements())
		return
	}
	if _, err := io.Copy(o.w, data); err != nil {
		o.err = fmt.Errorf("copy %s: %w", name, err)
	}
}
