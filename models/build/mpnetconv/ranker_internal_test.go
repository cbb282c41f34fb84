package mpnetconv

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

// smallEnds are ends for the small model.
func smallEnds() ends {
	h := make([]float32, small.hidden)
	return ends{
		Segment: [3][]float32{h, h, h}, Cross: [][2][]float32{{make([]float32, small.heads), make([]float32, small.heads)}},
		Weigh: [2][]float32{h, h}, None: h, Facet: h,
	}
}

// TestRanker: the layers that the ranker has anew are written with their weights, those below them are not.
func TestRanker(t *testing.T) {
	data := archive(t, "")
	rank := func(a adapter, e ends) (string, error) {
		var out bytes.Buffer
		err := small.convertRanker(&out, bytes.NewReader(data), int64(len(data)), a, e)
		return out.String(), err
	}
	out, err := rank(nil, smallEnds())
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"layer.1.output.dense.weight.scale", "relative_attention_bias.weight", "scores", "items_mask"} {
		if !strings.Contains(out, name) {
			t.Errorf("%s is missing", name)
		}
	}
	for _, name := range []string{"layer.0.", "word_embeddings", "pooler"} {
		if strings.Contains(out, name) {
			t.Errorf("%s is in it", name)
		}
	}
	for name, spoil := range map[string]func(*ends){
		"a layer too many": func(e *ends) { e.Cross = append(e.Cross, e.Cross[0]) },
		"a short segment":  func(e *ends) { e.Segment[1] = e.Segment[1][1:] },
		"a head too few":   func(e *ends) { e.Cross[0][1] = nil },
	} {
		e := smallEnds()
		if spoil(&e); e.fits(small) {
			t.Errorf("%s was taken", name)
		}
		if _, err := rank(nil, e); err == nil {
			t.Errorf("%s: converted", name)
		}
	}
	data = archive(t, "encoder.layer.1.attention.attn.k.weight")
	if _, err := rank(nil, smallEnds()); err == nil || !strings.Contains(err.Error(), "attn.k") {
		t.Errorf("without a matrix: %v", err)
	}
}

// TestRankerFiles: what the program carries is for the model that is converted.
func TestRankerFiles(t *testing.T) {
	e, err := readEnds(rankerFiles)
	if err != nil || !e.fits(base) {
		t.Fatal("the ends do not fit", err)
	}
	a, err := readAdapter(rankerFiles, "ranker")
	if err != nil {
		t.Fatal(err)
	}
	for layer := base.below; layer < base.layers; layer++ {
		for _, matrix := range []string{
			"attention.attn.q", "attention.attn.k", "attention.attn.v", "attention.attn.o", "intermediate.dense", "output.dense",
		} {
			if c := a[fmt.Sprintf("layer.%d.%s", layer, matrix)]; len(c.Scale) == 0 {
				t.Errorf("layer %d has no %s", layer, matrix)
			}
		}
	}
}
