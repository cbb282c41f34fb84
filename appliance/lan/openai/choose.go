package openai

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"frontdesk.internal/appliance/notify"
)

// Question has one of a closed list chosen.
type Question struct {
	System  string // unchanging text
	Prompt  string // what is particular
	Choices []string
	Grammar string // GBNF that allows the choices alone, for servers that take one
	Most    int    // tokens of the answer
}

// Choice is what was chosen.
type Choice struct {
	Index   int // in the list
	LogProb float64
	Tokens  int // that it was made of
}

// chatRequest is a request for a chat completion. Servers bind the answer to the list each in its own way and ignore those of others:
// llama-server by a grammar, vLLM by structured_outputs, an older one by guided_choice.
type chatRequest struct {
	Model       string    `json:"model"`
	Messages    []message `json:"messages"`
	Temperature float64   `json:"temperature"`
	MaxTokens   int       `json:"max_tokens"`
	LogProbs    bool      `json:"logprobs"`
	Stream      bool      `json:"stream"`

	Grammar      string     `json:"grammar,omitempty"`
	Structured   structured `json:"structured_outputs"`
	GuidedChoice []string   `json:"guided_choice,omitempty"`
	CachePrompt  bool       `json:"cache_prompt"`

	TemplateOptions templateOptions `json:"chat_template_kwargs"`
}

type message struct {
	Role    string `json:"role"`
	Content string `json:"content"`
}

type structured struct {
	Choice []string `json:"choice"`
}

// templateOptions keep a model that thinks aloud from it.
type templateOptions struct {
	Thinking bool `json:"enable_thinking"`
}

// Choose asks. An answer that is none of the list, or that does not say how likely it was, is an error. The error is a *notify.Error.
func (c *Client) Choose(ctx context.Context, q Question) (Choice, error) {
	model, err := c.Model(ctx)
	if err != nil {
		return Choice{}, err
	}
	body, err := json.Marshal(chatRequest{
		Model: model, Messages: []message{{"system", q.System}, {"user", q.Prompt}}, MaxTokens: q.Most, LogProbs: true,
		Grammar: q.Grammar, Structured: structured{q.Choices}, GuidedChoice: q.Choices, CachePrompt: true,
	})
	if err != nil {
		return Choice{}, &notify.Error{Fault: notify.FaultSetting, Err: err}
	}
	answer, err := c.post(ctx, "chat/completions", "application/json", body)
	if err != nil {
		return Choice{}, err
	}
	return readChoice(answer, q.Choices)
}

// tokensMost bounds the tokens of one choice.
const tokensMost = 256

// readChoice reads a chat completion.
func readChoice(body []byte, choices []string) (Choice, error) {
	var r struct {
		Choices []struct {
			Message struct {
				Content *string `json:"content"`
			} `json:"message"`
			LogProbs *struct {
				Content []struct {
					LogProb *float64 `json:"logprob"`
				} `json:"content"`
			} `json:"logprobs"`
		} `json:"choices"`
	}
	if err := json.Unmarshal(body, &r); err != nil {
		return Choice{}, garbage("no completion")
	}
	if len(r.Choices) == 0 || r.Choices[0].Message.Content == nil {
		return Choice{}, garbage("no text in the completion")
	}
	first := r.Choices[0]
	out := Choice{Index: slices.Index(choices, strings.TrimSpace(*first.Message.Content))}
	if out.Index < 0 {
		return Choice{}, garbage("a text that is none of the list")
	}
	if first.LogProbs == nil || len(first.LogProbs.Content) == 0 || len(first.LogProbs.Content) > tokensMost {
		return Choice{}, garbage("no probabilities")
	}
	for _, t := range first.LogProbs.Content {
		if t.LogProb == nil || *t.LogProb > slack {
			return Choice{}, garbage("a probability that is none")
		}
		out.LogProb += min(0, *t.LogProb)
	}
	out.Tokens = len(first.LogProbs.Content)
	return out, nil
}

// slack is by how much a sum of rounded numbers may be over the logarithm of one.
const slack = 1e-3
