package web_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/store"
)

func TestTheCardIsChangedAndItsRightsAreUsed(t *testing.T) {
	b := openReal(t)
	s := b.site.asOwner(t)
	who := b.call.CallerID
	card := "/callers/" + who
	save := func(fields url.Values) (*http.Response, string) { return s.post(t, card+"/card", fields) }
	if r, body := save(url.Values{
		"name": {"Ada <Byron>"}, "email": {"ada@example.org"}, "tag.vip": {"on"}, "tag.protected": {"on"},
	}); r.StatusCode != http.StatusOK || !strings.Contains(body, "Saved.") {
		t.Fatalf("save: %s", r.Status)
	}
	c, err := b.store.Caller(who)
	if err != nil || c.Name != "Ada <Byron>" || !c.Has(record.TagVIP) || !c.Has(record.TagProtected) ||
		c.Values(record.FieldEmail)[0] != "ada@example.org" {
		t.Errorf("the card is %+v, %v", c, err)
	}
	if r, body := save(url.Values{"name": {"Ada <Byron>"}}); r.StatusCode != http.StatusOK || strings.Contains(body, "Ada <Byron>") ||
		!strings.Contains(body, "Ada &lt;Byron&gt;") {
		t.Errorf("save again: %s", r.Status)
	}
	if c, err = b.store.Caller(who); err != nil || c.Has(record.TagVIP) || len(c.Values(record.FieldEmail)) != 0 {
		t.Errorf("what was taken off is there: %+v, %v", c, err)
	}
	use := func(fields url.Values) (*http.Response, string) { return s.post(t, card+"/rights", fields) }
	if r, body := use(url.Values{"do": {"code"}}); r.StatusCode != http.StatusOK || !strings.Contains(body, "Tell the person") {
		t.Errorf("code: %s", r.Status)
	}
	if r, body := use(url.Values{"do": {"rectify"}}); r.StatusCode != http.StatusUnprocessableEntity ||
		!strings.Contains(body, "what is wrong") {
		t.Errorf("a request with nothing in it: %s", r.Status)
	}
	if r, _ := use(url.Values{"do": {"access"}}); r.StatusCode != http.StatusSeeOther {
		t.Errorf("a request: %s", r.Status)
	}
	if r, _ := use(url.Values{"do": {"hold"}, "reason": {"a law suit"}, "until": {"2031-01-01"}}); r.StatusCode != http.StatusOK {
		t.Errorf("hold: %s", r.Status)
	}
	if r, body := use(url.Values{"do": {"erase"}, "word": {"Erase "}}); r.StatusCode != http.StatusUnprocessableEntity ||
		!strings.Contains(body, "legal hold") {
		t.Errorf("erase under a hold: %s", r.Status)
	}
	r, body := s.post(t, card+"/export", url.Values{"redact": {"tooth"}})
	if r.StatusCode != http.StatusOK || r.Header.Get("Content-Type") != "application/zip" {
		t.Fatalf("export: %s", r.Status)
	}
	if z, err := zip.NewReader(bytes.NewReader([]byte(body)), int64(len(body))); err != nil || len(z.File) != 3 {
		t.Errorf("export: %v", err)
	}
	if r, _ := use(url.Values{"do": {"release"}}); r.StatusCode != http.StatusOK {
		t.Errorf("release: %s", r.Status)
	}
	// The request is dealt with: first who asks, then what.
	rs, err := b.store.Requests()
	if err != nil || len(rs) != 1 {
		t.Fatal(rs, err)
	}
	deal := func(fields url.Values) (*http.Response, string) { return s.post(t, "/requests/"+rs[0].ID, fields) }
	if r, body := deal(url.Values{}); r.StatusCode != http.StatusOK || !strings.Contains(body, "not known yet") {
		t.Errorf("done without a check: %s", r.Status)
	}
	if r, _ := deal(url.Values{"do": {"identify"}, "how": {"office"}}); r.StatusCode != http.StatusSeeOther {
		t.Errorf("check: %s", r.Status)
	}
	if r, _ := deal(url.Values{}); r.StatusCode != http.StatusSeeOther {
		t.Errorf("done: %s", r.Status)
	}
	for _, word := range []string{"", "on", "erased"} {
		if r, body := use(url.Values{"do": {"erase"}, "word": {word}}); r.StatusCode != http.StatusUnprocessableEntity ||
			!strings.Contains(body, "Nothing was erased: type erase") {
			t.Errorf("erase by the word %q: %s", word, r.Status)
		}
	}
	if r, _ := use(url.Values{"do": {"erase"}, "word": {"Erase "}, "reason": {"asked"}}); r.StatusCode != http.StatusSeeOther ||
		!strings.HasPrefix(r.Header.Get("Location"), "/requests?erased=") {
		t.Errorf("erase: %s", r.Status)
	}
	if _, err := b.store.Caller(who); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("after the erasure: %v", err)
	}
	// All of it is in the audit chain, with who did it.
	var acts []string
	err = b.store.AuditEntries(1, func(e record.AuditEntry) error {
		if !strings.HasPrefix(e.Who, "account ") || e.Door != "page" {
			t.Errorf("%+v", e)
		}
		acts = append(acts, e.Act)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"read caller", "change caller", "make code for caller", "hold caller", "export caller", "end hold of caller", "erase caller",
	} {
		if !slices.Contains(acts, want) {
			t.Errorf("the chain does not have %q: %v", want, acts)
		}
	}
	// Staff may write on cards, and no more.
	other := openReal(t)
	st, card := other.site.asStaff(t), "/callers/"+other.call.CallerID
	if r, _ := st.post(t, card+"/rights", url.Values{"do": {"erase"}, "word": {"Erase "}}); r.StatusCode != http.StatusForbidden {
		t.Errorf("staff erases: %s", r.Status)
	}
	if r, _ := st.post(t, card+"/export", url.Values{}); r.StatusCode != http.StatusForbidden {
		t.Errorf("staff exports: %s", r.Status)
	}
}

