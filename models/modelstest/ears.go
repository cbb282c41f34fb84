package modelstest

import (
	"context"
	"sync"
	"time"

	"frontdesk.internal/audio"
	"frontdesk.internal/models/engines"
)

// Ears hear scripted words. Without a Script they find speech by its energy, as real ears would, and give each utterance the
// next of the Texts: the tests feed tones or recorded speech and silence.
type Ears struct {
	Faults
	// Texts are the words of the utterances of each stream, in order. After the last, and for "", an utterance is rejected
	// as "no_speech".
	Texts []string
	// TextOf replaces Texts when set; utterances count from 1.
	TextOf func(call string, utterance uint64) string
	// TurnProb is the end-of-turn probability at each pause; 0 means 0.95, negative that there is no turn detector.
	TurnProb float64
	// Pause is how long silence lasts before it is a pause; 0 means 200 ms.
	Pause time.Duration
	// Lag is how long after the pause the transcript comes, on the stream's clock.
	Lag time.Duration
	// Prob is the probability of every word; 0 means 0.9.
	Prob float64
	// LanguageOf, when set, says in which language a text was spoken.
	LanguageOf func(text string) string
	// Script, when set, gives the events instead: each when the stream's clock reaches its time.
	Script []ScriptEvent
	// Opened, when set, is called with every stream that opens.
	Opened func(*Stream)

	streamsMu sync.Mutex
	streams   []*Stream
}

// ScriptEvent is one event of a script.
type ScriptEvent struct {
	At    time.Duration
	Event engines.ListenEvent
}

// Listen implements [engines.Ears].
func (e *Ears) Listen(ctx context.Context, o engines.ListenOptions) (engines.Listening, error) {
	if err := e.pass(ctx); err != nil {
		return nil, err
	}
	s := &Stream{ears: e, Options: o, events: make(chan engines.ListenEvent, eventBuffer)}
	s.mu.Lock() // ctx may end at once
	s.stop = context.AfterFunc(ctx, func() { s.Break(context.Cause(ctx)) })
	s.mu.Unlock()
	e.streamsMu.Lock()
	e.streams = append(e.streams, s)
	e.streamsMu.Unlock()
	if e.Opened != nil {
		e.Opened(s)
	}
	return s, nil
}

// Streams returns every stream opened so far, also the closed ones.
func (e *Ears) Streams() []*Stream {
	e.streamsMu.Lock()
	defer e.streamsMu.Unlock()
	return append([]*Stream(nil), e.streams...)
}

// Break ends all open streams with err and makes new ones fail with it until Heal, as the death of the child would.
func (e *Ears) Break(err error) {
	e.Fail(err)
	for _, s := range e.Streams() {
		s.Break(err)
	}
}

const (
	eventBuffer = 1024
	voicedLevel = 200 // mean magnitude of a voiced frame, about -44 dB of full scale
	voicedStart = 3   // voiced frames in a row that start an utterance
	sustained   = 400 * time.Millisecond
)

// Stream is one scripted stream; it implements [engines.Listening]. All its work is done in Frame.
type Stream struct {
	// Options are those it was opened with.
	Options engines.ListenOptions

	ears   *Ears
	stop   func() bool
	events chan engines.ListenEvent

	mu        sync.Mutex
	closed    bool
	err       error
	frames    int
	refuse    bool
	step      int
	hints     []engines.Hint
	takes     []uint64
	utterance uint64
	taken     bool // the utterance was taken, or there was none yet
	speaking  bool
	run       int // voiced frames in a row
	silence   time.Duration
	speech    time.Duration
	lastVoice time.Duration
	pending   []ScriptEvent // transcripts under way
	dropped   int
}

// Frame implements [engines.Listening].
func (s *Stream) Frame(pcm audio.PCM) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || s.refuse {
		return false
	}
	s.frames++
	now := s.now()
	if s.ears.Script != nil {
		s.due(&s.step, s.ears.Script, now)
		return true
	}
	s.detect(pcm, now)
	sent := 0
	s.due(&sent, s.pending, now)
	s.pending = s.pending[sent:]
	return true
}

func (s *Stream) now() time.Duration { return time.Duration(s.frames) * audio.FrameDuration }

// due sends the steps from *at on whose time has come.
func (s *Stream) due(at *int, steps []ScriptEvent, now time.Duration) {
	for *at < len(steps) && steps[*at].At <= now {
		s.emit(steps[*at].Event, now)
		*at++
	}
}

