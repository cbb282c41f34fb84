package reception

import (
	"strings"
	"sync"
	"time"

	"frontdesk.internal/audio"
	"frontdesk.internal/audio/line"
)

// fadeSamples is the ramp at a cut: 5 ms, so that stopping does not click.
const fadeSamples = LineRate / 200

// The gain of what is said while somebody else makes a sound, and by how much it changes from sample to sample: in 10 ms from one
// to the other.
const (
	duckedGain = 0.25
	gainStep   = (1 - duckedGain) / (LineRate / 100)
)

// Pauses after a clause, as a speaker would make them.
const (
	pauseSentence = 180 * time.Millisecond
	pauseClause   = 60 * time.Millisecond
)

// voice is what the caller hears: a queue of clauses, filled by the speaker and emptied by the line's clock.
//
// Say runs on the clock goroutine and only ever holds the mutex for the copying of one frame; everybody else holds it for
// pointer changes or one append.
type voice struct {
	mu      sync.Mutex
	queue   []*clause
	held    bool                      // the caller speaks: nothing is played until resume or stop
	ducked  bool                      // the caller has made a sound: what is said is said softly
	gain    float64                   // that what is said has now; it moves to what ducked asks for
	fade    audio.PCM                 // what is left to play of a cut clause
	played  []string                  // clauses of the current utterance played to their end
	playing bool                      // something of the current utterance is still queued or was not reported
	started func(at, ready time.Time) // called once, from the clock, at the first sample of an utterance
	late    uint64                    // frames with nothing rendered yet in mid-utterance
	notice  noticeState

	drained chan struct{} // signalled (capacity 1) when the queue ran empty
	now     func() time.Time
}

var _ line.Mouth = (*voice)(nil)

// clause is one piece of an utterance. Guarded by voice.mu after it was queued.
type clause struct {
	text  string
	speed float64 // of the voice; 1 is its own
	lang  string  // BCP 47 tag of what is said
	pcm   audio.PCM
	off   int
	whole bool // all of pcm is there
	firm  bool
	// notice clauses tell of the recording; the last of them ends the notice.
	notice, lastNotice bool
	// failed: it could not be rendered, or not to its end.
	failed bool
	// readyAt is when the first sample was there; zero for what was rendered ahead.
	readyAt time.Time
}

func newVoice(now func() time.Time) *voice {
	return &voice{drained: make(chan struct{}, 1), now: now, gain: 1}
}

// Say implements line.Mouth.
func (v *voice) Say(dst audio.PCM) int {
	v.mu.Lock()
	defer v.mu.Unlock()
	n := 0
	if len(v.fade) > 0 {
		n = copy(dst, v.fade)
		v.fade = v.fade[n:]
	}
	if v.held {
		return n
	}
	for n < len(dst) && len(v.queue) > 0 {
		c := v.queue[0]
		k := copy(dst[n:], c.pcm[c.off:])
		v.shade(dst[n : n+k])
		if k > 0 && c.notice {
			v.notice.begun = true
		}
		if k > 0 && v.started != nil {
			v.started(v.now(), c.readyAt)
			v.started = nil
		}
		c.off += k
		n += k
		if c.off < len(c.pcm) {
			break
		}
		if !c.whole {
			if c.off > 0 {
				v.late++
			}
			return n
		}
		if c.notice {
			v.notice.played(c)
		}
		v.played = append(v.played, c.text)
		v.queue[0] = nil
		v.queue = v.queue[1:]
	}
	if len(v.queue) == 0 && v.playing {
		v.playing = false
		select {
		case v.drained <- struct{}{}:
		default:
		}
	}
	return n
}

// enqueue adds clauses behind what is queued. started is called at the first sample of them if nothing is playing.
func (v *voice) enqueue(cs []*clause, started func(at, ready time.Time)) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(cs) == 0 {
		return
	}
	if !v.playing {
		v.played = v.played[:0]
		v.started = started
		select { // an old signal must not end the new utterance
		case <-v.drained:
		default:
		}
	}
	v.queue = append(v.queue, cs...)
	v.playing = true
}

// fill appends rendered samples to c; whole says that these were the last. pcm is copied.
func (v *voice) fill(c *clause, pcm audio.PCM, whole bool) {
	v.mu.Lock()
	if len(c.pcm) == 0 && len(pcm) > 0 {
		c.readyAt = v.now()
	}
	c.pcm = append(c.pcm, pcm...)
	c.whole = c.whole || whole
	v.mu.Unlock()
}

