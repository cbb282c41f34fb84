// Package jitter is the receiving end of an RTP stream of sample-based codecs (G.711): it puts packets into order and plays them
// out at a steady pace behind a delay that follows the network.
//
// A [Buffer] is pure: the time is an argument, it starts no goroutine, allocates nothing after New, and copies what it is given.
// Calls must not overlap. Order is kept by RTP timestamp, so packet times from 5 to 60 ms mix freely. A gap in the timestamps without
// a gap in the sequence numbers is silence that the sender did not send, not loss (RFC 3551 section 4.1).
//
// The delay is a quantile of how late packets come against the fastest ones, forgetting slowly, as NetEQ's delay manager does. Packets that
// others have overtaken are worth waiting for as long as the loss that it saves outweighs the wait. In quiet frames the delay is changed by
// whole frames; in all others the buffer says by [Buffer.Correction] that the sound should be played a little faster or slower, which its
// owner does unheard: that also makes up for a sender whose clock is not ours.
package jitter

import "time"

// Bounds and constants of the delay's adaptation.
const (
	// MinDelay and MaxDelay bound the target.
	MinDelay = 20 * time.Millisecond
	MaxDelay = 200 * time.Millisecond
	// startDelay is the target before anything was measured.
	startDelay = 40 * time.Millisecond
	quantile   = 0.96
	forget     = 0.985
	binWidth   = 5 * time.Millisecond
	bins       = 64
	// baseWindow is how long the fastest packet counts as the base of the delays; clock skew moves it.
	baseWindow = 4 * time.Second

	frameSamples = 160
	blockSamples = 40   // 5 ms, the unit of "is there"
	ringSamples  = 8192 // 1.024 s
	blocks       = ringSamples / blockSamples
	jump         = ringSamples * 3 / 4 // a timestamp further away starts the stream anew
	rate         = 8000
	// patience is how many quiet frames in a row the delay must be too long before a frame is dropped.
	patience = 10
	// slack is by how much the delay may be longer than is needed; what is corrected at a time is less.
	slack = 20 * time.Millisecond
	// steady is how many frames in a row the delay must be wrong before the sound is corrected; hurry is how many when it is far too long.
	steady = 25
	hurry  = 4
	// far is by how much the delay is far too long.
	far = 80 * time.Millisecond
	// reorderForget and lossCost weigh the wait for packets that were overtaken: 20 ms for each percent that would be lost.
	reorderForget = 0.9993
	lossCost      = 2000 * time.Millisecond
	// reorderMost is the longest wait for their sake.
	reorderMost = 100 * time.Millisecond
	// skewAfter is over how much time the sender's clock is compared with ours before anything is said of it.
	skewAfter = time.Minute
)

// Correction says how the next frame should be played.
type Correction int

// The corrections.
const (
	Exact   Correction = iota
	Shorter            // from more sound than a frame: the delay is too long
	Longer             // from less
)

// Packet is one RTP packet. Payload holds one octet a sample.
type Packet struct {
	Seq     uint16
	TS      uint32
	SSRC    uint32
	Payload []byte
}

// Kind says what Pull returned.
type Kind int

// The kinds of frame.
const (
	// Audio: dst is filled.
	Audio Kind = iota
	// Lost: something should be there and is not; conceal it.
	Lost
	// Silence: nothing is expected: the stream has not begun, or the sender is silent.
	Silence
)

// Stats count since New. Lost is by sequence numbers (RFC 3550 A.3) and can go down when a late packet comes.
type Stats struct {
	Received, Lost, Late, Duplicate uint64
	Resets                          uint64 // stream started anew: other SSRC, or a jump
	Concealed                       uint64 // frames for which Pull said Lost
	Dropped, Inserted               uint64 // quiet frames, to change the delay
	Cut, Added                      uint64 // samples of other frames, likewise
	Target                          time.Duration
	Delay                           time.Duration // of what is played, behind the fastest packets
	Skew                            float64       // of the sender's clock, in ppm: positive when it is slower than ours; 0 = not known
}

// Buffer is one stream's jitter buffer.
type Buffer struct {
	quiet func(frame []byte) bool

	samples [ringSamples]byte
	there   [blocks]uint32 // block number +1 that is stored in the slot, 0 = none
	when    [blocks]time.Time
	pulled  time.Time

	started bool // a packet was seen
	playing bool
	ssrc    uint32
	origin  uint32 // timestamp of position 0
	next    int64  // position of the next sample to play
	end     int64  // position behind the newest sample
	misses  int    // Pulls in a row without audio
	over    int    // quiet frames in a row with the level too high

	lastSeq  uint16
	lastEnd  int64
	highSeq  int64 // extended
	firstSeq int64
	seen     [64]int64 // extended sequence numbers +1, by number modulo 64, to tell duplicates

	hist     [bins]float64
	overtook [bins]float64    // how late packets were that others had overtaken; the first bin counts all others
	base     [2]time.Duration // fastest packet of this window and of the one before
	turned   time.Time
	first    mark // the base long ago, and now
	newest   mark
	wrong    int       // frames in a row in which the delay was too long (positive) or too short
	epoch    time.Time // arrival of the stream's first packet
	held     int       // Pulls that waited with something in the buffer
	got      uint64    // packets of this stream
	lost     uint64    // of the streams before
	stats    Stats
}

