package web

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"sync"
	"time"

	"frontdesk.internal/appliance/access"
	"frontdesk.internal/appliance/places"
	"frontdesk.internal/appliance/service"
)

// Options for Listen. Listen, Dir, Service and Guard are needed.
type Options struct {
	Guard    *access.Guard   // who may come in
	Listen   string          // host:port; port 0 takes a free one
	Dir      string          // folder for key and certificates, of this package alone; made with mode 0700
	Service  service.Invoker // does what is asked for
	API      http.Handler    // answers below /api/; nil: nothing is there
	Hostname string          // "" = the name of this machine
	Found    string          // a name by which it is found in this network; "" = none
	// Certificate and Key are PEM files of the office's own certificate; "" = the box makes one. When they cannot be used the box's
	// own serves, and Server.Problem says why.
	Certificate, Key string
	Logger           *slog.Logger     // nil: says nothing
	Now              func() time.Time // nil: time.Now

	missed func(string) // is told of each text that has no translation; nil: nobody is
}

// Server is the page.
type Server struct {
	serving
	certs   *certificates
	jobs    *jobs
	problem error
}

// Listen makes or loads the certificates and opens the port. Close the server when Run is never called.
func Listen(o Options) (*Server, error) {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Hostname == "" {
		name, err := os.Hostname()
		if err != nil {
			o.Logger.Warn("the machine's name is unknown; the page is reached by address only", "err", err)
		}
		o.Hostname = name
	}
	names := namesOf(o.Hostname, o.Listen)
	names.add(o.Found)
	certs, err := openCertificates(o.Dir, names, o.Now, o.Logger)
	if err != nil {
		return nil, err
	}
	var own *ownCertificate
	var problem error
	if o.Certificate != "" {
		if own, problem = openOwn(o.Certificate, o.Key, o.Now, o.Logger); problem != nil {
			o.Logger.Error("the box's own certificate serves instead", "err", problem)
		} else {
			names.add(own.loaded.Leaf.DNSNames...)
		}
	}
	closing, stop := context.WithCancel(context.Background())
	jobs := newJobs()
	handler, err := newHandler(closing, o, names, certs, jobs)
	if err != nil {
		stop()
		return nil, err
	}
	s := &Server{certs: certs, jobs: jobs, problem: problem}
	// HTTP/2 comes with ServeTLS. There is no Strict-Transport-Security: it would take from the owner the way past the
	// browser's warning before the authority is known to the browser.
	s.serving, err = open("page", o.Listen, handler, o.Logger)
	if err != nil {
		stop()
		return nil, err
	}
	s.http.RegisterOnShutdown(stop)
	s.http.TLSConfig = &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: certs.forHello}
	if own != nil {
		s.http.TLSConfig.GetCertificate = func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return own.get(), nil }
	}
	s.http.HTTP2 = &http.HTTP2Config{MaxConcurrentStreams: 32}
	return s, nil
}

// Problem says why the office's own certificate is not used; nil when it is, or when there is none.
func (s *Server) Problem() error { return s.problem }

// Run answers until ctx ends or the server is closed, and lets requests and jobs that are under way finish.
func (s *Server) Run(ctx context.Context) error {
	defer s.jobs.close()
	return s.run(ctx, func() error { return s.http.ServeTLS(s.listener, "", "") })
}

// Limits of one server. A page for one office needs little; what is beyond is a fault or an attack.
const (
	maxConnections     = 128
	maxConnectionsEach = 32 // from one address
	grace              = 5 * time.Second
)

// serving is an HTTP server on a port: what Server and MetricsServer have in common.
type serving struct {
	what     string
	listener net.Listener
	http     *http.Server
}

func open(what, listen string, h http.Handler, log *slog.Logger) (serving, error) {
	l, err := net.Listen("tcp", listen)
	if err != nil {
		return serving{}, fmt.Errorf("open %s on %s: %w; choose another address in the settings, or stop what uses it", what, listen, err)
	}
	return serving{
		what: what, listener: limitListener{l, places.New(maxConnections, maxConnectionsEach)},
		http: &http.Server{
			Handler: h, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second, WriteTimeout: 20 * time.Second,
			IdleTimeout: time.Minute, MaxHeaderBytes: 16 << 10, ConnContext: withConn,
			ErrorLog: slog.NewLogLogger(serverLog{log.Handler()}, slog.LevelDebug),
		},
	}, nil
}

// Addr returns the address that is listened on.
func (s *serving) Addr() net.Addr { return s.listener.Addr() }

// Close ends the server at once, whether it runs or not; Run returns nil then.
func (s *serving) Close() error {
	err := s.http.Close()
	if gone := s.listener.Close(); gone != nil && !errors.Is(gone, net.ErrClosed) {
		err = errors.Join(err, gone)
	}
	if err != nil {
		return fmt.Errorf("close %s: %w", s.what, err)
	}
	return nil
}

func (s *serving) run(ctx context.Context, serve func() error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var (
		stopping sync.WaitGroup
		stopped  error
	)
	stopping.Go(func() {
		<-ctx.Done()
		end, done := context.WithTimeout(context.WithoutCancel(ctx), grace)
		defer done()
		if s.http.Shutdown(end) != nil { // somebody reads too slowly
			stopped = s.http.Close()
		}
	})
	err := serve()
	cancel()
	stopping.Wait()
	if errors.Is(err, http.ErrServerClosed) {
		return stopped
	}
	return errors.Join(fmt.Errorf("serve %s: %w", s.what, err), stopped, s.Close())
}

// serverLog is where net/http tells of connections that went wrong: everyday things, said at debug level, but for a handler
// that panicked.
type serverLog struct{ slog.Handler }

// Handle implements slog.Handler.
func (h serverLog) Handle(ctx context.Context, r slog.Record) error {
	if bytes.Contains([]byte(r.Message), []byte("panic serving")) {
		r.Level = slog.LevelError
		if !h.Enabled(ctx, r.Level) {
			return nil
		}
	}
	if !h.Handler.Enabled(ctx, r.Level) {
		return nil
	}
	return h.Handler.Handle(ctx, r)
}

// Enabled implements slog.Handler: what it is about is known only in Handle.
func (h serverLog) Enabled(context.Context, slog.Level) bool { return true }
