package echo

// Levels and times by which the judge goes. Powers are ratios.
const (
	// full is what a sample is divided by.
	full = 32768
	// loud is the power of the loudest echo that is reckoned with before one was measured, −6 dB.
	loud = 0.25
	// likelyLoss is what an echo is at least reckoned with at first, −12 dB: what was heard of it may be its softest.
	likelyLoss = 0.06
	// dying is what is left of an echo's power in the room a block later.
	dying = 0.8
	// quickly is from how many blocks the first guess is corrected quickly.
	quickly = 60
	// above is how much louder than any echo must be what is the caller's for sure.
	above = 2.5
	// within is how much louder than what the filter leaves of an echo usually is what may still be that.
	within = 2.0
	// The score that opens the gate, while it is not known whether there is an echo and afterwards: for a caller who is louder than
	// any echo after 4 blocks, for another block by block.
	opensUnknown, opensKnown = 20, 12
	// longest is how many blocks wait while no echo was found, late how many once there is one.
	longest, late = 26, 14
	// hang is how many blocks that are nothing but echo shut the gate.
	hang = 12
	// alike is by how much a delay must stand out in what the filter has left for that to be an echo still.
	alike = 8.0
	// elsewhere is by how much another delay must, for the echo to have moved there.
	elsewhere = 11.5
	// certain is by how much it must stand out for that to be nothing but an echo, however loud.
	certain = 14.0
	// negligible is the power below which the noise of a line does not matter: −66 dB of full scale.
	negligible = 2.5e-7
	// floorBlocks is the time in which the quietest moment is the noise of the line. The quietest of some moments is quieter than the
	// most, by bias.
	floorBlocks, bias = 256, 1.5
)

// class is what a block is.
type class int

const (
	quiet  class = iota // or nothing but our echo
	doubt               // louder than what is left of the echo, yet not louder than an echo may be
	caller              // louder than any echo
)

// judge tells whether what comes is the caller's voice or ours. All figures are powers, after the emphasis.
type judge struct {
	reach float64 // of the loudest that the echo may come from
	loss  float64 // of the echo against that, at most
	rest  float64 // of what the filter leaves of it, likewise
	// learned is how many blocks these were learned from.
	learned int

	floor   float64 // of the line's noise, at most
	smooth  float64
	minimum [2]float64 // of smooth, in this span and the one before
	blocks  int

	score int
	open  bool
	left  int // blocks for which it stays open
}

func newJudge() judge {
	return judge{loss: loud, rest: loud, minimum: [2]float64{1, 1}, floor: negligible}
}

// begin is told that there is an echo of so much power against what was sent.
func (j *judge) begin(power float64) {
	j.shut()
	j.reach = 0
	j.loss = max(likelyLoss, min(loud, 2*power))
	j.rest = j.loss / 2
	j.learned = 0
}

// noise follows the noise of the line by its quietest moments.
func (j *judge) noise(power float64) {
	if j.blocks == 0 {
		j.smooth = power
	}
	j.smooth += (power - j.smooth) / 4
	j.minimum[0] = min(j.minimum[0], j.smooth)
	if j.blocks++; j.blocks%floorBlocks == 0 {
		j.minimum[1], j.minimum[0] = j.minimum[0], j.smooth
	}
	if j.blocks >= floorBlocks/8 {
		j.floor = max(negligible, bias*min(j.minimum[0], j.minimum[1]))
	}
}

// expect follows the loudest that an echo may come from; found is false while any delay is possible.
func (j *judge) expect(k int64, sent *far, found bool, lag int64) {
	top := 0.0
	if found {
		for d := int64(-2); d <= 1; d++ {
			top = max(top, sent.level(k-lag-d))
		}
	} else {
		for d := range int64(lags) {
			top = max(top, sent.level(k-d))
		}
	}
	j.reach = max(j.reach*dying, top)
}

// level is the power of the line's noise.
func (j *judge) level() float64 { return min(j.floor/bias, j.smooth) }

// idle reports that no echo can be heard.
func (j *judge) idle() bool { return j.reach*j.loss < 0.1*j.floor || j.reach < faint }

// suspect tells what a block is while no echo was found, by the power that came.
func (j *judge) suspect(came float64) class {
	switch {
	case j.idle() || came < 2*j.floor:
		return quiet
	case came > loud*j.reach:
		return caller
	}
	return doubt
}

// classify tells what a block is, by the power that came and that which the filter has left.
func (j *judge) classify(came, left float64) class {
	switch {
	case j.idle() && left > 4*j.floor:
		return caller
	case j.idle(), left <= within*(j.rest*j.reach+j.floor):
		return quiet
	case came > above*j.loss*j.reach+4*j.floor && left > came/4:
		return caller
	}
	return doubt
}

// learn follows how loud the echo is in blocks that are nothing else.
func (j *judge) learn(came, left float64) {
	if j.idle() || j.reach*j.rest < j.floor && left < 2*j.floor {
		return
	}
	rest, loss := 0.99, 0.998
	if j.learned++; j.learned < quickly {
		rest, loss = 0.97, 0.98
	}
	track(&j.rest, left/j.reach, 1.10, rest)
	track(&j.loss, came/j.reach, 1.15, loss)
	j.loss = min(j.loss, loud)
	j.rest = min(max(j.rest, 1e-5), j.loss)
}

// track follows an upper quantile.
func track(q *float64, v, up, down float64) {
	if v > *q {
		*q *= up
	} else {
		*q *= down
	}
}

// weigh adds a block to the score and reports whether the gate is open. known says whether there is an echo.
func (j *judge) weigh(c class, known bool) bool {
	opens := opensUnknown
	if known {
		opens = opensKnown
	}
	switch c {
	case caller:
		j.score += opens / 4
	case doubt:
		j.score++
	default:
		j.score = max(0, j.score-1)
	}
	j.score = min(j.score, opens)
	switch {
	case j.score == opens:
		j.open, j.left = true, hang
	case j.open && c == quiet:
		if j.left--; j.left <= 0 {
			j.shut()
		}
	}
	return j.open
}

// shut closes the gate.
func (j *judge) shut() { j.open, j.score, j.left = false, 0, 0 }
