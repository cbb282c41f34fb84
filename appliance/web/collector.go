package web

import (
	"context"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"frontdesk.internal/appliance/health"
	"frontdesk.internal/appliance/service"
)

// scrapeTime bounds how long the service may take for one scrape.
const scrapeTime = 5 * time.Second

// collector reads the service when it is scraped.
type collector struct {
	service service.Invoker
	log     *slog.Logger

	up, health, answering, registered           *prometheus.Desc
	enginesUp, engineReady, engineRestarts      *prometheus.Desc
	callsActive, callsMax, messages, unanswered *prometheus.Desc
	condition, started, build                   *prometheus.Desc
}

func newCollector(d service.Invoker, log *slog.Logger) *collector {
	desc := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc(name, help, labels, nil)
	}
	return &collector{
		service: d, log: log,
		up:             desc("frontdesk_up", "1 when the appliance runs and its records can be read, otherwise 0."),
		health:         desc("frontdesk_health", "1 for the severity that holds now, 0 for the others.", "severity"),
		answering:      desc("frontdesk_answering", "1 when calls are answered."),
		registered:     desc("frontdesk_registered", "1 when the box is registered at the PBX."),
		enginesUp:      desc("frontdesk_engines_up", "1 when the child process with the speech engines is up."),
		engineReady:    desc("frontdesk_engine_ready", "1 when this engine's model is loaded.", "engine"),
		engineRestarts: desc("frontdesk_engine_restarts_total", "Times the child process with the speech engines was started again."),
		callsActive:    desc("frontdesk_calls_active", "Calls that are going on."),
		callsMax:       desc("frontdesk_calls_max", "Calls that can go on at the same time; further ones get busy."),
		messages:       desc("frontdesk_messages_open", "Messages that nobody has marked as done; counted up to 1000."),
		unanswered:     desc("frontdesk_questions_open", "Questions of callers that the profile has no answer to; counted up to 1000."),
		condition:      desc("frontdesk_condition", "1 for each lasting fault that holds now.", "name", "severity"),
		started:        desc("frontdesk_start_time_seconds", "When the appliance started, in seconds since 1970."),
		build:          desc("frontdesk_build_info", "Always 1; the label says which version runs.", "version"),
	}
}

// Describe implements prometheus.Collector.
func (c *collector) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{
		c.up, c.health, c.answering, c.registered, c.enginesUp, c.engineReady, c.engineRestarts,
		c.callsActive, c.callsMax, c.messages, c.unanswered, c.condition, c.started, c.build,
	} {
		ch <- d
	}
}

// Collect implements prometheus.Collector. When the service does not know how it is, frontdesk_up is all that is told.
func (c *collector) Collect(ch chan<- prometheus.Metric) {
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	ctx, cancel := context.WithTimeout(service.AsBox(context.Background(), "metrics"), scrapeTime)
	defer cancel()
	s, err := service.ReadStatus.Get(ctx, c.service)
	if err != nil {
		c.log.Error("metrics cannot read the status", "err", err)
		gauge(c.up, 0)
		return
	}
	gauge(c.up, truth(s.Running))
	for _, v := range []health.Severity{health.OK, health.Degraded, health.Failed} {
		gauge(c.health, truth(s.Overall == v), v.String())
	}
	gauge(c.answering, truth(s.Answering))
	gauge(c.registered, truth(s.Phone.Registered()))
	gauge(c.enginesUp, truth(s.Engines.State == "up"))
	for _, e := range []struct {
		name   string
		engine service.Engine
	}{{"ears", s.Engines.Ears}, {"mind", s.Engines.Mind}, {"mouth", s.Engines.Mouth}, {"meaning", s.Engines.Meaning}} {
		gauge(c.engineReady, truth(s.Engines.State == "up" && e.engine.State == "ready"), e.name)
	}
	ch <- prometheus.MustNewConstMetric(c.engineRestarts, prometheus.CounterValue, float64(s.Engines.Restarts))
	gauge(c.callsActive, float64(s.CallsNow))
	gauge(c.callsMax, float64(s.MaxCalls))
	gauge(c.messages, float64(s.Messages))
	gauge(c.unanswered, float64(s.Unanswered))
	seen := make(map[string]bool, len(s.Health))
	for _, f := range s.Health {
		if !seen[f.Name] { // a series twice would void the whole scrape
			seen[f.Name] = true
			gauge(c.condition, 1, f.Name, f.Severity.String())
		}
	}
	if !s.Started.IsZero() {
		gauge(c.started, float64(s.Started.UnixMilli())/1000)
	}
	gauge(c.build, 1, s.Version)
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
