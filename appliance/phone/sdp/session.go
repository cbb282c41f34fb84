package sdp

import (
	"net/netip"
	"strings"

	"frontdesk.internal/audio/dtls"
)

// Limits of what [Parse] accepts; more is an error or, for attributes, ignored.
const (
	MaxBytes      = 16 << 10 // one description
	MaxMedia      = 16       // m-lines
	MaxFormats    = 64       // formats of one m-line
	MaxAttributes = 256      // attributes kept of one section
)

// Direction is the flow of media as its writer sees it (RFC 3264 section 5.1).
type Direction uint8

// The four directions. SendRecv is the default of a description that names none.
const (
	SendRecv Direction = iota
	SendOnly
	RecvOnly
	Inactive
)

// String returns the attribute name.
func (d Direction) String() string {
	switch d {
	case SendOnly:
		return "sendonly"
	case RecvOnly:
		return "recvonly"
	case Inactive:
		return "inactive"
	}
	return "sendrecv"
}

// Sends reports whether the writer of d sends media.
func (d Direction) Sends() bool { return d == SendRecv || d == SendOnly }

// Receives reports whether the writer of d wants to receive media.
func (d Direction) Receives() bool { return d == SendRecv || d == RecvOnly }

// Reverse returns the same flow as the other side sees it.
func (d Direction) Reverse() Direction {
	switch d {
	case SendOnly:
		return RecvOnly
	case RecvOnly:
		return SendOnly
	}
	return d
}

func directionOf(key string) (Direction, bool) {
	switch key {
	case "sendrecv":
		return SendRecv, true
	case "sendonly":
		return SendOnly, true
	case "recvonly":
		return RecvOnly, true
	case "inactive":
		return Inactive, true
	}
	return SendRecv, false
}

// Attribute is one a= line. Value is empty for property attributes such as a=sendrecv.
type Attribute struct {
	Key, Value string
}

// Format is one RTP payload format of an m-line, with its rtpmap or, for static payload types, RFC 3551's table applied.
type Format struct {
	PayloadType uint8
	Name        string // upper case: "PCMU", "TELEPHONE-EVENT"; empty when unknown
	Rate        int    // RTP clock in Hz
	Channels    int    // 1 unless the rtpmap says otherwise
	Params      string // the fmtp value, empty if none
}

// Media is one m-line with the attributes below it.
type Media struct {
	Type      string   // "audio", "video", "image"
	Port      uint16   // 0 = refused or unused
	Proto     string   // "RTP/AVP"
	Tokens    []string // the formats as written
	Formats   []Format // those tokens that are RTP payload types; empty for other protocols
	Addr      netip.Addr
	Host      string // the c= host as written, its own or the session's; a name when Addr is invalid
	RTCP      netip.AddrPort
	Direction Direction
	Ptime     int // ms, 0 = not said
	MaxPtime  int
	Crypto    []Crypto // the a=crypto lines that we could use; they are not among Attributes
	// Fingerprint and Setup are those of DTLS-SRTP (RFC 5763 section 5), its own or the session's; without a Hash there is none.
	Fingerprint dtls.Fingerprint
	Setup       string
	Attributes  []Attribute
}

// RTPAddr returns where the writer wants RTP; invalid when the port is 0 or the host is a name or the unspecified address.
func (m *Media) RTPAddr() netip.AddrPort {
	if m.Port == 0 || !m.Addr.IsValid() || m.Addr.IsUnspecified() {
		return netip.AddrPort{}
	}
	return netip.AddrPortFrom(m.Addr, m.Port)
}

// RTCPAddr returns where the writer wants RTCP: a=rtcp of RFC 3605, else the RTP port plus one.
func (m *Media) RTCPAddr() netip.AddrPort {
	rtp := m.RTPAddr()
	switch {
	case !rtp.IsValid():
		return netip.AddrPort{}
	case m.RTCP.Port() != 0 && m.RTCP.Addr().IsValid() && !m.RTCP.Addr().IsUnspecified():
		return m.RTCP
	case m.RTCP.Port() != 0:
		return netip.AddrPortFrom(rtp.Addr(), m.RTCP.Port())
	case rtp.Port() == 65535:
		return netip.AddrPort{}
	}
	return netip.AddrPortFrom(rtp.Addr(), rtp.Port()+1)
}

// Held reports the old form of hold of RFC 2543, c=0.0.0.0: nothing may be sent there (RFC 3264 section 8.4).
func (m *Media) Held() bool { return m.Addr.IsValid() && m.Addr.IsUnspecified() }

// Attribute returns the first value of key below this m-line.
func (m *Media) Attribute(key string) (string, bool) {
	for _, a := range m.Attributes {
		if a.Key == key {
			return a.Value, true
		}
	}
	return "", false
}

// Session is one parsed description.
type Session struct {
	Origin     string // the o= value as written, empty if missing; equal origins mean an unchanged description
	Name       string
	Host       string // session-level c= host
	Addr       netip.Addr
	Direction  Direction
	Attributes []Attribute
	Media      []Media
}

// static is RFC 3551's table of the payload types a telephone may use without rtpmap.
func static(pt uint8) (name string, rate int) {
	switch pt {
	case 0:
		return "PCMU", 8000
	case 3:
		return "GSM", 8000
	case 4:
		return "G723", 8000
	case 8:
		return "PCMA", 8000
	case 9:
		return "G722", 8000
	case 13:
		return "CN", 8000
	case 18:
		return "G729", 8000
	}
	return "", 0
}

// isToken reports whether s may stand in an m-line unquoted (RFC 8866 section 9 token, plus the slash of protocols).
func isToken(s string) bool {
	if s == "" || len(s) > 64 {
		return false
	}
	for i := range len(s) {
		c := s[i]
		alnum := c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		if !alnum && !strings.ContainsRune("!#$%&'*+-.^_`{|}~/", rune(c)) {
			return false
		}
	}
	return true
}
