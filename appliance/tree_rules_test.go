package appliance_test

import (
	"fmt"
	"go/ast"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// treeRule is one rule about the tree; check returns what breaks it.
type treeRule struct {
	name, why string
	check     func(tr *tree) []string
}

func treeRules() []treeRule {
	return []treeRule{
		{"inward", "imports point inwards: cmd, appliance, its parts, the pure core; see inward", inwardRule},
		{"outside", "each module of others has its listed importers, so that it can be replaced; see outside", outsideRule},
		{"doors", "only listed packages open sockets: what callers say stays in the house; see doors", doorsRule},
		{"programs", "only listed packages start programs; see programs", programsRule},
		{"pure", "these packages are decided by their arguments alone; see pure", pureRule},
		{"foreign", "C is for the packages with the engines, and needs the tag native; see foreign", foreignRule},
		{"language", "what callers hear is in the packages of the languages, not where it is decided upon; see callerSide", languageRule},
		{"globals", "no init, no panic, nothing that is one for the whole process", globalsRule},
		{"variables", "variables of packages are tables that nobody changes; see variables", variablesRule},
		{"sleep", "wait for what is to happen, not for a time; see waits", sleepRule},
		{"package comment", "one comment a package, saying what it is for", packageCommentRule},
		{"doc", "exported names are explained", docRule},
		{"lines", "a line fits on a screen; see lineMost", linesRule},
		{"words", "each thing has one name, that of its field; see retired and the glossary", wordsRule},
		{"walks", "the walks of the package comment lead through functions that are there", walksRule},
		{"top level", "the top folder holds what topLevel lists", topLevelRule},
		{"go.mod", "the module builds as it is, for everybody", goModRule},
		{"paths", "no file names a folder of somebody's machine; see ownPaths", pathsRule},
		{"registries", "where packages come from is the machine's setting, not the tree's", registriesRule},
		{"blobs", "git holds text and the README's pictures: no weights, recordings or programs, nothing above 300 kB", blobsRule},
	}
}

// stale begins problems about entries of the lists that nothing needs any more.
const stale = "not needed any more: "

// within reports whether the package in dir is part or lies below it.
func within(dir, part string) bool { return dir == part || strings.HasPrefix(dir, part+"/") }

// longest returns the longest key that dir is within.
func longest[V any](lists map[string]V, dir string) (string, bool) {
	best, ok := "", false
	for part := range lists {
		if within(dir, part) && len(part) >= len(best) {
			best, ok = part, true
		}
	}
	return best, ok
}

func inwardRule(tr *tree) []string {
	var problems []string
	lists := inward()
	for _, f := range tr.code {
		part, ok := longest(lists, f.dir)
		if !ok {
			problems = append(problems, f.name+": its package is in no part")
			continue
		}
		for _, p := range f.imports() {
			dir, own := strings.CutPrefix(p, module)
			if !own || dir == f.dir {
				continue
			}
			allowed := slices.ContainsFunc(lists[part], func(a string) bool { return within(dir, a) })
			if f.test() {
				// Tests may import what helps them, but not against the layers.
				allowed = !within(f.dir, "audio") && !within(f.dir, "models") || within(dir, "audio") || within(dir, "models")
			}
			outermost := dir == "appliance" && !within(f.dir, "cmd") && f.dir != "appliance" ||
				within(dir, "cmd") && !within(f.dir, "cmd")
			if !allowed || outermost {
				problems = append(problems, fmt.Sprintf("%s: imports %s", f.name, dir))
			}
		}
	}
	return problems
}

func outsideRule(tr *tree) []string {
	var problems []string
	lists := outside()
	used := make(map[string]bool)
	for _, f := range tr.code {
		for _, p := range f.imports() {
			if first, _, _ := strings.Cut(p, "/"); !strings.Contains(first, ".") || strings.HasPrefix(p, module) {
				continue // The standard library's, and our own.
			}
			mod, ok := longest(lists, p)
			i := slices.IndexFunc(lists[mod], func(who string) bool {
				who, forTest := strings.CutPrefix(who, "test:")
				return (!forTest || f.test()) && (who == f.dir || forTest && who == "")
			})
			if !ok || i < 0 {
				problems = append(problems, fmt.Sprintf("%s: imports %s", f.name, p))
				continue
			}
			used[mod+" in "+lists[mod][i]] = true
		}
	}
	for mod, importers := range lists {
		for _, who := range importers {
			if key := mod + " in " + who; !used[key] {
				problems = append(problems, stale+key)
			}
		}
	}
	return problems
}

// listed finds uses that suspect reports and that are not listed for their package, and entries that are not used.
func listed(tr *tree, lists map[string][]string, suspect func(pkg, name string) bool) []string {
	var problems []string
	used := make(map[string]bool)
	for _, f := range tr.code {
		if f.test() || f.generated() {
			continue
		}
		f.uses(func(n ast.Node, pkg, name string) {
			full := pkg + "." + name
			switch {
			case !suspect(pkg, name):
			case slices.Contains(lists[f.dir], full):
				used[f.dir+" "+full] = true
			default:
				problems = append(problems, f.at(n)+": uses "+full)
			}
		})
	}
	for dir, names := range lists {
		for _, name := range names {
			if !used[dir+" "+name] {
				problems = append(problems, stale+dir+" "+name)
			}
		}
	}
	return problems
}

func doorsRule(tr *tree) []string {
	names := map[string]*regexp.Regexp{
		"net": regexp.MustCompile(`^(Dial|Listen($|[A-Z])|Lookup|File|Resolver|DefaultResolver)`),
		"net/http": regexp.MustCompile(`^(Get|Post|PostForm|Head|Client|DefaultClient|Transport|DefaultTransport|Server|` +
			`Serve|ServeTLS|ListenAndServe.*)$`),
		"crypto/tls":             regexp.MustCompile(`^(Dial|Listen|Client$|Server$)`),
		"syscall":                regexp.MustCompile(`^(Socket|Connect|Bind|Listen|Sendto|Sendmsg)`),
		"golang.org/x/sys/unix":  regexp.MustCompile(`^(Socket|Connect|Bind|Listen|Sendto|Sendmsg)`),
		"google.golang.org/grpc": regexp.MustCompile(`^(Dial|NewClient|NewServer)`),
	}
	problems := listed(tr, doors(), func(pkg, name string) bool { return names[pkg] != nil && names[pkg].MatchString(name) })
	whole := []string{"net/smtp", "net/rpc", "net/rpc/jsonrpc", "net/http/cgi", "net/http/fcgi", "net/http/httputil", "net/http/pprof",
		"expvar", "log/syslog", "plugin"}
	for _, f := range tr.code {
		if f.test() {
			continue
		}
		for name, p := range f.imports() {
			if slices.Contains(whole, p) || strings.HasPrefix(name, ".") {
				problems = append(problems, fmt.Sprintf("%s: imports %s as %s", f.name, p, name))
			}
		}
	}
	return problems
}

func programsRule(tr *tree) []string {
	return listed(tr, programs(), func(pkg, name string) bool {
		return pkg == "os/exec" && strings.HasPrefix(name, "Command") ||
			pkg == "os" && name == "StartProcess" || pkg == "syscall" && (name == "Exec" || name == "ForkExec" || name == "StartProcess")
	})
}

func pureRule(tr *tree) []string {
	var problems []string
	impure := []string{"os", "os/exec", "os/signal", "os/user", "net", "net/http", "syscall", "crypto/rand", "math/rand", "math/rand/v2",
		"log",
		"golang.org/x/sys/unix"}
	lists := pure()
	for _, f := range tr.code {
		allowed, ok := lists[f.dir]
		if !ok || f.test() {
			continue
		}
		for _, p := range f.imports() {
			if slices.Contains(impure, p) && !slices.Contains(allowed, p) {
				problems = append(problems, fmt.Sprintf("%s: imports %s", f.name, p))
			}
		}
		f.uses(func(n ast.Node, pkg, name string) {
			if pkg == "time" && slices.Contains([]string{
				"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "NewTimer", "NewTicker", "Tick", "Local",
			}, name) {
				problems = append(problems, f.at(n)+": uses time."+name)
			}
		})
	}
	return problems
}

func foreignRule(tr *tree) []string {
	var problems []string
	for _, f := range tr.code {
		for _, p := range f.imports() {
			c := p == "C" || p == "unsafe" || strings.HasPrefix(p, "github.com/ggerganov/") || strings.HasPrefix(p, "github.com/yalue/") ||
				strings.HasPrefix(p, "github.com/gen2brain/")
			if c && !f.generated() && (!slices.Contains(foreign(), f.dir) || !f.native()) {
				problems = append(problems, fmt.Sprintf("%s: imports %s", f.name, p))
			}
		}
	}
	for name := range tr.files {
		if ext := path.Ext(name); slices.Contains([]string{".c", ".h", ".cc", ".cpp", ".hpp", ".s"}, ext) &&
			!slices.Contains(foreign(), path.Dir(name)) {
			problems = append(problems, name+": is no Go")
		}
	}
	return problems
}

func globalsRule(tr *tree) []string {
	var problems []string
	global := regexp.MustCompile(`^(Default|SetDefault|SetLogLoggerLevel|With|Log|LogAttrs|(Debug|Info|Warn|Error)(Context)?)$`)
	for _, f := range tr.code {
		if f.generated() {
			continue
		}
		for _, d := range f.ast.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "init" {
				problems = append(problems, f.at(fn)+": has init")
			}
		}
		if f.test() {
			continue
		}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				if name, ok := call.Fun.(*ast.Ident); ok && (name.Name == "panic" || name.Name == "println" || name.Name == "print") {
					problems = append(problems, f.at(n)+": calls "+name.Name)
				}
			}
			return true
		})
		f.uses(func(n ast.Node, pkg, name string) {
			main := path.Base(f.name) == "main.go" && f.ast.Name.Name == "main"
			bad := pkg == "log" || pkg == "log/slog" && global.MatchString(name) || pkg == "fmt" && strings.HasPrefix(name, "Print") ||
				pkg == "os" && slices.Contains([]string{"Exit", "Stdin", "Stdout", "Stderr", "Args"}, name) && !main ||
				pkg == "os" && slices.Contains([]string{"Setenv", "Unsetenv", "Clearenv", "Chdir"}, name) || pkg == "flag" && name == "CommandLine"
			if bad {
				problems = append(problems, f.at(n)+": uses "+pkg+"."+name)
			}
		})
	}
	return problems
}

