package appliance

import (
	"context"
	"log/slog"
	"reflect"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/knowledge/profile"
	"frontdesk.internal/models/engines"
)

// embedFunc makes vectors by a function and counts the texts it was given.
type embedFunc struct {
	model func(tag string) string
	texts int
	err   error
}

func (e *embedFunc) Rank(_ context.Context, _, _ string, items []engines.RankItem) (engines.Ranks, error) {
	return engines.Ranks{Items: make([]engines.Rank, len(items))}, e.err
}

func (e *embedFunc) Embed(_ context.Context, tag string, texts []string) (engines.Vectors, error) {
	e.texts += len(texts)
	v := engines.Vectors{Model: e.model(tag)}
	for _, t := range texts {
		v.Dims, v.Vectors = []int{2}, append(v.Vectors, []float32{float32(len(t)), float32(len(tag))})
	}
	return v, e.err
}

// What is too long for the engine is cut between two characters; all else comes as it is.
func TestTextsAreCutForTheEngine(t *testing.T) {
	e := &embedFunc{model: func(tag string) string { return "m-" + tag }}
	long := strings.Repeat("ä", engines.MaxEmbedText)
	got, err := embeddings{e}.Embed(t.Context(), "en", []string{"abc", long, "x" + long})
	want := [][]float32{{3, 2}, {engines.MaxEmbedText, 2}, {engines.MaxEmbedText - 1, 2}}
	if err != nil || got.Model != "m-en" || !reflect.DeepEqual(got.Dims, []int{2}) || !reflect.DeepEqual(got.Vectors, want) {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestVectorsOfAProfileAreKept(t *testing.T) {
	edition := "1"
	e := &embedFunc{model: func(tag string) string { return tag + "@" + edition }}
	p := &keptVectors{from: embeddings{e}}
	first, err := p.Embed(t.Context(), "de", []string{"eins", "zwei"})
	if err != nil || e.texts != 2 {
		t.Fatalf("%d texts, %v", e.texts, err)
	}
	if again, err := p.Embed(t.Context(), "de", []string{"zwei", "eins"}); err != nil || e.texts != 2 ||
		!reflect.DeepEqual(again.Vectors[1], first.Vectors[0]) || again.Model != "de@1" {
		t.Errorf("again: %+v, %d texts, %v", again, e.texts, err)
	}
	if got, err := p.Embed(t.Context(), "de", []string{"zwei", "vier"}); err != nil || e.texts != 3 || len(got.Vectors) != 2 ||
		!reflect.DeepEqual(got.Vectors[0], first.Vectors[1]) {
		t.Errorf("with one that is new: %+v, %d texts, %v", got, e.texts, err)
	}
	edition = "2"
	if got, err := p.Embed(t.Context(), "de", []string{"eins"}); err != nil || e.texts != 4 || got.Model != "de@2" {
		t.Errorf("with another model: %+v, %d texts, %v", got, e.texts, err)
	}
}

// With an engine for which nothing is fitted, or none, callers are read by words alone; nobody waits for it.
func TestWithoutAFittedModelTheWordsMustDo(t *testing.T) {
	b, err := profile.Sample("dental")
	if err != nil {
		t.Fatal(err)
	}
	for name, e := range map[string]*embedFunc{
		"another model": {model: func(string) string { return "strange" }},
		"none":          {model: func(string) string { return "" }, err: engines.ErrUnavailable},
	} {
		m := newMeanings(e, t.TempDir(), slog.New(slog.DiscardHandler))
		m.Prepare(t.Context(), b)
		done := make(chan bool)
		m.whenPrepared(t.Context(), b, func() { close(done) })
		<-done
		if r := m.Read(t.Context(), b, "en", "When do you open?", time.Now(), nil); r != nil {
			t.Errorf("%s: %+v", name, r)
		}
		if _, err := m.ReadNow(t.Context(), b, "en", "When do you open?", time.Now()); err == nil {
			t.Errorf("%s: no error", name)
		}
		m.wait()
	}
}
