package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"frontdesk.internal/appliance/privacy"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/store"
)

// turnsOfCall is how many turns a made-up call has.
const turnsOfCall = 6

// benchStoreCommand measures the records.
func benchStoreCommand() *cobra.Command {
	var asJSON bool
	var dir string
	var turns int
	cmd := command("store", "the records with a million turns", func(cmd *cobra.Command, _ []string) error {
		b := &storeBench{progress: cmd.OutOrStdout(), dir: dir, calls: max(50, turns/turnsOfCall), result: map[string]any{}}
		if asJSON {
			b.progress = io.Discard
		}
		if err := b.measure(cmd.Context()); err != nil {
			return err
		}
		return printBenchJSON(cmd.OutOrStdout(), b.result)
	})
	cmd.Flags().BoolVar(&asJSON, "json", false, "print only one JSON object")
	cmd.Flags().StringVar(&dir, "dir", filepath.Join("build", "bench", "store"),
		"`folder` for the records, on the disk that is to be measured")
	cmd.Flags().IntVar(&turns, "turns", 1_000_000, "so many `turns` of calls are stored")
	return described(cmd, `Measures the records with a million turns: look-up, commit, start, search, and
erasure while calls go on.`, "")
}

// storeBench is one measurement.
type storeBench struct {
	progress io.Writer
	dir      string
	calls    int
	result   map[string]any
	store    *store.Store
}

func (b *storeBench) say(format string, args ...any) {
	_, _ = fmt.Fprintf(b.progress, format+"\n", args...)
}

func (b *storeBench) measure(ctx context.Context) (err error) {
	if err := os.RemoveAll(b.dir); err != nil {
		return fmt.Errorf("remove former records: %w", err)
	}
	if err := os.MkdirAll(b.dir, 0o700); err != nil {
		return fmt.Errorf("make folder: %w", err)
	}
	path := filepath.Join(b.dir, "frontdesk.db")
	b.say("storing %d turns of %d calls", b.calls*turnsOfCall, b.calls)
	began := time.Now()
	if err := storeMany(path, b.calls); err != nil {
		return err
	}
	b.result["turns"], b.result["calls"], b.result["fill_s"] = b.calls*turnsOfCall, b.calls, round1(time.Since(began).Seconds())
	info, err := os.Stat(path)
	if err != nil {
		return fmt.Errorf("look at records: %w", err)
	}
	b.result["file_mb"] = info.Size() / 1e6
	b.say("stored in %.0f s: %d MB", time.Since(began).Seconds(), info.Size()/1e6)
	began = time.Now()
	if b.store, err = store.Open(path, store.Options{}); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.store.Close()) }()
	b.result["start_ms"] = ms(time.Since(began))
	b.say("opened in %v", time.Since(began).Round(time.Millisecond))
	for _, part := range []func(context.Context) error{b.compact, b.lookups, b.commits, b.searches, b.erasure, b.check} {
		if err := part(ctx); err != nil {
			return err
		}
	}
	return nil
}

// compact writes the file anew, as each night does.
func (b *storeBench) compact(context.Context) error {
	began := time.Now()
	if err := b.store.Compact(); err != nil {
		return err
	}
	info, err := os.Stat(filepath.Join(b.dir, "frontdesk.db"))
	if err != nil {
		return fmt.Errorf("look at records: %w", err)
	}
	b.result["compact_s"], b.result["compact_mb"] = round1(time.Since(began).Seconds()), info.Size()/1e6
	b.say("compacted in %.1f s: %d MB", time.Since(began).Seconds(), info.Size()/1e6)
	return nil
}

