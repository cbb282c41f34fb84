package appliance

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"
	"unicode/utf8"

	"frontdesk.internal/appliance/understanding"
	"frontdesk.internal/appliance/vectorfile"
	"frontdesk.internal/models/engines"
)

// vectorsKept bounds the vectors of one language in memory: two profiles with all their documents.
const vectorsKept = 20_000

// embeddings makes the vectors of package understanding by the engines.
type embeddings struct{ engine engines.Embedder }

// Embeddings makes the vectors of package understanding by the engines.
func Embeddings(e engines.Embedder) understanding.Embedder { return embeddings{e} }

// Embed implements understanding.Embedder.
func (e embeddings) Embed(ctx context.Context, language string, texts []string) (understanding.Vectors, error) {
	short := make([]string, len(texts))
	for i, t := range texts {
		short[i] = bounded(t)
	}
	v, err := e.engine.Embed(ctx, language, short)
	return understanding.Vectors(v), err
}

// Rank implements understanding.Ranker. It takes half of the time that is left: what is known without it must still come in time.
func (e embeddings) Rank(ctx context.Context, language, said string, items []understanding.Item) (understanding.Ranks, error) {
	if end, ok := ctx.Deadline(); ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, time.Until(end)/2)
		defer cancel()
	}
	in := make([]engines.RankItem, len(items))
	for i, x := range items {
		in[i] = engines.RankItem{Text: bounded(x.Text), Answer: x.Answer}
	}
	got, err := e.engine.Rank(ctx, language, bounded(said), in)
	if err != nil {
		return understanding.Ranks{}, err
	}
	out := understanding.Ranks{None: got.None}
	for _, x := range got.Items {
		out.Items = append(out.Items, understanding.Rank(x))
	}
	return out, nil
}

// bounded cuts a text to what the engine takes.
func bounded(t string) string {
	if len(t) <= engines.MaxEmbedText {
		return t
	}
	t = t[:engines.MaxEmbedText]
	for !utf8.ValidString(t) {
		t = t[:len(t)-1]
	}
	return t
}

// keptVectors keeps vectors, as long as the models stay the same: in memory, and in a folder those that [keptVectors.save] names.
type keptVectors struct {
	from understanding.Embedder
	dir  string // "" = memory alone
	log  *slog.Logger

	mu      sync.Mutex
	tongues map[string]*tongue // by language

	saving sync.Mutex // one writer at a time
	failed bool       // under saving: writing did not go the last time, which was told
}

// tongue are the vectors of one language.
type tongue struct {
	model   string
	dims    []int
	vectors map[vectorfile.Key][]float32
	saved   []vectorfile.Key // what the file holds, in order; nil: there is none of this model
}

// Embed implements understanding.Embedder. Only texts without a vector are embedded.
func (k *keptVectors) Embed(ctx context.Context, language string, texts []string) (understanding.Vectors, error) {
	now, err := k.from.Embed(ctx, language, nil) // names the models
	if err != nil {
		return now, err
	}
	out, missing := k.known(now.Model, language, texts)
	if len(missing) == 0 {
		return out, nil
	}
	var lacking []string // each once
	for _, at := range missing {
		if !slices.Contains(lacking, texts[at]) {
			lacking = append(lacking, texts[at])
		}
	}
	v, err := k.from.Embed(ctx, language, lacking)
	if err != nil {
		return v, err
	}
	if v.Model != now.Model || len(v.Vectors) != len(lacking) {
		return k.from.Embed(ctx, language, texts) // the models have changed in between
	}
	if len(out.Dims) > 0 && !slices.Equal(v.Dims, out.Dims) {
		k.forget(language, v.Model) // what is kept is of no use beside them
		return k.from.Embed(ctx, language, texts)
	}
	for _, at := range missing {
		out.Vectors[at] = v.Vectors[slices.Index(lacking, texts[at])]
	}
	out.Dims = v.Dims
	k.add(language, v, lacking)
	return out, nil
}

// known returns the vectors of texts as far as they are there, and which are not.
func (k *keptVectors) known(model, language string, texts []string) (out understanding.Vectors, missing []int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	t := k.tongues[language]
	if t == nil || t.model != model {
		t = k.load(language, model)
		if k.tongues == nil {
			k.tongues = map[string]*tongue{}
		}
		k.tongues[language] = t
	}
	out = understanding.Vectors{Model: model, Dims: t.dims, Vectors: make([][]float32, len(texts))}
	for i, text := range texts {
		v, ok := t.vectors[vectorfile.KeyOf(text)]
		if out.Vectors[i] = v; !ok {
			missing = append(missing, i)
		}
	}
	return out, missing
}

// forget forgets all vectors of a language in memory; the next save replaces what is on the disk.
func (k *keptVectors) forget(language, model string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.tongues[language] = &tongue{model: model, vectors: map[vectorfile.Key][]float32{}}
}

// load reads the vectors of a language from the disk. What cannot be used is as good as none.
func (k *keptVectors) load(language, model string) *tongue {
	t := &tongue{model: model, vectors: map[vectorfile.Key][]float32{}}
	if k.dir == "" {
		return t
	}
	s, err := vectorfile.Read(k.dir, language)
	if err == nil && s.Model != model {
		err = fmt.Errorf("they are of the model %q", s.Model)
	}
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) {
			k.log.Info("vectors of the business are made anew", "language", language, "model", model, "err", err)
		}
		return t
	}
	t.dims, t.vectors, t.saved = s.Dims, s.Vectors, inOrder(maps.Keys(s.Vectors))
	return t
}

