package transaction

import "errors"

// ErrUnreachable is returned when a request of ours got no answer in time.
var ErrUnreachable = errors.New("no answer from the other side")

// ErrClosed is returned once the layer is closed.
var ErrClosed = errors.New("the phone is closed")
