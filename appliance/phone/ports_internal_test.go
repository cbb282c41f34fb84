package phone

import (
	"net"
	"net/netip"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"frontdesk.internal/appliance/egress"
)

var loopback = netip.MustParseAddr("127.0.0.1")

func TestPortPool(t *testing.T) {
	t.Run("any port", func(t *testing.T) {
		p := newPortPool(egress.New(nil, egress.Telephone), 0, 0)
		for range 20 {
			m, err := p.open(loopback)
			if err != nil {
				t.Fatal(err)
			}
			defer m.close()
			rtp, rtcp := m.rtp.LocalAddr().(*net.UDPAddr).Port, m.rtcp.LocalAddr().(*net.UDPAddr).Port
			if rtp%2 != 0 || rtcp != rtp+1 || int(m.port) != rtp {
				t.Errorf("rtp %d, rtcp %d", rtp, rtcp)
			}
		}
	})
	t.Run("range with quarantine", func(t *testing.T) {
		low := freeRange(t, 6)
		synctest.Test(t, func(t *testing.T) {
			p := newPortPool(egress.New(nil, egress.Telephone), low, low+5)
			open := func() *mediaPair {
				t.Helper()
				m, err := p.open(loopback)
				if err != nil {
					t.Fatal(err)
				}
				return m
			}
			a, b := open(), open()
			a.close()
			a.close() // closing twice is harmless
			time.Sleep(time.Second)
			b.close()
			time.Sleep(portQuarantine / 2)
			c := open()
			if c.port == a.port || c.port == b.port {
				t.Error("a port was used again in its quarantine, while another was free")
			}
			oldest := open() // a call without sound would be worse
			if oldest.port != a.port {
				t.Errorf("port %d, want %d, which has rested longest", oldest.port, a.port)
			}
			time.Sleep(portQuarantine)
			last := open()
			if last.port != b.port {
				t.Errorf("port %d after the quarantine, want %d", last.port, b.port)
			}
			if _, err := p.open(loopback); err == nil || !strings.Contains(err.Error(), "widen the range") {
				t.Errorf("fourth pair of three: %v", err)
			}
			for _, m := range []*mediaPair{c, oldest, last} {
				m.close()
			}
		})
	})
	t.Run("odd start", func(t *testing.T) {
		if p := newPortPool(egress.New(nil, egress.Telephone), 10001, 10010); p.min != 10002 || p.pairs() != 4 {
			t.Errorf("first %d, %d pairs", p.min, p.pairs())
		}
	})
}

// freeRange finds an even port with n-1 free ones after it.
func freeRange(t *testing.T, n int) int {
	t.Helper()
	for low := 20000; low < 60000; low += n {
		var open []net.PacketConn
		for i := range n {
			c, err := net.ListenPacket("udp", netip.AddrPortFrom(loopback, uint16(low+i)).String())
			if err != nil {
				break
			}
			open = append(open, c)
		}
		for _, c := range open {
			_ = c.Close()
		}
		if len(open) == n {
			return low
		}
	}
	t.Fatal("no free ports")
	return 0
}

func TestRedact(t *testing.T) {
	for in, want := range map[string]string{
		"200 OK (INVITE)":        "200 OK (INVITE)",
		"sip:01725550144@x:5060": "sip:···@x:5060",
		"a\r\nb\x00":             "a  b ",
		"12345":                  "···",
	} {
		if got := redact(in); got != want {
			t.Errorf("redact(%q) = %q, want %q", in, got, want)
		}
	}
	if got := redact(strings.Repeat("x", 1000)); len(got) > 170 {
		t.Errorf("%d bytes", len(got))
	}
}

func TestLadderIsBounded(t *testing.T) {
	var l ladder
	for range 3 * maxSteps {
		l.add(true, "INVITE", "")
	}
	l.add(false, "BYE", "last")
	steps := l.all()
	if len(steps) != maxSteps || steps[len(steps)-1].Note != "last" {
		t.Errorf("%d steps, last %+v", len(steps), steps[len(steps)-1])
	}
}

func TestBackoff(t *testing.T) {
	for failures := 1; failures < 12; failures++ {
		top := min(time.Second<<(failures-1), time.Minute)
		for range 200 {
			if d := backoff(failures); d < max(time.Second, top/2) || d > top {
				t.Fatalf("after %d failures: %v, want %v to %v", failures, d, top/2, top)
			}
		}
	}
}

func FuzzSplitChallenges(f *testing.F) {
	f.Add(`Digest realm="a, Digest b", nonce="c", Digest realm="d", nonce="e"`)
	f.Add(`Digest realm="\", Digest`)
	f.Fuzz(func(t *testing.T, s string) {
		parts := splitChallenges(s)
		if len(parts) == 0 || len(strings.Join(parts, "")) > len(s) {
			t.Fatalf("%q became %q", s, parts)
		}
		for i, p := range parts {
			if i > 0 && !strings.HasPrefix(strings.ToLower(p), "digest ") && strings.ToLower(p) != "digest" {
				t.Fatalf("part %d of %q is %q", i, s, p)
			}
		}
	})
}
