package lan_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"frontdesk.internal/appliance/dialogue"
	"frontdesk.internal/appliance/egress"
	"frontdesk.internal/appliance/lan"
	"frontdesk.internal/appliance/lan/lantest"
	"frontdesk.internal/appliance/notify"
	"frontdesk.internal/appliance/notify/notifytest"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/store"
	"frontdesk.internal/audio"
	"frontdesk.internal/models/engines"
	"frontdesk.internal/models/modelstest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// settings are the computers of an office.
type settings struct {
	mu   sync.Mutex
	list []record.EngineHost
	key  string
}

func (s *settings) EngineHosts() ([]record.EngineHost, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]record.EngineHost(nil), s.list...), nil
}

func (s *settings) EngineHost(role string) (record.EngineHost, string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, h := range s.list {
		if string(h.Role) == role {
			return h, s.key, nil
		}
	}
	return record.EngineHost{}, "", store.ErrNotFound
}

func (s *settings) set(list ...record.EngineHost) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.list = list
}

// box is a box with engines by script. Its clock stands still, so that a computer takes no time at all.
type box struct {
	*lan.Hosts
	*modelstest.Mouth
	gate     *egress.Gate
	settings settings
	ears     modelstest.Ears
	mind     modelstest.Mind
	calls    int
	took     time.Duration // that the own engines say they took
	held     chan struct{} // closed when the own mind may answer a caller; nil = it may
}

const sentence = "when are you open on saturday"

// question is one as calls have it.
func question(said string) engines.CompleteRequest {
	return engines.CompleteRequest{
		Call: "c1", Prefix: "You sort calls.", Prompt: "Caller: " + said + "\nLabel:", MaxTokens: 8,
		Grammar: dialogue.Grammar([]string{"hours", "price", "other"}),
	}
}

func (b *box) own() lan.Own {
	return struct {
		engines.Ears
		engines.Mind
		engines.Mouth
	}{&b.ears, &b.mind, b.Mouth}
}

// newBox has one computer for each role at the server; nothing is measured yet.
func newBox(t *testing.T, s *lantest.Server) *box {
	t.Helper()
	b := &box{gate: egress.New(nil), Mouth: &modelstest.Mouth{Sound: modelstest.Sound{PerRune: 35 * time.Millisecond}}, took: time.Second}
	b.settings.key = lantest.Key
	for _, role := range record.EngineRoles() {
		b.settings.list = append(b.settings.list, record.EngineHost{Role: role, On: true, URL: s.URL, CA: s.CA})
	}
	b.ears.Lag, b.ears.TextOf = 600*time.Millisecond, func(string, uint64) string { return "own words" }
	b.mind.Func = func(ctx context.Context, r engines.CompleteRequest) (engines.Completion, error) {
		c := modelstest.Answer("other")
		c.Decode = b.took
		if b.held != nil && r.Call != "trial" {
			select {
			case <-b.held:
			case <-ctx.Done():
				return engines.Completion{}, ctx.Err()
			}
		}
		return c, nil
	}
	now := time.Now()
	var log bytes.Buffer
	b.Hosts = lan.New(lan.Options{
		Logger:  slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Records: &b.settings, Gate: b.gate, Own: b.own(), Calls: func() int { return b.calls }, Now: func() time.Time { return now },
		Question: func() engines.CompleteRequest { return question("when are you open?") },
		Sentence: func() (string, string) { return "en", sentence },
	})
	t.Cleanup(func() { // waits for the questions under way
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		_ = b.Run(ctx)
		for _, secret := range []string{lantest.Key, "hello", "own words", "saturday"} {
			if strings.Contains(log.String(), secret) {
				t.Errorf("the log says %q: %s", secret, &log)
			}
		}
	})
	return b
}

// good is a server that does what it should.
func good() *lantest.Server {
	return &lantest.Server{Label: "hours", Sure: 0.9, Words: sentence, Language: "english"}
}

// never is closed never: the own mind does not answer before the call has ended.
func never() chan struct{} { return make(chan struct{}) }

func (b *box) standing(t *testing.T, role record.EngineRole, want lan.Standing) lan.State {
	t.Helper()
	st := b.State(role)
	if st.Standing != want {
		t.Fatalf("%s is %q, want %q: %+v", role, st.Standing, want, st)
	}
	return st
}

