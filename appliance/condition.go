package appliance

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"frontdesk.internal/appliance/health"
	"frontdesk.internal/appliance/phone"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/store"
	"frontdesk.internal/models/engines"
)

// Names of the lasting conditions.
const (
	condRegistration = "phone.registration"
	condLines        = "phone.lines" // of the further extensions
	condEngines      = "engines"
	condEars         = "engines.hearing"
	condMind         = "engines.language_model"
	condMouth        = "engines.voice"
	condMeaning      = "engines.meaning"
	condModels       = "models"
	condDisk         = "disk"
	condBackup       = "backup"
	condRecords      = "records"
	condBusiness     = "business"
)

// Free space below which the owner is told, below which things are given up one after the other, and below which messages are in danger.
const (
	diskLow         = 1 << 30
	diskRecordings  = 512 << 20
	diskTranscripts = 192 << 20
	diskEmpty       = 64 << 20
)

// judgeEvery is how often the parts that tell nobody of their changes are looked at.
const judgeEvery = time.Second

// settleTime is how long a start may take before it counts as a fault: loading weights from a slow disk.
const settleTime = 90 * time.Second

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
	a.set(condRegistration, registrationCondition(a.phone.Status(), now))
	a.set(condLines, a.linesCondition(now))
	for name, c := range enginesConditions(a.deps.Engines.State(), a.cfg.Engines.Enabled, now) {
		a.set(name, c)
	}
	if err := a.deps.Missing; err != nil {
		a.health.Set(condModels, health.Degraded, "Models are missing: "+oneLine(err.Error())+". Run frontdesk models fetch, or frontdesk models import FOLDER, then restart.")
	}
	a.mu.Lock()
	a.set(condBusiness, businessCondition(a.version))
	a.mu.Unlock()
	free, err := freeBytes(a.cfg.Storage.Dir)
	a.set(condDisk, diskCondition(free, err))
	noRecordings, noTranscripts := diskPolicy(free, err)
	a.recordings.full.Store(noRecordings)
	a.sparing.spare.Store(noTranscripts)
}

// verdict is a condition without its name; severity OK says that there is none.
type verdict struct {
	severity health.Severity
	text     string
}

func (a *Appliance) set(name string, v verdict) { a.health.Set(name, v.severity, v.text) }

// registrationCondition judges the account at the PBX.
func registrationCondition(s phone.Status, now time.Time) verdict {
	switch s.State {
	case phone.StateRegistered:
		return verdict{}
	case phone.StateOff:
		return verdict{health.Degraded, "No telephone system is set, so no calls come in: enter the account on the page Phone, or with frontdesk phone set."}
	}
	if s.Failure == phone.FailNone {
		if now.Sub(s.Since) < settleTime {
			return verdict{}
		}
		return verdict{health.Failed, "The box has not registered at the PBX for a while. Look at the PBX and at the network."}
	}
	text := "No calls come in, for " + s.Failure.Hint() + "."
	if s.Code > 0 {
		text += fmt.Sprintf(" (SIP answer %d)", s.Code)
	}
	return verdict{health.Failed, text}
}

// linesCondition judges the further extensions: calls to one of them that is not registered do not come in, those to the others do.
func (a *Appliance) linesCondition(now time.Time) verdict {
	for _, t := range a.telephone.further {
		if v := registrationCondition(t.phone.Status(), now); v.severity != health.OK {
			return verdict{health.Degraded, "Extension " + t.user() + ": " + v.text}
		}
	}
	return verdict{}
}

// enginesConditions judges the child and the models in it.
func enginesConditions(s engines.State, enabled bool, now time.Time) map[string]verdict {
	out := map[string]verdict{condEngines: {}, condEars: {}, condMind: {}, condMouth: {}, condMeaning: {}}
	if !enabled {
		out[condEngines] = verdict{health.Degraded, "Speech is switched off in the settings: callers get recorded phrases and the keypad."}
		return out
	}
	if s.Status != engines.Up {
		if s.Reason != "" || now.Sub(s.Since) > settleTime {
			text := "The speech engines are down and start again: callers get recorded phrases and the keypad meanwhile."
			if s.Reason != "" {
				text += " The last ones ended: " + oneLine(s.Reason) + "."
			}
			out[condEngines] = verdict{health.Degraded, text}
		}
		return out
	}
	for _, e := range []struct {
		name, without string
		state         engines.EngineState
	}{
		{condEars, "Speech is not understood: callers get the keypad.", s.Child.Ears},
		{condMind, "Questions in unusual words are not understood; plain ones are.", s.Child.Mind},
		{condMouth, "There is no voice: callers get recorded phrases only.", s.Child.Mouth},
		{condMeaning, "Sentences are not compared by meaning: questions in other words than the examples are understood less often.", s.Child.Meaning},
	} {
		switch {
		case e.state.Phase == engines.Ready && e.state.Problem != "":
			out[e.name] = verdict{health.Degraded, "Part of the models is missing: " + oneLine(e.state.Problem) + "."}
		case e.state.Phase == engines.Ready || e.state.Phase == engines.Loading && now.Sub(s.Since) < settleTime:
		case e.state.Phase == engines.Loading:
			out[e.name] = verdict{health.Degraded, e.without + " The model still loads."}
		case e.state.Problem != "":
			out[e.name] = verdict{health.Degraded, e.without + " " + oneLine(e.state.Problem) + "."}
		default:
			out[e.name] = verdict{health.Degraded, e.without + " Its model is missing."}
		}
	}
	return out
}

// diskPolicy says what is given up when the disk fills: first recordings, then what was said on calls, messages last.
func diskPolicy(free uint64, err error) (noRecordings, noTranscripts bool) {
	return err == nil && free < diskRecordings, err == nil && free < diskTranscripts
}

// diskCondition judges the room for records.
func diskCondition(free uint64, err error) verdict {
	switch noRecordings, noTranscripts := diskPolicy(free, err); {
	case err != nil:
		return verdict{health.Degraded, "The free space of the disk cannot be read: " + oneLine(err.Error()) + "."}
	case free < diskEmpty:
		return verdict{health.Failed, "The disk is full: messages cannot be kept. Free some space."}
	case noTranscripts:
		return verdict{health.Degraded, fmt.Sprintf("The disk is almost full: %d MB are left. Calls are not recorded and what is said is not kept; messages are. Free some space.", free>>20)}
	case noRecordings:
		return verdict{health.Degraded, fmt.Sprintf("The disk is almost full: %d MB are left. Calls are not recorded. Free some space.", free>>20)}
	case free < diskLow:
		return verdict{health.Degraded, fmt.Sprintf("The disk is almost full: %d MB are left. Free some space.", free>>20)}
	}
	return verdict{}
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

// oneLine joins the lines of a joined error.
func oneLine(s string) string {
	return strings.TrimRight(strings.ReplaceAll(strings.TrimSpace(s), "\n", "; "), ".")
}

// runtime is how the appliance is, for the service.
func (a *Appliance) runtime() service.Runtime {
	p, e := a.phone.Status(), a.deps.Engines.State()
	return service.Runtime{
		Running: true, Started: a.started, Version: a.deps.Version, CallsNow: a.Calls(), MaxCalls: p.MaxCalls, Health: a.health.List(),
		Phone: a.telephone.phoneNow(), Lines: a.telephone.Lines(),
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
