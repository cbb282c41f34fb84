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

	"frontdesk.internal/appliance/config"
	"frontdesk.internal/systemd"
)

// Help texts are read as they are meant: verbs with what follows them, flags with what they take.
func TestReadTopic(t *testing.T) {
	got := readTopic("profile", `Usage: frontdesk profile VERB [flags]

  show [VERSION] the published profile, or one of before
  draft-import FILE make a .toml or .json file the draft
  fetch [NAME...]   fetch what is missing
  publish        publish the draft

  -config file
    	settings file
  -json
    	print JSON
`)
	var verbs []string
	for _, v := range got.verbs {
		verbs = append(verbs, v.name+"|"+v.args+"|"+v.summary)
	}
	if want := []string{
		"show|[VERSION]|the published profile, or one of before", "draft-import|FILE|make a .toml or .json file the draft",
		"fetch|[NAME...]|fetch what is missing", "publish||publish the draft",
	}; !slices.Equal(verbs, want) {
		t.Errorf("verbs = %q, want %q", verbs, want)
	}
	if want := []option{{"config", "file", "settings file"}, {"json", "", "print JSON"}}; !slices.Equal(got.flags, want) {
		t.Errorf("flags = %q, want %q", got.flags, want)
	}
}

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
	topics, err := readHelp(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	manual := text("frontdesk.1")
	for _, topic := range topics {
		if !strings.Contains(manual, `.SS "frontdesk `+roffText(topic.name)+`"`) {
			t.Errorf("the manual lacks %s", topic.name)
		}
		for _, v := range topic.verbs {
			if v.text == "" || !strings.Contains(text("frontdesk.bash"), "'"+topic.name+" "+v.name+" '*)") {
				t.Errorf("no completion for %s %s", topic.name, v.name)
			}
		}
	}
	settings := text("frontdesk.toml.5")
	for _, m := range regexp.MustCompile(`(?m)^(?:# )?([a-z_]+) = `).FindAllStringSubmatch(string(config.Sample), -1) {
		if !strings.Contains(settings, "\n.B "+m[1]+"\n") {
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
		{"man", "--warnings", "-l", "-Tutf8", "frontdesk.1"}, {"man", "--warnings", "-l", "-Tutf8", "frontdesk.toml.5"},
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

// Bash completes commands, verbs and flags.
func TestBashCompletion(t *testing.T) {
	if _, err := exec.LookPath("bash"); err != nil {
		t.Skip("there is no bash here")
	}
	topics, err := readHelp(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ typed, want string }{
		{"frontdesk ca", "callers calls"}, {"frontdesk calls s", "show sound"}, {"frontdesk calls show --j", "--json"},
		{"frontdesk models ", "list fetch verify import use"}, {"frontdesk serve --c", "--config"}, {"frontdesk nothing x", ""},
	} {
		script := bashCompletion(topics) + "\nCOMP_WORDS=(" + tt.typed + ")\n[[ '" + tt.typed + "' != *' ' ]] || COMP_WORDS+=('')\n" +
			"COMP_CWORD=$((${#COMP_WORDS[@]}-1)); _frontdesk; echo \"${COMPREPLY[*]}\"\n"
		out, err := exec.CommandContext(t.Context(), "bash", "-c", script).CombinedOutput()
		if got := strings.TrimSpace(string(out)); err != nil || got != tt.want {
			t.Errorf("%q: got %q, %v; want %q", tt.typed, got, err, tt.want)
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
