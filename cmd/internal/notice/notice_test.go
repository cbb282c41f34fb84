package notice_test

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"frontdesk.internal/cmd/internal/notice"
)

const (
	mit = "Permission is hereby granted, free of charge, to any\n\tperson obtaining a copy of this software ...\nTHE SOFTWARE IS " +
		"PROVIDED \"AS IS\""
	bsd = "Redistribution and use in source and binary forms, with or without modification"
	gpl = "GNU GENERAL PUBLIC LICENSE\nVersion 3, 29 June 2007"
)

func TestIdentify(t *testing.T) {
	for _, tt := range []struct {
		text, want string
	}{
		{mit, "MIT"},
		{bsd, "BSD-2-Clause"},
		{bsd + " ... may be used to\nendorse  or promote products", "BSD-3-Clause"},
		{bsd + "\n\n" + mit, "BSD-2-Clause MIT"},
		{gpl, "GPL"},
		{"GNU AFFERO GENERAL PUBLIC LICENSE", "AGPL-3.0"},
		{"GNU Lesser General Public License", "LGPL"},
		{"Mozilla Public License Version 2.0 ... the GNU General Public License, Version 2.0", "MPL-2.0"},
		{mit + gpl, "GPL MIT"},
		{"all rights reserved", ""},
		{"", ""},
	} {
		got, err := notice.Identify(tt.text)
		if strings.Join(got, " ") != tt.want || (err == nil) != (tt.want != "") || err != nil && !errors.Is(err, notice.ErrUnknown) {
			t.Errorf("%.40q: got %v, %v, want %q", tt.text, got, err, tt.want)
		}
	}
	own, err := os.ReadFile("../../../LICENSE")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := notice.Identify(string(own)); err != nil || !reflect.DeepEqual(got, []string{"Apache-2.0"}) {
		t.Errorf("our own: got %v, %v", got, err)
	}
}

func TestLinkable(t *testing.T) {
	for _, tt := range []struct {
		ids  []string
		want error
	}{
		{[]string{"MIT"}, nil},
		{[]string{"Apache-2.0", "BSD-3-Clause"}, nil},
		{[]string{"GPL-3.0-or-later WITH GCC-exception-3.1"}, nil},
		{[]string{"MIT", "GPL"}, notice.ErrDenied},
		{[]string{"AGPL-3.0"}, notice.ErrDenied},
		{[]string{"LGPL"}, notice.ErrDenied},
		{[]string{"GPL-3.0-or-later"}, notice.ErrDenied},
		{nil, notice.ErrUnknown},
	} {
		if err := notice.Linkable(tt.ids...); !errors.Is(err, tt.want) {
			t.Errorf("%v: got %v, want %v", tt.ids, err, tt.want)
		}
	}
}

