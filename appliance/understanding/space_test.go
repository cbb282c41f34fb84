package understanding

import (
	"math"
	"testing"
)

func TestPlaceTakesOffTheMeanAndWeighsModelsAlike(t *testing.T) {
	s := space{dims: []int{2, 2}, mean: []float32{1, 1, 0, 0}}
	v := s.place([]float32{4, 5, 0, 100})
	if n := near(v, v); math.Abs(n-1) > 1e-6 {
		t.Errorf("length² %v, want 1", n)
	}
	for m, want := range []float64{1, 1} {
		if got := s.nearest(v, [][]float32{v}, m); math.Abs(got-want) > 1e-6 {
			t.Errorf("model %d: cosine with itself %v", m, got)
		}
	}
	u := s.place([]float32{-2, -3, 0, 3}) // the other way for the first model, the same for the second
	if a, b := s.nearest(v, [][]float32{u}, 0), s.nearest(v, [][]float32{u}, 1); math.Abs(a+1) > 1e-6 || math.Abs(b-1) > 1e-6 {
		t.Errorf("cosines %v and %v, want -1 and 1", a, b)
	}
	if s.place([]float32{1, 2, 3}) != nil {
		t.Error("a vector of another length has a place")
	}
}

func TestNearestOfNone(t *testing.T) {
	if got := nearest([]float32{1, 0}, nil); got != 0 {
		t.Errorf("nearest of none is %v", got)
	}
}

func TestGramsReplaceTheProfilesWords(t *testing.T) {
	got := Grams([]string{"how", "much", "is", "wheel", "truing", "at", "10"}, []string{"", "", "", "#service", "#service", "", ""})
	want := map[string]bool{}
	for _, g := range got {
		want[g] = true
	}
	for _, g := range []string{"^ how", "is #service", "#service at", "at #", "# $"} {
		if !want[g] {
			t.Errorf("no gram %q in %q", g, got)
		}
	}
	if want["wheel"] || want["#service #service"] {
		t.Errorf("words of the profile in %q", got)
	}
}
