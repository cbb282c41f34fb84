//go:build pbx

package interop_test

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"os"

	"frontdesk.internal/audio"
)

// Pitches: the scripted voice speaks in boxHz, callers in peerHz, people of the office in personHz.
const (
	boxHz    = 440
	peerHz   = 1020
	personHz = 1700
)

// readWAV returns one channel of a WAV file of 16 bits, also of one that is still being written.
func readWAV(path string, channel int) (audio.PCM, int, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, 0, err
	}
	if len(b) < 12 || string(b[:4]) != "RIFF" {
		return nil, 0, errors.New("no WAV file: " + path)
	}
	rate, channels := 0, 0
	for at := 12; at+8 <= len(b); {
		id, size := string(b[at:at+4]), int(binary.LittleEndian.Uint32(b[at+4:]))
		body := b[at+8:]
		switch id {
		case "fmt ":
			if len(body) < 16 || binary.LittleEndian.Uint16(body[14:]) != 16 {
				return nil, 0, fmt.Errorf("%s: not of 16 bits", path)
			}
			channels, rate = int(binary.LittleEndian.Uint16(body[2:])), int(binary.LittleEndian.Uint32(body[4:]))
		case "data":
			if channels == 0 {
				return nil, 0, fmt.Errorf("%s: data before its format", path)
			}
			if size == 0 || size > len(body) {
				size = len(body)
			}
			var pcm audio.PCM
			for i := 2 * channel; i+1 < size; i += 2 * channels {
				pcm = append(pcm, int16(binary.LittleEndian.Uint16(body[i:])))
			}
			return pcm, rate, nil
		}
		at += 8 + size + size%2
	}
	return nil, 0, fmt.Errorf("%s: no sound in it", path)
}

// heard says for every 20 ms of pcm whether the tone of hz is most of what is heard.
func heard(pcm audio.PCM, rate int, hz float64) []bool {
	n := rate / 50
	var frames []bool
	for ; len(pcm) >= n; pcm = pcm[n:] {
		var re, im, power float64
		for i, s := range pcm[:n] {
			x := float64(s)
			sin, cos := math.Sincos(2 * math.Pi * hz * float64(i) / float64(rate))
			re, im, power = re+x*cos, im+x*sin, power+x*x
		}
		// A pure tone has all of its power here: 2(re²+im²)/n.
		frames = append(frames, power/float64(n) > 100*100 && 2*(re*re+im*im)/float64(n) > 0.7*power)
	}
	return frames
}

// count returns how many are true.
func count(frames []bool) int {
	n := 0
	for _, ok := range frames {
		if ok {
			n++
		}
	}
	return n
}

// picture draws frames, one sign for 100 ms: how many of its five frames hold the tone.
func picture(frames []bool) string {
	var s []byte
	for ; len(frames) >= 5; frames = frames[5:] {
		s = append(s, " 1234#"[count(frames[:5])])
	}
	return string(s)
}
