// Package g711 converts between linear PCM and G.711 µ-law and A-law, table driven.
//
// It works on whole frames, allocates nothing and starts no goroutines. The caller owns both slices; the shorter one bounds
// the work. The laws follow ITU-T G.711 (11/88), with the bit inversions of the wire.
package g711

import "frontdesk.internal/audio"

var (
	decodeMu = makeDecode(expandMu)
	decodeA  = makeDecode(expandA)
	encodeMu = makeEncode(compressMu)
	encodeA  = makeEncode(compressA)
)

// DecodeMu writes the linear samples of µ-law src to dst and returns how many there were.
func DecodeMu(dst audio.PCM, src []byte) int { return decode(dst, src, &decodeMu) }

// DecodeA writes the linear samples of A-law src to dst and returns how many there were.
func DecodeA(dst audio.PCM, src []byte) int { return decode(dst, src, &decodeA) }

// EncodeMu writes the µ-law octets of src to dst and returns how many there were.
func EncodeMu(dst []byte, src audio.PCM) int { return encode(dst, src, encodeMu) }

// EncodeA writes the A-law octets of src to dst and returns how many there were.
func EncodeA(dst []byte, src audio.PCM) int { return encode(dst, src, encodeA) }

func decode(dst audio.PCM, src []byte, table *[256]int16) int {
	n := min(len(dst), len(src))
	for i, b := range src[:n] {
		dst[i] = table[b]
	}
	return n
}

func encode(dst []byte, src audio.PCM, table *[1 << 16]byte) int {
	n := min(len(dst), len(src))
	for i, s := range src[:n] {
		dst[i] = table[uint16(s)]
	}
	return n
}

func makeDecode(expand func(byte) int16) (t [256]int16) {
	for i := range t {
		t[i] = expand(byte(i))
	}
	return t
}

func makeEncode(compress func(int) byte) *[1 << 16]byte {
	t := new([1 << 16]byte)
	for i := range t {
		t[i] = compress(int(int16(uint16(i))))
	}
	return t
}

// The µ-law bias and clip, in 16-bit units (14-bit values of G.711 table 2, shifted by two).
const (
	muBias = 33 << 2
	muClip = 8158 << 2
)

// compressMu follows G.711 table 2: eight segments of sixteen steps, doubling in size, all bits inverted on the wire.
func compressMu(s int) byte {
	sign := byte(0)
	if s < 0 {
		s, sign = -s, 0x80
	}
	s = min(s, muClip) + muBias
	segment := 0
	for v := s >> 8; v > 0; v >>= 1 {
		segment++
	}
	return ^(sign | byte(segment)<<4 | byte(s>>(segment+3))&0x0f)
}

func expandMu(b byte) int16 {
	b = ^b
	segment, step := int(b>>4)&7, int(b&0x0f)
	s := (step<<3+muBias)<<segment - muBias
	if b&0x80 != 0 {
		s = -s
	}
	return int16(s)
}

// compressA follows G.711 table 1: a linear pair of segments, then six that double; even bits inverted on the wire.
func compressA(s int) byte {
	sign := byte(0x80)
	if s < 0 {
		s, sign = -s-1, 0
	}
	s >>= 3 // 13-bit magnitude
	segment := 0
	for v := s >> 5; v > 0; v >>= 1 {
		segment++
	}
	step := s >> 1
	if segment > 1 {
		step = s >> segment
	}
	return (sign | byte(segment)<<4 | byte(step)&0x0f) ^ 0x55
}

func expandA(b byte) int16 {
	b ^= 0x55
	segment, step := int(b>>4)&7, int(b&0x0f)
	s := step<<4 + 8
	if segment > 0 {
		s = (s + 0x100) << (segment - 1)
	}
	if b&0x80 == 0 {
		s = -s
	}
	return int16(s)
}
