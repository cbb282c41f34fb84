package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"frontdesk.internal/appliance"
	"frontdesk.internal/appliance/config"
	"frontdesk.internal/appliance/phone/phonetest"
	"frontdesk.internal/appliance/phone/phonetest/scene"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/audio"
	"frontdesk.internal/audio/g711"
)

// benchTurnCommand measures how long callers wait for a reply, through SIP and RTP, with the real models.
type benchTurnCommand struct{ stdout, stderr io.Writer }

// Run implements frontdesk bench turn.
func (c *benchTurnCommand) Run(ctx context.Context, args []string) int {
	fs := flag.NewFlagSet("frontdesk bench turn", flag.ContinueOnError)
	fs.SetOutput(c.stderr)
	asJSON := fs.Bool("json", false, "print only one JSON object")
	dir := fs.String("dir", filepath.Join("build", "bench"), "`folder` for state")
	logs := fs.Bool("log", false, "show the appliance's log")
	few := fs.Int("calls", 0, "only so many `calls`; 0 = all")
	if err := fs.Parse(args); err != nil {
		return exitUsage
	}
	progress := c.stdout
	if *asJSON {
		progress = io.Discard
	}
	log := io.Discard
	if *logs {
		log = c.stderr
	}
	result, err := c.measure(ctx, *dir, *few, progress, log)
	if err == nil {
		err = printBenchJSON(c.stdout, result)
	}
	if err != nil {
		fmt.Fprintln(c.stderr, "frontdesk bench turn:", err)
		return exitFailed
	}
	return exitOK
}

// turnVoices are the callers' voices, and turnQuestions what they ask: six to a call, then goodbye. About one in four is put so that
// no rule knows it and the language model has to choose.
func turnScenes() []scene.Scene {
	voices := []string{"flite:slt", "flite:rms", "espeak:en-us", "flite:awb", "espeak:en-gb", "flite:kal16"}
	questions := []string{
		"What are your opening hours on Monday?", "How much is a teeth cleaning?", "Where are you located?",
		"Is there any parking?", "Do you take insurance?", "My tooth has gone a bit yellow, can you do something about that?",
		"Are you open on Saturday?", "What does a root canal cost?", "Do you treat children?",
		"I grind my teeth at night, is there anything for that?", "How can I pay?", "Who is Doctor Chen?",
		"When do you close on Friday?", "How much is a check up?", "Is the office wheelchair accessible?",
		"What happens if I cannot make it to my appointment?", "Do you do teeth whitening?", "What is your address?",
		"Are you open tomorrow?", "How much do you charge for X-rays?", "Are you accepting new patients?",
		"I am scared of needles, how do you deal with that?", "What should I bring to my first visit?", "Do you speak Spanish?",
		"Are you open on Sunday?", "What is the price of a crown?", "What is your website?",
		"Could somebody straighten the teeth of my son?", "Do you do fillings?", "What are your hours on Wednesday?",
		"Can I bring my daughter who is four?", "How much is an extraction?", "How do I find you?",
		"Are you open on Christmas Day?", "What is your e-mail address?", "Are you a robot?",
	}
	var scenes []scene.Scene
	for i := 0; i < len(questions); i += 6 {
		n := len(scenes)
		s := scene.Scene{Name: fmt.Sprintf("bench-%d", n+1), Caller: fmt.Sprintf("217555018%d", n), Voice: voices[n%len(voices)], SNR: 30}
		for _, q := range questions[i : i+6] {
			s.Steps = append(s.Steps, scene.Step{Say: q})
		}
		s.Steps = append(s.Steps, scene.Step{Hangup: true})
		scenes = append(scenes, s)
	}
	return scenes
}

// measured is one turn, from outside and from inside.
type measured struct {
	outer  float64 // caller's last voiced packet → first packet of the reply, ms
	inner  record.Turn
	bare   float64 // recognition of the same audio by the engines alone, ms
	speech audio.PCM
}

