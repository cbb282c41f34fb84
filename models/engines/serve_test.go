package engines_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"frontdesk.internal/audio"
	"frontdesk.internal/models/engines"
	"frontdesk.internal/models/modelstest"
)

func TestAllCalls(t *testing.T) {
	ears := &modelstest.Ears{Texts: []string{"when do you open"}}
	mind := &modelstest.Mind{Func: func(_ context.Context, r engines.CompleteRequest) (engines.Completion, error) {
		return engines.Completion{
			Text: r.Prompt + "!", Tokens: []engines.Token{{Text: "a", LogProb: -1, Margin: 2}}, Scores: []float64{0.25, 0.75},
			Truncated: true, Prefilled: 7, Waited: 1, Prefill: 2, Decode: 3,
		}, nil
	}}
	mouth := &modelstest.Mouth{}
	c := serve(t, scripted(ears, mind, mouth))
	state := untilState(t, c, allReady)
	if state.PID != os.Getpid() || state.Ears.Model != "ears.bin" || state.Mind.Version != "2" || state.Mouth.Model != "voice.onnx" {
		t.Errorf("state = %+v", state)
	}
	ctx := t.Context()

	if err := c.Warm(ctx, "You choose."); err != nil {
		t.Error("Warm:", err)
	}
	if got := mind.Warmed(); !reflect.DeepEqual(got, []string{"You choose."}) {
		t.Errorf("warmed %q", got)
	}

	req := engines.CompleteRequest{
		Call: "c1", Prefix: "p", Prompt: "q", Begin: "b", Grammar: "g", MaxTokens: 9, Stop: []string{"s"}, Scores: []string{"x", "y"},
	}
	got, err := c.Complete(ctx, req)
	if err != nil {
		t.Fatal("Complete:", err)
	}
	want := engines.Completion{
		Text: "q!", Tokens: []engines.Token{{Text: "a", LogProb: -1, Margin: 2}}, Scores: []float64{0.25, 0.75},
		Truncated: true, Prefilled: 7, Waited: 1, Prefill: 2, Decode: 3,
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("Complete = %+v, want %+v", got, want)
	}
	if got := mind.Requests(); !reflect.DeepEqual(got, []engines.CompleteRequest{req}) {
		t.Errorf("the mind was asked %+v", got)
	}

	var spoken audio.PCM
	pieces := 0
	speak := engines.SpeakRequest{Call: "c1", Text: "good morning", Rate: 8000, Speed: 1.5, Language: "en"}
	err = c.Speak(ctx, speak, func(s engines.Speech) error {
		if s.Rate != 8000 || len(s.PCM) > 800 {
			t.Errorf("piece of %d samples at %d Hz", len(s.PCM), s.Rate)
		}
		pieces++
		spoken = append(spoken, s.PCM...)
		return nil
	})
	if err != nil {
		t.Fatal("Speak:", err)
	}
	tone := modelstest.Tone(8000, 440, 480*time.Millisecond)
	if !reflect.DeepEqual(spoken, tone) || pieces != 5 {
		t.Errorf("spoken: %d samples in %d pieces, want %d in 5", len(spoken), pieces, len(tone))
	}
	if got := mouth.Requests(); !reflect.DeepEqual(got, []engines.SpeakRequest{speak}) {
		t.Errorf("the mouth was asked %+v", got)
	}
	if o, err := c.Ping(ctx); err != nil || o != (engines.Overdue{}) {
		t.Errorf("Ping = %+v, %v", o, err)
	}
}

