package reception

import (
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/audio"
	"frontdesk.internal/audio/line"
)

// Recordings keep the sound of calls.
type Recordings interface {
	// Begin opens the recording of a call; nothing of it is on the disk before.
	Begin(call string) (Recording, error)
}

// Recording is one at LineRate. It is used from one goroutine, which may wait for the disk.
type Recording interface {
	// Write appends what the caller and we said in the same time. gap is how many samples were lost before.
	Write(gap int, caller, ours audio.PCM) error
	// Close keeps the recording.
	Close() error
	// Discard throws it away.
	Discard() error
}

// frameLen is the samples of one frame of the line.
const frameLen = LineRate / 50

// recordingQueue is how many frames wait for a disk that hesitates: five seconds. Beyond it there is silence in the recording.
const recordingQueue = 250

// recordingLate is for how many frames a packet may wait to be full: one of 60 ms holds three.
const recordingLate = 2

// moment is what both sides said in one frame.
type moment struct {
	at           time.Time
	gap          int // samples lost before it
	caller, ours [frameLen]int16
}

// Stages of a recorder.
const (
	recordingWaiting = int32(iota) // the notice was not said yet
	recordingRunning
	recordingOver // refused, not announced, or the call has ended
)

// recorder sits between the line and the call's ear and mouth. It keeps nothing until the last packet of the notice was
// sent; a notice that was cut short, or that the line did not carry, leaves it closed for good. All fields but stage, queue
// and those of the writer belong to the line's clock.
type recorder struct {
	line  Line
	ear   line.Ear
	voice *voice
	queue chan moment
	held  chan heldBack
	asks  bool // the caller is asked: the notice does not begin it
	stage atomic.Int32

	now      moment
	lost     int
	begun    bool   // the notice is being said
	ended    bool   // its last sample was given to the line
	frames   uint64 // from its first sample to its last
	sentThen uint64 // frames that the line was given before its first
	late     int    // frames since the end in which the last packet was not full

	wg      sync.WaitGroup
	refused atomic.Bool
	once    sync.Once
	done    chan struct{}
	result  record.Recording // after stop
	from    time.Time        // of the first frame that is kept; after stop
}

var (
	_ line.Ear   = (*recorder)(nil)
	_ line.Mouth = (*recorder)(nil)
)

func newRecorder(call string, ln Line, e line.Ear, v *voice, recordings Recordings, asks bool, logger *slog.Logger) *recorder {
	r := &recorder{
		line: ln, ear: e, voice: v, asks: asks, queue: make(chan moment, recordingQueue), held: make(chan heldBack, 1024),
		done: make(chan struct{}),
	}
	r.wg.Go(func() { r.write(call, recordings, logger) })
	return r
}

// Hear implements line.Ear.
func (r *recorder) Hear(f line.Frame) {
	r.ear.Hear(f)
	if r.stage.Load() == recordingRunning {
		r.now.at = f.At
		n := copy(r.now.caller[:], f.PCM)
		clear(r.now.caller[n:])
	}
}

// Say implements line.Mouth. The line hears first and then says, in every frame.
func (r *recorder) Say(dst audio.PCM) int {
	n := r.voice.Say(dst)
	switch r.stage.Load() {
	case recordingWaiting:
		if !r.asks {
			r.watch()
		}
	case recordingRunning:
		k := copy(r.now.ours[:], dst[:n])
		clear(r.now.ours[k:])
		r.now.gap = r.lost
		select {
		case r.queue <- r.now:
			r.lost = 0
		default:
			r.lost += frameLen
		}
	}
	return n
}

// watch follows the notice. It begins the recording in the frame after the last one of the notice, when the packets of all of
// them have gone out.
func (r *recorder) watch() {
	if r.ended {
		s, all := r.line.Stats(), r.sentThen+r.frames
		switch {
		case s.SentFrames >= all:
			r.stage.CompareAndSwap(recordingWaiting, recordingRunning)
		case s.SentFrames+s.HeldFrames >= all && r.late < recordingLate:
			r.late++ // the last of them wait for their packet to be full
		default:
			r.stage.CompareAndSwap(recordingWaiting, recordingOver)
		}
		return
	}
	begun, ended := r.voice.noticed()
	if begun && !r.begun {
		s := r.line.Stats()
		r.begun, r.sentThen = true, s.SentFrames+s.HeldFrames
	}
	if r.begun {
		r.frames++
		r.ended = ended
	}
}

// allow begins the recording of a caller who was asked and has agreed.
func (r *recorder) allow() {
	if r.asks {
		r.stage.CompareAndSwap(recordingWaiting, recordingRunning)
	}
}

// heldBack says what is to be done with what the caller says.
type heldBack int

const (
	holdBack heldBack = iota // nothing of it goes to the disk yet
	letThrough
	leaveOut // the caller's side becomes silence
	suspect  // what is held back so far may be a part of a card number
)

// hold keeps what the caller says from the disk until it is known what it is.
func (r *recorder) hold() { r.tell(holdBack) }

