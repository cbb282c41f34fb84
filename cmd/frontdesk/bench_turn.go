package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"frontdesk.internal/appliance"
	"frontdesk.internal/appliance/config"
	"frontdesk.internal/appliance/phone/phonetest"
	"frontdesk.internal/appliance/phone/phonetest/scene"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/audio"
	"frontdesk.internal/audio/g711"
	"frontdesk.internal/models/asrbench"
)

// benchTurn measures how long callers wait for a reply, through SIP and RTP, with the real models.
type benchTurn struct{ stdout, stderr io.Writer }

// benchTurnCommand is frontdesk bench turn.
func benchTurnCommand() *cobra.Command {
	var o turnOptions
	var asJSON, logs bool
	cmd := command("turn", "how long callers wait for a reply, stage by stage", func(cmd *cobra.Command, _ []string) error {
		b := &benchTurn{cmd.OutOrStdout(), cmd.ErrOrStderr()}
		progress, log := b.stdout, io.Discard
		if asJSON {
			progress = io.Discard
		}
		if logs {
			log = b.stderr
		}
		result, err := b.measure(cmd.Context(), o, progress, log)
		if err != nil {
			return err
		}
		return printBenchJSON(b.stdout, result)
	})
	fs := cmd.Flags()
	fs.BoolVar(&asJSON, "json", false, "print only one JSON object")
	fs.StringVar(&o.dir, "dir", filepath.Join("build", "bench"), "`folder` for state")
	fs.BoolVar(&logs, "log", false, "show the appliance's log")
	fs.IntVar(&o.few, "calls", 0, "only so many `calls` in each language; 0 = all")
	fs.StringVar(&o.language, "language", "", "only callers who speak `LANGUAGE` (en, de)")
	return described(cmd, `Measures how long callers wait for a reply, stage by stage, through SIP and RTP
with the real models.`, "  frontdesk bench turn --calls 2 --language de")
}

// measured is one turn, from outside and from inside.
type measured struct {
	outer  float64 // caller's last voiced packet → first packet of the reply, ms
	inner  record.Turn
	said   string
	lang   string
	bare   float64 // recognition of the same audio by the engines alone, ms
	speech audio.PCM
}

// turnOptions say what is measured.
type turnOptions struct {
	dir      string
	few      int    // calls in each language; 0 = all
	language string // "" = all
}

func (c *benchTurn) measure(ctx context.Context, o turnOptions, progress, log io.Writer) (map[string]any, error) {
	dir, err := filepath.Abs(o.dir)
	if err != nil {
		return nil, fmt.Errorf("find folder: %w", err)
	}
	var all []measured
	var greetings []float64
	var used time.Duration
	for _, talk := range turnTalks {
		scenes := talk.scenes()
		if o.language != "" && o.language != talk.language {
			continue
		}
		if len(scenes) == 0 {
			fmt.Fprintf(c.stderr, "Language %s is left out: no test voice speaks it.\n", talk.language)
			continue
		}
		if o.few > 0 {
			scenes = scenes[:min(o.few, len(scenes))]
		}
		ms, greeted, took, err := c.talk(ctx, filepath.Join(dir, "state-"+talk.language), talk, scenes, progress, log)
		if err != nil {
			return nil, err
		}
		all, greetings, used = append(all, ms...), append(greetings, greeted...), used+took
	}
	if err := bareRecognition(ctx, all); err != nil {
		return nil, err
	}
	host, err := hostSpeed(ctx)
	if err != nil {
		return nil, err
	}
	return turnResult(all, greetings, used, host), nil
}

// talk plays the calls of one business and returns their turns, the delays of the greetings and the processor time.
func (c *benchTurn) talk(ctx context.Context, dir string, talk turnTalk, scenes []scene.Scene,
	progress, log io.Writer) (all []measured, greetings []float64, used time.Duration, err error) {
	notes := &turnNotes{}
	st, err := newStage(ctx, stageOptions{
		dir: dir, sample: talk.sample, observer: notes,
		deps: appliance.Deps{Logger: newLogger(log, config.Log{Level: "info"})},
	})
	if err != nil {
		return nil, nil, 0, err
	}
	for _, s := range scenes {
		ms, greeting, took, err := benchCall(ctx, st, s, notes)
		if err != nil {
			return nil, nil, 0, errors.Join(fmt.Errorf("%s: %w", s.Name, err), st.close())
		}
		for _, m := range ms {
			m.lang = talk.language
			fmt.Fprintf(progress, "%6.0f ms  wait %4d  recognise %4d  decide %4d (%s)  voice %4d  glue %3d  %q → %s\n", m.outer,
				m.inner.Endpointing.Milliseconds(), m.inner.Recognition.Milliseconds(), m.inner.Decision.Milliseconds(), m.inner.DecidedBy,
				m.inner.Voice.Milliseconds(), m.inner.Glue.Milliseconds(), string(m.inner.Heard), m.inner.Decided)
			all = append(all, m)
		}
		greetings, used = append(greetings, greeting), used+took
	}
	return all, greetings, used, st.close()
}

