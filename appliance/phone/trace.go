package phone

import (
	"strings"
	"sync"
	"time"
)

// maxSteps bounds the ladder of one call; a technician needs the start and the end, so the middle is left out.
const maxSteps = 200

// Step is one line of a call's ladder. It holds no number and no name.
type Step struct {
	At   time.Time
	Sent bool   // from us to the PBX
	Text string // "INVITE", "200 OK (INVITE)"
	Note string // "offer PCMU PCMA, answer PCMU", "CSeq 3"
}

// ladder collects steps; it may be used from any goroutine.
type ladder struct {
	mu    sync.Mutex
	steps []Step
	lost  int
}

func (l *ladder) add(sent bool, text, note string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.steps) >= maxSteps {
		copy(l.steps[maxSteps/2:], l.steps[maxSteps/2+1:])
		l.steps = l.steps[:maxSteps-1]
		l.lost++
	}
	l.steps = append(l.steps, Step{At: time.Now(), Sent: sent, Text: redact(text), Note: redact(note)})
}

func (l *ladder) all() []Step {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]Step(nil), l.steps...)
}

// redact makes text that came from outside fit for a screen and a log: printable, short, and without runs of digits that
// could be a telephone number.
func redact(s string) string {
	var b strings.Builder
	digits := ""
	flush := func() {
		if len(digits) > 4 {
			digits = "···"
		}
		b.WriteString(digits)
		digits = ""
	}
	for _, r := range s {
		if b.Len() >= 160 {
			break
		}
		if r >= '0' && r <= '9' {
			digits += string(r)
			continue
		}
		flush()
		if r < ' ' || r == 0x7f {
			r = ' '
		}
		b.WriteRune(r)
	}
	flush()
	return b.String()
}
