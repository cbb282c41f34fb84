package hear

import "time"

// change is what one window did to the utterance.
type change int

const (
	nothing    change = iota
	started           // an utterance began
	fellSilent        // silent for a moment: perhaps the end
	spokeAgain        // it was not: voice again before it became a pause
	paused            // silent long enough to be reported
	resumed           // voice again after paused
)

// phase is where an utterance is.
type phase int

const (
	idle phase = iota
	speaking
	waiting // in a pause
)

// Tuning are the times and thresholds of segmentation. Zero fields mean the defaults of DefaultTuning. Times are
// rounded down to whole windows of the voice detector (32 ms), at least one.
type Tuning struct {
	Start        time.Duration // voiced time that opens an utterance; less is a blip and forgotten
	FirstSilence time.Duration // silence after which recognition starts on suspicion
	Pause        time.Duration // silence that is reported as a pause
	Resume       time.Duration // voiced time that ends a pause
	// Sustained is the voiced time from which on an utterance is more than a sound of listening ("mhm").
	Sustained time.Duration
	// PreRoll is how much audio before the first voiced window belongs to the utterance: the detector needs a moment
	// to be sure, and soft first consonants come before.
	PreRoll time.Duration
	// Lead bounds how much sound before the first voiced window belongs to the utterance when the detector half took it for voice: a
	// letter that is spelled, or a soft first syllable, is too short to open an utterance. LeadGap is the silence that parts such a
	// sound from what follows.
	Lead, LeadGap time.Duration
	Tail          time.Duration // how much of a pause is kept in the audio of an utterance that goes on
	Longest       time.Duration // audio of one utterance; then it ends whether the caller pauses or not; at most 24 s
	// Partials is the least time between two looks at an utterance that goes on, made only while the recogniser has
	// nothing else to do; negative: none.
	Partials time.Duration
	On, Off  float64 // speech probability at which voice begins, and below which it ends
	Faint    float64 // speech probability of a sound that may be the beginning of what follows
	// JudgeWithin is how long a pause waits for the turn detector before it is reported without its opinion.
	JudgeWithin time.Duration
}

// DefaultTuning returns the values for telephone calls.
func DefaultTuning() Tuning {
	return Tuning{
		Start: 128 * time.Millisecond, FirstSilence: 96 * time.Millisecond, Pause: 200 * time.Millisecond,
		Resume: 64 * time.Millisecond, Sustained: 384 * time.Millisecond, PreRoll: 300 * time.Millisecond, Tail: 320 * time.Millisecond,
		Lead: time.Second, LeadGap: 320 * time.Millisecond,
		Longest: 24 * time.Second, Partials: -1, On: 0.5, Off: 0.35, Faint: 0.2, JudgeWithin: 250 * time.Millisecond,
	}
}

// orDefault fills zero fields.
func (t Tuning) orDefault() Tuning {
	d := DefaultTuning()
	for _, f := range []struct{ set, def *time.Duration }{
		{&t.Start, &d.Start}, {&t.FirstSilence, &d.FirstSilence}, {&t.Pause, &d.Pause}, {&t.Resume, &d.Resume}, {&t.Sustained, &d.Sustained},
		{&t.PreRoll, &d.PreRoll}, {&t.Lead, &d.Lead}, {&t.LeadGap, &d.LeadGap}, {&t.Tail, &d.Tail}, {&t.Longest, &d.Longest},
		{&t.Partials, &d.Partials}, {&t.JudgeWithin, &d.JudgeWithin},
	} {
		if *f.set == 0 {
			*f.set = *f.def
		}
	}
	if t.On == 0 {
		t.On = d.On
	}
	if t.Off == 0 {
		t.Off = d.Off
	}
	if t.Faint == 0 {
		t.Faint = d.Faint
	}
	t.Longest = min(t.Longest, 24*time.Second)
	t.FirstSilence = min(t.FirstSilence, t.Pause)
	return t
}

// segmenter finds utterances in a row of speech probabilities. It is pure: windows are its only clock.
type segmenter struct {
	on, off, faint                      float64
	start, firstSilence, pause, restart int // in windows
	most, gap                           int // windows of a lead, and between its parts

	phase  phase
	n      int  // windows seen
	voiced bool // the last window was
	run    int  // voiced windows in a row, while idle or waiting
	quiet  int  // unvoiced windows in a row, while speaking
	first  int  // first voiced window of the utterance, or of its continuation
	last   int  // window after the last voiced one
	total  int  // voiced windows in the utterance
	lead   int  // first window of the faint sound that led to first; first itself where there was none
	murmur int  // first window of the newest faint sound
	heard  int  // window after its last
	// continued is set when first is the start of a continuation.
	continued bool
}

// newSegmenter makes a segmenter for windows of the given length.
func newSegmenter(t Tuning, window time.Duration) *segmenter {
	windows := func(d time.Duration) int { return max(1, int(d/window)) }
	return &segmenter{
		on: t.On, off: t.Off, faint: t.Faint,
		most: windows(t.Lead), gap: windows(t.LeadGap), heard: -windows(t.LeadGap) - 1,
		start: windows(t.Start), firstSilence: windows(t.FirstSilence), pause: windows(t.Pause), restart: windows(t.Resume),
	}
}

// window takes the speech probability of the next window.
func (s *segmenter) window(p float64) change {
	s.n++
	s.voiced = p >= s.on || s.voiced && p >= s.off
	s.follow(p)
	switch s.phase {
	case speaking:
		return s.whileSpeaking()
	case waiting:
		if s.counted(s.restart) {
			s.phase, s.quiet, s.continued = speaking, 0, true
			return resumed
		}
	default:
		if s.counted(s.start) {
			s.phase, s.quiet, s.continued = speaking, 0, false
			return started
		}
	}
	return nothing
}

// follow notes faint sounds, each with those shortly before it.
func (s *segmenter) follow(p float64) {
	if p < s.faint {
		return
	}
	if s.n-1-s.heard > s.gap {
		s.murmur = s.n - 1
	}
	s.heard = s.n
}

// counted follows a run of voiced windows and reports that it has reached enough.
func (s *segmenter) counted(enough int) bool {
	if !s.voiced {
		s.run = 0
		return false
	}
	s.run++
	if s.run == 1 {
		s.first = s.n - 1
	}
	if s.run < enough {
		return false
	}
	s.total += s.run
	s.run, s.last = 0, s.n
	s.lead = max(min(s.first, s.murmur), s.first-s.most)
	return true
}

func (s *segmenter) whileSpeaking() change {
	if s.voiced {
		was := s.quiet
		s.quiet, s.last = 0, s.n
		s.total++
		if was >= s.firstSilence {
			return spokeAgain
		}
		return nothing
	}
	s.quiet++
	switch {
	case s.quiet >= s.pause:
		s.phase, s.run = waiting, 0
		return paused
	case s.quiet == s.firstSilence:
		return fellSilent
	}
	return nothing
}

// end forgets the utterance: the next voice starts a new one. It reports whether the speaker is in mid-speech; then the
// new one has started already, at first, which is where the speaker went on after the last pause.
func (s *segmenter) end() bool {
	s.total = 0
	if s.phase == speaking && s.quiet < s.firstSilence {
		if !s.continued {
			s.first = s.n
		}
		s.total = max(1, s.last-s.first)
		s.continued = false
		return true
	}
	s.phase, s.run = idle, 0
	return false
}
