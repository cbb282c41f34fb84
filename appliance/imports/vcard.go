package imports

import (
	"io"
	"mime/quotedprintable"
	"strings"

	"frontdesk.internal/appliance/record"
)

// vcards reads cards of the forms 2.1, 3.0 and 4.0 (RFC 2426, RFC 6350): the properties that we keep. Folded lines are joined; photographs and all else
// is passed over.
func (p *reader) vcards(text string) error {
	var values map[record.FieldKind][]string
	var begun int
	var family string // of N, when there is no FN
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	for i := 0; i < len(lines); i++ {
		number, line := i+1, lines[i]
		quoted := strings.Contains(strings.ToUpper(line), "QUOTED-PRINTABLE")
		for i+1 < len(lines) && (strings.HasPrefix(lines[i+1], " ") || strings.HasPrefix(lines[i+1], "\t") || quoted && strings.HasSuffix(line, "=")) {
			i++
			if quoted && strings.HasSuffix(line, "=") {
				line = strings.TrimSuffix(line, "=") + lines[i]
				continue
			}
			line += lines[i][1:]
		}
		head, value, ok := strings.Cut(line, ":")
		if !ok {
			continue
		}
		name, _, _ := strings.Cut(strings.ToUpper(strings.TrimSpace(head)), ";")
		if _, after, grouped := strings.Cut(name, "."); grouped { // "item1.TEL"
			name = after
		}
		if quoted {
			if b, err := io.ReadAll(quotedprintable.NewReader(strings.NewReader(value))); err == nil {
				value = string(b)
			}
		}
		switch {
		case name == "BEGIN":
			values, begun, family = map[record.FieldKind][]string{}, number, ""
		case values == nil:
		case name == "END":
			if len(values[record.FieldName]) == 0 && family != "" {
				values[record.FieldName] = []string{family}
			}
			if err := p.row(begun, values); err != nil {
				return err
			}
			values = nil
		case name == "N":
			parts := components(value)
			if len(parts) > 1 {
				family = parts[1] + " " + parts[0]
			} else {
				family = parts[0]
			}
		case name == "TEL" && strings.Contains(strings.ToUpper(head), "FAX"):
		case name == "TEL":
			values[record.FieldNumber] = append(values[record.FieldNumber], strings.TrimPrefix(value, "tel:"))
		default:
			if kind := propertyOf(name); kind != "" {
				values[kind] = append(values[kind], strings.Join(strings.Fields(strings.Join(components(value), " ")), " "))
			}
		}
	}
	if values != nil {
		p.bad(begun, "the card has no end")
	}
	return nil
}

func propertyOf(name string) record.FieldKind {
	switch name {
	case "FN":
		return record.FieldName
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
