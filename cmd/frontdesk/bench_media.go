package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"frontdesk.internal/appliance/phone"
	"frontdesk.internal/appliance/phone/phonetest"
	"frontdesk.internal/appliance/phone/sdp"
	"frontdesk.internal/audio"
	"frontdesk.internal/audio/line"
)

// benchMediaCommand measures the path of SIP and audio with many calls at once: real sockets, no speech engines. The callers are a process of
// their own, so that what is measured here is the box's side alone.
type benchMediaCommand struct{ stdout, stderr io.Writer }

// mediaBench is what is measured.
type mediaBench struct {
	calls   int
	lasting time.Duration
	codec   string
	secure  bool
	dial    string // set in the callers' process: where they call
}

// Run implements frontdesk bench media.
func (c *benchMediaCommand) Run(ctx context.Context, args []string) int {
	var b mediaBench
	fs := flag.NewFlagSet("frontdesk bench media", flag.ContinueOnError)
	fs.SetOutput(c.stderr)
	asJSON := fs.Bool("json", false, "print only one JSON object")
	fs.IntVar(&b.calls, "calls", 50, "so many `calls` at once")
	fs.DurationVar(&b.lasting, "for", 20*time.Second, "how `long` all of them talk")
	fs.StringVar(&b.codec, "codec", "PCMU", "`codec`: PCMU, PCMA or G722")
	fs.BoolVar(&b.secure, "srtp", false, "encrypt the audio")
	fs.StringVar(&b.dial, "dial", "", "be the callers, who call `ADDRESS` (the bench starts them itself)")
	if err := fs.Parse(args); err != nil {
		return exitUsage
	}
	if b.calls < 1 || b.lasting < time.Second || !slices.Contains(phone.Codecs(), b.codec) || fs.NArg() > 0 {
		fmt.Fprintln(c.stderr, "frontdesk bench media: --calls from 1, --for from 1s, --codec PCMU, PCMA or G722, no other words")
		return exitUsage
	}
	progress := c.stdout
	if *asJSON {
		progress = io.Discard
	}
	var result map[string]any
	var err error
	if b.dial != "" {
		err = b.callers(ctx, c.stdout)
	} else {
		result, err = b.measure(ctx, progress, c.stderr)
	}
	if err == nil && result != nil {
		err = printBenchJSON(c.stdout, result)
	}
	if err != nil {
		fmt.Fprintln(c.stderr, "frontdesk bench media:", err)
		return exitFailed
	}
	return exitOK
}

// sounding says a steady signal and hears everything; what arrives is counted by the line.
type sounding struct{ n int }

func (s *sounding) Say(dst audio.PCM) int {
	for i := range dst {
		s.n++
		dst[i] = int16((s.n%40 - 20) * 300)
	}
	return len(dst)
}

func (*sounding) Hear(line.Frame) {}

// counted is what one side of all calls saw.
type counted struct {
	Sent     uint64    `json:"sent"`
	Received uint64    `json:"received"`
	Missed   uint64    `json:"missed"` // came too late for its place, or left more than 5 ms late
	Setup    []float64 `json:"setup_ms,omitempty"`
	First    []float64 `json:"first_ms,omitempty"`
	Failed   int       `json:"failed,omitempty"`
	Why      string    `json:"why,omitempty"`
}

func (n *counted) add(s line.Stats) {
	n.Sent += s.Sent
	n.Received += s.Received
	n.Missed += s.Late + s.LateFrames
}

// spent is what this process has used and holds.
type spent struct {
	at         time.Time
	cpu        time.Duration
	residentKB float64
	goroutines int
	files      int
}

func use() spent {
	u := spent{at: time.Now(), goroutines: runtime.NumGoroutine()}
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err == nil {
		u.cpu = time.Duration(r.Utime.Nano() + r.Stime.Nano())
	}
	if b, err := os.ReadFile("/proc/self/statm"); err == nil {
		if f := strings.Fields(string(b)); len(f) > 1 {
			pages, _ := strconv.ParseFloat(f[1], 64)
			u.residentKB = pages * float64(os.Getpagesize()) / 1024
		}
	}
	if fds, err := os.ReadDir("/proc/self/fd"); err == nil {
		u.files = len(fds)
	}
	return u
}

// measure is the box: it answers, and starts the callers.
func (b mediaBench) measure(ctx context.Context, progress, log io.Writer) (map[string]any, error) {
	var mu sync.Mutex
	var box counted
	handle := phone.HandlerFunc(b.answer(&box, func(count func()) {
		mu.Lock()
		defer mu.Unlock()
		count()
	}))
	p, err := phone.New(phone.Config{
		Listen: "127.0.0.1:0", MediaIP: "127.0.0.1", MaxCalls: b.calls, AcceptAnyone: true, Codecs: []string{b.codec}, PCMRate: 16000,
	}, handle)
	if err != nil {
		return nil, fmt.Errorf("start the telephone: %w", err)
	}
	runCtx, stop := context.WithCancel(ctx)
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- p.Run(runCtx) }()
	if err := pause(ctx, 500*time.Millisecond); err != nil { // until the telephone has started all that it needs
		return nil, err
	}
	idle := use()
	theirs, before, after, err := b.watchCallers(ctx, p.Addr().String(), progress, log)
	if err != nil {
		return nil, err
	}
	last := idle
	for end := time.Now().Add(time.Minute); time.Now().Before(end); { // transactions live for 32 s (RFC 3261 timer B and H)
		if last = use(); last.goroutines <= idle.goroutines && last.files <= idle.files {
			break
		}
		if pause(ctx, 200*time.Millisecond) != nil {
			break
		}
	}
	stop()
	if err := <-ended; err != nil {
		return nil, fmt.Errorf("stop the telephone: %w", err)
	}
	mu.Lock()
	defer mu.Unlock()
	return b.result(box, theirs, idle, before, after, last), nil
}

