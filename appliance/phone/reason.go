package phone

import (
	"errors"
	"fmt"
	"strings"

	"github.com/emiago/sipgo/sip"
)

// Reason headers (RFC 3326): why a call ended, by SIP status and by the cause of the telephone network (Q.850, section 2).

// Causes of Q.850 that we give.
const (
	causeNormal       = 16  // normal call clearing
	causeTemporary    = 41  // temporary failure
	causeIncompatible = 88  // incompatible destination
	causeTimer        = 102 // recovery on timer expiry
)

// reasonsOf returns the SIP status and the Q.850 cause that a request names, each 0 without one.
func reasonsOf(req *sip.Request) (status, cause int) {
	for _, v := range listed(req, "Reason") {
		protocol, params, _ := strings.Cut(v, ";")
		n := 0
		for _, p := range strings.Split(params, ";") {
			name, value, _ := strings.Cut(p, "=")
			if strings.EqualFold(strings.TrimSpace(name), "cause") {
				n, _ = number(strings.TrimSpace(value))
			}
		}
		switch protocol = strings.TrimSpace(protocol); {
		case strings.EqualFold(protocol, "SIP") && n >= 100 && n <= 699:
			status = n
		case strings.EqualFold(protocol, "Q.850") && n >= 1 && n <= 127:
			cause = n
		}
	}
	return status, cause
}

// reasonFor is the Reason of our BYE.
func reasonFor(cause error) sip.Header {
	code := causeNormal
	switch {
	case errors.Is(cause, ErrNoACK), errors.Is(cause, ErrSessionExpired):
		code = causeTimer
	case errors.Is(cause, ErrNoMedia):
		code = causeIncompatible
	case errors.Is(cause, ErrShutdown), errors.Is(cause, ErrHandler), errors.Is(cause, ErrMediaTimeout):
		code = causeTemporary
	}
	return sip.NewHeader("Reason", fmt.Sprintf("Q.850;cause=%d", code))
}
