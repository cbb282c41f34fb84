package phone

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"strings"
	"time"

	"frontdesk.internal/appliance/phone/sdp"
	"frontdesk.internal/appliance/phone/transaction"
	"frontdesk.internal/audio/dtmf"
	"github.com/emiago/sipgo/sip"
)

// onRequest handles one request within the dialog (RFC 3261 section 12.2.2).
func (d *dialog) onRequest(in inbound) {
	req, tx := in.req, in.tx
	if tx == nil {
		d.onAck(in)
		return
	}
	seq := req.CSeq().SeqNo
	if seq < d.remoteSeq {
		d.trace.add(false, traceMethod(req), "out of order")
		tx.Refuse(sip.StatusInternalServerError)
		return
	}
	if seq == d.remoteSeq && req.Method == sip.INVITE {
		tx.Refuse(sip.StatusLoopDetected) // the same INVITE by another way
		return
	}
	d.remoteSeq = seq
	d.trace.add(false, traceMethod(req), "")
	if bad := unsupported(req); len(bad) > 0 && req.Method != sip.BYE {
		d.phone.badExtension(tx, bad)
		return
	}
	switch req.Method {
	case sip.BYE:
		d.onBye(req, tx)
	case sip.INVITE:
		d.onReinvite(req, tx)
	case sip.UPDATE:
		d.onUpdate(req, tx)
	case sip.NOTIFY:
		d.onNotify(req, tx)
	case sip.OPTIONS:
		d.phone.options(req, tx)
	case sip.INFO:
		d.onInfo(req, tx)
	default:
		tx.Refuse(sip.StatusMethodNotAllowed, sip.NewHeader("Allow", d.phone.allow()))
	}
}

// onInfo takes a key that comes by signalling. An INFO without a body asks whether we are there (RFC 2976 section 2.2).
func (d *dialog) onInfo(req *sip.Request, tx *transaction.Server) {
	if len(req.Body()) == 0 {
		tx.Refuse(sip.StatusOK)
		return
	}
	kind := ""
	if h := req.ContentType(); h != nil {
		kind = h.Value()
	}
	key, err := dtmf.ParseInfo(kind, req.Body())
	if err != nil {
		tx.Refuse(sip.StatusUnsupportedMediaType, sip.NewHeader("Accept", "application/sdp, application/dtmf-relay, application/dtmf"))
		return
	}
	tx.Refuse(sip.StatusOK)
	if l := d.sound.Load(); l != nil {
		l.Press(key)
	}
}

// onBye ends the call. In an early dialog the INVITE still gets its final response (RFC 3261 section 15.1.2). A BYE that
// overtook the ACK ends an answered call as well: the caller has hung up, whatever the order of the packets.
func (d *dialog) onBye(req *sip.Request, tx *transaction.Server) {
	_, cause := reasonsOf(req)
	d.call.cause.Store(int32(cause))
	tx.Refuse(sip.StatusOK)
	d.trace.add(true, "200 OK (BYE)", "")
	if d.state == dialogEarly {
		_ = d.reject(sip.StatusRequestTerminated, ErrCancelled)
		return
	}
	if u := d.pending; u != nil {
		u.tx.Confirmed() // no more 2xx for it
	}
	if d.ending != nil {
		d.finish(d.ending.cause)
		return
	}
	d.finish(ErrHangup)
}

// onReinvite changes or refreshes the session (RFC 3261 section 14.2).
func (d *dialog) onReinvite(req *sip.Request, tx *transaction.Server) {
	switch {
	case d.state == dialogEarly:
		tx.RefuseLater(sip.StatusInternalServerError, time.Duration(1+rand.IntN(10))*time.Second)
		return
	case d.pending != nil || d.inviting:
		tx.Refuse(sip.StatusRequestPending)
		return
	case tooBrief(req, tx):
		return
	}
	offer, err := offerOf(req)
	if errors.Is(err, errNotSDP) {
		tx.Refuse(sip.StatusUnsupportedMediaType, sip.NewHeader("Accept", "application/sdp"), sip.NewHeader("Accept-Encoding", "identity"))
		return
	}
	var body []byte
	if err == nil {
		body, err = d.media.renegotiate(offer)
	}
	if err != nil {
		d.trace.add(true, "488 Not Acceptable Here (INVITE)", "session unchanged")
		tx.Refuse(sip.StatusNotAcceptableHere, sip.NewHeader("Warning", `305 frontdesk "no common audio format"`))
		return
	}
	if c := req.Contact(); c != nil && !c.Address.Wildcard && c.Address.Host != "" {
		d.target = *c.Address.Clone() // target refresh
	}
	d.accept(tx, body, offer == nil)
	d.trace.add(true, "200 OK (INVITE)", d.media.note())
}

// openMedia binds the audio ports and writes our side of the session description.
func (d *dialog) openMedia() ([]byte, error) {
	m, err := newMedia(d.phone, d.stack, d.mediaAddr, d.log)
	if err != nil {
		return nil, err
	}
	d.media = m
	return m.describe(d.offer)
}

// agree settles the session when the ACK is there: a late offer's answer is in it, and the line can start.
func (d *dialog) agree(ack *sip.Request, late, first bool) error {
	if late {
		answer, err := offerOf(ack)
		if err == nil && answer == nil {
			err = fmt.Errorf("ack without the answer to our offer: %w", sdp.ErrNoCommon)
		}
		if err == nil {
			err = d.media.accept(answer)
		}
		if err != nil && first {
			return err
		}
		if err != nil {
			d.log.Warn("late answer not usable, session unchanged", "err", err)
		}
	}
	if !first {
		return nil
	}
	if err := d.media.open(); err != nil {
		return err
	}
	d.sound.Store(d.media.line)
	return nil
}

