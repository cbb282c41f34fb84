package engines

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"google.golang.org/grpc"

	"frontdesk.internal/models/engines/enginespb"
)

// Info names what was loaded.
type Info struct {
	Model   string // file name
	Version string // of the engine
	Problem string // what the engine does without, such as one of its models; "" for nothing
}

// Load makes one engine ready. report takes the progress, 0…1, as often as it is known. An engine that is an io.Closer is
// closed by [Serve] at its end.
type Load[T any] func(ctx context.Context, report func(float64)) (T, Info, error)

// Troubled is an engine that finds out in use what it has to do without.
type Troubled interface {
	// OnTrouble has tell called with all that is missing, now if anything is and whenever that changes, one call after the other.
	OnTrouble(tell func(problem string))
}

// Loaded returns a Load for an engine that is there already.
func Loaded[T any](engine T, info Info) Load[T] {
	return func(context.Context, func(float64)) (T, Info, error) { return engine, info, nil }
}

// MaxStreams is how many requests of one kind (Listen, Complete, Speak, Embed) the child works on at once; one more gets [ErrBusy].
// It is far above what the hardware can do, and there to bound the memory.
const MaxStreams = 32

// ServeConfig says what [Serve] serves. An engine whose Load is nil is absent: requests for it get [ErrUnavailable].
type ServeConfig struct {
	// Socket is the path of the Unix socket; its folder is made when it is not there, for this user only. At most about
	// 100 bytes, a limit of the system.
	Socket string
	Ears   Load[Ears]
	Mouth  Load[Mouth]
	Mind   Load[Mind]
	// Meaning embeds sentences.
	Meaning Load[Embedder]
	// Progress is the account that the backends of these engines were put under; nil makes a new one.
	Progress *Progress
	Logger   *slog.Logger
}

// Serve runs the child's side until ctx ends, and closes the engines then. It answers on the socket at once; ears and mouth,
// which are small, are loaded side by side, meaning and mind after them, and each is served as soon as it is ready, so that a child that
// was started again hears and speaks after about a second. An engine that cannot be loaded is reported by State
// and the others are served without it.
//
// Goroutines: one for the listener, one for the loading (and one more while ears and mouth load together), and those of gRPC: one for
// each connection and each request. All have ended when Serve returns.
func Serve(ctx context.Context, cfg ServeConfig) error {
	lis, err := listenUnix(cfg.Socket)
	if err != nil {
		return err
	}
	if cfg.Progress == nil {
		cfg.Progress = NewProgress(time.Now)
	}
	s := newServer(cfg)
	g := grpc.NewServer(
		grpc.MaxRecvMsgSize(MaxMessage),
		grpc.MaxSendMsgSize(MaxMessage),
		grpc.WaitForHandlers(true),
	)
	enginespb.RegisterEnginesServer(g, s)

	loadCtx, stopLoading := context.WithCancel(ctx)
	defer stopLoading()
	var wg sync.WaitGroup
	wg.Go(func() { s.load(loadCtx, cfg) })
	served := make(chan error, 1)
	wg.Go(func() { served <- g.Serve(lis) })

	select {
	case <-ctx.Done():
	case err = <-served:
		err = fmt.Errorf("serve engines on %s: %w", cfg.Socket, err)
	}
	stopLoading()
	s.stop() // ends the streams, which live as long as a call does
	g.Stop()
	wg.Wait()
	return errors.Join(err, s.close())
}

// listenUnix opens the socket for this user only. A file left by a process that died is removed first.
func listenUnix(path string) (net.Listener, error) {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make folder of the engines' socket: %w", err)
	}
	if err := privateDir(dir); err != nil {
		return nil, err
	}
	if err := removeStale(path); err != nil {
		return nil, err
	}
	lis, err := net.Listen("unix", path)
	if err != nil {
		return nil, fmt.Errorf("listen on the engines' socket %s: %w", path, err)
	}
	// The folder keeps others out already while the socket has its first mode.
	if err := os.Chmod(path, 0o600); err != nil {
		return nil, errors.Join(fmt.Errorf("protect the engines' socket: %w", err), lis.Close())
	}
	return lis, nil
}

