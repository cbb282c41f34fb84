package sdp

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"frontdesk.internal/audio/dtls"
	"frontdesk.internal/audio/srtp"
)

// ErrNoCommon is returned when a description holds no audio stream that we can take part in.
var ErrNoCommon = errors.New("no common audio format")

// PacketTime is the packet time that we ask for, and send where the other side asks for none, in milliseconds.
const PacketTime = 20

// Local is our side of a description.
type Local struct {
	Addr        netip.Addr // where we receive
	Port        uint16     // RTP, even; RTCP is the next one
	ID, Version uint64     // o= session id and version; Version grows by one with each changed description
	Codecs      []string   // names that we can take, in the order in which we offer them: "G722", "PCMU", "PCMA"
	Events      bool       // take part in telephone-event (RFC 4733)
	Direction   Direction  // what we want; the answer is the intersection with what was offered
	Formats     []Format   // offered instead of Codecs and Events, to keep the numbers of a session (RFC 3264 section 8.3.2)
	Security    Security
	Keys        []srtp.Key // ours, at most one of each suite, the preferred one first; they stay the same during a session
	// Fingerprint is that of our certificate; without a Hash DTLS-SRTP is not taken. It is never the first to be offered.
	Fingerprint dtls.Fingerprint
	DTLS        *DTLS // how the session that is up is encrypted; nil: not so
}

// Choice is what both sides agreed on.
type Choice struct {
	Codec        Format         // as the other side numbered it; we send with this payload type
	EventPayload uint8          // payload type of telephone-event that we send, 0 = none
	Receive      Payloads       // as we have numbered them, which is how the other side sends
	Remote       netip.AddrPort // where to send RTP; invalid while held by c=0.0.0.0
	RemoteRTCP   netip.AddrPort
	Direction    Direction // ours
	PacketTime   int       // ms that the other side asked for, 0 = not said
	Encrypt      srtp.Key  // our key; invalid when nothing is encrypted
	Decrypt      srtp.Key  // theirs; valid when Encrypt is
	DTLS         *DTLS     // keys are agreed on in the media path; nil: they are not
	tag          int
}

// Encrypted tells whether anything is.
func (c Choice) Encrypted() bool { return c.Encrypt.Valid() || c.DTLS != nil }

// setup is our part in DTLS-SRTP; "" when there is none.
func (c Choice) setup() string {
	switch {
	case c.DTLS == nil:
		return ""
	case c.DTLS.Active:
		return "active"
	}
	return "passive"
}

// Payloads are payload types of one side (RFC 3264 section 5.1).
type Payloads struct {
	Codec, Event uint8 // Event: 0 = none
}

// Answer writes the answer to offer (RFC 3264 section 6): the first usable audio stream is taken, every other m-line is
// refused with port 0. It returns [ErrNoCommon] when nothing is usable, which a SIP UAS turns into 488.
func Answer(offer *Session, local Local) ([]byte, Choice, error) {
	chosen, choice := -1, Choice{}
	for i := range offer.Media {
		c, ok := choose(&offer.Media[i], local)
		if ok && (chosen < 0 || c.Encrypted()) { // of a plain stream and an encrypted one the second
			chosen, choice = i, c
		}
		if choice.Encrypted() {
			break
		}
	}
	if chosen < 0 {
		return nil, Choice{}, fmt.Errorf("answer sdp: %d media lines: %w", len(offer.Media), ErrNoCommon)
	}
	var b strings.Builder
	head(&b, local)
	for i := range offer.Media {
		m := &offer.Media[i]
		if i != chosen {
			refuse(&b, m)
			continue
		}
		formats := []Format{choice.Codec}
		if f, ok := noise(m); ok {
			formats = append(formats, f)
		}
		if f, ok := event(m, choice.Codec.Rate); ok && local.Events {
			formats = append(formats, f)
		}
		audio(&b, m.Proto, local.Port, formats, choice.answeredCrypto(), choice.Direction)
		if setup := choice.setup(); setup != "" {
			local.writeDTLS(&b, setup)
		}
	}
	return []byte(b.String()), choice, nil
}

// Offer writes an offer with one audio stream, for an INVITE that came without a description.
func Offer(local Local) []byte {
	var b strings.Builder
	head(&b, local)
	audio(&b, local.profile(), local.Port, offered(local), local.offeredCrypto(), local.Direction)
	if local.DTLS != nil {
		local.writeDTLS(&b, "actpass")
	}
	return []byte(b.String())
}

// Accept reads the answer to what [Offer] wrote with the same local. It returns [ErrNoCommon] when the stream was refused.
func Accept(answer *Session, local Local) (Choice, error) {
	if len(answer.Media) == 0 {
		return Choice{}, fmt.Errorf("accept sdp answer: no media line: %w", ErrNoCommon)
	}
	c, ok := choose(&answer.Media[0], local)
	if !ok {
		return Choice{}, fmt.Errorf("accept sdp answer: %w", ErrNoCommon)
	}
	for _, f := range offered(local) {
		switch {
		case f.Name == c.Codec.Name:
			c.Receive.Codec = f.PayloadType
		case f.Name == eventName && c.EventPayload != 0:
			c.Receive.Event = f.PayloadType
		}
	}
	return c, nil
}

// Usable reports whether offer holds a stream that [Answer] would take with local.
func Usable(offer *Session, local Local) bool {
	for i := range offer.Media {
		if _, ok := choose(&offer.Media[i], local); ok {
			return true
		}
	}
	return false
}