func sleepRule(tr *tree) []string {
	var problems []string
	used := make(map[string]bool)
	for _, f := range tr.code {
		imports := slices.Collect(maps.Values(f.imports()))
		// In a bubble of testing/synctest a sleep costs no time and ends in a known order.
		if f.test() && slices.Contains(imports, "testing/synctest") {
			continue
		}
		f.uses(func(n ast.Node, pkg, name string) {
			if pkg != "time" || name != "Sleep" {
				return
			}
			if used[f.name] = true; waits()[f.name] == "" {
				problems = append(problems, f.at(n)+": uses time.Sleep")
			}
		})
	}
	for name := range waits() {
		if !used[name] {
			problems = append(problems, stale+name)
		}
	}
	return problems
}

func topLevelRule(tr *tree) []string {
	var problems []string
	for name := range tr.files {
		top, _, _ := strings.Cut(name, "/")
		if !strings.HasPrefix(top, ".") && !slices.Contains(topLevel(), top) {
			problems = append(problems, name+": is in no listed entry of the top folder")
		}
	}
	return problems
}

func goModRule(tr *tree) []string {
	var problems []string
	for name, text := range tr.files {
		if path.Base(name) != "go.mod" {
			continue
		}
		for line := range strings.Lines(string(text)) {
			word, _, _ := strings.Cut(strings.TrimSpace(line), " ")
			if slices.Contains([]string{"replace", "exclude", "toolchain", "godebug"}, word) || strings.Contains(line, "=>") {
				problems = append(problems, name+": "+strings.TrimSpace(line))
			}
		}
		if name == "go.mod" && !strings.HasPrefix(string(text), "module frontdesk.internal\n") {
			problems = append(problems, name+": is not of the module frontdesk.internal")
		}
	}
	for name := range tr.files {
		if slices.Contains([]string{"go.work", "vendor"}, path.Base(name)) || strings.Contains(name, "vendor/") {
			problems = append(problems, name+": has modules of others")
		}
	}
	return problems
}

