package appliance_test

import (
	"fmt"
	"go/ast"
	"regexp"
	"strings"
)

const (
	walksFile = "appliance/doc.go"
	walkStart = "# How "
	walkSteps = 10 // at most
	walkNames = 5  // at least, so that a walk leads through code
)

// dotted is a name as walks write it: package.Func, package.Type or package.Type.Method.
var dotted = regexp.MustCompile(`\b[a-z][a-z0-9]*(?:\.[A-Za-z][A-Za-z0-9]*)+\b`)

// walksRule finds names in the walks of the package comment that the code does not have (any more).
func walksRule(tr *tree) []string {
	var doc *goFile
	known := make(map[string]bool)
	for _, f := range tr.code {
		if f.name == walksFile {
			doc = f
		}
		if !f.test() {
			declared(f, known)
		}
	}
	if doc == nil || doc.ast.Doc == nil {
		return []string{walksFile + ": has no package comment"}
	}
	var problems []string
	sections := strings.Split(doc.ast.Doc.Text(), "\n"+walkStart)
	for _, s := range sections[1:] {
		title, steps, _ := strings.Cut(s, "\n")
		if n := strings.Count(steps, "\n  - "); n > walkSteps {
			problems = append(problems, fmt.Sprintf("%s: %q has %d steps", walksFile, title, n))
		}
		names := dotted.FindAllString(steps, -1)
		if len(names) < walkNames {
			problems = append(problems, fmt.Sprintf("%s: %q names only %q", walksFile, title, names))
		}
		for _, n := range names {
			if !known[n] {
				problems = append(problems, fmt.Sprintf("%s: %q: there is no %s", walksFile, title, n))
			}
		}
	}
	if len(sections) < 2 {
		problems = append(problems, walksFile+": has no walk")
	}
	return problems
}

// declared enters what f declares for the whole package, by the package's name.
func declared(f *goFile, known map[string]bool) {
	pkg := f.ast.Name.Name + "."
	for _, d := range f.ast.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			of := ""
			if d.Recv != nil {
				if id := typeName(d.Recv.List[0].Type); id != nil {
					of = id.Name + "."
				}
			}
			known[pkg+of+d.Name.Name] = true
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				switch spec := spec.(type) {
				case *ast.TypeSpec:
					known[pkg+spec.Name.Name] = true
					if i, ok := spec.Type.(*ast.InterfaceType); ok {
						for _, m := range i.Methods.List {
							for _, id := range m.Names {
								known[pkg+spec.Name.Name+"."+id.Name] = true
							}
						}
					}
				case *ast.ValueSpec:
					for _, id := range spec.Names {
						known[pkg+id.Name] = true
					}
				}
			}
		}
	}
}

// typeName is the name of a receiver's type.
func typeName(t ast.Expr) *ast.Ident {
	switch t := t.(type) {
	case *ast.StarExpr:
		return typeName(t.X)
	case *ast.IndexExpr:
		return typeName(t.X)
	case *ast.IndexListExpr:
		return typeName(t.X)
	case *ast.Ident:
		return t
	}
	return nil
}

func walkExamples() []treeExample {
	walk := func(steps string) string {
		return "// Package appliance is one.\n//\n// # How a frame goes\n//\n" + steps + "package appliance\n"
	}
	steps := "//   - line.Line.pull, line.New, line.Line and line.Ear.Hear, then line.catchUp.\n"
	with := func(doc string) map[string]string {
		return map[string]string{"appliance/doc.go": doc, "audio/line/line.go": "package line\n\ntype Line struct{}\n\n" +
			"func New() {}\n\nfunc (l *Line) pull() {}\n\ntype Ear interface{ Hear() }\n\nconst catchUp = 1\n"}
	}
	return []treeExample{
		{rule: "walks", files: with(walk(steps)), want: ""},
		{rule: "walks", files: with(walk(steps + "//   - line.Line.push too.\n")), want: "there is no line.Line.push"},
		{rule: "walks", files: with(walk(steps + "//   - other.New too.\n")), want: "there is no other.New"},
		{rule: "walks", files: with(walk("//   - line.New alone.\n")), want: "names only"},
		{rule: "walks", files: with(walk(strings.Repeat(steps, 11))), want: "has 11 steps"},
		{rule: "walks", files: with("// Package appliance is one.\npackage appliance\n"), want: "has no walk"},
		{rule: "walks", files: map[string]string{"audio/x.go": "package p"}, want: "has no package comment"},
	}
}
