package phone

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"strings"
	"time"

	"frontdesk.internal/appliance/phone/sdp"
	"frontdesk.internal/appliance/phone/transaction"
	"frontdesk.internal/audio/dtls"
	"frontdesk.internal/audio/line"
	"frontdesk.internal/audio/srtp"
)

// media is the audio side of one dialog: ports, the two descriptions, the line. It belongs to the dialog's goroutine.
type media struct {
	phone  *Phone
	log    *slog.Logger
	pair   *mediaPair
	local  sdp.Local
	choice sdp.Choice
	body   []byte // our last description
	line   *line.Line
	srtp   *srtp.Session // nil when no keys came by the description
	dtls   []*dtls.Conn  // RTP and RTCP, when keys are agreed on in the media path
}

// errNoWay means that no address of ours faces the PBX; the session description would say hold.
var errNoWay = errors.New("no network address toward the PBX: set media_ip or check the network")

func newMedia(p *Phone, s *transaction.Layer, addr netip.Addr, log *slog.Logger) (*media, error) {
	if !addr.IsValid() || addr.IsUnspecified() {
		return nil, errNoWay
	}
	bind := s.Wire.Local().Addr()
	pair, err := p.ports.open(bind)
	if err != nil {
		return nil, err
	}
	id := uint64(time.Now().UnixNano() / int64(time.Microsecond))
	return &media{phone: p, log: log, pair: pair, local: sdp.Local{
		Addr: addr, Port: pair.port, ID: id, Version: 1, Codecs: p.cfg.Codecs, Events: true,
		Security: p.cfg.SRTP.sdp(), Keys: p.cfg.SRTP.keys(), Fingerprint: p.fingerprint(),
	}}, nil
}

// describe writes our first description: the answer to offer, or an offer of our own.
func (m *media) describe(offer *sdp.Session) ([]byte, error) {
	body, choice, err := m.write(offer)
	if err != nil {
		return nil, err
	}
	m.body, m.choice = body, choice
	return body, nil
}

func (m *media) write(offer *sdp.Session) ([]byte, sdp.Choice, error) {
	if offer == nil {
		return sdp.Offer(m.local), m.choice, nil
	}
	return sdp.Answer(offer, m.local)
}

// renegotiate answers the offer of a re-INVITE, or offers anew for one without. The version in the o= line grows only
// when the description changes (RFC 3264 section 8).
func (m *media) renegotiate(offer *sdp.Session) ([]byte, error) {
	body, choice, err := m.write(offer)
	if err != nil {
		return nil, err
	}
	// it was offered, or the line would not be usable
	if was := m.local.DTLS; was != nil && offer != nil && !choice.DTLS.Peer.Equal(was.Peer) {
		return nil, fmt.Errorf("another certificate in mid-call: %w", sdp.ErrNoCommon)
	}
	if !bytes.Equal(body, m.body) {
		m.local.Version++
		if body, choice, err = m.write(offer); err != nil {
			return nil, err
		}
	}
	m.body = body
	if offer != nil {
		m.apply(choice)
	}
	return body, nil
}

// accept takes the answer to an offer of ours.
func (m *media) accept(answer *sdp.Session) error {
	choice, err := sdp.Accept(answer, m.local)
	if err != nil {
		return fmt.Errorf("read answer to our offer: %w", err)
	}
	m.apply(choice)
	return nil
}

// apply takes a new choice and tells the line.
func (m *media) apply(choice sdp.Choice) {
	if !choice.Remote.IsValid() {
		choice.Remote, choice.RemoteRTCP = m.choice.Remote, m.choice.RemoteRTCP // held by c=0.0.0.0
	}
	m.choice = choice
	if m.srtp != nil {
		// both are there: an encrypted call is not renegotiated to a plain one
		if err := m.srtp.Update(choice.Encrypt, choice.Decrypt); err != nil {
			m.log.Error("the keys of a re-INVITE cannot be used", "err", err)
		}
	}
	if m.line != nil {
		m.line.Update(choice.Remote, lineDirection(choice.Direction))
		m.line.Renumber(numbers(choice))
	}
}

