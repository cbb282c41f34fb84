package reception

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"frontdesk.internal/appliance/dialogue"
	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/language/all"
	"frontdesk.internal/appliance/numbering"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/audio/line"
	"frontdesk.internal/models/engines"
)

// Times of the turn loop that no policy needs to know.
const (
	// tail is how long the line stays up after the last sample went out, so that it is heard before the BYE.
	tail = 250 * time.Millisecond
	// recoverEvery is how often a degraded call looks whether the engines are back, beside being told.
	recoverEvery = 500 * time.Millisecond
	// blip is the voiced time below which rejected speech is taken for noise and not for a caller who was not understood.
	blip = 400 * time.Millisecond
	// blipYesNo is the same after a question whose whole answer may be "no".
	blipYesNo = 150 * time.Millisecond
)

// live is one call. All fields belong to the turn loop, but for those with their own locks.
type live struct {
	deps   Deps
	call   Call
	biz    *knowledge.Business
	logger *slog.Logger

	conv       *dialogue.Conversation
	rec        record.Call
	ear        *ear
	voice      *voice
	patch      *patch
	speaker    *speaker
	scribe     *scribe
	stop       <-chan struct{} // closed when the appliance stops and calls are to end
	recordings Recordings      // nil: the call is not recorded
	asks1st    bool            // the caller is asked before it is
	known      record.Personal // name on file; "" = none, or it is not to be used
	notice     int             // version of what the caller is told about recording
	cards      cards

	verifiedMu sync.Mutex
	verified   []string // requests that are done once the call is over

	recorder *recorder         // nil before the answer, or without recordings
	stream   engines.Listening // nil while there is no recognition
	events   <-chan engines.ListenEvent
	turns    turnLog
	utt      utterance
	former   *former              // nil: there is no turn that can be taken back
	later    *dialogue.Unanswered // waits until the turn stands
	pace     pace

	expect   dialogue.Expect
	degraded bool
	sorry    int  // the turn that tells of the loss of the engines; 0 = none
	held     bool // the voice is held because the caller speaks
	ending   *record.Outcome
	over     bool
	away     bool               // the caller speaks with a person of the office, not with us
	keysOn   chan line.Digit    // keys for that person
	line     Line               // the caller's, once answered
	moving   *dialogue.Transfer // waits for the words before it to be played

	asks     map[int]context.CancelFunc
	waiting  int // commits and transfers under way
	timers   timers
	asked    chan dialogue.Proposed
	answered chan dialogue.Event // Committed and Transferred
	joined   chan struct{}       // the caller and a person of the office hear each other
	first    chan firstSample
	steered  chan Steering  // by the office
	helpers  sync.WaitGroup // questions to the model, transfers, warming
}

// utterance is what the caller is saying or has said and we have not taken yet.
type utterance struct {
	id          uint64        // 0 = none
	began       time.Duration // position of its first voiced frame
	ended       time.Duration // and of the last before the pause
	continues   *former       // the turn that it goes on with; nil = it is one of its own
	open        bool          // whether the caller is done is not sure
	paused      bool
	pausedAt    time.Time     // when we were told
	lastVoiced  time.Time     // when the line delivered it
	held        time.Duration // how long it lay in the jitter buffer before
	prob        float64
	speech      time.Duration
	due         time.Time            // until when the caller is waited for
	final       *engines.ListenEvent // the transcript of this pause
	partial     *engines.ListenEvent // the last of what was recognised before a pause
	transcribed time.Time
	reading     *reading
}

// timers of the loop; stopped ones never fire.
type timers struct {
	silence, keys, endpoint, think, tail, limit, recover, mend *time.Timer
	silenceArmed, tailArmed                                    bool
}

func stopped() *time.Timer {
	t := time.NewTimer(time.Hour)
	t.Stop()
	return t
}

func newTimers() timers {
	return timers{
		silence: stopped(), keys: stopped(), endpoint: stopped(), think: stopped(), tail: stopped(), limit: stopped(), recover: stopped(),
		mend: stopped(),
	}
}

func (t *timers) stop() {
	for _, x := range []*time.Timer{t.silence, t.keys, t.endpoint, t.think, t.tail, t.limit, t.recover, t.mend} {
		x.Stop()
	}
}

func newLive(d Deps, c Call, b *knowledge.Business, version int) *live {
	l := &live{
		deps: d, call: c, biz: b,
		logger:   d.Logger.With("call", c.ID()),
		voice:    newVoice(time.Now),
		ear:      &ear{now: time.Now},
		asks:     map[int]context.CancelFunc{},
		timers:   newTimers(),
		asked:    make(chan dialogue.Proposed, 16),
		answered: make(chan dialogue.Event, 16),
		joined:   make(chan struct{}, 4),
		steered:  make(chan Steering, 4),
		keysOn:   make(chan line.Digit, 16),
		first:    make(chan firstSample, 4),
	}
	l.cards.region = b.Region
	for _, tag := range b.Tongues() {
		l.cards.tongues = append(l.cards.tongues, all.For(tag))
	}
	l.rec = record.Call{
		ID: c.ID(), From: numbering.E164(c.From(), b.Region), DisplayName: c.DisplayName(), Diverted: numbering.E164(c.Diverted(), b.Region),
		Extension: c.To(), Origin: c.Origin(), Started: c.Invited(), Business: b.ID, Profile: version,
		Outcome: record.Outcome{Result: record.ResultRunning},
	}
	return l
}

