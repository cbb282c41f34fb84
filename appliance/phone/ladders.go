package phone

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"frontdesk.internal/audio/line"
)

// maxLadders is how many calls' ladders are kept; they are in memory only.
const maxLadders = 50

// Ladder is the messages of one call as a technician reads them. It holds no number and no name.
type Ladder struct {
	Call  string // our identifier of the call
	Began time.Time
	Ended time.Time       // zero while it goes on
	End   string          // why it ended, in plain words
	Steps []LadderMessage // by time
}

// callLogs keeps the ladders of the last calls.
type callLogs struct {
	mu   sync.Mutex
	last []*callLog // oldest first
}

// callLog is a call of which the ladder is kept. Guarded by callLogs.mu.
type callLog struct {
	d      *dialog // nil when it is over
	frozen Ladder
}

// Ladders returns the ladders of the last calls, newest first, those that go on included.
func (p *Phone) Ladders() []Ladder { return p.calls.all() }

func (c *callLogs) all() []Ladder {
	c.mu.Lock()
	logs := slices.Clone(c.last)
	out := make([]Ladder, len(logs))
	running := make([]*dialog, len(logs))
	for i, l := range logs {
		out[i], running[i] = l.frozen, l.d
	}
	c.mu.Unlock()
	for i, d := range running {
		if d != nil {
			out[i] = d.ladder()
		}
		out[i].Steps = slices.Clone(out[i].Steps)
	}
	slices.Reverse(out)
	return out
}

// RegistrationSteps returns the newest messages of the registration, oldest first.
func (p *Phone) RegistrationSteps() []LadderMessage { return p.regTrace.all() }

// begin begins the ladder of a call.
func (c *callLogs) begin(d *dialog) {
	c.mu.Lock()
	defer c.mu.Unlock()
	d.kept = &callLog{d: d}
	c.last = append(c.last, d.kept)
	if len(c.last) > maxLadders {
		c.last = slices.Delete(c.last, 0, 1)
	}
}

// freeze keeps the ladder of a call that is over, and lets go of the rest of it.
func (c *callLogs) freeze(d *dialog) {
	l := d.ladder()
	c.mu.Lock()
	defer c.mu.Unlock()
	d.kept.frozen, d.kept.d = l, nil
}

// ladder joins the signalling and what the line knows.
func (d *dialog) ladder() Ladder {
	l := Ladder{Call: d.id, Began: d.call.invited, Steps: d.trace.all()}
	if ln := d.sound.Load(); ln != nil {
		l.Steps = append(l.Steps, mediaSteps(ln.Stats(), l.Steps)...)
		slices.SortStableFunc(l.Steps, func(a, b LadderMessage) int { return a.At.Compare(b.At) })
	}
	select {
	case <-d.done:
		l.End, l.Ended = d.cause.Error(), d.ended
	default:
	}
	return l
}

// mediaSteps are the moments of the audio. The first packets are told from the ACK on, which is what a caller waits for.
func mediaSteps(s line.Stats, steps []LadderMessage) []LadderMessage {
	since := func(t time.Time) string {
		for _, x := range steps {
			if x.Text == "ACK" && !x.At.After(t) {
				return fmt.Sprintf(", %d ms after ACK", t.Sub(x.At).Milliseconds())
			}
		}
		return ""
	}
	var out []LadderMessage
	if !s.FirstSent.IsZero() {
		out = append(out, LadderMessage{At: s.FirstSent, Sent: true, Text: "RTP", Note: "greeting, first packet" + since(s.FirstSent)})
	}
	if !s.FirstReceived.IsZero() {
		out = append(out, LadderMessage{At: s.FirstReceived, Text: "RTP", Note: "caller, first packet" + since(s.FirstReceived)})
	}
	return out
}
