package scene

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"sync"
	"time"

	"frontdesk.internal/audio"
	"frontdesk.internal/audio/line"
)

// Levels and times by which the caller tells speech from silence on a line whose silence is digital.
const (
	voiced     = 120                     // RMS of a frame with voice in it
	replyOver  = 1100 * time.Millisecond // silence after which the other side has finished
	replyShort = 600 * time.Millisecond  // what is shorter may have been broken off because the caller still spoke
	brokenOver = 3 * time.Second         // silence after which nothing more comes behind it
	replyDue   = 60 * time.Second        // longest wait for a reply, on a busy machine too
	hesitation = 400 * time.Millisecond
	quiet      = 500 * time.Millisecond // of the office, after which it begins anew
	gapOver    = 60.0                   // ms between packets that are told of
)

// Leg is an established call of the test caller.
type Leg interface {
	Line() *line.Line
	AckAt() time.Time
	Done() <-chan struct{}
	Hangup(ctx context.Context) error
}

// Play runs the scene on leg and hangs up at its end if the office has not. step, when not nil, is told of each turn as it is over.
func Play(ctx context.Context, s Scene, leg Leg, step func(Turn)) (Result, error) {
	speech := make([]audio.PCM, len(s.Steps))
	for i, st := range s.Steps {
		if st.Say == "" {
			continue
		}
		voice := st.Voice
		if voice == "" {
			voice = s.Voice
		}
		pcm, err := Speak(ctx, voice, st.Say)
		if err != nil {
			return Result{}, fmt.Errorf("step %d: %w", i+1, err)
		}
		speech[i] = pcm
	}
	return PlaySpeech(ctx, s, speech, leg, step)
}

// PlaySpeech is Play with the speech of each step (at Rate, nil where nothing is said) made before.
func PlaySpeech(ctx context.Context, s Scene, speech []audio.PCM, leg Leg, step func(Turn)) (Result, error) {
	first := Duration(0)
	if len(s.Steps) > 0 {
		first = s.Steps[0].Interrupt
	}
	return Converse(ctx, s, &list{steps: s.Steps, speech: speech}, first, leg, step)
}

// list is the script of a scene: its steps, come what may.
type list struct {
	steps  []Act
	speech []audio.PCM
	at     int
}

// Next implements Script.
func (l *list) Next(_ context.Context, before Turn) (Act, audio.PCM, Duration, bool, error) {
	if before.FirstReply.IsZero() && !before.Step.Silent {
		return Act{}, nil, 0, false, errNoReply
	}
	if l.at == len(l.steps) {
		return Act{}, nil, 0, false, nil
	}
	st, pcm, next := l.steps[l.at], l.speech[l.at], Duration(0)
	if l.at++; l.at < len(l.steps) {
		next = l.steps[l.at].Interrupt
	}
	return st, pcm, next, true, nil
}

// Converse plays a caller who decides as the call goes on; the steps of s are not used. The greeting is interrupted after first,
// unless that is 0.
func Converse(ctx context.Context, s Scene, script Script, first Duration, leg Leg, step func(Turn)) (Result, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	p := &player{scene: s, leg: leg, noise: rand.New(rand.NewPCG(1, uint64(len(s.Name)))), changed: make(chan struct{}, 1)}
	media := make(chan error, 1)
	go func() { media <- leg.Line().Run(ctx, p, p) }()
	r := Result{Scene: s.Name}
	err := p.script(ctx, &r, script, first, step)
	if err == nil && s.Stay > 0 {
		err = p.until(ctx, time.Duration(s.Stay), func() bool { return false })
	}
	if err == nil || errors.Is(err, errEnded) {
		err = nil
		r.Ended = "office"
		select {
		case <-leg.Done():
		default:
			r.Ended = "caller"
			err = leg.Hangup(ctx)
		}
	}
	cancel()
	<-media
	r.Lost = leg.Line().Stats().Lost
	p.mu.Lock()
	defer p.mu.Unlock()
	r.Caller, r.Office, r.Gaps, r.GapMS = p.said, p.heard, p.gaps, p.gap
	return r, err
}

// errEnded says that the office hung up, errNoReply that it said nothing when a reply was due.
var (
	errEnded   = errors.New("the office hung up")
	errNoReply = errors.New("no reply in time")
)

