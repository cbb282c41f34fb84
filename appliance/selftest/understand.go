package selftest

import (
	"context"
	"fmt"
	"slices"
	"time"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/audio"
	"frontdesk.internal/models/asrbench"
	"frontdesk.internal/models/engines"
)

const (
	// feedEvery is how often a frame of a reply is given to the ears: five times as fast as it was said, which bounded queues
	// take.
	feedEvery = 4 * time.Millisecond
	// trailing is the silence after a reply by which the ears know that it is over.
	trailing = time.Second
	// slowest is how long the ears may take for the last words.
	slowest = 10 * time.Second
)

// understand has the box's ears hear the replies, as they came out of the line.
func (r *run) understand() error {
	if !r.speech {
		return nil
	}
	for i, x := range r.asked {
		if len(x.reply.pcm) == 0 {
			continue
		}
		text, err := transcribe(r.ctx, r.t.o.Ears, r.biz.Tongues()[0], x.reply.pcm)
		if err != nil {
			return err
		}
		r.t.change(func(s *record.SelfTest) {
			q := &s.Questions[i]
			q.Understood, q.VoiceClear = text, r.found(q.Said, text)
		})
	}
	return nil
}

// transcribe gives pcm to a recognition stream and returns its words.
func transcribe(ctx context.Context, ears engines.Ears, language string, pcm audio.PCM) (string, error) {
	l, err := ears.Listen(ctx, engines.ListenOptions{Call: "selftest", Language: language})
	if err != nil {
		return "", fmt.Errorf("open recognition: %w", err)
	}
	defer func() { _ = l.Close() }() // nothing is left to be told of it
	pcm = append(pcm.Clone(), make(audio.PCM, int64(trailing)*Rate/int64(time.Second))...)
	tick := time.NewTicker(feedEvery)
	defer tick.Stop()
	feed, late := tick.C, (<-chan time.Time)(nil)
	var texts []string // of each utterance the newest
	utterances := map[uint64]int{}
	speaking := false
	for {
		if feed == nil && !speaking {
			return join(texts), nil
		}
		select {
		case <-feed:
			n := min(len(pcm), engines.FrameSamples)
			l.Frame(pcm[:n])
			if pcm = pcm[n:]; len(pcm) == 0 {
				feed, late = nil, time.After(slowest)
			}
		case ev, ok := <-l.Events():
			switch {
			case !ok:
				return join(texts), l.Err()
			case ev.Kind == engines.SpeechStarted, ev.Kind == engines.SpeechResumed:
				speaking = true
			case ev.Kind == engines.Transcribed && ev.Final:
				speaking = false
				k, seen := utterances[ev.Utterance]
				if !seen {
					k = len(texts)
					utterances[ev.Utterance], texts = k, append(texts, "")
				}
				texts[k] = ev.Text
			}
		case <-late:
			return join(texts), nil
		case <-ctx.Done():
			return "", fmt.Errorf("listen to a reply: %w", context.Cause(ctx))
		}
	}
}

func join(texts []string) string {
	out := ""
	for _, t := range texts {
		if t != "" && out != "" {
			out += " "
		}
		out += t
	}
	return out
}

// words splits a text for comparison: numbers, prices and times as they are spoken.
func (r *run) words(text string) []string {
	return asrbench.Words(r.biz.Speech().Aloud(text, r.biz.Region))
}

// errors is the rate of word errors in heard.
func (r *run) errors(said, heard string) float64 {
	return asrbench.Compare(r.words(said), r.words(heard)).Rate()
}

// found is the part of said's words that are in heard, in their order.
func (r *run) found(said, heard string) float64 {
	e := asrbench.Compare(r.words(said), r.words(heard))
	if e.Words == 0 {
		return 0
	}
	return float64(e.Words-e.Substituted-e.Deleted) / float64(e.Words)
}

// total is the rate of word errors over all questions.
func (r *run) total(qs []record.SelfTestQuestion) float64 {
	var sum asrbench.Errors
	for q := range slices.Values(qs) {
		sum = sum.Add(asrbench.Compare(r.words(q.Asked), r.words(q.Heard)))
	}
	return sum.Rate()
}
