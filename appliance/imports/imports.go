// Package imports reads contacts that a business has elsewhere: tables (CSV in any of its dialects), vCards, and JSON. It says what
// it would take from which column before anything is done, takes good rows, and names the line of each bad one with what is wrong.
//
// It only reads: keeping is the store's. It starts no goroutine and trusts nothing in a file.
//
// vCards are read by code of our own and not by emersion/go-vcard. That takes time and memory with the square of the folds of a
// line (16 s and 43 GB for a card of 1 MB) and tells no line numbers, so that a reader before it would have to unfold and bound all
// the same; and of the form 2.1, which old telephones and Outlook write, it loses the numbers ("TEL;CELL:..." has its value taken
// for a parameter's), quoted-printable and its soft breaks.
package imports

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/mail"
	"runtime"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	encoding "golang.org/x/text/encoding/unicode"

	"frontdesk.internal/appliance/numbering"
	"frontdesk.internal/appliance/record"
)

// Bounds of what is read.
const (
	maxBytes = 32 << 20
	maxRow   = 256 << 10 // octets of a row of a table, or of a contact in JSON
	maxRows  = 200_000
	maxField = 4096 // octets
	maxBad   = 1000 // bad rows that are named
)

// Row is one contact.
type Row struct {
	Line   int            `json:"line"` // of the file, from 1
	Fields []record.Field `json:"fields"`
}

// Bad is a row, or a part of one, that was not taken.
type Bad struct {
	Line int    `json:"line"`
	Why  string `json:"why"`
}

// Contacts are what a file holds.
type Contacts struct {
	Rows    []Row                       `json:"rows"`
	Bad     []Bad                       `json:"bad"`
	Columns []string                    `json:"columns,omitempty"` // of a table, as its head names them
	Mapping map[string]record.FieldKind `json:"mapping,omitempty"` // of a table: what is taken from which column
	Form    string                      `json:"form"`              // "csv", "vcard", "json"
}

// Options say how a file is read.
type Options struct {
	Region  string                      // of the office, "US": how numbers without a country code are meant
	Mapping map[string]record.FieldKind // of a table, over what is found out; "" = this column is left out
}

// Errors of whole files.
var (
	ErrTooLarge = errors.New("the file is too large")
	ErrNoForm   = errors.New("this is no table, no vCard and no JSON that can be read")
	ErrNoColumn = errors.New("no column of the table is a name or a number: say which with a mapping")
)

// pauseEvery is how many lines are read before it is looked whether somebody still waits for them.
const pauseEvery = 256

// Read reads a file, whatever its form, and stops when ctx ends. It takes time and memory in proportion to the file, whatever is in it.
func Read(ctx context.Context, r io.Reader, o Options) (Contacts, error) {
	b, err := io.ReadAll(io.LimitReader(r, maxBytes+1))
	if err != nil {
		return Contacts{}, fmt.Errorf("read contacts: %w", err)
	}
	if len(b) > maxBytes {
		return Contacts{}, ErrTooLarge
	}
	text, err := decoded(b)
	if err != nil {
		return Contacts{}, err
	}
	c := Contacts{Rows: []Row{}, Bad: []Bad{}}
	p := &reader{ctx: ctx, o: o, c: &c}
	switch head := strings.TrimSpace(string(text[:min(len(text), 200)])); {
	case strings.HasPrefix(strings.ToUpper(head), "BEGIN:VCARD"):
		c.Form = "vcard"
		err = p.vcards(text)
	case strings.HasPrefix(head, "["):
		c.Form = "json"
		err = p.json(text)
	default:
		c.Form = "csv"
		err = p.table(text)
	}
	return c, err
}

// decoded is a file as text: UTF-8 or UTF-16 by its mark, UTF-8 when it is that, else Windows-1252.
func decoded(b []byte) ([]byte, error) {
	switch {
	case bytes.HasPrefix(b, []byte{0xff, 0xfe}), bytes.HasPrefix(b, []byte{0xfe, 0xff}):
		return textOf(encoding.UTF16(encoding.LittleEndian, encoding.UseBOM).NewDecoder().Bytes(b))
	case bytes.HasPrefix(b, []byte{0xef, 0xbb, 0xbf}):
		b = b[3:]
	}
	if bytes.IndexByte(b, 0) >= 0 {
		return nil, ErrNoForm
	}
	if utf8.Valid(b) {
		return b, nil
	}
	return textOf(charmap.Windows1252.NewDecoder().Bytes(b))
}

func textOf(b []byte, err error) ([]byte, error) {
	if err != nil {
		return nil, ErrNoForm
	}
	return b, nil
}

