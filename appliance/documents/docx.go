package documents

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strconv"
	"strings"
)

// Bounds of a Word file, beyond those of all documents: a small file can unpack to a very large one.
const (
	mostFiles  = 20_000
	mostXML    = 64 << 20 // of the text, unpacked
	mostStyles = 8 << 20
	deepest    = 256 // elements within each other
	mostRows   = 20_000
)

var errBomb = &Refused{
	Why: "it unpacks to more than a document of that kind holds: save it anew in Word, without pictures, and choose that",
}

// readDOCX reads a Word file (ECMA-376, WordprocessingML): the body of the text with headings, lists and tables. Headers, footers,
// notes, comments and what was struck out are left out.
func (c *content) readDOCX(file []byte) error {
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		return refuse("it is damaged: it cannot be unpacked")
	}
	if len(z.File) > mostFiles {
		return errBomb
	}
	var text, styles *zip.File
	for _, f := range z.File {
		switch f.Name {
		case "word/document.xml":
			text = f
		case "word/styles.xml":
			styles = f
		case "mimetype", "xl/workbook.xml", "ppt/presentation.xml":
			return refuse("it is no Word file: text, Markdown, PDF and Word files (.docx) can be read")
		}
	}
	if text == nil {
		return refuse("it is no Word file: text, Markdown, PDF and Word files (.docx) can be read")
	}
	w := &wordReader{content: c, headings: map[string]bool{"Title": true}, lists: map[string]bool{}, page: 1}
	if styles != nil {
		if err := each(styles, mostStyles, w.style); err != nil && !errors.Is(err, errXML) {
			return err
		}
	}
	if err := each(text, mostXML, w.token); err != nil {
		if errors.Is(err, errXML) {
			return refuse("it is damaged: its text cannot be read")
		}
		return err
	}
	if w.broken {
		c.pages = w.page
		return nil
	}
	for i := range c.blocks { // it was saved by a program that makes no pages of it
		c.blocks[i].page = 0
	}
	return nil
}

// errXML says that a part is no XML.
var errXML = errors.New("not well formed")

// each calls fn with the tokens of a part, as deep as it allows and no more than most bytes of it.
func each(f *zip.File, most int64, fn func(t xml.Token) error) error {
	r, err := f.Open()
	if err != nil {
		return errXML
	}
	defer func() { _ = r.Close() }() // only read
	bounded := &io.LimitedReader{R: r, N: most}
	d := xml.NewDecoder(bounded)
	for depth := 0; ; {
		t, err := d.Token()
		switch {
		case err == io.EOF: //nolint:errorlint // Token returns it bare.
			return nil
		case bounded.N <= 0:
			return errBomb
		case err != nil:
			return errXML
		}
		switch t.(type) {
		case xml.StartElement:
			if depth++; depth > deepest {
				return errBomb
			}
		case xml.EndElement:
			depth--
		}
		if err := fn(t); err != nil {
			return err
		}
	}
}

// wordReader reads the elements of a Word file in their order.
type wordReader struct {
	*content
	headings map[string]bool // styles by their IDs
	lists    map[string]bool // likewise, of items
	styled   string          // the style that is being read

	page    int
	broken  bool // pages are told
	stack   []*wordParagraph
	tables  []wordTable
	inText  bool
	skipped int // depth within what is left out
}

type wordParagraph struct {
	kind kind
	text strings.Builder
}

type wordTable struct {
	rows [][]string
	page int
}

// style finds the styles that are headings, which Word names "heading 1" in every language, with other IDs, and those of lists.
func (w *wordReader) style(t xml.Token) error {
	e, ok := t.(xml.StartElement)
	if !ok {
		return nil
	}
	switch e.Name.Local {
	case "style":
		w.styled = attribute(e, "styleId")
	case "name":
		name := strings.ToLower(attribute(e, "val"))
		if strings.HasPrefix(name, "heading ") || name == "title" {
			w.headings[w.styled] = true
		}
	case "outlineLvl":
		if outlined(e) {
			w.headings[w.styled] = true
		}
	case "numPr":
		w.lists[w.styled] = true
	}
	return nil
}

