package imports

import (
	"bytes"
	"context"
	"io"
	"mime/quotedprintable"
	"strings"

	"frontdesk.internal/appliance/record"
)

// Bounds of a card.
const (
	maxLine   = 64 << 10 // octets of a line with all that it is folded into; what is longer, such as a photograph, is passed over
	maxValues = 100      // values of a card that are kept
)

// vcards reads cards of the forms 2.1, 3.0 and 4.0 (RFC 2426, RFC 6350): the properties that we keep. Folded lines are joined;
// photographs and all else is passed over.
func (p *reader) vcards(text []byte) error {
	c := card{p: p}
	lines := unfolder{rest: text}
	for lines.next() {
		if err := p.pause(); err != nil {
			return err
		}
		if err := c.line(&lines); err != nil {
			return err
		}
	}
	if c.values != nil {
		p.bad(c.begun, "the card has no end")
	}
	return p.ctx.Err()
}

// Card is the first vCard of a text: its fields, in our form, and its categories (RFC 2426 section 3.7.1). ok is false when there is none
// with a name, a number or an e-mail. region is where the office is.
func Card(ctx context.Context, text []byte, region string) (fields []record.Field, categories []string, ok bool) {
	if len(text) > maxBytes {
		return nil, nil, false
	}
	text, err := decoded(text)
	if err != nil {
		return nil, nil, false
	}
	c := Contacts{}
	p := &reader{ctx: ctx, o: Options{Region: region}, c: &c}
	if err := p.vcards(text); err != nil || len(c.Rows) == 0 {
		return nil, nil, false
	}
	return c.Rows[0].Fields, p.categories, true
}

// unfolder joins folded lines, each octet of the text looked at once.
type unfolder struct {
	rest   []byte
	number int // of the physical lines that were taken

	line   []byte // the logical line; the former one's space
	at     int    // number of its first physical line
	long   bool   // it goes on beyond what is kept
	quoted bool   // its value is quoted-printable
}

// next takes the next logical line; false = there is none.
func (u *unfolder) next() bool {
	first, ok := u.physical()
	if !ok {
		return false
	}
	u.line, u.long, u.at = u.line[:0], false, u.number
	u.quoted = bytes.Contains(bytes.ToUpper(first[:min(len(first), 1024)]), []byte("QUOTED-PRINTABLE"))
	soft := u.take(first)
	for len(u.rest) > 0 && (soft || u.rest[0] == ' ' || u.rest[0] == '\t') {
		more, _ := u.physical()
		if !soft {
			more = more[1:]
		}
		soft = u.take(more)
	}
	return true
}

// take adds a physical line and reports whether it ends with a soft line break, which is not a part of it.
func (u *unfolder) take(b []byte) (soft bool) {
	if soft = u.quoted && bytes.HasSuffix(b, []byte("=")); soft {
		b = b[:len(b)-1]
	}
	room := maxLine - len(u.line)
	u.long = u.long || len(b) > room
	u.line = append(u.line, b[:min(len(b), room)]...)
	return soft
}

// physical takes a line as it stands.
func (u *unfolder) physical() ([]byte, bool) {
	if len(u.rest) == 0 {
		return nil, false
	}
	b, rest, _ := bytes.Cut(u.rest, []byte("\n"))
	u.rest = rest
	u.number++
	return bytes.TrimSuffix(b, []byte("\r")), true
}

// card is what is read of one.
type card struct {
	p      *reader
	values map[record.FieldKind][]string // nil: none has begun
	n      int                           // values
	begun  int                           // line
	family string                        // of N, when there is no FN
}

// line takes one property.
func (c *card) line(u *unfolder) error {
	before, after, ok := bytes.Cut(u.line, []byte(":"))
	if !ok {
		return nil
	}
	head := strings.ToUpper(strings.TrimSpace(string(before)))
	name, _, _ := strings.Cut(head, ";")
	if _, after, grouped := strings.Cut(name, "."); grouped { // "item1.TEL"
		name = after
	}
	kind := propertyOf(name)
	switch {
	case name == "BEGIN":
		*c = card{p: c.p, values: map[record.FieldKind][]string{}, begun: u.at}
		return nil
	case name == "CATEGORIES" && c.values != nil && !u.long && len(c.p.c.Rows) == 0:
		c.p.categorise(string(after))
		return nil
	case c.values == nil || name != "END" && kind == "":
		return nil
	case name == "END":
		if len(c.values[record.FieldName]) == 0 && c.family != "" {
			c.values[record.FieldName] = []string{c.family}
		}
		err := c.p.row(c.begun, c.values)
		c.values = nil
		return err
	case u.long:
		c.p.bad(u.at, "the %s is too long", kind)
		return nil
	}
	if c.n++; c.n > maxValues {
		if c.n == maxValues+1 {
			c.p.bad(c.begun, "the card has more than %d values: the others were left out", maxValues)
		}
		return nil
	}
	value := string(after)
	if u.quoted {
		if b, err := io.ReadAll(quotedprintable.NewReader(strings.NewReader(value))); err == nil {
			value = string(b)
		}
	}
	switch {
	case name == "N":
		parts := components(value)
		if c.family = parts[0]; len(parts) > 1 {
			c.family = parts[1] + " " + parts[0]
		}
	case name == "TEL" && strings.Contains(head, "FAX"):
	case name == "TEL":
		c.values[kind] = append(c.values[kind], strings.TrimPrefix(value, "tel:"))
	default:
		c.values[kind] = append(c.values[kind], strings.Join(strings.Fields(strings.Join(components(value), " ")), " "))
	}
	return nil
}

// categorise takes the categories of a card, which have commas between them.
func (p *reader) categorise(value string) {
	const comma = "\x00" // an escaped one
	for _, w := range strings.Split(strings.ReplaceAll(value, `\,`, comma), ",") {
		w = cleaned(strings.Join(components(strings.ReplaceAll(w, comma, ",")), " "))
		if w != "" && len(w) <= maxField && len(p.categories) < maxValues {
			p.categories = append(p.categories, w)
		}
	}
}

// propertyOf is the kind of field that a property is; "" = it is not kept.
func propertyOf(name string) record.FieldKind {
	switch name {
	case "FN", "N":
		return record.FieldName
	case "TEL":
		return record.FieldNumber
	case "EMAIL":
		return record.FieldEmail
	case "ORG":
		return record.FieldCompany
	case "ADR":
		return record.FieldAddress
	case "NOTE":
		return record.FieldNote
	case "LANG":
		return record.FieldLanguage
	}
	return ""
}

// components splits a value at its semicolons and takes the escapes out.
func components(value string) []string {
	var out []string
	var b strings.Builder
	for i := 0; i < len(value); i++ {
		switch c := value[i]; {
		case c == '\\' && i+1 < len(value):
			i++
			if value[i] == 'n' || value[i] == 'N' {
				b.WriteByte(' ')
				continue
			}
			b.WriteByte(value[i])
		case c == ';':
			out = append(out, b.String())
			b.Reset()
		default:
			b.WriteByte(c)
		}
	}
	return append(out, b.String())
}
