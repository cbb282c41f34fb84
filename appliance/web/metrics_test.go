package web_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil/promlint"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/web"
)

// observer is what the reception tells of calls.
type observer interface {
	CallStarted(c record.Call)
	TurnHeard(callID string, text string, final bool)
	TurnSpeaking(callID string, text string)
	TurnDone(callID string, t record.Turn)
	CallEnded(c record.Call)
}

var _ observer = (*web.Metrics)(nil)

// metered runs a metrics server and returns the address.
func metered(t *testing.T, o web.MetricsOptions) string {
	t.Helper()
	if o.Listen == "" {
		o.Listen = "127.0.0.1:0"
	}
	s, err := web.ListenMetrics(o)
	if err != nil {
		t.Fatal(err)
	}
	running(t, s.Run)
	return s.Addr().String()
}

func get(t *testing.T, method, url, host string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	r.Host = host
	c := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	a, err := c.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Body.Close()
	b, err := io.ReadAll(a.Body)
	if err != nil {
		t.Fatal(err)
	}
	return a.StatusCode, string(b)
}

func scrape(t *testing.T, addr string) string {
	t.Helper()
	code, b := get(t, "GET", "http://"+addr+"/metrics", "")
	if code != 200 {
		t.Fatalf("answer = %d %s", code, b)
	}
	return b
}

// wantLines checks that each of want is a whole line of text.
func wantLines(t *testing.T, text string, want ...string) {
	t.Helper()
	have := make(map[string]bool)
	for l := range strings.Lines(text) {
		have[strings.TrimSpace(l)] = true
	}
	for _, w := range want {
		if !have[w] {
			t.Errorf("no line %q", w)
		}
	}
	if t.Failed() {
		for l := range strings.Lines(text) {
			if strings.HasPrefix(l, "frontdesk_") {
				t.Log(strings.TrimSpace(l))
			}
		}
	}
}

// conducted is metrics that have seen a call.
func conducted() *web.Metrics {
	m := web.NewMetrics()
	c := record.Call{ID: "c1", CallerID: "k1", From: "+4917255501", DisplayName: "Anna Berger", Started: noon}
	m.CallStarted(c)
	m.TurnHeard("c1", "my tooth broke", true)
	m.TurnDone("c1", record.Turn{Heard: "my tooth broke", DecidedBy: "rule", Endpointing: 400 * time.Millisecond,
		Recognition: 250 * time.Millisecond, Decision: time.Millisecond, Voice: 90 * time.Millisecond, Media: 10 * time.Millisecond,
		Total: 751 * time.Millisecond})
	m.TurnDone("c1", record.Turn{DecidedBy: "Anna Berger", Total: -time.Second})
	c.Answered, c.Ended, c.Messages = noon.Add(time.Second), noon.Add(101*time.Second), 1
	c.Outcome = record.Outcome{Result: record.ResultCompleted, Reason: "goodbye"}
	c.Line = record.LineQuality{Received: 1000, Lost: 20, Late: 5, Sent: 900, FirstSent: 18 * time.Millisecond}
	m.CallEnded(c)
	m.CallEnded(record.Call{Outcome: record.Outcome{Result: "+4917255501"}})
	return m
}

func TestMetrics(t *testing.T) {
	got := scrape(t, metered(t, web.MetricsOptions{Service: says(broken()), Metrics: conducted()}))
	wantLines(t, got,
		`frontdesk_up 1`,
		`frontdesk_health{severity="healthy"} 0`, `frontdesk_health{severity="degraded"} 0`, `frontdesk_health{severity="failed"} 1`,
		`frontdesk_answering 0`, `frontdesk_registered 0`, `frontdesk_engines_up 1`, `frontdesk_engine_restarts_total 2`,
		`frontdesk_engine_ready{engine="ears"} 1`, `frontdesk_engine_ready{engine="mouth"} 0`,
		`frontdesk_calls_active 1`, `frontdesk_calls_max 2`, `frontdesk_messages_open 5`, `frontdesk_questions_open 7`,
		`frontdesk_condition{name="phone.registration",severity="failed"} 1`, `frontdesk_condition{name="engines.voice",severity="degraded"} 1`,
		`frontdesk_build_info{version="1.2.3"} 1`,
		`frontdesk_calls_started_total 1`, `frontdesk_calls_ended_total{result="completed"} 1`, `frontdesk_calls_ended_total{result="other"} 1`,
		`frontdesk_calls_ended_total{result="failed"} 0`, `frontdesk_call_duration_seconds_sum 100`, `frontdesk_call_duration_seconds_count 1`,
		`frontdesk_turns_total{decided_by="rule"} 1`, `frontdesk_turns_total{decided_by="other"} 1`,
		`frontdesk_turns_total{decided_by="model"} 0`, `frontdesk_turn_duration_seconds_bucket{le="0.75"} 0`,
		`frontdesk_turn_duration_seconds_bucket{le="1"} 1`, `frontdesk_turn_duration_seconds_count 1`,
		`frontdesk_turn_stage_duration_seconds_sum{stage="recognition"} 0.25`, `frontdesk_turn_stage_duration_seconds_count{stage="voice"} 1`,
		`frontdesk_messages_taken_total 1`, `frontdesk_call_first_packet_seconds_sum 0.018`,
		`frontdesk_rtp_packets_received_total{fate="used"} 995`, `frontdesk_rtp_packets_received_total{fate="late"} 5`,
		`frontdesk_rtp_packets_lost_total 20`, `frontdesk_rtp_packets_sent_total 900`,
	)
	for _, name := range []string{"go_goroutines", "process_open_fds"} {
		if !strings.Contains(got, "\n"+name+" ") {
			t.Errorf("no %s", name)
		}
	}
	for _, secret := range []string{"Anna", "55501", "tooth", "k1", "c1"} {
		for l := range strings.Lines(got) {
			if strings.HasPrefix(l, "frontdesk_") && strings.Contains(l, secret) {
				t.Errorf("metrics tell %q: %s", secret, l)
			}
		}
	}
}

