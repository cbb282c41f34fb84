package web_test

import (
	"bytes"
	"html"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"frontdesk.internal/appliance/knowledge/edit"
	"frontdesk.internal/appliance/knowledge/profile"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/servicetest"
	"frontdesk.internal/appliance/store"
)

// shop is a page over a real service, with the owner signed in; sample "" publishes nothing.
func shop(t *testing.T, sample string) (*site, *service.Service, *store.Store) {
	t.Helper()
	c := newClock()
	s, err := store.Open(filepath.Join(t.TempDir(), "frontdesk.db"), store.Options{Now: c.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	d := servicetest.New(t, service.Options{Records: s, Now: c.Now, Documents: hereReader{}})
	if sample != "" {
		b, err := profile.Sample(sample)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := service.PublishProfile.Do(servicetest.Operator(t), d, *b); err != nil {
			t.Fatal(err)
		}
	}
	return open(t, d).asOwner(t), d, s
}

// inputs are what a browser would send of a page's form to an address, without touching anything.
func inputs(t *testing.T, page, action string) url.Values {
	t.Helper()
	_, form, ok := strings.Cut(page, `action="`+action+`"`)
	if !ok {
		t.Fatalf("there is no form to %s in %s", action, page)
	}
	form, _, _ = strings.Cut(form, "</form>")
	out := url.Values{}
	for _, m := range regexp.MustCompile(`<input [^>]*>`).FindAllString(form, -1) {
		if strings.Contains(m, `type="checkbox"`) && !strings.Contains(m, " checked") || strings.Contains(m, `type="file"`) {
			continue
		}
		value := ""
		if v := regexp.MustCompile(` value="([^"]*)"`).FindStringSubmatch(m); v != nil {
			value = html.UnescapeString(v[1])
		}
		out.Set(html.UnescapeString(regexp.MustCompile(` name="([^"]*)"`).FindStringSubmatch(m)[1]), value)
	}
	for _, m := range regexp.MustCompile(`(?s)<textarea [^>]*name="([^"]*)"[^>]*>(.*?)</textarea>`).FindAllStringSubmatch(form, -1) {
		out.Set(html.UnescapeString(m[1]), html.UnescapeString(m[2]))
	}
	return out
}

// wants fails when a page lacks something.
func wants(t *testing.T, page string, texts ...string) {
	t.Helper()
	for _, w := range texts {
		if !strings.Contains(html.UnescapeString(page), w) {
			t.Errorf("the page does not say %q:\n%s", w, page)
		}
	}
}

// TestFormsKeepWhatTheyShow sends every section as it is shown: nothing may change.
func TestFormsKeepWhatTheyShow(t *testing.T) {
	for _, name := range profile.SampleNames() {
		s, d, _ := shop(t, name)
		for _, section := range edit.Sections() {
			path := "/business/" + string(section)
			_, page := s.ask(t, http.MethodGet, path)
			if r, got := s.post(t, path, inputs(t, page, path)); r.StatusCode != http.StatusSeeOther {
				t.Fatalf("%s %s: %s %s", name, section, r.Status, got)
			}
			draft, err := service.ReadDraft.Get(servicetest.Operator(t), d)
			if err != nil || len(draft.Changes) != 0 {
				t.Errorf("%s: saving %s unchanged changed %v, %v", name, section, draft.Changes, err)
			}
			if len(draft.Problems) != 0 {
				t.Errorf("%s: saving %s unchanged made problems %v", name, section, draft.Problems)
			}
		}
	}
}

func TestProfileIsEditedTriedAndPublished(t *testing.T) {
	s, d, _ := shop(t, "dental")
	_, page := s.ask(t, http.MethodGet, "/business/hours")
	wants(t, page, "Monday and Tuesday 8:00–12:00 and 13:00–17:00", "We are open")
	f := inputs(t, page, "/business/hours")
	f.Set("hours", "Mon-Fri 8-12, 1-5\nSun 10-12")
	if r, _ := s.post(t, "/business/hours", f); r.Header.Get("Location") != "/business/hours?saved" {
		t.Fatalf("saved: %s %s", r.Status, r.Header.Get("Location"))
	}
	_, page = s.ask(t, http.MethodGet, "/business/hours?saved")
	wants(t, page, "Kept in the draft", "Monday to Friday 8:00–12:00 and 13:00–17:00, Sunday 10:00–12:00; closed on Saturday.")
	_, page = s.ask(t, http.MethodGet, "/business/try?"+url.Values{"q": {"are you open on sunday"}, "at": {"2026-11-25T13:00"}}.Encode())
	wants(t, page, "Yes, on Sunday we are open", `href="/business/hours"`, "Understood directly.")
	r, part := s.ask(t, http.MethodGet, "/business/try?q=how+much+is+a+crown", func(r *http.Request) { r.Header.Set("HX-Request", "true") })
	if wants(t, part, "Services and prices: crown"); strings.Contains(part, "<html") || r.StatusCode != http.StatusOK {
		t.Errorf("htmx gets %s", part)
	}
	_, page = s.ask(t, http.MethodGet, "/business")
	wants(t, page, "Sunday: closed → 10-12", "changed")
	f = inputs(t, page, "/business/publish")
	f.Set("note", "Sundays")
	r, _ = s.post(t, "/business/publish", f)
	if to := r.Header.Get("Location"); to != "/business?done=published&version=2" {
		t.Fatalf("published: %s to %q", r.Status, to)
	}
	_, page = s.ask(t, http.MethodGet, "/business?done=published&version=2")
	wants(t, page, "Published as version 2", "The draft says what is published")
	if r, _ = s.post(t, "/business/publish", f); r.StatusCode != http.StatusConflict {
		t.Errorf("published twice: %s", r.Status)
	}
	_, page = s.ask(t, http.MethodGet, "/business/history")
	wants(t, page, "Version 2", "Sundays", "Sunday: closed → 10-12")
	_, page = s.ask(t, http.MethodGet, "/business/history/1")
	wants(t, page, "Sunday: 10-12 → closed", "Publish this version again")
	if r, _ = s.post(t, "/business/history/1", nil); r.Header.Get("Location") != "/business?done=published&version=3" {
		t.Errorf("gone back: %s", r.Status)
	}
	if p, err := service.ReadProfile.Get(servicetest.Operator(t), d); err != nil || p.Business.Hours.Sunday != "closed" {
		t.Errorf("published: %+v, %v", p.Business.Hours, err)
	}
}

func TestWhatIsWrongStaysInTheForm(t *testing.T) {
	s, d, _ := shop(t, "dental")
	_, page := s.ask(t, http.MethodGet, "/business/services")
	f := inputs(t, page, "/business/services")
	f.Set("services[0].price", "a lot <b>")
	f.Set("services[1].minutes", "soon")
	f.Set("services[2].remove", "1")
	r, page := s.post(t, "/business/services", f)
	if r.StatusCode != http.StatusUnprocessableEntity || strings.Contains(page, "<b>\"") {
		t.Errorf("answer: %s", r.Status)
	}
	wants(t, page, `value="a lot <b>"`, "Is not a price", `value="soon"`, "Is not a number of minutes", `aria-invalid="true"`)
	if draft, err := service.ReadDraft.Get(servicetest.Operator(t), d); err != nil || len(draft.Changes) != 0 {
		t.Errorf("the draft: %+v, %v", draft.Changes, err)
	}
	f.Set("services[0].price", "70 per visit")
	f.Set("services[1].minutes", "50")
	f.Set("services[12].name", "mouth guard for sports") // the empty one at the end
	if r, page = s.post(t, "/business/services", f); r.StatusCode != http.StatusSeeOther {
		t.Fatalf("answer: %s\n%s", r.Status, page)
	}
	draft, err := service.ReadDraft.Get(servicetest.Operator(t), d)
	if err != nil || draft.Business.Services[0].Price.Amount != 7000 || draft.Business.Services[0].Price.Unit != "per visit" ||
		draft.Business.Services[1].Minutes != 50 || draft.Business.Services[2].Name == "deep cleaning" {
		t.Errorf("the draft: %+v, %v", draft.Changes, err)
	}
	// What is kept though it cannot be published is marked where it is.
	_, page = s.ask(t, http.MethodGet, "/business/card")
	f = inputs(t, page, "/business/card")
	f.Set("time_zone", "Springfield")
	f.Set("name", "")
	if r, _ = s.post(t, "/business/card", f); r.StatusCode != http.StatusSeeOther {
		t.Fatalf("answer: %s", r.Status)
	}
	_, page = s.ask(t, http.MethodGet, "/business/card?saved")
	wants(t, page, `value="Springfield"`, `"Springfield" is not known`, "Is missing")
	_, page = s.ask(t, http.MethodGet, "/business")
	wants(t, page, "to be mended")
	r, page = s.post(t, "/business/publish", inputs(t, page, "/business/publish"))
	if wants(t, page, "something has to be mended", "time_zone"); r.StatusCode != http.StatusConflict {
		t.Errorf("published: %s", r.Status)
	}
	_, page = s.ask(t, http.MethodGet, "/business")
	if r, _ = s.post(t, "/business/discard", inputs(t, page, "/business/discard")); r.StatusCode != http.StatusSeeOther {
		t.Errorf("discarded: %s", r.Status)
	}
}

func TestTwoWindowsOnOneSection(t *testing.T) {
	s, d, _ := shop(t, "dental")
	_, page := s.ask(t, http.MethodGet, "/business/transfer")
	one, two := inputs(t, page, "/business/transfer"), inputs(t, page, "/business/transfer")
	one.Set("transfer.extension", "301")
	two.Set("transfer.extension", "302")
	if r, _ := s.post(t, "/business/transfer", one); r.StatusCode != http.StatusSeeOther {
		t.Fatal(r.Status)
	}
	r, page := s.post(t, "/business/transfer", two)
	if wants(t, page, "changed meanwhile", `value="302"`); r.StatusCode != http.StatusConflict {
		t.Errorf("answer: %s", r.Status)
	}
	if r, _ := s.post(t, "/business/transfer", inputs(t, page, "/business/transfer")); r.StatusCode != http.StatusSeeOther {
		t.Errorf("saved again: %s", r.Status)
	}
	if draft, err := service.ReadDraft.Get(servicetest.Operator(t), d); err != nil || draft.Business.Transfer.Extension != "302" {
		t.Errorf("the draft: %+v, %v", draft.Business.Transfer, err)
	}
}

func TestAnEmptyBoxBeginsWithASampleOrAFile(t *testing.T) {
	s, d, _ := shop(t, "")
	_, page := s.ask(t, http.MethodGet, "/business")
	wants(t, page, "Start from a sample", "plumber")
	if r, _ := s.post(t, "/business/sample", url.Values{"name": {"plumber"}}); r.Header.Get("Location") != "/business?done=taken" {
		t.Fatal(r.Status)
	}
	upload := func(name, content string) (*http.Response, string) {
		var b bytes.Buffer
		w := multipart.NewWriter(&b)
		part, err := w.CreateFormFile("file", name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(part, content); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return s.ask(t, http.MethodPost, "/business/import", func(r *http.Request) {
			r.Header.Set("Content-Type", w.FormDataContentType())
			r.Header.Set("Sec-Fetch-Site", "same-origin")
			r.Body = io.NopCloser(&b)
		})
	}
	r, page := upload("mine.toml", "name = 3")
	if wants(t, page, "The file was not taken", "must be text in quotes"); r.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("a bad file: %s", r.Status)
	}
	if r, _ = upload("mine.txt", ""); r.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("a file of another kind: %s", r.Status)
	}
	b, err := profile.Sample("lawfirm")
	if err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	if err := profile.Encode(&file, profile.JSON, b); err != nil {
		t.Fatal(err)
	}
	if r, page = upload("mine.json", file.String()); r.StatusCode != http.StatusSeeOther {
		t.Fatalf("a good file: %s %s", r.Status, page)
	}
	draft, err := service.ReadDraft.Get(servicetest.Operator(t), d)
	if err != nil || draft.Business.ID != b.ID {
		t.Fatalf("the draft: %q, %v", draft.Business.ID, err)
	}
	if _, err := service.PublishDraft.Do(servicetest.Operator(t), d, service.Publication{Revision: draft.Revision, Note: ""}); err != nil {
		t.Fatal(err)
	}
	for format, want := range map[string]string{"toml": `id = 'harper-stone'`, "json": `"id": "harper-stone"`} {
		r, got := s.ask(t, http.MethodGet, "/business/export?format="+format)
		if !strings.Contains(got, want) || r.Header.Get("Content-Disposition") != `attachment; filename="business-1.`+format+`"` {
			t.Errorf("export as %s: %v %s", format, r.Header, got)
		}
	}
}

func TestAQuestionIsAnsweredOnce(t *testing.T) {
	s, d, records := shop(t, "dental")
	for _, q := range []record.Personal{"is there a playground", "do you sell <bicycles>", "what is love"} {
		if err := records.AddUnanswered(record.Unanswered{CallID: "c", At: noon, Question: q}); err != nil {
			t.Fatal(err)
		}
	}
	open, err := service.ListQuestions.Get(servicetest.Operator(t), d)
	if err != nil || len(open) != 3 {
		t.Fatal(open, err)
	}
	id := map[record.Personal]string{}
	for _, u := range open {
		id[u.Question] = u.ID
	}
	path := "/business/answers/new?question=" + id["is there a playground"]
	_, page := s.ask(t, http.MethodGet, path)
	wants(t, page, "Is there a playground", "Do you accept insurance?")
	f := inputs(t, page, "/business/answers/new")
	r, page := s.post(t, "/business/answers/new", f)
	if wants(t, page, "Write what is said"); r.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("without an answer: %s", r.Status)
	}
	f.Set("reply", "Yes, in the waiting room.")
	if r, page = s.post(t, "/business/answers/new", f); r.Header.Get("Location") != "/business?done=answered&version=2" {
		t.Errorf("answered: %s %s", r.Status, page)
	}
	_, page = s.ask(t, http.MethodGet, "/business/answers/new?question="+id["do you sell <bicycles>"])
	wants(t, page, "Do you sell <bicycles>")
	if r, _ = s.post(t, "/business/answers/dismiss", url.Values{"id": {id["what is love"]}}); r.StatusCode != http.StatusSeeOther {
		t.Errorf("dismissed: %s", r.Status)
	}
	if open, err = service.ListQuestions.Get(servicetest.Operator(t), d); err != nil || len(open) != 1 {
		t.Errorf("left: %v, %v", open, err)
	}
	if r, _ = s.ask(t, http.MethodGet, path); r.StatusCode != http.StatusSeeOther {
		t.Errorf("a question that is gone: %s", r.Status)
	}
}

