package reception_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/knowledge/profile"
	"frontdesk.internal/appliance/reception"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/audio"
	"frontdesk.internal/audio/line"
	"frontdesk.internal/models/modelstest"
)

// office is a reception with scripted engines, records in memory and a line without a network, all on a synctest clock.
type office struct {
	reception  *reception.Reception
	t          *testing.T
	ears       *modelstest.Ears
	mind       *modelstest.Mind
	mouth      *modelstest.Mouth
	ready      *ready
	book       *book
	recs       *records
	call       *fakeCall
	done       chan struct{}
	limit      time.Duration
	recordings *fakeRecordings // nil: calls are not recorded
	ask        bool            // callers are asked before they are recorded
	written    bool            // words of who refuses that are kept
	mute       bool            // the line sends nothing
	dumb       error           // the voice cannot render
	brief      bool            // persons are told who calls
	ledger     reception.Consents
	rights     reception.Rights
	profile    string                   // of the samples; "" = dental
	speaks     func(text string) string // in which language what is heard is spoken
	meaning    reception.Understanding  // nil: callers are read by words alone
	diary      reception.Diary          // nil: the office has no calendar
	contacts   reception.Contacts       // nil: nobody is asked who calls
}

// open starts a call whose caller will say texts, one after the other, each time say is used.
func open(t *testing.T, texts ...string) *office {
	t.Helper()
	return openWith(t, &office{}, texts...)
}

func openWith(t *testing.T, o *office, texts ...string) *office {
	t.Helper()
	o.t = t
	o.ears = &modelstest.Ears{Texts: texts, Lag: 400 * time.Millisecond, LanguageOf: o.speaks}
	o.mind = &modelstest.Mind{}
	o.mouth = &modelstest.Mouth{Sound: modelstest.Sound{PerRune: 20 * time.Millisecond}}
	if o.dumb != nil {
		o.mouth.Fail(o.dumb)
	}
	if o.ready == nil {
		o.ready = &ready{speech: true, mind: true, changed: make(chan struct{})}
	}
	if o.book == nil {
		o.book = &book{}
	}
	if o.recs == nil {
		o.recs = newRecords()
	}
	if o.profile == "" {
		o.profile = "dental"
	}
	b, err := profile.Sample(o.profile)
	if err != nil {
		t.Fatal(err)
	}
	b.Transfer.Announce = o.brief
	keep := func() (reception.Recordings, bool) { return nil, false }
	if o.recordings != nil {
		keep = func() (reception.Recordings, bool) { return o.recordings, o.ask }
	}
	o.reception = reception.New(reception.Deps{
		Written:    func() bool { return o.written },
		Recordings: keep, Consents: o.ledger, Rights: o.rights, Meaning: o.meaning, Diary: o.diary,
		Contacts: o.contacts,
		Ears:     o.ears, Mind: o.mind, Mouth: o.mouth, Engines: o.ready, Phrases: o.book, Records: o.recs,
		Business: func() (*knowledge.Business, int) {
			return b, 3
		}, Logger: slog.New(slog.DiscardHandler), Limits: reception.Limits{Call: o.limit},
	})
	ctx, cancel := context.WithCancelCause(t.Context())
	o.call = &fakeCall{line: &fakeLine{digits: make(chan line.Digit, 16), mute: o.mute}, hangup: cancel}
	o.done = make(chan struct{})
	go func() {
		defer close(o.done)
		o.reception.HandleCall(ctx, o.call)
		cancel(errors.New("the box hung up"))
	}()
	return o
}

// say makes the caller speak for d.
func (o *office) say(d time.Duration) {
	o.call.line.speak(d)
	time.Sleep(d)
}

// quiet waits until the box has begun to speak, within ten seconds, and then has said nothing for a second.
func (o *office) quiet() {
	o.t.Helper()
	from := time.Now()
	for range 1200 {
		time.Sleep(100 * time.Millisecond)
		voiced := o.call.line.lastVoiced()
		if voiced.After(from) && time.Since(voiced) > time.Second {
			return
		}
		if voiced.Before(from) && time.Since(from) > 10*time.Second {
			o.t.Fatalf("the box says nothing; so far: %s", o.recs.said())
		}
	}
	o.t.Fatal("the box does not stop talking")
}

// hangup ends the call from the caller's side and waits for the box.
func (o *office) hangup() {
	o.call.hangup(callerGone{})
	<-o.done
	synctest.Wait()
}

