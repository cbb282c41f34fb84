// Package handset is the microphone and the speaker of the box: for a technician who checks the sound and talks to the assistant
// with no PBX. It is never part of a call that comes over the line, and no device is opened unless somebody asks.
//
// A [Handset] gives what the microphone hears to a [line.Ear] and takes what the speaker says from a [line.Mouth], as a line does:
// 20 ms frames at [Rate] on one schedule. Devices have clocks of their own; between them and the schedule lie short queues, and
// what the clocks drift apart is dropped or filled frame by frame and counted.
//
// A [Host] opens the devices in processes of their own, so that a fault of the sound library ends no call.
//
// Sound needs the tag native; without it every function returns [ErrNotBuilt]. Goroutines: the caller's own in Run, and while a device is
// open one that speaks with its process, or the threads of the sound library, which Run ends.
package handset

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"frontdesk.internal/audio"
	"frontdesk.internal/audio/line"
)

// Rate is the sample rate toward ear and mouth, in samples a second; devices of other rates are converted.
const Rate = 16000

// frame is 20 ms at Rate.
const frame = Rate / 50

var (
	// ErrNoSound says that there is nothing to hear or to speak with.
	ErrNoSound = errors.New("this box has no sound hardware that it can use: plug in a USB headset or a sound card, and allow the " +
		"service to use it (group audio)")
	// ErrNotBuilt says that the program was built without sound.
	ErrNotBuilt = errors.New("this program was built without sound: build it with make build")
	// ErrGone says that a device stopped giving or taking sound.
	ErrGone   = errors.New("the sound device does not answer any more: is it still plugged in?")
	errNoKeys = errors.New("send keys: who talks at the box itself hears none")
)

// Device is a microphone or a speaker.
type Device struct {
	ID      string // as Options take it
	Name    string // as the maker calls it
	Default bool
}

// Devices are what there is.
type Devices struct{ Microphones, Speakers []Device }

// Options choose devices.
type Options struct {
	Microphone, Speaker string // IDs; "" = the default one
	// NoMicrophone and NoSpeaker leave one of them closed.
	NoMicrophone, NoSpeaker bool
	// Headset says that the microphone cannot hear the speaker. Without it the ear hears nothing while the mouth speaks, so that
	// the assistant does not take its own words for the caller's.
	Headset bool
}

// driver opens devices; the one for ALSA is behind the tag native.
type driver interface {
	devices() (Devices, error)
	// capture and playback open a device at Rate, mono. hear and fill are called on a thread of the library with any number of
	// samples; they must not block. The returned function stops and closes the device.
	capture(id string, hear func(audio.PCM)) (stop func(), err error)
	playback(id string, fill func(audio.PCM)) (stop func(), err error)
}

// Host opens the devices of the box.
type Host struct {
	// Command starts a helper, which does [Serve] with two more arguments; nil = devices are opened in this process.
	Command []string
}

func (s Host) driver() driver {
	if len(s.Command) > 0 {
		return helper{s.Command, openWithin}
	}
	return native()
}

// List returns the devices of the box. The error is ErrNoSound when there are none.
func (s Host) List() (Devices, error) { return list(s.driver()) }

func list(d driver) (Devices, error) {
	found, err := d.devices()
	if err != nil {
		return Devices{}, err
	}
	if len(found.Microphones)+len(found.Speakers) == 0 {
		return Devices{}, ErrNoSound
	}
	return found, nil
}

// Queues between the devices and the schedule.
const (
	queueMost = 8 * frame // above it the oldest frame is dropped: 160 ms
	queueRest = 2 * frame // what is kept in hand, 40 ms, so that a device that delivers in lumps starves nobody
	// echoTail is how long the ear stays shut after the mouth's last sound: the queue of the speaker, and the room.
	echoTail = 300 * time.Millisecond
	// deadAfter is how long a device may give or take nothing.
	deadAfter = 3 * time.Second
	// lateAfter is the delay beyond which a frame counts as late, as on a line.
	lateAfter = 5 * time.Millisecond
	// catchUp is how many frames the schedule makes good after a stall.
	catchUp = 5
)

