package remote

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strconv"
	"syscall"
	"time"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/knowledge/edit"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/store"
)

// Server answers on a Unix socket.
type Server struct {
	socket   string
	listener net.Listener
	http     *http.Server
	log      *slog.Logger
}

// Listen opens the socket, which is only for this user, and takes the place of one that a former process left behind.
// Close the server when Run is never called.
func Listen(socket string, s Service, logger *slog.Logger) (*Server, error) {
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
	if err := os.Chmod(socket, 0o600); err != nil {
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

// maxBody bounds what a command sends, in bytes: a profile is the largest.
const maxBody = 4 << 20

// reply is an answer that is not what was asked for.
type reply struct {
	Error    string              `json:"error"`
	Kind     string              `json:"kind"`           // kindNotFound, kindInvalid, kindConflict, kindSame, kindUsage, kindFailed
	What     string              `json:"what,omitempty"` // of service.InvalidError
	Problems []knowledge.Problem `json:"problems,omitempty"`
	Section  edit.Section        `json:"section,omitempty"`
}

const (
	kindNotFound = "not_found"
	kindInvalid  = "invalid"
	kindConflict = "conflict"
	kindSame     = "unchanged"
	kindUsage    = "usage"
	kindFailed   = "failed"
)

// usageError is a request that cannot be understood.
type usageError struct{ err error }

func (e usageError) Error() string { return e.err.Error() }

// done is the body that marks a message.
type done struct {
	Done bool `json:"done"`
}

// published is the answer to a new profile.
type published struct {
	Version int `json:"version"`
}

// answerWithin is how long the longest act may take: to read gigabytes of weights from a slow disk.
const answerWithin = 10 * time.Minute

// Handler returns the routes over s.
func Handler(s Service) http.Handler {
	mux := http.NewServeMux()
	route := func(pattern string, fn func(r *http.Request) (any, error)) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			r.Body = http.MaxBytesReader(w, r.Body, maxBody)
			r = r.WithContext(service.WithDoor(r.Context(), r.Header.Get(doorHeader)))
			v, err := fn(r)
			answer(w, v, err)
		})
	}
	route("GET /v1/status", func(r *http.Request) (any, error) { return s.Status(r.Context()) })
	route("GET /v1/calls", func(r *http.Request) (any, error) {
		f, err := readFilter(r)
		if err != nil {
			return nil, err
		}
		return s.Calls(r.Context(), f)
	})
	route("GET /v1/calls/{id}", func(r *http.Request) (any, error) { return s.Call(r.Context(), r.PathValue("id")) })
	mux.HandleFunc("GET /v1/calls/{id}/recording", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", soundType)
		out := &lateWriter{to: w}
		ctx := service.WithDoor(r.Context(), r.Header.Get(doorHeader))
		if err := s.WriteRecording(ctx, r.PathValue("id"), out); err != nil {
			if out.begun {
				cut(w)
				return
			}
			answer(w, nil, err)
		}
	})
	route("GET /v1/callers", func(r *http.Request) (any, error) {
		n, err := readNumber(r, "limit")
		if err != nil {
			return nil, err
		}
		return s.Callers(r.Context(), n)
	})
	route("GET /v1/callers/{id}", func(r *http.Request) (any, error) { return s.Caller(r.Context(), r.PathValue("id")) })
	route("GET /v1/messages", func(r *http.Request) (any, error) {
		n, err := readNumber(r, "limit")
		if err != nil {
			return nil, err
		}
		return s.Messages(r.Context(), n, r.FormValue("done") == "true")
	})
	route("GET /v1/messages/{id}", func(r *http.Request) (any, error) { return s.Message(r.Context(), r.PathValue("id")) })
	route("PUT /v1/messages/{id}/done", func(r *http.Request) (any, error) {
		b, err := readBody[done](r)
		if err != nil {
			return nil, err
		}
		return s.MarkDone(r.Context(), r.PathValue("id"), b.Done)
	})
	route("GET /v1/unanswered", func(r *http.Request) (any, error) { return s.Unanswered(r.Context()) })
	searchRoute(route, s)
	profileRoutes(route, s)
	exampleRoutes(route, s)
	ownerRoutes(route, s)
	tokenRoutes(route, s)
	phoneRoutes(route, s)
	recordingRoutes(route, s)
	selfTestRoutes(route, s)
	consoleRoutes(route, s)
	soundRoutes(route, s)
	groundRoutes(route, s)
	rightsRoutes(route, mux, s)
	documentRoutes(route, mux, s)
	storageRoutes(route, mux, s)
	backupRoutes(route, mux, s)
	importRoutes(route, mux, s)
	callBackRoutes(route, mux, s)
	dossierRoute(mux, s)
	return mux
}

// answer writes v, or what err means to the other side.
func answer(w http.ResponseWriter, v any, err error) {
	status := http.StatusOK
	if err != nil {
		status, v = explain(err)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // a command that went away needs no answer
}

func explain(err error) (int, reply) {
	r := reply{Error: err.Error(), Kind: kindFailed}
	var invalid *service.InvalidError
	var conflict *service.ConflictError
	var usage usageError
	switch {
	case errors.Is(err, store.ErrNotFound):
		r.Kind = kindNotFound
		return http.StatusNotFound, r
	case errors.As(err, &invalid):
		r.Kind, r.What, r.Problems = kindInvalid, invalid.What, invalid.Problems
		return http.StatusUnprocessableEntity, r
	case errors.As(err, &conflict):
		r.Kind, r.Section = kindConflict, conflict.Section
		return http.StatusConflict, r
	case errors.Is(err, service.ErrUnchanged):
		r.Kind = kindSame
		return http.StatusConflict, r
	case errors.As(err, &usage):
		r.Kind = kindUsage
		return http.StatusBadRequest, r
	}
	return http.StatusInternalServerError, r
}

func readFilter(r *http.Request) (f service.CallFilter, err error) {
	f.Caller, f.Tests = r.FormValue("caller"), r.FormValue("tests") == "true"
	for name, field := range map[string]*time.Time{"since": &f.Since, "before": &f.Before} {
		if s := r.FormValue(name); s != "" {
			if *field, err = time.Parse(time.RFC3339Nano, s); err != nil {
				return f, usageError{fmt.Errorf("read %s: %w", name, err)}
			}
		}
	}
	f.Limit, err = readNumber(r, "limit")
	return f, err
}

func readNumber(r *http.Request, name string) (int, error) {
	s := r.FormValue(name)
	if s == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		return 0, usageError{fmt.Errorf("read %s: %q is not a number from 0", name, s)}
	}
	return n, nil
}

func readBody[T any](r *http.Request) (v T, err error) {
	d := json.NewDecoder(r.Body)
	d.DisallowUnknownFields()
	if err := d.Decode(&v); err != nil {
		return v, usageError{fmt.Errorf("read body: %w", err)}
	}
	return v, nil
}

var errNoVersion = errors.New("a version is a number from 1")

// nobodyThere tells a socket that nobody listens on from other faults.
func nobodyThere(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ECONNREFUSED)
}
