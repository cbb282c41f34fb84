package moonshineconv

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// Bounds on what a file may say of itself.
const (
	maxFile  = 128 << 20 // bytes
	maxParts = 1 << 15   // nodes and arrays
	maxDims  = 8
	maxDim   = 1 << 20
	maxDeep  = 3 // graphs within graphs
)

// Fields of the tables of an .ort file that are read, by their place in ONNX Runtime's published schema.
const (
	sessionModel  = 1
	modelGraph    = 7
	graphArrays   = 0
	graphNodes    = 2
	arrayName     = 0
	arrayDims     = 2
	arrayKind     = 3
	arrayData     = 4
	nodeInputs    = 8
	nodeOutputs   = 9
	nodeSettings  = 10
	settingsGraph = 7
)

// ident marks an .ort file, behind the place of its first table.
const ident = "ORTM"

// array is a weight, its elements in the order of the rows.
type array struct {
	kind  int // as in onnxfile
	shape []int
	data  []byte
}

// contents are what is taken from a file: its arrays, and what the second input of a node is called, by the node's first output.
type contents struct {
	arrays map[string]array
	second map[string]string
}

var errBroken = errors.New("this is no model in ONNX Runtime's format, or a broken one")

// read reads an .ort file.
func read(r io.Reader) (contents, error) {
	c := contents{arrays: map[string]array{}, second: map[string]string{}}
	data, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err != nil {
		return c, fmt.Errorf("read weights: %w", err)
	}
	f := &flat{data: data}
	if len(data) > maxFile || len(data) < 8 || string(data[4:8]) != ident {
		f.broken = true
	}
	model := f.table(f.ref(0), sessionModel)
	f.graph(&c, f.table(model, modelGraph), 0)
	if f.broken {
		return c, fmt.Errorf("read weights: %w", errBroken)
	}
	return c, nil
}

// flat reads a FlatBuffer. What lies outside of it makes broken true, and then nothing more is read.
type flat struct {
	data   []byte
	broken bool
	parts  int
}

// number reads n bytes at a place, little endian.
func (f *flat) number(at, n int) int {
	if f.broken || at < 0 || at > len(f.data)-n {
		f.broken = true
		return 0
	}
	switch n {
	case 2:
		return int(binary.LittleEndian.Uint16(f.data[at:]))
	case 4:
		return int(binary.LittleEndian.Uint32(f.data[at:]))
	}
	v := binary.LittleEndian.Uint64(f.data[at:])
	if v > maxDim {
		f.broken = true
		return 0
	}
	return int(v)
}

// ref follows a reference; they lead forwards only.
func (f *flat) ref(at int) int {
	if at == 0 && len(f.data) > 0 || at > 0 {
		return at + f.number(at, 4)
	}
	return 0
}

// field returns the place of a table's field, 0 when the table does not have it.
func (f *flat) field(table, id int) int {
	if f.broken || table <= 0 {
		return 0
	}
	fields := table - int(int32(f.number(table, 4)))
	if 4+2*id+2 > f.number(fields, 2) {
		return 0
	}
	offset := f.number(fields+4+2*id, 2)
	if offset == 0 {
		return 0
	}
	return table + offset
}

// table returns the place of the table, text or list that a field refers to, 0 when there is none.
func (f *flat) table(table, id int) int {
	if at := f.field(table, id); at > 0 {
		return f.ref(at)
	}
	return 0
}

// list returns the place of the first element of a field's list and how many there are, of size bytes each.
func (f *flat) list(table, id, size int) (at, n int) {
	if at = f.table(table, id); at == 0 {
		return 0, 0
	}
	n = f.number(at, 4)
	if at += 4; f.broken || n > (len(f.data)-at)/size {
		f.broken = true
		return 0, 0
	}
	return at, n
}

// text returns the text at a place.
func (f *flat) text(at int) string {
	n := f.number(at, 4)
	if at += 4; f.broken || n > len(f.data)-at {
		f.broken = true
		return ""
	}
	return string(f.data[at : at+n])
}

// more counts a part, of which there may not be too many.
func (f *flat) more() bool {
	if f.parts++; f.parts > maxParts {
		f.broken = true
	}
	return !f.broken
}

// graph takes the arrays and nodes of a graph and of those within it.
func (f *flat) graph(c *contents, graph, deep int) {
	if deep >= maxDeep {
		f.broken = true
	}
	at, n := f.list(graph, graphArrays, 4)
	for i := range n {
		if !f.more() {
			return
		}
		f.array(c, f.ref(at+4*i))
	}
	at, n = f.list(graph, graphNodes, 4)
	for i := range n {
		if !f.more() {
			return
		}
		f.node(c, f.ref(at+4*i), deep)
	}
}

func (f *flat) array(c *contents, table int) {
	a := array{}
	if at := f.field(table, arrayKind); at > 0 {
		a.kind = f.number(at, 4)
	}
	dims, n := f.list(table, arrayDims, 8)
	if n > maxDims {
		f.broken = true
		return
	}
	for i := range n {
		a.shape = append(a.shape, f.number(dims+8*i, 8))
	}
	data, size := f.list(table, arrayData, 1)
	name := f.text(f.table(table, arrayName))
	if !f.broken {
		a.data = f.data[data : data+size]
		c.arrays[name] = a
	}
}

func (f *flat) node(c *contents, table, deep int) {
	if in, n := f.list(table, nodeInputs, 4); n == 2 {
		if out, n := f.list(table, nodeOutputs, 4); n > 0 {
			c.second[f.text(f.ref(out))] = f.text(f.ref(in + 4))
		}
	}
	settings, n := f.list(table, nodeSettings, 4)
	for i := range n {
		if !f.more() {
			return
		}
		if within := f.table(f.ref(settings+4*i), settingsGraph); within > 0 {
			f.graph(c, within, deep+1)
		}
	}
}
