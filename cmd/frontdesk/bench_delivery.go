package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"frontdesk.internal/appliance/notify"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/store"
)

// benchDeliveryCommand measures the outbox.
func benchDeliveryCommand() *cobra.Command {
	var asJSON bool
	var dir string
	var count int
	cmd := command("delivery", "the outbox, through a destination that flaps", func(cmd *cobra.Command, _ []string) error {
		if count < 1 {
			return misused("--count %d: send one at least", count)
		}
		out := cmd.OutOrStdout()
		if asJSON {
			out = io.Discard
		}
		result, err := measureDelivery(cmd.Context(), out, dir, count)
		if err != nil {
			return err
		}
		return printBenchJSON(cmd.OutOrStdout(), result)
	})
	cmd.Flags().BoolVar(&asJSON, "json", false, "print only one JSON object")
	cmd.Flags().StringVar(&dir, "dir", filepath.Join("build", "bench", "delivery"),
		"`folder` for the records, on the disk that is to be measured")
	cmd.Flags().IntVar(&count, "count", 10_000, "so many `deliveries`")
	return described(cmd, `Sends deliveries through a destination that flaps: it is gone, takes a letter
and loses the answer, is busy. The box is stopped and started in between. Keys:
sent, lost, doubled beyond the idempotency key, order_broken, p95_ms.`, "")
}

// flaky is a destination that flaps, in turns: it takes some letters, is gone, takes one and loses the answer, is busy.
type flaky struct {
	mu       sync.Mutex
	attempts int
	keys     map[string]string    // of each occasion, as it came first
	noted    map[string]time.Time // when each occasion was noted
	waits    []float64            // from there until it came, ms
	last     int                  // the highest that came
	doubled  int
	broken   int
	repeated int
}

var errFlap = errors.New("the destination flaps")

// Send implements notify.Sender.
func (f *flaky) Send(_ context.Context, _ notify.Target, l notify.Letter) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.attempts++
	phase := f.attempts % 100
	switch {
	case phase >= 80 && phase < 85:
		return &notify.Error{Fault: notify.FaultGone, Err: errFlap}
	case phase >= 90 && phase < 93:
		return &notify.Error{Fault: notify.FaultBusy, Code: 503, Err: errFlap}
	}
	f.take(l)
	if phase >= 85 && phase < 88 {
		return &notify.Error{Fault: notify.FaultSlow, Err: errFlap} // it came; the answer did not
	}
	return nil
}

// take counts a letter that came.
func (f *flaky) take(l notify.Letter) {
	what := l.Items[0].Text
	switch former, there := f.keys[what]; {
	case there && former == l.Key:
		f.repeated++
		return
	case there:
		f.doubled++
		return
	}
	f.keys[what] = l.Key
	n, err := strconv.Atoi(what)
	if err != nil || n < f.last {
		f.broken++
	}
	f.last = max(f.last, n)
	f.waits = append(f.waits, float64(time.Since(f.noted[what]).Microseconds())/1000)
}

// came is how many occasions came.
func (f *flaky) came() int { f.mu.Lock(); defer f.mu.Unlock(); return len(f.keys) }

// deliveryPatience is how long nothing may come before what is missing counts as lost.
const deliveryPatience = 30 * time.Second

// measureDelivery notes occasions at the pace at which the outbox takes them, and stops and starts the box in between.
func measureDelivery(ctx context.Context, progress io.Writer, dir string, count int) (_ map[string]any, err error) {
	if err := errors.Join(os.RemoveAll(dir), os.MkdirAll(dir, 0o700)); err != nil {
		return nil, fmt.Errorf("make folder: %w", err)
	}
	other := &flaky{keys: map[string]string{}, noted: map[string]time.Time{}, last: -1}
	const parts = 4
	began := time.Now()
	for part := range parts {
		from, to := count*part/parts, count*(part+1)/parts
		if err := deliverPart(ctx, dir, other, from, to, part == parts-1); err != nil {
			return nil, err
		}
		_, _ = fmt.Fprintf(progress, "%d of %d came; the box is started again\n", other.came(), count)
	}
	other.mu.Lock()
	defer other.mu.Unlock()
	slices.Sort(other.waits)
	p95 := 0.0
	if len(other.waits) > 0 {
		p95 = other.waits[len(other.waits)*95/100]
	}
	return map[string]any{
		"sent": len(other.keys), "lost": count - len(other.keys), "doubled": other.doubled, "order_broken": other.broken, "p95_ms": round1(p95),
		"attempts": other.attempts, "repeated_same_key": other.repeated, "restarts": parts - 1, "took_s": round1(time.Since(began).Seconds()),
		"cores": runtime.NumCPU(),
	}, nil
}

// inFlight is how many occasions wait at most: an office has few, and p95 is to say how long one takes, not how long the queue is.
const inFlight = 32

// deliverPart opens the records, notes occasions and has them delivered; the last part waits until all have come. The others stop the
// box with what waits.
func deliverPart(ctx context.Context, dir string, other *flaky, from, to int, last bool) (err error) {
	s, err := store.Open(filepath.Join(dir, "frontdesk.db"), store.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	r := record.Recipient{
		ID: "bench", Name: "bench", Via: record.ViaWebhook, On: true, Tells: map[record.OccasionKind]record.When{
			record.OccasionHealth: record.WhenAtOnce,
		},
	}
	if _, err := s.SetRecipient(r, "secret"); err != nil {
		return err
	}
	n := notify.New(notify.Options{
		Records: s, Senders: map[record.Via]notify.Sender{record.ViaWebhook: other}, Retry: 2 * time.Millisecond,
		Office: func() notify.Office { return notify.Office{} },
	})
	run, stop := context.WithCancel(ctx)
	over := make(chan error, 1)
	go func() { over <- n.Run(run) }()
	defer func() {
		stop()
		<-over // its error is that it was stopped
	}()
	for i := from; i < to; i++ {
		if err := other.await(ctx, i-inFlight); err != nil {
			return err
		}
		text := strconv.Itoa(i)
		other.mu.Lock()
		other.noted[text] = time.Now()
		other.mu.Unlock()
		if err := s.Occur(record.Occasion{Kind: record.OccasionHealth, Text: text}); err != nil {
			return err
		}
	}
	if !last {
		return nil
	}
	err = other.await(ctx, to)
	if errors.Is(err, errNothingComes) {
		return nil // it is counted as lost
	}
	return err
}

// errNothingComes says that what was noted does not come.
var errNothingComes = errors.New("nothing comes any more")

// await returns when so many occasions have come.
func (f *flaky) await(ctx context.Context, count int) error {
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	came, since := f.came(), time.Now()
	for came < count {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
		now := f.came()
		if now > came {
			came, since = now, time.Now()
		}
		if time.Since(since) > deliveryPatience {
			return errNothingComes
		}
	}
	return nil
}