// project writes a program that uses one package of a module, and the texts into that module, which is a folder beside it; texts
// are named by their path.
func project(t *testing.T, texts map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	files := map[string]string{
		"go.mod":                "module own.example\n\ngo 1.26.0\n\nrequire other.example v1.2.3\n\nreplace other.example => ./other\n",
		"main.go":               "package main\n\nimport \"other.example/deep/used\"\n\nfunc main() { used.F() }\n",
		"other/go.mod":          "module other.example\n\ngo 1.26.0\n",
		"other/deep/used/u.go":  "package used\n\nfunc F() {}\n",
		"other/unused/LICENSE":  gpl,
		"other/unused/u.go":     "package unused\n",
		"other/deep/license.go": "package deep\n",
	}
	for name, text := range texts {
		files["other/"+name] = text
	}
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestModules(t *testing.T) {
	for _, tt := range []struct {
		name    string
		texts   map[string]string
		licence string
		texted  int
		err     error
	}{
		{"plain", map[string]string{"LICENSE": mit, "NOTICE": "By somebody."}, "MIT", 2, nil},
		{"another one for a part that is used", map[string]string{"LICENSE": mit, "deep/COPYING.txt": bsd}, "BSD-2-Clause AND MIT", 2, nil},
		{"none", nil, "", 0, notice.ErrUnknown},
		{"only a notice", map[string]string{"NOTICE": mit}, "", 0, notice.ErrUnknown},
		{"unknown", map[string]string{"LICENSE": "Ask us."}, "", 0, notice.ErrUnknown},
		{"unknown beside a known one", map[string]string{"LICENSE": mit, "deep/LICENCE": "Ask us."}, "", 0, notice.ErrUnknown},
		{"denied", map[string]string{"LICENSE": gpl}, "", 0, notice.ErrDenied},
		{"denied part", map[string]string{"LICENSE": mit, "deep/used/COPYING": gpl}, "", 0, notice.ErrDenied},
	} {
		t.Run(tt.name, func(t *testing.T) {
			works, err := notice.Modules(t.Context(), project(t, tt.texts), []string{"GOFLAGS=-mod=mod"}, "native", ".")
			if !errors.Is(err, tt.err) {
				t.Fatalf("got error %v, want %v", err, tt.err)
			}
			if err != nil {
				return
			}
			if len(works) != 2 || works[0].Name != "other.example" || works[0].Version != "v1.2.3" || works[0].How != notice.Linked {
				t.Fatalf("got %+v, want other.example and the standard library", works)
			}
			if works[0].Licence != tt.licence || len(works[0].Texts) != tt.texted {
				t.Errorf("got %q with %d texts, want %q with %d", works[0].Licence, len(works[0].Texts), tt.licence, tt.texted)
			}
			if std := works[1]; std.Licence != "BSD-3-Clause" || len(std.Texts) != 1 {
				t.Errorf("standard library: got %q with %d texts", std.Licence, len(std.Texts))
			}
		})
	}
}

func TestNative(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "LICENSE")
	if err := os.WriteFile(path, []byte(mit), 0o644); err != nil {
		t.Fatal(err)
	}
	gone := filepath.Join(dir, "gone")
	for _, tt := range []struct {
		name    string
		licence string
		how     string
		path    string
		texts   int
		ok      bool
	}{
		{"linked", "MIT", notice.Linked, path, 1, true},
		{"linked, text missing", "MIT", notice.Linked, gone, 0, false},
		{"linked, not allowed", "GPL-3.0-or-later", notice.Linked, path, 0, false},
		{"linked, none stated", "", notice.Linked, path, 0, false},
		{"run as a program", "GPL-3.0-or-later", "run as a program", path, 1, true},
		{"run as a program, text with its package", "GPL-3.0-or-later", "run as a program", gone, 0, true},
		{"run, none stated", "", "run as a program", path, 0, false},
	} {
		w, err := notice.Work{Name: "x", Licence: tt.licence, How: tt.how}.Native("/usr/share/doc/", map[string]string{"LICENSE": tt.path})
		if (err == nil) != tt.ok || err == nil && len(w.Texts) != tt.texts {
			t.Errorf("%s: got %d texts, %v", tt.name, len(w.Texts), err)
		}
	}
}

func TestEncode(t *testing.T) {
	a := notice.Work{Name: "a", Licence: "MIT", How: notice.Linked, Texts: []notice.Text{{Name: "LICENSE", Text: mit}}}
	b := notice.Work{Name: "b", Licence: "CC0-1.0", How: notice.Weights, Home: "https://b.example"}
	one, err := notice.Encode([]notice.Work{a, b})
	if err != nil {
		t.Fatal(err)
	}
	two, err := notice.Encode([]notice.Work{b, a})
	if err != nil || string(one) != string(two) {
		t.Errorf("the order of works changes the file (%v)", err)
	}
	got, err := notice.Decode(one)
	if err != nil || !reflect.DeepEqual(got, []notice.Work{a, b}) {
		t.Errorf("got %+v, %v", got, err)
	}
	for _, bad := range [][]byte{nil, []byte("{}"), one[:len(one)/2]} {
		if _, err := notice.Decode(bad); err == nil {
			t.Errorf("%d bad bytes were decoded", len(bad))
		}
	}
}
