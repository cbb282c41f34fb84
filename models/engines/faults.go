package engines

import (
	"context"
	"errors"
	"fmt"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"frontdesk.internal/models/engines/enginespb"
)

// ErrTooLarge says that a request is larger than one message between the processes may be ([MaxMessage]).
var ErrTooLarge = errors.New("request too large for the engines")

// MaxMessage is the size limit of one message between the processes, in bytes. The largest sensible one, a prompt with
// its grammar, is below a tenth of it; a chunk of speech is below 10 kB.
const MaxMessage = 1 << 20

// toStatus makes of an engine's error the status that goes over the socket. The kinds that callers tell apart travel
// as a detail, because gRPC uses the neighbouring codes for errors of its own.
func toStatus(err error) error {
	kind, code := enginespb.Fault_KIND_UNSPECIFIED, codes.Unknown
	switch {
	case err == nil:
		return nil
	case errors.Is(err, ErrBusy):
		kind, code = enginespb.Fault_KIND_BUSY, codes.ResourceExhausted
	case errors.Is(err, ErrUnavailable):
		kind, code = enginespb.Fault_KIND_UNAVAILABLE, codes.Unavailable
	case errors.Is(err, ErrTooLarge):
		kind, code = enginespb.Fault_KIND_TOO_LARGE, codes.InvalidArgument
	case errors.Is(err, context.Canceled):
		code = codes.Canceled
	case errors.Is(err, context.DeadlineExceeded):
		code = codes.DeadlineExceeded
	default:
		if st, ok := status.FromError(err); ok {
			return st.Err() // made by gRPC itself, as when the other side of a stream is gone
		}
	}
	st := status.New(code, err.Error())
	if kind != enginespb.Fault_KIND_UNSPECIFIED {
		if detailed, derr := st.WithDetails(&enginespb.Fault{Kind: kind}); derr == nil {
			st = detailed
		}
	}
	return st.Err()
}

// fromStatus is the way back. ctx is that of the call: only it can tell a cancellation by this side from a child that
// cancels its work because it ends.
func fromStatus(ctx context.Context, doing string, err error) error {
	if err == nil {
		return nil
	}
	st, ok := status.FromError(err)
	if !ok {
		return fmt.Errorf("%s: %w", doing, err)
	}
	if cerr := ctx.Err(); cerr != nil {
		return fmt.Errorf("%s: %w", doing, cerr)
	}
	for _, d := range st.Details() {
		f, ok := d.(*enginespb.Fault)
		if !ok {
			continue
		}
		switch f.GetKind() {
		case enginespb.Fault_KIND_BUSY:
			return fault(doing, ErrBusy, st.Message())
		case enginespb.Fault_KIND_UNAVAILABLE:
			return fault(doing, ErrUnavailable, st.Message())
		case enginespb.Fault_KIND_TOO_LARGE:
			return fault(doing, ErrTooLarge, st.Message())
		case enginespb.Fault_KIND_UNSPECIFIED:
		}
	}
	switch st.Code() {
	case codes.Unavailable, codes.Canceled:
		return fault(doing, ErrUnavailable, st.Message())
	case codes.DeadlineExceeded:
		return fault(doing, context.DeadlineExceeded, st.Message())
	case codes.ResourceExhausted: // gRPC's own: over MaxMessage
		return fault(doing, ErrTooLarge, st.Message())
	default:
		return fmt.Errorf("%s: %s", doing, st.Message())
	}
}

// fault wraps the sentinel and says its text once.
func fault(doing string, sentinel error, message string) error {
	if message == "" || message == sentinel.Error() {
		return fmt.Errorf("%s: %w", doing, sentinel)
	}
	return &remoteError{text: doing + ": " + message, sentinel: sentinel}
}

// remoteError has the text that the child gave and the identity of the sentinel on this side.
type remoteError struct {
	text     string
	sentinel error
}

// Error returns the child's text.
func (e *remoteError) Error() string { return e.text }

// Unwrap returns the sentinel.
func (e *remoteError) Unwrap() error { return e.sentinel }
