package appliance

import (
	"log/slog"
	"testing"
	"time"

	"frontdesk.internal/appliance/health"
	"frontdesk.internal/appliance/reception"
)

// A restart that was ordered and does not come is told of until it comes, or is ordered again.
func TestARestartThatDoesNotCome(t *testing.T) {
	t.Parallel()
	a := &Appliance{health: health.New(health.Options{Logger: slog.New(slog.DiscardHandler)}), reception: reception.New(reception.Deps{})}
	for _, step := range []struct {
		name   string
		do     func()
		later  time.Duration
		faults int
	}{
		{"nothing is ordered", func() {}, time.Hour, 0},
		{"it may come yet", func() { a.leave(true) }, time.Minute, 0},
		{"it does not come", func() {}, 6 * time.Minute, 1},
		{"once more", func() { a.leave(false) }, time.Minute, 0},
		{"it comes", func() { a.ordered.Store(nil) }, time.Hour, 0},
	} {
		step.do()
		a.judgeRestart(time.Now().Add(step.later))
		if got := a.health.List(); len(got) != step.faults {
			t.Errorf("%s: %+v", step.name, got)
		}
	}
}
