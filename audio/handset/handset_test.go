package handset

import (
	"context"
	"errors"
	"os"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"frontdesk.internal/audio"
	"frontdesk.internal/audio/line"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(helperEnv); dir != "" {
		helperChild(dir)
	}
	goleak.VerifyTestMain(m)
}

// desktop is a sound card in memory: the microphone hears a constant, the speaker keeps what it was given. Both move a
// frame every 20 ms, as a card does.
type desktop struct {
	found    Devices
	err      error
	level    int16
	mute     bool // gives and takes nothing
	mu       sync.Mutex
	played   audio.PCM
	open     int
	wantedID string
}

func (d *desktop) devices() (Devices, error) { return d.found, d.err }

func (d *desktop) capture(id string, hear func(audio.PCM)) (func(), error) {
	return d.start(id, func() {
		pcm := make(audio.PCM, frame)
		for i := range pcm {
			pcm[i] = d.level
		}
		hear(pcm)
	})
}

func (d *desktop) playback(id string, fill func(audio.PCM)) (func(), error) {
	return d.start(id, func() {
		pcm := make(audio.PCM, frame)
		fill(pcm)
		d.mu.Lock()
		defer d.mu.Unlock()
		d.played = append(d.played, pcm...)
	})
}

func (d *desktop) start(id string, move func()) (func(), error) {
	if d.err != nil || id != d.wantedID {
		return nil, errors.Join(d.err, ErrNoSound)
	}
	d.mu.Lock()
	d.open++
	d.mu.Unlock()
	stop, over := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(over)
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-stop:
				return
			case <-tick.C:
				if !d.mute {
					move()
				}
			}
		}
	}()
	return func() {
		close(stop)
		<-over
		d.mu.Lock()
		defer d.mu.Unlock()
		d.open--
	}, nil
}

// ears keep what they hear until there is enough of it.
type ears struct {
	mu     sync.Mutex
	frames []line.Frame
	loud   int
	enough func(e *ears) bool
	done   func()
}

func (e *ears) Hear(f line.Frame) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if f.PCM[0] != 0 {
		e.loud++
	}
	f.PCM = nil
	e.frames = append(e.frames, f)
	if e.enough(e) {
		e.done()
	}
}

// voice says a constant for so many frames.
type voice struct{ left int }

func (v *voice) Say(dst audio.PCM) int {
	if v.left == 0 {
		return 0
	}
	v.left--
	for i := range dst {
		dst[i] = 1000
	}
	return len(dst)
}

func TestTheEarIsShutWhileTheMouthSpeaks(t *testing.T) {
	for _, headset := range []bool{false, true} {
		d := &desktop{level: 500}
		h, err := open(d, Options{Headset: headset})
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancelCause(t.Context())
		over := errors.New("over")
		const said = 20
		e := &ears{done: func() { stop(over) }, enough: func(e *ears) bool { return len(e.frames) >= 40 && e.loud >= 10 }}
		if err := h.Run(ctx, e, &voice{left: said}); !errors.Is(err, over) {
			t.Fatalf("Run = %v", err)
		}
		shut := 0
		for _, f := range e.frames[1:said] { // the first frame goes to the ear before the mouth has said any
			if f.Silence {
				shut++
			}
		}
		if want := map[bool]int{false: said - 1, true: 0}[headset]; shut != want {
			t.Errorf("headset %v: %d of %d frames were shut, want %d", headset, shut, said-1, want)
		}
		if d.open != 0 {
			t.Errorf("%d devices are open still", d.open)
		}
		if s := h.Stats(); s.Sent == 0 || s.Received == 0 || s.FirstSent.IsZero() || s.Codec != "handset" {
			t.Errorf("stats: %+v", s)
		}
	}
}

func TestADeviceThatFallsSilentIsTold(t *testing.T) {
	h, err := open(&desktop{mute: true}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	h.heard.Store(time.Now().Add(-time.Minute).UnixNano())
	if err := h.Run(t.Context(), nil, nil); !errors.Is(err, ErrGone) {
		t.Errorf("Run = %v, want ErrGone", err)
	}
}

func TestRecordAndPlay(t *testing.T) {
	d := &desktop{level: 3277, wantedID: "usb"}
	pcm, err := record(t.Context(), d, Options{Microphone: "usb"}, 200*time.Millisecond)
	if err != nil || len(pcm) != Rate/5 {
		t.Fatalf("record: %d samples, %v", len(pcm), err)
	}
	if l := LevelOf(pcm[len(pcm)/2:]); l.Peak < -21 || l.Peak > -19 || l.Clipped != 0 {
		t.Errorf("level: %+v, want -20 dB", l)
	}
	if err := play(d, t.Context(), Options{Speaker: "usb"}, Tone(440, 200*time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	if l := LevelOf(d.played); l.Peak < -16 || l.Peak > -14 || d.open != 0 {
		t.Errorf("played: %+v, %d devices open", l, d.open)
	}
}

func TestNoDevices(t *testing.T) {
	if _, err := list(&desktop{}); !errors.Is(err, ErrNoSound) {
		t.Errorf("list = %v", err)
	}
	if _, err := open(&desktop{wantedID: "usb"}, Options{}); !errors.Is(err, ErrNoSound) {
		t.Errorf("open = %v", err)
	}
	d := &desktop{wantedID: "usb"}
	if _, err := open(d, Options{Microphone: "usb"}); !errors.Is(err, ErrNoSound) || d.open != 0 {
		t.Errorf("open with a wrong speaker = %v, %d devices are open still", err, d.open)
	}
}

// What clocks drift apart is dropped or filled, and counted.
func TestQueue(t *testing.T) {
	var q queue
	q.init()
	one := make(audio.PCM, frame)
	count := func(n int, from int16) {
		for range n {
			for i := range one {
				one[i] = from
			}
			from++
			q.push(one)
		}
	}
	got := make(audio.PCM, frame)
	count(1, 1)
	if q.pull(got) || q.missing.Load() != 0 {
		t.Error("it flows before enough is in hand")
	}
	count(1, 2)
	for want := int16(1); want <= 2; want++ {
		if !q.pull(got) || got[0] != want {
			t.Errorf("got frame %d, want %d", got[0], want)
		}
	}
	if q.pull(got) || got[0] != 0 || q.missing.Load() != 1 {
		t.Errorf("an empty queue: frame %d, %d missing", got[0], q.missing.Load())
	}
	count(11, 1) // three more than fit
	if q.dropped.Load() != 3 {
		t.Errorf("%d dropped, want 3", q.dropped.Load())
	}
	if !q.pull(got) || got[0] != 4 {
		t.Errorf("got frame %d, want 4: the oldest go first", got[0])
	}
	q.push(make(audio.PCM, 3*queueMost))
	if len(q.buf) > queueMost {
		t.Errorf("%d samples wait, at most %d may", len(q.buf), queueMost)
	}
}
