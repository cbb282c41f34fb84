package engines_test

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/models/engines"
	"frontdesk.internal/models/modelstest"
)

// withMeaning serves a sentence embedder and nothing else, and waits until it is ready.
func withMeaning(t *testing.T, e engines.Embedder, info engines.Info) *engines.Client {
	t.Helper()
	c := serve(t, engines.ServeConfig{Meaning: engines.Loaded(e, info)})
	untilState(t, c, func(s engines.ChildState) bool { return s.Meaning.Phase == engines.Ready })
	return c
}

func TestEmbed(t *testing.T) {
	m := &modelstest.Meaning{Model: "m@1"}
	c := withMeaning(t, m, engines.Info{Model: "a, b", Version: "9", Problem: "c is missing"})
	state := untilState(t, c, func(engines.ChildState) bool { return true })
	if want := (engines.EngineState{
		Phase: engines.Ready, Progress: 1, Model: "a, b", Version: "9", Problem: "c is missing",
	}); state.Meaning != want {
		t.Errorf("state = %+v, want %+v", state.Meaning, want)
	}
	texts := []string{"Do you sell kayaks?", "", "caf\xff\u00e9"}
	got, err := c.Embed(t.Context(), "en", texts)
	if err != nil {
		t.Fatal(err)
	}
	texts[2] = "caf\u00e9" // what is no UTF-8 does not go over the wire
	want := engines.Vectors{Model: "m@1"}
	for _, text := range texts {
		want.Dims = []int{len(modelstest.BagOfWords(text))}
		want.Vectors = append(want.Vectors, modelstest.BagOfWords(text))
	}
	if !reflect.DeepEqual(got, want) || !reflect.DeepEqual(m.Embedded(), texts) {
		t.Errorf("Embed = %+v of %q, want %+v of %q", got, m.Embedded(), want, texts)
	}
	if got, err := c.Embed(t.Context(), "en", nil); err != nil || got.Model != "m@1" || len(got.Vectors) != 0 {
		t.Errorf("without texts: %+v, %v", got, err)
	}
	full := make([]string, engines.MaxEmbedTexts)
	for i := range full {
		full[i] = strings.Repeat("x", engines.MaxEmbedText)
	}
	if got, err := c.Embed(t.Context(), "en", full); err != nil || len(got.Vectors) != len(full) {
		t.Errorf("as much as there may be: %d vectors, %v", len(got.Vectors), err)
	}
}

func TestEmbedErrors(t *testing.T) {
	m := &modelstest.Meaning{}
	c := withMeaning(t, m, engines.Info{})
	for _, tt := range []struct {
		texts []string
		want  error
	}{
		{[]string{"!busy"}, engines.ErrBusy},
		{[]string{"!unavailable"}, engines.ErrUnavailable},
		{make([]string, engines.MaxEmbedTexts+1), engines.ErrTooLarge},
		{[]string{"short", strings.Repeat("x", engines.MaxEmbedText+1)}, engines.ErrTooLarge},
	} {
		if _, err := c.Embed(t.Context(), "en", tt.texts); !errors.Is(err, tt.want) {
			t.Errorf("%.20q: %v, want %v", tt.texts, err, tt.want)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := c.Embed(ctx, "en", []string{"!hang"}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("past its time: %v", err)
	}
	m.Func = func(context.Context, string, []string) (engines.Vectors, error) {
		return engines.Vectors{Model: "m", Dims: []int{1, 1}, Vectors: [][]float32{{1, 0}, {1}}}, nil
	}
	if _, err := c.Embed(t.Context(), "en", []string{"a", "b"}); err == nil || !strings.Contains(err.Error(), "2 and 1 numbers") {
		t.Errorf("vectors of different lengths: %v", err)
	}
	m.Func = func(context.Context, string, []string) (engines.Vectors, error) {
		return engines.Vectors{Model: "m", Dims: []int{2}, Vectors: [][]float32{{1, 0}}}, nil
	}
	if _, err := c.Embed(t.Context(), "en", []string{"a", "b"}); err == nil || !strings.Contains(err.Error(), "2 texts") {
		t.Errorf("a vector is missing: %v", err)
	}
	m.Func = func(context.Context, string, []string) (engines.Vectors, error) {
		return engines.Vectors{Model: "m", Dims: []int{3, -1}, Vectors: [][]float32{{1, 0}}}, nil
	}
	if _, err := c.Embed(t.Context(), "en", []string{"a"}); err == nil || !strings.Contains(err.Error(), "-1 numbers") {
		t.Errorf("a part that cannot be: %v", err)
	}
	m.Func = func(context.Context, string, []string) (engines.Vectors, error) {
		return engines.Vectors{Model: "m+n", Dims: []int{2, 1}, Vectors: [][]float32{{1, 0, 1}, {0, 1, -1}}}, nil
	}
	if got, err := c.Embed(t.Context(), "en", []string{"a", "b"}); err != nil || got.Model != "m+n" || !slices.Equal(got.Dims, []int{2, 1}) ||
		got.Vectors[1][2] != -1 {
		t.Errorf("of two models: %+v, %v", got, err)
	}
	none := serve(t, scripted(&modelstest.Ears{}, &modelstest.Mind{}, &modelstest.Mouth{}))
	untilState(t, none, allReady)
	if _, err := none.Embed(t.Context(), "en", []string{"a"}); !errors.Is(err, engines.ErrUnavailable) {
		t.Errorf("a child without: %v", err)
	}
}

func TestRank(t *testing.T) {
	m := &modelstest.Meaning{}
	c := withMeaning(t, m, engines.Info{})
	items := []engines.RankItem{{Text: "wheel truing"}, {Text: "How do I pay?", Answer: true}, {Text: "\xff"}}
	want, err := m.Rank(t.Context(), "en", "How can I pay?", items)
	if err != nil || want.Items[1].Score <= want.Items[0].Score {
		t.Fatalf("%+v, %v", want, err)
	}
	if got, err := c.Rank(t.Context(), "en", "How can I pay?", items); err != nil || !reflect.DeepEqual(got.Items[:2], want.Items[:2]) ||
		len(got.Items) != 3 {
		t.Errorf("%+v, %v, want %+v", got, err, want)
	}
	if got, err := c.Rank(t.Context(), "en", "hello", nil); err != nil || len(got.Items) != 0 {
		t.Errorf("without items: %+v, %v", got, err)
	}
	for _, tt := range []struct {
		said  string
		items []engines.RankItem
		want  error
	}{
		{"!busy", items, engines.ErrBusy},
		{"hello", make([]engines.RankItem, engines.MaxRankItems+1), engines.ErrTooLarge},
		{strings.Repeat("x", engines.MaxEmbedText+1), items, engines.ErrTooLarge},
	} {
		if _, err := c.Rank(t.Context(), "en", tt.said, tt.items); !errors.Is(err, tt.want) {
			t.Errorf("%.20q: %v, want %v", tt.said, err, tt.want)
		}
	}
}
