package main

import (
	"encoding/json"
	"strings"
	"testing"
	"testing/fstest"

	"frontdesk.internal/cmd/internal/notice"
)

// licensesOutput runs the command in a program of the modules given, built with works embedded; none means built without.
func licensesOutput(t *testing.T, works, modules []notice.Work, args ...string) (int, string) {
	t.Helper()
	files := fstest.MapFS{"licences/README.md": {}}
	if works != nil {
		data, err := notice.Encode(works)
		if err != nil {
			t.Fatal(err)
		}
		files["licences/"+notice.File] = &fstest.MapFile{Data: data}
	}
	var out strings.Builder
	c := licensesCommand(files, func() []notice.Work { return modules })
	return execute(t.Context(), c, args, nil, &out, &out), out.String()
}

func TestLicenses(t *testing.T) {
	modules := []notice.Work{{Name: "example.com/m", Version: "v1.0.0", How: notice.Linked}}
	works := []notice.Work{
		{
			Name: "example.com/m", Version: "v1.0.0", How: notice.Linked, Licence: "MIT",
			Texts: []notice.Text{{Name: "LICENSE", Text: "Permission is granted."}},
		},
		{Name: "voice", How: notice.Weights, Licence: "CC0-1.0", Home: "https://voice.example"},
	}
	newer := []notice.Work{{Name: "example.com/m", Version: "v1.0.1", How: notice.Linked}}
	for _, tt := range []struct {
		name           string
		works, modules []notice.Work
		args           []string
		code           int
		want, without  []string
	}{
		{
			"list", works, modules, nil, 0, []string{"example.com/m  v1.0.0   MIT", "voice", "CC0-1.0", "weights"},
			[]string{"Permission", "make setup"},
		},
		{"by name", works, modules, []string{"VOICE"}, 0, []string{"voice"}, []string{"example.com/m"}},
		{
			"texts", works, modules, []string{"--text"}, 0, []string{"---- LICENSE ----", "Permission is granted.", "See https://voice.example"},
			nil,
		},
		{"without setup", nil, modules, nil, 0, []string{"example.com/m", "unknown", "built without make setup"}, []string{"voice"}},
		{"modules changed", works, newer, nil, 0, []string{"v1.0.1", "have changed since make setup"}, nil},
		{"two names", works, modules, []string{"a", "b"}, 2, []string{"Usage"}, nil},
		{"bad flag", works, modules, []string{"--nothing"}, 2, []string{"Usage"}, nil},
		{"help", works, modules, []string{"--help"}, 0, []string{"Usage"}, nil},
	} {
		code, out := licensesOutput(t, tt.works, tt.modules, tt.args...)
		if code != tt.code {
			t.Errorf("%s: got code %d, want %d", tt.name, code, tt.code)
		}
		for _, w := range tt.want {
			if !strings.Contains(out, w) {
				t.Errorf("%s: %q is not in\n%s", tt.name, w, out)
			}
		}
		for _, w := range tt.without {
			if strings.Contains(out, w) {
				t.Errorf("%s: %q is in\n%s", tt.name, w, out)
			}
		}
	}
}

func TestLicensesJSON(t *testing.T) {
	modules := []notice.Work{{Name: "example.com/m", Version: "v1.0.0", How: notice.Linked}}
	for _, complete := range []bool{true, false} {
		works := modules
		if !complete {
			works = nil
		}
		code, out := licensesOutput(t, works, modules, "--json")
		var inv inventory
		if err := json.Unmarshal([]byte(out), &inv); err != nil || code != 0 {
			t.Fatalf("got code %d, %v:\n%s", code, err, out)
		}
		if inv.Complete != complete || (inv.Note == "") != complete || len(inv.Works) != 1 {
			t.Errorf("complete %t: got %+v", complete, inv)
		}
	}
}

// This program's own inventory can be read, however it was built.
func TestLicensesOfThisProgram(t *testing.T) {
	var out, errs strings.Builder
	if code := run(t.Context(), []string{"licenses", "--json"}, nil, &out, &errs); code != exitOK {
		t.Fatalf("got code %d: %s", code, errs.String())
	}
	var inv inventory
	if err := json.Unmarshal([]byte(out.String()), &inv); err != nil {
		t.Fatal(err)
	}
	if inv.Complete == (inv.Note != "") {
		t.Errorf("complete is %t, and the note is %q", inv.Complete, inv.Note)
	}
}