func TestBusinessIsTheOwners(t *testing.T) {
	_, d, _ := shop(t, "dental")
	staff := open(t, d).asStaff(t)
	for _, path := range []string{"/business", "/business/card", "/business/history", "/business/export", "/business/answers/new"} {
		if r, _ := staff.ask(t, http.MethodGet, path); r.StatusCode != http.StatusForbidden {
			t.Errorf("%s as staff: %s", path, r.Status)
		}
	}
	for _, path := range []string{"/business/card", "/business/publish", "/business/sample", "/business/history/1", "/business/answers/new"} {
		if r, _ := staff.post(t, path, nil); r.StatusCode != http.StatusForbidden {
			t.Errorf("%s as staff: %s", path, r.Status)
		}
	}
}

func TestACallIsCorrected(t *testing.T) {
	o, d, s := shop(t, "dental")
	keep(t, s, "c1", "Anna", record.Normal, noon)
	_, page := o.ask(t, "GET", "/calls/c1")
	wants(t, page, "It should have been", `action="/calls/c1/turns/1"`, `value="price:crown"`, "the price of crown", "none of these")
	if strings.Contains(page, `action="/calls/c1/turns/0"`) {
		t.Error("what we said ourselves can be corrected")
	}
	r, _ := o.post(t, "/calls/c1/turns/1", url.Values{"means": {"price:crown"}})
	if r.StatusCode != 303 || r.Header.Get("Location") != "/calls/c1?taught=1" {
		t.Fatalf("%s to %s", r.Status, r.Header.Get("Location"))
	}
	_, page = o.ask(t, "GET", "/calls/c1?taught=1")
	wants(t, page, "From the next call on this is taken for the price of crown.", "You said that this means the price of crown.")
	es, err := service.ListExamples.Get(servicetest.Operator(t), d)
	if err != nil || len(es) != 1 {
		t.Fatal(es, err)
	}
	_, page = o.ask(t, "GET", "/business/learned")
	wants(t, page, "are you <i>open</i>", "the price of crown", "from a call that you corrected")
	if r, _ := o.post(t, "/business/learned/"+es[0].ID+"/keep", url.Values{}); r.Header.Get("Location") != "/business/learned?done=kept" {
		t.Errorf("keep: %s", r.Header.Get("Location"))
	}
	for _, done := range []string{"removed", "gone"} {
		if r, _ := o.post(t, "/business/learned/"+es[0].ID+"/remove", url.Values{}); r.Header.Get("Location") != "/business/learned?done="+done {
			t.Errorf("remove: %s", r.Header.Get("Location"))
		}
	}
	for path, means := range map[string]string{"/calls/c1/turns/1": "", "/calls/c1/turns/0": "hours", "/calls/c1/turns/x": "hours"} {
		if r, _ := o.post(t, path, url.Values{"means": {means}}); r.StatusCode != 303 || r.Header.Get("Location") != "/calls/c1" {
			t.Errorf("%s: %s", path, r.Status)
		}
	}
	if r, _ := o.post(t, "/calls/c1/turns/1", url.Values{"means": {"price:kayak"}}); r.StatusCode != 404 {
		t.Errorf("a meaning that is none: %s", r.Status)
	}
	if es, err := service.ListExamples.Get(servicetest.Operator(t), d); err != nil || len(es) != 0 {
		t.Errorf("left: %+v, %v", es, err)
	}
}

