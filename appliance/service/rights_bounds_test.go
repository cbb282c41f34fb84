package service_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/servicetest"
	"frontdesk.internal/appliance/store"
)

// newCard makes a card of a name and a number.
func newCard(t *testing.T, d *service.Service, name, number string) record.Caller {
	t.Helper()
	c, err := service.ChangeCaller.Do(servicetest.Operator(t), d, service.CallerChange{Edit: service.CallerEdit{Add: []record.Field{
		{Kind: record.FieldName, Value: record.Personal(name)}, {Kind: record.FieldNumber, Value: record.Personal(number)},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// A hold needs a reason and an end to come; it keeps the card from being erased, split and swept, and is noted with who put it.
func TestHoldsThatCannotBe(t *testing.T) {
	s := openStore(t)
	d := servicetest.New(t, service.Options{Records: s, Now: func() time.Time { return noon }})
	owner := servicetest.As(t.Context(), service.Owner)
	c := newCard(t, d, "Ada", "+12175550142")
	good := record.Hold{Caller: c.ID, Reason: "a law suit", Until: noon.Add(time.Hour)}
	for name, change := range map[string]func(h *record.Hold){
		"no reason": func(h *record.Hold) { h.Reason = "" }, "blank reason": func(h *record.Hold) { h.Reason = " \n" },
		"no end": func(h *record.Hold) { h.Until = time.Time{} }, "over": func(h *record.Hold) { h.Until = noon.Add(-time.Second) },
		"over now": func(h *record.Hold) { h.Until = noon },
	} {
		h := good
		change(&h)
		if err := service.HoldCaller.Act(owner, d, h); !invalidAt(err, "hold") {
			t.Errorf("%s: %v", name, err)
		}
	}
	stranger := good
	stranger.Caller = "none"
	if err := service.HoldCaller.Act(owner, d, stranger); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("nobody's card: %v", err)
	}
	if hs, err := service.ListHolds.Get(owner, d); err != nil || len(hs) != 0 {
		t.Errorf("%+v, %v", hs, err)
	}
	if err := service.HoldCaller.Act(owner, d, good); err != nil {
		t.Fatal(err)
	}
	hs, err := service.ListHolds.Get(owner, d)
	if err != nil || len(hs) != 1 || hs[0].By != "Maria" || !hs[0].At.Equal(noon) {
		t.Errorf("%+v, %v", hs, err)
	}
	var held *store.HeldError
	if _, err := service.EraseCaller.Do(owner, d, service.Erasure{ID: c.ID, Reason: "asked"}); !errors.As(err, &held) {
		t.Errorf("erased in spite of it: %v", err)
	}
	if jobs, err := s.Jobs(); err != nil || len(jobs) != 0 {
		t.Errorf("a job is left behind: %+v, %v", jobs, err)
	}
	for i, want := range []error{nil, store.ErrNotFound} {
		if err := service.ReleaseCaller.Act(owner, d, c.ID); !errors.Is(err, want) {
			t.Errorf("released, time %d: %v", i+1, err)
		}
	}
	e, err := service.EraseCaller.Do(owner, d, service.Erasure{ID: c.ID, Reason: "asked"})
	if err != nil || e.By != "Maria" || e.Reason != "asked" || !e.Proof.Clean() {
		t.Errorf("%+v, %v", e, err)
	}
	for _, again := range []error{
		service.EraseCaller.Act(owner, d, service.Erasure{ID: c.ID}), service.HoldCaller.Act(owner, d, good),
	} {
		if again == nil || errors.As(again, &held) {
			t.Errorf("of who is erased: %v", again)
		}
	}
	list, err := service.ListErasures.Get(owner, d)
	if err != nil || len(list) != 1 || list[0].ID != e.ID || strings.Contains(fmt.Sprintf("%+v", list), "Ada") {
		t.Errorf("%+v, %v", list, err)
	}
}

// A consent is one of the closed list, of somebody who is there; that to be contacted puts its mark on the card, and takes it off.
func TestConsentsThatCannotBe(t *testing.T) {
	s := openStore(t)
	d := servicetest.New(t, service.Options{Records: s, Now: func() time.Time { return noon }})
	owner := servicetest.As(t.Context(), service.Owner)
	c := newCard(t, d, "Ada", "+12175550142")
	for _, tt := range []struct {
		kind  record.ConsentKind
		state record.ConsentState
		paths []string
	}{
		{"", "", []string{"kind", "state"}}, {"shoes", record.ConsentGiven, []string{"kind"}},
		{record.ConsentContact, "maybe", []string{"state"}}, {record.ConsentRecording, "", []string{"state"}},
	} {
		said := record.Consent{Caller: c.ID, Kind: tt.kind, State: tt.state}
		if _, err := service.NoteConsent.Do(owner, d, said); !invalidAt(err, tt.paths...) {
			t.Errorf("%q %q: %v", tt.kind, tt.state, err)
		}
	}
	nobody := record.Consent{Caller: "none", Kind: record.ConsentContact, State: record.ConsentGiven}
	if _, err := service.NoteConsent.Do(owner, d, nobody); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("of nobody: %v", err)
	}
	if cs, err := service.ListConsents.Do(owner, d, c.ID); err != nil || len(cs) != 0 || cs == nil {
		t.Errorf("%+v, %v", cs, err)
	}
	for i, state := range []record.ConsentState{record.ConsentRefused, record.ConsentGiven, record.ConsentWithdrawn} {
		got, err := service.NoteConsent.Do(owner, d, record.Consent{
			Caller: c.ID, Kind: record.ConsentContact, State: state, By: "somebody else", At: noon.Add(-time.Hour), How: record.ByKey,
		})
		if err != nil || got.By != "Maria" || !got.At.Equal(noon) || got.How != record.ByOffice {
			t.Errorf("%s: %+v, %v", state, got, err)
		}
		card, err := s.Caller(c.ID)
		if err != nil || card.Has(record.TagNoContact) != (state != record.ConsentGiven) {
			t.Errorf("%s: the card has %+v, %v", state, card.Marks, err)
		}
		if cs, err := service.ListConsents.Do(owner, d, c.ID); err != nil || len(cs) != i+1 || cs[i].State != state {
			t.Errorf("%s: %+v, %v", state, cs, err)
		}
	}
}

// The table of who is not to be contacted harms no spreadsheet, and every value comes back from it as it is on the card.
func TestTheTableOfNoContactIsHarmless(t *testing.T) {
	s := openStore(t)
	d := servicetest.New(t, service.Options{Records: s, Now: func() time.Time { return noon }})
	owner := servicetest.As(t.Context(), service.Owner)
	names := []string{`=HYPERLINK("x")`, "+49 is a name", "-1", "@SUM(A1)", "Ada, \"the\" first", "two\nlines", "Müller", "’"}
	for i, name := range names {
		c := newCard(t, d, name, fmt.Sprintf("+1217555%04d", 100+i))
		edit := service.CallerEdit{
			Add:  []record.Field{{Kind: record.FieldEmail, Value: record.Personal(fmt.Sprintf("a%d@example.org", i))}},
			Tags: []record.Tag{record.TagNoContact},
		}
		if _, err := service.ChangeCaller.Do(owner, d, service.CallerChange{ID: c.ID, Edit: edit}); err != nil {
			t.Fatal(err)
		}
	}
	newCard(t, d, "somebody else", "+12175550999")
	out, err := service.ExportNoContact.Get(owner, d)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if _, err := out.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&b).ReadAll()
	if err != nil || len(rows) != 1+2*len(names) {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	var got []string
	for _, row := range rows[1:] {
		for _, cell := range row[:3] {
			number := strings.HasPrefix(cell, "+") && strings.Trim(cell[1:], "0123456789") == ""
			if cell != "" && !number && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
				t.Errorf("a formula: %q", cell)
			}
		}
		if row[3] != noon.Format(time.DateOnly) {
			t.Errorf("since %q", row[3])
		}
		if name := strings.TrimPrefix(row[0], "'"); !slices.Contains(got, name) {
			got = append(got, name)
		}
	}
	slices.Sort(got)
	slices.Sort(names)
	if !slices.Equal(got, names) {
		t.Errorf("%q, want %q", got, names)
	}
	if _, err := service.ExportNoContact.Get(servicetest.As(t.Context(), service.Staff), d); !errors.Is(err, service.ErrRefused) {
		t.Errorf("exported by staff: %v", err)
	}
}

// What is asked of the audit chain is what a plain reading of it finds: property over made-up lines and questions.
func TestListAuditIsAPlainReading(t *testing.T) {
	s := openStore(t)
	at := noon
	d := servicetest.New(t, service.Options{Records: s, Now: func() time.Time { return at }})
	r := rand.New(rand.NewPCG(17, 4))
	people := []string{"Maria", "Anna", "Ann", "bob"}
	for i := range 300 {
		at = noon.Add(time.Duration(i) * time.Minute)
		ctx := service.WithActor(t.Context(), service.Actor{
			Kind: "account", Name: people[r.IntN(len(people))], Door: "page", Role: service.Owner,
		})
		_ = service.RevokeToken.Act(ctx, d, fmt.Sprintf("token-%d", r.IntN(12))) // there is none: the attempt is noted
	}
	var all []record.AuditEntry
	if err := s.AuditEntries(1, func(e record.AuditEntry) error { all = append(all, e); return nil }); err != nil || len(all) != 300 {
		t.Fatal(len(all), err)
	}
	slices.Reverse(all)
	for range 200 {
		q := service.AuditQuery{Limit: r.IntN(40)}
		if r.IntN(2) == 0 {
			q.Who = []string{"maria", "ANN", "account", "b", "nobody"}[r.IntN(5)]
		}
		if r.IntN(2) == 0 {
			q.About = []string{"token-1", "TOKEN", "-11", "x"}[r.IntN(4)]
		}
		if r.IntN(2) == 0 {
			q.Since = noon.Add(time.Duration(r.IntN(310)) * time.Minute)
		}
		want := []uint64{}
		for _, e := range all {
			if strings.Contains(strings.ToLower(e.Who), strings.ToLower(q.Who)) && strings.Contains(e.Subject, strings.ToLower(q.About)) &&
				!e.At.Before(q.Since) && (q.Limit == 0 || len(want) < q.Limit) {
				want = append(want, e.Seq)
			}
		}
		list, err := service.ListAudit.Do(service.AsBox(t.Context(), "test"), d, q)
		if err != nil {
			t.Fatal(err)
		}
		got := []uint64{}
		for _, e := range list {
			got = append(got, e.Seq)
		}
		if !slices.Equal(got, want) {
			t.Fatalf("%+v: %v, want %v", q, got, want)
		}
	}
}
