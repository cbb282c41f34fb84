package e5conv

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"

	"frontdesk.internal/models/embed/tokenizer"
)

// maxContainer bounds the weight file, in bytes.
const maxContainer = 256 << 20

// blockSize is how many weights share one scale, and blockBytes what they take: the scale as a half and 4 bits each.
const (
	blockSize  = 32
	blockBytes = 2 + blockSize/2
)

// container is a weight file.
type container struct {
	hidden, layers, heads, inner, vocab, positions, types int
	epsilon                                               float32
	pieces                                                []tokenizer.Piece
	begin, end, pad, unknown                              int
	replace                                               []replacement // in the order of the runes
	tensors                                               map[string]tensor
}

// replacement says what a rune is written as before the text is cut; nothing, for some.
type replacement struct {
	from rune
	to   string
}

// tensor is one named array: float32 numbers, or blocks of 4-bit ones.
type tensor struct {
	blocks bool
	count  int
	data   []byte
}

// cursor reads the file from front to back; the first error sticks.
type cursor struct {
	left []byte
	err  error
}

func (c *cursor) take(n int) []byte {
	if c.err != nil {
		return make([]byte, min(max(n, 0), 8)) // enough for a number
	}
	if n < 0 || n > len(c.left) {
		c.err = io.ErrUnexpectedEOF
		return c.take(n)
	}
	b := c.left[:n]
	c.left = c.left[n:]
	return b
}

func (c *cursor) u16() int     { return int(binary.LittleEndian.Uint16(c.take(2))) }
func (c *cursor) u32() uint32  { return binary.LittleEndian.Uint32(c.take(4)) }
func (c *cursor) u64() uint64  { return binary.LittleEndian.Uint64(c.take(8)) }
func (c *cursor) f32() float32 { return math.Float32frombits(c.u32()) }

// size reads a count, which is an error when it is above most.
func (c *cursor) size(most int) int {
	n := c.u32()
	if c.err == nil && int64(n) > int64(most) {
		c.err = fmt.Errorf("a count of %d, at most %d is possible", n, most)
	}
	if c.err != nil {
		return 0
	}
	return int(n)
}

// Bounds on what a file may say of itself.
const (
	maxDim    = 1 << 14
	maxPieces = 1 << 20
)

// open reads the container.
func open(r io.Reader) (*container, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxContainer+1))
	if err != nil {
		return nil, fmt.Errorf("read weights: %w", err)
	}
	if len(data) > maxContainer {
		return nil, fmt.Errorf("read weights: more than %d bytes", maxContainer)
	}
	c, err := parse(data)
	if err != nil {
		return nil, fmt.Errorf("read weights: %w", err)
	}
	return c, nil
}

func parse(data []byte) (*container, error) {
	in := &cursor{left: data}
	if magic, version := string(in.take(4)), in.u32(); in.err == nil && (magic != "E5S1" || version != 1) {
		return nil, fmt.Errorf("this is no weight file of the kind known: it begins with %q, version %d", magic, version)
	}
	c := &container{}
	for _, d := range []*int{&c.hidden, &c.layers, &c.heads, &c.inner} {
		*d = in.size(maxDim)
	}
	c.vocab, c.positions, c.types = in.size(maxPieces), in.size(maxDim), in.size(maxDim)
	c.epsilon = in.f32()
	if block := in.size(maxDim); in.err == nil && block != blockSize {
		return nil, fmt.Errorf("blocks of %d weights, only %d are known", block, blockSize)
	}
	c.readPieces(in)
	c.readReplacements(in)
	c.readTensors(in, data)
	if in.err != nil {
		return nil, in.err
	}
	if c.heads == 0 || c.hidden == 0 || c.hidden%c.heads != 0 || c.hidden%blockSize != 0 || c.inner%blockSize != 0 || c.types == 0 ||
		len(c.pieces) > c.vocab {
		return nil, errors.New("the sizes do not fit each other")
	}
	return c, nil
}

