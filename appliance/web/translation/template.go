package translation

import (
	"html/template"
	"slices"
	"strconv"
	"strings"
	"text/template/parse"
	"unicode"
)

// inline are the tags that may stand inside a sentence; every other one ends it.
var inline = []string{"a", "b", "code", "q", "kbd"} //nolint:gochecknoglobals // a list that nobody changes

// spoken are the attributes that people read or hear.
var spoken = []string{"title", "placeholder", "aria-label", "alt"} //nolint:gochecknoglobals // a list that nobody changes

// spokenData begins the names of those that a script shows.
const spokenData = "data-say-"

// Template translates the templates that were read from the file name, before any of them is executed. It returns the English of the
// texts that it used and of those that the catalogue does not have.
func (c *Catalogue) Template(t *template.Template, name string) (used, missing []string) {
	for _, one := range t.Templates() {
		if one.Tree == nil || one.Tree.ParseName != name {
			continue
		}
		w := &walker{catalogue: c, scope: name}
		w.list(one.Tree.Root)
		used, missing = append(used, w.used...), append(missing, w.missing...)
	}
	return used, missing
}

// part is a piece of a sentence in a template: letters, a tag inside the sentence, or an action that writes something.
type part struct {
	text   string
	tag    string       // "b" or "/b"; "" = no tag
	nodes  []parse.Node // of a tag with its attributes
	action *parse.ActionNode
}

// place is where in the page a walker is.
type place int

const (
	inText  place = iota
	inTag         // between < and >
	inValue       // of an attribute
	inRaw         // script, style or pre
)

// walker goes through a template. Branches begin where their action stands, and leave off there.
type walker struct {
	catalogue *Catalogue
	scope     string
	used      []string
	missing   []string

	at       place
	tag      string // that it is in
	quote    byte   // that ends a value
	attr     string // whose value it is in
	sentence []part // that has not ended yet
	value    []part // of an attribute that people read, not ended yet
	own      []parse.Node
	out      []parse.Node
}

// list translates a list of nodes in place.
func (w *walker) list(l *parse.ListNode) {
	if l == nil {
		return
	}
	outer := *w
	w.sentence, w.value, w.out, w.own = nil, nil, nil, nil
	for _, n := range l.Nodes {
		switch n := n.(type) {
		case *parse.TextNode:
			w.text(string(n.Text))
		case *parse.ActionNode:
			w.literals(n.Pipe)
			w.action(n)
		case *parse.IfNode:
			w.branch(n, &n.BranchNode)
		case *parse.WithNode:
			w.branch(n, &n.BranchNode)
		case *parse.RangeNode:
			w.branch(n, &n.BranchNode)
		default:
			w.control(n)
		}
	}
	w.flushValue()
	w.flush()
	w.emit(w.own...)
	l.Nodes = joined(w.out)
	w.sentence, w.value, w.out, w.own = outer.sentence, outer.value, outer.out, outer.own
}

// joined makes letters that stand side by side one: html/template looks for the end of an element in one piece.
func joined(all []parse.Node) (out []parse.Node) {
	for _, n := range all {
		text, ok := n.(*parse.TextNode)
		if ok && len(out) > 0 {
			if before, ok := out[len(out)-1].(*parse.TextNode); ok {
				out[len(out)-1] = letters(string(before.Text) + string(text.Text))
				continue
			}
		}
		out = append(out, n)
	}
	return out
}

// branch translates what stands in an if, a with or a range.
func (w *walker) branch(n parse.Node, b *parse.BranchNode) {
	w.literals(b.Pipe)
	w.flushValue()
	if w.at == inText {
		w.flush()
	}
	start := *w
	for _, l := range []*parse.ListNode{b.List, b.ElseList} {
		w.list(l)
		w.at, w.tag, w.quote, w.attr = start.at, start.tag, start.quote, start.attr
	}
	w.put(n)
}

// control keeps a node that writes no text of its own.
func (w *walker) control(n parse.Node) {
	w.flushValue()
	if w.at == inText {
		w.flush()
	}
	w.put(n)
}

