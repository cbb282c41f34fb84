package store_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/store"
)

func TestAccountsAndTheirSessions(t *testing.T) {
	s := fresh(t)
	a, err := s.SaveAccount(record.Account{Name: "anna", Role: record.RoleOwner, Created: t0})
	if err != nil || a.ID == "" {
		t.Fatalf("%+v, %v", a, err)
	}
	b, err := s.SaveAccount(record.Account{Name: "bob", Role: record.RoleStaff, Created: t0})
	if err != nil || b.ID == a.ID {
		t.Fatalf("%+v, %v", b, err)
	}
	a.Hash = "changed"
	if a, err = s.SaveAccount(a); err != nil {
		t.Fatal(err)
	}
	list, err := s.Accounts()
	if err != nil || len(list) != 2 || list[0].Name != "anna" || list[0].Hash != "changed" {
		t.Errorf("%+v, %v", list, err)
	}
	for i, who := range []string{a.ID, a.ID, a.ID, b.ID} {
		if err := s.SaveSession(fmt.Sprint("s", i), record.Session{Account: who, Created: t0.Add(time.Duration(i) * time.Hour)}); err != nil {
			t.Fatal(err)
		}
	}
	there := func(want ...string) {
		t.Helper()
		var got []string
		for i := range 4 {
			_, err := s.Session(fmt.Sprint("s", i))
			if err == nil {
				got = append(got, fmt.Sprint("s", i))
			} else if !errors.Is(err, store.ErrNotFound) {
				t.Error(err)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("sessions %v, want %v", got, want)
		}
	}
	// Those of one account, from before a moment, but the browser that asks.
	if err := s.DeleteSessions(a.ID, t0.Add(2*time.Hour), "s0"); err != nil {
		t.Fatal(err)
	}
	there("s0", "s2", "s3")
	if err := errors.Join(s.DeleteSession("s0"), s.DeleteSession("s0"), s.DeleteSession("never")); err != nil {
		t.Errorf("a session that is not there: %v", err)
	}
	there("s2", "s3")
	if err := s.DeleteAccount(a.ID); err != nil {
		t.Fatal(err)
	}
	there("s3") // who is removed is signed out everywhere, and nobody else
	if err := s.DeleteAccount(a.ID); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("removed twice: %v", err)
	}
	if err := s.DeleteSessions("", t0.Add(4*time.Hour), ""); err != nil {
		t.Fatal(err)
	}
	there()
}

func TestTokens(t *testing.T) {
	s := fresh(t)
	var ids []string
	for _, name := range []string{"first", "second"} {
		k, err := s.SaveToken(store.APIToken{Name: name, Role: record.RoleStaff, Hash: []byte(name), Created: t0})
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, k.ID)
	}
	if err := s.TokenUsed(ids[1], t0.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	list, err := s.Tokens()
	if err != nil || len(list) != 2 || list[0].Name != "first" || !list[0].Used.IsZero() || !list[1].Used.Equal(t0.Add(time.Hour)) ||
		string(list[1].Hash) != "second" {
		t.Errorf("%+v, %v", list, err)
	}
	if err := s.DropToken(ids[1]); err != nil {
		t.Fatal(err)
	}
	// One that was revoked while a request was under way does not come back.
	if err := s.TokenUsed(ids[1], t0); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("used after it was revoked: %v", err)
	}
	if err := s.DropToken(ids[1]); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("revoked twice: %v", err)
	}
	if list, err = s.Tokens(); err != nil || len(list) != 1 {
		t.Errorf("%+v, %v", list, err)
	}
}

func TestTheLedgerOfTheNetworkAddsUp(t *testing.T) {
	s := fresh(t)
	one := record.Egress{
		Day: "2026-11-23", Purpose: "telephone", Address: "192.0.2.1", Connections: 1, Sent: 10, Received: 20, First: t0, Last: t0,
	}
	later := one
	later.Sent, later.Refused, later.First, later.Last = 5, 2, t0.Add(time.Hour), t0.Add(2*time.Hour)
	other, next := one, one
	other.Address, next.Day = "192.0.2.10", "2026-11-24"
	if err := errors.Join(s.AddEgress(nil), s.AddEgress([]record.Egress{one, other}), s.AddEgress([]record.Egress{later, next})); err != nil {
		t.Fatal(err)
	}
	list, err := s.Egress("")
	if err != nil || len(list) != 3 {
		t.Fatalf("%+v, %v", list, err)
	}
	want := record.Egress{
		Day: one.Day, Purpose: one.Purpose, Address: one.Address, Connections: 2, Sent: 15, Received: 40, Refused: 2, First: t0,
		Last: t0.Add(2 * time.Hour),
	}
	if got := list[0]; got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	for from, n := range map[string]int{"2026-11-23": 3, "2026-11-24": 1, "2026-11-25": 0} {
		if list, err := s.Egress(from); err != nil || len(list) != n {
			t.Errorf("from %s: %d, want %d, %v", from, len(list), n, err)
		}
	}
}

