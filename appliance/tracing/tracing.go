// Package tracing tells a collector of the office's how calls went, as traces of OpenTelemetry (OTLP over HTTP): when it rang, when the
// greeting began, and of each turn how long each step took.
//
// A trace holds durations, states and kinds out of closed lists. No number, no name, no word of a call, and no text of the profile is in
// it: a [Tracer] does not read them. It is an observer of calls and never waits: spans go into a queue that drops what is too much, and one
// goroutine of the SDK sends them, through egress, as one of its destinations. A collector that hangs costs spans and nothing else.
//
// A Tracer is safe for concurrent use. Close sends what is left in one more goroutine, and waits for that no longer than it is told.
package tracing

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"frontdesk.internal/appliance/egress"
	"frontdesk.internal/appliance/egress/httpout"
	"frontdesk.internal/appliance/record"
)

// Bounds of what waits, and of sending.
const (
	queueMost = 4096             // spans
	batchMost = 512              // spans at once
	every     = 5 * time.Second  // how often what there is is sent
	patience  = 10 * time.Second // for the collector to take it
	livesMost = 256              // calls whose end was not told of yet
)

// path is where collectors take traces (OTLP specification, "OTLP/HTTP Request").
const path = "/v1/traces"

// Options for New. Gate and Collector are needed.
type Options struct {
	Gate      *egress.Gate
	Collector string // "http://collector.lan:4318"; a path is where it takes traces, "/v1/traces" when there is none
	Version   string // of the program
	Logger    *slog.Logger
}

// Tracer makes traces of calls.
type Tracer struct {
	provider *sdk.TracerProvider
	tracer   trace.Tracer

	closing sync.Once
	closed  chan struct{} // once all was sent, or given up

	mu    sync.Mutex
	lives map[string]live // calls that go on, by ID
}

// live is a call that goes on.
type live struct {
	ctx  context.Context //nolint:containedctx // it carries the span that the turns belong to, as the SDK wants it
	span trace.Span
}

// New returns a tracer that sends to a collector. The gate has to allow [egress.Traces].
func New(o Options) (*Tracer, error) {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	u, err := Address(o.Collector)
	if err != nil {
		return nil, err
	}
	out, err := httpout.New(o.Gate, httpout.Server{Purpose: egress.Traces, URL: u.String(), AnswerMost: 1 << 20, Patience: patience})
	if err != nil {
		return nil, fmt.Errorf("reach the collector of traces: %w", err)
	}
	exporter := &quiet{SpanExporter: otlptrace.NewUnstarted(&client{out: out, at: u.Path}), log: o.Logger}
	return newTracer(exporter, o.Version, every), nil
}

// newTracer is New with an exporter of its own.
func newTracer(e sdk.SpanExporter, version string, every time.Duration) *Tracer {
	p := sdk.NewTracerProvider(
		sdk.WithBatcher(e, sdk.WithMaxQueueSize(queueMost), sdk.WithMaxExportBatchSize(batchMost), sdk.WithBatchTimeout(every),
			sdk.WithExportTimeout(patience)),
		// Of the machine nothing is told, and no variable of the environment changes what is.
		sdk.WithResource(resource.NewSchemaless(
			attribute.String("service.name", "frontdesk"), attribute.String("service.version", version),
		)),
		sdk.WithSampler(sdk.AlwaysSample()),
	)
	return &Tracer{
		provider: p, tracer: p.Tracer("frontdesk.internal/appliance/tracing"), lives: map[string]live{}, closed: make(chan struct{}),
	}
}

// Address reads the address of a collector.
func Address(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, errors.New("no address of a collector, such as http://collector.lan:4318")
	}
	if strings.Trim(u.Path, "/") == "" {
		u.Path = path
	}
	return u, nil
}

// Close sends what waits, and waits for that until ctx ends. It may be called again.
func (t *Tracer) Close(ctx context.Context) error {
	t.closing.Do(func() {
		go func() {
			defer close(t.closed)
			_ = t.provider.Shutdown(context.WithoutCancel(ctx)) // each batch has its own deadline, and the log was told
		}()
	})
	select {
	case <-t.closed:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("send the last traces: %w", ctx.Err())
	}
}

// client carries spans to the collector.
type client struct {
	out *httpout.Client
	at  string
}

var _ otlptrace.Client = (*client)(nil)

// Start implements otlptrace.Client.
func (*client) Start(context.Context) error { return nil }

// Stop implements otlptrace.Client.
func (*client) Stop(context.Context) error { return nil }

// UploadTraces implements otlptrace.Client. TracesData is the same on the wire as the request that collectors take.
func (c *client) UploadTraces(ctx context.Context, spans []*tracepb.ResourceSpans) error {
	body, err := proto.Marshal(&tracepb.TracesData{ResourceSpans: spans})
	if err != nil {
		return err
	}
	a, err := c.out.Do(ctx, http.MethodPost, c.at, http.Header{"Content-Type": {"application/x-protobuf"}}, body)
	if err == nil && a.Code/100 != 2 {
		err = httpout.Judge(a.Code)
	}
	return err
}

// quiet tells the log once that traces do not arrive, and once that they do again; spans that could not be sent are gone.
type quiet struct {
	sdk.SpanExporter
	log    *slog.Logger
	failed atomic.Bool
}

// ExportSpans implements sdk.SpanExporter. It has no error: the SDK would write it to where nobody has asked for it.
func (q *quiet) ExportSpans(ctx context.Context, spans []sdk.ReadOnlySpan) error {
	err := q.SpanExporter.ExportSpans(ctx, spans)
	switch {
	case err != nil && q.failed.CompareAndSwap(false, true):
		q.log.Warn("traces of calls do not reach the collector; calls go on without them", "err", err)
	case err == nil && q.failed.CompareAndSwap(true, false):
		q.log.Info("traces of calls reach the collector again")
	}
	return nil
}

