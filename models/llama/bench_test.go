//go:build native

package llama_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"frontdesk.internal/models/engines"
	"frontdesk.internal/models/llama"
)

// intents and examples make a prefix of about 400 tokens, like that of the dialogue.
var intents = []string{
	"opening_hours", "address", "price", "services", "book", "cancel", "reschedule", "message", "person", "goodbye", "repeat", "other",
}

const business = "You sort what callers of Lakeside Dental say. The office is at twelve Market Street, next to the old railway station. " +
	"It is open from nine to five on weekdays and from ten to one on Saturday, and closed on Sunday and on public holidays. " +
	"Doctor Miller does cleanings, fillings, crowns and root canals; Doctor Chen does braces and treats children. " +
	"A cleaning costs ninety dollars, a filling from one hundred and fifty, a crown from nine hundred. Insurance is taken. " +
	"Answer with one word of this list: opening_hours when the caller asks when the office is open; address for where it is or how to " +
	"get there; " +
	"price for what something costs; services for what is offered; book for a new appointment; cancel for giving one up; " +
	"reschedule for moving one; message for leaving a note; person for talking to someone; goodbye for the end of the call; " +
	"repeat when the caller did not understand; other for everything else. Never answer with anything that is not on the list. " +
	"Example: Caller: are you there on Saturday afternoon. Answer: opening_hours. Example: Caller: my tooth has hurt since this morning, " +
	"can somebody look at it. Answer: book. Example: Caller: how do I find you, I come by train. Answer: address."

const utterance = "Caller: hi there, I was wondering if you could tell me how much it would cost me to have my teeth cleaned, " +
	"I have no insurance at the moment. Answer:"

func choose() engines.CompleteRequest {
	return engines.CompleteRequest{
		Prefix: business, Prompt: utterance, MaxTokens: 12, Grammar: `root ::= "` + strings.Join(intents, `" | "`) + `"`,
	}
}

func openWhole(b *testing.B, dir string) *llama.Model {
	b.Helper()
	return open(b, llama.Options{Model: weights(b, whole), Threads: 2, StateDir: dir})
}

// BenchmarkLoad opens the model, with its file in the page cache.
func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		m, err := llama.New(llama.Options{Model: weights(b, whole), Threads: 2})
		if err != nil {
			b.Fatal(err)
		}
		if err := m.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkWarm computes a prefix, fetches it from a file, or finds it in the cache.
func BenchmarkWarm(b *testing.B) {
	dir := b.TempDir()
	b.Run("computed", func(b *testing.B) {
		m := openWhole(b, dir)
		n := 0
		for b.Loop() {
			n++
			if err := m.Warm(b.Context(), business+strings.Repeat(" ", n)); err != nil {
				b.Fatal(err)
			}
		}
		if err := m.Warm(b.Context(), business); err != nil {
			b.Fatal(err)
		}
	})
	b.Run("restored", func(b *testing.B) {
		took := time.Duration(0)
		for b.Loop() {
			m, err := llama.New(llama.Options{Model: weights(b, whole), Threads: 2, StateDir: dir})
			if err != nil {
				b.Fatal(err)
			}
			start := time.Now()
			if err := m.Warm(b.Context(), business); err != nil {
				b.Fatal(err)
			}
			took += time.Since(start)
			if err := m.Close(); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(took.Microseconds())/1000/float64(b.N), "warm-ms")
	})
	b.Run("cached", func(b *testing.B) {
		m := openWhole(b, dir)
		for b.Loop() {
			if err := m.Warm(b.Context(), business); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkChoose sorts an utterance into one of twelve intents on a warm prefix, by grammar and by scores.
func BenchmarkChoose(b *testing.B) {
	m := openWhole(b, b.TempDir())
	scores := choose()
	scores.Grammar, scores.Scores, scores.MaxTokens = "", intents, 0
	both := choose()
	both.Scores = intents
	free := choose()
	free.Grammar, free.MaxTokens = "", 4
	for _, c := range []struct {
		name string
		r    engines.CompleteRequest
	}{{"grammar", choose()}, {"scores", scores}, {"grammar+scores", both}, {"free4", free}} {
		b.Run(c.name, func(b *testing.B) {
			var last engines.Completion
			var prefill, decode time.Duration
			complete(b, m, c.r)
			for b.Loop() {
				last = complete(b, m, c.r)
				prefill += last.Prefill
				decode += last.Decode
			}
			b.ReportMetric(float64(prefill.Microseconds())/1000/float64(b.N), "prefill-ms")
			b.ReportMetric(float64(decode.Microseconds())/1000/float64(b.N), "decode-ms")
			b.ReportMetric(float64(last.Prefilled), "prefilled-tok")
			b.Logf("%q %+v %.3f", last.Text, last.Tokens, last.Scores)
		})
	}
}

// BenchmarkGrammar is what reading one token costs, with the text that it fixes: Decode holds nothing else when one
// token decides. The words are likely, so that the best candidates hold one, or absurd, so that the whole vocabulary
// has to be asked.
func BenchmarkGrammar(b *testing.B) {
	m := openWhole(b, "")
	for name, g := range map[string]string{
		"free":   "",
		"likely": `root ::= "` + strings.Join(intents, `" | "`) + `"`,
		"absurd": `root ::= "\u0e01kqz" | "\u0f40vxj"`,
	} {
		b.Run(name, func(b *testing.B) {
			r := choose()
			r.Grammar = g
			if g == "" {
				r.MaxTokens = 1
			}
			var decode time.Duration
			complete(b, m, r)
			for b.Loop() {
				decode += complete(b, m, r).Decode
			}
			b.ReportMetric(float64(decode.Microseconds())/1000/float64(b.N), "decode-ms")
		})
	}
}

// BenchmarkTwo answers two requests one after the other and at once.
func BenchmarkTwo(b *testing.B) {
	m := openWhole(b, "")
	r := choose()
	r.Grammar, r.MaxTokens = "", 12
	complete(b, m, r)
	b.Run("serial", func(b *testing.B) {
		for b.Loop() {
			complete(b, m, r)
			complete(b, m, r)
		}
	})
	b.Run("together", func(b *testing.B) {
		for b.Loop() {
			var wg sync.WaitGroup
			var errs [2]error
			for i := range errs {
				wg.Go(func() { _, errs[i] = m.Complete(b.Context(), r) })
			}
			wg.Wait()
			if err := errors.Join(errs[:]...); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkCancel is the time from the end of a request's context until the model is free for another one.
func BenchmarkCancel(b *testing.B) {
	m := openWhole(b, "")
	long := strings.Repeat("one two three four five six seven eight nine ten ", 200)
	if err := m.Warm(b.Context(), business); err != nil {
		b.Fatal(err)
	}
	var total, worst time.Duration
	for b.Loop() {
		ctx, cancel := context.WithTimeout(b.Context(), time.Second) // in the middle of the prompt
		_, err := m.Complete(ctx, engines.CompleteRequest{Prefix: business, Prompt: long, MaxTokens: 5})
		cancel()
		start := time.Now()
		if err == nil {
			b.Fatal("the prompt was computed within a second")
		}
		if err := m.Warm(b.Context(), business); err != nil {
			b.Fatal(err)
		}
		took := time.Since(start)
		total, worst = total+took, max(worst, took)
	}
	b.ReportMetric(float64(total.Milliseconds())/float64(b.N), "free-ms")
	b.ReportMetric(float64(worst.Milliseconds()), "free-max-ms")
}