// lookups finds callers by their numbers.
func (b *storeBench) lookups(ctx context.Context) error {
	r := rand.New(rand.NewPCG(1, 2)) // which numbers are looked up need not be hard to guess
	people := max(1, b.calls/5)
	var took []time.Duration
	for range 20_000 {
		n := record.PhoneNumber(fmt.Sprintf("+1217%07d", 2_000_000+r.IntN(people)))
		began := time.Now()
		_, err := b.store.FindCaller(n)
		took = append(took, time.Since(began))
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	b.quantiles("lookup", took)
	return nil
}

// commits keeps turns of a call that goes on, and beside each writes and syncs as much to a file of its own: what the disk takes by
// itself. A commit syncs twice, first the pages and then the root that leads to them; on a disk that syncs at once the rest of the
// work shows, too.
func (b *storeBench) commits(ctx context.Context) error {
	f, err := os.Create(filepath.Join(b.dir, "bare"))
	if err != nil {
		return fmt.Errorf("make file: %w", err)
	}
	defer f.Close()
	now := time.Now()
	call, err := b.store.BeginCall(record.Call{ID: "bench-commit", From: "+12175559999", Started: now, Answered: now})
	if err != nil {
		return err
	}
	page := make([]byte, 16<<10)
	var commits, bare []time.Duration
	for i := range 600 {
		began := time.Now()
		err := b.store.AddTurn(call.ID, record.Turn{
			Index: i, HeardAt: now, Heard: "I would like to know about a filling on Thursday", Said: "The price for a filling is ninety dollars.",
		})
		commits = append(commits, time.Since(began))
		if err != nil {
			return err
		}
		began = time.Now()
		if _, err = f.WriteAt(page, int64(i%64)*int64(len(page))); err == nil {
			err = f.Sync()
		}
		bare = append(bare, time.Since(began))
		if err != nil {
			return fmt.Errorf("write and sync: %w", err)
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	b.quantiles("commit", commits)
	b.quantiles("bare_fsync", bare)
	slices.Sort(commits)
	slices.Sort(bare)
	b.result["commit_ratio"] = ratio(at(commits, 0.99), at(bare, 0.99))
	b.result["commit_ratio_p50"] = ratio(at(commits, 0.5), at(bare, 0.5))
	return b.store.EndCall(call)
}

// searches makes the index, which lives in memory, and looks for words in all messages and transcripts.
func (b *storeBench) searches(ctx context.Context) error {
	d := service.New(service.Options{Records: b.store})
	indexing, stop := context.WithCancel(ctx)
	defer stop()
	over := make(chan error, 1)
	began := time.Now()
	go func() { over <- d.RunIndex(indexing) }()
	for {
		found, err := service.SearchCalls.Do(asOperator(ctx), d, searchFor("tooth"))
		if err != nil {
			return err
		}
		if found.Complete {
			break
		}
		if err := pause(ctx, 50*time.Millisecond); err != nil {
			return err
		}
	}
	b.result["index_s"] = round1(time.Since(began).Seconds())
	b.say("index made in %.1f s", time.Since(began).Seconds())
	words := benchWords()
	var took []time.Duration
	for i := range 300 {
		q := words[i%len(words)]
		if i%3 == 0 {
			q += " " + words[(i*7+3)%len(words)]
		}
		began := time.Now()
		if _, err := service.SearchCalls.Do(asOperator(ctx), d, service.CallSearch{Text: q, Limit: 50}); err != nil {
			return err
		}
		took = append(took, time.Since(began))
	}
	b.quantiles("search", took)
	stop()
	if err := <-over; err != nil && !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}

// erasure erases one caller of all while a call goes on, whose turns have to be kept meanwhile.
func (b *storeBench) erasure(ctx context.Context) error {
	now := time.Now()
	call, err := b.store.BeginCall(record.Call{ID: "bench-erase", From: "+12175559998", Started: now, Answered: now})
	if err != nil {
		return err
	}
	who, err := b.store.FindCaller("+12172000001")
	if err != nil {
		return err
	}
	var done atomic.Bool
	type kept struct {
		took []time.Duration
		err  error
	}
	written := make(chan kept, 1)
	go func() {
		var k kept
		for i := 0; !done.Load() && k.err == nil; i++ {
			began := time.Now()
			k.err = b.store.AddTurn(call.ID, record.Turn{Index: i, Heard: "and one more thing"})
			k.took = append(k.took, time.Since(began))
			if err := pause(ctx, 20*time.Millisecond); err != nil {
				break
			}
		}
		written <- k
	}()
	began := time.Now()
	e, err := privacy.New(privacy.Options{Records: b.store, Dir: b.dir}).Erase(ctx, who.ID, "bench", "bench")
	took := time.Since(began)
	done.Store(true)
	k := <-written
	if err := errors.Join(err, k.err, b.store.EndCall(call)); err != nil {
		return err
	}
	if !e.Proof.Clean() {
		return fmt.Errorf("the erasure has left something: %s", e.Proof.Shown())
	}
	ids, err := b.store.CallerIDs()
	if err != nil {
		return err
	}
	b.result["erase_ms"], b.result["callers"] = ms(took), len(ids)+1
	b.say("one caller of %d erased in %v, with compaction and search for traces; %s", len(ids)+1, took.Round(time.Millisecond),
		e.Proof.Shown())
	b.quantiles("commit_while_erasing", k.took)
	return nil
}

// check opens everything once.
func (b *storeBench) check(context.Context) error {
	began := time.Now()
	rep, err := b.store.CheckAll()
	if err != nil {
		return err
	}
	if len(rep.Faults) > 0 {
		return fmt.Errorf("the records are not sound: %+v", rep.Faults)
	}
	b.result["check_s"] = round1(time.Since(began).Seconds())
	return nil
}

// quantiles puts p50, p95, p99 and the longest into the result, in milliseconds.
func (b *storeBench) quantiles(name string, took []time.Duration) {
	slices.Sort(took)
	for q, v := range map[string]float64{"p50": 0.5, "p95": 0.95, "p99": 0.99, "max": 1} {
		b.result[name+"_"+q+"_ms"] = ms(at(took, v))
	}
	b.say("%-22s p50 %v  p95 %v  p99 %v  longest %v", name, at(took, 0.5), at(took, 0.95), at(took, 0.99), at(took, 1))
}

// at is a quantile of sorted times; 0 of none.
func at(sorted []time.Duration, q float64) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[min(len(sorted)-1, int(q*float64(len(sorted))))]
}

// ms is a time in milliseconds, to a thousandth.
func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func ratio(a, b time.Duration) float64 {
	if b == 0 {
		return 0
	}
	return float64(int(100*float64(a)/float64(b)+0.5)) / 100
}

func round1(v float64) float64 { return float64(int(v*10+0.5)) / 10 }
