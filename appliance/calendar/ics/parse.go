package ics

import (
	"bytes"
	"errors"
	"strings"
)

// depthMost is how deep components may lie in each other; a calendar has three levels (RFC 5545 section 3.6).
const depthMost = 8

// errNotCalendar says that a text is no iCalendar object.
var errNotCalendar = errors.New("this is no calendar object")

// property is one content line (RFC 5545 section 3.1): NAME;PARAM=VALUE:value.
type property struct {
	name, value string
	params      map[string]string
}

// component is what lies between BEGIN and END.
type component struct {
	name  string
	props []property
	parts []*component
}

// get returns the first property of a name; nil when there is none.
func (c *component) get(name string) *property {
	for i := range c.props {
		if c.props[i].name == name {
			return &c.props[i]
		}
	}
	return nil
}

// value is what the first property of a name says, "" when there is none.
func (c *component) value(name string) string {
	if p := c.get(name); p != nil {
		return p.value
	}
	return ""
}

// all returns every property of a name.
func (c *component) all(name string) (out []property) {
	for _, p := range c.props {
		if p.name == name {
			out = append(out, p)
		}
	}
	return out
}

// parse reads an iCalendar object. A line that cannot be read is left out: what depends on it shows that it is missing.
func parse(data []byte) (*component, error) {
	root := &component{}
	stack := []*component{root}
	for line := range bytes.Lines(unfold(data)) {
		p, ok := readLine(strings.TrimRight(string(line), "\r\n"))
		if !ok {
			continue
		}
		top := stack[len(stack)-1]
		switch p.name {
		case "BEGIN":
			if len(stack) > depthMost {
				return nil, errNotCalendar
			}
			c := &component{name: strings.ToUpper(p.value)}
			top.parts = append(top.parts, c)
			stack = append(stack, c)
		case "END":
			if !strings.EqualFold(p.value, top.name) || len(stack) == 1 {
				return nil, errNotCalendar
			}
			stack = stack[:len(stack)-1]
		default:
			top.props = append(top.props, p)
		}
	}
	if len(stack) != 1 || len(root.parts) == 0 {
		return nil, errNotCalendar
	}
	for _, c := range root.parts {
		if c.name != "VCALENDAR" {
			return nil, errNotCalendar
		}
	}
	return root, nil
}

// unfold joins lines that go on in the next one, which begins with a space or a tab (RFC 5545 section 3.1).
func unfold(data []byte) []byte {
	out := make([]byte, 0, len(data))
	for line := range bytes.Lines(data) {
		if len(out) > 0 && (line[0] == ' ' || line[0] == '\t') {
			out = append(bytes.TrimSuffix(bytes.TrimSuffix(out, []byte("\n")), []byte("\r")), line[1:]...)
			continue
		}
		out = append(out, line...)
	}
	return out
}

// readLine reads one content line.
func readLine(line string) (property, bool) {
	end := strings.IndexAny(line, ";:")
	if end <= 0 {
		return property{}, false
	}
	p := property{name: strings.ToUpper(line[:end])}
	for rest := line[end:]; rest != ""; {
		if rest[0] == ':' {
			p.value = rest[1:]
			return p, true
		}
		name, after, ok := strings.Cut(rest[1:], "=")
		if !ok {
			return p, false
		}
		value, left := paramValue(after)
		if p.params == nil {
			p.params = map[string]string{}
		}
		p.params[strings.ToUpper(name)] = value
		rest = left
	}
	return p, false
}

// paramValue takes a parameter's value, which may be quoted, off the front of s; what is left begins with a semicolon or a colon, or is
// empty.
func paramValue(s string) (value, rest string) {
	quoted := false
	for i := range len(s) {
		switch s[i] {
		case '"':
			quoted = !quoted
		case ';', ':':
			if !quoted {
				return strings.ReplaceAll(s[:i], `"`, ""), s[i:]
			}
		}
	}
	return strings.ReplaceAll(s, `"`, ""), ""
}

// text is a value of type TEXT as people read it (RFC 5545 section 3.3.11).
func text(value string) string {
	return strings.NewReplacer(`\\`, `\`, `\;`, ";", `\,`, ",", `\n`, "\n", `\N`, "\n").Replace(value)
}

// escape is the reverse of text.
func escape(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' || r == 0x7f {
			return -1
		}
		return r
	}, s)
	return strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\n", `\n`).Replace(s)
}