// literals translates words that a template hands to a function: one and many of something.
func (w *walker) literals(p *parse.PipeNode) {
	for _, c := range p.Cmds {
		for i, a := range c.Args {
			switch a := a.(type) {
			case *parse.PipeNode:
				w.literals(a)
			case *parse.StringNode:
				if f, ok := c.Args[0].(*parse.IdentifierNode); ok && i > 0 && f.Ident == "plural" {
					if e := w.find(a.Text); e != nil {
						a.Text, _ = w.catalogue.fill(e, nil)
						a.Quoted = strconv.Quote(a.Text)
					}
				}
			}
		}
	}
}

// action takes what an action writes into the sentence.
func (w *walker) action(n *parse.ActionNode) {
	switch {
	case len(n.Pipe.Decl) > 0:
		w.control(n)
	case w.at == inText:
		w.sentence = append(w.sentence, part{action: n})
	case w.at == inValue && w.reads():
		w.value = append(w.value, part{action: n})
	default:
		w.put(n)
	}
}

// put keeps a node where the walker is: in the tag that has begun, or among all.
func (w *walker) put(nodes ...parse.Node) {
	if w.at == inTag || w.at == inValue {
		w.own = append(w.own, nodes...)
		return
	}
	w.emit(nodes...)
}

func (w *walker) emit(nodes ...parse.Node) { w.out = append(w.out, nodes...) }

// reads reports whether people read the attribute that the walker is in.
func (w *walker) reads() bool {
	return slices.Contains(spoken, w.attr) || strings.HasPrefix(w.attr, spokenData)
}

func letters(text string) *parse.TextNode {
	return &parse.TextNode{NodeType: parse.NodeText, Text: []byte(text)}
}

// text goes through letters, tags and attributes.
func (w *walker) text(s string) {
	for s != "" {
		switch w.at {
		case inText:
			s = w.words(s)
		case inTag:
			s = w.inside(s)
		case inValue:
			end := strings.IndexByte(s, w.quote)
			rest := ""
			if end < 0 {
				end = len(s)
			} else {
				rest = s[end:]
			}
			if w.reads() {
				w.value = append(w.value, part{text: s[:end]})
			} else {
				w.own = append(w.own, letters(s[:end]))
			}
			if s = rest; s != "" {
				w.flushValue()
				w.own = append(w.own, letters(s[:1]))
				s, w.at = s[1:], inTag
			}
		case inRaw:
			end := strings.Index(s, "</"+w.tag)
			if end < 0 {
				w.emit(letters(s))
				return
			}
			w.emit(letters(s[:end]))
			s, w.at = s[end:], inText
		}
	}
}

// words takes letters up to the next tag, and begins that.
func (w *walker) words(s string) string {
	end := strings.IndexByte(s, '<')
	if end < 0 {
		end = len(s)
	}
	if end > 0 {
		w.sentence = append(w.sentence, part{text: s[:end]})
	}
	if s = s[end:]; s == "" {
		return ""
	}
	n := 1
	for n < len(s) && (s[n] == '/' || s[n] == '!' || unicode.IsLetter(rune(s[n])) || unicode.IsDigit(rune(s[n]))) {
		n++
	}
	w.tag, w.at = s[1:n], inTag
	if !w.inline() {
		w.flush()
	}
	w.own = append(w.own, letters(s[:n]))
	return s[n:]
}

func (w *walker) inline() bool { return slices.Contains(inline, strings.TrimPrefix(w.tag, "/")) }

// inside goes through a tag up to its end, or up to the value of an attribute.
func (w *walker) inside(s string) string {
	for i := range len(s) {
		switch s[i] {
		case '"', '\'':
			w.own = append(w.own, letters(s[:i+1]))
			w.quote, w.at = s[i], inValue
			w.attr = strings.TrimSuffix(s[:i], "=")
			w.attr = w.attr[strings.LastIndexAny(w.attr, " \n\t")+1:]
			return s[i+1:]
		case '>':
			w.own = append(w.own, letters(s[:i+1]))
			w.close()
			return s[i+1:]
		}
	}
	w.own = append(w.own, letters(s))
	return ""
}

// close ends a tag.
func (w *walker) close() {
	w.at = inText
	if w.inline() {
		w.sentence = append(w.sentence, part{tag: w.tag, nodes: w.own})
	} else {
		w.emit(w.own...)
	}
	w.own = nil
	switch w.tag {
	case "script", "style", "pre":
		w.at = inRaw
	}
}