func TestMetricsLint(t *testing.T) {
	got := scrape(t, metered(t, web.MetricsOptions{Service: says(broken()), Metrics: conducted()}))
	problems, err := promlint.New(strings.NewReader(got)).Lint()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Errorf("%s: %s", p.Metric, p.Text)
	}
	seen := 0
	for l := range strings.Lines(got) {
		if f := strings.Fields(l); strings.HasPrefix(l, "# HELP frontdesk_") {
			seen++
			if len(f) < 5 || !strings.HasSuffix(strings.TrimSpace(l), ".") {
				t.Errorf("no sentence: %s", l)
			}
		}
	}
	if want := 25; seen != want {
		t.Errorf("%d metrics of our own, want %d", seen, want)
	}
}

func TestMetricsWithoutRecords(t *testing.T) {
	d := saying(func() (service.Status, error) { return service.Status{}, errors.New("disk") })
	got := scrape(t, metered(t, web.MetricsOptions{Service: d}))
	wantLines(t, got, "frontdesk_up 0")
	if strings.Contains(got, "frontdesk_registered") {
		t.Error("what is not known is told")
	}
}

// TestMetricsOfOneConditionTwice has a fault that would void a whole scrape.
func TestMetricsOfOneConditionTwice(t *testing.T) {
	s := limited()
	s.Health = append(s.Health, s.Health...)
	wantLines(t, scrape(t, metered(t, web.MetricsOptions{Service: says(s)})),
		`frontdesk_condition{name="engines.voice",severity="degraded"} 1`)
}

func TestMetricsRequests(t *testing.T) {
	addr := metered(t, web.MetricsOptions{Service: says(well())})
	for _, c := range []struct {
		method, path, host string
		code               int
	}{
		{"GET", "/metrics", "localhost:9464", 200}, {"HEAD", "/metrics", "", 200}, {"GET", "/metrics", "evil.example", 421},
		{"POST", "/metrics", "", 405}, {"GET", "/", "", 404}, {"GET", "/debug/pprof/", "", 404},
	} {
		if code, b := get(t, c.method, "http://"+addr+c.path, c.host); code != c.code || code == 421 && strings.Contains(b, "frontdesk_") {
			t.Errorf("%s %s for %q = %d, want %d", c.method, c.path, c.host, code, c.code)
		}
	}
}

func TestMetricsWarnBeyondLoopback(t *testing.T) {
	for listen, want := range map[string]bool{"127.0.0.1:0": false, "localhost:0": false, "0.0.0.0:0": true} {
		var log lines
		s, err := web.ListenMetrics(web.MetricsOptions{Listen: listen, Service: says(well()), Logger: log.logger(0)})
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(log.String(), "level=WARN"); got != want {
			t.Errorf("a warning about %s = %v, want %v", listen, got, want)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		if err := s.Run(t.Context()); err != nil {
			t.Errorf("Run after Close = %v", err)
		}
	}
}

func TestMetricsFromManyCalls(t *testing.T) {
	m := web.NewMetrics()
	addr := metered(t, web.MetricsOptions{Service: says(well()), Metrics: m})
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 100 {
				m.CallStarted(record.Call{})
				m.TurnDone("", record.Turn{DecidedBy: "key", Total: time.Second})
				m.CallEnded(record.Call{Outcome: record.Outcome{Result: record.ResultFailed}})
			}
		})
	}
	scrape(t, addr)
	wg.Wait()
	wantLines(t, scrape(t, addr), `frontdesk_calls_started_total 400`, `frontdesk_turns_total{decided_by="key"} 400`,
		`frontdesk_calls_ended_total{result="failed"} 400`)
}

func TestMetricsStartAndStop(t *testing.T) {
	m := web.NewMetrics()
	for range 5 { // the same metrics at a new port each time
		s, err := web.ListenMetrics(web.MetricsOptions{Listen: "127.0.0.1:0", Service: says(well()), Metrics: m})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := s.Run(ctx); err != nil {
			t.Errorf("Run = %v", err)
		}
	}
}
