package egress_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"testing"
	"time"

	"frontdesk.internal/appliance/egress"
)

var loopback = netip.MustParseAddrPort("127.0.0.1:0")

func TestWhatIsNotOnIsNotLetOut(t *testing.T) {
	g := egress.New(nil)
	for name, try := range map[string]func() error{
		"a socket": func() error { _, err := g.ListenUDP(egress.Telephone, loopback); return err },
		"packets":  func() error { _, err := g.ListenPacket(egress.Telephone, "udp", "127.0.0.1:0"); return err },
		"dialling": func() error {
			_, err := g.Dial(context.Background(), egress.Telephone, netip.MustParseAddrPort("127.0.0.1:9"), nil)
			return err
		},
		"a name":    func() error { _, err := g.Lookup(context.Background(), "pbx.example"); return err },
		"a service": func() error { _, err := g.LookupSRV(context.Background(), "sip", "udp", "pbx.example"); return err },
	} {
		if err := try(); !errors.Is(err, egress.ErrDenied) {
			t.Errorf("%s: %v", name, err)
		}
	}
	refused := uint64(0)
	for _, e := range g.Take() {
		refused += e.Refused
		if e.Sent+e.Received+e.Connections > 0 {
			t.Errorf("%+v", e)
		}
	}
	if refused != 5 {
		t.Errorf("%d attempts were counted", refused)
	}
	for _, d := range g.Destinations() {
		if d.On || d.For == "" || d.Carries == "" {
			t.Errorf("%+v", d)
		}
	}
}

func TestEveryOctetIsCounted(t *testing.T) {
	now := time.Date(2026, 3, 2, 23, 59, 58, 0, time.UTC)
	g := egress.New(func() time.Time { return now }, egress.Telephone)
	a, err := g.ListenUDP(egress.Telephone, loopback)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	b, err := g.ListenPacket(egress.Telephone, "udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	to := b.LocalAddr().(*net.UDPAddr).AddrPort()
	buf := make([]byte, 100)
	for range 3 {
		if _, err := a.WriteToUDPAddrPort(make([]byte, 50), to); err != nil {
			t.Fatal(err)
		}
		_, from, err := b.ReadFrom(buf)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := b.WriteTo(make([]byte, 20), from); err != nil {
			t.Fatal(err)
		}
		if _, _, err := a.ReadFromUDPAddrPort(buf); err != nil {
			t.Fatal(err)
		}
		now = now.Add(time.Second) // over midnight
	}
	l, err := g.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		c, err := l.Accept()
		if err == nil {
			_, _ = io.Copy(c, io.LimitReader(c, 5)) // the other end reads it
			_ = c.Close()
		}
	}()
	c, err := g.Dial(context.Background(), egress.Telephone, l.Addr().(*net.TCPAddr).AddrPort(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Write([]byte("hello")); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(c, buf[:5]); err != nil {
		t.Fatal(err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	list := g.Take()
	var sent, received, connections uint64
	days := map[string]bool{}
	for _, e := range list {
		if e.Purpose != "telephone" || e.Address != "127.0.0.1" || e.First.After(e.Last) {
			t.Errorf("%+v", e)
		}
		sent, received, connections = sent+e.Sent, received+e.Received, connections+e.Connections
		days[e.Day] = true
	}
	if want := uint64(3*50 + 3*20 + 5); sent != want || received != want || connections != 1 || len(days) != 2 {
		t.Errorf("%d sent, %d received, %d connections on %d days: %+v", sent, received, connections, len(days), list)
	}
	if again := g.Take(); len(again) != 0 {
		t.Errorf("counted twice: %+v", again)
	}
}

// Whoever has received a byte finds it counted, whenever the counts are taken.
func TestWhatArrivedIsCounted(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	const each, times = 7, 500
	g := egress.New(nil, egress.Telephone)
	counted := make(chan uint64, 1)
	go func() {
		defer close(counted)
		c, err := l.Accept()
		if err != nil {
			return
		}
		defer c.Close()
		var sent uint64
		for buf := make([]byte, each); ; counted <- sent {
			if _, err := io.ReadFull(c, buf); err != nil {
				return
			}
			for _, e := range g.Take() {
				sent += e.Sent
			}
		}
	}()
	c, err := g.Dial(t.Context(), egress.Telephone, l.Addr().(*net.TCPAddr).AddrPort(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for i := range times {
		if _, err := c.Write(make([]byte, each)); err != nil {
			t.Fatal(err)
		}
		if got, want := <-counted, uint64(each*(i+1)); got != want {
			t.Fatalf("%d bytes arrived, %d are counted", want, got)
		}
	}
}
