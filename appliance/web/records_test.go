package web_test

import (
	"bytes"
	"errors"
	"io"
	"maps"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/record"
)

// after polls a page until the job on it is over, and returns it then.
func after(t *testing.T, s *site, path string) string {
	t.Helper()
	for range 3000 { // a minute: it only ends a test that hangs
		r, body := s.ask(t, http.MethodGet, path)
		if r.StatusCode != http.StatusOK {
			t.Fatalf("%s: %s", path, r.Status)
		}
		if !strings.Contains(body, `hx-get="/records/job"`) {
			return body
		}
		<-time.After(20 * time.Millisecond)
	}
	t.Fatalf("%s: the job does not end", path)
	return ""
}

func TestBackupsAreMadeAndCheckedOnThePage(t *testing.T) {
	b := openReal(t)
	s := b.site.asOwner(t)
	if r, body := s.ask(t, http.MethodGet, "/records"); r.StatusCode != http.StatusOK || !strings.Contains(body, "no recovery key yet") ||
		strings.Contains(body, "Make a backup now") {
		t.Fatalf("before: %s", r.Status)
	}
	do := func(fields url.Values) (*http.Response, string) { return s.post(t, "/records/backup", fields) }
	r, body := do(url.Values{"do": {"setup"}})
	if r.StatusCode != http.StatusOK || strings.Count(body, "<li>") < 24 || !strings.Contains(body, "not shown again") {
		t.Fatalf("setup: %s", r.Status)
	}
	if r, body := do(url.Values{"do": {"setup"}}); r.StatusCode != http.StatusUnprocessableEntity ||
		strings.Contains(body, "Write it down now") {
		t.Errorf("a second key: %s", r.Status)
	}
	if r, _ := do(url.Values{"do": {"now"}}); r.StatusCode != http.StatusSeeOther {
		t.Fatalf("backup: %s", r.Status)
	}
	body = after(t, s, "/records")
	if !strings.Contains(body, "The backup is made") {
		t.Error("it is not said that the backup is made")
	}
	name := regexp.MustCompile(`name="name" value="([^"]+)"`).FindStringSubmatch(body)
	if name == nil {
		t.Fatal("no backup is listed")
	}
	if r, _ := do(url.Values{"do": {"verify"}, "name": {name[1]}}); r.StatusCode != http.StatusSeeOther {
		t.Fatalf("verify: %s", r.Status)
	}
	if body = after(t, s, "/records"); !strings.Contains(body, "The backup is sound") {
		t.Error("it is not said that the backup is sound")
	}
	if _, body = s.ask(t, http.MethodGet, "/records"); strings.Contains(body, "The backup is sound") {
		t.Error("it is said again")
	}
	if r, _ := do(url.Values{"do": {"verify"}, "name": {"../../etc/passwd"}}); r.StatusCode != http.StatusSeeOther {
		t.Fatalf("verify: %s", r.Status)
	}
	if body = after(t, s, "/records"); !strings.Contains(body, "cannot be used") {
		t.Error("a backup that is not there can be used")
	}
}

// A medium that can bring back who was erased is on the page, and goes when it is destroyed; after a restore the page takes the receipts.
func TestWhoCanComeBackIsOnThePage(t *testing.T) {
	b := openReal(t)
	s := b.site.asOwner(t)
	if err := errors.Join(
		b.store.SeeMedium(record.Medium{ID: "old", Dir: "the blue stick", Keys: noon.AddDate(-1, 0, 0)}),
		b.store.SetRestoration(record.Restoration{At: noon, Backup: noon, Keys: noon}),
	); err != nil {
		t.Fatal(err)
	}
	other, err := b.store.BeginCall(record.Call{From: "+12175550199", Started: noon})
	if err != nil {
		t.Fatal(err)
	}
	card := "/callers/" + other.CallerID
	if r, _ := s.post(t, card+"/rights", url.Values{"do": {"erase"}, "word": {"erase"}}); r.StatusCode != http.StatusSeeOther {
		t.Fatalf("erase: %s", r.Status)
	}
	if _, body := s.ask(t, http.MethodGet, "/requests"); !strings.Contains(body, other.CallerID) || !strings.Contains(body, "the blue stick") {
		t.Error("the receipt does not name the key and the medium")
	}
	if _, body := s.ask(t, http.MethodGet, "/records"); !strings.Contains(body, "the blue stick") ||
		!strings.Contains(body, "It is destroyed") ||
		!strings.Contains(body, `action="/records/again"`) {
		t.Error("who can come back is not on the page")
	}
	if r, _ := s.post(t, "/records/again", url.Values{}); r.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("nothing said: %s", r.Status)
	}
	if r, body := s.post(t, "/records/medium", url.Values{"id": {"old"}}); r.StatusCode != http.StatusOK ||
		strings.Contains(body, "the blue stick") {
		t.Errorf("destroyed: %s", r.Status)
	}
}

