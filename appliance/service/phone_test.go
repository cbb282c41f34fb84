package service_test

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/servicetest"
	"frontdesk.internal/appliance/store"
)

// fakePhone notes what it is told.
type fakePhone struct {
	e        record.Extension
	password string
	tried    string // password of the last test
	verdict  string
	refuses  error
	called   string // who was called back last
}

func (f *fakePhone) InUse() (record.Extension, string) { return f.e, f.password }
func (f *fakePhone) Try(_ context.Context, _ record.Extension, password string) (service.PhoneTest, error) {
	f.tried = password
	return service.PhoneTest{Verdict: cmp.Or(f.verdict, service.VerdictOK), Code: 403}, nil
}

func (f *fakePhone) Use(e record.Extension, password string) error {
	if f.refuses == nil {
		f.e, f.password = e, password
	}
	return f.refuses
}
func (f *fakePhone) Ladders() []service.Ladder { return []service.Ladder{{Call: "a1"}} }
func (f *fakePhone) Registration() []service.LadderMessage {
	return []service.LadderMessage{{Text: "REGISTER"}}
}
func (f *fakePhone) Lines() []service.Phone { return nil }
func (f *fakePhone) CallBack(_ context.Context, extension string, number record.PhoneNumber, name record.Personal) error {
	f.called = extension + " " + string(number) + " " + string(name)
	return f.refuses
}

func (f *fakePhone) TalkWith(_ context.Context, extension string) error {
	f.called = extension + " talks"
	return f.refuses
}

const secret = "t0p-secret"

func TestPhoneAccountIsSavedAndThePasswordStays(t *testing.T) {
	s := openStore(t)
	f := &fakePhone{e: record.Extension{Registrar: "192.0.2.1", Transport: "udp", User: "100"}, password: "of the file"}
	d := servicetest.New(t, service.Options{Records: s, Telephone: f})
	a, err := service.ReadPhoneAccount.Get(servicetest.Operator(t), d)
	if err != nil || a.From != service.FromSettings || !a.HasPassword || a.User != "100" {
		t.Fatalf("before: %+v, %v", a, err)
	}
	edit := service.PhoneAccountEdit{Extension: record.Extension{Registrar: " 192.0.2.9:5060 ", User: "200"}, Password: secret}
	if a, err = service.SetPhoneAccount.Do(servicetest.Operator(t), d, edit); err != nil {
		t.Fatal(err)
	}
	if a.From != service.FromDoor || a.By != "tester" || a.Registrar != "192.0.2.9:5060" || f.password != secret || f.e.User != "200" {
		t.Errorf("after: %+v; the phone has %+v", a, f.e)
	}
	// An empty password keeps it, for the same telephone system only.
	edit.Password, edit.User = "", "201"
	if a, err = service.SetPhoneAccount.Do(servicetest.Operator(t), d, edit); err != nil || f.password != secret || len(a.History) != 2 {
		t.Errorf("kept: %v, %d in the history", err, len(a.History))
	}
	f.tried = ""
	var invalid *service.InvalidError
	for _, other := range []string{"198.51.100.7", "192.0.2.9, 198.51.100.7", "198.51.100.7,192.0.2.9:5060"} {
		edit.Registrar = other
		if _, err = service.TestPhoneAccount.Do(servicetest.Operator(t), d, edit); !errors.As(err, &invalid) ||
			invalid.Problems[0].Path != "password" {
			t.Errorf("%s with the kept password: %v", other, err)
		}
	}
	if f.tried != "" {
		t.Error("the kept password was shown to another address")
	}
	b, err := json.Marshal(a)
	if err != nil || strings.Contains(string(b), secret) {
		t.Errorf("the password leaves: %s", b)
	}
	if got := fmt.Sprintf("%v %+v %#v", edit, service.PhoneAccountEdit{Password: secret},
		service.PhoneAccountEdit{Password: secret}); strings.Contains(got, secret) {
		t.Errorf("the password is printed: %s", got)
	}
	if _, password, err := s.Extension(); err != nil || password != secret {
		t.Errorf("store: %q, %v", password, err)
	}
}

func TestPhoneAccountThatCannotBe(t *testing.T) {
	d := servicetest.New(t, service.Options{Records: openStore(t), Telephone: &fakePhone{}})
	for path, e := range map[string]service.PhoneAccountEdit{
		"registrar": {Extension: record.Extension{Registrar: "sip:pbx", User: "100"}},
		"user":      {Extension: record.Extension{Registrar: "pbx", User: "100@pbx"}},
		"transport": {Extension: record.Extension{Registrar: "pbx", User: "100", Transport: "pigeon"}},
		"auth_user": {Extension: record.Extension{Registrar: "pbx", User: "100", AuthUser: "a\"b"}},
		"domain":    {Extension: record.Extension{Registrar: "pbx", User: "100", Domain: "a b"}},
		"password":  {Extension: record.Extension{Registrar: "pbx", User: "100"}, Password: "a\nb"},
	} {
		var invalid *service.InvalidError
		if _, err := service.SetPhoneAccount.Do(servicetest.Operator(t), d, e); !errors.As(err, &invalid) || len(invalid.Problems) != 1 ||
			invalid.Problems[0].Path != path {
			t.Errorf("%s: %v", path, err)
		}
	}
	for _, ok := range []string{"pbx", "pbx.office.example:5062", "192.0.2.1", "2001:db8::1", "[2001:db8::1]:5060"} {
		if _, err := service.SetPhoneAccount.Do(servicetest.Operator(t), d,
			service.PhoneAccountEdit{Extension: record.Extension{Registrar: ok, User: "100"}, Password: "x"}); err != nil {
			t.Errorf("%s: %v", ok, err)
		}
	}
}

