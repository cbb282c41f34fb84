package service_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/servicetest"
	"frontdesk.internal/appliance/store"
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

// A report says what happened, and when: what cannot be so is told, and none is kept.
func TestABreachThatCannotBe(t *testing.T) {
	h := openHouse(t)
	for name, in := range map[string]service.BreachReport{
		"nothing happened": {}, "blank": {What: " \n"}, "a book": {What: strings.Repeat("x", 5001)},
		"noticed tomorrow": {What: "lost", Noticed: noon.Add(time.Second)}, "began tomorrow": {What: "lost", Since: noon.Add(time.Hour)},
		"noticed before it began": {What: "lost", Since: noon.Add(-time.Hour), Noticed: noon.Add(-2 * time.Hour)},
		"fewer than nobody":       {What: "lost", People: -1},
	} {
		if _, err := as(h, service.Owner, service.ReportBreach, in); !invalidAt(err, "breach") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if list := ok(h, service.ListBreaches, service.None{}); list == nil || len(list) != 0 {
		t.Errorf("kept: %+v", list)
	}
	b := ok(h, service.ReportBreach, service.BreachReport{What: strings.Repeat("x", 5000), Since: noon, Noticed: noon})
	fails(h, service.NoteBreach, service.BreachStep{ID: "none", Text: "x"}, store.ErrNotFound)
	fails(h, service.DraftBreach, "none", store.ErrNotFound)
	for _, text := range []string{"", " \t", strings.Repeat("x", 5001)} {
		invalid(h, service.NoteBreach, service.BreachStep{ID: b.ID, Text: text, Notified: true, Closed: true}, "text")
	}
	if now := ok(h, service.ListBreaches, service.None{})[0]; !now.Runs() || len(now.Done) != 0 {
		t.Errorf("refused, and yet: %+v", now)
	}
}

// What is not said is taken as now and everybody; what is said stands.
func TestWhatABreachReportLeavesOut(t *testing.T) {
	h := openHouse(t)
	h.now = noon.Add(time.Hour)
	b, err := as(h, service.Technician, service.ReportBreach, service.BreachReport{What: " A stick was lost.\n"})
	if err != nil || b.What != "A stick was lost." || !b.Noticed.Equal(h.now) || !b.Since.Equal(h.now) || b.People != 2 || b.By != "Maria" ||
		b.Done == nil || len(b.Done) != 0 {
		t.Errorf("%+v, %v", b, err)
	}
	b = ok(h, service.ReportBreach, service.BreachReport{What: "x", Whose: " Anna's "})
	if b.Whose != "Anna's" || b.People != 0 {
		t.Errorf("somebody's: %+v", b)
	}
	b = ok(h, service.ReportBreach, service.BreachReport{What: "x", People: 7, Done: " told them "})
	if b.People != 7 || len(b.Done) != 1 || b.Done[0].Text != "told them" || b.Done[0].By != "tester" || !b.Done[0].At.Equal(h.now) {
		t.Errorf("seven people's: %+v", b)
	}
	list, err := as(h, service.Technician, service.ListBreaches, service.None{})
	if err != nil || len(list) != 3 || list[0].ID != b.ID {
		t.Errorf("listed: %+v, %v", list, err)
	}
	for _, role := range []service.Role{service.Staff, service.Visitor} {
		_, told := as(h, role, service.ReportBreach, service.BreachReport{What: "x"})
		_, read := as(h, role, service.ListBreaches, service.None{})
		_, noted := as(h, role, service.NoteBreach, service.BreachStep{ID: b.ID, Text: "x"})
		_, drawn := as(h, role, service.DraftBreach, b.ID)
		for _, err := range []error{told, read, noted, drawn} {
			if !errors.Is(err, service.ErrRefused) {
				t.Errorf("role %b: %v", role, err)
			}
		}
	}
}

// The box tells what it knows of the time since: what left it and how often, what was refused, who came in, and where it spoke to. What
// was before counts for nothing, and no caller is named.
func TestTheFactsOfABreachAreOfItsTime(t *testing.T) {
	h := openHouse(t)
	h.claim()
	ok(h, service.ExportCaller, service.DossierWish{ID: h.who}) // before
	if _, err := h.signIn("Maria", "a guess"); err == nil {
		t.Error("a guess was right")
	}
	if err := h.s.AddEgress([]record.Egress{
		{Day: "2026-03-01", Address: "old.example:443", Purpose: "backup", Sent: 5},
		{Day: "2026-03-03", Address: "far.example:443", Purpose: "backup", Sent: 70},
	}); err != nil {
		t.Fatal(err)
	}
	h.now = noon.AddDate(0, 0, 1)
	for range 2 {
		ok(h, service.ExportCaller, service.DossierWish{ID: h.who})
	}
	if _, err := h.signIn("Maria", "another"); err == nil {
		t.Error("a guess was right")
	}
	if _, err := as(h, service.Staff, service.SetUpBackup, service.None{}); err == nil {
		t.Error("staff made a key")
	}
	b := ok(h, service.ReportBreach, service.BreachReport{What: "lost", Since: h.now, Noticed: h.now})
	facts := strings.Join(b.Facts, "\n")
	for _, want := range []string{
		"2 people have a card", "The keys are locked by: ", "export caller by user tester, 2 times.", "2 acts were refused or failed.",
		"2026-03-03T17:00:00Z: sign in, from 192.0.2.7, was refused (1 times).", "2026-03-03: 70 octets to far.example:443 (backup).",
	} {
		if !strings.Contains(facts, want) {
			t.Errorf("%q is not among\n%s", want, facts)
		}
	}
	for _, not := range []string{"old.example", "2026-03-02", "5550123", "Ada", "Anna", h.who, "came in"} {
		if strings.Contains(facts, not) {
			t.Errorf("%q is among\n%s", not, facts)
		}
	}
}

// Each step keeps who took it and when; the clock stops with the notice, or when it is closed with why none is needed.
func TestTheStepsOfABreach(t *testing.T) {
	for name, tt := range map[string]struct {
		step            service.BreachStep
		runs            bool
		notified, close bool
	}{
		"a note":     {service.BreachStep{Text: " found it "}, true, false, false},
		"a notice":   {service.BreachStep{Text: "told by mail", Notified: true}, false, true, false},
		"no risk":    {service.BreachStep{Text: "the stick is sealed", Closed: true}, false, false, true},
		"all is now": {service.BreachStep{Text: "told, and done", Notified: true, Closed: true}, false, true, true},
	} {
		t.Run(name, func(t *testing.T) {
			h := openHouse(t)
			tt.step.ID = ok(h, service.ReportBreach, service.BreachReport{What: "lost", Done: "the lock was changed"}).ID
			h.now = noon.Add(time.Hour)
			b, err := as(h, service.Technician, service.NoteBreach, tt.step)
			if err != nil || b.Runs() != tt.runs || b.Notified.Equal(h.now) != tt.notified || b.Closed.Equal(h.now) != tt.close {
				t.Errorf("%+v, %v", b, err)
			}
			want := record.Measure{At: h.now, By: "Maria", Text: strings.TrimSpace(tt.step.Text)}
			if len(b.Done) != 2 || b.Done[1] != want {
				t.Errorf("done: %+v", b.Done)
			}
			if kept := ok(h, service.ListBreaches, service.None{}); len(kept) != 1 || len(kept[0].Done) != 2 || kept[0].Runs() != tt.runs {
				t.Errorf("kept: %+v", kept)
			}
			h.noted("note about a breach", "account Maria|"+b.ID)
		})
	}
}

// Two who note at once what they did are both heard.
func TestTwoStepsOfABreachAtOnce(t *testing.T) {
	h := openHouse(t)
	id := ok(h, service.ReportBreach, service.BreachReport{What: "lost"}).ID
	const hands = 8
	errs := make(chan error, hands)
	for i := range hands {
		go func() {
			_, err := as(h, service.Owner, service.NoteBreach, service.BreachStep{ID: id, Text: fmt.Sprint("step ", i), Notified: i == 0})
			errs <- err
		}()
	}
	for range hands {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	if b := ok(h, service.ListBreaches, service.None{})[0]; len(b.Done) != hands || b.Runs() {
		t.Errorf("%d of %d steps; the clock runs: %v", len(b.Done), hands, b.Runs())
	}
}

// The draft names the controller and the contact, whose data it is, what was done, and asks why it is late when it is.
func TestTheDraftOfANotice(t *testing.T) {
	h := openHouse(t)
	everybody := ok(h, service.ReportBreach, service.BreachReport{What: "A stick was lost.", Noticed: noon, Done: "The lock was changed."})
	draft := func(id string) string {
		t.Helper()
		c := ok(h, service.DraftBreach, id)
		if c.Type() != "text/plain; charset=utf-8" {
			t.Errorf("it is %s", c.Type())
		}
		return string(poured(t, c))
	}
	const late = "Why this comes after 72 hours"
	text := draft(everybody.ID)
	for _, want := range []string{
		"Controller: " + h.biz.Name, "Contact for this matter: " + h.biz.Contact.Phone + ", " + h.biz.Contact.Email,
		"everybody of whom something is kept; about 2 people", ", tester: The lock was changed.", "5. What the box knows",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the draft lacks %q:\n%s", want, text)
		}
	}
	if strings.Contains(text, late) {
		t.Error("within 72 hours it asks why it is late")
	}
	h.biz.Notices.Contact = knowledge.PrivacyContact{Name: "Dr. Data", Email: "data@example.org"}
	ok(h, service.PublishProfile, h.biz)
	whose := ok(h, service.ReportBreach, service.BreachReport{What: "x", Whose: "Anna's", People: 1, Noticed: noon})
	h.now = noon.Add(72*time.Hour + time.Second)
	text = draft(whose.ID)
	for _, want := range []string{"Contact for this matter: Dr. Data, data@example.org\n", "2. Whose data: Anna's; about 1 people", late} {
		if !strings.Contains(text, want) {
			t.Errorf("the draft lacks %q:\n%s", want, text)
		}
	}
	ok(h, service.NoteBreach, service.BreachStep{ID: whose.ID, Text: "told", Notified: true})
	if strings.Contains(draft(whose.ID), late) {
		t.Error("the authority knows, and it asks why it is late")
	}
	h.noted("draft notice of a breach", "user tester|"+everybody.ID, "user tester|"+whose.ID) // again within minutes is one line
}

// Before anything is published the draft says that a contact is to be named.
func TestADraftWithoutAProfile(t *testing.T) {
	s := openStore(t)
	d := servicetest.New(t, service.Options{Records: s, Now: func() time.Time { return noon }})
	b, err := service.ReportBreach.Do(servicetest.Operator(t), d, service.BreachReport{What: "lost"})
	if err != nil || b.People != 0 {
		t.Fatalf("%+v, %v", b, err)
	}
	c, err := service.DraftBreach.Do(servicetest.Operator(t), d, b.ID)
	if err != nil {
		t.Fatal(err)
	}
	if text := string(poured(t, c)); !strings.Contains(text, "Contact for this matter: to be named") {
		t.Errorf("%s", text)
	}
}
