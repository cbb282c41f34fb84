package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"frontdesk.internal/appliance"
	"frontdesk.internal/appliance/config"
	"frontdesk.internal/appliance/phone/phonetest"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/remote"
	"frontdesk.internal/appliance/store"
	"frontdesk.internal/audio"
	"frontdesk.internal/audio/line"
)

// benchWebCommand measures the page in front of many records while calls go on. The engines are scripted, so that it needs no
// weights and measures the page alone; SIP, RTP, records, TLS and HTTP are real.
func benchWebCommand() *cobra.Command {
	var asJSON bool
	var dir string
	var calls, rounds int
	cmd := command("web", "how fast the page is in front of 100,000 calls", func(cmd *cobra.Command, _ []string) error {
		progress := cmd.OutOrStdout()
		if asJSON {
			progress = io.Discard
		}
		result, err := measureWeb(cmd.Context(), dir, calls, rounds, progress)
		if err != nil {
			return err
		}
		return printBenchJSON(cmd.OutOrStdout(), result)
	})
	cmd.Flags().BoolVar(&asJSON, "json", false, "print only one JSON object")
	cmd.Flags().StringVar(&dir, "dir", filepath.Join("build", "bench", "web"), "`folder` for state")
	cmd.Flags().IntVar(&calls, "calls", 100_000, "so many `calls` are stored")
	cmd.Flags().IntVar(&rounds, "rounds", 30, "so many `times` every page is loaded")
	return described(cmd, `Measures how fast the page is with 100,000 calls stored and two going on, and
whether its work delays their sound.`, "")
}

func measureWeb(ctx context.Context, dir string, calls, rounds int, progress io.Writer) (_ map[string]any, err error) {
	if dir, err = filepath.Abs(filepath.Join(dir, "state")); err != nil {
		return nil, fmt.Errorf("find folder: %w", err)
	}
	began := time.Now()
	if err := storeMany(filepath.Join(dir, "frontdesk.db"), calls); err != nil {
		return nil, err
	}
	fmt.Fprintf(progress, "%d calls stored in %.1f s\n", calls, time.Since(began).Seconds())
	notes := &lineNotes{}
	began = time.Now()
	st, err := newStage(ctx, stageOptions{
		dir: dir, sample: "dental", keep: true, page: "127.0.0.1:0", observer: notes,
		deps: appliance.Deps{Logger: newLogger(io.Discard, config.Log{Level: "info"}), Engines: benchEngines()},
	})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, st.close()) }()
	client, err := remote.Dial(ctx, remote.Socket(dir))
	if err != nil {
		return nil, err
	}
	defer func() { _ = client.Close() }() // idle connections only
	start := time.Since(began)
	fmt.Fprintf(progress, "answering after %.1f s\n", start.Seconds())
	index, err := untilIndexed(ctx, client, began)
	if err != nil {
		return nil, err
	}
	talk, err := beginTalk(ctx, st, 2)
	if err != nil {
		return nil, err
	}
	var alone, before uint64
	if err = pause(ctx, quietTime); err == nil {
		alone = talk.late()
	}
	before = talk.late()
	var figures map[string]any
	if err == nil {
		figures, err = loadPages(ctx, st.app.Page().String(), dir, client, rounds, progress, func(what string) {
			fmt.Fprintf(progress, "late so far, after %s: %d\n", what, talk.late()-before)
		})
	}
	if over := talk.end(); err == nil {
		err = over
	}
	if err != nil {
		return nil, err
	}
	lines, err := notes.wait(ctx, 2)
	if err != nil {
		return nil, err
	}
	figures["calls_stored"], figures["engines"] = calls, "scripted"
	figures["start_ms"], figures["index_ms"] = start.Milliseconds(), index.Milliseconds()
	for k, v := range talk.figures(lines) {
		figures[k] = v
	}
	figures["rtp_late"], figures["rtp_late_alone"], figures["rtp_alone_s"] = talk.late()-before, alone, quietTime.Seconds()
	return figures, nil
}

// quietTime is how long the calls go on without anybody at the page, to tell what the machine itself does to them.
const quietTime = 10 * time.Second

// pause waits.
func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// untilIndexed waits until every call can be searched, and returns how long that took since the start.
func untilIndexed(ctx context.Context, client *remote.Client, began time.Time) (time.Duration, error) {
	poll := time.NewTicker(50 * time.Millisecond)
	defer poll.Stop()
	for {
		found, err := service.SearchCalls.Do(asOperator(ctx), client, searchFor("price"))
		if err != nil || found.Complete {
			return time.Since(began), err
		}
		select {
		case <-poll.C:
		case <-ctx.Done():
			return 0, context.Cause(ctx)
		}
	}
}

// benchEngines are scripted engines that hear questions by turns.
func benchEngines() *scriptedEngines {
	questions := []string{
		"When are you open?", "How much is a crown?", "Where can I park?", "Who works there?", "What do you charge for a cleaning?",
	}
	e := &scriptedEngines{}
	e.TextOf = func(_ string, utterance uint64) string { return questions[int(utterance)%len(questions)] }
	return e
}

