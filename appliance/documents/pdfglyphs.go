package documents

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"unicode"
	"unicode/utf16"

	"github.com/ledongthuc/pdf"
)

// The library gives objects, streams and the usual encodings. What a page draws is read here (ISO 32000-1, 9.4): the library's own
// reading has no widths of composite fonts, without which words and columns cannot be told, takes a sign of its own for a letter,
// and leaves out forms.

// glyph is a letter, or what is drawn as one.
type glyph struct {
	s    string
	x, y float64
	w    float64 // how far it goes
	size float64 // of the letters
	bold bool
}

// Bounds of a page.
const (
	mostGlyphs   = 200_000
	mostNested   = 8  // forms within each other
	mostSaved    = 64 // states that are kept
	mostMappings = 1 << 16
)

type pdfMatrix [6]float64 // a b c d e f

func (m pdfMatrix) mul(n pdfMatrix) pdfMatrix {
	return pdfMatrix{
		m[0]*n[0] + m[1]*n[2], m[0]*n[1] + m[1]*n[3], m[2]*n[0] + m[3]*n[2], m[2]*n[1] + m[3]*n[3],
		m[4]*n[0] + m[5]*n[2] + n[4], m[4]*n[1] + m[5]*n[3] + n[5],
	}
}

// drawState is the part of the graphics state that places text.
type drawState struct {
	ctm, tm, tlm                       pdfMatrix
	spacing, words, scale, leading, up float64
	font                               *pdfFont
	size                               float64
}

// painter follows what a page draws.
type painter struct {
	drawState
	saved  []drawState
	fonts  map[string]*pdfFont // of the resources in use, by name
	glyphs []glyph
	over   bool // there were more
	depth  int
}

// glyphsOf returns the letters of a page in the order in which they are drawn. With an error they are those that were drawn before.
func glyphsOf(page pdfNode) (glyphs []glyph, err error) {
	p := &painter{drawState: drawState{ctm: pdfMatrix{1, 0, 0, 1, 0, 0}, scale: 1}}
	defer func() {
		glyphs = p.glyphs
		if x := recover(); x != nil {
			err = fmt.Errorf("%v", x)
		} else if p.over {
			err = errors.New("too many letters")
		}
	}()
	if contents := page.v.Key("Contents"); !contents.IsNull() {
		p.paint(contents, page.resources)
	}
	return p.glyphs, nil
}

// paint follows one stream with its resources.
func (p *painter) paint(stream, resources pdf.Value) {
	was := p.fonts
	p.fonts = map[string]*pdfFont{}
	defer func() { p.fonts = was }()
	pdf.Interpret(stream, func(stack *pdf.Stack, op string) {
		args := make([]pdf.Value, stack.Len())
		for i := len(args) - 1; i >= 0; i-- {
			args[i] = stack.Pop()
		}
		number := func(i int) float64 {
			if i >= len(args) {
				return 0
			}
			return args[i].Float64()
		}
		switch op {
		case "q":
			if len(p.saved) < mostSaved {
				p.saved = append(p.saved, p.drawState)
			}
		case "Q":
			if k := len(p.saved); k > 0 {
				p.drawState, p.saved = p.saved[k-1], p.saved[:k-1]
			}
		case "cm":
			p.ctm = matrixOf(number).mul(p.ctm)
		case "Do":
			if len(args) > 0 {
				p.form(resources.Key("XObject").Key(args[0].Name()), resources)
			}
		case "Tf":
			if len(args) == 2 {
				p.font, p.size = p.fontOf(resources, args[0].Name()), args[1].Float64()
			}
		default:
			p.text(op, args, number)
		}
	})
}

func matrixOf(number func(int) float64) (m pdfMatrix) {
	for i := range m {
		m[i] = number(i)
	}
	return m
}

// form paints what is drawn as a picture made of text and lines.
func (p *painter) form(x, outer pdf.Value) {
	if x.Key("Subtype").Name() != "Form" || p.depth >= mostNested {
		return
	}
	resources := x.Key("Resources")
	if resources.IsNull() {
		resources = outer
	}
	state, saved := p.drawState, p.saved
	p.depth++
	p.saved = nil
	if m := x.Key("Matrix"); m.Len() == 6 {
		p.ctm = matrixOf(func(i int) float64 { return m.Index(i).Float64() }).mul(p.ctm)
	}
	p.paint(x, resources)
	p.depth--
	p.drawState, p.saved = state, saved
}

