package engines

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"frontdesk.internal/audio"
	"frontdesk.internal/audio/resample"
)

// maxSpeakText bounds the text of one request, in bytes: several minutes of speech.
const maxSpeakText = 8000

// MouthOptions tune a [VoiceMouth]. The zero value has the defaults.
type MouthOptions struct {
	// Queue is how many clauses may wait for the voice before a new request gets [ErrBusy]; 0 means 8.
	Queue int
	// CacheBytes bounds the memory for clauses that were made before; 0 means 16 MiB, six minutes at 22050 Hz, negative none.
	CacheBytes int
}

// VoiceMouth makes a [Mouth] of a [Voice]: it takes texts line by line, makes one after the other, keeps the ones made last, and
// brings them to the rate wanted. Several requests take turns clause by clause.
//
// Goroutines: one, the owner of the voice, until Close. Everything else is done by the callers of Speak.
type VoiceMouth struct {
	voice Voice
	rate  int
	cache *clauseCache
	jobs  chan *clauseJob
	life  context.Context //nolint:containedctx // the mouth's own, until Close
	end   context.CancelFunc
	wg    sync.WaitGroup
	once  sync.Once
}

// clauseJob is one clause to be made.
type clauseJob struct {
	ctx  context.Context //nolint:containedctx // a queued request
	key  clauseKey
	pcm  audio.PCM
	err  error
	done chan struct{} // closed when pcm or err is set
}

// NewMouth starts the owner of v, which belongs to the mouth from now on; Close closes it.
func NewMouth(v Voice, o MouthOptions) *VoiceMouth {
	if o.Queue <= 0 {
		o.Queue = 8
	}
	if o.CacheBytes == 0 {
		o.CacheBytes = 16 << 20
	}
	m := &VoiceMouth{
		voice: v,
		rate:  v.Rate(),
		cache: newClauseCache(o.CacheBytes),
		jobs:  make(chan *clauseJob, o.Queue),
	}
	m.life, m.end = context.WithCancel(context.Background())
	m.wg.Go(m.own)
	return m
}

// Close stops the clause being made, ends all requests with [ErrUnavailable] and closes the voice.
func (m *VoiceMouth) Close() error {
	var err error
	m.once.Do(func() {
		m.end()
		m.wg.Wait()
		err = m.voice.Close()
	})
	return err
}

// own makes the clauses in the order in which they came.
func (m *VoiceMouth) own() {
	for {
		select {
		case <-m.life.Done():
			return
		case j := <-m.jobs:
			j.pcm, j.err = m.make(j)
			close(j.done)
		}
	}
}

func (m *VoiceMouth) make(j *clauseJob) (audio.PCM, error) {
	if err := j.ctx.Err(); err != nil {
		return nil, err // the caller hung up or interrupted while it waited
	}
	if pcm, ok := m.cache.get(j.key); ok {
		return pcm, nil // another call had it made meanwhile
	}
	ctx, cancel := context.WithCancel(j.ctx)
	defer cancel()
	defer context.AfterFunc(m.life, cancel)()
	pcm, err := m.voice.Speak(ctx, j.key.text, j.key.speed)
	if err != nil {
		return nil, err
	}
	m.cache.put(j.key, pcm)
	return pcm, nil
}

