package profile

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"reflect"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"

	"frontdesk.internal/appliance/knowledge"
)

// document is a file's content before it is known to fit: plain maps, slices, strings, numbers and booleans, and the lines of its fields.
type document struct {
	tree  map[string]any
	lines map[string]int
}

// line returns the line of a field, or that of the nearest part of the file that would hold it.
func (d document) line(path string) int {
	for path != "" {
		if n, ok := d.lines[path]; ok {
			return n
		}
		path = path[:max(0, strings.LastIndexAny(path, ".["))]
	}
	return 0
}

// fill sets b from the tree and reports what does not fit.
func (d document) fill(b *knowledge.Business) []Problem {
	f := filler{doc: d}
	f.value("", d.tree, reflect.ValueOf(b).Elem())
	return f.problems
}

type filler struct {
	doc      document
	problems []Problem
}

func (f *filler) add(path, format string, args ...any) {
	f.problems = append(f.problems, Problem{Line: f.doc.line(path), Path: path, Text: fmt.Sprintf(format, args...)})
}

// value puts a plain value into a field of the profile.
func (f *filler) value(path string, from any, to reflect.Value) {
	if to.Kind() == reflect.Pointer {
		if from == nil {
			return
		}
		to.Set(reflect.New(to.Type().Elem()))
		f.value(path, from, to.Elem())
		return
	}
	switch to.Kind() {
	case reflect.Struct:
		if m, ok := from.(map[string]any); ok {
			f.table(path, m, to)
			return
		}
		f.add(path, "must be a table, not %s", kindOf(from))
	case reflect.Slice:
		f.list(path, from, to)
	case reflect.String:
		if s, ok := from.(string); ok {
			to.SetString(s)
			return
		}
		f.add(path, "must be text in quotes, not %s", kindOf(from))
	case reflect.Bool:
		if v, ok := from.(bool); ok {
			to.SetBool(v)
			return
		}
		f.add(path, "must be true or false, not %s", kindOf(from))
	case reflect.Int:
		if n, ok := whole(from); ok {
			to.SetInt(n)
			return
		}
		f.add(path, "must be a whole number, not %s", kindOf(from))
	}
}

func (f *filler) table(path string, m map[string]any, to reflect.Value) {
	fields := map[string]reflect.Value{}
	var names []string
	for i := range to.NumField() {
		name, _, _ := strings.Cut(to.Type().Field(i).Tag.Get("toml"), ",")
		if name == "-" {
			continue // it is no part of the file
		}
		fields[name] = to.Field(i)
		names = append(names, name)
	}
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		field, ok := fields[k]
		if !ok {
			f.add(join(path, k), "is not known here; there are %s", strings.Join(names, ", "))
			continue
		}
		f.value(join(path, k), m[k], field)
	}
}

func (f *filler) list(path string, from any, to reflect.Value) {
	if from == nil {
		return // an empty list in JSON
	}
	items, ok := from.([]any)
	if !ok {
		f.add(path, "must be a list, not %s", kindOf(from))
		return
	}
	if len(items) == 0 {
		return
	}
	to.Set(reflect.MakeSlice(to.Type(), len(items), len(items)))
	for i, it := range items {
		f.value(fmt.Sprintf("%s[%d]", path, i), it, to.Index(i))
	}
}

func whole(v any) (int64, bool) {
	switch v := v.(type) {
	case int64:
		return v, v >= math.MinInt32 && v <= math.MaxInt32
	case json.Number:
		n, err := v.Int64()
		return n, err == nil && n >= math.MinInt32 && n <= math.MaxInt32
	}
	return 0, false
}

func kindOf(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case string:
		return fmt.Sprintf("the text %q", v)
	case bool:
		return fmt.Sprint(v)
	case map[string]any:
		return "a table"
	case []any:
		return "a list"
	case int64, float64, json.Number:
		return fmt.Sprint(v)
	}
	return "a date or time; put it in quotes"
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// parseTOML reads the tree and the lines of a TOML file.
func parseTOML(data []byte) (document, error) {
	d := document{tree: map[string]any{}, lines: map[string]int{}}
	if err := toml.Unmarshal(data, &d.tree); err != nil {
		var de *toml.DecodeError
		if errors.As(err, &de) {
			row, _ := de.Position()
			return document{}, Problems{{Line: row, Text: strings.TrimPrefix(de.Error(), "toml: ")}}
		}
		return document{}, Problems{{Text: err.Error()}}
	}
	d.indexTOML(data)
	return d, nil
}

