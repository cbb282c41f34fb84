// Package sshdoor lets technicians into the console over SSH (RFC 4251 to 4254): the console alone, no shell, no commands, no files, no
// forwarding of ports, agents or screens.
//
// Who has one of the keys of [Keys], or the one-time password that a technician at the box made, gets in; what runs there is decided by
// [Options].Show. Each address waits after wrong guesses, the number of connections is bounded, and a connection that does not sign in
// is closed after a while. Keys and the host's own key are files below one folder, mode 0600.
//
// [Listen] opens the socket; [Server.Run] serves it, one goroutine for each connection and one for each terminal, which end before Run
// returns.
package sshdoor

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/gliderlabs/ssh"
	gossh "golang.org/x/crypto/ssh"

	"frontdesk.internal/appliance/console"
	"frontdesk.internal/appliance/places"
)

// Session is a terminal at the other end.
type Session struct {
	Who      string // whose key it is, "maria@laptop SHA256:…", or that it was the one-time password
	Terminal io.ReadWriter
	Environ  []string // TERM, and what else the other end told of its terminal: LANG, LC_…
	Size     console.Size
	Resized  <-chan console.Size // closed when the session is over
}

// Options for Listen. All but Logger and Limits are needed.
type Options struct {
	Listen string // host:port
	Dir    string // folder of the host's key and of the keys; made with mode 0700
	// Show shows the console until ctx ends, the terminal is gone or somebody quits.
	Show func(ctx context.Context, s Session) error
	// UsePassword ends the one-time password and returns an error when it is not right.
	UsePassword func(password string, from netip.Addr) error
	Logger      *slog.Logger // nil = none
	Limits      Limits
}

// Limits bound what strangers can take. Zero values are the defaults.
type Limits struct {
	Connections int           // at once: 8
	SignIn      time.Duration // until somebody is in: 30 s
	Idle        time.Duration // without a key or a byte on the screen: 30 min
}

func (l Limits) orDefault() Limits {
	if l.Connections <= 0 {
		l.Connections = 8
	}
	if l.SignIn <= 0 {
		l.SignIn = 30 * time.Second
	}
	if l.Idle <= 0 {
		l.Idle = 30 * time.Minute
	}
	return l
}

// maxTries is how many keys or passwords one connection may offer.
const maxTries = 6

// Server is the open door.
type Server struct {
	o        Options
	keys     *Keys
	listener net.Listener
	ssh      *ssh.Server
	log      *slog.Logger
	places   *places.Places
	warned   sometimes
	shows    sync.WaitGroup
}

// ctxKey are what is kept with a connection.
type ctxKey string

const (
	keySigned ctxKey = "signed" // *time.Timer that closes a connection which does not sign in
	keyPlace  ctxKey = "place"  // *places.Conn
	keyWho    ctxKey = "who"    // of the key that was asked about last, which is the one that signs in (x/crypto sees to that), or byTicket
)

// byTicket names whoever was told the one-time password.
const byTicket = "one-time password"

// Listen opens the socket and makes the host's key when there is none.
func Listen(o Options) (*Server, error) {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	o.Limits = o.Limits.orDefault()
	host, err := hostKey(o.Dir)
	if err != nil {
		return nil, err
	}
	l, err := net.Listen("tcp", o.Listen)
	if err != nil {
		return nil, fmt.Errorf("open the console's SSH door: %w", err)
	}
	s := &Server{o: o, keys: NewKeys(o.Dir), places: places.New(o.Limits.Connections, 0), listener: l, log: o.Logger}
	s.ssh = &ssh.Server{
		Version: "Frontdesk", IdleTimeout: o.Limits.Idle,
		Handler: s.session, PublicKeyHandler: s.byKey, PasswordHandler: s.byPassword, ConnCallback: s.connected,
		ServerConfigCallback: func(ssh.Context) *gossh.ServerConfig { return serverConfig() },
		// One kind of channel and no requests of the connection: neither ports nor files nor agents are forwarded.
		ChannelHandlers: map[string]ssh.ChannelHandler{"session": ssh.DefaultSessionHandler},
		RequestHandlers: map[string]ssh.RequestHandler{}, SubsystemHandlers: map[string]ssh.SubsystemHandler{},
		PtyCallback: func(ssh.Context, ssh.Pty) bool { return true },
	}
	s.ssh.AddHostKey(host)
	s.log.Info("the console can be reached over SSH", "address", l.Addr().String(), "host_key", gossh.FingerprintSHA256(host.PublicKey()))
	return s, nil
}

