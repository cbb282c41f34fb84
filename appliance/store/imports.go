package store

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"time"

	"frontdesk.internal/appliance/record"
)

// importChunk is how many contacts go into one transaction: a call waits for one at the most.
const importChunk = 500

// What an import has done to a card.
var (
	importNew    = []byte("new")
	importMerged = []byte("merged")
)

// ImportContacts takes contacts over, each of them the fields of one: onto the card that has one of the numbers already, else onto
// a new one. Every field gets the import as its source, so that [Store.UndoImport] takes back exactly what came with it. told is
// told after each step how many are done; nil = nobody. When ctx ends before it is done, all of it is taken back.
func (s *Store) ImportContacts(ctx context.Context, b record.ImportBatch, contacts [][]record.Field,
	told func(done int)) (record.ImportBatch, error) {
	b.ID, b.At, b.State = s.ids.next(s.now()), s.now(), record.ImportRunning
	if err := s.update("begin import", func(t *txn) error { return put(t, bImports, []byte(b.ID), house, b) }); err != nil {
		return b, err
	}
	for from := 0; from < len(contacts); from += importChunk {
		chunk := contacts[from:min(len(contacts), from+importChunk)]
		err := ctx.Err()
		if err == nil {
			err = s.importSome(&b, chunk)
		}
		if err != nil {
			return b, errors.Join(err, s.UndoImport(b.ID))
		}
		if told != nil {
			told(from + len(chunk))
		}
	}
	b.State = record.ImportDone
	return b, s.update("end import", func(t *txn) error { return put(t, bImports, []byte(b.ID), house, b) })
}

func (s *Store) importSome(b *record.ImportBatch, contacts [][]record.Field) error {
	fresh := make([]string, len(contacts))
	for i := range fresh {
		fresh[i] = newCallerID()
	}
	if err := s.keys.Make(fresh...); err != nil { // all at once: each by itself waits for the disk
		return err
	}
	used := map[string]bool{}
	var touched []string
	err := s.update("import contacts", func(t *txn) error {
		added, merged := 0, 0
		for i, fields := range contacts {
			id, made, err := t.importOne(*b, fields, fresh[i])
			if err != nil {
				return err
			}
			used[id] = true
			touched = append(touched, id)
			if made {
				added++
			} else {
				merged++
			}
		}
		b.New, b.Merged = b.New+added, b.Merged+merged
		return put(t, bImports, []byte(b.ID), house, *b)
	})
	for _, id := range touched {
		s.changed(err, Change{Caller: id})
	}
	var unused []string
	for _, id := range fresh {
		if err != nil || !used[id] {
			unused = append(unused, id)
		}
	}
	if len(unused) == 0 {
		return err
	}
	return errors.Join(err, s.keys.Destroy(unused...))
}

// importOne takes one contact over and returns whose card it is.
func (t *txn) importOne(b record.ImportBatch, fields []record.Field, fresh string) (id string, made bool, err error) {
	var card record.Caller
	made = true
	for _, f := range fields {
		if f.Kind != record.FieldNumber {
			continue
		}
		switch found, err := t.byNumber(record.PhoneNumber(f.Value)); {
		case err == nil:
			card, made = found, false
		case !errors.Is(err, ErrNotFound):
			return "", false, err
		}
		if !made {
			break
		}
	}
	if made {
		card = record.Caller{ID: fresh, FirstSeen: b.At}
	}
	how := importMerged
	if made {
		how = importNew
	}
	for _, f := range fields {
		if f.Kind == record.FieldNumber && !made {
			if other, err := t.byNumber(record.PhoneNumber(f.Value)); err == nil && other.ID != card.ID {
				continue // it is on the card of somebody else, and stays there
			}
		}
		f.Source, f.By, f.At = record.SourceImport, b.ID, b.At
		if f.Basis == "" {
			f.Basis = record.BasisInterest
		}
		if f.Kind.Single() && len(card.Values(f.Kind)) > 0 {
			continue // what is known counts
		}
		card.Learn(f)
	}
	if err := t.keepCard(&card); err != nil {
		return "", false, err
	}
	key := join([]byte(b.ID), []byte(card.ID))
	if was := t.raw(bImported, key); !bytes.Equal(was, importNew) { // twice in one file: the first time counts
		if err := t.set(bImported, key, how); err != nil {
			return "", false, err
		}
	}
	return card.ID, made, nil
}

