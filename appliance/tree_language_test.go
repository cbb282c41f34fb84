package appliance_test

import (
	"fmt"
	"go/ast"
	"go/token"
	"regexp"
	"strconv"
	"strings"
)

// callerSide are the packages, and files, that decide what callers hear. Their words are texts of appliance/language.
func callerSide() []string {
	return []string{"appliance/dialogue", "appliance/reception", "appliance/tryout", "appliance/selftest/plan.go", "appliance/phrases.go"}
}

// unspoken lists files of the caller's side whose sentences nobody hears.
func unspoken() map[string]string {
	return map[string]string{
		"appliance/dialogue/ask.go":              "what the language model is asked",
		"appliance/dialogue/hearing/patterns.go": "what callers say",
	}
}

// sentence is several words that begin with a large letter, or that end as a sentence does. Messages of errors and of the log do neither.
var sentence = regexp.MustCompile(`^\p{Lu}\S*(?:\s+\S*\p{L}\S*){2,}|\p{L}\S*\s+\S*\p{L}\S*[.?!:]\s*$`)

// languageRule finds sentences where callers' words are decided upon.
func languageRule(tr *tree) []string {
	var problems []string
	used := make(map[string]bool)
	for _, f := range tr.code {
		if f.test() || !onCallerSide(f.name) {
			continue
		}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.ImportSpec:
				return false
			case *ast.BasicLit:
				text, err := strconv.Unquote(n.Value)
				if n.Kind != token.STRING || err != nil || !sentence.MatchString(text) {
					return true
				}
				if used[f.name] = true; unspoken()[f.name] == "" {
					problems = append(problems, fmt.Sprintf("%s: says %q", f.at(n), text))
				}
			}
			return true
		})
	}
	for name := range unspoken() {
		if _, here := tr.files[name]; here && !used[name] {
			problems = append(problems, stale+name)
		}
	}
	return problems
}

func onCallerSide(name string) bool {
	for _, part := range callerSide() {
		if name == part || strings.HasPrefix(name, part+"/") {
			return true
		}
	}
	return false
}

func languageExamples() []treeExample {
	return []treeExample{
		code("language", "appliance/dialogue/x.go", `var s = "How can I help you?"`, `says "How can I help you?"`),
		code("language", "appliance/reception/x.go", `var s = "One moment, please"`, "says"),
		code("language", "appliance/dialogue/x.go", "var s = ` on another call right now. `", "says"),
		code("language", "appliance/dialogue/x.go", `var s = "Bitte nicht auflegen"`, "says"),
		code("language", "appliance/dialogue/x_test.go", `var s = "How can I help you?"`, ""),
		code("language", "appliance/language/en/x.go", `var s = "How can I help you?"`, ""),
		code("language", "appliance/reception/x.go", `var s = "the voice is not there"`, ""),
		code("language", "appliance/dialogue/x.go", `var s = "answer.hours"`, ""),
	}
}
