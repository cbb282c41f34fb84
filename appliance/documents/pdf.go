package documents

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ledongthuc/pdf"
)

// fewPerPage letters are the least of a page that has text.
const fewPerPage = 3

// pdfLine is a line of a page as it was drawn.
type pdfLine struct {
	text string
	x, y float64
	size float64 // of the letters
	bold bool
	row  bool // of a table
}

// asRow writes the cells of a row as a table's are written.
func asRow(line string) (string, bool) {
	var cells []string
	for cell := range strings.SplitSeq(line, "  ") {
		if cell = strings.TrimSpace(cell); cell != "" {
			cells = append(cells, cell)
		}
	}
	if len(cells) < 2 || utf8.RuneCountInString(cells[0]) > shortLine || strings.Trim(cells[0], bullets) == "" {
		return strings.Join(cells, " "), false
	}
	return table([][]string{cells}, false), true
}

// pdfPage is one page, its lines in the order in which they were drawn.
type pdfPage struct {
	number int
	lines  []pdfLine
}

// readPDF reads a PDF file: letters with their places make lines, lines with their distances and sizes make paragraphs and
// headings. Text that a file has only as pictures is not found.
func (c *content) readPDF(file []byte) error {
	r, err := openPDF(file)
	if err != nil {
		return err
	}
	nodes, err := pagesOf(r)
	if err != nil {
		return err
	}
	c.pages = len(nodes)
	var pages []pdfPage
	var bad []int
	hidden, shown := 0, 0
	for i, node := range nodes {
		n := i + 1
		glyphs, err := glyphsOf(node)
		if err != nil {
			bad = append(bad, n)
		}
		if err != nil && len(glyphs) == 0 {
			continue
		}
		for _, g := range glyphs {
			if strings.ContainsFunc(g.s, isHidden) {
				hidden++
			} else {
				shown++
			}
		}
		pages = append(pages, pdfPage{number: n, lines: linesOf(glyphs)})
	}
	if len(pages) == 0 {
		return refuse("it is damaged: none of its pages can be read. Open it in the program that it was made with, save it as a Word file " +
			"(.docx) or as text, and choose that")
	}
	if hidden > shown/2 {
		return refuse("its fonts do not tell which letters they draw: save it as a Word file (.docx) or as text, and choose that")
	}
	if len(bad) > 0 {
		c.notes = append(c.notes, notRead(bad))
	}
	body := bodySize(pages)
	running := runningLines(pages)
	for _, p := range pages {
		if err := c.pdfPage(p, body, running); err != nil {
			return err
		}
	}
	c.blocks = overPages(c.blocks)
	return nil
}

// overPages puts paragraphs together that go on on the next page.
func overPages(blocks []block) []block {
	var out []block
	for _, b := range blocks {
		if k := len(out) - 1; k >= 0 && b.page == out[k].page+1 && out[k].kind != heading && b.kind == paragraph {
			last, _ := utf8.DecodeLastRuneInString(out[k].text)
			if first, _ := utf8.DecodeRuneInString(b.text); unicode.IsLower(first) && !strings.ContainsRune(".!?:", last) {
				out[k].text = joined(out[k].text, b.text)
				continue
			}
		}
		out = append(out, b)
	}
	return out
}

// isHidden says whether a letter stands for one that the file does not tell.
func isHidden(r rune) bool {
	return r == utf8.RuneError || unicode.IsControl(r) || unicode.Is(unicode.Co, r)
}

func notRead(pages []int) string {
	if len(pages) == 1 {
		return fmt.Sprintf("Page %d cannot be read, or not all of it.", pages[0])
	}
	return fmt.Sprintf("%d pages cannot be read, or not all of them; the first is page %d.", len(pages), pages[0])
}

// openPDF opens a file; the library panics on some that are damaged.
func openPDF(file []byte) (r *pdf.Reader, err error) {
	defer func() {
		if recover() != nil {
			r, err = nil, errDamaged
		}
	}()
	file = tidyPDF(file)
	r, err = pdf.NewReader(bytes.NewReader(file), int64(len(file)))
	switch {
	case errors.Is(err, pdf.ErrInvalidPassword):
		return nil, refuse("a password protects it: save it without one, and choose that")
	case err != nil && bytes.Contains(file, []byte("/Encrypt")):
		return nil, refuse("it is protected: save it without protection, and choose that")
	case err != nil:
		return nil, errDamaged
	}
	return r, nil
}

