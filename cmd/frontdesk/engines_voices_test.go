package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"frontdesk.internal/models"
)

// voiceEntry is the entry of a manifest for a voice whose files are empty but for one byte.
func voiceEntry(name, more string, files ...string) string {
	entry := fmt.Sprintf("[[model]]\nname = %q\nrole = \"voice\"\nlicence = \"CC0-1.0\"\n%s\n", name, more)
	for _, f := range files {
		// The hash of "x" for all: sizes are compared, contents only by verify.
		entry += fmt.Sprintf("[[model.file]]\nname = %q\nbytes = 1\nsha256 = "+
			"\"2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881\"\n", f)
	}
	return entry
}

// TestChosenVoices: a voice for a language is loaded beside the first one, by one entry of the manifest; one whose files are not all there
// is told and left out. What speaks a language has a name of its own, so that the phrases in it are made anew.
func TestChosenVoices(t *testing.T) {
	dir := t.TempDir()
	manifest := "schema = 1\n" + voiceEntry("joe", "default = true", "joe.onnx", "joe.onnx.json") +
		voiceEntry("thorsten", "default = true\nlanguages = [\"de\"]", "thorsten.onnx", "thorsten.onnx.json") +
		voiceEntry("anna", "default = true\nlanguages = [\"nl\", \"fy\"]", "anna.onnx", "anna.onnx.json") +
		voiceEntry("lark", "default = true\nengine = \"hibari\"\nlanguages = [\"ga\"]", "lark.onnx") +
		voiceEntry("mute", "default = true\nlanguages = [\"fr\"]", "mute.onnx")
	write := func(names ...string) {
		t.Helper()
		for _, name := range names {
			if err := os.WriteFile(filepath.Join(dir, name), []byte("x"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "models.toml"), []byte(manifest), 0o600); err != nil {
		t.Fatal(err)
	}
	write("joe.onnx", "joe.onnx.json", "anna.onnx", "anna.onnx.json", "thorsten.onnx", "mute.onnx", "lark.onnx")
	f, err := chosenEngines(dir, "")
	want := []voicesFor{
		{[]string{"nl", "fy"}, voiceFile{models.Piper, filepath.Join(dir, "anna.onnx")}},
		{[]string{"ga"}, voiceFile{models.Hibari, filepath.Join(dir, "lark.onnx")}},
	}
	if (f.voice != voiceFile{models.Piper, filepath.Join(dir, "joe.onnx")}) || !reflect.DeepEqual(f.voices, want) {
		t.Errorf("voice %q, voices %+v", f.voice, f.voices)
	}
	if err == nil || !strings.Contains(err.Error(), "thorsten") || !strings.Contains(err.Error(), "mute.onnx.json") ||
		strings.Contains(err.Error(), "anna") {
		t.Errorf("problems: %v", err)
	}
	before := f.sounds
	if before.of("de") != before.of("en") || before.of("nl") == before.of("en") || before.of("fy") != before.of("nl") ||
		!strings.HasPrefix(before.of("en"), "joe@") {
		t.Errorf("names %+v", before)
	}
	write("thorsten.onnx.json")
	f, _ = chosenEngines(dir, "")
	if len(f.voices) != 3 || f.sounds.of("de") == before.of("de") || f.sounds.of("en") != before.of("en") ||
		f.sounds.of("nl") != before.of("nl") {
		t.Errorf("voices %+v, names %+v", f.voices, f.sounds)
	}
	// Without a voice for all languages, one for some is the first.
	for _, gone := range []string{"joe.onnx", "anna.onnx", "lark.onnx"} {
		if err := os.Remove(filepath.Join(dir, gone)); err != nil {
			t.Fatal(err)
		}
	}
	f, _ = chosenEngines(dir, "")
	if want := filepath.Join(dir, "thorsten.onnx"); f.voice.file != want || len(f.voices) != 1 || f.voices[0].file != want ||
		f.sounds.of("en") != f.sounds.of("de") {
		t.Errorf("voice %q, voices %+v, names %+v", f.voice, f.voices, f.sounds)
	}
}

// TestTwoVoicesForALanguage: the first one speaks it.
func TestTwoVoicesForALanguage(t *testing.T) {
	files := func(name string, languages ...string) models.Files {
		return models.Files{
			Path: "/m/" + name + ".onnx", Model: models.Model{Name: name, Languages: languages, Files: []models.File{{Name: name + ".onnx.json"}}},
		}
	}
	var f engineFiles
	if err := f.takeVoices([]models.Files{files("a", "de"), files("b", "de", "nl"), files("c")}); err != nil {
		t.Fatal(err)
	}
	if f.voice.file != "/m/c.onnx" || !strings.HasPrefix(f.sounds.of("de"), "a@") || !strings.HasPrefix(f.sounds.of("nl"), "b@") {
		t.Errorf("voice %q, names %+v", f.voice, f.sounds)
	}
}

// TestFirstVoice: a voice for the language of the general one speaks first, so that the general one is not loaded for nothing.
func TestFirstVoice(t *testing.T) {
	joe, lark := voiceFile{models.Piper, "joe"}, voiceFile{models.Hibari, "lark"}
	f := engineFiles{voice: joe, voices: []voicesFor{{[]string{"ga", "en"}, lark}}}
	for language, want := range map[string]voiceFile{"en": lark, "de": joe} {
		if got := f.firstVoice(func(voiceFile) (string, error) { return language, nil }); got != want {
			t.Errorf("a general voice for %s: got %v, want %v", language, got, want)
		}
	}
	if got := f.firstVoice(func(voiceFile) (string, error) { return "en", errors.New("unreadable") }); got != joe {
		t.Errorf("got %v", got)
	}
}
