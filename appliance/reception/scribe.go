package reception

import (
	"log/slog"
	"sync"

	"frontdesk.internal/appliance/record"
)

// scribe writes the records of one call in order, in its own goroutine, so that no turn waits for a disk.
type scribe struct {
	records Records
	logger  *slog.Logger
	jobs    chan func() error
	wg      sync.WaitGroup

	keep  keeping       // of what is said
	turns []record.Turn // that were written, by their index
}

// keeping is what is kept of what is said on a call, besides messages. The turn loop alone sets it.
type keeping int

// What is kept.
const (
	words   keeping = iota // all of it
	noWords                // what was decided and how long it took: the caller does not want to be recorded
	nothing                // not even that: nothing new is kept of the caller
)

// scribeQueue is far more than a call can write while a disk hesitates; beyond it the turn loop waits.
const scribeQueue = 128

func newScribe(r Records, l *slog.Logger) *scribe {
	s := &scribe{records: r, logger: l, jobs: make(chan func() error, scribeQueue)}
	s.wg.Go(func() {
		for job := range s.jobs {
			if err := job(); err != nil {
				s.logger.Error("write record", "err", err)
			}
		}
	})
	return s
}

func (s *scribe) do(job func() error) { s.jobs <- job }

func (s *scribe) turn(callID string, t record.Turn) {
	switch s.keep {
	case words:
	case noWords:
		t.Heard, t.Said = "", "" // we say again what the caller has said
	case nothing:
		return
	}
	for len(s.turns) <= t.Index {
		s.turns = append(s.turns, record.Turn{Index: len(s.turns)})
	}
	s.turns[t.Index] = t
	s.do(func() error { return s.records.AddTurn(callID, t) })
}

// forgetWords writes no words from now on, and takes out those that were written.
func (s *scribe) forgetWords(callID string) {
	if s.keep != words {
		return
	}
	s.keep = noWords
	for _, t := range s.turns {
		if t.Heard != "" || t.Said != "" {
			s.turn(callID, t)
		}
	}
}

func (s *scribe) end(c record.Call) {
	s.do(func() error { return s.records.EndCall(c) })
}

// close waits until everything is written.
func (s *scribe) close() {
	close(s.jobs)
	s.wg.Wait()
}
