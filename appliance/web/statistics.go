package web

import (
	"bytes"
	"encoding/csv"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"frontdesk.internal/appliance/inwords"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/statistics"
	"frontdesk.internal/appliance/store"
)

// statisticsRoutes are what calls come to.
func (p *pages) statisticsRoutes(mux *http.ServeMux) {
	p.handle(mux, "GET /statistics", owner, p.showStatistics)
	mux.HandleFunc("GET /statistics.csv", p.sendStatistics)
}

// figures is the page: the report, and its lists in the order in which they are shown.
type figures struct {
	statistics.Report
	Charts []chart

	Wait, Length, Done span
}

// span is how long something takes: half of all times, and 95 of 100.
type span struct{ Half, Most string }

// spanOf writes a spread that is counted in unit.
func spanOf(s statistics.Spread, unit time.Duration) span {
	took := func(v float64) string { return inwords.Took(time.Duration(v * float64(unit))) }
	return span{Half: took(s.P50), Most: took(s.P95)}
}

// chart is a list of counts, drawn, as a table, and as a file.
type chart struct {
	Key   string // of its file
	Title string
	What  string // what the names are, over the table's first column
	Bars  []bar
	Side  bool   // the bars lie: their names are long
	None  string // instead of it, when there is nothing to count
	Note  string
}

// bar is one count of a chart.
type bar struct {
	Name  string
	Short string // below the bar; "" where there is no room
	Value int
	Most  int // of all bars
	X, W  int // where an upright bar stands, of chartWidth
	H     int // how high it is, of chartHeight
}

// Y is where an upright bar begins.
func (b bar) Y() int { return chartHeight - b.H }

// Mid is the middle of an upright bar.
func (b bar) Mid() int { return b.X + b.W/2 }

// How large a chart is, in its own units.
const (
	chartWidth  = 600
	chartHeight = 120
)

// named is how many names stand below a chart at the most: more do not fit on a telephone.
const named = 8

// drawn sets where the bars of a chart stand.
func (c chart) drawn() chart {
	most := 1
	for _, b := range c.Bars {
		most = max(most, b.Value)
	}
	every := (len(c.Bars) + named - 1) / named
	for i := range c.Bars {
		b := &c.Bars[i]
		b.Most = most
		b.X = i * chartWidth / len(c.Bars)
		b.W = max(1, (i+1)*chartWidth/len(c.Bars)-b.X-4)
		b.H = b.Value * chartHeight / most
		if b.Value > 0 {
			b.H = max(b.H, 2)
		}
		if i%every != 0 {
			b.Short = ""
		}
	}
	return c
}

// chartsOf are the charts of a report.
func chartsOf(r statistics.Report, place *time.Location) []chart {
	hours := chart{Key: "hours", Title: "By hour", What: "Hour"}
	for h, n := range r.Hours {
		name := inwords.Clock(time.Date(2000, 1, 1, h, 0, 0, 0, place), place)
		hours.Bars = append(hours.Bars, bar{Name: name, Short: strconv.Itoa(h), Value: n})
	}
	days := chart{Key: "days", Title: "Day by day", What: "Day"}
	days.Bars = everyDay(r, place)
	weekdays := chart{Key: "weekdays", Title: "By weekday", What: "Weekday"}
	for i := range r.Weekdays {
		d := (i + 1) % len(r.Weekdays) // from Monday on
		name := time.Weekday(d).String()
		weekdays.Bars = append(weekdays.Bars, bar{Name: name, Short: name[:2], Value: r.Weekdays[d]})
	}
	results := chart{
		Key: "results", Title: "What became of them", What: "What became of the call", Side: true,
		Bars: barsOf(r.Results, func(name string) string { return inwords.Capital(inwords.Result(record.Result(name))) }),
	}
	reasons := chart{
		Key: "reasons", Title: "What they were about", What: "About", Side: true, None: "Nobody has asked anything yet.",
		Note: "A call may be about several things. What fewer than three people called about is counted as “something else”.",
		Bars: barsOf(r.Reasons, func(name string) string {
			if name == statistics.Other {
				name = "something else"
			}
			return inwords.Capital(name)
		}),
	}
	out := []chart{days, hours, weekdays, results, reasons}
	for i := range out {
		out[i] = out[i].drawn()
	}
	return out
}

// everyDay are the days of a report, those without a call, too.
func everyDay(r statistics.Report, place *time.Location) (list []bar) {
	counts := map[string]int{}
	for _, d := range r.Days {
		counts[d.Day] = d.Calls
	}
	from, to := r.From.In(place), r.To.In(place)
	last := to.Format(time.DateOnly)
	for i := range maxDays {
		day := time.Date(from.Year(), from.Month(), from.Day()+i, 12, 0, 0, 0, place)
		name := day.Format(time.DateOnly)
		if name > last {
			break
		}
		list = append(list, bar{Name: name, Short: day.Format("2 Jan"), Value: counts[name]})
	}
	return list
}

// maxDays bounds how many days a chart has.
const maxDays = 370

func (p *pages) showStatistics(v *visit) (reply, error) {
	r, err := service.ReadStatistics.Do(v.Context(), p.service, service.Period{From: time.Time{}, To: time.Time{}})
	if err != nil {
		return reply{}, err
	}
	f := figures{Report: r, Charts: chartsOf(r, v.now.Location())}
	f.Wait, f.Length, f.Done = spanOf(r.Response, time.Millisecond), spanOf(r.Duration, time.Second), spanOf(r.DoneAfter, time.Hour)
	return reply{page: "statistics.html", title: "Figures", nav: navSystem, data: f}, nil
}

// sendStatistics sends a chart as a table.
func (p *pages) sendStatistics(w http.ResponseWriter, r *http.Request) {
	v, ok := p.admit(w, r, owner)
	if !ok {
		return
	}
	got, err := service.ReadStatistics.Do(v.Context(), p.service, service.Period{From: time.Time{}, To: time.Time{}})
	if err != nil {
		p.answer(w, v, reply{}, err)
		return
	}
	for _, c := range chartsOf(got, v.now.Location()) {
		if c.Key != v.URL.Query().Get("table") {
			continue
		}
		var b bytes.Buffer
		t := csv.NewWriter(&b)
		rows := [][]string{{strings.ToLower(c.What), "calls"}}
		for _, x := range c.Bars {
			rows = append(rows, []string{x.Name, strconv.Itoa(x.Value)})
		}
		if err := t.WriteAll(rows); err != nil {
			p.answer(w, v, reply{}, err)
			return
		}
		w.Header().Set("Content-Disposition", `attachment; filename="`+c.Key+`.csv"`)
		send(w, http.StatusOK, "text/csv; charset=utf-8", b.Bytes())
		return
	}
	p.answer(w, v, reply{}, store.ErrNotFound)
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
