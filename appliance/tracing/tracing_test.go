package tracing_test

import (
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	commonpb "go.opentelemetry.io/proto/otlp/common/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"go.uber.org/goleak"
	"google.golang.org/protobuf/encoding/prototext"
	"google.golang.org/protobuf/proto"

	"frontdesk.internal/appliance/egress"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/tracing"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

// collector takes traces as OpenTelemetry's own does.
type collector struct {
	*httptest.Server
	mu    sync.Mutex
	got   []*tracepb.ResourceSpans
	fault string
}

func newCollector(t *testing.T) *collector {
	t.Helper()
	c := &collector{}
	c.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var data tracepb.TracesData
		b, err := io.ReadAll(r.Body)
		if err == nil {
			err = proto.UnmarshalOptions{DiscardUnknown: false}.Unmarshal(b, &data)
		}
		c.mu.Lock()
		defer c.mu.Unlock()
		if err != nil || r.Method != http.MethodPost || r.URL.Path != "/v1/traces" || r.Header.Get("Content-Type") != "application/x-protobuf" {
			c.fault = fmt.Sprint(r.Method, r.URL, r.Header, err)
		}
		c.got = append(c.got, data.ResourceSpans...)
		w.Header().Set("Content-Type", "application/x-protobuf")
	}))
	t.Cleanup(c.Close)
	return c
}

// spans are all that came.
func (c *collector) spans(t *testing.T) (out []*tracepb.Span) {
	t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.fault != "" {
		t.Fatal(c.fault)
	}
	for _, r := range c.got {
		for _, s := range r.ScopeSpans {
			out = append(out, s.Spans...)
		}
	}
	return out
}

