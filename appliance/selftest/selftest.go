// Package selftest has the box call itself and tells in plain words how a caller would fare.
//
// The call goes over the box's real SIP socket and RTP, through G.711, and is answered as every call is. The calling end asks
// two or three questions whose answers follow from the published profile, in the box's own voice; afterwards the box's own ears
// hear what came back. No model is trusted with the score: what must be said is what the rules say of the profile, and words are
// counted.
//
// [Tester.Run] is the only goroutine that outlives a call; those of a call (the line's clock, the recognition of the replies) are
// waited for. State and Start may be called from any goroutine.
package selftest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/audio/line"
	"frontdesk.internal/models/engines"
)

// ErrRunning says that a test is under way already.
var ErrRunning = errors.New("a self-test is running already; wait for its end")

// Call is the calling end of a call that was answered.
type Call interface {
	Line() *line.Line
	AckAt() time.Time
	Done() <-chan struct{}
	Hangup(ctx context.Context) error
	Close()
}

// Dialled is a call and how long it took to get through, from the INVITE.
type Dialled struct {
	Call
	Ringing, Answered time.Duration
}

// Options are what a Tester needs. All fields are needed.
type Options struct {
	Dial     func(ctx context.Context) (Dialled, error) // calls the box itself; an error is told in plain words by Refusal
	Refusal  func(err error) string                     // what an error of Dial means and what to do, in plain words
	Ears     engines.Ears
	Mouth    engines.Mouth
	Ready    func() (speech, mind bool)
	Business func() (*knowledge.Business, int)
	Calls    func() int // of others, going on now
}

// Tester runs one test at a time. It is the observer of the calls that it makes.
type Tester struct {
	o     Options
	start chan struct{}

	mu    sync.Mutex
	state record.SelfTest
	call  notes
}

// New returns a tester that waits for Run.
func New(o Options) *Tester {
	return &Tester{o: o, start: make(chan struct{}, 1), state: record.SelfTest{Advice: []string{}, Questions: []record.SelfTestQuestion{}}}
}

// limit bounds a whole test.
const limit = 3 * time.Minute

// Run performs tests as they are started until ctx ends.
func (t *Tester) Run(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-t.start:
		}
		one, cancel := context.WithTimeoutCause(ctx, limit, errors.New("the test took too long"))
		t.perform(one)
		cancel()
	}
}

// Start begins a test; State tells how it goes. ErrRunning when one is under way.
func (t *Tester) Start() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.state.Running {
		return ErrRunning
	}
	t.state = record.SelfTest{
		Running: true, Started: time.Now(), Step: "Choosing questions", Of: steps(questionsMost),
		Advice: []string{}, Questions: []record.SelfTestQuestion{},
	}
	t.start <- struct{}{} // there is room: nothing ran
	return nil
}

// State returns how the test goes, or how the last one went since the box started.
func (t *Tester) State() record.SelfTest {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := t.state
	s.Advice, s.Questions = slices.Clone(s.Advice), slices.Clone(s.Questions)
	return s
}

// steps is how many there are with n questions: to prepare, to dial, the greeting, each question, to listen to the replies.
func steps(n int) int { return 4 + n }

func (t *Tester) change(fn func(s *record.SelfTest)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	fn(&t.state)
}

// step says what is done now.
func (t *Tester) step(text string) {
	t.change(func(s *record.SelfTest) { s.Step, s.Done = text, s.Done+1 })
}

// perform runs one test and keeps its result.
func (t *Tester) perform(ctx context.Context) {
	r := &run{t: t, ctx: ctx}
	r.speech, r.mind = t.o.Ready()
	r.others = t.o.Calls()
	err := r.test()
	if r.dialled.Call != nil {
		r.dialled.Close()
	}
	t.change(func(s *record.SelfTest) {
		r.judge(s, err)
		s.Running, s.Step, s.Done, s.Ended = false, "", s.Of, time.Now()
	})
}

// run is one test.
type run struct {
	t            *Tester
	ctx          context.Context //nolint:containedctx // a run is one call of perform
	speech, mind bool
	others       int // calls that went on beside
	biz          *knowledge.Business
	plan         []question
	dialled      Dialled
	refused      error
	asked        []*exchange
}

// test goes through the steps. An error says that the test came to no end.
func (r *run) test() error {
	r.biz, _ = r.t.o.Business()
	if r.speech {
		plan, err := r.prepare()
		if err != nil {
			return err
		}
		r.plan = plan
	}
	r.t.change(func(s *record.SelfTest) { s.Of = steps(len(r.plan)) })
	r.t.step("Calling")
	r.t.mu.Lock()
	r.t.call = notes{ended: make(chan struct{})}
	r.t.mu.Unlock()
	ring, cancel := context.WithTimeout(r.ctx, 20*time.Second)
	defer cancel()
	d, err := r.t.o.Dial(ring)
	if err != nil {
		r.refused = err
		return nil
	}
	r.dialled = d
	r.t.change(func(s *record.SelfTest) { s.RingMS, s.SetupMS = ms(d.Ringing), ms(d.Answered) })
	if err := r.talk(); err != nil {
		return err
	}
	r.pair()
	r.t.step("Listening to the replies")
	return r.understand()
}

// talk runs the call: greeting, questions, goodbye.
func (r *run) talk() (err error) {
	p := newPlayer()
	media, stop := context.WithCancel(r.ctx)
	over := make(chan error, 1)
	go func() { over <- r.dialled.Line().Run(media, p, p) }()
	defer func() {
		if gone := r.dialled.Hangup(r.ctx); err == nil && gone != nil {
			err = gone
		}
		stop()
		<-over
		stats := r.dialled.Line().Stats()
		r.t.change(func(s *record.SelfTest) { s.Caller = lineOf(stats) })
		r.waitForRecord()
	}()
	r.t.step("Greeting")
	greeting, err := p.reply(r.ctx, r.dialled.Done())
	if err != nil {
		return err
	}
	if !greeting.first.IsZero() {
		r.t.change(func(s *record.SelfTest) { s.GreetingMS = ms(greeting.first.Sub(r.dialled.AckAt())) })
	}
	for i, q := range r.plan {
		r.t.step(fmt.Sprintf("Question %d of %d: %s", i+1, len(r.plan), q.text))
		x, err := p.ask(r.ctx, r.dialled.Done(), q)
		if err != nil {
			return err
		}
		if x == nil {
			return nil // the box hung up
		}
		r.asked = append(r.asked, x)
	}
	return nil
}

// waitForRecord waits until the box has closed the call's record.
func (r *run) waitForRecord() {
	r.t.mu.Lock()
	ended := r.t.call.ended
	r.t.mu.Unlock()
	late := time.NewTimer(5 * time.Second)
	defer late.Stop()
	select {
	case <-ended:
	case <-late.C:
	case <-r.ctx.Done():
	}
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func lineOf(s line.Stats) record.SelfTestLine {
	return record.SelfTestLine{
		Received: s.Received, Lost: s.Lost, Late: s.Late, JitterMS: s.JitterMS, Sent: s.Sent,
		SentLate: s.LateFrames, WorstLate: ms(s.WorstLate),
	}
}
