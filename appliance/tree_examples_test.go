package appliance_test

import "strings"

// treeExample is a small tree; want is part of what its rule says of it, "" for nothing.
type treeExample struct {
	rule  string
	files map[string]string
	want  string
	link  bool // its files are links
}

// one is an example of one file.
func one(rule, name, text, want string) treeExample {
	return treeExample{rule: rule, files: map[string]string{name: text}, want: want}
}

// code is an example of a Go file without a package clause.
func code(rule, name, body, want string) treeExample {
	return one(rule, name, "package p\n\n"+body, want)
}

func treeExamples() []treeExample {
	return slicesOf(importExamples(), doorExamples(), codeExamples(), languageExamples(), docExamples(), walkExamples(), wordExamples(),
		lineExamples(),
		fileExamples())
}

func slicesOf(lists ...[]treeExample) []treeExample {
	var all []treeExample
	for _, l := range lists {
		all = append(all, l...)
	}
	return all
}

func importExamples() []treeExample {
	own := func(p string) string { return `import "` + module + p + `"` }
	return []treeExample{
		code("inward", "audio/x/x.go", own("appliance/record"), "imports appliance/record"),
		code("inward", "audio/x/x.go", own("audio"), ""),
		code("inward", "models/x.go", own("cmd/setup"), "imports cmd/setup"),
		code("inward", "models/x_test.go", own("appliance/record"), "imports appliance/record"),
		code("inward", "appliance/dialogue/x.go", own("models/engines"), "imports models/engines"),
		code("inward", "appliance/dialogue/x_test.go", own("models/engines"), ""),
		code("inward", "appliance/dialogue/hearing/x.go", own("appliance/knowledge"), ""),
		code("inward", "appliance/knowledge/x.go", own("appliance/dialogue"), "imports appliance/dialogue"),
		code("inward", "appliance/phone/x.go", own("appliance"), "imports appliance"),
		code("inward", "appliance/phone/x_test.go", own("appliance"), "imports appliance"),
		code("inward", "appliance/phone/x.go", own("appliance/reception"), "imports appliance/reception"),
		code("inward", "appliance/x.go", own("appliance/phone"), ""),
		code("inward", "cmd/frontdesk/x.go", own("appliance"), ""),
		code("inward", "cmd/setup/x.go", own("appliance/record"), "imports appliance/record"),
		code("inward", "util/x.go", "", "is in no part"),
		code("outside", "appliance/web/x.go", `import "github.com/emiago/sipgo/sip"`, "imports github.com/emiago/sipgo/sip"),
		code("outside", "appliance/phone/x.go", `import "github.com/emiago/sipgo/sip"`, ""),
		code("outside", "appliance/phone/sdp/x.go", `import sip "github.com/emiago/sipgo/sip"`, "imports github.com/emiago"),
		code("outside", "appliance/service/x.go", `import "go.etcd.io/bbolt"`, "imports go.etcd.io/bbolt"),
		code("outside", "appliance/phone/x.go", `import "github.com/pion/rtp"`, "imports github.com/pion/rtp"),
		code("outside", "appliance/phone/sdp/x_test.go", `import "github.com/pion/sdp/v3"`, ""),
		code("outside", "appliance/phone/sdp/x.go", `import "github.com/pion/sdp/v3"`, "imports github.com/pion/sdp"),
		code("outside", "appliance/x.go", `import "example.com/other"`, "imports example.com/other"),
		code("outside", "appliance/x.go", `import "go.uber.org/goleak"`, "imports go.uber.org/goleak"),
		code("outside", "appliance/x_test.go", `import "go.uber.org/goleak"`, ""),
	}
}

