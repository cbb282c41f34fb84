//go:build !race

// Under the race detector the compiler adds checks of pointers that end the program over a damaged page, before anybody can deal
// with it; what is delivered has none of them.

package store_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/store"
)

// TestADamagedFileIsSaidToBe damages the file in many ways. Nothing may end the program; what is lost is either said when it is
// opened, found by the check, or was in pages that nothing is in; and the file is left as it was found.
func TestADamagedFileIsSaidToBe(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "frontdesk.db")
	s, err := store.Open(path, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	const calls = 200
	for i := range calls {
		c, err := s.BeginCall(record.Call{
			ID: fmt.Sprintf("c%03d", i), From: record.PhoneNumber(fmt.Sprintf("+1217555%04d", i)), Started: time.Now(),
		})
		if err := errors.Join(err, s.AddTurn(c.ID, record.Turn{Heard: "my tooth hurts since yesterday evening", Said: "Oh."}),
			s.EndCall(c)); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(s.Compact(), s.Close()); err != nil { // no free pages, so that damage hits something
		t.Fatal(err)
	}
	good := map[string][]byte{}
	for _, f := range []string{"frontdesk.db", "keys.db", "frontdesk.key"} {
		if good[f], err = os.ReadFile(filepath.Join(dir, f)); err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range []string{"frontdesk.db", "keys.db"} { // what comes after the last page is empty
		db, err := bolt.Open(filepath.Join(dir, f), 0o600, &bolt.Options{ReadOnly: true})
		if err != nil {
			t.Fatal(err)
		}
		err = db.View(func(tx *bolt.Tx) error { good[f] = good[f][:tx.Size()]; return nil })
		if err := errors.Join(err, db.Close()); err != nil {
			t.Fatal(err)
		}
	}
	const page = 4096
	r := rand.New(rand.NewPCG(7, 7))
	damage := map[string]func(b []byte) []byte{
		"cut":        func(b []byte) []byte { return b[:page*(2+r.IntN(len(b)/page-2))] },
		"empty page": func(b []byte) []byte { p := page * r.IntN(len(b)/page); clear(b[p : p+page]); return b },
		"bad head of a page": func(b []byte) []byte {
			p := page * r.IntN(len(b)/page)
			for i := range 16 {
				b[p+i] = byte(r.IntN(256))
			}
			return b
		},
		"other octets": func(b []byte) []byte {
			for range 200 {
				b[r.IntN(len(b))] ^= byte(1 + r.IntN(255))
			}
			return b
		},
	}
	refused, found, harmless := 0, 0, 0
	for _, name := range slices.Sorted(maps.Keys(damage)) { // always in the same order, so that the same octets are hit
		spoil := damage[name]
		for _, file := range []string{"frontdesk.db", "keys.db"} {
			for range 30 {
				at := t.TempDir()
				for f, b := range good {
					b = slices.Clone(b)
					if f == file {
						b = spoil(b)
					}
					if err := os.WriteFile(filepath.Join(at, f), b, 0o600); err != nil {
						t.Fatal(err)
					}
				}
				s, err := store.Open(filepath.Join(at, "frontdesk.db"), store.Options{})
				if err != nil {
					refused++
					continue
				}
				rep, err := s.CheckAll()
				if err != nil {
					t.Errorf("%s of %s: %v", name, file, err)
				}
				lost := 0
				for i := range calls {
					if f, err := s.Full(fmt.Sprintf("c%03d", i)); err != nil || len(f.Turns) != 1 {
						lost++
					}
				}
				switch {
				case len(rep.Faults) > 0:
					found++
				case lost > 0:
					t.Errorf("%s of %s: %d calls are lost, and the check finds nothing", name, file, lost)
				default:
					harmless++
				}
				// What is there is written to all the same, or it is said that it cannot be, in little memory.
				var bad *store.DamagedError
				octets := allocated()
				for i := 0; i < calls; i += 40 {
					err := errors.Join(s.AddTurn(fmt.Sprintf("c%03d", i), record.Turn{Heard: "And on Friday?", Said: "Yes."}),
						s.MarkDone(fmt.Sprintf("m%03d", i), true))
					if errors.As(err, &bad) && s.Damage() == nil && file == "frontdesk.db" {
						t.Errorf("%s of %s: what was come across is not remembered: %v", name, file, err)
					}
				}
				_, _ = s.BeginCall(record.Call{ID: "new", From: "+12175559999", Started: time.Now()}) // it may say that something is wrong
				if octets = allocated() - octets; octets > 200<<20 {
					t.Errorf("%s of %s: writing took %d MB", name, file, octets>>20)
				}
				_ = s.Close() // it may say that something is wrong
			}
		}
	}
	t.Logf("%d refused, %d found by the check, %d hit nothing", refused, found, harmless)
	if refused < 20 || found < 20 {
		t.Errorf("%d refused, %d found: this damages too little", refused, found)
	}
}

// allocated is how many octets were asked for so far.
func allocated() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.TotalAlloc
}

// TestADamagedPageIsNotWrittenTo makes values of some pages seem to be half a gigabyte. bbolt would ask for as much when it writes such
// a page anew. The page is found first, what is in others goes on being kept, and it is said what is wrong.
func TestADamagedPageIsNotWrittenTo(t *testing.T) {
	path := filepath.Join(t.TempDir(), "frontdesk.db")
	s, err := store.Open(path, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 100 {
		c, err := s.BeginCall(record.Call{ID: fmt.Sprintf("c%03d", i), From: "+12175550100", Started: time.Now()})
		if err := errors.Join(err, s.AddTurn(c.ID, record.Turn{Heard: "my tooth hurts since yesterday", Said: "Oh."}), s.EndCall(c)); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const page = 4096
	hit := 0
	for at := 2 * page; at < len(b); at += page { // leaves that begin with the first call: of calls, of turns, of some lists
		p := b[at:min(at+page, len(b))]
		leaf := binary.LittleEndian.Uint64(p) == uint64(at/page) && binary.LittleEndian.Uint16(p[8:]) == 2
		if !leaf || binary.LittleEndian.Uint16(p[10:]) < 3 {
			continue
		}
		if first := p[16+binary.LittleEndian.Uint32(p[20:]):]; bytes.HasPrefix(first, []byte("c000")) {
			binary.LittleEndian.PutUint32(p[16+12:], 512<<20)
			hit++
		}
	}
	if err := os.WriteFile(path, b, 0o600); err != nil || hit == 0 {
		t.Fatalf("%d pages, %v", hit, err)
	}
	if s, err = store.Open(path, store.Options{}); err != nil {
		t.Fatal(err)
	}
	if s.Damage() != nil {
		t.Errorf("nothing was come across yet: %v", s.Damage())
	}
	octets := allocated()
	var bad *store.DamagedError
	if err := s.AddTurn("c000", record.Turn{Heard: "And on Friday?"}); !errors.As(err, &bad) {
		t.Errorf("a turn in the damaged page: %v", err)
	}
	if octets = allocated() - octets; octets > 64<<20 {
		t.Errorf("refusing it took %d MB", octets>>20)
	}
	if d := s.Damage(); d == nil || d.Path == "" {
		t.Error("it is not said what is wrong")
	}
	if _, err := s.BeginCall(record.Call{ID: "x", From: "+12175559999", Started: time.Now()}); err != nil {
		t.Fatalf("another call: %v", err)
	}
	if _, err := s.SaveMessage(record.Message{CallID: "x", Reason: "call me back"}); err != nil {
		t.Errorf("a message of another call: %v", err)
	}
	if rep, err := s.CheckAll(); err != nil || len(rep.Faults) == 0 {
		t.Errorf("the check finds %+v, %v", rep, err)
	}
	if err := s.Compact(); err == nil {
		t.Error("a damaged file was written anew")
	}
	_ = s.Close() // it may say that something is wrong
}

func TestACutFileIsLeftAsItIs(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "frontdesk.db")
	s, err := store.Open(path, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b[:len(b)/2], 0o600); err != nil {
		t.Fatal(err)
	}
	var bad *store.DamagedError
	if _, err := store.Open(path, store.Options{}); !errors.As(err, &bad) || bad.Path != path {
		t.Fatalf("opened: %v", err)
	}
	if now, err := os.ReadFile(path); err != nil || !bytes.Equal(now, b[:len(b)/2]) {
		t.Errorf("the file was changed: %v", err)
	}
}
