package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"runtime/metrics"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"frontdesk.internal/appliance/phone"
	"frontdesk.internal/audio/line"
)

// mediaBench is what is measured.
type mediaBench struct {
	calls   int
	lasting time.Duration
	codec   string
	secure  bool
	rate    float64 // calls set up in a second; 0 = one after the other
	dial    string  // set in the callers' process: where they call
}

// benchMediaCommand measures the path of SIP and audio with many calls at once: real sockets, no speech engines. The callers are a
// process of their own, so that what is measured here is the box's side alone.
func benchMediaCommand() *cobra.Command {
	var b mediaBench
	var asJSON, limit bool
	cmd := command("media", "SIP and audio of many calls at once", func(cmd *cobra.Command, _ []string) error {
		if b.calls < 1 || b.rate < 0 || b.lasting < time.Second || !slices.Contains(phone.Codecs(), b.codec) {
			return misused("--calls from 1, --for from 1s, --codec PCMU, PCMA or G722")
		}
		ctx, out, log := cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr()
		if b.dial != "" {
			return b.callers(ctx, out)
		}
		progress, measure := out, b.measure
		if asJSON {
			progress = io.Discard
		}
		if limit {
			measure = b.findLimit
		}
		result, err := measure(ctx, progress, log)
		if err != nil {
			return err
		}
		return printBenchJSON(out, result)
	})
	fs := cmd.Flags()
	fs.BoolVar(&asJSON, "json", false, "print only one JSON object")
	fs.IntVar(&b.calls, "calls", 50, "so many `calls` at once")
	fs.DurationVar(&b.lasting, "for", 20*time.Second, "how `long` all of them talk")
	fs.StringVar(&b.codec, "codec", "PCMU", "`codec`: PCMU, PCMA or G722")
	fs.BoolVar(&b.secure, "srtp", false, "encrypt the audio")
	fs.Float64Var(&b.rate, "rate", 0, "set up so many calls a `second`; 0 = one after the other, as fast as they are answered")
	fs.BoolVar(&limit, "limit", false, "more and more calls until the box cannot keep up; --calls is the most that are tried")
	fs.StringVar(&b.dial, "dial", "", "be the callers, who call `ADDRESS` (the bench starts them itself)")
	return described(cmd, `Measures SIP and audio of many calls at once: processor time and memory for
each, packets on time, what is left behind.`, "")
}

// spent is what this process has used and holds.
type spent struct {
	at         time.Time
	user, sys  time.Duration
	gc         time.Duration
	residentKB float64
	goroutines int
	files      int
}

func (u spent) cpu() time.Duration { return u.user + u.sys }

