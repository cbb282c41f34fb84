package siege

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"time"
)

// socket sends datagrams, and counts what is answered by its status.
type socket struct {
	conn *net.UDPConn
	n    *counts
}

// open opens a socket of an attacker at ip until ctx ends. in says which answers let somebody in; nil = none does.
func open(ctx context.Context, ip netip.Addr, n *counts, in func(answer string) bool) (*socket, error) {
	conn, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(ip, 0)))
	if err != nil {
		return nil, fmt.Errorf("open socket: %w", err)
	}
	s := &socket{conn, n}
	context.AfterFunc(ctx, func() { _ = conn.Close() }) // what is under way is of no use any more
	go s.read(in)                                       // ends with conn
	return s, nil
}

func (s *socket) read(in func(answer string) bool) {
	b := make([]byte, 4096)
	for {
		size, _, err := s.conn.ReadFromUDP(b)
		if err != nil {
			return
		}
		answer := string(b[:size])
		status, isAnswer := strings.CutPrefix(answer, "SIP/2.0 ")
		switch {
		case in != nil && in(answer):
			s.n.in.Add(1)
		case isAnswer && status >= "3":
			s.n.refused.Add(1)
		}
	}
}

// send sends to the address. What a full buffer loses was not sent.
func (s *socket) send(to *net.UDPAddr, text string) {
	if _, err := s.conn.WriteToUDP([]byte(text), to); err == nil {
		s.n.sent.Add(1)
	}
}

// request is a SIP request with a session description that a telephone would send.
func request(method, uri, from, at string) string {
	id := rand.Text()
	kind, body := "application/sdp", "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"+
		"m=audio 9 RTP/AVP 0 8\r\na=sendrecv\r\n"
	if method == "MESSAGE" {
		kind, body = "text/plain", "Buy now "+id
	}
	return fmt.Sprintf("%s %s SIP/2.0\r\nVia: SIP/2.0/UDP %s;branch=z9hG4bK%s;rport\r\nMax-Forwards: 70\r\nFrom: <sip:%s@%[3]s>;tag=%[4]s\r\n"+
		"To: <%[2]s>\r\nCall-ID: %[4]s\r\nCSeq: 1 %[1]s\r\nContact: <sip:%[5]s@%[3]s>\r\nContent-Type: %[6]s\r\n"+
		"Content-Length: %[7]d\r\n\r\n%[8]s",
		method, uri, at, id, from, kind, len(body), body)
}

// guessedCalls ring from the telephone system's address, from a port of their own, for an extension that is easily guessed.
func guessedCalls(ctx context.Context, t Target, _ int, n *counts) error {
	s, err := open(ctx, t.PBX.Addr(), n, rings)
	if err != nil {
		return err
	}
	to := net.UDPAddrFromAddrPort(t.SIP)
	return every(ctx, 50*time.Millisecond, func(i int) error {
		s.send(to, request("INVITE", fmt.Sprintf("sip:%s@%s", t.Extension, t.SIP), fmt.Sprint(2175550000+i), s.conn.LocalAddr().String()))
		return nil
	})
}

// rings reports whether an answer is that of a box that takes the call.
func rings(answer string) bool {
	return strings.HasPrefix(answer, "SIP/2.0 180") || strings.HasPrefix(answer, "SIP/2.0 2") && strings.Contains(answer, "CSeq: 1 INVITE")
}

// kept reports whether an answer says that a text is kept.
func kept(answer string) bool { return strings.HasPrefix(answer, "SIP/2.0 2") }

// unacknowledged calls the box by way of its telephone system, and never acknowledges that it has answered. Each is taken, and rings.
func unacknowledged(ctx context.Context, t Target, _ int, n *counts) error {
	s, err := open(ctx, t.PBX.Addr(), n, nil)
	if err != nil {
		return err
	}
	to := net.UDPAddrFromAddrPort(t.PBX)
	return every(ctx, 3*time.Second, func(i int) error {
		s.send(to, request("INVITE", fmt.Sprintf("sip:%s@%s", t.Extension, t.PBX), fmt.Sprint(3125550000+i), s.conn.LocalAddr().String()))
		return nil
	})
}

