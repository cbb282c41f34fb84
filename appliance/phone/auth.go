package phone

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/emiago/sipgo/sip"
	"github.com/icholy/digest"
)

// errNoChallenge means that a 401 or 407 carried no challenge that we can answer.
var errNoChallenge = errors.New("no digest challenge with an algorithm that we know (MD5, SHA-256, SHA-512-256)")

// errNoCredentials means that there are none for who asks.
var errNoCredentials = errors.New("no user name and password for this side")

// maxChallenges bounds how many challenges of one response are looked at.
const maxChallenges = 8

// credentials answers digest challenges (RFC 3261 section 22, RFC 8760) for one account. It remembers the last challenge,
// so that the next request is authenticated at once with a higher nonce count. Not safe for concurrent use.
type credentials struct {
	user, password string

	challenge *digest.Challenge
	proxy     bool // the challenge was a 407
	count     int  // uses of the nonce
}

// algorithm names what the last challenge asked for, "" before the first.
func (c *credentials) algorithm() string {
	if c.challenge == nil {
		return ""
	}
	if c.challenge.Algorithm == "" {
		return "MD5"
	}
	return c.challenge.Algorithm
}

// take remembers the strongest challenge of a 401 or 407. It reports whether the nonce that we used has merely expired
// (stale=true), in which case the password was right.
func (c *credentials) take(res *sip.Response) (stale bool, err error) {
	if c.user == "" {
		return false, errNoCredentials
	}
	name := "WWW-Authenticate"
	if res.StatusCode == sip.StatusProxyAuthRequired {
		name = "Proxy-Authenticate"
	}
	var best *digest.Challenge
	for _, h := range res.GetHeaders(name) {
		for i, text := range splitChallenges(h.Value()) {
			if i >= maxChallenges {
				break
			}
			ch, err := digest.ParseChallenge(text)
			if err != nil {
				continue
			}
			normalise(ch)
			if !digest.CanDigest(ch) || strength(ch.Algorithm) == 0 {
				continue
			}
			if best == nil || strength(ch.Algorithm) > strength(best.Algorithm) {
				best = ch
			}
		}
	}
	if best == nil {
		return false, fmt.Errorf("read challenge: %w", errNoChallenge)
	}
	c.challenge, c.proxy, c.count = best, res.StatusCode == sip.StatusProxyAuthRequired, 0
	return best.Stale, nil
}

// sign adds the credentials for the remembered challenge, if there is one. It reports whether it did.
func (c *credentials) sign(req *sip.Request) (bool, error) {
	if c.challenge == nil {
		return false, nil
	}
	c.count++
	body := req.Body()
	cred, err := digest.Digest(c.challenge, digest.Options{
		Method: string(req.Method), URI: req.Recipient.String(), Count: c.count,
		Username: c.user, Password: c.password,
		GetBody: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil },
	})
	if err != nil {
		return false, fmt.Errorf("compute digest: %w", err)
	}
	name := "Authorization"
	if c.proxy {
		name = "Proxy-Authorization"
	}
	req.AppendHeader(sip.NewHeader(name, cred.String()))
	return true, nil
}

// forget drops the remembered challenge.
func (c *credentials) forget() { c.challenge, c.count = nil, 0 }

// normalise evens out spellings that the digest library compares literally. The user name is sent in the clear even when
// the server could take a hash of it: that is the client's choice (RFC 7616 section 3.4.4), and PBXs implement it badly.
func normalise(ch *digest.Challenge) {
	ch.Algorithm = strings.ToUpper(ch.Algorithm)
	ch.Userhash = false
	for i, q := range ch.QOP {
		ch.QOP[i] = strings.ToLower(strings.TrimSpace(q))
	}
}

// strength orders the algorithms of RFC 8760; 0 is one that we do not use.
func strength(algorithm string) int {
	switch algorithm {
	case "", "MD5":
		return 1
	case "SHA-256":
		return 2
	case "SHA-512-256":
		return 3
	}
	return 0
}

// splitChallenges separates challenges that a server put into one header line: a comma outside quotes that is followed
// by the word Digest.
func splitChallenges(value string) []string {
	var out []string
	quoted, start := false, 0
	for i := 0; i < len(value); i++ {
		switch c := value[i]; {
		case c == '\\' && quoted:
			i++
		case c == '"':
			quoted = !quoted
		case c == ',' && !quoted && digest.IsDigest(strings.TrimLeft(value[i+1:], " \t")):
			out = append(out, strings.TrimSpace(value[start:i]))
			start = i + 1
		}
	}
	return append(out, strings.TrimSpace(value[start:]))
}
