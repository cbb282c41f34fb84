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

// Erase erases a caller with all that belongs to the caller. The key goes first: from then on nothing can be read, whatever
// happens. The job that is returned stands for what is left to be done: recordings, and writing the file anew with [Store.Compact];
// [Store.FinishJob] ends it. A [HeldError] says that a legal hold forbids it. [ErrNotFound]: there is no such caller.
func (s *Store) Erase(caller, reason, by string) (Job, error) {
	job := Job{Kind: JobErase, At: s.now(), Caller: caller, Reason: reason, By: by}
	err := s.update("erase caller", func(t *txn) error {
		if !t.has(bCallers, []byte(caller)) {
			return ErrNotFound
		}
		if h, err := t.hold(caller); err == nil && h.Holds(s.now()) {
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
	if err != nil {
		return job, err
	}
	if err := s.eraseRecords(job); err != nil {
		return job, err
	}
	s.changed(nil, Change{Caller: caller})
	for _, c := range job.Calls {
		s.changed(nil, Change{Call: c})
	}
	return job, nil
}

// eraseRecords destroys the key and removes the records. It may be repeated.
func (s *Store) eraseRecords(job Job) error {
	if err := s.keys.Destroy(job.Caller); err != nil {
		return err
	}
	return s.update("remove records", func(t *txn) error {
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
				job.Calls = append(job.Calls, c.id) // it began in between
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
		if err := t.dropCard(job.Caller); err != nil {
			return err
		}
		if err := put(t, bTombstones, []byte(job.ID), house, stone); err != nil {
			return err
		}
		return put(t, bJobs, []byte(job.ID), house, job)
	})
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

// ResumeJob repeats the part of a job that is the store's, when a power cut may have interrupted it.
func (s *Store) ResumeJob(j Job) error {
	if j.Kind == JobErase {
		return s.eraseRecords(j)
	}
	return nil // its one transaction was complete when it was noted
}

// FinishJob ends a job. The key of a caller whose card went into another one is destroyed with it.
func (s *Store) FinishJob(j Job) error {
	if j.Kind == JobMove {
		_, err := s.Caller(j.Caller)
		if errors.Is(err, ErrNotFound) {
			err = s.keys.Destroy(j.Caller)
		}
		if err != nil {
			return err
		}
	}
	return s.update("finish job", func(t *txn) error {
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

// EraseGone removes the records of callers whose keys are destroyed, which a restored copy may hold, and returns how many there were.
func (s *Store) EraseGone() (n int, err error) {
	var ids []string
	err = s.view("look for erased callers", func(t *txn) error {
		c := t.cursor(bCallers)
		for k, _ := c.First(); k != nil; k, _ = c.Next() {
			if _, err := t.keys.Key(string(k)); errors.Is(err, keyring.ErrGone) {
				ids = append(ids, string(k))
			} else if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	for _, id := range ids {
		job := Job{ID: s.ids.next(s.now()), Kind: JobErase, At: s.now(), Caller: id, Reason: "erased before", By: "restore"}
		if err := s.eraseRecords(job); err != nil {
			return n, err
		}
		if err := s.FinishJob(job); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}
