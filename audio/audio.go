// Package audio holds the one sample type of the program and the rules for passing it on.
//
// Everything is mono, signed 16 bit, at a rate that the stage knows (8000 Hz on a G.711 line, 16000 Hz for
// recognition, the voice's own rate for synthesis); float32 exists only inside the adapters of the engines.
// A frame is [FrameDuration] long.
//
// Ownership: a callee must not keep a [PCM] after it returns, because the caller reuses the memory for the
// next frame; whoever queues samples copies them. The packages below this one start no goroutines unless their
// comment says so, and take the time as an argument.
package audio

import "time"

// FrameDuration is the length of one frame on the line and between stages (RFC 3551 section 4.2 default packet time).
const FrameDuration = 20 * time.Millisecond

// PCM is mono linear audio, one int16 a sample, at a rate known from the context.
type PCM []int16

// FrameLen returns the number of samples in one frame at rate samples a second.
func FrameLen(rate int) int { return rate / 50 }

// Duration returns how long p lasts at rate samples a second.
func (p PCM) Duration(rate int) time.Duration {
	return time.Duration(len(p)) * time.Second / time.Duration(rate)
}

// Clone returns a copy that the caller owns.
func (p PCM) Clone() PCM { return append(PCM(nil), p...) }
