package notifytest

import (
	"bufio"
	"crypto/tls"
	"encoding/binary"
	"io"
	"net"
	"sync"
	"testing"
)

// Published is what somebody has published.
type Published struct {
	Topic  string
	Body   string
	Retain bool
}

// MQTT is a broker (MQTT 3.1.1) that takes what is published. Its fields are set before it is used.
type MQTT struct {
	TLS      *tls.Config       // nil: none
	Users    map[string]string // name → password; nil: everybody
	Code     byte              // of CONNACK, when the password is right
	Accepted func(p Published) // before it is acknowledged

	addr string
	mu   sync.Mutex
	got  []Published
}

// Start has the broker listen until the test is over.
func (m *MQTT) Start(t testing.TB) *MQTT {
	t.Helper()
	l := Listen(t)
	m.addr = l.Addr().String()
	go Serve(t, l, func(c net.Conn) {
		if m.TLS != nil {
			c = tls.Server(c, m.TLS)
		}
		m.serve(c)
	})
	return m
}

// Addr is where it listens.
func (m *MQTT) Addr() string { return m.addr }

// Got is what was published.
func (m *MQTT) Got() []Published {
	m.mu.Lock()
	defer m.mu.Unlock()
	return append([]Published(nil), m.got...)
}

// readPacket reads one packet.
func readPacket(r *bufio.Reader) (first byte, body []byte, err error) {
	if first, err = r.ReadByte(); err != nil {
		return 0, nil, err
	}
	n, shift := 0, 0
	for {
		b, err := r.ReadByte()
		if err != nil || shift > 21 {
			return 0, nil, io.ErrUnexpectedEOF
		}
		n |= int(b&0x7f) << shift
		if shift += 7; b&0x80 == 0 {
			break
		}
	}
	body = make([]byte, n)
	_, err = io.ReadFull(r, body)
	return first, body, err
}

// cut takes a string off a packet.
func cut(b []byte) (s string, rest []byte) {
	if len(b) < 2 || len(b) < 2+int(binary.BigEndian.Uint16(b)) {
		return "", nil
	}
	n := 2 + int(binary.BigEndian.Uint16(b))
	return string(b[2:n]), b[n:]
}

func (m *MQTT) serve(c net.Conn) {
	r := bufio.NewReader(c)
	first, b, err := readPacket(r)
	name, b := cut(b)
	if err != nil || first != 0x10 || name != "MQTT" || len(b) < 4 {
		return
	}
	flags, b := b[1], b[4:]
	_, b = cut(b) // of the client
	user, password := "", ""
	if flags&0x80 != 0 {
		user, b = cut(b)
		password, _ = cut(b)
	}
	code := m.Code
	if m.Users != nil && (m.Users[user] == "" || m.Users[user] != password) {
		code = 5
	}
	if _, err := c.Write([]byte{0x20, 2, 0, code}); err != nil || code != 0 {
		return
	}
	for {
		first, b, err := readPacket(r)
		if err != nil || first&0xf0 != 0x30 {
			return
		}
		topic, rest := cut(b)
		if len(rest) < 2 {
			return
		}
		p := Published{Topic: topic, Body: string(rest[2:]), Retain: first&1 != 0}
		if m.Accepted != nil {
			m.Accepted(p)
		}
		m.mu.Lock()
		m.got = append(m.got, p)
		m.mu.Unlock()
		if _, err := c.Write([]byte{0x40, 2, rest[0], rest[1]}); err != nil {
			return
		}
	}
}
