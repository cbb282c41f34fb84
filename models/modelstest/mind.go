package modelstest

import (
	"context"
	"strings"
	"sync"

	"frontdesk.internal/models/engines"
)

// Mind answers by script. It implements [engines.Mind] and, as a backend, [engines.LanguageModel].
type Mind struct {
	Faults
	// Func gives the answers; it may be called several times at once. When it is nil, the Answers come in order, the last again
	// and again, and with none of them the answer is empty.
	Func    func(ctx context.Context, r engines.CompleteRequest) (engines.Completion, error)
	Answers []string

	reqMu    sync.Mutex
	requests []engines.CompleteRequest
	warmed   []string
	closed   bool
}

// Warm implements [engines.Mind]. A prefix that begins with "!" is obeyed.
func (m *Mind) Warm(ctx context.Context, prefix string) error {
	m.reqMu.Lock()
	m.warmed = append(m.warmed, prefix)
	m.reqMu.Unlock()
	if err := Obey(ctx, prefix); err != nil {
		return err
	}
	return m.pass(ctx)
}

// Complete implements [engines.Mind]. A prompt that begins with "!" is obeyed.
func (m *Mind) Complete(ctx context.Context, r engines.CompleteRequest) (engines.Completion, error) {
	m.reqMu.Lock()
	n := len(m.requests)
	m.requests = append(m.requests, r)
	m.reqMu.Unlock()
	if err := Obey(ctx, r.Prompt); err != nil {
		return engines.Completion{}, err
	}
	if err := m.pass(ctx); err != nil {
		return engines.Completion{}, err
	}
	if m.Func != nil {
		return m.Func(ctx, r)
	}
	if len(m.Answers) == 0 {
		return engines.Completion{}, nil
	}
	return Answer(m.Answers[min(n, len(m.Answers)-1)]), nil
}

// Answer returns text as a completion that the model is sure of, a token for each word.
func Answer(text string) engines.Completion {
	c := engines.Completion{Text: text}
	for w := range strings.FieldsSeq(text) {
		c.Tokens = append(c.Tokens, engines.Token{Text: w, LogProb: -0.01, Margin: 5})
	}
	return c
}

// Requests returns what was asked so far.
func (m *Mind) Requests() []engines.CompleteRequest {
	m.reqMu.Lock()
	defer m.reqMu.Unlock()
	return append([]engines.CompleteRequest(nil), m.requests...)
}

// Warmed returns the prefixes that were warmed so far.
func (m *Mind) Warmed() []string {
	m.reqMu.Lock()
	defer m.reqMu.Unlock()
	return append([]string(nil), m.warmed...)
}

// Close implements [engines.LanguageModel].
func (m *Mind) Close() error {
	m.reqMu.Lock()
	defer m.reqMu.Unlock()
	m.closed = true
	return nil
}

// Closed says whether Close was called.
func (m *Mind) Closed() bool {
	m.reqMu.Lock()
	defer m.reqMu.Unlock()
	return m.closed
}

var (
	_ engines.Mind          = (*Mind)(nil)
	_ engines.LanguageModel = (*Mind)(nil)
)