// text follows the operators of text.
func (p *painter) text(op string, args []pdf.Value, number func(int) float64) {
	switch op {
	case "BT":
		p.tm = pdfMatrix{1, 0, 0, 1, 0, 0}
		p.tlm = p.tm
	case "Tc":
		p.spacing = number(0)
	case "Tw":
		p.words = number(0)
	case "Tz":
		p.scale = number(0) / 100
	case "TL":
		p.leading = number(0)
	case "Ts":
		p.up = number(0)
	case "TD":
		p.leading = -number(1)
		p.move(number(0), number(1))
	case "Td":
		p.move(number(0), number(1))
	case "T*":
		p.move(0, -p.leading)
	case "Tm":
		p.tm = matrixOf(number)
		p.tlm = p.tm
	case `"`:
		p.words, p.spacing = number(0), number(1)
		p.move(0, -p.leading)
		if len(args) == 3 {
			p.show(args[2].RawString())
		}
	case "'":
		p.move(0, -p.leading)
		if len(args) == 1 {
			p.show(args[0].RawString())
		}
	case "Tj":
		if len(args) == 1 {
			p.show(args[0].RawString())
		}
	case "TJ":
		if len(args) == 1 {
			p.showParts(args[0])
		}
	}
}

func (p *painter) showParts(parts pdf.Value) {
	for i := range parts.Len() {
		if v := parts.Index(i); v.Kind() == pdf.String {
			p.show(v.RawString())
		} else {
			p.tm = pdfMatrix{1, 0, 0, 1, -v.Float64() / 1000 * p.size * p.scale, 0}.mul(p.tm)
		}
	}
}

func (p *painter) move(x, y float64) {
	p.tlm = pdfMatrix{1, 0, 0, 1, x, y}.mul(p.tlm)
	p.tm = p.tlm
}

// show draws codes of the font.
func (p *painter) show(codes string) {
	if p.font == nil {
		return
	}
	for _, c := range p.font.read(codes) {
		m := pdfMatrix{p.size * p.scale, 0, 0, p.size, 0, p.up}.mul(p.tm).mul(p.ctm)
		across := c.w*p.size + p.spacing
		if c.blank {
			across += p.words
		}
		across *= p.scale
		upright := math.Abs(m[1]) <= math.Abs(m[0]) // what is turned is no text to be read in order
		if size := math.Hypot(m[2], m[3]); upright && size > 0 && !math.IsInf(size, 0) && c.s != "" {
			if len(p.glyphs) >= mostGlyphs {
				p.over = true
				return
			}
			p.glyphs = append(p.glyphs, glyph{s: c.s, x: m[4], y: m[5], w: c.w * m[0], size: size, bold: p.font.bold})
		}
		p.tm = pdfMatrix{1, 0, 0, 1, across, 0}.mul(p.tm)
	}
}

// pdfFont tells what the codes of a font mean and how wide they are.
type pdfFont struct {
	wide      bool // codes have two bytes
	bold      bool
	encoding  pdf.TextEncoding
	toUnicode map[string]string
	first     int
	widths    []float64       // of codes from first on
	composite map[int]float64 // of codes with two bytes
	usual     float64         // where nothing else is told; 0: by the letter
	unit      float64
}

// drawn is one code of a font.
type drawn struct {
	s     string
	w     float64 // in sizes of the font
	blank bool    // the code that takes the spacing of words
}

func (p *painter) fontOf(resources pdf.Value, name string) *pdfFont {
	if f, ok := p.fonts[name]; ok {
		return f
	}
	f := readFont(resources.Key("Font").Key(name))
	p.fonts[name] = f
	return f
}

func readFont(v pdf.Value) *pdfFont {
	font := pdf.Font{V: v}
	f := &pdfFont{first: font.FirstChar(), unit: 0.001, encoding: font.Encoder(), toUnicode: readToUnicode(v.Key("ToUnicode"))}
	f.bold = isBold(font.BaseFont())
	switch v.Key("Subtype").Name() {
	case "Type0":
		f.wide = true
		f.composite, f.usual = compositeWidths(v.Key("DescendantFonts").Index(0))
	case "Type3":
		if m := v.Key("FontMatrix"); m.Len() == 6 {
			f.unit = math.Abs(m.Index(0).Float64())
		}
		f.widths = font.Widths()
	default:
		f.widths = font.Widths()
	}
	return f
}