// bye sends BYE and ends the dialog; the media stays open until the BYE is out.
func (d *dialog) bye(cause error, replies []chan error) {
	if e := d.ending; e != nil {
		d.ending = nil
		if len(replies) == 0 {
			replies = e.replies
		}
	}
	req := d.request(sip.BYE)
	req.AppendHeader(reasonFor(cause))
	tx, err := d.begin(req)
	d.trace.add(true, "BYE", cause.Error())
	if err != nil {
		d.log.Warn("bye not sent", "err", err)
		for _, r := range replies {
			r <- err
		}
		d.finish(cause)
		return
	}
	d.requests.Add(1)
	d.phone.wg.Add(1)
	go func() {
		defer d.phone.wg.Done()
		defer d.requests.Done()
		err := d.confirmBye(tx)
		for _, r := range replies {
			r <- err
		}
	}()
	d.finish(cause)
}

// confirmBye waits for the BYE's response and authenticates it when asked to. The dialog has ended: nobody else uses
// its sequence and credentials any more.
func (d *dialog) confirmBye(tx *transaction.Client) error {
	ctx := context.Background() // bounded by the transaction's own 32 s
	for attempt := 1; ; attempt++ {
		res, err := tx.Wait(ctx)
		if err != nil {
			return fmt.Errorf("hang up: %w", err)
		}
		d.trace.add(false, fmt.Sprintf("%d %s (BYE)", res.StatusCode, res.Reason), "")
		if !challenged(res) || attempt >= byeAttempts {
			return nil // 481 is as good as 200
		}
		if _, err := d.creds.take(res); err != nil {
			return nil //nolint:nilerr // it cannot be authenticated; the session is over in any case
		}
		if tx, err = d.begin(d.request(sip.BYE)); err != nil {
			return fmt.Errorf("hang up: %w", err)
		}
	}
}

func challenged(res *sip.Response) bool {
	return res.StatusCode == sip.StatusUnauthorized || res.StatusCode == sip.StatusProxyAuthRequired
}

// request builds a request within the dialog (RFC 3261 section 12.2.1.1).
func (d *dialog) request(method sip.RequestMethod) *sip.Request {
	d.localSeq++
	target := d.target
	routes := d.routes
	if len(routes) > 0 && !loose(&routes[0]) {
		// A strict router of RFC 2543 stands first: it becomes the target, and the real target the last route.
		routes = append(append([]sip.Uri(nil), routes[1:]...), target)
		target = *d.routes[0].Clone()
	}
	req := sip.NewRequest(method, target)
	for i := range routes {
		req.AppendHeader(&sip.RouteHeader{Address: *routes[i].Clone()})
	}
	from := &sip.FromHeader{Address: *d.local.Clone()}
	from.Params.Add("tag", d.localTag)
	to := &sip.ToHeader{Address: *d.remote.Clone()}
	if d.remoteTag != "" {
		to.Params.Add("tag", d.remoteTag)
	}
	callID := sip.CallIDHeader(d.callID)
	hops := sip.MaxForwardsHeader(70)
	req.AppendHeader(from)
	req.AppendHeader(to)
	req.AppendHeader(&callID)
	req.AppendHeader(&sip.CSeqHeader{SeqNo: d.localSeq, MethodName: method})
	req.AppendHeader(&hops)
	req.AppendHeader(sip.NewHeader("User-Agent", d.phone.cfg.UserAgent))
	return req
}

// begin signs and sends a request of the dialog to its next hop.
func (d *dialog) begin(req *sip.Request) (*transaction.Client, error) {
	if _, err := d.creds.sign(req); err != nil {
		return nil, err
	}
	if req.ContentLength() == nil {
		req.SetBody(nil)
	}
	to := d.nextHop()
	if d.out && d.remoteTag == "" { // outside of a dialog: the PBX knows the way
		to = d.src
	}
	return d.stack.Begin(req, to, d.stack.ViaAddr(to))
}

// nextHop is the first route, else the target. Names are not looked up in the middle of a call: the address that the
// INVITE came from is known to work.
func (d *dialog) nextHop() netip.AddrPort {
	hop := &d.target
	if len(d.routes) > 0 {
		hop = &d.routes[0]
	}
	if d.stack.Wire.Reliable() {
		return d.src // the connection is there
	}
	host, port := uriHost(hop)
	addr, err := netip.ParseAddr(host)
	if err != nil || addr.IsUnspecified() || !d.phone.senders.lets(addr.Unmap()) {
		return d.src
	}
	return netip.AddrPortFrom(addr.Unmap(), port)
}

func loose(u *sip.Uri) bool {
	_, ok := transaction.Param(u.UriParams, "lr")
	return ok
}

func traceMethod(req *sip.Request) string {
	switch m := req.Method; m {
	case sip.BYE, sip.INVITE, sip.NOTIFY, sip.OPTIONS, sip.INFO, sip.UPDATE, sip.MESSAGE, sip.REFER:
		return string(m)
	}
	return "other request"
}

// offerNote describes an offer for the ladder.
func offerNote(s *sdp.Session) string {
	if s == nil {
		return "no offer"
	}
	var names []string
	for _, m := range s.Media {
		for _, f := range m.Formats {
			if f.Name != "" && len(names) < 12 {
				names = append(names, f.Name)
			}
		}
	}
	return "offer " + strings.Join(names, " ")
}