// A change that waits to be published is named on every page of the owner, and on none of the staff’s; lists show what
// matters of each entry.
func TestWhatWaitsIsNamedEverywhere(t *testing.T) {
	b := openReal(t)
	s := b.site.asOwner(t)
	_, page := s.ask(t, http.MethodGet, "/business/services")
	wantAll(t, page, `<span class="aside">65`)
	wantNone(t, page, "waits: publish")
	_, page = s.ask(t, http.MethodGet, "/business/hours")
	revision := between(t, page, `name="revision" value="`, `"`)
	s.post(t, "/business/hours", url.Values{"revision": {revision}, "hours": {"Mon-Fri 9-17"}})
	for _, path := range []string{"/", "/calls", "/system"} {
		_, page = s.ask(t, http.MethodGet, path)
		wantAll(t, page, ": publish</a>", `href="/business#publish-title"`)
	}
	s.post(t, "/account/people", url.Values{"name": {"Tom"}, "new-password": {"another kettle on the roof"}})
	s.secret = ""
	r, _ := s.post(t, "/signin", url.Values{"name": {"Tom"}, "password": {"another kettle on the roof"}})
	s.secret = r.Cookies()[0].Value
	if _, page = s.ask(t, http.MethodGet, "/"); !strings.Contains(page, "Tom") || strings.Contains(page, ": publish</a>") {
		t.Error("staff are told to publish")
	}
}

