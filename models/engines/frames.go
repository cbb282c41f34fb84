package engines

import (
	"sync"

	"frontdesk.internal/audio"
)

// ringFrames is how many frames wait for the sender: 3 s, longer than it takes to find a child that hangs.
const ringFrames = 150

// frameRing is the queue between the audio clock and the sender of a stream. Push never blocks or allocates; what does
// not fit is counted, and the count travels with the next frame that fits.
type frameRing struct {
	mu      sync.Mutex
	samples audio.PCM // ringFrames frames
	lost    [ringFrames]uint32
	first   int
	n       int
	pending uint32 // lost since the newest frame in the ring
	total   uint64 // lost since the stream began
}

func newFrameRing() *frameRing {
	return &frameRing{samples: make(audio.PCM, ringFrames*FrameSamples)}
}

// push copies one frame in and reports whether there was room.
func (r *frameRing) push(pcm audio.PCM) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.n == ringFrames || len(pcm) != FrameSamples {
		r.pending++
		r.total++
		return false
	}
	i := (r.first + r.n) % ringFrames
	copy(r.samples[i*FrameSamples:], pcm)
	r.lost[i], r.pending = r.pending, 0
	r.n++
	return true
}

// pop takes up to limit frames, encoded for the wire, with the number lost before them. It stops before a frame that has a gap
// in front of it, unless that is the first.
func (r *frameRing) pop(limit int) (pcm []byte, lost uint32) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.n == 0 {
		return nil, 0
	}
	lost = r.lost[r.first]
	count := 1
	for count < min(r.n, limit) && r.lost[(r.first+count)%ringFrames] == 0 {
		count++
	}
	pcm = make([]byte, 0, count*FrameSamples*2)
	for range count {
		at := r.first * FrameSamples
		pcm = appendPCM(pcm, r.samples[at:at+FrameSamples])
		r.first = (r.first + 1) % ringFrames
		r.n--
	}
	return pcm, lost
}

// overflow returns how many frames were lost in all.
func (r *frameRing) overflow() uint64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.total
}
