package scene_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/phone/phonetest/scene"
)

// A program that is not there is told of in plain words, and one that is there gets the text as text.
func TestPico(t *testing.T) {
	bin := t.TempDir()
	t.Setenv("PATH", bin)
	if err := scene.Available("pico:de-DE"); !errors.Is(err, exec.ErrNotFound) || !strings.Contains(err.Error(), "libttspico-utils") {
		t.Errorf("without the program: %v", err)
	}
	if err := scene.Available("flite:slt"); err != nil {
		t.Errorf("another voice: %v", err)
	}
	noted := filepath.Join(bin, "noted")
	program := "#!/bin/sh\necho \"$@\" >" + noted + "\necho no such voice >&2\nexit 1\n"
	if err := os.WriteFile(filepath.Join(bin, "pico2wave"), []byte(program), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := scene.Available("pico:de-DE"); err != nil {
		t.Errorf("with the program: %v", err)
	}
	if _, err := scene.Speak(t.Context(), "pico:de-DE", "Maler & Söhne"); err == nil || !strings.Contains(err.Error(), "no such voice") {
		t.Errorf("the program's own words are missing: %v", err)
	}
	got, err := os.ReadFile(noted)
	if want := `<speed level="80">Maler &amp; Söhne</speed>`; err != nil || !strings.HasPrefix(string(got), "-l de-DE -w ") ||
		!strings.Contains(string(got), want) {
		t.Errorf("the program was asked %q, %v", got, err)
	}
}

// The real voice, where it is installed, speaks German of the right length at the level of a telephone.
func TestPicoSpeaks(t *testing.T) {
	if err := scene.Available("pico:de-DE"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	pcm, err := scene.Speak(t.Context(), "pico:de-DE", "Haben Sie am Freitag geöffnet?")
	if err != nil {
		t.Fatal(err)
	}
	if d := pcm.Duration(scene.Rate); d < time.Second || d > 4*time.Second {
		t.Errorf("the sentence lasts %v", d)
	}
}
