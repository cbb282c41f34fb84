package hear

import (
	"testing"
	"time"
)

// FuzzSegmenter drives the state machine with any probabilities, and Takes in between.
func FuzzSegmenter(f *testing.F) {
	f.Add([]byte{255, 255, 255, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 1, 255})
	f.Fuzz(func(t *testing.T, probs []byte) {
		s := newSegmenter(DefaultTuning(), 32*time.Millisecond)
		open, inPause, suspect := false, false, false
		for _, b := range probs {
			if b == 1 {
				if open = s.end(); open {
					inPause, suspect = false, false
				}
				continue
			}
			c := s.window(float64(b) / 255)
			bad := false
			switch c {
			case started:
				bad = open
				open, inPause, suspect = true, false, false
			case fellSilent:
				bad = !open || inPause || suspect
				suspect = true
			case spokeAgain:
				bad = !suspect
				suspect = false
			case paused:
				bad = !open || inPause || !suspect
				inPause, suspect = true, false
			case resumed:
				bad = !inPause
				inPause = false
			}
			if bad {
				t.Fatalf("change %d came out of order", c)
			}
			if s.first > s.n || s.last > s.n || s.total > s.n || open && s.phase == idle {
				t.Fatalf("positions past the end: %+v", *s)
			}
		}
	})
}
