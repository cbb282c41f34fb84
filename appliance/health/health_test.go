package health_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"frontdesk.internal/appliance/health"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// clock is a time that tests move.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func (c *clock) now() time.Time { c.mu.Lock(); defer c.mu.Unlock(); return c.t }

func (c *clock) pass(d time.Duration) { c.mu.Lock(); defer c.mu.Unlock(); c.t = c.t.Add(d) }

func names(list []health.Condition) string {
	var b strings.Builder
	for _, c := range list {
		b.WriteString(c.Name + ":" + c.Severity.String() + " ")
	}
	return strings.TrimSpace(b.String())
}

func TestConditionsComeChangeAndGo(t *testing.T) {
	start := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	c := &clock{t: start}
	var log bytes.Buffer
	tr := health.New(health.Options{Now: c.now, Logger: slog.New(slog.NewTextHandler(&log, nil))})
	if got := tr.Overall(); got != health.OK {
		t.Fatalf("fresh tracker is %v", got)
	}
	tr.Set("disk", health.Degraded, "The disk is almost full.")
	c.pass(time.Minute)
	tr.Set("phone", health.Failed, "The PBX refuses the password.")
	c.pass(time.Minute)
	tr.Set("disk", health.Degraded, "The disk is full.")
	tr.Set("disk", health.Degraded, "The disk is full.") // no second line in the log
	tr.Set("engines", health.Degraded, "The engines are starting.")

	list := tr.List()
	if got, want := names(list), "phone:failed disk:degraded engines:degraded"; got != want {
		t.Errorf("List() = %q, want %q", got, want)
	}
	if got := list[1]; got.Text != "The disk is full." || !got.Since.Equal(start) {
		t.Errorf("a changed condition must keep its start: %+v", got)
	}
	if got := tr.Overall(); got != health.Failed {
		t.Errorf("Overall() = %v, want failed", got)
	}
	tr.Clear("phone")
	tr.Clear("phone")
	tr.Set("engines", health.OK, "")
	if got, want := names(tr.List()), "disk:degraded"; got != want {
		t.Errorf("after clearing: %q, want %q", got, want)
	}
	if got := strings.Count(log.String(), "condition holds"); got != 4 {
		t.Errorf("%d lines about conditions, want 4:\n%s", got, log.String())
	}
	if got := strings.Count(log.String(), "condition is over"); got != 2 {
		t.Errorf("%d lines about ends, want 2:\n%s", got, log.String())
	}
}

func TestListIsACopy(t *testing.T) {
	tr := health.New(health.Options{})
	tr.Set("a", health.Degraded, "Text.")
	tr.List()[0].Text = "scribbled"
	if got := tr.List()[0].Text; got != "Text." {
		t.Errorf("the tracker's own text became %q", got)
	}
}

func TestWatchSeesTheLastState(t *testing.T) {
	tr := health.New(health.Options{})
	ctx, cancel := context.WithCancelCause(t.Context())
	over := errors.New("over")
	seen := make(chan string)
	done := make(chan error, 1)
	go func() {
		done <- tr.Watch(ctx, func(list []health.Condition) {
			select {
			case seen <- names(list):
			case <-ctx.Done():
			}
		})
	}()
	if got := <-seen; got != "" {
		t.Errorf("first state %q, want none", got)
	}
	tr.Set("a", health.Degraded, "A.")
	tr.Set("b", health.Failed, "B.")
	for got := range seen {
		if got == "b:failed a:degraded" {
			break
		}
	}
	cancel(over)
	if err := <-done; !errors.Is(err, over) {
		t.Errorf("Watch ended with %v, want the cause", err)
	}
}

func TestConcurrentUse(t *testing.T) {
	tr := health.New(health.Options{})
	var wg sync.WaitGroup
	for _, name := range []string{"a", "b", "c", "d"} {
		wg.Go(func() {
			for range 200 {
				tr.Set(name, health.Degraded, "Text.")
				tr.List()
				tr.Clear(name)
			}
			tr.Set(name, health.Failed, "Last.")
		})
	}
	wg.Wait()
	if got := len(tr.List()); got != 4 {
		t.Errorf("%d conditions at the end, want 4", got)
	}
}

func TestSeverityText(t *testing.T) {
	for _, s := range []health.Severity{health.OK, health.Degraded, health.Failed} {
		b, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		var back health.Severity
		if err := json.Unmarshal(b, &back); err != nil || back != s {
			t.Errorf("%s became %v (%v)", b, back, err)
		}
	}
	var s health.Severity
	if err := s.UnmarshalText([]byte("fine")); err == nil {
		t.Error("an unknown severity was read")
	}
	if got := health.Severity(9).String(); got != "severity(9)" {
		t.Errorf("String() of an unknown one = %q", got)
	}
}
