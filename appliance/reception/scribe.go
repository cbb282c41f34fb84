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
}

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
	s.do(func() error { return s.records.AddTurn(callID, t) })
}

func (s *scribe) end(c record.Call) {
	s.do(func() error { return s.records.EndCall(c) })
}

// close waits until everything is written.
func (s *scribe) close() {
	close(s.jobs)
	s.wg.Wait()
}