var errDamaged = &Refused{Why: "it is damaged: open it in the program that it was made with, save it anew, and choose that"}

// tidyPDF makes two things good that programs get wrong or that the library does not know: what follows the end of the file, and
// version 2.0, which reads the same.
func tidyPDF(file []byte) []byte {
	if i := bytes.LastIndex(file, []byte("%%EOF")); i >= 0 {
		file = file[:i+len("%%EOF")]
	}
	if rest, ok := bytes.CutPrefix(file, []byte("%PDF-2.0")); ok {
		file = slices.Concat([]byte("%PDF-1.7"), rest)
	}
	return file
}

// pdfNode is a page with what it has of the nodes above it.
type pdfNode struct{ v, resources pdf.Value }

// Bounds of the tree of pages: one that is damaged or made to do harm can go round in circles.
const (
	mostNodes = 4 * MaxPages
	mostDeep  = 32
)

// pagesOf returns all pages in their order.
func pagesOf(r *pdf.Reader) (pages []pdfNode, err error) {
	defer func() {
		if recover() != nil {
			pages, err = nil, errDamaged
		}
	}()
	nodes := 0
	var walk func(n pdfNode, deep int) error
	walk = func(n pdfNode, deep int) error {
		if nodes++; nodes > mostNodes || deep > mostDeep {
			return errDamaged
		}
		if own := n.v.Key("Resources"); !own.IsNull() {
			n.resources = own
		}
		kids := n.v.Key("Kids")
		if kids.Kind() != pdf.Array {
			if n.v.Kind() == pdf.Dict {
				pages = append(pages, n)
			}
			return nil
		}
		if kids.Len() > MaxPages {
			return errPages(kids.Len())
		}
		for i := range kids.Len() {
			if err := walk(pdfNode{kids.Index(i), n.resources}, deep+1); err != nil {
				return err
			}
		}
		return nil
	}
	root := r.Trailer().Key("Root").Key("Pages")
	if n := int(root.Key("Count").Int64()); n > MaxPages {
		return nil, errPages(n)
	}
	if err := walk(pdfNode{v: root}, 0); err != nil {
		return nil, err
	}
	switch {
	case len(pages) == 0:
		return nil, errDamaged
	case len(pages) > MaxPages:
		return nil, errPages(len(pages))
	}
	return pages, nil
}

// How far letters are from each other, in sizes of them.
const (
	sameLine  = 0.45 // up or down, on one line
	wordGap   = 0.19 // between words, where blanks are not drawn
	columnGap = 1.2  // between columns
)

// linesOf puts letters together. A gap as between columns becomes two blanks.
func linesOf(glyphs []glyph) []pdfLine {
	var out []pdfLine
	var line pdfLine
	var b strings.Builder
	var right float64 // where the last letter ended
	sizes := map[float64]int{}
	bold := 0
	flush := func() {
		line.text = b.String()
		if n := letters(line.text); strings.TrimSpace(line.text) != "" {
			line.bold = n > 0 && bold*10 > n*8
			for size, k := range sizes {
				if k > sizes[line.size] {
					line.size = size
				}
			}
			out = append(out, line)
		}
		b.Reset()
		clear(sizes)
		bold = 0
	}
	for _, g := range glyphs {
		size := math.Round(g.size*4) / 4
		gap := g.x - right
		switch {
		case b.Len() == 0 || math.Abs(g.y-line.y) > sameLine*max(g.size, line.size) || gap < -2*g.size:
			flush()
			line = pdfLine{x: g.x, y: g.y, size: size}
		case gap > columnGap*g.size:
			b.WriteString("  ")
		case gap > wordGap*g.size && strings.TrimSpace(g.s) != "":
			b.WriteByte(' ')
		}
		b.WriteString(g.s)
		right = g.x + g.w
		if n := letters(g.s); n > 0 {
			sizes[size] += n
			if g.bold {
				bold += n
			}
		}
	}
	flush()
	return out
}

func isBold(font string) bool {
	f := strings.ToLower(font)
	return strings.Contains(f, "bold") || strings.Contains(f, "black") || strings.Contains(f, "heavy") || strings.HasPrefix(f, "cmbx")
}