func doorExamples() []treeExample {
	return []treeExample{
		code("doors", "appliance/dialogue/x.go", "import \"net\"\n\nvar f = net.Dial", "uses net.Dial"),
		code("doors", "appliance/dialogue/x.go", "import other \"net\"\n\nvar f = other.ListenUDP", "uses net.ListenUDP"),
		code("doors", "appliance/reception/x.go", "import \"net/http\"\n\nvar f = http.Get", "uses net/http.Get"),
		code("doors", "appliance/reception/x.go", "import \"net/http\"\n\nvar f = http.DefaultTransport", "uses net/http.DefaultTransport"),
		code("doors", "appliance/store/x.go", "import \"crypto/tls\"\n\nvar f = tls.Dial", "uses crypto/tls.Dial"),
		code("doors", "appliance/store/x.go", "import \"net\"\n\nvar d net.Dialer", "uses net.Dialer"),
		code("doors", "audio/line/x.go", "import \"net\"\n\nvar d = net.ListenPacket", "uses net.ListenPacket"),
		code("doors", "models/progress/x.go", "import \"google.golang.org/grpc\"\n\nvar d = grpc.NewClient",
			"uses google.golang.org/grpc.NewClient"),
		code("doors", "appliance/store/x.go", "import \"syscall\"\n\nvar d = syscall.Socket", "uses syscall.Socket"),
		code("doors", "appliance/store/x.go", "import . \"net\"\n\nvar d = Dial", "imports net as ."),
		code("doors", "appliance/store/x.go", "import _ \"net/http/pprof\"", "imports net/http/pprof"),
		code("doors", "appliance/web/x.go", "import \"net\"\n\nvar f = net.Listen", ""),
		code("doors", "appliance/web/x.go", "import \"net\"\n\nvar f = net.Dial", "uses net.Dial"),
		code("doors", "appliance/web/x_test.go", "import \"net\"\n\nvar f = net.Dial", ""),
		code("doors", "appliance/store/x.go", "import \"net\"\n\nvar f net.Listener", ""),
		code("programs", "appliance/web/x.go", "import \"os/exec\"\n\nvar f = exec.Command", "uses os/exec.Command"),
		code("programs", "appliance/web/x.go", "import \"os\"\n\nvar f = os.StartProcess", "uses os.StartProcess"),
		code("programs", "models/build/pip/x.go", "import \"os/exec\"\n\nvar f = exec.CommandContext", ""),
	}
}

func codeExamples() []treeExample {
	return []treeExample{
		code("pure", "appliance/dialogue/x.go", "import \"time\"\n\nvar f = time.Now", "uses time.Now"),
		code("pure", "appliance/dialogue/x.go", "import \"time\"\n\nvar f = time.UTC", ""),
		code("pure", "appliance/knowledge/x.go", "import \"os\"", "imports os"),
		code("pure", "appliance/knowledge/profile/x.go", "import \"os\"", ""),
		code("pure", "audio/jitter/x.go", "import \"net\"", "imports net"),
		one("foreign", "audio/x.go", "package p\n\nimport \"C\"", "imports C"),
		one("foreign", "models/llama/x.go", "package p\n\nimport \"C\"", "imports C"),
		one("foreign", "models/llama/x.go", "//go:build !native\n\npackage p\n\nimport \"C\"", "imports C"),
		one("foreign", "models/llama/x.go", "//go:build native\n\npackage p\n\nimport \"C\"", ""),
		one("foreign", "models/turn/x.go", "//go:build native\n\npackage p\n\nimport \"github.com/yalue/onnxruntime_go\"",
			"imports github.com/yalue"),
		one("foreign", "audio/x.c", "int x;", "is no Go"),
		code("globals", "audio/x.go", "func init() {}", "has init"),
		code("globals", "audio/x.go", "type t int\n\nfunc (t) init() {}", ""),
		code("globals", "audio/x.go", "func f() { panic(1) }", "calls panic"),
		code("globals", "audio/x_test.go", "func f() { panic(1) }", ""),
		code("globals", "audio/x.go", "import \"log/slog\"\n\nvar l = slog.Default()", "uses log/slog.Default"),
		code("globals", "audio/x.go", "import \"log/slog\"\n\nfunc f() { slog.InfoContext(nil, \"\") }", "uses log/slog.InfoContext"),
		code("globals", "audio/x.go", "import \"log/slog\"\n\nvar l = slog.New", ""),
		code("globals", "audio/x.go", "import \"log\"\n\nfunc f() { log.Print() }", "uses log.Print"),
		code("globals", "audio/x.go", "import \"fmt\"\n\nfunc f() { fmt.Println() }", "uses fmt.Println"),
		code("globals", "audio/x.go", "import \"os\"\n\nfunc f() { os.Exit(1) }", "uses os.Exit"),
		one("globals", "cmd/x/main.go", "package main\n\nimport \"os\"\n\nfunc main() { os.Exit(1) }", ""),
		one("globals", "cmd/x/other.go", "package main\n\nimport \"os\"\n\nfunc f() { os.Exit(1) }", "uses os.Exit"),
		code("variables", "audio/x.go", "var v int\n\nfunc f() { v = 1 }", "sets v"),
		code("variables", "audio/x.go", "var v struct{ a [2]int }\n\nfunc f() { v.a[1]++ }", "sets v"),
		code("variables", "audio/x.go", "var v map[string]int\n\nfunc f() { v[\"a\"] = 1 }", "sets v"),
		{
			rule: "variables", files: map[string]string{
				"audio/a.go": "package p\n\nvar v int", "audio/b_test.go": "package p\n\nfunc f() { v = 1 }",
			}, want: "sets v",
		},
		code("variables", "audio/x.go", "var v int\n\nfunc f() { v := 1; v = 2; _ = v }", ""),
		code("variables", "audio/x.go", "var v int\n\nfunc f(v *int) { *v = 2 }", ""),
		code("variables", "audio/x.go", "var v int\n\nvar _ int = v\n\nfunc f() { _ = v }", ""),
		code("sleep", "audio/x.go", "import \"time\"\n\nfunc f() { time.Sleep(1) }", "uses time.Sleep"),
		code("sleep", "audio/x_test.go", "import \"time\"\n\nfunc f() { time.Sleep(1) }", "uses time.Sleep"),
		code("sleep", "audio/x_test.go", "import (\n\t\"testing/synctest\"\n\t\"time\"\n)\n\nfunc f() { synctest.Wait(); time.Sleep(1) }", ""),
	}
}