// mark is the base of the delays at a moment.
type mark struct {
	at   time.Time
	base time.Duration
}

// New returns an empty buffer. quiet tells whether an encoded frame of 160 octets may be dropped or repeated unheard; it is called
// by Pull and must not keep the slice.
func New(quiet func(frame []byte) bool) *Buffer {
	return &Buffer{quiet: quiet, stats: Stats{Target: startDelay}}
}

// Push takes a packet that arrived at now.
func (b *Buffer) Push(p Packet, now time.Time) {
	n := len(p.Payload)
	if n == 0 || n > 12*blockSamples {
		return
	}
	if b.started && p.SSRC != b.ssrc {
		b.restart()
	}
	pos := b.position(p.TS)
	if b.started && (pos < b.next-jump || pos > b.end+jump) {
		if p.Seq == b.lastSeq+1 && pos > b.end && b.level() <= 0 {
			b.next, b.end, b.lastEnd = pos, pos, pos // a long silence that was not sent
		} else {
			b.restart()
		}
	}
	if !b.started {
		b.start(p, now)
		pos = 0
	}
	ext, dup := b.sequence(p.Seq)
	if dup {
		b.stats.Duplicate++
		return
	}
	b.stats.Received++
	b.got++
	b.delay(pos, ext < b.highSeq, now)
	if ext == b.highSeq && p.Seq == b.lastSeq+1 && pos > b.lastEnd {
		b.silence(b.lastEnd, pos)
	}
	if ext == b.highSeq {
		b.lastSeq, b.lastEnd = p.Seq, pos+int64(n)
	}
	if pos+int64(n) <= b.next {
		b.stats.Late++
		return
	}
	b.store(pos, p.Payload, now)
}

// Skip tells of a packet of the same stream whose payload does not belong here (a telephone event), so that its number is not
// taken for a loss.
func (b *Buffer) Skip(seq uint16, ssrc uint32) {
	if !b.started || ssrc != b.ssrc {
		return
	}
	if ext, dup := b.sequence(seq); !dup {
		b.got++
		if ext == b.highSeq {
			b.lastSeq = seq
		}
	}
}

// position is the place of a timestamp relative to the origin; the difference wraps with the timestamps.
func (b *Buffer) position(ts uint32) int64 {
	if !b.started {
		return 0
	}
	return b.end + int64(int32(ts-(b.origin+uint32(b.end))))
}

func (b *Buffer) restart() {
	b.stats.Resets++
	b.lost += b.missing()
	b.started, b.playing = false, false
	b.there = [blocks]uint32{}
}

func (b *Buffer) start(p Packet, now time.Time) {
	b.started, b.ssrc, b.origin = true, p.SSRC, p.TS
	b.next, b.end, b.misses, b.lastEnd = 0, 0, 0, 0
	b.lastSeq = p.Seq - 1
	b.highSeq = int64(p.Seq) - 1
	b.firstSeq = int64(p.Seq)
	b.seen = [64]int64{}
	b.got, b.held = 0, 0
	b.epoch, b.turned = now, now
	b.base = [2]time.Duration{MaxDelay * 10, MaxDelay * 10}
	b.first, b.newest, b.wrong = mark{}, mark{}, 0
}

// sequence extends a sequence number and tells whether the packet was there before.
func (b *Buffer) sequence(seq uint16) (ext int64, dup bool) {
	ext = b.highSeq + int64(int16(seq-uint16(b.highSeq)))
	slot := &b.seen[uint64(ext)%64]
	if ext <= b.highSeq-64 || *slot == ext+1 {
		return ext, true
	}
	*slot = ext + 1
	b.highSeq = max(b.highSeq, ext)
	return ext, false
}

