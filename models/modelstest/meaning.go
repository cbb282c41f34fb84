package modelstest

import (
	"context"
	"hash/fnv"
	"math"
	"strings"
	"sync"
	"unicode"

	"frontdesk.internal/models/engines"
)

// meaningDim is how many numbers a scripted vector has.
const meaningDim = 256

// Meaning takes texts for alike that have words, or beginnings of words, in common. It implements [engines.Embedder]. The first
// text is obeyed when it begins with "!".
type Meaning struct {
	Faults
	// Model is the name that the vectors carry; "" means "scripted".
	Model string
	// Func gives the vectors when it is set; it may be called several times at once.
	Func func(ctx context.Context, language string, texts []string) (engines.Vectors, error)

	textMu sync.Mutex
	texts  []string
}

// Embed implements [engines.Embedder].
func (m *Meaning) Embed(ctx context.Context, language string, texts []string) (engines.Vectors, error) {
	if err := engines.CheckEmbed(texts); err != nil {
		return engines.Vectors{}, err
	}
	m.textMu.Lock()
	m.texts = append(m.texts, texts...)
	m.textMu.Unlock()
	if len(texts) > 0 {
		if err := Obey(ctx, texts[0]); err != nil {
			return engines.Vectors{}, err
		}
	}
	if err := m.pass(ctx); err != nil {
		return engines.Vectors{}, err
	}
	if m.Func != nil {
		return m.Func(ctx, language, texts)
	}
	v := engines.Vectors{Model: m.Model}
	if v.Model == "" {
		v.Model = "scripted"
	}
	for _, t := range texts {
		v.Dims, v.Vectors = []int{meaningDim}, append(v.Vectors, BagOfWords(t))
	}
	return v, nil
}

// Rank implements [engines.Embedder]: items are the likelier the more words they have in common with what was said.
func (m *Meaning) Rank(ctx context.Context, _, said string, items []engines.RankItem) (engines.Ranks, error) {
	if err := engines.CheckRank(said, items); err != nil {
		return engines.Ranks{}, err
	}
	if err := Obey(ctx, said); err != nil {
		return engines.Ranks{}, err
	}
	if err := m.pass(ctx); err != nil {
		return engines.Ranks{}, err
	}
	var r engines.Ranks
	for _, i := range items {
		score, words := 0.0, BagOfWords(i.Text)
		for at, x := range BagOfWords(said) {
			score += float64(x) * float64(words[at])
		}
		r.Items = append(r.Items, engines.Rank{Score: 10 * score})
	}
	return r, nil
}

// Embedded returns the texts that were given so far.
func (m *Meaning) Embedded() []string {
	m.textMu.Lock()
	defer m.textMu.Unlock()
	return append([]string(nil), m.texts...)
}

// frequent words say little of what a sentence is about; they weigh a fifth.
var frequent = map[string]bool{
	"a": true, "an": true, "the": true, "to": true, "of": true, "in": true, "on": true, "for": true, "and": true, "or": true, "is": true,
	"are": true, "be": true, "it": true, "i": true, "i'm": true, "you": true, "your": true, "my": true, "me": true, "we": true, "can": true,
	"could": true, "do": true, "does": true, "please": true, "would": true, "that": true, "this": true, "there": true, "with": true,
	"at": true, "der": true, "die": true, "das": true, "ein": true, "eine": true, "ich": true, "sie": true, "und": true, "ist": true,
	"zu": true,
}

// BagOfWords is the vector of a text that [Meaning] gives: its words, and the first four letters of each, hashed to places of a
// vector, which has length 1 (0 for a text without words). The same text has the same vector on every machine.
func BagOfWords(text string) []float32 {
	v := make([]float32, meaningDim)
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '\''
	})
	for _, w := range words {
		weight := float32(1)
		if frequent[w] {
			weight = 0.2
		}
		v[place("w"+w)] += weight
		if stem := []rune(w); len(stem) > 4 {
			v[place("s"+string(stem[:4]))] += weight
		}
	}
	var sum float64
	for _, x := range v {
		sum += float64(x) * float64(x)
	}
	if sum == 0 {
		return v
	}
	for i := range v {
		v[i] /= float32(math.Sqrt(sum))
	}
	return v
}

func place(s string) int {
	h := fnv.New32a()
	_, _ = h.Write([]byte(s)) // never fails
	return int(h.Sum32() % meaningDim)
}

var _ engines.Embedder = (*Meaning)(nil)
