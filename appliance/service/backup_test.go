package service_test

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/backup"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/servicetest"
	"frontdesk.internal/appliance/store"
)

// leftovers are the files and folders in the house's state folder that a long operation has not cleared away.
func (h *house) leftovers() (names []string) {
	h.Helper()
	for _, form := range []string{".backup-*", ".verify-*", ".sealed-*"} {
		there, err := filepath.Glob(filepath.Join(h.o.Backups.State, form))
		if err != nil {
			h.Fatal(err)
		}
		names = append(names, there...)
	}
	return names
}

// The recovery key is made once, shown once, and kept where nobody else reads it; a second one would make backups worthless.
func TestTheRecoveryKeyIsMadeOnce(t *testing.T) {
	h := openHouse(t)
	if s := ok(h, service.ListBackups, ""); s.HasKey || s.Problem != "" || s.Backups == nil || len(s.Backups) != 0 {
		t.Errorf("before: %+v", s)
	}
	if _, err := as(h, service.Staff, service.SetUpBackup, service.None{}); !errors.Is(err, service.ErrRefused) {
		t.Errorf("by staff: %v", err)
	}
	k := ok(h, service.SetUpBackup, service.None{})
	if n := len(strings.Fields(k.Words)); n != 24 || !strings.Contains(k.QR, "█") {
		t.Errorf("%d words", n)
	}
	if again, err := service.SetUpBackup.Get(servicetest.Operator(t), h.d); err == nil || again != (service.BackupKey{}) {
		t.Errorf("a second key: %v", err)
	}
	kept, err := backup.LoadKey(h.o.Backups.State)
	if err != nil || kept.Words() != k.Words || !ok(h, service.ListBackups, "").HasKey {
		t.Errorf("the kept key is not the one that was shown: %v", err)
	}
	h.noted("make recovery key", "account Maria||failed", "user tester|", "user tester||failed")
}

// What a backup needs and does not find has an error of its own, and nothing is left behind.
func TestWhatABackupNeeds(t *testing.T) {
	h := openHouse(t)
	fails(h, service.MakeBackup, "", backup.ErrNoKey)
	fails(h, service.VerifyBackup, service.BackupName{}, backup.ErrNoKey)
	ok(h, service.SetUpBackup, service.None{})
	fails(h, service.VerifyBackup, service.BackupName{}, backup.ErrNoBackup)
	gone := filepath.Join(t.TempDir(), "unplugged")
	fails(h, service.MakeBackup, gone, backup.ErrNoMedium)
	fails(h, service.VerifyBackup, service.BackupName{Dir: gone}, backup.ErrNoMedium)
	if s := ok(h, service.ListBackups, gone); s.Dir != gone || !s.HasKey || !strings.Contains(s.Problem, "plug the medium in") ||
		s.Backups == nil {
		t.Errorf("on a medium that is not there: %+v", s)
	}
	nowhere := h.with(func(o *service.Options) { o.Backups.Dir = "" })
	ctx := servicetest.Operator(t)
	_, made := service.MakeBackup.Do(ctx, nowhere, "")
	_, verified := service.VerifyBackup.Do(ctx, nowhere, service.BackupName{})
	if !errors.Is(made, backup.ErrNoFolder) || !errors.Is(verified, backup.ErrNoFolder) {
		t.Errorf("without a folder: %v, %v", made, verified)
	}
	if s, err := service.ListBackups.Do(ctx, nowhere, ""); err != nil || s.Problem != "no folder for backups is set" || s.Dir != "" {
		t.Errorf("without a folder: %+v, %v", s, err)
	}
	dir := t.TempDir()
	if i, err := service.MakeBackup.Do(ctx, nowhere, dir); err != nil || i.Bytes == 0 {
		t.Errorf("to a folder that was named: %+v, %v", i, err)
	}
	if s := ok(h, service.ListBackups, dir); len(s.Backups) != 1 || len(ok(h, service.ListBackups, "").Backups) != 0 {
		t.Errorf("the named folder: %+v", s)
	}
	if left := h.leftovers(); len(left) != 0 {
		t.Errorf("left behind: %q", left)
	}
}