// delay learns from one packet how late packets come.
func (b *Buffer) delay(pos int64, overtaken bool, now time.Time) {
	d := now.Sub(b.epoch) - time.Duration(pos)*time.Second/rate
	switch idle := now.Sub(b.turned); {
	case idle > 2*baseWindow: // after a long silence all is new
		b.turned = now
		b.base = [2]time.Duration{d, d}
	case idle > baseWindow:
		b.mark(now)
		b.turned = now
		b.base[1], b.base[0] = b.base[0], d
	}
	b.base[0] = min(b.base[0], d)
	bin := min(int((d-b.fastest())/binWidth), bins-1)
	sum := weigh(&b.hist, forget, bin)
	if !overtaken {
		bin = 0
	}
	reordered := weigh(&b.overtook, reorderForget, bin)
	if sum < 8 {
		return // too few to say anything
	}
	want := time.Duration(quantileOf(&b.hist, sum)+1)*binWidth + audioFrame/2
	want = max(want, cheapest(&b.overtook, reordered))
	b.stats.Target = max(MinDelay, min(MaxDelay, want))
}

// fastest is the base of the delays.
func (b *Buffer) fastest() time.Duration { return min(b.base[0], b.base[1]) }

// weigh adds one to a histogram that forgets, and returns its sum.
func weigh(hist *[bins]float64, forget float64, bin int) float64 {
	sum := 1.0
	for i := range hist {
		hist[i] *= forget
		sum += hist[i]
	}
	hist[bin]++
	return sum
}

func quantileOf(hist *[bins]float64, sum float64) int {
	acc := 0.0
	for i, h := range hist {
		if acc += h; acc >= quantile*sum {
			return i
		}
	}
	return bins - 1
}

// cheapest is the delay at which the wait and the loss of what was overtaken cost the least together.
func cheapest(hist *[bins]float64, sum float64) time.Duration {
	best, cost := time.Duration(0), time.Duration(1<<62)
	lost := sum
	for i, h := range hist {
		lost -= h
		delay := time.Duration(i+1)*binWidth + audioFrame/2
		if delay > reorderMost {
			break
		}
		if c := delay + time.Duration(float64(lossCost)*max(0, lost)/sum); c < cost {
			best, cost = delay, c
		}
	}
	return best
}

// mark notes the base, by which the sender's clock is compared with ours.
func (b *Buffer) mark(now time.Time) {
	m := mark{now, b.base[0]}
	if b.first.at.IsZero() {
		b.first = m
	}
	b.newest = m
	if span := m.at.Sub(b.first.at); span >= skewAfter {
		b.stats.Skew = float64(m.base-b.first.base) / float64(span) * 1e6
	}
}

const audioFrame = 20 * time.Millisecond

// silence marks what a silent sender left out as being there.
func (b *Buffer) silence(from, to int64) {
	if to-from > ringSamples/2 {
		return // a long pause: the buffer has run dry and starts again by itself
	}
	var quiet [blockSamples]byte
	for i := range quiet {
		quiet[i] = 0xff // zero in µ-law and near it in A-law
	}
	for p := from; p < to; p += blockSamples {
		if p+blockSamples > b.next {
			b.store(p, quiet[:min(blockSamples, to-p)], time.Time{})
		}
	}
}

// store copies a payload to its place.
func (b *Buffer) store(pos int64, payload []byte, now time.Time) {
	if !b.playing && (pos < b.next || b.end <= b.next) { // reordered at the start, or the first of a talkspurt
		b.next = pos
	}
	for i, v := range payload {
		b.samples[uint64(pos+int64(i))%ringSamples] = v
	}
	first := (pos + blockSamples - 1) / blockSamples
	if pos%blockSamples != 0 && b.has(pos-1) {
		first = pos / blockSamples // continues a block that began in the packet before
	}
	for blk := first; blk*blockSamples < pos+int64(len(payload)); blk++ {
		b.there[uint64(blk)%blocks] = uint32(blk) + 1
		b.when[uint64(blk)%blocks] = now
	}
	b.end = max(b.end, pos+int64(len(payload)))
}

// has tells whether the sample at pos is there.
func (b *Buffer) has(pos int64) bool {
	blk := pos / blockSamples
	return pos >= 0 && pos < b.end && b.there[uint64(blk)%blocks] == uint32(blk)+1
}

// level is how much is buffered.
func (b *Buffer) level() time.Duration {
	return time.Duration(b.end-b.next) * time.Second / rate
}

// Pull writes the next octets to dst and says what they are. It is called once every 20 ms, with a dst of 160 octets, or of some
// more or less when the frame is corrected.
func (b *Buffer) Pull(dst []byte, now time.Time) Kind {
	if !b.started {
		return Silence
	}
	if !b.playing {
		// A talkspurt waits until the target is in the buffer, or as long as that would take.
		if b.level() <= 0 {
			return Silence
		}
		if b.held++; b.level() < b.stats.Target && time.Duration(b.held)*audioFrame <= b.stats.Target {
			return Silence
		}
		b.playing, b.misses, b.held, b.wrong = true, 0, 0, 0
	}
	if !b.Peek(dst) {
		return b.miss()
	}
	b.misses = 0
	b.stats.Delay = now.Sub(b.epoch) - time.Duration(b.next)*time.Second/rate - b.fastest()
	b.pulled = b.when[uint64(b.next/blockSamples)%blocks]
	b.next += int64(len(dst))
	b.adapt(dst)
	return Audio
}

