package backup_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/backup"
	"frontdesk.internal/appliance/privacy"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/recording"
	"frontdesk.internal/appliance/store"
	"frontdesk.internal/appliance/store/keyring"
	"frontdesk.internal/appliance/store/powertest"
	"frontdesk.internal/audio"
)

// powerEnv names the state and the medium of a writer that does so many acts as powerActs says, and ends.
const (
	powerEnv  = "FRONTDESK_BACKUP_POWER_WRITER"
	powerActs = 60
)

func TestMain(m *testing.M) {
	if dirs := os.Getenv(powerEnv); dirs != "" {
		if err := powerWriter(dirs); err != nil {
			fmt.Println("error", err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// powerBox is a box as the appliance opens it.
type powerBox struct {
	state, medium string
	store         *store.Store
	recordings    *recording.Archive
	officer       *privacy.Officer
	key           *backup.Key
}

// openPowerBox opens it and completes what was interrupted.
func openPowerBox(ctx context.Context, state, medium string) (b *powerBox, err error) {
	b = &powerBox{state: state, medium: medium}
	if b.store, err = store.Open(filepath.Join(state, "frontdesk.db"), store.Options{}); err != nil {
		return nil, err
	}
	if err := backup.Tidy(state); err != nil {
		return nil, errors.Join(err, b.store.Close())
	}
	if b.recordings, err = recording.Open(filepath.Join(state, "recordings"), 8000, b.store); err != nil {
		return nil, errors.Join(err, b.store.Close())
	}
	b.officer = privacy.New(privacy.Options{Records: b.store, Recordings: b.recordings, Dir: state})
	return b, b.officer.Resume(ctx)
}

func (b *powerBox) options() backup.Options {
	return backup.Options{Records: b.store, State: b.state, Dir: b.medium, Key: b.key, Keep: 3}
}

// powerWriter has calls recorded, backs up, erases and rotates, and prints what was acknowledged.
func powerWriter(dirs string) error {
	state, medium, _ := strings.Cut(dirs, ":")
	b, err := openPowerBox(context.Background(), state, medium)
	if err != nil {
		return err
	}
	if b.key, err = backup.NewKey(); err != nil {
		return err
	}
	if err := b.key.Keep(state); err != nil {
		return err
	}
	fmt.Println("words", strings.ReplaceAll(b.key.Words(), " ", "_"))
	r := powertest.Rand(7)
	var callers []string
	for i := range powerActs {
		switch n := r.IntN(13); {
		case n < 6 || len(callers) == 0:
			callers, err = b.recorded(i, callers)
		case n < 8:
			k := r.IntN(len(callers))
			err = b.erase(callers[k])
			callers = slices.Delete(callers, k, k+1)
		case n < 9 && len(callers) > 1:
			fmt.Println("merging", callers[0], callers[1])
			if err = b.officer.Merge(context.Background(), callers[0], callers[1], "test"); err == nil {
				fmt.Println("merged", callers[0], callers[1])
			}
			callers = callers[1:]
		case n < 10:
			if err = b.store.Keys().Rotate(context.Background()); err == nil {
				fmt.Println("rotated")
			}
		default:
			var made backup.Info
			o := b.options()
			o.Now = func() time.Time { return time.Unix(1_790_000_000+int64(i)*60, 0) } // two within a second would be one file
			if made, err = backup.Make(context.Background(), o); err == nil {
				fmt.Println("backup", made.Name)
			}
		}
		if err != nil {
			return err
		}
	}
	return b.store.Close()
}

// soundOf is how long the recordings are, in samples.
const soundOf = 3000

// recorded is a call with words and sound.
func (b *powerBox) recorded(i int, callers []string) ([]string, error) {
	id := fmt.Sprintf("call-%d", i)
	c, err := b.store.BeginCall(record.Call{ID: id, From: record.PhoneNumber(fmt.Sprintf("+1217555%04d", i)), Started: time.Now()})
	if err != nil {
		return nil, err
	}
	w, err := b.recordings.Begin(id)
	if err != nil {
		return nil, err
	}
	for range soundOf / 100 {
		if err := w.Write(0, make(audio.PCM, 100), make(audio.PCM, 100)); err != nil {
			return nil, err
		}
	}
	err = errors.Join(w.Close(), b.store.AddTurn(id, record.Turn{Heard: "words"}), b.store.EndCall(c))
	if err == nil {
		fmt.Println("call", id, c.CallerID)
	}
	return append(callers, c.CallerID), err
}

// erase erases somebody, and tells the medium.
func (b *powerBox) erase(caller string) error {
	fmt.Println("begin", caller)
	if _, err := b.officer.Erase(context.Background(), caller, "asked", "test"); err != nil {
		return err
	}
	fmt.Println("erased", caller)
	err := backup.WriteKeys(b.options())
	if err == nil {
		fmt.Println("covered", caller)
	}
	return err
}

// known is what a writer had told when the power went.
type known struct {
	calls   map[string]string // ID → caller
	erased  map[string]bool   // callers
	covered map[string]bool   // of those, the medium knows
	begun   string            // whose erasure may or may not have happened
	backups []string
	callsOf map[string][]string // backup → calls that it must have
	moved   map[string]bool     // calls that came to another card after they were in a backup
	words   string
}

func knownOf(t *testing.T, lines []string) *known {
	t.Helper()
	k := &known{
		calls: map[string]string{}, erased: map[string]bool{}, covered: map[string]bool{}, callsOf: map[string][]string{},
		moved: map[string]bool{},
	}
	for _, line := range lines {
		f := strings.Fields(line)
		switch f[0] {
		case "words":
			k.words = strings.ReplaceAll(f[1], "_", " ")
		case "call":
			k.calls[f[1]] = f[2]
		case "begin":
			k.begun = f[1]
		case "erased":
			k.begun, k.erased[f[1]] = "", true
		case "covered":
			k.covered[f[1]] = true
		case "backup":
			k.backups = append(k.backups, f[1])
			for id := range k.calls {
				k.callsOf[f[1]] = append(k.callsOf[f[1]], id)
			}
		case "merged":
			for id, caller := range k.calls {
				if caller == f[1] {
					k.calls[id], k.moved[id] = f[2], true
				}
			}
		case "rotated", "merging":
		default:
			t.Fatalf("the writer said %q", line)
		}
	}
	return k
}

// The power goes at any moment of a recording, of a whole erasure with its sounds, of a backup and of a rotation. Every recording and every
// backup that was acknowledged is there and whole; who was erased is in neither.
func TestPowerCuts(t *testing.T) {
	state, medium := filepath.Join(t.TempDir(), "state"), filepath.Join(t.TempDir(), "medium")
	disks := powertest.Run(t, powerEnv+"="+state+":"+medium, state, medium)
	r := powertest.Rand(8)
	began, acknowledged := time.Now(), len(disks.Said(disks.Changes()))
	told, merged := disks.Moments(""), disks.Moments("merged ")
	for n := range powertest.Cuts() {
		at := r.IntN(disks.Changes() + 1)
		switch {
		case n%10 == 3 && len(merged) > 0:
			at = merged[r.IntN(len(merged))]
		case n%2 == 1: // as soon as something was told
			at = told[r.IntN(len(told))]
		}
		afterCut(t, r, disks, at)
		if t.Failed() {
			t.Fatalf("cut %d, after %d of %d changes", n, at, disks.Changes())
		}
	}
	t.Logf("%d power cuts among %d changes, %d of them acknowledgements: none lost, in %v", powertest.Cuts(), disks.Changes(), acknowledged,
		time.Since(began).Round(time.Millisecond))
}

// afterCut opens what a cut leaves, as the appliance does, and restores what lies on the medium.
func afterCut(t *testing.T, r *rand.Rand, disks *powertest.Disks, changes int) {
	t.Helper()
	k, dir := knownOf(t, disks.Said(changes)), t.TempDir()
	state, medium := filepath.Join(dir, "state"), filepath.Join(dir, "medium")
	disks.Cut(t, r, changes, state, medium)
	b, err := openPowerBox(t.Context(), state, medium)
	if err != nil {
		t.Errorf("open after the cut: %v", err)
		return
	}
	k.compare(t, "the box", b.store, b.recordings, keysOf(k.calls), k.erased)
	if rep, err := b.store.CheckAll(); err != nil || len(rep.Faults) > 0 {
		t.Errorf("%+v, %v", rep, err)
	}
	if k.words != "" {
		if kept, err := backup.LoadKey(state); err != nil || kept.Words() != k.words {
			t.Errorf("the recovery key that was shown is not the box's: %v", err)
		}
		k.restore(t, medium)
	}
	if left, err := filepath.Glob(filepath.Join(state, ".backup*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	if err := errors.Join(b.store.Close(), os.RemoveAll(dir)); err != nil {
		t.Error(err)
	}
}

func keysOf(m map[string]string) (ids []string) {
	for id := range m {
		ids = append(ids, id)
	}
	return ids
}

// compare finds out whether calls are there with their sounds, and nothing of who is gone.
func (k *known) compare(t *testing.T, what string, s *store.Store, sounds *recording.Archive, calls []string, gone map[string]bool) {
	t.Helper()
	for _, id := range calls {
		caller := k.calls[id]
		if caller == k.begun {
			continue
		}
		_, err := s.Full(id)
		sound, soundErr := sounds.Sound(id)
		if soundErr == nil {
			defer sound.Close()
		}
		switch {
		case gone[caller]:
			if !errors.Is(err, store.ErrNotFound) || soundErr == nil {
				t.Errorf("%s: of %s, who is erased, there is %s: %v, %v", what, caller, id, err, soundErr)
			}
		case k.erased[caller]: // after the backup was made, and the medium does not know
		case err != nil || soundErr != nil:
			t.Errorf("%s: %s is lost: %v, %v", what, id, err, soundErr)
		case sound.Duration != soundOf*time.Second/8000:
			t.Errorf("%s: of %s only %v are left", what, id, sound.Duration)
		}
	}
}

// restore restores the newest backup that was acknowledged.
func (k *known) restore(t *testing.T, medium string) {
	t.Helper()
	key, err := backup.ParseWords(k.words)
	if err != nil {
		t.Fatal(err)
	}
	there, err := backup.List(medium)
	if err != nil {
		t.Fatal(err)
	}
	// One that was being made may have removed the oldest of three.
	for _, name := range k.backups[max(0, len(k.backups)-2):] {
		if !slices.ContainsFunc(there, func(i backup.Info) bool { return i.Name == name }) {
			t.Errorf("%s is lost; there are %v", name, there)
		}
	}
	if len(there) == 0 {
		return
	}
	made := there[0]
	for _, id := range k.backups { // the newest of those that were acknowledged
		made.Name = id
	}
	state := filepath.Join(t.TempDir(), "restored")
	if _, err := backup.Restore(t.Context(), medium, made.Name, key, state, keyring.Options{}, nil); err != nil {
		t.Errorf("restore %s: %v", made.Name, err)
		return
	}
	b, err := openPowerBox(t.Context(), state, medium)
	if err != nil {
		t.Errorf("open what was restored: %v", err)
		return
	}
	calls := slices.DeleteFunc(k.callsOf[made.Name], func(id string) bool { return k.moved[id] })
	k.compare(t, made.Name, b.store, b.recordings, calls, k.covered)
	if err := errors.Join(b.store.Close(), os.RemoveAll(state)); err != nil {
		t.Error(err)
	}
}