// Handset is an open microphone and speaker. New devices need a new one. Stats, Digits and Press may be called from any goroutine.
type Handset struct {
	o        Options
	in, out  queue
	heard    atomic.Int64 // when the microphone gave something the last time, Unix ns
	taken    atomic.Int64 // when the speaker took something the last time
	stops    []func()
	digits   chan line.Digit
	closing  sync.Once
	received atomic.Uint64
	missing  atomic.Uint64
	sent     atomic.Uint64
	late     atomic.Uint64
	first    atomic.Int64
}

// Open opens the chosen devices. Run lives through the talk and closes them; Close closes those of a handset that never runs.
func (s Host) Open(o Options) (*Handset, error) { return open(s.driver(), o) }

func open(d driver, o Options) (*Handset, error) {
	h := &Handset{o: o, digits: make(chan line.Digit, 16)}
	h.in.init()
	h.out.init()
	now := time.Now().UnixNano()
	h.heard.Store(now)
	h.taken.Store(now)
	if !o.NoMicrophone {
		stop, err := d.capture(o.Microphone, h.hear)
		if err != nil {
			return nil, fmt.Errorf("open the microphone: %w", err)
		}
		h.stops = append(h.stops, stop)
	}
	if !o.NoSpeaker {
		stop, err := d.playback(o.Speaker, h.fill)
		if err != nil {
			h.Close()
			return nil, fmt.Errorf("open the speaker: %w", err)
		}
		h.stops = append(h.stops, stop)
	}
	return h, nil
}

// Close closes the devices. It may be called again.
func (h *Handset) Close() {
	h.closing.Do(func() {
		for _, stop := range h.stops {
			stop()
		}
	})
}

// hear is called on the microphone's thread.
func (h *Handset) hear(pcm audio.PCM) {
	h.heard.Store(time.Now().UnixNano())
	h.in.push(pcm)
}

// fill is called on the speaker's thread.
func (h *Handset) fill(pcm audio.PCM) {
	h.taken.Store(time.Now().UnixNano())
	h.out.pull(pcm)
}

// Run carries the talk until ctx ends (its cause is returned) or a device is gone (ErrGone). It closes the devices. Ear and
// mouth are called as by a line; either may be nil.
func (h *Handset) Run(ctx context.Context, ear line.Ear, mouth line.Mouth) error {
	defer h.Close()
	start, n := time.Now(), 0
	timer := time.NewTimer(0)
	defer timer.Stop()
	var spoke time.Time // the mouth's last sound
	in, out := make(audio.PCM, frame), make(audio.PCM, frame)
	for {
		due := start.Add(time.Duration(n) * audio.FrameDuration)
		timer.Reset(time.Until(due))
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-timer.C:
		}
		now := time.Now()
		if now.Sub(due) > lateAfter {
			h.late.Add(1)
		}
		if now.Sub(due) > catchUp*audio.FrameDuration {
			start, n = now, 0
		}
		n++
		if h.dead(now) {
			return ErrGone
		}
		h.listen(ear, in, now, !h.o.Headset && now.Sub(spoke) < echoTail)
		if h.speak(mouth, out) {
			spoke = now
			h.first.CompareAndSwap(0, now.UnixNano())
		}
	}
}

// dead reports whether an open device gives or takes nothing.
func (h *Handset) dead(now time.Time) bool {
	limit := now.Add(-deadAfter).UnixNano()
	return !h.o.NoMicrophone && h.heard.Load() < limit || !h.o.NoSpeaker && h.taken.Load() < limit
}

