package transaction

import (
	"syscall"
)

// Marks of packets for routers and switches that give voice its own queue (RFC 4594 section 4.1), as the octet that holds
// them: the code point and two bits of congestion notification.
const (
	MarkEF  = 46 << 2 // expedited forwarding: audio
	MarkCS3 = 24 << 2 // class selector 3: call signalling, as office switches have it
)

// Mark marks what a socket sends. A socket that cannot be marked, such as one in memory or on a system that forbids it, sends
// unmarked: that costs quality in a crowded network and nothing else.
func Mark(conn any, octet int) {
	s, ok := conn.(syscall.Conn)
	if !ok {
		return
	}
	raw, err := s.SyscallConn()
	if err != nil {
		return
	}
	_ = raw.Control(func(fd uintptr) {
		// A socket for both families has both options; one for IPv4 refuses the second.
		_ = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_IP, syscall.IP_TOS, octet)
		_ = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_IPV6, syscall.IPV6_TCLASS, octet)
	})
}