// open makes the line. From here on the codec is settled: the line cannot change it in the middle of a call.
func (m *media) open() error {
	rtp, rtcp, err := m.sockets()
	if err != nil {
		return err
	}
	l, err := line.New(line.Config{
		RTP: rtp, RTCP: rtcp, Remote: m.choice.Remote, RemoteRTCP: m.choice.RemoteRTCP,
		Codec:   line.Codec{Name: m.choice.Codec.Name, PayloadType: m.choice.Codec.PayloadType, ReceiveType: m.choice.Receive.Codec},
		EventPT: m.choice.EventPayload, EventReceiveType: m.choice.Receive.Event, Rate: m.phone.cfg.PCMRate,
		Direction: lineDirection(m.choice.Direction), Logger: m.log, PacketTime: m.choice.PacketTime, Echo: true,
	})
	if err != nil {
		return fmt.Errorf("open audio line: %w", err)
	}
	m.line = l
	m.local.Codecs = []string{m.choice.Codec.Name}
	ours := m.choice.Codec
	ours.PayloadType = m.choice.Receive.Codec
	m.local.Formats = []sdp.Format{ours}
	if pt := m.choice.Receive.Event; pt != 0 {
		m.local.Formats = append(m.local.Formats, sdp.Format{PayloadType: pt, Name: "TELEPHONE-EVENT", Rate: m.choice.Codec.Rate, Channels: 1})
	}
	return nil
}

// numbers are the payload types for the line.
func numbers(c sdp.Choice) line.Numbers {
	return line.Numbers{Send: c.Codec.PayloadType, Receive: c.Receive.Codec, SendEvents: c.EventPayload, ReceiveEvents: c.Receive.Event}
}

// sockets are the pair's, behind the keys when the call is encrypted. From here on it stays as it is: a re-INVITE changes keys, but not
// whether there are any.
func (m *media) sockets() (rtp, rtcp line.PacketConn, err error) {
	if !m.choice.Encrypted() {
		m.local.Security = sdp.Plain
		return m.pair.rtp, m.pair.rtcp, nil
	}
	m.local.Security = sdp.Required
	if d := m.choice.DTLS; d != nil {
		m.local.DTLS, m.local.Keys = d, nil
		shake := func(c line.PacketConn, to netip.AddrPort) *dtls.Conn {
			conn := dtls.New(c, dtls.Config{Identity: m.phone.identity, Remote: to, Peer: d.Peer, Active: d.Active})
			m.dtls = append(m.dtls, conn)
			return conn
		}
		return shake(m.pair.rtp, m.choice.Remote), shake(m.pair.rtcp, m.choice.RemoteRTCP), nil
	}
	m.local.Fingerprint = dtls.Fingerprint{}
	if m.srtp, err = srtp.New(m.choice.Encrypt, m.choice.Decrypt); err != nil {
		return nil, nil, fmt.Errorf("open audio line: %w", err)
	}
	return m.srtp.Wrap(m.pair.rtp), m.srtp.Wrap(m.pair.rtcp), nil
}

func lineDirection(d sdp.Direction) line.Direction {
	switch d {
	case sdp.SendOnly:
		return line.SendOnly
	case sdp.RecvOnly:
		return line.RecvOnly
	case sdp.Inactive:
		return line.Inactive
	}
	return line.SendRecv
}

func (m *media) close() {
	for _, d := range m.dtls {
		_ = d.Close() // as of a UDP socket, it tells nothing
	}
	m.pair.close()
}

// note describes what was agreed on for the ladder.
func (m *media) note() string {
	if m.choice.Codec.Name == "" {
		return "offer " + strings.Join(m.local.Codecs, " ")
	}
	if m.choice.DTLS != nil {
		return fmt.Sprintf("%s, %s, encrypted with keys by DTLS", m.choice.Codec.Name, m.choice.Direction)
	}
	if m.choice.Encrypt.Valid() {
		return fmt.Sprintf("%s, %s, encrypted with %s", m.choice.Codec.Name, m.choice.Direction, m.choice.Encrypt.Suite())
	}
	return fmt.Sprintf("%s, %s", m.choice.Codec.Name, m.choice.Direction)
}
