package appliance

import (
	"context"
	"time"

	"frontdesk.internal/appliance/health"
	"frontdesk.internal/appliance/verdict"
)

// goodbyeTime is how long the last words of calls that are ended may take.
const goodbyeTime = 10 * time.Second

// leave hears that a restart was ordered: it comes from outside, as a signal to end. With now calls end after a goodbye until then.
func (a *Appliance) leave(now bool) {
	at := time.Now()
	a.ordered.Store(&at)
	if now {
		a.reception.Farewell()
	}
}

// judgeRestart has calls answered as ever when a restart that was ordered does not come.
func (a *Appliance) judgeRestart(now time.Time) {
	var v verdict.Verdict
	if at := a.ordered.Load(); at != nil {
		if v = verdict.Restart(*at, now); v.Severity != health.OK {
			a.reception.Stay()
		}
	}
	a.set(condRestart, v)
}

// drain lets calls end when the appliance is told to stop: new ones are refused from now on, those that are up may go on for
// the time that the settings give them, and then hear a goodbye.
func (a *Appliance) drain(ctx context.Context) {
	a.ordered.Store(nil) // this is it
	a.phone.Refuse()
	for _, t := range a.telephone.further {
		t.phone.Refuse()
	}
	limit := time.Duration(a.cfg.Call.Drain)
	if limit <= 0 || a.Calls() == 0 {
		return
	}
	a.log.Info("stopping when the calls have ended", "calls", a.Calls(), "within", limit)
	if a.idle(ctx, limit) {
		return
	}
	a.log.Info("calls are ended with a goodbye", "calls", a.Calls())
	a.reception.Farewell()
	a.idle(ctx, goodbyeTime)
}

// idle waits until no call goes on, or for limit; it reports whether none does.
func (a *Appliance) idle(ctx context.Context, limit time.Duration) bool {
	over := time.NewTimer(limit)
	defer over.Stop()
	look := time.NewTicker(50 * time.Millisecond)
	defer look.Stop()
	for a.Calls() > 0 {
		select {
		case <-ctx.Done():
			return false
		case <-over.C:
			return false
		case <-look.C:
		}
	}
	return true
}