func tracer(t *testing.T, g *egress.Gate, address string) *tracing.Tracer {
	t.Helper()
	tr, err := tracing.New(tracing.Options{Gate: g, Collector: address, Version: "1.2.3"})
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

// What stands in the records of a call and must not leave them.
var secrets = []string{"+491725550144", "5550144", "Berger", "crown", "Check-up", "Maria", "0172", "welcome", "203"}

// talk has a tracer see a whole call, in which everything that is text of people is one of the secrets.
func talk(tr *tracing.Tracer) {
	c := record.Call{
		ID: "c1", CallerID: "caller-Berger", From: "+491725550144", DisplayName: "Anna Berger", Diverted: "+49305550144", Extension: "203",
		Started: noon, Codec: "G722", Business: "Maria", Notes: []record.Note{{By: "Maria", Text: "crown"}},
	}
	tr.CallStarted(c)
	tr.TurnHeard("c1", "my crown is loose", true)
	tr.TurnSpeaking("c1", "Check-up")
	for i, by := range []string{"rule", "model", "Maria said so"} {
		tr.TurnDone("c1", record.Turn{
			Index: i, HeardAt: noon.Add(time.Duration(10*i+5) * time.Second), Heard: "my crown is loose, 0172 5550144", Mended: "Berger",
			Decided: "answer.Check-up", DecidedBy: by, Source: "services.Check-up", Said: "welcome, Anna Berger",
			Endpointing: 200 * time.Millisecond,
			Recognition: 300 * time.Millisecond, Decision: 50 * time.Millisecond, Voice: 80 * time.Millisecond, Media: 20 * time.Millisecond,
			Total: 650 * time.Millisecond,
		})
	}
	tr.TurnDone("c1", record.Turn{Decided: "Maria"}) // nobody waited for it
	c.Answered, c.Ended, c.Turns, c.Messages = noon.Add(2*time.Second), noon.Add(time.Minute), 3, 1
	c.Outcome = record.Outcome{Result: record.ResultCompleted, Reason: "goodbye"}
	c.Line = record.LineQuality{Received: 90, Lost: 10, JitterMS: 3, FirstSent: 40 * time.Millisecond}
	tr.CallEnded(c)
}

// A collector gets a trace of a call with a span for each thing that took time, and nothing in it is a word, a name or a number.
func TestATraceOfACallHasNoWords(t *testing.T) {
	at := newCollector(t)
	gate := egress.New(nil, egress.Traces)
	tr := tracer(t, gate, at.URL)
	talk(tr)
	if err := tr.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	spans := at.spans(t)
	byName, root := map[string]int{}, (*tracepb.Span)(nil)
	for _, s := range spans {
		byName[s.Name]++
		if s.Name == "call" {
			root = s
		}
	}
	want := map[string]int{
		"call": 1, "ring": 1, "greeting": 1, "turn": 3, "endpointing": 3, "recognition": 3, "decision": 3, "voice": 3, "media": 3,
	}
	if fmt.Sprint(byName) != fmt.Sprint(want) {
		t.Fatalf("%v, want %v", byName, want)
	}
	took := map[string]time.Duration{
		"call": time.Minute, "ring": 2 * time.Second, "greeting": 40 * time.Millisecond, "turn": 650 * time.Millisecond,
		"endpointing": 200 * time.Millisecond, "recognition": 300 * time.Millisecond, "decision": 50 * time.Millisecond,
		"voice": 80 * time.Millisecond, "media": 20 * time.Millisecond,
	}
	parents := map[string]string{}
	for _, s := range spans {
		parents[hex.EncodeToString(s.SpanId)] = s.Name
		if string(s.TraceId) != string(root.TraceId) {
			t.Errorf("%s is in another trace", s.Name)
		}
		if got := time.Duration(s.EndTimeUnixNano - s.StartTimeUnixNano); got != took[s.Name] {
			t.Errorf("%s took %v, want %v", s.Name, got, took[s.Name])
		}
	}
	for _, s := range spans {
		parent := "turn"
		switch s.Name {
		case "call":
			parent = ""
		case "ring", "greeting", "turn":
			parent = "call"
		}
		if got := parents[hex.EncodeToString(s.ParentSpanId)]; got != parent {
			t.Errorf("%s is part of %q, want %q", s.Name, got, parent)
		}
	}
	if got := attributes(root); got["frontdesk.call.result"] != "completed" || got["frontdesk.line.loss"] != "0.1" ||
		got["frontdesk.call.codec"] != "G722" || root.StartTimeUnixNano != uint64(noon.UnixNano()) {
		t.Errorf("%v", got)
	}
	allowed := []string{
		"frontdesk.call.result", "frontdesk.call.reason", "frontdesk.call.origin", "frontdesk.call.codec", "frontdesk.call.turns",
		"frontdesk.line.loss", "frontdesk.line.jitter_ms", "frontdesk.turn.decided_by", "frontdesk.turn.action", "frontdesk.turn.cut_off",
		"frontdesk.turn.corrected",
	}
	for _, s := range spans {
		for name, v := range attributes(s) {
			if !strings.Contains(" "+strings.Join(allowed, " ")+" ", " "+name+" ") {
				t.Errorf("%s has an attribute %s=%s that nobody has allowed", s.Name, name, v)
			}
		}
	}
	at.mu.Lock()
	defer at.mu.Unlock()
	for _, r := range at.got { // all of it, whatever field it stands in
		text := prototext.Format(r)
		for _, secret := range secrets {
			if strings.Contains(text, secret) {
				t.Errorf("%q has left the box: %s", secret, text)
			}
		}
	}
	sent := gate.Take()
	if len(sent) != 1 || sent[0].Purpose != string(egress.Traces) || sent[0].Sent == 0 {
		t.Errorf("what left is counted as %+v", sent)
	}
}

// attributes are those of a span, as text.
func attributes(s *tracepb.Span) map[string]string {
	out := map[string]string{}
	for _, kv := range s.Attributes {
		switch v := kv.Value.Value.(type) {
		case *commonpb.AnyValue_StringValue:
			out[kv.Key] = v.StringValue
		case *commonpb.AnyValue_DoubleValue:
			out[kv.Key] = fmt.Sprint(v.DoubleValue)
		default:
			out[kv.Key] = fmt.Sprint(v)
		}
	}
	return out
}

// While a collector hangs calls go on: nothing that a call does waits for it, and what does not fit is dropped.
func TestACollectorThatHangsHoldsNothingUp(t *testing.T) {
	free := make(chan struct{})
	hung := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-free }))
	t.Cleanup(hung.Close)
	tr := tracer(t, egress.New(nil, egress.Traces), hung.URL)
	for range 2000 { // many times what the queue holds; would one of them wait, the test would not end
		talk(tr)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := tr.Close(ctx); err == nil {
		t.Error("it says that all was sent")
	}
	close(free)
	if err := tr.Close(t.Context()); err != nil {
		t.Error(err)
	}
}

// A destination that is not let out gets nothing, and a collector that refuses is no fault of a call's.
func TestWhatIsNotLetOutStays(t *testing.T) {
	at := newCollector(t)
	gate := egress.New(nil)
	tr := tracer(t, gate, at.URL)
	talk(tr)
	if err := tr.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := at.spans(t); len(got) > 0 {
		t.Errorf("%d spans came", len(got))
	}
	if e := gate.Take(); len(e) != 1 || e[0].Refused == 0 || e[0].Sent > 0 {
		t.Errorf("%+v", e)
	}
}

func TestAddresses(t *testing.T) {
	for text, want := range map[string]string{
		"http://collector.lan:4318": "http://collector.lan:4318/v1/traces", "https://c.lan/otel/v1/traces": "https://c.lan/otel/v1/traces",
		"": "", "collector.lan:4318": "", "grpc://c.lan:4317": "", "http://u:p@c.lan": "", "http://c.lan/?a=b": "",
	} {
		u, err := tracing.Address(text)
		if (err == nil) != (want != "") || err == nil && u.String() != want {
			t.Errorf("%q: %v, %v", text, u, err)
		}
	}
}
