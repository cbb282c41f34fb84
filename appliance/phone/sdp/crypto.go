package sdp

import (
	"fmt"
	"strconv"
	"strings"

	"frontdesk.internal/audio/dtls"
	"frontdesk.internal/audio/srtp"
)

// Security says whether audio is encrypted.
type Security uint8

// The three ways. With Preferred, encryption is taken when the other side offers it, in RTP/SAVP or as a=crypto below RTP/AVP, and
// offered in the second form, which those who know nothing of it ignore.
const (
	Plain Security = iota
	Preferred
	Required
)

// Crypto is one a=crypto line (RFC 4568) that we could use. It prints without its key.
type Crypto struct {
	Tag int
	Key srtp.Key
}

// maxCrypto bounds the lines that are kept of one m-line.
const maxCrypto = 16

// crypto reads "1 AES_CM_128_HMAC_SHA1_80 inline:KEY [session parameters]". Lines that we cannot use are left out: another suite,
// several keys, a session parameter that may not be ignored (RFC 4568 section 6.3.7), a tag for the second time.
func (m *Media) crypto(val string) {
	fields := strings.Fields(val)
	if len(fields) < 3 || len(m.Crypto) >= maxCrypto || len(fields[0]) > 9 {
		return
	}
	tag, err := strconv.Atoi(fields[0])
	if err != nil || tag < 0 {
		return
	}
	for _, p := range fields[3:] {
		if !strings.HasPrefix(p, "-") && !strings.HasPrefix(p, "WSH=") {
			return
		}
	}
	for _, c := range m.Crypto {
		if c.Tag == tag {
			return
		}
	}
	if key, err := srtp.ParseKey(srtp.Suite(fields[1]), fields[2]); err == nil {
		m.Crypto = append(m.Crypto, Crypto{Tag: tag, Key: key})
	}
}

// secured is how one m-line is encrypted; the zero value: not at all.
type secured struct {
	tag              int
	encrypt, decrypt srtp.Key
	dtls             *DTLS
}

// secure decides on encryption for one m-line. ok is false when the line cannot be used.
func secure(m *Media, local Local) (s secured, ok bool) {
	var must bool
	switch {
	case m.Proto == "RTP/AVP" || m.Proto == "RTP/AVPF":
		must = local.Security == Required
	case m.Proto == "RTP/SAVP" || m.Proto == "RTP/SAVPF":
		must = true
	case strings.HasPrefix(m.Proto, dtlsProto):
		d := m.dtls(local)
		return secured{dtls: d}, d != nil
	default:
		return s, false
	}
	if local.Security != Plain {
		for _, ours := range local.Keys {
			for _, c := range m.Crypto {
				if c.Key.Suite() == ours.Suite() {
					return secured{tag: c.Tag, encrypt: ours, decrypt: c.Key}, true
				}
			}
		}
		if d := m.dtls(local); d != nil { // as some have written it before RFC 5764
			return secured{dtls: d}, true
		}
	}
	return s, !must
}

// DTLS is how the keys of DTLS-SRTP are agreed on.
type DTLS struct {
	Peer   dtls.Fingerprint // of the other side's certificate
	Active bool             // we begin
}

// The transports of DTLS-SRTP begin with this (RFC 5764 section 8).
const dtlsProto = "UDP/TLS/RTP/SAVP"

// dtls decides who begins (RFC 5763 section 5): we, unless the other side insists on it or it is settled already. nil: it cannot be used.
func (m *Media) dtls(local Local) *DTLS {
	if local.Security == Plain || local.Fingerprint.Hash == "" || m.Fingerprint.Hash == "" {
		return nil
	}
	switch m.Setup {
	case "active":
		return &DTLS{Peer: m.Fingerprint}
	case "passive":
		return &DTLS{Peer: m.Fingerprint, Active: true}
	case "actpass", "":
		return &DTLS{Peer: m.Fingerprint, Active: local.DTLS == nil || local.DTLS.Active}
	}
	return nil
}

// profile is the transport of what we offer.
func (l Local) profile() string {
	if l.DTLS != nil {
		return dtlsProto
	}
	if l.Security == Required {
		return "RTP/SAVP"
	}
	return "RTP/AVP"
}

// offeredCrypto are all our keys, the preferred one first.
func (l Local) offeredCrypto() []Crypto {
	if l.Security == Plain || l.DTLS != nil {
		return nil
	}
	var cs []Crypto
	for i, k := range l.Keys {
		cs = append(cs, Crypto{Tag: i + 1, Key: k})
	}
	return cs
}

// answeredCrypto is the line that accepts theirs: their tag, our key.
func (c Choice) answeredCrypto() []Crypto {
	if !c.Encrypt.Valid() {
		return nil
	}
	return []Crypto{{Tag: c.tag, Key: c.Encrypt}}
}

func writeCrypto(b *strings.Builder, cs []Crypto) {
	for _, c := range cs {
		fmt.Fprintf(b, "a=crypto:%d %s %s\r\n", c.Tag, c.Key.Suite(), c.Key.Inline())
	}
}

// writeDTLS writes our lines of DTLS-SRTP; "actpass" in an offer, in an answer what was decided.
func (l Local) writeDTLS(b *strings.Builder, setup string) {
	fmt.Fprintf(b, "a=fingerprint:%s\r\na=setup:%s\r\n", l.Fingerprint, setup)
}
