package console

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/charmbracelet/x/ansi"
)

// look is how a text stands out. Without colours it is bold or nothing.
type look int

const (
	plain  look = iota
	strong      // titles, what is chosen
	good        // all is right
	warn        // works, with limits
	bad         // needs a person
)

// code is the control sequence of a look, "" for none.
func (l look) code(color bool) string {
	switch {
	case l == strong, !color && (l == bad || l == warn):
		return "\x1b[1m"
	case !color:
		return ""
	case l == good:
		return "\x1b[32m"
	case l == warn:
		return "\x1b[33m"
	case l == bad:
		return "\x1b[1;31m"
	}
	return ""
}

// span is a text with a look.
type span struct {
	look look
	text string
}

// column is where the values of fields begin.
const column = 13

// page is a screen under way: rows of at most width cells. It is the only way to the terminal: whatever is written on it is made
// harmless and cut first.
type page struct {
	width, height int
	term          Terminal
	rows          []string
	cursor        *cursor // where somebody types; nil: nowhere
	more          bool    // there is more than the rows show
}

// cursor is a place on a page, from 0.
type cursor struct{ x, y int }

// full reports whether no further row is seen; whoever asks has one more.
func (p *page) full() bool {
	full := len(p.rows) >= p.height
	p.more = p.more || full
	return full
}

// window is what is seen of a list of n rows on height rows.
func (p *page) window(l *list, n, height int) (from, to int) {
	from, to = l.window(n, height)
	p.more = p.more || from > 0 || to < n
	return from, to
}

// left is how many rows are free.
func (p *page) left() int { return max(0, p.height-len(p.rows)) }

// row writes one row of spans.
func (p *page) row(spans ...span) {
	var b strings.Builder
	room := p.width
	for _, s := range spans {
		text := p.fit(s.text, room)
		if text == "" {
			continue
		}
		room -= ansi.StringWidthWc(text)
		if code := s.look.code(p.term.Color); code != "" {
			text = code + text + "\x1b[m"
		}
		b.WriteString(text)
	}
	p.rows = append(p.rows, b.String())
}

// line writes one row of one look.
func (p *page) line(l look, format string, args ...any) { p.row(span{l, fmt.Sprintf(format, args...)}) }

// gap leaves a row free.
func (p *page) gap() { p.rows = append(p.rows, "") }

// rule draws a line from side to side.
func (p *page) rule() { p.row(span{plain, strings.Repeat("─", p.width)}) }

// wrap writes a text in as many rows as it needs, the further ones indented like the first.
func (p *page) wrap(l look, indent int, text string) { p.hang("", indent, l, text) }

// field writes a name and a value of one or more rows.
func (p *page) field(name string, l look, value string) {
	p.hang("  "+name, column, l, value)
}

// hang writes a text in as many rows as it needs beside a head; without a text the head alone.
func (p *page) hang(head string, indent int, l look, text string) {
	room := max(p.width-indent, 8)
	row := ""
	put := func() {
		p.row(span{plain, p.cell(head, indent)}, span{l, row})
		head, row = "", ""
	}
	for _, word := range strings.Fields(clean(text, p.term.ASCII)) {
		if row != "" && ansi.StringWidthWc(row)+1+ansi.StringWidthWc(word) > room {
			put()
		}
		if row != "" {
			row += " "
		}
		row += word
	}
	if row != "" || head != "" {
		put()
	}
}

// cell makes a text exactly n cells wide.
func (p *page) cell(s string, n int) string {
	s = p.fit(s, n)
	return s + strings.Repeat(" ", max(0, n-ansi.StringWidthWc(s)))
}

// fit makes a text harmless and at most n cells wide.
func (p *page) fit(s string, n int) string {
	s = clean(s, p.term.ASCII)
	if ansi.StringWidthWc(s) <= n {
		return s
	}
	return ansi.TruncateWc(s, max(n, 0), "")
}

// maxMarks is how many marks without a width of their own may stand on one letter.
const maxMarks = 2

// clean takes out of a text what could steer a terminal or hide what is there: control characters, those that turn the direction
// of writing or have no width, bytes that are no text. For a terminal without UTF-8 it writes the rest in ASCII.
func clean(s string, ascii bool) string {
	var b strings.Builder
	marks := 0
	for _, r := range s {
		switch {
		case r >= ' ' && r <= '~':
			b.WriteByte(byte(r))
			marks = 0
			continue
		case r == unicode.ReplacementChar || !unicode.IsPrint(r):
			b.WriteByte(' ')
			continue
		case unicode.In(r, unicode.Mn, unicode.Me):
			if marks++; marks > maxMarks || ascii {
				continue
			}
		default:
			marks = 0
		}
		if ascii {
			b.WriteString(inASCII(r))
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// inASCII writes a character as a typewriter would.
func inASCII(r rune) string {
	const from = "─━═│┃┌┐└┘├┤▶◀●○·…–—‑‘’‚“”„«»×µ°€£ÄÖÜäöüßéèêëáàâãåÅçñíìîïóòôõøØúùûæÆ█▓▒░▏"
	to := [...]string{
		"-", "-", "=", "|", "|", "+", "+", "+", "+", "+", "+", ">", "<", "*", "o", ".", "...", "-", "-", "-", "'", "'", ",", "\"", "\"", "\"",
		"\"", "\"", "x", "u", " deg", "EUR", "GBP", "Ae", "Oe", "Ue", "ae", "oe", "ue", "ss", "e", "e", "e", "e", "a", "a", "a", "a", "a", "A",
		"c", "n", "i", "i", "i", "i", "o", "o", "o", "o", "o", "O", "u", "u", "u", "ae", "Ae", "#", "#", "+", ".", "|",
	}
	i := 0
	for _, f := range from {
		if f == r {
			return to[i]
		}
		i++
	}
	return "?"
}
