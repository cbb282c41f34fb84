package appliance_test

import (
	"go/ast"
	"go/token"
)

// variablesRule finds variables of packages that are assigned to after they were set.
func variablesRule(tr *tree) []string {
	vars := make(map[string]map[string]bool) // names by folder
	for _, f := range tr.code {
		for _, d := range f.ast.Decls {
			g, ok := d.(*ast.GenDecl)
			if !ok || g.Tok != token.VAR || f.test() {
				continue
			}
			if vars[f.dir] == nil {
				vars[f.dir] = make(map[string]bool)
			}
			for _, spec := range g.Specs {
				for _, name := range spec.(*ast.ValueSpec).Names {
					vars[f.dir][name.Name] = name.Name != "_"
				}
			}
		}
	}
	var problems []string
	used := make(map[string]bool)
	for _, f := range tr.code {
		if f.generated() {
			continue
		}
		for _, d := range f.ast.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Body == nil {
				continue
			}
			local := locals(fn)
			assigned(fn.Body, func(target ast.Expr) {
				id := rootOf(target)
				if id == nil || !vars[f.dir][id.Name] || local[id.Name] {
					return
				}
				key := f.dir + "." + id.Name
				if used[key] = true; variables()[key] == "" {
					problems = append(problems, f.at(id)+": sets "+id.Name)
				}
			})
		}
	}
	for key := range variables() {
		if !used[key] {
			problems = append(problems, stale+key)
		}
	}
	return problems
}

// assigned calls found with everything that body assigns to.
func assigned(body *ast.BlockStmt, found func(target ast.Expr)) {
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			if n.Tok != token.DEFINE {
				for _, l := range n.Lhs {
					found(l)
				}
			}
		case *ast.IncDecStmt:
			found(n.X)
		case *ast.RangeStmt:
			if n.Tok == token.ASSIGN {
				found(n.Key)
				found(n.Value)
			}
		}
		return true
	})
}

// locals returns all names that fn declares; one that is also a package's is taken for its own.
func locals(fn *ast.FuncDecl) map[string]bool {
	names := make(map[string]bool)
	add := func(e ast.Expr) {
		if id, ok := e.(*ast.Ident); ok {
			names[id.Name] = true
		}
	}
	ast.Inspect(fn, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Field:
			for _, id := range n.Names {
				names[id.Name] = true
			}
		case *ast.ValueSpec:
			for _, id := range n.Names {
				names[id.Name] = true
			}
		case *ast.AssignStmt:
			if n.Tok == token.DEFINE {
				for _, l := range n.Lhs {
					add(l)
				}
			}
		case *ast.RangeStmt:
			if n.Tok == token.DEFINE {
				add(n.Key)
				add(n.Value)
			}
		}
		return true
	})
	return names
}

// rootOf returns the x of x, x.y, x[i], *x and what they nest to, nil for anything else.
func rootOf(e ast.Expr) *ast.Ident {
	for {
		switch x := e.(type) {
		case *ast.Ident:
			return x
		case *ast.SelectorExpr:
			e = x.X
		case *ast.IndexExpr:
			e = x.X
		case *ast.StarExpr:
			e = x.X
		case *ast.ParenExpr:
			e = x.X
		default:
			return nil
		}
	}
}