// The form of the card is the same for staff, but what guards the person stays on it.
func TestStaffDoesNotLiftAnObjection(t *testing.T) {
	b := openReal(t)
	s, card := b.site.asStaff(t), "/callers/"+b.call.CallerID
	if r, _ := s.post(t, card+"/card", url.Values{"tag.objects": {"on"}, "tag.vip": {"on"}}); r.StatusCode != http.StatusOK {
		t.Fatalf("put on: %s", r.Status)
	}
	if r, body := s.ask(t, http.MethodGet, card); r.StatusCode != http.StatusOK ||
		!strings.Contains(body, `type="hidden" name="tag.objects" value="on"`) || strings.Contains(body, `type="hidden" name="tag.vip"`) {
		t.Errorf("the form: %s", r.Status)
	}
	if r, body := s.post(t, card+"/card", url.Values{"name": {"Ada"}}); r.StatusCode != http.StatusForbidden ||
		!strings.Contains(body, "by the owner alone") {
		t.Errorf("taken off: %s", r.Status)
	}
	c, err := b.store.Caller(b.call.CallerID)
	if err != nil || !c.Has(record.TagObjects) || c.Name == "Ada" {
		t.Errorf("the card is %+v, %v", c, err)
	}
	if r, _ := s.post(t, card+"/card", url.Values{"name": {"Ada"}, "tag.objects": {"on"}}); r.StatusCode != http.StatusOK {
		t.Errorf("another change: %s", r.Status)
	}
	if c, err = b.store.Caller(b.call.CallerID); err != nil || !c.Has(record.TagObjects) || c.Has(record.TagVIP) || c.Name != "Ada" {
		t.Errorf("the card is %+v, %v", c, err)
	}
}

