package sshdoor

import (
	"net"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/gliderlabs/ssh"
	gossh "golang.org/x/crypto/ssh"
)

// serverConfig offers what is sound today, without SHA-1: neither for the exchange of keys, nor for what comes after it, nor for
// signatures.
func serverConfig() *gossh.ServerConfig {
	sound := gossh.SupportedAlgorithms()
	c := &gossh.ServerConfig{MaxAuthTries: maxTries, PublicKeyAuthAlgorithms: withoutSHA1(sound.PublicKeyAuths)}
	c.KeyExchanges, c.Ciphers, c.MACs = withoutSHA1(sound.KeyExchanges), sound.Ciphers, withoutSHA1(sound.MACs)
	return c
}

// withoutSHA1 leaves out what is named after SHA-1, and what uses it without saying so.
func withoutSHA1(names []string) []string {
	return slices.DeleteFunc(names, func(n string) bool {
		return strings.Contains(n, "sha1") || strings.HasPrefix(n, "ssh-rsa") || strings.HasPrefix(n, "ssh-dss")
	})
}

// connected gives a connection a place, or returns nil when there is none. It is closed if nobody signs in.
func (s *Server) connected(ctx ssh.Context, c net.Conn) net.Conn {
	k, gave := s.places.Enter(c)
	if gave || k == nil {
		if unsaid, ok := s.warned.now(time.Now()); ok {
			s.log.Warn("ssh: too many connections", "from", c.RemoteAddr().String(), "not_said_before", unsaid)
		}
	}
	if k == nil {
		return nil
	}
	ctx.SetValue(keyPlace, k)
	ctx.SetValue(keySigned, time.AfterFunc(s.o.Limits.SignIn, func() { _ = k.Close() })) // nobody is told: nobody was let in
	return k
}

// Of what strangers can cause, so much is said within a while; the rest is counted.
const (
	warnEvery = time.Minute
	warnMost  = 5
)

// sometimes bounds how often something is said.
type sometimes struct {
	mu     sync.Mutex
	since  time.Time
	said   int
	unsaid int
}

// now reports whether it may be said now, and how much was not said before.
func (s *sometimes) now(t time.Time) (unsaid int, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t.Sub(s.since) >= warnEvery {
		s.since, s.said, unsaid, s.unsaid = t, 0, s.unsaid, 0
	}
	if s.said++; s.said > warnMost {
		s.unsaid++
		return 0, false
	}
	return unsaid, true
}