// listen gives the ear one frame; shut says that the speaker would be heard in it.
func (h *Handset) listen(ear line.Ear, pcm audio.PCM, now time.Time, shut bool) {
	if h.o.NoMicrophone || ear == nil {
		return
	}
	f := line.Frame{PCM: pcm, At: now, Arrived: now}
	if h.in.pull(pcm) {
		h.received.Add(1)
	} else {
		h.missing.Add(1)
		f.Concealed, f.Arrived = true, time.Time{}
	}
	if shut {
		clear(pcm)
		f.Silence = true
	}
	ear.Hear(f)
}

// speak takes one frame from the mouth and reports whether there was sound in it.
func (h *Handset) speak(mouth line.Mouth, pcm audio.PCM) bool {
	if h.o.NoSpeaker || mouth == nil {
		return false
	}
	n := mouth.Say(pcm)
	clear(pcm[n:])
	h.out.push(pcm)
	h.sent.Add(1)
	return n > 0
}

// Digits delivers keys that were given to Press. It is never closed.
func (h *Handset) Digits() <-chan line.Digit { return h.digits }

// SendKeys fails: nobody at the box hears keys.
func (*Handset) SendKeys(context.Context, string) error { return errNoKeys }

// Press stands in for a telephone's key; one that nobody takes is dropped.
func (h *Handset) Press(key rune) {
	select {
	case h.digits <- line.Digit{Key: key, At: time.Now()}:
	default:
	}
}

// Drift is what the clocks of the devices and the schedule cost so far, in frames of 20 ms.
type Drift struct {
	MicrophoneDropped uint64 // the microphone was faster
	MicrophoneMissing uint64 // it was slower, or gave nothing
	SpeakerDropped    uint64 // the speaker was slower
	SpeakerMissing    uint64 // it was faster
}

// Drift returns the frames that were dropped or missing so far.
func (h *Handset) Drift() Drift {
	return Drift{h.in.dropped.Load(), h.missing.Load(), h.out.dropped.Load(), h.out.missing.Load()}
}

// Stats returns the figures as those of a line: what was dropped counts as late, what was missing as lost.
func (h *Handset) Stats() line.Stats {
	s := line.Stats{
		Codec: "handset", Received: h.received.Load(), Lost: h.missing.Load(), Late: h.in.dropped.Load(), Concealed: h.missing.Load(),
		Sent: h.sent.Load(), LateFrames: h.late.Load(),
	}
	if ns := h.first.Load(); ns != 0 {
		s.FirstSent = time.Unix(0, ns)
	}
	return s
}

// queue holds samples between a device and the schedule.
type queue struct {
	mu      sync.Mutex
	buf     audio.PCM
	flowing bool // enough was in hand once and it has not run dry since
	dropped atomic.Uint64
	missing atomic.Uint64 // frames
}

func (q *queue) init() { q.buf = make(audio.PCM, 0, 2*queueMost) }

// push copies pcm behind what waits. When too much waits, the oldest is dropped down to what is kept in hand.
func (q *queue) push(pcm audio.PCM) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(pcm) > queueMost {
		q.dropped.Add(uint64((len(pcm) - queueMost + frame - 1) / frame))
		pcm = pcm[len(pcm)-queueMost:]
	}
	if over := len(q.buf) + len(pcm) - queueMost; over > 0 {
		over = (over + frame - 1) / frame * frame // whole frames
		over = min(over, len(q.buf))
		q.dropped.Add(uint64((over + frame - 1) / frame))
		q.buf = append(q.buf[:0], q.buf[over:]...)
	}
	q.buf = append(q.buf, pcm...)
}

// pull fills pcm with what waits longest. It reports false, and fills with silence what is not there, when too little waits.
func (q *queue) pull(pcm audio.PCM) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if !q.flowing && len(q.buf) >= max(queueRest, len(pcm)) {
		q.flowing = true
	}
	if !q.flowing {
		clear(pcm)
		return false
	}
	n := copy(pcm, q.buf)
	q.buf = append(q.buf[:0], q.buf[n:]...)
	if n == len(pcm) {
		return true
	}
	clear(pcm[n:])
	q.flowing = false
	q.missing.Add(1)
	return false
}
