//go:build native

package hibari

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"gonum.org/v1/gonum/dsp/fourier"
)

// reference opens the voice for comparisons.
func reference(t *testing.T) *Voice {
	t.Helper()
	dir := os.Getenv("FRONTDESK_WEIGHTS")
	model, library := filepath.Join(dir, "hibari.onnx"), filepath.Join(dir, "libonnxruntime.so.1.32.0")
	if _, err := os.Stat(model); err != nil || dir == "" {
		if os.Getenv("CI") == "true" {
			t.Fatal("FRONTDESK_WEIGHTS has no hibari.onnx")
		}
		t.Skip("FRONTDESK_WEIGHTS has no hibari.onnx")
	}
	v, err := New(Options{Model: model, OnnxRuntime: library})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := v.Close(); err != nil {
			t.Error(err)
		}
	})
	return v
}

func lines(t *testing.T, name string) []string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(string(data), "\n"), "\n")
}

// sound renders phonemes without noise, as the reference does it for the comparison.
func sound(t *testing.T, v *Voice, sentences []string) []float32 {
	t.Helper()
	var out []float32
	for _, ps := range sentences {
		wave, err := v.render(t.Context(), ps, 1, func() float64 { return 0 })
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, wave...)
	}
	return out
}

// levels are the dB of eight bands of 1.5 kHz.
func levels(wave []float32) []float64 {
	x := make([]float64, len(wave))
	for i, s := range wave {
		x[i] = float64(s)
	}
	spectrum := fourier.NewFFT(len(x)).Coefficients(nil, x)
	out := make([]float64, 8)
	size := len(spectrum) / 8
	for b := range out {
		power := 0.0
		for _, c := range spectrum[b*size : (b+1)*size] {
			power += real(c)*real(c) + imag(c)*imag(c)
		}
		out[b] = 10 * math.Log10(power/float64(len(wave))+1e-9)
	}
	return out
}

// TestAsTheReference: 500 sentences have the phonemes that hibari-tts 0.2.1 gives them, and every 20th sounds as there. What that made is
// in fingerprints.txt, written by reference.py.
func TestAsTheReference(t *testing.T) {
	v := reference(t)
	prints := lines(t, "fingerprints.txt")
	sentences := lines(t, "sentences.txt")
	if len(sentences) != 500 || len(prints) != len(sentences) {
		t.Fatalf("%d sentences, %d fingerprints", len(sentences), len(prints))
	}
	for i, text := range sentences {
		got, err := v.speller.phonemes(t.Context(), text)
		if err != nil {
			t.Fatal(err)
		}
		want := strings.Fields(prints[i])
		if sum := fmt.Sprintf("%x", sha256.Sum256([]byte(strings.Join(got, "\n"))))[:16]; sum != want[0] {
			t.Errorf("%q: %q is not what the reference says", text, got)
		}
		if len(want) == 1 {
			continue
		}
		// The network rounds durations, and processors differ in the last bits.
		wave := sound(t, v, got)
		if n, err := strconv.Atoi(want[1]); err != nil || math.Abs(float64(len(wave)-n)) > 3*hop {
			t.Errorf("%q: %d samples, want %s", text, len(wave), want[1])
		}
		for b, got := range levels(wave) {
			if db, err := strconv.ParseFloat(want[2+b], 64); err != nil || math.Abs(got-db) > 1 {
				t.Errorf("%q: band %d has %.1f dB, want %s", text, b, got, want[2+b])
			}
		}
	}
}

// TestBesideTheReference compares all samples of all sentences. FRONTDESK_HIBARI is the python3 of an environment with hibari-tts.
func TestBesideTheReference(t *testing.T) {
	python := os.Getenv("FRONTDESK_HIBARI")
	if python == "" {
		t.Skip("FRONTDESK_HIBARI names no Python with hibari-tts")
	}
	dir := t.TempDir()
	out, err := exec.CommandContext(t.Context(), python, "testdata/reference.py", "testdata/sentences.txt", dir).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if string(out) != strings.Join(lines(t, "fingerprints.txt"), "\n")+"\n" {
		t.Error("fingerprints.txt is not what this reference gives")
	}
	data, err := os.ReadFile(filepath.Join(dir, "phonemes.json"))
	if err != nil {
		t.Fatal(err)
	}
	var want [][]string
	if err := json.Unmarshal(data, &want); err != nil {
		t.Fatal(err)
	}
	v := reference(t)
	least, sum := math.Inf(1), 0.0
	for i, text := range lines(t, "sentences.txt") {
		got, err := v.speller.phonemes(t.Context(), text)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Join(got, "\n") != strings.Join(want[i], "\n") {
			t.Errorf("%q:\n got %q\nwant %q", text, got, want[i])
		}
		data, err := os.ReadFile(filepath.Join(dir, strconv.Itoa(i)+".f32"))
		if err != nil {
			t.Fatal(err)
		}
		wave := sound(t, v, want[i])
		if len(data) != 4*len(wave) {
			t.Errorf("%q: %d samples, want %d", text, len(wave), len(data)/4)
			continue
		}
		signal, noise := 0.0, 1e-12
		for j, s := range wave {
			x := float64(math.Float32frombits(binary.LittleEndian.Uint32(data[4*j:])))
			signal += x * x
			noise += (x - float64(s)) * (x - float64(s))
		}
		db := 10 * math.Log10(signal/noise)
		if least, sum = min(least, db), sum+db; db < 40 {
			t.Errorf("%q: %.1f dB from the reference", text, db)
		}
	}
	t.Logf("distance from the reference: %.1f dB on average, %.1f at least", sum/500, least)
}