// answer takes a call, talks until the caller hangs up, and counts, one call at a time, what the line saw.
func (mediaBench) answer(n *counted, alone func(count func())) func(context.Context, *phone.Call) {
	return func(ctx context.Context, call *phone.Call) {
		l, _, err := call.Answer(ctx)
		if err != nil {
			return // the callers see it, too
		}
		_ = l.Run(ctx, &sounding{}, &sounding{})
		alone(func() { n.add(l.Stats()) })
	}
}

func (b mediaBench) result(box, theirs counted, idle, before, after, last spent) map[string]any {
	sent := box.Sent + theirs.Sent
	missed := box.Missed + theirs.Missed + (max(sent, box.Received+theirs.Received) - box.Received - theirs.Received)
	onTime := 0.0
	if sent > 0 {
		onTime = 1 - float64(missed)/float64(sent)
	}
	return map[string]any{
		"calls": b.calls, "failed": theirs.Failed, "why": theirs.Why, "codec": b.codec, "srtp": b.secure,
		"packets": sent, "packets_on_time": onTime,
		"cpu_per_call":       (after.cpu - before.cpu).Seconds() / after.at.Sub(before.at).Seconds() / float64(b.calls),
		"mem_per_call_kb":    (after.residentKB - idle.residentKB) / float64(b.calls),
		"first_audio_p95_ms": p95(theirs.First), "setup_p95_ms": p95(theirs.Setup),
		"leaked": max(0, last.goroutines-idle.goroutines) + max(0, last.files-idle.files),
	}
}

// watchCallers runs the callers' process. before and after are taken while all calls are up.
func (b mediaBench) watchCallers(ctx context.Context, addr string, progress, log io.Writer) (n counted, before, after spent, err error) {
	self, err := os.Executable()
	if err != nil {
		return n, before, after, fmt.Errorf("find the program: %w", err)
	}
	cmd := exec.CommandContext(ctx, self, "bench", "media", "--dial", addr, "--calls", strconv.Itoa(b.calls), "--for", b.lasting.String(),
		"--codec", b.codec, "--srtp="+strconv.FormatBool(b.secure))
	cmd.Stderr = log
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		return n, before, after, fmt.Errorf("start the callers: %w", err)
	}
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		switch text := lines.Text(); {
		case text == "up":
			before = use()
			fmt.Fprintf(progress, "%d calls are up\n", b.calls)
		case text == "down":
			after = use()
		case strings.HasPrefix(text, "{"):
			err = json.Unmarshal([]byte(text), &n)
		default:
			fmt.Fprintln(progress, text)
		}
	}
	if wait := cmd.Wait(); wait != nil {
		err = errors.Join(err, wait)
	}
	if err == nil && (before.at.IsZero() || after.at.IsZero()) {
		err = errors.New("the callers said nothing")
	}
	if err != nil {
		err = fmt.Errorf("callers: %w", err)
	}
	return n, before, after, err
}

// callers is the other process: it dials one call after the other, lets all of them talk, and hangs up.
func (b mediaBench) callers(ctx context.Context, out io.Writer) error {
	o := phonetest.CallerOptions{PBX: b.dial, Codecs: []string{b.codec}}
	if b.secure {
		o.Security = sdp.Required
	}
	c, err := phonetest.NewCaller(ctx, o)
	if err != nil {
		return fmt.Errorf("start caller: %w", err)
	}
	var n counted
	var legs []*phonetest.Leg
	var running sync.WaitGroup
	talk, hush := context.WithCancel(ctx)
	defer hush()
	for i := range b.calls {
		began := time.Now()
		leg, err := c.Dial(ctx, "bench")
		if err != nil {
			n.Failed++
			n.Why = err.Error()
			continue
		}
		n.Setup = append(n.Setup, time.Since(began).Seconds()*1000)
		legs = append(legs, leg)
		running.Go(func() { _ = leg.Line().Run(talk, &sounding{}, &sounding{}) })
		if every := max(1, b.calls/10); (i+1)%every == 0 {
			fmt.Fprintf(out, "%s %d of %d\n", strings.Repeat("#", 10*(i+1)/b.calls), i+1, b.calls)
		}
	}
	fmt.Fprintln(out, "up")
	if err := pause(ctx, b.lasting); err != nil {
		return err
	}
	fmt.Fprintln(out, "down")
	for _, leg := range legs {
		if err := leg.Hangup(ctx); err != nil {
			n.Failed++
			n.Why = err.Error()
		}
	}
	hush()
	running.Wait()
	for _, leg := range legs {
		s := leg.Line().Stats()
		n.add(s)
		if !s.FirstReceived.IsZero() {
			n.First = append(n.First, s.FirstReceived.Sub(leg.AckAt()).Seconds()*1000)
		}
	}
	if err := c.Close(); err != nil {
		return fmt.Errorf("stop caller: %w", err)
	}
	return json.NewEncoder(out).Encode(n)
}

func p95(v []float64) float64 {
	if len(v) == 0 {
		return 0
	}
	slices.Sort(v)
	return v[min(len(v)-1, len(v)*95/100)]
}