func TestAnAccountThatThePhoneRefusesIsNotSaved(t *testing.T) {
	s := openStore(t)
	d := servicetest.New(t, service.Options{Records: s, Telephone: &fakePhone{refuses: errors.New("no socket")}})
	edit := service.PhoneAccountEdit{Extension: record.Extension{Registrar: "pbx", User: "100"}}
	if _, err := service.SetPhoneAccount.Do(servicetest.Operator(t), d, edit); err == nil {
		t.Error("no error")
	}
	if _, _, err := s.Extension(); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("saved: %v", err)
	}
}

func TestEveryVerdictIsAPlainSentence(t *testing.T) {
	x := record.Extension{Registrar: "pbx", User: "100"}
	seen := map[string]bool{}
	for _, v := range []string{
		service.VerdictOK, service.VerdictPassword, service.VerdictExtension, service.VerdictForbidden, service.VerdictUnreachable,
		service.VerdictName, service.VerdictCertificate, service.VerdictOverloaded, service.VerdictDigest, service.VerdictInterval,
		service.VerdictMoved, service.VerdictUnexpected,
	} {
		text, advice := service.ExplainVerdict(v, x)
		if seen[text] || !strings.HasSuffix(text, ".") || (advice == "") != (v == service.VerdictOK) || strings.ContainsAny(text, "_<>") {
			t.Errorf("%s: %q %q", v, text, advice)
		}
		seen[text] = true
	}
}

func TestLaddersWithAndWithoutAPhone(t *testing.T) {
	d := servicetest.New(t, service.Options{Records: openStore(t), Telephone: &fakePhone{}})
	if l, err := service.ReadLadder.Do(servicetest.Operator(t), d, "a1"); err != nil || l.Call != "a1" {
		t.Errorf("a1: %+v, %v", l, err)
	}
	if l, err := service.ReadLadder.Do(servicetest.Operator(t), d, service.RegistrationLadder); err != nil || len(l.Steps) != 1 {
		t.Errorf("registration: %+v, %v", l, err)
	}
	if _, err := service.ReadLadder.Do(servicetest.Operator(t), d, "b2"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("b2: %v", err)
	}
	if _, err := service.ListLadders.Get(servicetest.Operator(t), servicetest.New(t, service.Options{Records: openStore(t)})); !errors.Is(err,
		service.ErrNotRunning) {
		t.Errorf("without a phone: %v", err)
	}
}

// A wrong extension must not take the place of one that works, and a change can be taken back.
func TestAnAccountIsTriedBeforeItIsSaved(t *testing.T) {
	s, now := openStore(t), noon
	former := record.Extension{Registrar: "192.0.2.1", Transport: "udp", User: "100"}
	f := &fakePhone{e: former, password: "works", verdict: service.VerdictExtension}
	d := servicetest.New(t, service.Options{Records: s, Telephone: f, Now: func() time.Time { return now }})
	ctx := servicetest.Operator(t)
	edit := service.PhoneAccountEdit{Extension: record.Extension{Registrar: "192.0.2.1", User: "999"}}
	var invalid *service.InvalidError
	if _, err := service.SetPhoneAccount.Do(ctx, d, edit); !errors.As(err, &invalid) || invalid.What != service.RefusedAccount ||
		invalid.Problems[0].Path != "user" || !strings.Contains(invalid.Problems[0].Text, "has no extension 999") {
		t.Fatalf("a refused account: %v", err)
	}
	if _, _, err := s.Extension(); f.e != former || !errors.Is(err, store.ErrNotFound) {
		t.Errorf("in use %+v, kept %v: what worked is gone", f.e, err)
	}
	edit.Anyway = true
	a, err := service.SetPhoneAccount.Do(ctx, d, edit)
	if err != nil || f.e.User != "999" || a.Undo.IsZero() {
		t.Fatalf("all the same: %+v, %v", a, err)
	}
	if a, err = service.UndoPhoneAccount.Get(ctx, d); err != nil || f.e.User != "100" || f.password != "works" || !a.Undo.IsZero() {
		t.Fatalf("undone: %+v with %q, %v", f.e, f.password, err)
	}
	if _, err = service.UndoPhoneAccount.Get(ctx, d); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("undone twice: %v", err)
	}
	if _, err := service.SetPhoneAccount.Do(ctx, d, edit); err != nil {
		t.Fatal(err)
	}
	now = now.Add(10 * time.Minute)
	if _, err := service.UndoPhoneAccount.Get(ctx, d); !errors.Is(err, store.ErrNotFound) || f.e.User != "999" {
		t.Errorf("undone too late: %v, %+v", err, f.e)
	}
}