func TestErrorsSurvive(t *testing.T) {
	c := serve(t, scripted(&modelstest.Ears{}, &modelstest.Mind{Func: echo}, &modelstest.Mouth{}))
	untilState(t, c, allReady)
	large := strings.Repeat("x", engines.MaxMessage)
	tests := []struct {
		text string
		want error
		says string
	}{
		{"!busy", engines.ErrBusy, ""},
		{"!unavailable", engines.ErrUnavailable, ""},
		{"!fail out of paper", nil, "out of paper"},
		{large, engines.ErrTooLarge, "limit"},
	}
	for _, tt := range tests {
		_, completeErr := c.Complete(t.Context(), engines.CompleteRequest{Prompt: tt.text})
		speakErr := c.Speak(t.Context(), engines.SpeakRequest{Text: tt.text}, func(engines.Speech) error { return nil })
		warmErr := c.Warm(t.Context(), tt.text)
		for name, err := range map[string]error{"Complete": completeErr, "Speak": speakErr, "Warm": warmErr} {
			if err == nil || tt.want != nil && !errors.Is(err, tt.want) || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("%s(%.20s) = %v, want %v %q", name, tt.text, err, tt.want, tt.says)
			}
			for _, other := range []error{engines.ErrBusy, engines.ErrUnavailable, engines.ErrTooLarge} {
				if !errors.Is(tt.want, other) && errors.Is(err, other) {
					t.Errorf("%s(%.20s) = %v is also %v", name, tt.text, err, other)
				}
			}
		}
	}
}

func TestOversizeAnswerIsAnErrorOfItsOwn(t *testing.T) {
	mind := &modelstest.Mind{Answers: []string{strings.Repeat("x", engines.MaxMessage)}}
	c := serve(t, scripted(&modelstest.Ears{}, mind, &modelstest.Mouth{}))
	untilState(t, c, allReady)
	if _, err := c.Complete(t.Context(), engines.CompleteRequest{}); !errors.Is(err, engines.ErrTooLarge) {
		t.Errorf("Complete = %v, want ErrTooLarge", err)
	}
}

// A backend that reports when its context ends.
func TestCancellationAndDeadlineReachTheBackend(t *testing.T) {
	begun, ended := make(chan time.Time, 1), make(chan error, 1)
	block := func(ctx context.Context) error {
		deadline, _ := ctx.Deadline()
		begun <- deadline
		<-ctx.Done()
		ended <- ctx.Err()
		return ctx.Err()
	}
	mind := &modelstest.Mind{Func: func(ctx context.Context, _ engines.CompleteRequest) (engines.Completion, error) {
		return engines.Completion{}, block(ctx)
	}}
	mouth := mouthFunc(func(ctx context.Context, _ engines.SpeakRequest, _ func(engines.Speech) error) error {
		return block(ctx)
	})
	c := serve(t, scripted(&modelstest.Ears{}, mind, mouth))
	untilState(t, c, allReady)
	calls := map[string]func(context.Context) error{
		"Complete": func(ctx context.Context) error {
			_, err := c.Complete(ctx, engines.CompleteRequest{})
			return err
		},
		"Speak": func(ctx context.Context) error {
			return c.Speak(ctx, engines.SpeakRequest{}, func(engines.Speech) error { return nil })
		},
	}
	for name, call := range calls {
		t.Run(name+" cancelled", func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			result := make(chan error, 1)
			go func() { result <- call(ctx) }()
			<-begun
			cancel()
			if err := <-result; !errors.Is(err, context.Canceled) {
				t.Error("call:", err)
			}
			if err := <-ended; !errors.Is(err, context.Canceled) {
				t.Error("backend:", err)
			}
		})
		t.Run(name+" deadline", func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second) // long enough to get there on a busy machine
			defer cancel()
			want, _ := ctx.Deadline()
			result := make(chan error, 1)
			go func() { result <- call(ctx) }()
			select {
			case got := <-begun: // what is left goes over the wire: it is later by the time that this took
				if got.Before(want.Add(-time.Second)) || got.After(want.Add(2*time.Second)) {
					t.Errorf("the backend's deadline is %v off", got.Sub(want))
				}
			case err := <-result:
				t.Fatalf("the backend was not asked: %v", err)
			}
			if err := <-result; !errors.Is(err, context.DeadlineExceeded) {
				t.Error("call:", err)
			}
			<-ended // either error may come first: the deadline runs on both sides
		})
	}
}

