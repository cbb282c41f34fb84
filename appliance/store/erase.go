package store

import (
	"bytes"
	"errors"
	"fmt"
	"time"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/store/keyring"
)

// HeldError says that a legal hold keeps a caller's records.
type HeldError struct{ record.Hold }

// Error implements error.
func (e *HeldError) Error() string {
	return fmt.Sprintf("a legal hold keeps these records until %s: %s", e.Until.Format("2 January 2006"), e.Reason)
}

// Job is something that takes several steps in several files. It is noted before the first one, so that what a power cut interrupts is
// completed after the next start.
type Job struct {
	ID     string    `json:"id"`
	Kind   JobKind   `json:"kind"`
	At     time.Time `json:"at"`
	Caller string    `json:"caller"`         // ID of whom it is about
	Into   string    `json:"into,omitempty"` // ID of who gets the calls
	Calls  []string  `json:"calls"`          // IDs of the calls whose recordings are to be dealt with
	Reason string    `json:"reason,omitempty"`
	By     string    `json:"by,omitempty"`
}

// JobKind is a kind of job.
type JobKind string

// The kinds of jobs.
const (
	JobErase JobKind = "erase" // remove the recordings of Calls, write the file anew
	JobMove  JobKind = "move"  // seal the recordings of Calls for Into; then the key of Caller goes, when nothing is left of it
)

// Tombstone is what is left of an erased caller: nothing personal.
type Tombstone struct {
	ID       string    `json:"id"` // of the erasure
	Caller   string    `json:"caller"`
	At       time.Time `json:"at"`
	Calls    int       `json:"calls"`
	Turns    int       `json:"turns"`
	Messages int       `json:"messages"`
	Other    int       `json:"other"` // whatever else belonged to the caller
	Reason   string    `json:"reason,omitempty"`
	By       string    `json:"by,omitempty"`
	Finished time.Time `json:"finished,omitzero"` // when the last trace was written over

	// Key is the ID of the key that was destroyed: with it who comes back with an old backup is erased again. It says nothing about anybody.
	Key string `json:"key"`
	// Behind are media of backups that do not know of the erasure yet; whoever shows a receipt fills it in.
	Behind []record.Medium `json:"media_behind,omitempty"`
}

// receipt fills in what older receipts do not say.
func (x Tombstone) receipt() Tombstone {
	x.Key = x.Caller
	return x
}

// What follows are the steps of an erasure; package privacy takes them, in this order, and again from the first after a power cut. Each
// refuses when the one before was not taken.

// NoteErasure is the first step: it notes the job. A [HeldError] says that a legal hold forbids it. [ErrNotFound]: there is no such caller.
// No hold keeps what cannot be read any more, such as records that came back with a backup.
func (s *Store) NoteErasure(caller, reason, by string) (Job, error) {
	job := Job{Kind: JobErase, At: s.now(), Caller: caller, Reason: reason, By: by}
	err := s.update("note erasure", func(t *txn) error {
		if !t.has(bCallers, []byte(caller)) {
			return ErrNotFound
		}
		if gone, err := destroyed(t.keys, caller); err != nil {
			return err
		} else if h, err := t.hold(caller); err == nil && h.Holds(s.now()) && !gone {
			return &HeldError{h}
		} else if err != nil && !errors.Is(err, ErrNotFound) {
			return err
		}
		for _, c := range t.callsOf(caller) {
			job.Calls = append(job.Calls, c.id)
		}
		job.ID = s.ids.next(s.now())
		return put(t, bJobs, []byte(job.ID), house, job)
	})
	return job, err
}

// ErrStep says that a step of a job was to be taken before the one that it builds on.
var ErrStep = errors.New("a step of the job before this one was not taken")

// DestroyKey is the second step: it destroys the key of the caller. From then on nothing can be read, whatever happens. Of a [JobMove] it
// is the last step but one, and keeps the key of a card that is still there.
func (s *Store) DestroyKey(j Job) error {
	need := false
	err := s.view("destroy key", func(t *txn) error {
		gone, err := destroyed(t.keys, j.Caller)
		if err != nil {
			return err
		}
		noted := t.has(bJobs, []byte(j.ID))
		if !noted && !gone {
			return fmt.Errorf("destroy key: the job is not noted: %w", ErrStep)
		}
		// One that is gone may still be in the file of the keys, where a power cut came between.
		need = noted && (j.Kind == JobErase || !t.has(bCallers, []byte(j.Caller)))
		return nil
	})
	if err != nil || !need {
		return err
	}
	return s.keys.Destroy(j.Caller)
}

