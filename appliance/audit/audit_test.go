package audit_test

import (
	"bytes"
	"crypto/ed25519"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/audit"
	"frontdesk.internal/appliance/record"
)

// chain keeps entries in memory.
type chain struct {
	list []record.AuditEntry
	mark record.AuditMark
	// unknown: the key ring knows nothing of the chain.
	unknown bool
}

func (c *chain) AuditMark() (record.AuditMark, bool, error) { return c.mark, !c.unknown, nil }

func (c *chain) MarkHead(h record.AuditHead, heads int) error {
	c.mark.Head, c.mark.Heads = h, heads
	return nil
}

func (c *chain) AppendAudit(next func(record.AuditEntry) record.AuditEntry) (record.AuditEntry, error) {
	last, _ := c.LastAudit()
	e := next(last)
	c.list = append(c.list, e)
	return e, nil
}

func (c *chain) AuditEntries(from uint64, fn func(record.AuditEntry) error) error {
	for _, e := range c.list {
		if e.Seq >= from {
			if err := fn(e); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c *chain) LastAudit() (record.AuditEntry, error) {
	if len(c.list) == 0 {
		return record.AuditEntry{}, nil
	}
	return c.list[len(c.list)-1], nil
}

// filled is a chain of ten entries with heads after the fifth and the ninth.
func filled(t *testing.T) (*audit.Log, *chain, string) {
	t.Helper()
	c := &chain{}
	heads := filepath.Join(t.TempDir(), "heads")
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	l := audit.New(audit.Options{
		Records: c, Heads: heads, Key: ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, ed25519.SeedSize)),
		Now: func() time.Time { now = now.Add(time.Minute); return now },
	})
	for i := range 10 {
		if err := l.Note(record.AuditEntry{Door: "page", Who: "account 1", Act: "read call", Subject: string(rune('a' + i))}); err != nil {
			t.Fatal(err)
		}
		if i == 4 || i == 8 {
			if _, err := l.Head(); err != nil {
				t.Fatal(err)
			}
		}
	}
	return l, c, heads
}

