//go:build native

package llama

import (
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"frontdesk.internal/models/engines"
)

const (
	// keptPrefixes is the number of prefixes kept in the KV cache.
	keptPrefixes = 4
	// scratchSequences are for the branches of Scores, and for Speed.
	scratchSequences = 8
	// batchTokens bounds one step, which is also what a step can take when there is nothing but one prompt.
	batchTokens = 256
	// sharedTokens bounds a step in which several requests take part: the others wait that long for their next token,
	// and so does one that was cancelled.
	sharedTokens = 64
	// batchOutputs bounds the tokens of a step whose logits are wanted.
	batchOutputs = 32
)

// scheduler is the owner of the native context: everything in it belongs to the goroutine in run.
type scheduler struct {
	model    *Model
	native   *native
	logger   *slog.Logger
	states   *savedStates
	parallel int

	prefixes []*prefix
	free     []int // sequences for jobs
	scratch  []int // sequences for branches
	waiting  []*job
	active   []*job
	clock    uint64 // counts uses of prefixes
	batch    batch
}

func newScheduler(m *Model, parallel int, states *savedStates) *scheduler {
	s := &scheduler{model: m, native: m.native, logger: m.logger, parallel: parallel, states: states}
	seq := 0
	for range keptPrefixes {
		s.prefixes = append(s.prefixes, &prefix{seq: seq})
		seq++
	}
	for range parallel {
		s.free = append(s.free, seq)
		seq++
	}
	for range scratchSequences {
		s.scratch = append(s.scratch, seq)
		seq++
	}
	return s
}

// run serves the queue until the model is closed.
func (s *scheduler) run() {
	for s.receive() {
		s.reap()
		s.admit()
		s.step()
	}
	for len(s.active) > 0 {
		s.finish(s.active[0], engines.ErrUnavailable)
	}
	for _, j := range s.waiting {
		s.refuse(j, engines.ErrUnavailable)
	}
	for {
		select {
		case j := <-s.model.queue:
			s.refuse(j, engines.ErrUnavailable)
		default:
			s.states.writing.Wait()
			s.native.close()
			return
		}
	}
}

// receive takes jobs from the queue, as many as can be worked on, and waits for one when there is nothing to do. It
// reports false when the model is closed.
func (s *scheduler) receive() bool {
	if len(s.active)+len(s.waiting) == 0 {
		select {
		case j := <-s.model.queue:
			s.waiting = append(s.waiting, j)
		case <-s.model.closing:
			return false
		}
	}
	for len(s.active)+len(s.waiting) < s.parallel {
		select {
		case j := <-s.model.queue:
			s.waiting = append(s.waiting, j)
			continue
		default:
		}
		break
	}
	select {
	case <-s.model.closing:
		return false
	default:
		return true
	}
}

// reap ends the jobs that no one waits for any more.
func (s *scheduler) reap() {
	for _, j := range slices.Clone(s.active) {
		if j.cancelled.Load() {
			s.finish(j, errCancelled)
		}
	}
}

// admit makes waiting jobs active, in their order, while there is room.
func (s *scheduler) admit() {
	for len(s.waiting) > 0 {
		j := s.waiting[0]
		if j.cancelled.Load() {
			s.refuse(j, errCancelled)
		} else if !s.admitOne(j) {
			return
		}
		s.waiting = s.waiting[1:]
	}
}

// admitOne makes one job active, or reports that it must wait.
func (s *scheduler) admitOne(j *job) bool {
	if j.run != nil {
		if len(s.active) > 0 {
			return false
		}
		j.admitted = time.Now()
		completion, err := j.run(s)
		j.result <- outcome{completion: completion, err: err}
		return true
	}
	if len(s.free) == 0 {
		return false
	}
	p := s.findPrefix(j.prefix)
	if p == nil {
		return false
	}
	for s.reserved()+j.cells() > s.model.context {
		if !s.evictOldest(p) {
			if p.users == 0 && p.done == 0 {
				s.evict(p) // hand the slot back while the job waits
			}
			return false
		}
	}
	s.clock++
	p.users, p.used = p.users+1, s.clock
	j.slot, j.admitted = p, time.Now()
	j.missing = len(p.tokens) - p.done
	j.seq, s.free = s.free[0], s.free[1:]
	s.active = append(s.active, j)
	return true
}

// reserved is the room of the KV cache that is spoken for.
func (s *scheduler) reserved() int {
	n := 0
	for _, p := range s.prefixes {
		n += len(p.tokens)
	}
	for _, j := range s.active {
		n += j.cells()
	}
	return n
}

// finish takes an active job out and sends its result.
func (s *scheduler) finish(j *job, err error) {
	s.active = slices.DeleteFunc(s.active, func(o *job) bool { return o == j })
	if j.attached {
		s.native.forget(j.seq, 0)
	}
	s.free = append(s.free, j.seq)
	j.slot.users--
	s.refuse(j, err)
}

// refuse sends the result of a job that is not active, and frees what it holds.
func (s *scheduler) refuse(j *job, err error) {
	j.grammar.free()
	j.grammar = nil
	if err != nil {
		j.result <- outcome{err: err}
		return
	}
	j.result <- outcome{completion: j.finished()}
}

