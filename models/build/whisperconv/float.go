package whisperconv

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"math/bits"
)

// widenHalf copies n float16 values from r to w as float32; both little-endian.
func widenHalf(w io.Writer, r io.Reader, n int64) error {
	in := bufio.NewReaderSize(r, 1<<15)
	var half [2]byte
	var full [4]byte
	for range n {
		if _, err := io.ReadFull(in, half[:]); err != nil {
			return fmt.Errorf("read float16: %w", err)
		}
		binary.LittleEndian.PutUint32(full[:], math.Float32bits(halfToFloat(binary.LittleEndian.Uint16(half[:]))))
		if _, err := w.Write(full[:]); err != nil {
			return fmt.Errorf("write float32: %w", err)
		}
	}
	return nil
}

// halfToFloat widens an IEEE 754 binary16 value; every one has an exact binary32.
func halfToFloat(h uint16) float32 {
	sign := uint32(h>>15) << 31
	exp := uint32(h>>10) & 0x1f
	frac := uint32(h) & 0x3ff
	switch {
	case exp == 0x1f: // Infinity and NaN.
		return math.Float32frombits(sign | 0xff<<23 | frac<<13)
	case exp != 0:
		return math.Float32frombits(sign | (exp+127-15)<<23 | frac<<13)
	case frac == 0:
		return math.Float32frombits(sign)
	}
	// A subnormal half is a normal float: bring the leading one to the implied place.
	shift := uint32(bits.LeadingZeros16(uint16(frac))) - 5
	frac = frac << shift & 0x3ff
	return math.Float32frombits(sign | (127-15+1-shift)<<23 | frac<<13)
}
