package reception

import (
	"sync"

	"frontdesk.internal/audio"
	"frontdesk.internal/audio/line"
)

// patch is where the caller's line can be joined with that of a person of the office. Until then the caller hears and is heard by the
// assistant; while the person is rung, and the assistant says nothing, a ring tone. Once joined the two hear each other alone: neither
// recognition nor the recording gets anything any more.
//
// Its ears and mouths run on the clocks of the two lines and hold the mutex for the copying of one frame.
type patch struct {
	ear   line.Ear   // the assistant's
	mouth line.Mouth // the assistant's

	mu       sync.Mutex
	joined   bool
	ringing  bool
	phase    int // samples into the ring tone
	tone     ringTone
	toCaller pipe
	toPerson pipe
	briefing line.Mouth // what the person hears before; nil = nothing
}

// Hear implements line.Ear for the caller's line.
func (p *patch) Hear(f line.Frame) {
	p.mu.Lock()
	joined := p.joined
	if joined {
		p.toPerson.write(f.PCM)
	}
	p.mu.Unlock()
	if !joined {
		p.ear.Hear(f)
	}
}

// Say implements line.Mouth for the caller's line.
func (p *patch) Say(dst audio.PCM) int {
	p.mu.Lock()
	if p.joined {
		defer p.mu.Unlock()
		return p.toCaller.read(dst)
	}
	p.mu.Unlock()
	n := p.mouth.Say(dst)
	p.mu.Lock()
	defer p.mu.Unlock()
	if n == 0 && p.ringing {
		p.phase = p.tone.write(dst, p.phase)
		return len(dst)
	}
	return n
}

// ring begins or ends the ring tone.
func (p *patch) ring(on bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ringing, p.phase = on, 0
}

// join lets the two hear each other.
func (p *patch) join() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.joined, p.ringing, p.briefing = true, false, nil
}

// part takes them apart: the caller has the assistant again.
func (p *patch) part() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.joined, p.ringing, p.briefing = false, false, nil
	p.toCaller, p.toPerson = pipe{}, pipe{}
}

// brief lets the person hear m until the two are joined.
func (p *patch) brief(m line.Mouth) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.briefing = m
}

// personSide is the ear and mouth of the person's line.
type personSide struct{ p *patch }

// Hear implements line.Ear.
func (s personSide) Hear(f line.Frame) {
	s.p.mu.Lock()
	defer s.p.mu.Unlock()
	if s.p.joined {
		s.p.toCaller.write(f.PCM)
	}
}

// Say implements line.Mouth.
func (s personSide) Say(dst audio.PCM) int {
	s.p.mu.Lock()
	joined, m := s.p.joined, s.p.briefing
	if joined {
		defer s.p.mu.Unlock()
		return s.p.toPerson.read(dst)
	}
	s.p.mu.Unlock()
	if m == nil {
		return 0
	}
	return m.Say(dst)
}

// pipeSamples is what a pipe holds at most: 80 ms. The two clocks are one and the same, but tick at different moments.
const pipeSamples = LineRate * 80 / 1000

// pipe carries samples from one line to another. What does not fit pushes out the oldest. The zero value is empty.
type pipe struct {
	buf     [pipeSamples]int16
	at, len int
	flowing bool // it has held two frames once since it ran dry
}

func (q *pipe) write(pcm audio.PCM) {
	for _, s := range pcm {
		q.buf[(q.at+q.len)%pipeSamples] = s
		if q.len < pipeSamples {
			q.len++
		} else {
			q.at = (q.at + 1) % pipeSamples
		}
	}
}

// read fills dst; after it ran dry it waits until there is something in hand again, so that it does not stutter.
func (q *pipe) read(dst audio.PCM) int {
	if !q.flowing && q.len < 2*len(dst) {
		return 0
	}
	n := min(len(dst), q.len)
	for i := range n {
		dst[i] = q.buf[q.at]
		q.at = (q.at + 1) % pipeSamples
	}
	q.len -= n
	q.flowing = n == len(dst)
	return n
}
