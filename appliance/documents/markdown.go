package documents

import (
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"
)

// readMarkdown reads CommonMark with tables. HTML in it is left out.
func (c *content) readMarkdown(file []byte) error {
	s, err := decodeText(file)
	if err != nil {
		return err
	}
	if nested(s) {
		return c.readText([]byte(s))
	}
	source := []byte(withoutFrontMatter(s))
	root := goldmark.New(goldmark.WithExtensions(extension.Table, extension.Strikethrough)).Parser().Parse(text.NewReader(source))
	return ast.Walk(root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		b := block{}
		switch n := n.(type) {
		case *ast.Heading:
			b.kind, b.text = heading, inline(n, source)
		case *ast.Paragraph, *ast.TextBlock:
			if _, ok := n.Parent().(*ast.ListItem); ok {
				b.kind = item
			}
			b.text = inline(n, source)
		case *ast.CodeBlock, *ast.FencedCodeBlock:
			b.text = string(n.Lines().Value(source))
		case *extast.Table:
			b.text = table(rowsOf(n, source), true)
		default:
			return ast.WalkContinue, nil
		}
		return ast.WalkSkipChildren, c.add(b)
	})
}

// mostMarks is how many marks of quotations and lists a line of Markdown begins with at the most: the parser's time goes with the square.
const mostMarks = 40

// nested says whether a line begins with more marks than anybody writes.
func nested(s string) bool {
	for line := range strings.SplitSeq(s, "\n") {
		marks := 0
		for i := 0; i < len(line) && strings.IndexByte(" \t>-+*", line[i]) >= 0; i++ {
			if line[i] != ' ' && line[i] != '\t' {
				marks++
			}
		}
		if marks > mostMarks && strings.Trim(line, "-*> \t\r") != "" {
			return true
		}
	}
	return false
}

// withoutFrontMatter takes off what programs for websites write before the text.
func withoutFrontMatter(s string) string {
	body, ok := strings.CutPrefix(s, "---\n")
	if !ok {
		return s
	}
	head, rest, ok := strings.Cut(body, "\n---\n")
	if !ok || strings.Contains(head, "\n\n") || !strings.Contains(head, ":") {
		return s
	}
	return rest
}

// inline returns the words of a block.
func inline(n ast.Node, source []byte) string {
	var b strings.Builder
	_ = ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) { // the function gives no error
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Text:
			b.Write(n.Segment.Value(source))
			switch {
			case n.HardLineBreak():
				b.WriteByte('\n')
			case n.SoftLineBreak():
				b.WriteByte(' ')
			}
		case *ast.String:
			b.Write(n.Value)
		case *ast.AutoLink:
			b.Write(n.Label(source))
		case *ast.Image, *ast.RawHTML:
			return ast.WalkSkipChildren, nil
		}
		return ast.WalkContinue, nil
	})
	return b.String()
}

func rowsOf(t *extast.Table, source []byte) [][]string {
	var rows [][]string
	for r := t.FirstChild(); r != nil; r = r.NextSibling() {
		var cells []string
		for c := r.FirstChild(); c != nil; c = c.NextSibling() {
			cells = append(cells, inline(c, source))
		}
		rows = append(rows, cells)
	}
	return rows
}

// table writes a table, a line for each row: "Double room: summer 120, winter 90" below a head, "Double room: 120, 90" without one.
func table(rows [][]string, headed bool) string {
	var head []string
	if headed && len(rows) > 1 {
		head, rows = rows[0], rows[1:]
	}
	var lines []string
	for _, row := range rows {
		var cells []string
		for i, cell := range row {
			cell = oneLine(cell, mostLength)
			if i > 0 && len(row) > 2 && i < len(head) && cell != "" {
				cell = oneLine(head[i], longHeading) + " " + cell
			}
			if cell != "" {
				cells = append(cells, cell)
			}
		}
		switch len(cells) {
		case 0:
		case 1:
			lines = append(lines, cells[0])
		default:
			lines = append(lines, cells[0]+": "+strings.Join(cells[1:], ", ")+".")
		}
	}
	return strings.Join(lines, "\n")
}