// privateDir refuses a folder that others may enter: who can connect can listen to calls.
func privateDir(dir string) error {
	info, err := os.Stat(dir)
	if err != nil {
		return fmt.Errorf("look at the folder of the engines' socket: %w", err)
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		return fmt.Errorf("folder %s of the engines' socket is open to other users (mode %#o): make it 0700 or choose another", dir, mode)
	}
	return nil
}

func removeStale(path string) error {
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("look at the engines' socket: %w", err)
	}
	if info.Mode().Type() != fs.ModeSocket {
		return fmt.Errorf("%s is in the way of the engines' socket and no socket: remove it or choose another path", path)
	}
	conn, err := net.Dial("unix", path) //nolint:noctx // does not wait: there is a listener, or there is none
	if err == nil {
		_ = conn.Close()
		return fmt.Errorf("another process serves engines on %s: %w", path, syscall.EADDRINUSE)
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove old socket of the engines: %w", err)
	}
	return nil
}

// load brings the engines up, the small ones first.
func (s *server) load(ctx context.Context, cfg ServeConfig) {
	var wg sync.WaitGroup
	wg.Go(func() {
		loadEngine(ctx, s, "mouth", cfg.Mouth, &s.mouth, func(c *ChildState) *EngineState { return &c.Mouth })
	})
	loadEngine(ctx, s, "ears", cfg.Ears, &s.ears, func(c *ChildState) *EngineState { return &c.Ears })
	wg.Wait()
	loadEngine(ctx, s, "meaning", cfg.Meaning, &s.meaning, func(c *ChildState) *EngineState { return &c.Meaning })
	loadEngine(ctx, s, "mind", cfg.Mind, &s.mind, func(c *ChildState) *EngineState { return &c.Mind })
}

// loadEngine loads one engine into its place and shows how far it is.
func loadEngine[T any](ctx context.Context, s *server, name string, load Load[T], place *slot[T], field func(*ChildState) *EngineState) {
	if load == nil || ctx.Err() != nil {
		return
	}
	begun := time.Now()
	show := func(e EngineState) { s.state.update(func(c *ChildState) { *field(c) = e }) }
	show(EngineState{Phase: Loading})

	var engine T
	var info Info
	err := s.progress.Do(ctx, "load "+name, LoadLimit, func(ctx context.Context) (err error) {
		engine, info, err = load(ctx, func(done float64) { show(EngineState{Phase: Loading, Progress: done}) })
		return err
	})
	if err != nil {
		show(EngineState{Phase: Failed, Problem: err.Error()})
		if ctx.Err() == nil {
			s.log.Error("engine not loaded", "engine", name, "err", err)
		}
		return
	}
	s.progress.Watch(name, engine)
	place.put(engine)
	state := EngineState{Phase: Ready, Progress: 1, Model: info.Model, Version: info.Version, Problem: info.Problem}
	show(state)
	if t, ok := any(engine).(Troubled); ok {
		t.OnTrouble(func(problem string) {
			now := state
			now.Problem = strings.TrimPrefix(state.Problem+"\n"+problem, "\n")
			show(now)
		})
	}
	s.log.Info("engine ready", "engine", name, "model", info.Model, "version", info.Version, "took_ms", time.Since(begun).Milliseconds())
}

// slot holds an engine once it is loaded.
type slot[T any] struct {
	mu     sync.RWMutex
	engine T
	ready  bool
}

func (s *slot[T]) put(engine T) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.engine, s.ready = engine, true
}

func (s *slot[T]) get() (T, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.engine, s.ready
}

// close closes the engine when it is loaded and can be closed.
func (s *slot[T]) close() error {
	engine, ok := s.get()
	if !ok {
		return nil
	}
	if c, ok := any(engine).(io.Closer); ok {
		return c.Close()
	}
	return nil
}