// player is both ends of the caller's media. Hear and Say run on the line's clock; the script waits for changes.
type player struct {
	scene   Scene
	leg     Leg
	noise   *rand.Rand
	changed chan struct{}

	mu         sync.Mutex
	heard      audio.PCM // everything received
	said       audio.PCM // everything sent
	speech     audio.PCM // still to be said
	voicedTo   int       // samples of speech up to its last voiced frame
	at         int       // position in speech
	saidFirst  time.Time // first voiced frame of this speech was sent
	saidLast   time.Time // last voiced frame of this speech was sent
	replyFirst time.Time // first voiced frame since mark
	replyLast  time.Time // last voiced frame
	replyFrom  int       // sample index of replyFirst in heard
	cutIn      bool      // the office has begun to speak while this speech was said
	packet     time.Time // when the newest packet came
	gap        float64   // the longest between two, ms
	gaps       []Gap
}

var (
	_ line.Ear   = (*player)(nil)
	_ line.Mouth = (*player)(nil)
)

// Hear implements line.Ear.
func (p *player) Hear(f line.Frame) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.heard = append(p.heard, f.PCM...)
	p.arrived(f.Arrived)
	if f.Silence || rms(f.PCM) < voiced {
		p.wake()
		return
	}
	at := f.Arrived
	if at.IsZero() {
		at = f.At
	}
	if p.at > 0 && p.at < p.voicedTo && at.Sub(p.replyLast) > quiet {
		p.cutIn = true
	}
	if p.replyFirst.IsZero() {
		p.replyFirst, p.replyFrom = at, len(p.heard)-len(f.PCM)
	}
	p.replyLast = at
	p.wake()
}

// arrived notes when a packet came; at is zero for frames without one.
func (p *player) arrived(at time.Time) {
	if at.IsZero() {
		return
	}
	if !p.packet.IsZero() {
		since := ms(at.Sub(p.packet))
		p.gap = max(p.gap, since)
		if since > gapOver {
			p.gaps = append(p.gaps, Gap{At: at, MS: since})
		}
	}
	p.packet = at
}

// wake tells the script that time has passed.
func (p *player) wake() {
	select {
	case p.changed <- struct{}{}:
	default:
	}
}

// Say implements line.Mouth.
func (p *player) Say(dst audio.PCM) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := copy(dst, p.speech[p.at:])
	if n > 0 {
		if p.saidFirst.IsZero() {
			p.saidFirst = time.Now()
		}
		if p.at < p.voicedTo {
			p.saidLast = time.Now()
		}
		p.at += n
	}
	clear(dst[n:])
	p.addEcho(dst)
	p.addNoise(dst)
	p.said = append(p.said, dst...)
	return len(dst)
}

// addNoise puts the scene's line noise under the frame: white noise SNR dB below the speech level of 3000 RMS.
func (p *player) addNoise(dst audio.PCM) {
	if p.scene.SNR == 0 {
		return
	}
	amp := 3000 / math.Pow(10, p.scene.SNR/20)
	for i, s := range dst {
		dst[i] = int16(max(-32768, min(32767, float64(s)+p.noise.NormFloat64()*amp)))
	}
}

// echoDelay is the way of the office's sound through the speakerphone and the room back into its microphone.
const echoDelay = Rate * 120 / 1000

// addEcho mixes what was heard echoDelay ago into the frame, as loud as the scene says.
func (p *player) addEcho(dst audio.PCM) {
	from := len(p.heard) - echoDelay
	if p.scene.Echo == 0 || from < 0 {
		return
	}
	gain := math.Pow(10, -p.scene.Echo/20)
	for i := range min(len(dst), len(p.heard)-from) {
		dst[i] = int16(max(-32768, min(32767, float64(dst[i])+gain*float64(p.heard[from+i]))))
	}
}

// begin starts saying pcm and forgets the last reply.
func (p *player) begin(pcm audio.PCM) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.speech, p.at, p.voicedTo = pcm, 0, 0
	for i := 0; i+frame <= len(pcm); i += frame {
		if rms(pcm[i:i+frame]) > voiced*2 {
			p.voicedTo = i + frame
		}
	}
	p.saidFirst, p.saidLast, p.cutIn = time.Time{}, time.Time{}, false
	p.forget()
}

func (p *player) forget() {
	p.replyFirst, p.replyLast, p.replyFrom = time.Time{}, time.Time{}, len(p.heard)
}

