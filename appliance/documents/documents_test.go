package documents_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"go.uber.org/goleak"

	"frontdesk.internal/appliance/documents"
)

// TestMain is the child, too.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "child" {
		os.Exit(child(os.Args[2], os.Args[3:]))
	}
	goleak.VerifyTestMain(m)
}

// child does what a test wants of one.
func child(how string, args []string) int {
	fs := flag.NewFlagSet("child", flag.ContinueOnError)
	name, language := fs.String("name", "", ""), fs.String("language", "", "")
	if err := fs.Parse(args); err != nil {
		return 2
	}
	out := io.Writer(os.Stdout)
	switch how {
	case "hungry": // a file that makes the reader take more and more
		err := documents.Serve(*name, *language, strings.NewReader("x"), io.Discard)
		for kept := [][]byte{}; err == nil; {
			kept = append(kept, bytes.Repeat([]byte("x"), 32<<20))
		}
		return 1
	case "stuck":
		<-make(chan int)
	case "chatty":
		for {
			if _, err := out.Write(bytes.Repeat([]byte("{"), 1<<20)); err != nil {
				return 1
			}
		}
	case "lying":
		fmt.Fprintf(out, `{"content":{"passages":[{"id":"a","text":%q}]}}`, strings.Repeat("x", 5000))
		return 0
	case "odd":
		fmt.Fprint(out, "no JSON")
		return 0
	}
	if err := documents.Serve(*name, *language, os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

func reader(how string) *documents.Reader {
	return documents.NewReader([]string{os.Args[0], "child", how}, nil)
}

// rules is what all forms of the house rules are read as.
func rules(page1, page2 int) []string {
	return []string{
		fmt.Sprintf("%d|Arrival|Check-in is from 3 p.m. to 10 p.m. Please call us if you arrive later; the key box has the code. Guests "+
			"pay a deposit of €50.", page1),
		fmt.Sprintf("%d|Arrival|It is paid back in 3 days. There is no other fee.", page1),
		fmt.Sprintf("%d|Arrival|Please bring: towels, sheets.", page1),
		fmt.Sprintf("%d|Pets|Dogs are welcome on the ground floor for $12 a night.", page2),
	}
}

func shown(c documents.Content) []string {
	var out []string
	for _, p := range c.Passages {
		out = append(out, fmt.Sprintf("%d|%s|%s", p.Page, p.Heading, p.Text))
	}
	return out
}

const markdown = `---
title: House rules
---
# House rules

## Arrival

Check-in is from 3 p.m. to *10 p.m.* Please call us if you arrive later;
the [key box](https://example.com) has the code. Guests pay a deposit of **€50**. It is paid back in 3 days. There is no other fee.
<!-- not for guests -->

Please bring:

- towels
- sheets

Pets
----

Dogs are welcome on the ground floor for $12 a night.
`

const plain = "HOUSE RULES\n\nArrival\n=======\nCheck-in is from 3 p.m. to 10 p.m. Please call us if you arrive later; the " +
	"key\r\nbox has the code. Guests pay a deposit of €50. It is paid back in 3 days. There is no other fee.\n\n" +
	"Please bring:\n- towels\n- sheets\n\fPets\n\nDogs are welcome on the ground floor for $12 a night.\n"

// TestForms holds that the same text in all forms, read by a child, gives the same passages with headings and, where the form has
// them, pages.
func TestForms(t *testing.T) {
	for name, tt := range map[string]struct {
		file         []byte
		form         documents.Form
		pages        int
		page1, page2 int
	}{
		"rules.md":    {[]byte(markdown), documents.Markdown, 0, 0, 0},
		"rules.txt":   {[]byte(plain), documents.Text, 2, 1, 2},
		"rules.docx":  {word(wordBody(true)), documents.DOCX, 2, 1, 2},
		"plain.docx":  {word(wordBody(false)), documents.DOCX, 0, 0, 0},
		"rules.pdf":   {rulesPDF(), documents.PDF, 2, 1, 2},
		"no-name.bin": {rulesPDF(), documents.PDF, 2, 1, 2},
	} {
		t.Run(name, func(t *testing.T) {
			c, err := reader("well").Read(t.Context(), name, "en", tt.file)
			if err != nil {
				t.Fatal(err)
			}
			if c.Form != tt.form || c.Pages != tt.pages || len(c.Notes) != 0 {
				t.Errorf("form %s with %d pages, notes %q", c.Form, c.Pages, c.Notes)
			}
			if got, want := shown(c), rules(tt.page1, tt.page2); !slices.Equal(got, want) {
				t.Errorf("passages:\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
		})
	}
}

// TestPassagesKeepTheirID holds that a passage is known again in a new version of its document.
func TestPassagesKeepTheirID(t *testing.T) {
	a, err := documents.Read("a.md", "en", []byte("# Pets\n\nDogs are welcome.\n\nCats are not.\n"))
	if err != nil {
		t.Fatal(err)
	}
	b, err := documents.Read("a.md", "en", []byte("# Parking\n\nIn the yard.\n\n# Pets\n\nCats are not.\n\nCats are not.\n"))
	if err != nil {
		t.Fatal(err)
	}
	if len(a.Passages) != 2 || len(b.Passages) != 2 || a.Passages[1].ID != b.Passages[1].ID || a.Passages[0].ID == a.Passages[1].ID {
		t.Errorf("a %+v, b %+v", a.Passages, b.Passages)
	}
}

func TestTables(t *testing.T) {
	c, err := documents.Read("a.md", "en",
		[]byte("# Prices\n\n| Room | Summer | Winter |\n|---|---|---|\n| Single | $80 | $60 |\n| Double | $120.50 | |\n"))
	if got, want := shown(c), "0|Prices|Single: Summer $80, Winter $60. Double: Summer $120.50."; err != nil || len(got) != 1 ||
		got[0] != want {
		t.Errorf("%q, %v", got, err)
	}
}

func TestTextOfOlderPrograms(t *testing.T) {
	const want = "0||Grüße kosten 5 €."
	for name, file := range map[string][]byte{
		"UTF-8":        []byte("Grüße kosten 5 €."),
		"with a mark":  []byte("\xef\xbb\xbfGrüße kosten 5 €."),
		"Windows-1252": []byte("Gr\xfc\xdfe kosten 5 \x80."),
		"UTF-16":       utf16("Grüße kosten 5 €."),
	} {
		c, err := documents.Read("a.txt", "de", file)
		if got := shown(c); err != nil || len(got) != 1 || got[0] != want {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

// TestRefused holds that what cannot be taken is refused in plain words, by the child or before one is asked.
func TestRefused(t *testing.T) {
	long := strings.Repeat("Dogs are welcome on the ground floor.\n\n", 30_000)
	for name, tt := range map[string]struct {
		file string
		want string
	}{
		"empty.txt":    {" \n", "it is empty"},
		"large.txt":    {strings.Repeat("x", documents.MaxFile+1), "larger than 20 MB"},
		"photo.txt":    {"\x89PNG\r\n\x1a\n\x00\x00\x00\x0d" + strings.Repeat("\x01\x02\x00", 100), "it is no text"},
		"old.doc":      {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Word file"},
		"a.rtf":        {`{\rtf1\ansi`, "RTF"},
		"a.pdf":        {"hello", "named like a PDF"},
		"a.docx":       {"hello", "named like a Word file"},
		"long.txt":     {long, "more than 1000000 characters"},
		"many.txt":     {strings.Repeat("Rule number one hundred.\n\n", 10) + distinct(2500), "more than 2000 passages"},
		"cut.docx":     {string(word(wordBody(true))[:900]), "damaged"},
		"sheet.docx":   {string(zipped(map[string]string{"xl/workbook.xml": "<x/>"})), "no Word file"},
		"open.docx":    {string(zipped(map[string]string{"mimetype": "application/vnd.oasis.opendocument.text"})), "no Word file"},
		"nothing.docx": {string(zipped(map[string]string{"a.txt": "x"})), "no Word file"},
		"odd.docx":     {string(word("<w:p><w:t>never ends")), "damaged"},
		"entity.docx":  {string(word("<w:p><w:t>&bomb;</w:t></w:p>")), "damaged"},
		"deep.docx":    {string(word(strings.Repeat("<w:p>", 5000) + strings.Repeat("</w:p>", 5000))), "unpacks to more"},
		"bomb.docx":    {string(word(strings.Repeat("<w:p>"+strings.Repeat(" ", 1<<16)+"</w:p>", 1<<10+1))), "unpacks to more"},
		"long.docx":    {string(word("<w:p><w:t>" + strings.Repeat("x ", 1<<20) + "</w:t></w:p>")), "1000000 characters"},
		"blank.docx":   {string(word("<w:p/>")), "no text in it"},
		"cut.pdf":      {string(rulesPDF()[:700]), "damaged"},
		"xref.pdf":     {strings.Replace(string(rulesPDF()), "startxref\n", "startxref\n9", 1), "damaged"},
		"circle.pdf":   {string(pdfFile("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 3/Kids[2 0 R 2 0 R]>>")), "damaged"},
		"many.pdf":     {string(pdfFile("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 501/Kids[]>>")), "it has 501 pages"},
		"scan.pdf": {
			string(pdfFile("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 1/Kids[3 0 R]>>", "<</Type/Page/Parent 2 0 R>>")),
			"it may be a scan",
		},
		"protected.pdf": {protectedPDF(), "password protects it"},
		"newer.pdf":     {strings.Replace(protectedPDF(), "/V 1/R 2", "/V 5/R 6", 1), "it is protected"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := reader("well").Read(t.Context(), name, "en", []byte(tt.file))
			var refused *documents.Refused
			if !errors.As(err, &refused) || !strings.Contains(refused.Why, tt.want) {
				t.Errorf("error %v, want %q", err, tt.want)
			}
		})
	}
}

// TestDamagedPage holds that one bad page costs the others nothing, and is told.
func TestDamagedPage(t *testing.T) {
	file := pdfFile("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 2/Kids[3 0 R 4 0 R]/Resources<</Font<</F 6 0 R>>>>>>",
		"<</Type/Page/Contents 5 0 R>>", "<</Type/Page/Contents 7 0 R>>", stream("BT /F 11 Tf 72 700 Td (Dogs are welcome.) Tj ET"),
		"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>", "<</Length 4/Filter/LZWDecode>>\nstream\nabcd\nendstream")
	c, err := documents.Read("a.pdf", "en", file)
	if err != nil || !slices.Equal(shown(c), []string{"1||Dogs are welcome."}) || len(c.Notes) != 1 ||
		!strings.Contains(c.Notes[0], "Page 2 cannot be read") {
		t.Errorf("%q, notes %q, %v", shown(c), c.Notes, err)
	}
}

// TestChildren holds that nothing a child does is the end of more than the child.
func TestChildren(t *testing.T) {
	for _, how := range []string{"hungry", "chatty", "lying", "odd"} {
		t.Run(how, func(t *testing.T) {
			_, err := reader(how).Read(t.Context(), "a.txt", "en", []byte("Dogs are welcome."))
			var refused *documents.Refused
			if !errors.As(err, &refused) || !strings.Contains(refused.Why, "more time or memory") {
				t.Errorf("error %v", err)
			}
		})
	}
	t.Run("bombs", func(t *testing.T) {
		// A table of so many objects takes more memory than there is in the world.
		file := pdfFile("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 1/Kids[3 0 R]>>", strings.Repeat("[", 8<<20))
		if _, err := reader("well").Read(t.Context(), "a.pdf", "en", file); err == nil {
			t.Error("it was read")
		}
	})
	t.Run("stuck", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() {
			_, err := reader("stuck").Read(ctx, "a.txt", "en", []byte("Dogs are welcome."))
			done <- err
		}()
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("error %v", err)
		}
	})
	t.Run("missing", func(t *testing.T) {
		_, err := documents.NewReader([]string{t.TempDir() + "/none"}, nil).Read(t.Context(), "a.txt", "en", []byte("Dogs are welcome."))
		var refused *documents.Refused
		if err == nil || errors.As(err, &refused) {
			t.Errorf("error %v: the file is not at fault", err)
		}
	})
}

// distinct is n paragraphs, no two of them the same.
func distinct(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "This is rule number %d.\n\n", i)
	}
	return b.String()
}

func utf16(s string) []byte {
	out := []byte{0xff, 0xfe}
	for _, r := range s {
		out = append(out, byte(r), byte(r>>8))
	}
	return out
}

func zipped(files map[string]string) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range files {
		if w, err := z.Create(name); err == nil {
			_, _ = io.WriteString(w, text) // to memory
		}
	}
	_ = z.Close() // likewise
	return b.Bytes()
}

func word(body string) []byte {
	return zipped(map[string]string{
		"[Content_Types].xml": "<Types/>",
		"word/document.xml":   `<?xml version="1.0"?><w:document xmlns:w="w"><w:body>` + body + `</w:body></w:document>`,
		"word/styles.xml": `<w:styles xmlns:w="w"><w:style w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style>` +
			`<w:style w:styleId="Liste"><w:name w:val="List Bullet"/><w:pPr><w:numPr/></w:pPr></w:style></w:styles>`,
	})
}

func wordBody(pages bool) string {
	p := func(style, text string) string {
		return `<w:p><w:pPr><w:pStyle w:val="` + style + `"/></w:pPr><w:r><w:t xml:space="preserve">` + text + `</w:t></w:r></w:p>`
	}
	turn := ""
	if pages {
		turn = `<w:lastRenderedPageBreak/>`
	}
	return p("Title", "House rules") + p("berschrift1", "Arrival") +
		`<w:p><w:r><w:t>Check-in is from 3 p.m. to 10 p.m. </w:t></w:r><w:del><w:r><w:t>Bring cash.</w:t></w:r></w:del><w:r><w:t ` +
		`xml:space="preserve">Please call us if you arrive later; the key</w:t><w:tab/>` +
		`<w:t>box has the code. Guests pay a deposit of €50. It is paid back in 3&#160;days. There is no other ` +
		`fee.</w:t><w:instrText>PAGE</w:instrText></w:r></w:p>` +
		p("", "Please bring:") + p("Liste", "towels") + p("Liste", "sheets") +
		`<w:p><w:pPr><w:outlineLvl w:val="1"/></w:pPr><w:r>` + turn + `<w:t>Pets</w:t></w:r></w:p>` +
		p("", "Dogs are welcome on the ground floor for $12 a night.")
}

// stream is an object with content.
func stream(s string) string { return fmt.Sprintf("<</Length %d>>\nstream\n%s\nendstream", len(s), s) }

// pdfFile writes objects as a file; the first is the root.
func pdfFile(objects ...string) []byte { return pdfWith("", objects...) }

func pdfWith(trailer string, objects ...string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n")
	var at []int
	for i, o := range objects {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	xref := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, a := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", a)
	}
	fmt.Fprintf(&b, "trailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, trailer, xref)
	return b.Bytes()
}

// rulesPDF are the house rules as a program writes them: simple and composite fonts, text in a form, hyphens, the number of the page.
func rulesPDF() []byte {
	return pdfFile("<</Type/Catalog/Pages 2 0 R>>",
		"<</Type/Pages/Count 2/Kids[3 0 R 4 0 R]/Resources<</Font<</F 5 0 R/B 6 0 R/C 7 0 R>>/XObject<</X 10 0 R>>>>>>",
		"<</Type/Page/Contents 8 0 R>>", "<</Type/Page/Contents[9 0 R]>>",
		"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
		"<</Type/Font/Subtype/Type1/BaseFont/Helvetica-Bold/Encoding/WinAnsiEncoding>>",
		"<</Type/Font/Subtype/Type0/BaseFont/ABCDEF+Some/Encoding/Identity-H/ToUnicode 11 0 R/DescendantFonts[<</DW 500/W[1[600 300] 3 4 "+
			"500]>>]>>",
		stream("q BT /B 20 Tf 72 760 Td (House rules) Tj /F 14 Tf 0 -40 Td (Arrival) Tj /F 11 Tf 0 -24 Td (Check-in is from 3 p.m. to 10 "+
			"p.m. Please call us if you arrive later; the key) Tj "+
			"0 -13 Td [(box has the code. Guests pay a de)-10(pos-)] TJ 0 -13 Td (it of \x8050. It is paid back in 3 days. There is no other "+
			"fee.) Tj 0 -26 Td (Please bring:) Tj 0 -13 Td (\x95 towels) Tj 0 -13 Td (\x95 sheets) Tj ET Q Q BT /F 9 Tf 290 30 Td (1) Tj ET"),
		stream("BT /F 11 Tf 72 760 Td /B 11 Tf (Pets) Tj /C 11 Tf 0 -26 Td <000100020003> Tj ET /X Do BT /F 9 Tf 290 30 Td (2) Tj ET"),
		"<</Subtype/Form/Matrix[1 0 0 1 0 0]/Resources<</Font<</F 5 0 R>>>>/Length 83>>\nstream\nBT /F 11 Tf 93 734 Td ( are welcome on "+
			"the ground floor for $12 a night.) Tj ET                \nendstream",
		stream("1 begincodespacerange <0000> <ffff> endcodespacerange 2 beginbfchar <0001> <0044> <0003> <00670073> endbfchar 1 "+
			"beginbfrange <0002> <0002> [<006f>] endbfrange"))
}

// protectedPDF needs a password.
func protectedPDF() string {
	return string(pdfWith("/Encrypt 3 0 R/ID[(0123456789abcdef)(0123456789abcdef)]", "<</Type/Catalog/Pages 2 0 R>>",
		"<</Type/Pages/Count 0/Kids[]>>",
		"<</Filter/Standard/V 1/R 2/Length 40/P -4/O("+strings.Repeat("o", 32)+")/U("+strings.Repeat("u", 32)+")>>"))
}

// held fails when what was read is beyond the bounds, or the error says nothing to people.
func held(t *testing.T, c documents.Content, err error) {
	t.Helper()
	if err != nil {
		var refused *documents.Refused
		if !errors.As(err, &refused) || refused.Why == "" || len(c.Passages) > 0 {
			t.Errorf("error %v with %d passages", err, len(c.Passages))
		}
		return
	}
	if len(c.Passages) == 0 || len(c.Passages) > documents.MaxPassages || c.Pages > documents.MaxPages {
		t.Errorf("%d passages, %d pages", len(c.Passages), c.Pages)
	}
	ids := map[string]bool{}
	for _, p := range c.Passages {
		if ids[p.ID] || p.Page < 0 || p.Page > c.Pages || !utf8.ValidString(p.Text+p.Heading) ||
			strings.ContainsAny(p.Text+p.Heading, "\n\r\x00") || utf8.RuneCountInString(p.Text) > 1000 {
			t.Errorf("passage %+v of %d pages", p, c.Pages)
		}
		ids[p.ID] = true
	}
}

func FuzzText(f *testing.F) {
	f.Add([]byte(plain), "a.txt")
	f.Add([]byte(markdown), "a.md")
	f.Add([]byte(strings.Repeat("> ", 500)+"x"), "a.md")
	f.Add([]byte("| a | b |\n|---|---|\n| c | d |\n"), "a.md")
	f.Add(utf16("Grüße.\f\nx\n---\n"), "a.txt")
	f.Fuzz(func(t *testing.T, file []byte, name string) {
		if len(file) > 64<<10 {
			t.Skip()
		}
		c, err := documents.Read(name, "en", file)
		held(t, c, err)
	})
}

func FuzzPDF(f *testing.F) {
	f.Add(rulesPDF())
	f.Add([]byte(protectedPDF()))
	f.Add(pdfFile("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 3/Kids[2 0 R 2 0 R]>>"))
	f.Fuzz(func(t *testing.T, file []byte) {
		if len(file) > 64<<10 {
			t.Skip()
		}
		c, err := documents.Read("a.pdf", "en", file)
		held(t, c, err)
	})
}

// FuzzDOCX changes the text within the file: what is packed wrongly is found before.
func FuzzDOCX(f *testing.F) {
	f.Add(wordBody(true))
	f.Add(strings.Repeat("<w:p>", 300))
	f.Add("<w:tbl><w:tr><w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p><w:tbl><w:tr/></w:tbl></w:tc><w:tc/></w:tr></w:tbl></w:tbl></w:p><w:tc>")
	f.Add("<w:p><w:del><w:Fallback></w:del><w:t>x</w:t>")
	f.Fuzz(func(t *testing.T, body string) {
		if len(body) > 64<<10 {
			t.Skip()
		}
		c, err := documents.Read("a.docx", "en", word(body))
		held(t, c, err)
		c, err = documents.Read("a.docx", "en", []byte("PK\x03\x04"+body))
		held(t, c, err)
	})
}
