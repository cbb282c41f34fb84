//go:build native

package llama

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"sync/atomic"
	"time"

	"frontdesk.internal/models/engines"
)

// job is one request on its way. It is made by the goroutine that asks and belongs to the owner once it is in the queue.
type job struct {
	cancelled atomic.Bool
	result    chan outcome // holds one, so that the owner never waits
	queued    time.Time

	run     func(*scheduler) (engines.Completion, error) // set for work that needs the context to itself
	warm    bool                                         // only the prefix is wanted
	prefix  []int32
	own     []int32 // the rest of the prompt
	max     int     // tokens of the answer
	stop    []string
	scores  [][]int32 // the closed list, in tokens
	grammar *grammar  // nil for free text

	slot     *prefix // nil until admitted
	seq      int
	attached bool    // the prefix is shared into seq
	pending  []int32 // tokens still to be computed
	past     int     // tokens of seq that are computed
	answered bool    // the first token was picked
	missing  int     // prefix tokens that were not there at admission

	branches []fork    // of scores, still to be computed
	sums     []float64 // log probabilities of scores so far

	admitted, began time.Time
	text            []byte
	out             engines.Completion
}

// outcome is what a job ends with.
type outcome struct {
	completion engines.Completion
	err        error
}

// newWarm makes the job that computes a prefix.
func (m *Model) newWarm(prefix string) (*job, error) {
	tokens, err := m.prefixTokens(prefix)
	if err != nil {
		return nil, err
	}
	if len(tokens) >= m.context {
		return nil, fmt.Errorf("%w: %d tokens, it has room for %d", ErrTooLong, len(tokens), m.context)
	}
	return &job{result: make(chan outcome, 1), warm: true, prefix: tokens}, nil
}

// prefixTokens are all tokens ahead of the user's text.
func (m *Model) prefixTokens(system string) ([]int32, error) {
	l := m.layouts[0]
	if system != "" {
		l = m.layouts[1]
	}
	_, first := m.native.beginning()
	head, err := m.native.tokenize(l.head, true, first)
	if err != nil {
		return nil, err
	}
	text, err := m.native.tokenize(system, false, false)
	if err != nil {
		return nil, err
	}
	middle, err := m.native.tokenize(l.middle, true, false)
	if err != nil {
		return nil, err
	}
	return append(append(head, text...), middle...), nil
}

// newComplete makes the job that answers a request.
func (m *Model) newComplete(r engines.CompleteRequest) (*job, error) {
	j := &job{result: make(chan outcome, 1), stop: r.Stop, max: r.MaxTokens}
	if j.max <= 0 {
		j.max = 0
		if len(r.Scores) == 0 {
			j.max = defaultTokens
		}
	}
	var err error
	if j.prefix, err = m.prefixTokens(r.Prefix); err != nil {
		return nil, err
	}
	l := m.layouts[0]
	if r.Prefix != "" {
		l = m.layouts[1]
	}
	for _, part := range []struct {
		text    string
		control bool
	}{{r.Prompt, false}, {l.tail, true}, {r.Begin, false}} {
		tokens, err := m.native.tokenize(part.text, part.control, false)
		if err != nil {
			return nil, err
		}
		j.own = append(j.own, tokens...)
	}
	for _, s := range r.Scores {
		tokens, err := m.native.tokenize(s, false, false)
		if err != nil {
			return nil, err
		}
		j.scores = append(j.scores, tokens)
	}
	if len(j.own) == 0 {
		return nil, errors.New("the prompt is empty")
	}
	if need := len(j.prefix) + j.cells(); need > m.context {
		return nil, fmt.Errorf("%w: prefix %d, prompt %d, answer %d tokens, it has room for %d",
			ErrTooLong, len(j.prefix), len(j.own), j.cells()-len(j.own), m.context)
	}
	if r.Grammar != "" && j.max > 0 {
		if j.grammar, err = m.native.newGrammar(r.Grammar); err != nil {
			return nil, err
		}
	}
	return j, nil
}

// cells is the room that the job needs in the KV cache beside its prefix.
func (j *job) cells() int {
	n := len(j.own) + j.max
	for _, f := range forks(j.scores) {
		n += len(f.path)
	}
	return n
}

// start begins with the prompt once the prefix is there. What the grammar fixes about the start of the answer is part of
// the prompt.
func (j *job) start(n *native) (done bool, err error) {
	j.attached = true
	j.past = len(j.prefix)
	j.pending = j.own
	if j.grammar == nil || len(j.scores) > 0 {
		return false, nil // the scores are wanted at the start of the answer
	}
	return j.force(n)
}

// take moves on by a picked token. done says that the answer is complete.
func (j *job) take(n *native, c choice) (done bool, err error) {
	if n.isEnd(c.token) {
		return true, nil
	}
	piece := n.piece(c.token)
	if j.grammar != nil {
		if err := j.grammar.accept(c.token); err != nil {
			return false, err
		}
	}
	j.pending = append(j.pending[:0:0], c.token)
	if j.append(piece, c.logProb, c.margin) {
		return true, nil
	}
	if j.grammar == nil {
		return false, nil
	}
	return j.force(n)
}

// append adds one token to the answer and reports whether that ends it.
func (j *job) append(piece []byte, logProb, margin float64) bool {
	before := len(j.text)
	j.text = append(j.text, piece...)
	j.out.Tokens = append(j.out.Tokens, engines.Token{Text: valid(piece), LogProb: logProb, Margin: margin})
	if at, found := cutAtStop(j.text, before, j.stop); found {
		j.text = j.text[:at]
		return true
	}
	if len(j.out.Tokens) >= j.max {
		j.out.Truncated = true
		return true
	}
	return false
}

// force adds the text that the grammar leaves no choice about. When more can follow, the last of its tokens is left
// to the model, because a token may well reach beyond what is fixed, and the others are computed with the next batch.
func (j *job) force(n *native) (done bool, err error) {
	text, complete := n.forced(j.grammar)
	if len(text) == 0 {
		return complete, nil
	}
	tokens, err := n.tokenize(string(text), false, false)
	if err != nil {
		return false, err
	}
	if !complete {
		tokens = tokens[:len(tokens)-1]
	}
	for _, t := range tokens {
		if !complete {
			if err := j.grammar.accept(t); err != nil {
				return false, err
			}
			j.pending = append(j.pending[:len(j.pending):len(j.pending)], t)
		}
		if j.append(n.piece(t), 0, math.Inf(1)) {
			return true, nil
		}
	}
	return complete, nil
}

// finished closes the account of the job and returns its completion.
func (j *job) finished() engines.Completion {
	j.out.Text = valid(j.text)
	j.out.Prefilled = j.missing + len(j.own)
	j.out.Waited = j.admitted.Sub(j.queued)
	now := time.Now()
	if j.began.IsZero() {
		j.began = now
	}
	j.out.Prefill = j.began.Sub(j.admitted)
	j.out.Decode = now.Sub(j.began)
	return j.out
}

// errCancelled ends a job that no one waits for any more; the one who asked has long got the cause.
var errCancelled = context.Canceled

func trimPrefix(s, prefix string) string {
	if prefix == "" {
		return s
	}
	return strings.TrimPrefix(s, prefix)
}
