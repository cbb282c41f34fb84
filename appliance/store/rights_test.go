package store_test

import (
	"bytes"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"frontdesk.internal/appliance/audit"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/store"
)

func TestRequestsAndConsentsBelongToTheirCaller(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "frontdesk.db"))
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	ada, err := s.AddCaller(record.Caller{FirstSeen: at})
	if err != nil {
		t.Fatal(err)
	}
	bob, err := s.AddCaller(record.Caller{FirstSeen: at})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.SaveRequest(record.Request{Caller: "nobody", Kind: record.RequestErase}); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a request about nobody: %v", err)
	}
	r, err := s.SaveRequest(record.Request{Caller: ada.ID, Kind: record.RequestAccess, State: record.RequestOpen, At: at})
	if err != nil {
		t.Fatal(err)
	}
	for i, state := range []record.ConsentState{record.ConsentGiven, record.ConsentWithdrawn} {
		if _, err := s.AddConsent(record.Consent{
			Caller: ada.ID, Kind: record.ConsentRecording, State: state, How: record.ByKey, At: at.Add(time.Duration(i) * time.Hour),
		}); err != nil {
			t.Fatal(err)
		}
	}
	if c, ok, err := s.Consent(ada.ID, record.ConsentRecording); err != nil || !ok || c.State != record.ConsentWithdrawn {
		t.Errorf("the newest is %+v, %v", c, err)
	}
	// They go along when the card goes into another one, and with the erasure.
	job, err := s.Merge(ada.ID, bob.ID, "test")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.FinishMove(job); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Request(r.ID); err != nil || got.Caller != bob.ID {
		t.Errorf("after the merge: %+v, %v", got, err)
	}
	if cs, err := s.Consents(bob.ID); err != nil || len(cs) != 2 || cs[0].Caller != bob.ID {
		t.Errorf("after the merge: %+v, %v", cs, err)
	}
	if _, err := s.Erase(bob.ID, "asked", "test"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Request(r.ID); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("after the erasure: %v", err)
	}
	if rs, err := s.Requests(); err != nil || len(rs) != 0 {
		t.Errorf("after the erasure: %v, %v", rs, err)
	}
	if rep, err := s.CheckAll(); err != nil || len(rep.Faults) > 0 {
		t.Errorf("%+v, %v", rep, err)
	}
}

func TestNoticesHaveVersions(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "frontdesk.db"))
	for _, x := range []struct {
		text    string
		version int
	}{{"This call is recorded.", 1}, {"This call is recorded.", 1}, {"We record this call.", 2}, {"This call is recorded.", 3}} {
		n, err := s.UseNotice(record.Notice{Kind: record.NoticeRecording, Text: x.text})
		if err != nil || n.Version != x.version {
			t.Errorf("%q is version %d, %v; want %d", x.text, n.Version, err, x.version)
		}
	}
	if ns, err := s.Notices(record.NoticeRecording); err != nil || len(ns) != 3 || ns[1].Text != "We record this call." || ns[1].At.IsZero() {
		t.Errorf("%+v, %v", ns, err)
	}
	if ns, err := s.Notices(record.NoticePrivacy); err != nil || len(ns) != 0 {
		t.Errorf("%+v, %v", ns, err)
	}
}

func TestTheAuditChainInTheStore(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "frontdesk.db")
	s, err := store.Open(path, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	key, err := s.AuditKey()
	if err != nil {
		t.Fatal(err)
	}
	l := audit.New(audit.Options{Records: s, Key: key, Heads: filepath.Join(dir, "audit.heads")})
	for range 2500 { // more than are read at a time
		if err := l.Note(record.AuditEntry{Door: "page", Act: "read call", Subject: "call-1"}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := l.Head(); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, path)
	again, err := s.AuditKey()
	if err != nil || !bytes.Equal(key, again) {
		t.Fatalf("another key after the restart: %v", err)
	}
	l = audit.New(audit.Options{Records: s, Key: again, Heads: filepath.Join(dir, "audit.heads")})
	if r, err := l.Verify(); err != nil || len(r.Faults) > 0 || r.Entries != 2500 || r.Heads != 1 {
		t.Errorf("%+v, %v", r, err)
	}
}
