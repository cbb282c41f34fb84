package phone

import (
	"context"
	"errors"
	"fmt"
	"unicode/utf8"

	"frontdesk.internal/appliance/record"
	"github.com/emiago/sipgo/sip"
)

// maxText bounds a text, in octets: it must fit a datagram with all its headers (RFC 3428 section 8).
const maxText = 900

// SendText sends a text to the telephone of an extension (RFC 3428) and returns when the PBX has taken it. Longer ones are cut. A
// refusal is a [RefusedError]; PBXs and telephones that know no texts answer 405, 415 or 488. Like that of [DialOptions] the
// extension must not come from a caller.
func (p *Phone) SendText(ctx context.Context, extension string, text record.Personal) error {
	body := []byte(text)
	for len(body) > maxText || !utf8.Valid(body) {
		if len(body) == 0 {
			break
		}
		body = body[:min(len(body)-1, maxText)]
	}
	if err := p.tell(ctx, sip.MESSAGE, extension, "text/plain;charset=UTF-8", body); err != nil {
		return fmt.Errorf("send text: %w", err)
	}
	return nil
}

// tell sends one request outside of a dialog to an extension, "" for our own, with credentials when they are asked for.
func (p *Phone) tell(ctx context.Context, method sip.RequestMethod, extension, kind string, body []byte, headers ...sip.Header) error {
	p.mu.Lock()
	h, stopping := p.home, p.stopping
	p.mu.Unlock()
	if !h.at.IsValid() || stopping {
		return ErrNotRegistered
	}
	if extension == "" {
		extension = h.account.User
	}
	d, err := p.outside(h, extension)
	if err != nil {
		return err
	}
	for attempt := 1; ; attempt++ {
		req := d.request(method)
		for _, x := range headers {
			req.AppendHeader(sip.HeaderClone(x))
		}
		req.AppendHeader(sip.NewHeader("Content-Type", kind))
		req.SetBody(body)
		tx, err := d.begin(req)
		if err != nil {
			return err
		}
		res, err := tx.Wait(ctx)
		switch {
		case err != nil:
			return err
		case res.IsSuccess():
			return nil
		case challenged(res) && attempt < inviteAttempts:
			if stale, err := d.creds.take(res); err != nil || attempt > 1 && !stale {
				return errors.Join(&RefusedError{Status: res.StatusCode}, err)
			}
		default:
			return &RefusedError{Status: res.StatusCode}
		}
	}
}
