package echo

import "math"

const (
	// likely is by how many standard deviations a delay stands out that is worth a trial.
	likely = 6.5
	// same is how far two delays are apart, in blocks, that are one echo.
	same = 4
	// enough and most are how many blocks a filter is tried on before another delay may take its place, and before it is given up.
	enough, most = 20, 100
	// replay is how many blocks that came before are tried at once.
	replay = 40
)

// trial is a filter that is tried at a delay, because there may be an echo.
type trial struct {
	on     bool
	z      float64 // by how much the delay stands out
	blocks int
	power  float64 // of the echo against what was sent, at most
	// What came and what the filter left of it, lately and in all.
	came, left       float64
	cameAll, leftAll float64
}

// propose asks the finder whether a delay stands out, and begins a trial.
func (c *Canceller) propose(i int64) {
	delay, z := c.find.best()
	t := &c.trial
	switch {
	case z < likely:
		return
	case t.on && math.Abs(delay-float64(c.lag)) < same:
		t.z = max(t.z, z)
		return
	case t.on && (t.blocks < enough || z < t.z):
		return
	}
	c.lag = int64(delay)
	*t = trial{on: true, z: z, power: c.echoPower(i)}
	c.filt.start(delay, t.power)
	for b := max(0, i-replay); b < i; b++ {
		c.try(b, c.came(b))
	}
}

// echoPower is how loud the echo is, if there is one, in the blocks up to i.
func (c *Canceller) echoPower(i int64) float64 {
	power := 0.0
	for b := max(0, i-longest); b <= i; b++ {
		if l := c.sent.level(b + c.offset - c.lag); l > faint {
			power = max(power, meanSquare(c.came(b))/max(l, c.judge.reach/10))
		}
	}
	return min(loud, power)
}

// try has the filter take a block, and reports whether it has proved by now that there is an echo.
func (c *Canceller) try(i int64, y []float64) bool {
	t := &c.trial
	e := c.filt.block(y, i+c.offset, c.sent, !c.made[0])
	came := meanSquare(y)
	if !c.sent.known(i+c.offset-c.lag) || came < 1.2*c.judge.floor {
		return false
	}
	left := meanSquare(e)
	t.blocks++
	t.came, t.left = 0.94*t.came+came, 0.94*t.left+left
	t.cameAll, t.leftAll = t.cameAll+came, t.leftAll+left
	t.on = t.blocks <= most
	return t.proved()
}

// proved reports whether there is an echo. A voice of an even pitch may follow ours for a while, standing out by 11, or be lowered
// by 5 dB, yet hardly both, and it does not go on; measured with voices of programs, whose pitch is more even than people's.
func (t *trial) proved() bool {
	now, all := decibels(t.came/t.left), decibels(t.cameAll/t.leftAll)
	switch {
	case t.blocks < 8:
		return false
	case t.z > 14 && now > 1, t.z > 12 && now > 2, t.z > 10.5 && now > 4:
		return true
	case t.blocks >= 14 && now > 5.5, t.blocks >= 60 && all > 3:
		return true
	}
	return false
}

func decibels(power float64) float64 { return 10 * math.Log10(power+1e-12) }
