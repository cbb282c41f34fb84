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

// contact makes our Contact, which the PBX alone is told.
type contact struct {
	chance string // in the place of a password where there is none
}

// of is the user part of the Contact for an account: the extension, for whoever reads a trace, and what follows from its password, so that
// a program that starts anew renews its own binding and leaves no second one.
func (c contact) of(a Account) string {
	key := a.Password
	if key == "" {
		key = c.chance
	}
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write([]byte("contact\x00" + a.AuthUser + "\x00" + a.Domain + "\x00" + a.Registrar))
	return a.User + "-" + hex.EncodeToString(mac.Sum(nil)[:contactBytes])
}

// is reports whether user is the user part of the Contact for a.
func (c contact) is(a Account, user string) bool {
	return subtle.ConstantTimeCompare([]byte(user), []byte(c.of(a))) == 1
}

// called is who was called: PBXs write our Contact where the extension was meant.
func (c contact) called(a Account, user string) string {
	if c.is(a, user) {
		return a.User
	}
	return unescape(user)
}

// named reports whether a user part is our extension or our Contact.
func (p *Phone) named(user string) bool {
	acct := p.Account()
	return user == acct.User || p.contact.is(acct, user)
}

// forged reports whether a call or a text comes from the PBX's address and not from the PBX: it does not know what the PBX was told at the
// registration, or it has left another UDP port than the one we registered at. Whoever shares its network can write the PBX's address onto
// a datagram, and would take all places with two of them. Calls that nobody registered for (a trunk, an address that the settings name)
// know nothing of a Contact.
func (p *Phone) forged(req *sip.Request, tx *transaction.Server) bool {
	if acct := p.Account(); acct.Registrar == "" || p.senders.invited(tx.Src.Addr()) {
		return false
	} else if !p.contact.is(acct, req.Recipient.User) {
		return true
	}
	return !tx.Layer.Wire.Reliable() && !p.senders.isPlace(tx.Src)
}

// noteForged counts a call that is not the PBX's, and says so once in a while: it may be the PBX's after all.
func (p *Phone) noteForged(src netip.AddrPort) {
	if p.count.Forged.Add(1)%forgedSaid != 1 {
		return
	}
	p.log.Warn("refused calls and texts from the PBX's address that did not come from the PBX", "peer", src.String(), "refused",
		p.count.Forged.Load(), "hint",
		"when they are the PBX's: it calls from another port than it registers at, or not the Contact; [sip] allow = \"any\"")
}