// What callers have asked for is on the first page, for staff without what it is about; a correction puts the card right; who is
// not to be contacted is on a page and in a table.
func TestRequestsReachSomebody(t *testing.T) {
	b := openReal(t)
	s := b.site.asOwner(t)
	if _, err := b.store.SaveRequest(record.Request{
		Caller: b.call.CallerID, Kind: record.RequestErase, State: record.RequestOpen, At: noon.AddDate(0, -2, 0), Due: noon.AddDate(0, -1, 0),
		Door: "telephone",
	}); err != nil {
		t.Fatal(err)
	}
	r, err := b.store.SaveRequest(record.Request{
		Caller: b.call.CallerID, Kind: record.RequestRectify, State: record.RequestOpen, At: noon, Due: noon.AddDate(0, 1, 0),
		Identity: record.IdentityOffice, What: "my name",
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, body := s.ask(t, http.MethodGet, "/"); !strings.Contains(body, `<article class="message urgent">`) {
		t.Error("what is overdue is not red")
	} else {
		wantAll(t, body, "About their data", "Wants to be erased", `<b class="flag">Overdue</b>`,
			"Says that something is wrong", `href="/requests"`)
	}
	if _, body := s.ask(t, http.MethodGet, "/requests"); !strings.Contains(body, `name="do" value="rectify"`) {
		t.Error("there is no form to correct")
	}
	if r, body := s.post(t, "/requests/"+r.ID, url.Values{"do": {"rectify"}, "kind": {"name"}}); r.StatusCode != http.StatusOK ||
		!strings.Contains(body, "say what is right") {
		t.Errorf("nothing said: %s", r.Status)
	}
	if r, _ := s.post(t, "/requests/"+r.ID, url.Values{
		"do": {"rectify"}, "kind": {"name"}, "right": {"Anna Bergmann"},
	}); r.StatusCode != http.StatusSeeOther {
		t.Errorf("corrected: %s", r.Status)
	}
	if c, err := b.store.Caller(b.call.CallerID); err != nil || c.Name != "Anna Bergmann" {
		t.Errorf("the card is %+v, %v", c, err)
	}
	if _, err := b.store.ChangeCaller(b.call.CallerID, func(c *record.Caller) error {
		c.SetTag(record.Mark{Tag: record.TagNoContact, At: noon}, true)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if _, body := s.ask(t, http.MethodGet, "/callers/no-contact"); !strings.Contains(body, "Anna Bergmann") ||
		!strings.Contains(body, "no-contact.csv") {
		t.Error("who is not to be contacted is on no page")
	}
	if r, body := s.ask(t, http.MethodGet, "/callers/no-contact.csv"); r.Header.Get("Content-Type") != "text/csv; charset=utf-8" ||
		!strings.Contains(body, "Anna Bergmann,number,+12175550182,") {
		t.Errorf("the table: %s %q", r.Status, body)
	}
	if _, body := s.ask(t, http.MethodGet, "/messages/"+b.note.ID+"/call"); !strings.Contains(body, "does not want to be called unasked") {
		t.Error("who calls back is not asked first")
	}
	other := openReal(t)
	st := other.site.asStaff(t)
	if _, err := other.store.SaveRequest(record.Request{
		Caller: other.call.CallerID, Kind: record.RequestErase, State: record.RequestOpen, At: noon, Due: noon.AddDate(0, 1, 0),
		What: "all of it",
	}); err != nil {
		t.Fatal(err)
	}
	if _, body := st.ask(t, http.MethodGet, "/"); !strings.Contains(body, "1 caller asks about their data") ||
		strings.Contains(body, "Wants to be erased") {
		t.Error("staff does not see that somebody waits, or sees for what")
	}
	if r, _ := st.ask(t, http.MethodGet, "/callers/no-contact.csv"); r.StatusCode != http.StatusForbidden {
		t.Errorf("the table for staff: %s", r.Status)
	}
}

func TestStatisticsPage(t *testing.T) {
	b := openReal(t)
	s := b.site.asOwner(t)
	r, body := s.ask(t, http.MethodGet, "/statistics")
	if r.StatusCode != http.StatusOK {
		t.Fatal(r.Status)
	}
	wantAll(t, body, `<span class="value">1</span><span class="label">calls</span>`, "half within 0.8 s", "Something else",
		"Answered to its end", "Monday", `<rect class="bar"`, `<a href="/statistics.csv?table=hours">`, "<td>2026-11-25</td><td>1</td>")
	r, table := s.ask(t, http.MethodGet, "/statistics.csv?table=weekdays")
	if r.StatusCode != http.StatusOK || r.Header.Get("Content-Type") != "text/csv; charset=utf-8" ||
		!strings.HasPrefix(table, "weekday,calls\nMonday,0\nTuesday,0\nWednesday,1\n") {
		t.Errorf("the table: %s %q", r.Status, table)
	}
	if r, _ := s.ask(t, http.MethodGet, "/statistics.csv?table=shoes"); r.StatusCode != http.StatusNotFound {
		t.Errorf("a table that is not there: %s", r.Status)
	}
	for _, s := range []string{"Berger", "5550182", b.call.ID + `"`, b.call.CallerID} {
		if strings.Contains(body, s) {
			t.Errorf("%q is in it", s)
		}
	}
}

// One person with two cards gets one; calls of somebody else get a card of their own.
func TestCardsAreMergedAndSplit(t *testing.T) {
	b := openReal(t)
	s := b.site.asOwner(t)
	into := "/callers/" + b.call.CallerID
	other, err := b.store.AddCaller(record.Caller{Name: "Grace", Fields: []record.Field{{Kind: record.FieldName, Value: "Grace"}}})
	if err != nil {
		t.Fatal(err)
	}
	_, found := s.ask(t, http.MethodGet, into+"?other=shoemaker")
	wantAll(t, found, "No other card fits.")
	_, found = s.ask(t, http.MethodGet, into+"?other=grac")
	wantAll(t, found, `<details id="merge" open>`, `name="other" value="`+other.ID+`"`, "Bring it onto this card")
	use := func(fields url.Values) (*http.Response, string) { return s.post(t, into+"/rights", fields) }
	r, body := use(url.Values{"do": {"merge"}, "other": {other.ID}})
	if r.StatusCode != http.StatusOK || !strings.Contains(body, "are one now") {
		t.Fatalf("merge: %s", r.Status)
	}
	if r, _ := s.ask(t, http.MethodGet, "/callers/"+other.ID); r.StatusCode != http.StatusNotFound {
		t.Errorf("the card that is gone: %s", r.Status)
	}
	keep(t, b.store, "c2", "Anna", record.Normal, noon.Add(-time.Minute))
	_, body = s.ask(t, http.MethodGet, into)
	wantAll(t, body, `name="call" value="c1"`, `name="call" value="c2"`)
	for _, calls := range [][]string{nil, {"c1", "c2"}} {
		if r, body := use(url.Values{"do": {"split"}, "call": calls}); r.StatusCode != http.StatusUnprocessableEntity ||
			!strings.Contains(body, `class="fault"`) {
			t.Errorf("split off %v: %s", calls, r.Status)
		}
	}
	r, _ = use(url.Values{"do": {"split"}, "call": {"c2"}})
	to := r.Header.Get("Location")
	if r.StatusCode != http.StatusSeeOther || !strings.HasPrefix(to, "/callers/") || to == into {
		t.Fatalf("split: %s to %q", r.Status, to)
	}
	if c, err := b.store.Call("c2"); err != nil || "/callers/"+c.CallerID != to {
		t.Errorf("the call belongs to %q, %v", c.CallerID, err)
	}
}

// The foot of each page says since when nothing has left the box, and leads the owner to the ledger.
func TestWhatLeftTheBox(t *testing.T) {
	b := openReal(t)
	s := b.site.asOwner(t)
	_, body := s.ask(t, http.MethodGet, "/calls")
	wantAll(t, body, `<a href="/egress">Nothing has ever left this box.</a>`)
	if err := b.store.AddEgress([]record.Egress{
		{Day: "2026-11-03", Purpose: "backup", Address: "192.0.2.77", Connections: 2, Sent: 3_000_000, Last: noon.AddDate(0, 0, -22)},
		{Day: "2026-11-24", Purpose: "email", Address: "192.0.2.78", Refused: 4, Last: noon.AddDate(0, 0, -1)}, // it was not let out
	}); err != nil {
		t.Fatal(err)
	}
	b.clock.Move(2 * time.Minute)
	_, body = s.ask(t, http.MethodGet, "/egress")
	wantAll(t, body, "Nothing has left this box since 3 November", "backup: 192.0.2.77", "2 connections", "3.0 MB sent", "4 not let out")
	staff := openReal(t)
	_, body = staff.asStaff(t).ask(t, http.MethodGet, "/calls")
	wantAll(t, body, "<p>Nothing has ever left this box.</p>")
}