// outlined says whether a level of the outline is that of a heading: 9 is that of the text.
func outlined(e xml.StartElement) bool {
	n, err := strconv.Atoi(attribute(e, "val"))
	return err == nil && n < 9
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func (w *wordReader) token(t xml.Token) error {
	switch t := t.(type) {
	case xml.StartElement:
		if w.skipped > 0 || t.Name.Local == "Fallback" || t.Name.Local == "del" || t.Name.Local == "moveFrom" {
			w.skipped++
			return nil
		}
		w.start(t)
	case xml.EndElement:
		if w.skipped > 0 {
			w.skipped--
			return nil
		}
		return w.end(t.Name.Local)
	case xml.CharData:
		if w.inText && w.skipped == 0 && len(w.stack) > 0 {
			if w.top().text.Len()+len(t) > MaxText {
				return errLong
			}
			w.top().text.Write(t)
		}
	}
	return nil
}

func (w *wordReader) top() *wordParagraph { return w.stack[len(w.stack)-1] }

func (w *wordReader) start(e xml.StartElement) {
	switch e.Name.Local {
	case "p":
		w.stack = append(w.stack, &wordParagraph{})
	case "tbl":
		w.tables = append(w.tables, wordTable{page: w.page})
	case "tr":
		if n := len(w.tables); n > 0 && len(w.tables[n-1].rows) < mostRows {
			w.tables[n-1].rows = append(w.tables[n-1].rows, nil)
		}
	case "tc":
		if row := w.row(); row != nil {
			*row = append(*row, "")
		}
	case "t":
		w.inText = true
	case "lastRenderedPageBreak":
		w.turn()
	}
	if len(w.stack) == 0 {
		return
	}
	p := w.top()
	switch e.Name.Local {
	case "pStyle":
		switch style := attribute(e, "val"); {
		case w.headings[style]:
			p.kind = heading
		case w.lists[style]:
			p.kind = item
		}
	case "outlineLvl":
		if outlined(e) {
			p.kind = heading
		}
	case "numPr":
		if p.kind == paragraph {
			p.kind = item
		}
	case "tab":
		p.text.WriteByte(' ')
	case "br", "cr":
		if attribute(e, "type") == "page" {
			return // where the page really ends is told by lastRenderedPageBreak
		}
		p.text.WriteByte('\n')
	case "noBreakHyphen":
		p.text.WriteByte('-')
	}
}

// turn begins a page.
func (w *wordReader) turn() {
	w.broken = true
	if w.page <= MaxPages {
		w.page++
	}
}

// row is the row of the table that is being read.
func (w *wordReader) row() *[]string {
	if len(w.tables) == 0 {
		return nil
	}
	t := &w.tables[len(w.tables)-1]
	if len(t.rows) == 0 {
		return nil
	}
	return &t.rows[len(t.rows)-1]
}

func (w *wordReader) end(name string) error {
	switch name {
	case "t":
		w.inText = false
	case "p":
		if len(w.stack) == 0 {
			return nil
		}
		p := w.top()
		text, kind := p.text.String(), p.kind
		w.stack = w.stack[:len(w.stack)-1]
		if row := w.row(); row != nil && len(*row) > 0 {
			cell := &(*row)[len(*row)-1]
			if len(*cell)+len(text) > MaxText {
				return errLong
			}
			*cell = strings.TrimSpace(*cell + " " + text)
			return nil
		}
		return w.add(block{page: w.page, kind: kind, text: text})
	case "tbl":
		if len(w.tables) == 0 {
			return nil
		}
		t := w.tables[len(w.tables)-1]
		w.tables = w.tables[:len(w.tables)-1]
		return w.add(block{page: t.page, text: table(t.rows, len(t.rows) > 2 && widest(t.rows) > 2)})
	}
	return nil
}

func widest(rows [][]string) int {
	n := 0
	for _, r := range rows {
		n = max(n, len(r))
	}
	return n
}
