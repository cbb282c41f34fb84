package documents

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// decodeText returns a text file's text. What is not UTF-8 is UTF-16 when it says so, else Windows-1252, the usual of older programs.
func decodeText(file []byte) (string, error) {
	var err error
	switch {
	case bytes.HasPrefix(file, []byte("\xff\xfe")), bytes.HasPrefix(file, []byte("\xfe\xff")):
		file, err = unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder().Bytes(file)
	case !utf8.Valid(file):
		if bytes.IndexByte(file, 0) < 0 {
			file, err = charmap.Windows1252.NewDecoder().Bytes(file)
		}
	default:
		file = bytes.TrimPrefix(file, []byte("\xef\xbb\xbf"))
	}
	if err != nil || odd(file)*50 > len(file) || bytes.IndexByte(file, 0) >= 0 {
		return "", refuse("it is no text: text, Markdown, PDF and Word files (.docx) can be read")
	}
	return string(file), nil
}

// odd counts bytes that no text holds.
func odd(b []byte) int {
	n := 0
	for _, c := range b {
		if c < ' ' && !strings.ContainsRune("\t\n\v\f\r\x1b", rune(c)) || c == 0x7f {
			n++
		}
	}
	return n
}

// readText reads plain text: blank lines part paragraphs, a form feed begins a page.
func (c *content) readText(file []byte) error {
	text, err := decodeText(file)
	if err != nil {
		return err
	}
	pages := strings.Split(strings.TrimRight(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text), "\f\n "), "\f")
	if len(pages) > 1 {
		c.pages = len(pages)
	}
	for i, page := range pages {
		number := 0
		if c.pages > 0 {
			number = i + 1
		}
		var part []string
		for line := range strings.SplitSeq(page+"\n", "\n") {
			if strings.TrimSpace(line) != "" {
				part = append(part, strings.TrimSpace(line))
				continue
			}
			if err := c.textPart(part, number); err != nil {
				return err
			}
			part = part[:0]
		}
		if err := c.textPart(part, number); err != nil {
			return err
		}
	}
	return nil
}

// shortLine is how long a line of wrapped text is at least; shorter ones stand for themselves.
const shortLine = 60

// textPart adds the lines between two blank ones: headings, items of lists, and paragraphs.
func (c *content) textPart(lines []string, page int) error {
	if len(lines) > 1 && ruled(lines[1]) {
		if err := c.add(block{page: page, kind: heading, text: lines[0]}); err != nil {
			return err
		}
		lines = lines[2:]
	}
	if len(lines) == 1 && looksLikeHeading(lines[0]) {
		return c.add(block{page: page, kind: heading, text: lines[0]})
	}
	wrapped := false
	for _, l := range lines {
		wrapped = wrapped || utf8.RuneCountInString(l) >= shortLine
	}
	var b block
	flush := func() error {
		err := c.add(b)
		b = block{}
		return err
	}
	for _, l := range lines {
		rest, bullet := bulleted(l)
		switch {
		case bullet:
			if err := flush(); err != nil {
				return err
			}
			b = block{page: page, kind: item, text: rest}
		case b.text == "":
			b = block{page: page, text: l}
		case wrapped || b.kind == item:
			b.text = joined(b.text, l)
		default:
			b.text += "\n" + l
		}
	}
	return flush()
}

// ruled says whether a line is a rule under a heading.
func ruled(line string) bool {
	return len(line) >= 3 && (strings.Trim(line, "=") == "" || strings.Trim(line, "-") == "")
}

// longHeading is how many characters a heading has at the most.
const longHeading = 120

// looksLikeHeading says whether a line that stands alone is a heading.
func looksLikeHeading(line string) bool {
	_, bullet := bulleted(line)
	return !bullet && utf8.RuneCountInString(line) < shortLine && letters(line) > 1 && !strings.ContainsAny(line[len(line)-1:], ".,;!?")
}

// joined puts the next line of a wrapped text behind what stands before it. A word that was parted at the end of the line is made
// one again.
func joined(text, line string) string {
	if head, parted := strings.CutSuffix(text, "-"); parted && head != "" && line != "" {
		before, _ := utf8.DecodeLastRuneInString(head)
		first, _ := utf8.DecodeRuneInString(line)
		if isLower(before) && isLower(first) {
			return head + line
		}
	}
	return text + " " + line
}
