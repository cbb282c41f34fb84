package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"frontdesk.internal/models"
)

// modelsBench is a models folder whose manifest has a small fake model for every role, and a server that has their files.
type modelsBench struct {
	t      *testing.T
	dir    string
	asked  atomic.Int32 // requests that the server got
	broken atomic.Bool  // the server gives other bytes
}

// content is what the file of a fake model holds.
func content(name string) []byte { return []byte(strings.Repeat("weights of "+name+"\n", 50)) }

func sumOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// newModelsBench has a model fake-ROLE in use for every role, and another one, spare, for asr.
func newModelsBench(t *testing.T) *modelsBench {
	t.Helper()
	b := &modelsBench{t: t, dir: filepath.Join(t.TempDir(), "models")}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b.asked.Add(1)
		body := content(filepath.Base(r.URL.Path))
		if b.broken.Load() {
			body[0]++
		}
		_, _ = w.Write(body)
	}))
	t.Cleanup(server.Close)
	var manifest, selected strings.Builder
	fmt.Fprintln(&manifest, "schema = 1")
	entry := func(name string, role models.Role) {
		fmt.Fprintf(&manifest, "[[model]]\nname = %q\nrole = %q\nsummary = \"Fake\"\nlicence = \"CC0-1.0\"\n[[model.file]]\nname = \"%s.bin\"\n"+
			"bytes = %d\nsha256 = %q\n[[model.file.source]]\nurl = \"%s/%s.bin\"\n", name, role, name,
			len(content(name+".bin")), sumOf(content(name+".bin")), server.URL, name)
	}
	for _, role := range models.Roles() {
		entry("fake-"+string(role), role)
		fmt.Fprintf(&selected, "%s = \"fake-%s\"\n", role, role)
	}
	entry("spare", models.ASR)
	b.write(filepath.Join(filepath.Dir(b.dir), "models.toml"), []byte(manifest.String())) // Beside the folder, as an owner's is.
	b.write(filepath.Join(b.dir, "selected.toml"), []byte(selected.String()))
	return b
}

func (b *modelsBench) write(path string, data []byte) {
	b.t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		b.t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o644); err != nil {
		b.t.Fatal(err)
	}
}

// run runs one command line over the bench's folder and checks its exit code.
func (b *modelsBench) run(code int, args ...string) (stdout, stderr string) {
	b.t.Helper()
	var out, errs strings.Builder
	got := run(b.t.Context(), slices.Concat([]string{"models"}, args, []string{"--dir", b.dir}), nil, &out, &errs)
	if got != code {
		b.t.Fatalf("models %q: got code %d, want %d\n%s%s", args, got, code, out.String(), errs.String())
	}
	return out.String(), errs.String()
}

// list returns the models of the fake manifest by name.
func (b *modelsBench) list() map[string]shownModel {
	b.t.Helper()
	out, _ := b.run(0, "list", "--json")
	var got struct {
		Dir    string       `json:"dir"`
		Models []shownModel `json:"models"`
	}
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		b.t.Fatal(err)
	}
	if got.Dir != b.dir {
		b.t.Errorf("got folder %q, want %q", got.Dir, b.dir)
	}
	byName := make(map[string]shownModel)
	for _, m := range got.Models {
		byName[m.Name] = m
	}
	return byName
}

func TestModelsFetchVerifyUse(t *testing.T) {
	b := newModelsBench(t)
	if m := b.list()["fake-asr"]; m.State != "missing" || !m.InUse || m.Default || m.Role != models.ASR || m.Licence != "CC0-1.0" {
		t.Errorf("before: got %+v", m)
	}
	if _, errs := b.run(1, "use", "spare"); !strings.Contains(errs, "frontdesk models fetch spare") {
		t.Errorf("use of a missing one does not say what to do: %q", errs)
	}
	b.run(1, "verify") // All in use are missing.

	b.run(0, "fetch") // Those in use.
	all := b.list()
	for _, role := range models.Roles() {
		if m := all["fake-"+string(role)]; m.State != "verified" || !m.InUse {
			t.Errorf("after: got %+v", m)
		}
	}
	if all["spare"].State != "missing" || all["whisper-base"].State != "missing" {
		t.Error("fetch brought more than what is in use")
	}
	asked := b.asked.Load()
	b.run(0, "fetch")
	if b.asked.Load() != asked {
		t.Error("a second fetch asked the server again")
	}

	b.run(0, "fetch", "spare", "--json")
	b.run(0, "use", "spare")
	if all := b.list(); !all["spare"].InUse || all["fake-asr"].InUse {
		t.Error("spare is not in use after use")
	}
	if out, _ := b.run(0, "list"); !strings.Contains(out, "spare") || !strings.Contains(out, b.dir) {
		t.Errorf("list shows %q", out)
	}
	b.run(0, "verify")
}

