package lan

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"frontdesk.internal/appliance/lan/openai"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/models/engines"
)

var _ engines.Mind = (*Hosts)(nil)

// Warm implements engines.Mind. Only the box's own engine has something to keep.
func (h *Hosts) Warm(ctx context.Context, prefix string) error { return h.o.Own.Warm(ctx, prefix) }

// answer is what one side says.
type answer struct {
	c   engines.Completion
	err error
}

// Complete implements engines.Mind. A computer is asked only for one of a closed list, beside the box's own engine; all else is for that
// alone.
func (h *Hosts) Complete(ctx context.Context, r engines.CompleteRequest) (engines.Completion, error) {
	q, ok := closed(r)
	if !ok {
		return h.o.Own.Complete(ctx, r)
	}
	x, done := h.take(record.EngineText)
	if x == nil {
		return h.o.Own.Complete(ctx, r)
	}
	race, end := context.WithCancel(ctx)
	defer end()
	own, far := make(chan answer, 1), make(chan answer, 1)
	h.asking.Go(func() {
		c, err := h.o.Own.Complete(race, r)
		own <- answer{c, err}
	})
	h.asking.Go(func() {
		defer done()
		c, err := x.choose(race, q)
		far <- answer{c, err}
	})
	var ours, theirs *answer
	for ours == nil || theirs == nil {
		select {
		case a := <-own:
			ours = &a
			if a.err == nil {
				if theirs == nil && ctx.Err() == nil {
					x.second()
				}
				return a.c, nil
			}
		case a := <-far:
			theirs = &a
			if a.err == nil {
				x.first()
				return a.c, nil
			}
			if ctx.Err() == nil {
				x.failed(a.err)
			}
		}
	}
	return ours.c, ours.err
}

// choose asks the computer.
func (x *host) choose(ctx context.Context, q openai.Question) (engines.Completion, error) {
	c, err := x.client.Choose(ctx, q)
	if err != nil {
		return engines.Completion{}, err
	}
	text := q.Choices[c.Index]
	return engines.Completion{Text: text, Tokens: []engines.Token{{Text: text, LogProb: c.LogProb}}}, nil
}

// closed is a request for one of a closed list as a question; ok is false when it is another one.
func closed(r engines.CompleteRequest) (q openai.Question, ok bool) {
	if r.Begin != "" || len(r.Scores) > 0 || len(r.Stop) > 0 {
		return q, false
	}
	choices, err := alternatives(r.Grammar)
	if err != nil {
		return q, false
	}
	return openai.Question{System: r.Prefix, Prompt: r.Prompt, Choices: choices, Grammar: r.Grammar, Most: max(1, r.MaxTokens)}, true
}

var errOpen = errors.New("no closed list")

// alternatives are the texts that a grammar allows which is nothing but a list of them: root ::= "one" | "other".
func alternatives(grammar string) (out []string, err error) {
	rest, ok := strings.CutPrefix(grammar, "root ::= ")
	for ok {
		quoted, err := strconv.QuotedPrefix(rest)
		if err != nil || quoted[0] != '"' {
			return nil, errOpen
		}
		text, err := strconv.Unquote(quoted)
		if err != nil || strings.TrimSpace(text) != text || text == "" {
			return nil, errOpen
		}
		out = append(out, text)
		if rest = rest[len(quoted):]; rest == "" {
			return out, nil
		}
		rest, ok = strings.CutPrefix(rest, " | ")
	}
	return nil, errOpen
}