// destroyed reports whether a caller's key was destroyed.
func destroyed(keys *keyring.Ring, caller string) (bool, error) {
	_, err := keys.Key(caller)
	if errors.Is(err, keyring.ErrGone) {
		return true, nil
	}
	return false, err
}

// RemoveRecords is the third step: it removes calls, messages and card, and leaves a [Tombstone]. The job that is returned has the
// calls that began in between, too.
func (s *Store) RemoveRecords(job Job) (Job, error) {
	err := s.update("remove records", func(t *txn) error {
		if gone, err := destroyed(t.keys, job.Caller); err != nil {
			return err
		} else if !gone || !t.has(bJobs, []byte(job.ID)) {
			return fmt.Errorf("remove records: %w", ErrStep)
		}
		stone, err := t.tombstone(job)
		if err != nil {
			return err
		}
		noted := map[string]bool{}
		for _, id := range job.Calls {
			noted[id] = true
		}
		for _, c := range t.callsOf(job.Caller) {
			if !noted[c.id] {
				job.Calls = append(job.Calls, c.id)
			}
			turns, err := t.dropCall(c, job.Caller)
			if err != nil {
				return err
			}
			stone.Calls++
			stone.Turns += turns
		}
		for _, p := range t.belongings(job.Caller) {
			switch p.bucket {
			case string(bMessages):
				stone.Messages++
				err = t.dropMessage([]byte(p.key))
			default:
				stone.Other++
				err = t.del([]byte(p.bucket), []byte(p.key))
			}
			if err != nil {
				return err
			}
			if err := t.disown(job.Caller, []byte(p.bucket), []byte(p.key)); err != nil {
				return err
			}
		}
		if job.By != ByRetention {
			if err := t.ignoreCards(job.Caller); err != nil {
				return err
			}
		}
		if err := t.dropCard(job.Caller); err != nil {
			return err
		}
		if err := put(t, bTombstones, []byte(job.ID), house, stone); err != nil {
			return err
		}
		return put(t, bJobs, []byte(job.ID), house, job)
	})
	if err != nil {
		return job, err
	}
	s.changed(nil, Change{Caller: job.Caller})
	for _, c := range job.Calls {
		s.changed(nil, Change{Call: c})
	}
	return job, nil
}

// tombstone is the one of a job so far.
func (t *txn) tombstone(job Job) (Tombstone, error) {
	stone, err := get[Tombstone](t, bTombstones, []byte(job.ID))
	if errors.Is(err, ErrNotFound) {
		return Tombstone{ID: job.ID, Caller: job.Caller, At: job.At, Reason: job.Reason, By: job.By}, nil
	}
	return stone, err
}

// listed is a call as its caller's index has it.
type listed struct {
	id string
	at []byte // key of its start
}

// callsOf returns a caller's calls, the oldest first.
func (t *txn) callsOf(caller string) (calls []listed) {
	for _, k := range t.under(bByCaller, caller) {
		rest := k[len(caller)+1:]
		calls = append(calls, listed{id: string(rest[9:]), at: rest[:8]})
	}
	return calls
}

// dropCall removes a call with its turns, and what finds it. Its messages are not removed; they stand for themselves.
func (t *txn) dropCall(c listed, owner string) (turns int, err error) {
	id := []byte(c.id)
	for _, k := range t.under(bTurns, c.id) {
		if err := t.del(bTurns, k); err != nil {
			return turns, err
		}
		turns++
	}
	for _, k := range t.under(bOfCall, c.id) {
		if err := t.del(bOfCall, k); err != nil {
			return turns, err
		}
	}
	at := join(c.at, id)
	for _, p := range []struct{ bucket, key []byte }{
		{bRunning, id}, {bCalls, id}, {bByTime, at}, {bTests, at}, {bByCaller, join([]byte(owner), at)},
	} {
		if err := t.del(p.bucket, p.key); err != nil {
			return turns, err
		}
	}
	return turns, nil
}

// dropMessage removes a message and what finds it.
func (t *txn) dropMessage(id []byte) error {
	if owner := t.ownerOf(bMessages, id); owner != "" && owner != house {
		if err := t.disown(owner, bMessages, id); err != nil {
			return err
		}
	}
	if m, err := get[record.Message](t, bMessages, id); err == nil && m.CallID != "" {
		if err := t.del(bOfCall, join([]byte(m.CallID), id)); err != nil {
			return err
		}
	}
	return errors.Join(t.del(bOpen, id), t.del(bMessages, id))
}

