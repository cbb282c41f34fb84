package reception

import (
	"testing"
	"time"

	"frontdesk.internal/audio"
)

// What is said while the caller makes a sound is said softly, gradually, and nothing of it is lost or said twice.
func TestDuck(t *testing.T) {
	v := newVoice(time.Now)
	pcm := make(audio.PCM, LineRate/2)
	for i := range pcm {
		pcm[i] = 8000
	}
	v.enqueue([]*clause{{text: "Hello.", pcm: pcm, whole: true}}, nil)
	var out audio.PCM
	frame := make(audio.PCM, audio.FrameLen(LineRate))
	say := func(frames int) {
		for range frames {
			n := v.Say(frame)
			out = append(out, frame[:n]...)
		}
	}
	say(5)
	v.duck()
	say(5)
	v.unduck()
	say(20)
	if len(out) != len(pcm) {
		t.Fatalf("%d samples were said, want %d", len(out), len(pcm))
	}
	at := func(d time.Duration) int16 { return out[int(d*LineRate/time.Second)] }
	for d, want := range map[time.Duration]int16{
		90 * time.Millisecond: 8000, 150 * time.Millisecond: 2000, 190 * time.Millisecond: 2000, 250 * time.Millisecond: 8000,
	} {
		if got := at(d); got < want-10 || got > want {
			t.Errorf("after %v: %d, want %d", d, got, want)
		}
	}
	for i := 1; i < len(out); i++ {
		if step := int(out[i]) - int(out[i-1]); step > 80 || step < -80 {
			t.Fatalf("sample %d is %d away from the one before", i, step)
		}
	}
	if pcm[0] != 8000 || pcm[len(pcm)/4] != 8000 {
		t.Error("the clause itself was changed; others share it")
	}
}