func TestChoosesFirst(t *testing.T) {
	s := good().Start(t)
	b := newBox(t, s)
	if c, err := b.Complete(t.Context(), question("hello")); err != nil || c.Text != "other" {
		t.Errorf("before it was measured: %+v, %v", c, err)
	}
	b.Refresh(t.Context())
	if st := b.standing(t, record.EngineText, lan.StandingUsed); st.OwnMS != 1000 || st.TookMS != 0 || st.Serves != "stand-in-7b" {
		t.Errorf("measured: %+v", st)
	}
	if len(s.Asked()) != 2 || strings.Contains(s.Asked()[1].Fields["messages"], "hello") {
		t.Errorf("words of a caller were sent: %+v", s.Asked())
	}
	b.held = never()
	c, err := b.Complete(t.Context(), question("hello"))
	if err != nil || c.Text != "hours" || len(c.Tokens) != 1 || c.Tokens[0].LogProb > -0.05 || c.Tokens[0].LogProb < -0.2 {
		t.Errorf("Complete() = %+v, %v", c, err)
	}
	f := s.Asked()[2].Fields
	for field, want := range map[string]string{
		"model": `"stand-in-7b"`, "grammar": `"root ::= \"hours\" | \"price\" | \"other\""`, "guided_choice": `["hours","price","other"]`,
		"structured_outputs": `{"choice":["hours","price","other"]}`, "logprobs": "true", "temperature": "0", "max_tokens": "8",
		"chat_template_kwargs": `{"enable_thinking":false}`,
	} {
		if f[field] != want {
			t.Errorf("%s = %s, want %s", field, f[field], want)
		}
	}
	if st := b.State(record.EngineText); st.First != 1 || st.Asked != 1 {
		t.Errorf("counted: %+v", st)
	}
	counted := b.gate.Take()
	if len(counted) != 1 || counted[0].Purpose != string(egress.Engines) || counted[0].Sent == 0 || counted[0].Connections < 3 {
		t.Errorf("the ledger says %+v", counted)
	}
}

// TestOnlyOfTheList: what a computer answers that is none of the list is nothing, and the box's own answer counts.
func TestOnlyOfTheList(t *testing.T) {
	s := good()
	s.Start(t)
	b := newBox(t, s)
	b.Refresh(t.Context())
	for _, says := range []string{"Tell the caller to pay at once", "", "hours price", `root ::= "hours"`, "HOURS", "hours\x00"} {
		b.standing(t, record.EngineText, lan.StandingUsed)
		s.Label = says
		// The own mind answers only when the computer has: it is not the faster one that is heard here.
		b.held = make(chan struct{})
		done := make(chan engines.Completion)
		go func() {
			c, err := b.Complete(t.Context(), question("hello"))
			if err != nil {
				t.Error(err)
			}
			done <- c
		}()
		wait(t, "it is not believed", func() bool { return b.State(record.EngineText).Standing == lan.StandingFailed })
		close(b.held)
		if c := <-done; c.Text != "other" {
			t.Errorf("%q: %+v", says, c)
		}
		if st := b.State(record.EngineText); st.Problem != string(notify.FaultGarbage) {
			t.Errorf("%q: %+v", says, st)
		}
		s.Label = "hours"
		b.Refresh(t.Context())
	}
}

// TestNotForComputers: what is no choice of a closed list goes nowhere.
func TestNotForComputers(t *testing.T) {
	s := good().Start(t)
	b := newBox(t, s)
	b.Refresh(t.Context())
	before := len(s.Asked())
	for name, change := range map[string]func(*engines.CompleteRequest){
		"free text":      func(r *engines.CompleteRequest) { r.Grammar = "" },
		"open grammar":   func(r *engines.CompleteRequest) { r.Grammar = "root ::= [a-z]+" },
		"two rules":      func(r *engines.CompleteRequest) { r.Grammar = "root ::= \"a\" | b\nb ::= \"c\"" },
		"begun":          func(r *engines.CompleteRequest) { r.Begin = "The" },
		"scores":         func(r *engines.CompleteRequest) { r.Scores = []string{"a"} },
		"stopped":        func(r *engines.CompleteRequest) { r.Stop = []string{"a"} },
		"unclosed quote": func(r *engines.CompleteRequest) { r.Grammar = `root ::= "a` },
	} {
		r := question("hello")
		change(&r)
		if c, err := b.Complete(t.Context(), r); err != nil || c.Text != "other" {
			t.Errorf("%s: %+v, %v", name, c, err)
		}
	}
	if len(s.Asked()) != before {
		t.Errorf("it was asked: %+v", s.Asked()[before:])
	}
}

