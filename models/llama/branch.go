//go:build native

package llama

import (
	"errors"
	"fmt"

	"frontdesk.internal/models/engines"
)

// scoreStart reads the probabilities of the list's first tokens, when its texts part there, from the logits of row.
func (s *scheduler) scoreStart(j *job, row int) error {
	sums := make([]float64, len(j.scores))
	all := forks(j.scores)
	if len(all) > 0 && len(all[0].path) == 0 {
		if err := s.scoreFork(&all[0], row, sums); err != nil {
			return err
		}
		all = all[1:]
	}
	j.branches, j.sums = all, sums
	return nil
}

// scoreFork adds what row says about the ways from a fork.
func (s *scheduler) scoreFork(f *fork, row int, sums []float64) error {
	probs, end, err := s.native.logProbs(row, f.next)
	if err != nil {
		return err
	}
	f.apply(sums, probs, end)
	return nil
}

// score computes the forks further on, each in a sequence that shares the prompt, and sets the result.
func (s *scheduler) score(j *job) error {
	for len(j.branches) > 0 {
		n, err := s.scoreSome(j)
		if err != nil {
			return err
		}
		j.branches = j.branches[n:]
	}
	j.out.Scores = normalise(j.sums)
	return nil
}

// scoreSome computes as many forks as one batch takes and returns their number.
func (s *scheduler) scoreSome(j *job) (int, error) {
	s.batch.reset()
	var rows []int
	for i, f := range j.branches {
		if i == len(s.scratch) || s.batch.len()+len(f.path) > batchTokens {
			break
		}
		s.native.share(j.seq, s.scratch[i], j.past)
		rows = append(rows, s.batch.add(f.path, j.past, s.scratch[i], true))
	}
	defer func() {
		for i := range rows {
			s.native.forget(s.scratch[i], 0)
		}
	}()
	if len(rows) == 0 {
		return 0, fmt.Errorf("score texts: one of them has more than %d tokens", batchTokens)
	}
	switch code := s.decode([]*job{j}); code {
	case decodeOK:
	case decodeAborted:
		return 0, errCancelled
	default:
		return 0, errors.Join(fmt.Errorf("score texts: llama.cpp failed with code %d", code), engines.ErrUnavailable)
	}
	for i, row := range rows {
		if err := s.scoreFork(&j.branches[i], row, j.sums); err != nil {
			return 0, err
		}
	}
	return len(rows), nil
}
