//go:build native

package main

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/audio"
	"frontdesk.internal/models"
	"frontdesk.internal/models/engines"
	"frontdesk.internal/models/piper"
)

// slowVoice fills a folder of models with the English voice and with a second one for German: the same again, set to speak half as fast, so
// that one can hear which speaks. It returns what the child is given, with the file of the second voice.
func slowVoice(t *testing.T) (f engineFiles, second string) {
	t.Helper()
	weights := os.Getenv("FRONTDESK_WEIGHTS")
	if weights == "" {
		t.Skip("FRONTDESK_WEIGHTS names no folder with the weights; run make setup")
	}
	voice, err := models.Resolve(weights, models.Voice)
	if err != nil {
		t.Skip(err)
	}
	library, err := models.Resolve(weights, models.OnnxRuntime)
	if err != nil {
		t.Skip(err)
	}
	dir := t.TempDir()
	link := func(from, name string) {
		t.Helper()
		if err := os.Symlink(from, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range []models.Files{voice, library} {
		for _, file := range f.Model.Files {
			link(f.Beside(file.Name), file.Name)
		}
	}
	second = filepath.Join(dir, "slow.onnx")
	link(voice.Path, "slow.onnx")
	text, err := os.ReadFile(voice.Path + ".json")
	if err != nil {
		t.Fatal(err)
	}
	var settings map[string]any
	if err := json.Unmarshal(text, &settings); err != nil {
		t.Fatal(err)
	}
	settings["inference"].(map[string]any)["length_scale"] = 2.0
	if text, err = json.Marshal(settings); err != nil {
		t.Fatal(err)
	}
	manifest := fmt.Sprintf("schema = 1\n[[model]]\nname = \"slow\"\nrole = \"voice\"\nlicence = \"CC0-1.0\"\ndefault = "+
		"true\nlanguages = [\"de\"]\n"+
		"[[model.file]]\nname = \"slow.onnx\"\nbytes = %d\nsha256 = %q\n[[model.file]]\nname = \"slow.onnx.json\"\nbytes = %d\nsha256 = \"%x\"\n",
		voice.Model.Files[0].Bytes, voice.Model.Files[0].SHA256, len(text), sha256.Sum256(text))
	for name, data := range map[string]string{"slow.onnx.json": string(text), "models.toml": manifest} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	f, _ = chosenEngines(dir, "") // the other engines are missing, and not needed
	if len(f.voices) != 1 || !slices.Equal(f.voices[0].languages, []string{"de"}) || f.voices[0].file != second {
		t.Fatalf("voices %+v, want %s for German only", f.voices, second)
	}
	return f, second
}

// speakOut returns what the child says of a text, and whether another voice than the right one says it.
func speakOut(t *testing.T, s *engines.Supervisor, language, text string) (said audio.PCM, substitute bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	err := s.Speak(ctx, engines.SpeakRequest{Text: text, Language: language}, func(p engines.Speech) error {
		said, substitute = append(said, p.PCM...), substitute || p.Substitute
		return nil
	})
	if err != nil {
		t.Fatal("Speak:", err)
	}
	return said, substitute
}

// TestVoiceForALanguage: a voice that the manifest has for German speaks German and nothing else. Without it espeak-ng does, and
// also when it cannot be loaded, which health is told.
func TestVoiceForALanguage(t *testing.T) {
	f, second := slowVoice(t)
	const text = "Wir sind morgen von neun bis siebzehn Uhr da."
	p, err := piper.NewPlain(t.Context(), "", "de")
	if err != nil {
		t.Fatal(err)
	}
	plain, err := p.Speak(t.Context(), text, 1)
	if err != nil {
		t.Fatal(err)
	}
	start := func(f engineFiles) (*engines.Supervisor, <-chan engines.State) {
		t.Helper()
		s, states := superviseEngines(t, testLog(t), f.args()...)
		untilEngines(t, states, "speaking", enginesReady(0, mouthOf))
		return s, states
	}

	s, _ := start(f)
	english, _ := speakOut(t, s, "en", text)
	german, substitute := speakOut(t, s, "de", text)
	if substitute || slices.Equal(german, plain) {
		t.Error("German is not spoken by its voice")
	}
	if ratio := float64(len(german)) / float64(len(english)); ratio < 1.5 || ratio > 2.5 {
		t.Errorf("German took %.2f times as long as English by its own voice, want about 2", ratio)
	}
	if problem := s.State().Child.Mouth.Problem; problem != "" {
		t.Errorf("problem %q", problem)
	}

	without := f
	without.voices = nil
	s, _ = start(without)
	if said, substitute := speakOut(t, s, "de", text); substitute || !slices.Equal(said, plain) {
		t.Error("without a German voice, espeak-ng does not speak")
	}

	if err := os.Remove(second); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(second, []byte("no model"), 0o600); err != nil {
		t.Fatal(err)
	}
	s, states := start(f)
	if said, substitute := speakOut(t, s, "de", text); !substitute || !slices.Equal(said, plain) {
		t.Errorf("with a broken German voice, espeak-ng does not speak in its place (substitute: %v)", substitute)
	}
	untilEngines(t, states, "telling of the broken voice", func(s engines.State) bool {
		return s.Child.Mouth.Phase == engines.Ready && strings.Contains(s.Child.Mouth.Problem, "slow.onnx")
	})
	if _, substitute := speakOut(t, s, "en", text); substitute {
		t.Error("English is not spoken by its voice")
	}
}