// TestBoxTakesOver: whatever is the matter with the computer, the call has the box's own answer, and the computer is left alone.
func TestBoxTakesOver(t *testing.T) {
	for name, tt := range map[string]struct {
		before func(w http.ResponseWriter, r *http.Request) bool
		spoil  func(t *testing.T, b *box)
		want   notify.Fault
	}{
		"refused": {func(w http.ResponseWriter, _ *http.Request) bool {
			http.Error(w, "no", http.StatusMethodNotAllowed)
			return true
		}, nil, notify.FaultRefused},
		"busy": {func(w http.ResponseWriter, _ *http.Request) bool {
			http.Error(w, "later", http.StatusServiceUnavailable)
			return true
		}, nil, notify.FaultBusy},
		"gone in mid-answer": {func(w http.ResponseWriter, _ *http.Request) bool {
			if conn, buf, err := w.(http.Hijacker).Hijack(); err == nil {
				_, _ = buf.WriteString("HTTP/1.1 200 OK\r\nContent-Length: 4096\r\n\r\n{\"choices\":[{\"mess")
				_ = buf.Flush()
				_ = conn.Close()
			}
			return true
		}, nil, notify.FaultGone},
		"garbage": {func(w http.ResponseWriter, _ *http.Request) bool {
			_, _ = w.Write([]byte("<html>hello</html>"))
			return true
		}, nil, notify.FaultGarbage},
		"endless": {func(w http.ResponseWriter, _ *http.Request) bool {
			_, _ = w.Write([]byte(strings.Repeat(" ", 2<<20)))
			return true
		}, nil, notify.FaultGarbage},
		"sends elsewhere": {func(w http.ResponseWriter, r *http.Request) bool {
			http.Redirect(w, r, "https://192.0.2.1/v1", http.StatusTemporaryRedirect)
			return true
		}, nil, notify.FaultRefused},
		"key": {nil, func(_ *testing.T, b *box) { b.settings.key = "sk-other" }, notify.FaultCredentials},
		"certificate": {nil, func(t *testing.T, b *box) {
			t.Helper()
			_, ca := notifytest.Certificate(t)
			for i := range b.settings.list {
				b.settings.list[i].CA = ca
			}
		}, notify.FaultCertificate},
		"gone": {nil, func(t *testing.T, b *box) {
			t.Helper()
			for i := range b.settings.list {
				b.settings.list[i].URL = "https://" + notifytest.Gone(t)
			}
		}, notify.FaultGone},
		"outside": {nil, func(_ *testing.T, b *box) {
			for i := range b.settings.list {
				b.settings.list[i].URL = "http://192.0.2.1/v1" // which is not private
			}
		}, notify.FaultOutside},
	} {
		t.Run(name, func(t *testing.T) {
			s := good()
			s.Start(t)
			b := newBox(t, s)
			if tt.spoil != nil {
				tt.spoil(t, b)
				b.Refresh(t.Context())
				for _, role := range record.EngineRoles() {
					if st := b.standing(t, role, lan.StandingFailed); !strings.HasPrefix(st.Problem, string(tt.want)) {
						t.Errorf("%s: %+v, want %q", role, st, tt.want)
					}
				}
				if c, err := b.Complete(t.Context(), question("hello")); err != nil || c.Text != "other" {
					t.Errorf("Complete() = %+v, %v", c, err)
				}
				return
			}
			b.Refresh(t.Context())
			b.standing(t, record.EngineText, lan.StandingUsed)
			b.held = make(chan struct{})
			s.Before = tt.before
			done := make(chan engines.Completion)
			go func() {
				c, err := b.Complete(t.Context(), question("hello"))
				if err != nil {
					t.Error(err)
				}
				done <- c
			}()
			wait(t, "it has failed", func() bool { return b.State(record.EngineText).Standing == lan.StandingFailed })
			close(b.held)
			if c := <-done; c.Text != "other" {
				t.Errorf("Complete() = %+v", c)
			}
			if st := b.State(record.EngineText); !strings.HasPrefix(st.Problem, string(tt.want)) {
				t.Errorf("%+v, want %q", st, tt.want)
			}
			asked := len(s.Asked())
			if c, err := b.Complete(t.Context(), question("hello")); err != nil || c.Text != "other" || len(s.Asked()) != asked {
				t.Errorf("it is asked again before it was tried: %+v, %v", c, err)
			}
			s.Before = nil
			b.Refresh(t.Context())
			b.standing(t, record.EngineText, lan.StandingUsed)
		})
	}
}

// TestLate: a call waits for no computer, and one that is late three times running is not asked any more.
func TestLate(t *testing.T) {
	s := good()
	hang := make(chan struct{})
	s.Start(t)
	b := newBox(t, s)
	b.Refresh(t.Context())
	s.Before = func(_ http.ResponseWriter, r *http.Request) bool {
		select {
		case <-hang:
		case <-r.Context().Done():
		}
		return false
	}
	t.Cleanup(func() { close(hang) })
	for range 3 {
		b.standing(t, record.EngineText, lan.StandingUsed)
		if c, err := b.Complete(t.Context(), question("hello")); err != nil || c.Text != "other" {
			t.Errorf("Complete() = %+v, %v", c, err)
		}
	}
	if st := b.standing(t, record.EngineText, lan.StandingLate); st.Late != 3 || st.Failed != 0 {
		t.Errorf("%+v", st)
	}
}

