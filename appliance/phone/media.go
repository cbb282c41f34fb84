package phone

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/netip"
	"time"

	"frontdesk.internal/appliance/phone/sdp"
)

// Line is one call's audio.
type Line struct{}

// media is the audio side of one dialog: ports, the two descriptions, the line. It belongs to the dialog's goroutine.
type media struct {
	phone  *Phone
	log    *slog.Logger
	pair   *mediaPair
	local  sdp.Local
	choice sdp.Choice
	body   []byte // our last description
	line   *Line
}

func newMedia(p *Phone, addr netip.Addr, log *slog.Logger) (*media, error) {
	bind := p.stack.wire.local().Addr()
	pair, err := p.ports.open(bind)
	if err != nil {
		return nil, err
	}
	id := uint64(time.Now().UnixNano() / int64(time.Microsecond))
	return &media{phone: p, log: log, pair: pair, local: sdp.Local{
		Addr: addr, Port: pair.port, ID: id, Version: 1, Codecs: codecs[:], Events: true,
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
		return fmt.Errorf("read answer in ACK: %w", err)
	}
	m.apply(choice)
	return nil
}

func (m *media) apply(choice sdp.Choice) {
	if !choice.Remote.IsValid() {
		choice.Remote, choice.RemoteRTCP = m.choice.Remote, m.choice.RemoteRTCP // held by c=0.0.0.0
	}
	m.choice = choice
}

// open starts the line.
func (m *media) open() error {
	m.line = &Line{}
	return nil
}

func (m *media) close() { m.pair.close() }

// note describes what was agreed on for the ladder.
func (m *media) note() string {
	if m.choice.Codec.Name == "" {
		return "offer PCMU PCMA"
	}
	return fmt.Sprintf("%s, %s", m.choice.Codec.Name, m.choice.Direction)
}
