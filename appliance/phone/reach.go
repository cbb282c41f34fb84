package phone

import (
	"net/netip"
	"strings"
)

// localToward returns our SIP address as remote can reach it: the bound one, or, when that is unspecified, the address
// of the interface that routes there. Over TLS it is our end of the connection, on which alone the PBX can reach us; there may be none yet,
// and then it is dialled.
func (s *stack) localToward(remote netip.AddrPort) (netip.AddrPort, error) {
	local := s.wire.local()
	if t, ok := s.wire.(*tcpWire); ok && t.tls != nil && remote != selfAddr(local) {
		return t.from(remote)
	}
	if !local.Addr().IsUnspecified() {
		return local, nil
	}
	addr, err := s.gate.Facing(remote)
	if err != nil {
		return netip.AddrPort{}, err
	}
	return netip.AddrPortFrom(addr, local.Port()), nil
}

// viaAddr returns the address for the Via of a request to remote; responses come back by rport whatever it says.
func (s *stack) viaAddr(remote netip.AddrPort) netip.AddrPort {
	if a, err := s.localToward(remote); err == nil {
		return a
	}
	return s.wire.local()
}

// setContact notes our address as the PBX sees it.
func (s *stack) setContact(a netip.AddrPort) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.contact = a
}

// contactFor returns the address under which remote finds us.
func (s *stack) contactFor(remote netip.AddrPort) netip.AddrPort {
	s.mu.Lock()
	learned := s.contact
	s.mu.Unlock()
	if learned.IsValid() {
		return learned
	}
	return s.viaAddr(remote)
}

// contactURI returns the address of user at a.
func (s *stack) contactURI(user string, a netip.AddrPort) string {
	uri := "sip:" + user + "@" + a.String()
	if s.wire.reliable() {
		uri += ";transport=" + strings.ToLower(s.wire.proto())
	}
	return uri
}

// routeURI returns the address of a proxy at a (RFC 3261 section 19.1.1).
func (s *stack) routeURI(a netip.AddrPort) string {
	uri := "sip:" + a.String() + ";lr"
	if s.wire.reliable() {
		uri += ";transport=" + strings.ToLower(s.wire.proto())
	}
	return uri
}
