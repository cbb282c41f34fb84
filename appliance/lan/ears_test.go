package lan_test

import (
	"net/http"
	"testing"
	"time"

	"frontdesk.internal/appliance/lan"
	"frontdesk.internal/appliance/lan/lantest"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/models/engines"
)

// stream is an open one of a box whose computers are used.
type stream struct {
	engines.Listening

	t *testing.T
	b *box
}

// listen opens a stream. The box's own words come 600 ms of the stream's clock after a pause: not before more of it is fed.
func listen(t *testing.T, s *lantest.Server, o engines.ListenOptions) *stream {
	t.Helper()
	b := newBox(t, s)
	b.Refresh(t.Context())
	b.standing(t, record.EngineSpeech, lan.StandingUsed)
	l, err := b.Listen(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	return &stream{l, t, b}
}

// say feeds speech and so much silence that it is a pause, and no own words come.
func (s *stream) say(d time.Duration) { feed(s, d, 300*time.Millisecond) }

// until returns the events up to one of a kind.
func (s *stream) until(kind engines.EventKind) (list []engines.ListenEvent) {
	s.t.Helper()
	late := time.NewTimer(time.Minute)
	defer late.Stop()
	for {
		select {
		case ev, ok := <-s.Events():
			if !ok {
				s.t.Fatalf("the stream ended: %v", s.Err())
			}
			if list = append(list, ev); ev.Kind == kind {
				return list
			}
		case <-late.C:
			s.t.Fatalf("no event of kind %d within a minute: %+v", kind, list)
		}
	}
}

// words are the next final words.
func (s *stream) words() engines.ListenEvent {
	s.t.Helper()
	list := s.until(engines.Transcribed)
	return list[len(list)-1]
}

func TestHearsFirst(t *testing.T) {
	s := good().Start(t)
	l := listen(t, s, engines.ListenOptions{Call: "c1"})
	l.Hint(engines.Hint{Prompt: "Dr. Meier"})
	l.say(time.Second)
	ev := l.words()
	if ev.Text != sentence || !ev.Final || ev.Utterance != 1 || ev.Language != "en" || len(ev.Words) != 6 || ev.Words[0].Prob != 0.9 {
		t.Errorf("heard %+v", ev)
	}
	asked := s.Asked()
	a := asked[len(asked)-1]
	for field, want := range map[string]string{
		"model": "stand-in-7b", "language": "en", "prompt": "Dr. Meier", "response_format": "verbose_json", "temperature": "0",
	} {
		if a.Fields[field] != want {
			t.Errorf("%s = %q, want %q", field, a.Fields[field], want)
		}
	}
	// The utterance with a little before and after it, and nothing else.
	if d := a.PCM.Duration(a.Rate); a.Rate != engines.Rate || d < 1100*time.Millisecond || d > 1300*time.Millisecond {
		t.Errorf("%v of sound at %d Hz was sent", d, a.Rate)
	}
	feed(l, 0, time.Second) // the box's own words come, and are not heard
	l.Take(1)
	l.say(500 * time.Millisecond)
	list := l.until(engines.Transcribed)
	for _, ev := range list {
		if ev.Utterance != 2 || ev.Text == "own words" {
			t.Errorf("heard %+v", ev)
		}
	}
	if st := l.b.State(record.EngineSpeech); st.First != 2 || st.Late != 0 {
		t.Errorf("counted %+v", st)
	}
}

// TestOwnWordsFirst: a call waits for no computer; what comes late is for nobody.
func TestOwnWordsFirst(t *testing.T) {
	s := good()
	hang := make(chan struct{})
	s.Start(t)
	l := listen(t, s, engines.ListenOptions{})
	s.Before = func(_ http.ResponseWriter, r *http.Request) bool {
		select {
		case <-hang:
		case <-r.Context().Done():
		}
		return false
	}
	t.Cleanup(func() { close(hang) })
	for i := range 3 {
		l.b.standing(t, record.EngineSpeech, lan.StandingUsed)
		asked := len(s.Asked())
		l.say(time.Second)
		l.until(engines.SpeechPaused)
		wait(t, "it is asked", func() bool { return len(s.Asked()) > asked })
		feed(l, 0, time.Second)
		if ev := l.words(); ev.Text != "own words" || ev.Utterance != uint64(i+1) {
			t.Errorf("heard %+v", ev)
		}
		l.Take(uint64(i + 1))
	}
	l.b.standing(t, record.EngineSpeech, lan.StandingLate)
}

// TestGoesOn: who goes on speaking is heard as a whole, and what was written down before does not count.
func TestGoesOn(t *testing.T) {
	s := good().Start(t)
	l := listen(t, s, engines.ListenOptions{})
	l.say(time.Second)
	if ev := l.words(); ev.Text != sentence {
		t.Errorf("heard %+v", ev)
	}
	s.Words = "and on sunday"
	l.say(time.Second)
	list := l.until(engines.Transcribed)
	if ev := list[len(list)-1]; list[0].Kind != engines.SpeechResumed || ev.Text != s.Words || ev.Utterance != 1 {
		t.Errorf("heard %+v", list)
	}
	asked := s.Asked()
	a := asked[len(asked)-1]
	if d := a.PCM.Duration(a.Rate); d < 2400*time.Millisecond || d > 2600*time.Millisecond {
		t.Errorf("%v of sound was sent", d)
	}
}

// TestNotBelieved: words that no caller has said, as far as can be told, are left to the box's own ears.
func TestNotBelieved(t *testing.T) {
	for name, tt := range map[string]struct {
		spoil func(s *lantest.Server)
		o     engines.ListenOptions
		fails bool
	}{
		"nothing":   {func(s *lantest.Server) { s.Words = "" }, engines.ListenOptions{}, false},
		"subtitles": {func(s *lantest.Server) { s.Words, s.Sure = "Thanks for watching!", 0.4 }, engines.ListenOptions{}, false},
		"guessed":   {func(s *lantest.Server) { s.Sure = 0.1 }, engines.ListenOptions{}, false},
		"a loop":    {func(s *lantest.Server) { s.Words = "no no no no no no no no no" }, engines.ListenOptions{}, false},
		"too much":  {func(s *lantest.Server) { s.Words = sentence + " " + sentence + " " + sentence }, engines.ListenOptions{}, false},
		"another language": {
			func(s *lantest.Server) { s.Language = "welsh" }, engines.ListenOptions{Language: "de", Also: []string{"en"}}, false,
		},
		"an error": {func(s *lantest.Server) {
			s.Before = func(w http.ResponseWriter, _ *http.Request) bool { w.WriteHeader(http.StatusBadGateway); return true }
		}, engines.ListenOptions{}, true},
		"no JSON": {func(s *lantest.Server) {
			s.Before = func(w http.ResponseWriter, _ *http.Request) bool { _, _ = w.Write([]byte("hello")); return true }
		}, engines.ListenOptions{}, true},
	} {
		t.Run(name, func(t *testing.T) {
			s := good()
			s.Start(t)
			l := listen(t, s, tt.o)
			tt.spoil(s)
			asked := len(s.Asked())
			l.say(time.Second)
			l.until(engines.SpeechPaused)
			wait(t, "it is asked", func() bool { return len(s.Asked()) > asked })
			if tt.fails {
				wait(t, "it has failed", func() bool { return l.b.State(record.EngineSpeech).Standing == lan.StandingFailed })
			}
			feed(l, 0, time.Second)
			if ev := l.words(); ev.Text != "own words" {
				t.Errorf("heard %+v", ev)
			}
		})
	}
}

// TestOwnEarsFail: where the box's own recognition is too busy or broken, the computer is waited for as long as it would have taken.
func TestOwnEarsFail(t *testing.T) {
	s := good()
	answer := make(chan struct{})
	s.Start(t)
	l := listen(t, s, engines.ListenOptions{})
	s.Before = func(http.ResponseWriter, *http.Request) bool { <-answer; return false }
	l.say(time.Second)
	l.until(engines.SpeechPaused)
	streams := l.b.ears.Streams()
	streams[len(streams)-1].Emit(engines.ListenEvent{Kind: engines.Transcribed, Final: true, Utterance: 1, Rejected: "busy"})
	close(answer)
	if ev := l.words(); ev.Text != sentence && ev.Rejected != "busy" { // on a slow machine it was not waited for
		t.Errorf("heard %+v", ev)
	}
}

// TestTooLong: what is longer than a computer is asked about is for the box alone.
func TestTooLong(t *testing.T) {
	s := good().Start(t)
	l := listen(t, s, engines.ListenOptions{})
	asked := len(s.Asked())
	l.say(16 * time.Second)
	feed(l, 0, time.Second)
	if ev := l.words(); ev.Text != "own words" || len(s.Asked()) != asked {
		t.Errorf("heard %+v", ev)
	}
}

// TestPlainServer: one without probabilities is asked without, and its words are believed half.
func TestPlainServer(t *testing.T) {
	s := good()
	s.Plain = true
	s.Start(t)
	l := listen(t, s, engines.ListenOptions{})
	l.say(time.Second)
	if ev := l.words(); ev.Text != sentence || len(ev.Words) != 0 {
		t.Errorf("heard %+v", ev)
	}
}

// TestStreamEnds: the stream ends as the box's own does.
func TestStreamEnds(t *testing.T) {
	s := good().Start(t)
	l := listen(t, s, engines.ListenOptions{})
	l.b.ears.Break(engines.ErrUnavailable)
	for range l.Events() {
		t.Error("an event")
	}
	if l.Err() == nil {
		t.Error("no error")
	}
	l.b.ears.Heal()
}
