package service_test

import (
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/servicetest"
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
