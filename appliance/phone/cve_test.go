package phone_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"frontdesk.internal/appliance/phone"
	"frontdesk.internal/appliance/record"
	"github.com/emiago/sipgo/sip"
)

// Each test here is a class of hole that another telephone program had. Those of the audio have their tests where the audio is: RTPbleed
// (AST-2017-005, AST-2017-008) in audio/line, floods of broken SRTP (FreeSWITCH ES2021-09) in audio/srtp. WebSockets (sipgo
// CVE-2026-77322) are not spoken here at all. DTLS (Asterisk ES2023-01, FreeSWITCH ES2023-02, pion CVE-2019-20786) is in
// audio/dtls, by a pion after that.

// overTCP runs a phone on a TCP socket that anybody may reach, and returns a dialler of connections to it.
func overTCP(t *testing.T) func() net.Conn {
	t.Helper()
	p, err := phone.New(phone.Config{
		Listen: "127.0.0.1:0", Extension: record.Extension{Transport: "tcp", User: "100"}, AcceptAnyone: true,
		Logger: slog.New(slog.DiscardHandler), MaxCalls: 4,
	}, phone.HandlerFunc(func(ctx context.Context, _ *phone.Call) { <-ctx.Done() }))
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- p.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return func() net.Conn {
		c, err := net.Dial("tcp", p.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = c.Close() })
		_ = c.SetDeadline(time.Now().Add(20 * time.Second))
		return c
	}
}

// answered sends OPTIONS on c and reads its answer.
func answered(t *testing.T, c net.Conn) {
	t.Helper()
	if _, err := c.Write(wireText(`OPTIONS sip:100@127.0.0.1 SIP/2.0
Via: SIP/2.0/TCP 127.0.0.1:5070;branch=z9hG4bK-alive
From: <sip:a@127.0.0.1>;tag=a
To: <sip:100@127.0.0.1>
Call-ID: alive
CSeq: 1 OPTIONS
Max-Forwards: 70
`)); err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 4096)
	n, err := c.Read(buf)
	if err != nil || !strings.HasPrefix(string(buf[:n]), "SIP/2.0 200") {
		t.Fatalf("OPTIONS is answered by %q, %v", buf[:n], err)
	}
}

// sipgo CVE-2026-58268: memory for a body is taken before anybody has looked how large it is said to be.
func TestHugeContentLength(t *testing.T) {
	dial := overTCP(t)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for _, length := range []string{"4294967295", "2147483647", "99999999999999999999", "-1"} {
		c := dial()
		text := strings.Replace(string(wireText(invite())), "Content-Length: ", "Content-Length: "+length+"\r\nX: ", 1)
		_, _ = c.Write([]byte(text))
		_, err := io.ReadAll(c)
		if e := net.Error(nil); errors.As(err, &e) && e.Timeout() {
			t.Errorf("%s: the connection stays open", length)
		}
	}
	runtime.ReadMemStats(&after)
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 16<<20 {
		t.Errorf("%d bytes were allocated", grown)
	}
	answered(t, dial())
}

// Asterisk ES2020-02: who calls over TCP and goes away at once takes the program with him.
func TestCallOverTCPAndGone(t *testing.T) {
	dial := overTCP(t)
	for i := range 50 {
		c := dial()
		text := invite("z9hG4bK-invite", fmt.Sprintf("z9hG4bK-%d", i), "call-1", fmt.Sprintf("call-%d", i), "SIP/2.0/UDP", "SIP/2.0/TCP")
		_, _ = c.Write(wireText(text))
		_ = c.(*net.TCPConn).SetLinger(0)
		_ = c.Close()
	}
	answered(t, dial())
}

// Messages that lack what every message must have (sipgo: To; SIPp CVE-2026-0710: any), as requests and as responses, within a call and
// without one.
func TestHeadersMissing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := tortureBench(t)
		defer p.finish()
		for _, start := range []string{
			"INVITE sip:100@127.0.0.1 SIP/2.0", "BYE sip:100@127.0.0.1 SIP/2.0", "ACK sip:100@127.0.0.1 SIP/2.0", "CANCEL sip:100@127.0.0.1 SIP/2.0",
			"SIP/2.0 200 OK", "SIP/2.0 487 Terminated",
		} {
			method, _, _ := strings.Cut(start, " ")
			if strings.HasPrefix(start, "SIP/") {
				method = "INVITE"
			}
			headers := []string{
				"Via: SIP/2.0/UDP 127.0.0.2:5060;branch=z9hG4bK-x", "From: <sip:a@127.0.0.2>;tag=a", "To: <sip:100@127.0.0.1>;tag=b", "Call-ID: x",
				"CSeq: 1 " + method, "Contact: <sip:a@127.0.0.2>", "Max-Forwards: 70",
			}
			for missing := range 1 << len(headers) {
				text := start + "\n"
				for i, h := range headers {
					if missing>>i&1 == 0 {
						text += h + "\n"
					}
				}
				_, _ = p.conn.WriteTo(wireText(text), mustUDP(phoneAddr))
			}
			time.Sleep(time.Minute)
			drain(p.conn)
		}
		p.alive()
	})
}

