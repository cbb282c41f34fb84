package appliance

import (
	"context"
	"errors"
	"math"
	"time"

	"frontdesk.internal/appliance/backup"
	"frontdesk.internal/appliance/health"
	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/reception"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/store"
	"frontdesk.internal/appliance/verdict"
)

// upkeepHour is when the house is kept: nobody calls an office then.
const upkeepHour = 3

// runUpkeep completes what was interrupted, and each night removes what is due, looks whether all records can be read, writes the
// file of the records anew and signs the audit chain, until ctx ends.
func (a *Appliance) runUpkeep(ctx context.Context) error {
	if err := a.privacy.Resume(ctx); err != nil && !errors.Is(err, context.Canceled) {
		a.log.Error("complete what was interrupted", "err", err)
	}
	if err := a.store.UndoInterrupted(); err != nil {
		a.log.Error("take back an interrupted import", "err", err)
	}
	for {
		a.keepPromises(ctx)
		timer := time.NewTimer(untilUpkeep(time.Now()))
		select {
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		case <-timer.C:
		}
		a.upkeep(ctx)
	}
}

// keepPromises does what callers were told would be done at the end of the call, where that has failed or the box was stopped before.
func (a *Appliance) keepPromises(ctx context.Context) {
	list, err := a.privacy.Promised()
	if err != nil {
		a.log.Error("look for what callers were promised", "err", err)
	}
	for _, r := range list {
		if k, err := a.store.Call(r.Call); err == nil && k.Ended.IsZero() {
			continue // it goes on
		}
		if _, err := service.CompleteRequest.Do(service.AsBox(ctx, "promised"), a.service, r.ID); err != nil {
			a.log.Error("do what a caller was promised", "err", err)
		}
	}
}

// deadlineLook is how often it is looked whether requests are overdue.
const deadlineLook = time.Minute

// keepDeadlines says when a request about a caller's data is overdue, and what may bring back who was erased, until ctx ends.
func (a *Appliance) keepDeadlines(ctx context.Context) error {
	tick := time.NewTicker(deadlineLook)
	defer tick.Stop()
	for {
		a.judgeRequests(ctx)
		a.judgeErasures(ctx)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}

// judgeErasures sets the conditions of what can bring back, or has brought back, who was erased.
func (a *Appliance) judgeErasures(ctx context.Context) {
	media, err := service.ListMedia.Get(service.AsBox(ctx, "deadlines"), a.service)
	if err != nil {
		a.log.Error("look at the media of backups", "err", err)
		return
	}
	var seen, behind time.Time
	for _, m := range media {
		if !m.Behind.IsZero() && (behind.IsZero() || m.Behind.Before(behind)) {
			seen, behind = m.Keys, m.Behind
		}
	}
	a.set(condMedia, verdict.Media(seen, behind))
	r, err := service.ReadRestoration.Get(service.AsBox(ctx, "deadlines"), a.service)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		a.log.Error("look at what the records were restored from", "err", err)
		return
	}
	a.set(condRestored, verdict.Restored(r.At, r.Keys, !r.Confirmed.IsZero()))
}

// judgeRequests sets the condition of requests that wait too long.
func (a *Appliance) judgeRequests(ctx context.Context) {
	n, err := service.CountRequests.Get(service.AsBox(ctx, "deadlines"), a.service)
	if err != nil {
		a.log.Error("look whether requests are overdue", "err", err)
		return
	}
	a.set(condRequests, verdict.Requests(n.Overdue, n.Due))
	bs, err := a.store.Breaches()
	if err != nil {
		a.log.Error("look whether a breach waits", "err", err)
		return
	}
	running, due := false, time.Time{}
	for _, b := range bs {
		if b.Runs() && (!running || b.Due().Before(due)) {
			running, due = true, b.Due()
		}
	}
	a.set(condBreach, verdict.Breach(running, due, time.Now()))
}

// upkeep is one night's work. What fails is tried again the next night.
func (a *Appliance) upkeep(ctx context.Context) {
	swept, err := service.SweepRecords.Get(service.AsBox(ctx, "retention"), a.service)
	if err != nil {
		a.log.Error("remove what is due", "err", err)
	}
	if a.checkRecords() {
		if err := a.store.Compact(); err != nil {
			a.log.Error("compact records", "err", err)
		}
	}
	head, err := a.audit.Head()
	if err != nil {
		a.log.Error("sign the audit chain", "err", err)
	}
	a.log.Info("the house was kept", "removed", swept.Removed, "held", swept.Held, "audit_entry", head.Seq, "audit_head", head.Hash)
}

// checkRecords looks at all records, and says so when some cannot be read. What is damaged is not written anew: it may be needed as it is.
func (a *Appliance) checkRecords() bool {
	r, err := a.store.CheckAll()
	switch {
	case err != nil:
		a.log.Error("check records", "err", err)
	case len(r.Faults) > 0:
		a.log.Error("records are damaged", "kinds", len(r.Faults), "first", r.Faults[0].Where)
	}
	a.set(condRecords, verdict.Records(len(r.Faults) > 0 || a.store.Damage() != nil))
	return err == nil && len(r.Faults) == 0
}