// indexTOML notes the line of every table and key. The file is known to be well formed.
func (d document) indexTOML(data []byte) {
	var p unstable.Parser
	p.Reset(data)
	counts := map[string]int{}
	prefix := ""
	for p.NextExpression() {
		e := p.Expression()
		name, line := keyOf(e, data)
		switch e.Kind {
		case unstable.Table:
			prefix = inArray(counts, name)
			d.note(prefix, line)
		case unstable.ArrayTable:
			name = inArray(counts, name)
			prefix = fmt.Sprintf("%s[%d]", name, counts[name])
			counts[name]++
			d.note(name, line)
			d.note(prefix, line)
		case unstable.KeyValue:
			d.indexValue(&p, e, prefix, data)
		}
	}
}

// inArray puts the number of the current item behind every part of a table's name that is an array of tables: in [staff.hours] the
// hours are those of the last [[staff]]. The last part stays as it is.
func inArray(counts map[string]int, name string) string {
	parts := strings.Split(name, ".")
	path := ""
	for i, p := range parts {
		path = join(path, p)
		if n := counts[path]; n > 0 && i < len(parts)-1 {
			path = fmt.Sprintf("%s[%d]", path, n-1)
		}
	}
	return path
}

func (d document) note(path string, line int) {
	if _, ok := d.lines[path]; !ok {
		d.lines[path] = line
	}
}

// indexValue notes a key and what lies inside its value.
func (d document) indexValue(p *unstable.Parser, kv *unstable.Node, prefix string, data []byte) {
	name, line := keyOf(kv, data)
	path := join(prefix, name)
	d.note(path, line)
	d.indexInside(p, kv.Value(), path, data)
}

func (d document) indexInside(p *unstable.Parser, v *unstable.Node, path string, data []byte) {
	it := v.Children()
	switch v.Kind {
	case unstable.InlineTable:
		for it.Next() {
			d.indexValue(p, it.Node(), path, data)
		}
	case unstable.Array:
		for i := 0; it.Next(); i++ {
			n := it.Node()
			item := fmt.Sprintf("%s[%d]", path, i)
			if n.Raw.Length > 0 {
				d.note(item, p.Shape(n.Raw).Start.Line)
			}
			d.indexInside(p, n, item, data)
		}
	}
}

// keyOf returns a node's dotted key and its line.
func keyOf(n *unstable.Node, data []byte) (string, int) {
	var parts []string
	line := 0
	it := n.Key()
	for it.Next() {
		k := it.Node()
		parts = append(parts, string(k.Data))
		if line == 0 && k.Raw.Length > 0 {
			line = 1 + bytes.Count(data[:k.Raw.Offset], []byte("\n"))
		}
	}
	return strings.Join(parts, "."), line
}

// parseJSON reads the tree and the lines of a JSON file.
func parseJSON(data []byte) (document, error) {
	d := document{lines: map[string]int{}}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	lineAt := func() int {
		at := int(dec.InputOffset())
		return 1 + bytes.Count(data[:min(at, len(data))], []byte("\n"))
	}
	r := jsonReader{dec: dec, doc: d, line: lineAt}
	tree, err := r.value("")
	if err == nil {
		if _, extra := dec.Token(); !errors.Is(extra, io.EOF) {
			err = errors.New("there is something after the profile")
		}
	}
	if err != nil {
		return document{}, Problems{{Line: lineAt(), Text: err.Error()}}
	}
	m, ok := tree.(map[string]any)
	if !ok {
		return document{}, Problems{{Line: 1, Text: "the file must hold one object"}}
	}
	d.tree = m
	return d, nil
}

type jsonReader struct {
	dec   *json.Decoder
	doc   document
	line  func() int
	depth int
}

// maxDepth is deeper than any profile; it bounds recursion.
const maxDepth = 16

func (r *jsonReader) value(path string) (any, error) {
	t, err := r.dec.Token()
	if err != nil {
		return nil, fmt.Errorf("not JSON: %w", err)
	}
	if path != "" {
		r.doc.note(path, r.line())
	}
	delim, ok := t.(json.Delim)
	if !ok {
		return t, nil
	}
	if r.depth++; r.depth > maxDepth {
		return nil, errors.New("nested too deeply")
	}
	defer func() { r.depth-- }()
	if delim == '[' {
		return r.array(path)
	}
	return r.object(path)
}

func (r *jsonReader) array(path string) (any, error) {
	list := []any{}
	for r.dec.More() {
		v, err := r.value(fmt.Sprintf("%s[%d]", path, len(list)))
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	_, err := r.dec.Token()
	return list, err
}

func (r *jsonReader) object(path string) (any, error) {
	m := map[string]any{}
	for r.dec.More() {
		t, err := r.dec.Token()
		if err != nil {
			return nil, fmt.Errorf("not JSON: %w", err)
		}
		key, _ := t.(string) // an object's key is always text
		if _, twice := m[key]; twice {
			return nil, fmt.Errorf("%s is written twice", join(path, key))
		}
		r.doc.note(join(path, key), r.line())
		if m[key], err = r.value(join(path, key)); err != nil {
			return nil, err
		}
	}
	_, err := r.dec.Token()
	return m, err
}
