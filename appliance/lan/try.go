package lan

import (
	"context"
	"errors"
	"time"

	"frontdesk.internal/appliance/lan/openai"
	"frontdesk.internal/appliance/notify"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/audio"
	"frontdesk.internal/models/asrbench"
	"frontdesk.internal/models/engines"
)

// sample is a sentence as the box's own voice says it.
type sample struct {
	language, text string
	pcm            audio.PCM
}

// Trial is how a computer did with a question of the box's own.
type Trial struct {
	Standing Standing
	Model    string
	Said     string // what it heard, or chose
	Took     time.Duration
	Own      time.Duration // the box itself, with the same; 0 = it was not measured
}

// errVoiceless says that the box has no voice to make a sample with.
var errVoiceless = errors.New("the box's own voice is not there")

// try measures a computer and decides whether it is asked.
func (h *Hosts) try(ctx context.Context, x *host) {
	if x.client == nil {
		return
	}
	t, err := h.measure(ctx, x)
	if ctx.Err() != nil {
		return
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	was := x.state.Standing
	x.state.Tried, x.state.Serves, x.state.Problem, x.late = h.o.Now(), t.Model, "", 0
	x.state.TookMS, x.state.OwnMS, x.state.Standing = int(t.Took.Milliseconds()), int(t.Own.Milliseconds()), t.Standing
	switch {
	case errors.Is(err, errVoiceless):
		x.state.Standing = StandingNoVoice
	case err != nil:
		x.state.Standing, x.state.Problem = StandingFailed, notify.Explain(err).Error()
	}
	if was != x.state.Standing {
		h.o.Logger.Info("a computer that helps was tried", "role", string(x.Role), "standing", string(x.state.Standing),
			"problem", x.state.Problem, "took_ms", x.state.TookMS, "own_ms", x.state.OwnMS)
	}
}

// Try measures one that may be off. The error is a *notify.Error.
func (h *Hosts) Try(ctx context.Context, d record.EngineHost, secret string) (Trial, error) {
	defer h.rounds.Try(func() bool { h.mu.Lock(); defer h.mu.Unlock(); return len(h.hosts) > 0 })()
	client, err := openai.New(h.o.Gate, openai.Server{URL: d.URL, Model: d.Model, Key: secret, CA: d.CA})
	if err != nil {
		return Trial{}, err
	}
	t, err := h.measure(ctx, &host{EngineHost: d, client: client})
	if errors.Is(err, errVoiceless) {
		return Trial{Standing: StandingNoVoice, Model: t.Model}, nil
	}
	if err != nil {
		return t, notify.Explain(err)
	}
	return t, nil
}

// measure has a computer, and the box's own engine where that is due and nobody calls, do the same.
func (h *Hosts) measure(ctx context.Context, x *host) (t Trial, err error) {
	ctx, cancel := context.WithTimeout(ctx, trialMax)
	defer cancel()
	if t.Model, err = x.client.Model(ctx); err != nil {
		return t, err
	}
	far, own := h.askText, h.ownText
	if x.Role == record.EngineSpeech {
		far, own = h.askSpeech, h.ownSpeech
	}
	begun := h.o.Now()
	if t.Said, err = far(ctx, x); err != nil {
		return t, err
	}
	t.Took = h.o.Now().Sub(begun)
	f, known := h.figure(ctx, x.Role, own)
	switch {
	case !known:
		t.Standing = StandingUntried
	case f.absent || t.Took < f.took:
		t.Own, t.Standing = f.took, StandingUsed
	default:
		t.Own, t.Standing = f.took, StandingSlower
	}
	return t, nil
}

// figure is what the box itself takes; known is false when it was never measured and cannot be now.
func (h *Hosts) figure(ctx context.Context, role record.EngineRole, measure func(context.Context) (time.Duration, error)) (
	f figure, known bool,
) {
	h.mu.Lock()
	f, known = h.own[role]
	h.mu.Unlock()
	if known && !f.absent && h.o.Now().Sub(f.at) < ownHolds || h.o.Calls() > 0 {
		return f, known
	}
	took, err := measure(ctx)
	switch {
	case errors.Is(err, engines.ErrUnavailable):
		f, known = figure{absent: true}, true
	case err != nil:
		h.o.Logger.Warn("the box's own engine could not be measured", "role", string(role), "err", err)
		return f, known
	default:
		f, known = figure{took: took}, true
	}
	f.at = h.o.Now()
	h.mu.Lock()
	h.own[role] = f
	h.mu.Unlock()
	return f, known
}

// askText has a computer choose.
func (h *Hosts) askText(ctx context.Context, x *host) (string, error) {
	q, ok := closed(h.o.Question())
	if !ok {
		return "", &notify.Error{Fault: notify.FaultSetting, Err: errOpen}
	}
	c, err := x.choose(ctx, q)
	return c.Text, err
}

// ownText is the time that the box's own model takes for the same.
func (h *Hosts) ownText(ctx context.Context) (time.Duration, error) {
	r := h.o.Question()
	r.Call = "trial"
	c, err := h.o.Own.Complete(ctx, r)
	return c.Prefill + c.Decode, err
}

// understood is the part of the words of the sample that must come back.
const understood = 0.5

// askSpeech has a computer write the sample down.
func (h *Hosts) askSpeech(ctx context.Context, x *host) (string, error) {
	s, err := h.spoken(ctx)
	if err != nil {
		return "", err
	}
	heard, err := x.client.Transcribe(ctx, openai.Clip{PCM: s.pcm, Language: s.language})
	if err != nil {
		return "", err
	}
	e := asrbench.Compare(asrbench.Words(s.text), asrbench.Words(heard.Text))
	if float64(e.Words-e.Substituted-e.Deleted) < understood*float64(e.Words) {
		return heard.Text, &notify.Error{Fault: notify.FaultGarbage, Err: errors.New("other words than were said")}
	}
	return heard.Text, nil
}

// spoken has the sample, which is made again when the business has another one.
func (h *Hosts) spoken(ctx context.Context) (sample, error) {
	language, text := h.o.Sentence()
	h.mu.Lock()
	s := h.sample
	h.mu.Unlock()
	if s.language == language && s.text == text && len(s.pcm) > 0 {
		return s, nil
	}
	s = sample{language: language, text: text}
	err := h.o.Own.Speak(ctx, engines.SpeakRequest{Call: "trial", Text: text, Rate: engines.Rate, Language: language},
		func(p engines.Speech) error {
			s.pcm = append(s.pcm, p.PCM...)
			return nil
		})
	if err != nil || len(s.pcm) == 0 {
		return s, errors.Join(errVoiceless, err)
	}
	h.mu.Lock()
	h.sample = s
	h.mu.Unlock()
	return s, nil
}

// Times of giving the sample to the box's own recognition.
const (
	feedEvery = 4 * time.Millisecond // a frame: five times as fast as it was said, which bounded queues take
	trailing  = time.Second          // of silence, by which it knows that it is over
)

// ownSpeech is the time that the box's own recognition takes for the sample.
func (h *Hosts) ownSpeech(ctx context.Context) (took time.Duration, err error) {
	s, err := h.spoken(ctx)
	if err != nil {
		return 0, err
	}
	l, err := h.o.Own.Listen(ctx, engines.ListenOptions{Call: "trial", Language: s.language})
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	pcm := append(s.pcm.Clone(), make(audio.PCM, int64(trailing)*engines.Rate/int64(time.Second))...)
	tick := time.NewTicker(feedEvery)
	defer tick.Stop()
	for feed := tick.C; ; {
		select {
		case <-feed:
			if len(pcm) < engines.FrameSamples {
				feed = nil
				continue
			}
			l.Frame(pcm[:engines.FrameSamples])
			pcm = pcm[engines.FrameSamples:]
		case ev, ok := <-l.Events():
			switch {
			case !ok:
				return 0, errors.Join(errors.New("recognition ended"), l.Err())
			case ev.Kind == engines.Transcribed && ev.Final:
				return ev.Took, nil
			}
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
}
