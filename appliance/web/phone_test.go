package web_test

import (
	"cmp"
	"context"
	"io"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/knowledge/profile"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/servicetest"
	"frontdesk.internal/appliance/store"
)

// pbx is a phone that gets one verdict for every account.
type pbx struct {
	verdict  string
	e        record.Extension
	password string
	tried    string
	rung     string // who was called back, and from where
	talked   string // the telephone that was rung to talk with the assistant
	fails    error
}

func (x *pbx) InUse() (record.Extension, string) { return x.e, x.password }
func (x *pbx) Try(_ context.Context, _ record.Extension, password string) (service.PhoneTest, error) {
	x.tried = password
	return service.PhoneTest{
		Verdict: cmp.Or(x.verdict, service.VerdictOK), Code: 401, Address: "192.0.2.10:5060", TookMS: 41,
		Steps: []service.LadderMessage{{At: noon, Sent: true, Text: "REGISTER"}, {At: noon, Text: "401 Unauthorized (REGISTER)"}},
	}, nil
}
func (x *pbx) Use(e record.Extension, password string) error {
	x.e, x.password = e, password
	return nil
}
func (x *pbx) Ladders() []service.Ladder {
	return []service.Ladder{
		{
			Call: "c1", Began: noon, Ended: noon, End: "caller hung up",
			Steps: []service.LadderMessage{{At: noon, Text: "INVITE", Note: "offer <PCMU>"}},
		},
	}
}
func (x *pbx) Registration() []service.LadderMessage {
	return []service.LadderMessage{{At: noon, Sent: true, Text: "REGISTER"}}
}
func (x *pbx) Lines() []service.Phone {
	return []service.Phone{{State: "registered", Extension: "107", Registrar: "192.0.2.11:5060"}}
}

func (x *pbx) CallBack(_ context.Context, extension string, number record.PhoneNumber, name record.Personal) error {
	x.rung = extension + " " + string(number) + " " + string(name)
	return x.fails
}

func (x *pbx) TalkWith(_ context.Context, extension string) error {
	x.talked = extension
	return x.fails
}

func openPhone(t *testing.T, x *pbx) (*site, *store.Store) {
	t.Helper()
	s, err := store.Open(filepath.Join(t.TempDir(), "frontdesk.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := s.AddPhoneChange(record.PhoneChange{
		At: noon, Extension: "100", State: "failed", Verdict: service.VerdictPassword, Text: "The telephone system refused the password.",
	}); err != nil {
		t.Fatal(err)
	}
	now := service.Phone{State: "failed", Verdict: service.VerdictPassword, Since: noon}
	d := servicetest.New(t, service.Options{Records: s, Telephone: x, Now: newClock().Now, Runtime: func() service.Runtime {
		l := well().Runtime
		l.Phone = now
		return l
	}})
	return open(t, d), s
}

func accountForm(change ...string) url.Values {
	f := url.Values{"registrar": {"192.0.2.10"}, "extension": {"100"}, "transport": {"udp"}, "pbx_password": {"t0p-secret"}}
	for i := 0; i+1 < len(change); i += 2 {
		f.Set(change[i], change[i+1])
	}
	return f
}

