package asrbench

import (
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"frontdesk.internal/audio"
	"frontdesk.internal/audio/conceal"
	"frontdesk.internal/audio/g711"
	"frontdesk.internal/audio/jitter"
	"frontdesk.internal/audio/resample"
	"frontdesk.internal/models/engines"
)

// lineRate is the sample rate of a G.711 line.
const lineRate = 8000

// Condition is a quality of line.
type Condition struct {
	Key   string  // of the result, such as "clean_wer"
	Loss  float64 // share of the packets that are lost at random, 0…1
	Noise bool    // whether noise is added
	SNR   float64 // by how many dB the noise is softer than the speech
}

// Conditions are those that are measured, the clean line first.
func Conditions() []Condition {
	return []Condition{
		{Key: "clean_wer"},
		{Key: "loss1_wer", Loss: 0.01},
		{Key: "loss3_wer", Loss: 0.03},
		{Key: "noise15_wer", Noise: true, SNR: 15},
	}
}

// Line returns what the recogniser hears of pcm (at rate) over a G.711 µ-law call: encoded, cut into packets of 20 ms,
// through the jitter buffer with concealment of what was lost, decoded and brought to 16 kHz. The same seed loses the
// same packets.
func Line(pcm audio.PCM, rate int, c Condition, seed uint64) (audio.PCM, error) {
	narrow, err := resample.All(rate, lineRate, pcm)
	if err != nil {
		return nil, fmt.Errorf("bring to the line's rate: %w", err)
	}
	r := rand.New(rand.NewPCG(seed, 0x6c696e65))
	if c.Noise {
		narrow = addNoise(narrow, c.SNR, r)
	}
	wide, err := resample.All(lineRate, engines.Rate, transmit(narrow, c.Loss, r))
	if err != nil {
		return nil, fmt.Errorf("bring to the recogniser's rate: %w", err)
	}
	return wide, nil
}

// transmit sends pcm packet by packet and plays what arrives.
func transmit(pcm audio.PCM, loss float64, r *rand.Rand) audio.PCM {
	var (
		size    = audio.FrameLen(lineRate)
		buffer  = jitter.New(func([]byte) bool { return false })
		filler  = conceal.New(lineRate)
		octets  = make([]byte, size)
		frame   = make(audio.PCM, size)
		out     audio.PCM
		now     = time.Unix(0, 0)
		packets = (len(pcm) + size - 1) / size
		begun   bool
	)
	// A few more pulls than packets play what the buffer holds back.
	for i := range packets + int(jitter.MaxDelay/audio.FrameDuration) {
		if i < packets {
			clear(frame)
			copy(frame, pcm[i*size:])
			g711.EncodeMu(octets, frame)
			if i == 0 || r.Float64() >= loss {
				buffer.Push(jitter.Packet{Seq: uint16(i), TS: uint32(i * size), SSRC: 1, Payload: octets}, now)
			}
		}
		now = now.Add(audio.FrameDuration)
		switch kind := buffer.Pull(octets, now); {
		case kind == jitter.Audio:
			begun = true
			g711.DecodeMu(frame, octets)
			filler.Good(frame)
		case kind == jitter.Lost && i < packets:
			filler.Conceal(frame)
		case !begun || i >= packets:
			continue
		default:
			clear(frame)
		}
		out = append(out, frame...)
	}
	return out
}

// addNoise adds white noise that is db softer than the speech. The speech's level is that of the frames in which
// somebody speaks, so that pauses in a prompt do not make it noisier.
func addNoise(pcm audio.PCM, db float64, r *rand.Rand) audio.PCM {
	deviation := math.Sqrt(speechPower(pcm) / math.Pow(10, db/10))
	out := make(audio.PCM, len(pcm))
	for i, s := range pcm {
		x := float64(s) + r.NormFloat64()*deviation
		out[i] = int16(max(math.MinInt16, min(math.MaxInt16, math.Round(x))))
	}
	return out
}

// speechPower is the mean square of the frames that are at most 30 dB softer than the loudest.
func speechPower(pcm audio.PCM) float64 {
	size := audio.FrameLen(lineRate)
	var powers []float64
	loudest := 0.0
	for ; len(pcm) >= size; pcm = pcm[size:] {
		var p float64
		for _, s := range pcm[:size] {
			p += float64(s) * float64(s)
		}
		p /= float64(size)
		powers = append(powers, p)
		loudest = max(loudest, p)
	}
	var sum, n float64
	for _, p := range powers {
		if p > 0 && p >= loudest/1000 {
			sum += p
			n++
		}
	}
	return sum / max(1, n)
}
