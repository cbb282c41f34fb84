//go:build native

package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"frontdesk.internal/audio"
	"frontdesk.internal/models"
	"frontdesk.internal/models/engines"
)

// realEngines returns the arguments for the default models, or skips the test.
func realEngines(t testing.TB) []string {
	t.Helper()
	dir := os.Getenv("FRONTDESK_WEIGHTS")
	if dir == "" {
		t.Skip("FRONTDESK_WEIGHTS names no folder with the weights; run make setup")
	}
	args := []string{"--models", dir, "--state-dir", t.TempDir()}
	for _, f := range [][2]string{
		{"--asr", "ggml-base.bin"}, {"--vad", "ggml-silero-v6.2.0.bin"}, {"--turn", "smart-turn-v3.2-cpu.onnx"},
		{"--llm", "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf"}, {"--voice", "en_US-joe-medium.onnx"}, {"--onnxruntime", "libonnxruntime.so.1.32.0"},
	} {
		if _, err := os.Stat(filepath.Join(dir, f[1])); err != nil {
			if os.Getenv("CI") == "true" {
				t.Fatal(err)
			}
			t.Skip(err)
		}
		args = append(args, f[0], f[1])
	}
	embedders, err := models.ResolveAll(dir, models.Embed)
	if err != nil {
		t.Fatal(err) // what is above is there, so make setup has run
	}
	var f engineFiles
	for _, files := range embedders {
		m, err := embedModel(files)
		if err != nil {
			t.Fatal(err)
		}
		f.embed = append(f.embed, m)
	}
	return append(args, f.args()...)
}

func testLog(t testing.TB) *slog.Logger {
	t.Helper()
	return slog.New(slog.NewTextHandler(t.Output(), nil))
}

func enginesReady(restarts int, which ...func(engines.ChildState) engines.EngineState) func(engines.State) bool {
	return func(s engines.State) bool {
		if s.Restarts < restarts {
			return false
		}
		for _, of := range which {
			if of(s.Child).Phase != engines.Ready {
				return false
			}
		}
		return true
	}
}

func earsOf(c engines.ChildState) engines.EngineState  { return c.Ears }
func mindOf(c engines.ChildState) engines.EngineState  { return c.Mind }
func mouthOf(c engines.ChildState) engines.EngineState { return c.Mouth }

func meaningOf(c engines.ChildState) engines.EngineState { return c.Meaning }

// memory returns what the kernel says of a process's resident memory: all, and the part that is not file pages.
func memory(t testing.TB, pid int) string {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for line := range strings.Lines(string(status)) {
		if strings.HasPrefix(line, "VmRSS") || strings.HasPrefix(line, "RssAnon") || strings.HasPrefix(line, "VmHWM") {
			out = append(out, strings.Join(strings.Fields(line), " "))
		}
	}
	return strings.Join(out, ", ")
}

// TestRealEngines starts the child with the default models, has it speak, hear itself and decide, kills and stops it, and has
// it do so again.
func TestRealEngines(t *testing.T) {
	begun := time.Now()
	s, states := superviseEngines(t, testLog(t), realEngines(t)...)
	untilEngines(t, states, "hearing", enginesReady(0, earsOf))
	t.Logf("start → ears %v", time.Since(begun).Round(time.Millisecond))
	untilEngines(t, states, "speaking", enginesReady(0, earsOf, mouthOf))
	t.Logf("start → ears and mouth %v", time.Since(begun).Round(time.Millisecond))
	untilEngines(t, states, "comparing sentences", enginesReady(0, earsOf, mouthOf, meaningOf))
	t.Logf("start → meaning %v", time.Since(begun).Round(time.Millisecond))
	st := untilEngines(t, states, "thinking", enginesReady(0, earsOf, mouthOf, meaningOf, mindOf))
	t.Logf("start → all %v; %s; %s, %s, %s, %s", time.Since(begun).Round(time.Millisecond), memory(t, st.Child.PID),
		st.Child.Ears.Version, st.Child.Mouth.Version, st.Child.Meaning.Model, st.Child.Mind.Version)
	exercise(t, s)
	t.Log("after use:", memory(t, st.Child.PID))

	for i, fault := range []struct {
		name string
		sig  syscall.Signal
	}{{"killed", syscall.SIGKILL}, {"hung", syscall.SIGSTOP}} {
		struck := time.Now()
		if err := syscall.Kill(st.Child.PID, fault.sig); err != nil {
			t.Fatal(err)
		}
		untilEngines(t, states, "hearing again", enginesReady(i+1, earsOf, mouthOf))
		t.Logf("%s → ears and mouth %v", fault.name, time.Since(struck).Round(time.Millisecond))
		st = untilEngines(t, states, "thinking again", enginesReady(i+1, mindOf))
		t.Logf("%s → all %v (%s)", fault.name, time.Since(struck).Round(time.Millisecond), st.Reason)
		exercise(t, s)
	}
}