// ended waits for the box to end the call.
func (o *office) ended(within time.Duration) {
	o.t.Helper()
	select {
	case <-o.done:
	case <-time.After(within):
		o.call.hangup(callerGone{})
		<-o.done
		o.t.Fatalf("the box did not end the call within %v", within)
	}
}

type callerGone struct{}

func (callerGone) Error() string { return "caller hung up" }
func (callerGone) Outcome() record.Outcome {
	return record.Outcome{Result: record.ResultCompleted, Reason: "caller_hangup"}
}

// fakeCall implements reception.Call.
type fakeCall struct {
	line       *fakeLine
	hangup     context.CancelCauseFunc
	mu         sync.Mutex
	rejected   int
	moved      []string
	moveErr    error
	answerFail error
	leg        *fakeLeg // nil: nobody answers
	joinErr    error
	dialled    []string
}

// fakeLeg implements reception.Leg.
type fakeLeg struct {
	*fakeLine
	ctx    context.Context
	cancel context.CancelFunc
	closed bool
}

func newLeg(t *testing.T) *fakeLeg {
	t.Helper()
	l := &fakeLeg{fakeLine: &fakeLine{digits: make(chan line.Digit, 16)}}
	l.ctx, l.cancel = context.WithCancel(t.Context())
	return l
}

func (l *fakeLeg) Context() context.Context { return l.ctx }
func (l *fakeLeg) Close()                   { l.closed = true }

func (c *fakeCall) Dial(ctx context.Context, extension string, _ record.Personal) (reception.Leg, error) {
	select {
	case <-time.After(5 * time.Second): // it rings
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.dialled = append(c.dialled, extension)
	if c.leg == nil {
		return nil, errors.New("no answer")
	}
	return c.leg, nil
}

func (c *fakeCall) Join(context.Context, reception.Leg) error {
	if c.joinErr == nil {
		c.hangup(transferred{})
	}
	return c.joinErr
}

type transferred struct{}

func (transferred) Error() string { return "transferred" }
func (transferred) Outcome() record.Outcome {
	return record.Outcome{Result: record.ResultTransfer, Reason: "transferred"}
}

func (c *fakeCall) ID() string                   { return "call-1" }
func (c *fakeCall) From() record.PhoneNumber     { return "217-555-0182" }
func (c *fakeCall) DisplayName() record.Personal { return "" }
func (c *fakeCall) To() string                   { return "100" }
func (c *fakeCall) Diverted() record.PhoneNumber { return "" }
func (c *fakeCall) Cause() int                   { return 16 }
func (c *fakeCall) Origin() record.Origin        { return record.OriginLine }
func (c *fakeCall) Invited() time.Time           { return time.Now() }
func (c *fakeCall) Answer(context.Context) (reception.Line, time.Time, error) {
	return c.line, time.Now(), c.answerFail
}

func (c *fakeCall) Reject(status int) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.rejected = status
	return nil
}

func (c *fakeCall) Transfer(_ context.Context, extension string) error {
	time.Sleep(2 * time.Second)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.moved = append(c.moved, extension)
	return c.moveErr
}

// fakeLine is a line without packets: a 20 ms clock, a caller who is loud while he speaks.
type fakeLine struct {
	digits chan line.Digit

	mu     sync.Mutex
	until  time.Time // the caller speaks
	voiced time.Time // the box was last heard
	began  time.Time // first sound of the box
	frames int       // with sound from the box
	level  float64   // of the loudest frame so far
	now    float64   // of the newest
	sent   uint64    // packets
	mute   bool      // none goes out
	keys   string    // that were sent
	ours   int       // samples so far of which the next frame says that they were the box's own
}

func (l *fakeLine) SendKeys(_ context.Context, keys string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.keys += keys
	return nil
}

func (l *fakeLine) sentKeys() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.keys
}

func (l *fakeLine) Digits() <-chan line.Digit { return l.digits }
func (l *fakeLine) Stats() line.Stats {
	l.mu.Lock()
	defer l.mu.Unlock()
	return line.Stats{Codec: "PCMU", Sent: l.sent, SentFrames: l.sent}
}

func (l *fakeLine) speak(d time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.until = time.Now().Add(d)
}

// own says that what was heard in the last d was the box's own voice.
func (l *fakeLine) own(d time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ours = int(d * reception.LineRate / time.Second)
}

