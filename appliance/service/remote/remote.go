// Package remote is the operations of the service over a Unix socket in the state directory: the commands on this machine have them done
// by the running appliance. One server and one client serve all of them; errors keep their type.
//
// The socket has mode 0600: who may open it may open the records too, so there is no further sign-in, and who acts is believed as
// it is said. It is not the API for the outside: that is web's, with sign-in, and stays stable; this one is between two parts of
// the same program and version. A request is the JSON of what an operation takes, POSTed to its name; the answer is lines of JSON:
// steps, then what came of it.
//
// Goroutines: those of net/http, one for each connection; [Server.Run] waits for them.
package remote

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
)

// ErrNotRunning says that no appliance answers on the socket.
var ErrNotRunning = errors.New("the appliance is not running")

// Socket returns the path of the socket below the state directory.
func Socket(state string) string { return filepath.Join(state, "control.sock") }

// maxPath is the longest path of a Unix socket in bytes (sun_path less its closing zero, unix(7)).
const maxPath = 107

// within calls fn with a path of the socket that is short enough for the kernel: a long one is reached through the open
// folder it lies in.
func within(socket string, fn func(path string) error) error {
	if len(socket) <= maxPath {
		return fn(socket)
	}
	dir, err := os.Open(filepath.Dir(socket))
	if err != nil {
		return err
	}
	err = fn(fmt.Sprintf("/proc/self/fd/%d/%s", dir.Fd(), filepath.Base(socket)))
	return errors.Join(err, dir.Close())
}

// connect opens a connection to the socket. The error is ErrNotRunning when nobody answers there.
func connect(ctx context.Context, socket string) (conn net.Conn, err error) {
	err = within(socket, func(path string) error {
		var d net.Dialer
		conn, err = d.DialContext(ctx, "unix", path)
		return err
	})
	if err != nil && nobodyThere(err) {
		return nil, fmt.Errorf("%w: nobody answers on %s; start it with frontdesk serve", ErrNotRunning, socket)
	}
	if err != nil {
		return nil, fmt.Errorf("talk to the appliance on %s: %w", socket, err)
	}
	return conn, nil
}
