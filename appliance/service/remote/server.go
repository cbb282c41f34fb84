package remote

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"syscall"
	"time"

	"frontdesk.internal/appliance/service"
	"frontdesk.internal/models/progress"
)

// Server answers on a Unix socket.
type Server struct {
	socket   string
	listener net.Listener
	http     *http.Server
	log      *slog.Logger
}

// Listen opens the socket, which is for this user and its group, and takes the place of one that a former process left behind.
// Close the server when Run is never called.
func Listen(socket string, s service.Invoker, logger *slog.Logger) (*Server, error) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if conn, err := connect(ctx, socket); err == nil {
		return nil, errors.Join(fmt.Errorf("open control socket %s: another appliance answers there; stop it first", socket), conn.Close())
	}
	if err := os.Remove(socket); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("remove former control socket: %w", err)
	}
	srv := &Server{socket: socket, log: logger}
	err := within(socket, func(path string) error {
		l, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
		if err != nil {
			return err
		}
		l.SetUnlinkOnClose(false) // the path may be through a folder that is not open any more; Close removes it
		srv.listener = l
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("open control socket %s: %w", socket, err)
	}
	// Whose folder lets them through, the members of the group ask, too.
	if err := os.Chmod(socket, 0o660); err != nil {
		return nil, errors.Join(fmt.Errorf("protect control socket: %w", err), srv.Close())
	}
	srv.http = &http.Server{
		Handler: Handler(s), ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 30 * time.Second, WriteTimeout: answerWithin,
		IdleTimeout: time.Minute, MaxHeaderBytes: 16 << 10, ErrorLog: slog.NewLogLogger(logger.Handler(), slog.LevelDebug),
	}
	return srv, nil
}

// Run answers until ctx ends, lets requests that are under way finish, and removes the socket.
func (s *Server) Run(ctx context.Context) error {
	stopped := make(chan error, 1)
	go func() {
		<-ctx.Done()
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		stopped <- s.http.Shutdown(end)
	}()
	err := s.http.Serve(s.listener)
	if !errors.Is(err, http.ErrServerClosed) {
		return errors.Join(fmt.Errorf("serve control socket: %w", err), s.Close())
	}
	return errors.Join(<-stopped, s.Close())
}

// Close removes the socket of a server that does not run.
func (s *Server) Close() error {
	err := s.listener.Close()
	if errors.Is(err, net.ErrClosed) {
		err = nil
	}
	if gone := os.Remove(s.socket); gone != nil && !errors.Is(gone, fs.ErrNotExist) {
		err = errors.Join(err, gone)
	}
	return err
}

// Bounds of what is sent, in bytes: a profile is the largest of what most operations take; contacts and documents are long ones.
const (
	maxBody = 4 << 20
	maxLong = 512 << 20
)

// actorHeader carries who acts. Who may open the socket may open the records, so it is believed; but the box itself, whose reading leaves
// no line, never comes this way.
const actorHeader = "Frontdesk-Actor"

// line is one line of an answer: a step of a long operation, and in the end what came of it. After a line with File comes the file.
type line struct {
	Step   *progress.Step   `json:"step,omitempty"`
	Done   *json.RawMessage `json:"done,omitempty"`
	Failed *failure         `json:"failed,omitempty"`
	File   string           `json:"file,omitempty"` // its media type
}

// answerWithin is how long an operation may take that is not long.
const answerWithin = 10 * time.Minute

// Handler has the operations done by s, each at its name.
func Handler(s service.Invoker) http.Handler {
	mux := http.NewServeMux()
	for _, op := range service.Operations() {
		mux.HandleFunc("POST /"+op.Facts().Name, func(w http.ResponseWriter, r *http.Request) { answer(w, r, s, op) })
	}
	return mux
}

// answer does one operation. Its context ends when the command that asked is gone.
func answer(w http.ResponseWriter, r *http.Request, s service.Invoker, op service.Operation) {
	lines, ctl := json.NewEncoder(w), http.NewResponseController(w)
	tell := func(l line) { _ = errors.Join(lines.Encode(l), ctl.Flush()) } // a command that went away need not know
	most := int64(maxBody)
	if facts := op.Facts(); facts.Long || facts.File {
		most = maxLong
		_ = errors.Join(ctl.SetReadDeadline(time.Time{}), ctl.SetWriteDeadline(time.Time{})) // without it, it ends at the deadline of all
	}
	r.Body = http.MaxBytesReader(w, r.Body, most)
	var who service.Actor
	err := json.Unmarshal([]byte(r.Header.Get(actorHeader)), &who)
	if who.Role == service.Box {
		who.Role = 0
	}
	var in any
	if err == nil {
		in, err = op.Decode(r.Body)
	}
	out := op.Answer()
	if err == nil {
		ctx := progress.With(service.WithActor(r.Context(), who), func(s progress.Step) { tell(line{Step: &s}) })
		err = s.Invoke(ctx, op, in, out)
	}
	if content, ok := out.(*service.Content); ok && err == nil {
		sendFile(w, *content, tell)
		return
	}
	var done json.RawMessage
	if err == nil {
		done, err = json.Marshal(out)
	}
	if err != nil {
		tell(line{Failed: failed(err)})
		return
	}
	tell(line{Done: &done})
}

// sendFile sends a file after the line that says so. One that fails on its way is cut: the other side must see that it is not whole.
func sendFile(w http.ResponseWriter, c service.Content, tell func(line)) {
	tell(line{File: c.Type()})
	ctl := http.NewResponseController(w)
	if service.Pour(flushing{w, ctl}, c) == nil {
		return
	}
	if conn, _, err := ctl.Hijack(); err == nil {
		_ = conn.Close() // that is the message
	}
}

// flushing sends what is written at once: some files never end.
type flushing struct {
	io.Writer
	ctl *http.ResponseController
}

// Write implements io.Writer.
func (f flushing) Write(b []byte) (int, error) {
	n, err := f.Writer.Write(b)
	return n, errors.Join(err, f.ctl.Flush())
}

// nobodyThere tells a socket that nobody listens on from other faults.
func nobodyThere(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ECONNREFUSED)
}
