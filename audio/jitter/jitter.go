// Package jitter is the receiving end of an RTP stream of sample-based codecs (G.711): it puts packets into order and plays them
// out at a steady pace behind a delay that follows the network.
//
// A [Buffer] is pure: the time is an argument, it starts no goroutine, allocates nothing after New, and copies what it is given.
// Calls must not overlap. Order is kept by RTP timestamp, so packet times from 5 to 60 ms mix freely. A gap in the timestamps without
// a gap in the sequence numbers is silence that the sender did not send, not loss (RFC 3551 section 4.1).
//
// The delay is a quantile of how late packets come against the fastest ones, forgetting slowly, as NetEQ's delay manager does.
// It is changed only in quiet frames, so that no word is cut or stretched.
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
	// patience is how many quiet frames in a row the level must be too high before a frame is dropped.
	patience = 10
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
	Target                          time.Duration
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

	hist   [bins]float64
	base   [2]time.Duration // fastest packet of this window and of the one before
	turned time.Time
	epoch  time.Time // arrival of the stream's first packet
	held   int       // Pulls that waited with something in the buffer
	got    uint64    // packets of this stream
	lost   uint64    // of the streams before
	stats  Stats
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
	b.delay(pos, now)
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
func (b *Buffer) delay(pos int64, now time.Time) {
	d := now.Sub(b.epoch) - time.Duration(pos)*time.Second/rate
	if now.Sub(b.turned) > baseWindow {
		b.turned = now
		b.base[1], b.base[0] = b.base[0], d
	}
	b.base[0] = min(b.base[0], d)
	rel := d - min(b.base[0], b.base[1])
	bin := min(int(rel/binWidth), bins-1)
	sum := 0.0
	for i := range b.hist {
		b.hist[i] *= forget
		sum += b.hist[i]
	}
	b.hist[bin]++
	sum++
	if sum < 8 {
		return // too few to say anything
	}
	acc := 0.0
	for i, h := range b.hist {
		if acc += h; acc >= quantile*sum {
			want := time.Duration(i+1)*binWidth + audioFrame/2
			b.stats.Target = max(MinDelay, min(MaxDelay, want))
			return
		}
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

// Pull writes the next 20 ms to dst (160 octets) and says what they are. It is called once every 20 ms.
func (b *Buffer) Pull(dst []byte) Kind {
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
		b.playing, b.misses, b.held = true, 0, 0
	}
	if !b.whole() {
		return b.miss()
	}
	b.misses = 0
	for i := range frameSamples {
		dst[i] = b.samples[uint64(b.next+int64(i))%ringSamples]
	}
	b.pulled = b.when[uint64(b.next/blockSamples)%blocks]
	b.next += frameSamples
	b.adapt(dst)
	return Audio
}

// Arrived returns when the packet arrived from which the last Audio frame began; zero for silence that was not sent.
func (b *Buffer) Arrived() time.Time { return b.pulled }

// whole tells whether the next frame is complete.
func (b *Buffer) whole() bool {
	for i := int64(0); i < frameSamples; i += blockSamples {
		if !b.has(b.next + i) {
			return false
		}
	}
	return b.has(b.next + frameSamples - 1)
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

// adapt brings the level toward the target by a frame, where nobody hears it.
func (b *Buffer) adapt(frame []byte) {
	if !b.quiet(frame) {
		b.over = 0
		return
	}
	level := b.level()
	switch {
	case level > b.stats.Target+30*time.Millisecond:
		if b.over++; b.over >= patience || level > MaxDelay+b.stats.Target {
			b.over = 0
			b.next += frameSamples
			b.stats.Dropped++
		}
	case level < b.stats.Target-audioFrame && b.next >= frameSamples:
		b.over = 0
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
