// Package mqtt publishes letters to a topic of a broker (MQTT 3.1.1, OASIS standard of 29 October 2014), and tells Home Assistant what
// comes there by its discovery.
//
// It connects for each letter, publishes with quality of service 1, waits until the broker has taken it, and leaves: nothing is read from
// the broker, and nobody else's messages come. A letter is JSON with its key in the field id. The package starts no goroutine; a [Sender]
// is safe for concurrent use.
package mqtt

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"frontdesk.internal/appliance/egress"
	"frontdesk.internal/appliance/notify"
	"frontdesk.internal/appliance/record"
)

// Sender publishes.
type Sender struct {
	Gate *egress.Gate
}

var _ notify.Sender = (*Sender)(nil)

// port is that of a broker whose address names none.
func port(s record.Security) string {
	if s == record.SecurityNone {
		return "1883"
	}
	return "8883"
}

// Types of packets, with their flags (section 2.2).
const (
	typeConnect    = 0x10
	typeConnAck    = 0x20
	typePublish    = 0x30
	qosOne         = 0x02
	retain         = 0x01
	typePubAck     = 0x40
	typeDisconnect = 0xe0
)

// Send implements notify.Sender.
func (s *Sender) Send(ctx context.Context, to notify.Target, l notify.Letter) error {
	conn, err := s.dial(ctx, to.Recipient)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }() // the broker has taken it, or the error is told already
	defer context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })()
	c := client{Writer: conn, in: bufio.NewReader(conn)}
	if err := c.connect(to); err != nil {
		return explain(ctx, err)
	}
	letter, err := payload(l)
	if err != nil {
		return &notify.Error{Fault: notify.FaultUnknown, Err: err}
	}
	topic, config, err := discovery(to.Recipient)
	if err != nil {
		return &notify.Error{Fault: notify.FaultUnknown, Err: err}
	}
	err = errors.Join(c.publish(topic, config, retain, 1))
	if err == nil {
		err = c.publish(to.To, letter, 0, 2)
	}
	if err == nil {
		_, err = c.Write([]byte{typeDisconnect, 0})
	}
	return explain(ctx, err)
}

func (s *Sender) dial(ctx context.Context, r record.Recipient) (net.Conn, error) {
	host, p, err := net.SplitHostPort(r.Server)
	if err != nil {
		host, p = strings.Trim(r.Server, "[]"), port(r.Security)
	}
	trust, err := notify.Trust(r, host)
	if err != nil {
		return nil, err
	}
	conn, err := s.Gate.DialName(ctx, egress.MQTT, net.JoinHostPort(host, p))
	if err != nil || r.Security == record.SecurityNone {
		return conn, err
	}
	return egress.Secure(ctx, conn, trust)
}

// client is one connection.
type client struct {
	io.Writer
	in *bufio.Reader
}

// text is a string as packets have it (section 1.5.3).
func text(b []byte, s string) []byte {
	b = binary.BigEndian.AppendUint16(b, uint16(len(s)))
	return append(b, s...)
}

// packet adds type and length (section 2.2.3) to what a packet holds.
func packet(kind byte, rest []byte) []byte {
	b := []byte{kind}
	for n := len(rest); ; {
		digit := byte(n % 128)
		if n /= 128; n > 0 {
			b = append(b, digit|0x80)
			continue
		}
		return append(append(b, digit), rest...)
	}
}

// maxPacket bounds what a broker may answer, in octets; both answers have two.
const maxPacket = 16

// answer reads a packet of a type.
func (c client) answer(kind byte) ([]byte, error) {
	first, err := c.in.ReadByte()
	if err != nil {
		return nil, err
	}
	n, err := c.in.ReadByte()
	if err != nil {
		return nil, err
	}
	if first&0xf0 != kind || n > maxPacket {
		return nil, &notify.Error{Fault: notify.FaultGarbage, Err: fmt.Errorf("packet %#x of %d octets", first, n)}
	}
	b := make([]byte, n)
	_, err = io.ReadFull(c.in, b)
	return b, err
}

// connect says who we are (section 3.1). A clean session: the broker keeps nothing for us.
func (c client) connect(to notify.Target) error {
	const clean, hasPassword, hasUser = 0x02, 0x40, 0x80
	flags := byte(clean)
	if to.User != "" {
		flags |= hasUser | hasPassword
	}
	b := text(nil, "MQTT")
	b = append(b, 4, flags, 0, 60) // version 3.1.1; a minute to stay
	b = text(b, "frontdesk-"+to.ID)
	if to.User != "" {
		b = text(text(b, to.User), to.Secret)
	}
	if _, err := c.Write(packet(typeConnect, b)); err != nil {
		return err
	}
	got, err := c.answer(typeConnAck)
	switch {
	case err != nil:
		return err
	case len(got) != 2:
		return &notify.Error{Fault: notify.FaultGarbage}
	case got[1] == 4 || got[1] == 5: // bad user name or password, not authorised (section 3.2.2.3)
		return &notify.Error{Fault: notify.FaultCredentials, Code: int(got[1])}
	case got[1] == 3:
		return &notify.Error{Fault: notify.FaultBusy, Code: 3}
	case got[1] != 0:
		return &notify.Error{Fault: notify.FaultRefused, Code: int(got[1])}
	}
	return nil
}

// publish sends to a topic and waits until the broker has taken it (sections 3.3 and 3.4).
func (c client) publish(topic string, body []byte, flags byte, id uint16) error {
	b := binary.BigEndian.AppendUint16(text(nil, topic), id)
	if _, err := c.Write(packet(typePublish|qosOne|flags, append(b, body...))); err != nil {
		return err
	}
	got, err := c.answer(typePubAck)
	if err == nil && (len(got) != 2 || binary.BigEndian.Uint16(got) != id) {
		err = &notify.Error{Fault: notify.FaultGarbage}
	}
	return err
}

// payload is a letter as JSON.
func payload(l notify.Letter) ([]byte, error) {
	return json.Marshal(struct {
		ID     string        `json:"id"`
		At     time.Time     `json:"at"`
		Title  string        `json:"title"`
		Urgent bool          `json:"urgent"`
		Items  []notify.Item `json:"items"`
	}{l.Key, l.At.UTC(), l.Subject, l.Urgent, l.Items})
}

// discovery tells Home Assistant of a sensor that shows the newest letter's title; the rest of it are its attributes
// (home-assistant.io/integrations/mqtt, "MQTT discovery"). It is kept by the broker.
func discovery(r record.Recipient) (topic string, config []byte, err error) {
	config, err = json.Marshal(map[string]any{
		"name": "Frontdesk", "unique_id": "frontdesk_" + r.ID, "state_topic": r.To, "value_template": "{{ value_json.title[:250] }}",
		"json_attributes_topic": r.To, "icon": "mdi:phone-message",
		"device": map[string]any{"identifiers": []string{"frontdesk_" + r.ID}, "name": "Frontdesk"},
	})
	return "homeassistant/sensor/frontdesk_" + r.ID + "/config", config, err
}

// explain finds the fault. A broker that does not let somebody publish ends the connection.
func explain(ctx context.Context, err error) error {
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return &notify.Error{Fault: notify.FaultSlow, Err: err}
	}
	return notify.Explain(err)
}