// The words of a call are corrected once, and stay so; what was heard stands beside them, and is brought back.
func TestTheWordsOfACallAreCorrected(t *testing.T) {
	o, d, s := shop(t, "dental")
	keep(t, s, "c1", "Anna", record.Normal, noon)
	_, page := o.ask(t, "GET", "/calls/c1")
	wants(t, page, "Correct the words", `action="/calls/c1/turns/1/words"`)
	r, _ := o.post(t, "/calls/c1/turns/1/words", url.Values{"words": {"are you <i>open</i> at Hillcrest"}})
	if r.StatusCode != http.StatusSeeOther || r.Header.Get("Location") != "/calls/c1#turn-1" {
		t.Fatalf("%s to %s", r.Status, r.Header.Get("Location"))
	}
	_, page = o.ask(t, "GET", "/calls/c1")
	wants(t, page, "are you <i>open</i> at Hillcrest", "It was heard as “are you <i>open</i>”", "it listens for: Hillcrest", "As it was heard")
	_, page = o.ask(t, "GET", "/business/learned")
	wants(t, page, "Hillcrest", "is listened for")
	long := strings.Repeat("x", service.MaxMended+1)
	if r, page := o.post(t, "/calls/c1/turns/1/words", url.Values{"words": {long}}); r.StatusCode != http.StatusUnprocessableEntity ||
		!strings.Contains(page, "at most") || !strings.Contains(page, long) {
		t.Errorf("too long: %s", r.Status)
	}
	if r, _ := o.post(t, "/calls/c1/turns/1/words", url.Values{"words": {"whatever"}, "back": {"1"}}); r.StatusCode != http.StatusSeeOther {
		t.Errorf("taken back: %s", r.Status)
	}
	_, page = o.ask(t, "GET", "/calls/c1")
	if strings.Contains(page, "Hillcrest") || strings.Contains(page, "It was heard as") {
		t.Error("a correction that was taken back is still there")
	}
	if es, err := service.ListExamples.Get(servicetest.Operator(t), d); err != nil || len(es) != 0 {
		t.Errorf("left: %+v, %v", es, err)
	}
}

// What would happen on a call is told in sentences, for a number and a time that somebody thinks of; a time that is none is said to be so.
func TestACallIsForeseenOnThePage(t *testing.T) {
	b := openReal(t)
	s := b.site.asOwner(t)
	_, body := s.ask(t, "GET", "/business/rules")
	wantAll(t, body, "<h1>Rules</h1>", "What would happen if this number calls?", "answers for ", "is not recorded")
	if _, err := b.store.ChangeCaller(b.call.CallerID, func(c *record.Caller) error {
		c.SetTag(record.Mark{Tag: record.TagBlocked}, true)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	_, body = s.ask(t, "GET", "/business/rules?number=2175550182&at=2026-03-01T12:00")
	wantAll(t, body, "this number is blocked", `value="2175550182"`, `value="2026-03-01T12:00"`)
	_, body = s.ask(t, "GET", "/business/rules?at=yesterday")
	wantAll(t, body, "That is no date and time", `role="alert"`)
}
