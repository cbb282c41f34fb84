package engines_test

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/audio"
	"frontdesk.internal/models/engines"
	"frontdesk.internal/models/modelstest"
)

// feed sends d of tone or silence.
func feed(t testing.TB, l engines.Listening, pcm audio.PCM) {
	t.Helper()
	for len(pcm) >= engines.FrameSamples {
		if !l.Frame(pcm[:engines.FrameSamples]) {
			t.Fatal("frame refused")
		}
		pcm = pcm[engines.FrameSamples:]
	}
}

// next waits for one event.
func next(t testing.TB, l engines.Listening) engines.ListenEvent {
	t.Helper()
	select {
	case e, ok := <-l.Events():
		if !ok {
			t.Fatal("events ended:", l.Err())
		}
		return e
	case <-time.After(2 * time.Minute):
		t.Fatal("no event")
	}
	return engines.ListenEvent{}
}

func TestListen(t *testing.T) {
	opened := make(chan *modelstest.Stream, 1)
	ears := &modelstest.Ears{
		Texts: []string{"when do you open", "thank you"}, TurnProb: 0.7, Lag: 100 * time.Millisecond,
		Opened: func(s *modelstest.Stream) { opened <- s },
	}
	c := serve(t, scripted(ears, &modelstest.Mind{}, &modelstest.Mouth{}))
	untilState(t, c, allReady)
	o := engines.ListenOptions{Call: "c7", Language: "de", Also: []string{"de", "en"}}
	l, err := c.Listen(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	far := <-opened
	if !reflect.DeepEqual(far.Options, o) {
		t.Errorf("options = %+v", far.Options)
	}
	l.Hint(engines.Hint{Prompt: "Dr. Kim"})
	tone, silence := modelstest.Tone(engines.Rate, 300, 500*time.Millisecond), modelstest.Silence(engines.Rate, 400*time.Millisecond)
	feed(t, l, tone)
	feed(t, l, silence)
	var got []engines.ListenEvent
	for range 4 {
		got = append(got, next(t, l))
	}
	want := []engines.ListenEvent{
		{Kind: engines.SpeechStarted, Utterance: 1, Now: 60 * time.Millisecond, Speech: 60 * time.Millisecond},
		{Kind: engines.SpeechSustained, Utterance: 1, Now: 400 * time.Millisecond, Speech: 400 * time.Millisecond},
		{
			Kind: engines.SpeechPaused, Utterance: 1, At: 500 * time.Millisecond, Now: 700 * time.Millisecond, TurnProb: 0.7,
			Speech: 500 * time.Millisecond,
		},
		modelstest.Transcript("when do you open", 0),
	}
	want[3].Utterance, want[3].At, want[3].Now = 1, 500*time.Millisecond, 800*time.Millisecond
	want[3].Speech, want[3].Took = 500*time.Millisecond, 100*time.Millisecond
	if !reflect.DeepEqual(got, want) {
		t.Errorf("events:\n%+v\nwant\n%+v", got, want)
	}
	l.Take(1)
	feed(t, l, silence)
	feed(t, l, tone)
	feed(t, l, silence)
	for _, kind := range []engines.EventKind{engines.SpeechStarted, engines.SpeechSustained, engines.SpeechPaused, engines.Transcribed} {
		if e := next(t, l); e.Kind != kind || e.Utterance != 2 {
			t.Errorf("event %+v, want kind %d of utterance 2", e, kind)
		}
	}
	if err := l.Close(); err != nil || l.Err() != nil {
		t.Errorf("Close = %v, Err = %v", err, l.Err())
	}
	if _, ok := <-l.Events(); ok {
		t.Error("an event after Close")
	}
	if got := far.Hints(); len(got) != 1 || got[0].Prompt != "Dr. Kim" {
		t.Errorf("hints = %v", got)
	}
	if got := far.Takes(); !reflect.DeepEqual(got, []uint64{1}) {
		t.Errorf("takes = %v", got)
	}
}

func TestLostFramesCountAsSilence(t *testing.T) {
	opened := make(chan *modelstest.Stream, 1)
	ears := &modelstest.Ears{Opened: func(s *modelstest.Stream) { opened <- s }}
	c := serve(t, scripted(ears, &modelstest.Mind{}, &modelstest.Mouth{}))
	untilState(t, c, allReady)
	l, err := c.Listen(t.Context(), engines.ListenOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	far := <-opened
	far.Refuse(true)
	// More than fits into the queues on the way: what is too much is refused at once, nothing blocks.
	const sent = 3000
	frame := modelstest.Silence(engines.Rate, audio.FrameDuration)
	offered, refused := 0, 0
	offer := func() bool {
		offered++
		ok := l.Frame(frame)
		if !ok {
			refused++
		}
		return ok
	}
	for range sent {
		offer()
	}
	remote, ok := l.(*engines.RemoteListening)
	if !ok || refused == 0 || remote.Lost() != uint64(refused) {
		t.Fatalf("%d frames refused, want some, and all of them counted", refused)
	}
	for {
		o, err := c.Ping(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if o.Owner == "ears" {
			break // the server waits for the ears, and says so
		}
	}
	far.Refuse(false)
	for !offer() { // the gap travels with the next frame that fits
		if _, err := c.Ping(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	limit := time.After(2 * time.Minute)
	for far.Frames() < offered {
		select {
		case <-limit:
			t.Fatalf("the ears got %d frames, want %d", far.Frames(), offered)
		default:
			if _, err := c.Ping(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestListenEndsWithContextAndChild(t *testing.T) {
	opened := make(chan *modelstest.Stream, 8)
	ears := &modelstest.Ears{Opened: func(s *modelstest.Stream) { opened <- s }}
	c := serve(t, scripted(ears, &modelstest.Mind{}, &modelstest.Mouth{}))
	untilState(t, c, allReady)
	broken := errors.New("microphone fell off")
	tests := []struct {
		name string
		end  func(cancel func(), s *modelstest.Stream)
		want error
		text string
	}{
		{"context", func(cancel func(), _ *modelstest.Stream) { cancel() }, context.Canceled, ""},
		{"unavailable", func(_ func(), s *modelstest.Stream) { s.Break(engines.ErrUnavailable) }, engines.ErrUnavailable, ""},
		{"other error", func(_ func(), s *modelstest.Stream) { s.Break(broken) }, nil, "microphone fell off"},
		{"quiet end", func(_ func(), s *modelstest.Stream) { s.Break(nil) }, engines.ErrUnavailable, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			l, err := c.Listen(ctx, engines.ListenOptions{})
			if err != nil {
				t.Fatal(err)
			}
			tt.end(cancel, <-opened)
			for range l.Events() {
				t.Error("unexpected event")
			}
			if err := l.Err(); err == nil || tt.want != nil && !errors.Is(err, tt.want) || !strings.Contains(err.Error(), tt.text) {
				t.Errorf("Err = %v, want %v %q", err, tt.want, tt.text)
			}
			l.Frame(modelstest.Silence(engines.Rate, audio.FrameDuration)) // must not block
			l.Take(1)
			if err := l.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}