func use() spent {
	u := spent{at: time.Now(), goroutines: runtime.NumGoroutine()}
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err == nil {
		u.user, u.sys = time.Duration(r.Utime.Nano()), time.Duration(r.Stime.Nano())
	}
	gc := []metrics.Sample{{Name: "/cpu/classes/gc/total:cpu-seconds"}}
	if metrics.Read(gc); gc[0].Value.Kind() == metrics.KindFloat64 {
		u.gc = time.Duration(gc[0].Value.Float64() * float64(time.Second))
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

// answering is the box's side: the lines of all calls that are up.
type answering struct {
	mu    sync.Mutex
	lines map[*line.Line]*sounding
	box   counted // of the time between up and down
	first counted // at up
	moments
}

// moments are what the process held and had used: before the first call, when all calls were up, every minute then, and at their end.
type moments struct {
	idle, up, down, last spent
	meanwhile            []spent
}

// HandleCall implements phone.Handler.
func (a *answering) HandleCall(ctx context.Context, call *phone.Call) {
	l, _, err := call.Answer(ctx)
	if err != nil {
		return // the callers see it, too
	}
	s := &sounding{}
	a.mu.Lock()
	a.lines[l] = s
	a.mu.Unlock()
	_ = l.Run(ctx, s, s)
	a.mu.Lock()
	delete(a.lines, l)
	a.mu.Unlock()
}

func (a *answering) count() (n counted) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for l, s := range a.lines {
		n.add(l.Stats(), s)
	}
	return n
}

// measure is the box: it answers, and starts the callers.
func (b mediaBench) measure(ctx context.Context, progress, log io.Writer) (map[string]any, error) {
	a := &answering{lines: map[*line.Line]*sounding{}}
	p, err := phone.New(phone.Config{
		Listen: "127.0.0.1:0", MediaIP: "127.0.0.1", MaxCalls: b.calls, AcceptAnyone: true, Codecs: []string{b.codec}, PCMRate: 16000,
		SourceRate: max(50, int(4*b.rate)),
	}, a)
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
	a.idle = use()
	theirs, err := b.watchCallers(ctx, p.Addr().String(), a, progress, log)
	if err != nil {
		return nil, err
	}
	a.last = a.idle
	for end := time.Now().Add(time.Minute); time.Now().Before(end); { // transactions live for 32 s (RFC 3261 timer B and H)
		if a.last = use(); a.last.goroutines <= a.idle.goroutines && a.last.files <= a.idle.files {
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
	return b.result(a.box, theirs, a.moments), nil
}

// result says how it went. A packet is on time when the box has sent it within 5 ms of its schedule and it has come to the caller,
// or when the caller has sent it and the box has played it in its place, and when its sound was the right one. What the callers'
// process sent late is told separately: it shares the machine.
func (b mediaBench) result(box, theirs counted, m moments) map[string]any {
	sent := box.Sent + theirs.Sent
	missed := box.LeftLate + box.Lost + theirs.Lost + box.Late + theirs.Late + box.Wrong + theirs.Wrong
	onTime := 0.0
	if sent > 0 {
		onTime = 1 - float64(missed)/float64(sent)
	}
	share := func(d time.Duration) float64 {
		return d.Seconds() / m.down.at.Sub(m.up.at).Seconds() / float64(b.calls)
	}
	r := map[string]any{
		"calls": b.calls, "failed": theirs.Failed, "why": theirs.Why, "codec": b.codec, "srtp": b.secure,
		"packets": sent, "packets_on_time": onTime, "lost": box.Lost + theirs.Lost, "late": box.Late + theirs.Late, "left_late": box.LeftLate,
		"wrong": box.Wrong + theirs.Wrong, "generator_late": theirs.LeftLate,
		"cpu_per_call": share(m.down.cpu() - m.up.cpu()), "cpu_user": share(m.down.user - m.up.user), "cpu_system": share(m.down.sys - m.up.sys),
		"cpu_gc":             share(m.down.gc - m.up.gc),
		"mem_per_call_kb":    (m.down.residentKB - m.idle.residentKB) / float64(b.calls),
		"first_audio_p95_ms": p95(theirs.First), "setup_p95_ms": p95(theirs.Setup), "calls_per_second": theirs.Rate,
		"leaked": max(0, m.last.goroutines-m.idle.goroutines) + max(0, m.last.files-m.idle.files),
	}
	if n := len(m.meanwhile); n > 1 {
		r["mem_drift_kb"] = m.meanwhile[n-1].residentKB - m.meanwhile[0].residentKB
		r["goroutines_drift"] = m.meanwhile[n-1].goroutines - m.meanwhile[0].goroutines
		r["files_drift"] = m.meanwhile[n-1].files - m.meanwhile[0].files
	}
	return r
}

// watchCallers runs the callers' process, and counts while all calls are up.
func (b mediaBench) watchCallers(ctx context.Context, addr string, a *answering, progress, log io.Writer) (n counted, err error) {
	self, err := os.Executable()
	if err != nil {
		return n, fmt.Errorf("find the program: %w", err)
	}
	cmd := exec.CommandContext(ctx, self, "bench", "media", "--dial", addr, "--calls", strconv.Itoa(b.calls), "--for", b.lasting.String(),
		"--codec", b.codec, "--srtp="+strconv.FormatBool(b.secure), "--rate", strconv.FormatFloat(b.rate, 'f', -1, 64))
	cmd.Stderr = log
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		return n, fmt.Errorf("start the callers: %w", err)
	}
	over, watch := context.WithCancel(ctx)
	defer watch()
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, 4<<20)
	for lines.Scan() {
		switch text := lines.Text(); {
		case text == "up":
			a.up, a.first = use(), a.count()
			fmt.Fprintf(progress, "%d calls are up\n", b.calls)
			go a.everyMinute(over, progress)
		case text == "down":
			watch()
			a.box, a.down = a.count().since(a.first), use()
		case strings.HasPrefix(text, "{"):
			err = json.Unmarshal([]byte(text), &n)
		default:
			fmt.Fprintln(progress, text)
		}
	}
	if wait := cmd.Wait(); wait != nil {
		err = errors.Join(err, wait)
	}
	if err == nil && (a.up.at.IsZero() || a.down.at.IsZero()) {
		err = errors.New("the callers said nothing")
	}
	if err != nil {
		err = fmt.Errorf("callers: %w", err)
	}
	return n, err
}

// everyMinute notes what the process holds, until ctx ends.
func (a *answering) everyMinute(ctx context.Context, progress io.Writer) {
	for pause(ctx, time.Minute) == nil {
		u := use()
		a.mu.Lock()
		a.meanwhile = append(a.meanwhile, u)
		minutes := len(a.meanwhile)
		a.mu.Unlock()
		fmt.Fprintf(progress, "%d min: %.0f MB, %d goroutines, %d files\n", minutes, u.residentKB/1024, u.goroutines, u.files)
	}
}

// Bars that a box has to keep to be said to keep up.
const (
	limitOnTime = 0.9999
	limitSetup  = 100 // ms
)

// findLimit tries more and more calls until one of the bars breaks.
func (b mediaBench) findLimit(ctx context.Context, progress, log io.Writer) (map[string]any, error) {
	most := b.calls
	var good, last map[string]any
	for calls := min(50, most); ; calls = min(most, calls+max(25, calls/4/25*25)) {
		b.calls = calls
		r, err := b.measure(ctx, progress, log)
		if err != nil {
			return nil, err
		}
		onTime, _ := r["packets_on_time"].(float64)
		setup, _ := r["setup_p95_ms"].(float64)
		failed, _ := r["failed"].(int)
		fmt.Fprintf(progress, "%d calls: %.5f on time, set up in %.1f ms, %d failed, CPU %.2f %% of a core each\n", calls, onTime, setup, failed,
			100*r["cpu_per_call"].(float64))
		last = r
		if onTime < limitOnTime || setup > limitSetup || failed > 0 {
			break
		}
		good = r
		if calls == most {
			break
		}
	}
	if good == nil {
		return last, nil
	}
	good["limit"], good["broke_at"], good["broke"] = good["calls"], last["calls"], last["packets_on_time"]
	return good, nil
}

func p95(v []float64) float64 {
	if len(v) == 0 {
		return 0
	}
	slices.Sort(v)
	return v[min(len(v)-1, len(v)*95/100)]
}
