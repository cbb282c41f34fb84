package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
	"unicode"

	"frontdesk.internal/appliance/phone/phonetest"
	"frontdesk.internal/appliance/phone/phonetest/scene"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/audio"
	"frontdesk.internal/cmd/internal/callers"
)

// lineEars hear what came over the line.
type lineEars interface {
	hear(ctx context.Context, pcm audio.PCM) (string, time.Duration, error)
}

// callersBench has callers ring a stage.
type callersBench struct {
	stage *stage
	notes *turnNotes
	ears  lineEars                                                         // nil: facts are judged by the records alone
	speak func(ctx context.Context, voice, text string) (audio.PCM, error) // scene.Speak unless it is set
}

// callerPatience is the longest that a caller waits for a reply.
const callerPatience = 9 * time.Second

// call has one caller ring and judges the call.
func (x *callersBench) call(ctx context.Context, c *callers.Caller) (callers.Outcome, error) {
	out := callers.Outcome{Caller: c}
	if now, _ := x.stage.app.Business(); now.ID != c.Business.ID {
		if err := x.stage.publish(ctx, c.Business); err != nil {
			return out, err
		}
	}
	put := x.putThrough(c)
	script := &liveCaller{bench: x, caller: c, script: c.NewScript()}
	report, cpu, err := x.dial(ctx, c, script)
	if err != nil {
		return out, err
	}
	out.CPU = cpu
	e := &out.Evidence
	e.GaveUp, e.Told, e.Put = script.script.GaveUp(), script.script.Told(), x.putThrough(c)
	for ext, n := range put {
		e.Put[ext] -= n
	}
	if err := x.records(e); err != nil {
		return out, err
	}
	e.Exchange = exchanges(report, e.Result)
	if x.ears != nil && c.Tongue().Tag() == "en" && len(c.Wishes) > 0 {
		if e.Heard, err = x.listen(ctx, report); err != nil {
			return out, err
		}
	}
	out.Verdict = callers.Judge(c, *e)
	return out, forget(ctx, x.stage.app)
}

// dial makes the call.
func (x *callersBench) dial(ctx context.Context, c *callers.Caller, script *liveCaller) (scene.Result, time.Duration, error) {
	phone, err := phonetest.NewCaller(ctx, phonetest.CallerOptions{
		PBX: x.stage.pbx.Addr(), User: c.From, Codecs: []string{c.Line.Codec}, Loss: c.Line.Loss,
	})
	if err != nil {
		return scene.Result{}, 0, fmt.Errorf("open caller: %w", err)
	}
	defer phone.Close()
	x.notes.take()
	began := boxTime()
	leg, err := phone.Dial(ctx, stageExtension)
	if err != nil {
		return scene.Result{}, 0, fmt.Errorf("dial: %w", err)
	}
	s := scene.Scene{Name: strconv.Itoa(c.ID), SNR: c.Line.SNR, Echo: c.Line.Echo, Patience: scene.Duration(callerPatience)}
	report, err := scene.Converse(ctx, s, script, scene.Duration(c.Greeting()), leg, nil)
	if err != nil {
		return report, 0, err
	}
	x.notes.waitEnd(ctx)
	return report, boxTime() - began, nil
}

// putThrough is how often each person of the caller's business was put through to.
func (x *callersBench) putThrough(c *callers.Caller) map[string]int {
	out := map[string]int{}
	for _, ext := range callers.Extensions([]callers.Caller{*c}) {
		out[ext] = x.stage.pbx.PersonCalls(ext)
	}
	return out
}

// records takes from the store what was kept of the newest call.
func (x *callersBench) records(e *callers.Evidence) error {
	s := x.stage.app.Store()
	call, err := newestCall(s)
	if err != nil {
		return err
	}
	e.Result = call.Outcome.Result
	turns, err := s.Turns(call.ID)
	if err != nil {
		return err
	}
	for _, t := range turns {
		e.Said = append(e.Said, t.Said)
		e.Noted = append(e.Noted, fmt.Sprintf("heard %q  %s by %s", string(t.Heard), t.Decided, t.DecidedBy))
	}
	messages, err := s.Messages(0, true)
	if err != nil {
		return err
	}
	for _, m := range messages {
		if m.CallID == call.ID {
			e.Messages = append(e.Messages, m)
		}
	}
	return nil
}

// listen returns what a recogniser makes of all replies.
func (x *callersBench) listen(ctx context.Context, r scene.Result) (string, error) {
	var all []string
	for _, t := range r.Turns {
		if len(t.Reply) == 0 {
			continue
		}
		text, _, err := x.ears.hear(ctx, t.Reply)
		if err != nil {
			return "", err
		}
		all = append(all, strings.TrimSpace(text))
	}
	return strings.Join(all, " "), nil
}

