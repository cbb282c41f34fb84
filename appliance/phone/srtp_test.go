package phone_test

import (
	"context"
	"errors"
	"testing"

	"frontdesk.internal/appliance/phone"
	"frontdesk.internal/appliance/phone/phonetest"
	"frontdesk.internal/appliance/phone/sdp"
)

// Calls that may not be as they are offered are refused with 488, and do not ring.
func TestEncryptionRefused(t *testing.T) {
	for name, x := range map[string]struct {
		ours   phone.SRTP
		theirs sdp.Security
	}{
		"plain where it is required": {phone.SRTPRequired, sdp.Plain},
		"encrypted where it is off":  {phone.SRTPOff, sdp.Required},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, phonetest.Options{}, func(c *phone.Config) { c.SRTP = x.ours }).registered()
			ctx, cancel := context.WithTimeout(context.Background(), patience)
			defer cancel()
			got := <-r.dial(ctx, r.caller(func(o *phonetest.CallerOptions) { o.Security = x.theirs }))
			var refused *phonetest.RefusedError
			if !errors.As(got.err, &refused) || refused.Status != 488 {
				t.Errorf("call ended with %v, want 488", got.err)
			}
		})
	}
}
