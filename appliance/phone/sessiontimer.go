package phone

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"

	"frontdesk.internal/appliance/phone/transaction"
)

// Session timers (RFC 4028): a session that nobody refreshes any more is over, whatever became of its BYE. We never ask for one, but keep
// to what the other side asks for: it refreshes when it can, else we do, by UPDATE where that is known and by INVITE where it is not.

const (
	tagTimer = "timer" // option tag
	// minSession is the shortest interval that is taken (section 4 wants at least this).
	minSession = 90 * time.Second
	// graceMost is how long before the end of the interval the session is given up, at most (section 10).
	graceMost = 32 * time.Second
)

// sessionTimer is that of one dialog, which owns it.
type sessionTimer struct {
	interval time.Duration // 0 = there is none
	ours     bool          // we refresh
	asked    bool          // the other side knows session timers
	updates  bool          // and UPDATE
	until    time.Time     // when the session is over
	due      *time.Timer   // refresh or end
}

// sessionExpires is the header of that name, "1800;refresher=uac". ok is false when there is none.
func sessionExpires(m sip.Message) (interval time.Duration, refresher string, ok bool) {
	value := header(m, "Session-Expires", "x")
	n, ok := number(value)
	if !ok {
		return 0, "", false
	}
	for _, p := range strings.Split(value, ";")[1:] {
		if name, v, _ := strings.Cut(strings.TrimSpace(p), "="); strings.EqualFold(strings.TrimSpace(name), "refresher") {
			refresher = strings.ToLower(strings.TrimSpace(v))
		}
	}
	return time.Duration(n) * time.Second, refresher, true
}

// knowsTimer reports whether who sent m keeps session timers.
func knowsTimer(m sip.Message) bool {
	return slices.ContainsFunc(tokens(m, "Supported", "k", "Require"), func(t string) bool { return strings.EqualFold(t, tagTimer) })
}

// tooBrief refuses an interval that is too short to be kept, which only who knows session timers can mend. It reports whether it did.
func tooBrief(req *sip.Request, tx *transaction.Server) bool {
	if interval, _, ok := sessionExpires(req); !ok || interval >= minSession || !knowsTimer(req) {
		return false
	}
	tx.Refuse(422, sip.NewHeader("Min-SE", fmt.Sprint(int(minSession/time.Second))))
	return true
}

// follow takes what a request of the other side says of the timer (section 9): it holds from the 200 on.
func (t *sessionTimer) follow(req *sip.Request) {
	interval, refresher, ok := sessionExpires(req)
	t.asked = knowsTimer(req)
	if allow := tokens(req, "Allow"); len(allow) > 0 {
		t.updates = slices.ContainsFunc(allow, func(m string) bool { return strings.EqualFold(m, string(sip.UPDATE)) })
	}
	t.ours = refresher == "uas" || !t.asked
	if !ok {
		t.interval = 0
		return
	}
	t.interval = max(minSession, interval)
}

// headers go into a 200 to INVITE or UPDATE.
func (t *sessionTimer) headers(res *sip.Response) {
	res.AppendHeader(sip.NewHeader("Supported", tagTimer))
	if t.interval == 0 {
		return
	}
	refresher := "uac"
	if t.ours {
		refresher = "uas"
	}
	if t.asked {
		res.AppendHeader(sip.NewHeader("Require", tagTimer))
	}
	res.AppendHeader(sip.NewHeader("Session-Expires", fmt.Sprintf("%d;refresher=%s", int(t.interval/time.Second), refresher)))
}

// start begins the interval anew.
func (t *sessionTimer) start() {
	if t.interval == 0 {
		t.due.Stop()
		return
	}
	t.until = time.Now().Add(t.interval - min(graceMost, t.interval/3))
	if t.ours {
		t.due.Reset(t.interval / 2)
		return
	}
	t.due.Reset(time.Until(t.until))
}

// onSession refreshes the session, or gives it up when nobody has.
func (d *dialog) onSession() {
	switch {
	case d.state != dialogConfirmed:
		if d.state == dialogAnswered {
			d.session.due.Reset(time.Second) // the ACK is missing; that has a timer of its own
		}
	case !d.session.ours || !time.Now().Before(d.session.until):
		d.trace.add(true, "session not refreshed", "")
		d.bye(ErrSessionExpired, nil)
	default:
		d.session.due.Reset(time.Until(d.session.until))
		d.refresh(1)
	}
}

