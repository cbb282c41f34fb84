package hear

import (
	"sync"

	"frontdesk.internal/audio"
	"frontdesk.internal/models/engines"
)

// ringFrames is how much audio may wait for a stream's goroutine: 5 s.
const ringFrames = 250

// ring hands frames from the audio clock to the stream's goroutine. Safe for concurrent use; push never waits longer
// than for the copy of one frame.
type ring struct {
	mu     sync.Mutex
	frames [ringFrames][engines.FrameSamples]int16
	gap    [ringFrames]int // frames lost right before this one
	first  int
	count  int
	lost   int // frames lost since the newest one in the ring
}

// push copies a frame, cut or filled with silence to FrameSamples. It reports false when the ring is full.
func (r *ring) push(pcm audio.PCM) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.count == ringFrames {
		r.lost++
		return false
	}
	i := (r.first + r.count) % ringFrames
	n := copy(r.frames[i][:], pcm)
	clear(r.frames[i][n:])
	r.gap[i], r.lost = r.lost, 0
	r.count++
	return true
}

// pop copies the oldest frame into dst and returns how many were lost right before it; ok is false when none waits.
func (r *ring) pop(dst *[engines.FrameSamples]int16) (gap int, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.count == 0 {
		return 0, false
	}
	*dst = r.frames[r.first]
	gap = r.gap[r.first]
	r.first = (r.first + 1) % ringFrames
	r.count--
	return gap, true
}
