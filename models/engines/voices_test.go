package engines_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"frontdesk.internal/audio"
	"frontdesk.internal/models/engines"
	"frontdesk.internal/models/modelstest"
)

// namedMouth notes what it says.
type namedMouth struct {
	said   []string
	closed int
}

func (m *namedMouth) Speak(_ context.Context, r engines.SpeakRequest, yield func(engines.Speech) error) error {
	m.said = append(m.said, r.Text)
	return yield(engines.Speech{PCM: make(audio.PCM, 1), Rate: 8000})
}

func (m *namedMouth) Close() error {
	m.closed++
	return nil
}

// say has v say a text and reports whether a substitute said it.
func say(ctx context.Context, t *testing.T, v *engines.Voices, language, text string) (substitute bool) {
	t.Helper()
	err := v.Speak(ctx, engines.SpeakRequest{Text: text, Language: language}, func(s engines.Speech) error {
		substitute = s.Substitute
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return substitute
}

// own opens one voice.
func own(m engines.Mouth, err error) func(context.Context) (engines.Mouth, error) {
	return func(context.Context) (engines.Mouth, error) { return m, err }
}

// Each language has its voice, which is opened once: its own, else a plain one, else the first one speaks. What speaks in the place of
// another says so, and which are missing is told.
func TestVoices(t *testing.T) {
	first, german, plain := &namedMouth{}, &namedMouth{}, &namedMouth{}
	var opened []string
	v := engines.NewVoices(engines.VoicesOptions{
		First: first, Language: "en",
		Own: map[string]func(context.Context) (engines.Mouth, error){
			"de": func(context.Context) (engines.Mouth, error) { opened = append(opened, "own de"); return german, nil },
			"nl": own(german, nil),
			"fr": own(nil, errors.New("truncated")),
			"yy": own(nil, errors.New("no such file")),
		},
		Plain: func(_ context.Context, language string) (engines.Mouth, error) {
			opened = append(opened, language)
			if language == "xx" || language == "yy" {
				return nil, errors.New("unknown")
			}
			return plain, nil
		},
		Logger: slog.New(slog.DiscardHandler),
	})
	substitutes := map[string]bool{}
	for _, r := range [][2]string{
		{"", "a"}, {"en", "b"}, {"de", "c"}, {"xx", "d"}, {"de", "e"}, {"xx", "f"}, {"fr", "g"}, {"es", "h"}, {"nl", "i"}, {"fr", "j"},
		{"yy", "k"},
	} {
		if say(t.Context(), t, v, r[0], r[1]) {
			substitutes[r[0]] = true
		}
	}
	for _, tt := range []struct {
		what      string
		got, want []string
	}{
		{"first", first.said, []string{"a", "b", "d", "f", "k"}},
		{"German", german.said, []string{"c", "e", "i"}},
		{"plain", plain.said, []string{"g", "h", "j"}},
		{"opened", opened, []string{"own de", "xx", "fr", "es", "yy"}},
	} {
		if !slices.Equal(tt.got, tt.want) {
			t.Errorf("%s: %v, want %v", tt.what, tt.got, tt.want)
		}
	}
	if len(substitutes) != 3 || !substitutes["xx"] || !substitutes["fr"] || !substitutes["yy"] {
		t.Errorf("substitutes for %v, want them for xx, fr and yy", substitutes)
	}
	told := ""
	v.OnTrouble(func(problem string) { told = problem })
	if !strings.Contains(told, "truncated") || !strings.Contains(told, `"xx"`) || strings.Contains(told, `"de"`) ||
		strings.Contains(told, `"es"`) {
		t.Errorf("told %q", told)
	}
	if err := v.Close(); err != nil || first.closed != 1 || german.closed != 1 || plain.closed == 0 {
		t.Errorf("closed: %v, %d, %d, %d", err, first.closed, german.closed, plain.closed)
	}
}

// A voice that is set up for the language of the first one is preferred to it, and the first one stands in for it.
func TestAnotherVoiceForTheFirstLanguage(t *testing.T) {
	for _, broken := range []error{nil, errors.New("truncated")} {
		first, second := &namedMouth{}, &namedMouth{}
		told := ""
		v := engines.NewVoices(engines.VoicesOptions{
			First: first, Language: "en", Own: map[string]func(context.Context) (engines.Mouth, error){"en": own(second, broken)},
			Logger: slog.New(slog.DiscardHandler),
		})
		v.OnTrouble(func(problem string) { told = problem })
		for _, language := range []string{"", "en"} {
			if got := say(t.Context(), t, v, language, "a"); got != (broken != nil) {
				t.Errorf("broken %v: substitute %v", broken, got)
			}
		}
		if said := len(second.said); len(first.said)+said != 2 || (said == 2) != (broken == nil) || (told == "") != (broken == nil) {
			t.Errorf("broken %v: first %v, second %v, told %q", broken, first.said, second.said, told)
		}
	}
}

// A caller who hangs up while a voice is opened does not leave the others without it.
func TestAVoiceThatWasNotWaitedFor(t *testing.T) {
	first, german := &namedMouth{}, &namedMouth{}
	v := engines.NewVoices(engines.VoicesOptions{
		First: first, Language: "en",
		Plain: func(ctx context.Context, _ string) (engines.Mouth, error) {
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			return german, nil
		},
		Logger: slog.New(slog.DiscardHandler),
	})
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	for _, ctx := range []context.Context{gone, t.Context()} {
		say(ctx, t, v, "de", "a")
	}
	if len(first.said) != 0 || len(german.said) != 2 {
		t.Errorf("first %v, German %v", first.said, german.said)
	}
}

// A voice that turns out to be unusable is told by the state of the mouth, and its stand-in by what it says.
func TestTroubleIsTold(t *testing.T) {
	v := engines.NewVoices(engines.VoicesOptions{
		First: &namedMouth{}, Language: "en", Own: map[string]func(context.Context) (engines.Mouth, error){
			"de": own(nil, errors.New("truncated")),
		},
		Plain: func(context.Context, string) (engines.Mouth, error) { return &namedMouth{}, nil }, Logger: slog.New(slog.DiscardHandler),
	})
	c := serve(t, scripted(&modelstest.Ears{}, &modelstest.Mind{}, v))
	if state := untilState(t, c, allReady); state.Mouth.Problem != "" {
		t.Errorf("problem %q before anything was said", state.Mouth.Problem)
	}
	for language, want := range map[string]bool{"en": false, "de": true} {
		err := c.Speak(t.Context(), engines.SpeakRequest{Text: "a", Language: language}, func(s engines.Speech) error {
			if s.Substitute != want {
				t.Errorf("%s: substitute %v", language, s.Substitute)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	state := untilState(t, c, func(s engines.ChildState) bool { return s.Mouth.Problem != "" })
	if state.Mouth.Phase != engines.Ready || state.Mouth.Model != "voice.onnx" || !strings.Contains(state.Mouth.Problem, "truncated") {
		t.Errorf("state %+v", state.Mouth)
	}
}
