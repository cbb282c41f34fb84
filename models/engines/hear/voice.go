package hear

import (
	"log/slog"
	"math"
	"time"

	"frontdesk.internal/audio"
	"frontdesk.internal/models/engines"
)

// fallbackWindow is the window of the loudness measure: that of Silero, so that all times stay the same.
const fallbackWindow = 512

// scorer gives the speech probability of windows: from the voice detector while it works, then from loudness.
type scorer struct {
	voice engines.VoiceStream // nil once it failed
	log   *slog.Logger
	floor float64 // tracked noise level, dB
}

// newScorer opens a detector for one stream.
func newScorer(d engines.VoiceDetector, log *slog.Logger) *scorer {
	s := &scorer{log: log, floor: -50}
	if d == nil {
		return s
	}
	v, err := d.NewStream()
	if err != nil {
		log.Error("voice detector failed; loudness decides instead", "err", err)
		return s
	}
	s.voice = v
	return s
}

// window is how many samples score takes.
func (s *scorer) window() int {
	if s.voice != nil {
		return s.voice.WindowSamples()
	}
	return fallbackWindow
}

// score returns the speech probability of one window.
func (s *scorer) score(window audio.PCM) float64 {
	if s.voice != nil {
		p, err := s.voice.Score(window)
		if err == nil {
			return p
		}
		s.log.Error("voice detector failed; loudness decides instead", "err", err)
		s.close()
	}
	return s.loudness(window)
}

// loudness takes 12 dB above the noise floor for voice. The floor follows falls at once and rises by 1.5 dB a second.
func (s *scorer) loudness(window audio.PCM) float64 {
	var sum float64
	for _, x := range window {
		sum += float64(x) * float64(x)
	}
	level := 10 * math.Log10(sum/float64(len(window))/(32768*32768)+1e-9)
	rise := 1.5 * float64(len(window)) / engines.Rate
	s.floor = max(-70, min(level, s.floor+rise))
	return 1 / (1 + math.Exp(-(level-s.floor-12)/2))
}

// close gives the detector back.
func (s *scorer) close() {
	if s.voice == nil {
		return
	}
	if err := s.voice.Close(); err != nil {
		s.log.Error("close voice detector", "err", err)
	}
	s.voice = nil
}

// span is how long n samples last.
func span(n int) time.Duration { return time.Duration(n) * time.Second / engines.Rate }