// texts come from many senders, in the telephone system's name.
func texts(ctx context.Context, t Target, _ int, n *counts) error {
	s, err := open(ctx, t.PBX.Addr(), n, kept)
	if err != nil {
		return err
	}
	to := net.UDPAddrFromAddrPort(t.SIP)
	return every(ctx, 20*time.Millisecond, func(i int) error {
		s.send(to, request("MESSAGE", fmt.Sprintf("sip:%s@%s", t.Extension, t.SIP), fmt.Sprint(2175550000+i%300), s.conn.LocalAddr().String()))
		return nil
	})
}

// strangers send what scanners send.
func strangers(ctx context.Context, t Target, i int, n *counts) error {
	s, err := open(ctx, t.caller(i), n, rings)
	if err != nil {
		return err
	}
	to := net.UDPAddrFromAddrPort(t.SIP)
	methods := []string{"OPTIONS", "INVITE", "REGISTER", "SUBSCRIBE", "BYE", "NOTIFY", "REFER", "MESSAGE"}
	return every(ctx, 20*time.Millisecond, func(i int) error {
		s.send(to, request(methods[i%len(methods)], fmt.Sprintf("sip:%s@%s", t.Extension, t.SIP), fmt.Sprint(i), s.conn.LocalAddr().String()))
		return nil
	})
}

// garbageFrom says where the i-th who sends garbage is: every other one has the telephone system's address.
func garbageFrom(i int) Part {
	if i%2 == 0 {
		return BesideThePBX
	}
	return FromElsewhere
}

// garbage is half a message, or none, by turns.
func garbage(ctx context.Context, t Target, i int, n *counts) error {
	ip := t.caller(i)
	if garbageFrom(i) == BesideThePBX {
		ip = t.PBX.Addr()
	}
	s, err := open(ctx, ip, n, rings)
	if err != nil {
		return err
	}
	to := net.UDPAddrFromAddrPort(t.SIP)
	noise := make([]byte, 700)
	return every(ctx, 10*time.Millisecond, func(i int) error {
		_, _ = rand.Read(noise)
		text := request("INVITE", "sip:"+t.Extension+"@"+t.SIP.String(), "x", "127.0.0.1")
		switch i % 4 {
		case 0:
			text = string(noise)
		case 1:
			text = text[:i%len(text)]
		case 2:
			text = strings.Replace(text, "Content-Length:", "Content-Length: 99999999999\r\nX:", 1)
		case 3:
			text = strings.Replace(text, "Max-Forwards", strings.Repeat("Via: SIP/2.0/UDP a;branch=b\r\n", 30)+"Max-Forwards", 1)
		}
		s.send(to, text)
		return nil
	})
}

// asThePBX floods from the telephone system's address with what any telephone system sends: ten times as much as is looked at in a second.
func asThePBX(ctx context.Context, t Target, _ int, n *counts) error {
	s, err := open(ctx, t.PBX.Addr(), n, rings)
	if err != nil {
		return err
	}
	to := net.UDPAddrFromAddrPort(t.SIP)
	methods := []string{"OPTIONS", "NOTIFY", "BYE", "INVITE", "INFO"}
	return every(ctx, 2*time.Millisecond, func(i int) error {
		s.send(to, request(methods[i%len(methods)], fmt.Sprintf("sip:%s@%s", t.Extension, t.SIP), fmt.Sprint(i), s.conn.LocalAddr().String()))
		return nil
	})
}

// audio goes to every port that calls may have.
func audio(ctx context.Context, t Target, i int, n *counts) error {
	s, err := open(ctx, t.caller(i), n, nil)
	if err != nil {
		return err
	}
	packet := append([]byte{0x80, 0, 0, 1, 0, 0, 0, 1, 9, 9, 9, 9}, bytes.Repeat([]byte{0x55}, 160)...)
	return every(ctx, 2*time.Millisecond, func(i int) error {
		packet[3], packet[2] = byte(i), byte(i>>8)
		s.send(&net.UDPAddr{IP: t.SIP.Addr().AsSlice(), Port: int(t.RTPMin) + i%int(1+t.RTPMax-t.RTPMin)}, string(packet))
		return nil
	})
}