// lang is the language in which the caller is understood now.
func (l *live) lang() language.Language { return l.conv.Language() }

// run lives through the call.
func (l *live) run(parent context.Context) {
	ctx, cancel := context.WithCancelCause(parent)
	defer cancel(nil)
	// The model computes the business's prompt while the phone rings.
	l.helpers.Go(func() { l.warm(ctx) })
	if l.deps.Meaning != nil {
		l.deps.Meaning.Prepare(ctx, l.biz)
	}

	card := l.begin(ctx)
	l.scribe = newScribe(l.deps.Records, l.logger)
	l.deps.Observer.CallStarted(l.rec)
	if status, reason := turnedAway(card); status != 0 {
		l.turnAway(status, reason)
		cancel(nil)
		l.helpers.Wait()
		return
	}
	l.prepare(card)
	ln, ack, err := l.call.Answer(ctx)
	if err != nil {
		cancel(err)
		l.helpers.Wait()
		l.finish(nil, outcomeOf(err, record.Outcome{Result: record.ResultFailed, Reason: "answer"}))
		return
	}
	l.rec.Answered, l.line = ack, ln
	if l.recordings != nil {
		l.recorder = newRecorder(l.call.ID(), ln, l.ear, l.voice, l.recordings, l.asks1st, l.logger)
	}
	l.speaker = newSpeaker(ctx, l.call.ID(), l.voice, l.deps.Mouth, l.deps.Phrases, l.logger)
	speech, _ := l.deps.Engines.Ready()
	l.degraded = !speech
	l.patch = &patch{tone: ringToneOf(l.biz.Region)}
	l.patch.ear, l.patch.mouth = l.sound()
	// The greeting is queued before the clock starts: its first sample is in the first packet.
	l.handle(dialogue.Answered{From: l.rec.From, Known: l.known, Degraded: l.degraded})

	media := make(chan error, 1)
	go func() { media <- ln.Run(ctx, l.patch, l.patch) }()
	if speech {
		l.listen(ctx)
	}
	l.timers.limit.Reset(l.deps.Limits.Call)
	out, running := l.loop(ctx, ln, media)
	cancel(nil)
	l.stopSpeaking()
	if running {
		<-media
	}
	l.finish(ln, out)
}

// sound is what the line exchanges its audio with: ear and voice, with the recorder between when the call may be recorded.
func (l *live) sound() (line.Ear, line.Mouth) {
	if l.recorder == nil {
		return l.ear, l.voice
	}
	return l.recorder, l.recorder
}

// warm computes the language model's prefix for this business.
func (l *live) warm(ctx context.Context) {
	if _, mind := l.deps.Engines.Ready(); !mind {
		return
	}
	if err := l.deps.Mind.Warm(ctx, dialogue.Prefix(l.biz)); err != nil && ctx.Err() == nil {
		l.logger.Warn("warm language model", "err", err)
	}
}

// begin makes the call's record durable and returns the caller's card, with what the office's systems say of who calls; the zero value when
// there is none.
func (l *live) begin(ctx context.Context) record.Caller {
	begun, err := l.deps.Records.BeginCall(l.rec)
	if err != nil {
		l.logger.Error("begin call record", "err", err)
		return record.Caller{}
	}
	l.rec = begun
	c, err := l.deps.Records.Caller(begun.CallerID)
	if err != nil {
		return record.Caller{}
	}
	if status, _ := turnedAway(c); l.deps.Contacts == nil || status != 0 || begun.From == "" || c.Has(record.TagRestricted) {
		return c // nobody needs to know more
	}
	l.deps.Contacts.Look(ctx, c.ID, begun.From)
	if said, err := l.deps.Records.Caller(c.ID); err == nil {
		c = said
	}
	return c
}

// listen opens recognition; without it the call goes on with keys. The stream outlives the call, for what the caller says last:
// finish closes it.
func (l *live) listen(ctx context.Context) bool {
	s, err := l.ear.open(context.WithoutCancel(ctx), l.deps.Ears,
		engines.ListenOptions{Call: l.call.ID(), Language: l.lang().Tag(), Also: l.biz.Tongues()})
	if err != nil {
		if ctx.Err() == nil {
			l.logger.Warn("open recognition", "err", err)
			l.enginesDown()
		}
		return false
	}
	l.stream, l.events = s, s.Events()
	if l.expect.Hint != "" {
		s.Hint(engines.Hint{Prompt: l.expect.Hint})
	}
	return true
}

