package service_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"filippo.io/age"

	"frontdesk.internal/appliance/backup"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
)

// identity is a new key of age.
func identity(t *testing.T) *age.X25519Identity {
	t.Helper()
	k, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// unsealed is what was sealed for a key.
func unsealed(t *testing.T, sealed []byte, k age.Identity) []byte {
	t.Helper()
	r, err := age.Decrypt(bytes.NewReader(sealed), k)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// person makes a card with all kinds of fields.
func (h *house) person(edit service.CallerEdit) string {
	h.Helper()
	return ok(h, service.ChangeCaller, service.CallerChange{Edit: edit}).ID
}

// The list for the successor names everybody who can be reached, says why each must be told, and is a table that no spreadsheet runs.
func TestTheSuccessorKnowsWhomToTell(t *testing.T) {
	h := openHouse(t)
	field := func(k record.FieldKind, v record.Personal) record.Field { return record.Field{Kind: k, Value: v} }
	asks := h.person(service.CallerEdit{Add: []record.Field{
		field(record.FieldName, "=HYPERLINK(1)"), field(record.FieldEmail, "+x@example.org"), field(record.FieldEmail, "y@example.org"),
	}})
	h.person(service.CallerEdit{Add: []record.Field{field(record.FieldNote, "of whom nothing else is known")}})
	ok(h, service.FileRequest, record.Request{Caller: asks, Kind: record.RequestErase})
	closed := ok(h, service.FileRequest, record.Request{Caller: h.who, Kind: record.RequestErase, Identity: record.IdentityOffice})
	ok(h, service.RefuseRequest, service.Refusal{ID: closed.ID, Reason: "a law"})
	ok(h, service.HoldCaller, record.Hold{Caller: h.who, Reason: "a law suit", Until: noon.AddDate(1, 0, 0)})
	h.person(service.CallerEdit{
		Add: []record.Field{field(record.FieldNumber, "+12175550199")}, Tags: []record.Tag{record.TagNoContact},
	})
	k, dir := identity(t), t.TempDir()
	done := ok(h, service.HandOver, service.Succession{Dir: dir, Key: " " + k.Recipient().String() + "\n"})
	raw, err := os.ReadFile(filepath.Join(dir, done.List))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(unsealed(t, raw, k))).ReadAll()
	if err != nil || len(rows) != done.Told+1 {
		t.Fatalf("%d rows for %d, %v", len(rows), done.Told, err)
	}
	slices.SortFunc(rows[1:], slices.Compare)
	want := [][]string{
		{"name", "number", "e-mail", "since", "last call", "why"},
		{"", "+12175550199", "", "2026-03-02", "", "a card is kept; does not want to be contacted for anything else"},
		{"", "5550123", "", "2026-03-02", "2026-03-02", "a card is kept; has called; held by law"},
		{"'=HYPERLINK(1)", "", "'+x@example.org", "2026-03-02", "", "a card is kept; has an open request: tell first"},
		{"Anna", "+12175550182", "", "2026-03-02", "", "a card is kept"},
	}
	for i, row := range rows {
		if i >= len(want) || !slices.Equal(row, want[i]) {
			t.Errorf("row %d: %q", i, row)
		}
	}
}

// Without a folder it goes beside the backups, into one of today; that counts as a medium until it is destroyed. The records stay.
func TestAHandoverGoesBesideTheBackups(t *testing.T) {
	h := openHouse(t)
	k := identity(t)
	to := service.Succession{Key: k.Recipient().String()}
	done, err := as(h, service.Owner, service.HandOver, to)
	dir := filepath.Join(h.o.Backups.Dir, "handover-20260302")
	if err != nil || done.Told == 0 || done.Backup.Name == "" {
		t.Fatalf("%+v, %v", done, err)
	}
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != 4 {
		t.Errorf("%v, %v", files, err)
	}
	letter, err := os.ReadFile(filepath.Join(dir, done.Letter))
	if err != nil || !strings.Contains(string(unsealed(t, letter, k)), done.Backup.Name) {
		t.Errorf("the letter: %v", err)
	}
	if ms := ok(h, service.ListMedia, service.None{}); len(ms) != 1 || ms[0].Dir != dir {
		t.Errorf("media: %+v", ms)
	}
	if s := ok(h, service.ListBackups, ""); len(s.Backups) != 0 {
		t.Errorf("it is among the backups of the box: %+v", s.Backups)
	}
	if _, err := h.s.Caller(h.who); err != nil {
		t.Errorf("the records: %v", err)
	}
	invalid(h, service.HandOver, to, "dir") // the same day again
	h.now = noon.AddDate(0, 0, 1)
	ok(h, service.HandOver, to)
	if _, err := as(h, service.Staff, service.HandOver, to); !errors.Is(err, service.ErrRefused) {
		t.Errorf("by staff: %v", err)
	}
	h.noted("hand everything over", "account Maria|"+to.Key, "user tester|"+to.Key+"|failed", "user tester|"+to.Key,
		"account Maria|"+to.Key+"|failed")
}

// A key that is none, a folder that is used or not there, and no folder at all: nothing is written.
func TestAHandoverThatCannotBe(t *testing.T) {
	h := openHouse(t)
	used := t.TempDir()
	ok(h, service.SetUpBackup, service.None{})
	ok(h, service.MakeBackup, used)
	good := identity(t).Recipient().String()
	for _, key := range []string{"", "age1nobody", "AGE-SECRET-KEY-1", good + "x", "ssh-ed25519 AAAA"} {
		invalid(h, service.HandOver, service.Succession{Dir: t.TempDir(), Key: key}, "key")
	}
	invalid(h, service.HandOver, service.Succession{Dir: used, Key: good}, "dir")
	gone := filepath.Join(t.TempDir(), "unplugged")
	fails(h, service.HandOver, service.Succession{Dir: gone, Key: good}, backup.ErrNoMedium)
	h.d = h.with(func(o *service.Options) { o.Backups.Dir = gone })
	fails(h, service.HandOver, service.Succession{Key: good}, backup.ErrNoMedium)
	if _, err := os.Stat(gone); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a folder was made where the medium belongs: %v", err)
	}
	h.d = h.with(func(o *service.Options) { o.Backups.Dir = "" })
	fails(h, service.HandOver, service.Succession{Key: good}, backup.ErrNoFolder)
	if ms := ok(h, service.ListMedia, service.None{}); len(ms) != 1 || ms[0].Dir != used {
		t.Errorf("media: %+v", ms)
	}
	if left := h.leftovers(); len(left) != 0 {
		t.Errorf("left behind: %q", left)
	}
	if len(h.chain("hand everything over")) != 9 {
		t.Errorf("noted: %q", h.chain("hand everything over"))
	}
}
