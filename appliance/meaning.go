package appliance

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"time"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/language/all"
	"frontdesk.internal/appliance/reception"
	"frontdesk.internal/appliance/understanding"
	"frontdesk.internal/models/engines"
)

const (
	// readersKept is for how many profiles readers are kept, counting languages: what is published, and what is being tried.
	readersKept = 6
	// retryBuild is how long nothing is tried again after the engine could not embed a profile.
	retryBuild = 300 * time.Millisecond
)

// meanings reads what callers say by meaning. It keeps a reader for each profile and language that is spoken from, made in the background
// by goroutines of its own that wait embeds, and the vectors of all texts of profiles, so that a profile with one more answer is ready at
// once; those of the published one outlast the program. Until a reader is ready, and while the engine is away, callers are read by
// words alone.
type meanings struct {
	embed  embeddings
	own    *keptVectors // of what profiles say
	taught *keptVectors // of what callers said and the owner has told the meaning of; in memory alone, for it goes with its caller
	log    *slog.Logger

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
	said   saying // by the profile, all that was embedded
	err    error
	at     time.Time // of the end
}

var _ reception.Understanding = (*meanings)(nil)

// newMeanings keeps the vectors of the published business in dir.
func newMeanings(e engines.Embedder, dir string, log *slog.Logger) *meanings {
	from := embeddings{e}
	return &meanings{
		embed: from, own: &keptVectors{from: from, dir: dir, log: log}, taught: &keptVectors{from: from, log: log},
		log: log, readers: map[readerKey]*building{},
	}
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

// keep notes that b is the published business: the vectors of its texts are on the disk from now on and no others, and in memory
// are those of its examples. A language in which it is not understood now leaves what was kept for it as it is.
func (m *meanings) keep(b *knowledge.Business) {
	what := map[string]saying{} // by language
	var spoken []string
	for _, tag := range b.Tongues() {
		language := all.For(tag).Tag()
		spoken = append(spoken, language)
		m.mu.Lock()
		x, ok := m.readers[readerKey{b, tag}]
		m.mu.Unlock()
		if !ok {
			continue
		}
		select {
		case <-x.done:
			if x.err == nil {
				what[language] = saying{x.said.model, append(what[language].texts, x.said.texts...)}
			}
		default:
		}
	}
	m.own.save(spoken, what)
	m.taught.only(examples(b))
}

// examples are the words of callers that b has learned from.
func examples(b *knowledge.Business) []string {
	var texts []string
	for _, e := range b.Learned {
		texts = append(texts, strings.TrimSpace(e.Text))
	}
	return texts
}

// Read implements reception.Understanding.
func (m *meanings) Read(ctx context.Context, b *knowledge.Business, tag, text string, at time.Time,
	before *understanding.Meaning) *understanding.Reading {
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
		x.reader, x.said, x.err = m.build(ctx, b, tag)
		x.at = time.Now()
	})
	return x
}

// build returns a reader, and what of the profile was embedded for it.
func (m *meanings) build(ctx context.Context, b *knowledge.Business, tag string) (*understanding.Reader, saying, error) {
	head, err := understanding.MeaningHead(tag)
	if err != nil {
		return nil, saying{}, err
	}
	began := time.Now()
	in := *b
	in.Language, in.Languages = tag, nil
	own := &noting{from: m.own}
	r, err := understanding.NewMeaningReader(ctx, &in, all.For(tag), head, newSaid(m.embed, m.taught, examples(b)), own, nil)
	if err != nil {
		m.log.Debug("read by words alone", "language", tag, "err", err)
		return nil, saying{}, err
	}
	if head.Ranked != nil {
		if c, err := r.Ranked(ctx, m.embed); err == nil {
			r = c
		} else {
			m.log.Warn("what callers say can't be compared closely; it is read without that", "language", tag, "err", err)
		}
	}
	m.log.Info("the business is understood by meaning", "language", tag, "took_ms", time.Since(began).Milliseconds())
	return r, own.saying, nil
}

// wait returns when nothing is being made any more.
func (m *meanings) wait() { m.work.Wait() }
