// Package wav reads and writes RIFF/WAVE files (Microsoft "Multimedia Programming Interface", RFC 2361 for the format tags).
//
// It reads 8 and 16 bit linear PCM, µ-law and A-law, mixed to mono, and writes 16 bit linear PCM with one or two channels. It
// starts no goroutine and trusts nothing that a header says about lengths.
package wav

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"frontdesk.internal/audio"
	"frontdesk.internal/audio/g711"
)

// Format tags.
const (
	formatPCM        = 1
	formatALaw       = 6
	formatMuLaw      = 7
	formatExtensible = 0xfffe
)

// maxSamples bounds what a file can make us hold: an hour at 48 kHz.
const maxSamples = 3600 * 48000

// ErrFormat is wrapped by every error about the contents of a file.
var ErrFormat = errors.New("not a WAV file that can be read")

type format struct {
	tag, channels, bits uint16
	rate                uint32
}

// Read returns the whole file as mono samples and their rate. Channels are averaged.
func Read(r io.Reader) (pcm audio.PCM, rate int, err error) {
	br := bufio.NewReader(r)
	var head [12]byte
	if _, err := io.ReadFull(br, head[:]); err != nil {
		return nil, 0, fmt.Errorf("%w: %w", ErrFormat, err)
	}
	if string(head[:4]) != "RIFF" || string(head[8:]) != "WAVE" {
		return nil, 0, fmt.Errorf("%w: no RIFF header", ErrFormat)
	}
	var f format
	for {
		var chunk [8]byte
		if _, err := io.ReadFull(br, chunk[:]); err != nil {
			return nil, 0, fmt.Errorf("%w: no data chunk: %w", ErrFormat, err)
		}
		size := int64(binary.LittleEndian.Uint32(chunk[4:]))
		switch string(chunk[:4]) {
		case "fmt ":
			if f, err = readFormat(br, size); err != nil {
				return nil, 0, err
			}
		case "data":
			if f.channels == 0 {
				return nil, 0, fmt.Errorf("%w: data before its format", ErrFormat)
			}
			pcm, err = readData(io.LimitReader(br, size), f)
			return pcm, int(f.rate), err
		default:
			if _, err := io.CopyN(io.Discard, br, size+size&1); err != nil {
				return nil, 0, fmt.Errorf("%w: %w", ErrFormat, err)
			}
		}
	}
}

func readFormat(r io.Reader, size int64) (format, error) {
	if size < 16 || size > 4096 {
		return format{}, fmt.Errorf("%w: format chunk of %d bytes", ErrFormat, size)
	}
	b := make([]byte, size+size&1)
	if _, err := io.ReadFull(r, b); err != nil {
		return format{}, fmt.Errorf("%w: %w", ErrFormat, err)
	}
	le := binary.LittleEndian
	f := format{tag: le.Uint16(b), channels: le.Uint16(b[2:]), rate: le.Uint32(b[4:]), bits: le.Uint16(b[14:])}
	if f.tag == formatExtensible && size >= 26 {
		f.tag = le.Uint16(b[24:])
	}
	ok := f.tag == formatPCM && (f.bits == 16 || f.bits == 8) || (f.tag == formatALaw || f.tag == formatMuLaw) && f.bits == 8
	if !ok || f.channels < 1 || f.channels > 2 || f.rate < 1000 || f.rate > 192000 {
		return format{}, fmt.Errorf("%w: format %d, %d channels, %d bits at %d Hz: use 16 bit PCM, mono or stereo", ErrFormat, f.tag, f.channels,
			f.bits, f.rate)
	}
	return f, nil
}

// readData decodes what there is of the data chunk; a file that was cut short gives its samples so far.
func readData(r io.Reader, f format) (audio.PCM, error) {
	width := int(f.bits) / 8 * int(f.channels)
	raw, err := io.ReadAll(io.LimitReader(r, int64(maxSamples*width)))
	if err != nil {
		return nil, fmt.Errorf("read WAV data: %w", err)
	}
	n := len(raw) / width
	all := make(audio.PCM, n*int(f.channels))
	raw = raw[:n*width]
	switch {
	case f.tag == formatMuLaw:
		g711.DecodeMu(all, raw)
	case f.tag == formatALaw:
		g711.DecodeA(all, raw)
	case f.bits == 8:
		for i, b := range raw {
			all[i] = int16(int(b)-128) << 8
		}
	default:
		for i := range all {
			all[i] = int16(binary.LittleEndian.Uint16(raw[2*i:]))
		}
	}
	if f.channels == 1 {
		return all, nil
	}
	for i := range n {
		all[i] = int16((int(all[2*i]) + int(all[2*i+1])) / 2)
	}
	return all[:n], nil
}

// Write writes a whole 16 bit file with one channel or two; a shorter second channel is filled with silence, as is a shorter first.
func Write(w io.Writer, rate int, ch ...audio.PCM) error {
	if len(ch) < 1 || len(ch) > 2 || rate < 1000 || rate > 192000 {
		return fmt.Errorf("write WAV: %d channels at %d Hz: use one or two at 1000 to 192000", len(ch), rate)
	}
	n := 0
	for _, c := range ch {
		n = max(n, len(c))
	}
	if n > maxSamples {
		return fmt.Errorf("write WAV: %d samples are too many for one file", n)
	}
	bw := bufio.NewWriter(w)
	if _, err := bw.Write(Header(rate, len(ch), n)); err != nil {
		return fmt.Errorf("write WAV: %w", err)
	}
	var b [2]byte
	for i := range n {
		for _, c := range ch {
			var s int16
			if i < len(c) {
				s = c[i]
			}
			binary.LittleEndian.PutUint16(b[:], uint16(s))
			if _, err := bw.Write(b[:]); err != nil {
				return fmt.Errorf("write WAV: %w", err)
			}
		}
	}
	if err := bw.Flush(); err != nil {
		return fmt.Errorf("write WAV: %w", err)
	}
	return nil
}

// Header returns the 44 bytes before so many samples of each channel, for a file that is written bit by bit.
func Header(rate, channels, samples int) []byte {
	size := uint32(samples * channels * 2)
	le := binary.LittleEndian
	b := append(make([]byte, 0, 44), "RIFF"...)
	b = le.AppendUint32(b, 36+size)
	b = append(b, "WAVEfmt "...)
	b = le.AppendUint32(b, 16)
	b = le.AppendUint16(b, formatPCM)
	b = le.AppendUint16(b, uint16(channels))
	b = le.AppendUint32(b, uint32(rate))
	b = le.AppendUint32(b, uint32(rate*channels*2))
	b = le.AppendUint16(b, uint16(channels*2))
	b = le.AppendUint16(b, 16)
	b = append(b, "data"...)
	return le.AppendUint32(b, size)
}
