package phone

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"net/netip"

	"github.com/emiago/sipgo/sip"

	"frontdesk.internal/appliance/phone/transaction"
)

// contactBytes is how much of the user part of our Contact cannot be guessed.
const contactBytes = 10

// forgedSaid is how many refused calls share one line in the log.
const forgedSaid = 1000

// contactUser is the user part of our Contact, which the PBX alone is told: the extension, for whoever reads a trace, and what follows
// from its password, so that a program that starts anew renews its own binding and leaves no second one. Without a password chance takes
// its place.
func contactUser(a Account, chance string) string {
	key := a.Password
	if key == "" {
		key = chance
	}
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write([]byte("contact\x00" + a.AuthUser + "\x00" + a.Domain + "\x00" + a.Registrar))
	return a.User + "-" + hex.EncodeToString(mac.Sum(nil)[:contactBytes])
}

// contactOf is the user part of our Contact for an account.
func (p *Phone) contactOf(a Account) string { return contactUser(a, p.chance) }

// named reports whether a user part is our extension or our Contact.
func (p *Phone) named(user string) bool {
	acct := p.Account()
	return user == acct.User || p.isContact(acct, user)
}

func (p *Phone) isContact(a Account, user string) bool {
	return subtle.ConstantTimeCompare([]byte(user), []byte(p.contactOf(a))) == 1
}

// forged reports whether a call comes from the PBX's address and not from the PBX: it does not know what the PBX was told at the
// registration, or it has left another UDP port than the one we registered at. Whoever shares its network can write the PBX's address onto
// a datagram, and would take all places with two of them. Calls that nobody registered for (a trunk, an address that the settings name)
// know nothing of a Contact.
func (p *Phone) forged(req *sip.Request, tx *transaction.Server) bool {
	if acct := p.Account(); acct.Registrar == "" || p.invited(tx.Src.Addr()) {
		return false
	} else if !p.isContact(acct, req.Recipient.User) {
		return true
	}
	return !tx.Layer.Wire.Reliable() && !p.isPlace(tx.Src)
}

// invited reports whether the settings let in everybody at a, registered or not.
func (p *Phone) invited(a netip.Addr) bool {
	if p.cfg.AcceptAnyone {
		return true
	}
	for _, prefix := range p.cfg.AcceptFrom {
		if prefix.Contains(a) {
			return true
		}
	}
	return false
}

// isPlace reports whether the PBX is at a, address and port.
func (p *Phone) isPlace(a netip.AddrPort) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	_, ok := p.names[a]
	return ok
}

// calledBy is who was called: PBXs write our Contact where the extension was meant.
func (p *Phone) calledBy(a Account, user string) string {
	if p.isContact(a, user) {
		return a.User
	}
	return unescape(user)
}

// noteForged counts a call that is not the PBX's, and says so once in a while: it may be the PBX's after all.
func (p *Phone) noteForged(src netip.AddrPort) {
	if p.count.Forged.Add(1)%forgedSaid != 1 {
		return
	}
	p.log.Warn("refused calls from the PBX's address that did not come from the PBX", "source", src.String(), "calls", p.count.Forged.Load(),
		"hint", "when they are the PBX's: it calls from another port than it registers at, or not the Contact; [sip] allow = \"any\"")
}
