package service_test

import (
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/knowledge/edit"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/servicetest"
)

// published is the business that callers hear of, and its version.
func (h *house) published() (knowledge.Business, int) {
	h.Helper()
	p := ok(h, service.ReadProfile, service.None{})
	return p.Business, p.Version
}

// away is the last day of a person's absence, as a business has it; "" = none.
func away(b knowledge.Business, name string) string {
	for _, p := range b.Staff {
		if p.Name == name {
			return p.Away
		}
	}
	return "there is nobody of that name"
}

// Closing is the owner's to say, holds from the next call on, and ends when it is taken back. Holidays and later closures stay.
func TestTheBusinessIsClosedForATime(t *testing.T) {
	h := openHouse(t)
	later := knowledge.Holiday{From: "2026-08-03", To: "2026-08-14"}
	h.biz.Holidays = append(h.biz.Holidays, later)
	ok(h, service.PublishProfile, h.biz)
	before := h.biz.Holidays
	if _, err := as(h, service.Staff, service.SetAbsence, service.Absence{Until: "2026-03-05"}); !errors.Is(err, service.ErrRefused) {
		t.Errorf("closed by staff: %v", err)
	}
	if b, v := h.published(); v != 2 || !slices.Equal(b.Holidays, before) {
		t.Errorf("refused, and yet version %d has %+v", v, b.Holidays)
	}
	for _, until := range []string{"2026-03-05", "2026-03-06"} { // the second one takes the place of the first
		v, err := as(h, service.Owner, service.SetAbsence, service.Absence{Until: until})
		b, now := h.published()
		want := slices.Concat([]knowledge.Holiday{{From: "2026-03-02", To: until}}, before)
		if err != nil || v != now || !slices.Equal(b.Holidays, want) {
			t.Errorf("closed until %s: version %d of %d, %+v, %v", until, v, now, b.Holidays, err)
		}
		if d := ok(h, service.ReadDraft, service.None{}); len(d.Changes) != 0 || !slices.Equal(d.Business.Holidays, want) {
			t.Errorf("the draft knows nothing of it: %+v", d.Changes)
		}
	}
	h.now = noon.AddDate(0, 0, 2)
	if _, err := as(h, service.Owner, service.SetAbsence, service.Absence{}); err != nil {
		t.Error(err)
	}
	if b, _ := h.published(); !slices.Equal(b.Holidays, before) {
		t.Errorf("open again: %+v", b.Holidays)
	}
	editions := ok(h, service.ListEditions, service.EditionFilter{})
	if editions[0].Note != "the business, back" || editions[1].Note != "the business, away until 2026-03-06" {
		t.Errorf("the editions say %q and %q", editions[0].Note, editions[1].Note)
	}
	h.noted("close for a time", "account Maria||failed", "account Maria|", "account Maria|")
	h.noted("open again", "account Maria|")
}

// Anybody of the staff says that somebody is out, by the name in whatever case. What waits in the draft stays there, unpublished.
func TestSomebodyIsAwayAndBack(t *testing.T) {
	h := openHouse(t)
	name, other := h.biz.Staff[0].Name, h.biz.Staff[1].Name
	h.draft() // Sunday is changed, and waits
	for _, tt := range []struct {
		in         service.Absence
		want, note string
	}{
		{service.Absence{Person: "dr. MARIA lopez", Until: "2026-03-02"}, "2026-03-02", "dr. MARIA lopez, away until 2026-03-02"},
		{service.Absence{Person: name, Until: "2026-03-09"}, "2026-03-09", name + ", away until 2026-03-09"},
		{service.Absence{Person: name}, "", name + ", back"},
	} {
		if _, err := as(h, service.Staff, service.SetAbsence, tt.in); err != nil {
			t.Fatalf("%+v: %v", tt.in, err)
		}
		b, v := h.published()
		d := ok(h, service.ReadDraft, service.None{})
		if away(b, name) != tt.want || away(b, other) != "" || away(d.Business, name) != tt.want {
			t.Errorf("%+v: away until %q, in the draft %q", tt.in, away(b, name), away(d.Business, name))
		}
		if b.Hours.Sunday != h.biz.Hours.Sunday || d.Business.Hours.Sunday != "9-12" || len(d.Changes) != 1 ||
			d.Changes[0].Section != edit.Hours {
			t.Errorf("%+v: the draft's Sunday %q, published %q, %+v", tt.in, d.Business.Hours.Sunday, b.Hours.Sunday, d.Changes)
		}
		if e := ok(h, service.ReadEdition, v); e.Note != tt.note || !e.At.Equal(noon) {
			t.Errorf("%+v: edition %+v at %s", tt.in, e.Note, e.At)
		}
	}
	h.noted("say that somebody is away", "account Maria|", "account Maria|")
	h.noted("say that somebody is back", "account Maria|")
}

