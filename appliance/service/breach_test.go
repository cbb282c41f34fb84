package service_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/service"
)

// One report collects what happened, whose data, since when and what was done; the clock runs for 72 hours, and a draft is ready.
func TestABreachIsCollectedWithItsClock(t *testing.T) {
	h := openHouse(t)
	h.claim()
	ok(h, service.ExportCaller, service.DossierWish{ID: h.who})
	b := ok(h, service.ReportBreach, service.BreachReport{
		What: "A stick with a backup was lost.", Since: noon.Add(-time.Hour), Noticed: noon, Done: "The key was changed.",
	})
	if !b.Due().Equal(noon.Add(72*time.Hour)) || !b.Runs() || b.People < 1 || len(b.Done) != 1 {
		t.Errorf("%+v", b)
	}
	facts := strings.Join(b.Facts, "|")
	for _, want := range []string{"have a card", "export caller by user tester", "set up the owner's account, from 192.0.2.7"} {
		if !strings.Contains(facts, want) {
			t.Errorf("%q is not among %q", want, facts)
		}
	}
	var draft bytes.Buffer
	if err := service.Pour(&draft, ok(h, service.DraftBreach, b.ID)); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"Article 33", "A stick with a backup was lost.", "The key was changed.", b.Due().Format(time.RFC1123), b.ID,
	} {
		if !strings.Contains(draft.String(), want) {
			t.Errorf("the draft lacks %q:\n%s", want, draft.String())
		}
	}
	b = ok(h, service.NoteBreach, service.BreachStep{ID: b.ID, Text: "Told by mail.", Notified: true})
	if b.Runs() || len(b.Done) != 2 || len(ok(h, service.ListBreaches, service.None{})) != 1 {
		t.Errorf("%+v", b)
	}
}
