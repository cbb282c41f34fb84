package appliance_test

import (
	"fmt"
	"go/ast"
	"regexp"
	"slices"
	"strings"
)

// retired are words that the code has a better one for, with that; see the glossary in doc.go.
func retired() map[string]string {
	return map[string]string{
		"desk": "service", "desks": "services", "journal": "log ring", "tape": "recording", "tapes": "recordings", "taped": "recorded",
		"tiding": "message notice", "tidings": "message notices", "suitor": "candidate", "courtship": "candidate",
		"glance": "status", "hush": "silence", "hushed": "silent",
	}
}

// stillSaid lists packages in which a retired word means something else, and why.
func stillSaid() map[string]string {
	return map[string]string{
		"models journal": "what is written to the disk before it counts, as file systems have it",
	}
}

// nameParts are the words of a name or a sentence.
var nameParts = regexp.MustCompile(`\p{Lu}?\p{Ll}+|\p{Lu}+`)

// wordsRule finds retired words in names and comments. What is said to people is not looked at.
func wordsRule(tr *tree) []string {
	var problems []string
	used := make(map[string]bool)
	for _, f := range tr.code {
		if f.dir == "appliance" && f.test() {
			continue // this rule's own examples
		}
		look := func(n ast.Node, text string) {
			parts := nameParts.FindAllString(text, -1)
			for i, p := range parts {
				p = strings.ToLower(p)
				better := retired()[p]
				if better == "" || p == "desk" && i > 0 && strings.EqualFold(parts[i-1], "front") {
					continue
				}
				if key := f.dir + " " + p; stillSaid()[key] != "" {
					used[key] = true
					continue
				}
				problems = append(problems, fmt.Sprintf("%s: says %q; write %s", f.at(n), p, better))
			}
		}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok {
				look(id, id.Name)
			}
			return true
		})
		for _, group := range f.ast.Comments {
			for _, c := range group.List {
				look(c, quoted.ReplaceAllString(c.Text, ""))
			}
		}
	}
	for key := range stillSaid() {
		if !used[key] {
			problems = append(problems, stale+key)
		}
	}
	slices.Sort(problems)
	return slices.Compact(problems)
}

// quoted is what somebody says in a comment.
var quoted = regexp.MustCompile(`"[^"]*"`)

func wordExamples() []treeExample {
	return []treeExample{
		code("words", "audio/x.go", "type requestDesk int", `says "desk"`),
		code("words", "audio/x.go", "var openTapes int", `says "tapes"`),
		code("words", "audio/x.go", "// x has a glance at it.\nvar x int", `says "glance"`),
		code("words", "appliance/store/x.go", "type journal int", `write log ring`),
		code("words", "audio/x.go", "// x is for Frontdesk, at the front desk; callers say \"tape\".\nvar x = \"a tape\"", ""),
		code("words", "audio/x.go", "type tapered int", ""),
		code("words", "models/x.go", "type journal int", ""),
	}
}