// flush ends a sentence.
func (w *walker) flush() {
	w.emit(w.translated(w.sentence)...)
	w.sentence = nil
}

// flushValue ends the value of an attribute, or what of it stands before a branch.
func (w *walker) flushValue() {
	w.own = append(w.own, w.translated(w.value)...)
	w.value = nil
}

// find looks a text up, and notes when there is none.
func (w *walker) find(english string) *entry {
	for _, key := range []string{keyOf(w.scope, english), keyOf(Templates, english), english} {
		if e := w.catalogue.texts[key]; e != nil {
			w.used = append(w.used, plain(e.english))
			return e
		}
	}
	w.missing = append(w.missing, english)
	return nil
}

// nodesOf are the nodes of parts as they were.
func nodesOf(parts []part) (out []parse.Node) {
	for _, p := range parts {
		switch {
		case p.action != nil:
			out = append(out, p.action)
		case p.tag != "":
			out = append(out, p.nodes...)
		case p.text != "":
			out = append(out, letters(p.text))
		}
	}
	return out
}

// translated is a sentence in the other language; as it was when it has no words, or none in the catalogue.
func (w *walker) translated(all []part) []parse.Node {
	if !slices.ContainsFunc(all, func(p part) bool { return strings.ContainsFunc(entityless(p.text), unicode.IsLetter) }) {
		return nodesOf(all)
	}
	before, core, after := trim(slices.Clone(all))
	e := w.find(english(core))
	if e == nil {
		return nodesOf(all)
	}
	var actions []parse.Node
	tags := map[string][][]parse.Node{}
	for _, p := range core {
		if p.action != nil {
			actions = append(actions, p.action)
		}
		if p.tag != "" {
			tags[p.tag] = append(tags[p.tag], p.nodes)
		}
	}
	out := nodesOf(before)
	for _, p := range e.foreign {
		switch {
		case p.tag != "":
			out = append(out, tags[p.tag][0]...)
			tags[p.tag] = tags[p.tag][1:]
		case p.place > 0:
			out = append(out, actions[p.place-1])
		default:
			out = append(out, letters(p.text))
		}
	}
	return append(out, nodesOf(after)...)
}

// entityless is a text without what stands for one sign, such as &lt;.
func entityless(text string) string {
	for {
		from := strings.IndexByte(text, '&')
		if from < 0 {
			return text
		}
		n := strings.IndexByte(text[from:], ';')
		if n < 0 {
			return text
		}
		text = text[:from] + text[from+n+1:]
	}
}

// english is a sentence as the catalogue has it.
func english(parts []part) string {
	var b strings.Builder
	for _, p := range parts {
		switch {
		case p.action != nil:
			b.WriteString("{}")
		case p.tag != "":
			b.WriteString("<" + p.tag + ">")
		default:
			b.WriteString(p.text)
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// trim takes off what stands around a sentence: space, dots between two things, and tags that hold all of it or are not whole.
func trim(core []part) (before, middle, after []part) {
	for changed := true; changed && len(core) > 0; {
		changed = false
		first, last := &core[0], &core[len(core)-1]
		if first.action == nil && first.tag == "" {
			rest := strings.TrimLeft(first.text, " \n\t·,;:.)")
			if rest != first.text {
				before = append(before, part{text: first.text[:len(first.text)-len(rest)]})
				first.text, changed = rest, true
			}
		}
		if last.action == nil && last.tag == "" {
			rest := strings.TrimRight(last.text, " \n\t·(")
			if rest != last.text {
				after = append([]part{{text: last.text[len(rest):]}}, after...)
				last.text, changed = rest, true
			}
		}
		switch {
		case first.action == nil && first.tag == "" && first.text == "", strings.HasPrefix(first.tag, "/"):
			before, core, changed = append(before, *first), core[1:], true
		case last.action == nil && last.tag == "" && last.text == "", last.tag != "" && last.tag[0] != '/':
			after, core, changed = append([]part{*last}, after...), core[:len(core)-1], true
		case first.tag != "" && last.tag == "/"+first.tag && !slices.ContainsFunc(core[1:], func(p part) bool { return p.tag == first.tag }):
			before, after = append(before, *first), append([]part{*last}, after...)
			core, changed = core[1:len(core)-1], true
		}
	}
	return before, core, after
}
