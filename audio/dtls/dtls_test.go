package dtls_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"net"
	"net/netip"
	"testing"
	"time"

	"go.uber.org/goleak"

	"frontdesk.internal/audio/dtls"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func socket(t *testing.T) (*net.UDPConn, netip.AddrPort) {
	t.Helper()
	c, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.MustParseAddrPort("127.0.0.1:0")))
	if err != nil {
		t.Fatal(err)
	}
	return c, c.LocalAddr().(*net.UDPAddr).AddrPort()
}

func identity(t *testing.T) *dtls.Identity {
	t.Helper()
	i, err := dtls.NewIdentity()
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// packets reads until the connection is closed or fails.
func packets(c *dtls.Conn) (<-chan []byte, <-chan error) {
	got, failed := make(chan []byte, 100), make(chan error, 1)
	go func() {
		b := make([]byte, 1600)
		for {
			n, _, err := c.ReadFromUDPAddrPort(b)
			if err != nil {
				failed <- err
				return
			}
			got <- bytes.Clone(b[:n])
		}
	}()
	return got, failed
}

// voice is a packet of RTP.
func voice(seq uint16) []byte {
	b := []byte{0x80, 0, byte(seq >> 8), byte(seq), 0, 0, 0, 1, 0, 0, 0, 7}
	return append(b, "hello, this is the front desk"...)
}

func number(packet []byte) uint16 { return binary.BigEndian.Uint16(packet[2:]) }

func TestKeysComeAboutAndNothingGoesInTheClear(t *testing.T) {
	us, usAt := socket(t)
	them, themAt := socket(t)
	ours, theirs := identity(t), identity(t)
	a := dtls.New(us, dtls.Config{Identity: ours, Remote: themAt, Peer: theirs.Fingerprint(), Active: true})
	b := dtls.New(them, dtls.Config{Identity: theirs, Remote: usAt, Peer: ours.Fingerprint()})
	if _, err := a.WriteToUDPAddrPort(voice(0), themAt); err != nil { // no keys yet: dropped
		t.Fatal(err)
	}
	aGot, aFailed := packets(a)
	bGot, bFailed := packets(b)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for seq := uint16(1); ; seq++ {
		_, _ = a.WriteToUDPAddrPort(voice(seq), themAt)
		_, _ = b.WriteToUDPAddrPort(voice(seq), usAt)
		if len(aGot) > 5 && len(bGot) > 5 {
			break
		}
		if seq > 1000 {
			t.Fatal("no sound after 10 s")
		}
		<-tick.C
	}
	for _, got := range [][]byte{<-aGot, <-bGot} {
		if !bytes.Contains(got, []byte("hello")) {
			t.Errorf("got %q", got)
		}
	}
	if a.Suite() == "" || a.Suite() != b.Suite() {
		t.Errorf("suites %q and %q", a.Suite(), b.Suite())
	}
	stranger, _ := socket(t)
	if _, err := stranger.WriteToUDPAddrPort(voice(9999), usAt); err != nil { // in the clear
		t.Fatal(err)
	}
	if _, err := b.WriteToUDPAddrPort(voice(8888), usAt); err != nil {
		t.Fatal(err)
	}
	for got := range aGot {
		if n := number(got); n == 9999 {
			t.Error("a packet in the clear came through")
		} else if n == 8888 {
			break
		}
	}
	for _, err := range []error{stranger.Close(), a.Close(), b.Close()} {
		if err != nil {
			t.Error(err)
		}
	}
	for _, failed := range []<-chan error{aFailed, bFailed} {
		if err := <-failed; !errors.Is(err, net.ErrClosed) {
			t.Errorf("ended with %v", err)
		}
	}
}

// Whoever stands in the middle has another certificate.
func TestAnotherCertificateIsRefused(t *testing.T) {
	us, usAt := socket(t)
	them, themAt := socket(t)
	ours, theirs, expected := identity(t), identity(t), identity(t)
	a := dtls.New(us, dtls.Config{Identity: ours, Remote: themAt, Peer: expected.Fingerprint(), Active: true})
	b := dtls.New(them, dtls.Config{Identity: theirs, Remote: usAt, Peer: ours.Fingerprint()})
	_, aFailed := packets(a)
	packets(b)
	if err := <-aFailed; !errors.Is(err, dtls.ErrHandshake) || !errors.Is(err, dtls.ErrFingerprint) {
		t.Errorf("ended with %v", err)
	}
	if a.Suite() != "" {
		t.Error("there are keys")
	}
	if err := errors.Join(a.Close(), b.Close()); err != nil {
		t.Error(err)
	}
}

func TestCloseDuringTheHandshake(t *testing.T) {
	us, _ := socket(t)
	_, nobody := socket(t)
	c := dtls.New(us, dtls.Config{Identity: identity(t), Remote: nobody, Peer: identity(t).Fingerprint(), Active: true})
	_, failed := packets(c)
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	<-failed
}

func FuzzParseFingerprint(f *testing.F) {
	f.Add("sha-256 4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF:3E:5D:49:6B:19:E5:7C:AB:3F:11:5D:AA:5B:0F:27:5B:2D:5A:C1:2B")
	f.Add("SHA-1 00:11")
	f.Add("sha-256 ")
	f.Fuzz(func(t *testing.T, s string) {
		got, ok := dtls.ParseFingerprint(s)
		if !ok {
			return
		}
		if again, ok := dtls.ParseFingerprint(got.String()); !ok || !again.Equal(got) {
			t.Errorf("%q became %q", s, got)
		}
	})
}
