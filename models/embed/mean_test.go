package embed

import (
	"math"
	"slices"
	"testing"
)

func TestChoose(t *testing.T) {
	list := []Model{{Name: "all"}, {Name: "en", Languages: []string{"en"}}, {Name: "own", Languages: []string{"en", "nl"}}, {Name: "spare"}}
	for language, want := range map[string][]int{"en": {1, 2, 0}, "nl": {2, 0}, "de": {0}} {
		if got := choose(list, language); !slices.Equal(got, want) {
			t.Errorf("%s: got %v, want %v", language, got, want)
		}
	}
	if got := Names(list, "en"); got != "en+own+all" {
		t.Errorf("got %q", got)
	}
	if got := choose(list[1:3], "de"); len(got) != 0 {
		t.Errorf("no model for it: got %v", got)
	}
}

func TestBatches(t *testing.T) {
	texts := make([][]int64, 2*batchTexts+1)
	for i := range texts {
		texts[i] = make([]int64, 1+(i*7)%len(texts))
	}
	var all []int
	longest := 0
	for _, group := range batches(texts) {
		if len(group) > batchTexts {
			t.Errorf("a group of %d", len(group))
		}
		for _, i := range group {
			if len(texts[i]) < longest {
				t.Errorf("text %d of %d pieces comes after one of %d", i, len(texts[i]), longest)
			}
			longest = len(texts[i])
		}
		all = append(all, group...)
	}
	slices.Sort(all)
	for i := range texts {
		if i >= len(all) || all[i] != i {
			t.Fatalf("got %v, want every text once", all)
		}
	}
}

func TestPadded(t *testing.T) {
	ids, mask, width := padded([][]int64{{1, 2, 3}, {9}, {4}}, []int{2, 0})
	if width != 3 || !slices.Equal(ids, []int64{4, 0, 0, 1, 2, 3}) || !slices.Equal(mask, []int64{1, 0, 0, 1, 1, 1}) {
		t.Errorf("got %v, %v, width %d", ids, mask, width)
	}
}

func TestMean(t *testing.T) {
	v, err := mean([]float32{1, 0, 5, 8, 100, 100}, 2, 2) // the last is of a piece that is none
	if err != nil || math.Abs(float64(v[0])-0.6) > 1e-6 || math.Abs(float64(v[1])-0.8) > 1e-6 {
		t.Errorf("got %v, %v", v, err)
	}
	for _, bad := range [][]float32{{0, 0}, {float32(math.NaN()), 1}, {float32(math.Inf(1)), 1}} {
		if _, err := mean(bad, 1, 2); err == nil {
			t.Errorf("%v: no error", bad)
		}
	}
}
