package main

import (
	"context"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"frontdesk.internal/models/embed"
	"frontdesk.internal/models/engines"
)

// countedMeaning says how often it was asked.
type countedMeaning struct{ embeds, ranks int }

func (c *countedMeaning) Embed(_ context.Context, _ string, texts []string) (engines.Vectors, error) {
	c.embeds++
	v := engines.Vectors{Model: "m", Dims: []int{1}}
	for _, t := range texts {
		v.Vectors = append(v.Vectors, []float32{float32(len(t))})
	}
	return v, nil
}

func (c *countedMeaning) Rank(_ context.Context, _, said string, items []engines.RankItem) (engines.Ranks, error) {
	c.ranks++
	return engines.Ranks{None: float64(len(said)), Items: make([]engines.Rank, len(items))}, nil
}

func (c *countedMeaning) Close() error { return nil }

func TestKeptMeaning(t *testing.T) {
	file := filepath.Join(t.TempDir(), "kept")
	models := []embed.Model{{Name: "m"}}
	asked := func(e *countedMeaning, ms []embed.Model) (engines.Vectors, engines.Ranks) {
		t.Helper()
		k, err := keepMeaning(e, ms, file)
		if err != nil {
			t.Fatal(err)
		}
		v, err := k.Embed(t.Context(), "en", []string{"are you open", "today"})
		if err != nil {
			t.Fatal(err)
		}
		r, err := k.Rank(t.Context(), "en", "a chain", []engines.RankItem{{Text: "chains"}})
		if err != nil {
			t.Fatal(err)
		}
		if err := k.Close(); err != nil {
			t.Fatal(err)
		}
		return v, r
	}
	var first, second, other, last countedMeaning
	v1, r1 := asked(&first, models)
	v2, r2 := asked(&second, models)
	if second.embeds+second.ranks != 0 || !reflect.DeepEqual(v1, v2) || !reflect.DeepEqual(r1, r2) {
		t.Errorf("the second time: asked %+v, got %v and %v, want %v and %v", second, v2, r2, v1, r1)
	}
	if asked(&other, []embed.Model{{Name: "n"}}); other.embeds != 1 || other.ranks != 1 {
		t.Errorf("another model: asked %+v, want once each", other)
	}
	is, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(file, is.Size()-1); err != nil { // as a run that was stopped leaves it
		t.Fatal(err)
	}
	if asked(&last, []embed.Model{{Name: "n"}}); last.embeds != 0 || last.ranks != 1 {
		t.Errorf("a file that was cut off: asked %+v, want only the last answer anew", last)
	}
}