// untilUpkeep is how long it is until the next upkeep.
func untilUpkeep(now time.Time) time.Duration {
	next := time.Date(now.Year(), now.Month(), now.Day(), upkeepHour, 10, 0, 0, now.Location())
	if !next.After(now) {
		next = next.AddDate(0, 0, 1)
	}
	return next.Sub(now)
}

// asCaller says that a caller acts, on the telephone.
func asCaller(ctx context.Context, id string) context.Context {
	return service.WithActor(ctx, service.Actor{Kind: "caller", Name: id, Door: "telephone", Role: service.PhoneCaller})
}

// callRights deals with what callers ask for on the telephone.
type callRights struct{ a *Appliance }

var _ reception.Rights = (*callRights)(nil)

// HasCode implements reception.Rights.
func (r *callRights) HasCode(caller string) bool { return r.a.privacy.HasCode(caller) }

// File implements reception.Rights.
func (r *callRights) File(ctx context.Context, q record.Request, code string) (reception.Filed, error) {
	office := r.a.privacy
	if code != "" {
		if !office.CheckCode(q.Caller, code) {
			return reception.Filed{Wrong: true}, nil
		}
		q.Identity = record.IdentityCode
	}
	q, err := service.FileRequest.Do(asCaller(ctx, q.Caller), r.a.service, q)
	if err != nil {
		return reception.Filed{}, err
	}
	f := reception.Filed{ID: q.ID, Verified: q.Identity != record.IdentityNone}
	f.Held = f.Verified && q.Kind == record.RequestErase && q.Promised.IsZero()
	if f.Verified && q.Kind == record.RequestAccess {
		f.Kept, err = r.kept(ctx, q.Caller)
	}
	return f, err
}

// kept is what is kept of a caller, in kinds and numbers.
func (r *callRights) kept(ctx context.Context, caller string) (language.Kept, error) {
	d, err := service.ReadCaller.Do(asCaller(ctx, caller), r.a.service, caller)
	if err != nil {
		return language.Kept{}, err
	}
	calls, err := r.a.store.Calls(store.Filter{Caller: caller, Limit: math.MaxInt}) // all of them: the card shows the latest
	if err != nil {
		return language.Kept{}, err
	}
	k := language.Kept{Calls: len(calls), Messages: len(d.MessageList)}
	for _, c := range calls {
		if r.a.recordings.Archive != nil && r.a.recordings.Length(c.ID) > 0 {
			k.Recordings++
		}
	}
	for _, kind := range record.FieldKinds() {
		if len(d.Values(kind)) > 0 {
			k.Kinds = append(k.Kinds, string(kind))
		}
	}
	return k, nil
}

// Complete implements reception.Rights.
func (r *callRights) Complete(ctx context.Context, id string) error {
	_, err := service.CompleteRequest.Do(asCaller(ctx, ""), r.a.service, id)
	return err
}

// ledgerEvery is how often what went over the network is written down.
const ledgerEvery = time.Minute

// keepLedger writes down what went over the network, until ctx ends.
func (a *Appliance) keepLedger(ctx context.Context) error {
	tick := time.NewTicker(ledgerEvery)
	defer tick.Stop()
	for {
		var over error
		select {
		case <-ctx.Done():
			over = ctx.Err()
		case <-tick.C:
		}
		if err := a.store.AddEgress(a.out.Take()); err != nil {
			a.log.Error("keep ledger of the network", "err", err)
		}
		if over != nil {
			return over
		}
	}
}

// backupLook is how often it is looked whether a backup is due: a medium may be plugged in at any time.
const backupLook = 5 * time.Minute

// keepBackups makes a backup when one is due, until ctx ends.
func (a *Appliance) keepBackups(ctx context.Context) error {
	every := time.Duration(a.cfg.Backup.Every)
	tick := time.NewTicker(backupLook)
	defer tick.Stop()
	for {
		a.backUp(ctx, every)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}

// backUp makes a backup when the newest one is too old, and says when it could not for too long.
func (a *Appliance) backUp(ctx context.Context, every time.Duration) {
	s, err := service.ListBackups.Do(service.AsBox(ctx, "schedule"), a.service, "")
	if err == nil && s.Dir == "" { // nobody has chosen where to
		a.set(condBackup, verdict.Verdict{})
		return
	}
	newest := a.started
	if len(s.Backups) > 0 {
		newest = s.Backups[0].Made
	}
	age := time.Since(newest)
	if len(s.Backups) == 0 || age >= every {
		var i backup.Info
		if i, err = service.MakeBackup.Do(service.AsBox(ctx, "schedule"), a.service, ""); err == nil {
			a.log.Info("backup made", "name", i.Name, "bytes", i.Bytes)
			age = 0
		} else {
			a.log.Warn("backup not made", "err", err)
		}
	}
	v := verdict.Verdict{}
	if err != nil && age > 2*every {
		v = verdict.Verdict{
			Severity: health.Degraded, Text: "There was no backup for " + age.Round(time.Hour).String() + ": " + verdict.OneLine(err.Error()) + ".",
		}
	}
	a.set(condBackup, v)
}