// noticeState is how far the notice of the recording was given to the line. Guarded by voice.mu.
type noticeState struct {
	begun, ended bool
	missing      bool // a part of it could not be rendered
}

// leastNotice is the shortest sound that can be a part of the notice, in samples: a quarter of a second.
const leastNotice = LineRate / 4

// played takes a clause of the notice that was given to the line to its end.
func (n *noticeState) played(c *clause) {
	if c.failed || len(c.pcm) < leastNotice {
		n.missing = true
	}
	n.ended = c.lastNotice && !n.missing
}

// noticed reports whether the notice has begun, and whether its last sample was given to the line.
func (v *voice) noticed() (begun, ended bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.notice.begun, v.notice.ended
}

// fail ends a clause that cannot be rendered to its end.
func (v *voice) fail(c *clause) {
	v.mu.Lock()
	defer v.mu.Unlock()
	c.whole, c.failed = true, true
}

// speaking reports whether anything is queued or playing, and whether what plays now is firm.
func (v *voice) speaking() (busy, firm bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if !v.playing {
		return false, false
	}
	return true, len(v.queue) > 0 && v.queue[0].firm
}

// hold stops the sound at once and keeps the queue, until resume or stop. It reports whether there was anything to hold.
func (v *voice) hold() bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.held || !v.playing || (len(v.queue) > 0 && v.queue[0].firm) {
		return false
	}
	v.held = true
	if len(v.queue) > 0 {
		v.fade = v.ramp(v.queue[0].pcm[v.queue[0].off:])
	}
	return true
}

// duck lowers what is being said: somebody made a sound, and it is not known yet whether that is more than a sound of listening.
func (v *voice) duck() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.ducked = v.playing && (len(v.queue) == 0 || !v.queue[0].firm)
}

// unduck brings it back.
func (v *voice) unduck() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.ducked = false
}

// shade gives samples the gain of the moment, which changes gradually. Called with mu held.
func (v *voice) shade(pcm audio.PCM) {
	want := 1.0
	if v.ducked {
		want = duckedGain
	}
	if v.gain == 1 && want == 1 {
		return
	}
	for i, s := range pcm {
		v.gain += max(-gainStep, min(gainStep, want-v.gain))
		pcm[i] = int16(float64(s) * v.gain)
	}
}

// resume goes on after hold, from the start of the clause that was cut, so that no word is lost.
func (v *voice) resume() {
	v.mu.Lock()
	defer v.mu.Unlock()
	if !v.held {
		return
	}
	v.held, v.ducked = false, false
	if len(v.queue) > 0 {
		v.queue[0].off = 0
	}
}

// stop throws the rest away and returns what was really said of it.
func (v *voice) stop() string {
	v.mu.Lock()
	defer v.mu.Unlock()
	said := append([]string(nil), v.played...)
	if len(v.queue) > 0 {
		c := v.queue[0]
		if !v.held {
			v.fade = v.ramp(c.pcm[c.off:])
		}
		if part := firstWords(c.text, c.off, len(c.pcm)); part != "" {
			said = append(said, part)
		}
	}
	v.held, v.playing, v.started = false, false, nil
	v.ducked, v.gain = false, 1
	v.queue, v.played = nil, nil
	select {
	case <-v.drained:
	default:
	}
	return strings.Join(said, " ")
}

// ramp returns a copy of the next few milliseconds of pcm, faded to silence from the gain of the moment.
func (v *voice) ramp(pcm audio.PCM) audio.PCM {
	f := pcm[:min(len(pcm), fadeSamples)].Clone()
	for i := range f {
		f[i] = int16(v.gain * float64(f[i]) * float64(len(f)-i) / float64(len(f)+1))
	}
	return f
}

// firstWords returns the part of text that off of total samples stand for, cut at a word.
func firstWords(text string, off, total int) string {
	if off <= 0 || total <= 0 {
		return ""
	}
	words := strings.Fields(text)
	n := len(words) * off / total
	if n == 0 {
		return ""
	}
	return strings.Join(words[:min(n, len(words))], " ") + " —"
}

// pauseAfter is the silence that follows a clause.
func pauseAfter(text string) int {
	d := pauseClause
	if t := strings.TrimSpace(text); strings.HasSuffix(t, ".") || strings.HasSuffix(t, "?") || strings.HasSuffix(t, "!") {
		d = pauseSentence
	}
	return int(int64(d) * LineRate / int64(time.Second))
}
