package engines_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"testing"

	"frontdesk.internal/models/engines"
)

// namedMouth notes what it says.
type namedMouth struct {
	said   []string
	closed bool
}

func (m *namedMouth) Speak(_ context.Context, r engines.SpeakRequest, _ func(engines.Speech) error) error {
	m.said = append(m.said, r.Text)
	return nil
}

func (m *namedMouth) Close() error {
	m.closed = true
	return nil
}

// Each language has its voice, which is opened once; where there is none the first speaks.
func TestVoices(t *testing.T) {
	first, german := &namedMouth{}, &namedMouth{}
	var opened []string
	v := engines.NewVoices("en", first, func(_ context.Context, language string) (engines.Mouth, error) {
		opened = append(opened, language)
		if language == "de" {
			return german, nil
		}
		return nil, errors.New("unknown")
	}, slog.New(slog.DiscardHandler))
	for _, r := range []engines.SpeakRequest{
		{Text: "a"}, {Text: "b", Language: "en"}, {Text: "c", Language: "de"}, {Text: "d", Language: "xx"}, {Text: "e", Language: "de"}, {Text: "f", Language: "xx"},
	} {
		if err := v.Speak(t.Context(), r, nil); err != nil {
			t.Fatal(err)
		}
	}
	if !slices.Equal(first.said, []string{"a", "b", "d", "f"}) || !slices.Equal(german.said, []string{"c", "e"}) || !slices.Equal(opened, []string{"de", "xx"}) {
		t.Errorf("first %v, German %v, opened %v", first.said, german.said, opened)
	}
	if err := v.Close(); err != nil || !first.closed || !german.closed {
		t.Errorf("closed: %v, %v, %v", first.closed, german.closed, err)
	}
}

// A caller who hangs up while a voice is opened does not leave the others without it.
func TestAVoiceThatWasNotWaitedFor(t *testing.T) {
	first, german := &namedMouth{}, &namedMouth{}
	v := engines.NewVoices("en", first, func(ctx context.Context, _ string) (engines.Mouth, error) {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return german, nil
	}, slog.New(slog.DiscardHandler))
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	for _, ctx := range []context.Context{gone, t.Context()} {
		if err := v.Speak(ctx, engines.SpeakRequest{Text: "a", Language: "de"}, nil); err != nil {
			t.Fatal(err)
		}
	}
	if len(first.said) != 1 || len(german.said) != 1 {
		t.Errorf("first %v, German %v", first.said, german.said)
	}
}