type mouthFunc func(context.Context, engines.SpeakRequest, func(engines.Speech) error) error

func (f mouthFunc) Speak(ctx context.Context, r engines.SpeakRequest, yield func(engines.Speech) error) error {
	return f(ctx, r, yield)
}

func TestYieldErrorStopsTheBackend(t *testing.T) {
	stopped := make(chan error, 1)
	mouth := mouthFunc(func(ctx context.Context, _ engines.SpeakRequest, yield func(engines.Speech) error) error {
		for {
			if err := yield(engines.Speech{PCM: make(audio.PCM, 800), Rate: 8000}); err != nil {
				stopped <- err
				return err
			}
			if err := ctx.Err(); err != nil {
				stopped <- err
				return err
			}
		}
	})
	c := serve(t, scripted(&modelstest.Ears{}, &modelstest.Mind{}, mouth))
	untilState(t, c, allReady)
	enough := errors.New("caller interrupts")
	pieces := 0
	err := c.Speak(t.Context(), engines.SpeakRequest{}, func(engines.Speech) error {
		if pieces++; pieces == 3 {
			return enough
		}
		return nil
	})
	if !errors.Is(err, enough) || pieces != 3 {
		t.Errorf("Speak = %v after %d pieces", err, pieces)
	}
	<-stopped
}

