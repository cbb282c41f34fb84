package dtmf

import "time"

// Source is the way by which a key came.
type Source uint8

// The ways.
const (
	ByEvent Source = iota // RTP telephone-event
	ByTone                // in the audio
	ByInfo                // SIP INFO
)

// sameFor is how far apart two ways of one press may be: the jitter buffer, the detector and an INFO that is sent when the key is let go.
const sameFor = 2 * time.Second

// Once joins the ways: a telephone that sends each press by several of them has pressed once. The zero value is ready. It allocates
// nothing.
type Once struct {
	presses [8]press
	next    int
}

type press struct {
	key  rune
	at   time.Time
	seen [3]bool // by which ways it came
}

// New tells whether a key that comes by one way at now is a press of its own, and not one that came by another way before.
func (o *Once) New(k rune, by Source, now time.Time) bool {
	// The oldest press first: two presses of one key are matched in their order.
	for i := range o.presses {
		p := &o.presses[(o.next+i)%len(o.presses)]
		if p.key == k && !p.seen[by] && now.Sub(p.at) < sameFor {
			p.seen[by] = true
			return false
		}
	}
	p := &o.presses[o.next]
	o.next = (o.next + 1) % len(o.presses)
	*p = press{key: k, at: now}
	p.seen[by] = true
	return true
}
