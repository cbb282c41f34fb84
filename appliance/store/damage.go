package store

import (
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"

	bolterrors "go.etcd.io/bbolt/errors"

	"frontdesk.internal/appliance/store/keyring"
	"frontdesk.internal/appliance/store/pages"
)

// DamagedError says that a file of the records is not what was written: a disk that fails, or somebody else who wrote to it.
// Nothing was changed.
type DamagedError struct {
	Path string // of the file, or of the folder when it is one of them
	Err  error
}

// Error implements error.
func (e *DamagedError) Error() string {
	return fmt.Sprintf("the records in %s are damaged: %v", e.Path, e.Err)
}

// Unwrap gives the cause.
func (e *DamagedError) Unwrap() error { return e.Err }

// guarded does fn, which reads a file of bbolt. A damaged page makes bbolt panic, and one that is not there raises a fault of the
// memory: both come back as a [*DamagedError], so that one record that cannot be read does not end the program, and all calls with
// it. So does a page that is not in form, which is found before bbolt writes to it. Another panic is a fault of ours; it comes back as
// an error that says where it began.
func guarded(path string, fn func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		p := recover()
		if p == nil {
			var known *DamagedError
			if errors.Is(err, pages.ErrForm) && !errors.As(err, &known) {
				err = &DamagedError{path, err}
			}
			return
		}
		at := panicked()
		if _, fault := p.(interface{ Addr() uintptr }); fault || strings.HasPrefix(at.Function, "go.etcd.io/bbolt") {
			err = &DamagedError{path, fmt.Errorf("%v", p)}
			return
		}
		err = fmt.Errorf("a fault of this program, in %s, line %d: %v", at.Function, at.Line, p)
	}()
	return fn()
}

// panicked is where the panic that is being recovered began.
func panicked() runtime.Frame {
	pcs := make([]uintptr, 64)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs)])
	begun := false
	for {
		f, more := frames.Next()
		switch {
		case strings.HasPrefix(f.Function, "runtime."):
			begun = begun || f.Function == "runtime.gopanic"
		case begun:
			return f
		}
		if !more {
			return runtime.Frame{}
		}
	}
}

// damaged tells whether bbolt refuses a file for what is in it.
func damaged(err error) bool {
	return errors.Is(err, keyring.ErrDamaged) || errors.Is(err, bolterrors.ErrInvalid) || errors.Is(err, bolterrors.ErrChecksum) ||
		errors.Is(err, bolterrors.ErrVersionMismatch) || errors.Is(err, pages.ErrForm)
}

// notice remembers the first damage that was come across.
func (s *Store) notice(err error) {
	var bad *DamagedError
	if errors.As(err, &bad) {
		s.damage.CompareAndSwap(nil, bad)
	}
}

// Damage is the first damage that was come across since the file was opened, in the file or in the key ring; nil for none. What lies
// in damaged pages cannot be read, and nothing is written to them; everything else goes on.
func (s *Store) Damage() *DamagedError { return s.damage.Load() }
