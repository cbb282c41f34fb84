package store

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"sync"

	"frontdesk.internal/appliance/record"
)

// markName is where the key ring keeps what it knows of the audit chain.
const markName = "audit"

// maxLost bounds the ends of the chain that are remembered as lost: one is enough to know.
const maxLost = 20

// marker writes the newest entry of the audit chain into the key ring, behind the back of who has added it: adding stays as fast as one
// write to the disk. What is added meanwhile is one write. The zero value is ready.
type marker struct {
	mu      sync.Mutex
	idle    sync.Cond
	newest  record.AuditEntry
	marked  uint64 // the last entry that was written
	running bool
	err     error // of the last write

	writing sync.Mutex // one at a time reads the mark and writes it
}

// markSoon has the newest entry of the chain written into the key ring.
func (s *Store) markSoon(e record.AuditEntry) {
	m := &s.marker
	m.mu.Lock()
	defer m.mu.Unlock()
	if e.Seq <= m.newest.Seq {
		return // an entry after it was faster
	}
	m.newest = e
	if !m.running {
		m.running = true
		go s.markAll()
	}
}

// markAll writes until nothing newer is there.
func (s *Store) markAll() {
	m := &s.marker
	m.mu.Lock()
	defer m.mu.Unlock()
	for m.newest.Seq > m.marked {
		e := m.newest
		m.mu.Unlock()
		err := guarded(filepath.Dir(s.path), func() error { return s.markNewest(e) })
		m.mu.Lock()
		m.marked, m.err = e.Seq, err
	}
	m.running = false
	if m.idle.L != nil {
		m.idle.Broadcast()
	}
}

// settle waits until the key ring knows the newest entry.
func (s *Store) settle() error {
	m := &s.marker
	m.mu.Lock()
	defer m.mu.Unlock()
	m.idle.L = &m.mu
	for m.running {
		m.idle.Wait()
	}
	return m.err
}

// markNewest makes e the newest entry that the key ring knows. When the chain does not hold the one that was the newest before, it
// was cut: that is remembered, so that entries which come after it do not cover it up.
func (s *Store) markNewest(e record.AuditEntry) error {
	return s.changeMark(func(m *record.AuditMark, known bool) error {
		if !known {
			m.Since, m.SinceSeq = s.now().UTC().Round(0), e.Seq
		}
		if m.Newest.Seq > 0 {
			var was record.AuditEntry
			err := s.view("read audit chain", func(t *txn) (err error) {
				was, err = get[record.AuditEntry](t, bAudit, binary.BigEndian.AppendUint64(nil, m.Newest.Seq))
				return err
			})
			if err != nil && !errors.Is(err, ErrNotFound) {
				return err
			}
			if was.Hash != m.Newest.Hash && len(m.Lost) < maxLost {
				m.Lost = append(m.Lost, m.Newest)
			}
		}
		m.Newest = record.AuditHead{At: e.At, Seq: e.Seq, Hash: e.Hash}
		return nil
	})
}

func (s *Store) changeMark(change func(m *record.AuditMark, known bool) error) error {
	s.marker.writing.Lock()
	defer s.marker.writing.Unlock()
	m, known, err := s.readMark()
	if err != nil {
		return err
	}
	if err := change(&m, known); err != nil {
		return err
	}
	b, err := json.Marshal(m)
	if err != nil {
		return fmt.Errorf("mark the audit chain: %w", err)
	}
	return s.keys.Mark(markName, b)
}

func (s *Store) readMark() (m record.AuditMark, known bool, err error) {
	b, err := s.keys.Marked(markName)
	if err != nil || b == nil {
		return m, false, err
	}
	if err := json.Unmarshal(b, &m); err != nil {
		return m, false, fmt.Errorf("read mark of the audit chain: %w", err)
	}
	return m, true, nil
}

// AuditMark returns what the key ring knows of the audit chain; known is false when it knows nothing, which after [Open] is so only where
// somebody took it out.
func (s *Store) AuditMark() (m record.AuditMark, known bool, err error) {
	if err := s.settle(); err != nil {
		return m, false, err
	}
	m, known, err = s.readMark()
	m.Lost = slices.Clip(m.Lost)
	return m, known, err
}

// MarkHead has the key ring know the newest line of the file of the heads, and how many lines that has.
func (s *Store) MarkHead(h record.AuditHead, heads int) error {
	return s.changeMark(func(m *record.AuditMark, _ bool) error {
		m.Head, m.Heads = h, max(heads, m.Heads)
		return nil
	})
}

// AdoptAudit has the key ring know the chain as it is now and nothing of what was before: after a restore, whose chain and heads are older.
func (s *Store) AdoptAudit() error {
	last, err := s.LastAudit()
	if err != nil {
		return err
	}
	return s.changeMark(func(m *record.AuditMark, _ bool) error {
		*m = s.firstMark(last)
		return nil
	})
}

func (s *Store) firstMark(last record.AuditEntry) record.AuditMark {
	return record.AuditMark{
		Since: s.now().UTC().Round(0), SinceSeq: last.Seq,
		Newest: record.AuditHead{At: last.At, Seq: last.Seq, Hash: last.Hash},
	}
}

// markFirst has the key ring of a new box know that its chain is empty: from then on a ring that knows nothing is one that was robbed.
func (s *Store) markFirst() error {
	if _, known, err := s.readMark(); known || err != nil {
		return nil //nolint:nilerr // whether it can be read is for the check of the chain: the box starts all the same
	}
	last, err := s.LastAudit()
	if err != nil || last.Seq > 0 {
		return nil //nolint:nilerr // as above
	}
	return s.AdoptAudit()
}