// refresh sends UPDATE without a session description (RFC 3311, RFC 4028 section 7.4), or INVITE.
func (d *dialog) refresh(attempt int) {
	if !d.session.updates {
		d.reinvite(attempt)
		return
	}
	req := d.request(sip.UPDATE)
	req.AppendHeader(sip.NewHeader("Contact", "<"+d.contact()+">"))
	req.AppendHeader(sip.NewHeader("Supported", tagTimer))
	req.AppendHeader(sip.NewHeader("Session-Expires", fmt.Sprintf("%d;refresher=uac", int(d.session.interval/time.Second))))
	tx, err := d.begin(req)
	d.trace.add(true, "UPDATE", "refresh of the session")
	if err != nil {
		d.log.Warn("session not refreshed", "err", err)
		return // until the session is over it may be tried again by nobody: the other side ends it, or we do
	}
	d.requests.Add(1)
	d.phone.wg.Add(1)
	go func() {
		defer d.phone.wg.Done()
		defer d.requests.Done()
		ctx, stop := context.WithCancel(context.Background()) // bounded by the transaction's own 32 s
		defer stop()
		go func() {
			select {
			case <-d.done:
				stop()
			case <-ctx.Done():
			}
		}()
		res, err := tx.Wait(ctx)
		_ = d.do(func() {
			if err == nil {
				d.trace.add(false, fmt.Sprintf("%d %s (UPDATE)", res.StatusCode, res.Reason), "")
			}
			d.refreshed("UPDATE", res, err, attempt)
		}) // an ended dialog needs no refresh
	}()
}

// refreshed takes the answer to our UPDATE or INVITE.
func (d *dialog) refreshed(method string, res *sip.Response, err error, attempt int) {
	if d.state != dialogConfirmed {
		return
	}
	if err != nil {
		d.trace.add(false, "no answer ("+method+")", "")
		d.bye(ErrSessionExpired, nil)
		return
	}
	switch code := res.StatusCode; {
	case res.IsSuccess():
		interval, refresher, ok := sessionExpires(res)
		if !ok {
			interval = 0 // it keeps none any more
		}
		d.session.interval, d.session.ours = interval, refresher != "uas"
		d.session.start()
	case challenged(res) && attempt < byeAttempts:
		if _, err := d.creds.take(res); err == nil {
			d.refresh(attempt + 1)
		}
	case code == 422 && attempt < 4:
		if n, ok := number(header(res, "Min-SE")); ok {
			d.session.interval = max(d.session.interval, time.Duration(n)*time.Second)
			d.refresh(attempt + 1)
		}
	case code == sip.StatusCallTransactionDoesNotExists || code == sip.StatusRequestTimeout:
		d.bye(ErrSessionExpired, nil)
	}
}

// onUpdate changes or refreshes the session without a three-way handshake (RFC 3311 section 5.2).
func (d *dialog) onUpdate(req *sip.Request, tx *transaction.Server) {
	if tooBrief(req, tx) {
		return
	}
	var body []byte
	offer, err := offerOf(req)
	switch {
	case err != nil:
		tx.Refuse(sip.StatusUnsupportedMediaType, sip.NewHeader("Accept", "application/sdp"), sip.NewHeader("Accept-Encoding", "identity"))
		return
	case offer != nil && d.state == dialogEarly: // the offer of its INVITE is not answered
		tx.RefuseLater(sip.StatusInternalServerError, time.Second)
		return
	case offer != nil && (d.pending != nil || d.inviting):
		tx.Refuse(sip.StatusRequestPending)
		return
	case offer != nil:
		if body, err = d.media.renegotiate(offer); err != nil {
			tx.Refuse(sip.StatusNotAcceptableHere, sip.NewHeader("Warning", `305 frontdesk "no common audio format"`))
			return
		}
	}
	if c := req.Contact(); c != nil && !c.Address.Wildcard && c.Address.Host != "" {
		d.target = *c.Address.Clone()
	}
	res := transaction.NewResponse(req, sip.StatusOK, "OK", d.localTag)
	d.dress(res)
	if d.state != dialogEarly {
		d.session.follow(req)
		d.session.headers(res)
		d.session.start()
	}
	if body != nil {
		res.AppendHeader(sip.NewHeader("Content-Type", "application/sdp"))
		res.SetBody(body)
	}
	tx.Respond(res)
	d.trace.add(true, "200 OK (UPDATE)", "")
}
