package phone

import (
	"errors"
	"fmt"

	"frontdesk.internal/appliance/phone/transaction"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/audio/line"
)

// endError says why a call ended; it is what context.Cause of the call's context returns.
type endError struct {
	text    string
	outcome record.Outcome
	same    error // an error of another package that means this
}

// Unwrap returns the error that this one stands for, if any.
func (e *endError) Unwrap() error { return e.same }

// Error implements error.
func (e *endError) Error() string { return e.text }

// Outcome returns what the call's record keeps.
func (e *endError) Outcome() record.Outcome { return e.outcome }

// Why a call ended. Each has a method Outcome() record.Outcome, found with errors.As.
var (
	ErrHangup error = &endError{
		text: "caller hung up", outcome: record.Outcome{Result: record.ResultCompleted, Reason: "caller_hangup"},
	}
	ErrLocalHangup error = &endError{text: "we hung up", outcome: record.Outcome{Result: record.ResultCompleted, Reason: "goodbye"}}
	ErrCancelled   error = &endError{
		text: "caller gave up before the answer", outcome: record.Outcome{Result: record.ResultCancelled, Reason: "caller_cancelled"},
	}
	ErrElsewhere error = &endError{
		text: "somebody else took the call", outcome: record.Outcome{Result: record.ResultCancelled, Reason: "answered_elsewhere"},
	}
	ErrRejected    error = &endError{text: "call refused", outcome: record.Outcome{Result: record.ResultRefused, Reason: "refused"}}
	ErrTransferred error = &endError{
		text: "call transferred", outcome: record.Outcome{Result: record.ResultTransfer, Reason: "transferred"},
	}
	ErrMediaTimeout error = &endError{
		text: "no audio arrived any more", outcome: record.Outcome{Result: record.ResultFailed, Reason: "media_timeout"},
		same: line.ErrMediaTimeout,
	}
	ErrSessionExpired error = &endError{
		text: "the other side did not refresh the session", outcome: record.Outcome{Result: record.ResultFailed, Reason: "session_expired"},
	}
	ErrNoACK error = &endError{
		text: "the PBX never confirmed our answer", outcome: record.Outcome{Result: record.ResultFailed, Reason: "no_ack"},
	}
	ErrNoMedia error = &endError{
		text: "no audio could be agreed on", outcome: record.Outcome{Result: record.ResultFailed, Reason: "no_media"},
	}
	ErrShutdown error = &endError{text: "the appliance is stopping", outcome: record.Outcome{Result: record.ResultFailed, Reason: "shutdown"}}
	ErrHandler  error = &endError{
		text: "the call's handler failed", outcome: record.Outcome{Result: record.ResultFailed, Reason: "internal_error"},
	}
)

// ErrState is returned by a method of [Call] that does not fit the call's state, such as answering twice.
var ErrState = errors.New("the call is not in a state for this")

// ErrUnreachable is returned when a request of ours got no answer in time.
var ErrUnreachable = transaction.ErrUnreachable

// TransferError says that a transfer was not done; the call goes on.
type TransferError struct {
	Status int // SIP status of the refusal, 0 when the PBX never reported a result
	Reason string
}

// Refusal returns the SIP status.
func (e *TransferError) Refusal() int { return e.Status }

// Error implements error.
func (e *TransferError) Error() string {
	switch e.Status {
	case 0:
		return "transfer: the PBX did not report a result"
	case 486, 600:
		return "transfer: the person is busy"
	case 408, 480, 487:
		return "transfer: the person did not answer"
	case 404, 484, 604:
		return "transfer: the PBX knows no such extension; check the staff list"
	case 405, 501, 420:
		return "transfer: the PBX does not take transfers from this extension; allow REFER for it"
	}
	return fmt.Sprintf("transfer: refused with status %d", e.Status)
}
