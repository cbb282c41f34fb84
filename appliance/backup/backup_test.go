package backup_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"filippo.io/age"

	"frontdesk.internal/appliance/backup"
	"frontdesk.internal/appliance/privacy"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/recording"
	"frontdesk.internal/appliance/store"
	"frontdesk.internal/appliance/store/keyring"
	"frontdesk.internal/audio"
	"frontdesk.internal/models/progress"
)

// box is a box with records, and a medium.
type box struct {
	state, medium string
	store         *store.Store
	recordings    *recording.Archive
	key           *backup.Key
	now           time.Time
}

func newBox(t *testing.T) *box {
	t.Helper()
	b := &box{state: t.TempDir(), medium: t.TempDir(), now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
	var err error
	if b.store, err = store.Open(filepath.Join(b.state, "frontdesk.db"), store.Options{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.store.Close(); err != nil {
			t.Error(err)
		}
	})
	if b.recordings, err = recording.Open(filepath.Join(b.state, "recordings"), 16000, b.store); err != nil {
		t.Fatal(err)
	}
	if b.key, err = backup.NewKey(); err != nil {
		t.Fatal(err)
	}
	return b
}

func (b *box) options() backup.Options {
	return backup.Options{Records: b.store, State: b.state, Dir: b.medium, Key: b.key, Keep: 3, Now: func() time.Time {
		b.now = b.now.Add(time.Minute)
		return b.now
	}}
}

// call is a call with words and a recording; it returns the caller.
func (b *box) call(t *testing.T, id string, from record.PhoneNumber, words record.Personal) string {
	t.Helper()
	c, err := b.store.BeginCall(record.Call{ID: id, From: from, Started: b.now, Answered: b.now})
	if err != nil {
		t.Fatal(err)
	}
	w, err := b.recordings.Begin(id)
	if err != nil {
		t.Fatal(err)
	}
	c.Ended = b.now.Add(time.Minute)
	err = errors.Join(w.Write(0, make(audio.PCM, 320), make(audio.PCM, 320)), w.Close(), b.store.AddTurn(id, record.Turn{Heard: words}),
		b.store.EndCall(c))
	if err != nil {
		t.Fatal(err)
	}
	return c.CallerID
}

func TestARestoreNeedsTheMediumAndTheWordsAlone(t *testing.T) {
	b := newBox(t)
	who := b.call(t, "call-1", "+12175550142", "my tooth hurts")
	gone := b.call(t, "call-2", "+12175550199", "please forget me")
	// While it is made, calls go on.
	ctx, stop := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	at := b.now // The clock of the box goes on under Make's hand.
	wg.Go(func() {
		for ctx.Err() == nil {
			if _, err := b.store.SaveMessage(record.Message{At: at, Number: "+12175550111", Reason: "again", Text: true}); err != nil {
				t.Error(err)
				return
			}
		}
	})
	var told int64
	i, err := backup.Make(progress.With(t.Context(), func(s progress.Step) { told = s.Done }), b.options())
	stop()
	wg.Wait()
	if err != nil || i.Bytes == 0 || told == 0 {
		t.Fatalf("%+v, %v, %d octets told of", i, err, told)
	}
	// One is erased afterwards: the medium learns of it, and the backup from before does not bring the caller back.
	officer := privacy.New(privacy.Options{Records: b.store, Recordings: b.recordings, Dir: b.state})
	if _, err := officer.Erase(t.Context(), gone, "asked", "test"); err != nil {
		t.Fatal(err)
	}
	if err := backup.WriteKeys(b.options()); err != nil {
		t.Fatal(err)
	}
	key, err := backup.ParseWords(b.key.Words())
	if err != nil {
		t.Fatal(err)
	}
	r, err := backup.Verify(t.Context(), b.medium, "", key, t.TempDir())
	if err != nil || r.Erased != 1 || r.Report.Values == 0 {
		t.Fatalf("verify: %+v, %v", r, err)
	}
	state := filepath.Join(t.TempDir(), "new")
	if r, err = backup.Restore(t.Context(), b.medium, i.Name, key, state, keyring.Options{}, nil); err != nil || r.Erased != 1 ||
		r.Recordings != 1 {
		t.Fatalf("restore: %+v, %v", r, err)
	}
	if files, err := filepath.Glob(filepath.Join(state, "recordings", "*")); err != nil || len(files) != 1 {
		t.Errorf("sealed recordings that were restored: %q, %v", files, err)
	}
	s, err := store.Open(filepath.Join(state, "frontdesk.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if ts, err := s.Turns("call-1"); err != nil || len(ts) != 1 || ts[0].Heard != "my tooth hurts" {
		t.Errorf("%+v, %v", ts, err)
	}
	if c, err := s.FindCaller("+12175550142"); err != nil || c.ID != who {
		t.Errorf("%+v, %v", c, err)
	}
	for _, err := range []error{second(s.Caller(gone)), second(s.FindCaller("+12175550199")), second(s.Call("call-2"))} {
		if !errors.Is(err, store.ErrNotFound) {
			t.Errorf("who was erased is back: %v", err)
		}
	}
	sounds, err := recording.Open(filepath.Join(state, "recordings"), 16000, s)
	if err != nil {
		t.Fatal(err)
	}
	if snd, err := sounds.Sound("call-1"); err != nil {
		t.Errorf("the recording: %v", err)
	} else {
		_ = snd.Close()
	}
	if _, err := sounds.Sound("call-2"); err == nil {
		t.Error("the recording of who was erased can be heard")
	}
	if _, err := backup.Restore(t.Context(), b.medium, "", key, state, keyring.Options{}, nil); !errors.Is(err, backup.ErrOccupied) {
		t.Errorf("over records: %v", err)
	}
}

func second[T any](_ T, err error) error { return err }

func TestWhatCanGoWrongLeavesNothing(t *testing.T) {
	b := newBox(t)
	b.call(t, "call-1", "+12175550142", "my tooth hurts")
	i, err := backup.Make(t.Context(), b.options())
	if err != nil {
		t.Fatal(err)
	}
	other, err := backup.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(filepath.Join(b.medium, i.Name))
	if err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func() *backup.Key{
		"another key": func() *backup.Key { return other },
		"cut": func() *backup.Key {
			return writeBackup(t, b, i.Name, whole[:len(whole)/2])
		},
		"changed": func() *backup.Key {
			bad := bytes.Clone(whole)
			bad[len(bad)-100] ^= 1
			return writeBackup(t, b, i.Name, bad)
		},
	} {
		key := spoil()
		state := filepath.Join(t.TempDir(), "new")
		if _, err := backup.Restore(t.Context(), b.medium, "", key, state, keyring.Options{}, nil); err == nil {
			t.Errorf("%s: it was restored", name)
		}
		for _, f := range []string{"frontdesk.db", "keys.db", "frontdesk.key"} {
			if _, err := os.Stat(filepath.Join(state, f)); err == nil {
				t.Errorf("%s: %s is left", name, f)
			}
		}
		_ = writeBackup(t, b, i.Name, whole)
	}
	if _, err := backup.Restore(t.Context(), b.medium, "", b.key, filepath.Join(t.TempDir(), "new"), keyring.Options{}, nil); err != nil {
		t.Errorf("the whole one again: %v", err)
	}
	o := b.options()
	o.Dir = filepath.Join(b.medium, "pulled-out")
	if _, err := backup.Make(t.Context(), o); !errors.Is(err, backup.ErrNoMedium) {
		t.Errorf("without the medium: %v", err)
	}
}

func writeBackup(t *testing.T, b *box, name string, content []byte) *backup.Key {
	t.Helper()
	if err := os.WriteFile(filepath.Join(b.medium, name), content, 0o600); err != nil {
		t.Fatal(err)
	}
	return b.key
}

func TestOldBackupsGo(t *testing.T) {
	b := newBox(t)
	for range 5 {
		if _, err := backup.Make(t.Context(), b.options()); err != nil {
			t.Fatal(err)
		}
	}
	list, err := backup.List(b.medium)
	if err != nil || len(list) != 3 || !list[0].Made.After(list[2].Made) {
		t.Errorf("%+v, %v", list, err)
	}
	entries, err := os.ReadDir(b.medium)
	if err != nil || len(entries) != 4 {
		t.Errorf("%d files on the medium, %v", len(entries), err)
	}
	// Nothing on the medium can be read without the key.
	for _, e := range entries {
		content, err := os.ReadFile(filepath.Join(b.medium, e.Name()))
		if err != nil || !strings.HasPrefix(string(content), "age-encryption.org/v1") || bytes.Contains(content, []byte("house")) {
			t.Errorf("%s begins with %q, %v", e.Name(), content[:20], err)
		}
	}
}

// What a power cut has left of a backup goes, on the medium when nobody can be writing it any more.
func TestWhatAnInterruptedBackupLeavesGoes(t *testing.T) {
	b := newBox(t)
	write := func(path string, made time.Time) string {
		if err := errors.Join(os.WriteFile(path, []byte("half"), 0o600), os.Chtimes(path, made, made)); err != nil {
			t.Fatal(err)
		}
		return path
	}
	if err := os.MkdirAll(filepath.Join(b.state, ".verify-1", "state"), 0o700); err != nil {
		t.Fatal(err)
	}
	copied := write(filepath.Join(b.state, ".backup-1"), b.now)
	checked := write(filepath.Join(b.state, ".verify-1", "state", "keys.db"), b.now)
	old := write(filepath.Join(b.medium, ".frontdesk-1"), b.now.AddDate(0, 0, -2))
	young := write(filepath.Join(b.medium, ".frontdesk-2"), b.now)
	if err := backup.Tidy(b.state); err != nil {
		t.Fatal(err)
	}
	if _, err := backup.Make(t.Context(), b.options()); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]bool{
		copied: false, checked: false, old: false, young: true, filepath.Join(b.state, "frontdesk.db"): true,
	} {
		if _, err := os.Stat(path); (err == nil) != want {
			t.Errorf("%s is there: %v", path, err == nil)
		}
	}
}

func TestTheRecoveryKey(t *testing.T) {
	k, err := backup.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	words := k.Words()
	if n := len(strings.Fields(words)); n != 24 {
		t.Fatalf("%d words", n)
	}
	if again, err := backup.ParseWords("  " + strings.ToUpper(words) + "\n"); err != nil || again.Words() != words {
		t.Errorf("in capitals: %v", err)
	}
	list := strings.Fields(words)
	list[0], list[1] = list[1], list[0]
	for name, bad := range map[string]string{
		"two exchanged": strings.Join(list, " "), "too few": strings.Join(list[:23], " "), "none": "", "nonsense": "tooth fairy",
	} {
		if name == "two exchanged" && list[0] == list[1] {
			continue
		}
		if _, err := backup.ParseWords(bad); name != "two exchanged" && !errors.Is(err, backup.ErrWords) {
			t.Errorf("%s: %v", name, err)
		}
	}
	drawn, err := k.QR()
	if err != nil || strings.Count(drawn, "\n") < 15 {
		t.Errorf("the code is\n%s, %v", drawn, err)
	}
	dir := t.TempDir()
	if err := k.Keep(dir); err != nil {
		t.Fatal(err)
	}
	if err := k.Keep(dir); err == nil {
		t.Error("a key was replaced")
	}
	if again, err := backup.LoadKey(dir); err != nil || again.Words() != words {
		t.Errorf("%v", err)
	}
	if err := os.Chmod(filepath.Join(dir, "backup.key"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := backup.LoadKey(dir); err == nil || !strings.Contains(err.Error(), "chmod 600") {
		t.Errorf("readable by others: %v", err)
	}
}

// The identity is one that age itself would have written.
func TestTheKeyIsOneOfAge(t *testing.T) {
	k, err := backup.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	b := newBox(t)
	o := b.options()
	o.Key = k
	if err := backup.WriteKeys(o); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(filepath.Join(b.medium, "frontdesk-keys.age"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	id, err := age.ParseX25519Identity(k.Identity())
	if err != nil {
		t.Fatal(err)
	}
	r, err := age.Decrypt(f, id)
	if err != nil {
		t.Fatal(err)
	}
	if text, err := io.ReadAll(r); err != nil || !strings.Contains(string(text), `"house"`) {
		t.Errorf("%s, %v", fmt.Sprint(len(text)), err)
	}
}

// A stick that was unplugged when somebody was erased brings that person back, and says until when it knows of erasures. With the
// receipt nobody comes back: neither words nor sounds, before anything is opened.
func TestAnOldStickBringsNobodyBackWithTheReceipt(t *testing.T) {
	b := newBox(t)
	b.call(t, "call-1", "+12175550142", "my tooth hurts")
	gone := b.call(t, "call-2", "+12175550199", "please forget me")
	if _, err := backup.Make(t.Context(), b.options()); err != nil {
		t.Fatal(err)
	}
	known := b.now
	officer := privacy.New(privacy.Options{Records: b.store, Recordings: b.recordings, Dir: b.state})
	e, err := officer.Erase(t.Context(), gone, "asked", "test") // the stick is not there
	if err != nil || e.Key == "" {
		t.Fatalf("%+v, %v", e, err)
	}
	receipts, err := json.Marshal([]store.Tombstone{e.Tombstone})
	if err != nil {
		t.Fatal(err)
	}
	for name, again := range map[string][]string{
		"without a word": nil, "as the list": backup.Receipts(string(receipts)),
		"as a text":          backup.Receipts("Receipt " + e.ID + ", destroyed key " + strings.ToUpper(e.Key) + "."),
		"nobody, it is said": {},
	} {
		state := filepath.Join(t.TempDir(), "new")
		r, err := backup.Restore(t.Context(), b.medium, "", b.key, state, keyring.Options{}, again)
		if err != nil || r.KnownTo.IsZero() || r.KnownTo.After(known) {
			t.Fatalf("%s: %+v, %v", name, r, err)
		}
		s, err := store.Open(filepath.Join(state, "frontdesk.db"), store.Options{})
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.FindCaller("+12175550199")
		if back := err == nil; back != (len(again) == 0) {
			t.Errorf("%s: back is %v, %v", name, back, err)
		}
		files, err := filepath.Glob(filepath.Join(state, "recordings", "*.sound"))
		if want := 2 - min(1, len(again)); err != nil || len(files) != want || r.Recordings != want {
			t.Errorf("%s: %d recordings, %q, %v", name, r.Recordings, files, err)
		}
		if mark, err := s.Restoration(); err != nil || mark.Confirmed.IsZero() != (again == nil) || !mark.Keys.Equal(r.KnownTo) {
			t.Errorf("%s: the box knows %+v, %v", name, mark, err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}

// Several media that are used in turn are told apart, and each keeps its name.
func TestEachMediumHasAName(t *testing.T) {
	b := newBox(t)
	other := t.TempDir()
	seen := map[string][]string{}
	for _, dir := range []string{b.medium, other, b.medium, other} {
		o := b.options()
		o.Dir, o.Seen = dir, func(m record.Medium) error {
			seen[dir] = append(seen[dir], m.ID)
			if m.Dir != dir || m.Keys.IsZero() {
				t.Errorf("%+v", m)
			}
			return nil
		}
		if err := backup.WriteKeys(o); err != nil {
			t.Fatal(err)
		}
	}
	a, c := seen[b.medium], seen[other]
	if len(a) != 2 || len(c) != 2 || a[0] != a[1] || c[0] != c[1] || a[0] == c[0] || a[0] == "" {
		t.Errorf("%v", seen)
	}
}