// Who was taken out of the draft's staff may still be away by what is published.
func TestSomebodyIsAwayWhoLeavesWithTheDraft(t *testing.T) {
	h := openHouse(t)
	d := ok(h, service.ReadDraft, service.None{})
	b := d.Business
	gone := b.Staff[0].Name
	b.Staff = b.Staff[1:]
	ok(h, service.SaveDraft, service.DraftChange{Revision: d.Revision, Section: edit.Staff, Business: b})
	ok(h, service.SetAbsence, service.Absence{Person: gone, Until: "2026-03-03"})
	if now, _ := h.published(); away(now, gone) != "2026-03-03" {
		t.Errorf("away until %q", away(now, gone))
	}
	if d = ok(h, service.ReadDraft, service.None{}); len(d.Business.Staff) != len(b.Staff) {
		t.Errorf("the draft has %d of the staff, want %d", len(d.Business.Staff), len(b.Staff))
	}
}

// An absence ends on a day from today, as it is where the business is, to a year from then. What cannot be changes nothing.
func TestDaysOfAnAbsence(t *testing.T) {
	h := openHouse(t)
	name := h.biz.Staff[0].Name
	late := time.Date(2026, 3, 3, 4, 30, 0, 0, time.UTC) // half past ten in the evening of the second, where the clinic is
	for _, tt := range []struct {
		at    time.Time
		until string
		good  bool
	}{
		{noon, "2026-03-02", true}, {noon, "2026-03-01", false}, {noon, "2027-03-02", true}, {noon, "2027-03-03", false},
		{late, "2026-03-02", true}, {late, "2026-03-01", false}, {late, "2027-03-02", true}, {late, "2027-03-03", false},
		{noon, "2026-02-30", false}, {noon, "2026-3-5", false}, {noon, "tomorrow", false}, {noon, " 2026-03-05", false},
		{noon, "2026-03-05T12:00:00Z", false}, {noon, "9999-12-31", false},
	} {
		h.now = tt.at
		was, version := h.published()
		for _, who := range []string{"", name} {
			in := service.Absence{Person: who, Until: tt.until}
			if tt.good {
				ok(h, service.SetAbsence, in)
				continue
			}
			invalid(h, service.SetAbsence, in, "until")
			if b, v := h.published(); v != version || away(b, name) != away(was, name) || !slices.Equal(b.Holidays, was.Holidays) {
				t.Errorf("%+v was refused and changed the business", in)
			}
		}
	}
	invalid(h, service.SetAbsence, service.Absence{Person: "Nobody", Until: "2026-03-09"}, "person")
	invalid(h, service.SetAbsence, service.Absence{Person: "Nobody"}, "person")
}

// East of Greenwich a day begins before the box's: a year from today is counted where the business is, too.
func TestAYearIsCountedWhereTheBusinessIs(t *testing.T) {
	h := openHouse(t)
	h.biz.TimeZone = "Pacific/Auckland"
	ok(h, service.PublishProfile, h.biz) // there it is the third already
	invalid(h, service.SetAbsence, service.Absence{Until: "2026-03-02"}, "until")
	ok(h, service.SetAbsence, service.Absence{Until: "2026-03-03"})
	ok(h, service.SetAbsence, service.Absence{Until: "2027-03-03"})
	invalid(h, service.SetAbsence, service.Absence{Until: "2027-03-04"}, "until")
}

// Before anything is published nobody can be away of it.
func TestNobodyIsAwayOfNothing(t *testing.T) {
	s := openStore(t)
	d := servicetest.New(t, service.Options{Records: s, Now: func() time.Time { return noon }})
	for _, who := range []string{"", "Tom"} {
		_, err := service.SetAbsence.Do(servicetest.Operator(t), d, service.Absence{Person: who, Until: "2026-03-05"})
		if !invalidAt(err, "until") {
			t.Errorf("%q: %v", who, err)
		}
	}
}

// Two who say at once that somebody is away are both heard, and those who speak are told of each.
func TestTwoAbsencesAtOnce(t *testing.T) {
	h := openHouse(t)
	var mu sync.Mutex
	versions := map[int]bool{}
	d := h.with(func(o *service.Options) {
		o.Published = func(_ knowledge.Business, version int) {
			mu.Lock()
			defer mu.Unlock()
			versions[version] = true
		}
	})
	ctx := servicetest.As(t.Context(), service.Staff)
	errs := make(chan error, len(h.biz.Staff))
	for _, p := range h.biz.Staff {
		go func() {
			_, err := service.SetAbsence.Do(ctx, d, service.Absence{Person: p.Name, Until: "2026-03-05"})
			errs <- err
		}()
	}
	for range h.biz.Staff {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	b, v := h.published()
	for _, p := range b.Staff {
		if p.Away != "2026-03-05" {
			t.Errorf("%s was forgotten", p.Name)
		}
	}
	if v != 1+len(b.Staff) || len(versions) != len(b.Staff) {
		t.Errorf("version %d, told of %v", v, versions)
	}
}