// Peek writes what Pull would, and takes nothing out. It reports false when not all of it is there.
func (b *Buffer) Peek(dst []byte) bool {
	if !b.playing || !b.whole(int64(len(dst))) {
		return false
	}
	for i := range dst {
		dst[i] = b.samples[uint64(b.next+int64(i))%ringSamples]
	}
	return true
}

// Ahead writes what lies behind the frame that was pulled last, as far as nothing is missing, and takes nothing out. It returns how
// much, the position of the first octet, which counts up in a stream, and which stream that is.
func (b *Buffer) Ahead(dst []byte) (n int, pos int64, stream uint64) {
	if !b.playing {
		return 0, b.next, b.stats.Resets
	}
	for n+blockSamples <= len(dst) && b.has(b.next+int64(n)) && b.has(b.next+int64(n)+blockSamples-1) {
		for i := range blockSamples {
			dst[n+i] = b.samples[uint64(b.next+int64(n+i))%ringSamples]
		}
		n += blockSamples
	}
	return n, b.next, b.stats.Resets
}

// Correction says how the next frame should be played. Its owner calls Corrected when it was.
func (b *Buffer) Correction() Correction {
	patience := steady
	if b.stats.Delay > b.need()+far {
		patience = hurry
	}
	switch {
	case !b.playing:
	case b.wrong >= patience:
		return Shorter
	case b.wrong <= -steady:
		return Longer
	}
	return Exact
}

// Corrected tells that a frame was made of so many octets more than it has, or less when n is negative.
func (b *Buffer) Corrected(n int) {
	b.wrong = 0
	if n > 0 {
		b.stats.Cut += uint64(n)
	} else {
		b.stats.Added += uint64(-n)
	}
}

// need is the delay that the target stands for. A frame may end in a packet that has only just come, so a frame's length more is needed.
func (b *Buffer) need() time.Duration { return b.stats.Target + audioFrame/2 }

// Arrived returns when the packet arrived from which the last Audio frame began; zero for silence that was not sent.
func (b *Buffer) Arrived() time.Time { return b.pulled }

// whole tells whether the next n samples are there.
func (b *Buffer) whole(n int64) bool {
	for i := int64(0); i < n; i += blockSamples {
		if !b.has(b.next + i) {
			return false
		}
	}
	return b.has(b.next + n - 1)
}

// miss decides what a frame that is not there means.
func (b *Buffer) miss() Kind {
	b.misses++
	if b.end > b.next { // something later is there: this one is lost
		b.next += frameSamples
		b.stats.Concealed++
		return Lost
	}
	if b.misses <= 3 { // late or lost, nobody can tell yet; its place passes
		b.next += frameSamples
		b.stats.Concealed++
		return Lost
	}
	// The sender is silent or gone. The next packet starts a new talkspurt behind the target delay.
	b.playing = false
	b.next = max(b.next, b.end)
	return Silence
}

// adapt brings the delay toward what is needed: by a frame where nobody hears it, else it counts how long the delay was wrong.
func (b *Buffer) adapt(frame []byte) {
	late := b.stats.Delay - b.need()
	switch {
	case late > slack:
		b.wrong = max(b.wrong, 0) + 1
	case late < 0:
		b.wrong = min(b.wrong, 0) - 1
	default:
		b.wrong = 0
	}
	if len(frame) != frameSamples || !b.quiet(frame) {
		b.over = 0
		return
	}
	switch {
	case late > slack+audioFrame:
		if b.over++; b.over >= patience || late > MaxDelay {
			b.over, b.wrong = 0, 0
			b.next += frameSamples
			b.stats.Dropped++
		}
	case late < -audioFrame/2 && b.next >= frameSamples:
		b.over, b.wrong = 0, 0
		b.next -= frameSamples // the quiet frame is played once more
		b.stats.Inserted++
	default:
		b.over = 0
	}
}

// Stats returns the counters.
func (b *Buffer) Stats() Stats {
	s := b.stats
	s.Lost = b.lost + b.missing()
	return s
}

// missing counts the sequence numbers of this stream that never came.
func (b *Buffer) missing() uint64 {
	if !b.started {
		return 0
	}
	expected := uint64(b.highSeq - b.firstSeq + 1)
	return expected - min(expected, b.got)
}