// dropCard removes a card and what finds it.
func (t *txn) dropCard(caller string) error {
	if err := t.leaveBooks(caller); err != nil {
		return err
	}
	id := []byte(caller)
	for _, k := range t.under(bNumbersOf, caller) {
		hash := k[len(caller)+1:]
		if bytes.Equal(t.raw(bByNumber, hash), id) {
			if err := t.del(bByNumber, hash); err != nil {
				return err
			}
		}
		if err := t.del(bNumbersOf, k); err != nil {
			return err
		}
	}
	if at := t.raw(bSeenAt, id); at != nil {
		if err := t.del(bSeen, join(bytes.Clone(at), id)); err != nil {
			return err
		}
	}
	return errors.Join(t.del(bSeenAt, id), t.del(bHolds, id), t.del(bCallers, id))
}

// Jobs returns what is not completed, the oldest first.
func (s *Store) Jobs() ([]Job, error) { return all[Job](s, "list jobs", bJobs) }

// FinishJob is the last step of a job: an erasure's records were removed and [Store.Compact] has written them over, a move's recordings
// belong to the other card and a key that nothing needs any more is destroyed.
func (s *Store) FinishJob(j Job) error {
	return s.update("finish job", func(t *txn) error {
		gone, err := destroyed(t.keys, j.Caller)
		if err != nil {
			return err
		}
		if there := t.has(bCallers, []byte(j.Caller)); there == gone || there && j.Kind == JobErase {
			return fmt.Errorf("finish job: %w", ErrStep)
		}
		if j.Kind == JobErase {
			stone, err := t.tombstone(j)
			if err != nil {
				return err
			}
			stone.Finished = s.now()
			if err := put(t, bTombstones, []byte(j.ID), house, stone); err != nil {
				return err
			}
		}
		return t.del(bJobs, []byte(j.ID))
	})
}

// Tombstones returns those of all erasures, the oldest first.
func (s *Store) Tombstones() ([]Tombstone, error) {
	list, err := all[Tombstone](s, "list erasures", bTombstones)
	for i := range list {
		list[i] = list[i].receipt()
	}
	return list, err
}

// Tombstone returns that of one erasure.
func (s *Store) Tombstone(id string) (x Tombstone, err error) {
	err = s.view("read erasure", func(t *txn) error { x, err = get[Tombstone](t, bTombstones, []byte(id)); return err })
	return x.receipt(), err
}

// SetHold puts a legal hold on a caller's records, or changes the one that is there. It outlives the retention time and wins over erasure.
func (s *Store) SetHold(h record.Hold) error {
	return s.update("hold records", func(t *txn) error {
		if !t.has(bCallers, []byte(h.Caller)) {
			return ErrNotFound
		}
		return put(t, bHolds, []byte(h.Caller), house, h)
	})
}

// DropHold ends a legal hold; [ErrNotFound] when there is none.
func (s *Store) DropHold(caller string) error {
	return s.update("end hold", func(t *txn) error {
		if !t.has(bHolds, []byte(caller)) {
			return ErrNotFound
		}
		return t.del(bHolds, []byte(caller))
	})
}

// Holds returns all legal holds, also those whose time is over.
func (s *Store) Holds() ([]record.Hold, error) { return all[record.Hold](s, "list holds", bHolds) }

// Hold returns the legal hold on a caller's records; [ErrNotFound] when there is none.
func (s *Store) Hold(caller string) (h record.Hold, err error) {
	err = s.view("read hold", func(t *txn) error { h, err = t.hold(caller); return err })
	return h, err
}

func (t *txn) hold(caller string) (record.Hold, error) {
	return get[record.Hold](t, bHolds, []byte(caller))
}

// Gone returns the callers whose keys are destroyed and whose records are there all the same: a restored copy brings them back.
func (s *Store) Gone() (ids []string, err error) {
	err = s.view("look for erased callers", func(t *txn) error {
		c := t.cursor(bCallers)
		for k, _ := c.First(); k != nil; k, _ = c.Next() {
			gone, err := destroyed(t.keys, string(k))
			if err != nil {
				return err
			}
			if gone {
				ids = append(ids, string(k))
			}
		}
		return nil
	})
	return ids, err
}
