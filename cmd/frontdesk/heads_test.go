package main

import (
	"testing"

	"frontdesk.internal/appliance/language/all"
	"frontdesk.internal/appliance/understanding"
	"frontdesk.internal/models"
	"frontdesk.internal/models/embed"
)

// The heads that the program carries are fitted for the models that set-up fetches: with others a box would read by words alone.
// English is compared closely too: only for it is there a ranker.
func TestHeadsAreForTheModels(t *testing.T) {
	m, err := models.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	var list []embed.Model
	for _, x := range m.Models {
		if x.Role != models.Embed || !x.Default {
			continue
		}
		e, err := embedModel(models.Files{Model: x, Path: "folder/" + x.Files[0].Name})
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, e)
	}
	for _, tag := range all.Tags() {
		want := embed.Names(list, tag)
		h, err := understanding.MeaningHead(tag)
		if err != nil || h.Model != want || h.Language != tag || h.Quote == 0 || len(h.Scorer.Names) < 30 || (h.Ranked == nil) == (tag == "en") {
			t.Errorf("%s: a head for %q, want %q: %v", tag, h.Model, want, err)
		}
	}
}
