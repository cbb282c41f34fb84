package egress

import (
	"context"
	"net"
	"net/netip"
)

// houseBits is the shortest prefix of a network that is one office's.
const houseBits = 16

// DialHouse is DialName for a server of the office's own network: whatever a name means today, no other address is spoken with. With
// private, which is for what goes without TLS, that is one that is private by its number; otherwise any of a network that the box has a
// leg in, too. The error wraps ErrOutside when there is no such address.
func (g *Gate) DialHouse(ctx context.Context, p Purpose, address string, private bool) (net.Conn, error) {
	var near []netip.Prefix
	if all, err := net.InterfaceAddrs(); err == nil && !private { // without them, what is private is left
		for _, a := range all {
			if n, err := netip.ParsePrefix(a.String()); err == nil {
				near = append(near, n.Masked())
			}
		}
	}
	return g.dialName(ctx, p, address, func(a netip.Addr) bool { return inHouse(a, near) })
}

// inHouse reports whether an address is private (RFC 1918, RFC 4193), of the machine itself, or of one of the networks near.
func inHouse(a netip.Addr, near []netip.Prefix) bool {
	a = a.Unmap().WithZone("")
	if a.IsPrivate() || a.IsLoopback() || a.IsLinkLocalUnicast() {
		return true
	}
	for _, n := range near {
		if n.Bits() >= houseBits && n.Contains(a) {
			return true
		}
	}
	return false
}