// script runs the steps.
func (p *player) script(ctx context.Context, r *Result, script Script, interrupt Duration, done func(Turn)) error {
	p.mu.Lock()
	p.forget()
	p.mu.Unlock()
	report := func(t Turn) {
		if done != nil {
			done(t)
		}
	}
	r.Greeting.LastVoiced = p.leg.AckAt()
	err := p.reply(ctx, &r.Greeting, interrupt)
	report(r.Greeting)
	for before := r.Greeting; err == nil; {
		var st Act
		var speech audio.PCM
		var more bool
		cut := interrupt > 0 && !before.FirstReply.IsZero()
		if st, speech, interrupt, more, err = script.Next(ctx, before); err != nil || !more || st.Hangup {
			return err
		}
		if cut && st.Interrupt == 0 {
			st.Interrupt = 1 // the office may still be speaking
		}
		t := Turn{Step: st, Speech: speech}
		if err = p.act(ctx, &t, st, speech); err == nil && !st.Silent {
			err = p.reply(ctx, &t, interrupt)
		}
		r.Turns = append(r.Turns, t)
		report(t)
		before = t
	}
	return err
}

// act says or keys one step. For an interruption the other side is still speaking and StoppedMS is measured.
func (p *player) act(ctx context.Context, t *Turn, st Act, pcm audio.PCM) error {
	if st.Interrupt == 0 {
		wait := time.Duration(st.Wait)
		if wait == 0 {
			wait = hesitation
		}
		if err := p.until(ctx, wait, func() bool { return false }); err != nil {
			return err
		}
	}
	t.Began = time.Now()
	var overEnd time.Time
	if st.Keys != "" {
		p.begin(nil)
		if err := p.leg.Line().SendKeys(ctx, st.Keys); err != nil {
			return fmt.Errorf("send keys: %w", err)
		}
		t.LastVoiced = time.Now()
		p.mu.Lock()
		if st.Interrupt > 0 && p.replyLast.After(t.Began) {
			t.StoppedMS = ms(p.replyLast.Sub(t.Began))
		}
		p.forget()
		p.mu.Unlock()
		return nil
	}
	p.begin(pcm)
	// While we speak the other side falls silent; what it still said of the old reply is not the new one.
	err := p.until(ctx, pcm.Duration(Rate)+2*time.Second, func() bool { return p.at >= len(p.speech) })
	p.mu.Lock()
	defer p.mu.Unlock()
	t.LastVoiced, t.CutIn, overEnd = p.saidLast, p.cutIn, p.replyLast
	if st.Interrupt > 0 && overEnd.After(p.saidFirst) {
		t.StoppedMS = ms(overEnd.Sub(p.saidFirst))
	}
	if !p.replyFirst.After(p.saidLast) {
		p.forget()
	}
	return err
}

// reply waits for the answer and its end; with interrupt only until so long after its start.
func (p *player) reply(ctx context.Context, t *Turn, interrupt Duration) error {
	due := time.Duration(p.scene.Patience)
	if due == 0 {
		due = replyDue
	}
	err := p.until(ctx, due, func() bool { return !p.replyFirst.IsZero() })
	p.mu.Lock()
	first := p.replyFirst
	p.mu.Unlock()
	if first.IsZero() {
		return err // the script says whether that will do
	}
	t.FirstReply = first
	t.ReplyMS = ms(first.Sub(t.LastVoiced))
	over := func() bool { return p.replied(time.Now()) }
	if interrupt > 0 {
		over = func() bool { return time.Since(p.replyFirst) > time.Duration(interrupt) }
	}
	err = p.until(ctx, 90*time.Second, over)
	p.mu.Lock()
	defer p.mu.Unlock()
	t.ReplyFrom, t.ReplyTo = p.replyFrom, len(p.heard)
	t.Reply = p.heard[p.replyFrom:].Clone()
	t.ReplySec = p.replyLast.Sub(p.replyFirst).Seconds()
	return err
}

// replied says whether the reply has ended. Who answers "yes" before "please" was said breaks off and begins anew once he has heard it:
// a caller waits for that.
func (p *player) replied(now time.Time) bool {
	silence := now.Sub(p.replyLast)
	return silence > brokenOver || silence > replyOver && p.replyLast.Sub(p.replyFirst) >= replyShort
}

// until waits for cond, which is called with mu held at every frame, or for the time to be over, which is no error.
func (p *player) until(ctx context.Context, limit time.Duration, cond func() bool) error {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	for {
		p.mu.Lock()
		ok := cond()
		p.mu.Unlock()
		if ok {
			return nil
		}
		select {
		case <-p.changed:
		case <-timer.C:
			return nil
		case <-p.leg.Done():
			return errEnded
		case <-ctx.Done():
			return fmt.Errorf("play scene: %w", context.Cause(ctx))
		}
	}
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
