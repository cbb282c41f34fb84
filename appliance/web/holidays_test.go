package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"frontdesk.internal/appliance/knowledge"
)

// draft is what waits to be published.
func (b *busy) draft(t *testing.T) knowledge.Business {
	t.Helper()
	d, err := b.store.Draft()
	if err != nil {
		t.Fatal(err)
	}
	return d.Business
}

// holidaysOf writes the entries of a day, each as "name from to hours".
func holidaysOf(b knowledge.Business, date string) (out []string) {
	for _, h := range b.Holidays {
		if h.From == date {
			out = append(out, strings.TrimSpace(strings.Join([]string{h.Name, h.From, h.To, h.Hours}, " ")))
		}
	}
	return out
}

// A public holiday is closed and opened with one tap, for every year where it has one date, for its one date where it moves.
func TestPublicHolidays(t *testing.T) {
	b := openReal(t)
	s := b.site.asOwner(t)
	tap := func(day, do string) {
		t.Helper()
		r, body := s.post(t, "/business/holidays/days", url.Values{"day": {day}, "do": {do}})
		if r.StatusCode != http.StatusSeeOther {
			t.Fatalf("%s on %s: %s %s", do, day, r.Status, body)
		}
	}
	_, page := s.ask(t, "GET", "/business/holidays")
	wantAll(t, page, "Public holidays of the coming year", "The United States", "Memorial Day", "Juneteenth", "every year", `type="date"`)
	june := "2026-06-19"
	if !strings.Contains(page, `id="day-`+june+`"`) {
		june = "2027-06-19"
	}
	tap(june, "close")
	if got := holidaysOf(b.draft(t), "06-19"); len(got) != 1 || got[0] != "Juneteenth 06-19" {
		t.Errorf("closed on Juneteenth: %q", got)
	}
	tap(june, "close")
	if got := holidaysOf(b.draft(t), "06-19"); len(got) != 1 {
		t.Errorf("closed twice: %q", got)
	}
	_, page = s.ask(t, "GET", "/business/holidays")
	row := between(t, page, `id="day-`+june+`"`, "</li>")
	wantAll(t, row, `value="close" aria-label="Closed on Juneteenth`, `aria-pressed="true">Closed`, `aria-pressed="false">Open`)
	tap(june, "open")
	if got := holidaysOf(b.draft(t), "06-19"); len(got) != 0 {
		t.Errorf("open on Juneteenth: %q", got)
	}
	labor := between(t, between(t, page, "Labor Day</b>", "aria-label"), `name="day" value="`, `"`)
	tap("all", "close")
	if got := holidaysOf(b.draft(t), labor); len(got) != 1 || got[0] != "Labor Day "+labor {
		t.Errorf("closed on Labor Day %s: %q", labor, got)
	}
	_, page = s.ask(t, "GET", "/business/holidays")
	wantNone(t, page, "Closed on all that are left", "as every ")
	if r, _ := s.post(t, "/business/holidays/days", url.Values{"day": {"2026-02-30"}, "do": {"close"}}); r.StatusCode != http.StatusNotFound {
		t.Errorf("a day that is no holiday: %s", r.Status)
	}
	staff := openReal(t).site.asStaff(t)
	if r, _ := staff.post(t, "/business/holidays/days", url.Values{"day": {june}, "do": {"close"}}); r.StatusCode != http.StatusForbidden {
		t.Errorf("staff: %s", r.Status)
	}
}

// The days of the form come from a browser's calendar, which knows no day without a year.
func TestHolidayForm(t *testing.T) {
	b := openReal(t)
	s := b.site.asOwner(t)
	_, page := s.ask(t, "GET", "/business/holidays")
	f := url.Values{
		"revision":         {between(t, page, `name="revision" value="`, `"`)},
		"holidays[0].name": {"Christmas"}, "holidays[0].from": {"2026-12-24"}, "holidays[0].to": {"2027-01-06"}, "holidays[0].yearly": {"1"},
		"holidays[1].name": {""}, "holidays[1].from": {"2027-02-01"}, "holidays[1].to": {"2027-02-05"},
		"holidays[2].name": {"Leap day"}, "holidays[2].from": {"02-29"}, "holidays[2].hours": {"by appointment"},
	}
	if r, body := s.post(t, "/business/holidays", f); r.StatusCode != http.StatusSeeOther {
		t.Fatalf("%s %s", r.Status, body)
	}
	want := []knowledge.Holiday{
		{Name: "Christmas", From: "12-24", To: "01-06"}, {From: "2027-02-01", To: "2027-02-05"},
		{Name: "Leap day", From: "02-29", Hours: "by appointment"},
	}
	got := b.draft(t).Holidays
	if len(got) != len(want) {
		t.Fatalf("kept %+v", got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("kept %+v, want %+v", got[i], want[i])
		}
	}
	_, page = s.ask(t, "GET", "/business/holidays")
	wantAll(t, page, `name="holidays[0].yearly" value="1" checked`, "24 December to 6 January, every year", "1 February 2027 to 5 February 2027",
		`-02-29" type="date"`)
}
