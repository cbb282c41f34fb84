//go:build pbx

package interop_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/audio"
	"frontdesk.internal/audio/wav"
	"frontdesk.internal/models/asrbench"
)

// speech is what a caller says over bad lines: a person's recorded voice, with its words.
type speech struct {
	words []string
	text  string
}

// newSpeech puts some of the recorded prompts one after the other into speech.wav, for the PBX to play.
func newSpeech(t *testing.T, dir string) speech {
	t.Helper()
	prompts, err := asrbench.Load(asrbench.DefaultSounds, asrbench.DefaultTranscripts)
	if err != nil {
		t.Fatal(err)
	}
	const rate, most = 8000, 22 * 8000
	var s speech
	var pcm audio.PCM
	for i, p := range prompts {
		if i%17 != 3 || len(p.Said) < 6 || len(p.Said) > 14 {
			continue
		}
		one, r, err := readWAV(p.File, 0)
		if err != nil || r != rate {
			t.Fatalf("%s: %d Hz, %v", p.File, r, err)
		}
		if len(pcm)+len(one) > most {
			break
		}
		pcm = append(append(pcm, one...), make(audio.PCM, rate/4)...)
		s.words = append(s.words, p.Said...)
	}
	s.text = strings.Join(s.words, " ")
	writeMono(t, filepath.Join(dir, "speech.wav"), pcm, rate)
	t.Logf("the caller says in %.1f s: %s", float64(len(pcm))/rate, s.text)
	return s
}

func writeMono(t *testing.T, file string, pcm audio.PCM, rate int) {
	t.Helper()
	var b bytes.Buffer
	if err := wav.Write(&b, rate, pcm); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

// wordsOverLine has the caller speak over a line with faults, and returns the cell that says how much of it the recogniser got
// wrong in what the box has recorded.
func (a *asterisk) wordsOverLine(ctx context.Context, t trial, f faults, s speech) string {
	b := up(ctx, t, a, account{user: "100", password: "lab-only"})
	check(t, b.recording(ctx))
	defer a.w.set(faults{})
	id := fmt.Sprintf("words%d", time.Now().UnixNano())
	if !f.cut {
		a.w.set(f)
	}
	check(t, a.ring(ctx, "100", "speak", id, "2"))
	check(t, a.logged(ctx, "caller "+id+" is connected"))
	if f.cut {
		check(t, pause(ctx, 10*time.Second))
		a.w.set(f)
		check(t, pause(ctx, 5*time.Second))
		a.w.set(faults{})
	}
	c, err := b.over(ctx, 1)
	check(t, err)
	pcm, rate, err := b.recorded(c.ID)
	check(t, err)
	dir := t.TempDir()
	writeMono(t.T, filepath.Join(dir, "line.wav"), pcm, rate)
	wrong, err := recognise(ctx, b.program, dir, s.text)
	if err != nil {
		t.Errorf("recognise: %v", err)
		return " – |"
	}
	return fmt.Sprintf(" %.1f %% of %d |", 100*wrong, len(s.words))
}

// recognise returns the share of words that the recogniser of calls gets wrong in line.wav.
func recognise(ctx context.Context, program, dir, text string) (float64, error) {
	list := filepath.Join(dir, "said.txt.gz")
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, err := fmt.Fprintf(z, "line: %s\n", text)
	if err := errors.Join(err, z.Close(), os.WriteFile(list, b.Bytes(), 0o600)); err != nil {
		return 0, err
	}
	cmd := exec.CommandContext(ctx, program, "bench", "asr", "--sounds", dir, "--transcripts", list, "--json")
	out, err := cmd.Output()
	if err != nil {
		return 0, fmt.Errorf("frontdesk bench asr: %w", err)
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	var got struct {
		Clean *float64 `json:"clean_wer"`
	}
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &got); err != nil || got.Clean == nil {
		return 0, fmt.Errorf("frontdesk bench asr said %q: %w", lines[len(lines)-1], err)
	}
	return *got.Clean, nil
}
