package access

import (
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"net/netip"
	"time"
)

// TicketLife is how long a one-time password of the console holds.
const TicketLife = 15 * time.Minute

// ErrTicket says that a one-time password is wrong, was used, or is too old.
var ErrTicket = errors.New("that is no password that holds now: frontdesk console password makes one")

// ticket is the one-time password that holds, by its hash: it has 59 bits, so that nothing slower is needed.
type ticket struct {
	hash  [sha256.Size]byte
	until time.Time // zero: there is none
}

// NewTicket makes the one password by which somebody may sign in at the console over SSH, once, until the time that it returns. A
// former one holds no more; so it is after a restart.
func (g *Guard) NewTicket() (password string, until time.Time) {
	password = newCode()
	until = g.now().Add(TicketLife)
	g.ticketMu.Lock()
	defer g.ticketMu.Unlock()
	g.tickets.Forget() // who makes one at the box is let in, whatever was guessed before
	g.ticket = ticket{hash: sha256.Sum256([]byte(plainCode(password))), until: until}
	return password, until
}

// UseTicket lets in who has the password of NewTicket, and ends it. The error is ErrTicket or a *WaitError.
func (g *Guard) UseTicket(password string, from netip.Addr) error {
	g.ticketMu.Lock()
	defer g.ticketMu.Unlock()
	guess, err := g.tickets.TryAddress(from)
	if err != nil {
		return err
	}
	typed := sha256.Sum256([]byte(plainCode(password)))
	if g.ticket.until.Before(g.now()) || subtle.ConstantTimeCompare(typed[:], g.ticket.hash[:]) != 1 {
		return ErrTicket
	}
	g.ticket = ticket{}
	guess.Passed()
	return nil
}
