// Package verdict judges how the parts of the box are, in sentences that an owner understands and can act on.
//
// It only judges: what it is told decides, and whoever asks makes a condition of it. It has no state and starts no goroutine.
package verdict

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"frontdesk.internal/appliance/health"
	"frontdesk.internal/appliance/phone"
	"frontdesk.internal/models/engines"
)

// Verdict is a condition without its name; severity OK says that there is none.
type Verdict struct {
	Severity health.Severity
	Text     string
}

// settleTime is how long a start may take before it counts as a fault: loading weights from a slow disk.
const settleTime = 90 * time.Second

// Registration judges the account at the PBX.
func Registration(s phone.Status, now time.Time) Verdict {
	switch s.State {
	case phone.StateRegistered:
		return Verdict{}
	case phone.StateOff:
		return Verdict{
			health.Degraded, "No telephone system is set, so no calls come in: enter the account on the page Phone, or with frontdesk phone set.",
		}
	}
	if s.Failure == phone.FailNone {
		if now.Sub(s.Since) < settleTime {
			return Verdict{}
		}
		return Verdict{health.Failed, "The box has not registered at the PBX for a while. Look at the PBX and at the network."}
	}
	text := "No calls come in, for " + s.Failure.Hint() + "."
	if s.Code > 0 {
		text += fmt.Sprintf(" (SIP answer %d)", s.Code)
	}
	return Verdict{health.Failed, text}
}

// Names of the conditions that [Engines] returns: of the child, and of the models in it.
const (
	EnginesDown = "engines"
	Ears        = "engines.hearing"
	Mind        = "engines.language_model"
	Mouth       = "engines.voice"
	Meaning     = "engines.meaning"
)

// Engines judges the child and the models in it.
func Engines(s engines.State, enabled bool, now time.Time) map[string]Verdict {
	out := map[string]Verdict{EnginesDown: {}, Ears: {}, Mind: {}, Mouth: {}, Meaning: {}}
	if !enabled {
		out[EnginesDown] = Verdict{health.Degraded, "Speech is switched off in the settings: callers get recorded phrases and the keypad."}
		return out
	}
	if s.Status != engines.Up {
		if s.Reason != "" || now.Sub(s.Since) > settleTime {
			text := "The speech engines are down and start again: callers get recorded phrases and the keypad meanwhile."
			if s.Reason != "" {
				text += " The last ones ended: " + OneLine(s.Reason) + "."
			}
			out[EnginesDown] = Verdict{health.Degraded, text}
		}
		return out
	}
	for _, e := range []struct {
		name, without string
		state         engines.EngineState
	}{
		{Ears, "Speech is not understood: callers get the keypad.", s.Child.Ears},
		{Mind, "Questions in unusual words are not understood; plain ones are.", s.Child.Mind},
		{Mouth, "There is no voice: callers get recorded phrases only.", s.Child.Mouth},
		{
			Meaning, "Sentences are not compared by meaning: questions in other words than the examples are understood less often.", s.Child.Meaning,
		},
	} {
		switch {
		case e.state.Phase == engines.Ready && e.state.Problem != "":
			out[e.name] = Verdict{health.Degraded, "Part of the models is missing: " + OneLine(e.state.Problem) + "."}
		case e.state.Phase == engines.Ready || e.state.Phase == engines.Loading && now.Sub(s.Since) < settleTime:
		case e.state.Phase == engines.Loading:
			out[e.name] = Verdict{health.Degraded, e.without + " The model still loads."}
		case e.state.Problem != "":
			out[e.name] = Verdict{health.Degraded, e.without + " " + OneLine(e.state.Problem) + "."}
		default:
			out[e.name] = Verdict{health.Degraded, e.without + " Its model is missing."}
		}
	}
	return out
}

// Business says that the box does not know yet for whom it answers.
func Business(version int) Verdict {
	if version > 0 {
		return Verdict{}
	}
	return Verdict{health.Degraded, "The box does not know yet for whom it answers: callers hear its number only and can leave a message. " +
		"Enter name and opening hours on the page Business and publish them, or run frontdesk profile import FILE."}
}

// Call says, behind who was called, what became of a call that was not answered.
func Call(err error) string {
	var refusal interface{ Refusal() int }
	var refused *phone.RefusedError
	status := -1
	if errors.As(err, &refusal) {
		status = refusal.Refusal()
	}
	if errors.As(err, &refused) {
		status = refused.Status
	}
	switch status {
	case 486, 600:
		return "is busy"
	case 408, 480, 487:
		return "did not answer"
	case 404, 484, 604:
		return "is not known to the telephone system"
	case 400, 403, 405, 420, 501:
		return "is not called by the telephone system for this box: allow that its extension puts calls through"
	case 603:
		return "did not take the call"
	case 0:
		return "was called, and the telephone system did not say what came of it"
	}
	if errors.Is(err, phone.ErrShutdown) {
		return "cannot be rung now: all calls that the box may have go on, or it is stopping"
	}
	if errors.Is(err, phone.ErrNotRegistered) {
		return "cannot be rung: the box is not connected to the telephone system"
	}
	return "could not be called (" + err.Error() + ")"
}

// OneLine joins the lines of a joined error.
func OneLine(s string) string {
	return strings.TrimRight(strings.ReplaceAll(strings.TrimSpace(s), "\n", "; "), ".")
}
