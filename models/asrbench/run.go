package asrbench

import (
	"context"
	"fmt"
	"hash/fnv"
	"os"
	"slices"
	"time"

	"frontdesk.internal/audio"
	"frontdesk.internal/audio/wav"
	"frontdesk.internal/models/engines"
)

// longest is the longest prompt that counts: that of an utterance in a call.
const longest = 24 * time.Second

// Recognizer is what is measured.
type Recognizer interface {
	Recognize(ctx context.Context, pcm audio.PCM, o engines.RecognizeOptions) (engines.Recognition, error)
}

// Result is what Run found.
type Result struct {
	Errors   map[string]Errors // by Condition.Key
	Rejected map[string]int    // recognitions withheld, by Condition.Key
	Clips    int
	Audio    time.Duration // of the clips, once
	P50, P95 time.Duration // of one recognition, over all conditions
	Mean     time.Duration
}

// Trial is the result for one prompt on one line.
type Trial struct {
	Prompt    Prompt
	Condition Condition
	Got       engines.Recognition
	Errors    Errors
	Took      time.Duration
}

// Run recognises every prompt on every line and tells each step to seen.
func Run(ctx context.Context, r Recognizer, prompts []Prompt, conditions []Condition, seen func(Trial)) (Result, error) {
	res := Result{Errors: map[string]Errors{}, Rejected: map[string]int{}}
	var took []time.Duration
	for _, p := range prompts {
		pcm, rate, err := read(p.File)
		if err != nil {
			return res, err
		}
		if pcm.Duration(rate) > longest {
			continue
		}
		res.Clips++
		res.Audio += pcm.Duration(rate)
		for _, c := range conditions {
			heard, err := Line(pcm, rate, c, seed(p.Name))
			if err != nil {
				return res, fmt.Errorf("send %s over the line: %w", p.Name, err)
			}
			begun := time.Now()
			got, err := r.Recognize(ctx, heard, engines.RecognizeOptions{Language: "en"})
			if err != nil {
				return res, fmt.Errorf("recognise %s: %w", p.Name, err)
			}
			s := Trial{Prompt: p, Condition: c, Got: got, Took: time.Since(begun)}
			s.Errors = Compare(p.Said, Words(got.Text))
			took = append(took, s.Took)
			res.Errors[c.Key] = res.Errors[c.Key].Add(s.Errors)
			if got.Rejected != "" {
				res.Rejected[c.Key]++
			}
			seen(s)
		}
	}
	if res.Clips == 0 {
		return res, fmt.Errorf("no prompt of at most %v is left", longest)
	}
	slices.Sort(took)
	res.P50, res.P95 = took[len(took)/2], took[min(len(took)-1, len(took)*95/100)]
	for _, d := range took {
		res.Mean += d / time.Duration(len(took))
	}
	return res, nil
}

// seed makes the same losses and the same noise for a prompt in every run.
func seed(name string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(name)) // cannot fail
	return h.Sum64()
}

func read(path string) (audio.PCM, int, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, 0, fmt.Errorf("read prompt: %w", err)
	}
	defer f.Close() // read only
	pcm, rate, err := wav.Read(f)
	if err != nil {
		return nil, 0, fmt.Errorf("read prompt %s: %w", path, err)
	}
	return pcm, rate, nil
}
