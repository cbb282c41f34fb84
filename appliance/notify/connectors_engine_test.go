package notify_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"frontdesk.internal/appliance/dialogue"
	"frontdesk.internal/appliance/egress"
	"frontdesk.internal/appliance/lan"
	"frontdesk.internal/appliance/lan/lantest"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/models/engines"
	"frontdesk.internal/models/modelstest"
)

// The columns of computers that help the box.
const (
	viaSpeech record.Via = "speech engine"
	viaText   record.Via = "text engine"
)

// helper is the only computer of an office.
type helper struct {
	only   record.EngineHost
	secret string
}

func (h helper) EngineHosts() ([]record.EngineHost, error) { return []record.EngineHost{h.only}, nil }

func (h helper) EngineHost(string) (record.EngineHost, string, error) { return h.only, h.secret, nil }

// ownEngines are those of the box. What the mind is asked by a call waits until it may answer.
type ownEngines struct {
	modelstest.Ears
	*modelstest.Mind
	*modelstest.Mouth
}

const asked = "when are you open"

// help has a computer help in a call under a condition, and returns whose answer the call has.
func help(t *testing.T, via record.Via, c condition) string {
	t.Helper()
	if c == diskFull || c == erased {
		return "cannot be: nothing of it is kept on the box"
	}
	s := &lantest.Server{Label: "hours", Sure: 0.9, Words: asked, Language: "english"}
	s.Start(t)
	out := counterpart{to: record.Recipient{Server: s.URL, CA: s.CA}, secret: lantest.Key}
	if c == gone || c == credentials || c == certificate {
		out = spoil(t, c, out, func(a string) string { return "https://" + a })
	}
	role := record.EngineText
	if via == viaSpeech {
		role = record.EngineSpeech
	}
	own := &ownEngines{Mind: &modelstest.Mind{}, Mouth: &modelstest.Mouth{Sound: modelstest.Sound{PerRune: 35 * time.Millisecond}}}
	own.Texts, own.Lag = []string{"own words"}, 600*time.Millisecond
	may := make(chan struct{})
	own.Mind.Func = func(ctx context.Context, r engines.CompleteRequest) (engines.Completion, error) {
		a := modelstest.Answer("other")
		a.Decode = time.Second
		if r.Call != "trial" {
			select {
			case <-may:
			case <-ctx.Done():
			}
		}
		return a, ctx.Err()
	}
	question := engines.CompleteRequest{
		Call: "c", Prefix: "Sort.", Prompt: "Caller: hello\nLabel:", Grammar: dialogue.Grammar([]string{"hours", "other"}), MaxTokens: 8,
	}
	gate, now := egress.New(nil), time.Now()
	h := lan.New(lan.Options{
		Records: helper{record.EngineHost{Role: role, On: true, URL: out.to.Server, CA: out.to.CA}, out.secret}, Gate: gate, Own: own,
		Question: func() engines.CompleteRequest { return question }, Sentence: func() (string, string) { return "en", asked },
		Now: func() time.Time { return now }, // it takes no time, as far as it is measured
	})
	h.Refresh(t.Context())
	over := make(chan struct{})
	s.Before = func(w http.ResponseWriter, r *http.Request) bool {
		switch c {
		case refused:
			w.WriteHeader(http.StatusMethodNotAllowed)
			return true
		case garbage:
			_, _ = w.Write([]byte("hello?"))
			return true
		case slow:
			select {
			case <-over:
			case <-r.Context().Done():
			}
		}
		return false
	}
	said := make(chan string, 1)
	go func() {
		if via == viaSpeech {
			said <- hear(t, h, c, may)
			return
		}
		a, err := h.Complete(t.Context(), question)
		if err != nil {
			t.Error(err)
		}
		said <- a.Text
	}()
	if c != works && c != slow {
		wait(t, "it has failed", func() bool { return h.State(role).Standing == lan.StandingFailed })
	}
	if c != works {
		close(may)
	}
	text := <-said
	close(over)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	_ = h.Run(ended) // waits for who asks
	if counted := gate.Take(); len(counted) == 0 || counted[0].Purpose != string(egress.Engines) {
		t.Errorf("the ledger says %+v", counted)
	}
	st := h.State(role)
	switch {
	case c == works && text == asked:
		return "its words are heard"
	case c == works && text == "hours":
		return "its choice counts"
	case text != "own words" && text != "other":
		t.Errorf("the call has %q", text)
	case c == slow:
		return "the box's own answer, which was first"
	}
	return "the box's own answer: " + st.Problem
}

// hear has a caller speak, and returns the words; may is closed when the box's own may come.
func hear(t *testing.T, h *lan.Hosts, c condition, may <-chan struct{}) string {
	t.Helper()
	l, err := h.Listen(t.Context(), engines.ListenOptions{})
	if err != nil {
		t.Error(err)
		return ""
	}
	defer func() { _ = l.Close() }()
	feed := func(sound []int16) {
		for ; len(sound) >= engines.FrameSamples; sound = sound[engines.FrameSamples:] {
			l.Frame(sound[:engines.FrameSamples])
		}
	}
	feed(modelstest.Tone(engines.Rate, 300, time.Second))
	feed(modelstest.Silence(engines.Rate, 300*time.Millisecond))
	if c != works {
		<-may
		feed(modelstest.Silence(engines.Rate, time.Second))
	}
	for ev := range l.Events() {
		if ev.Kind == engines.Transcribed && ev.Final {
			return ev.Text
		}
	}
	return ""
}
