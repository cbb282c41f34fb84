package modelstest_test

import (
	"math"
	"slices"
	"testing"

	"frontdesk.internal/models/engines"
	"frontdesk.internal/models/modelstest"
)

func TestMeaning(t *testing.T) {
	m := &modelstest.Meaning{}
	v, err := m.Embed(t.Context(), "en", []string{"How much is a haircut?", "how much for haircuts", "My dog is bleeding!", "?!"})
	if err != nil || v.Model != "scripted" || len(v.Vectors) != 4 {
		t.Fatalf("got %+v, %v", v, err)
	}
	dot := func(i, k int) (sum float64) {
		for n, x := range v.Vectors[i] {
			sum += float64(x) * float64(v.Vectors[k][n])
		}
		return sum
	}
	if math.Abs(dot(0, 0)-1) > 1e-5 || dot(3, 3) != 0 {
		t.Errorf("lengths: %v and %v", dot(0, 0), dot(3, 3))
	}
	if like, unlike := dot(0, 1), dot(0, 2); like < 0.6 || unlike > 0.3 {
		t.Errorf("got similarities %.2f and %.2f", like, unlike)
	}
	if again := modelstest.BagOfWords("How much is a haircut?"); !slices.Equal(again, v.Vectors[0]) {
		t.Error("another vector for the same text")
	}
	if _, err := m.Embed(t.Context(), "en", make([]string, engines.MaxEmbedTexts+1)); err == nil {
		t.Error("too many texts were taken")
	}
}
