package phonetest

import (
	"crypto/rand"
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"
	"github.com/icholy/digest"
)

// Binding is one registered telephone.
type Binding struct {
	Contact   string // URI
	Source    string // host:port that the REGISTER came from
	Until     time.Time
	Algorithm string // digest that was used, "" without authentication
}

func (p *PBX) onRegister(req *sip.Request, tx sip.ServerTransaction) {
	to := req.To()
	if to == nil {
		p.respond(req, tx, 400, "Bad Request")
		return
	}
	user := to.Address.User
	p.mu.Lock()
	p.registers++
	status := p.faults.RegisterStatus
	p.mu.Unlock()
	if status != 0 {
		p.respond(req, tx, status, "Scripted")
		return
	}
	algorithm, ok := p.authenticate(req, tx, user)
	if !ok {
		return
	}
	expires := headerInt(req, "Expires", 3600)
	if least := int(p.options.MinExpires / time.Second); expires > 0 && expires < least {
		p.respond(req, tx, 423, "Interval Too Brief", sip.NewHeader("Min-Expires", strconv.Itoa(least)))
		return
	}
	if most := int(p.options.GrantExpires / time.Second); most > 0 && expires > most {
		expires = most
	}
	p.bind(req, user, expires, algorithm)
	var contacts []sip.Header
	p.mu.Lock()
	for _, b := range p.bindings[user] {
		left := int(time.Until(b.Until).Round(time.Second) / time.Second)
		contacts = append(contacts, sip.NewHeader("Contact", "<"+b.Contact+">;expires="+strconv.Itoa(left)))
	}
	p.mu.Unlock()
	p.respond(req, tx, 200, "OK", contacts...)
	p.notify()
}

func (p *PBX) bind(req *sip.Request, user string, expires int, algorithm string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, h := range req.GetHeaders("Contact") {
		c, ok := h.(*sip.ContactHeader)
		if !ok {
			continue
		}
		left := expires
		if v, ok := c.Params.Get("expires"); ok {
			if n, err := strconv.Atoi(v); err == nil && n < left {
				left = n
			}
		}
		uri := c.Address.String()
		var kept []Binding
		for _, b := range p.bindings[user] {
			if b.Contact != uri {
				kept = append(kept, b)
			}
		}
		if left > 0 {
			kept = append(kept, Binding{
				Contact: uri, Source: req.Source(), Until: time.Now().Add(time.Duration(left) * time.Second), Algorithm: algorithm,
			})
		}
		p.bindings[user] = kept
	}
}

// authenticate challenges or checks a request of user. It has responded when it returns false.
func (p *PBX) authenticate(req *sip.Request, tx sip.ServerTransaction, user string) (string, bool) {
	password, known := p.options.Users[user]
	if !known {
		p.respond(req, tx, 404, "Not Found")
		return "", false
	}
	if password == "" {
		return "", true
	}
	h := req.GetHeader("Authorization")
	if h == nil {
		p.challenge(req, tx, false)
		return "", false
	}
	cred, err := digest.ParseCredentials(h.Value())
	if err != nil {
		p.respond(req, tx, 400, "Bad Request")
		return "", false
	}
	p.mu.Lock()
	last, live := p.nonces[cred.Nonce]
	stale := !live || p.options.NonceUses > 0 && last >= p.options.NonceUses
	replayed := live && cred.Nc <= last
	if live && !stale && !replayed {
		p.nonces[cred.Nonce] = cred.Nc
	}
	p.mu.Unlock()
	if stale || replayed {
		p.challenge(req, tx, true)
		return "", false
	}
	want, err := digest.Digest(&digest.Challenge{
		Realm: realm, Nonce: cred.Nonce, Opaque: cred.Opaque, Algorithm: cred.Algorithm, QOP: []string{"auth"},
	}, digest.Options{
		Method: string(req.Method), URI: cred.URI, Count: cred.Nc, Cnonce: cred.Cnonce, Username: user, Password: password,
	})
	if err != nil || cred.Username != user || cred.Response != want.Response || !p.offers(cred.Algorithm) {
		p.challenge(req, tx, false)
		return "", false
	}
	algorithm := cred.Algorithm
	if algorithm == "" {
		algorithm = "MD5"
	}
	return algorithm, true
}

const realm = "practice"

func (p *PBX) offers(algorithm string) bool {
	for _, a := range p.options.Algorithms {
		if strings.EqualFold(a, algorithm) || a == "MD5" && algorithm == "" {
			return true
		}
	}
	return false
}

// challenge answers 401 with one header for each algorithm, in the configured order.
func (p *PBX) challenge(req *sip.Request, tx sip.ServerTransaction, stale bool) {
	var b [12]byte
	_, _ = rand.Read(b[:])
	nonce := hex.EncodeToString(b[:])
	p.mu.Lock()
	p.nonces[nonce] = 0
	p.mu.Unlock()
	var hs []sip.Header
	for _, a := range p.options.Algorithms {
		ch := digest.Challenge{Realm: realm, Nonce: nonce, Opaque: "practice-opaque", Algorithm: a, QOP: []string{"auth"}, Stale: stale}
		hs = append(hs, sip.NewHeader("WWW-Authenticate", ch.String()))
	}
	p.respond(req, tx, 401, "Unauthorized", hs...)
}

func headerInt(req *sip.Request, name string, missing int) int {
	h := req.GetHeader(name)
	if h == nil {
		return missing
	}
	n, err := strconv.Atoi(strings.TrimSpace(h.Value()))
	if err != nil {
		return missing
	}
	return n
}

// Bindings returns the live bindings of an extension.
func (p *PBX) Bindings(user string) []Binding {
	p.mu.Lock()
	defer p.mu.Unlock()
	var live []Binding
	for _, b := range p.bindings[user] {
		if time.Now().Before(b.Until) {
			live = append(live, b)
		}
	}
	return live
}

// Registers returns how many REGISTER requests have come, retransmissions not counted.
func (p *PBX) Registers() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.registers
}

// ForgetNonces makes every nonce that was given out stale.
func (p *PBX) ForgetNonces() {
	p.mu.Lock()
	defer p.mu.Unlock()
	clear(p.nonces)
}
