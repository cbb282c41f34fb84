//go:build native

package dialogue_test

import (
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"frontdesk.internal/appliance/dialogue"
	"frontdesk.internal/models/engines"
	"frontdesk.internal/models/llama"
)

// TestModelChoices asks the default language model about every turn that the rules cannot read. What it is sure of must nearly
// always be right: that is acted on. What it is not sure of is asked back.
func TestModelChoices(t *testing.T) {
	path := filepath.Join(os.Getenv("FRONTDESK_WEIGHTS"), "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf")
	if _, err := os.Stat(path); err != nil || os.Getenv("FRONTDESK_WEIGHTS") == "" {
		if os.Getenv("CI") == "true" {
			t.Fatalf("%s is missing: set FRONTDESK_WEIGHTS to the folder that holds it", filepath.Base(path))
		}
		t.Skipf("%s is missing: set FRONTDESK_WEIGHTS to the folder that holds it", filepath.Base(path))
	}
	m, err := llama.New(llama.Options{Model: path})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := m.Close(); err != nil {
			t.Error(err)
		}
	}()
	cases := modelCases(t)
	asked, right, sure, sureWrong := 0, 0, 0, 0
	for _, c := range cases {
		ask, ok := askFor(t, c)
		if !ok {
			continue // sure without it
		}
		asked++
		got, err := m.Complete(t.Context(), engines.CompleteRequest{
			Prefix: dialogue.Prefix(sample(t, c.profile)), Prompt: ask.Prompt, Grammar: dialogue.Grammar(ask.Choices), MaxTokens: ask.Max,
		})
		if err != nil {
			t.Fatal(err)
		}
		sum := 0.0
		for _, tok := range got.Tokens {
			sum += tok.LogProb
		}
		p, label := math.Exp(sum), strings.TrimSpace(got.Text)
		good := slices.Contains(c.labels, label)
		if good {
			right++
		}
		if p >= dialogue.ModelSure {
			sure++
			if !good {
				sureWrong++
			}
		}
		t.Logf("%-5v %.2f %-12s want %-20s %s: %s (prefill %v, decode %v, %d tokens computed)", good, p, label, strings.Join(c.labels, "|"),
			c.profile, c.text, got.Prefill.Round(1e6), got.Decode.Round(1e6), got.Prefilled)
	}
	t.Logf("%d of %d right; sure %d times, then wrong %d times", right, asked, sure, sureWrong)
	// What the words alone are sure of is not asked: what is left is the harder part, of which the model gets somewhat more than half.
	if right*2 < asked {
		t.Errorf("only %d of %d right", right, asked)
	}
	if sureWrong*5 > sure {
		t.Errorf("acted on %d wrong choices of %d", sureWrong, sure)
	}
}
