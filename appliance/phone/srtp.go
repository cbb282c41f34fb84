package phone

import (
	"frontdesk.internal/appliance/phone/sdp"
	"frontdesk.internal/audio/srtp"
)

// SRTP says whether audio is encrypted (RFC 3711), with keys that the session descriptions carry (SDES, RFC 4568). These are as secret as
// the signalling is: over UDP and TCP whoever sees it can listen.
type SRTP string

// The ways. Off takes no encrypted call. Preferred encrypts when the PBX offers it. Required refuses calls without it (488).
const (
	SRTPOff       SRTP = "off"
	SRTPPreferred SRTP = "preferred"
	SRTPRequired  SRTP = "required"
)

func (s SRTP) sdp() sdp.Security {
	switch s {
	case SRTPPreferred:
		return sdp.Preferred
	case SRTPRequired:
		return sdp.Required
	case SRTPOff:
	}
	return sdp.Plain
}

// keys makes the keys of one call.
func (s SRTP) keys() []srtp.Key {
	if s.sdp() == sdp.Plain {
		return nil
	}
	var ks []srtp.Key
	for _, suite := range srtp.Suites() {
		ks = append(ks, srtp.NewKey(suite))
	}
	return ks
}