func (l *fakeLine) lastVoiced() time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.voiced
}

func (l *fakeLine) silentFor() time.Duration { return time.Since(l.lastVoiced()) }

// soft says whether what the box says now is softer than what it has said.
func (l *fakeLine) soft() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.now < l.level/2
}

func (l *fakeLine) heardFrames() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.frames
}

func (l *fakeLine) Run(ctx context.Context, ear line.Ear, mouth line.Mouth) error {
	tick := time.NewTicker(audio.FrameDuration)
	defer tick.Stop()
	loud := modelstest.Tone(reception.LineRate, 300, audio.FrameDuration)
	quiet := make(audio.PCM, len(loud))
	dst := make(audio.PCM, len(loud))
	for {
		now := time.Now()
		l.mu.Lock()
		pcm := quiet
		if now.Before(l.until) {
			pcm = loud
		}
		ours := l.ours
		l.ours = 0
		l.mu.Unlock()
		ear.Hear(line.Frame{PCM: pcm, At: now, Ours: ours})
		n := mouth.Say(dst)
		l.mu.Lock()
		if !l.mute {
			l.sent++
		}
		if n > 0 && modelstest.Level(dst[:n]) > 10 {
			l.voiced = now
			l.frames++
			l.now = float64(modelstest.Level(dst[:n]))
			l.level = max(l.level, l.now)
			if l.began.IsZero() {
				l.began = now
			}
		}
		l.mu.Unlock()
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-tick.C:
		}
	}
}

// ready implements reception.Readiness.
type ready struct {
	mu           sync.Mutex
	speech, mind bool
	changed      chan struct{}
}

func (r *ready) Ready() (bool, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.speech, r.mind
}

func (r *ready) Changed() <-chan struct{} {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.changed
}

func (r *ready) set(up bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.speech, r.mind = up, up
	close(r.changed)
	r.changed = make(chan struct{})
}

// book renders every phrase as a tone, so that each plays without an engine.
type book struct{ empty bool }

func (b *book) Phrase(string) (audio.PCM, bool) {
	if b.empty {
		return nil, false
	}
	return modelstest.Tone(reception.LineRate, 500, time.Second), true
}

func (b *book) Clause(string, string) (audio.PCM, bool) { return nil, false }

// records implements reception.Records in memory and notes the order of what happens.
type records struct {
	mu       sync.Mutex
	call     record.Call
	turns    map[int]record.Turn
	tags     []record.Tag   // of the caller
	fields   []record.Field // on the card
	messages []record.Message
	asked    []record.Unanswered
	name     record.Personal
	failSave error
	savedAt  time.Time
	slow     time.Duration
}

func newRecords() *records { return &records{turns: map[int]record.Turn{}} }

func (r *records) BeginCall(c record.Call) (record.Call, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	c.CallerID = "caller-1"
	r.call = c
	return c, nil
}
func (r *records) Caller(string) (record.Caller, error) {
	c := record.Caller{ID: "caller-1"}
	for _, t := range r.tags {
		c.SetTag(record.Mark{Tag: t}, true)
	}
	for _, f := range r.fields {
		c.Learn(f)
	}
	return c, nil
}

// count is how many turns were kept.
func (r *records) count() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.turns)
}

func (r *records) AddTurn(_ string, t record.Turn) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.turns[t.Index] = t
	return nil
}

func (r *records) SaveMessage(m record.Message) (record.Message, error) {
	time.Sleep(r.slow)
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.failSave != nil {
		return m, r.failSave
	}
	r.messages = append(r.messages, m)
	r.savedAt = time.Now()
	return m, nil
}

func (r *records) AddUnanswered(u record.Unanswered) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.asked = append(r.asked, u)
	return nil
}

func (r *records) Remember(_ string, n record.Personal) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.name = n
	return nil
}

func (r *records) EndCall(c record.Call) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.call = c
	return nil
}

// said joins what the box said in all turns.
func (r *records) said() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var all []string
	for i := range len(r.turns) {
		all = append(all, r.turns[i].Said)
	}
	return strings.Join(all, " / ")
}

// turn returns a turn by its number, from the end when negative.
func (r *records) turn(i int) record.Turn {
	r.mu.Lock()
	defer r.mu.Unlock()
	if i < 0 {
		i += len(r.turns)
	}
	return r.turns[i]
}
