//go:build native

package llama

import (
	"context"
	"fmt"
	"time"

	"frontdesk.internal/models/engines"
)

// What Speed computes.
const (
	speedPrompt = 128
	speedAnswer = 16
)

// Speed measures how many tokens a second this machine computes of a prompt (128 tokens at once) and of an answer
// (one by one), bare: without grammar, scores or other requests, which wait meanwhile. It takes some seconds.
func (m *Model) Speed(ctx context.Context) (prefillTokS, decodeTokS float64, err error) {
	_, err = m.do(ctx, func() (*job, error) {
		j := &job{result: make(chan outcome, 1)}
		j.run = func(s *scheduler) (engines.Completion, error) {
			var err error
			prefillTokS, decodeTokS, err = s.speed(j)
			return engines.Completion{}, err
		}
		return j, nil
	})
	if err != nil {
		return 0, 0, fmt.Errorf("measure speed: %w", err)
	}
	return prefillTokS, decodeTokS, nil
}

// speed is the owner's side of Speed.
func (s *scheduler) speed(j *job) (prefill, decode float64, err error) {
	for s.reserved()+speedPrompt+speedAnswer > s.model.context {
		if !s.evictOldest(nil) {
			return 0, 0, ErrTooLong
		}
	}
	text, err := s.native.tokenize("The office is open from nine to five. ", false, false)
	if err != nil {
		return 0, 0, err
	}
	var prompt []int32
	for len(prompt) < speedPrompt {
		prompt = append(prompt, text...)
	}
	seq := s.scratch[0]
	defer s.native.forget(seq, 0)
	run := func(tokens []int32, pos int) (time.Duration, error) {
		s.batch.reset()
		s.batch.add(tokens, pos, seq, true)
		start := time.Now()
		if code := s.decode([]*job{j}); code != decodeOK {
			return 0, fmt.Errorf("llama.cpp gave code %d", code)
		}
		return time.Since(start), nil
	}
	if _, err := run(prompt[:1], 0); err != nil { // brings weights and buffers in
		return 0, 0, err
	}
	s.native.forget(seq, 0)
	took, err := run(prompt[:speedPrompt], 0)
	if err != nil {
		return 0, 0, err
	}
	total := time.Duration(0)
	for i := range speedAnswer {
		d, err := run(prompt[:1], speedPrompt+i)
		if err != nil {
			return 0, 0, err
		}
		total += d
	}
	return speedPrompt / took.Seconds(), speedAnswer / total.Seconds(), nil
}
