package phonetest

import (
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/emiago/sipgo"
	"github.com/emiago/sipgo/sip"
)

// guard counts the work that sends: sipgo opens a new socket for a request that comes after its listening socket was
// closed, so nothing may be under way then.
type guard struct {
	mu     sync.Mutex
	closed bool
	wg     sync.WaitGroup
}

func (g *guard) enter() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closed {
		return false
	}
	g.wg.Add(1)
	return true
}

func (g *guard) leave() { g.wg.Done() }

// handler runs f only while the guard is open.
func (g *guard) handler(f sipgo.RequestHandler) sipgo.RequestHandler {
	return func(req *sip.Request, tx sip.ServerTransaction) {
		if !g.enter() {
			return
		}
		defer g.leave()
		f(req, tx)
	}
}

// spawn runs f in a goroutine unless the guard is closed.
func (g *guard) spawn(f func()) {
	if !g.enter() {
		return
	}
	go func() {
		defer g.leave()
		f()
	}()
}

// close lets nothing in any more and waits for what is under way.
func (g *guard) close() {
	g.mu.Lock()
	g.closed = true
	g.mu.Unlock()
	g.wg.Wait()
}

// readyConn tells when it is read for the first time, since sipgo can send from a listening socket only after that, and
// can be told to hand nothing up any more.
type readyConn struct {
	net.PacketConn
	once    sync.Once
	reading chan struct{}
	deaf    atomic.Bool
}

func newReadyConn(c net.PacketConn) *readyConn {
	return &readyConn{PacketConn: c, reading: make(chan struct{})}
}

// ReadFrom implements net.PacketConn.
func (c *readyConn) ReadFrom(b []byte) (int, net.Addr, error) {
	c.once.Do(func() { close(c.reading) })
	for {
		n, addr, err := c.PacketConn.ReadFrom(b)
		if err != nil || !c.deaf.Load() {
			return n, addr, err
		}
	}
}

// stop stops the flow of messages and lets the one that was just handed up find its socket: sipgo handles it in a
// goroutine that cannot be waited for, and that would open another socket, for good, when this one is closed too early.
func (c *readyConn) stop() {
	c.deaf.Store(true)
	<-time.After(20 * time.Millisecond)
}
