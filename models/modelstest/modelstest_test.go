package modelstest_test

import (
	"context"
	"errors"
	"reflect"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"frontdesk.internal/audio"
	"frontdesk.internal/models/engines"
	"frontdesk.internal/models/modelstest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// feed gives a stream whole frames.
func feed(t *testing.T, l engines.Listening, pcm audio.PCM) {
	t.Helper()
	for ; len(pcm) >= engines.FrameSamples; pcm = pcm[engines.FrameSamples:] {
		if !l.Frame(pcm[:engines.FrameSamples]) {
			t.Fatal("frame refused")
		}
	}
}

// heard takes what events there are; the scripted ears make them inside Frame.
func heard(l engines.Listening) (kinds []engines.EventKind, texts []string) {
	for {
		select {
		case e := <-l.Events():
			kinds = append(kinds, e.Kind)
			if e.Kind == engines.Transcribed {
				texts = append(texts, e.Text+e.Rejected)
			}
		default:
			return kinds, texts
		}
	}
}

func tone(d time.Duration) audio.PCM  { return modelstest.Tone(engines.Rate, 300, d) }
func quiet(d time.Duration) audio.PCM { return modelstest.Silence(engines.Rate, d) }

func TestEarsFollowTheEnergy(t *testing.T) {
	ears := &modelstest.Ears{Texts: []string{"first"}}
	l, err := ears.Listen(t.Context(), engines.ListenOptions{Call: "c"})
	if err != nil {
		t.Fatal(err)
	}
	feed(t, l, tone(40*time.Millisecond)) // a click
	feed(t, l, quiet(300*time.Millisecond))
	if kinds, _ := heard(l); kinds != nil {
		t.Errorf("a click gave %v", kinds)
	}
	feed(t, l, tone(300*time.Millisecond))
	feed(t, l, quiet(300*time.Millisecond))
	feed(t, l, tone(300*time.Millisecond)) // the same utterance: it was not taken
	feed(t, l, quiet(300*time.Millisecond))
	kinds, texts := heard(l)
	wantKinds := []engines.EventKind{
		engines.SpeechStarted, engines.SpeechPaused, engines.Transcribed, engines.SpeechResumed, engines.SpeechSustained, engines.SpeechPaused,
		engines.Transcribed,
	}
	if !reflect.DeepEqual(kinds, wantKinds) || !reflect.DeepEqual(texts, []string{"first", "first"}) {
		t.Errorf("heard %v %q, want %v", kinds, texts, wantKinds)
	}
	l.Take(1)
	feed(t, l, tone(300*time.Millisecond))
	feed(t, l, quiet(300*time.Millisecond))
	if _, texts := heard(l); !reflect.DeepEqual(texts, []string{"no_speech"}) {
		t.Errorf("after the last text: %q", texts)
	}
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	if l.Frame(tone(audio.FrameDuration)) {
		t.Error("a closed stream took a frame")
	}
}

func TestEarsLagAndResume(t *testing.T) {
	ears := &modelstest.Ears{Texts: []string{"x"}, Lag: 200 * time.Millisecond}
	l, err := ears.Listen(t.Context(), engines.ListenOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	feed(t, l, tone(300*time.Millisecond))
	feed(t, l, quiet(300*time.Millisecond)) // the transcript is due 100 ms later
	feed(t, l, tone(300*time.Millisecond))  // and is thrown away
	if kinds, texts := heard(l); texts != nil || kinds[len(kinds)-2] != engines.SpeechResumed {
		t.Errorf("heard %v %q", kinds, texts)
	}
	feed(t, l, quiet(400*time.Millisecond))
	if _, texts := heard(l); !reflect.DeepEqual(texts, []string{"x"}) {
		t.Errorf("heard %q", texts)
	}
}

func TestEarsScript(t *testing.T) {
	ears := &modelstest.Ears{Script: []modelstest.ScriptEvent{
		{At: 40 * time.Millisecond, Event: engines.ListenEvent{Kind: engines.SpeechStarted}},
		{At: 60 * time.Millisecond, Event: modelstest.Transcript("hello there", 0.5)},
	}}
	l, err := ears.Listen(t.Context(), engines.ListenOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	feed(t, l, quiet(40*time.Millisecond))
	if kinds, _ := heard(l); !reflect.DeepEqual(kinds, []engines.EventKind{engines.SpeechStarted}) {
		t.Errorf("heard %v", kinds)
	}
	feed(t, l, quiet(20*time.Millisecond))
	e := <-l.Events()
	want := []engines.Word{{Text: "hello", Prob: 0.5}, {Text: "there", Prob: 0.5}}
	if !reflect.DeepEqual(e.Words, want) || e.Now != 60*time.Millisecond {
		t.Errorf("event %+v", e)
	}
}

func TestEarsBreak(t *testing.T) {
	ears := &modelstest.Ears{}
	ctx, cancel := context.WithCancel(t.Context())
	first, err := ears.Listen(ctx, engines.ListenOptions{})
	if err != nil {
		t.Fatal(err)
	}
	ears.Break(engines.ErrUnavailable)
	if _, ok := <-first.Events(); ok || !errors.Is(first.Err(), engines.ErrUnavailable) {
		t.Errorf("the stream goes on, Err = %v", first.Err())
	}
	if _, err := ears.Listen(ctx, engines.ListenOptions{}); !errors.Is(err, engines.ErrUnavailable) {
		t.Errorf("Listen = %v", err)
	}
	ears.Heal()
	second, err := ears.Listen(ctx, engines.ListenOptions{})
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	if _, ok := <-second.Events(); ok || !errors.Is(second.Err(), context.Canceled) {
		t.Errorf("the stream outlives its context, Err = %v", second.Err())
	}
	for i, s := range ears.Streams() {
		if !s.Closed() {
			t.Errorf("stream %d is open", i)
		}
	}
}

func TestFaults(t *testing.T) {
	broken := errors.New("broken")
	tests := []struct {
		name string
		set  func(m *modelstest.Mind)
		want error
		took time.Duration
	}{
		{"healthy", func(*modelstest.Mind) {}, nil, 0},
		{"fail", func(m *modelstest.Mind) { m.Fail(broken) }, broken, 0},
		{"hang", func(m *modelstest.Mind) { m.Hang() }, context.DeadlineExceeded, time.Second},
		{"slow", func(m *modelstest.Mind) { m.Slow(300 * time.Millisecond) }, nil, 300 * time.Millisecond},
		{"healed", func(m *modelstest.Mind) { m.Hang(); m.Heal() }, nil, 0},
		{"stuck", func(m *modelstest.Mind) { m.Stick(); time.AfterFunc(5*time.Second, m.Heal) }, context.DeadlineExceeded, 5 * time.Second},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := &modelstest.Mind{Answers: []string{"yes"}}
				tt.set(m)
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				begun := time.Now()
				c, err := m.Complete(ctx, engines.CompleteRequest{})
				if !errors.Is(err, tt.want) || time.Since(begun) != tt.took {
					t.Errorf("Complete = %v after %v, want %v after %v", err, time.Since(begun), tt.want, tt.took)
				}
				if err == nil && c.Text != "yes" {
					t.Errorf("text = %q", c.Text)
				}
			})
		})
	}
}