// CallStarted begins the trace of a call.
func (t *Tracer) CallStarted(c record.Call) {
	l := t.begin(c)
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.lives) < livesMost {
		t.lives[c.ID] = l
	}
}

func (t *Tracer) begin(c record.Call) live {
	ctx, span := t.tracer.Start(context.Background(), "call", trace.WithTimestamp(c.Started), trace.WithSpanKind(trace.SpanKindServer))
	return live{ctx, span}
}

// TurnHeard notes nothing: what is heard belongs to the caller.
func (*Tracer) TurnHeard(string, string, bool) {}

// TurnSpeaking notes nothing.
func (*Tracer) TurnSpeaking(string, string) {}

// step is a part of the time that a caller waits.
type step struct {
	name string
	took time.Duration
}

// TurnDone adds a turn to the trace of its call: from the last voiced frame to the first packet of the reply, with a span for each step.
func (t *Tracer) TurnDone(call string, turn record.Turn) {
	t.mu.Lock()
	l, ok := t.lives[call]
	t.mu.Unlock()
	if !ok || turn.HeardAt.IsZero() || turn.Total <= 0 {
		return // of what nobody waited for there is no time
	}
	ctx, span := t.tracer.Start(l.ctx, "turn", trace.WithTimestamp(turn.HeardAt))
	span.SetAttributes(
		attribute.String("frontdesk.turn.decided_by", oneOf(turn.DecidedBy, "rule", "meaning", "model", "key", "timer", "fallback")),
		attribute.String("frontdesk.turn.action", kind(turn.Decided)), attribute.Bool("frontdesk.turn.cut_off", turn.CutOff),
		attribute.Bool("frontdesk.turn.corrected", turn.Mended != ""),
	)
	at := turn.HeardAt
	for _, s := range []step{
		{"endpointing", turn.Endpointing}, {"recognition", turn.Recognition}, {"decision", turn.Decision}, {"voice", turn.Voice},
		{"media", turn.Media},
	} {
		if s.took <= 0 {
			continue
		}
		_, part := t.tracer.Start(ctx, s.name, trace.WithTimestamp(at))
		at = at.Add(s.took)
		part.End(trace.WithTimestamp(at))
	}
	span.End(trace.WithTimestamp(turn.HeardAt.Add(turn.Total)))
}

// CallEnded ends the trace of a call.
func (t *Tracer) CallEnded(c record.Call) {
	t.mu.Lock()
	l, ok := t.lives[c.ID]
	delete(t.lives, c.ID)
	t.mu.Unlock()
	if !ok {
		l = t.begin(c)
	}
	if !c.Answered.IsZero() {
		t.part(l, "ring", c.Started, c.Answered)
		if c.Line.FirstSent > 0 {
			t.part(l, "greeting", c.Answered, c.Answered.Add(c.Line.FirstSent))
		}
	}
	result := oneOf(string(c.Outcome.Result), string(record.ResultCompleted), string(record.ResultAbandoned), string(record.ResultNoInput),
		string(record.ResultTransfer), string(record.ResultRefused), string(record.ResultCancelled), string(record.ResultFailed),
		string(record.ResultCut))
	l.span.SetAttributes(
		attribute.String("frontdesk.call.result", result), attribute.String("frontdesk.call.reason", kind(c.Outcome.Reason)),
		attribute.String("frontdesk.call.origin", origin(c.Origin)),
		attribute.String("frontdesk.call.codec", oneOf(c.Codec, "PCMU", "PCMA", "G722")), attribute.Int("frontdesk.call.turns", c.Turns),
		attribute.Float64("frontdesk.line.loss", loss(c.Line)), attribute.Float64("frontdesk.line.jitter_ms", c.Line.JitterMS),
	)
	if c.Outcome.Result == record.ResultFailed || c.Outcome.Result == record.ResultCut {
		l.span.SetStatus(codes.Error, "")
	}
	end := c.Ended
	if end.Before(c.Started) {
		end = c.Started
	}
	l.span.End(trace.WithTimestamp(end))
}

// part is a stretch of a call.
func (t *Tracer) part(l live, name string, from, to time.Time) {
	_, span := t.tracer.Start(l.ctx, name, trace.WithTimestamp(from))
	span.End(trace.WithTimestamp(to))
}

// loss is the fraction of packets that never came.
func loss(q record.LineQuality) float64 {
	if q.Received+q.Lost == 0 {
		return 0
	}
	return float64(q.Lost) / float64(q.Received+q.Lost)
}

func origin(o record.Origin) string {
	if o == record.OriginLine {
		return "line"
	}
	return oneOf(string(o), string(record.OriginSelfTest), string(record.OriginBox))
}

// other stands for what is on no list.
const other = "other"

func oneOf(s string, list ...string) string {
	for _, l := range list {
		if s == l {
			return s
		}
	}
	return other
}

// kindMost is the longest word that is a kind.
const kindMost = 24

// kind is the first word of the name of an action or of a reason, "answer" of "answer.hours": what comes behind it may be a text of the
// profile. What is no such word is none.
func kind(name string) string {
	word, _, _ := strings.Cut(name, ".")
	for _, r := range word {
		if (r < 'a' || r > 'z') && r != '_' {
			return other
		}
	}
	if word == "" || len(word) > kindMost {
		return other
	}
	return word
}