// benchCall plays one call and pairs what the caller saw with what the box noted; it also returns the delay of the greeting and the
// processor time.
func benchCall(ctx context.Context, st *stage, s scene.Scene, notes *turnNotes) ([]measured, float64, time.Duration, error) {
	speech := make([]audio.PCM, len(s.Steps))
	for i, step := range s.Steps {
		if step.Say == "" {
			continue
		}
		pcm, err := scene.Speak(ctx, s.Voice, step.Say)
		if err != nil {
			return nil, 0, 0, err
		}
		speech[i] = pcm
	}
	caller, err := phonetest.NewCaller(ctx, phonetest.CallerOptions{PBX: st.pbx.Addr(), User: s.Caller})
	if err != nil {
		return nil, 0, 0, fmt.Errorf("open caller: %w", err)
	}
	defer caller.Close()
	before := processorTime()
	leg, err := caller.Dial(ctx, stageExtension)
	if err != nil {
		return nil, 0, 0, fmt.Errorf("dial: %w", err)
	}
	notes.take()
	report, err := scene.PlaySpeech(ctx, s, speech, leg, nil)
	if err != nil {
		return nil, 0, 0, err
	}
	notes.waitEnd(ctx)
	used := processorTime() - before
	inner := notes.take()
	var out []measured
	for _, t := range report.Turns {
		if t.FirstReply.IsZero() {
			return nil, 0, 0, fmt.Errorf("no reply to %q", t.Step.Say)
		}
		m := measured{outer: t.ReplyMS, speech: t.Speech, said: t.Step.Say}
		nearest := time.Second
		for _, n := range inner {
			if d := t.FirstReply.Sub(n.SaidAt).Abs(); !n.SaidAt.IsZero() && d < nearest {
				nearest, m.inner = d, n
			}
		}
		out = append(out, m)
	}
	return out, report.Greeting.ReplyMS, used, nil
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
	languages := make([]string, len(all))
	for i, m := range all {
		languages[i] = m.lang
	}
	took, err := bareEars(ctx, speech, languages)
	for i, d := range took {
		all[i].bare = float64(d.Microseconds()) / 1000
	}
	return err
}

// turnResult makes the JSON object.
func turnResult(all []measured, greetings []float64, used time.Duration, host map[string]any) map[string]any {
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
	// When no engine works for the turn and the caller is not waited for: line, queues, gRPC, rules.
	glue := pick(func(m measured) float64 { return ms(m.inner.Glue) })
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
		"cpu_s_per_turn":          math.Round(used.Seconds()/float64(max(1, len(all)))*1000) / 1000,
		"bare_recognition_p50_ms": quantile(pick(func(m measured) float64 { return m.bare }), 0.5),
		"stages": map[string]any{
			"endpointing": summary(endpointing),
			"recognition": summary(pick(func(m measured) float64 { return ms(m.inner.Recognition) })),
			"decision":    summary(pick(func(m measured) float64 { return ms(m.inner.Decision) })),
			"voice":       summary(pick(func(m measured) float64 { return ms(m.inner.Voice) })),
			"media":       summary(pick(func(m measured) float64 { return ms(m.inner.Media) })),
		},
		"word_errors": turnErrors(all),
		"host":        host,
	}
	return r
}

// turnErrors are the shares of the words that were heard wrong, by language.
func turnErrors(all []measured) map[string]float64 {
	sums := map[string]asrbench.Errors{}
	for _, m := range all {
		sums[m.lang] = sums[m.lang].Add(asrbench.Compare(asrbench.Words(m.said), asrbench.Words(string(m.inner.Heard))))
	}
	out := map[string]float64{}
	for tag, e := range sums {
		out[tag] = math.Round(e.Rate()*1e4) / 1e4
	}
	return out
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

// TurnSpeaking implements reception.Observer.
func (n *turnNotes) TurnSpeaking(string, string) {}

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