// loop is the turn goroutine: it handles one thing after the other until the call is over. running is true while the
// line's Run has not returned.
func (l *live) loop(ctx context.Context, ln Line, media <-chan error) (out record.Outcome, running bool) {
	changed, stop := l.deps.Engines.Changed(), l.stop
	for !l.over {
		l.arm()
		select {
		case <-ctx.Done():
			l.hungUp()
			return outcomeOf(context.Cause(ctx), l.reached("caller_hangup")), true
		case err := <-media:
			l.hungUp()
			if cause := context.Cause(ctx); cause != nil {
				err = cause
			}
			return outcomeOf(err, record.Outcome{Result: record.ResultFailed, Reason: "media"}), false
		case ev, ok := <-l.events:
			l.heard(ev, ok)
		case d := <-ln.Digits():
			if !l.away {
				l.key(d)
				continue
			}
			select {
			case l.keysOn <- d:
			default: // the PBX has the two, or the person's line is far behind
			}
		case <-l.voice.drained:
			l.drained(ctx)
		case f := <-l.first:
			l.turns.started(f)
			l.deps.Observer.TurnSpeaking(l.rec.ID, l.turns.t.Said)
		case <-l.speaker.failed:
			l.enginesDown()
		case <-changed:
			changed = l.deps.Engines.Changed()
			l.tryRecover(ctx)
		case <-l.timers.recover.C:
			l.tryRecover(ctx)
		case p := <-l.asked:
			l.proposed(p)
		case ev := <-l.answered:
			l.concluded(ev)
		case <-l.joined:
			l.together()
		case s := <-l.steered:
			l.steer(s)
		case <-l.timers.silence.C:
			l.timers.silenceArmed = false
			l.handle(dialogue.Silence{})
		case <-l.timers.keys.C:
			l.handle(dialogue.KeysPaused{})
		case <-l.timers.endpoint.C:
			l.take()
		case <-l.timers.mend.C:
			l.ripe()
		case <-l.timers.think.C:
			l.unheard()
		case <-l.timers.limit.C:
			l.tooLong()
		case <-stop:
			stop = nil
			l.stopping()
		case <-l.timers.tail.C:
			l.over = true
		}
	}
	return *l.ending, true
}

// outcomeOf reads the outcome that err carries, else returns other.
func outcomeOf(err error, other record.Outcome) record.Outcome {
	var o outcomer
	if errors.As(err, &o) {
		got := o.Outcome()
		if got.Reason == "caller_hangup" {
			return other
		}
		return got
	}
	return other
}

// reached is the outcome when the caller hangs up: abandoned unless something came of the call.
func (l *live) reached(reason string) record.Outcome {
	if l.ending != nil {
		return *l.ending
	}
	if l.turns.callerTurns() == 0 && l.rec.Messages == 0 {
		return record.Outcome{Result: record.ResultAbandoned, Reason: reason}
	}
	return record.Outcome{Result: record.ResultCompleted, Reason: reason}
}

// finish stops every helper and makes the record complete.
func (l *live) finish(ln Line, out record.Outcome) {
	l.timers.stop()
	if l.stream != nil {
		l.ear.drop()
		if err := l.stream.Close(); err != nil {
			l.logger.Warn("close recognition", "err", err)
		}
	}
	l.turns.close(l.scribe, l.rec.ID, l.deps.Observer)
	l.rec.Ended, l.rec.Outcome, l.rec.Turns, l.rec.Cause = time.Now(), out, l.turns.count, l.call.Cause()
	if l.scribe.keep == nothing {
		l.rec.Turns = 0
	}
	if ln != nil {
		l.rec.Line, l.rec.Codec = quality(ln.Stats(), l.rec.Answered), ln.Stats().Codec
	}
	if l.recorder != nil {
		l.rec.Recording, l.rec.Recorded = l.recorder.stop()
		l.informed()
	}
	l.scribe.end(l.rec)
	l.scribe.close()
	l.completeRights()
	l.deps.Observer.CallEnded(l.rec)
	l.logger.Info("call ended", "result", out.Result, "reason", out.Reason, "turns", l.rec.Turns,
		"seconds", int(l.rec.Ended.Sub(l.rec.Started).Seconds()), "from", l.rec.From)
}

// stopSpeaking ends the voice and every question under way.
func (l *live) stopSpeaking() {
	for _, cancel := range l.asks {
		cancel()
	}
	l.speaker.stop()
	l.speaker.close()
	l.helpers.Wait()
}

// quality turns the line's figures into the record's.
func quality(s line.Stats, ack time.Time) record.LineQuality {
	q := record.LineQuality{
		Received: s.Received, Lost: s.Lost, Late: s.Late, Concealed: s.Concealed,
		JitterMS: s.JitterMS, Sent: s.Sent, RemoteLoss: s.RemoteLoss, RoundTrip: s.RTT,
		SentLate: s.LateFrames, SentWorst: s.WorstLate,
	}
	if !s.FirstSent.IsZero() && !ack.IsZero() {
		q.FirstSent = s.FirstSent.Sub(ack)
	}
	return q
}
