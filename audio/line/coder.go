package line

import (
	"frontdesk.internal/audio"
	"frontdesk.internal/audio/g711"
	"frontdesk.internal/audio/g722"
)

// coder is a codec of 160 octets for a frame of 20 ms, with the state of both directions.
type coder interface {
	rate() int // of its samples
	decode(dst audio.PCM, src []byte)
	encode(dst []byte, src audio.PCM)
	// peek decodes what would come next, and leaves the state as it is.
	peek(dst audio.PCM, src []byte)
}

// newCoder returns the codec of that name at the start of a call.
func newCoder(name string) (coder, bool) {
	switch name {
	case "PCMU":
		return muLaw{}, true
	case "PCMA":
		return aLaw{}, true
	case "G722":
		return &wideband{in: g722.NewDecoder(), out: g722.NewEncoder()}, true
	}
	return nil, false
}

// muLaw is PCMU (RFC 3551 section 4.5.14).
type muLaw struct{}

func (muLaw) rate() int                        { return 8000 }
func (muLaw) decode(dst audio.PCM, src []byte) { g711.DecodeMu(dst, src) }
func (muLaw) peek(dst audio.PCM, src []byte)   { g711.DecodeMu(dst, src) }
func (muLaw) encode(dst []byte, src audio.PCM) { g711.EncodeMu(dst, src) }

// aLaw is PCMA.
type aLaw struct{}

func (aLaw) rate() int                        { return 8000 }
func (aLaw) decode(dst audio.PCM, src []byte) { g711.DecodeA(dst, src) }
func (aLaw) peek(dst audio.PCM, src []byte)   { g711.DecodeA(dst, src) }
func (aLaw) encode(dst []byte, src audio.PCM) { g711.EncodeA(dst, src) }

// wideband is G722, whose RTP clock runs at 8000 though it has 16000 samples a second (RFC 3551 section 4.5.2).
type wideband struct {
	in  *g722.Decoder
	out *g722.Encoder
}

func (*wideband) rate() int                          { return g722.Rate }
func (w *wideband) decode(dst audio.PCM, src []byte) { w.in.Decode(dst, src) }
func (w *wideband) encode(dst []byte, src audio.PCM) { w.out.Encode(dst, src) }

func (w *wideband) peek(dst audio.PCM, src []byte) {
	next := *w.in
	next.Decode(dst, src)
}
