package phone

import (
	"crypto/subtle"
	"net/netip"
	"sync"

	"github.com/emiago/sipgo/sip"
)

// admission says whose requests are looked at: the PBX's, whose addresses the registration finds, those that the settings name, and for
// one call the box's own.
type admission struct {
	anyone bool
	from   []netip.Prefix
	limit  *limiter

	mu    sync.Mutex
	trunk bool // nobody registers: everybody who may call is a PBX
	let   map[netip.Addr]struct{}
	names map[netip.AddrPort]string // of the PBX's places, as the settings have them
	guest *pass                     // of the box itself; nil unless it calls itself
}

// pass lets the box itself in for one call: messages from its own address are looked at while the call lives, and one INVITE
// with the secret is taken.
type pass struct {
	from   netip.Addr
	secret string // "" = used
}

func newAdmission(c Config) *admission {
	return &admission{
		anyone: c.AcceptAnyone, from: c.AcceptFrom, limit: newLimiter(c.SourceRate), trunk: c.Registrar == "",
		let: map[netip.Addr]struct{}{}, names: map[netip.AddrPort]string{},
	}
}

// lets reports whether messages from a are looked at.
func (m *admission) lets(a netip.Addr) bool {
	if m.knows(a) {
		return true
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.guest != nil && m.guest.from == a
}

// knows reports whether calls from a are taken.
func (m *admission) knows(a netip.Addr) bool {
	if m.invited(a) {
		return true
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	_, ok := m.let[a]
	return ok
}

// invited reports whether the settings let in everybody at a, registered or not.
func (m *admission) invited(a netip.Addr) bool {
	if m.anyone {
		return true
	}
	for _, prefix := range m.from {
		if prefix.Contains(a) {
			return true
		}
	}
	return false
}

// fromPBX reports whether a is an address of the registrar. Without a registrar everybody who may call is a PBX.
func (m *admission) fromPBX(a netip.Addr) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	_, ok := m.let[a.Unmap()]
	return ok || m.trunk
}

// isPlace reports whether the PBX is at a, address and port.
func (m *admission) isPlace(a netip.AddrPort) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	_, ok := m.names[a]
	return ok
}

// nameOf returns the name of the PBX at a, which is an address when the settings name none.
func (m *admission) nameOf(a netip.AddrPort) string {
	m.mu.Lock()
	defer m.mu.Unlock()
	if name := m.names[a]; name != "" {
		return name
	}
	return a.Addr().String()
}

// maxPlaces bounds how many addresses of the PBX are remembered.
const maxPlaces = 64

// admit lets messages from the registrar's addresses in. Addresses seen before stay, for calls that are up.
func (m *admission) admit(places []server) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.let) > maxPlaces {
		clear(m.let)
		clear(m.names)
	}
	for _, s := range places {
		m.let[s.addr.Addr()] = struct{}{}
		m.names[s.addr] = s.name
	}
}

// change begins with another account: the former PBX is a stranger now, but for calls that are up, which come from these addresses.
func (m *admission) change(a Account, up []netip.Addr) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.trunk = a.Registrar == ""
	clear(m.let)
	for _, from := range up {
		m.let[from] = struct{}{}
	}
}

// invite lets the box itself in for one call; false when it calls itself already.
func (m *admission) invite(from netip.Addr, secret string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.guest != nil {
		return false
	}
	m.guest = &pass{from: from, secret: secret}
	return true
}

// usePass reports whether req is the call that the pass is for, and uses it up.
func (m *admission) usePass(req *sip.Request, src netip.Addr) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	g := m.guest
	if g == nil || g.secret == "" || g.from != src || subtle.ConstantTimeCompare([]byte(header(req, selfHeader)), []byte(g.secret)) != 1 {
		return false
	}
	g.secret = ""
	return true
}

// hasGuest reports whether the box calls itself.
func (m *admission) hasGuest() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.guest != nil
}

// dropGuest ends the pass.
func (m *admission) dropGuest() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.guest = nil
}