// talk are calls that go on while the page is measured.
type talk struct {
	stop    context.CancelFunc
	running sync.WaitGroup
	callers []*phonetest.Caller
	legs    []*phonetest.Leg

	mu    sync.Mutex
	stats []line.Stats
	errs  []error
}

// beginTalk dials n times and lets the callers talk.
func beginTalk(ctx context.Context, st *stage, n int) (*talk, error) {
	ctx, stop := context.WithCancel(ctx)
	t := &talk{stop: stop}
	for i := range n {
		caller, err := phonetest.NewCaller(ctx, phonetest.CallerOptions{PBX: st.pbx.Addr(), User: fmt.Sprintf("217555019%d", i)})
		if err != nil {
			return nil, errors.Join(fmt.Errorf("open caller: %w", err), t.end())
		}
		t.callers = append(t.callers, caller)
		leg, err := caller.Dial(ctx, stageExtension)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("dial: %w", err), t.end())
		}
		t.legs = append(t.legs, leg)
		t.running.Go(func() {
			err := leg.Line().Run(ctx, quietEar{}, &talker{offset: i})
			t.mu.Lock()
			defer t.mu.Unlock()
			t.stats = append(t.stats, leg.Line().Stats())
			if err != nil && ctx.Err() == nil {
				t.errs = append(t.errs, fmt.Errorf("a call ended early: %w", err))
			}
		})
	}
	return t, nil
}

// end hangs up.
func (t *talk) end() error {
	end, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	for _, leg := range t.legs {
		t.errs = append(t.errs, leg.Hangup(end))
	}
	t.stop()
	t.running.Wait()
	for _, c := range t.callers {
		t.errs = append(t.errs, c.Close())
	}
	return errors.Join(t.errs...)
}

// late counts the packets of the box that came to the callers too late to be played, or not at all.
func (t *talk) late() (n uint64) {
	for _, leg := range t.legs {
		s := leg.Line().Stats()
		n += s.Late + s.Lost
	}
	return n
}

// figures say how punctual the box's packets were by its own schedule, over the whole of the calls.
func (t *talk) figures(lines []record.LineQuality) map[string]any {
	var packets, left uint64
	var worst time.Duration
	for _, s := range t.stats {
		packets += s.Received
	}
	for _, l := range lines {
		left += l.SentLate
		worst = max(worst, l.SentWorst)
	}
	return map[string]any{"rtp_packets": packets, "rtp_left_5ms_late": left, "rtp_worst_ms": float64(worst.Microseconds()) / 1000}
}

// quietEar takes what the box says.
type quietEar struct{}

// Hear implements line.Ear.
func (quietEar) Hear(line.Frame) {}

// talker says something for a second, every six.
type talker struct{ frame, offset int }

// Say implements line.Mouth.
func (s *talker) Say(dst audio.PCM) int {
	const second = int(time.Second / audio.FrameDuration)
	at := (s.frame + s.offset*3*second) % (6 * second)
	s.frame++
	clear(dst)
	if at >= 4*second && at < 5*second {
		for i := range dst {
			dst[i] = int16(6000 * (i%32 - 16) / 16)
		}
	}
	return len(dst)
}

// lineNotes collects how the lines of the calls were.
type lineNotes struct {
	mu    sync.Mutex
	lines []record.LineQuality
	more  chan struct{}
}

// CallStarted implements reception.Observer.
func (n *lineNotes) CallStarted(record.Call) {}

// TurnHeard implements reception.Observer.
func (n *lineNotes) TurnHeard(string, string, bool) {}

// TurnSpeaking implements reception.Observer.
func (n *lineNotes) TurnSpeaking(string, string) {}

// TurnDone implements reception.Observer.
func (n *lineNotes) TurnDone(string, record.Turn) {}

// CallEnded implements reception.Observer.
func (n *lineNotes) CallEnded(c record.Call) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.lines = append(n.lines, c.Line)
	if n.more != nil {
		close(n.more)
		n.more = nil
	}
}

// wait returns the lines of the first n calls that ended.
func (n *lineNotes) wait(ctx context.Context, calls int) ([]record.LineQuality, error) {
	for {
		n.mu.Lock()
		if len(n.lines) >= calls {
			defer n.mu.Unlock()
			return n.lines, nil
		}
		more := make(chan struct{})
		n.more = more
		n.mu.Unlock()
		select {
		case <-more:
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
}

// storeMany makes records of so many calls, of which each has six turns and every third a message.
func storeMany(path string, calls int) error {
	if err := removeRecords(path); err != nil {
		return err
	}
	s, err := store.Open(path, store.Options{})
	if err != nil {
		return err
	}
	const batch = 500
	var some []store.Full
	for f := range manyCalls(calls) {
		if some = append(some, f); len(some) == batch {
			if err = s.Import(some); err != nil {
				break
			}
			some = some[:0]
		}
	}
	if err == nil {
		err = s.Import(some)
	}
	for i := 0; err == nil && i < 30; i++ {
		err = s.AddUnanswered(record.Unanswered{
			CallID: callID(i), At: time.Now(), Question: record.Personal(fmt.Sprintf("do you have a %s of %d", benchWords()[i], i)),
		})
	}
	return errors.Join(err, s.Close())
}
