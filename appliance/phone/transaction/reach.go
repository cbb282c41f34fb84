package transaction

import (
	"net/netip"
	"strings"
)

// LocalToward returns our SIP address as remote can reach it: the bound one, or, when that is unspecified, the address
// of the interface that routes there. Over TLS it is our end of the connection, on which alone the PBX can reach us; there may be none yet,
// and then it is dialled.
func (s *Layer) LocalToward(remote netip.AddrPort) (netip.AddrPort, error) {
	local := s.Wire.Local()
	if t, ok := s.Wire.(*TCP); ok && t.TLS != nil && remote != SelfAddr(local) {
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

// ViaAddr returns the address for the Via of a request to remote; responses come back by rport whatever it says.
func (s *Layer) ViaAddr(remote netip.AddrPort) netip.AddrPort {
	if a, err := s.LocalToward(remote); err == nil {
		return a
	}
	return s.Wire.Local()
}

// SetContact notes our address as the PBX sees it.
func (s *Layer) SetContact(a netip.AddrPort) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.contact = a
}

// ContactFor returns the address under which remote finds us.
func (s *Layer) ContactFor(remote netip.AddrPort) netip.AddrPort {
	s.mu.Lock()
	learned := s.contact
	s.mu.Unlock()
	if learned.IsValid() {
		return learned
	}
	return s.ViaAddr(remote)
}

// ContactURI returns the address of user at a.
func (s *Layer) ContactURI(user string, a netip.AddrPort) string {
	uri := "sip:" + user + "@" + a.String()
	if s.Wire.Reliable() {
		uri += ";transport=" + strings.ToLower(s.Wire.Proto())
	}
	return uri
}

// RouteURI returns the address of a proxy at a (RFC 3261 section 19.1.1).
func (s *Layer) RouteURI(a netip.AddrPort) string {
	uri := "sip:" + a.String() + ";lr"
	if s.Wire.Reliable() {
		uri += ";transport=" + strings.ToLower(s.Wire.Proto())
	}
	return uri
}