// detect follows the energy of the stream.
func (s *Stream) detect(pcm audio.PCM, now time.Duration) {
	if Level(pcm) >= voicedLevel {
		s.run++
		s.silence = 0
		s.lastVoice = now
		if s.speaking {
			s.speech += audio.FrameDuration
			if s.speech >= sustained && s.speech-audio.FrameDuration < sustained {
				s.emit(engines.ListenEvent{Kind: engines.SpeechSustained, At: now - s.speech}, now)
			}
		} else if s.run >= voicedStart {
			s.start(now)
		}
		return
	}
	s.run = 0
	s.silence += audio.FrameDuration
	if pause := s.ears.pause(); s.speaking && s.silence >= pause {
		s.speaking = false
		s.pause(now)
	}
}

func (e *Ears) pause() time.Duration {
	if e.Pause == 0 {
		return 200 * time.Millisecond
	}
	return e.Pause
}

func (s *Stream) start(now time.Duration) {
	s.speaking = true
	kind := engines.SpeechResumed
	if s.utterance == 0 || s.taken {
		kind = engines.SpeechStarted
		s.utterance++
		s.taken = false
		s.speech = 0
	}
	s.pending = nil
	s.speech += voicedStart * audio.FrameDuration
	s.emit(engines.ListenEvent{Kind: kind, At: now - voicedStart*audio.FrameDuration}, now)
}

func (s *Stream) pause(now time.Duration) {
	prob := s.ears.TurnProb
	if prob == 0 {
		prob = 0.95
	}
	s.emit(engines.ListenEvent{Kind: engines.SpeechPaused, At: s.lastVoice, TurnProb: prob}, now)
	s.pending = append(s.pending, ScriptEvent{At: now + s.ears.Lag, Event: s.transcript()})
}

func (s *Stream) transcript() engines.ListenEvent {
	var text string
	switch i := int(s.utterance) - 1; {
	case s.ears.TextOf != nil:
		text = s.ears.TextOf(s.Options.Call, s.utterance)
	case i < len(s.ears.Texts):
		text = s.ears.Texts[i]
	}
	e := Transcript(text, s.ears.Prob)
	e.At = s.lastVoice
	e.Took = s.ears.Lag
	if s.ears.LanguageOf != nil {
		e.Language = s.ears.LanguageOf(text)
	}
	return e
}

// emit completes an event and sends it.
func (s *Stream) emit(e engines.ListenEvent, now time.Duration) {
	if e.Utterance == 0 {
		e.Utterance = max(s.utterance, 1)
	}
	e.Now = now
	if e.Speech == 0 {
		e.Speech = s.speech
	}
	select {
	case s.events <- e:
	default:
		s.dropped++
	}
}

// Emit sends an event by hand.
func (s *Stream) Emit(e engines.ListenEvent) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closed {
		s.emit(e, s.now())
	}
}

// Refuse makes Frame report a full queue, or accept again.
func (s *Stream) Refuse(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refuse = on
}

// Take implements [engines.Listening].
func (s *Stream) Take(utterance uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.takes = append(s.takes, utterance)
	if utterance == s.utterance {
		s.taken = true
	}
}

// Hint implements [engines.Listening].
func (s *Stream) Hint(h engines.Hint) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hints = append(s.hints, h)
}

// Events implements [engines.Listening].
func (s *Stream) Events() <-chan engines.ListenEvent { return s.events }

// Err implements [engines.Listening].
func (s *Stream) Err() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

// Close implements [engines.Listening].
func (s *Stream) Close() error {
	s.Break(nil)
	return nil
}

// Break ends the stream with err.
func (s *Stream) Break(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return
	}
	s.closed, s.err = true, err
	s.stop()
	close(s.events)
}

// Frames returns how many frames came in.
func (s *Stream) Frames() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.frames
}

// Hints returns the hints in order.
func (s *Stream) Hints() []engines.Hint {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]engines.Hint(nil), s.hints...)
}

// Takes returns the utterances that were taken, in order.
func (s *Stream) Takes() []uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]uint64(nil), s.takes...)
}

// Closed says whether the stream has ended.
func (s *Stream) Closed() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.closed
}

var (
	_ engines.Ears      = (*Ears)(nil)
	_ engines.Listening = (*Stream)(nil)
)