func TestObey(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for text, want := range map[string]error{
			"good morning": nil, "!busy": engines.ErrBusy, "!unavailable": engines.ErrUnavailable, "!slow 10ms": nil,
			"!slow 1h": context.DeadlineExceeded, "!hang": context.DeadlineExceeded,
		} {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			if err := modelstest.Obey(ctx, text); !errors.Is(err, want) {
				t.Errorf("Obey(%q) = %v, want %v", text, err, want)
			}
			cancel()
		}
		if err := modelstest.Obey(t.Context(), "!fail now"); err == nil {
			t.Error("!fail did not fail")
		}
	})
}

func TestMindAnswersInOrder(t *testing.T) {
	m := &modelstest.Mind{Answers: []string{"one", "two"}}
	for _, want := range []string{"one", "two", "two"} {
		c, err := m.Complete(t.Context(), engines.CompleteRequest{Prompt: want})
		if err != nil || c.Text != want || len(c.Tokens) != 1 {
			t.Errorf("Complete = %+v, %v; want %q", c, err, want)
		}
	}
	if err := m.Warm(t.Context(), "prefix"); err != nil {
		t.Error(err)
	}
	if got := m.Requests(); len(got) != 3 || got[1].Prompt != "two" {
		t.Errorf("requests = %+v", got)
	}
	if got := m.Warmed(); !reflect.DeepEqual(got, []string{"prefix"}) {
		t.Errorf("warmed = %q", got)
	}
}

func TestMouthLengthFollowsText(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &modelstest.Mouth{PieceTime: 10 * time.Millisecond}
		begun, n, pieces := time.Now(), 0, 0
		err := m.Speak(t.Context(), engines.SpeakRequest{Text: "0123456789", Rate: 8000, Speed: 2}, func(s engines.Speech) error {
			n += len(s.PCM)
			pieces++
			return nil
		})
		if err != nil || n != 2400 || pieces != 3 || time.Since(begun) != 30*time.Millisecond {
			t.Errorf("Speak = %v: %d samples in %d pieces after %v", err, n, pieces, time.Since(begun))
		}
		m.Silent = true
		err = m.Speak(t.Context(), engines.SpeakRequest{Text: "0"}, func(s engines.Speech) error {
			if s.Rate != 22050 || modelstest.Level(s.PCM) != 0 {
				t.Errorf("rate %d, level %d", s.Rate, modelstest.Level(s.PCM))
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
}

func TestBackends(t *testing.T) {
	r := &modelstest.Recognizer{Texts: []string{"a", "b"}}
	pcm := tone(time.Second)
	for i, o := range []engines.RecognizeOptions{{Partial: true}, {}, {}, {}} {
		got, err := r.Recognize(t.Context(), pcm, o)
		if want := []string{"a", "a", "b", ""}[i]; err != nil || got.Text != want || (want == "") != (got.Rejected != "") {
			t.Errorf("recognition %d = %+v, %v; want %q", i, got, err, want)
		}
	}
	if r.Partials() != 1 || len(r.Lengths()) != 4 || r.Lengths()[0] != time.Second {
		t.Errorf("%d partials, lengths %v", r.Partials(), r.Lengths())
	}
	d := &modelstest.TurnDetector{Probs: []float64{0.1, 0.8}}
	for _, want := range []float64{0.1, 0.8, 0.8} {
		if got, err := d.EndOfTurn(t.Context(), pcm); got != want || err != nil {
			t.Errorf("EndOfTurn = %v, %v; want %v", got, err, want)
		}
	}
	s, err := (&modelstest.VoiceDetector{}).NewStream()
	if err != nil || s.WindowSamples() != 512 {
		t.Fatalf("NewStream = %v, %v", s, err)
	}
	for _, tt := range []struct {
		pcm  audio.PCM
		want bool
	}{{pcm[:512], true}, {quiet(time.Second)[:512], false}} {
		if p, err := s.Score(tt.pcm); err != nil || p > 0.5 != tt.want {
			t.Errorf("Score = %v, %v", p, err)
		}
	}
}