// A key of the box that others can read is not used.
func TestAKeyThatOthersReadIsNotUsed(t *testing.T) {
	h := openHouse(t)
	ok(h, service.SetUpBackup, service.None{})
	names, err := filepath.Glob(filepath.Join(h.o.Backups.State, "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if err := os.Chmod(name, 0o644); err != nil { // too wide
			t.Fatal(err)
		}
	}
	if _, err := service.MakeBackup.Do(servicetest.Operator(t), h.d, ""); err == nil || errors.Is(err, backup.ErrNoKey) {
		t.Errorf("with a key that everybody can read: %v", err)
	}
}

// Backups are listed newest first, the oldest go when there are too many, and each is opened to its last record when it is verified.
func TestBackupsAreMadeListedAndVerified(t *testing.T) {
	h := openHouse(t)
	h.o.Backups.Keep = 2
	h.d = h.with(func(*service.Options) {})
	ok(h, service.SetUpBackup, service.None{})
	var names []string
	for day := range 3 {
		h.now = noon.AddDate(0, 0, day)
		ctx, stop := context.WithCancel(servicetest.As(t.Context(), service.Owner))
		ctx, told := steps(ctx)
		stop() // it goes to its end when who asked is gone
		i, err := service.MakeBackup.Do(ctx, h.d, "")
		if err != nil || !i.Made.Equal(h.now) || i.Bytes == 0 {
			t.Fatalf("%+v, %v", i, err)
		}
		if last := (*told)[len(*told)-1]; last.What != "Writing the backup" || last.Total == 0 || last.Done > last.Total {
			t.Errorf("who waits is told at last: %+v", last)
		}
		names = append(names, i.Name)
	}
	list := ok(h, service.ListBackups, "").Backups
	if len(list) != 2 || list[0].Name != names[2] || list[1].Name != names[1] {
		t.Errorf("listed: %+v of %q", list, names)
	}
	for _, name := range []string{"", names[2], names[1]} {
		r := ok(h, service.VerifyBackup, service.BackupName{Name: name})
		if r.Backup.Name != cmp.Or(name, names[2]) || len(r.Report.Faults) != 0 || r.Report.Values < 10 ||
			r.Erased != 0 {
			t.Errorf("%q: %+v", name, r)
		}
	}
	fails(h, service.VerifyBackup, service.BackupName{Name: names[0]}, backup.ErrNoBackup)
	fails(h, service.VerifyBackup, service.BackupName{Name: "../" + names[2]}, backup.ErrNoBackup)
	if _, err := as(h, service.Staff, service.MakeBackup, ""); !errors.Is(err, service.ErrRefused) {
		t.Errorf("by staff: %v", err)
	}
	h.noted("make backup", "account Maria|"+names[0], "account Maria|"+names[1], "account Maria|"+names[2], "account Maria||failed")
	h.noted("verify backup", "user tester|", "user tester|"+names[2], "user tester|"+names[1], "user tester|"+names[0]+"|failed",
		"user tester|../"+names[2]+"|failed")
}

// A backup that was damaged, or is of another key, does not pass; who stops the test stops it, and no scratch copy stays.
func TestABackupThatCannotBeRestoredFails(t *testing.T) {
	h := openHouse(t)
	ok(h, service.SetUpBackup, service.None{})
	name := ok(h, service.MakeBackup, "").Name
	ctx, stop := context.WithCancel(servicetest.Operator(t))
	stop()
	if _, err := service.VerifyBackup.Do(ctx, h.d, service.BackupName{Name: name}); !errors.Is(err, context.Canceled) {
		t.Errorf("stopped: %v", err)
	}
	another := openHouse(t)
	ok(another, service.SetUpBackup, service.None{})
	strange := service.BackupName{Dir: h.o.Backups.Dir, Name: name}
	if r, err := service.VerifyBackup.Do(servicetest.Operator(t), another.d, strange); err == nil ||
		!strings.Contains(err.Error(), "recovery key") {
		t.Errorf("with the key of another box: %+v, %v", r, err)
	}
	path := filepath.Join(h.o.Backups.Dir, name)
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for what, damaged := range map[string][]byte{
		"cut": raw[:len(raw)/2], "bent": append(bytes.Clone(raw[:len(raw)-100]), make([]byte, 100)...), "empty": nil,
	} {
		if err := os.WriteFile(path, damaged, 0o600); err != nil {
			t.Fatal(err)
		}
		if r, err := service.VerifyBackup.Do(servicetest.Operator(t), h.d, service.BackupName{Name: name}); err == nil {
			t.Errorf("%s: %+v", what, r)
		}
	}
	if left := append(h.leftovers(), another.leftovers()...); len(left) != 0 {
		t.Errorf("left behind: %q", left)
	}
}

