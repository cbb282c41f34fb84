package web

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
)

// Metrics counts and measures what happens on calls. Its methods are those of an observer of calls, so that it can be
// plugged in where calls are conducted; they never block. Nothing in it tells callers apart.
type Metrics struct {
	started     prometheus.Counter
	ended       *prometheus.CounterVec
	duration    prometheus.Histogram
	messages    prometheus.Counter
	turns       *prometheus.CounterVec
	turn        prometheus.Histogram
	stage       *prometheus.HistogramVec
	firstPacket prometheus.Histogram
	packets     *prometheus.CounterVec
	lost        prometheus.Counter
	sent        prometheus.Counter
}

// turnBuckets are seconds: what a caller does not notice, bears and does not bear.
func turnBuckets() []float64 { return []float64{0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10} }

// NewMetrics returns metrics that have counted nothing yet. All series exist from the start, so that a first failure shows as a rise.
func NewMetrics() *Metrics {
	m := &Metrics{
		started: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "frontdesk_calls_started_total", Help: "Calls that came in and were taken up."}),
		ended: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "frontdesk_calls_ended_total", Help: "Calls that ended, by their result."}, []string{"result"}),
		duration: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "frontdesk_call_duration_seconds", Help: "Length of answered calls, from answer to end.",
			Buckets: []float64{5, 15, 30, 60, 120, 180, 300, 600, 1200}}),
		messages: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "frontdesk_messages_taken_total", Help: "Messages that callers left."}),
		turns: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "frontdesk_turns_total", Help: "Exchanges with callers, by what decided the reply."}, []string{"decided_by"}),
		turn: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "frontdesk_turn_duration_seconds", Help: "Time a caller waits: from the last voiced frame to the first packet of the reply.",
			Buckets: turnBuckets()}),
		stage: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "frontdesk_turn_stage_duration_seconds", Help: "Time a caller waits, by the stage that takes it.",
			Buckets: turnBuckets()}, []string{"stage"}),
		firstPacket: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "frontdesk_call_first_packet_seconds", Help: "From the PBX's confirmation of a call to the first packet of the greeting.",
			Buckets: []float64{0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5}}),
		packets: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "frontdesk_rtp_packets_received_total", Help: "Voice packets that came on ended calls, by what became of them."},
			[]string{"fate"}),
		lost: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "frontdesk_rtp_packets_lost_total", Help: "Voice packets that never came on ended calls.",
		}),
		sent: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "frontdesk_rtp_packets_sent_total", Help: "Voice packets sent on ended calls."}),
	}
	for _, r := range results() {
		m.ended.WithLabelValues(r)
	}
	for _, d := range deciders() {
		m.turns.WithLabelValues(d)
	}
	for _, s := range stagesOf(record.Turn{}) {
		m.stage.WithLabelValues(s.name)
	}
	for _, f := range fatesOf(record.LineQuality{}) {
		m.packets.WithLabelValues(f.name)
	}
	return m
}

// other stands for a label value out of a closed list, so that no fault can make series without end.
const other = "other"

func results() []string {
	return []string{
		string(record.ResultCompleted), string(record.ResultAbandoned), string(record.ResultNoInput), string(record.ResultTransfer),
		string(record.ResultRefused), string(record.ResultCancelled), string(record.ResultFailed), string(record.ResultCut), other,
	}
}

func deciders() []string {
	return []string{"rule", "meaning", "model", "key", "timer", "fallback", other}
}

func oneOf(list []string, s string) string {
	for _, l := range list {
		if l == s {
			return s
		}
	}
	return other
}

// stage is a part of the time that a caller waits.
type stage struct {
	name string
	took time.Duration
}

func stagesOf(t record.Turn) []stage {
	return []stage{
		{"endpointing", t.Endpointing}, {"recognition", t.Recognition}, {"decision", t.Decision}, {"voice", t.Voice}, {"media", t.Media},
	}
}

// fate is what became of voice packets that came.
type fate struct {
	name    string
	packets uint64
}

// fatesOf sorts packets; those that came late are among the received in LineQuality.
func fatesOf(q record.LineQuality) []fate {
	used := q.Received
	if q.Late <= used {
		used -= q.Late
	}
	return []fate{{"used", used}, {"late", q.Late}}
}