// The record of processing activities is a page to print, for the owner.
func TestTheRecordOfProcessing(t *testing.T) {
	b := openReal(t)
	_, body := b.site.asOwner(t).ask(t, "GET", "/records/processing")
	wantAll(t, body, "GDPR Article 30", "Who is responsible", "To take messages and call back", "Other countries:", "How long it is kept")
}

func TestHowLongThingsAreKeptIsChangedOnThePage(t *testing.T) {
	b := openReal(t)
	s := b.site.asOwner(t)
	days := url.Values{
		"transcripts": {"10"}, "calls": {"20"}, "messages": {"30"}, "callers": {"40"}, "imported": {"50"}, "pushed": {"60"}, "office": {"70"},
		"minors": {"5"},
	}
	before := record.DefaultRetention()
	before.Security = 30 // which no field of the page is about
	if err := b.store.SetRetention(before); err != nil {
		t.Fatal(err)
	}
	if r, body := s.post(t, "/records/retention", days); r.StatusCode != http.StatusOK || !strings.Contains(body, "Saved.") {
		t.Fatalf("save: %s", r.Status)
	}
	short := maps.Clone(days)
	short.Set("transcripts", "1")
	keep(t, b.store, "old", "Bea", record.Normal, noon.AddDate(0, 0, -5))
	r, body := s.post(t, "/records/retention", short)
	if now, err := b.store.Retention(); err != nil || r.StatusCode != http.StatusOK || now.Transcripts != 10 ||
		strings.Contains(body, "Saved.") ||
		!strings.Contains(body, "the next night removes 1 call’s words.") || !strings.Contains(body, `name="transcripts" value="1"`) {
		t.Errorf("what would go is not told first: %s, %+v, %v", r.Status, now, err)
	}
	short.Set("do", "save")
	if _, body := s.post(t, "/records/retention", short); !strings.Contains(body, "Saved.") {
		t.Error("said twice, and not saved")
	}
	for _, wrong := range []string{"-1", "4000", "many", ""} {
		days.Set("calls", wrong)
		if r, _ := s.post(t, "/records/retention", days); r.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%q: %s", wrong, r.Status)
		}
	}
	if r, err := b.store.Retention(); err != nil || r.Calls != 20 ||
		r.Security != 30 || r.Minors != 5 || r.Imported != 50 || r.Pushed != 60 || r.Office != 70 {
		t.Errorf("kept: %+v, %v", r, err)
	}
	if r, body := s.post(t, "/records/audit", nil); r.StatusCode != http.StatusOK || !strings.Contains(body, "nothing was changed") ||
		!strings.Contains(body, "change how long things are kept") {
		t.Errorf("audit: %s", r.Status)
	}
	// Who did what is found by who, by what it was about and by when.
	for query, want := range map[string]bool{
		"who=account": true, "who=token": false, "since=2020-01-01": true, "since=2999-01-01": false, "since=yesterday": true,
		"about=nothing-like-it": false,
	} {
		r, body := s.ask(t, http.MethodGet, "/records?"+query)
		if got := strings.Contains(body, "<b>change how long things are kept</b>"); r.StatusCode != http.StatusOK || got != want {
			t.Errorf("%s: %s, shown %v, want %v", query, r.Status, got, want)
		}
	}
}

