package engines

import (
	"sync"

	"frontdesk.internal/audio"
	"frontdesk.internal/models/engines/enginespb"
)

// ringFrames is how many frames wait for the sender: 3 s, longer than it takes to find a child that hangs.
const ringFrames = 150

// frameRing is the queue between the audio clock and the sender of a stream. Push never blocks or allocates; what does
// not fit is counted, and the count travels with the next frame that fits. Notes keep their place among the frames: a take must
// not be overtaken by the speech that follows it.
type frameRing struct {
	mu      sync.Mutex
	samples audio.PCM // ringFrames frames
	lost    [ringFrames]uint32
	first   int
	n       int
	pending uint32 // lost since the newest frame in the ring
	total   uint64 // lost since the stream began
	popped  uint64 // frames taken out since the stream began
	notes   []note
}

// note is a request that goes between two frames.
type note struct {
	after   uint64 // frames that go first, counted since the stream began
	request *enginespb.ListenRequest
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

// note puts a request behind the frames that are in the queue now.
func (r *frameRing) note(request *enginespb.ListenRequest) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.notes = append(r.notes, note{after: r.popped + uint64(r.n), request: request})
}

// pop takes the next request to be sent, nil when there is none: a note, or up to limit frames with the number lost before
// them. It stops before a frame that has a gap in front of it, unless that is the first.
func (r *frameRing) pop(limit int) (request *enginespb.ListenRequest, isNote bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	limit = min(limit, r.n)
	if len(r.notes) > 0 {
		if r.notes[0].after == r.popped {
			request = r.notes[0].request
			r.notes = r.notes[1:]
			return request, true
		}
		limit = min(limit, int(r.notes[0].after-r.popped))
	}
	if limit == 0 {
		return nil, false
	}
	lost := r.lost[r.first]
	count := 1
	for count < limit && r.lost[(r.first+count)%ringFrames] == 0 {
		count++
	}
	pcm := make([]byte, 0, count*FrameSamples*2)
	for range count {
		at := r.first * FrameSamples
		pcm = appendPCM(pcm, r.samples[at:at+FrameSamples])
		r.first = (r.first + 1) % ringFrames
	}
	r.n -= count
	r.popped += uint64(count)
	f := &enginespb.ListenRequest_Frames{Frames: &enginespb.Frames{Pcm: pcm, Lost: lost}}
	return &enginespb.ListenRequest{What: f}, false
}

// overflow returns how many frames were lost in all.
func (r *frameRing) overflow() uint64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.total
}