// erase erases somebody new, and returns the receipt.
func (h *house) erase() store.Tombstone {
	h.Helper()
	return ok(h, service.EraseCaller, service.Erasure{ID: h.other(), Reason: "asked"}).Tombstone
}

// A medium that is there learns of an erasure at once; one that is away is behind, says since when, and is named in the receipt.
func TestMediaKnowWhoIsErased(t *testing.T) {
	h := openHouse(t)
	if ms := ok(h, service.ListMedia, service.None{}); ms == nil || len(ms) != 0 {
		t.Errorf("before any backup: %#v", ms)
	}
	h.erase() // there is no backup to cover
	ok(h, service.SetUpBackup, service.None{})
	ok(h, service.MakeBackup, "")
	medium := func(keys, behind time.Time) record.Medium {
		t.Helper()
		ms := ok(h, service.ListMedia, service.None{})
		if len(ms) != 1 || ms[0].Dir != h.o.Backups.Dir || !ms[0].Keys.Equal(keys) || !ms[0].Behind.Equal(behind) {
			t.Fatalf("%+v, want keys of %s, behind since %s", ms, keys, behind)
		}
		return ms[0].Medium
	}
	m := medium(noon, time.Time{})
	h.now = noon.Add(time.Hour)
	if stone := h.erase(); len(stone.Behind) != 0 {
		t.Errorf("with the medium in: %+v", stone)
	}
	medium(h.now, time.Time{})
	away := h.o.Backups.Dir + ".away"
	if err := os.Rename(h.o.Backups.Dir, away); err != nil {
		t.Fatal(err)
	}
	h.now = noon.Add(2 * time.Hour)
	first := h.erase()
	h.now = noon.Add(3 * time.Hour)
	h.erase()
	if len(first.Behind) != 1 || first.Behind[0].ID != m.ID {
		t.Errorf("with the medium away: %+v", first)
	}
	if now := medium(noon.Add(time.Hour), first.At); now.ID != m.ID {
		t.Errorf("another medium: %+v", now)
	}
	receipts := ok(h, service.ListErasures, service.None{})
	if len(receipts) != 4 || len(receipts[1].Behind) != 0 || len(receipts[3].Behind) != 1 {
		t.Errorf("receipts: %+v", receipts)
	}
	if err := os.Rename(away, h.o.Backups.Dir); err != nil {
		t.Fatal(err)
	}
	h.now = noon.Add(4 * time.Hour)
	ok(h, service.MakeBackup, "")
	medium(h.now, time.Time{})
	if _, err := as(h, service.Staff, service.ForgetMedium, m.ID); !errors.Is(err, service.ErrRefused) {
		t.Errorf("by staff: %v", err)
	}
	ok(h, service.ForgetMedium, m.ID)
	fails(h, service.ForgetMedium, m.ID, store.ErrNotFound)
	if ms := ok(h, service.ListMedia, service.None{}); len(ms) != 0 {
		t.Errorf("destroyed, and yet: %+v", ms)
	}
	h.noted("note that a backup medium is destroyed", "account Maria|"+m.ID+"|failed", "user tester|"+m.ID, "user tester|"+m.ID+"|failed")
}

