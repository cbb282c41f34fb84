// Package hint carries errors that tell the person at the keyboard what to do next.
//
// An Error is an ordinary wrapped error with one more sentence. Code below a command returns it, the command prints the
// fault and the advice apart. The package holds no state and starts no goroutines.
package hint

import (
	"errors"
	"fmt"
	"io"
	"syscall"
)

// Error is a fault with advice.
type Error struct {
	// Fault says what went wrong, in lower case and without a full stop.
	Fault string
	// Do says what to do about it, in whole sentences.
	Do string
	// Err is the cause, if there is one worth printing.
	Err error
}

// Error returns the fault and its cause, without the advice.
func (e *Error) Error() string {
	if e.Err == nil {
		return e.Fault
	}
	return e.Fault + ": " + e.Err.Error()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// New returns a fault with advice and no cause.
func New(do, format string, args ...any) error {
	return &Error{Fault: fmt.Sprintf(format, args...), Do: do}
}

// Wrap returns err with a fault before it and advice. An error that carries advice already keeps its own.
func Wrap(err error, do, format string, args ...any) error {
	if errors.Is(err, syscall.ENOSPC) {
		do = DiskFull
	}
	if own := Of(err); own != "" {
		do = own
	}
	return &Error{Fault: fmt.Sprintf(format, args...), Do: do, Err: err}
}

// DiskFull is the advice for a disk without room.
const DiskFull = "The disk is full. Free some space and run the same command again: it goes on where it stopped."

// Of returns the advice that err carries, or "".
func Of(err error) string {
	var e *Error
	if errors.As(err, &e) {
		return e.Do
	}
	if errors.Is(err, syscall.ENOSPC) {
		return DiskFull
	}
	return ""
}

// Print writes err for a person: what went wrong, then what to do.
func Print(w io.Writer, program string, err error) {
	fmt.Fprintf(w, "%s: %v\n", program, err)
	if do := Of(err); do != "" {
		fmt.Fprintf(w, "  %s\n", do)
	}
}
