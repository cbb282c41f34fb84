// Package remote lets the commands on this machine talk to the running appliance: the service as HTTP with JSON over a Unix
// socket in the state directory.
//
// The socket has mode 0600: who may open it may open the records too, so there is no further sign-in. [Server] answers,
// [Client] asks; both offer the same methods. It is not the API for the outside: that is web's, with sign-in, and stays
// stable; this one is between two parts of the same program and version.
//
// Goroutines: those of net/http, one for each connection; [Server.Run] waits for them.
package remote

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/knowledge/edit"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/tryout"
)

// Service is what is offered; *service.Service is the real one, *Client asks it through the socket.
type Service interface {
	Status(ctx context.Context) (service.Status, error)
	Calls(ctx context.Context, f service.CallFilter) ([]record.Call, error)
	Call(ctx context.Context, id string) (service.CallDetail, error)
	WriteRecording(ctx context.Context, call string, w io.Writer) error
	SearchCalls(ctx context.Context, q service.CallSearch) (service.FoundCalls, error)
	Callers(ctx context.Context, n int) ([]record.Caller, error)
	Caller(ctx context.Context, id string) (service.CallerDetail, error)
	Messages(ctx context.Context, n int, done bool) ([]record.Message, error)
	Message(ctx context.Context, id string) (record.Message, error)
	MarkDone(ctx context.Context, id string, done bool) (record.Message, error)
	Handsets(ctx context.Context) ([]service.Handset, error)
	CallBack(ctx context.Context, message, extension string) error
	Unanswered(ctx context.Context) ([]record.Unanswered, error)
	AnswerQuestion(ctx context.Context, id string, r service.Reply) (service.Answered, error)
	DismissQuestion(ctx context.Context, id string) error
	Profiles
	Examples
	Tokens
	Telephone
	Owner
	SelfTests
	Console
	Sound
	Ground
	Rights
	Backups
	Imports
	Documents
	Storage
}

// Profiles are what callers are told: published, as a draft, and before.
type Profiles interface {
	Profile(ctx context.Context) (service.Profile, error)
	PublishProfile(ctx context.Context, b knowledge.Business) (int, error)
	Draft(ctx context.Context) (service.Draft, error)
	SaveDraft(ctx context.Context, revision int, section edit.Section, b knowledge.Business) (service.Draft, error)
	DiscardDraft(ctx context.Context, revision int) (service.Draft, error)
	PublishDraft(ctx context.Context, revision int, note string) (int, error)
	History(ctx context.Context, before, n int) ([]service.Edition, error)
	Edition(ctx context.Context, version int) (service.Edition, error)
	GoBack(ctx context.Context, version int, note string) (int, error)
	Try(ctx context.Context, t service.Trial) (tryout.Result, error)
}

// Tokens let programs use the API.
type Tokens interface {
	AddToken(ctx context.Context, name string, role record.Role) (service.NewToken, error)
	Tokens(ctx context.Context) ([]service.Token, error)
	RevokeToken(ctx context.Context, id string) error
}

// Telephone is the account at the telephone system, and what was exchanged with it.
type Telephone interface {
	PhoneAccount(ctx context.Context) (service.PhoneAccount, error)
	TestPhoneAccount(ctx context.Context, e service.PhoneAccountEdit) (service.PhoneTest, error)
	SetPhoneAccount(ctx context.Context, e service.PhoneAccountEdit) (service.PhoneAccount, error)
	Ladders(ctx context.Context) ([]service.Ladder, error)
	Ladder(ctx context.Context, call string) (service.Ladder, error)
	RecordingSettings(ctx context.Context) (record.RecordingSettings, error)
	SetRecordingSettings(ctx context.Context, s record.RecordingSettings) (record.RecordingSettings, error)
}

var (
	_ Service = (*service.Service)(nil)
	_ Service = (*Client)(nil)
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