// TestSlower: one that is measured to be slower is not asked.
func TestSlower(t *testing.T) {
	s := good().Start(t)
	b := newBox(t, s)
	b.took, b.ears.Lag = 0, 0
	b.Refresh(t.Context())
	for _, role := range record.EngineRoles() {
		b.standing(t, role, lan.StandingSlower)
	}
	before := len(s.Asked())
	if c, err := b.Complete(t.Context(), question("hello")); err != nil || c.Text != "other" || len(s.Asked()) != before {
		t.Errorf("it was asked: %+v, %v", c, err)
	}
}

// TestMeasuredWhenNobodyCalls: the box's own engines are callers' alone while there are any.
func TestMeasuredWhenNobodyCalls(t *testing.T) {
	s := good().Start(t)
	b := newBox(t, s)
	b.calls = 1
	b.Refresh(t.Context())
	b.standing(t, record.EngineText, lan.StandingUntried)
	if len(b.mind.Requests()) != 0 || len(b.ears.Streams()) != 0 {
		t.Error("an engine was measured")
	}
	b.calls = 0
	b.Refresh(t.Context())
	b.standing(t, record.EngineText, lan.StandingUsed)
	b.calls = 1 // the figure stays
	b.Refresh(t.Context())
	b.standing(t, record.EngineText, lan.StandingUsed)
}

// TestNoOwnMind: a box without a language model has the computer's answer alone.
func TestNoOwnMind(t *testing.T) {
	s := good().Start(t)
	b := newBox(t, s)
	b.mind.Fail(engines.ErrUnavailable)
	b.Refresh(t.Context())
	b.standing(t, record.EngineText, lan.StandingUsed)
	if c, err := b.Complete(t.Context(), question("hello")); err != nil || c.Text != "hours" {
		t.Errorf("Complete() = %+v, %v", c, err)
	}
	s.Before = func(w http.ResponseWriter, _ *http.Request) bool { w.WriteHeader(http.StatusTeapot); return true }
	if _, err := b.Complete(t.Context(), question("hello")); !errors.Is(err, engines.ErrUnavailable) {
		t.Errorf("with neither: %v", err)
	}
}

// TestOff: nothing goes to a computer that is not switched on, and nothing is let out.
func TestOff(t *testing.T) {
	s := good().Start(t)
	b := newBox(t, s)
	list, _ := b.settings.EngineHosts()
	for i := range list {
		list[i].On = false
	}
	b.settings.set(list...)
	b.Refresh(t.Context())
	if _, err := b.Complete(t.Context(), question("hello")); err != nil {
		t.Error(err)
	}
	l, err := b.Listen(t.Context(), engines.ListenOptions{})
	if err != nil {
		t.Fatal(err)
	}
	feed(l, 500*time.Millisecond, 300*time.Millisecond)
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	if len(s.Asked()) != 0 || len(b.gate.Take()) != 0 {
		t.Errorf("asked: %+v", s.Asked())
	}
	for _, d := range b.gate.Destinations() {
		if d.Name == string(egress.Engines) && d.On {
			t.Error("the way out is open")
		}
	}
	// It can be tried all the same, and the way is closed again.
	x, key, _ := b.settings.EngineHost(string(record.EngineText))
	got, err := b.Try(t.Context(), x, key)
	if err != nil || got.Standing != lan.StandingUsed || got.Said != "hours" || got.Own != time.Second {
		t.Errorf("Try() = %+v, %v", got, err)
	}
	if d := b.gate.Destinations(); d[len(d)-1].On {
		t.Error("the way out stays open")
	}
}

// feed gives a tone and a silence.
func feed(l engines.Listening, tone, quiet time.Duration) {
	pcm := append(modelstest.Tone(engines.Rate, 300, tone), modelstest.Silence(engines.Rate, quiet)...)
	for ; len(pcm) >= engines.FrameSamples; pcm = pcm[engines.FrameSamples:] {
		l.Frame(append(audio.PCM(nil), pcm[:engines.FrameSamples]...))
	}
}

// wait returns when what is waited for is so.
func wait(t *testing.T, what string, is func() bool) {
	t.Helper()
	late := time.NewTimer(time.Minute)
	defer late.Stop()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for !is() {
		select {
		case <-tick.C:
		case <-late.C:
			t.Fatalf("not within a minute: %s", what)
		}
	}
}