// attach gives the jobs whose prefix is complete their share of it.
func (s *scheduler) attach() {
	for _, j := range slices.Clone(s.active) {
		if j.attached {
			continue
		}
		s.tryRestore(j.slot)
		if !j.slot.complete() {
			continue
		}
		if j.slot.restored && j.missing > 0 {
			j.missing = 0
		}
		if j.warm {
			s.finish(j, nil)
			continue
		}
		s.native.share(j.slot.seq, j.seq, len(j.prefix))
		if done, err := j.start(s.native); done || err != nil {
			s.finish(j, err)
		}
	}
}

// part is what one job or prefix has in a batch.
type part struct {
	job    *job    // nil for a prefix
	prefix *prefix // nil for a job
	tokens int
	row    int // of the last token
	last   bool
}

// step computes one batch.
func (s *scheduler) step() {
	s.attach()
	parts := s.fill()
	if len(parts) == 0 {
		return
	}
	switch code := s.decode(s.wanted(parts)); code {
	case decodeOK:
		s.advance(parts)
	case decodeAborted:
		s.rollBack(parts)
	case decodeNoSlot:
		s.makeRoom()
	default:
		s.fail(fmt.Errorf("llama.cpp failed to compute with code %d", code))
	}
}

// fill puts the batch together: single tokens of running answers first, then pieces of prompts in the order of arrival.
func (s *scheduler) fill() []part {
	s.batch.reset()
	var parts []part
	room := batchTokens
	if len(s.active) > 1 {
		room = sharedTokens
	}
	for _, j := range s.active {
		if j.attached && j.answered && room > 0 {
			parts = append(parts, s.fillJob(j, &room))
		}
	}
	var filled []*prefix
	for _, j := range s.active {
		switch {
		case room == 0:
		case j.attached && !j.answered:
			parts = append(parts, s.fillJob(j, &room))
		case !j.attached && !slices.Contains(filled, j.slot):
			filled = append(filled, j.slot)
			p := j.slot
			n := min(room, len(p.tokens)-p.done)
			row := s.batch.add(p.tokens[p.done:p.done+n], p.done, p.seq, false)
			parts = append(parts, part{prefix: p, tokens: n, row: row})
			room -= n
		}
	}
	return parts
}

// fillJob adds what is pending of a job, as far as there is room.
func (s *scheduler) fillJob(j *job, room *int) part {
	n := min(*room, len(j.pending))
	last := n == len(j.pending)
	row := s.batch.add(j.pending[:n], j.past, j.seq, last)
	*room -= n
	return part{job: j, tokens: n, row: row, last: last}
}

// wanted lists the jobs that wait for a part of the batch.
func (s *scheduler) wanted(parts []part) []*job {
	var out []*job
	for _, j := range s.active {
		if slices.ContainsFunc(parts, func(p part) bool { return p.job == j || p.prefix == j.slot && !j.attached }) {
			out = append(out, j)
		}
	}
	return out
}

// decode computes the batch, unless and until no one of jobs wants it any more.
func (s *scheduler) decode(jobs []*job) int {
	if !s.model.running.begin(jobs) {
		return decodeAborted
	}
	defer s.model.running.end()
	return s.native.decode(&s.batch)
}

// advance takes the results of a batch. All rows are read before another batch overwrites them.
func (s *scheduler) advance(parts []part) {
	type picked struct {
		job    *job
		choice choice
	}
	var picks []picked
	for _, p := range parts {
		if p.prefix != nil {
			p.prefix.done += p.tokens
			if p.prefix.complete() {
				s.save(p.prefix)
			}
			continue
		}
		j := p.job
		j.past += p.tokens
		j.pending = j.pending[p.tokens:]
		if !p.last {
			continue
		}
		c, err := s.read(j, p.row)
		if err != nil {
			s.finish(j, err)
			continue
		}
		picks = append(picks, picked{j, c})
	}
	for _, p := range picks {
		j := p.job
		done, err := j.max == 0, error(nil)
		if len(j.scores) > 0 && j.out.Scores == nil {
			err = s.score(j)
		}
		if err == nil && !done {
			done, err = j.take(s.native, p.choice)
		}
		if done || err != nil {
			s.finish(j, err)
		}
	}
}

// read picks the next token of a job, and at the start of its answer reads what Scores need of the same logits.
func (s *scheduler) read(j *job, row int) (choice, error) {
	if !j.answered {
		j.answered = true
		j.began = time.Now()
		if len(j.scores) > 0 {
			if err := s.scoreStart(j, row); err != nil {
				return choice{}, err
			}
		}
	}
	if j.max == 0 {
		return choice{}, nil
	}
	return s.native.pick(row, j.grammar)
}

// rollBack forgets what a batch that was broken off has left.
func (s *scheduler) rollBack(parts []part) {
	for _, p := range parts {
		if p.prefix != nil {
			s.native.forget(p.prefix.seq, p.prefix.done)
		} else {
			s.native.forget(p.job.seq, p.job.past)
		}
	}
}

// makeRoom frees cells after llama.cpp found none, although they are counted: the newest job is given up when no prefix
// can be.
func (s *scheduler) makeRoom() {
	if s.evictOldest(nil) {
		return
	}
	s.finish(s.active[len(s.active)-1], fmt.Errorf("no room in the model's memory: %w", engines.ErrBusy))
}

// fail ends all active jobs after an error that leaves the context in doubt, and empties it.
func (s *scheduler) fail(err error) {
	s.logger.Error("the language model failed", "err", err)
	for len(s.active) > 0 {
		s.finish(s.active[0], errors.Join(err, engines.ErrUnavailable))
	}
	s.native.clear()
	for _, p := range s.prefixes {
		*p = prefix{seq: p.seq}
	}
}
