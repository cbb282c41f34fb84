package phone

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/emiago/sipgo/sip"

	"frontdesk.internal/appliance/phone/transaction"
)

// referral is one transfer that is under way.
type referral struct {
	reply    chan error
	seq      uint32 // CSeq of the REFER: the id of the subscription it makes (RFC 3515 section 2.4.6)
	accepted bool
}

// transfer sends REFER to target. The reply comes with the result: of the REFER when it is refused, else of the NOTIFY.
func (d *dialog) transfer(target string, reply chan error) {
	if d.state != dialogConfirmed || d.refer != nil {
		reply <- fmt.Errorf("transfer call: %w", ErrState)
		return
	}
	d.refer = &referral{reply: reply}
	d.sendRefer(target, 1)
}

// extensionURI makes an address of an extension. The characters are checked: it goes into a header.
func (a Account) extensionURI(extension string) (string, error) {
	if extension == "" || len(extension) > 64 {
		return "", fmt.Errorf("transfer call: extension is empty or too long: %w", ErrState)
	}
	for _, r := range extension {
		ok := r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || strings.ContainsRune("+*-_.!~'()", r)
		if !ok {
			return "", fmt.Errorf("transfer call: extension has characters that no extension has: %w", ErrState)
		}
	}
	return "sip:" + extension + "@" + a.host(), nil
}

// replacing is the address of an extension with the call to it that is to be taken over (RFC 3891, RFC 5589 section 7). The tags are named
// as who takes it over sees them.
func (o *Outgoing) replacing() string {
	d := o.d
	return d.remote.String() + "?Replaces=" + escapeHeader(d.callID+";to-tag="+d.remoteTag+";from-tag="+d.localTag)
}

// escapeHeader escapes a header within an address (RFC 3261 section 25.1).
func escapeHeader(s string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		if c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || strings.IndexByte("-_.!~*'()", c) >= 0 {
			b.WriteByte(c)
			continue
		}
		fmt.Fprintf(&b, "%%%02X", c)
	}
	return b.String()
}

func (d *dialog) sendRefer(target string, attempt int) {
	req := d.request(sip.REFER)
	ref := d.refer
	ref.seq = req.CSeq().SeqNo
	req.AppendHeader(sip.NewHeader("Contact", "<"+d.contact()+">"))
	req.AppendHeader(sip.NewHeader("Refer-To", "<"+target+">"))
	req.AppendHeader(sip.NewHeader("Referred-By", "<sip:"+d.account.User+"@"+d.account.host()+">"))
	req.AppendHeader(sip.NewHeader("Allow", d.phone.allow()))
	tx, err := d.begin(req)
	d.trace.add(true, "REFER", "")
	if err != nil {
		d.endReferral(fmt.Errorf("transfer call: %w", err))
		return
	}
	d.requests.Add(1)
	d.phone.wg.Add(1)
	go func() {
		defer d.phone.wg.Done()
		defer d.requests.Done()
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		go func() { // a call that ends needs no answer to its REFER any more
			select {
			case <-d.done:
				cancel()
			case <-ctx.Done():
			}
		}()
		res, err := tx.Wait(ctx)
		_ = d.do(func() { d.onReferResponse(ref, target, attempt, res, err) })
	}()
}

func (d *dialog) onReferResponse(ref *referral, target string, attempt int, res *sip.Response, err error) {
	if d.refer != ref {
		return // the NOTIFY was quicker, or nobody waits any more
	}
	if err != nil {
		d.endReferral(fmt.Errorf("transfer call: %w", err))
		return
	}
	d.trace.add(false, fmt.Sprintf("%d %s (REFER)", res.StatusCode, res.Reason), "")
	switch {
	case challenged(res) && attempt < 2:
		if _, err := d.creds.take(res); err != nil {
			d.endReferral(&TransferError{Status: res.StatusCode, Reason: "authentication"})
			return
		}
		d.sendRefer(target, attempt+1)
	case res.IsSuccess():
		ref.accepted = true
	default:
		d.endReferral(&TransferError{Status: res.StatusCode, Reason: redact(res.Reason)})
	}
}

// onNotify takes the result of a transfer (RFC 3515 section 2.4.5).
func (d *dialog) onNotify(req *sip.Request, tx *transaction.Server) {
	event, params, _ := strings.Cut(header(req, "Event", "o"), ";")
	if !strings.EqualFold(strings.TrimSpace(event), "refer") {
		tx.Refuse(489, sip.NewHeader("Allow-Events", "refer"))
		return
	}
	ref := d.refer
	if ref == nil || !sameSubscription(params, ref.seq) {
		tx.Refuse(sip.StatusCallTransactionDoesNotExists)
		return
	}
	tx.Refuse(sip.StatusOK)
	status, reason := sipfrag(req)
	d.trace.add(false, "transfer result", strconv.Itoa(status)+" "+reason)
	state, _, _ := strings.Cut(strings.ToLower(header(req, "Subscription-State")), ";")
	over := strings.TrimSpace(state) == "terminated"
	switch {
	case status >= 200 && status < 300:
		d.refer = nil
		d.bye(ErrTransferred, nil)
		ref.reply <- nil
	case status >= 300:
		d.endReferral(&TransferError{Status: status, Reason: reason})
	case over:
		d.endReferral(&TransferError{})
	}
}

// sameSubscription matches the id parameter of Event, which may be left out for the first REFER of a dialog.
func sameSubscription(params string, seq uint32) bool {
	for _, p := range strings.Split(params, ";") {
		if key, val, ok := strings.Cut(strings.TrimSpace(p), "="); ok && strings.EqualFold(key, "id") {
			return strings.TrimSpace(val) == strconv.FormatUint(uint64(seq), 10)
		}
	}
	return true
}

// sipfrag reads the status line of a message/sipfrag body (RFC 3420); 0 when it has none.
func sipfrag(req *sip.Request) (int, string) {
	if kind := contentType(req); kind != "message/sipfrag" && kind != "" {
		return 0, ""
	}
	line, _, _ := strings.Cut(string(req.Body()), "\n")
	version, rest, ok := strings.Cut(strings.TrimSpace(line), " ")
	if !ok || !strings.EqualFold(version, "SIP/2.0") {
		return 0, ""
	}
	rest = strings.TrimSpace(rest)
	code, reason, _ := strings.Cut(rest, " ")
	status, err := strconv.Atoi(code)
	if err != nil || status < 100 || status > 699 {
		return 0, ""
	}
	return status, redact(strings.TrimSpace(reason))
}

// endReferral gives up on the transfer that is under way, if any, and tells who waits.
func (d *dialog) endReferral(err error) {
	ref := d.refer
	if ref == nil {
		return
	}
	d.refer = nil
	var refused *TransferError
	switch {
	case errors.As(err, &refused):
	case ref.accepted:
		err = fmt.Errorf("transfer accepted, result unknown: %w", err)
	}
	ref.reply <- err
}

// forgetReferral is called when nobody waits for the result any more.
func (d *dialog) forgetReferral(reply chan error) {
	if d.refer != nil && d.refer.reply == reply {
		d.refer = nil
	}
}
