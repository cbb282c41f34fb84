package models_test

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"frontdesk.internal/models"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// content is n bytes that differ from file to file.
func content(name string, n int) []byte {
	line := []byte("weights of " + name + "\n")
	return bytes.Repeat(line, n/len(line)+1)[:n]
}

func sum(b []byte) string {
	s := sha256.Sum256(b)
	return hex.EncodeToString(s[:])
}

func write(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
}

// exists reports whether there is anything at path.
func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// model is the text of a manifest entry for role asr; sources is the text of its file's sources, "" for none.
func model(name string, data []byte, sources string) string {
	return fmt.Sprintf("[[model]]\nname = %q\nrole = \"asr\"\nsummary = \"Fake\"\nlicence = \"CC0-1.0\"\n[[model.file]]\nname = "+
		"\"%s.bin\"\nbytes = %d\nsha256 = %q\n%s\n",
		name, name, len(data), sum(data), sources)
}

// folder is a models folder beside which the owner's manifest holds the entries.
func folder(t *testing.T, entries ...string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "state", "models")
	write(t, filepath.Join(filepath.Dir(dir), "models.toml"), []byte("schema = 1\n"+strings.Join(entries, "\n")))
	return dir
}

func open(t *testing.T, dir string) *models.Library {
	t.Helper()
	l, err := models.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func find(t *testing.T, l *models.Library, name string) models.Model {
	t.Helper()
	m, err := l.Find(name)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// wheel is a package with one member.
func wheel(t *testing.T, member string, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create(member)
	if err == nil {
		_, err = w.Write(data)
	}
	if err == nil {
		err = z.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// part is the text of a part: the member of the package.
func part(name, member string, file []byte) string {
	return fmt.Sprintf("{ package = %q, version = \"1.0\", bytes = %d, sha256 = %q, member = %q }", name, len(file), sum(file), member)
}

func TestBuiltin(t *testing.T) {
	m, err := models.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	for _, arch := range []string{"amd64", "arm64"} {
		l, err := models.OpenFor(t.TempDir(), arch)
		if err != nil {
			t.Fatal(err)
		}
		for _, role := range models.Roles() {
			n := make(map[string]int)
			for _, m := range l.Role(role) {
				if m.Default {
					n[strings.Join(m.Languages, ",")]++
				}
			}
			if n[""] != 1 && role != models.ShortASR { // other languages do without
				t.Errorf("%s: %d default models for %s in any language, want one", arch, n[""], role)
			}
			for languages, n := range n {
				if n != 1 {
					t.Errorf("%s: %d default models for %s in %s, want one", arch, n, role, languages)
				}
			}
		}
	}
	for _, mod := range m.Models {
		for _, f := range mod.Files {
			if len(f.Sources) == 0 {
				t.Errorf("%s: make setup cannot fetch %s", mod.Name, f.Name)
			}
		}
	}
}

// Another model is an entry in the owner's manifest, beside the state or in the models folder, and no code.
func TestOwnersManifest(t *testing.T) {
	beside, inside := content("beside", 100), content("inside", 200)
	dir := folder(t, model("mine", beside, ""), model("other", beside, ""))
	write(t, filepath.Join(dir, "models.toml"), []byte("schema = 1\n"+strings.ReplaceAll(model("mine", inside, ""), "mine.bin", "inside.bin")+
		strings.Replace(model("whisper-base", inside, ""), "whisper-base.bin", "inside.bin", 1)))
	l := open(t, dir)
	if m := find(t, l, "mine"); m.Bytes() != 200 {
		t.Errorf("the models folder's manifest does not win: %+v", m)
	}
	find(t, l, "other")
	if m := find(t, l, "whisper-base"); m.Bytes() != 200 || m.Default {
		t.Errorf("an entry does not replace the built-in one: %+v", m)
	}
	find(t, l, "silero-vad") // The rest of the built-in ones stays.

	write(t, filepath.Join(dir, "inside.bin"), inside)
	if err := l.Use(models.ASR, "mine"); err != nil {
		t.Fatal(err)
	}
	f, err := models.Resolve(dir, models.ASR) // As the engines do.
	if err != nil || f.Path != filepath.Join(dir, "inside.bin") || f.Model.Name != "mine" {
		t.Errorf("got %+v, %v", f, err)
	}
}

func TestOwnersManifestBad(t *testing.T) {
	data := content("x", 10)
	silero := strings.Replace(model("mine", data, ""), "mine.bin", "ggml-silero-v6.2.0.bin", 1)
	for _, tt := range []struct{ name, text, want string }{
		{"no schema", model("mine", data, ""), "schema is 0"},
		{"unknown key", "schema = 1\ncolour = 1\n", "colour"},
		{"escaping name", "schema = 1\n" + strings.Replace(model("mine", data, ""), "mine.bin", "../mine.bin", 1), "plain file name"},
		{"role", "schema = 1\n" + strings.Replace(model("mine", data, ""), `"asr"`, `"cook"`, 1), `role "cook"`},
		{"hash", "schema = 1\n" + strings.Replace(model("mine", data, ""), sum(data), "00", 1), "sha256"},
		{"twice", "schema = 1\n" + model("mine", data, "") + model("mine", data, ""), "given twice"},
		{"licence", "schema = 1\n" + strings.Replace(model("mine", data, ""), "CC0-1.0", "", 1), "licence"},
		{"a built-in file's name", "schema = 1\n" + silero, "different file"},
		{"not an address", "schema = 1\n" + model("mine", data, "[[model.file.source]]\nurl = \"file:///etc/passwd\""), "http"},
	} {
		dir := t.TempDir()
		path := filepath.Join(dir, "models.toml")
		write(t, path, []byte(tt.text))
		_, err := models.Open(dir)
		if err == nil || !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: got %v, want %q and the file's path", tt.name, err, tt.want)
		}
	}
}

func TestOtherProcessor(t *testing.T) {
	other := map[string]string{"amd64": "arm64", "arm64": "amd64"}[runtime.GOARCH]
	data := content("lib", 50)
	entry := strings.Replace(model("lib", data, ""), "summary", "arch = \""+other+"\"\nsummary", 1)
	l := open(t, folder(t, entry))
	m := find(t, l, "lib")
	if got, want := l.Path(m, m.Files[0]), filepath.Join(l.Dir(), other, "lib.bin"); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	write(t, l.Path(m, m.Files[0]), data)
	if err := l.Use(models.ASR, "lib"); err == nil || !strings.Contains(err.Error(), other) {
		t.Errorf("a model for another processor can be used: %v", err)
	}
	if err := l.Fetch(t.Context(), models.Fetcher{}, m); err == nil || !strings.Contains(err.Error(), other) {
		t.Errorf("a model for another processor can be fetched: %v", err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("schema = 1\n" + model("mine", []byte("x"), "")))
	f.Add([]byte("schema = 1\n" + model("mine", []byte("x"), "[[model.file.source]]\nurl = \"https://example.org/x\"")))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := models.Parse(data)
		if err != nil {
			return
		}
		for _, mod := range m.Models {
			for _, file := range mod.Files {
				if file.Name != filepath.Base(file.Name) || strings.HasPrefix(file.Name, ".") || file.Bytes <= 0 || len(file.SHA256) != 64 {
					t.Errorf("accepted %+v", file)
				}
			}
		}
	})
}
