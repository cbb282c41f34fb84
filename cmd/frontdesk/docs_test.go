package main

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/pflag"

	"frontdesk.internal/appliance/config"
	"frontdesk.internal/systemd"
)

// Every command and setting there is comes into the manual and the completions, and shells and man can read what is written.
func TestDocs(t *testing.T) {
	dir := t.TempDir()
	if code := run(t.Context(), []string{"docs", dir}, strings.NewReader(""), io.Discard, io.Discard); code != exitOK {
		t.Fatalf("ended with %d", code)
	}
	text := func(name string) string {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	for _, want := range []string{"frontdesk models", "frontdesk.toml(5)", "EXIT STATUS"} {
		if !strings.Contains(text("frontdesk.1"), want) {
			t.Errorf("the manual lacks %s", want)
		}
	}
	for _, c := range allCommands(rootCommand()) {
		page := text(strings.ReplaceAll(c.CommandPath(), " ", "-") + ".1")
		c.Flags().VisitAll(func(f *pflag.Flag) {
			if !strings.Contains(page, "--"+f.Name) {
				t.Errorf("the manual of %s lacks --%s", c.CommandPath(), f.Name)
			}
		})
	}
	settings := text("frontdesk.toml.5")
	for _, m := range regexp.MustCompile(`(?m)^(?:# )?([a-z_]+) = `).FindAllStringSubmatch(string(config.Sample), -1) {
		if !strings.Contains(settings, "\n\\fB"+m[1]+"\\fP\n") {
			t.Errorf("the manual of the settings lacks %s", m[1])
		}
	}
	for name := range systemd.Installed() {
		_ = text(name)
	}
	if !strings.Contains(text("tmpfiles.conf"), "libonnxruntime.so") || !strings.Contains(text("copyright"), "Apache") {
		t.Error("no links to the libraries, or no licences")
	}
	for _, tt := range [][]string{
		{"bash", "-n", "frontdesk.bash"}, {"zsh", "-n", "_frontdesk"}, {"fish", "--no-execute", "frontdesk.fish"},
		{"man", "--warnings", "-l", "-Tutf8", "frontdesk.1"}, {"man", "--warnings", "-l", "-Tutf8", "frontdesk-calls-list.1"}, {"man",
			"--warnings", "-l", "-Tutf8", "frontdesk.toml.5"},
	} {
		if _, err := exec.LookPath(tt[0]); err != nil {
			continue // the deb section of the tests has them
		}
		cmd := exec.CommandContext(t.Context(), tt[0], tt[1:]...)
		cmd.Dir = dir
		var errs strings.Builder
		cmd.Stderr = &errs
		if err := cmd.Run(); err != nil || errs.Len() > 0 {
			t.Errorf("%q: %v\n%s", tt, err, errs.String())
		}
	}
}

// Shells complete commands, verbs and flags, and files where files are meant.
func TestCompletion(t *testing.T) {
	for _, tt := range []struct {
		typed string
		want  []string
		files bool
	}{
		{"cal", []string{"calendar", "callers", "calls"}, false},
		{"calls s", []string{"show", "sound"}, false}, {"calls show --j", []string{"--json"}, false},
		{"models ", []string{"fetch", "import", "list", "use", "verify"}, false}, {"serve --c", []string{"--config"}, false},
		{"callers import ", nil, true}, {"calls show ", nil, false}, {"profile sample d", []string{"dental"}, false},
	} {
		typed := strings.Split(tt.typed, " ")
		var out strings.Builder
		if code := run(t.Context(), append([]string{"__complete"}, typed...), nil, &out, io.Discard); code != exitOK {
			t.Errorf("%q: code %d", tt.typed, code)
		}
		var got []string
		lines := strings.Split(strings.TrimSpace(out.String()), "\n")
		for _, l := range lines[:len(lines)-1] {
			word, _, _ := strings.Cut(l, "\t")
			got = append(got, word)
		}
		if files := lines[len(lines)-1] == ":0"; !slices.Equal(got, tt.want) || files != tt.files {
			t.Errorf("%q: got %q, files %v; want %q, %v", tt.typed, got, files, tt.want, tt.files)
		}
	}
	for _, shell := range []string{"bash", "zsh", "fish"} {
		var out strings.Builder
		code := run(t.Context(), []string{"completion", shell}, nil, &out, io.Discard)
		if code != exitOK || !strings.Contains(out.String(), "__complete") {
			t.Errorf("%s: code %d, %d octets", shell, code, out.Len())
		}
	}
}

// What the package installs can be loaded as it is: nothing in it but the PBX is missing.
func TestPackagedSettings(t *testing.T) {
	cfg, problems := config.Parse(config.Packaged())
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	if cfg.SIP.Registrar != "" || cfg.SIP.User != "" || cfg.SIP.PasswordFile != "" || cfg.Business.Profile != "" {
		t.Errorf("got %+v, %+v", cfg.SIP, cfg.Business)
	}
}
