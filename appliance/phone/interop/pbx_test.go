//go:build pbx

package interop_test

import (
	"context"
	"testing"
	"time"
)

// The rows of the table.
const (
	registerMD5    = "registers, password by MD5; reachable; signs off"
	registerSHA256 = "registers, password by SHA-256"
	wrongPassword  = "wrong password: said so, no flood"
	refresh        = "refreshes a registration of 4 s"
	tcp            = "registers over TCP"
	overTLS12      = "registers over TLS, call over the same connection"
	strangeTLS     = "TLS with a certificate of nobody known: refused, said so"
	callMuLaw      = "call, G.711 µ-law, both hear each other"
	callALaw       = "call, G.711 A-law"
	callG722       = "call, G.722"
	callPtime      = "call, G.711 µ-law, 40 ms in a packet"
	callSRTP       = "call, SRTP by SDES, over UDP"
	callTLSSRTP    = "call, SRTP by SDES required, over TLS"
	callG722SRTP   = "call, G.722 with SRTP, over TLS"
	callDTLS       = "call, DTLS-SRTP"
	plainRefused   = "SRTP required: a call without is refused"
	identity       = "caller's number and name"
	weHangUp       = "the box hangs up"
	cancelled      = "the caller gives up at once"
	hold           = "hold and back by the caller"
	busy           = "busy while as many calls as allowed"
	keysEvents     = "keys, RFC 4733"
	keysInband     = "keys, in the sound"
	keysInfo       = "keys, SIP INFO"
	blindTransfer  = "put through, REFER"
	announcedMove  = "put through after the person was told who calls and pressed 1"
	bridgedMove    = "put through where the PBX refuses REFER: joined in the box"
	personBusy     = "put through to somebody busy: back to the assistant"
	callBack       = "a message is called back: the office's telephone rings, then the number"
	onThePhone     = "somebody on the phone is not rung (dialog-info)"
	sessionTimer   = "session timers"
	twoExtensions  = "two extensions of the box, calls to both"
	textComes      = "a text to the box is a message (MESSAGE)"
	mailbox        = "a telephone subscribes to the mailbox (message-summary)"
	lateOffer      = "INVITE without an offer"
	required       = "INVITE that requires 100rel: 420"
	reinvites      = "re-INVITE with, without and with an impossible offer"
	flood          = "100 calls in 10 s"
	noACK          = "no ACK: 200 again, BYE after 32 s"
	ipv6           = "IPv6"
	failover       = "the first of two addresses is silent: the second is used"
	restartIdle    = "the PBX starts anew"
	restartNoticed = "the PBX starts anew, long before a refresh: noticed by OPTIONS"
	restartInCall  = "the PBX dies in mid-call, next call works"
	cutInCall      = "no network for 5 s in mid-call"
	cutIdle        = "no network until the registration is gone"
)

func rows() []string {
	return []string{
		registerMD5, registerSHA256, wrongPassword, refresh, tcp, overTLS12, strangeTLS,
		callMuLaw, callALaw, callG722, callPtime, callSRTP, callTLSSRTP, callG722SRTP, callDTLS, plainRefused, identity, weHangUp, cancelled,
		hold, busy, keysEvents, keysInband, keysInfo, blindTransfer, announcedMove, bridgedMove, personBusy, callBack, onThePhone, sessionTimer,
		twoExtensions, textComes, mailbox, lateOffer, required, reinvites, flood, noACK, ipv6, failover, restartIdle, restartNoticed,
		restartInCall, cutInCall, cutIdle,
	}
}

// Each peer against each scenario; INTEROP.md is what came out.
func TestPBX(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
	defer cancel()
	b := newTable(rows())
	b.peers = []string{"Asterisk 22", "Kamailio 5.6, baresip 1.0", "SIPp 3.6"}
	t.Run("peers", func(t *testing.T) {
		t.Run("Asterisk", func(t *testing.T) {
			t.Parallel()
			b.run(t, asteriskPeer(newAsterisk(ctx, t, newWorld(t))))
		})
		t.Run("Kamailio", func(t *testing.T) {
			t.Parallel()
			b.run(t, baresipPeer(newKamailio(ctx, t, newWorld(t))))
		})
		t.Run("SIPp", func(t *testing.T) {
			t.Parallel()
			b.run(t, sippPeer(newKamailio(ctx, t, newWorld(t))))
		})
	})
	t.Log("\n" + b.String())
	if !b.partial {
		keep(t, b.String())
	}
}
