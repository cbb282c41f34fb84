// Package documents reads what an owner has written for people, such as house rules or a price list, and cuts it into passages of
// one to three sentences, each with its heading and page.
//
// Plain text, Markdown, PDF and DOCX are read. Files come from anywhere and may be made to do harm: [Reader] reads each of them in
// a child process of the same program, which runs [Serve] with bounds of time, memory and size. What a child says is bounded and
// looked at again. The form of a file is told by what it begins with; its name only tells Markdown from plain text. Pictures, and
// the text in them, are not read.
//
// The package keeps nothing. Goroutines: one for each child, which stays until the child is gone; a [Reader] is safe for concurrent
// use and has one child at a time.
package documents

import (
	"bytes"
	"errors"
	"fmt"
	"path"
	"strings"
	"unicode"

	"frontdesk.internal/appliance/language/all"
	"frontdesk.internal/appliance/record"
)

// Bounds of a document.
const (
	MaxFile     = 20 << 20  // bytes of the file
	MaxPages    = 500       // with a form that has pages
	MaxText     = 1_000_000 // characters that are read of it
	MaxPassages = 2000
)

// Form is a kind of file.
type Form string

// The forms that are read.
const (
	Text     Form = "text"
	Markdown Form = "markdown"
	PDF      Form = "pdf"
	DOCX     Form = "docx"
)

// Refused says in plain words why a file cannot be taken.
type Refused struct{ Why string }

// Error implements error.
func (r *Refused) Error() string { return r.Why }

func refuse(format string, args ...any) error { return &Refused{Why: fmt.Sprintf(format, args...)} }

// Content is what was read of a file.
type Content struct {
	Form     Form                     `json:"form"`
	Pages    int                      `json:"pages"` // 0: it has none, or does not tell them
	Passages []record.DocumentPassage `json:"passages"`
	Notes    []string                 `json:"notes"` // what could not be read, in plain words
}

// block is a piece of a document in the order of reading.
type block struct {
	page int  // from 1; 0 = not known
	kind kind // what it is
	text string
}

type kind int

const (
	paragraph kind = iota // lines are sentences of their own, or rows of a table
	heading
	item // of a list
)

// content collects blocks within the bounds.
type content struct {
	blocks []block
	pages  int
	size   int
	notes  []string
}

// errLong ends the reading of a document that holds too much.
var errLong = &Refused{
	Why: fmt.Sprintf("it holds more than %d characters of text: take out what callers need not be told, or cut it into several documents",
		MaxText),
}

// add appends a block, if there is a word in it.
func (c *content) add(b block) error {
	b.text = clean(b.text)
	if letters(b.text) == 0 {
		return nil
	}
	if c.size += len(b.text); c.size > MaxText {
		return errLong
	}
	c.blocks = append(c.blocks, b)
	return nil
}

// Read reads a file here and now. Only a child process should: a file can make it take all memory and all time, and end the
// program. name is that of the file, language the tag of the language that it is written in. The error is a *Refused when the file
// is at fault.
func Read(name, language string, file []byte) (Content, error) {
	form, err := formOf(name, file)
	if err != nil {
		return Content{}, err
	}
	c := &content{}
	switch form {
	case Text:
		err = c.readText(file)
	case Markdown:
		err = c.readMarkdown(file)
	case PDF:
		err = c.readPDF(file)
	case DOCX:
		err = c.readDOCX(file)
	}
	if err != nil {
		return Content{}, err
	}
	if c.pages > MaxPages {
		return Content{}, errPages(c.pages)
	}
	out := Content{Form: form, Pages: c.pages, Notes: c.notes, Passages: cut(c.blocks, all.For(language))}
	switch {
	case len(out.Passages) == 0 && form == PDF:
		return Content{}, refuse("there is no text in it that can be read: it may be a scan, which is a picture of text. Save it as a " +
			"Word file (.docx) or as text, and choose that")
	case len(out.Passages) == 0:
		return Content{}, refuse("there is no text in it")
	case len(out.Passages) > MaxPassages:
		return Content{}, refuse("it has more than %d passages: take out what callers need not be told, or cut it into several documents",
			MaxPassages)
	}
	return out, nil
}

func errPages(n int) error {
	return refuse("it has %d pages, and %d are the most: cut it into several documents", n, MaxPages)
}

// formOf finds out what a file is.
func formOf(name string, file []byte) (Form, error) {
	head := bytes.TrimPrefix(file[:min(len(file), 1024)], []byte("\xef\xbb\xbf"))
	switch {
	case len(file) > MaxFile:
		return "", refuse("it is larger than %d MB", MaxFile>>20)
	case len(bytes.TrimSpace(head)) == 0 && len(file) <= 1024:
		return "", refuse("it is empty")
	case bytes.HasPrefix(head, []byte("%PDF-")):
		return PDF, nil
	case bytes.HasPrefix(head, []byte("PK\x03\x04")), bytes.HasPrefix(head, []byte("PK\x05\x06")):
		return DOCX, nil
	case bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0")):
		return "", refuse("it is an old Word file (.doc), or one that a password protects: open it in Word, save it as .docx without a " +
			"password, and choose that")
	case bytes.HasPrefix(head, []byte(`{\rtf`)):
		return "", refuse("it is an RTF file: save it as .docx, PDF or text, and choose that")
	}
	switch strings.ToLower(path.Ext(name)) {
	case ".md", ".markdown":
		return Markdown, nil
	case ".pdf":
		return "", refuse("it is named like a PDF and is none")
	case ".docx":
		return "", refuse("it is named like a Word file and is none")
	}
	return Text, nil
}

// clean makes one kind of blank of all, takes out what no voice can say, and writes letters that were drawn as one as those that
// they are. Line breaks stay.
func clean(s string) string {
	var lines []string
	for line := range strings.SplitSeq(plainLetters.Replace(s), "\n") {
		line = strings.Map(func(r rune) rune {
			switch {
			case unicode.IsSpace(r):
				return ' '
			case r == unicode.ReplacementChar, unicode.IsControl(r), unicode.Is(unicode.Cf, r), unicode.Is(unicode.Co, r):
				return -1
			}
			return r
		}, line)
		if line = strings.Join(strings.Fields(line), " "); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

var plainLetters = strings.NewReplacer("\r\n", "\n", "\r", "\n", "ﬀ", "ff", "ﬁ", "fi", "ﬂ", "fl", "ﬃ", "ffi", "ﬄ", "ffl", "ﬅ", "st", "ﬆ",
	"st", "\u00ad", "")

// letters counts the letters of a text.
func letters(s string) int {
	n := 0
	for _, r := range s {
		if unicode.IsLetter(r) {
			n++
		}
	}
	return n
}

// bullets begin items of lists.
const bullets = "•◦▪▫■□●○‣⁃·–—-*"

// bulleted takes the mark off an item of a list: "- towels", "3. towels".
func bulleted(line string) (string, bool) {
	mark, rest, ok := strings.Cut(strings.TrimSpace(line), " ")
	if !ok || strings.TrimSpace(rest) == "" {
		return line, false
	}
	if strings.Trim(mark, bullets) == "" {
		return strings.TrimSpace(rest), true
	}
	number := strings.TrimRight(mark, ".)")
	if number != mark && len(number) <= 2 && strings.Trim(number, "0123456789") == "" && number != "" {
		return strings.TrimSpace(rest), true
	}
	return line, false
}

// asRefused is why a file was refused; ok is false when it was not the file's fault.
func asRefused(err error) (r *Refused, ok bool) {
	ok = errors.As(err, &r)
	return r, ok
}
