package phone

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"sync"
	"time"

	"frontdesk.internal/appliance/egress"
	"frontdesk.internal/appliance/phone/transaction"
)

// portQuarantine is how long a pair of ports rests after a call, so that the last packets of the old caller are not
// heard by the next one.
const portQuarantine = 10 * time.Second

// mediaPair is the RTP socket on an even port and the RTCP socket on the next (RFC 3550 section 11).
type mediaPair struct {
	rtp, rtcp *egress.UDPConn
	port      uint16
	pool      *portPool
	once      sync.Once
}

// close closes both sockets and puts the ports into quarantine.
func (m *mediaPair) close() {
	m.once.Do(func() {
		_ = m.rtp.Close()
		_ = m.rtcp.Close()
		m.pool.release(m.port)
	})
}

// portPool hands out pairs of UDP ports.
type portPool struct {
	gate     *egress.Gate
	min, max int // inclusive; 0 = any

	mu    sync.Mutex
	next  int
	using map[uint16]bool
	rest  map[uint16]time.Time // until when a port may not be used
}

func newPortPool(gate *egress.Gate, low, high int) *portPool {
	p := &portPool{gate: gate, min: low + low%2, max: high, using: map[uint16]bool{}, rest: map[uint16]time.Time{}}
	if pairs := p.pairs(); pairs > 0 {
		p.next = rand.IntN(pairs)
	}
	return p
}

func (p *portPool) pairs() int {
	if p.max == 0 {
		return 0
	}
	return (p.max - p.min + 1) / 2
}

// open binds a pair on addr.
func (p *portPool) open(addr netip.Addr) (*mediaPair, error) {
	if p.max == 0 {
		return p.openAny(addr)
	}
	var last error
	for range p.pairs() {
		port, ok := p.candidate()
		if !ok {
			continue
		}
		pair, err := p.bind(addr, port)
		if err == nil {
			return pair, nil
		}
		last = err
		p.release(port) // somebody else has it: leave it alone for a while
	}
	// Many short calls in short order: an old caller's late packet is the lesser evil than a call without sound.
	for _, port := range p.resting() {
		if !p.reserve(port) {
			continue
		}
		pair, err := p.bind(addr, port)
		if err == nil {
			return pair, nil
		}
		last = err
		p.release(port)
	}
	if last == nil {
		last = errors.New("all are in use")
	}
	return nil, fmt.Errorf("open audio ports %d-%d: %w; widen the range", p.min, p.max, last)
}

// candidate reserves the next free port of the range.
func (p *portPool) candidate() (uint16, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	port := uint16(p.min + 2*p.next)
	p.next = (p.next + 1) % p.pairs()
	if p.using[port] || time.Now().Before(p.rest[port]) {
		return 0, false
	}
	p.using[port] = true
	return port, true
}

// reserve takes a port that rests, unless another call was faster.
func (p *portPool) reserve(port uint16) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.using[port] {
		return false
	}
	p.using[port] = true
	return true
}

// resting returns the ports that rest, those that have rested longest first.
func (p *portPool) resting() []uint16 {
	p.mu.Lock()
	defer p.mu.Unlock()
	var ports []uint16
	for port := range p.rest {
		if !p.using[port] {
			ports = append(ports, port)
		}
	}
	slices.SortFunc(ports, func(a, b uint16) int { return p.rest[a].Compare(p.rest[b]) })
	return ports
}

func (p *portPool) openAny(addr netip.Addr) (*mediaPair, error) {
	var last error
	for range 50 {
		probe, err := p.gate.ListenPacket(egress.Telephone, "udp", netip.AddrPortFrom(addr, 0).String())
		if err != nil {
			return nil, fmt.Errorf("open audio port: %w", err)
		}
		got, err := transaction.AddrPort(probe.LocalAddr())
		_ = probe.Close()
		if err != nil {
			return nil, fmt.Errorf("open audio port: %w", err)
		}
		port := got.Port() &^ 1
		p.mu.Lock()
		free := !p.using[port] && !time.Now().Before(p.rest[port])
		if free {
			p.using[port] = true
		}
		p.mu.Unlock()
		if !free {
			continue
		}
		pair, err := p.bind(addr, port)
		if err == nil {
			return pair, nil
		}
		last = err
		p.mu.Lock()
		delete(p.using, port)
		p.mu.Unlock()
	}
	return nil, fmt.Errorf("open audio ports: %w", last)
}

func (p *portPool) bind(addr netip.Addr, port uint16) (*mediaPair, error) {
	rtp, err := p.gate.ListenUDP(egress.Telephone, netip.AddrPortFrom(addr, port))
	if err != nil {
		return nil, fmt.Errorf("bind rtp port: %w", err)
	}
	rtcp, err := p.gate.ListenUDP(egress.Telephone, netip.AddrPortFrom(addr, port+1))
	if err != nil {
		_ = rtp.Close()
		return nil, fmt.Errorf("bind rtcp port: %w", err)
	}
	transaction.Mark(rtp, transaction.MarkEF)
	transaction.Mark(rtcp, transaction.MarkEF)
	return &mediaPair{rtp: rtp, rtcp: rtcp, port: port, pool: p}, nil
}

func (p *portPool) release(port uint16) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.using, port)
	now := time.Now()
	for old, until := range p.rest {
		if now.After(until) {
			delete(p.rest, old)
		}
	}
	p.rest[port] = now.Add(portQuarantine)
}

func (p *portPool) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	clear(p.rest)
}