func TestPhonePage(t *testing.T) {
	x := &pbx{
		verdict: service.VerdictPassword, e: record.Extension{Registrar: "192.0.2.10", Transport: "udp", User: "100"}, password: "of the file",
	}
	site, _ := openPhone(t, x)
	s := site.asOwner(t)
	r, body := s.ask(t, "GET", "/phone")
	if r.StatusCode != http.StatusOK {
		t.Fatal(r.Status)
	}
	wantAll(t, body, "Not connected", "refused the password", `value="192.0.2.10"`, `value="100"`, "never shown", "settings file", "FreePBX",
		"3CX", "pjsip.conf", "REGISTER", "What happened last", `href="/phone/ladder/c1"`, "don’t record")
	wantNone(t, body, "of the file", "t0p-secret")

	// A test is told in plain words, with the technical truth one tap below, and changes nothing.
	r, body = s.post(t, "/phone/test", accountForm("registrar", "192.0.2.99"))
	if r.StatusCode != http.StatusOK || x.tried != "t0p-secret" || x.e.Registrar != "192.0.2.10" {
		t.Errorf("test: %s, tried %q, in use %+v", r.Status, x.tried, x.e)
	}
	wantAll(t, body, "refused the password", "Copy the password", "<summary>Technical details</summary>", "401", "192.0.2.10:5060", "41 ms",
		"type the password again", `value="192.0.2.99"`, "<html")
	wantNone(t, body, "t0p-secret")
	x.verdict = service.VerdictOK
	_, body = s.ask(t, http.MethodPost, "/phone/test", func(r *http.Request) {
		r.Header.Set("HX-Request", "true")
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		f := accountForm().Encode()
		r.Body = io.NopCloser(strings.NewReader(f))
	})
	wantAll(t, body, "accepted extension 100")
	wantNone(t, body, "<html", "t0p-secret", "type the password again")

	// What cannot be is marked at its field, and what was typed stays.
	r, body = s.post(t, "/phone", accountForm("extension", "100@pbx", "auth_user", "front-desk"))
	if r.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("a wrong extension: %s", r.Status)
	}
	wantAll(t, body, "the part before the @", `value="100@pbx"`, `value="front-desk"`, `id="fault-user"`)
	wantNone(t, body, "t0p-secret")
	if r, body = s.post(t, "/phone", accountForm("registrar", "198.51.100.1", "pbx_password",
		"")); r.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("the kept password for another address: %s", r.Status)
	}
	wantAll(t, body, "Type the password again")

	if r, _ = s.post(t, "/phone", accountForm("extension", "200")); r.StatusCode != http.StatusSeeOther || x.e.User != "200" ||
		x.password != "t0p-secret" {
		t.Fatalf("save: %s, %+v", r.Status, x.e)
	}
	_, body = s.ask(t, "GET", r.Header.Get("Location"))
	wantAll(t, body, "used from now on", "by Maria", `value="200"`, `action="/phone/undo"`)
	wantNone(t, body, "t0p-secret")
	r, _ = s.post(t, "/phone/undo", nil)
	_, body = s.ask(t, "GET", r.Header.Get("Location"))
	if x.e.User != "100" || x.password != "of the file" {
		t.Errorf("undone: %+v", x.e)
	}
	wantAll(t, body, "The former account is used again", `value="100"`)
	wantNone(t, body, "/phone/undo")

	// What the telephone system does not accept takes the place of nothing, and nothing looks saved.
	x.verdict = service.VerdictExtension
	r, body = s.post(t, "/phone", accountForm("extension", "999"))
	if r.StatusCode != http.StatusUnprocessableEntity || x.e.User != "100" {
		t.Errorf("a wrong extension: %s, in use %+v", r.Status, x.e)
	}
	wantAll(t, body, "Not saved", "has no extension 999", `value="999"`, `name="anyway"`)
	wantNone(t, body, "Extension 999 is registered", `class="flash"`, "/phone/undo")
	_, body = s.ask(t, "GET", "/phone/ladder/c1")
	wantAll(t, body, "caller hung up", "offer &lt;PCMU&gt;")
	if r, _ = s.ask(t, "GET", "/phone/ladder/c9"); r.StatusCode != http.StatusNotFound {
		t.Errorf("a ladder that is not kept: %s", r.Status)
	}
}