// CallStarted counts a call that came in.
func (m *Metrics) CallStarted(record.Call) { m.started.Inc() }

// TurnHeard counts nothing: what is heard belongs to the caller.
func (m *Metrics) TurnHeard(string, string, bool) {}

// TurnSpeaking implements reception.Observer.
func (m *Metrics) TurnSpeaking(string, string) {}

// TurnDone measures one exchange. A stage that took no time did not take place and is left out.
func (m *Metrics) TurnDone(_ string, t record.Turn) {
	m.turns.WithLabelValues(oneOf(deciders(), t.DecidedBy)).Inc()
	for _, s := range stagesOf(t) {
		if s.took > 0 {
			m.stage.WithLabelValues(s.name).Observe(s.took.Seconds())
		}
	}
	if t.Total > 0 {
		m.turn.Observe(t.Total.Seconds())
	}
}

// CallEnded counts a call with its result and what the line was like.
func (m *Metrics) CallEnded(c record.Call) {
	m.ended.WithLabelValues(oneOf(results(), string(c.Outcome.Result))).Inc()
	if !c.Answered.IsZero() && c.Ended.After(c.Answered) {
		m.duration.Observe(c.Ended.Sub(c.Answered).Seconds())
	}
	if c.Messages > 0 {
		m.messages.Add(float64(c.Messages))
	}
	if c.Line.FirstSent > 0 {
		m.firstPacket.Observe(c.Line.FirstSent.Seconds())
	}
	for _, f := range fatesOf(c.Line) {
		m.packets.WithLabelValues(f.name).Add(float64(f.packets))
	}
	m.lost.Add(float64(c.Line.Lost))
	m.sent.Add(float64(c.Line.Sent))
}

func (m *Metrics) collectors() []prometheus.Collector {
	return []prometheus.Collector{
		m.started, m.ended, m.duration, m.messages, m.turns, m.turn, m.stage, m.firstPacket, m.packets, m.lost, m.sent,
	}
}

// MetricsOptions for ListenMetrics. Listen and Service are needed.
type MetricsOptions struct {
	Listen  string          // host:port; port 0 takes a free one
	Service service.Invoker // what is told of the box
	Metrics *Metrics        // what is told of calls; nil leaves it out
	Logger  *slog.Logger    // nil: says nothing
}

// MetricsServer answers /metrics over plain HTTP.
type MetricsServer struct {
	serving
}

// ListenMetrics opens the port. An address that is not loopback is taken but spoken of in the log: there is neither sign-in
// nor encryption. Close the server when Run is never called.
func ListenMetrics(o MetricsOptions) (*MetricsServer, error) {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	registry := prometheus.NewRegistry()
	list := []prometheus.Collector{
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), newCollector(o.Service, o.Logger),
	}
	if o.Metrics != nil {
		list = append(list, o.Metrics.collectors()...)
	}
	for _, c := range list {
		if err := registry.Register(c); err != nil {
			return nil, fmt.Errorf("register metrics: %w", err)
		}
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{
		ErrorLog: slog.NewLogLogger(o.Logger.Handler(), slog.LevelWarn), MaxRequestsInFlight: 4,
	}))
	s := &MetricsServer{}
	var err error
	if s.serving, err = open("metrics", o.Listen, withHeaders(forLoopback(mux)), o.Logger); err != nil {
		return nil, err
	}
	if !addrOf(s.Addr()).IsLoopback() {
		o.Logger.Warn("metrics can be read by everybody in the network; set metrics.listen to 127.0.0.1 unless that is meant", "address",
			s.Addr().String())
	}
	return s, nil
}

// Run answers until ctx ends or the server is closed, and lets requests that are under way finish.
func (s *MetricsServer) Run(ctx context.Context) error {
	return s.run(ctx, func() error { return s.http.Serve(s.listener) })
}

// forLoopback keeps pages elsewhere from reading the metrics through the browser of somebody who sits at the box: what comes
// over loopback must be called so. From other addresses any name will do, since a network may name the box as it likes.
func forLoopback(next http.Handler) http.Handler {
	n := namesOf("", "")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		local, _ := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
		if (local == nil || addrOf(local).IsLoopback()) && !n.isOurs(r) {
			http.Error(w, "metrics are at 127.0.0.1 or localhost only", http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}
