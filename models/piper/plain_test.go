package piper

import (
	"os/exec"
	"testing"

	"frontdesk.internal/models/level"
)

func TestPlainVoice(t *testing.T) {
	if _, err := exec.LookPath("espeak-ng"); err != nil {
		t.Skip("there is no espeak-ng here")
	}
	v, err := NewPlain(t.Context(), "", "de")
	if err != nil {
		t.Fatal(err)
	}
	at, err := v.Speak(t.Context(), "Guten Tag, wie kann ich Ihnen helfen?", 1)
	if err != nil {
		t.Fatal(err)
	}
	if seconds := float64(len(at)) / float64(v.Rate()); seconds < 1 || seconds > 4 {
		t.Errorf("it lasts %.1f s", seconds)
	}
	wave := make([]float32, len(at))
	for i, s := range at {
		wave[i] = float32(s) / 32768
	}
	if rms := level.Active(wave, v.Rate()); rms < level.Target/2 || rms > level.Target*2 {
		t.Errorf("its level is %.3f, want about %.3f", rms, level.Target)
	}
	slow, err := v.Speak(t.Context(), "Guten Tag, wie kann ich Ihnen helfen?", 0.7)
	if err != nil {
		t.Fatal(err)
	}
	if ratio := float64(len(slow)) / float64(len(at)); ratio < 1.15 {
		t.Errorf("slow speech is %.2f times as long", ratio)
	}
	if pcm, err := v.Speak(t.Context(), "--help", 1); err != nil || len(pcm) == 0 {
		t.Errorf("a text that looks like an option: %d samples, %v", len(pcm), err)
	}
	if pcm, err := v.Speak(t.Context(), " ", 1); err != nil || len(pcm) > 0 {
		t.Errorf("nothing to say: %d samples, %v", len(pcm), err)
	}
	if _, err := NewPlain(t.Context(), "", "zz"); err == nil {
		t.Error("a language that nobody speaks")
	}
	if _, err := NewPlain(t.Context(), "/bin/false", "de"); err == nil {
		t.Error("a program that speaks not")
	}
}

func TestPlainSamples(t *testing.T) {
	for name, out := range map[string][]byte{
		"nothing": nil, "a text": []byte("Error: the specified espeak-ng voice does not exist. More words follow here."),
	} {
		if _, _, err := plainSamples(out); err == nil {
			t.Errorf("%s was taken for sound", name)
		}
	}
}
