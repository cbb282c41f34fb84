// Package audit keeps the chain of who did what with the records, and finds out when it was changed.
//
// Every entry holds the hash of the one before it (SHA-256), so that no entry can be changed, taken out or moved without all later
// ones being written anew. Once a day, and whenever it is asked for, the end of the chain is signed (Ed25519, with a key of the key
// ring) and appended to a file beside the records: who cuts the end of the chain off leaves a head that points beyond it. The key
// ring knows the newest entry and how many heads there are, so that neither can be cut off or moved away unnoticed, also where the
// chain went on afterwards. A head that is written down elsewhere (it is in the log, too) shows even that all three were replaced
// by older ones.
//
// It says what was done, by whom and through which door; what it was about is an ID, so that an erasure leaves nothing to be removed here.
// Reading the same thing again within ten minutes is one entry. A [Log] is safe for concurrent use and starts no goroutine.
package audit

import (
	"bufio"
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"sync"
	"time"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/seal"
)

// Records keep the chain; *store.Store is the real one.
type Records interface {
	// AppendAudit calls next with the last entry, the zero value when there is none, and keeps what it returns.
	AppendAudit(next func(last record.AuditEntry) record.AuditEntry) (record.AuditEntry, error)
	// AuditEntries calls fn with the entries from seq on, in order.
	AuditEntries(from uint64, fn func(e record.AuditEntry) error) error
	// LastAudit returns the last entry, the zero value when there is none.
	LastAudit() (record.AuditEntry, error)
	// AuditMark returns what the key ring knows of the chain; known is false when it knows nothing.
	AuditMark() (m record.AuditMark, known bool, err error)
	// MarkHead has the key ring know the newest head, and how many there are.
	MarkHead(h record.AuditHead, heads int) error
}

// again is how long reading the same thing again is not noted again.
const again = 10 * time.Minute

// maxRemembered bounds what is remembered for that.
const maxRemembered = 4096

// Options for New. Records, Key and Heads are needed.
type Options struct {
	Records Records
	Key     ed25519.PrivateKey // signs the heads
	Heads   string             // file of the heads, one JSON object a line
	Now     func() time.Time   // nil = time.Now
}

// Log is the chain.
type Log struct {
	o Options

	mu   sync.Mutex
	read map[record.AuditEntry]time.Time // what was read, and when that was noted
}

// New returns the log over what is kept.
func New(o Options) *Log {
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Log{o: o, read: map[record.AuditEntry]time.Time{}}
}

// Note appends an entry: of e the fields that say who, by what door, what, about what, and whether it failed.
func (l *Log) Note(e record.AuditEntry) error {
	e.At = l.o.Now()
	_, err := l.o.Records.AppendAudit(func(last record.AuditEntry) record.AuditEntry { return linked(last, e) })
	return err
}

// NoteRead appends an entry like Note, unless the same one was appended a few minutes ago.
func (l *Log) NoteRead(e record.AuditEntry) error {
	now := l.o.Now()
	key := record.AuditEntry{Who: e.Who, Door: e.Door, Act: e.Act, Subject: e.Subject}
	l.mu.Lock()
	last, ok := l.read[key]
	if ok && now.Sub(last) < again {
		l.mu.Unlock()
		return nil
	}
	if len(l.read) >= maxRemembered {
		clear(l.read)
	}
	l.read[key] = now
	l.mu.Unlock()
	return l.Note(e)
}

// linked is e as the entry after last.
func linked(last, e record.AuditEntry) record.AuditEntry {
	e.Seq, e.Prev = last.Seq+1, last.Hash
	e.At = e.At.UTC().Round(0)
	e.Hash = hash(e)
	return e
}

