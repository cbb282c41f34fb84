package transaction

import (
	"io"
	"log/slog"
	"net"
	"net/netip"
	"testing"

	"github.com/emiago/sipgo/sip"

	"frontdesk.internal/appliance/egress"
)

// What comes on a connection dialled before serve is handed up while serve begins: under the race detector this fails
// when serve touches what the connection's reader reads.
func TestTCPReadsBeforeServe(t *testing.T) {
	peer, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = peer.Close() }()
	let := func(netip.Addr) bool { return true }
	w, err := NewTCP(egress.New(nil, egress.Telephone), "127.0.0.1:0", let, &Counters{}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	got := make(chan sip.Message, 1)
	up := func(m sip.Message, _ netip.AddrPort) { got <- m }
	w.setUp(up)
	to, err := AddrPort(peer.Addr())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.connect(to); err != nil {
		t.Fatal(err)
	}
	conn, err := peer.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	done := make(chan error, 1)
	go func() { done <- w.Serve(up) }()
	const options = "OPTIONS sip:box@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/TCP 127.0.0.1;branch=z9hG4bK1\r\nFrom: <sip:a@127.0.0.1>;tag=1\r\n" +
		"To: <sip:box@127.0.0.1>\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n"
	if _, err := io.WriteString(conn, options); err != nil {
		t.Fatal(err)
	}
	if m, ok := (<-got).(*sip.Request); !ok || m.Method != sip.OPTIONS {
		t.Errorf("handed up %v; want the OPTIONS", m)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
}