// release lets it through, or leaves the caller's side of it out.
func (r *recorder) release(sound bool) {
	if sound {
		r.tell(letThrough)
		return
	}
	r.tell(leaveOut)
}

// suspect says that what is held back may be a part of a card number: should the call end before it is known, it is left out.
func (r *recorder) suspect() { r.tell(suspect) }

func (r *recorder) tell(h heldBack) {
	select {
	case r.held <- h:
	case <-r.done:
	}
}

// refuse throws away what was recorded and records no more.
func (r *recorder) refuse() {
	r.refused.Store(true)
	r.close()
}

// stop ends the recording and returns what became of it, and when it begins. The line must not run any more.
func (r *recorder) stop() (record.Recording, time.Time) {
	r.close()
	r.wg.Wait()
	return r.result, r.from
}

// close stops listening. The writer finishes by itself.
func (r *recorder) close() {
	r.once.Do(func() {
		r.stage.Store(recordingOver)
		close(r.done)
	})
}

// write is the goroutine that keeps the frames. A disk that fails ends the recording, never the call.
func (r *recorder) write(call string, recordings Recordings, logger *slog.Logger) {
	w := recordingWriter{call: call, recordings: recordings, logger: logger, asks: r.asks}
	for open := true; open; {
		select {
		case m := <-r.queue:
			w.add(m)
		case h := <-r.held:
			r.drain(&w)
			w.told(h)
		case <-r.done:
			open = false
		}
	}
	if !r.refused.Load() {
		r.drain(&w)
		w.flush()
	}
	r.result = w.finish(r.refused.Load())
	if r.result == record.RecordingKept || r.result == record.RecordingFailed {
		r.from = w.from
	}
}

// drain takes what has come so far.
func (r *recorder) drain(w *recordingWriter) {
	for {
		select {
		case m := <-r.queue:
			w.add(m)
		default:
			return
		}
	}
}

// recordingDelay is how many frames are kept in memory before they are written: it is noticed a moment late that the caller speaks.
// recordingHeld is how many are held back at the most, a minute; what is older is written, unless it may be a part of a card number.
const (
	recordingDelay = 50
	recordingHeld  = 3000
)

// recordingWriter is one recording in the hands of the writer.
type recordingWriter struct {
	call       string
	recordings Recordings
	logger     *slog.Logger
	recording  Recording // nil before the first frame
	broken     bool
	from       time.Time
	asks       bool

	waiting []moment // not on the disk yet
	holding bool
	doubt   bool // it may be a part of a card number
}

// take keeps a frame in memory until it may be written.
func (w *recordingWriter) add(m moment) {
	w.waiting = append(w.waiting, m)
	switch {
	case !w.holding && len(w.waiting) > recordingDelay:
		w.put(len(w.waiting)-recordingDelay, false)
	case len(w.waiting) > recordingHeld:
		w.put(len(w.waiting)-recordingHeld, w.doubt)
	}
}

// told holds back, lets through or leaves out.
func (w *recordingWriter) told(h heldBack) {
	switch h {
	case holdBack:
		w.holding = true
	case suspect:
		w.doubt = true
	case letThrough:
		w.holding, w.doubt = false, false
		w.put(max(0, len(w.waiting)-recordingDelay), false)
	case leaveOut:
		w.holding, w.doubt = false, false
		w.put(len(w.waiting), true)
	}
}

// flush writes the rest. The last words of who hangs up are kept, unless they may be a part of a card number.
func (w *recordingWriter) flush() { w.put(len(w.waiting), w.holding && w.doubt) }

// put writes the oldest n frames.
func (w *recordingWriter) put(n int, leaveOut bool) {
	for i := range n {
		m := &w.waiting[i]
		if leaveOut {
			clear(m.caller[:])
		}
		w.write(*m)
	}
	w.waiting = append(w.waiting[:0], w.waiting[n:]...)
}

func (w *recordingWriter) write(m moment) {
	if w.broken {
		return
	}
	if w.recording == nil {
		t, err := w.recordings.Begin(w.call)
		if err != nil {
			w.fail(err)
			return
		}
		w.recording, w.from = t, m.at
	}
	if err := w.recording.Write(m.gap, m.caller[:], m.ours[:]); err != nil {
		w.fail(err)
	}
}

func (w *recordingWriter) fail(err error) {
	w.broken = true
	w.logger.Error("recording ends early; the call goes on", "call", w.call, "err", err)
}

// finish keeps the recording or throws it away.
func (w *recordingWriter) finish(refused bool) record.Recording {
	end := func(f func() error) {
		if err := f(); err != nil {
			w.fail(err)
		}
	}
	switch {
	case refused:
		if w.recording != nil {
			end(w.recording.Discard)
		}
		return record.RecordingRefused
	case w.recording != nil:
		end(w.recording.Close)
	case !w.broken && w.asks:
		return record.RecordingNotAllowed
	case !w.broken:
		return record.RecordingNotAnnounced
	}
	if w.broken {
		return record.RecordingFailed
	}
	return record.RecordingKept
}