// reader takes rows.
type reader struct {
	ctx context.Context //nolint:containedctx // of the one call of Read
	o   Options
	c   *Contacts
	n   int // lines

	categories []string // of the first card
}

// pause is called with each line: it says when nobody waits any more, and lets calls have the processor.
func (p *reader) pause() error {
	if p.n++; p.n%pauseEvery != 0 {
		return nil
	}
	runtime.Gosched()
	if err := p.ctx.Err(); err != nil {
		return fmt.Errorf("read contacts: %w", err)
	}
	return nil
}

func (p *reader) bad(line int, format string, args ...any) {
	if len(p.c.Bad) < maxBad {
		p.c.Bad = append(p.c.Bad, Bad{line, fmt.Sprintf(format, args...)})
	}
}

// row takes one contact; parts of it that are wrong are left out and named.
func (p *reader) row(line int, values map[record.FieldKind][]string) error {
	if len(p.c.Rows) >= maxRows {
		return fmt.Errorf("%w: more than %d contacts", ErrTooLarge, maxRows)
	}
	r := Row{Line: line}
	for _, kind := range record.FieldKinds() {
		for i, v := range values[kind] {
			if i >= maxValues {
				p.bad(line, "there are more than %d of the %s: the others were left out", maxValues, kind)
				break
			}
			if v = cleaned(v); v == "" {
				continue
			}
			if len(v) > maxField {
				p.bad(line, "the %s is longer than %d characters", kind, maxField)
				continue
			}
			v, why := p.checked(kind, v)
			if why != "" {
				p.bad(line, "%s", why)
				continue
			}
			r.Fields = append(r.Fields, record.Field{Kind: kind, Value: record.Personal(v)})
		}
	}
	if !slices.ContainsFunc(r.Fields, func(f record.Field) bool {
		return f.Kind == record.FieldNumber || f.Kind == record.FieldName || f.Kind == record.FieldEmail
	}) {
		p.bad(line, "there is no name, number or e-mail in it")
		return nil
	}
	p.c.Rows = append(p.c.Rows, r)
	return nil
}

// checked brings a value into our form, or says what is wrong with it, without quoting it.
func (p *reader) checked(kind record.FieldKind, v string) (string, string) {
	switch kind {
	case record.FieldNumber:
		n := record.PhoneNumber(strings.Map(func(r rune) rune {
			if r >= '0' && r <= '9' || r == '+' {
				return r
			}
			return -1
		}, v))
		if len(n.Digits()) < 3 || len(n.Digits()) > 20 {
			return "", "the number has too few or too many digits"
		}
		return string(numbering.E164(n, p.o.Region)), ""
	case record.FieldEmail:
		a, err := mail.ParseAddress(v)
		if err != nil {
			return "", "the e-mail address is none"
		}
		return a.Address, ""
	}
	return v, ""
}

// cleaned takes out what could steer a terminal, and white space at the ends.
func cleaned(v string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' {
			return ' '
		}
		if !unicode.IsPrint(r) || r == utf8.RuneError {
			return -1
		}
		return r
	}, v))
}

// contact is one in JSON: each field a text or several.
func (p *reader) json(b []byte) error {
	d := json.NewDecoder(bytes.NewReader(b))
	if _, err := d.Token(); err != nil {
		return ErrNoForm
	}
	for n := 1; d.More(); n++ {
		if err := p.pause(); err != nil {
			return err
		}
		var one json.RawMessage
		if err := d.Decode(&one); err != nil {
			return fmt.Errorf("%w: contact %d: %w", ErrNoForm, n, err)
		}
		if len(one) > maxRow {
			p.bad(n, "it is longer than %d characters", maxRow)
			continue
		}
		var raw map[string]json.RawMessage
		if err := json.Unmarshal(one, &raw); err != nil {
			return fmt.Errorf("%w: contact %d: %w", ErrNoForm, n, err)
		}
		values := map[record.FieldKind][]string{}
		for name, v := range raw {
			kind := record.FieldKind(name)
			if name == "numbers" {
				kind = record.FieldNumber
			}
			if !slices.Contains(record.FieldKinds(), kind) {
				p.bad(n, "there is no field %q", cleaned(name[:min(len(name), 40)]))
				continue
			}
			var one string
			var many []string
			if json.Unmarshal(v, &one) == nil {
				many = []string{one}
			} else if json.Unmarshal(v, &many) != nil {
				p.bad(n, "the %s is neither a text nor a list of texts", kind)
			}
			values[kind] = append(values[kind], many...)
		}
		if err := p.row(n, values); err != nil {
			return err
		}
	}
	return nil
}
