package e5conv

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"

	"google.golang.org/protobuf/encoding/protowire"
)

// The parts of an ONNX file, as messages of its published schema; the numbers are those of the fields there.

// Element types of a tensor.
const (
	typeFloat32 = 1
	typeUint8   = 2
	typeInt32   = 6
	typeInt64   = 7
	typeInt4    = 22
)

// message is a message that is being written.
type message []byte

func (m *message) number(field protowire.Number, v int64) {
	*m = protowire.AppendVarint(protowire.AppendTag(*m, field, protowire.VarintType), uint64(v))
}

func (m *message) bytes(field protowire.Number, b []byte) {
	*m = protowire.AppendBytes(protowire.AppendTag(*m, field, protowire.BytesType), b)
}

func (m *message) text(field protowire.Number, s string) { m.bytes(field, []byte(s)) }

// graph collects nodes and weights.
type graph struct {
	nodes, weights, inputs, outputs []message
}

// attribute is a setting of a node: an int or a float32.
type attribute struct {
	name  string
	value any
}

// node adds a computation and returns the name of its outcome, which is also the node's own. Inputs are names, "" for one left out.
func (g *graph) node(domain, op, name string, inputs []string, attributes ...attribute) string {
	var m message
	for _, in := range inputs {
		m.text(1, in)
	}
	m.text(2, name)
	m.text(3, name)
	m.text(4, op)
	for _, a := range attributes {
		var am message
		am.text(1, a.name)
		switch v := a.value.(type) {
		case int:
			am.number(3, int64(v))
			am.number(20, 2) // an integer
		case float32:
			am = protowire.AppendFixed32(protowire.AppendTag(am, 2, protowire.Fixed32Type), math.Float32bits(v))
			am.number(20, 1) // a float
		}
		m.bytes(5, am)
	}
	m.text(7, domain)
	g.nodes = append(g.nodes, m)
	return name
}

// weight adds an array of that type and shape, its elements as they lie in memory, and returns its name.
func (g *graph) weight(name string, kind int, raw []byte, shape ...int) string {
	var m message
	for _, d := range shape {
		m.number(1, int64(d))
	}
	m.number(2, int64(kind))
	m.text(8, name)
	m.bytes(9, raw)
	g.weights = append(g.weights, m)
	return name
}

// constant adds int64 numbers: one alone is a scalar, none an empty list.
func (g *graph) constant(name string, v int64) string {
	return g.weight(name, typeInt64, binary.LittleEndian.AppendUint64(nil, uint64(v)))
}

// value describes an input or output whose dimensions have names or, when they are numbers, sizes.
func value(name string, kind int, dims ...any) message {
	var shape message
	for _, d := range dims {
		var dim message
		switch v := d.(type) {
		case int:
			dim.number(1, int64(v))
		case string:
			dim.text(2, v)
		}
		shape.bytes(1, dim)
	}
	var tensor, kindOf, m message
	tensor.number(1, int64(kind))
	tensor.bytes(2, shape)
	kindOf.bytes(1, tensor)
	m.text(1, name)
	m.bytes(2, kindOf)
	return m
}

// Versions that the file says it needs.
const (
	irVersion = 10
	opset     = 21
	contrib   = "com.microsoft" // ONNX Runtime's own operators
)

// write writes the whole file. The weights, which are nearly all of it, are not copied for that.
func (g *graph) write(w io.Writer, name string) error {
	var before, after message
	for _, n := range g.nodes {
		before.bytes(1, n)
	}
	before.text(2, name)
	for _, v := range g.inputs {
		after.bytes(11, v)
	}
	for _, v := range g.outputs {
		after.bytes(12, v)
	}
	size := len(before) + len(after)
	heads := make([]message, len(g.weights))
	for i, m := range g.weights {
		heads[i] = protowire.AppendVarint(protowire.AppendTag(nil, 5, protowire.BytesType), uint64(len(m)))
		size += len(heads[i]) + len(m)
	}
	var m message
	m.number(1, irVersion)
	m.text(2, "frontdesk")
	m = protowire.AppendVarint(protowire.AppendTag(m, 7, protowire.BytesType), uint64(size))
	pieces := []message{m, before}
	for i := range g.weights {
		pieces = append(pieces, heads[i], g.weights[i])
	}
	pieces = append(pieces, after, versions())
	for _, p := range pieces {
		if _, err := w.Write(p); err != nil {
			return fmt.Errorf("write ONNX model: %w", err)
		}
	}
	return nil
}

// versions are the sets of operators that the file needs.
func versions() message {
	var m message
	for _, o := range []struct {
		domain  string
		version int64
	}{{"", opset}, {contrib, 1}} {
		var set message
		set.text(1, o.domain)
		set.number(2, o.version)
		m.bytes(8, set)
	}
	return m
}
