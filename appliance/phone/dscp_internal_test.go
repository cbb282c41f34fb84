package phone

import (
	"net"
	"net/netip"
	"syscall"
	"testing"

	"frontdesk.internal/appliance/egress"
	"frontdesk.internal/appliance/phone/transaction"
)

func TestMarks(t *testing.T) {
	marked := func(c *net.UDPConn, level, option int) int {
		t.Helper()
		raw, err := c.SyscallConn()
		if err != nil {
			t.Fatal(err)
		}
		got := -1
		if err := raw.Control(func(fd uintptr) { got, err = syscall.GetsockoptInt(int(fd), level, option) }); err != nil {
			t.Fatal(err)
		}
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	pair, err := newPortPool(egress.New(nil, egress.Telephone), 0, 0).open(netip.MustParseAddr("127.0.0.1"))
	if err != nil {
		t.Fatal(err)
	}
	defer pair.close()
	for name, c := range map[string]*net.UDPConn{"RTP": pair.rtp.UDPConn, "RTCP": pair.rtcp.UDPConn} {
		if got := marked(c, syscall.IPPROTO_IP, syscall.IP_TOS); got != 0xb8 {
			t.Errorf("%s is marked %#x, want EF, 0xb8", name, got)
		}
	}
	c, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.MustParseAddrPort("[::1]:0")))
	if err != nil {
		t.Logf("no IPv6 on this machine: %v", err)
		return
	}
	defer func() { _ = c.Close() }()
	transaction.Mark(c, transaction.MarkCS3)
	if got := marked(c, syscall.IPPROTO_IPV6, syscall.IPV6_TCLASS); got != 0x60 {
		t.Errorf("SIP over IPv6 is marked %#x, want CS3, 0x60", got)
	}
	transaction.Mark("no socket", transaction.MarkEF)
}
