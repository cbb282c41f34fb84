package web

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// ofTemplates reads the templates in German, and returns the English of the texts that have a translation, and of those that have none.
func ofTemplates(t *testing.T) (german *tongue, used, missing []string) {
	t.Helper()
	all, err := readTongues(nil)
	if err != nil {
		t.Fatal(err)
	}
	again := *all[1]
	if err := again.readTemplates(func(u, m []string) { used, missing = append(used, u...), append(missing, m...) }); err != nil {
		t.Fatal(err)
	}
	slices.Sort(missing)
	return &again, used, slices.Compact(missing)
}

// Every template can be executed: nothing of its HTML was lost.
func TestGermanTemplatesAreWhole(t *testing.T) {
	german, _, _ := ofTemplates(t)
	for name, page := range german.templates {
		if err := page.ExecuteTemplate(io.Discard, "frame.html", frame{}); err != nil && strings.Contains(err.Error(), "html/template") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Every text of every template is in the catalogue, whether a test draws it or not.
func TestEveryTextOfATemplateIsTranslated(t *testing.T) {
	_, used, missing := ofTemplates(t)
	if len(used) < 800 {
		t.Errorf("only %d texts of the templates are translated", len(used))
	}
	for _, text := range missing {
		t.Errorf("no translation of %s", text)
	}
}

// put are texts that the code puts together of others, so that none of its literals is like them.
var put = []string{"{}, since {}", "{}, restarted once", "{}, restarted {} times", "{}, then at {}", "command line", " and "}

// Every text of the catalogue stands in a template or in the code.
func TestEveryTranslationIsUsed(t *testing.T) {
	german, used, _ := ofTemplates(t)
	code := literals(t)
	for text, scope := range german.texts.Keys() {
		if slices.Contains(used, text) || scope == "" && (slices.Contains(put, text) || isDate(text) || inCode(code, text)) {
			continue
		}
		t.Errorf("nobody uses %q", text)
	}
}

// isDate reports whether a text is a day of the week or a month, with or without figures.
func isDate(text string) bool {
	for d := range time.Weekday(7) {
		if text == d.String() || text == d.String()[:2] || text == d.String()+" {}" {
			return true
		}
	}
	for m := time.January; m <= time.December; m++ {
		for _, name := range []string{m.String(), m.String()[:3]} {
			if text == "{} "+name || text == "{} "+name+" {}" || text == "{}, {} "+name+" {}" {
				return true
			}
		}
	}
	return false
}

// inCode reports whether a text is a literal of the code, or one after another.
func inCode(code map[string]bool, text string) bool {
	text = bare(text)
	if code[text] || code[strings.TrimPrefix(text, "{}")] || code[strings.TrimSuffix(text, "{}")] {
		return true
	}
	for i := 1; i < len(text); i++ {
		if code[bare(text[:i])] && code[bare(text[i:])] {
			return true
		}
	}
	return false
}

var (
	verbs  = regexp.MustCompile(`%[+#0-9.]*[a-z]`)
	around = regexp.MustCompile(` *\{\} *`)
)

// bare is a text without what stands around it and its places, with a small letter in front.
func bare(text string) string {
	text = strings.ToLower(around.ReplaceAllString(text, "{}"))
	return strings.Trim(text, " .,;:\n")
}

// literals are the texts of the code, with {} where it puts something in.
func literals(t *testing.T) map[string]bool {
	t.Helper()
	out := map[string]bool{}
	add := func(text string) {
		text = strings.ReplaceAll(verbs.ReplaceAllString(strings.ReplaceAll(text, "%%", "\x00"), "{}"), "\x00", "%")
		for _, s := range []string{text, strings.TrimPrefix(text, "{}"), strings.TrimSuffix(text, "{}")} {
			out[bare(s)] = true
		}
	}
	err := filepath.WalkDir("..", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.Contains(path, "/language/") {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if e, ok := n.(ast.Expr); ok {
				if text, ok := literal(e); ok {
					add(text)
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// literal is a text of the code, with {} for what is no literal in it.
func literal(e ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(e.Value)
		return text, err == nil && e.Kind == token.STRING
	case *ast.BinaryExpr:
		one, first := literal(e.X)
		two, second := literal(e.Y)
		if !first {
			one = "{}"
		}
		if !second {
			two = "{}"
		}
		return one + two, e.Op == token.ADD && (first || second)
	}
	return "{}", false
}

// The page is read once: reading both languages takes well under a second, and this says how long.
func BenchmarkReadTongues(b *testing.B) {
	for b.Loop() {
		if _, err := readTongues(nil); err != nil {
			b.Fatal(err)
		}
	}
}
