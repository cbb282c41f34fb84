package imports

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"frontdesk.internal/appliance/record"
)

// maxColumns bounds a table.
const maxColumns = 256

// table reads a CSV file whose first line names the columns (RFC 4180), with commas, semicolons or tabs between.
func (p *reader) table(text []byte) error {
	row := &rowReader{r: bytes.NewReader(text), left: maxRow}
	r := csv.NewReader(row)
	r.Comma, r.FieldsPerRecord, r.LazyQuotes, r.ReuseRecord = separator(text), -1, true, true
	head, err := r.Read()
	if errors.Is(err, ErrTooLarge) {
		return err
	}
	if err != nil || len(head) > maxColumns {
		return ErrNoForm
	}
	kinds := make([]record.FieldKind, len(head))
	p.c.Mapping = map[string]record.FieldKind{}
	parts := map[int]string{} // given and family name, which are one name
	for i, name := range head {
		name = cleaned(name)
		p.c.Columns = append(p.c.Columns, name)
		kind, part := kindOf(name)
		if k, ok := p.o.Mapping[name]; ok {
			kind, part = k, ""
		}
		if kind == "" {
			continue
		}
		kinds[i], p.c.Mapping[name] = kind, kind
		if part != "" {
			parts[i] = part
		}
	}
	if !slices.ContainsFunc(kinds, func(k record.FieldKind) bool {
		return k == record.FieldNumber || k == record.FieldName || k == record.FieldEmail
	}) {
		return ErrNoColumn
	}
	for {
		if err := p.pause(); err != nil {
			return err
		}
		row.left = maxRow
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		line, _ := r.FieldPos(0)
		if err != nil {
			var bad *csv.ParseError
			if errors.As(err, &bad) {
				p.bad(bad.Line, "the line cannot be read as one of a table")
				continue
			}
			return fmt.Errorf("read table: %w", err)
		}
		if err := p.row(line, valuesOf(cells, kinds, parts)); err != nil {
			return err
		}
	}
}

// rowReader bounds one row of a table: with a quote that is never closed, all of the file would be one.
type rowReader struct {
	r    io.Reader
	left int // octets of this row
}

// Read implements io.Reader.
func (r *rowReader) Read(b []byte) (int, error) {
	n, err := r.r.Read(b)
	if r.left -= n; r.left < 0 {
		return 0, fmt.Errorf("%w: a line of the table, or a quote that is never closed, is longer than %d characters", ErrTooLarge, maxRow)
	}
	return n, err
}

// valuesOf sorts the cells of a line by kind.
func valuesOf(cells []string, kinds []record.FieldKind, parts map[int]string) map[record.FieldKind][]string {
	values := map[record.FieldKind][]string{}
	var given, family string
	for i, cell := range cells {
		switch {
		case i >= len(kinds) || kinds[i] == "":
		case parts[i] == "given":
			given = cell
		case parts[i] == "family":
			family = cell
		case kinds[i] == record.FieldNumber: // Google puts several into one cell
			values[kinds[i]] = append(values[kinds[i]], strings.Split(cell, ":::")...)
		default:
			values[kinds[i]] = append(values[kinds[i]], cell)
		}
	}
	if name := strings.TrimSpace(strings.TrimSpace(given) + " " + strings.TrimSpace(family)); name != "" &&
		strings.TrimSpace(strings.Join(values[record.FieldName], "")) == "" {
		values[record.FieldName] = []string{name}
	}
	return values
}

// separator is what stands between the columns most often in the first line.
func separator(text []byte) rune {
	first, _, _ := bytes.Cut(text, []byte("\n"))
	best, most := ',', 0
	for _, s := range []rune{',', ';', '\t'} {
		if n := bytes.Count(first, []byte(string(s))); n > most {
			best, most = s, n
		}
	}
	return best
}

// kindOf is what a column is, by its name as Outlook, Google, Apple and telephone systems write it, in English and German. part
// says that it is a part of the name.
func kindOf(column string) (kind record.FieldKind, part string) {
	name := strings.ToLower(strings.TrimSpace(column))
	is := func(list ...string) bool { return slices.Contains(list, name) }
	has := func(list ...string) bool {
		return slices.ContainsFunc(list, func(s string) bool { return strings.Contains(name, s) })
	}
	switch {
	case is("first name", "given name", "firstname", "vorname"):
		return record.FieldName, "given"
	case is("last name", "family name", "lastname", "surname", "nachname"):
		return record.FieldName, "family"
	case is("name", "full name", "display name", "displayname", "contact", "customer", "client", "patient", "anzeigename", "kontakt", "kunde",
		"mandant", "file as"):
		return record.FieldName, ""
	case has("e-mail", "email", "mail address") && !has("type", "typ", "display", "label"):
		return record.FieldEmail, ""
	case has("fax"), has("type", "label", "typ") && has("phone", "telefon"):
		return "", ""
	case has("phone", "telefon", "mobile", "mobil", "handy", "number", "nummer", "tel.") || is("tel", "cell"):
		return record.FieldNumber, ""
	case is("company", "organization", "organisation", "organization name", "organization 1 - name", "firma", "unternehmen"):
		return record.FieldCompany, ""
	case is("address", "adresse", "anschrift", "street address") || has("address 1 - formatted"):
		return record.FieldAddress, ""
	case is("notes", "note", "notiz", "notizen", "bemerkung", "bemerkungen", "comment"):
		return record.FieldNote, ""
	case is("language", "sprache"):
		return record.FieldLanguage, ""
	case is("history", "verlauf"):
		return record.FieldHistory, ""
	}
	return "", ""
}