// bodySize is the size of most letters.
func bodySize(pages []pdfPage) float64 {
	count := map[float64]int{}
	best := 0.0
	for _, p := range pages {
		for _, l := range p.lines {
			s := math.Round(l.size*2) / 2
			if count[s] += utf8.RuneCountInString(l.text); count[s] > count[best] || count[s] == count[best] && s < best {
				best = s
			}
		}
	}
	return best
}

// runningLines finds what stands at the head or the foot of many pages: names, dates, numbers of pages.
func runningLines(pages []pdfPage) map[string]bool {
	count := map[string]int{}
	for _, p := range pages {
		mine := map[string]bool{}
		for _, l := range edges(p.lines) {
			mine[withoutDigits(l.text)] = true
		}
		for s := range mine {
			count[s]++
		}
	}
	out := map[string]bool{}
	for s, n := range count {
		if n >= 3 && n*2 >= len(pages) {
			out[s] = true
		}
	}
	return out
}

// edges are the two highest and the two lowest lines of a page.
func edges(lines []pdfLine) []pdfLine {
	byHeight := slices.SortedStableFunc(slices.Values(lines), func(a, b pdfLine) int { return compare(b.y, a.y) })
	if len(byHeight) <= 4 {
		return byHeight
	}
	return slices.Concat(byHeight[:2], byHeight[len(byHeight)-2:])
}

func compare(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func withoutDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) {
			return '#'
		}
		return r
	}, strings.Join(strings.Fields(s), " "))
}

// pdfPage adds the paragraphs of a page.
func (c *content) pdfPage(p pdfPage, body float64, running map[string]bool) error {
	n := 0
	var lines []pdfLine
	for _, l := range p.lines {
		l.text, l.row = asRow(strings.TrimSpace(l.text))
		n += letters(l.text)
		if !running[withoutDigits(l.text)] && !filler(l.text) {
			lines = append(lines, l)
		}
	}
	if n < fewPerPage {
		return nil
	}
	pitch := usualPitch(lines)
	var b block
	var last pdfLine
	flush := func() error {
		err := c.add(b)
		b = block{}
		return err
	}
	for i, l := range lines {
		k := paragraph
		text, bullet := bulleted(l.text)
		switch {
		case bullet:
			k = item
		case isHeading(l, lines, i, body, pitch):
			k, text = heading, l.text
		}
		down := last.y - l.y
		goesOn := b.text != "" && k != item && (k == heading) == (b.kind == heading) &&
			down > 0 && down < max(1.35*pitch, 1.25*l.size) && math.Abs(l.size-last.size) < 0.15*l.size
		switch {
		case goesOn && (l.row || last.row):
			b.text += "\n" + text
		case goesOn:
			b.text = joined(b.text, text)
		default:
			if err := flush(); err != nil {
				return err
			}
			b = block{page: p.number, kind: k, text: text}
		}
		last = l
	}
	return flush()
}

// filler says whether a line is only a number, or leads to one with dots as in a table of contents.
func filler(s string) bool {
	if letters(s) == 0 {
		return true
	}
	run, last := 0, rune(0)
	for _, r := range s {
		switch {
		case r == ' ':
			continue
		case r == last && strings.ContainsRune(".:·…_-", r):
			run++
		default:
			run = 0
		}
		if last = r; run >= 4 {
			return true
		}
	}
	return false
}

// usualPitch is the usual distance of lines.
func usualPitch(lines []pdfLine) float64 {
	var ds []float64
	for i := 1; i < len(lines); i++ {
		if d := lines[i-1].y - lines[i].y; d > 0 && d < 3*lines[i].size {
			ds = append(ds, d)
		}
	}
	if len(ds) == 0 {
		return 0
	}
	slices.Sort(ds)
	return ds[len(ds)/3]
}

// isHeading says whether a line is a heading: larger than the text, or bold and alone.
func isHeading(l pdfLine, lines []pdfLine, i int, body, pitch float64) bool {
	if utf8.RuneCountInString(l.text) > longHeading || letters(l.text) < 2 || strings.HasSuffix(l.text, ".") ||
		strings.HasSuffix(l.text, ",") {
		return false
	}
	if l.size > 1.12*body {
		return true
	}
	if !l.bold || l.size < 0.95*body {
		return false
	}
	alone := i == 0 || lines[i-1].y-l.y > 1.2*pitch || lines[i-1].y < l.y || !lines[i-1].bold
	return alone && (i+1 == len(lines) || !lines[i+1].bold)
}