// similarity is that of two vectors of length 1.
func similarity(a, b []float32) (sum float64) {
	for i := range a {
		sum += float64(a[i]) * float64(b[i])
	}
	return sum
}

// exercise has the mouth say a sentence to the ears, compares it with others and asks the mind what to do.
func exercise(t *testing.T, s *engines.Supervisor) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	begun := time.Now()
	var said audio.PCM
	err := s.Speak(ctx, engines.SpeakRequest{Text: "What time do you open tomorrow?", Rate: engines.Rate}, func(p engines.Speech) error {
		if said == nil {
			t.Logf("first sound after %v", time.Since(begun).Round(time.Millisecond))
		}
		said = append(said, p.PCM...)
		return nil
	})
	if err != nil {
		t.Fatal("Speak:", err)
	}
	text := hearOut(ctx, t, s, said)
	if got := strings.ToLower(text); !strings.Contains(got, "open") || !strings.Contains(got, "tomorrow") {
		t.Errorf("heard %q", text)
	}
	for _, language := range []string{"en", "de"} {
		begun = time.Now()
		v, err := s.Embed(ctx, language, []string{text, "When is the shop open tomorrow?", "My dog has eaten a sock."})
		if err != nil {
			t.Fatal("Embed:", err)
		}
		t.Logf("three sentences by %s in %v", v.Model, time.Since(begun).Round(time.Millisecond))
		if like, unlike := similarity(v.Vectors[0], v.Vectors[1]), similarity(v.Vectors[0], v.Vectors[2]); like < unlike+0.05 {
			t.Errorf("%s: similarities %.2f and %.2f", v.Model, like, unlike)
		}
	}
	const system = "You sort callers' questions. Answer with one word: hours, price or other."
	begun = time.Now()
	if err := s.Warm(ctx, system); err != nil {
		t.Error("Warm:", err)
	}
	warm := time.Since(begun)
	begun = time.Now()
	c, err := s.Complete(ctx, engines.CompleteRequest{
		Prefix: system, Prompt: text, Grammar: `root ::= "hours" | "price" | "other"`, MaxTokens: 8,
	})
	if err != nil || c.Text != "hours" {
		t.Errorf("Complete = %q, %v", c.Text, err)
	}
	t.Logf("warm %v, decision %v", warm.Round(time.Millisecond), time.Since(begun).Round(time.Millisecond))
}

// hearOut feeds the ears in real time, as a call does, and returns the final transcript.
func hearOut(ctx context.Context, t *testing.T, s *engines.Supervisor, pcm audio.PCM) string {
	t.Helper()
	l, err := s.Listen(ctx, engines.ListenOptions{Call: "test"})
	if err != nil {
		t.Fatal("Listen:", err)
	}
	defer l.Close()
	silence := make(audio.PCM, engines.FrameSamples)
	tick := time.NewTicker(audio.FrameDuration)
	defer tick.Stop()
	var last time.Time
	for {
		select {
		case <-ctx.Done():
			t.Fatal("nothing was heard:", ctx.Err())
		case e, ok := <-l.Events():
			if !ok {
				t.Fatal("Listening:", errors.Join(l.Err()))
			}
			if e.Kind == engines.Transcribed && e.Final && len(pcm) < engines.FrameSamples {
				t.Logf("transcript %v after the last frame of speech; recognition took %v, waited %v",
					time.Since(last).Round(time.Millisecond), e.Took.Round(time.Millisecond), e.Waited.Round(time.Millisecond))
				return e.Text
			}
		case <-tick.C:
			if len(pcm) >= engines.FrameSamples {
				l.Frame(pcm[:engines.FrameSamples])
				pcm = pcm[engines.FrameSamples:]
				last = time.Now()
			} else {
				l.Frame(silence)
			}
		}
	}
}