// The password of the account that is in use is kept, and that of no former one: not in the answer, and after a compaction not in the file.
func TestTelephoneAccountsAndTheirPasswords(t *testing.T) {
	path := filepath.Join(t.TempDir(), "frontdesk.db")
	s := open(t, path)
	if _, _, err := s.Extension(); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("none: %v", err)
	}
	if list, err := s.Extensions(); err != nil || len(list) != 0 {
		t.Errorf("%+v, %v", list, err)
	}
	const saved = 60
	for i := range saved {
		e := record.SavedExtension{
			Extension: record.Extension{Registrar: "pbx", Transport: "udp", User: fmt.Sprint(100 + i)}, By: "anna", At: t0.Add(time.Duration(i)),
		}
		if err := s.SetExtension(e, fmt.Sprint("password ", i)); err != nil {
			t.Fatal(err)
		}
		got, password, err := s.Extension()
		if err != nil || got != e || password != fmt.Sprint("password ", i) {
			t.Fatalf("%+v %q, %v", got, password, err)
		}
	}
	list, err := s.Extensions()
	if err != nil || len(list) != 50 || list[0].User != "159" || list[49].User != "110" {
		t.Errorf("%d in the history, %v", len(list), err)
	}
	if err := s.Compact(); err != nil {
		t.Fatal(err)
	}
	if _, password, err := s.Extension(); err != nil || password != "password 59" {
		t.Errorf("%q, %v", password, err)
	}
	if raw, err := os.ReadFile(path); err != nil || bytes.Contains(raw, []byte("password ")) {
		t.Errorf("a password stands in the file as it is, %v", err)
	}
}

func TestTheHistoryOfTheRegistrationIsBounded(t *testing.T) {
	s := fresh(t)
	const noted = 510
	for i := range noted {
		if err := s.AddPhoneChange(record.PhoneChange{At: t0.Add(time.Duration(i) * time.Second), State: "failed", Code: i}); err != nil {
			t.Fatal(err)
		}
	}
	for limit, want := range map[int]int{0: 500, 1: 1, 40: 40, 1000: 500} {
		list, err := s.PhoneChanges(limit)
		if err != nil || len(list) != want || list[0].Code != noted-1 {
			t.Errorf("%d asked for: %d, want %d, %v", limit, len(list), want, err)
		}
	}
}

