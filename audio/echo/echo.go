package echo

import (
	"math"
	"math/rand/v2"

	"frontdesk.internal/audio"
)

const (
	// ahead is by how many blocks what comes is counted as later than it is: a packet that was early must not come before what it answers.
	ahead = 8
	// astray is by how many blocks the two directions may get apart before they are lined up anew.
	astray = 40
	// memory is how many blocks that came are remembered, for a filter that begins.
	memory = 64
	// kept is how many blocks are remembered of what is given.
	kept = 128
)

// Canceller is the echo of one call.
type Canceller struct {
	n     int // samples of a block
	sent  *far
	found bool
	judge judge
	trial trial
	spot  *analyser
	find  *finder
	filt  *filter
	rng   *rand.Rand

	// What came, counted in samples.
	lined  bool
	offset int64 // far's number of block 0
	got    int64
	ready  int64 // up to which it is decided what is given
	given  int64
	out    []int16
	last   float64   // sample, for the emphasis
	frame  []float64 // the last two blocks, emphasised
	made   [2]bool   // of the newest block and the one before: a part of it was made up
	past   []float64 // memory × n, emphasised

	lag     int64 // of the loudest part of the echo, in blocks
	white   []complex128
	rest    []float64 // the last two blocks without their echo, emphasised
	still   float64   // sample before, for taking the emphasis back
	gain    float64   // of what comes against noise
	waiting int64     // blocks that are not decided on
	since   int       // blocks since the finder was asked
	strayed int       // times in a row that it found the echo elsewhere
	vetoed  int       // blocks for which what is left is taken for echo, if it is not very loud
	ruled   int       // and for which it is, however loud
	surely  int64     // newest block that was the caller's for sure
	opened  int64     // sample from which the gate is open
	regret  int64
}

// New returns a canceller for samples at rate, 8000 or 16000.
func New(rate int) *Canceller {
	n := rate / blocksASecond
	spot := newAnalyser(n)
	return &Canceller{
		n: n, sent: newFar(newAnalyser(n)), judge: newJudge(), spot: spot, find: newFinder(), filt: newFilter(spot),
		rng: rand.New(rand.NewPCG(1, 2)), out: make([]int16, kept*n), frame: make([]float64, 2*n), past: make([]float64, memory*n),
		white: make([]complex128, bandEnd), rest: make([]float64, 2*n), gain: 1,
	}
}

// Sent takes what has left for the line, silence too.
func (c *Canceller) Sent(pcm audio.PCM) { c.sent.add(pcm) }

// Received takes what came over the line and appends to dst what of it, and of what waited, was the caller's. good is false for
// what was made up.
func (c *Canceller) Received(dst, pcm audio.PCM, good bool) audio.PCM {
	c.align(len(pcm))
	n := int64(c.n)
	for _, s := range pcm {
		c.out[c.got%int64(len(c.out))] = s
		v := float64(s) / full
		c.frame[n+c.got%n] = v - emphasis*c.last
		c.last = v
		c.made[0] = c.made[0] || !good
		if c.got++; c.got%n == 0 {
			c.block(c.got/n - 1)
			copy(c.frame, c.frame[n:])
			c.made[1], c.made[0] = c.made[0], false
		}
	}
	if !c.found && c.waiting == 0 {
		c.ready = c.got
	}
	for ; c.given < c.ready; c.given++ {
		dst = append(dst, c.out[c.given%int64(len(c.out))])
	}
	return dst
}

// Regret is how many samples at the end of what was given before the last Received turned out in it to be our own voice. It is told once.
func (c *Canceller) Regret() int {
	r := c.regret
	c.regret = 0
	return int(r)
}

// Found reports whether an echo was found.
func (c *Canceller) Found() bool { return c.found }

// align counts the blocks of both directions alike.
func (c *Canceller) align(more int) {
	now := c.sent.next + ahead - int64(more/c.n)
	at := c.got/int64(c.n) + c.offset
	if c.lined && at > now-astray && at < now+astray {
		return
	}
	c.lined = true
	c.offset = now - c.got/int64(c.n)
	c.find.reset()
}

// block decides on block i of what came, or later.
func (c *Canceller) block(i int64) {
	y := c.frame[c.n:]
	copy(c.came(i), y)
	c.judge.expect(i+c.offset, c.sent, c.found, c.lag)
	if c.found {
		c.cancel(i, y)
	} else {
		c.search(i, y)
	}
}

// came is block i of what came, while it is remembered.
func (c *Canceller) came(i int64) []float64 { return c.past[int(i%memory)*c.n:][:c.n] }