// Asterisk ES2017-01 (the method in CSeq is longer than its buffer) and OpenSIPS GHSA-wxfg-3gwh-rhvx, PJSIP CVE-2026-41416 (headers that
// a parser runs past the end of).
func TestOverlongAndBrokenHeaders(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := tortureBench(t)
		defer p.finish()
		long := strings.Repeat("A", 20000)
		for _, edit := range [][2]string{
			{"CSeq: 10 INVITE", "CSeq: 10 " + long},
			{"CSeq: 10 INVITE", "CSeq: 10"},
			{"CSeq: 10 INVITE", "CSeq:"},
			{"CSeq: 10 INVITE", "CSeq: 4294967296 INVITE"},
			{"Via: SIP/2.0/UDP ", "Via: SIP/2.0/" + long + " "},
			{"Via: SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bK-invite;rport", "Via: SIP/2.0/UDP"},
			{"Via: SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bK-invite;rport", "Via: SIP/2.0/UDP "},
			{"Via: SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bK-invite;rport", "Via: SIP/2.0/UDP [::1"},
			{"Via: SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bK-invite;rport", "Via: SIP/2.0/UDP 127.0.0.1:99999999999;branch="},
			{"Via: SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bK-invite;rport", "Via: ,,,;;;\n\t,"},
			{"Via: SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bK-invite;rport", "Via: SIP/2.0/UDP 127.0.0.1;branch=\"" + long},
			{"From: \"Anna\" <sip:01725550144@127.0.0.1>;tag=caller", "From: \"" + long},
			{"From: \"Anna\" <sip:01725550144@127.0.0.1>;tag=caller", "From: <" + long},
			{"From: \"Anna\" <sip:01725550144@127.0.0.1>;tag=caller", "From: <sip:" + strings.Repeat(";", 20000)},
			{"Call-ID: call-1", "Call-ID: " + long},
			{"Contact: <sip:pbx@127.0.0.1:5070>", "Contact: " + strings.Repeat("<", 20000)},
			{"Contact: <sip:pbx@127.0.0.1:5070>", "Record-Route: " + strings.Repeat("<sip:a;lr>,", 2000) + "\nContact: <sip:a@127.0.0.1>"},
			{"Max-Forwards: 70", "Max-Forwards: 99999999999999999999"},
		} {
			_, _ = p.conn.WriteTo(wireText(invite(edit[0], edit[1])), mustUDP(phoneAddr))
			time.Sleep(time.Second)
			select {
			case in := <-p.calls:
				close(in.release)
			default:
			}
			time.Sleep(time.Minute)
			drain(p.conn)
			p.alive()
		}
	})
}

// Asterisk ES2018-05: SUBSCRIBE with more Accept headers than the stack holds. FreeSWITCH ES2021-07, ES2021-08 and Asterisk CVE-2025-47779:
// SUBSCRIBE and MESSAGE of anybody, in anybody's name, are taken.
func TestSubscribeAndMessage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := tortureBench(t)
		defer p.finish()
		for i, method := range []string{"SUBSCRIBE", "MESSAGE", "PUBLISH", "REFER", "REGISTER"} {
			got := p.torture(wireText(fmt.Sprintf(`%[1]s sip:100@127.0.0.1 SIP/2.0
Via: SIP/2.0/UDP 127.0.0.2:5060;branch=z9hG4bK-%[2]d
Max-Forwards: 70
From: <sip:100@127.0.0.1>;tag=a
To: <sip:100@127.0.0.1>
Call-ID: x-%[2]d
CSeq: 1 %[1]s
Event: message-summary
Refer-To: <sip:0900555@127.0.0.2>
Contact: <sip:a@127.0.0.2>
%[3]s`, method, i, strings.Repeat("Accept: application/simple-message-summary\n", 1000))))
			if strings.Join(got, ", ") != "405 Allow" {
				t.Errorf("%s is answered by %q", method, got)
			}
		}
		p.alive()
	})
}

// FreeSWITCH ES2021-05: whoever calls and challenges our BYE gets our password's digest, to be guessed at leisure. Only the PBX gets one.
func TestNoDigestForStrangers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, func(c *phone.Config) { c.Registrar = "192.0.2.1" })
		in, _ := b.up()
		close(in.release)
		bye := b.expect("BYE").(*sip.Request)
		b.send(answerTo(bye, 407, `Proxy-Authenticate: Digest realm="you", nonce="n", algorithm=MD5`+"\n"))
		for _, m := range b.got() {
			if req, ok := m.(*sip.Request); ok && (req.GetHeader("Proxy-Authorization") != nil || req.GetHeader("Authorization") != nil) {
				t.Errorf("a stranger is told:\n%s", req)
			}
		}
		b.finish()
	})
}

func mustUDP(s string) *net.UDPAddr {
	a, err := net.ResolveUDPAddr("udp", s)
	if err != nil {
		panic(err)
	}
	return a
}

func drain(c *memConn) {
	for {
		select {
		case <-c.in:
		default:
			return
		}
	}
}