func (c *benchTurnCommand) measure(ctx context.Context, dir string, few int, progress, log io.Writer) (map[string]any, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("find folder: %w", err)
	}
	scenes := turnScenes()
	if few > 0 {
		scenes = scenes[:min(few, len(scenes))]
	}
	notes := &turnNotes{}
	st, err := newStage(ctx, stageOptions{
		dir: filepath.Join(dir, "state"), sample: "dental", observer: notes,
		deps: appliance.Deps{Logger: newLogger(log, config.Log{Level: "info"})},
	})
	if err != nil {
		return nil, err
	}
	var all []measured
	var greetings []float64
	for _, s := range scenes {
		ms, greeting, err := benchCall(ctx, st, s, notes)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("%s: %w", s.Name, err), st.close())
		}
		for _, m := range ms {
			fmt.Fprintf(progress, "%6.0f ms  wait %4d  recognise %4d  decide %4d (%s)  voice %4d  %q → %s\n", m.outer, m.inner.Endpointing.Milliseconds(),
				m.inner.Recognition.Milliseconds(), m.inner.Decision.Milliseconds(), m.inner.DecidedBy, m.inner.Voice.Milliseconds(), string(m.inner.Heard), m.inner.Decided)
		}
		all = append(all, ms...)
		greetings = append(greetings, greeting)
	}
	if err := st.close(); err != nil {
		return nil, err
	}
	if err := bareRecognition(ctx, all); err != nil {
		return nil, err
	}
	host, err := hostSpeed(ctx)
	if err != nil {
		return nil, err
	}
	return turnResult(all, greetings, host), nil
}

// benchCall plays one call and pairs what the caller saw with what the box noted.
func benchCall(ctx context.Context, st *stage, s scene.Scene, notes *turnNotes) ([]measured, float64, error) {
	speech := make([]audio.PCM, len(s.Steps))
	for i, step := range s.Steps {
		if step.Say == "" {
			continue
		}
		pcm, err := scene.Speak(ctx, s.Voice, step.Say)
		if err != nil {
			return nil, 0, err
		}
		speech[i] = pcm
	}
	caller, err := phonetest.NewCaller(ctx, phonetest.CallerOptions{PBX: st.pbx.Addr(), User: s.Caller})
	if err != nil {
		return nil, 0, fmt.Errorf("open caller: %w", err)
	}
	defer caller.Close()
	leg, err := caller.Dial(ctx, stageExtension)
	if err != nil {
		return nil, 0, fmt.Errorf("dial: %w", err)
	}
	notes.take()
	report, err := scene.PlaySpeech(ctx, s, speech, leg, nil)
	if err != nil {
		return nil, 0, err
	}
	notes.waitEnd(ctx)
	inner := notes.take()
	var out []measured
	for _, t := range report.Turns {
		if t.FirstReply.IsZero() {
			return nil, 0, fmt.Errorf("no reply to %q", t.Step.Say)
		}
		m := measured{outer: t.ReplyMS, speech: t.Speech}
		nearest := time.Second
		for _, n := range inner {
			if d := t.FirstReply.Sub(n.SaidAt).Abs(); !n.SaidAt.IsZero() && d < nearest {
				nearest, m.inner = d, n
			}
		}
		out = append(out, m)
	}
	return out, report.Greeting.ReplyMS, nil
}

// bareRecognition times the engines alone on what they heard in the calls, after the same codec.
func bareRecognition(ctx context.Context, all []measured) error {
	speech := make([]audio.PCM, len(all))
	for i, m := range all {
		octets := make([]byte, len(m.speech))
		g711.EncodeMu(octets, m.speech)
		speech[i] = make(audio.PCM, len(octets))
		g711.DecodeMu(speech[i], octets)
	}
	took, err := bareEars(ctx, speech)
	for i, d := range took {
		all[i].bare = float64(d.Microseconds()) / 1000
	}
	return err
}

