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

// What turned out to be our own voice is known by its place in the stream.
func TestTheEarKnowsItsOwnVoice(t *testing.T) {
	now := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	e := &ear{now: func() time.Time { return now }}
	s, err := e.open(t.Context(), &modelstest.Ears{}, engines.ListenOptions{Call: "test"})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for i := range 100 { // two seconds, of which 0.4 to 0.8 s were our own
		f := line.Frame{PCM: make(audio.PCM, 320), At: now}
		if i == 40 {
			f.Ours = 400 * LineRate / 1000
		}
		e.Hear(f)
	}
	ms := time.Millisecond
	for _, tt := range []struct {
		from, to time.Duration
		want     bool
	}{
		{400 * ms, 800 * ms, true}, {300 * ms, 900 * ms, true}, {0, 800 * ms, false}, {700 * ms, 1000 * ms, false}, {1000 * ms, 1500 * ms, false},
		{500 * ms, 0, false},
	} {
		if got := e.owned(tt.from, tt.to); got != tt.want {
			t.Errorf("from %v to %v: own voice %v, want %v", tt.from, tt.to, got, tt.want)
		}
	}
}
