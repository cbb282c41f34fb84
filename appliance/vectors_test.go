package appliance_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"frontdesk.internal/appliance/config"
	"frontdesk.internal/appliance/understanding"
	"frontdesk.internal/appliance/vectorfile"
	"frontdesk.internal/models/engines"
)

// fittedMeaning gives some vectors in the name of the models for which the heads of the program are fitted.
func fittedMeaning(_ context.Context, tag string, texts []string) (engines.Vectors, error) {
	h, err := understanding.MeaningHead(tag)
	if err != nil {
		return engines.Vectors{}, err
	}
	v := engines.Vectors{Model: h.Model, Dims: h.Dims}
	for _, t := range texts {
		x := make([]float32, len(h.Mean))
		x[len(t)%len(x)] = 1
		v.Vectors = append(v.Vectors, x)
	}
	return v, nil
}

// A box that starts anew with the same business and the same models embeds nothing.
func TestABoxUnderstandsAtOnceAfterAStart(t *testing.T) {
	state := filepath.Join(t.TempDir(), "state")
	embedded := func() int {
		e := &scripted{}
		e.Meaning.Func = fittedMeaning
		o := openOffice(t, e, "right", func(c *config.Config) { c.Storage.Dir = state })
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if err := o.app.WaitReady(ctx); err != nil {
			t.Fatal(err)
		}
		o.stop()
		if err := o.ended(); err != nil {
			t.Fatal(err)
		}
		return len(e.Embedded())
	}
	if n := embedded(); n == 0 {
		t.Error("the first start embeds nothing")
	}
	if s, err := vectorfile.Read(filepath.Join(state, "vectors"), "en"); err != nil || len(s.Vectors) == 0 {
		t.Errorf("%d vectors are kept, %v", len(s.Vectors), err)
	}
	if n := embedded(); n != 0 {
		t.Errorf("the second start embeds %d texts", n)
	}
}
