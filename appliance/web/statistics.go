package web

import (
	"net/http"
	"slices"
	"time"

	"frontdesk.internal/appliance/inwords"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/statistics"
)

// statisticsRoutes are what calls come to.
func (p *pages) statisticsRoutes(mux *http.ServeMux) {
	p.handle(mux, "GET /statistics", owner, p.showStatistics)
}

// figures is the page: the report, and its lists in the order in which they are shown.
type figures struct {
	statistics.Report
	ByHour   []bar
	ByDay    []bar
	Outcomes []bar
	Why      []bar

	Wait, Length, Done span
}

// span is how long something takes: half of all times, and 95 of 100.
type span struct{ Half, Most string }

// spanOf writes a spread that is counted in unit.
func spanOf(s statistics.Spread, unit time.Duration) span {
	took := func(v float64) string { return inwords.Took(time.Duration(v * float64(unit))) }
	return span{Half: took(s.P50), Most: took(s.P95)}
}

// bar is one line of a chart.
type bar struct {
	Name  string
	Value int
	Most  int // of all bars
}

func (p *pages) showStatistics(v *visit) (reply, error) {
	r, err := service.ReadStatistics.Do(v.Context(), p.service, service.Period{From: time.Time{}, To: time.Time{}})
	if err != nil {
		return reply{}, err
	}
	f := figures{Report: r}
	for h, n := range r.Hours {
		if n > 0 {
			f.ByHour = append(f.ByHour, bar{Name: time.Date(2000, 1, 1, h, 0, 0, 0, time.UTC).Format("15:04"), Value: n})
		}
	}
	for d, n := range r.Weekdays {
		f.ByDay = append(f.ByDay, bar{Name: time.Weekday(d).String(), Value: n})
	}
	f.Outcomes = barsOf(r.Results, func(name string) string { return inwords.Capital(inwords.Result(record.Result(name))) })
	f.Why = barsOf(r.Reasons, func(name string) string {
		if name == statistics.Other {
			name = "something else"
		}
		return inwords.Capital(name)
	})
	f.Wait, f.Length, f.Done = spanOf(r.Response, time.Millisecond), spanOf(r.Duration, time.Second), spanOf(r.DoneAfter, time.Hour)
	for _, list := range [][]bar{f.ByHour, f.ByDay, f.Outcomes, f.Why} {
		most := 1
		for _, b := range list {
			most = max(most, b.Value)
		}
		for i := range list {
			list[i].Most = most
		}
	}
	return reply{page: "statistics.html", title: "Statistics", nav: navSystem, data: f}, nil
}

// barsOf are the counts by name, the largest first; say puts a name in words.
func barsOf(counts map[string]int, say func(name string) string) []bar {
	var list []bar
	for name, n := range counts {
		list = append(list, bar{Name: say(name), Value: n})
	}
	slices.SortFunc(list, func(a, b bar) int {
		if a.Value != b.Value {
			return b.Value - a.Value
		}
		if a.Name < b.Name {
			return -1
		}
		return 1
	})
	return list
}
