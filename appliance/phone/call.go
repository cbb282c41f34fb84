package phone

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/audio/line"
)

// Call is one incoming call, as the handler sees it. Its methods may be called from any goroutine.
type Call struct {
	d        *dialog
	caller   identity
	diverted record.PhoneNumber
	to       string
	invited  time.Time
	self     bool
	cause    atomic.Int32
}

// Self reports whether the box itself calls, by [Phone.CallSelf].
func (c *Call) Self() bool { return c.self }

// ID returns our own identifier of the call; it says nothing about the caller and may be logged.
func (c *Call) ID() string { return c.d.id }

// From returns the caller's number, "" when it is withheld or none.
func (c *Call) From() record.PhoneNumber { return c.caller.number }

// DisplayName returns the name that the PBX gave, "" without one.
func (c *Call) DisplayName() record.Personal { return c.caller.name }

// Diverted returns the number that was called first, when the PBX says that its calls go here, else "".
func (c *Call) Diverted() record.PhoneNumber { return c.diverted }

// Cause returns the Q.850 cause with which the other side ended the call (RFC 3326, RFC 6432), 0 when it gave none.
func (c *Call) Cause() int { return int(c.cause.Load()) }

// To returns the user part of the address that was called.
func (c *Call) To() string {
	if len(c.to) > 64 {
		return "" // nobody has such an extension
	}
	return c.to
}

// Invited returns when the INVITE arrived.
func (c *Call) Invited() time.Time { return c.invited }

// Trace returns the ladder of messages so far, redacted.
func (c *Call) Trace() []LadderMessage { return c.d.trace.all() }

// Answer takes the call: it opens the audio ports, answers with 200 and waits for the ACK. It returns the audio line
// and when the ACK came. Running the line is the caller's task; it ends with the call's context. The error is the cause
// of the call's end, ErrState when it was answered before, or ctx's.
func (c *Call) Answer(ctx context.Context) (*line.Line, time.Time, error) {
	reply := make(chan answered, 1)
	if err := c.d.do(func() { c.d.answer(reply) }); err != nil {
		return nil, time.Time{}, fmt.Errorf("answer call: %w", err)
	}
	select {
	case a := <-reply:
		if a.err != nil {
			return nil, time.Time{}, fmt.Errorf("answer call: %w", a.err)
		}
		return a.line, a.at, nil
	case <-ctx.Done():
		return nil, time.Time{}, fmt.Errorf("answer call: %w", context.Cause(ctx))
	}
}

// Reject refuses a call that was not answered with a status of 300 to 699, such as 486.
func (c *Call) Reject(status int) error {
	if status < 300 || status > 699 {
		return fmt.Errorf("reject call: status %d: use 300 to 699", status)
	}
	reply := make(chan error, 1)
	if err := c.d.do(func() { reply <- c.d.reject(status, ErrRejected) }); err != nil {
		return fmt.Errorf("reject call: %w", err)
	}
	if err := <-reply; err != nil {
		return fmt.Errorf("reject call: %w", err)
	}
	return nil
}

// Hangup ends the call with BYE, or refuses it with 480 when it was not answered. It returns when the other side has
// confirmed, or when ctx ends; the call is over in both cases.
func (c *Call) Hangup(ctx context.Context) error { return c.End(ctx, ErrLocalHangup) }

// End is [Call.Hangup] with a cause for the call's context and record, such as [ErrMediaTimeout].
func (c *Call) End(ctx context.Context, cause error) error {
	reply := make(chan error, 1)
	if err := c.d.do(func() { c.d.hangup(cause, reply) }); err != nil {
		return nil //nolint:nilerr // it has ended already, which is what was asked for
	}
	select {
	case err := <-reply:
		return err
	case <-ctx.Done():
		return fmt.Errorf("hang up: %w", context.Cause(ctx))
	}
}

// transferTimeout bounds how long the PBX may take to say how a transfer ended.
const transferTimeout = 90 * time.Second

// joinTimeout is the same for two calls that are up already: both wait in silence for it.
const joinTimeout = 6 * time.Second

// Transfer gives the call to another extension of the PBX (blind transfer, RFC 3515 with RFC 3892) and waits for the
// result. When it succeeds the call has ended for us with [ErrTransferred]. When it is refused, busy or not answered the
// error is a [TransferError] and the call goes on.
func (c *Call) Transfer(ctx context.Context, extension string) error {
	target, err := c.d.account.extensionURI(extension)
	if err != nil {
		return err
	}
	return c.refer(ctx, target, transferTimeout)
}

// Join gives the call to who has answered out, and takes us out of the middle (attended transfer, RFC 5589 section 7). When it succeeds
// this call has ended with [ErrTransferred], and the PBX ends the other one. Errors are those of [Call.Transfer]; both calls go on then.
func (c *Call) Join(ctx context.Context, out *Outgoing) error {
	return c.refer(ctx, out.replacing(), joinTimeout)
}

func (c *Call) refer(ctx context.Context, target string, within time.Duration) error {
	ctx, cancel := context.WithTimeoutCause(ctx, within, &TransferError{})
	defer cancel()
	reply := make(chan error, 1)
	if err := c.d.do(func() { c.d.transfer(target, reply) }); err != nil {
		return fmt.Errorf("transfer call: %w", err)
	}
	select {
	case err := <-reply:
		return err
	case <-ctx.Done():
		_ = c.d.do(func() { c.d.forgetReferral(reply) })
		select {
		case err := <-reply: // it ended in this very moment: that result counts
			return err
		default:
			return fmt.Errorf("transfer call: %w", context.Cause(ctx))
		}
	}
}
