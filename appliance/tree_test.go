package appliance_test

import (
	"bytes"
	"errors"
	"go/ast"
	"go/build/constraint"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// These tests are about the tree itself: who may import whom, who may open sockets and start programs, what is documented and
// what lies where. The rules are in tree_rules_test.go, and TestTreeRules shows that each of them can fail.

// goFile is one Go file of the tree.
type goFile struct {
	name string // relative to the top, with slashes
	dir  string // the package's folder, "." for the top
	text []byte
	set  *token.FileSet
	ast  *ast.File
}

// parseFile reads one file; a fault in it is the compiler's to report.
func parseFile(name string, text []byte) (*goFile, error) {
	f := &goFile{name: name, dir: path.Dir(name), text: text, set: token.NewFileSet()}
	var err error
	f.ast, err = parser.ParseFile(f.set, name, text, parser.ParseComments|parser.SkipObjectResolution)
	return f, err
}

// test reports whether f is only built for tests.
func (f *goFile) test() bool { return strings.HasSuffix(f.name, "_test.go") }

// generated reports whether f was written by a program.
func (f *goFile) generated() bool { return ast.IsGenerated(f.ast) }

// native reports whether f is only built with engines.
func (f *goFile) native() bool {
	for _, group := range f.ast.Comments {
		for _, c := range group.List {
			expr, err := constraint.Parse(c.Text)
			if err != nil || c.Pos() > f.ast.Package {
				continue
			}
			return !expr.Eval(func(tag string) bool { return tag != "native" })
		}
	}
	return false
}

// at is where n is, for messages.
func (f *goFile) at(n ast.Node) string {
	p := f.set.Position(n.Pos())
	return p.String()
}

// imports returns the paths that f imports, by the name they go by in it.
func (f *goFile) imports() map[string]string {
	names := make(map[string]string)
	for _, spec := range f.ast.Imports {
		p := strings.Trim(spec.Path.Value, `"`)
		name := path.Base(p)
		if version.MatchString(name) {
			name = path.Base(path.Dir(p))
		}
		if spec.Name != nil {
			name = spec.Name.Name
		}
		if name == "_" || name == "." {
			name += p // They may occur several times.
		}
		names[name] = p
	}
	return names
}

var version = regexp.MustCompile(`^v[0-9]+$`)

// uses calls found with every name of another package that f uses, such as net.Dial.
func (f *goFile) uses(found func(n ast.Node, pkg, name string)) {
	imports := f.imports()
	ast.Inspect(f.ast, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := s.X.(*ast.Ident); ok && imports[x.Name] != "" {
				found(s, imports[x.Name], s.Sel.Name)
			}
		}
		return true
	})
}

// tree is all files that are, or would be, under version control.
type tree struct {
	files map[string][]byte // by name
	modes map[string]fs.FileMode
	code  []*goFile
}

// add puts a file into the tree.
func (tr *tree) add(t *testing.T, name string, text []byte, mode fs.FileMode) {
	t.Helper()
	if tr.files == nil {
		tr.files, tr.modes = make(map[string][]byte), make(map[string]fs.FileMode)
	}
	tr.files[name], tr.modes[name] = text, mode
	if strings.HasSuffix(name, ".go") {
		f, err := parseFile(name, text)
		if err != nil {
			t.Fatal(err)
		}
		tr.code = append(tr.code, f)
	}
}

// readTree reads the clone that this test is in. Files that git ignores are not part of it.
func readTree(t *testing.T) *tree {
	t.Helper()
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(root, ".git")); err != nil {
		t.Fatalf("the tests about the tree need a clone, not a bare copy: %v", err)
	}
	cmd := exec.Command("git", "-c", "safe.directory="+root, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	cmd.Dir = root
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("list files: %v", err)
	}
	tr := new(tree)
	for name := range bytes.SplitSeq(bytes.TrimSuffix(out, []byte{0}), []byte{0}) {
		full := filepath.Join(root, string(name))
		info, err := os.Lstat(full)
		if errors.Is(err, fs.ErrNotExist) {
			continue // Removed, and not committed yet.
		}
		if err != nil {
			t.Fatal(err)
		}
		text := []byte{}
		if info.Mode().IsRegular() {
			if text, err = os.ReadFile(full); err != nil {
				t.Fatal(err)
			}
		}
		tr.add(t, string(name), text, info.Mode())
	}
	if len(tr.code) < 100 {
		t.Fatalf("only %d Go files found: the tree was not read right", len(tr.code))
	}
	return tr
}

func TestTree(t *testing.T) {
	tr := readTree(t)
	for _, r := range treeRules() {
		t.Run(r.name, func(t *testing.T) {
			for _, problem := range r.check(tr) {
				t.Errorf("%s\n\t%s", problem, r.why)
			}
		})
	}
}

// Every rule finds the fault in a bad example and none in a good one.
func TestTreeRules(t *testing.T) {
	rules := make(map[string]treeRule)
	for _, r := range treeRules() {
		rules[r.name] = r
	}
	tested := make(map[string]bool)
	for _, e := range treeExamples() {
		r, ok := rules[e.rule]
		if !ok {
			t.Fatalf("there is no rule %q", e.rule)
		}
		tr := new(tree)
		for name, text := range e.files {
			mode := fs.FileMode(0o644)
			if e.link {
				mode |= fs.ModeSymlink
			}
			tr.add(t, name, []byte(text), mode)
		}
		// What an example lacks, such as the users of a listed exception, is not its fault.
		got := slices.DeleteFunc(r.check(tr), func(p string) bool { return strings.HasPrefix(p, stale) })
		if e.want == "" && len(got) > 0 {
			t.Errorf("%s: a good example has problems: %q", e.rule, got)
		}
		if e.want != "" {
			tested[e.rule] = true
			if !slices.ContainsFunc(got, func(p string) bool { return strings.Contains(p, e.want) }) {
				t.Errorf("%s: got %q for a bad example, want %q", e.rule, got, e.want)
			}
		}
	}
	for name := range rules {
		if !tested[name] {
			t.Errorf("no bad example for %q", name)
		}
	}
}
