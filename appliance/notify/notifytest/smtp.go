// Package notifytest is the other end of what notify sends, for tests: stand-ins written from the documents (RFC 5321, RFC 3207, RFC 4954,
// MQTT 3.1.1), and servers that behave badly. Real counterparts are in the tests of package interop.
package notifytest

import (
	"bufio"
	"crypto/tls"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/mail"
	"strings"
	"sync"
	"testing"
)

// Mail is a mail that a server got.
type Mail struct {
	From   string
	To     []string
	Secure bool // by TLS
	User   string
	*mail.Message
	Body string
}

// SMTP is a mail server. Its fields are set before it is used.
type SMTP struct {
	TLS      *tls.Config              // nil: it offers no STARTTLS
	FromTLS  bool                     // TLS from the first octet
	Users    map[string]string        // name → password; nil: nobody signs in
	Answer   func(verb string) string // instead of the usual; "" = the usual, "-" = the connection ends
	Accepted func(m Mail)             // before the mail is answered

	addr string
	mu   sync.Mutex
	got  []Mail
}

// Start has the server listen until the test is over.
func (s *SMTP) Start(t testing.TB) *SMTP {
	t.Helper()
	l := Listen(t)
	s.addr = l.Addr().String()
	go Serve(t, l, func(c net.Conn) {
		if s.FromTLS {
			c = tls.Server(c, s.TLS)
		}
		s.serve(c, s.FromTLS)
	})
	return s
}

// Addr is where it listens.
func (s *SMTP) Addr() string { return s.addr }

// Mails are those that it got.
func (s *SMTP) Mails() []Mail {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Mail(nil), s.got...)
}

func (s *SMTP) serve(c net.Conn, secure bool) {
	r := bufio.NewReader(c)
	m := Mail{Secure: secure}
	say := func(format string, args ...any) { fmt.Fprintf(c, format+"\r\n", args...) }
	line := func() string { text, _ := r.ReadString('\n'); return strings.TrimRight(text, "\r\n") }
	answer := func(verb, usual string) bool {
		text := usual
		if s.Answer != nil {
			if other := s.Answer(verb); other != "" {
				text = other
			}
		}
		if text == "-" {
			return false
		}
		say("%s", text)
		return text == usual
	}
	if !answer("greeting", "220 stand-in ESMTP") {
		return
	}
	for {
		text := line()
		verb, rest, _ := strings.Cut(text, " ")
		switch strings.ToUpper(verb) {
		case "EHLO":
			lines := []string{"stand-in", "8BITMIME"}
			if s.TLS != nil && !m.Secure {
				lines = append(lines, "STARTTLS")
			}
			if s.Users != nil {
				lines = append(lines, "AUTH PLAIN LOGIN")
			}
			for i, l := range lines {
				say("250%s%s", map[bool]string{true: " ", false: "-"}[i == len(lines)-1], l)
			}
		case "STARTTLS":
			say("220 go on")
			c = tls.Server(c, s.TLS)
			r, m.Secure = bufio.NewReader(c), true
		case "AUTH":
			kind, first, _ := strings.Cut(rest, " ")
			raw, _ := base64.StdEncoding.DecodeString(first)
			parts := strings.Split(string(raw), "\x00")
			if strings.ToUpper(kind) != "PLAIN" || len(parts) != 3 || s.Users[parts[1]] == "" || s.Users[parts[1]] != parts[2] {
				say("535 5.7.8 wrong")
				continue
			}
			m.User = parts[1]
			say("235 2.7.0 welcome")
		case "MAIL":
			m.From = rest
			answer("MAIL", "250 ok")
		case "RCPT":
			if answer("RCPT", "250 ok") {
				m.To = append(m.To, rest)
			}
		case "DATA":
			if !answer("DATA", "354 go on") {
				if s.Answer("DATA") == "-" {
					return
				}
				continue
			}
			var body strings.Builder
			for {
				l, err := r.ReadString('\n')
				if err != nil {
					return
				}
				if l == ".\r\n" {
					break
				}
				body.WriteString(strings.TrimPrefix(l, "."))
			}
			s.take(m, body.String())
			if !answer("taken", "250 2.0.0 taken") {
				return
			}
		case "QUIT":
			say("221 bye")
			return
		case "":
			return
		default:
			say("250 ok")
		}
	}
}

func (s *SMTP) take(m Mail, text string) {
	m.Body = text
	if msg, err := mail.ReadMessage(strings.NewReader(text)); err == nil {
		m.Message = msg
		if b, err := io.ReadAll(msg.Body); err == nil {
			m.Body = string(b)
		}
	}
	s.mu.Lock()
	s.got = append(s.got, m)
	s.mu.Unlock()
	if s.Accepted != nil {
		s.Accepted(m)
	}
}
