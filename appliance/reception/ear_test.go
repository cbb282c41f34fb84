package reception

import (
	"testing"
	"time"

	"frontdesk.internal/audio"
	"frontdesk.internal/audio/line"
	"frontdesk.internal/models/engines"
	"frontdesk.internal/models/modelstest"
)

// The ear takes what comes early, in whole frames and in order, and knows when it came.
func TestTheEarTakesWhatComesEarly(t *testing.T) {
	now := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	e := &ear{now: func() time.Time { return now }}
	ears := &modelstest.Ears{}
	s, err := e.open(t.Context(), ears, engines.ListenOptions{Call: "test"})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	given := 0
	// How many samples come early with each frame that is played.
	for i, early := range []int{320, 960, 320, 0, 480, 160, 320} {
		e.Hear(line.Frame{PCM: make(audio.PCM, 320), Early: make(audio.PCM, early), At: now, Arrived: now.Add(-50 * time.Millisecond)})
		given += early
		if got, want := ears.Streams()[0].Frames(), given/engines.FrameSamples; got != want {
			t.Errorf("after frame %d: %d frames were given on, want %d", i, got, want)
		}
		at, _ := e.wall(time.Duration(given) * time.Second / LineRate)
		// The newest sample is there now; the stream's position 0 was there when the first frame began.
		if d := at.Sub(now.Add(audio.FrameDuration)); d != 0 {
			t.Errorf("after frame %d: the newest sample is said to have come %v off", i, d)
		}
		now = now.Add(audio.FrameDuration)
	}
	e.Hear(line.Frame{PCM: make(audio.PCM, 320), At: now}) // a line that gives nothing early
	if got, want := ears.Streams()[0].Frames(), given/engines.FrameSamples+1; got != want {
		t.Errorf("%d frames were given on, want %d", got, want)
	}
}