// Whose time was simply over nobody was promised anything: a medium is not behind for that.
func TestAMediumIsNotBehindForRetention(t *testing.T) {
	h := openHouse(t)
	ok(h, service.SetRetention, record.Retention{Callers: 30, Calls: 30, Messages: 30, Transcripts: 30})
	ok(h, service.SetUpBackup, service.None{})
	ok(h, service.MakeBackup, "")
	ok(h, service.MarkMessage, service.MessageMark{ID: h.message, Done: true})
	h.now = noon.AddDate(1, 0, 0)
	for range 2 { // calls and messages go first, then the cards that nothing is left of
		ok(h, service.SweepRecords, service.None{})
	}
	if stones := ok(h, service.ListErasures, service.None{}); len(stones) == 0 || len(stones[0].Behind) != 0 {
		t.Errorf("receipts of the sweep: %+v", stones)
	}
	if ms := ok(h, service.ListMedia, service.None{}); len(ms) != 1 || !ms[0].Behind.IsZero() {
		t.Errorf("%+v", ms)
	}
}

// After a restore those who had been erased are erased again by their receipts, and that it was looked at is kept with its time.
func TestWhoCameBackWithABackupIsErasedAgain(t *testing.T) {
	h := openHouse(t)
	fails(h, service.ReadRestoration, service.None{}, store.ErrNotFound)
	fails(h, service.EraseAgain, []string{h.who}, store.ErrNotFound)
	if _, err := h.s.Caller(h.who); err != nil {
		t.Errorf("erased on records that were never restored: %v", err)
	}
	h.restored()
	if r := ok(h, service.ReadRestoration, service.None{}); !r.At.Equal(noon) || !r.Confirmed.IsZero() {
		t.Errorf("%+v", r)
	}
	ok(h, service.SetUpBackup, service.None{})
	ok(h, service.MakeBackup, "")
	h.now = noon.Add(time.Hour)
	if n, err := as(h, service.Owner, service.EraseAgain, []string{"none", h.who, h.who}); err != nil || n != 1 {
		t.Errorf("%d came back, %v", n, err)
	}
	if ms := ok(h, service.ListMedia, service.None{}); len(ms) != 1 || !ms[0].Keys.Equal(h.now) || !ms[0].Behind.IsZero() {
		t.Errorf("the medium that is in does not know of it: %+v", ms)
	}
	if _, err := h.s.Caller(h.who); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the caller is there: %v", err)
	}
	stones := ok(h, service.ListErasures, service.None{})
	if len(stones) != 1 || stones[0].By != "Maria" || stones[0].Reason != "erased before, and restored" {
		t.Errorf("%+v", stones)
	}
	if r := ok(h, service.ReadRestoration, service.None{}); !r.Confirmed.Equal(h.now) {
		t.Errorf("confirmed at %s", r.Confirmed)
	}
	h.now = noon.Add(2 * time.Hour)
	if n := ok(h, service.EraseAgain, nil); n != 0 {
		t.Errorf("nobody was erased since, and %d came back", n)
	}
	if r := ok(h, service.ReadRestoration, service.None{}); !r.Confirmed.Equal(h.now) {
		t.Errorf("confirmed at %s", r.Confirmed)
	}
	h.noted("erase again after a restore", "user tester|0|failed", "account Maria|1", "user tester|0")
}

// A hold that is in force keeps who came back; then nothing is confirmed, and it can be asked for again.
func TestAHoldKeepsWhoCameBack(t *testing.T) {
	h := openHouse(t)
	h.restored()
	second := h.other()
	ok(h, service.HoldCaller, record.Hold{Caller: h.who, Reason: "a law suit", Until: noon.AddDate(0, 1, 0)})
	var held *store.HeldError
	n, err := as(h, service.Owner, service.EraseAgain, []string{second, h.who})
	if !errors.As(err, &held) || n != 1 {
		t.Errorf("%d, %v", n, err)
	}
	if r := ok(h, service.ReadRestoration, service.None{}); !r.Confirmed.IsZero() {
		t.Errorf("confirmed at %s", r.Confirmed)
	}
	h.now = noon.AddDate(0, 1, 1)
	if n := ok(h, service.EraseAgain, []string{second, h.who}); n != 1 {
		t.Errorf("when the hold is over: %d", n)
	}
}
