package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const events = `{"Action":"start","Package":"frontdesk.internal/a"}
{"Action":"run","Package":"frontdesk.internal/a","Test":"TestGood"}
{"Action":"pass","Package":"frontdesk.internal/a","Test":"TestGood","Elapsed":0.1}
{"Action":"output","Package":"frontdesk.internal/a","Test":"TestSkip","Output":"    a_test.go:7: no weights\n"}
{"Action":"skip","Package":"frontdesk.internal/a","Test":"TestSkip","Elapsed":0}
{"Action":"skip","Package":"frontdesk.internal/empty"}
`

const (
	failing = `{"Action":"output","Package":"frontdesk.internal/a","Test":"TestBad","Output":"    a_test.go:9: got 1, want 2\n"}
{"Action":"fail","Package":"frontdesk.internal/a","Test":"TestBad"}
{"Action":"fail","Package":"frontdesk.internal/a"}
`
	broken = `{"Action":"build-output","ImportPath":"frontdesk.internal/b","Output":"b.go:1: no such thing\n"}
{"Action":"fail","Package":"frontdesk.internal/b","FailedBuild":"frontdesk.internal/b"}
`
	later = `{"Action":"pass","Package":"frontdesk.internal/a","Test":"TestSkip"}
`
	again = `{"Action":"pass","Package":"frontdesk.internal/a","Test":"TestBad"}
{"Action":"pass","Package":"frontdesk.internal/a"}
`
	rebuilt = `{"Action":"pass","Package":"frontdesk.internal/b","Test":"TestB"}
{"Action":"pass","Package":"frontdesk.internal/b"}
`
	slowPackages = `{"Action":"pass","Package":"frontdesk.internal/fast","Elapsed":2}
{"Action":"pass","Package":"frontdesk.internal/slower","Elapsed":40.2}
{"Action":"pass","Package":"frontdesk.internal/slower","Test":"TestSlow","Elapsed":40.1}
{"Action":"pass","Package":"frontdesk.internal/slow","Elapsed":40.9}
`
	panicked = `{"Action":"output","Package":"frontdesk.internal/c","Test":"TestBad","Output":"panic: test timed out after 30m0s\n"}
{"Action":"fail","Package":"frontdesk.internal/c","Test":"TestBad"}
{"Action":"fail","Package":"frontdesk.internal/c"}
`
)

func TestTally(t *testing.T) {
	for _, tt := range []struct {
		name         string
		runs         []string
		allowed      string
		strict       bool
		watch, code  int
		want, absent []string
	}{
		{
			"skip", []string{events}, "", false, 0, 0, []string{"1 passed, 0 failed, 1 skipped", "skipped  a TestSkip: no weights"},
			[]string{"empty"},
		},
		{"skip in CI", []string{events}, "", true, 0, 1, []string{"not allowed here", "1 passed, 0 failed, 1 skipped"}, nil},
		{"allowed skip in CI", []string{events}, "# why\na TestSkip is a child\n", true, 0, 0, []string{"(allowed: is a child)"}, nil},
		{"skip that ran elsewhere", []string{events, later}, "", true, 0, 0, []string{"2 passed, 0 failed, 0 skipped"}, []string{"no weights\n"}},
		{
			"failure", []string{events, failing}, "", false, 1, 1,
			[]string{"1 passed, 1 failed, 1 skipped", "got 1, want 2", "failed   [s] a TestBad"}, []string{"(package)"},
		},
		{"build failure", []string{broken}, "", false, 1, 1, []string{"0 passed, 1 failed, 0 skipped", "no such thing", "b (package)"}, nil},
		{
			"passed the second time", []string{events + failing, again}, "", false, 1, 0,
			[]string{"2 passed, 0 failed, 1 skipped, 1 retried", "retried  [s] a TestBad: passed"}, nil,
		},
		{"failed twice", []string{failing, failing}, "", false, 1, 1, []string{"0 passed, 1 failed, 0 skipped\n"}, []string{"retried"}},
		{
			"built the second time", []string{broken, rebuilt}, "", false, 1, 0,
			[]string{"1 passed, 0 failed, 0 skipped, 1 retried", "[s] b (package)"}, nil,
		},
		{"nothing was run", []string{"no packages to test\n"}, "", false, 1, 1, []string{"no test was run"}, nil},
		{
			"where the time goes", []string{slowPackages, later}, "", false, 0, 0,
			[]string{"slowest  [s] slow 41 s, slower 40 s\n", "2 passed"}, []string{"] fast", ", fast", "a 0 s"},
		},
		{"bad list", []string{events}, "a TestSkip\n", false, 0, 1, []string{"has no reason"}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			tally, allowed := filepath.Join(dir, "tally"), filepath.Join(dir, "allowed")
			if err := os.WriteFile(allowed, []byte(tt.allowed), 0o644); err != nil {
				t.Fatal(err)
			}
			var out strings.Builder
			watched := 0
			for _, r := range tt.runs {
				watched = max(watched, run([]string{"watch", "s", tally}, tt.strict, strings.NewReader(r), &out, &out))
			}
			if watched != tt.watch {
				t.Errorf("watch: got code %d, want %d", watched, tt.watch)
			}
			if code := run([]string{"report", tally, allowed}, tt.strict, nil, &out, &out); code != tt.code {
				t.Errorf("report: got code %d, want %d", code, tt.code)
			}
			for _, w := range tt.want {
				if !strings.Contains(out.String(), w) {
					t.Errorf("%q is not in\n%s", w, out.String())
				}
			}
			for _, a := range tt.absent {
				if strings.Contains(out.String(), a) {
					t.Errorf("%q is in\n%s", a, out.String())
				}
			}
		})
	}
}

func TestNote(t *testing.T) {
	dir := t.TempDir()
	tally, allowed := filepath.Join(dir, "tally"), os.DevNull
	var out strings.Builder
	for _, how := range []string{"pass", "fail"} {
		if code := run([]string{"note", "demo", "demonstration " + how, how, tally}, true, nil, &out, &out); code != 0 {
			t.Fatalf("got code %d: %s", code, out.String())
		}
	}
	if code := run([]string{"report", tally, allowed}, true, nil, &out, &out); code != 1 ||
		!strings.Contains(out.String(), "1 passed, 1 failed, 0 skipped") {
		t.Errorf("got code %d: %s", code, out.String())
	}
	if code := run([]string{"note", "demo", "x", "maybe", tally}, true, nil, &out, &out); code != 2 {
		t.Errorf("bad usage: got code %d", code)
	}
}

func TestFailed(t *testing.T) {
	tally := filepath.Join(t.TempDir(), "tally")
	var out strings.Builder
	sub := `{"Action":"fail","Package":"frontdesk.internal/a","Test":"TestOther/one"}
{"Action":"fail","Package":"frontdesk.internal/a","Test":"TestOther"}
`
	for _, r := range []string{events, sub + failing, broken, panicked} {
		run([]string{"watch", "s", tally}, true, strings.NewReader(r), &out, &out)
	}
	out.Reset()
	if code := run([]string{"failed", "s", tally}, true, nil, &out, &out); code != 0 ||
		out.String() != "./a ^(TestOther|TestBad)$\n./b\n./c\n" {
		t.Errorf("got code %d: %q", code, out.String())
	}
	out.Reset()
	if code := run([]string{"failed", "other", tally}, true, nil, &out, &out); code != 0 || out.String() != "" {
		t.Errorf("another section: got code %d: %q", code, out.String())
	}
}