// send uploads a file of contacts.
func (s *site) send(t *testing.T, name, text string) (*http.Response, string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	part, err := w.CreateFormFile("file", name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return s.ask(t, http.MethodPost, "/contacts", func(r *http.Request) {
		r.Header.Set("Content-Type", w.FormDataContentType())
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		r.Body = io.NopCloser(&b)
	})
}

func TestContactsAreTakenOverAndBackOnThePage(t *testing.T) {
	b := openReal(t)
	s := b.site.asOwner(t)
	table := "Customer;Phone;Shoe\nGrace <i>Hopper</i>;(217) 555-0181;37\nAlan;;42\n;12;\n"
	r, body := s.send(t, "people.csv", table)
	if r.StatusCode != http.StatusOK || !strings.Contains(body, "people.csv") || !strings.Contains(body, "Grace &lt;i&gt;Hopper") {
		t.Fatalf("plan: %s %s", r.Status, body)
	}
	if cs, err := b.store.Callers(0); err != nil || len(cs) != 1 {
		t.Fatalf("the plan has changed something: %+v, %v", cs, err)
	}
	plan := regexp.MustCompile(`action="(/contacts/plan/[^"]+)"`).FindStringSubmatch(body)
	if plan == nil {
		t.Fatal("no way to go on")
	}
	if r, body := s.post(t, plan[1], url.Values{
		"do": {"plan"}, "column.0": {"name"}, "column.1": {"number"}, "column.2": {"note"},
	}); r.StatusCode != http.StatusOK || !strings.Contains(body, "Note: <b>37") {
		t.Errorf("another column: %s", r.Status)
	}
	if r, _ := s.post(t, plan[1], url.Values{"do": {"import"}, "column.0": {"shoe"}}); r.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("no such kind: %s", r.Status)
	}
	if r, _ := s.post(t, plan[1], url.Values{
		"do": {"import"}, "column.0": {"name"}, "column.1": {"number"},
	}); r.StatusCode != http.StatusSeeOther {
		t.Fatalf("import: %s", r.Status)
	}
	body = after(t, s, "/contacts")
	if !strings.Contains(body, "contacts taken over") {
		t.Errorf("after the import: %s", body)
	}
	if r, _ := s.post(t, plan[1], url.Values{"do": {"import"}}); r.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("the same file twice: %s", r.Status)
	}
	list, err := b.store.Imports()
	if err != nil || len(list) != 1 || list[0].State != record.ImportDone {
		t.Fatalf("%+v, %v", list, err)
	}
	if r, _ := s.post(t, "/contacts/imports/"+list[0].ID+"/undo", nil); r.StatusCode != http.StatusSeeOther {
		t.Fatalf("undo: %s", r.Status)
	}
	if body = after(t, s, "/contacts"); !strings.Contains(body, "Taken back") {
		t.Error("it is not said that it was taken back")
	}
	if cs, err := b.store.Callers(0); err != nil || len(cs) != 1 {
		t.Errorf("after taking it back: %+v, %v", cs, err)
	}
	for name, text := range map[string]string{"empty": "", "octets": "\x00\x01\x02", "no columns that are known": "a,b\n1,2\n"} {
		if r, _ := s.send(t, name, text); r.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%s: %s", name, r.Status)
		}
	}
	if r, _ := s.post(t, "/contacts", url.Values{"file": {"x"}}); r.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("no file: %s", r.Status)
	}
	staff := openReal(t).site.asStaff(t)
	if r, _ := staff.send(t, "people.csv", table); r.StatusCode != http.StatusForbidden {
		t.Errorf("by staff: %s", r.Status)
	}
}

// What was done is shown with the name of whom it is about, until they are erased; and how far the chain can be relied on.
func TestWhoDidWhatIsNamed(t *testing.T) {
	b := openReal(t)
	s := b.site.asOwner(t)
	for _, path := range []string{"/calls/c1", "/callers/" + b.call.CallerID} {
		if r, _ := s.ask(t, http.MethodGet, path); r.StatusCode != http.StatusOK {
			t.Fatalf("%s: %s", path, r.Status)
		}
	}
	if r, _ := s.post(t, "/messages/"+b.note.ID+"/done", nil); r.StatusCode != http.StatusSeeOther {
		t.Fatal(r.Status)
	}
	_, body := s.ask(t, http.MethodGet, "/records")
	wantAll(t, body, "read call", "read caller", "mark message done", `<a href="/calls/c1">Anna &lt;b&gt;Berger&lt;/b&gt;</a>`,
		`<a href="/callers/`+b.call.CallerID+`">`)
	lines := func() (n int) {
		if err := b.store.AuditEntries(1, func(record.AuditEntry) error { n++; return nil }); err != nil {
			t.Fatal(err)
		}
		return n
	}
	before := lines()
	if _, again := s.ask(t, http.MethodGet, "/records"); !strings.Contains(again, "Berger") || lines() != before {
		t.Errorf("to look at the chain made %d lines", lines()-before)
	}
	if r, body := s.post(t, "/records/audit", nil); r.StatusCode != http.StatusOK || !strings.Contains(body, "The box vouches for entry") {
		t.Errorf("checked: %s", r.Status)
	}
	if err := b.store.DropCall("c1"); err != nil {
		t.Fatal(err)
	}
	if _, gone := s.ask(t, http.MethodGet, "/records"); !strings.Contains(gone, `<span class="line2">c1</span>`) {
		t.Error("a call that is gone is not shown by its ID")
	}
}

// Everything is destroyed only for who types it; the page says first what the box cannot destroy.
func TestAWipeIsOrderedOnThePage(t *testing.T) {
	b := openReal(t)
	s := b.site.asOwner(t)
	if _, body := s.ask(t, http.MethodGet, "/records"); !strings.Contains(body, `action="/records/wipe"`) ||
		!strings.Contains(body, "words of the recovery key") {
		t.Error("the page does not say what the box cannot destroy")
	}
	r, body := s.post(t, "/records/wipe", url.Values{"word": {"yes"}})
	if r.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(body, "Nothing was destroyed") {
		t.Errorf("a wrong word: %s", r.Status)
	}
	if r, body = s.post(t, "/records/wipe", url.Values{"word": {" destroy everything "}}); r.StatusCode != http.StatusUnprocessableEntity ||
		!strings.Contains(body, "Nothing was destroyed") { // nobody starts this box again
		t.Errorf("the right word: %s", r.Status)
	}
}
