package service_test

import (
	"errors"
	"strings"
	"testing"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/servicetest"
	"frontdesk.internal/appliance/store"
)

// A note is on its call with who wrote it and when, is kept when the call ends, is found by its words, given out, moved and erased
// with the caller.
func TestNotesOfTheOffice(t *testing.T) {
	s := openStore(t)
	d := searchable(t, s)
	c, err := s.BeginCall(record.Call{ID: "a", From: "5550123", Started: noon})
	if err != nil {
		t.Fatal(err)
	}
	staff := servicetest.As(t.Context(), service.Staff)
	n, err := service.AddNote.Do(staff, d, service.CallNote{Call: "a", Text: "  Rückruf wegen der Geige, kommt Montag "})
	if err != nil || n.Text != "Rückruf wegen der Geige, kommt Montag" || n.By != "Maria" || n.At.IsZero() {
		t.Fatalf("written: %+v, %v", n, err)
	}
	c.Ended, c.Outcome = noon, record.Outcome{Result: record.ResultCompleted}
	if err := s.EndCall(c); err != nil {
		t.Fatal(err)
	}
	if _, err := service.AddNote.Do(servicetest.As(t.Context(), service.Technician), behindSocket(t, d),
		service.CallNote{Call: "a", Text: record.Personal(strings.Repeat("ß", service.MaxNote))}); err != nil {
		t.Errorf("one that is just short enough, through the socket: %v", err)
	}
	got, err := service.ReadCall.Do(staff, d, "a")
	if err != nil || len(got.Notes) != 2 || !got.Notes[0].At.Equal(n.At) || got.Notes[0].Text != n.Text || got.Notes[1].By != "Maria" {
		t.Errorf("read: %+v, %v", got.Notes, err)
	}
	found, err := service.SearchCalls.Do(staff, d, service.CallSearch{Text: "geige"})
	if err != nil || len(found.Calls) != 1 || found.Calls[0].Where != service.InNote ||
		!strings.Contains(string(found.Calls[0].Text), "Geige") {
		t.Errorf("found: %+v, %v", found, err)
	}
	for name, bad := range map[string]service.CallNote{
		"empty": {Call: "a"}, "blank": {Call: "a", Text: " \n\t"},
		"too long": {Call: "a", Text: record.Personal(strings.Repeat("ß", service.MaxNote+1))},
	} {
		var invalid *service.InvalidError
		if _, err := service.AddNote.Do(staff, d, bad); !errors.As(err, &invalid) || invalid.Problems[0].Path != "text" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := service.AddNote.Do(staff, d, service.CallNote{Call: "none", Text: "x"}); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("on no call: %v", err)
	}
	if _, err := service.AddNote.Do(servicetest.As(t.Context(), service.PhoneCaller), d,
		service.CallNote{Call: "a", Text: "x"}); !errors.Is(err, service.ErrRefused) {
		t.Errorf("by the caller: %v", err)
	}
	for len(got.Notes) < 100 {
		if _, err = service.AddNote.Do(staff, d, service.CallNote{Call: "a", Text: "again"}); err != nil {
			t.Fatal(err)
		}
		if got, err = service.ReadCall.Do(staff, d, "a"); err != nil {
			t.Fatal(err)
		}
	}
	var invalid *service.InvalidError
	if _, err := service.AddNote.Do(staff, d, service.CallNote{Call: "a", Text: "one more"}); !errors.As(err, &invalid) {
		t.Errorf("the hundred-and-first: %v", err)
	}
	lines := 0
	if err := s.AuditEntries(1, func(e record.AuditEntry) error {
		if e.Act == "write note on call" && e.Subject == "a" && e.Who == "account Maria" && !e.Failed {
			lines++
		}
		return nil
	}); err != nil || lines != 100 {
		t.Errorf("%d lines in the audit chain, %v", lines, err)
	}
	if _, err := service.EraseCaller.Do(servicetest.Operator(t), d, service.Erasure{ID: c.CallerID, Reason: "asked"}); err != nil {
		t.Fatal(err)
	}
	if _, err := service.ReadCall.Do(staff, d, "a"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("after the erasure: %v", err)
	}
	if found, err := service.SearchCalls.Do(staff, d, service.CallSearch{Text: "geige"}); err != nil || found.Total != 0 {
		t.Errorf("found after the erasure: %+v, %v", found, err)
	}
}
