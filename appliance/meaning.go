package appliance

import (
	"context"
	"log/slog"
	"sync"
	"time"
	"unicode/utf8"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/language/all"
	"frontdesk.internal/appliance/reception"
	"frontdesk.internal/appliance/understanding"
	"frontdesk.internal/models/engines"
)

const (
	// readersKept is for how many profiles readers are kept, counting languages: what is published, and what is being tried.
	readersKept = 6
	// vectorsKept bounds the texts whose vectors are kept: two profiles with all their documents.
	vectorsKept = 20_000
	// retryBuild is how long nothing is tried again after the engine could not embed a profile.
	retryBuild = 300 * time.Millisecond
)

// meanings reads what callers say by meaning. It keeps a reader for each profile and language that is spoken from, made in the background
// by goroutines of its own that wait embeds, and the vectors of all texts of profiles, so that a profile with one more answer is ready at
// once. Until a reader is ready, and while the engine is away, callers are read by words alone.
type meanings struct {
	embed embeddings
	own   *profileVectors
	log   *slog.Logger

	mu      sync.Mutex
	readers map[readerKey]*building
	order   []readerKey
	work    sync.WaitGroup
}

// readerKey is what a reader is for. Profiles are not changed while anybody has them: another one lies elsewhere.
type readerKey struct {
	business *knowledge.Business
	tag      string
}

type building struct {
	done   chan struct{} // closed when reader or err is there
	reader *understanding.Reader
	err    error
	at     time.Time // of the end
}

var _ reception.Understanding = (*meanings)(nil)

func newMeanings(e engines.Embedder, log *slog.Logger) *meanings {
	return &meanings{embed: embeddings{e}, own: &profileVectors{from: embeddings{e}}, log: log, readers: map[readerKey]*building{}}
}

// Prepare implements reception.Understanding.
func (m *meanings) Prepare(ctx context.Context, b *knowledge.Business) {
	for _, tag := range b.Tongues() {
		m.reader(context.WithoutCancel(ctx), b, tag)
	}
}

// whenPrepared calls then when b is understood in all its languages, or cannot be.
func (m *meanings) whenPrepared(ctx context.Context, b *knowledge.Business, then func()) {
	m.work.Go(func() {
		for _, tag := range b.Tongues() {
			select {
			case <-m.reader(context.WithoutCancel(ctx), b, tag).done:
			case <-ctx.Done():
				return
			}
		}
		then()
	})
}

// Read implements reception.Understanding.
func (m *meanings) Read(ctx context.Context, b *knowledge.Business, tag, text string, at time.Time, before *understanding.Meaning) *understanding.Reading {
	x := m.reader(context.WithoutCancel(ctx), b, tag)
	select {
	case <-x.done:
	default:
		return nil // the words must do this time
	}
	if x.err != nil {
		return nil
	}
	r, err := x.reader.ReadAfter(ctx, text, at, before)
	if err != nil {
		return nil // the engine is away, which health says
	}
	return &r
}

// ReadNow reads like Read, but waits until the reader is made.
func (m *meanings) ReadNow(ctx context.Context, b *knowledge.Business, tag, text string, at time.Time) (*understanding.Reading, error) {
	x := m.reader(context.WithoutCancel(ctx), b, tag)
	select {
	case <-x.done:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if x.err != nil {
		return nil, x.err
	}
	r, err := x.reader.Read(ctx, text, at)
	return &r, err
}

// reader returns the reader for b, or the one that is being made, and begins to make it where there is none.
func (m *meanings) reader(ctx context.Context, b *knowledge.Business, tag string) *building {
	m.mu.Lock()
	defer m.mu.Unlock()
	k := readerKey{b, tag}
	if x, ok := m.readers[k]; ok {
		select {
		case <-x.done:
			if x.err == nil || time.Since(x.at) < retryBuild {
				return x
			}
		default:
			return x
		}
	} else {
		m.order = append(m.order, k)
	}
	for len(m.order) > readersKept {
		delete(m.readers, m.order[0])
		m.order = m.order[1:]
	}
	x := &building{done: make(chan struct{})}
	m.readers[k] = x
	m.work.Go(func() {
		defer close(x.done)
		x.reader, x.err = m.build(ctx, b, tag)
		x.at = time.Now()
	})
	return x
}

func (m *meanings) build(ctx context.Context, b *knowledge.Business, tag string) (*understanding.Reader, error) {
	head, err := understanding.MeaningHead(tag)
	if err != nil {
		return nil, err
	}
	began := time.Now()
	in := *b
	in.Language, in.Languages = tag, nil
	r, err := understanding.NewMeaningReader(ctx, &in, all.For(tag), head, m.embed, m.own, nil)
	if err != nil {
		m.log.Debug("read by words alone", "language", tag, "err", err)
		return nil, err
	}
	m.log.Info("the business is understood by meaning", "language", tag, "took_ms", time.Since(began).Milliseconds())
	return r, nil
}

// wait returns when nothing is being made any more.
func (m *meanings) wait() { m.work.Wait() }

// embeddings makes the vectors of package understanding by the engines.
type embeddings struct{ engine engines.Embedder }

// Embeddings makes the vectors of package understanding by the engines.
func Embeddings(e engines.Embedder) understanding.Embedder { return embeddings{e} }

var _ understanding.Embedder = embeddings{}

// Embed implements understanding.Embedder.
func (e embeddings) Embed(ctx context.Context, language string, texts []string) (understanding.Vectors, error) {
	short := make([]string, len(texts))
	for i, t := range texts {
		short[i] = bounded(t)
	}
	v, err := e.engine.Embed(ctx, language, short)
	return understanding.Vectors(v), err
}

// profileVectors keeps the vectors of texts of profiles, never of what callers say, as long as the models stay the same.
type profileVectors struct {
	from understanding.Embedder

	mu      sync.Mutex
	dims    []int
	vectors map[string][]float32 // by language and text
}

var _ understanding.Embedder = (*profileVectors)(nil)

// Embed implements understanding.Embedder.
func (p *profileVectors) Embed(ctx context.Context, language string, texts []string) (understanding.Vectors, error) {
	now, err := p.from.Embed(ctx, language, nil) // names the models
	if err != nil {
		return now, err
	}
	if out, ok := p.kept(now.Model, language, texts); ok {
		return out, nil
	}
	v, err := p.from.Embed(ctx, language, texts)
	if err == nil {
		p.keep(v, language, texts)
	}
	return v, err
}

// kept returns the vectors of texts when all of them are there.
func (p *profileVectors) kept(model, language string, texts []string) (understanding.Vectors, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	out := understanding.Vectors{Model: model, Dims: p.dims}
	for _, t := range texts {
		x, ok := p.vectors[language+"\x00"+model+"\x00"+t]
		if !ok {
			return out, false
		}
		out.Vectors = append(out.Vectors, x)
	}
	return out, true
}

func (p *profileVectors) keep(v understanding.Vectors, language string, texts []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.vectors)+len(texts) > vectorsKept || p.vectors == nil {
		p.vectors = map[string][]float32{}
	}
	p.dims = v.Dims
	for i, t := range texts {
		p.vectors[language+"\x00"+v.Model+"\x00"+t] = v.Vectors[i]
	}
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
