// Package audiotest holds what tests of audio and telephony need: a network in memory with faults, a telephone channel, tones.
//
// It is for tests and benches. Nothing here starts a goroutine.
package audiotest

import (
	"container/heap"
	"errors"
	"math/rand/v2"
	"net"
	"net/netip"
	"os"
	"sync"
	"time"
)

// Faults are what a link does to packets, by a seeded random source, so that a run can be repeated.
type Faults struct {
	Seed      uint64
	Loss      float64       // fraction
	Duplicate float64       // fraction
	Delay     time.Duration // of every packet
	Jitter    time.Duration // added, even 0…Jitter; reorders when longer than a packet time
}

// Link is a network in memory. Its sockets work inside a testing/synctest bubble.
type Link struct {
	mu     sync.Mutex
	rng    *rand.Rand
	faults Faults
	socks  map[netip.AddrPort]*Socket
	next   uint16
}

// NewLink returns a network with faults.
func NewLink(f Faults) *Link {
	return &Link{rng: rand.New(rand.NewPCG(f.Seed, 1)), faults: f, socks: map[netip.AddrPort]*Socket{}, next: 20000}
}

// SetFaults changes what happens to packets from now on.
func (l *Link) SetFaults(f Faults) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.faults = f
}

// Socket opens a socket at 10.0.0.host and the next free port.
func (l *Link) Socket(host byte) *Socket {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.next++
	s := &Socket{
		link: l, addr: netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, 0, 0, host}), l.next), wake: make(chan struct{}, 1),
		closed: make(chan struct{}),
	}
	l.socks[s.addr] = s
	return s
}

// Socket is one end; it has the methods of line.PacketConn.
type Socket struct {
	link *Link
	addr netip.AddrPort

	mu       sync.Mutex
	queue    packets
	deadline time.Time
	wake     chan struct{}
	closed   chan struct{}
	once     sync.Once
}

// Addr is the socket's address.
func (s *Socket) Addr() netip.AddrPort { return s.addr }

// LocalAddr implements line.PacketConn.
func (s *Socket) LocalAddr() net.Addr { return net.UDPAddrFromAddrPort(s.addr) }

// WriteToUDPAddrPort implements line.PacketConn; b is copied.
func (s *Socket) WriteToUDPAddrPort(b []byte, to netip.AddrPort) (int, error) {
	l := s.link
	l.mu.Lock()
	dst := l.socks[to]
	f := l.faults
	copies := 1
	if l.rng.Float64() < f.Loss {
		copies = 0
	} else if l.rng.Float64() < f.Duplicate {
		copies = 2
	}
	var at []time.Time
	for range copies {
		d := f.Delay
		if f.Jitter > 0 {
			d += time.Duration(l.rng.Int64N(int64(f.Jitter)))
		}
		at = append(at, time.Now().Add(d))
	}
	l.mu.Unlock()
	if dst != nil {
		for _, t := range at {
			dst.deliver(packet{at: t, from: s.addr, data: append([]byte(nil), b...)})
		}
	}
	return len(b), nil
}

func (s *Socket) deliver(p packet) {
	s.mu.Lock()
	heap.Push(&s.queue, p)
	s.mu.Unlock()
	s.signal()
}

func (s *Socket) signal() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// ReadFromUDPAddrPort implements line.PacketConn.
func (s *Socket) ReadFromUDPAddrPort(b []byte) (int, netip.AddrPort, error) {
	for {
		s.mu.Lock()
		wait := time.Hour
		if len(s.queue) > 0 {
			if wait = time.Until(s.queue[0].at); wait <= 0 {
				p := heap.Pop(&s.queue).(packet)
				s.mu.Unlock()
				return copy(b, p.data), p.from, nil
			}
		}
		if !s.deadline.IsZero() {
			left := time.Until(s.deadline)
			if left <= 0 {
				s.mu.Unlock()
				return 0, netip.AddrPort{}, os.ErrDeadlineExceeded
			}
			wait = min(wait, left)
		}
		s.mu.Unlock()
		t := time.NewTimer(wait)
		select {
		case <-s.closed:
			t.Stop()
			return 0, netip.AddrPort{}, net.ErrClosed
		case <-s.wake:
		case <-t.C:
		}
		t.Stop()
	}
}

// SetReadDeadline implements line.PacketConn.
func (s *Socket) SetReadDeadline(t time.Time) error {
	s.mu.Lock()
	s.deadline = t
	s.mu.Unlock()
	s.signal()
	return nil
}

// Close implements line.PacketConn.
func (s *Socket) Close() error {
	err := errors.New("socket closed twice")
	s.once.Do(func() {
		s.link.mu.Lock()
		delete(s.link.socks, s.addr)
		s.link.mu.Unlock()
		close(s.closed)
		err = nil
	})
	return err
}

type packet struct {
	at   time.Time
	from netip.AddrPort
	data []byte
}

// packets is a heap by time of arrival.
type packets []packet

func (p packets) Len() int           { return len(p) }
func (p packets) Less(i, j int) bool { return p[i].at.Before(p[j].at) }
func (p packets) Swap(i, j int)      { p[i], p[j] = p[j], p[i] }
func (p *packets) Push(x any)        { *p = append(*p, x.(packet)) }
func (p *packets) Pop() any {
	old := *p
	x := old[len(old)-1]
	*p = old[:len(old)-1]
	return x
}