// Addr is where the door is.
func (s *Server) Addr() net.Addr { return s.listener.Addr() }

// Run serves until ctx ends; what is shown then ends with it.
func (s *Server) Run(ctx context.Context) error {
	over := make(chan error, 1)
	go func() { over <- s.ssh.Serve(s.listener) }()
	select {
	case <-ctx.Done():
		_ = s.ssh.Close() // closes the socket and every connection, which ends what is shown
		<-over
		s.shows.Wait()
		return context.Cause(ctx)
	case err := <-over:
		_ = s.ssh.Close() // the socket failed; that error counts
		s.shows.Wait()
		return fmt.Errorf("serve the console over SSH: %w", err)
	}
}

// Close closes the door of a server that never runs; Run closes it by itself.
func (s *Server) Close() error {
	if err := s.listener.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
		return fmt.Errorf("close the console's SSH door: %w", err)
	}
	return nil
}

// byKey is asked about every key that is offered, before the other end has shown that it owns it.
func (s *Server) byKey(ctx ssh.Context, k ssh.PublicKey) bool {
	key, known, err := s.keys.Known(k)
	if err != nil {
		s.log.Warn("ssh: the keys cannot be read", "err", err)
	}
	if known {
		ctx.SetValue(keyWho, key.Who())
	}
	return known
}

func (s *Server) byPassword(ctx ssh.Context, password string) bool {
	if err := s.o.UsePassword(password, source(ctx)); err != nil {
		if unsaid, ok := s.warned.now(time.Now()); ok {
			s.log.Warn("ssh: refused", "from", ctx.RemoteAddr().String(), "err", err, "not_said_before", unsaid)
		}
		return false
	}
	ctx.SetValue(keyWho, byTicket)
	return true
}

func source(ctx ssh.Context) netip.Addr {
	a, err := netip.ParseAddrPort(ctx.RemoteAddr().String())
	if err != nil {
		return netip.Addr{}
	}
	return a.Addr().Unmap()
}

// session shows the console on one terminal.
func (s *Server) session(x ssh.Session) {
	s.shows.Add(1)
	defer s.shows.Done()
	if t, ok := x.Context().Value(keySigned).(*time.Timer); ok {
		t.Stop()
	}
	if k, ok := x.Context().Value(keyPlace).(*places.Conn); ok {
		k.Keep()
	}
	pty, windows, ok := x.Pty()
	switch {
	case x.RawCommand() != "":
		s.end(x, "This is the console of Frontdesk, without a shell: no commands run here. Programs use the API of the page.\n")
		return
	case !ok:
		s.end(x, "This is the console of Frontdesk; it needs a terminal: ssh -t.\n")
		return
	}
	who, _ := x.Context().Value(keyWho).(string)
	from := x.RemoteAddr().String()
	s.log.Info("ssh: signed in", "from", from, "by", who)
	ctx, stop := context.WithCancel(x.Context())
	defer stop()
	sizes := make(chan console.Size)
	passed := make(chan struct{})
	go func() {
		defer close(passed)
		defer close(sizes)
		pass(ctx, windows, pty.Window, sizes)
	}()
	err := s.o.Show(ctx, Session{
		Who: who, Terminal: x, Environ: append(x.Environ(), "TERM="+pty.Term),
		Size: console.Size{Width: pty.Window.Width, Height: pty.Window.Height}, Resized: sizes,
	})
	stop()
	<-passed
	if err != nil && !errors.Is(err, context.Canceled) {
		s.log.Warn("ssh: the console failed", "err", err)
	}
	s.log.Info("ssh: signed out", "from", from)
	_ = x.Exit(0) // it may be gone
}

func (s *Server) end(x ssh.Session, text string) {
	_, _ = io.WriteString(x.Stderr(), text) // it may be gone
	_ = x.Exit(1)
}

// pass hands sizes other than now on until ctx ends or there are no more.
func pass(ctx context.Context, from <-chan ssh.Window, now ssh.Window, to chan<- console.Size) {
	for {
		select {
		case w, ok := <-from:
			if !ok {
				return
			}
			if w == now {
				continue
			}
			now = w
			select {
			case to <- console.Size{Width: w.Width, Height: w.Height}:
			case <-ctx.Done():
				return
			}
		case <-ctx.Done():
			return
		}
	}
}