func TestModelsVerifyFindsDamage(t *testing.T) {
	b := newModelsBench(t)
	b.run(0, "fetch")
	path := filepath.Join(b.dir, "fake-llm.bin")
	bad := content("fake-llm.bin")
	bad[7] ^= 1
	before, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	b.write(path, bad)
	if err := os.Chtimes(path, before.ModTime(), before.ModTime()); err != nil { // As a failing disk would leave it.
		t.Fatal(err)
	}
	out, _ := b.run(1, "verify", "--json")
	var got struct {
		OK    bool        `json:"ok"`
		Files []shownFile `json:"files"`
	}
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatal(err)
	}
	for _, f := range got.Files {
		want := "verified"
		if f.Model == "fake-llm" {
			want = "bad"
		}
		if f.State != want {
			t.Errorf("%s: got %q, want %q", f.Name, f.State, want)
		}
	}
	if got.OK || len(got.Files) != len(models.Roles()) {
		t.Errorf("got ok=%v and %d files", got.OK, len(got.Files))
	}
	if out, _ := b.run(1, "verify", "fake-llm"); !strings.Contains(out, "frontdesk models fetch") {
		t.Errorf("verify does not say what to do: %q", out)
	}
	b.run(0, "fetch") // It replaces the bad one.
	b.run(0, "verify")
	// A file of the wrong size that is not in use counts too.
	b.write(filepath.Join(b.dir, "spare.bin"), []byte("cut off"))
	b.run(1, "verify")
}

func TestModelsFetchRefusesAnotherFile(t *testing.T) {
	b := newModelsBench(t)
	b.broken.Store(true)
	_, errs := b.run(1, "fetch", "spare")
	if !strings.Contains(errs, models.ErrHash.Error()) || !strings.Contains(errs, "frontdesk models import FOLDER") {
		t.Errorf("got %q", errs)
	}
	if _, err := os.Stat(filepath.Join(b.dir, "spare.bin")); err == nil {
		t.Error("a file with a wrong hash has its final name")
	}
}

func TestModelsImport(t *testing.T) {
	b := newModelsBench(t)
	stick := t.TempDir()
	if _, errs := b.run(1, "import", stick); !strings.Contains(errs, "still missing") {
		t.Errorf("an empty stick: %q", errs)
	}
	for _, role := range models.Roles() {
		name := "fake-" + string(role) + ".bin"
		b.write(filepath.Join(stick, "some where", string(role), "renamed"), content(name))
	}
	b.write(filepath.Join(stick, "spare.bin"), []byte("not it"))
	out, _ := b.run(0, "import", stick, "--json")
	if strings.Count(out, `"state": "verified"`) != 2*len(models.Roles()) || strings.Contains(out, "spare") {
		t.Errorf("got %s", out)
	}
	if out, _ := b.run(0, "import", stick); !strings.Contains(out, "Nothing in "+stick) {
		t.Errorf("a second import says %q", out)
	}
	b.run(0, "verify", "fake-voice")
	if n := b.asked.Load(); n != 0 {
		t.Errorf("import asked the server %d times", n)
	}
	if _, errs := b.run(1, "import", filepath.Join(stick, "gone")); !strings.Contains(errs, "mount point") {
		t.Errorf("a missing folder: %q", errs)
	}
}

func TestModelsUsage(t *testing.T) {
	for _, tt := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"--help"}, 0, "espeak-ng"},
		{[]string{"import", "--help"}, 0, "models import FOLDER"},
		{[]string{"nothing"}, 2, `no command "nothing"; use one of: fetch, import, list, use, verify`},
		{[]string{"verfy"}, 2, "did you mean verify?"},
		{[]string{"use", "-h"}, 0, "--dir"},
		{[]string{"use"}, 2, "NAME"},
		{[]string{"use", "a", "b"}, 2, "NAME"},
		{[]string{"list", "a"}, 2, "list"},
		{[]string{"import"}, 2, "FOLDER"},
		{[]string{"list", "--bad"}, 2, "bad"},
		{[]string{"list", "--config", "none.toml"}, 1, "--dir FOLDER"},
		{[]string{"use", "nope", "--dir", "none"}, 1, "frontdesk models list"},
	} {
		var out strings.Builder
		code := run(t.Context(), append([]string{"models"}, tt.args...), nil, &out, &out)
		if code != tt.code || !strings.Contains(out.String(), tt.want) {
			t.Errorf("%q: got code %d and %q, want %d and %q", tt.args, code, out.String(), tt.code, tt.want)
		}
	}
}

// The folder is the one that serve would use.
func TestModelsDirOfSettings(t *testing.T) {
	if _, err := os.Stat(defaultConfig); err == nil {
		t.Skip("this machine has settings of its own in " + defaultConfig)
	}
	dir := t.TempDir()
	t.Chdir(dir)
	t.Setenv("XDG_CACHE_HOME", filepath.Join(dir, "cache"))
	got, err := modelsDir("", "")
	if want := filepath.Join(dir, "cache", "frontdesk", "weights"); err != nil || got != want {
		t.Errorf("without settings: got %q, %v, want %q", got, err, want)
	}
	if got, err := modelsDir("none.toml", "given"); err != nil || got != "given" {
		t.Errorf("given: got %q, %v", got, err)
	}
}
