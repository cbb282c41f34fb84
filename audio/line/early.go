package line

import (
	"frontdesk.internal/audio"
	"frontdesk.internal/audio/echo"
	"frontdesk.internal/audio/jitter"
	"frontdesk.internal/audio/resample"
)

// earlyMost is how much of what has come can be given ahead of the playout, in octets: more than the jitter buffer ever aims at.
const earlyMost = int(jitter.MaxDelay/audio.FrameDuration+2) * frameOctets

// early gives what has come and is not due yet: recognition needs no steady pace, and each frame in the jitter buffer is a frame
// that the caller waits for. It follows the playout where something is missing, so that both are the same sound, of the same length
// but for the lead. Clock goroutine only.
type early struct {
	pos    int64  // of the jitter buffer, up to which was given
	stream uint64 // of the jitter buffer
	lead   int    // samples that were given ahead of the playout
	there  int    // octets in raw
	raw    [earlyMost]byte
	coded  audio.PCM // raw, decoded
	out    audio.PCM // at the codec's rate
	wide   audio.PCM
	up     *resample.Resampler // nil when both rates are the same

	echo  *echo.Canceller // nil: what comes is given as it is
	clean audio.PCM       // out, without our own voice
}

// init makes the buffers.
func (e *early) init(codecRate, rate int) (err error) {
	k := codecRate / clockRate
	e.coded, e.out = make(audio.PCM, earlyMost*k), make(audio.PCM, 0, (earlyMost+frameOctets)*k)
	e.clean = make(audio.PCM, 0, (2*earlyMost+frameOctets)*k)
	e.wide = make(audio.PCM, 0, (2*earlyMost+2*frameOctets)*rate/clockRate)
	if rate != codecRate {
		e.up, err = resample.New(codecRate, rate)
	}
	return err
}

// look takes what lies in the jitter buffer behind the frame that was pulled last. Called with the line's mutex held.
func (e *early) look(b *jitter.Buffer) (pos int64, stream uint64) {
	e.there, pos, stream = b.Ahead(e.raw[:])
	return pos, stream
}

// next returns what is new, at the ear's rate: of pcm, which was played up to pos in a stream, what was not given before, and what
// lies behind it.
func (e *early) next(pcm audio.PCM, kind jitter.Kind, pos int64, stream uint64, c coder) audio.PCM {
	k := c.rate() / clockRate
	out, pause := e.out[:0], false
	if kind == jitter.Lost {
		e.there = 0 // what follows is blended with what stood in for the lost frame when it is played
	}
	switch behind := int(pos - e.pos); {
	case kind == jitter.Silence && stream == e.stream && e.lead >= len(pcm):
		e.pos, pause = pos, true // the pause makes up for the lead
	case kind == jitter.Silence, stream != e.stream:
		e.pos, e.stream = pos, stream
		out = append(out, pcm...)
	case behind > 0:
		e.pos = pos
		out = append(out, pcm[max(0, len(pcm)-behind*k):]...)
	}
	if end := pos + int64(e.there); end > e.pos {
		c.peek(e.coded[:e.there*k], e.raw[:e.there])
		out = append(out, e.coded[int(e.pos-pos)*k:e.there*k]...)
		e.pos = end
	}
	e.lead += len(out) - len(pcm)
	if e.echo != nil {
		out = e.cancel(out, pcm, pause, kind != jitter.Lost)
	}
	if e.up == nil {
		e.wide = append(e.wide[:0], out...)
	} else {
		e.wide = e.up.Append(e.wide[:0], out)
	}
	return e.wide
}

// cancel returns out without our own voice. A pause that makes up for the lead has passed all the same, though nothing of it is given.
func (e *early) cancel(out, pcm audio.PCM, pause, good bool) audio.PCM {
	if !pause {
		e.clean = e.echo.Received(e.clean[:0], out, good)
		return e.clean
	}
	e.clean = e.echo.Received(e.clean[:0], pcm, good)
	return e.clean[:max(0, len(e.clean)-len(pcm))]
}

// sent takes what has left for the line, at the codec's rate.
func (e *early) sent(pcm audio.PCM) {
	if e.echo != nil {
		e.echo.Sent(pcm)
	}
}

// ours is how many of the samples at rate that were given before turned out to be our own voice.
func (e *early) ours(rate int) int {
	if e.echo == nil {
		return 0
	}
	return e.echo.Regret() * rate / (len(e.coded) / earlyMost * clockRate)
}