// turnResult makes the JSON object.
func turnResult(all []measured, greetings []float64, host map[string]any) map[string]any {
	ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	pick := func(f func(measured) float64) []float64 {
		var v []float64
		for _, m := range all {
			v = append(v, f(m))
		}
		return v
	}
	outer := pick(func(m measured) float64 { return m.outer })
	// The detector takes the end of speech a little later (or earlier) than the caller's last loud packet; that is part of
	// finding the end of the turn.
	endpointing := pick(func(m measured) float64 { return m.outer - ms(m.inner.Total) + ms(m.inner.Endpointing) })
	// What is not finding the end of the turn, not recognition, not the model, not the voice, is ours: line, queues, gRPC, rules.
	glue := pick(func(m measured) float64 {
		engines := m.bare + ms(m.inner.Voice) + m.outer - ms(m.inner.Total) + ms(m.inner.Endpointing)
		if m.inner.DecidedBy == "model" {
			engines += ms(m.inner.Decision)
		}
		return m.outer - engines
	})
	byModel := 0
	for _, m := range all {
		if m.inner.DecidedBy == "model" {
			byModel++
		}
	}
	r := map[string]any{
		"turns": len(all), "turns_by_model": byModel,
		"p50_ms": quantile(outer, 0.5), "p95_ms": quantile(outer, 0.95), "max_ms": quantile(outer, 1),
		"glue_p50_ms": quantile(glue, 0.5), "glue_p95_ms": quantile(glue, 0.95),
		"greeting_p50_ms": quantile(greetings, 0.5), "greeting_max_ms": quantile(greetings, 1),
		"bare_recognition_p50_ms": quantile(pick(func(m measured) float64 { return m.bare }), 0.5),
		"stages": map[string]any{
			"endpointing": summary(endpointing),
			"recognition": summary(pick(func(m measured) float64 { return ms(m.inner.Recognition) })),
			"decision":    summary(pick(func(m measured) float64 { return ms(m.inner.Decision) })),
			"voice":       summary(pick(func(m measured) float64 { return ms(m.inner.Voice) })),
			"media":       summary(pick(func(m measured) float64 { return ms(m.inner.Media) })),
		},
		"host": host,
	}
	return r
}

func summary(v []float64) map[string]float64 {
	return map[string]float64{"p50_ms": quantile(v, 0.5), "p95_ms": quantile(v, 0.95), "max_ms": quantile(v, 1)}
}

// quantile is the value below which a fraction q lies (nearest rank), to a tenth.
func quantile(v []float64, q float64) float64 {
	if len(v) == 0 {
		return 0
	}
	s := slices.Sorted(slices.Values(v))
	i := min(len(s)-1, max(0, int(math.Ceil(q*float64(len(s))))-1))
	return math.Round(s[i]*10) / 10
}

// turnNotes collects what the box notes of its turns.
type turnNotes struct {
	mu    sync.Mutex
	turns []record.Turn
	call  string        // the one that began last
	ended chan struct{} // closed at its end
}

// CallStarted implements reception.Observer.
func (n *turnNotes) CallStarted(c record.Call) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.call, n.ended = c.ID, make(chan struct{})
}

// TurnHeard implements reception.Observer.
func (n *turnNotes) TurnHeard(string, string, bool) {}

// TurnDone implements reception.Observer.
func (n *turnNotes) TurnDone(_ string, t record.Turn) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.turns = append(n.turns, t)
}

// CallEnded implements reception.Observer. A call that ends after the next one has begun is waited for by nobody.
func (n *turnNotes) CallEnded(c record.Call) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if c.ID == n.call {
		n.call = ""
		close(n.ended)
	}
}

// waitEnd waits until the box has closed the record of the call.
func (n *turnNotes) waitEnd(ctx context.Context) {
	n.mu.Lock()
	ended := n.ended
	n.mu.Unlock()
	select {
	case <-ended:
	case <-ctx.Done():
	}
}

// take returns the turns so far and forgets them.
func (n *turnNotes) take() []record.Turn {
	n.mu.Lock()
	defer n.mu.Unlock()
	t := n.turns
	n.turns = nil
	return t
}
