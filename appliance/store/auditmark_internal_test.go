package store

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"frontdesk.internal/appliance/audit"
	"frontdesk.internal/appliance/record"
)

// box is a state folder whose audit chain a test may cut.
type box struct {
	t   *testing.T
	dir string
	s   *Store
	l   *audit.Log
}

func newBox(t *testing.T) *box {
	t.Helper()
	b := &box{t: t, dir: t.TempDir()}
	b.open()
	t.Cleanup(func() { _ = b.s.Close() })
	return b
}

func (b *box) open() {
	b.t.Helper()
	var err error
	if b.s, err = Open(filepath.Join(b.dir, "frontdesk.db"), Options{}); err != nil {
		b.t.Fatal(err)
	}
	key, err := b.s.AuditKey()
	if err != nil {
		b.t.Fatal(err)
	}
	b.l = audit.New(audit.Options{Records: b.s, Key: key, Heads: b.heads()})
}

func (b *box) heads() string { return filepath.Join(b.dir, "audit.heads") }

func (b *box) again() {
	b.t.Helper()
	if err := b.s.Close(); err != nil {
		b.t.Fatal(err)
	}
	b.open()
}

func (b *box) note(n int) {
	b.t.Helper()
	for range n {
		if err := b.l.Note(record.AuditEntry{Door: "page", Act: "read call", Subject: "call-1"}); err != nil {
			b.t.Fatal(err)
		}
	}
}

func (b *box) head() {
	b.t.Helper()
	if _, err := b.l.Head(); err != nil {
		b.t.Fatal(err)
	}
}

// cut takes entries out of the file, as somebody does who has it.
func (b *box) cut(from, to uint64) {
	b.t.Helper()
	err := b.s.update("cut", func(t *txn) error {
		for seq := from; seq <= to; seq++ {
			if err := t.tx.Bucket(bAudit).Delete(binary.BigEndian.AppendUint64(nil, seq)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.t.Fatal(err)
	}
}

func (b *box) verify() audit.Verification {
	b.t.Helper()
	r, err := b.l.Verify()
	if err != nil {
		b.t.Fatal(err)
	}
	return r
}

// Whoever has the file of the records and that of the heads, but not the key ring, cuts nothing off unnoticed.
func TestAChainThatWasCutIsFound(t *testing.T) {
	gone := func(b *box) {
		if err := os.Remove(b.heads()); err != nil {
			b.t.Fatal(err)
		}
	}
	for name, x := range map[string]struct {
		do   func(b *box)
		want string
	}{
		"three of fifteen, and the heads are moved away": {func(b *box) { b.cut(13, 15); gone(b) }, "entries 13 to 15 are gone"},
		"three of fifteen":                     {func(b *box) { b.cut(13, 15) }, "entries 13 to 15 are gone"},
		"only the heads are moved away":        {gone, "the file of the heads is gone: it had 2"},
		"moved away, and a new head is signed": {func(b *box) { gone(b); b.head() }, "the file of the heads has 1 lines: it had 3"},
		"the whole chain":                      {func(b *box) { b.cut(1, 15); gone(b) }, "entries 1 to 15 are gone"},
		"cut, and the box goes on for long": {func(b *box) {
			b.cut(13, 15)
			gone(b)
			b.again()
			b.note(20)
			b.head()
		}, "went up to entry 15"},
		"cut, and goes on up to the same entry": {func(b *box) { b.cut(13, 15); b.again(); b.note(3) }, "went up to entry 15"},
		"the heads end earlier": {func(b *box) {
			lines, err := os.ReadFile(b.heads())
			if err != nil {
				b.t.Fatal(err)
			}
			if err := os.WriteFile(b.heads(), []byte(strings.SplitAfter(string(lines), "\n")[0]), 0o600); err != nil {
				b.t.Fatal(err)
			}
		}, "the file of the heads has 1 lines: it had 2"},
		"the key ring forgets": {func(b *box) {
			if err := b.s.keys.Mark(markName, []byte("{")); err != nil {
				b.t.Fatal(err)
			}
		}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBox(t)
			b.note(5)
			b.head()
			b.note(7)
			b.head()
			b.note(3)
			b.again()
			if r := b.verify(); len(r.Faults) > 0 || r.Confirmed != 15 || r.SinceSeq != 0 || r.Since.IsZero() || r.Heads != 2 {
				t.Fatalf("before anything was done: %+v", r)
			}
			x.do(b)
			if x.want == "" {
				if r, err := b.l.Verify(); err == nil {
					t.Errorf("%+v", r)
				}
				return
			}
			if r := b.verify(); !strings.Contains(faults(r), x.want) {
				t.Errorf("%q, want %q", faults(r), x.want)
			}
		})
	}
}

func faults(r audit.Verification) string {
	var all []string
	for _, f := range r.Faults {
		all = append(all, f.What)
	}
	return strings.Join(all, "; ")
}

// A box that ran before the key ring knew of the chain says since when it vouches for it; after a restore it is the same.
func TestTheChainOfAnOlderBox(t *testing.T) {
	b := newBox(t)
	b.note(4)
	if err := b.s.settle(); err != nil {
		t.Fatal(err)
	}
	err := b.s.changeMark(func(m *record.AuditMark, _ bool) error { *m = record.AuditMark{}; return nil })
	if err != nil {
		t.Fatal(err)
	}
	if err := b.s.AdoptAudit(); err != nil {
		t.Fatal(err)
	}
	b.note(2)
	if r := b.verify(); len(r.Faults) > 0 || r.SinceSeq != 4 || r.Confirmed != 6 || r.Since.IsZero() {
		t.Errorf("%+v", r)
	}
}
