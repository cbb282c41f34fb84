package sdp

import (
	"fmt"
	"strconv"
	"strings"

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

// crypto reads "1 AES_CM_128_HMAC_SHA1_80 inline:KEY [session parameters]". Lines that we cannot use are left out: another suite, several keys,
// a session parameter that may not be ignored (RFC 4568 section 6.3.7), a tag for the second time.
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

// secure decides on encryption for one m-line: the keys to use, both invalid for none, or that the line cannot be used.
func secure(m *Media, local Local) (tag int, encrypt, decrypt srtp.Key, ok bool) {
	var must bool
	switch m.Proto {
	case "RTP/AVP", "RTP/AVPF":
		must = local.Security == Required
	case "RTP/SAVP", "RTP/SAVPF":
		must = true
	default:
		return 0, encrypt, decrypt, false
	}
	if local.Security != Plain {
		for _, ours := range local.Keys {
			for _, c := range m.Crypto {
				if c.Key.Suite() == ours.Suite() {
					return c.Tag, ours, c.Key, true
				}
			}
		}
	}
	return 0, encrypt, decrypt, !must
}

// profile is the transport of what we offer.
func (l Local) profile() string {
	if l.Security == Required {
		return "RTP/SAVP"
	}
	return "RTP/AVP"
}

// offeredCrypto are all our keys, the preferred one first.
func (l Local) offeredCrypto() []Crypto {
	if l.Security == Plain {
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