// UndoImport takes back what an import alone has made: its fields, and its cards on which there is nothing else. A card that was
// put to use since keeps the numbers that it is found by: what was noted on it counts for who calls with them. It may be repeated.
func (s *Store) UndoImport(id string) error {
	for {
		var gone []string
		left := false
		err := s.update("undo import", func(t *txn) error {
			b, err := get[record.ImportBatch](t, bImports, []byte(id))
			if err != nil {
				return err
			}
			n := 0
			for _, k := range t.under(bImported, id) {
				if n++; n > importChunk {
					left = true
					return nil
				}
				caller := string(k[len(id)+1:])
				bare, err := t.takeBack(b, caller, bytes.Equal(t.raw(bImported, k), importNew))
				if err != nil {
					return err
				}
				if bare {
					gone = append(gone, caller)
				}
				if err := t.del(bImported, k); err != nil {
					return err
				}
			}
			b.State = record.ImportUndone
			return put(t, bImports, []byte(id), house, b)
		})
		if err == nil && len(gone) > 0 {
			err = s.keys.Destroy(gone...)
		}
		if err != nil || !left {
			return err
		}
	}
}

// takeBack takes the fields of an import off a card, and the card away when it is one of the import's and nothing else is on it.
func (t *txn) takeBack(b record.ImportBatch, caller string, made bool) (bare bool, err error) {
	c, err := get[record.Caller](t, bCallers, []byte(caller))
	if errors.Is(err, ErrNotFound) {
		return false, nil // erased or merged in between
	}
	if err != nil {
		return false, err
	}
	since := b.At
	if made {
		since = time.Unix(0, 0) // whatever is on it came later
	}
	used := t.usedSince(c, b.ID, since)
	for _, f := range append([]record.Field(nil), c.Fields...) {
		if f.Source == record.SourceImport && f.By == b.ID && (f.Kind != record.FieldNumber || !used) {
			c.Forget(f)
		}
	}
	if made && len(c.Fields) == 0 && len(c.Marks) == 0 && len(t.callsOf(caller)) == 0 && len(t.belongings(caller)) == 0 {
		return true, t.dropCard(caller)
	}
	return false, t.keepCard(&c)
}

// usedSince reports whether something was noted of a person on a card since a moment, other than by an import: a call, a tag, a
// field, a hold, or what else belongs to the person.
func (t *txn) usedSince(c record.Caller, batch string, at time.Time) bool {
	if !c.LastSeen.Before(at) || slices.ContainsFunc(c.Marks, func(m record.Mark) bool { return !m.At.Before(at) || m.At.IsZero() }) {
		return true
	}
	if slices.ContainsFunc(c.Fields, func(f record.Field) bool {
		return !f.At.Before(at) && (f.Source != record.SourceImport || f.By != batch)
	}) {
		return true
	}
	if h, err := t.hold(c.ID); err == nil && !h.At.Before(at) {
		return true
	}
	since := timeKey(at)
	if slices.ContainsFunc(t.callsOf(c.ID), func(k listed) bool { return bytes.Compare(k.at, since) >= 0 }) {
		return true
	}
	return slices.ContainsFunc(t.belongings(c.ID), func(p place) bool { return p.bucket == string(bUnanswered) || p.key >= idAt(at) })
}

// Imports returns all imports, the oldest first.
func (s *Store) Imports() ([]record.ImportBatch, error) {
	return all[record.ImportBatch](s, "list imports", bImports)
}

// UndoInterrupted takes back imports that were cut off by a power cut.
func (s *Store) UndoInterrupted() error {
	list, err := s.Imports()
	if err != nil {
		return err
	}
	for _, b := range list {
		if b.State == record.ImportRunning {
			if err := s.UndoImport(b.ID); err != nil {
				return err
			}
		}
	}
	return nil
}