func TestRecordingIsTheOwnersSetting(t *testing.T) {
	site, records := openPhone(t, &pbx{})
	s := site.asOwner(t)
	if r, body := s.post(t, "/phone/recording", url.Values{
		"mode": {"announce"}, "keep_days": {"many"},
	}); r.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(body, "number of days") {
		t.Errorf("many days: %s", r.Status)
	}
	if r, _ := s.post(t, "/phone/recording", url.Values{"mode": {"announce"}, "keep_days": {"14"}}); r.StatusCode != http.StatusSeeOther {
		t.Errorf("announce: %s", r.Status)
	}
	if got, err := records.RecordingSettings(); err != nil || got.Mode != record.RecordingAnnounce || got.KeepDays != 14 || got.By != "Maria" {
		t.Errorf("settings = %+v, %v", got, err)
	}
	_, body := s.ask(t, "GET", "/phone?done=recording")
	wantAll(t, body, `value="announce" checked`, "from the next call on", `value="14"`)
}

func TestThePhoneIsTheOwners(t *testing.T) {
	site, _ := openPhone(t, &pbx{})
	s := site.asStaff(t)
	for _, path := range []string{"/phone", "/phone/ladder/c1"} {
		if r, _ := s.ask(t, "GET", path); r.StatusCode != http.StatusForbidden {
			t.Errorf("GET %s: %s", path, r.Status)
		}
	}
	for _, path := range []string{"/phone", "/phone/test", "/phone/recording"} {
		if r, _ := s.post(t, path, accountForm()); r.StatusCode != http.StatusForbidden {
			t.Errorf("POST %s: %s", path, r.Status)
		}
	}
}

func TestWhoLeftAMessageIsCalledBackFromThePage(t *testing.T) {
	x := &pbx{}
	site, records := openPhone(t, x)
	b, err := profile.Sample("dental")
	if err != nil {
		t.Fatal(err)
	}
	b.Staff[0].Extension, b.Staff[0].Name, b.Transfer.Extension = "201", "Dr. <Lopez>", "200"
	if _, err := records.PublishProfile(*b); err != nil {
		t.Fatal(err)
	}
	m, err := records.SaveMessage(record.Message{At: noon, Number: "+12175550182", Name: "Anna", Reason: "the bill"})
	if err != nil {
		t.Fatal(err)
	}
	s := site.asOwner(t)
	page := "/messages/" + m.ID + "/call"
	if r, body := s.ask(t, http.MethodGet, page,
		nothing); r.StatusCode != http.StatusOK || !strings.Contains(body, "Dr. &lt;Lopez&gt;, 201") ||
		!strings.Contains(body, "Front desk, 200") {
		t.Fatalf("%s %s", r.Status, body)
	}
	over := func() string {
		for range 6000 { // a minute: it only ends a test that hangs
			if _, body := s.ask(t, http.MethodGet, page, nothing); !strings.Contains(body, "hx-get") {
				return body
			}
			<-time.After(10 * time.Millisecond)
		}
		t.Fatal("it does not end")
		return ""
	}
	if r, _ := s.post(t, page, url.Values{"extension": {"201"}}); r.StatusCode != http.StatusSeeOther {
		t.Fatal(r.Status)
	}
	if body := over(); !strings.Contains(body, "You are connected") || x.rung != "201 +12175550182 Anna" {
		t.Errorf("%q: %s", x.rung, body)
	}
	x.fails, x.rung = &service.CallError{Text: "Extension 200 did not answer"}, ""
	if r, _ := s.post(t, page, url.Values{"extension": {"200"}}); r.StatusCode != http.StatusSeeOther {
		t.Fatal(r.Status)
	}
	if body := over(); !strings.Contains(body, "Extension 200 did not answer.") {
		t.Errorf("%s", body)
	}
	x.rung = ""
	if r, _ := s.post(t, page, url.Values{"extension": {"0900123"}}); r.StatusCode != http.StatusSeeOther {
		t.Fatal(r.Status)
	}
	if body := over(); !strings.Contains(body, "choose a telephone") || x.rung != "" {
		t.Errorf("%q: %s", x.rung, body)
	}
	if r, _ := s.ask(t, http.MethodGet, "/messages/nobody/call", nothing); r.StatusCode != http.StatusNotFound {
		t.Errorf("no message: %s", r.Status)
	}
}

func nothing(*http.Request) {}
