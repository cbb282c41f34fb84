package main

import (
	"testing"
	"time"

	"frontdesk.internal/appliance/understanding"
	"frontdesk.internal/cmd/internal/callers"
)

// TestCallersWrite has everybody who leaves a message in English write, to a box that reads by words alone: what they leave is kept, and
// nobody is put through.
func TestCallersWrite(t *testing.T) {
	all, err := callers.Plan(time.Now())
	if err != nil {
		t.Fatal(err)
	}
	head, err := understanding.WordsHead("en")
	if err != nil {
		t.Fatal(err)
	}
	x := &typedCallers{readers: map[string]*understanding.Reader{}}
	wrote := 0
	for i := range all {
		c := &all[i]
		if c.Goal != callers.Message || c.Tongue().Tag() != "en" {
			continue
		}
		wrote++
		x.readers[c.Business.ID] = understanding.NewReader(c.Business, c.Tongue(), head)
		out, err := x.call(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		if v := out.Verdict; !v.Number || !v.Name || len(v.Harmful) > 0 {
			t.Errorf("caller %d: %v\n%q", c.ID, v.Why, out.Evidence.Noted)
		}
	}
	if wrote < 5 {
		t.Errorf("%d callers leave a message", wrote)
	}
}
