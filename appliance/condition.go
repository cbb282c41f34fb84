package appliance

import (
	"context"
	"fmt"
	"sync/atomic"
	"syscall"
	"time"

	"frontdesk.internal/appliance/health"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/store"
	"frontdesk.internal/appliance/verdict"
	"frontdesk.internal/models/engines"
)

// Names of the lasting conditions.
const (
	condRegistration = "phone.registration"
	condLines        = "phone.lines"  // of the further extensions
	condTexts        = "phone.texts"  // more of them come than are kept
	condForged       = "phone.forged" // calls with the PBX's address that are not the PBX's
	condModels       = "models"
	condDisk         = "disk"
	condBackup       = "backup"
	condRecords      = "records"
	condBusiness     = "business"
	condMedia        = "backup.media"    // that can bring back who was erased
	condRestored     = "backup.restored" // nobody has said who came back
	condBreach       = "breach"          // of data, of which the authority does not know yet
	condRequests     = "requests"        // of callers, about what is kept of them
	condFilter       = "egress.filter"   // the outward filter is not what the settings mean
	condTold         = "told"            // recipients that cannot be told
	condRestart      = "restart"         // was ordered, and has not come
)

// judgeEvery is how often the parts that tell nobody of their changes are looked at.
const judgeEvery = time.Second

// watchHealth keeps the conditions true until ctx ends.
func (a *Appliance) watchHealth(ctx context.Context) error {
	tick := time.NewTicker(judgeEvery)
	defer tick.Stop()
	for {
		a.judge(time.Now())
		select {
		case <-ctx.Done():
			return nil
		case <-a.ready.Changed():
		case <-tick.C:
		}
	}
}

// judge sets and clears every condition.
func (a *Appliance) judge(now time.Time) {
	a.set(condRegistration, verdict.Registration(a.phone.Status(), now))
	a.set(condLines, a.linesCondition(now))
	texts, forged := a.refused()
	a.set(condTexts, a.floods.texts.Judge(texts, now))
	a.set(condForged, a.floods.forged.Judge(forged, now))
	for name, c := range verdict.Engines(a.deps.Engines.State(), a.cfg.Engines.Enabled, now) {
		a.set(name, c)
	}
	if err := a.deps.Missing; err != nil {
		a.health.Set(condModels, health.Degraded, "Models are missing: "+verdict.OneLine(err.Error())+
			". Run frontdesk models fetch, or frontdesk models import FOLDER, then restart.")
	}
	if a.store.Damage() != nil { // between two checks
		a.set(condRecords, verdict.Records(true))
	}
	a.mu.Lock()
	a.set(condBusiness, verdict.Business(a.version))
	a.mu.Unlock()
	a.judgeRestart(now)
	free, err := freeBytes(a.cfg.Storage.Dir)
	a.set(condDisk, verdict.Disk(free, err))
	noRecordings, noTranscripts := verdict.DiskPolicy(free, err)
	a.recordings.full.Store(noRecordings)
	a.sparing.spare.Store(noTranscripts)
}

// floods are what comes too often for a line each.
type floods struct {
	texts, forged verdict.Flood
}

func newFloods() floods {
	return floods{
		texts: verdict.Flood{Text: "%d text messages were not kept: too many came at once. Their senders' telephones were told. Ask who " +
			"manages the telephone system who sends them."},
		forged: verdict.Flood{Text: "%d calls or texts were refused: they had the telephone system's address and did not know the box's own. " +
			"A program in the network imitates the telephone system, or it calls from another port than the box registers at; the log names " +
			"the port."},
	}
}

// refused counts, over all extensions, texts that were too many and calls and texts that were not the PBX's.
func (a *Appliance) refused() (texts, forged uint64) {
	s := a.phone.Status()
	texts, forged = s.Texts, s.Forged
	for _, t := range a.telephone.further {
		s := t.phone.Status()
		texts, forged = texts+s.Texts, forged+s.Forged
	}
	return texts, forged
}

func (a *Appliance) set(name string, v verdict.Verdict) { a.health.Set(name, v.Severity, v.Text) }

// linesCondition judges the further extensions: calls to one of them that is not registered do not come in, those to the others do.
func (a *Appliance) linesCondition(now time.Time) verdict.Verdict {
	for _, t := range a.telephone.further {
		if v := verdict.Registration(t.phone.Status(), now); v.Severity != health.OK {
			return verdict.Verdict{Severity: health.Degraded, Text: "Extension " + t.user() + ": " + v.Text}
		}
	}
	return verdict.Verdict{}
}

// sparing are the records of calls, without what was said while the disk is nearly full.
type sparing struct {
	*store.Store
	spare atomic.Bool
}

// AddTurn implements reception.Records.
func (s *sparing) AddTurn(call string, t record.Turn) error {
	if s.spare.Load() {
		return nil
	}
	return s.Store.AddTurn(call, t)
}

func freeBytes(dir string) (uint64, error) {
	var st syscall.Statfs_t
	if err := syscall.Statfs(dir, &st); err != nil {
		return 0, fmt.Errorf("look at %s: %w", dir, err)
	}
	return st.Bavail * uint64(st.Bsize), nil // a block size is positive
}

// runtime is how the appliance is, for the service.
func (a *Appliance) runtime() service.Runtime {
	p, e := a.phone.Status(), a.deps.Engines.State()
	return service.Runtime{
		Running: true, Started: a.started, Version: a.deps.Version, CallsNow: a.Calls(), MaxCalls: p.MaxCalls, Health: a.health.List(),
		Page: a.doors.pageAddress(), Phone: a.telephone.phoneNow(), Lines: a.telephone.Lines(),
		Engines: service.Engines{
			State: e.Status.String(), Since: e.Since, Restarts: e.Restarts, Problem: e.Reason,
			Ears: engine(e.Child.Ears), Mind: engine(e.Child.Mind), Mouth: engine(e.Child.Mouth),
			Meaning: engine(e.Child.Meaning),
		},
	}
}

func engine(s engines.EngineState) service.Engine {
	return service.Engine{State: s.Phase.String(), Model: s.Model, Problem: s.Problem}
}
