package onnxfile

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"

	"google.golang.org/protobuf/encoding/protowire"
)

// The parts of an ONNX file are messages of its published schema; the numbers are those of the fields there.

// Types of the elements of a tensor.
const (
	Float32 = 1
	Uint8   = 2
	Int8    = 3
	Int32   = 6
	Int64   = 7
	Int4    = 22
)

// Message is a part of the file, written.
type Message []byte

func (m *Message) number(field protowire.Number, v int64) {
	*m = protowire.AppendVarint(protowire.AppendTag(*m, field, protowire.VarintType), uint64(v))
}

func (m *Message) bytes(field protowire.Number, b []byte) {
	*m = protowire.AppendBytes(protowire.AppendTag(*m, field, protowire.BytesType), b)
}

func (m *Message) text(field protowire.Number, s string) { m.bytes(field, []byte(s)) }

// Graph collects nodes and weights.
type Graph struct {
	Inputs, Outputs []Message // as Value makes them

	nodes, weights []Message
}

// Attribute is a setting of a node.
type Attribute struct {
	name  string
	value any
}

// Set makes an attribute of an int, a float32 or several ints.
func Set(name string, value any) Attribute { return Attribute{name, value} }

// Node adds a computation and returns the name of its outcome, which is also the node's own. Inputs are names, "" for one left out.
func (g *Graph) Node(domain, op, name string, inputs []string, attributes ...Attribute) string {
	g.Nodes(domain, op, []string{name}, inputs, attributes...)
	return name
}

// Nodes adds a computation with several outcomes, of which the first is called as the node itself.
func (g *Graph) Nodes(domain, op string, outputs, inputs []string, attributes ...Attribute) {
	var m Message
	for _, in := range inputs {
		m.text(1, in)
	}
	for _, out := range outputs {
		m.text(2, out)
	}
	m.text(3, outputs[0])
	m.text(4, op)
	for _, a := range attributes {
		var am Message
		am.text(1, a.name)
		switch v := a.value.(type) {
		case int:
			am.number(3, int64(v))
			am.number(20, 2) // an integer
		case float32:
			am = protowire.AppendFixed32(protowire.AppendTag(am, 2, protowire.Fixed32Type), math.Float32bits(v))
			am.number(20, 1) // a float
		case []int:
			for _, n := range v {
				am.number(8, int64(n))
			}
			am.number(20, 7) // integers
		}
		m.bytes(5, am)
	}
	m.text(7, domain)
	g.nodes = append(g.nodes, m)
}

// Weight adds an array of that type and shape, its elements as they lie in memory, and returns its name.
func (g *Graph) Weight(name string, kind int, raw []byte, shape ...int) string {
	var m Message
	for _, d := range shape {
		m.number(1, int64(d))
	}
	m.number(2, int64(kind))
	m.text(8, name)
	m.bytes(9, raw)
	g.weights = append(g.weights, m)
	return name
}

// Constant adds one int64 number, a scalar.
func (g *Graph) Constant(name string, v int64) string {
	return g.Weight(name, Int64, binary.LittleEndian.AppendUint64(nil, uint64(v)))
}

// List adds int64 numbers in a row.
func (g *Graph) List(name string, numbers ...int64) string {
	var raw []byte
	for _, v := range numbers {
		raw = binary.LittleEndian.AppendUint64(raw, uint64(v))
	}
	return g.Weight(name, Int64, raw, len(numbers))
}

// Value describes an input or output whose dimensions have names or, when they are numbers, sizes.
func Value(name string, kind int, dims ...any) Message {
	var shape Message
	for _, d := range dims {
		var dim Message
		switch v := d.(type) {
		case int:
			dim.number(1, int64(v))
		case string:
			dim.text(2, v)
		}
		shape.bytes(1, dim)
	}
	var tensor, kindOf, m Message
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
	Contrib   = "com.microsoft" // ONNX Runtime's own operators
)

// Write writes the whole file. The weights, which are nearly all of it, are not copied for that.
func (g *Graph) Write(w io.Writer, name string) error {
	var before, after Message
	for _, n := range g.nodes {
		before.bytes(1, n)
	}
	before.text(2, name)
	for _, v := range g.Inputs {
		after.bytes(11, v)
	}
	for _, v := range g.Outputs {
		after.bytes(12, v)
	}
	size := len(before) + len(after)
	heads := make([]Message, len(g.weights))
	for i, m := range g.weights {
		heads[i] = protowire.AppendVarint(protowire.AppendTag(nil, 5, protowire.BytesType), uint64(len(m)))
		size += len(heads[i]) + len(m)
	}
	var m Message
	m.number(1, irVersion)
	m.text(2, "frontdesk")
	m = protowire.AppendVarint(protowire.AppendTag(m, 7, protowire.BytesType), uint64(size))
	pieces := []Message{m, before}
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
func versions() Message {
	var m Message
	for _, o := range []struct {
		domain  string
		version int64
	}{{"", opset}, {Contrib, 1}} {
		var set Message
		set.text(1, o.domain)
		set.number(2, o.version)
		m.bytes(8, set)
	}
	return m
}