// choose decides on one m-line: the first of our codecs wins when it is there, else the writer's order of formats (RFC 3264 section
// 6.1 leaves the choice to who answers).
func choose(m *Media, local Local) (Choice, bool) {
	if m.Type != "audio" || m.Port == 0 {
		return Choice{}, false
	}
	sec, ok := secure(m, local)
	if !ok {
		return Choice{}, false
	}
	remote := m.RTPAddr()
	if !remote.IsValid() && !m.Held() {
		return Choice{}, false
	}
	if local.Addr.IsValid() && remote.IsValid() && local.Addr.Unmap().Is4() != remote.Addr().Is4() {
		return Choice{}, false // our one socket cannot reach the other address family
	}
	for _, f := range preferred(m.Formats, local.Codecs) {
		if !f.usable(local.Codecs) {
			continue
		}
		c := Choice{
			Codec: f, Remote: remote, RemoteRTCP: m.RTCPAddr(), PacketTime: m.packetTime(),
			Direction: intersect(local.Direction, m.Direction.Reverse()),
			Encrypt:   sec.encrypt, Decrypt: sec.decrypt, DTLS: sec.dtls, tag: sec.tag,
		}
		if m.Held() && c.Direction.Sends() {
			c.Direction = intersect(c.Direction, RecvOnly)
		}
		if e, ok := event(m, f.Rate); ok && local.Events {
			c.EventPayload = e.PayloadType
		}
		c.Receive = Payloads{Codec: c.Codec.PayloadType, Event: c.EventPayload} // an answer keeps the numbers of the offer
		return c, true
	}
	return Choice{}, false
}

// packetTime is the packet time that the writer wants, within its limit; 0 = not said.
func (m *Media) packetTime() int {
	if m.MaxPtime > 0 && (m.MaxPtime < m.Ptime || m.Ptime == 0 && m.MaxPtime < PacketTime) {
		return m.MaxPtime
	}
	return m.Ptime
}

// preferred returns the formats with our first codec before the others, if it is among them.
func preferred(formats []Format, codecs []string) []Format {
	for i, f := range formats {
		if len(codecs) > 0 && i > 0 && f.Name == codecs[0] && f.usable(codecs) {
			return slices.Concat([]Format{f}, formats[:i], formats[i+1:])
		}
	}
	return formats
}

func (f Format) usable(codecs []string) bool {
	if f.Rate != 8000 || f.Channels != 1 {
		return false
	}
	for _, name := range codecs {
		if f.Name == name {
			return true
		}
	}
	return false
}

// eventName is telephone-event (RFC 4733) as [Format.Name] has it.
const eventName = "TELEPHONE-EVENT"

// noise is comfort noise (RFC 3389), which we take and do not send: the other side may be silent without seeming gone.
func noise(m *Media) (Format, bool) {
	for _, f := range m.Formats {
		if f.PayloadType == 13 && f.Name == "CN" && f.Rate == 8000 {
			return f, true
		}
	}
	return Format{}, false
}

func event(m *Media, rate int) (Format, bool) {
	for _, f := range m.Formats {
		if f.Name == eventName && f.Rate == rate && f.PayloadType >= 96 {
			return f, true
		}
	}
	return Format{}, false
}

func intersect(a, b Direction) Direction {
	sends, receives := a.Sends() && b.Sends(), a.Receives() && b.Receives()
	switch {
	case sends && receives:
		return SendRecv
	case sends:
		return SendOnly
	case receives:
		return RecvOnly
	}
	return Inactive
}

func offered(local Local) []Format {
	if len(local.Formats) > 0 {
		return local.Formats
	}
	var formats []Format
	for i, name := range local.Codecs {
		pt := uint8(102 + i)
		switch name {
		case "PCMU":
			pt = 0
		case "PCMA":
			pt = 8
		case "G722":
			pt = 9
		}
		formats = append(formats, Format{PayloadType: pt, Name: name, Rate: 8000, Channels: 1})
	}
	if local.Events {
		formats = append(formats, Format{PayloadType: 101, Name: eventName, Rate: 8000, Channels: 1})
	}
	return formats
}

func head(b *strings.Builder, local Local) {
	family := "IP4"
	if local.Addr.Is6() && !local.Addr.Is4In6() {
		family = "IP6"
	}
	addr := local.Addr.Unmap().WithZone("")
	fmt.Fprintf(b, "v=0\r\no=- %d %d IN %s %s\r\ns=-\r\nc=IN %s %s\r\nt=0 0\r\n",
		local.ID, local.Version, family, addr, family, addr)
}

func audio(b *strings.Builder, proto string, port uint16, formats []Format, crypto []Crypto, dir Direction) {
	fmt.Fprintf(b, "m=audio %d %s", port, proto)
	for _, f := range formats {
		b.WriteByte(' ')
		b.WriteString(strconv.Itoa(int(f.PayloadType)))
	}
	b.WriteString("\r\n")
	for _, f := range formats {
		name := f.Name
		if name == eventName {
			name = "telephone-event"
		}
		fmt.Fprintf(b, "a=rtpmap:%d %s/%d\r\n", f.PayloadType, name, f.Rate)
		if f.Name == eventName {
			fmt.Fprintf(b, "a=fmtp:%d 0-16\r\n", f.PayloadType)
		}
	}
	writeCrypto(b, crypto)
	fmt.Fprintf(b, "a=ptime:%d\r\na=%s\r\n", PacketTime, dir)
}

// refuse writes an m-line with port 0 and the formats as offered (RFC 3264 section 6: at least one is needed).
func refuse(b *strings.Builder, m *Media) {
	fmt.Fprintf(b, "m=%s 0 %s", m.Type, m.Proto)
	for _, t := range m.Tokens {
		b.WriteByte(' ')
		b.WriteString(t)
	}
	if len(m.Tokens) == 0 {
		b.WriteString(" 0")
	}
	b.WriteString("\r\n")
}
