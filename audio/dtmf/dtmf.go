// Package dtmf sends and receives keys as RTP telephone events (RFC 4733), finds them as tones in the audio, and reads them from SIP INFO.
//
// [Sender], [Receiver] and [Tones] are pure: one call for each 20 ms or packet, no clock, no goroutine, no allocation. [Once] joins
// what came by several ways.
package dtmf

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
)

// keys in the order of their event numbers (RFC 4733 section 3.2).
const keys = "0123456789*#ABCD"

// PayloadSize is the length of an event payload in octets.
const PayloadSize = 4

// ErrKey says that a text holds something that is no key.
var ErrKey = errors.New("not a telephone key: use 0-9, *, #, A-D")

// Event is one decoded payload.
type Event struct {
	Code     uint8 // 0…15 are keys
	End      bool
	Volume   uint8  // dBm0 without the sign
	Duration uint16 // in timestamp units
}

// Key returns the key of an event, and false for other events (flash, fax tones).
func (e Event) Key() (rune, bool) {
	if int(e.Code) >= len(keys) {
		return 0, false
	}
	return rune(keys[e.Code]), true
}

// Parse decodes a payload; octets behind the first event (redundancy) are ignored.
func Parse(p []byte) (Event, error) {
	if len(p) < PayloadSize {
		return Event{}, fmt.Errorf("telephone event of %d octets, need %d", len(p), PayloadSize)
	}
	return Event{Code: p[0], End: p[1]&0x80 != 0, Volume: p[1] & 0x3f, Duration: binary.BigEndian.Uint16(p[2:])}, nil
}

// Put encodes e into p, which has PayloadSize octets.
func (e Event) Put(p []byte) {
	p[0], p[1] = e.Code, e.Volume&0x3f
	if e.End {
		p[1] |= 0x80
	}
	binary.BigEndian.PutUint16(p[2:], e.Duration)
}

// Receiver turns the packets of a stream into keys, each reported once, at the first packet that arrives of it.
// The zero value is ready.
type Receiver struct {
	last uint32
	any  bool
	held uint8 // event that is being pressed; valid while holding
	long bool  // the last packet had the largest duration: the next segment of the same key may follow
}

// Packet takes a payload with its RTP timestamp and marker bit and returns the key that begins with it.
func (r *Receiver) Packet(p []byte, timestamp uint32, marker bool) (key rune, ok bool) {
	e, err := Parse(p)
	if err != nil {
		return 0, false
	}
	k, isKey := e.Key()
	if r.any && timestamp == r.last { // the same event again (RFC 4733 section 2.5.1.4: all its packets have one timestamp)
		r.long = e.Duration == 0xffff
		return 0, false
	}
	if r.any && int32(timestamp-r.last) < 0 {
		return 0, false // an old packet, out of order
	}
	// An event longer than 65535 units goes on as a segment with a new timestamp and no marker (section 2.5.1.3).
	segment := r.any && r.long && !marker && e.Code == r.held && timestamp-r.last == 0xffff
	r.last, r.any, r.held = timestamp, true, e.Code
	r.long = e.Duration == 0xffff
	if segment || !isKey {
		return 0, false
	}
	return k, true
}

// Timing of what is sent, in frames of 20 ms.
const (
	pressFrames = 6 // 120 ms
	pauseFrames = 4 // 80 ms
	endPackets  = 3
	frameUnits  = 160
	volume      = 10 // -10 dBm0
)

// Sender sends keys one after the other. The zero value has nothing to send.
type Sender struct {
	queue string
	frame int // of the key being sent
}

// Packet is what Sender wants sent in a frame.
type Packet struct {
	Payload [PayloadSize]byte
	Marker  bool
	// Offset is by how much the event began before this frame: its timestamp is the frame's less Offset.
	Offset uint32
	Copies int // how often to send it now: the end packet goes out three times (RFC 4733 section 2.5.1.4)
}

// Queue adds keys; nothing is queued when one of them is none.
func (s *Sender) Queue(text string) error {
	text = strings.ToUpper(text)
	for _, r := range text {
		if !strings.ContainsRune(keys, r) {
			return fmt.Errorf("%w, not %q", ErrKey, r)
		}
	}
	s.queue += text
	return nil
}

// Busy tells whether something is being sent.
func (s *Sender) Busy() bool { return s.queue != "" }

// Next is called once for each frame of 20 ms. packet false with busy true is the pause between keys: audio may be sent.
func (s *Sender) Next() (p Packet, packet bool) {
	if s.queue == "" {
		return Packet{}, false
	}
	f := s.frame
	s.frame++
	if f < pressFrames {
		e := Event{
			Code: uint8(strings.IndexByte(keys, s.queue[0])), Volume: volume, Duration: uint16((f + 1) * frameUnits), End: f == pressFrames-1,
		}
		p = Packet{Marker: f == 0, Offset: uint32(f * frameUnits), Copies: 1}
		if e.End {
			p.Copies = endPackets
		}
		e.Put(p.Payload[:])
		return p, true
	}
	if s.frame >= pressFrames+pauseFrames {
		s.queue, s.frame = s.queue[1:], 0
	}
	return Packet{}, false
}