func TestSettingsThatWereNeverSet(t *testing.T) {
	s := fresh(t)
	if r, err := s.Retention(); err != nil || r != record.DefaultRetention() {
		t.Errorf("%+v, %v", r, err)
	}
	if ms, err := s.Media(); err != nil || len(ms) != 0 {
		t.Errorf("%+v, %v", ms, err)
	}
	_, recording := s.RecordingSettings()
	_, pin := s.ConsolePIN()
	_, restored := s.Restoration()
	for what, err := range map[string]error{"recording": recording, "PIN": pin, "restoration": restored} {
		if !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// What is set is there after the next start.
func TestSettingsAreKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "frontdesk.db")
	s, err := store.Open(path, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	kept := record.DefaultRetention()
	kept.Transcripts, kept.By = 3, "anna"
	mode := record.RecordingSettings{Mode: record.RecordingAsk, KeepDays: 9, By: "anna", At: t0}
	pin := record.ConsolePIN{Hash: "hash", Changed: t0}
	back := record.Restoration{At: t0, Backup: t0.Add(-time.Hour), Keys: t0.Add(-time.Minute)}
	err = errors.Join(s.SetRetention(kept), s.SetRecordingSettings(mode), s.SetConsolePIN(pin), s.SetRestoration(back),
		s.SeeMedium(record.Medium{ID: "a", Dir: "stick", Keys: t0}), s.SeeMedium(record.Medium{ID: "b", Dir: "share", Keys: t0}),
		s.SeeMedium(record.Medium{ID: "a", Dir: "other stick", Keys: t0.Add(time.Hour)}), s.Close())
	if err != nil {
		t.Fatal(err)
	}
	s = open(t, path)
	if got, err := s.Retention(); err != nil || got != kept {
		t.Errorf("%+v, %v", got, err)
	}
	if got, err := s.RecordingSettings(); err != nil || got != mode {
		t.Errorf("%+v, %v", got, err)
	}
	if got, err := s.ConsolePIN(); err != nil || got != pin {
		t.Errorf("%+v, %v", got, err)
	}
	if got, err := s.Restoration(); err != nil || got != back {
		t.Errorf("%+v, %v", got, err)
	}
	ms, err := s.Media()
	if err != nil || len(ms) != 2 || ms[0].ID != "b" || ms[1].Dir != "other stick" {
		t.Errorf("%+v, %v", ms, err)
	}
	if err := s.DropMedium("b"); err != nil {
		t.Fatal(err)
	}
	if err := s.DropMedium("b"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("forgotten twice: %v", err)
	}
	if ms, err = s.Media(); err != nil || len(ms) != 1 {
		t.Errorf("%+v, %v", ms, err)
	}
}

// Entries are given in order and outside of any transaction, also more of them than one transaction reads; what is asked for begins at its
// number.
func TestAuditEntriesInBatches(t *testing.T) {
	s := fresh(t)
	if e, err := s.LastAudit(); err != nil || e.Seq != 0 {
		t.Errorf("%+v, %v", e, err)
	}
	const many = 1500
	for i := range many {
		e, err := s.AppendAudit(func(last record.AuditEntry) record.AuditEntry {
			if last.Seq != uint64(i) {
				t.Fatalf("the last is %d, want %d", last.Seq, i)
			}
			return record.AuditEntry{Seq: last.Seq + 1, At: t0, Act: fmt.Sprint("act ", i)}
		})
		if err != nil || e.Seq != uint64(i+1) {
			t.Fatalf("%+v, %v", e, err)
		}
	}
	for from, want := range map[uint64]int{0: many, 1: many, 2: many - 1, 1000: 501, many: 1, many + 1: 0} {
		n, next := 0, max(from, 1)
		err := s.AuditEntries(from, func(e record.AuditEntry) error {
			if e.Seq != next {
				t.Fatalf("entry %d, want %d", e.Seq, next)
			}
			n, next = n+1, next+1
			if n == 1 { // a write while it is read would hang inside of a transaction
				return s.SetConsolePIN(record.ConsolePIN{Hash: fmt.Sprint(from)})
			}
			return nil
		})
		if err != nil || n != want {
			t.Errorf("from %d: %d entries, want %d, %v", from, n, want, err)
		}
	}
	enough := errors.New("enough")
	n := 0
	if err := s.AuditEntries(1, func(record.AuditEntry) error { n++; return enough }); !errors.Is(err, enough) || n != 1 {
		t.Errorf("after %d: %v", n, err)
	}
	if e, err := s.LastAudit(); err != nil || e.Act != "act 1499" {
		t.Errorf("%+v, %v", e, err)
	}
}

// The key of the audit heads is the same after the next start, and another one in other records.
func TestTheAuditKeyIsThatOfTheRecords(t *testing.T) {
	path := filepath.Join(t.TempDir(), "frontdesk.db")
	s, err := store.Open(path, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	was, err := s.AuditKey()
	if err := errors.Join(err, s.Close()); err != nil {
		t.Fatal(err)
	}
	if now, err := open(t, path).AuditKey(); err != nil || !now.Equal(was) {
		t.Errorf("another key after the next start, %v", err)
	}
	if other, err := fresh(t).AuditKey(); err != nil || other.Equal(was) {
		t.Errorf("the same key in other records, %v", err)
	}
}

func TestQuestionsOfSeveralAreOne(t *testing.T) {
	s := fresh(t)
	ask := func(call string, q record.Personal, at time.Time) {
		t.Helper()
		if err := s.AddUnanswered(record.Unanswered{CallID: call, Question: q, At: at}); err != nil {
			t.Fatal(err)
		}
	}
	for i, from := range []record.PhoneNumber{"+12175550142", "+12175550143"} {
		if _, err := s.BeginCall(record.Call{ID: fmt.Sprint("c", i), From: from, Started: t0}); err != nil {
			t.Fatal(err)
		}
	}
	ask("c0", "Do you have a lift?", t0)
	ask("c1", "do you have a LIFT", t0.Add(time.Hour))
	ask("c1", "Do you  have a lift?!", t0.Add(2*time.Hour))
	ask("", "Is there parking?", t0)
	list, err := s.UnansweredList()
	if err != nil || len(list) != 2 || list[0].Times != 3 || list[0].Question != "Do you  have a lift?!" || list[0].CallID != "c1" {
		t.Fatalf("%+v, %v", list, err)
	}
	u, err := s.DropUnanswered(list[0].ID)
	if err != nil || u.CallID == "" {
		t.Errorf("%+v, %v", u, err)
	}
	if _, err := s.DropUnanswered(list[0].ID); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("dropped twice: %v", err)
	}
	if list, err = s.UnansweredList(); err != nil || len(list) != 1 || list[0].Question != "Is there parking?" {
		t.Errorf("%+v, %v", list, err)
	}
	if r, err := s.CheckAll(); err != nil || len(r.Faults) > 0 {
		t.Errorf("%+v, %v", r, err)
	}
}
