package web_test

import (
	"encoding/json"
	"image/color"
	"image/png"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/record"
)

// The page can be put on a home screen, and its picture is one.
func TestTheHomeScreen(t *testing.T) {
	s := openReal(t).site.asOwner(t)
	r, body := s.ask(t, "GET", "/app.webmanifest")
	var m struct {
		Start string `json:"start_url"`
		Icons []struct{ Src, Type string }
	}
	if err := json.Unmarshal([]byte(body), &m); err != nil || r.StatusCode != http.StatusOK || m.Start != "/" || len(m.Icons) != 2 {
		t.Fatalf("manifest: %s, %v: %s", r.Status, err, body)
	}
	if _, page := s.ask(t, "GET", "/"); !strings.Contains(page, `<link rel="manifest" href="/app.webmanifest"`) {
		t.Error("the page does not name its manifest")
	}
	r, body = s.ask(t, "GET", m.Icons[1].Src)
	picture, err := png.Decode(strings.NewReader(body))
	if err != nil || r.Header.Get("Content-Type") != "image/png" || picture.Bounds().Dx() != picture.Bounds().Dy() {
		t.Fatalf("picture: %s, %v", r.Status, err)
	}
	at := func(x, y int) color.Color { return picture.At(x*picture.Bounds().Dx()/32, y*picture.Bounds().Dx()/32) }
	if at(2, 2) == at(16, 22) || at(2, 2) != at(30, 30) {
		t.Errorf("the picture shows nothing: %v, %v", at(2, 2), at(16, 22))
	}
}

// Who looks on at a call has something said, takes the caller, or ends it; an emergency is said in words and comes first.
func TestTheOfficeJoinsIn(t *testing.T) {
	b := openReal(t)
	s := b.site.asStaff(t)
	b.hub.CallStarted(record.Call{ID: "c7", From: "+12175550144", Started: noon.Add(-time.Minute)})
	b.hub.CallStarted(record.Call{ID: "c8", From: "+12175550133", Started: noon.Add(-time.Second)})
	b.hub.TurnDone("c8", record.Turn{Decided: "emergency", Said: "Call 911.", SaidAt: noon})
	_, body := s.ask(t, "GET", "/")
	wantAll(t, body, `<b class="flag">Emergency</b>`, `class="today alarm"`, `action="/calls/c7/steer"`,
		"Put through to me", "Hang up", "Say this")
	if strings.Index(body, `data-call="c8"`) > strings.Index(body, `data-call="c7"`) {
		t.Error("the emergency comes second")
	}
	for _, f := range []url.Values{
		{"do": {"say"}, "text": {" The doctor  is late. "}}, {"do": {"through"}, "extension": {"200"}}, {"do": {"hangup"}},
	} {
		if r, _ := s.post(t, "/calls/c7/steer", f); r.StatusCode != http.StatusSeeOther {
			t.Errorf("%v: %s", f, r.Status)
		}
	}
	if want := []string{"c7 The doctor is late.", "c7 200", "c7 hangup"}; !slices.Equal(b.live.wishes, want) {
		t.Errorf("wishes %q, want %q", b.live.wishes, want)
	}
	for code, f := range map[int]url.Values{
		http.StatusUnprocessableEntity: {"do": {"through"}, "extension": {"0900123"}},
		http.StatusConflict:            {"do": {"say"}, "text": {"x"}},
	} {
		id := map[int]string{http.StatusUnprocessableEntity: "c7", http.StatusConflict: "gone"}[code]
		if r, _ := s.post(t, "/calls/"+id+"/steer", f); r.StatusCode != code {
			t.Errorf("%v: %s, want %d", f, r.Status, code)
		}
	}
}

// What is done to a message can be taken back, and Call rings the telephone that was used last.
func TestAMessageIsDealtWith(t *testing.T) {
	b := openReal(t)
	s := b.site.asOwner(t)
	id := b.note.ID
	r, _ := s.post(t, "/messages/"+id+"/assign", url.Values{"for": {"Dr. Patel"}, "back": {"/"}})
	_, body := s.ask(t, "GET", r.Header.Get("Location"))
	wantAll(t, body, "is for Dr. Patel now", "· for Dr. Patel", `action="/messages/`+id+`/assign"`, `name="for" value=""`)
	s.post(t, "/messages/"+id+"/assign", url.Values{"for": {""}, "back": {"/"}})
	if m, err := b.store.Message(id); err != nil || m.For != "" {
		t.Errorf("taken back: %+v, %v", m, err)
	}
	r, _ = s.post(t, "/messages/"+id+"/block", url.Values{"back": {"/"}})
	_, body = s.ask(t, "GET", r.Header.Get("Location"))
	wantAll(t, body, "is blocked", `action="/messages/`+id+`/unblock"`)
	if c, err := b.store.Caller(b.call.CallerID); err != nil || !c.Has(record.TagBlocked) {
		t.Errorf("blocked: %v", err)
	}
	s.post(t, "/messages/"+id+"/unblock", url.Values{"back": {"/"}})
	if c, err := b.store.Caller(b.call.CallerID); err != nil || c.Has(record.TagBlocked) {
		t.Errorf("unblocked: %v", err)
	}
	_, body = s.ask(t, "GET", "/", func(r *http.Request) {
		r.AddCookie(&http.Cookie{Name: "__Host-frontdesk-telephone", Value: "200", Secure: true})
	})
	wantAll(t, body, `name="extension" value="200"><button aria-label="Call Anna`)
}

// Closed today, and somebody out: one tap, said with until when, and taken back.
func TestPresence(t *testing.T) {
	b := openReal(t)
	s := b.site.asOwner(t)
	now := func() *knowledge.Business {
		p, _, err := b.store.Profile()
		if err != nil {
			t.Fatal(err)
		}
		return &p
	}
	wednesday := time.Date(2026, 11, 25, 15, 0, 0, 0, now().Location())
	if !now().OpenAt(wednesday) {
		t.Fatal("the office of this test is closed anyway")
	}
	r, _ := s.post(t, "/presence", url.Values{"until": {"2026-11-26"}})
	_, body := s.ask(t, "GET", r.Header.Get("Location"))
	wantAll(t, body, "Closed until tomorrow. Callers hear it", "Open again", `<input type="hidden" name="back" value="1">`)
	if now().OpenAt(wednesday) || now().OpenAt(wednesday.AddDate(0, 0, 1)) || !now().OpenAt(wednesday.AddDate(0, 0, 5)) {
		t.Error("it is not closed for these two days")
	}
	s.post(t, "/presence", url.Values{"back": {"1"}})
	if !now().OpenAt(wednesday) {
		t.Error("it is not open again")
	}
	who := now().Staff[0]
	r, _ = s.post(t, "/presence", url.Values{"person": {who.Name}})
	_, body = s.ask(t, "GET", r.Header.Get("Location"))
	wantAll(t, body, "is away until today", "Back again")
	if p := now().Staff[0]; p.Away != "2026-11-25" || now().PersonAt(p, wednesday) || !now().PersonAt(p, wednesday.AddDate(0, 0, 5)) {
		t.Errorf("away: %+v", p)
	}
	for _, f := range []url.Values{{"until": {"2026-11-24"}}, {"until": {"never"}}, {"person": {"Nobody"}}} {
		if r, _ := s.post(t, "/presence", f); r.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%v: %s", f, r.Status)
		}
	}
	staff := openReal(t).site.asStaff(t)
	if r, _ := staff.post(t, "/presence", url.Values{"until": {"2026-11-26"}}); r.StatusCode != http.StatusForbidden {
		t.Errorf("staff close the business: %s", r.Status)
	}
}