// Speak implements [Mouth]. The pieces are about 100 ms long.
func (m *VoiceMouth) Speak(ctx context.Context, r SpeakRequest, yield func(Speech) error) error {
	if len(r.Text) > maxSpeakText {
		return fmt.Errorf("speak text of %d bytes, the limit is %d: %w", len(r.Text), maxSpeakText, ErrTooLarge)
	}
	out, err := newOutlet(m.rate, r.Rate, yield)
	if err != nil {
		return err
	}
	if r.Speed == 0 {
		r.Speed = 1
	}
	clauses := Pieces(r.Text)
	if len(clauses) == 0 {
		return ctx.Err()
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel() // drops the clause that is made ahead

	next, err := m.submit(ctx, clauseKey{clauses[0], r.Speed}, false)
	if err != nil {
		return err
	}
	for i := range clauses {
		if next == nil { // the queue was full when it should have been made ahead
			if next, err = m.submit(ctx, clauseKey{clauses[i], r.Speed}, true); err != nil {
				return err
			}
		}
		pcm, err := m.result(ctx, next)
		if err != nil {
			return err
		}
		next = nil
		if i+1 < len(clauses) {
			// The next clause is made while this one goes out.
			if next, err = m.submit(ctx, clauseKey{clauses[i+1], r.Speed}, false); err != nil && !errors.Is(err, ErrBusy) {
				return err
			}
		}
		if err := out.write(ctx, pcm); err != nil {
			return err
		}
	}
	return out.flush()
}

// submit queues a clause, or has it done at once when it is known. When the queue is full it waits or returns ErrBusy.
func (m *VoiceMouth) submit(ctx context.Context, key clauseKey, wait bool) (*clauseJob, error) {
	j := &clauseJob{ctx: ctx, key: key, done: make(chan struct{})}
	if pcm, ok := m.cache.get(key); ok {
		j.pcm = pcm
		close(j.done)
		return j, nil
	}
	select {
	case <-m.life.Done():
		return nil, ErrUnavailable
	case m.jobs <- j:
		return j, nil
	default:
		if !wait {
			return nil, fmt.Errorf("%d clauses wait for the voice: %w", cap(m.jobs), ErrBusy)
		}
	}
	select {
	case <-m.life.Done():
		return nil, ErrUnavailable
	case <-ctx.Done():
		return nil, ctx.Err()
	case m.jobs <- j:
		return j, nil
	}
}

// result waits for a clause.
func (m *VoiceMouth) result(ctx context.Context, j *clauseJob) (audio.PCM, error) {
	select {
	case <-j.done:
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-m.life.Done():
		return nil, ErrUnavailable
	}
	if j.err != nil {
		select {
		case <-m.life.Done():
			return nil, ErrUnavailable
		default:
			return nil, j.err
		}
	}
	return j.pcm, nil
}

// outlet brings clauses to the rate wanted and hands them on in pieces.
type outlet struct {
	yield    func(Speech) error
	from, to int
	rs       *resample.Resampler // nil when nothing is to be done
	skip     int                 // output samples of the filter's delay still to be left out
	buf      audio.PCM
}

func newOutlet(from, to int, yield func(Speech) error) (*outlet, error) {
	if to == 0 {
		to = from
	}
	o := &outlet{yield: yield, from: from, to: to}
	if from == to {
		return o, nil
	}
	rs, err := resample.New(from, to)
	if err != nil {
		return nil, fmt.Errorf("speak at %d Hz with a voice of %d Hz: %w", to, from, err)
	}
	o.rs, o.skip = rs, rs.Delay()
	return o, nil
}

// write hands on one clause.
func (o *outlet) write(ctx context.Context, pcm audio.PCM) error {
	for size := o.from * chunkMillis / 1000; len(pcm) > 0; {
		if err := ctx.Err(); err != nil {
			return err
		}
		n := min(size, len(pcm))
		if err := o.piece(pcm[:n]); err != nil {
			return err
		}
		pcm = pcm[n:]
	}
	return nil
}

func (o *outlet) piece(pcm audio.PCM) error {
	if o.rs != nil {
		o.buf = o.rs.Append(o.buf[:0], pcm)
		n := min(o.skip, len(o.buf))
		o.skip -= n
		pcm = o.buf[n:]
	}
	if len(pcm) == 0 {
		return nil
	}
	return o.yield(Speech{PCM: pcm, Rate: o.to})
}

// flush hands on what is still in the filter.
func (o *outlet) flush() error {
	if o.rs == nil {
		return nil
	}
	return o.piece(make(audio.PCM, (o.rs.Delay()*o.from+o.to-1)/o.to))
}

var _ Mouth = (*VoiceMouth)(nil)
