package main

import (
	"slices"
	"strings"
	"testing"

	"frontdesk.internal/appliance/language/all"
	"frontdesk.internal/appliance/understanding"
	"frontdesk.internal/models"
)

// The heads that the program carries are fitted for the models that set-up fetches: with others a box would read by words alone.
func TestHeadsAreForTheModels(t *testing.T) {
	m, err := models.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	name := func(of func(models.Model) bool) string {
		for _, x := range m.Models {
			if x.Role == models.Embed && x.Default && of(x) {
				e, err := embedModel(models.Files{Model: x, Path: "folder/" + x.Files[0].Name})
				if err != nil {
					t.Fatal(err)
				}
				return e.Name
			}
		}
		return ""
	}
	many := name(func(x models.Model) bool { return len(x.Languages) == 0 })
	for _, tag := range all.Tags() {
		want := many
		if tag == "en" {
			want = strings.Join([]string{name(func(x models.Model) bool { return slices.Contains(x.Languages, tag) }), many}, "+")
		}
		h, err := understanding.MeaningHead(tag)
		if err != nil || h.Model != want || h.Language != tag || h.Quote == 0 || len(h.Weights) < 30 {
			t.Errorf("%s: a head for %q, want %q: %v", tag, h.Model, want, err)
		}
	}
}
