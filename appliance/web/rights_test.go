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
	if r, body := use(url.Values{"do": {"erase"}, "sure": {"on"}}); r.StatusCode != http.StatusUnprocessableEntity ||
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
	if r, body := use(url.Values{"do": {"erase"}}); r.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(body, "Tick") {
		t.Errorf("erase without being sure: %s", r.Status)
	}
	if r, _ := use(url.Values{"do": {"erase"}, "sure": {"on"}, "reason": {"asked"}}); r.StatusCode != http.StatusSeeOther ||
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
	if r, _ := st.post(t, card+"/rights", url.Values{"do": {"erase"}, "sure": {"on"}}); r.StatusCode != http.StatusForbidden {
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
		"Answered to its end", "Monday")
	for _, s := range []string{"Berger", "5550182", b.call.ID + `"`, b.call.CallerID} {
		if strings.Contains(body, s) {
			t.Errorf("%q is in it", s)
		}
	}
}