func TestBusyBeyondMaxStreams(t *testing.T) {
	ears := &modelstest.Ears{}
	c := serve(t, scripted(ears, &modelstest.Mind{}, &modelstest.Mouth{}))
	untilState(t, c, allReady)
	var open []engines.Listening
	for range engines.MaxStreams {
		l, err := c.Listen(t.Context(), engines.ListenOptions{})
		if err != nil {
			t.Fatal(err)
		}
		open = append(open, l)
	}
	if _, err := c.Listen(t.Context(), engines.ListenOptions{}); !errors.Is(err, engines.ErrBusy) {
		t.Errorf("one stream too many: %v, want ErrBusy", err)
	}
	for _, l := range open {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestConcurrentStreams(t *testing.T) {
	ears := &modelstest.Ears{TextOf: func(call string, u uint64) string { return fmt.Sprintf("%s says %d", call, u) }}
	c := serve(t, scripted(ears, &modelstest.Mind{Func: echo}, &modelstest.Mouth{}))
	untilState(t, c, allReady)
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			call := fmt.Sprintf("call%d", i)
			l, err := c.Listen(t.Context(), engines.ListenOptions{Call: call})
			if err != nil {
				t.Error(err)
				return
			}
			defer l.Close()
			for u := uint64(1); u <= 5; u++ {
				feedAll(l, modelstest.Tone(engines.Rate, 200, 200*time.Millisecond))
				feedAll(l, modelstest.Silence(engines.Rate, 300*time.Millisecond))
				for e := range l.Events() {
					if e.Kind != engines.Transcribed {
						continue
					}
					if want := fmt.Sprintf("%s says %d", call, u); e.Text != want {
						t.Errorf("heard %q, want %q", e.Text, want)
					}
					break
				}
				l.Take(u)
				got, err := c.Complete(t.Context(), engines.CompleteRequest{Prompt: call})
				if err != nil || got.Text != call {
					t.Errorf("Complete = %q, %v", got.Text, err)
				}
				if err := c.Speak(t.Context(), engines.SpeakRequest{Text: call, Rate: 8000}, func(engines.Speech) error { return nil }); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
}

func feedAll(l engines.Listening, pcm audio.PCM) {
	for ; len(pcm) >= engines.FrameSamples; pcm = pcm[engines.FrameSamples:] {
		l.Frame(pcm[:engines.FrameSamples])
	}
}

func TestStagedLoading(t *testing.T) {
	gates := map[string]chan error{"ears": make(chan error), "mouth": make(chan error), "mind": make(chan error)}
	c := serve(t, engines.ServeConfig{
		Ears:  gated[engines.Ears](gates["ears"], &modelstest.Ears{}),
		Mouth: gated[engines.Mouth](gates["mouth"], &modelstest.Mouth{}),
		Mind:  gated[engines.Mind](gates["mind"], &modelstest.Mind{}),
	})
	untilState(t, c, func(s engines.ChildState) bool {
		return s.Ears.Progress == 0.5 && s.Mouth.Progress == 0.5 && s.Mind == engines.EngineState{Phase: engines.Loading}
	})
	if _, err := c.Listen(t.Context(), engines.ListenOptions{}); !errors.Is(err, engines.ErrUnavailable) {
		t.Errorf("Listen before the ears are there: %v", err)
	}
	gates["ears"] <- nil
	untilState(t, c, func(s engines.ChildState) bool {
		return s.Ears.Phase == engines.Ready && s.Mouth.Phase == engines.Loading
	})
	l, err := c.Listen(t.Context(), engines.ListenOptions{})
	if err != nil {
		t.Fatal("Listen while the rest is loading:", err)
	}
	defer l.Close()
	gates["mouth"] <- errors.New("voice.onnx: truncated")
	state := untilState(t, c, func(s engines.ChildState) bool { return s.Mouth.Phase == engines.Failed && s.Mind.Progress == 0.5 })
	if !strings.Contains(state.Mouth.Problem, "truncated") {
		t.Errorf("problem = %q", state.Mouth.Problem)
	}
	err = c.Speak(t.Context(), engines.SpeakRequest{Text: "x"}, func(engines.Speech) error { return nil })
	if !errors.Is(err, engines.ErrUnavailable) || !strings.Contains(err.Error(), "truncated") {
		t.Errorf("Speak with a failed voice: %v", err)
	}
	gates["mind"] <- nil
	untilState(t, c, func(s engines.ChildState) bool { return s.Mind.Phase == engines.Ready })
}

// gated loads half, then waits for the gate.
func gated[T any](gate chan error, engine T) engines.Load[T] {
	return func(ctx context.Context, report func(float64)) (T, engines.Info, error) {
		report(0.5)
		var err error
		select {
		case err = <-gate:
		case <-ctx.Done():
			err = ctx.Err()
		}
		return engine, engines.Info{}, err
	}
}

func TestServeStopsInMidWork(t *testing.T) {
	ears, mind := &modelstest.Ears{}, &modelstest.Mind{}
	cfg := scripted(ears, mind, &modelstest.Mouth{})
	cfg.Socket, cfg.Logger = filepath.Join(socketDir(t), "e.sock"), quiet()
	ctx, stop := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- engines.Serve(ctx, cfg) }()
	c, err := engines.Dial(cfg.Socket)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	untilState(t, c, allReady)
	l, err := c.Listen(t.Context(), engines.ListenOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	completed := make(chan error, 1)
	go func() {
		_, err := c.Complete(context.Background(), engines.CompleteRequest{Prompt: "!hang"})
		completed <- err
	}()
	for len(mind.Requests()) == 0 {
		if _, err := c.Ping(t.Context()); err != nil { // gives way until the request is in
			t.Fatal(err)
		}
	}
	stop()
	if err := <-served; err != nil {
		t.Error("Serve:", err)
	}
	if err := <-completed; !errors.Is(err, engines.ErrUnavailable) {
		t.Error("Complete:", err)
	}
	for range l.Events() {
		t.Error("unexpected event")
	}
	if err := l.Err(); !errors.Is(err, engines.ErrUnavailable) {
		t.Error("Listening:", err)
	}
	if !mind.Closed() {
		t.Error("the mind was not closed")
	}
	if _, err := os.Stat(cfg.Socket); !os.IsNotExist(err) {
		t.Error("the socket is left:", err)
	}
}