// eachLine calls found with every line of the tree's own text.
func eachLine(tr *tree, found func(name string, number int, line string)) {
	for name, text := range tr.files {
		if name == "LICENSE" || path.Base(name) == "go.sum" {
			continue
		}
		number := 0
		for line := range strings.Lines(string(text)) {
			number++
			found(name, number, line)
		}
	}
}

func pathsRule(tr *tree) []string {
	var problems []string
	machine := regexp.MustCompile("(^|[\\s\"'`=:(\\[,])/(root|tmp|work|home|Users|mnt)(/|[\"'`\\s]|$)")
	used := make(map[string]bool)
	eachLine(tr, func(name string, number int, line string) {
		if !machine.MatchString(line) {
			return
		}
		if used[name] = true; ownPaths()[name] == "" {
			problems = append(problems, fmt.Sprintf("%s:%d: %s", name, number, strings.TrimSpace(line)))
		}
	})
	for name := range ownPaths() {
		if !used[name] {
			problems = append(problems, stale+name)
		}
	}
	return problems
}

func registriesRule(tr *tree) []string {
	var problems []string
	host := regexp.MustCompile(`(?i)(pypi|pythonhosted|npmjs|yarnpkg|crates|rubygems|maven|dockerhub)[.](org|com|io|internal|net)|` +
		`(proxy|sum)[.]golang[.]org|(artifactory|nexus|devpi|verdaccio|goproxy|mirror)[a-z0-9-]*[.][a-z]|` +
		`index-url[ =]+https?://[^/\s]+/|GOPROXY[ =:]+["']?http|https?://[^/\s"']+/simple\b|(deb|security)[.]debian[.]org`)
	eachLine(tr, func(name string, number int, line string) {
		if host.MatchString(line) {
			problems = append(problems, fmt.Sprintf("%s:%d: %s", name, number, strings.TrimSpace(line)))
		}
	})
	return problems
}

func blobsRule(tr *tree) []string {
	var problems []string
	binary := []string{
		".wav", ".onnx", ".gguf", ".ggml", ".bin", ".so", ".a", ".o", ".gz", ".zip", ".tar", ".mp3", ".png", ".jpg", ".exe", ".db",
	}
	for name, text := range tr.files {
		switch {
		case tr.modes[name]&fs.ModeSymlink != 0:
			problems = append(problems, name+": is a link")
		case within(name, "appliance/web/pictures") && path.Ext(name) == ".png" && len(text) <= 200_000: // the README's
		case len(text) > 300_000:
			problems = append(problems, fmt.Sprintf("%s: has %d kB", name, len(text)/1000))
		case slices.Contains(binary, path.Ext(name)), !utf8.Valid(text), strings.ContainsRune(string(text), 0):
			problems = append(problems, name+": is no text")
		}
	}
	return problems
}
