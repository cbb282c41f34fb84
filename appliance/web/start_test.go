package web_test

import (
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/servicetest"
	"frontdesk.internal/appliance/store"
)

// A new box leads its owner through the first steps: a sample becomes the draft, steps are left out and taken up again, the draft is
// published, and a telephone rings.
func TestFirstStepsOnThePage(t *testing.T) {
	s, err := store.Open(filepath.Join(t.TempDir(), "frontdesk.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	x := &pbx{}
	o := open(t, servicetest.New(t, service.Options{Records: s, Telephone: x, Now: newClock().Now, Runtime: func() service.Runtime {
		return well().Runtime
	}})).asOwner(t)
	if _, err := s.SaveMessage(record.Message{At: noon, Name: "Anna", Number: "2175550182", Reason: "Tooth broke."}); err != nil {
		t.Fatal(err) // who calls a box that is not set up leaves a message
	}
	r, body := o.ask(t, "GET", "/")
	if r.StatusCode != http.StatusOK {
		t.Errorf("Today of a box that is not set up: %s", r.Status)
	}
	wantAll(t, body, "Not set up yet", `href="/start"`, "Tooth broke.", "On with the first steps")
	if _, body = o.ask(t, "GET", "/calls"); !strings.Contains(body, "on with the first steps") {
		t.Error("the other pages do not lead to the first steps")
	}
	_, body = o.ask(t, "GET", "/start")
	wantAll(t, body, "1 of 8 done", `id="trade" class="step open current"`, ">law firm<", "Leave it out for now") // the telephone is registered
	post := func(path string, f url.Values) {
		t.Helper()
		if r, b := o.post(t, path, f); r.StatusCode != http.StatusSeeOther || !strings.HasPrefix(r.Header.Get("Location"), "/start") {
			t.Fatalf("%s: %s to %q\n%s", path, r.Status, r.Header.Get("Location"), b)
		}
		_, body = o.ask(t, "GET", "/start")
	}
	post("/business/sample", url.Values{"name": {"lawfirm"}, "from": {"start"}})
	wantAll(t, body, "2 of 8 done", `id="hours" class="step open current"`, "still has the name")
	post("/start/hours", url.Values{"mark": {"skipped"}})
	wantAll(t, body, "3 of 8 done", `id="hours" class="step skipped"`, "Take it up again", `id="prices" class="step open current"`)
	post("/start/hours", url.Values{"mark": {"open"}})
	wantAll(t, body, "2 of 8 done", `id="hours" class="step open current"`)
	post("/start/hours", url.Values{"mark": {"nonsense"}})
	post("/start/shoes", url.Values{"mark": {"done"}})
	wantAll(t, body, "2 of 8 done")

	d, err := service.ReadDraft.Get(servicetest.Operator(t), servicetest.New(t, service.Options{Records: s}))
	if err != nil {
		t.Fatal(err)
	}
	b := d.Business
	b.Name, b.Greeting, b.Transfer.Extension = "Hill and Sons", "", "200"
	if err := s.SaveDraft(store.Draft{Revision: d.Revision, Business: b}); err != nil {
		t.Fatal(err)
	}
	post("/start/ring", url.Values{"extension": {"200"}})
	for !strings.Contains(body, "That was your assistant") {
		if strings.Contains(body, "could not") {
			t.Fatal(body)
		}
		_, body = o.ask(t, "GET", "/start")
	}
	if x.talked != "200" {
		t.Errorf("%q was rung", x.talked)
	}
	post("/business/publish", url.Values{"revision": {"1"}, "from": {"start"}})
	wantAll(t, body, `id="publish" class="step done"`, `id="`+string(record.StepRing)+`" class="step done"`)
	if _, body = o.ask(t, "GET", "/calls"); strings.Contains(body, "first steps") {
		t.Error("a box that is set up leads to the first steps")
	}
}