func TestNothingWrongWithAWholeChain(t *testing.T) {
	l, _, _ := filled(t)
	r, err := l.Verify()
	if err != nil || len(r.Faults) > 0 || r.Entries != 10 || r.Heads != 2 {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestEveryTamperingIsFound(t *testing.T) {
	for name, tamper := range map[string]func(c *chain){
		"changed":       func(c *chain) { c.list[3].Subject = "z" },
		"failed hidden": func(c *chain) { c.list[3].Failed = !c.list[3].Failed },
		"another time":  func(c *chain) { c.list[3].At = c.list[3].At.Add(time.Second) },
		"taken out":     func(c *chain) { c.list = slices.Delete(c.list, 3, 4) },
		"moved":         func(c *chain) { c.list[3], c.list[4] = c.list[4], c.list[3] },
		"cut":           func(c *chain) { c.list = c.list[:6] },
		"begun later":   func(c *chain) { c.list = c.list[2:] },
		"all gone":      func(c *chain) { c.list = nil },
		"written anew from there on": func(c *chain) {
			other := &chain{list: slices.Clone(c.list[:3])}
			l := audit.New(audit.Options{Records: other})
			for _, e := range c.list[3:] {
				e.Subject = "nothing to see"
				_ = l.Note(e) // in memory
			}
			c.list = other.list
		},
	} {
		t.Run(name, func(t *testing.T) {
			l, c, _ := filled(t)
			tamper(c)
			r, err := l.Verify()
			if err != nil {
				t.Fatal(err)
			}
			if len(r.Faults) == 0 {
				t.Error("nothing was found")
			}
		})
	}
}

func TestHeads(t *testing.T) {
	l, c, heads := filled(t)
	kept, err := l.Head()
	if err != nil {
		t.Fatal(err)
	}
	// Chain and file cut at the same place: only a head that was kept elsewhere tells.
	b, err := os.ReadFile(heads)
	if err != nil {
		t.Fatal(err)
	}
	first := b[:bytes.IndexByte(b, '\n')+1]
	if err := os.WriteFile(heads, first, 0o600); err != nil {
		t.Fatal(err)
	}
	c.list = c.list[:6]
	if r, err := l.Verify(); err != nil || len(r.Faults) != 1 || !strings.Contains(r.Faults[0].What, "has 1 lines: it had 3") {
		t.Errorf("%+v, %v", r, err)
	}
	// The key ring was put back, too.
	c.mark.Head, c.mark.Heads = record.AuditHead{}, 0
	if r, err := l.Verify(); err != nil || len(r.Faults) > 0 {
		t.Errorf("%+v, %v", r, err)
	}
	if r, err := l.Verify(kept); err != nil || len(r.Faults) != 1 {
		t.Errorf("with a head of elsewhere: %+v, %v", r, err)
	}
	// A head that somebody else has made up, and one that was torn in mid-line.
	forged := strings.Replace(string(first), `"seq":5`, `"seq":6`, 1)
	if err := os.WriteFile(heads, []byte(forged+`{"at":"20`), 0o600); err != nil {
		t.Fatal(err)
	}
	if r, err := l.Verify(); err != nil || len(r.Faults) != 1 || !strings.Contains(r.Faults[0].What, "not ours") {
		t.Errorf("a forged head: %+v, %v", r, err)
	}
}

// What the key ring does not know is never taken for a chain that is whole.
func TestAKeyRingThatWasRobbed(t *testing.T) {
	l, c, _ := filled(t)
	c.unknown = true
	if r, err := l.Verify(); err != nil || len(r.Faults) != 1 || r.Confirmed != 0 {
		t.Errorf("%+v, %v", r, err)
	}
	c.list = nil
	if r, err := l.Verify(); err != nil || len(r.Faults) == 0 {
		t.Errorf("with heads beyond an empty chain: %+v, %v", r, err)
	}
}

func TestReadingAgainIsOneEntry(t *testing.T) {
	l, c, _ := filled(t) // each question of the time is a minute later
	for range 3 {
		if err := l.NoteRead(record.AuditEntry{Door: "page", Act: "read caller", Subject: "x"}); err != nil {
			t.Fatal(err)
		}
	}
	if len(c.list) != 11 {
		t.Errorf("%d entries", len(c.list))
	}
	for range 10 {
		_ = l.NoteRead(record.AuditEntry{Door: "page", Act: "read caller", Subject: "x"}) // in memory
	}
	if len(c.list) != 12 {
		t.Errorf("%d entries after ten more minutes", len(c.list))
	}
}

// FuzzHeads puts anything into the file of the heads: what stands there in addition to the heads that were signed is found, and
// nothing fails.
func FuzzHeads(f *testing.F) {
	f.Add([]byte("{}\n"))
	f.Add([]byte(`{"at":"2026-03-02T09:06:00Z","seq":99,"hash":"00","signature":"AA=="}` + "\n"))
	f.Add([]byte("no JSON\n{\n\n"))
	f.Add(bytes.Repeat([]byte("x"), 5000))
	f.Fuzz(func(t *testing.T, b []byte) {
		c := &chain{}
		heads := filepath.Join(t.TempDir(), "heads")
		l := audit.New(audit.Options{Records: c, Heads: heads, Key: ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, ed25519.SeedSize))})
		if err := l.Note(record.AuditEntry{Door: "page", Act: "read call"}); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(heads, b, 0o600); err != nil {
			t.Fatal(err)
		}
		r, err := l.Verify()
		if err != nil {
			t.Fatal(err)
		}
		if whole := bytes.TrimSpace(b[:bytes.LastIndexByte(b, '\n')+1]); len(whole) > 0 && len(r.Faults) == 0 {
			t.Errorf("%q is taken for heads: %+v", b, r)
		}
	})
}
