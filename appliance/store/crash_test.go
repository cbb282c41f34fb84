package store_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/store"
)

const crashEnv = "FRONTDESK_STORE_CRASH_WRITER"

// ledger is what a writer was told to be on the disk, kept outside of the records.
type ledger struct {
	messages map[string]string // ID → caller
	erased   map[string]bool   // callers
	calls    map[string]string // ID → caller
	rotated  int
}

func newLedger() *ledger {
	return &ledger{messages: map[string]string{}, erased: map[string]bool{}, calls: map[string]string{}}
}

// enter takes one line of a writer.
func (l *ledger) enter(t *testing.T, line string) {
	t.Helper()
	f := strings.Fields(line)
	switch {
	case len(f) == 3 && f[0] == "message":
		l.messages[f[1]] = f[2]
	case len(f) == 3 && f[0] == "call":
		l.calls[f[1]] = f[2]
	case len(f) == 2 && f[0] == "erased":
		l.erased[f[1]] = true
	case len(f) == 1 && f[0] == "rotated":
		l.rotated++
	default:
		t.Fatalf("the writer said %q", line)
	}
}

// compare finds out whether all that was acknowledged is there, and nothing that was erased. begun is a caller whose erasure may or may not
// have happened.
func (l *ledger) compare(t *testing.T, s *store.Store, begun string) {
	t.Helper()
	lost, back := 0, 0
	there := func(err error, caller string) {
		switch {
		case caller == begun:
		case l.erased[caller]:
			if !errors.Is(err, store.ErrNotFound) {
				back++
			}
		case err != nil:
			lost++
			t.Log(err)
		}
	}
	for id, caller := range l.messages {
		_, err := s.Message(id)
		there(err, caller)
	}
	for id, caller := range l.calls {
		_, err := s.Full(id)
		there(err, caller)
	}
	if lost > 0 || back > 0 {
		t.Fatalf("%d acknowledged records are lost, %d of erased callers are there", lost, back)
	}
}

// complete does what the appliance does after a start.
func complete(t *testing.T, s *store.Store, l *ledger) {
	t.Helper()
	jobs, err := s.Jobs()
	if err != nil {
		t.Fatal(err)
	}
	for _, j := range jobs {
		if err := errors.Join(s.ResumeJob(j), s.FinishJob(j)); err != nil {
			t.Fatal(err)
		}
		l.erased[j.Caller] = true
	}
}

// act does one random thing and tells what is on the disk after it.
func act(s *store.Store, r *rand.Rand, say func(string)) error {
	calls, err := s.Calls(store.Filter{Limit: 50})
	if err != nil {
		return err
	}
	var c record.Call
	if len(calls) > 0 {
		c = calls[r.IntN(len(calls))]
	}
	switch n := r.IntN(40); {
	case len(calls) == 0 || n < 6:
		c, err = s.BeginCall(record.Call{From: record.PhoneNumber(fmt.Sprintf("+1217555%04d", r.IntN(40))), Started: time.Now()})
		if err == nil {
			say("call " + c.ID + " " + c.CallerID)
		}
	case n < 8:
		say("begin " + c.CallerID)
		job, eraseErr := s.Erase(c.CallerID, "", "")
		if err = eraseErr; err == nil {
			say("erased " + c.CallerID)
			err = s.FinishJob(job)
		}
	case n < 9:
		if err = s.Keys().Rotate(context.Background()); err == nil {
			say("rotated")
		}
	case n < 10:
		err = s.Compact()
	case n < 14:
		err = errors.Join(s.AddTurn(c.ID, record.Turn{Index: r.IntN(5), Heard: "words"}), s.EndCall(c))
	default:
		m, saveErr := s.SaveMessage(record.Message{CallID: c.ID, Reason: record.Personal(strings.Repeat("x", r.IntN(3000)))})
		if err = saveErr; err == nil {
			say("message " + m.ID + " " + m.CallerID)
		}
	}
	return err
}

// crashWriter acts until it is killed, and prints what was acknowledged.
func crashWriter(path string) {
	fail := func(err error) {
		fmt.Println("error", err)
		os.Exit(1)
	}
	s, err := store.Open(path, store.Options{})
	if err != nil {
		fail(err)
	}
	fmt.Println("open")
	r := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 2))
	for {
		if err := act(s, r, func(line string) { fmt.Println(line) }); err != nil {
			fail(err)
		}
	}
}

// rounds is how often the crash tests crash; FRONTDESK_CRASHES sets another number (make test-power takes 1,000).
func rounds(t *testing.T) int {
	t.Helper()
	n, err := strconv.Atoi(os.Getenv("FRONTDESK_CRASHES"))
	if err != nil {
		n = 50
		if testing.Short() {
			n = 20
		}
	}
	return n
}