// compositeWidths reads the widths of a composite font: "c [w …]" and "first last w".
func compositeWidths(v pdf.Value) (map[int]float64, float64) {
	out := map[int]float64{}
	usual := 1000.0
	if dw := v.Key("DW"); !dw.IsNull() {
		usual = dw.Float64()
	}
	w := v.Key("W")
	for i := 0; i+1 < w.Len(); {
		from := int(w.Index(i).Int64())
		if list := w.Index(i + 1); list.Kind() == pdf.Array {
			for k := range min(list.Len(), mostMappings) {
				out[from+k] = list.Index(k).Float64()
			}
			i += 2
			continue
		}
		to, width := int(w.Index(i+1).Int64()), w.Index(i+2).Float64()
		for c := from; c <= to && c-from < mostMappings; c++ {
			out[c] = width
		}
		i += 3
	}
	return out, usual
}

// read cuts a text into codes and tells of each what it is.
func (f *pdfFont) read(codes string) []drawn {
	step := 1
	if f.wide {
		step = 2
	}
	out := make([]drawn, 0, len(codes)/step)
	for ; len(codes) >= step; codes = codes[step:] {
		raw := codes[:step]
		code := int(raw[0])
		if f.wide {
			code = code<<8 | int(raw[1])
		}
		d := drawn{blank: step == 1 && code == ' '}
		if s, ok := f.toUnicode[raw]; ok {
			d.s = s
		} else {
			d.s = f.encoding.Decode(raw)
		}
		d.w = f.width(code, d.s) * f.unit
		out = append(out, d)
	}
	return out
}

func (f *pdfFont) width(code int, s string) float64 {
	if f.wide {
		if w, ok := f.composite[code]; ok {
			return w
		}
		return f.usual
	}
	if i := code - f.first; i >= 0 && i < len(f.widths) {
		return f.widths[i]
	}
	return usualWidth(s)
}

// usualWidth is about how wide a letter is in a font that tells nothing: one of the fourteen that every program has.
func usualWidth(s string) float64 {
	total := 0.0
	for _, r := range s {
		switch {
		case strings.ContainsRune("ijl.,:;'|!ftI ()[]/-", r):
			total += 278
		case r == 'm', r == 'w', r == 'M', r == 'W':
			total += 830
		case unicode.IsUpper(r):
			total += 690
		default:
			total += 545
		}
	}
	return total
}

// readToUnicode reads what codes mean, as far as a font tells it (ISO 32000-1, 9.10.3).
func readToUnicode(v pdf.Value) map[string]string {
	out := map[string]string{}
	if v.Kind() != pdf.Stream {
		return out
	}
	defer func() { _ = recover() }() // what was read so far counts
	pdf.Interpret(v, func(stack *pdf.Stack, op string) {
		args := make([]pdf.Value, stack.Len())
		for i := len(args) - 1; i >= 0; i-- {
			args[i] = stack.Pop()
		}
		switch op {
		case "endbfchar":
			for i := len(args) % 2; i+1 < len(args) && len(out) < mostMappings; i += 2 {
				out[args[i].RawString()] = fromUTF16(args[i+1].RawString())
			}
		case "endbfrange":
			for i := len(args) % 3; i+2 < len(args); i += 3 {
				mapRange(out, args[i].RawString(), args[i+1].RawString(), args[i+2])
			}
		}
	})
	return out
}

// mapRange maps codes from lo to hi.
func mapRange(out map[string]string, lo, hi string, to pdf.Value) {
	if len(lo) == 0 || len(lo) != len(hi) || lo[:len(lo)-1] != hi[:len(hi)-1] {
		return
	}
	first := []rune(fromUTF16(to.RawString()))
	for c := int(lo[len(lo)-1]); c <= int(hi[len(hi)-1]) && len(out) < mostMappings; c++ {
		i := c - int(lo[len(lo)-1])
		code := lo[:len(lo)-1] + string([]byte{byte(c)})
		switch {
		case to.Kind() == pdf.Array:
			out[code] = fromUTF16(to.Index(i).RawString())
		case len(first) > 0:
			out[code] = string(first[:len(first)-1]) + string(first[len(first)-1]+rune(i))
		}
	}
}

// fromUTF16 reads big-endian UTF-16; a byte alone is one letter.
func fromUTF16(s string) string {
	if len(s) == 1 {
		return string(rune(s[0]))
	}
	units := make([]uint16, 0, len(s)/2)
	for ; len(s) >= 2; s = s[2:] {
		units = append(units, uint16(s[0])<<8|uint16(s[1]))
	}
	return string(utf16.Decode(units))
}
