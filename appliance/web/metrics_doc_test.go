package web_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"frontdesk.internal/appliance/web"
)

var redraw = flag.Bool("update", false, "draw METRICS.md anew")

// exposed is a metric as it is answered.
type exposed struct {
	kind, help string
	labels     []string // sorted
}

// exposedMetrics are the metrics of the box itself, by their names, as an answer to a scrape has them.
func exposedMetrics(t *testing.T) map[string]*exposed {
	t.Helper()
	found := map[string]*exposed{}
	of := func(name string) *exposed {
		if found[name] == nil {
			found[name] = &exposed{}
		}
		return found[name]
	}
	label := regexp.MustCompile(`(\w+)="`)
	for line := range strings.Lines(scrape(t, metered(t, web.MetricsOptions{Service: says(broken()), Metrics: conducted()}))) {
		line = strings.TrimSpace(line)
		word := strings.SplitN(line, " ", 4)
		switch {
		case strings.HasPrefix(line, "# HELP frontdesk_"):
			of(word[2]).help = word[3]
		case strings.HasPrefix(line, "# TYPE frontdesk_"):
			of(word[2]).kind = word[3]
		case strings.HasPrefix(line, "frontdesk_"):
			name, rest, _ := strings.Cut(line, "{")
			name, _, _ = strings.Cut(name, " ")
			for _, end := range []string{"_bucket", "_sum", "_count"} {
				if base, ok := strings.CutSuffix(name, end); ok && found[base] != nil {
					name = base
				}
			}
			for _, l := range label.FindAllStringSubmatch(rest, -1) {
				if m := of(name); l[1] != "le" && !slices.Contains(m.labels, l[1]) {
					m.labels = append(m.labels, l[1])
				}
			}
		}
	}
	for _, m := range found {
		slices.Sort(m.labels)
	}
	return found
}

// METRICS.md says what is exposed, and nothing else.
func TestMetricsAreDocumented(t *testing.T) {
	found := exposedMetrics(t)
	if len(found) < 20 {
		t.Fatalf("%d metrics", len(found))
	}
	var b strings.Builder
	b.WriteString("# What the box tells Prometheus\n\n" +
		"Drawn from what is answered at `/metrics` (by default `127.0.0.1:9464`); `go test ./appliance/web -run MetricsAreDocumented -update`\n" +
		"draws it anew. Nothing in it tells callers apart. Those of the Go runtime and of the process, `go_*` and `process_*`, come along.\n" +
		"[grafana.json](grafana.json) is a dashboard of them for Grafana: *Dashboards → New → Import*.\n\n" +
		"| Metric | Kind | Labels | What it is |\n|---|---|---|---|\n")
	for _, name := range slices.Sorted(maps.Keys(found)) {
		m := found[name]
		if m.kind == "" || m.help == "" {
			t.Errorf("%s has no kind or no help", name)
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", name, m.kind, strings.Join(m.labels, ", "), m.help)
	}
	if *redraw {
		if err := os.WriteFile("METRICS.md", []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	is, err := os.ReadFile("METRICS.md")
	if err != nil || string(is) != b.String() {
		t.Errorf("METRICS.md says otherwise (%v); it should say\n%s", err, &b)
	}
}

// Each expression of the dashboard asks for metrics and labels that there are, and each metric is on it.
func TestTheDashboardAsksForWhatThereIs(t *testing.T) {
	found := exposedMetrics(t)
	data, err := os.ReadFile("grafana.json")
	if err != nil {
		t.Fatal(err)
	}
	var board struct {
		Panels []struct {
			ID      int
			Title   string
			GridPos struct{ X, Y, W, H int }
			Targets []struct{ Expr, LegendFormat string }
		}
	}
	if err := json.Unmarshal(data, &board); err != nil {
		t.Fatal(err)
	}
	used, ids := map[string]bool{}, map[int]bool{}
	metric := regexp.MustCompile(`frontdesk_\w+`)
	by := regexp.MustCompile(`by \(([^)]*)\)|\{\{(\w+)\}\}`)
	for _, p := range board.Panels {
		if ids[p.ID] || p.Title == "" || len(p.Targets) == 0 || p.GridPos.W == 0 || p.GridPos.X+p.GridPos.W > 24 {
			t.Errorf("panel %d %q cannot be shown", p.ID, p.Title)
		}
		ids[p.ID] = true
		for _, target := range p.Targets {
			labels := []string{"job", "le"}
			for _, name := range metric.FindAllString(target.Expr, -1) {
				if found[name] == nil {
					base := regexp.MustCompile(`_(bucket|sum|count)$`).ReplaceAllString(name, "")
					if found[base] == nil || found[base].kind != "histogram" {
						t.Errorf("%s asks for %s, which there is not", p.Title, name)
						continue
					}
					name = base
				}
				used[name] = true
				labels = append(labels, found[name].labels...)
			}
			for _, m := range by.FindAllStringSubmatch(target.Expr+target.LegendFormat, -1) {
				if l := m[1] + m[2]; !slices.Contains(labels, l) {
					t.Errorf("%s asks for the label %s, which there is not", p.Title, l)
				}
			}
		}
	}
	for name := range found {
		if !used[name] {
			t.Errorf("%s is on no panel", name)
		}
	}
}
