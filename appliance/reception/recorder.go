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

// Tapes keep the sound of calls.
type Tapes interface {
	// Begin opens the recording of a call; nothing of it is on the disk before.
	Begin(call string) (Tape, error)
}

// Tape is one recording at LineRate. It is used from one goroutine, which may wait for the disk.
type Tape interface {
	// Write appends what the caller and we said in the same time. gap is how many samples were lost before.
	Write(gap int, caller, ours audio.PCM) error
	// Close keeps the recording.
	Close() error
	// Discard throws it away.
	Discard() error
}

// frameLen is the samples of one frame of the line.
const frameLen = LineRate / 50

// tapeQueue is how many frames wait for a disk that hesitates: five seconds. Beyond it there is silence in the recording.
const tapeQueue = 250

// tapeLate is for how many frames a packet may wait to be full: one of 60 ms holds three.
const tapeLate = 2

// moment is what both sides said in one frame.
type moment struct {
	at           time.Time
	gap          int // samples lost before it
	caller, ours [frameLen]int16
}

// Stages of a recorder.
const (
	tapeWaiting = int32(iota) // the notice was not said yet
	tapeRunning
	tapeOver // refused, not announced, or the call has ended
)

// recorder sits between the line and the call's ear and mouth. It keeps nothing until the last packet of the notice was
// sent; a notice that was cut short, or that the line did not carry, leaves it closed for good. All fields but stage, queue
// and those of the writer belong to the line's clock.
type recorder struct {
	line  Line
	ear   line.Ear
	voice *voice
	queue chan moment
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

func newRecorder(call string, ln Line, e line.Ear, v *voice, tapes Tapes, logger *slog.Logger) *recorder {
	r := &recorder{line: ln, ear: e, voice: v, queue: make(chan moment, tapeQueue), done: make(chan struct{})}
	r.wg.Go(func() { r.write(call, tapes, logger) })
	return r
}

// Hear implements line.Ear.
func (r *recorder) Hear(f line.Frame) {
	r.ear.Hear(f)
	if r.stage.Load() == tapeRunning {
		r.now.at = f.At
		n := copy(r.now.caller[:], f.PCM)
		clear(r.now.caller[n:])
	}
}

// Say implements line.Mouth. The line hears first and then says, in every frame.
func (r *recorder) Say(dst audio.PCM) int {
	n := r.voice.Say(dst)
	switch r.stage.Load() {
	case tapeWaiting:
		r.watch()
	case tapeRunning:
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
			r.stage.CompareAndSwap(tapeWaiting, tapeRunning)
		case s.SentFrames+s.HeldFrames >= all && r.late < tapeLate:
			r.late++ // the last of them wait for their packet to be full
		default:
			r.stage.CompareAndSwap(tapeWaiting, tapeOver)
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
		r.stage.Store(tapeOver)
		close(r.done)
	})
}

// write is the goroutine that keeps the frames. A disk that fails ends the recording, never the call.
func (r *recorder) write(call string, tapes Tapes, logger *slog.Logger) {
	w := tapeWriter{call: call, tapes: tapes, logger: logger}
	for open := true; open; {
		select {
		case m := <-r.queue:
			w.take(m)
		case <-r.done:
			open = false
		}
	}
	for open := !r.refused.Load(); open; {
		select {
		case m := <-r.queue:
			w.take(m)
		default:
			open = false
		}
	}
	r.result = w.finish(r.refused.Load())
	if r.result == record.RecordingKept || r.result == record.RecordingFailed {
		r.from = w.from
	}
}

// tapeWriter is one tape in the hands of the writer.
type tapeWriter struct {
	call   string
	tapes  Tapes
	logger *slog.Logger
	tape   Tape // nil before the first frame
	broken bool
	from   time.Time
}

func (w *tapeWriter) take(m moment) {
	if w.broken {
		return
	}
	if w.tape == nil {
		t, err := w.tapes.Begin(w.call)
		if err != nil {
			w.fail(err)
			return
		}
		w.tape, w.from = t, m.at
	}
	if err := w.tape.Write(m.gap, m.caller[:], m.ours[:]); err != nil {
		w.fail(err)
	}
}

func (w *tapeWriter) fail(err error) {
	w.broken = true
	w.logger.Error("recording ends early; the call goes on", "call", w.call, "err", err)
}

// finish keeps the tape or throws it away.
func (w *tapeWriter) finish(refused bool) record.Recording {
	end := func(f func() error) {
		if err := f(); err != nil {
			w.fail(err)
		}
	}
	switch {
	case refused:
		if w.tape != nil {
			end(w.tape.Discard)
		}
		return record.RecordingRefused
	case w.tape != nil:
		end(w.tape.Close)
	case !w.broken:
		return record.RecordingNotAnnounced
	}
	if w.broken {
		return record.RecordingFailed
	}
	return record.RecordingKept
}
