package phone

import (
	"errors"
	"net/netip"
	"slices"
	"strings"
	"time"

	"frontdesk.internal/appliance/phone/sdp"
	"frontdesk.internal/appliance/phone/transaction"
	"github.com/emiago/sipgo/sip"
)

// errNotSDP means a body that is no session description.
var errNotSDP = errors.New("body is not application/sdp")

// invite checks a new INVITE as RFC 3261 section 8.2 wants it and starts a dialog, or refuses.
func (p *Phone) invite(req *sip.Request, tx *transaction.Server) {
	if !p.checkInvite(req, tx) {
		return
	}
	self := p.senders.usePass(req, tx.Src.Addr())
	mediaAddr := p.mediaAddr(tx.Layer, tx.Src)
	switch {
	case self: // the address for the PBX may be one that leads here by way of a router only, or not at all
		mediaAddr = tx.Layer.ViaAddr(tx.Src).Addr()
	case !p.senders.knows(tx.Src.Addr()):
		p.count.Strangers.Add(1)
		tx.Refuse(403)
		return
	case p.forged(req, tx):
		p.noteForged(tx.Src)
		tx.Refuse(sip.StatusNotFound)
		return
	}
	offer, err := offerOf(req)
	switch {
	case errors.Is(err, errNotSDP):
		tx.Refuse(sip.StatusUnsupportedMediaType, sip.NewHeader("Accept", "application/sdp"), sip.NewHeader("Accept-Encoding", "identity"))
		return
	case err != nil:
		tx.Refuse(sip.StatusNotAcceptableHere, sip.NewHeader("Warning", `399 frontdesk "session description not understood"`))
		return
	case offer != nil && !sdp.Usable(offer, sdp.Local{
		Addr: mediaAddr, Codecs: p.cfg.Codecs, Security: p.cfg.SRTP.sdp(), Keys: p.cfg.SRTP.keys(), Fingerprint: p.fingerprint(),
	}):
		tx.Refuse(sip.StatusNotAcceptableHere, sip.NewHeader("Warning", `305 frontdesk "no common audio format"`))
		return
	}
	d := newDialog(p, req, tx, offer, mediaAddr)
	d.call.self = self
	p.mu.Lock()
	merged := p.mergedLocked(req)
	stopping := p.stopping || p.refusing
	busy := !merged && !stopping && p.room.Add(1) > p.most.Load()
	var stale *dialog
	if busy {
		p.room.Add(-1)
		stale = p.staleLocked()
		busy = stale == nil
	}
	if !merged && !busy && !stopping {
		p.dialogs[d.key] = d
		p.calls.begin(d)
		p.wg.Add(1)
	}
	p.mu.Unlock()
	if stale != nil {
		go stale.yield() // ends with that dialog
	}
	switch {
	case merged:
		tx.Refuse(sip.StatusLoopDetected)
	case stopping:
		tx.Refuse(sip.StatusServiceUnavailable)
	case busy && p.cfg.BusyStatus == sip.StatusServiceUnavailable:
		tx.RefuseLater(sip.StatusServiceUnavailable, p.cfg.RetryAfter)
	case busy:
		tx.Refuse(sip.StatusBusyHere)
	default:
		d.start()
	}
}

// staleLocked takes the place of the call that has waited longest for the ACK of its 200, nil when none waits for long: calls that nobody
// acknowledges make nobody busy.
func (p *Phone) staleLocked() *dialog {
	var oldest *dialog
	for _, d := range p.dialogs {
		since := d.waiting.Load()
		if since == 0 || time.Now().UnixNano()-since < int64(ackGrace) || d.noPlace.Load() {
			continue
		}
		if oldest == nil || since < oldest.waiting.Load() {
			oldest = d
		}
	}
	if oldest == nil || !oldest.noPlace.CompareAndSwap(false, true) {
		return nil
	}
	return oldest
}

// checkInvite does the checks that need no dialog. It refuses and reports false when one fails.
func (p *Phone) checkInvite(req *sip.Request, tx *transaction.Server) bool {
	if hops := req.MaxForwards(); hops != nil && hops.Val() == 0 {
		tx.Refuse(sip.StatusTooManyHops)
		return false
	}
	for _, h := range req.GetHeaders("Via") {
		if strings.Contains(h.Value(), tx.Layer.Brand) {
			tx.Refuse(sip.StatusLoopDetected)
			return false
		}
	}
	if bad := unsupported(req); len(bad) > 0 {
		p.badExtension(tx, bad)
		return false
	}
	if tooBrief(req, tx) {
		return false
	}
	if accepts := tokens(req, "Accept"); len(accepts) > 0 && !slices.ContainsFunc(accepts, acceptsSDP) {
		tx.Refuse(sip.StatusNotAcceptable, sip.NewHeader("Accept", "application/sdp"))
		return false
	}
	if contact := req.Contact(); contact == nil && (!old(req) || req.From().Address.Host == "") ||
		contact != nil && (contact.Address.Wildcard || contact.Address.Host == "") {
		tx.Refuse(sip.StatusBadRequest, sip.NewHeader("Warning", `399 frontdesk "Contact missing"`))
		return false
	}
	return true
}

// old reports whether req is of RFC 2543, which asked for no Contact and knew no unique branches.
func old(req *sip.Request) bool {
	branch, _ := transaction.Param(req.Via().Params, "branch")
	return !strings.HasPrefix(branch, sip.RFC3261BranchMagicCookie)
}

// acceptsSDP reports whether a media range of Accept takes in a session description.
func acceptsSDP(media string) bool {
	media, _, _ = strings.Cut(strings.ToLower(media), ";")
	return slices.Contains([]string{"application/sdp", "application/*", "*/*"}, strings.TrimSpace(media))
}

// mergedLocked finds the same INVITE that came by another way (RFC 3261 section 8.2.2.2).
func (p *Phone) mergedLocked(req *sip.Request) bool {
	for _, d := range p.dialogs {
		if d.callID == string(*req.CallID()) && d.remoteTag == transaction.TagOf(req.From().Params) && d.inviteSeq == req.CSeq().SeqNo {
			return true
		}
	}
	return false
}

// unsupported returns the option tags of Require that we do not know, which is all but that of session timers.
func unsupported(req *sip.Request) []string {
	return slices.DeleteFunc(tokens(req, "Require"), func(t string) bool { return strings.EqualFold(t, tagTimer) })
}

func (p *Phone) badExtension(tx *transaction.Server, tags []string) {
	for i, t := range tags {
		if len(t) > 64 {
			tags[i] = t[:64]
		}
	}
	if len(tags) > 16 {
		tags = tags[:16]
	}
	tx.Refuse(sip.StatusBadExtension, sip.NewHeader("Unsupported", strings.Join(tags, ", ")))
}

// offerOf reads the session description of req; nil without one.
func offerOf(req *sip.Request) (*sdp.Session, error) {
	body := req.Body()
	if len(body) == 0 {
		return nil, nil //nolint:nilnil // no description is a proper answer: the offer is then ours
	}
	if kind := contentType(req); kind != "application/sdp" && kind != "" {
		return nil, errNotSDP
	}
	if enc := strings.ToLower(header(req, "Content-Encoding", "e")); enc != "" && enc != "identity" {
		return nil, errNotSDP
	}
	return sdp.Parse(body)
}

// mediaAddr returns the address that goes into the session description for a peer at src.
func (p *Phone) mediaAddr(s *transaction.Layer, src netip.AddrPort) netip.Addr {
	if a, err := netip.ParseAddr(p.cfg.MediaIP); err == nil {
		return a.Unmap()
	}
	return s.ViaAddr(src).Addr()
}
