package progress

import (
	"errors"
	"fmt"
	"io"
	"syscall"
)

// Fault is an error with advice: code below a command returns it, the command prints what went wrong and what to do apart.
type Fault struct {
	What string // went wrong, in lower case and without a full stop
	Do   string // about it, in whole sentences
	Err  error  // the cause, if there is one worth printing
}

// Error returns what went wrong and its cause, without the advice.
func (f *Fault) Error() string {
	if f.Err == nil {
		return f.What
	}
	return f.What + ": " + f.Err.Error()
}

// Unwrap returns the cause.
func (f *Fault) Unwrap() error { return f.Err }

// NewFault returns a fault with advice and no cause.
func NewFault(do, format string, args ...any) error {
	return &Fault{What: fmt.Sprintf(format, args...), Do: do}
}

// WrapFault returns err with what went wrong before it, and advice. An error that carries advice already keeps its own.
func WrapFault(err error, do, format string, args ...any) error {
	if errors.Is(err, syscall.ENOSPC) {
		do = DiskFull
	}
	if own := AdviceOf(err); own != "" {
		do = own
	}
	return &Fault{What: fmt.Sprintf(format, args...), Do: do, Err: err}
}

// DiskFull is the advice for a disk without room.
const DiskFull = "The disk is full. Free some space and run the same command again: it goes on where it stopped."

// AdviceOf returns the advice that err carries, or "".
func AdviceOf(err error) string {
	var f *Fault
	if errors.As(err, &f) {
		return f.Do
	}
	if errors.Is(err, syscall.ENOSPC) {
		return DiskFull
	}
	return ""
}

// PrintFault writes err for a person: what went wrong, then what to do.
func PrintFault(w io.Writer, program string, err error) {
	fmt.Fprintf(w, "%s: %v\n", program, err)
	if do := AdviceOf(err); do != "" {
		fmt.Fprintf(w, "  %s\n", do)
	}
}