// exchanges are the turns as the caller's line saw them. Nothing is due after the office has hung up or put the caller through.
func exchanges(r scene.Result, result record.Result) []callers.Exchange {
	var out []callers.Exchange
	for i, t := range r.Turns {
		x := callers.Exchange{
			Said: t.Step.Say + t.Step.Keys, Interrupt: t.Step.Interrupt > 0, CutIn: t.CutIn, Gap: innerSilence(t.Reply),
			Reply: time.Duration(t.ReplyMS * float64(time.Millisecond)), Stopped: time.Duration(t.StoppedMS * float64(time.Millisecond)),
		}
		ended := i == len(r.Turns)-1 && (r.Ended == "office" || result == record.ResultTransfer)
		if t.FirstReply.IsZero() && !ended {
			x.None, x.Reply = true, callerPatience
		}
		out = append(out, x)
	}
	return out
}

// innerSilence is the longest stretch without voice inside a reply.
func innerSilence(pcm audio.PCM) time.Duration {
	const frame = scene.Rate / 50
	const voiced = 120.0
	longest, run, begun := 0, 0, false
	for i := 0; i+frame <= len(pcm); i += frame {
		sum := 0.0
		for _, s := range pcm[i : i+frame] {
			sum += float64(s) * float64(s)
		}
		if sum < voiced*voiced*frame {
			run++
			continue
		}
		if begun {
			longest = max(longest, run)
		}
		begun, run = true, 0
	}
	return time.Duration(longest) * 20 * time.Millisecond
}

// liveCaller is a script with a voice.
type liveCaller struct {
	bench  *callersBench
	caller *callers.Caller
	script *callers.Script
	seen   map[int]string // what the box has said so far, by turn
}

var _ scene.Script = (*liveCaller)(nil)

// Next implements scene.Script.
func (l *liveCaller) Next(ctx context.Context, before scene.Turn) (scene.Act, audio.PCM, scene.Duration, bool, error) {
	said, err := l.said()
	if err != nil {
		return scene.Act{}, nil, 0, false, err
	}
	if before.FirstReply.IsZero() {
		said = ""
	}
	m := l.script.Next(said)
	st := scene.Act{Say: m.Say, Keys: m.Keys, Hangup: m.Hangup, Wait: scene.Duration(l.caller.Persona.Wait)}
	var pcm audio.PCM
	if m.Say != "" {
		if pcm, err = l.voice(ctx, m.Say); err != nil {
			return st, nil, 0, false, err
		}
	}
	return st, pcm, scene.Duration(m.Interrupt), true, nil
}

// said is what the box has said since it was asked last, as it notes it.
func (l *liveCaller) said() (string, error) {
	call, err := newestCall(l.bench.stage.app.Store())
	if err != nil {
		return "", err
	}
	turns, err := l.bench.stage.app.Store().Turns(call.ID)
	if err != nil {
		return "", err
	}
	if l.seen == nil {
		l.seen = map[int]string{}
	}
	var out []string
	for _, t := range turns {
		if more := strings.TrimPrefix(t.Said, l.seen[t.Index]); more != t.Said || l.seen[t.Index] == "" {
			out = append(out, strings.TrimSpace(more))
		}
		l.seen[t.Index] = t.Said
	}
	return strings.TrimSpace(strings.Join(out, " ")), nil
}

// voice speaks a text with its pauses.
func (l *liveCaller) voice(ctx context.Context, text string) (audio.PCM, error) {
	speak := l.bench.speak
	if speak == nil {
		speak = scene.Speak
	}
	var out audio.PCM
	for part := range strings.SplitSeq(text, "…") {
		if !strings.ContainsFunc(part, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
			continue
		}
		pcm, err := speak(ctx, l.caller.Voice, strings.TrimSpace(part))
		if err != nil {
			return nil, err
		}
		if len(out) > 0 {
			out = append(out, make(audio.PCM, int(l.caller.Persona.Pause*scene.Rate/time.Second))...)
		}
		out = append(out, pcm...)
	}
	return out, nil
}

// boxTime is the processor time that this process and its children which still run have used.
func boxTime() time.Duration {
	const tick = time.Second / 100 // USER_HZ
	self := strconv.Itoa(os.Getpid())
	var total time.Duration
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, name := range stats {
		b, err := os.ReadFile(name)
		if err != nil {
			continue // it has ended
		}
		_, after, _ := strings.Cut(string(b), ") ") // the program's name may have blanks
		f := strings.Fields(after)
		if len(f) < 13 || f[1] != self && filepath.Base(filepath.Dir(name)) != self {
			continue
		}
		user, _ := strconv.ParseInt(f[11], 10, 64)
		system, _ := strconv.ParseInt(f[12], 10, 64)
		total += time.Duration(user+system) * tick
	}
	return total
}
