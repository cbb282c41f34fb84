package web

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"sync"
	"time"

	"frontdesk.internal/appliance/access"
	"frontdesk.internal/appliance/audit"
	"frontdesk.internal/appliance/backup"
	"frontdesk.internal/appliance/imports"
	"frontdesk.internal/appliance/live"
	"frontdesk.internal/appliance/privacy"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/statistics"
	"frontdesk.internal/appliance/store"
)

// Status is what the metrics need to know, and the page before somebody has signed in.
type Status interface {
	// Status returns how the appliance is now, without naming a caller.
	Status(ctx context.Context) (service.Status, error)
}

// Desk is what the page needs to know and to do; *service.Service is the real one.
type Desk interface {
	Status
	// Profile returns what callers are told; the page takes the time zone from it.
	Profile(ctx context.Context) (service.Profile, error)
	Calls(ctx context.Context, f service.CallFilter) ([]record.Call, error)
	Call(ctx context.Context, id string) (service.CallDetail, error)
	Callers(ctx context.Context, n int) ([]record.Caller, error)
	Caller(ctx context.Context, id string) (service.CallerDetail, error)
	Messages(ctx context.Context, n int, done bool) ([]record.Message, error)
	Message(ctx context.Context, id string) (record.Message, error)
	MarkDone(ctx context.Context, id string, done bool) (record.Message, error)
	Handsets(ctx context.Context) ([]service.Handset, error)
	CallBack(ctx context.Context, message, extension string) error
	Recording(ctx context.Context, call string) (service.Recording, error)
	ChangeCaller(ctx context.Context, id string, e service.CallerEdit) (record.Caller, error)
	EraseCaller(ctx context.Context, id, reason, by string) (privacy.Erased, error)
	Erasures(ctx context.Context) ([]store.Tombstone, error)
	HoldCaller(ctx context.Context, h record.Hold) error
	ReleaseCaller(ctx context.Context, id string) error
	Holds(ctx context.Context) ([]record.Hold, error)
	Consents(ctx context.Context, id string) ([]record.Consent, error)
	NoteConsent(ctx context.Context, c record.Consent) (record.Consent, error)
	NewCallerCode(ctx context.Context, id string) (service.CallerCode, error)
	WriteDossier(ctx context.Context, id string, redact []string, w io.Writer) error
	Statistics(ctx context.Context, from, to time.Time) (statistics.Report, error)
	Requests(ctx context.Context) ([]record.Request, error)
	FileRequest(ctx context.Context, r record.Request) (record.Request, error)
	IdentifyRequest(ctx context.Context, id string, how record.Identity, by string) (record.Request, error)
	CompleteRequest(ctx context.Context, id, by string) (record.Request, error)
	RefuseRequest(ctx context.Context, id, reason, by string) (record.Request, error)
	Kept
	Waveform(ctx context.Context, call string, n int) (service.Waveform, error)
	Unanswered(ctx context.Context) ([]record.Unanswered, error)
	SearchCalls(ctx context.Context, q service.CallSearch) (service.FoundCalls, error)
	Business
	Documents
	Examples
	Telephone
	RecordingSettings(ctx context.Context) (record.RecordingSettings, error)
	SetRecordingSettings(ctx context.Context, s record.RecordingSettings) (record.RecordingSettings, error)
}

// Kept is how records are kept, and contacts that are taken over.
type Kept interface {
	Backups(ctx context.Context, dir string) (service.BackupState, error)
	SetUpBackup(ctx context.Context) (service.BackupKey, error)
	MakeBackup(ctx context.Context, dir string) (backup.Info, error)
	VerifyBackup(ctx context.Context, dir, name string) (backup.Restored, error)
	Retention(ctx context.Context) (record.Retention, error)
	SetRetention(ctx context.Context, r record.Retention) (record.Retention, error)
	Due(ctx context.Context, days int) ([]privacy.Due, error)
	AuditLog(ctx context.Context, n int) ([]record.AuditEntry, error)
	VerifyAudit(ctx context.Context, noted []record.AuditHead) (audit.Report, error)
	ReadContacts(ctx context.Context, file io.Reader, mapping map[string]record.FieldKind) (imports.Contacts, error)
	ImportContacts(ctx context.Context, i service.Import) (record.ImportBatch, error)
	UndoImport(ctx context.Context, id string) error
	Imports(ctx context.Context) ([]record.ImportBatch, error)
}

// Telephone is the account at the telephone system and what was exchanged with it.
type Telephone interface {
	PhoneAccount(ctx context.Context) (service.PhoneAccount, error)
	TestPhoneAccount(ctx context.Context, e service.PhoneAccountEdit) (service.PhoneTest, error)
	SetPhoneAccount(ctx context.Context, e service.PhoneAccountEdit) (service.PhoneAccount, error)
	Ladders(ctx context.Context) ([]service.Ladder, error)
	Ladder(ctx context.Context, call string) (service.Ladder, error)
}

var _ Desk = (*service.Service)(nil)

// Options for Listen. Listen, Dir, Service, Gate and Live are needed.
type Options struct {
	Gate     *access.Gate // who may come in
	Live     *live.Hub    // what happens now
	Listen   string       // host:port; port 0 takes a free one
	Dir      string       // folder for key and certificates, of this package alone; made with mode 0700
	Service  Desk         // what is shown
	API      http.Handler // answers below /api/; nil: nothing is there
	Hostname string       // "" = the name of this machine
	// Certificate and Key are PEM files of the office's own certificate; "" = the box makes one. When they cannot be used the box's
	// own serves, and Server.Problem says why.
	Certificate, Key string
	Logger           *slog.Logger     // nil: says nothing
	Now              func() time.Time // nil: time.Now
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
	closing, jobs := make(chan struct{}), newJobs()
	handler, err := newHandler(o, names, certs, jobs, closing)
	if err != nil {
		return nil, err
	}
	s := &Server{certs: certs, jobs: jobs, problem: problem}
	// HTTP/2 comes with ServeTLS. There is no Strict-Transport-Security: it would take from the owner the way past the
	// browser's warning before the authority is known to the browser.
	s.serving, err = open("page", o.Listen, handler, o.Logger)
	if err != nil {
		return nil, err
	}
	s.http.RegisterOnShutdown(sync.OnceFunc(func() { close(closing) }))
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
		what: what, listener: newLimitListener(l, maxConnections, maxConnectionsEach),
		http: &http.Server{
			Handler: h, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second, WriteTimeout: 20 * time.Second,
			IdleTimeout: time.Minute, MaxHeaderBytes: 16 << 10, ConnContext: withConn, ErrorLog: slog.NewLogLogger(serverLog{log.Handler()}, slog.LevelDebug),
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
