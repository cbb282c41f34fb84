package nearby

import (
	"net"
	"net/netip"
	"testing"

	"github.com/pion/mdns/v2"
	"go.uber.org/goleak"
	"golang.org/x/net/dns/dnsmessage"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// It speaks in private networks alone.
func TestPrivateNetworks(t *testing.T) {
	for _, x := range []struct {
		at   []string
		want bool
	}{
		{[]string{"192.168.1.20"}, true}, {[]string{"10.0.0.5", "fe80::1"}, true}, {[]string{"169.254.3.4"}, true},
		{[]string{"172.16.0.2", "2a01:4f8::1"}, true}, // the IPv6 address is not told
		{[]string{"8.8.8.8"}, false}, {[]string{"192.168.1.20", "8.8.8.8"}, false}, {[]string{"100.64.0.1"}, false},
		{[]string{"fd00::1"}, false}, {nil, false},
	} {
		var at []netip.Addr
		for _, a := range x.at {
			at = append(at, netip.MustParseAddr(a))
		}
		if got := allPrivate(at); got != x.want {
			t.Errorf("%v: %v", x.at, got)
		}
	}
}

// Who asks for the name hears the address, and for another name nothing: the next answer is to the next question.
func TestAnswers(t *testing.T) {
	c, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	here := c.LocalAddr()
	conn, err := serve(c, mdns.WithLocalNames(Name), mdns.WithIncludeLoopback(true))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := conn.Close(); err != nil {
			t.Error(err)
		}
	}()
	asker, err := net.Dial("udp4", here.String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = asker.Close() }()
	for id, name := range []string{"else.local.", Name + "."} {
		question := dnsmessage.Message{Header: dnsmessage.Header{ID: uint16(id + 1)}, Questions: []dnsmessage.Question{{
			Name: dnsmessage.MustNewName(name), Type: dnsmessage.TypeA, Class: dnsmessage.ClassINET,
		}}}
		b, err := question.Pack()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := asker.Write(b); err != nil {
			t.Fatal(err)
		}
	}
	b := make([]byte, 1500)
	n, err := asker.Read(b)
	if err != nil {
		t.Fatal(err)
	}
	var got dnsmessage.Message
	if err := got.Unpack(b[:n]); err != nil {
		t.Fatal(err)
	}
	if len(got.Answers) != 1 || got.Answers[0].Header.Name.String() != Name+"." {
		t.Fatalf("%+v", got)
	}
	if a, ok := got.Answers[0].Body.(*dnsmessage.AResource); !ok || a.A != [4]byte{127, 0, 0, 1} {
		t.Errorf("%+v", got.Answers[0].Body)
	}
}
