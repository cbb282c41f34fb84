package engines_test

import (
	"context"
	"slices"
	"syscall"
	"testing"
	"time"

	"frontdesk.internal/audio"
	"frontdesk.internal/models/engines"
	"frontdesk.internal/models/modelstest"
)

// echoEars answer every frame with an event at once: what is left is the way there and back.
type echoEars struct{}

func (echoEars) Listen(context.Context, engines.ListenOptions) (engines.Listening, error) {
	return &echoListening{events: make(chan engines.ListenEvent, 256)}, nil
}

type echoListening struct{ events chan engines.ListenEvent }

func (l *echoListening) Frame(audio.PCM) bool {
	l.events <- engines.ListenEvent{Kind: engines.Transcribed, Text: "hello"}
	return true
}
func (l *echoListening) Take(uint64)                        {}
func (l *echoListening) Hint(engines.Hint)                  {}
func (l *echoListening) Events() <-chan engines.ListenEvent { return l.events }
func (l *echoListening) Err() error                         { return nil }
func (l *echoListening) Close() error                       { close(l.events); return nil }

// BenchmarkFrameToEvent is the round trip of one frame and the event it causes, over the socket.
func BenchmarkFrameToEvent(b *testing.B) {
	c := serve(b, scripted(echoEars{}, &modelstest.Mind{}, &modelstest.Mouth{}))
	untilState(b, c, allReady)
	l, err := c.Listen(b.Context(), engines.ListenOptions{})
	if err != nil {
		b.Fatal(err)
	}
	defer l.Close()
	frame := modelstest.Tone(engines.Rate, 300, audio.FrameDuration)
	took := make([]time.Duration, 0, b.N)
	for b.Loop() {
		begun := time.Now()
		l.Frame(frame)
		<-l.Events()
		took = append(took, time.Since(begun))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-µs")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
}

// BenchmarkComplete is the overhead of one question to the language model, with a prompt and a grammar of usual size.
func BenchmarkComplete(b *testing.B) {
	c := serve(b, scripted(&modelstest.Ears{}, &modelstest.Mind{Answers: []string{`{"action":"answer_hours"}`}}, &modelstest.Mouth{}))
	untilState(b, c, allReady)
	prefix := string(make([]byte, 6000))
	grammar := string(make([]byte, 2000))
	for b.Loop() {
		if _, err := c.Complete(b.Context(), engines.CompleteRequest{Prefix: prefix, Prompt: "when do you open", Grammar: grammar}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkSpeakFirstPiece is the overhead before the first piece of speech.
func BenchmarkSpeakFirstPiece(b *testing.B) {
	m := mouthOf(b, &modelstest.Voice{}, engines.MouthOptions{})
	c := serve(b, scripted(&modelstest.Ears{}, &modelstest.Mind{}, m))
	untilState(b, c, allReady)
	var first time.Duration
	n := 0
	for b.Loop() {
		begun, seen := time.Now(), false
		err := c.Speak(b.Context(), engines.SpeakRequest{Text: "We are open until five today.", Rate: 8000}, func(engines.Speech) error {
			if !seen {
				first += time.Since(begun)
				seen = true
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
		n++
	}
	b.ReportMetric(float64(first.Microseconds())/float64(n), "first-µs")
}

// BenchmarkRestart is the time from the death of a child with scripted engines to the next one's being ready: what starting and
// finding out cost without any model.
func BenchmarkRestart(b *testing.B) {
	cfg := childConfig(socketDir(b), "child", quiet())
	cfg.Stable = time.Nanosecond // every end is a first one
	_, states := supervise(b, cfg)
	st := until(b, states, "up", up)
	for b.Loop() {
		if err := syscall.Kill(st.Child.PID, syscall.SIGKILL); err != nil {
			b.Fatal(err)
		}
		st = until(b, states, "up again", after(st.Restarts+1))
	}
}
