package hear_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"frontdesk.internal/audio"
	"frontdesk.internal/models/engines"
	"frontdesk.internal/models/engines/hear"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// voiceByLevel calls every window voiced whose first sample is not zero, and faint where it is that of a faint sound.
type voiceByLevel struct {
	fail  func() error  // of Score
	block chan struct{} // Score waits for it
}

func (v *voiceByLevel) NewStream() (engines.VoiceStream, error) { return v, nil }
func (v *voiceByLevel) WindowSamples() int                      { return 512 }
func (v *voiceByLevel) Reset()                                  {}
func (v *voiceByLevel) Close() error                            { return nil }

func (v *voiceByLevel) Score(w audio.PCM) (float64, error) {
	if v.block != nil {
		<-v.block
	}
	if v.fail != nil {
		if err := v.fail(); err != nil {
			return 0, err
		}
	}
	switch w[0] {
	case silence:
	case faint:
		return 0.3, nil
	default:
		return 0.9, nil
	}
	return 0.1, nil
}

// ears is a recogniser that takes a fixed time and notes what it was asked.
type ears struct {
	takes time.Duration
	err   error

	mu      sync.Mutex
	lengths []time.Duration // of the audio of finals
	hints   []string
	aborted []error // causes
	started chan engines.RecognizeOptions
}

func (e *ears) Close() error { return nil }

func (e *ears) Recognize(ctx context.Context, pcm audio.PCM, o engines.RecognizeOptions) (engines.Recognition, error) {
	e.mu.Lock()
	n := len(e.lengths) + 1
	if !o.Partial {
		e.lengths = append(e.lengths, pcm.Duration(engines.Rate))
	}
	e.hints = append(e.hints, o.Prompt)
	e.mu.Unlock()
	if e.started != nil {
		e.started <- o
	}
	select {
	case <-time.After(e.takes):
	case <-ctx.Done():
		e.mu.Lock()
		e.aborted = append(e.aborted, context.Cause(ctx))
		e.mu.Unlock()
		return engines.Recognition{}, context.Cause(ctx)
	}
	if e.err != nil {
		return engines.Recognition{}, e.err
	}
	if o.Partial {
		return engines.Recognition{Text: "partial"}, nil
	}
	return engines.Recognition{Text: fmt.Sprintf("final %d", n), AvgLogProb: -0.1, NoSpeechProb: 0.01}, nil
}

// judge is a turn detector that takes a fixed time.
type judge struct {
	takes time.Duration
	prob  float64
	err   error
	heard []audio.PCM
}

func (j *judge) Close() error { return nil }

func (j *judge) EndOfTurn(ctx context.Context, pcm audio.PCM) (float64, error) {
	j.heard = append(j.heard, pcm)
	select {
	case <-time.After(j.takes):
		return j.prob, j.err
	case <-ctx.Done():
		return 0, context.Cause(ctx)
	}
}

// call drives one stream in a synctest bubble.
type call struct {
	t      *testing.T
	hub    *hear.Hub
	in     engines.Listening
	frames int
	got    []engines.ListenEvent // all but SpeechSustained
	lasts  []engines.ListenEvent // those
}

// listen opens a stream and reads its events unless silent.
func listen(t *testing.T, o hear.Options, read bool) *call {
	t.Helper()
	if o.VAD == nil {
		o.VAD = &voiceByLevel{}
	}
	c := &call{t: t, hub: hear.New(o)}
	in, err := c.hub.Listen(t.Context(), engines.ListenOptions{Call: "test"})
	if err != nil {
		t.Fatal(err)
	}
	c.in = in
	if read {
		go func() {
			for e := range in.Events() {
				if e.Kind == engines.SpeechSustained {
					c.lasts = append(c.lasts, e)
					continue
				}
				c.got = append(c.got, e)
			}
		}()
	}
	return c
}

// close ends the stream and the hub.
func (c *call) close() {
	c.t.Helper()
	if err := c.in.Close(); err != nil {
		c.t.Error(err)
	}
	c.hub.Close()
	synctest.Wait()
}

// speak sends frames of a level for d, in the time of the bubble.
func (c *call) speak(level int16, d time.Duration) {
	c.t.Helper()
	frame := make(audio.PCM, engines.FrameSamples)
	for range int(d / audio.FrameDuration) {
		for i := range frame {
			frame[i] = level
		}
		if !c.in.Frame(frame) {
			c.t.Fatalf("frame %d was lost", c.frames)
		}
		clear(frame) // a stream that kept the slice hears silence
		c.frames++
		<-time.After(audio.FrameDuration)
		synctest.Wait()
	}
}

// kinds lists what was heard in short: "start1 pause1 text1 …".
func (c *call) kinds() string {
	s := ""
	for _, e := range c.got {
		name := map[engines.EventKind]string{
			engines.SpeechStarted: "start", engines.SpeechPaused: "pause", engines.SpeechResumed: "resume", engines.Transcribed: "text",
		}[e.Kind]
		if e.Kind == engines.Transcribed && !e.Final {
			name = "partial"
		}
		s += fmt.Sprintf("%s%d ", name, e.Utterance)
	}
	return s
}

func (c *call) expect(want string) {
	c.t.Helper()
	synctest.Wait()
	if got := c.kinds(); got != want {
		c.t.Fatalf("got events %q, want %q", got, want)
	}
}

var errBroken = errors.New("broken")

const (
	voice   = 1000
	faint   = 10
	silence = 0
)