// search is block while no echo was found. What comes is given as it is, but what may be an echo waits.
func (c *Canceller) search(i int64, y []float64) {
	power := meanSquare(y)
	if !c.made[0] {
		c.judge.noise(power)
	}
	kind := c.judge.suspect(power)
	if c.judge.reach > faint && power > faint {
		if !c.made[0] && !c.made[1] {
			c.spot.phases(c.white, c.frame)
			c.find.add(c.white, i+c.offset, c.sent)
		}
		if c.since++; c.since%4 == 0 && kind != quiet || c.since%16 == 0 {
			c.propose(i)
		}
	}
	if c.trial.on && c.try(i, y) {
		c.begin(i)
		return
	}
	was := c.judge.open
	c.waiting++
	open := c.judge.weigh(kind, c.found)
	if open && !was {
		c.opened = (i + 1 - c.waiting) * int64(c.n)
	}
	pressing := kind == caller || !c.trial.on || c.waiting == 1
	if open && pressing || c.judge.score == 0 || c.waiting > longest {
		c.waiting, c.ready = 0, (i+1)*int64(c.n)
	}
}

// begin begins to cancel: there is an echo. What waited was our own voice, and so was what opened the gate.
func (c *Canceller) begin(i int64) {
	c.found, c.trial.on = true, false
	if c.judge.open {
		c.regret = max(0, c.given-c.opened)
	}
	c.judge.begin(c.trial.power)
	c.still = c.last
	c.release(i+1, false)
}

// cancel is block once there is an echo.
func (c *Canceller) cancel(i int64, y []float64) {
	k, n := i+c.offset, int64(c.n)
	e := c.filt.block(y, k, c.sent, !c.made[0])
	power, left := meanSquare(y), meanSquare(e)
	if left > power {
		left, e = power, y
	}
	if !c.made[0] {
		c.judge.noise(left)
	}
	copy(c.rest, c.rest[c.n:])
	copy(c.rest[c.n:], e)
	kind := c.judge.classify(power, left)
	if c.judge.reach > faint && left > faint && !c.judge.idle() {
		c.compare(i, kind)
	}
	if kind == doubt && c.vetoed > 0 || kind == caller && c.ruled > 0 {
		kind = quiet
	}
	if kind == caller {
		c.surely = i
	}
	if kind == quiet && !c.judge.open {
		c.judge.learn(power, left)
	}
	for b, v := range e {
		c.still = v + emphasis*c.still
		c.out[(i*n+int64(b))%int64(len(c.out))] = clip(c.still * full)
	}
	c.waiting++
	was := c.judge.open
	open := c.judge.weigh(kind, c.found)
	if open && !was {
		c.opened = (i + 1 - c.waiting) * n
	}
	switch {
	case open, c.judge.idle() && (c.waiting == 1 || c.judge.score == 0):
		c.release(i+1, true)
	case c.judge.score == 0:
		c.release(i+1, false)
	case c.waiting > late:
		c.release(i+1-late, false)
	}
}

// compare looks whether what the filter has left is our voice still: the echo has changed, or the loudspeaker bends it.
func (c *Canceller) compare(i int64, kind class) {
	if !c.made[0] && !c.made[1] {
		c.spot.phases(c.white, c.rest)
		c.find.add(c.white, i+c.offset, c.sent)
	}
	c.vetoed, c.ruled = max(0, c.vetoed-1), max(0, c.ruled-1)
	c.since++
	if (kind == quiet || c.since%4 != 0) && c.since%16 != 0 {
		return
	}
	delay, z := c.find.best()
	moved := math.Abs(delay-float64(c.lag)) >= 2
	if z < alike || moved && z < elsewhere {
		c.strayed = 0
		return
	}
	c.vetoed = 8
	if z > certain {
		c.ruled = 4
	}
	if c.judge.open && i-c.surely > hang {
		c.regret = max(0, c.given-c.opened)
		c.judge.shut()
	}
	if !moved {
		c.strayed = 0
		return
	}
	if c.strayed++; c.strayed >= 3 {
		c.strayed, c.lag = 0, int64(delay)
		c.filt.move(delay, c.judge.loss)
	}
}

// release decides on the blocks before end: they are given as they are now, or noise like the line's is given in their place.
func (c *Canceller) release(end int64, heard bool) {
	want := 0.0
	if heard {
		want = 1
	}
	n := int64(c.n)
	step := 8 / float64(n)
	for from := max(c.given, c.ready); from < end*n; from++ {
		if c.gain += max(-step, min(step, want-c.gain)); c.gain == 1 {
			continue
		}
		s := &c.out[from%int64(len(c.out))]
		*s = clip(float64(*s)*c.gain + (1-c.gain)*c.comfort())
	}
	c.ready = max(c.ready, end*n)
	c.waiting = c.got/n - end
}

// comfort is a sample of noise that is as loud as the line's.
func (c *Canceller) comfort() float64 {
	return c.rng.NormFloat64() * math.Sqrt(c.judge.level()/(1+emphasis*emphasis)) * full
}

func clip(v float64) int16 { return int16(max(-32768, min(32767, math.Round(v)))) }
