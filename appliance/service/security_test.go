package service_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/access"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/servicetest"
	"frontdesk.internal/appliance/store"
)

// Sign-ins and refusals stand in a log with where they came from, which ages out; the audit chain, which does not, has no address.
func TestTheLogOfSignInsAgesOut(t *testing.T) {
	h := openHouse(t)
	h.claim()
	for range 3 {
		if _, err := service.SignIn.Do(servicetest.As(t.Context(), service.Visitor), h.d,
			service.SignInTry{Browser: browser(), Name: "Maria", Password: "wrong"}); err == nil {
			t.Fatal("a wrong password was taken")
		}
	}
	if _, err := service.ListAudit.Do(servicetest.As(t.Context(), service.Staff), h.d, service.AuditQuery{}); err == nil {
		t.Fatal("staff reads the chain")
	}
	list := ok(h, service.ListSecurity, 0)
	found := map[string]record.SecurityEvent{}
	for _, e := range list {
		found[e.Act] = e
	}
	in, refused := found["sign in"], found["read audit chain"]
	if !in.Failed || in.Times != 3 || in.From != "192.0.2.7" || in.Agent != "Firefox" || in.Who != "Maria" || !refused.Failed {
		t.Errorf("%+v", list)
	}
	if err := h.s.AuditEntries(1, func(e record.AuditEntry) error {
		if strings.Contains(e.Subject, "192.0.2.7") || strings.Contains(e.Subject, "Firefox") {
			t.Errorf("the chain keeps for ever: %q", e.Subject)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if err := h.s.AddSecurity(record.SecurityEvent{At: noon.AddDate(0, 0, -91), Act: "sign in"}); err != nil {
		t.Fatal(err)
	}
	before := len(ok(h, service.ListSecurity, 0))
	ok(h, service.SweepRecords, service.None{})
	after := ok(h, service.ListSecurity, 0)
	if len(after) != before-1 {
		t.Errorf("%d of %d are left", len(after), before)
	}
	for _, e := range after {
		if e.At.Before(noon.Add(-time.Hour)) {
			t.Errorf("too old: %+v", e)
		}
	}
}

// Staff sees and ends their own sessions alone, and nobody touches the second factor of somebody else.
func TestOnesOwnSessionsAndSecondFactor(t *testing.T) {
	h := openHouse(t)
	maria := h.maria()
	ok(h, service.AddPerson, service.NewPerson{Name: "Tom", Password: good})
	ok(h, service.SignIn, service.SignInTry{Browser: browser(), Name: "Tom", Password: good})
	tom := service.WithActor(t.Context(), service.Actor{Kind: "account", Name: "Tom", Door: "page", Role: service.Staff})
	list, err := service.ListSessions.Do(tom, h.d, service.SessionQuery{})
	if err != nil || len(list) != 1 || list[0].Account != "Tom" {
		t.Errorf("%+v, %v", list, err)
	}
	for _, s := range ok(h, service.ListSessions, service.SessionQuery{}) {
		if s.Account == "Maria" {
			if err := service.RevokeSession.Act(tom, h.d, s.ID); err == nil {
				t.Error("Tom has signed Maria out")
			}
		}
	}
	if _, err := service.StartSecondFactor.Do(tom, h.d, maria); err == nil {
		t.Error("Tom sets up Maria's second factor")
	}
	token := service.WithActor(t.Context(), service.Actor{Kind: "token", Name: "Tom", Door: "api", Role: service.Staff})
	if _, err := service.ListSessions.Do(token, h.d, service.SessionQuery{}); err == nil {
		t.Error("a token of the staff sees sessions")
	}
}

// A second factor is begun, put in force by a code of the app, asked for at the sign-in, and ended by its owner alone; wrong codes leave it
// as it is, and a code for recovery holds once.
func TestTheLifeOfASecondFactor(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	who := h.maria()
	maria := service.WithActor(t.Context(), service.Actor{Kind: "account", Name: "maria", Door: "page", Role: service.Owner})
	state := func(on bool, codes int) {
		t.Helper()
		got, err := service.ReadSecondFactor.Do(maria, h.d, who)
		if err != nil || got.On != on || got.Recovery != codes || got.Since.IsZero() == on {
			t.Errorf("%+v, %v; want on %v with %d codes", got, err, on, codes)
		}
	}
	state(false, 0)
	begun, err := service.StartSecondFactor.Do(maria, h.d, who)
	if err != nil || begun.Key == "" || !strings.HasPrefix(string(begun.URL), "otpauth://totp/") ||
		!strings.Contains(string(begun.URL), string(begun.Secret)) {
		t.Fatalf("%v, %v", begun, err)
	}
	confirm := service.SecondConfirm{
		Browser: browser(), Account: who, Key: begun.Key, Password: good, Code: h.appCode(begun.Secret),
	}
	for name, bad := range map[string]func(c *service.SecondConfirm){
		"another password": func(c *service.SecondConfirm) { c.Password = "seven small red boats" },
		"no code":          func(c *service.SecondConfirm) { c.Code = "" },
		"another code":     func(c *service.SecondConfirm) { c.Code = appCode(t, begun.Secret, h.now.Add(-time.Hour)) },
		"another key":      func(c *service.SecondConfirm) { c.Key = "none" },
	} {
		c := confirm
		bad(&c)
		if got, err := service.ConfirmSecondFactor.Do(maria, h.d, c); err == nil || len(got.Codes) != 0 {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
	state(false, 0)
	codes, err := service.ConfirmSecondFactor.Do(maria, h.d, confirm)
	if err != nil || len(codes.Codes) < 5 {
		t.Fatalf("%d codes, %v", len(codes.Codes), err)
	}
	state(true, len(codes.Codes))
	// The password alone is not enough any more.
	half := func() service.Password {
		t.Helper()
		got, err := service.SignIn.Do(servicetest.As(t.Context(), service.Visitor), h.d,
			service.SignInTry{Browser: browser(), Name: "Maria", Password: good})
		if err != nil || got.Secret != "" || got.Half == "" {
			t.Fatalf("with the password alone: signed in %v, %v", got.Secret != "", err)
		}
		return got.Half
	}
	pass := func(half, code service.Password) error {
		got, err := service.PassSecondFactor.Do(servicetest.As(t.Context(), service.Visitor), h.d,
			service.SecondTry{Browser: browser(), Name: "Maria", Half: half, Code: code})
		if (err == nil) != (got.Secret != "") {
			t.Errorf("%v with a session: %v", err, got.Secret != "")
		}
		return err
	}
	if err := pass(half(), "000000"); !errors.Is(err, access.ErrSecondCode) {
		t.Errorf("a wrong code: %v", err)
	}
	if err := pass("none", h.appCode(begun.Secret)); !errors.Is(err, access.ErrNoSecond) {
		t.Errorf("a sign-in that was never begun: %v", err)
	}
	h.now = h.now.Add(time.Minute) // a code holds once
	if err := pass(half(), h.appCode(begun.Secret)); err != nil {
		t.Errorf("the right code: %v", err)
	}
	if err := pass(half(), codes.Codes[0]); err != nil {
		t.Errorf("a code for recovery: %v", err)
	}
	state(true, len(codes.Codes)-1)
	if err := pass(half(), codes.Codes[0]); !errors.Is(err, access.ErrSecondCode) {
		t.Errorf("the same code again: %v", err)
	}
	// It is ended with password and code, and by nobody else.
	tom := service.WithActor(t.Context(), service.Actor{Kind: "account", Name: "Tom", Door: "page", Role: service.Staff})
	drop := service.SecondDrop{Browser: browser(), Account: who, Password: good, Code: codes.Codes[1]}
	if err := service.DropSecondFactor.Act(tom, h.d, drop); !errors.Is(err, service.ErrRefused) {
		t.Errorf("by Tom: %v", err)
	}
	if _, err := service.ReadSecondFactor.Do(tom, h.d, who); !errors.Is(err, service.ErrRefused) {
		t.Errorf("read by Tom: %v", err)
	}
	if _, err := service.ConfirmSecondFactor.Do(tom, h.d, confirm); !errors.Is(err, service.ErrRefused) {
		t.Errorf("confirmed by Tom: %v", err)
	}
	wrong := drop
	wrong.Code = codes.Codes[0]
	if err := service.DropSecondFactor.Act(maria, h.d, wrong); !errors.Is(err, access.ErrSecondCode) {
		t.Errorf("with a code that was used: %v", err)
	}
	state(true, len(codes.Codes)-1)
	if err := service.DropSecondFactor.Act(maria, h.d, drop); err != nil {
		t.Fatal(err)
	}
	state(false, 0)
	if got, err := service.SignIn.Do(servicetest.As(t.Context(), service.Visitor), h.d,
		service.SignInTry{Browser: browser(), Name: "Maria", Password: good}); err != nil || got.Secret == "" {
		t.Errorf("afterwards with the password alone: %v", err)
	}
	if got := h.chain("pass the second factor"); len(got) != 5 || got[2] != "account Maria|Maria" || !strings.HasSuffix(got[0], "|failed") {
		t.Errorf("%q", got)
	}
	h.noted("end a second factor", "account Tom|Maria|failed", "account maria|Maria|failed", "account maria|Maria")
}

// A browser is signed out by the owner whoever sits there, once; nobody is found under another ID.
func TestABrowserIsSignedOut(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	h.claim()
	ok(h, service.AddPerson, service.NewPerson{Name: "Tom", Password: good})
	toms := ok(h, service.SignIn, service.SignInTry{Browser: browser(), Name: "Tom", Password: good})
	maria := service.WithActor(t.Context(), service.Actor{Kind: "account", Name: "Maria", Door: "page", Role: service.Owner})
	list, err := service.ListSessions.Do(maria, h.d, service.SessionQuery{Secret: toms.Secret})
	if err != nil || len(list) != 2 {
		t.Fatalf("%+v, %v", list, err)
	}
	for _, s := range list {
		if s.Account != "Tom" {
			continue
		}
		for _, want := range []error{nil, store.ErrNotFound} {
			if err := service.RevokeSession.Act(maria, h.d, s.ID); !errors.Is(err, want) {
				t.Errorf("%v, want %v", err, want)
			}
		}
		h.noted("sign a browser out", "account Maria|"+s.ID, "account Maria|"+s.ID+"|failed")
	}
	if _, err := h.gate.Session(t.Context(), string(toms.Secret)); err == nil {
		t.Error("Tom is still signed in")
	}
	if err := service.RevokeSession.Act(maria, h.d, "none"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("nobody: %v", err)
	}
	if left, err := service.ListSessions.Do(maria, h.d, service.SessionQuery{}); err != nil || len(left) != 1 || left[0].Account != "Maria" {
		t.Errorf("%+v, %v", left, err)
	}
}

// The log of sign-ins is the newest first, at most so many as are asked for, and keeps as long as the owner says.
func TestTheLogOfSignInsInOrder(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	for i := range 5 {
		if err := h.s.AddSecurity(record.SecurityEvent{At: noon.AddDate(0, 0, -i), Act: "sign in", Who: strings.Repeat("x", i+1)}); err != nil {
			t.Fatal(err)
		}
	}
	for ask, want := range map[int]int{0: 5, 2: 2, 5: 5, -1: 5, service.MaxList + 1: 5} {
		list := ok(h, service.ListSecurity, ask)
		if len(list) != want || list[0].Who != "x" || list[len(list)-1].Who != strings.Repeat("x", want) {
			t.Errorf("%d asked for: %+v", ask, list)
		}
	}
	ok(h, service.SetRetention, record.Retention{Security: 2})
	ok(h, service.SweepRecords, service.None{})
	if list := ok(h, service.ListSecurity, 0); len(list) != 3 {
		t.Errorf("after two days: %+v", list)
	}
	h.now = noon.Add(time.Second) // two of one moment have no order
	if _, err := as(h, service.Staff, service.ListSecurity, 0); !errors.Is(err, service.ErrRefused) {
		t.Errorf("by staff: %v", err)
	}
	list := ok(h, service.ListSecurity, 1)
	if list[0].Act != "read log of sign-ins" || !list[0].Failed || list[0].Who != "account Maria" || list[0].Door != "test" {
		t.Errorf("the refusal itself: %+v", list[0])
	}
}
