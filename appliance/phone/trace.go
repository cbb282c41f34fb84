package phone

import (
	"strings"
	"sync"
	"time"
)

// maxSteps bounds the ladder of one call; a technician needs the start and the end, so the middle is left out.
const maxSteps = 200

// maxNewest bounds the ladder of the registration, of which the newest steps are of use.
const maxNewest = 60

// LadderMessage is one line of a call's ladder. It holds no number and no name.
type LadderMessage struct {
	At   time.Time
	Sent bool   // from us to the PBX
	Text string // "INVITE", "200 OK (INVITE)"
	Note string // "offer PCMU PCMA, answer PCMU", "CSeq 3"
}

// ladder collects steps; it may be used from any goroutine.
type ladder struct {
	mu     sync.Mutex
	steps  []LadderMessage
	lost   int
	newest bool // of the steps that are too many the oldest are left out
}

func (l *ladder) add(sent bool, text, note string) { l.put(sent, redact(text), redact(note)) }

// put is add for texts of our own.
func (l *ladder) put(sent bool, text, note string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.newest && len(l.steps) >= maxNewest {
		l.steps = append(l.steps[:0], l.steps[1:]...)
		l.lost++
	}
	if len(l.steps) >= maxSteps {
		copy(l.steps[maxSteps/2:], l.steps[maxSteps/2+1:])
		l.steps = l.steps[:maxSteps-1]
		l.lost++
	}
	l.steps = append(l.steps, LadderMessage{At: time.Now(), Sent: sent, Text: text, Note: note})
}

func (l *ladder) all() []LadderMessage {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]LadderMessage(nil), l.steps...)
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