// Killed at any moment, also in its first start, in an erasure, a rotation of the root key and a compaction, the writer loses
// nothing that it had acknowledged, and nothing erased comes back.
func TestKilledWriterLosesNothing(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "frontdesk.db")
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	l := newLedger()
	r := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 3))
	for round := range rounds(t) {
		cmd := exec.Command(exe)
		cmd.Env = append(os.Environ(), crashEnv+"="+path)
		out, err := cmd.StdoutPipe()
		if err == nil {
			err = cmd.Start()
		}
		if err != nil {
			t.Fatal(err)
		}
		begun := ""
		take := func(line string) {
			switch {
			case strings.HasPrefix(line, "error"):
				t.Fatal(line)
			case strings.HasPrefix(line, "begin "):
				begun = strings.TrimPrefix(line, "begin ")
			case line != "open":
				l.enter(t, line)
			}
		}
		lines := bufio.NewScanner(out)
		if wait := r.IntN(60); round%4 == 0 { // anywhere, also before it is open
			timer := time.AfterFunc(time.Duration(wait)*time.Millisecond, func() { _ = cmd.Process.Kill() })
			defer timer.Stop()
		} else {
			for n := 0; n < wait && lines.Scan(); n++ {
				take(lines.Text())
			}
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
		for lines.Scan() { // what it had printed before it died counts
			take(lines.Text())
		}
		_ = cmd.Wait() // killed, as it should be
		if begun != "" && !l.erased[begun] {
			l.erased[begun] = false
		} else {
			begun = ""
		}
		if round%10 == 9 || begun != "" {
			s, err := store.Open(path, store.Options{})
			if err != nil {
				t.Fatal(err)
			}
			complete(t, s, l)
			l.compare(t, s, begun)
			if begun != "" {
				_, err := s.Caller(begun)
				l.erased[begun] = errors.Is(err, store.ErrNotFound)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
		}
	}
	s := open(t, path)
	complete(t, s, l)
	l.compare(t, s, "")
	if rep, err := s.CheckAll(); err != nil || len(rep.Faults) > 0 {
		t.Errorf("%+v, %v", rep, err)
	}
	t.Logf("%d kills; %d messages, %d calls and %d erasures acknowledged, %d rotations: none lost", rounds(t), len(l.messages), len(l.calls),
		len(l.erased), l.rotated)
}

// sector is the least that a disk writes whole.
const sector = 512

// image is a file at one moment.
func image(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// torn is a file as a power cut leaves it: bbolt writes its data pages and waits for the disk, then the page with the new root (one
// of the first two) and waits again. Of what the disk was just asked to write, in any order, it has written some sectors.
func torn(r *rand.Rand, before, after []byte) []byte {
	const pages = 2 * 4096
	before = append(slices.Clone(before), make([]byte, max(0, len(after)-len(before)))...) // growing the file is waited for, too
	out := slices.Clone(before)
	data, root := r.IntN(3) > 0, r.IntN(2) == 0 // how far it came
	for at := 0; at+sector <= len(after); at += sector {
		meta := at < pages
		var write bool
		switch {
		case !data: // the data pages were being written
			write = !meta && r.IntN(2) == 0
		case root: // the root was being written
			write = !meta || r.IntN(2) == 0
		default:
			write = !meta
		}
		if write {
			copy(out[at:at+sector], after[at:at+sector])
		}
	}
	return out
}

// A power cut in the midst of writing, 200 times: the last commit, of the records or of the keys, is there whole or not at all, and nothing
// before it is lost.
func TestTornWritesLoseNothing(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "frontdesk.db")
	files := []string{path, filepath.Join(dir, store.KeysFile)}
	l := newLedger()
	r := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 4))
	for range rounds(t) {
		s, err := store.Open(path, store.Options{})
		if err != nil {
			t.Fatal(err)
		}
		complete(t, s, l)
		l.compare(t, s, "")
		for range r.IntN(8) {
			if err := act(s, r, func(line string) {
				if !strings.HasPrefix(line, "begin ") {
					l.enter(t, line)
				}
			}); err != nil {
				t.Fatal(err)
			}
		}
		// The act in which the power goes: it touches the keys first, or only the records.
		before := [][]byte{image(t, files[0]), image(t, files[1])}
		if err := commit(s, r); err != nil {
			t.Fatal(err)
		}
		after := [][]byte{image(t, files[0]), image(t, files[1])}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		left := [][]byte{torn(r, before[0], after[0]), after[1]}
		if string(before[1]) != string(after[1]) && r.IntN(2) == 0 { // in the first of two commits
			left = [][]byte{before[0], torn(r, before[1], after[1])}
		}
		for i, path := range files {
			if err := os.WriteFile(path, left[i], 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	s := open(t, path)
	complete(t, s, l)
	l.compare(t, s, "")
	if rep, err := s.CheckAll(); err != nil || len(rep.Faults) > 0 {
		t.Errorf("%+v, %v", rep, err)
	}
	t.Logf("%d power cuts; %d messages, %d calls and %d erasures acknowledged before them: none lost", rounds(t), len(l.messages),
		len(l.calls), len(l.erased))
}

// commit does one thing that is a single commit of the records, or one of the keys and one of the records after it. Nobody is told of it.
func commit(s *store.Store, r *rand.Rand) error {
	if r.IntN(2) == 0 {
		_, err := s.BeginCall(record.Call{From: record.PhoneNumber(fmt.Sprintf("+1312555%06d", r.IntN(1e6))), Started: time.Now()})
		return err
	}
	_, err := s.SaveMessage(record.Message{Reason: record.Personal(strings.Repeat("y", r.IntN(20000)))})
	return err
}