// hash is that of all fields but itself, each with its length before it.
func hash(e record.AuditEntry) string {
	h := sha256.New()
	part := func(b []byte) {
		var n [8]byte
		binary.BigEndian.PutUint64(n[:], uint64(len(b)))
		h.Write(n[:])
		h.Write(b)
	}
	var fixed [17]byte
	binary.BigEndian.PutUint64(fixed[:8], e.Seq)
	binary.BigEndian.PutUint64(fixed[8:16], uint64(e.At.UnixNano()))
	if e.Failed {
		fixed[16] = 1
	}
	part(fixed[:])
	for _, s := range []string{e.Who, e.Door, e.Act, e.Subject, e.Prev} {
		part([]byte(s))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Head signs the end of the chain as it is now and appends it to the file of the heads. An empty chain has none.
func (l *Log) Head() (h record.AuditHead, err error) {
	last, err := l.o.Records.LastAudit()
	if err != nil || last.Seq == 0 {
		return h, err
	}
	h = record.AuditHead{At: l.o.Now().UTC().Round(0), Seq: last.Seq, Hash: last.Hash}
	h.Sign = ed25519.Sign(l.o.Key, signed(h))
	b, err := json.Marshal(h)
	if err != nil {
		return h, fmt.Errorf("write head of the audit chain: %w", err)
	}
	f, err := os.OpenFile(l.o.Heads, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return h, fmt.Errorf("write head of the audit chain: %w", err)
	}
	_, err = f.Write(append(b, '\n'))
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return h, fmt.Errorf("write head of the audit chain: %w", err)
	}
	return h, l.markHead(h)
}

// markHead has the key ring know a head that was written. Lines that were lost stay counted: a new head does not cover that up.
func (l *Log) markHead(h record.AuditHead) error {
	m, _, err := l.o.Records.AuditMark()
	if err != nil {
		return err
	}
	n := m.Heads + 1
	if m.Heads == 0 { // the file may be older than the mark
		heads, err := l.heads(func(uint64, string, ...any) {})
		if err != nil {
			return err
		}
		n = len(heads)
	}
	return l.o.Records.MarkHead(h, n)
}

// signed is what the signature is of.
func signed(h record.AuditHead) []byte {
	return fmt.Appendf(nil, "frontdesk audit head\n%d\n%s\n%d\n", h.Seq, h.Hash, h.At.UnixNano())
}

// Fault is something that is wrong with the chain.
type Fault struct {
	Seq  uint64 `json:"seq"`
	What string `json:"what"`
}

// Verification is what Verify has found.
type Verification struct {
	Entries uint64    `json:"entries"`
	From    time.Time `json:"from,omitzero"`
	To      time.Time `json:"to,omitzero"`
	Last    string    `json:"last"` // hash of the last entry
	Heads   int       `json:"heads"`
	Faults  []Fault   `json:"faults"` // none: nothing was changed, cut or moved
	// The key ring confirms that the chain has had no other end since a moment: Since and SinceSeq are where that begins, Confirmed is the
	// entry up to which it holds. Before it, entries could be changed or taken out of the middle only with a trace, as everywhere, but
	// the end of the chain could be cut off.
	Confirmed uint64    `json:"confirmed"`
	Since     time.Time `json:"since,omitzero"`
	SinceSeq  uint64    `json:"since_seq"`
}

// maxFaults bounds the faults of a report: from one on all later ones may be wrong.
const maxFaults = 20

// Verify goes through the whole chain and all heads. noted are heads that were kept elsewhere; their signatures are checked, too.
func (l *Log) Verify(noted ...record.AuditHead) (Verification, error) {
	r := Verification{Faults: []Fault{}}
	fault := func(seq uint64, format string, args ...any) {
		if len(r.Faults) < maxFaults {
			r.Faults = append(r.Faults, Fault{seq, fmt.Sprintf(format, args...)})
		}
	}
	heads, err := l.heads(fault)
	if err != nil {
		return r, err
	}
	at := map[uint64][]record.AuditHead{}
	confirm, err := l.marks(&r, heads, fault)
	if err != nil {
		return r, err
	}
	public, _ := l.o.Key.Public().(ed25519.PublicKey)
	for _, h := range append(heads, noted...) {
		if !ed25519.Verify(public, signed(h), h.Sign) {
			fault(h.Seq, "the signature of the head of %s is not ours", h.At.Format(time.DateTime))
			continue
		}
		r.Heads++
		at[h.Seq] = append(at[h.Seq], h)
	}
	var last record.AuditEntry
	err = l.o.Records.AuditEntries(1, func(e record.AuditEntry) error {
		switch {
		case e.Seq != last.Seq+1:
			fault(e.Seq, "entry %d follows entry %d: what was between is gone", e.Seq, last.Seq)
		case e.Prev != last.Hash:
			fault(e.Seq, "entry %d does not continue the one before it", e.Seq)
		}
		if e.Hash != hash(e) {
			fault(e.Seq, "entry %d was changed", e.Seq)
		}
		for _, h := range at[e.Seq] {
			if h.Hash != e.Hash {
				fault(e.Seq, "entry %d is another one than on %s", e.Seq, h.At.Format(time.DateTime))
			}
		}
		delete(at, e.Seq)
		confirm(e)
		if r.Entries == 0 {
			r.From = e.At
		}
		last = e
		r.Entries++
		r.To, r.Last = e.At, e.Hash
		return nil
	})
	if err != nil {
		return r, err
	}
	confirm(record.AuditEntry{Seq: last.Seq + 1}) // nothing is there
	for _, seq := range slices.Sorted(maps.Keys(at)) {
		fault(seq, "entry %d is gone: the chain was longer once", seq)
	}
	return r, nil
}

// marks compares the heads with what the key ring knows, and returns what is to be called with each entry, and at last with the
// number after the last one.
func (l *Log) marks(r *Verification, heads []record.AuditHead,
	fault func(seq uint64, format string, args ...any)) (func(e record.AuditEntry), error) {
	m, known, err := l.o.Records.AuditMark()
	switch {
	case errors.Is(err, seal.ErrOpen):
		fault(0, "what the key ring knows of the chain was changed")
		return func(record.AuditEntry) {}, nil
	case err != nil:
		return nil, err
	case !known:
		return func(e record.AuditEntry) {
			if e.Seq == 1 && e.Hash != "" {
				fault(0, "the key ring knows nothing of the chain: that was taken away, and how far the chain went is not known")
			}
		}, nil
	}
	r.Since, r.SinceSeq = m.Since, m.SinceSeq
	switch {
	case m.Heads > 0 && len(heads) == 0:
		fault(0, "the file of the heads is gone: it had %d, the last of %s", m.Heads, m.Head.At.Format(time.DateTime))
	case len(heads) < m.Heads:
		fault(0, "the file of the heads has %d lines: it had %d", len(heads), m.Heads)
	case m.Heads > 0 && !slices.ContainsFunc(heads, func(h record.AuditHead) bool { return h.Seq == m.Head.Seq && h.Hash == m.Head.Hash }):
		fault(m.Head.Seq, "the head of %s is not in the file of the heads", m.Head.At.Format(time.DateTime))
	}
	for _, h := range m.Lost {
		fault(h.Seq, "the chain went up to entry %d of %s, and was cut before it went on", h.Seq, h.At.Format(time.DateTime))
	}
	return func(e record.AuditEntry) {
		switch {
		case e.Hash != "" && e.Seq == m.Newest.Seq && e.Hash == m.Newest.Hash:
			r.Confirmed = e.Seq
		case e.Hash != "" && e.Seq == m.Newest.Seq:
			fault(e.Seq, "entry %d is another one than the key ring knows", e.Seq)
		case e.Hash == "" && m.Newest.Seq >= e.Seq:
			fault(m.Newest.Seq, "entries %d to %d are gone: the key ring knows that the chain went up to %s",
				e.Seq, m.Newest.Seq, m.Newest.At.Format(time.DateTime))
		}
	}, nil
}

// maxLine bounds a line of the heads' file.
const maxLine = 4096

// heads reads the file of the heads. A last line that a power cut has torn is none.
func (l *Log) heads(fault func(seq uint64, format string, args ...any)) ([]record.AuditHead, error) {
	b, err := os.ReadFile(l.o.Heads)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read heads of the audit chain: %w", err)
	}
	whole := bytes.LastIndexByte(b, '\n') + 1
	var out []record.AuditHead
	lines := bufio.NewScanner(bytes.NewReader(b[:whole]))
	lines.Buffer(nil, maxLine)
	for n := 1; lines.Scan(); n++ {
		var h record.AuditHead
		if err := json.Unmarshal(lines.Bytes(), &h); err != nil {
			fault(0, "line %d of the heads cannot be read", n)
			continue
		}
		out = append(out, h)
	}
	if err := lines.Err(); err != nil {
		fault(0, "the heads cannot be read to their end")
	}
	return out, nil
}