// add takes new vectors in. When there are too many, those go that are not on the disk.
func (k *keptVectors) add(language string, v understanding.Vectors, texts []string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	t := k.tongues[language]
	if t == nil || t.model != v.Model {
		return // another model has come meanwhile
	}
	if len(t.vectors)+len(texts) > vectorsKept {
		maps.DeleteFunc(t.vectors, func(key vectorfile.Key, _ []float32) bool {
			_, ok := slices.BinarySearchFunc(t.saved, key, compareKeys)
			return !ok
		})
	}
	if len(t.vectors)+len(texts) > vectorsKept {
		return
	}
	t.dims = v.Dims
	for i, text := range texts {
		t.vectors[vectorfile.KeyOf(text)] = v.Vectors[i]
	}
}

// only forgets all but the vectors of texts, in memory.
func (k *keptVectors) only(texts []string) {
	keep := map[vectorfile.Key]bool{}
	for _, t := range texts {
		keep[vectorfile.KeyOf(t)] = true
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, t := range k.tongues {
		maps.DeleteFunc(t.vectors, func(key vectorfile.Key, _ []float32) bool { return !keep[key] })
	}
}

// saying is what a profile says in one language: its texts, and the models that have made vectors of them.
type saying struct {
	model string
	texts []string
}

// save has the vectors of what is said, by language, on the disk and no others. Files of languages that are spoken but not in what
// is said stay as they are; those of languages that are not spoken go. It is no fault when it fails: they are made anew at the next start.
func (k *keptVectors) save(spoken []string, what map[string]saying) {
	if k.dir == "" {
		return
	}
	k.saving.Lock()
	defer k.saving.Unlock()
	var errs []error
	for language, s := range what {
		if len(s.texts) == 0 {
			spoken = slices.DeleteFunc(slices.Clone(spoken), func(l string) bool { return l == language })
			continue
		}
		errs = append(errs, k.saveOne(language, s))
	}
	err := errors.Join(append(errs, vectorfile.Only(k.dir, spoken))...)
	if err != nil && !k.failed {
		k.log.Warn("vectors of the business cannot be kept: they are made anew at the next start", "err", err)
	}
	k.failed = err != nil
}

// saveOne writes the file of one language, unless it is as it should be.
func (k *keptVectors) saveOne(language string, what saying) error {
	k.mu.Lock()
	t := k.tongues[language]
	if t == nil || t.model != what.model {
		k.mu.Unlock()
		return nil // another model has come meanwhile, by which nothing is understood yet
	}
	s := vectorfile.Set{Language: language, Model: t.model, Dims: t.dims, Vectors: map[vectorfile.Key][]float32{}}
	most := vectorfile.Most(t.dims)
	for _, text := range what.texts {
		key := vectorfile.KeyOf(text)
		if v, ok := t.vectors[key]; ok && len(s.Vectors) < most {
			s.Vectors[key] = v
		}
	}
	keys := inOrder(maps.Keys(s.Vectors))
	same := slices.Equal(keys, t.saved)
	k.mu.Unlock()
	if same {
		return nil
	}
	if err := vectorfile.Write(k.dir, s); err != nil {
		return err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	t.saved = keys
	return nil
}

func inOrder(keys func(yield func(vectorfile.Key) bool)) []vectorfile.Key {
	return slices.SortedFunc(keys, compareKeys)
}

func compareKeys(a, b vectorfile.Key) int { return slices.Compare(a[:], b[:]) }

// noting notes what is embedded by from, and by which models. It is for one goroutine.
type noting struct {
	from understanding.Embedder
	saying
}

// Embed implements understanding.Embedder.
func (n *noting) Embed(ctx context.Context, language string, texts []string) (understanding.Vectors, error) {
	v, err := n.from.Embed(ctx, language, texts)
	n.model, n.texts = v.Model, append(n.texts, texts...)
	return v, err
}

// said embeds what callers say. Nothing of it is kept but the vectors of examples, those of their turns that the owner has told the
// meaning of.
type said struct {
	from     understanding.Embedder
	taught   *keptVectors
	examples map[string]bool
}

func newSaid(from understanding.Embedder, taught *keptVectors, examples []string) said {
	s := said{from: from, taught: taught, examples: map[string]bool{}}
	for _, e := range examples {
		s.examples[e] = true
	}
	return s
}

// Embed implements understanding.Embedder.
func (s said) Embed(ctx context.Context, language string, texts []string) (understanding.Vectors, error) {
	if slices.ContainsFunc(texts, func(t string) bool { return !s.examples[t] }) {
		return s.from.Embed(ctx, language, texts)
	}
	return s.taught.Embed(ctx, language, texts)
}

var (
	_ understanding.Embedder = embeddings{}
	_ understanding.Ranker   = embeddings{}
	_ understanding.Embedder = (*keptVectors)(nil)
	_ understanding.Embedder = (*noting)(nil)
	_ understanding.Embedder = said{}
)
