package appliance

import (
	"context"
	"math"
	"slices"
	"strings"
	"time"

	"frontdesk.internal/appliance/dialogue"
	"frontdesk.internal/appliance/tryout"
	"frontdesk.internal/models/engines"
)

// tryTimeout is how long the owner waits for the language model; it has to read a draft's text first, which a call finds read.
const tryTimeout = 8 * time.Second

// tryMind is the language model for questions that the owner tries. Callers come first: while one is on the line it is not asked.
type tryMind struct {
	engines.Mind
	*meanings
	calls func() int // going on
}

var (
	_ tryout.Mind   = tryMind{}
	_ tryout.Reader = tryMind{}
)

// Choose implements tryout.Mind.
func (m tryMind) Choose(ctx context.Context, system string, a dialogue.Ask) (int, float64, error) {
	if m.calls() > 0 {
		return -1, 0, tryout.ErrNoMind
	}
	ctx, cancel := context.WithTimeout(ctx, tryTimeout)
	defer cancel()
	got, err := m.Complete(ctx, engines.CompleteRequest{
		Call: "try", Prefix: system, Prompt: a.Prompt, Grammar: dialogue.Grammar(a.Choices), MaxTokens: a.Max,
	})
	if err != nil {
		return -1, 0, err
	}
	sum := 0.0
	for _, t := range got.Tokens {
		sum += t.LogProb
	}
	return slices.Index(a.Choices, strings.TrimSpace(got.Text)), math.Exp(sum), nil
}