func docExamples() []treeExample {
	two := map[string]string{"audio/a.go": "// Package p is one.\npackage p", "audio/b.go": "// Package p is another.\npackage p"}
	return []treeExample{
		one("package comment", "audio/x.go", "package p", "has 0 package comments"),
		one("package comment", "audio/x.go", "// Here is p.\npackage p", "does not begin"),
		one("package comment", "audio/x.go", "//go:build native\n\n// Package p is p.\npackage p", "only there with the engines"),
		one("package comment", "audio/x.go", "// Package p is p.\npackage p", ""),
		one("package comment", "cmd/x/main.go", "// Package main is x.\npackage main", "does not begin"),
		one("package comment", "cmd/x/main.go", "// Command x is x.\npackage main", ""),
		{rule: "package comment", files: two, want: "has 2 package comments"},
		code("doc", "audio/x.go", "func F() {}", "F has no comment"),
		code("doc", "audio/x.go", "type T int", "T has no comment"),
		code("doc", "audio/x.go", "// T is.\ntype T[X any] struct{}\n\nfunc (t *T[X]) F() {}", "F has no comment"),
		code("doc", "audio/x.go", "type t int\n\nfunc (t) F() {}", ""),
		code("doc", "audio/x.go", "const C = 1", "C has no comment"),
		code("doc", "audio/x.go", "// These are.\nconst (\n\tA = 1\n\tB = 2\n)", ""),
		code("doc", "audio/x.go", "// These are.\ntype (\n\tA int\n)", "A has no comment"),
		code("doc", "audio/x.go", "// F does.\nfunc F() {}", ""),
		one("doc", "cmd/x/x.go", "package main\n\nfunc F() {}", ""),
	}
}

func fileExamples() []treeExample {
	home := "/ho" + "me/somebody"
	return []treeExample{
		one("top level", "pkg/x.txt", "", "pkg/x.txt"),
		one("top level", "NOTES.md", "", "NOTES.md"),
		one("top level", ".ci/run", "", ""),
		one("top level", "cmd/x.txt", "", ""),
		one("go.mod", "go.mod", "module frontdesk.internal\n\nreplace a => ../a\n", "replace a"),
		one("go.mod", "go.mod", "module frontdesk.internal\n\nreplace (\n\ta => ../a\n)\n", "a => ../a"),
		one("go.mod", "go.mod", "module frontdesk\n", "is not of the module"),
		one("go.mod", "go.mod", "module frontdesk.internal\n\ngo 1.26.0\n", ""),
		one("go.mod", "vendor/modules.txt", "", "modules of others"),
		one("paths", "README.md", "see `"+home+"`", home),
		one("paths", "audio/x.go", "package p\n\nconst x = \"/tm"+"p/x\"", "const x"),
		one("paths", "README.md", "in "+home[:5]+".", ""),
		one("paths", "README.md", "as in /var/lib/frontdesk/home", ""),
		one("registries", ".ci/run", "pip install --index-"+"url ht"+"tps://x.example/packages", "index-url"),
		one("registries", "README.md", "from py"+"pi.org", "README.md:1"),
		one("registries", "Makefile", "export GOPROXY"+" := https://goproxy"+".example", "Makefile:1"),
		one("registries", "README.md", "the Go module proxy and pip's index", ""),
		one("blobs", "models/x.onnx", "x", "is no text"),
		one("blobs", "models/x.txt", "a\x00b", "is no text"),
		one("blobs", "models/x.txt", "a\xff\xfeb", "is no text"),
		one("blobs", "models/x.txt", strings.Repeat("x", 300_001), "has 300 kB"),
		one("blobs", "models/x.txt", "Grüße", ""),
		{rule: "blobs", files: map[string]string{"models/x.txt": "x"}, link: true, want: "is a link"},
	}
}