func (c *container) readPieces(in *cursor) {
	n := in.size(maxPieces)
	for _, d := range []*int{&c.begin, &c.end, &c.pad, &c.unknown} {
		*d = in.size(n)
	}
	total := in.u64()
	offsets := &cursor{left: in.take(4 * (n + 1))}
	scores := &cursor{left: in.take(4 * n)}
	if in.err == nil && total > uint64(len(in.left)) {
		in.err = io.ErrUnexpectedEOF
	}
	if in.err != nil {
		return
	}
	blob := in.take(int(total))
	from := offsets.u32()
	for range n {
		to := offsets.u32()
		if from > to || uint64(to) > total {
			in.err = fmt.Errorf("a piece from %d to %d", from, to)
			return
		}
		c.pieces = append(c.pieces, tokenizer.Piece{Text: string(blob[from:to]), Score: scores.f32()})
		from = to
	}
}

func (c *container) readReplacements(in *cursor) {
	n, size := in.size(maxPieces), in.size(maxContainer)
	list := &cursor{left: in.take(size)}
	if in.err != nil {
		return
	}
	for range n {
		from, k := rune(list.u32()), int(list.take(1)[0])
		var to []rune
		for range k {
			to = append(to, rune(list.u32()))
		}
		c.replace = append(c.replace, replacement{from: from, to: string(to)})
	}
	in.err = list.err
}

func (c *container) readTensors(in *cursor, data []byte) {
	c.tensors = make(map[string]tensor)
	for range in.size(maxDim) {
		name := string(in.take(in.u16()))
		t := tensor{blocks: in.take(1)[0] == 1, count: int(in.u32())}
		at, size := in.u64(), in.u64()
		if in.err == nil && (at > uint64(len(data)) || size > uint64(len(data))-at) {
			in.err = fmt.Errorf("%s: %w", name, io.ErrUnexpectedEOF)
		}
		if in.err != nil {
			return
		}
		t.data = data[at : at+size]
		c.tensors[name] = t
	}
}

// floats returns a tensor of n float32 numbers.
func (c *container) floats(name string, n int) ([]byte, error) {
	t, ok := c.tensors[name]
	if !ok || t.blocks || t.count != n || len(t.data) != 4*n {
		return nil, fmt.Errorf("no usable %s among the weights", name)
	}
	return t.data, nil
}

// quantised returns a tensor of n 4-bit weights: the scales as float32 and the weights, two in a byte, the first in the low half. With
// signed, they are numbers from -8 to 7; without, 8 more.
func (c *container) quantised(name string, n int, signed bool) (scales, weights []byte, err error) {
	t, ok := c.tensors[name]
	if !ok || !t.blocks || t.count != n || n%blockSize != 0 || len(t.data) != n/blockSize*blockBytes {
		return nil, nil, fmt.Errorf("no usable %s among the weights", name)
	}
	var flip byte
	if signed {
		flip = 0x88 // 8 less in both halves, modulo 16
	}
	scales, weights = make([]byte, 0, n/blockSize*4), make([]byte, 0, n/2)
	for b := t.data; len(b) > 0; b = b[blockBytes:] {
		scales = binary.LittleEndian.AppendUint32(scales, math.Float32bits(half(binary.LittleEndian.Uint16(b))))
		q := b[2:blockBytes] // weight i in the low half of byte i, weight i+16 in its high half
		for i := 0; i < blockSize/2; i += 2 {
			weights = append(weights, (q[i]&0x0f|q[i+1]<<4)^flip)
		}
		for i := 0; i < blockSize/2; i += 2 {
			weights = append(weights, (q[i]>>4|q[i+1]&0xf0)^flip)
		}
	}
	return scales, weights, nil
}

// half widens a number of 16 bits, which is exact.
func half(h uint16) float32 {
	sign, exp, man := uint32(h&0x8000)<<16, uint32(h>>10)&0x1f, uint32(h)&0x3ff
	switch exp {
	case 0: // zero, or too small for an exponent of its own
		f := float32(man) / (1 << 24)
		return math.Float32frombits(math.Float32bits(f) | sign)
	case 0x1f:
		return math.Float32frombits(sign | 0x7f800000 | man<<13)
	}
	return math.Float32frombits(sign | (exp+112)<<23 | man<<13)
}
