package appliance_test

import (
	"fmt"
	"go/ast"
	"path"
	"strings"
)

func packageCommentRule(tr *tree) []string {
	var problems []string
	comments := make(map[string][]string) // files with a package comment by folder
	for _, f := range tr.code {
		if f.test() {
			continue
		}
		if _, ok := comments[f.dir]; !ok {
			comments[f.dir] = nil
		}
		if f.ast.Doc == nil {
			continue
		}
		comments[f.dir] = append(comments[f.dir], f.name)
		begin := "Package " + f.ast.Name.Name + " "
		if f.ast.Name.Name == "main" {
			begin = "Command " + path.Base(f.dir) + " "
		}
		if text := f.ast.Doc.Text(); !strings.HasPrefix(text, begin) {
			problems = append(problems, fmt.Sprintf("%s: its comment does not begin with %q", f.name, begin))
		}
		if f.native() {
			problems = append(problems, f.name+": its package comment is only there with the engines")
		}
	}
	for dir, files := range comments {
		if len(files) != 1 {
			problems = append(problems, fmt.Sprintf("%s: has %d package comments %v", dir, len(files), files))
		}
	}
	return problems
}

func docRule(tr *tree) []string {
	var problems []string
	for _, f := range tr.code {
		if f.test() || f.generated() || f.ast.Name.Name == "main" {
			continue
		}
		for _, d := range f.ast.Decls {
			for _, n := range bare(d) {
				problems = append(problems, fmt.Sprintf("%s: %s has no comment", f.at(n), n.Name))
			}
		}
	}
	return problems
}

// bare returns the exported names that d declares without a comment.
func bare(d ast.Decl) []*ast.Ident {
	var names []*ast.Ident
	add := func(doc bool, ids ...*ast.Ident) {
		for _, id := range ids {
			if !doc && id.IsExported() {
				names = append(names, id)
			}
		}
	}
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Recv == nil || receiver(d.Recv.List[0].Type) {
			add(d.Doc != nil, d.Name)
		}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			switch spec := spec.(type) {
			case *ast.TypeSpec:
				add(spec.Doc != nil || d.Doc != nil && !d.Lparen.IsValid(), spec.Name)
			case *ast.ValueSpec: // One comment may explain a group.
				add(spec.Doc != nil || spec.Comment != nil || d.Doc != nil, spec.Names...)
			}
		}
	}
	return names
}

// receiver reports whether a method of type t can be seen outside of its package.
func receiver(t ast.Expr) bool {
	id := typeName(t)
	return id != nil && id.IsExported()
}
