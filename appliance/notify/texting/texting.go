// Package texting brings letters to telephones of the office, as texts (SIP MESSAGE, RFC 3428). They go by way of the PBX, as calls do.
package texting

import (
	"context"
	"errors"
	"net/http"

	"frontdesk.internal/appliance/notify"
	"frontdesk.internal/appliance/phone"
	"frontdesk.internal/appliance/record"
)

// Texter sends a text to an extension; *phone.Phone is one.
type Texter interface {
	SendText(ctx context.Context, extension string, text record.Personal) error
}

// Sender sends texts.
type Sender struct {
	Phone func() Texter // asked for each text
}

var _ notify.Sender = Sender{}

// Send implements notify.Sender: a text for each item. Texts have no key; a telephone may show one twice.
func (s Sender) Send(ctx context.Context, to notify.Target, l notify.Letter) error {
	for _, i := range l.Items {
		if err := s.Phone().SendText(ctx, to.To, record.Personal(i.Line())); err != nil {
			return explain(err)
		}
	}
	return nil
}

// explain finds the fault. A PBX or a telephone that knows no texts will not know the next ones either.
func explain(err error) error {
	var refused *phone.RefusedError
	switch {
	case errors.Is(err, phone.ErrNotRegistered):
		return &notify.Error{Fault: notify.FaultGone, Err: err}
	case !errors.As(err, &refused):
		return notify.Explain(err)
	}
	fault := notify.FaultRefused
	switch code := refused.Status; {
	case code == http.StatusUnauthorized || code == http.StatusForbidden || code == http.StatusProxyAuthRequired:
		fault = notify.FaultCredentials
	case code == http.StatusRequestTimeout || code == 480 || code == 486 || code >= 500 && code < 600: // away, engaged, or the PBX's own
		fault = notify.FaultBusy
	}
	return &notify.Error{Fault: fault, Code: refused.Status, Err: err}
}
