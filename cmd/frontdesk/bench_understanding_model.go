package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/understanding"
	"frontdesk.internal/appliance/understanding/corpus"
	fitting "frontdesk.internal/appliance/understanding/fit"
	"frontdesk.internal/models/engines"
)

// benchMind is a language model that the bench closes.
type benchMind interface {
	engines.Mind
	io.Closer
}

// modelReader reads by the language model alone. It is asked as calls ask it, for one of a closed list whose probabilities it
// gives: first which kind of thing is wanted, by a label, with two examples of each; then, where that takes one, which service,
// answer or person, by a letter. There is no label for what nothing stands for: a model this small takes it for nearly everything;
// what it is not sure of is passed on.
type modelReader struct {
	mind     engines.Mind
	lang     language.Language
	labels   []string
	teach    string // the system text of the first question
	problem  error
	business *knowledge.Business
}

// benchAnswer is the label of the examples for what the owner has answered.
const benchAnswer = "policy"

// shots is how many examples of each label the model is shown.
const shots = 2

func newModelReader(m engines.Mind, l language.Language, examples []byte) *modelReader {
	r := &modelReader{mind: m, lang: l}
	t, err := fitting.Examples(examples)
	if err != nil {
		r.problem = err
		return r
	}
	var s strings.Builder
	s.WriteString("You sort what callers say to a business. Answer with the one label for what the caller wants.\nExamples:\n")
	for label := range t {
		if label == benchAnswer || !slices.Contains(unmeant, label) {
			r.labels = append(r.labels, label)
		}
	}
	slices.Sort(r.labels)
	for i := range shots {
		for _, label := range r.labels {
			fmt.Fprintf(&s, "Caller: %s\nLabel: %s\n", filled(l, t[label][i%len(t[label])], nil), label)
		}
	}
	r.teach = s.String()
	return r
}

// prepare takes on a trade, and has the model read what will be asked of it, as a call has before it is answered.
func (r *modelReader) prepare(ctx context.Context, t corpus.Trade) error {
	if r.problem != nil {
		return r.problem
	}
	r.business = t.Business
	for _, label := range []string{ofService[0], ofPerson[0], benchAnswer} {
		if what, list := listOf(r.business, label); len(list) > 0 {
			if err := r.mind.Warm(ctx, r.which(what, list)); err != nil {
				return fmt.Errorf("prepare the language model: %w", err)
			}
		}
	}
	if err := r.mind.Warm(ctx, r.teach); err != nil {
		return fmt.Errorf("prepare the language model: %w", err)
	}
	return nil
}

// which is the system text of the second question.
func (r *modelReader) which(what string, list []string) string {
	var s strings.Builder
	fmt.Fprintf(&s, "Which %s does the caller of a %s mean? Answer with the letter.\n", what, r.business.Trade)
	for i, item := range append(slices.Clone(list), "none of these") {
		fmt.Fprintf(&s, "%s: %s\n", letter(i), item)
	}
	return s.String()
}

// worthAsking is how likely a label must be for its item to be asked for.
const worthAsking = 0.25

// guess asks for the label, then for the items of the two likeliest.
func (r *modelReader) guess(ctx context.Context, turn corpus.Turn) (guess, error) {
	said := "A " + r.business.Trade + " is called."
	if turn.Before != "" {
		said += " The caller asked before: " + turn.Before
	}
	ps, err := r.choose(ctx, r.teach, said+"\nCaller: "+turn.Say+"\nLabel:", r.labels)
	if err != nil {
		return guess{}, err
	}
	order := make([]int, len(ps))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		if ps[a] > ps[b] {
			return -1
		}
		return 1
	})
	points := map[understanding.Meaning]float64{}
	for k, i := range order[:2] {
		if k > 0 && ps[i] < worthAsking {
			points[r.bare(r.labels[i])] += ps[i]
			continue
		}
		if err := r.items(ctx, r.labels[i], ps[i], said+"\nCaller: "+turn.Say, points); err != nil {
			return guess{}, err
		}
	}
	return twoBest(points), nil
}

// bare is what a label means when no item is known.
func (r *modelReader) bare(label string) understanding.Meaning {
	if m, ok := labelMeaning(label); ok {
		return m
	}
	return plainMeaning(understanding.Unknown)
}

// items adds to points what label can mean for the business, by how likely each is.
func (r *modelReader) items(ctx context.Context, label string, p float64, said string, points map[understanding.Meaning]float64) error {
	what, list := listOf(r.business, label)
	if len(list) == 0 {
		points[r.bare(label)] += p
		return nil
	}
	letters := make([]string, len(list)+1)
	for i := range letters {
		letters[i] = letter(i)
	}
	ps, err := r.choose(ctx, r.which(what, list), said+"\nLetter:", letters)
	if err != nil {
		return err
	}
	for i, q := range ps {
		points[r.item(label, i, len(list))] += p * q
	}
	return nil
}

// letter names the nth item of a list.
func letter(n int) string {
	if n < 26 {
		return string(rune('A' + n))
	}
	return string(rune('a' + n%26))
}

// listOf is what of a business a label takes one of, and what that is called.
func listOf(b *knowledge.Business, label string) (what string, list []string) {
	switch {
	case slices.Contains(ofService, label):
		for _, s := range b.Services {
			list = append(list, s.Name)
		}
		return "service", list
	case slices.Contains(ofPerson, label):
		for _, p := range b.Staff {
			list = append(list, p.Name+", "+p.Role)
		}
		return "person", list
	case label == benchAnswer:
		for _, a := range b.Answers {
			list = append(list, a.Question)
		}
		return "question", list
	}
	return "", nil
}

// item is the meaning of the ith of n items of a label; the one after them is none.
func (r *modelReader) item(label string, i, n int) understanding.Meaning {
	if i >= n {
		return r.bare(label)
	}
	m := plainMeaning(understanding.Intent(label))
	switch {
	case slices.Contains(ofService, label):
		m.Service = i
		if label == "duration" && r.business.Services[i].Minutes == 0 {
			return plainMeaning(understanding.Unknown)
		}
	case slices.Contains(ofPerson, label):
		m.Person = i
	default:
		m.Intent, m.Answer = understanding.Answer, i
	}
	return m
}

// choose returns how likely the model thinks each of a closed list.
func (r *modelReader) choose(ctx context.Context, system, prompt string, list []string) ([]float64, error) {
	c, err := r.mind.Complete(ctx, engines.CompleteRequest{Call: "bench", Prefix: system, Prompt: prompt, Scores: list})
	if err != nil {
		return nil, fmt.Errorf("ask the language model: %w", err)
	}
	if len(c.Scores) != len(list) {
		return nil, fmt.Errorf("ask the language model: %d answers were scored, want %d", len(c.Scores), len(list))
	}
	return c.Scores, nil
}
